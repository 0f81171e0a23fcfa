"""F1: whatever an export is made of, it costs a line in the report and nothing else.

Read by the process that reads it in the application, from the outside: what it tells, what it asks the system for, how
much memory it takes. And a window that is killed in the middle of an import has whole conversations.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from desktop_app.exchange.found import Ended, Found, Progress, Skipped
from desktop_app.exchange.wire import Decoder, Request, weight
from desktop_app.storage import branches
from desktop_app.storage import conversations as store
from desktop_app.storage.database import Database
from tests.exchange import corpus, mutations
from tests.exchange.corpus import NOW_MS
from tests.exchange.reading import strings
from tests.reliability.killed import ROOT

N_MUTATED = 200
N_BYTES = 64_000_000
MAX_PEAK_MIB = 110
"""Of the whole process, Python included; the text of the file alone would be 61."""
READER = [sys.executable, "-P", "-m", "desktop_app", "--role", "import"]
CANARY = "canary-4711"
needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")


def told(path: Path, command: list[str]) -> list[Any]:
    """Let the process read `path`, acknowledge everything, and give what it told, the progress left out."""
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
    assert process.stdin is not None and process.stdout is not None
    process.stdin.write(Request(str(path), NOW_MS, "[Image]", "[File: {name}]").as_line())
    process.stdin.flush()
    decoder, events = Decoder(), []
    for line in process.stdout:
        event = decoder.take(line)
        if event is None or isinstance(event, Progress):
            continue
        events.append(event)
        if weight(event):
            process.stdin.write(b"%d\n" % weight(event))
            process.stdin.flush()
    said = process.communicate(timeout=60)[1]
    assert process.returncode == 0, said.decode()[-2000:]
    return events


def write_mutated(folder: Path) -> None:
    """Put exports with mistakes into `folder`: of every form, some of them packed."""
    for seed in range(N_MUTATED):
        make = (mutations.mutated, mutations.mutated, mutations.mutated_chat, mutations.mutated_lines)[seed % 4]
        data = make(seed)
        if seed % 5 == 0:
            data = corpus.packed({"conversations.json": data, f"../{CANARY}.json": b"[]"})
        (folder / f"{seed:03d}").write_bytes(data)


def check(conversation: Found) -> None:
    """A conversation is a tree with a leaf, of times that were, and of text that can be stored."""
    known: set[str] = set()
    for message in conversation.messages:
        assert message.id not in known
        assert message.parent_id is None or message.parent_id in known
        assert 0 <= message.created_ms <= NOW_MS
        known.add(message.id)
    assert conversation.conversation.leaf_id in known
    assert 0 <= conversation.conversation.created_ms <= NOW_MS
    for text in strings(conversation):
        text.encode()
        assert not re.search(r"/home/somebody|rm -rf|mcp/evil|/etc/passwd", text)


@pytest.mark.linux("only Linux has strace")
@needs_strace
def test_mutated_exports_are_read_or_refused_and_nothing_is_run_opened_or_asked_for(tmp_path: Path) -> None:
    folder, log = tmp_path / "exports", tmp_path / "strace"
    folder.mkdir()
    write_mutated(folder)
    prefix = ["strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=execve,socket,connect,bind,openat,open,creat", "-o", str(log)]
    events = told(folder, [*prefix, *READER])
    assert isinstance(events[-1], Ended)
    found = [event for event in events if isinstance(event, Found)]
    skipped = [event for event in events if isinstance(event, Skipped)]
    assert len(found) >= N_MUTATED // 2 and len(skipped) >= N_MUTATED // 4, "the corpus says nothing"
    assert len({event.reason for event in skipped}) >= 6
    for one in found:
        check(one)
    calls = log.read_text("utf-8", "replace").splitlines()
    assert sum("execve(" in call and "= 0" in call for call in calls) == 1, "more was run than the reader itself"
    assert [call for call in calls if re.search(r"(socket|connect|bind)\(.*AF_INET", call)] == []
    writing = [call for call in calls if re.search(r"O_WRONLY|O_RDWR|O_CREAT|creat\(", call) and "/dev/" not in call]
    assert writing == [], "something was written"
    assert [call for call in calls if CANARY in call] == []


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give an export of 64 MB."""
    path = tmp_path_factory.mktemp("large") / "conversations.json"
    words = "All about the sky, and why it is blue. " * 1000
    one = json.dumps(
        corpus.chatgpt_tree(
            [("q", None, corpus.chatgpt_message("q", "user", corpus.text(words))), ("a", "q", corpus.chatgpt_message("a", "assistant", corpus.text(words)))]
        )
    )  # fmt: skip
    with path.open("w", encoding="utf-8") as file:
        file.write("[" + one)
        for number in range(N_BYTES // len(one)):
            file.write("," + one.replace("c-0001", f"c-{number}"))
        file.write("]")
    return path


# Not what `resource` says: that begins with what the process had before it became this program.
PEAK = "print(n, next(line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')))"
IN_PIECES = f"""
import sys
from pathlib import Path
from desktop_app.exchange.found import Found, Words
from desktop_app.exchange.reader import read
n = sum(isinstance(event, Found) for event in read(Path(sys.argv[1]), Words(), {NOW_MS}))
{PEAK}
"""
WHOLE = f"""
import json, sys
from desktop_app.exchange import reader
n = len(json.load(open(sys.argv[1])))
{PEAK}
"""


def read_and_peak(program: str, path: Path) -> tuple[int, float]:
    """Give how many conversations a program of its own has read of `path`, and its peak of memory in MiB."""
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)], cwd=ROOT, capture_output=True, text=True, check=True, timeout=60
    )
    n_read, n_kib = done.stdout.split()
    return int(n_read), int(n_kib) / 1024


@pytest.mark.linux("only Linux tells of the peak of one program")
def test_a_large_export_takes_the_memory_of_one_conversation(large: Path) -> None:
    n_read, peak = read_and_peak(IN_PIECES, large)
    assert n_read > 700
    assert peak < MAX_PEAK_MIB


@pytest.mark.linux("only Linux tells of the peak of one program")
def test_the_check_of_memory_sees_a_file_that_is_read_whole(large: Path) -> None:
    n_read, peak = read_and_peak(WHOLE, large)
    assert n_read > 700
    assert peak > MAX_PEAK_MIB


IMPORTING = """
import os, signal, sys
from pathlib import Path
from PySide6.QtCore import QCoreApplication
from desktop_app.exchange.found import Words
from desktop_app.services import exchange
from desktop_app.services.conversations import Conversations
from desktop_app.storage import arrivals

left = int(sys.argv[3])
store_message = arrivals.insert_message

def killed(*arguments):
    global left
    store_message(*arguments)
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)

arrivals.insert_message = killed
exchange.BATCH_CHARACTERS = 1
application = QCoreApplication([])
conversations = Conversations(Path(sys.argv[1]))
imports = exchange.Imports(conversations)
imports.start(Path(sys.argv[2]), Words())
application.exec()
"""


@pytest.mark.posix("Windows has no signals")
def test_a_window_that_is_killed_has_whole_conversations(tmp_path: Path) -> None:
    export, database = tmp_path / "conversations.json", tmp_path / "hearth.sqlite3"
    values = [corpus.chatgpt_conversation(number) for number in range(40)]
    sizes = [sum(bool(node["message"] and node["message"]["create_time"]) for node in one["mapping"].values()) for one in values]
    n_whole = next(number for number in range(20, 40) if sizes[number] >= 4)
    export.write_text(json.dumps(values), encoding="utf-8")
    # In the middle of the next one, the second of its messages stored.
    arguments = [str(database), str(export), str(sum(sizes[:n_whole]) + 2)]
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run([sys.executable, "-c", IMPORTING, *arguments], cwd=ROOT, env=environment, check=False, timeout=60)
    assert done.returncode == -signal.SIGKILL
    reading = Database.writing(database)
    stored = {one.title: len(branches.all_messages(reading, one.id)) for one in store.all_conversations(reading)}
    assert stored == {f"Conversation {number}": sizes[number] for number in range(n_whole)}
    reading.close()
