"""The trial of broken drivers on the shipped application sees a program that does not live with one."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest

from tests.test_packaging_build import ROOT, of_packaging, person

drivers = of_packaging("linux.try_drivers")
pytestmark = pytest.mark.linux("drivers of Linux")

PROGRAM = """#!{python} -IS
import os, sys
fault, broke = os.environ["MESA_FAULT"], "{breaks}" != "never"
if fault and broke:
    open(os.environ["MESA_FAULT_MARK"], "w").close()
if fault == "{breaks}":
    sys.exit("killed by the driver")
print("" if fault == "{mute}" else "Paris" if fault else "{cards}")
"""


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Give a function that tries a program which breaks with its driver at this fault."""

    def answer(program: Path, home: Path, _display: str, before: list[str], _picture: object) -> str:
        done = subprocess.run([*before, program], env={"HOME": str(home)}, capture_output=True, text=True, check=False)
        if done.returncode:
            raise person.Broken(done.stderr)
        return done.stdout.strip() or no_answer()

    def no_answer() -> str:
        raise person.Broken("The answer is empty.")

    monkeypatch.setattr(drivers, "make_driver", lambda _folder: {"VK_ICD_FILENAMES": "x"})
    monkeypatch.setattr(drivers, "screen", lambda: contextlib.nullcontext(":none"))
    monkeypatch.setattr(drivers, "answer", answer)

    def run(breaks: str = "", mute: str = "-", cards: str = "Vulkan0") -> None:
        program = tmp_path / "hearth"
        program.write_text(PROGRAM.format(python=sys.executable, breaks=breaks or "-", mute=mute, cards=cards))
        program.chmod(0o755)
        drivers.check(program, "", None)

    return run


def test_a_program_that_answers_with_every_broken_driver_passes(check, capsys: pytest.CaptureFixture[str]) -> None:
    check()

    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == list(drivers.FAULTS)


@pytest.mark.parametrize("fault", drivers.FAULTS)
def test_a_program_that_goes_down_with_its_driver_does_not(check, fault: str) -> None:
    with pytest.raises(person.Broken, match=f"breaks at {fault}: killed by the driver"):
        check(breaks=fault)
    with pytest.raises(person.Broken, match=f"breaks at {fault}: The answer is empty"):
        check(mute=fault)


def test_a_program_that_never_looked_at_the_driver_proves_nothing(check) -> None:
    with pytest.raises(person.Broken, match="sound is not used"):
        check(cards="CPU")
    with pytest.raises(person.Broken, match="never came to load"):
        check(breaks="never")


def test_the_driver_breaks_where_it_is_told_to_and_leaves_a_mark(tmp_path: Path) -> None:
    library, mark = tmp_path / "broken.so", tmp_path / "mark"
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, drivers.SOURCE], check=True)
    code = "import ctypes, sys; ctypes.CDLL(sys.argv[1]).vk_icdGetInstanceProcAddr"
    line = [sys.executable, "-c", code, str(library)]

    assert subprocess.run(line, env={"MESA_FAULT_MARK": str(mark)}, check=False).returncode == 0
    assert not mark.exists()
    assert subprocess.run(line, env={"MESA_FAULT_MARK": str(mark), "MESA_FAULT": "load"}, check=False).returncode != 0
    assert mark.exists()


def test_the_release_opens_the_installed_window_with_them() -> None:
    workflow = (ROOT / ".github" / "workflows" / "release.yml").read_text("utf-8")

    assert "try_drivers.py /usr/bin/hearth --as person" in workflow
    assert workflow.index("try_installed.py dist/hearth") < workflow.index("try_drivers.py")
