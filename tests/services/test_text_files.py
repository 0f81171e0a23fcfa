"""Files for a question: text in any encoding is read, everything else is refused with a sentence."""

from __future__ import annotations

import random
import zipfile
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.decoding import decode
from desktop_app.errors import AppError, AttachmentTooLarge, FileUnreadable, NotATextFile
from desktop_app.services import text_files
from desktop_app.services.text_files import TextFiles, pasted, read_text_file

CHINESE = "今天天气很好，我们去公园散步吧。\n第二行。"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"plain\r\nlines\r", "plain\nlines\n"),
        (b"\xef\xbb\xbfwith a mark", "with a mark"),
        (CHINESE.encode("utf-8"), CHINESE),
        (CHINESE.encode("utf-16"), CHINESE),
        (("name,value\n" * 20).encode("utf-16-le"), "name,value\n" * 20),
        (("name,value\n" * 20).encode("utf-16-be"), "name,value\n" * 20),
        (CHINESE.encode("gb18030"), CHINESE),
        ("Straße, café, naïve – “so”".encode("cp1252"), "Straße, café, naïve – “so”"),
        (b"", ""),
        (b"\x1b[1mcolours of a terminal\x1b[0m", "\x1b[1mcolours of a terminal\x1b[0m"),
    ],
)
def test_text_is_read_in_the_encoding_that_it_was_written_in(data: bytes, text: str) -> None:
    assert decode(data) == text


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR",
        b"PK\x03\x04\x14\x00\x00\x00",
        b"\x7fELF\x02\x01\x01\x00",
        b"a\x00b",
        bytes(range(1, 32)) * 9,
    ],
)
def test_what_is_no_text_is_refused(data: bytes) -> None:
    assert decode(data) is None


def test_a_file_becomes_an_attachment_with_its_name_and_size(tmp_path: Path) -> None:
    path = tmp_path / "a table.csv"
    path.write_bytes("größe,1\n".encode())
    found = read_text_file(path)
    assert (found.name, found.text, found.n_bytes) == ("a table.csv", "größe,1\n", 10)
    assert len(found.id) == 32


def test_a_large_file_is_refused_without_reading_all_of_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_files, "MAX_BYTES", 1000)
    path = tmp_path / "large.txt"
    path.write_text("x" * 1001)
    with pytest.raises(AttachmentTooLarge) as raised:
        read_text_file(path)
    assert (raised.value.n_bytes, raised.value.max_bytes) == (1001, 1000)


def test_a_folder_and_a_missing_file_are_told(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone.txt"):
        with pytest.raises(FileUnreadable):
            read_text_file(path)


@pytest.mark.posix("Windows has no such devices")
def test_a_device_without_end_is_not_read() -> None:
    with pytest.raises(FileUnreadable):
        read_text_file(Path("/dev/zero"))


def test_pasted_text_is_a_file_too() -> None:
    found = pasted("你好", "Pasted text.txt")
    assert (found.text, found.n_bytes) == ("你好", 6)


def _mutated(chance: random.Random, data: bytes) -> bytes:
    """Give `data` with flipped bits, pieces cut out, doubled or set to zero."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(made) + 1)
        # Zeros make text binary: seldom.
        match chance.choice((0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3)):
            case 0 if at < len(made):
                made[at] ^= 1 << chance.randrange(8)
            case 1:
                del made[at : at + chance.randrange(200)]
            case 2:
                made[at:at] = made[at : at + 100]
            case _:
                made[at : at + 4] = bytes(4)
    return bytes(made) or b"\0"


def test_a_hundred_damaged_files_are_text_or_a_sentence(tmp_path: Path, qtbot: QtBot) -> None:
    chance = random.Random(20261122)
    archive = tmp_path / "bomb.docx"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("word/document.xml", bytes(20_000_000))
    bases = [
        b"# Title\n\nSome *Markdown* text.\n" * 50, CHINESE.encode("gb18030") * 40, archive.read_bytes(),
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog>>\nstream\n" + chance.randbytes(3000) + b"\nendstream\n%%EOF",
        b"\x89PNG\r\n\x1a\n" + chance.randbytes(2000), b"\xff\xd8\xff\xe0" + chance.randbytes(2000),
    ]  # fmt: skip
    heard: list[object] = []
    files = TextFiles()
    files.file_read.connect(lambda _wish, found: heard.append(found))
    files.failed.connect(lambda _wish, error: heard.append(error))
    paths = []
    for number in range(100):
        path = tmp_path / f"{number}.bin"
        path.write_bytes(_mutated(chance, bases[number % len(bases)]))
        paths.append(path)
    for path in paths:
        files.read("", path)
    qtbot.waitUntil(lambda: len(heard) == 100)
    files.close()
    assert all(isinstance(one, Attachment | NotATextFile) for one in heard), [one for one in heard if isinstance(one, AppError)]
    texts = [one for one in heard if isinstance(one, Attachment)]
    assert 10 <= len(texts) <= 60, "the corpus does not try both"
    assert all("\0" not in one.text for one in texts)
