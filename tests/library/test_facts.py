from __future__ import annotations

import os
import random
import struct
import threading
from pathlib import Path
from typing import Any

import pytest

from desktop_app.engine.gguf import Header, read_header, read_start
from desktop_app.errors import ModelFileNotFound, NotAModelFile
from desktop_app.library import facts as facts_module
from desktop_app.library.facts import N_CHARACTERS_MAX, ModelFacts, facts_of, read_facts, see_to_start
from tests.fakes.gguf_file import header, write_recurrent_model, write_sliding_window_model, write_tiny_model
from tests.library.files import put, put_projector


def facts(path: Path) -> ModelFacts:
    """Give what the first bytes of a file say."""
    return read_facts(path)[1]


def test_a_model_says_what_it_is(tmp_path: Path) -> None:
    path = put(
        tmp_path / "a.gguf",
        general__name="Tiny",
        general__file_type=15,
        general__size_label="7B",
        general__license="apache-2.0",
    )

    found = facts(path)

    assert (found.kind, found.architecture, found.title, found.file_type) == ("model", "llama", "Tiny", "Q4_K_M")
    assert (found.size_label, found.license) == ("7B", "apache-2.0")
    assert (found.n_layers, found.n_embd, found.n_vocab, found.n_ctx_train) == (2, 32, 2, 4096)


def test_what_stands_before_the_vocabulary_is_all_that_is_read(tmp_path: Path) -> None:
    texts = [f"word{number}" for number in range(200_000)]
    path = put(tmp_path / "a.gguf", tokenizer__ggml__tokens=texts)
    n_read = 0
    with path.open("rb", buffering=0) as file:

        class Counting:
            def read(self, n_bytes: int) -> bytes:
                nonlocal n_read
                n_read += n_bytes
                return file.read(n_bytes)

        start = read_start(Counting(), path.stat().st_size)  # type: ignore[arg-type]

    assert path.stat().st_size > 2_000_000
    assert n_read == 65_536
    assert start.lengths["tokenizer.ggml.tokens"] == 200_000


def test_keys_after_the_vocabulary_are_found_when_the_shape_stands_there(tmp_path: Path) -> None:
    path = tmp_path / "odd.gguf"
    pairs = {"general.architecture": "xverse", "tokenizer.ggml.tokens": ["a"] * 50, "xverse.block_count": 7}
    path.write_bytes(header(pairs, [("token_embd.weight", (32, 2))]) + bytes(256))

    assert facts(path).n_layers == 7


@pytest.mark.parametrize("write", [write_tiny_model, write_sliding_window_model, write_recurrent_model])
def test_the_short_look_agrees_with_the_whole_header(tmp_path: Path, write: Any) -> None:
    path = write(tmp_path / "a.gguf")

    assert facts(path).replaced(digest="") == facts_of(read_header(path))


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"general__type": "adapter"}, "adapter"),
        ({"general__type": "imatrix"}, "imatrix"),
        ({"general__architecture": "imatrix"}, "imatrix"),
        ({"general__architecture": "clip"}, "projector"),
        ({"general__type": "mmproj"}, "projector"),
        ({"general__architecture": "nomic-bert"}, "embedding"),
        ({"llama__pooling_type": 3}, "embedding"),
        ({"llama__pooling_type": 0}, "model"),
        ({"general__type": "model"}, "model"),
    ],
)
def test_what_is_no_model_of_its_own_is_told_from_one(tmp_path: Path, changes: dict[str, Any], kind: str) -> None:
    assert facts(put(tmp_path / "a.gguf", **changes)).kind == kind


def test_a_vocabulary_alone_is_no_model(tmp_path: Path) -> None:
    path = tmp_path / "vocab.gguf"
    path.write_bytes(header({"general.architecture": "llama", "llama.block_count": 2, "tokenizer.ggml.tokens": ["a"]}))

    assert facts(path).kind == "vocabulary"


def test_the_width_of_a_projector_is_known(tmp_path: Path) -> None:
    assert facts(put_projector(tmp_path / "mmproj.gguf", width=2560)).n_projected == 2560


def test_texts_of_strangers_are_short_and_on_one_line(tmp_path: Path) -> None:
    path = put(tmp_path / "a.gguf", general__name="A\n\r\0 \x1b[31m‮name\t" + "x" * 5000, general__license=7)

    title = facts(path).title

    assert title.startswith("A [31m name xxx")
    assert len(title) == N_CHARACTERS_MAX and title.isprintable()
    assert facts(path).license == ""


def test_impossible_numbers_are_unknown_ones() -> None:
    values = {"general.architecture": "llama", "llama.block_count": -3, "llama.context_length": 2**63, "general.file_type": "x"}

    found = facts_of(Header(values, {}, {}))

    assert (found.n_layers, found.n_ctx_train, found.file_type) == (0, 0, "")


@pytest.mark.parametrize("place", [300, -1, 250_000])
def test_other_weights_are_another_file_wherever_they_differ(tmp_path: Path, place: int) -> None:
    one = put(tmp_path / "a.gguf", 500_000)
    data = bytearray(one.read_bytes())
    data[len(data) // 2 if place == 250_000 else place] ^= 1
    other = tmp_path / "other.gguf"
    other.write_bytes(data)

    assert facts(one).digest != facts(other).digest


def test_another_length_is_another_file_and_a_copy_is_the_same(tmp_path: Path) -> None:
    one, longer = put(tmp_path / "a.gguf", general__name="A"), put(tmp_path / "b.gguf", 1, general__name="A")
    copy = tmp_path / "copy.gguf"
    copy.write_bytes(one.read_bytes())

    assert facts(one).digest == facts(copy).digest != facts(longer).digest


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"<!doctype html><title>Sign in</title>", "not_gguf"),
        (b"GGUF", "truncated"),
        (b"GGUF" + struct.pack("<IQQ", 99, 0, 1), "version"),
        (b"GGUF" + struct.pack("<IQQ", 3, 0, 2**60), "impossible_values"),
        (b"GGUF" + struct.pack("<IQQQ", 3, 0, 1, 2**62), "impossible_values"),
    ],
)
def test_what_is_no_model_is_said_with_its_reason(tmp_path: Path, content: bytes, reason: str) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(content)

    with pytest.raises(NotAModelFile) as error:
        facts(path)

    assert error.value.reason == reason


def test_300_damaged_headers_are_facts_or_a_reason(tmp_path: Path) -> None:
    originals = [write(tmp_path / "o.gguf").read_bytes() for write in (write_tiny_model, write_sliding_window_model)]
    generator, path = random.Random(5), tmp_path / "damaged.gguf"
    n_facts = 0
    for number in range(300):
        data = bytearray(originals[number % 2][:4096])
        for _ in range(generator.choice((1, 1, 2, 8))):
            place = generator.randrange(min(len(data), 900))
            match generator.randrange(4):
                case 0:
                    data[place] ^= 1 << generator.randrange(8)
                case 1:
                    data[place : place + 8] = struct.pack("<Q", generator.choice((0, 1, 2**32, 2**62, 2**64 - 1)))
                case 2:
                    del data[place : place + generator.randrange(1, 64)]
                case 3:
                    data[place:place] = generator.randbytes(generator.randrange(1, 64))
        path.write_bytes(data)
        try:
            found = facts(path)
        except NotAModelFile:
            continue
        n_facts += 1
        assert all(isinstance(value, str | int) for value in found.as_dict().values())
        assert all(
            len(value) <= N_CHARACTERS_MAX and value.isprintable() for value in found.as_dict().values() if isinstance(value, str)
        )
    assert 30 < n_facts < 285


def test_a_file_that_changes_while_it_is_read_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put(tmp_path / "a.gguf")
    original = facts_module.read_start

    def read_and_grow(file: Any, size_bytes: int) -> Header:
        start = original(file, size_bytes)
        with path.open("ab") as growing:
            growing.write(b"more")
        return start

    monkeypatch.setattr(facts_module, "read_start", read_and_grow)

    with pytest.raises(NotAModelFile) as error:
        facts(path)

    assert error.value.reason == "truncated"


@pytest.mark.posix("no FIFOs there")
@pytest.mark.parametrize("read", [read_facts, read_header, see_to_start])
def test_a_fifo_with_the_name_of_a_model_is_not_waited_for(tmp_path: Path, read: Any) -> None:
    os.mkfifo(tmp_path / "pipe.gguf")
    raised: list[BaseException] = []

    def attempt() -> None:
        try:
            read(tmp_path / "pipe.gguf")
        except NotAModelFile as error:
            raised.append(error)

    thread = threading.Thread(target=attempt, daemon=True)
    thread.start()
    thread.join(5)
    assert not thread.is_alive()
    assert [error.reason for error in raised] == ["not_readable"]  # type: ignore[attr-defined]


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelFileNotFound):
        facts(tmp_path / "nowhere.gguf")


def test_the_start_of_a_file_tells_whether_it_may_be_a_model_whatever_its_name(tmp_path: Path) -> None:
    blob = tmp_path / "sha256-0123"
    blob.write_bytes(b"GGUF\x03\x00")
    see_to_start(blob)
    for content, reason in ((b"", "empty"), (b"GG", "not_gguf"), (b"Notes about GGUF", "not_gguf")):
        blob.write_bytes(content)
        with pytest.raises(NotAModelFile) as error:
            see_to_start(blob)
        assert error.value.reason == reason
    with pytest.raises(NotAModelFile):
        see_to_start(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.gguf")
        with pytest.raises(NotAModelFile):  # and is not waited for
            see_to_start(tmp_path / "pipe.gguf")
    with pytest.raises(ModelFileNotFound):
        see_to_start(tmp_path / "nowhere.gguf")
