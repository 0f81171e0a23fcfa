"""F3: each gate for the shipped application lets a sound one through and sees one that does wrong.

The gates run as they do in a release, with strace and real kills; in the place of the application is a small program
(tests/fakes/shipped.py), and in the place of the screen its standard input.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import pytest

from tests.fakes import shipped
from tests.test_packaging_build import of_packaging

pytestmark = pytest.mark.linux("only Linux has strace")

person: ModuleType = of_packaging("person")
smoke: ModuleType = of_packaging("smoke")
gates: ModuleType = of_packaging("gates")
can_see_pickles = pytest.mark.skipif(
    "_pickle" in sys.builtin_module_names, reason="this Python has _pickle built in: there is no file of it to be seen in memory"
)
FAULTS = [
    ("A1", "loses-a-piece", "A1.*was stored"),
    ("A1", "loses-everything", "A1.*the questions are"),
    ("B1", "loses-a-piece-with-the-engine", "B1.*was stored"),
    ("B1", "forgets-the-question-with-the-engine", "B1.*the questions are"),
    ("B1", "answers-no-more-after-the-engine", "did not come to an answer"),
    ("D1", "opens-what-is-named", "D1.*canary"),
    ("D1", "asks-for-what-is-named", "D1.*AF_INET"),
    ("D1", "starts-what-is-named", "D1.*canary"),
    ("D1", "runs-what-it-reads", "F3.*_pickle"),
    ("E1", "calls-home", "E1.*AF_INET6"),
    ("E1", "has-no-engine", "E1.*does not cover the engine"),
    ("E1", "runs-what-it-reads", "F3.*_pickle"),
]


class AtTheKeys(person.Person):  # type: ignore[name-defined,misc]
    """Somebody whose keys come to the program as lines."""

    def __init__(
        self, program: Path, home: Path, _display: str, arguments: Sequence[str | Path] = (), *, prefix: Sequence[str | Path] = ()
    ) -> None:
        self.notes = home / "notes"
        self.notes.mkdir(exist_ok=True)
        with (self.notes / "output.txt").open("ab") as output:
            line, pipe = [*prefix, program, *arguments], subprocess.PIPE
            self.process = subprocess.Popen(line, stdin=pipe, stdout=pipe, stderr=output)
        assert self.process.stdout.readline() == b"painted\n", self._said()

    def _tell(self, line: str) -> None:
        self.process.stdin.write(f"{line}\n".encode())
        self.process.stdin.flush()

    def type(self, text: str) -> None:
        self._tell(f"type {text}")

    def press(self, key: str) -> None:
        self._tell(f"press {key}")

    def scroll(self, n_steps: int) -> None:
        self._tell(f"scroll {n_steps}")

    def kill(self) -> None:
        super().kill()
        self._close()

    def wait_until_ended(self) -> None:
        super().wait_until_ended()
        self._close()

    def _close(self) -> None:
        self.process.stdin.close()
        self.process.stdout.close()


@pytest.fixture
def try_gate(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Give a function that tries a gate on the program that does this wrong."""
    monkeypatch.setattr(person, "Person", AtTheKeys)
    monkeypatch.setattr(gates, "Person", AtTheKeys)
    monkeypatch.setattr(person, "LIMIT_S", 3)
    monkeypatch.setattr(gates, "KILLED_AFTER_S", (0.1,))

    def run(name: str, fault: str) -> None:
        program = tmp_path / fault
        program.write_text(f"#!{sys.executable} -IS\n{Path(shipped.__file__).read_text('utf-8')}", "utf-8")
        program.chmod(0o755)
        (tmp_path / "home").mkdir()
        gates.GATES[name](program, tmp_path / "home", ":none")

    return run


@pytest.mark.parametrize("name", gates.GATES)
def test_a_sound_application_passes(name: str, try_gate) -> None:
    try_gate(name, "sound")


@pytest.mark.parametrize(
    ("name", "fault", "words"),
    [pytest.param(*fault, marks=[can_see_pickles] if "_pickle" in fault[-1] else []) for fault in FAULTS],
)
def test_an_application_that_does_wrong_does_not_pass(name: str, fault: str, words: str, try_gate) -> None:
    with pytest.raises(person.Broken, match=words):
        try_gate(name, fault)


def test_every_gate_has_a_fault_that_it_sees() -> None:
    assert {name for name, _, _ in FAULTS} == set(gates.GATES)


# What runs whatever it reads

ANSWERING = """#!{python} -IS
import sys
{planted}
print("ready", flush=True)
sys.stdin.read()
"""


@pytest.mark.parametrize(
    "planted",
    [
        pytest.param("import pickle", marks=can_see_pickles),
        "import _multiprocessing",
        pytest.param("import shelve", marks=can_see_pickles),
    ],
)
def test_a_child_process_that_runs_what_it_reads_is_found_out(tmp_path: Path, planted: str) -> None:
    program = tmp_path / "hearth"
    program.write_text(ANSWERING.format(python=sys.executable, planted="import json, struct, socket"))
    program.chmod(0o755)
    smoke.ask_role(program, tmp_path, ("hub",), {}, "ready")

    program.write_text(ANSWERING.format(python=sys.executable, planted=planted))
    with pytest.raises(person.Broken, match=r"--role hub loads _(pickle|multiprocessing)"):
        smoke.ask_role(program, tmp_path, ("hub",), {}, "ready")
