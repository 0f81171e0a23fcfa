"""D1: nothing that a model writes makes the application open a file or a connection, shown, reopened or copied."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reliability.test_e1_offline import internet_sockets

pytestmark = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")

SHAPES = (
    "![a]({url})", "![a][r]\n\n[r]: {url}", "[a]({url})", "<{url}>", "{url}", '<img src="{url}">', "<iframe src='{url}'></iframe>",
    '<link rel="stylesheet" href="{url}">', "<style>@import url({url});</style>", '<meta http-equiv="refresh" content="0; url={url}">',
    "<svg><image href='{url}'/></svg>", '<object data="{url}"></object>', "| a |\n|---|\n| ![x]({url}) |", "> - ![x]({url})",
    "```html\n<img src='{url}'>\n```",
)  # fmt: skip


def targets(canary: Path) -> tuple[str, ...]:
    """Give addresses that Qt's own rich text opens, or that a careless program might."""
    return (f"file://{canary}", str(canary), f"/{canary}", "http://127.0.0.1:9/x.png")


def hostile(canary: Path) -> list[str]:
    """Give every shape with every target: 60 messages."""
    return [shape.replace("{url}", url) for shape in SHAPES for url in targets(canary)]


SHOW = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from desktop_app.chat.message import Message, MessageState, Role
from desktop_app.ui.theme import load_theme
from desktop_app.ui.transcript.transcript_view import TranscriptView
texts = json.loads(Path(sys.argv[1]).read_text("utf-8"))
app = QApplication(sys.argv[:1])
view = TranscriptView(load_theme("light"))
view.resize(900, 700)
view.show()
def message(n, text, state):
    return Message(id=str(n), conversation_id="c", parent_id=None, role=Role.ASSISTANT, text=text, created_ms=0, state=state)
def visit():
    bar = view.verticalScrollBar()
    value = bar.minimum()
    while value < bar.maximum():
        bar.setValue(value)
        view.grab()
        value += 600
def stream():
    for n, text in enumerate(texts):
        view.add_message(message(n, "", MessageState.GENERATING))
        for k in range(0, len(text), 7):
            view.append_text(str(n), text[k:k + 7])
        view.update_message(message(n, text, MessageState.DONE))
        view.grab()
def reopen():
    view.clear()
    view.set_messages([message(n, text, MessageState.DONE) for n, text in enumerate(texts)])
    visit()
    view.select_all()
    view.copy()
    mime = QApplication.clipboard().mimeData()
    assert mime.text(), "nothing was copied"
    print(json.dumps({"shown": len(texts)}))
    app.quit()
QTimer.singleShot(0, stream)
QTimer.singleShot(100, reopen)
app.exec()
"""

CARELESS = """
import json, sys
from pathlib import Path
from PySide6.QtWidgets import QApplication, QTextBrowser
texts = json.loads(Path(sys.argv[1]).read_text("utf-8"))
app = QApplication(sys.argv[:1])
view = QTextBrowser()
for text in texts:
    view.setMarkdown(text)
    view.grab()
print(json.dumps({"shown": len(texts)}))
"""


def opened(folder: Path, code: str, canary: Path) -> list[str]:
    """Run `code` over the hostile messages under strace and give what it opened that it must not."""
    messages, log = folder / "messages.json", folder / "strace"
    texts = hostile(canary)
    messages.write_text(json.dumps(texts), "utf-8")
    command = [
        "strace",
        "-f",
        "-qq",
        "--seccomp-bpf",
        "-e",
        "trace=socket,connect,bind,openat,open,stat,newfstatat",
        "-o",
        str(log),
    ]
    done = subprocess.run(
        [*command, sys.executable, "-c", code, str(messages)],
        capture_output=True, timeout=110, check=False, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    assert json.loads(done.stdout) == {"shown": len(texts)}
    text = log.read_text("utf-8", "replace")
    return [line for line in text.splitlines() if canary.name in line] + internet_sockets(text)


def test_hostile_messages_open_nothing(tmp_path: Path) -> None:
    canary = tmp_path / "canary.png"
    canary.write_bytes(b"\x89PNG\r\n")
    assert len(hostile(canary)) == 60
    assert opened(tmp_path, SHOW, canary) == []


def test_the_check_sees_what_a_careless_view_opens(tmp_path: Path) -> None:
    canary = tmp_path / "canary.png"
    canary.write_bytes(b"\x89PNG\r\n")
    assert opened(tmp_path, CARELESS, canary) != []
