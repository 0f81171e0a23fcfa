from __future__ import annotations

import io

import pytest

from desktop_app.exchange import text_stream
from desktop_app.exchange.text_stream import text_chunks

TEXT = '[{"title": "天空 😀"}]'


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
@pytest.mark.parametrize("n_bytes", [5, 1000])
def test_every_encoding_of_unicode_is_read(encoding: str, n_bytes: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_stream, "CHUNK_BYTES", n_bytes)
    assert "".join(text_chunks(io.BytesIO(TEXT.encode(encoding)))) == TEXT


def test_bytes_that_mean_nothing_do_not_end_the_reading() -> None:
    assert "".join(text_chunks(io.BytesIO(b'["\xff\xfe", "a"]'))) == '["\ufffd\ufffd", "a"]'
