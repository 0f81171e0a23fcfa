"""F3: what the application is made of is locked and sound, and what is shipped is tried as it is.

The shipped application itself goes through A1, B1, D1 and E1 in packaging/gates.py, which CI runs whenever something has
changed that decides what goes in; here is shown that those gates see what they are for.
"""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.chat.message import MessageState
from desktop_app.services.conversations import Conversations
from desktop_app.storage.database import Database
from tests.reliability.chats import fill
from tests.test_packaging_build import ROOT, frozen, in_ci, materials, of_packaging

gates = of_packaging("gates")
LOCKS = ("requirements.txt", "requirements-dev.txt", "packaging/requirements.txt")
RUNS_WHAT_IT_READS = {"pickle", "cPickle", "dill", "shelve", "marshal", "diskcache", "joblib", "cloudpickle"}
BAD_QT = re.compile(r"6\.8\.[0-3]$")
"""With them a font or a text could end the process (CVE-2025-3512)."""
LEAST = {"jinja2": (3, 1, 6), "pyinstaller": (6,)}
"""Before these: templates that get out of the sandbox; one file that unpacks itself at each start."""


def wrong_in_lock(text: str) -> list[str]:
    """Give what is wrong with a lock file."""
    wrong = ["an address"] if "://" in text else []
    for name, allowed in materials.locked(text).items():
        for version, hashes in allowed:
            numbers = tuple(int(part) for part in re.findall(r"\d+", version))
            wrong += [] if hashes else [f"{name} has no hash"]
            wrong += [f"{name} {version} is too old"] if numbers < LEAST.get(name, ()) else []
            wrong += [f"{name} {version} is known to be bad"] if name.startswith("pyside6") and BAD_QT.match(version) else []
    return wrong


@pytest.mark.parametrize("name", LOCKS)
def test_what_goes_in_is_locked_by_hashes_and_not_known_to_be_bad(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")

    assert len(materials.locked(text)) >= 5
    assert wrong_in_lock(text) == []


def test_planted_locks_are_seen() -> None:
    a_hash = " \\\n    --hash=sha256:" + "0" * 64

    assert wrong_in_lock("jinja2==3.1.5" + a_hash) == ["jinja2 3.1.5 is too old"]
    assert wrong_in_lock("pyside6-essentials==6.8.2.1" + a_hash) == []
    assert wrong_in_lock("pyside6-essentials==6.8.2" + a_hash) == ["pyside6-essentials 6.8.2 is known to be bad"]
    assert wrong_in_lock("apsw==3.53") == ["apsw has no hash"]
    assert wrong_in_lock("--index-url https://example.org\napsw==3.53" + a_hash) == ["an address"]


def test_the_engine_is_pinned_to_one_version_everywhere() -> None:
    pins = {
        re.findall(r"^\s*\"?llama-cpp-python==([\d.]+)", (ROOT / name).read_text("utf-8"), re.M)[0]
        for name in (*LOCKS[:2], "pyproject.toml")
    }

    assert len(pins) == 1


def imported(source: str) -> Iterator[str]:
    """Give the top names of all that a module imports, at its top or later."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]


def test_nothing_of_ours_can_run_what_it_reads() -> None:
    sources = {path: path.read_text("utf-8") for path in (ROOT / "desktop_app").rglob("*.py")}
    naming = {path: source for path, source in sources.items() if any(name in source for name in RUNS_WHAT_IT_READS)}

    assert [path for path, source in naming.items() if RUNS_WHAT_IT_READS & set(imported(source))] == []
    assert RUNS_WHAT_IT_READS - {"pickle", "cPickle", "marshal"} <= frozen.RUNS_WHAT_IT_READS <= frozen.FORBIDDEN
    assert RUNS_WHAT_IT_READS & set(imported("def f():\n    from pickle import loads"))


AS_SHIPPED = """
import sys
sys.path.insert(0, sys.argv[1])
for name in sys.argv[2:]:
    sys.modules[name] = None
import desktop_app.engine.worker, pickle, jinja2
print([name for name in ("load", "loads", "Unpickler") if hasattr(pickle, name)], jinja2.Template("{{ a }}").render(a=7))
"""


def test_the_pickle_that_is_shipped_reads_none_and_what_imports_it_works() -> None:
    gone = sorted(frozen.RUNS_WHAT_IT_READS)
    line = [sys.executable, "-c", AS_SHIPPED, str(ROOT / "packaging" / "instead"), *gone]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.stdout, done.returncode) == ("[] 7\n", 0), done.stderr[-800:]
    spec = (ROOT / "packaging" / "hearth.spec").read_text("utf-8")
    assert '"pickle", "multiprocessing"' in spec
    assert 'ROOT / "packaging" / "instead"' in spec


def test_the_application_is_one_folder_and_nothing_unpacks_itself() -> None:
    spec = (ROOT / "packaging" / "hearth.spec").read_text("utf-8")
    called = [
        node.func.id for node in ast.walk(ast.parse(spec)) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    ]

    assert called.count("COLLECT") == called.count("EXE") == 1
    assert "exclude_binaries=True" in spec
    assert "upx=True" not in spec


def test_the_bill_names_each_part_once_with_its_version_and_a_digest(tmp_path: Path) -> None:
    packages = materials.packages_inside({"PySide6", "apsw", "jinja2", "keyring"}, (ROOT / "requirements.txt").read_text("utf-8"))

    bill = json.loads(json.dumps(materials.bill_of_materials(packages, {"libssl3": "3.0"}, "1.0", "ab")))

    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    assert re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", bill["serialNumber"])
    assert all({"type", "name", "bom-ref"} <= set(part) for part in bill["components"])
    from_index = [part for part in bill["components"] if part["bom-ref"].startswith("pkg:pypi/")]
    assert {part["name"] for part in from_index} == {package.name for package in packages}
    assert all(part["version"] and part["properties"] for part in from_index)


# What the gates for the shipped application see


@pytest.mark.parametrize(
    ("stored", "found", "wrong"),
    [
        ("It was", [("user", "done", "Q"), ("assistant", "interrupted", "It was a")], 0),
        ("It was", [("user", "done", "Q"), ("assistant", "done", "It was a dark night.")], 0),
        ("It was", [("assistant", "interrupted", "It was a")], 1),
        ("It was", [("user", "done", "Q"), ("assistant", "interrupted", "It")], 1),
        ("It was", [("user", "done", "Q"), ("assistant", "generating", "It was a")], 1),
        ("It was", [("user", "done", "Q")], 1),
        ("", [("user", "done", "Q"), ("assistant", "interrupted", "")], 1),
    ],
)
def test_what_a_kill_has_cost_is_seen(stored: str, found: list[tuple[str, str, str]], wrong: int) -> None:
    assert len(gates.lost("Q", stored, found)) == wrong


def test_sockets_of_the_internet_are_seen_and_others_are_not() -> None:
    log = "1 socket(AF_UNIX, SOCK_STREAM, 0) = 3\n2 connect(3, {sa_family=AF_INET6, sin6_port=htons(443)\n3 socket(AF_INET, SOCK_DGRAM"

    assert [line[0] for line in gates.internet_sockets(log)] == ["2", "3"]


def test_a_hostile_answer_gets_into_the_file_of_the_application(tmp_path: Path, qapp: object) -> None:
    database = Database.writing(tmp_path / "hearth.sqlite3")
    fill(database, 1)
    database.close()

    gates.put_answer(tmp_path / "hearth.sqlite3", "![a](file:///canary)")

    conversations = Conversations(tmp_path / "hearth.sqlite3")
    try:
        answers = [m for c in conversations.all() for m in conversations.branch(c.id) if m.role == "assistant"]
        assert answers
        assert {(answer.text, answer.state) for answer in answers} == {("![a](file:///canary)", MessageState.DONE)}
        # The index of words still works: what comes later is found.
        conversations.ask(None, "Later", "Model")
        assert conversations.flush()
    finally:
        conversations.close()


def test_a_process_under_another_is_found_with_its_command_line() -> None:
    code = "import subprocess, sys; p = subprocess.Popen([sys.executable, '-c', 'input()', '--role', 'engine'], stdin=0); print(p.pid, flush=True); p.wait()"
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        pid = int(process.stdout.readline())

        found = gates.descendants(os.getpid())

        process.communicate(b"\n")
    assert [number for number, line in found if line.endswith(b"\0--role\0engine\0")] == [pid]


def test_ci_tries_the_application_again_when_what_decides_changes(tmp_path: Path) -> None:
    for name in in_ci.DECIDING:
        place = tmp_path / name / "file.py" if name == "packaging" else tmp_path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text("before")
    before = in_ci.fingerprint(tmp_path)
    (tmp_path / "packaging" / "__pycache__").mkdir()
    (tmp_path / "packaging" / "__pycache__" / "file.pyc").touch()
    assert in_ci.fingerprint(tmp_path) == before

    (tmp_path / "packaging" / "file.py").write_text("after")

    assert in_ci.fingerprint(tmp_path) != before
    assert all((ROOT / name).exists() for name in in_ci.DECIDING)
