"""What the journal of a partial file remembers: over a kill, over a loss of power, and of nothing but its own file."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.hub import journal as journal_module
from desktop_app.hub.journal import HEAD_BYTES, Journal, kept_bytes

SIZE, PIECE = 1000, 300


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.gguf.hearth-journal"


@pytest.fixture
def partial(tmp_path: Path) -> Path:
    path = tmp_path / "x.gguf.hearth-part"
    path.write_bytes(b"x" * SIZE)
    return path


@pytest.fixture
def opened(path: Path) -> Iterator[Journal]:
    journal = Journal(path, "sha", SIZE, PIECE)
    yield journal
    journal.close()


def _reopened(path: Path, *about: object) -> tuple[int, ...]:
    """Give what another process finds of each piece."""
    journal = Journal(path, *(about or ("sha", SIZE, PIECE)))
    try:
        return tuple(journal.missing(index)[0] - journal.piece(index)[0] for index in range(journal.n_pieces))
    finally:
        journal.close()


def test_pieces_cover_the_file_and_the_last_one_is_shorter(opened: Journal) -> None:
    assert [opened.piece(index) for index in range(opened.n_pieces)] == [(0, 300), (300, 600), (600, 900), (900, 1000)]


def test_what_was_counted_is_there_for_the_next_process_without_being_saved(opened: Journal, path: Path) -> None:
    opened.advance(0, 300)
    opened.advance(2, 17)
    assert _reopened(path) == (300, 0, 17, 0) and kept_bytes(path) == opened.done_bytes == 317


def test_what_is_there_without_a_gap_can_be_hashed(opened: Journal) -> None:
    opened.advance(1, 300)
    assert opened.prefix_bytes() == 0
    opened.advance(0, 250)
    assert opened.prefix_bytes() == 250
    opened.advance(0, 50)
    assert opened.prefix_bytes() == 600
    opened.advance(2, 300)
    opened.advance(3, 100)
    assert opened.prefix_bytes() == SIZE and opened.is_complete(3)


def test_after_a_loss_of_power_only_what_was_written_out_counts(
    opened: Journal, path: Path, partial: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.advance(0, 200)
    opened.save(partial)
    opened.advance(0, 100)
    opened.advance(1, 100)
    monkeypatch.setattr(journal_module, "_boot", lambda: "another start of the computer")
    assert _reopened(path) == (200, 0, 0, 0)
    monkeypatch.undo()
    assert _reopened(path) == (200, 0, 0, 0), "it is not believed later, either"


def test_where_the_kernel_has_no_name_for_a_start_its_time_tells(
    path: Path, partial: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(journal_module, "_boot", lambda: "")
    began_s = [1000.0]
    monkeypatch.setattr(journal_module, "_began_s", lambda: began_s[0])
    journal = Journal(path, "sha", SIZE, PIECE)
    journal.advance(0, 200)
    began_s[0] += 0.3  # clocks are set a little all the time
    assert _reopened(path) == (200, 0, 0, 0)
    journal.close()
    began_s[0] += 60
    assert _reopened(path) == (0, 0, 0, 0)


def test_the_bytes_are_written_out_before_it_says_so(
    opened: Journal, path: Path, partial: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened.advance(0, 200)

    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="Input/output"):
        opened.save(partial)
    monkeypatch.setattr(journal_module, "_boot", lambda: "another start of the computer")
    assert _reopened(path) == (0, 0, 0, 0)


@pytest.mark.parametrize("about", [("other", SIZE, PIECE), ("sha", SIZE + 1, PIECE), ("sha", SIZE, PIECE + 1)])
def test_another_content_begins_with_nothing(path: Path, about: tuple[str, int, int]) -> None:
    journal = Journal(path, "sha", SIZE, PIECE)
    journal.advance(0, 200)
    journal.close()  # on Windows nothing takes the place of an open file
    assert sum(_reopened(path, *about)) == 0


@pytest.mark.parametrize(
    "damage",
    [b"", b"{", b"[]" + b" " * 5000, b"\0" * (HEAD_BYTES + 32), json.dumps({"size": "x", "piece": 0}).encode().ljust(HEAD_BYTES)],
)
def test_a_damaged_one_begins_with_nothing(path: Path, damage: bytes) -> None:
    path.write_bytes(damage)
    assert kept_bytes(path) == 0
    assert sum(_reopened(path)) == 0


def test_nothing_counts_that_the_partial_file_is_too_short_for(opened: Journal, path: Path) -> None:
    opened.advance(0, 300)
    opened.advance(1, 300)
    opened.advance(3, 50)
    opened.cut(450)
    assert _reopened(path) == (300, 150, 0, 0)


def test_an_empty_file_is_complete(path: Path) -> None:
    journal = Journal(path, "sha", 0, PIECE)
    assert journal.n_pieces == journal.done_bytes == journal.prefix_bytes() == 0
    journal.close()
