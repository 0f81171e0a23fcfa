"""The process that reads: it waits when it is ahead, ends when nobody listens, and dies with nothing said of what it read."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest

from desktop_app.exchange import worker
from desktop_app.exchange.found import Ended, Found, Skipped, SkipReason
from desktop_app.exchange.wire import Decoder, Failed, Request, weight
from tests.exchange import corpus
from tests.exchange.corpus import NOW_MS
from tests.test_architecture import loaded_by


def request(path: Path) -> bytes:
    return Request(str(path), NOW_MS, "[Image]", "[File: {name}]").as_line()


def told(output: bytes) -> list[Any]:
    """Give the events that were told, the progress left out."""
    decoder = Decoder()
    events = [decoder.take(line) for line in output.splitlines()]
    return [event for event in events if event is not None and type(event).__name__ != "Progress"]


@pytest.fixture
def export(tmp_path: Path) -> Path:
    path = tmp_path / "conversations.json"
    path.write_text(json.dumps([corpus.chatgpt_conversation(number) for number in range(8)]), encoding="utf-8")
    return path


def test_it_tells_everything_and_ends(export: Path) -> None:
    output = io.BytesIO()
    assert worker.run(io.BytesIO(request(export)), output) == 0
    assert [type(event) for event in told(output.getvalue())] == [Found] * 8 + [Ended]


def test_it_tells_no_more_before_what_it_told_is_stored(export: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = io.BytesIO()
    worker.run(io.BytesIO(request(export)), output)
    stored = [b"%d\n" % weight(event) for event in told(output.getvalue())]
    monkeypatch.setattr(worker, "N_AHEAD_CHARACTERS", 1)
    for n_stored in range(8):
        output = io.BytesIO()
        assert worker.run(io.BytesIO(request(export) + b"".join(stored[:n_stored])), output) == 0
        assert len(told(output.getvalue())) == n_stored + (2 if n_stored == 7 else 1)


def test_it_ends_when_nobody_asks() -> None:
    assert worker.run(io.BytesIO(b""), io.BytesIO()) == 0


def test_a_file_that_cannot_be_read_is_told_in_the_systems_words(tmp_path: Path) -> None:
    output = io.BytesIO()
    assert worker.run(io.BytesIO(request(tmp_path / "gone")), output) == 0
    with pytest.raises(FileNotFoundError) as refused:
        (tmp_path / "gone").stat()
    assert told(output.getvalue()) == [Failed(str(refused.value.strerror))]


def test_a_mistake_of_ours_says_where_and_not_what(
    export: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*_: object) -> object:
        raise KeyError("terces"[::-1])

    monkeypatch.setattr(worker, "read", fail)
    assert worker.run(io.BytesIO(request(export)), io.BytesIO()) == 1
    said = capsys.readouterr().err
    assert "KeyError" in said and "worker.py" in said
    assert "secret" not in said


def test_what_counts_for_how_far_ahead_it_is() -> None:
    assert weight(Skipped("x", SkipReason.EMPTY)) > 0
    assert weight(Ended()) == 0


def test_the_process_loads_neither_qt_nor_what_is_stored() -> None:
    loaded = loaded_by("desktop_app.exchange.worker")
    assert "desktop_app.exchange.reader" in loaded
    strangers = {"PySide6", "shiboken6", "apsw", "llama_cpp", "markdown_it", "pygments", "socket"}
    rooms = {"storage", "services", "ui", "engine"}
    assert [name for name in loaded if name.partition(".")[0] in strangers] == []
    assert [name for name in loaded if name.startswith("desktop_app.") and name.split(".")[1] in rooms] == []
