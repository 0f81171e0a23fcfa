"""From the bytes of a file to its text, whatever encoding it was written in; None for what is no text.

Plain rules and no guessing by statistics: a byte order mark decides, then UTF-8, then UTF-16 by its zeros, then the
encoding that Chinese Windows writes, and last the Western one that accepts nearly everything.
"""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAMPLE_BYTES = 4096
_CONTROLS_ALLOWED = frozenset("\t\n\r\f\v\x1b")
_SHARE_OF_CONTROLS_MAX = 0.01


def decode(data: bytes) -> str | None:
    """Give the text of a file with line feeds at the ends of lines, or None when it is none: a picture, a program, an archive."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _text(data[len(mark) :], encoding)
    zeros = _zeros(data[:_SAMPLE_BYTES])
    if zeros:
        return _text(data, zeros)
    if b"\0" in data:
        return None
    for encoding in ("utf-8", "gb18030", "cp1252"):
        text = _text(data, encoding)
        if text is not None and (encoding != "gb18030" or _is_chinese(text)):
            return text
    return None


def _text(data: bytes, encoding: str) -> str | None:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    sample = text[:_SAMPLE_BYTES]
    n_controls = sum(char < " " and char not in _CONTROLS_ALLOWED for char in sample)
    if "\0" in text or n_controls > _SHARE_OF_CONTROLS_MAX * len(sample):
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _zeros(sample: bytes) -> str:
    """Give the encoding of two bytes a character that the zeros speak of: in Latin text every other byte is one."""
    if len(sample) < 4 or len(sample) % 2:
        sample = sample[: len(sample) // 2 * 2]
    if not sample:
        return ""
    n_pairs = len(sample) // 2
    if sample[1::2].count(0) > 0.4 * n_pairs and sample[::2].count(0) == 0:
        return "utf-16-le"
    if sample[::2].count(0) > 0.4 * n_pairs and sample[1::2].count(0) == 0:
        return "utf-16-be"
    return ""


def _is_chinese(text: str) -> bool:
    """Say whether the letters beyond ASCII are Chinese ones in use: bytes of other encodings give rare ones."""
    beyond = [char for char in text[:_SAMPLE_BYTES] if char > "\x7f"]
    common = sum("\u4e00" <= char <= "\u9fff" or "\u3000" <= char <= "\u303f" or "\uff00" <= char <= "\uff5e" for char in beyond)
    return common >= 0.9 * len(beyond)
