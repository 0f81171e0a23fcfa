"""The letters of a PDF file as a search finds them.

WORKAROUND: Qt says for each glyph which character it stands for, and takes the lowest that the font draws with it
(`QFontEngine::getReverseGlyph…` in qfontsubset.cpp): a space becomes a tab, 行 becomes the radical U+2F8F. The file looks
right, but nothing with these letters is found or copied as it was written.
"""

from __future__ import annotations

import re
import unicodedata

_TABLE = re.compile(rb"beginbfrange.*?endbfrange", re.DOTALL)
_RANGE = re.compile(rb"(<([0-9A-F]{4})> <([0-9A-F]{4})> )(\[[^\]]*\]|<[0-9A-F]{4}>)")
"""First and last glyph, and a character for each, or the character of the first."""
_UNIT = re.compile(rb"<([0-9A-F]{4})>")
_RADICALS = (
    "⺠民⻁虎⻄西⻅见⻆角⻉贝⻋车⻑長⻓长⻔门⻘青⻙韦⻚页⻛风⻜飞"
    "⻝食⻢马⻣骨⻤鬼⻥鱼⻦鸟⻧卤⻨麦⻩黄⻪黾⻫斉⻬齐⻭歯⻮齿⻯竜⻰龙⻱龜⻲亀"
)
"""Radicals of the block U+2E80, each with the character of the same shape; Unicode has decompositions for two of them only.
Source: Unicode, EquivalentUnifiedIdeograph.txt, as far as fonts share a glyph."""
_PLAIN = {
    **dict(zip(_RADICALS[::2], _RADICALS[1::2], strict=True)),
    "\t": " ", "\u02bb": "\u2018", "\u2003": "\u3000", "\u2012": "\u2013", "\u2215": "\uff0f", "\u301c": "\uff5e",
}  # fmt: skip


def findable(pdf: bytes) -> bytes:
    """Give the file with the usual character for each glyph. No length changes, so that every offset in it stays true."""
    return _TABLE.sub(lambda table: _RANGE.sub(_usual_range, table[0]), pdf)


def _usual_range(found: re.Match[bytes]) -> bytes:
    # Characters that follow each other go on from the first one: it cannot be changed alone.
    is_run = found[2] != found[3] and not found[4].startswith(b"[")
    return found[0] if is_run else found[1] + _UNIT.sub(_usual, found[4])


def _usual(unit: re.Match[bytes]) -> bytes:
    char = chr(int(unit[1], 16))
    usual = _PLAIN.get(char, char)
    if "\u2e80" <= char <= "\u2fdf":
        usual = unicodedata.normalize("NFKC", usual)
    return b"<%04X>" % ord(usual) if len(usual) == 1 and usual <= "\uffff" else unit[0]
