from __future__ import annotations

import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app import logs

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def stopped() -> Iterator[None]:
    """Leave no handler behind."""
    yield
    logs.stop_logging()


def test_a_line_has_time_level_role_and_place(tmp_path: Path) -> None:
    logs.start_logging(tmp_path, "window")

    logging.getLogger("desktop_app.somewhere").info("opened %d", 3)

    line = (tmp_path / "hearth.log").read_text()
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} INFO    window\[\d+\] desktop_app\.somewhere: opened 3\n", line)


def test_warnings_go_to_standard_error_too_and_lesser_lines_do_not(tmp_path: Path, capsys, expected_log) -> None:
    expected_log("odd")
    logs.start_logging(tmp_path, "window")

    logging.getLogger("a").info("quiet")
    logging.getLogger("a").warning("odd")

    printed = capsys.readouterr().err
    assert "odd" in printed
    assert "quiet" not in printed


def test_each_role_has_a_file_of_its_own(tmp_path: Path) -> None:
    logs.start_logging(tmp_path, "engine")

    assert [path.name for path in tmp_path.iterdir()] == ["hearth-engine.log"]


def test_the_file_is_turned_over_and_stays_bounded(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(logs, "MAX_BYTES", 2000)
    logs.start_logging(tmp_path, "window")

    for number in range(500):
        logging.getLogger("a").info("line %d", number)

    sizes = [path.stat().st_size for path in tmp_path.iterdir()]
    assert len(sizes) == 1 + logs.N_OLD_FILES
    assert max(sizes) <= 2000


def test_starting_again_does_not_double_the_lines(tmp_path: Path) -> None:
    logs.start_logging(tmp_path, "window")
    logs.start_logging(tmp_path, "window")

    logging.getLogger("a").info("once")

    assert (tmp_path / "hearth.log").read_text().count("once") == 1


def test_a_folder_that_cannot_be_written_costs_the_file_and_not_the_start(tmp_path: Path, expected_log) -> None:
    expected_log("no log file")
    file = tmp_path / "file"
    file.touch()

    logs.start_logging(file, "window")


def test_text_that_is_no_unicode_is_written_and_not_an_error(tmp_path: Path) -> None:
    logs.start_logging(tmp_path, "window")

    logging.getLogger("a").info("file %s", "\udcff.gguf")

    assert "\\udcff.gguf" in (tmp_path / "hearth.log").read_text()


def test_on_a_full_disk_lines_are_lost_and_nobody_else_hears_of_it(tmp_path: Path, capsys, monkeypatch) -> None:
    logs.start_logging(tmp_path, "window")
    [file] = [handler for handler in logs._installed if isinstance(handler, logging.FileHandler)]

    class Full:
        """A stream that keeps what it cannot write, as Python's own do."""

        def tell(self) -> int:
            raise OSError(28, "No space left on device")

        write = flush = close = tell

    file.stream.close()
    file.stream = Full()
    logging.getLogger("a").info("lost")
    logging.getLogger("a").info("there again")

    assert capsys.readouterr().err == ""
    assert [line.rpartition(": ")[2] for line in (tmp_path / "hearth.log").read_text().splitlines()] == ["there again"]


@pytest.mark.posix("on Windows it is not kept")
def test_the_stack_of_a_crash_is_kept_until_there_are_many(tmp_path: Path) -> None:
    program = "import faulthandler, sys; from pathlib import Path; from desktop_app.logs import keep_stack_of_crash as keep\n"
    program += "keep(Path(sys.argv[1])); faulthandler._sigsegv()"
    file = logs.crash_file(tmp_path)

    def crash(folder: Path = tmp_path) -> int:
        return subprocess.run(
            [sys.executable, "-c", program, str(folder)], cwd=ROOT, stderr=subprocess.DEVNULL, check=False
        ).returncode

    crash()
    crash()
    assert file.read_text().count("Fatal Python error") == 2
    file.write_text("x" * (logs.MAX_BYTES + 1))
    crash()
    assert file.read_text().count("Fatal Python error") == 1
    assert file.stat().st_size < logs.MAX_BYTES
    assert crash(tmp_path / "nowhere") < 0, "a folder that is not there costs the file, never the start"
