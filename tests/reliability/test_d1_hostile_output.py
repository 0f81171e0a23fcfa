"""D1: nothing that a model writes makes the application open a file or a connection, shown, reopened, copied, exported or printed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.reliability.test_e1_offline import internet_sockets

pytestmark = [
    pytest.mark.linux("only Linux has strace"),
    pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed"),
]

SHAPES = (
    "![a]({url})", "![a][r]\n\n[r]: {url}", "[a]({url})", "<{url}>", "{url}", '<img src="{url}">', "<iframe src='{url}'></iframe>",
    '<link rel="stylesheet" href="{url}">', "<style>@import url({url});</style>", '<meta http-equiv="refresh" content="0; url={url}">',
    "<svg><image href='{url}'/></svg>", '<object data="{url}"></object>', "| a |\n|---|\n| ![x]({url}) |", "> - ![x]({url})",
    "```html\n<img src='{url}'>\n```", "text[^1] ![a][^1]\n\n[^1]: ![a]({url})", "<think>![a]({url}) <img src='{url}'></think>Answer",
    "$\\href{{url}}{x}$ \\(\\includegraphics{{url}}\\) $\\text{<image href='{url}'/>}$\n\n$$\n\\input{{url}}\n$$\n\n$$\n\\color{url({url})}{x}\n$$",
)  # fmt: skip


def targets(canary: Path) -> tuple[str, ...]:
    """Give addresses that Qt's own rich text opens, or that a careless program might."""
    return (f"file://{canary}", str(canary), f"/{canary}", "http://127.0.0.1:9/x.png")


def hostile(canary: Path) -> list[str]:
    """Give every shape with every target: 72 messages."""
    return [shape.replace("{url}", url) for shape in SHAPES for url in targets(canary)]


SHOW = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from desktop_app.chat.message import Message, MessageState, Role
from desktop_app.services.formulas import Formulas
from desktop_app.ui.theme import load_theme
from desktop_app.ui.transcript.transcript_view import TranscriptView
texts = json.loads(Path(sys.argv[1]).read_text("utf-8"))
app = QApplication(sys.argv[:1])
formulas = Formulas()
view = TranscriptView(load_theme("light"), formulas=formulas)
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
    for n, layout in enumerate(view.conversation.messages):
        if layout.has_reasoning:
            view.unfolding.toggle(n)
    visit()
    while formulas.is_busy:
        app.processEvents()
    assert any(formulas._known.values()), "no formula was drawn"
    visit()
    formulas.close()
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

EXPORT = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtGui import QPdfWriter
from PySide6.QtWidgets import QApplication
from desktop_app.chat.conversation import Conversation
from desktop_app.chat.message import Message, Role
from desktop_app.exchange.exported import Exported, ExportWords
from desktop_app.services.conversations import Conversations
from desktop_app.services.export_work import ExportOrder, FileFormat, Form
from desktop_app.services.exporting import Exports
from desktop_app.ui.transcript.paper.look import paper_theme
from desktop_app.ui.transcript.paper.writing import Paper
from tests.services.stored import put_conversation
texts = json.loads(Path(sys.argv[1]).read_text("utf-8"))
folder = Path(sys.argv[1]).with_name("out")
folder.mkdir()
app = QApplication(sys.argv[:1])
conversations = Conversations(folder / "hearth.sqlite3")
messages = [Message(str(n), "c", str(n - 1) if n else None, role, text, 0)
            for n, (role, text) in enumerate((role, text) for text in texts for role in (Role.USER, Role.ASSISTANT))]
whole = Exported(Conversation("c", "Hostile", True, 0, 0, leaf_id=messages[-1].id, system_prompt=texts[0]), messages)
id_ = put_conversation(conversations, whole.conversation, messages)
conversations.flush()
exports, paper = Exports(conversations), Paper(paper_theme())
def orders():
    for format in FileFormat:
        yield ExportOrder(format, folder / f"one.{format}", ExportWords(), paper, ids=(id_,))
    yield ExportOrder(FileFormat.HTML, folder / "all.zip", ExportWords(), paper, ids=None, form=Form.FILE)
waiting = orders()
def next_one(path=None):
    order = next(waiting, None)
    if order is not None:
        exports.export(order).ended.connect(next_one)
        return
    exports.hand_over(id_, print_it).ended.connect(end)
def print_it(exported, step):
    paper.paint(QPdfWriter(str(folder / "printed.pdf")), "", exported, ExportWords(), step, is_brief=True)
def end(_):
    sizes = [path.stat().st_size for path in folder.iterdir() if path.suffix != ".sqlite3"]
    assert len(sizes) >= 7 and min(size for size in sizes if size) > 2000, sizes
    print(json.dumps({"shown": len(exported_texts())}))
    app.quit()
def exported_texts():
    return [text for text in texts if text in (folder / "one.md").read_text("utf-8")]
QTimer.singleShot(0, next_one)
app.exec()
exports.close()
conversations.close()
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
    assert len(hostile(canary)) == 72
    assert opened(tmp_path, SHOW, canary) == []


def test_exporting_and_printing_hostile_messages_open_nothing(tmp_path: Path) -> None:
    canary = tmp_path / "canary.png"
    canary.write_bytes(b"\x89PNG\r\n")
    assert opened(tmp_path, EXPORT, canary) == []


def test_the_check_sees_what_a_careless_view_opens(tmp_path: Path) -> None:
    canary = tmp_path / "canary.png"
    canary.write_bytes(b"\x89PNG\r\n")
    assert opened(tmp_path, CARELESS, canary) != []
