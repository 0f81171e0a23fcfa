"""How a text is searched: what stays of a letter, what a person's words ask for, and where they stand in a text.

Knows no index and no window: the index (`storage.words`) and the marks in what is shown use the same rules. Expressions
are compiled by the first search and kept by `re`: compiling them here would take 3 ms of every start.
"""

from __future__ import annotations

import functools
import html
import re
import unicodedata
from collections.abc import Callable, Iterator

from desktop_app.record import Record

N_CHARACTERS_MAX = 200
"""Of what is searched for; the rest of a pasted page is left out."""
N_PARTS_MAX = 16

CHARACTERS = (
    "\u3005-\u3007\u303b-\u303c\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\U0001b000-\U0001b16f\U00020000-\U0003ffff"
)
"""Scripts without spaces between words, as a class of a regular expression: each character is a word of its own."""

# Accents, points and vowel signs that are left out in writing; joiners and selectors that are not seen at all. The
# signs of Indic scripts and the voice marks of kana are none of these: they tell words apart.
_MARKS = (
    "\u0300-\u036f\u0483-\u0489\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
)
_UNSEEN = "\u00ad\u0640\u200b-\u200f\u2060\ufe00-\ufe0f\ufeff\U000e0100-\U000e01ef"
_LEFT_OUT = f"[{_MARKS}{_UNSEEN}]+"
# Letters that Unicode does not take apart, although people who lack the key write them so.
_PLAIN = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"})
_PIECE = f"[{CHARACTERS}]|[^{CHARACTERS}\\s._'’‘\":,;·‧‿⁀⁔״׳]+"
_QUOTE = r'["“”„«»「」『』]'
# Near enough to how Unicode divides a text: what the index has found is marked with it, nothing is found by it.
_PUNCTUATION = r"\x00-\x1f!-/:-@\[-`{-~\xa0-\xbf\u2010-\u2bff\u2e00-\u2e7f\u3001-\u303f\ufe30-\ufe6f"
_WORD = rf"[{CHARACTERS}]|[^\s{_PUNCTUATION}{CHARACTERS}]+"
_LINE_END = "[\n\u2028\u2029]?"
_FORMED = "\u00a8-\u00be\u2000-\u2bff\u3000-\u303f\u3200-\u33ff\ufe30-\ufe6f\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
"""Commas and full stops of Chinese, ellipses, "①", "½": folding takes them for others, which are written otherwise."""
_MARKUP = rf"[\W_{_FORMED}]*+"
"""What may stand between two letters in the source of a text and not be read. It keeps what it has: no text takes long."""
_PLAIN_ADDRESS = r"[^()<\"'\\\n]*"
_ADDRESS = rf"\](?:\({_PLAIN_ADDRESS}(?:\({_PLAIN_ADDRESS}\){_PLAIN_ADDRESS})*\)|\[[^\[\]\\\n]*\])|<[bB][rR][ \t]*/?>"
"""Letters that may stand between those that are read: of line breaks, and of links whose end is easily told."""
_VARIANT_RANGES = ((0x41, 0x5A), (0xC0, 0x24F), (0x386, 0x52F), (0x1E00, 0x1FFF), (0xFB00, 0xFB06), (0xFF10, 0xFF5A))
# What the scripts above do not divide: letters and digits, each with what may stand on it.
_LETTER = rf"[^\W_{CHARACTERS}]"


class Part(Record):
    """A piece of what is searched for; all pieces have to be in a text."""

    text: str
    """Its words have to follow one another."""
    is_open: bool = False
    """True: it is still being typed, so its last word may be the beginning of a longer one."""


def fold(text: str) -> str:
    """Give `text` without case, accents and forms of the same letter: "Straße", "STRASSE" and "ｓｔｒａｓｓｅ" are equal."""
    folded = re.sub(_LEFT_OUT, "", unicodedata.normalize("NFKD", text.casefold())).casefold().translate(_PLAIN)
    return unicodedata.normalize("NFC", folded)


def pieces(word: str) -> list[str]:
    """Give what is looked up of a word as Unicode divides text: "snake_case" is two, "don't" is two, "テスト" is three."""
    return re.findall(_PIECE, fold(word))


def is_character(piece: str) -> bool:
    """Tell whether a piece is one character of a script without spaces: nothing longer can begin with it."""
    return len(piece) == 1 and re.match(f"[{CHARACTERS}]", piece) is not None


def parts(text: str) -> list[Part]:
    """Give what a person's words ask for: what stands between spaces or between quotation marks.

    The last part is open, unless its quotation is closed, and so is one that ends in an asterisk.
    """
    found: list[Part] = []
    sections = re.split(_QUOTE, text[:N_CHARACTERS_MAX])
    for number, section in enumerate(sections):
        is_quoted = number % 2 == 1
        is_last = number == len(sections) - 1
        chunks = [section.strip()] if is_quoted else section.split()
        for at, chunk in enumerate(chunks, start=1):
            is_open = (is_last and at == len(chunks)) or chunk.endswith("*")
            found += [Part(chunk.rstrip("*"), is_open)] if chunk.strip("*") else []
    return found[:N_PARTS_MAX]


def marks(text: str, wanted: str) -> list[tuple[int, int]]:
    """Give where the words that are searched for stand in `text`, as (start, end)."""
    pattern = pattern_of(wanted)
    return [match.span() for match in pattern.finditer(text)] if pattern is not None else []


@functools.lru_cache(maxsize=16)
def pattern_of(wanted: str) -> re.Pattern[str] | None:
    """Give what finds each part of `wanted` in a text, in any case, with or without accents; None: nothing to find."""
    # The longer first: of two that begin at the same place the whole is marked.
    expressions = sorted({one for part in parts(wanted) if (one := _expression(part))}, key=len, reverse=True)
    return re.compile("|".join(expressions)) if expressions else None


@functools.lru_cache(maxsize=4)
def pattern_anywhere(wanted: str) -> re.Pattern[str] | None:
    """Give what finds `wanted` as it is typed, inside of words too, in any case, with or without accents; None: nothing.

    A space is found where a line ends, too, and so is nothing at all beside a character of a script without spaces.
    """
    words = wanted[:N_CHARACTERS_MAX].split()
    if not fold("".join(words)):
        return None
    folded = r"\s+".join(_spelled(word, _line_end) for word in fold(" ".join(words)).split())
    typed = r"\s+".join(_LINE_END.join(map(re.escape, word)) for word in words)
    return re.compile(f"{folded}|(?i:{typed})" if re.search(f"[{_FORMED}]", wanted) else folded)


@functools.lru_cache(maxsize=4)
def _pattern_in_source(wanted: str) -> re.Pattern[str]:
    letters = "".join(re.findall(r"[^\W_]", fold(re.sub(f"[{_FORMED}]", "", wanted[:N_CHARACTERS_MAX]))))
    return re.compile(_spelled(letters, lambda _one, _other: _MARKUP))


def may_be_read_in(source: str, wanted: str) -> bool:
    """Tell whether `wanted` may be read in Markdown, whatever markup stands between its letters; True is a guess."""
    pattern = _pattern_in_source(wanted)
    if pattern.search(source) is not None:
        return True
    if not any(mark in source for mark in ("](", "][", "&", "<")):
        return False
    rest = re.sub(_ADDRESS, "", source)
    if "](" in rest or "][" in rest:
        return True
    # Resolved after that: a "<" that is written as an entity is read.
    return any(pattern.search(text) for text in (rest, html.unescape(rest), html.unescape(source)))


def _expression(part: Part) -> str:
    words = re.findall(_WORD, fold(part.text))
    if not words:
        return ""
    found = [_spelled(word) for word in words]
    is_closed = not part.is_open or not re.search(rf"[\w{CHARACTERS}]$", part.text)
    before = "" if is_character(words[0]) else f"(?<!{_LETTER})"
    after = "" if is_character(words[-1]) or not is_closed else f"(?!{_LETTER})"
    return before + r"[\W_]{0,8}".join(found) + after


def _line_end(one: str, other: str) -> str:
    return _LINE_END if is_character(one) or is_character(other) else ""


def _spelled(word: str, between: Callable[[str, str], str] = lambda _one, _other: "") -> str:
    """Give an expression for every way to write a word that has been folded, and what may stand between two letters."""
    variants = _variants()
    found = ""
    at = 0
    while at < len(word):
        one, two = word[at], word[at : at + 2]
        found += between(word[at - 1], one) if at else ""
        if len(two) == 2 and two in variants:
            found += f"(?:{_letter(one)}{between(one, two[1])}{_letter(two[1])}|[{variants[two]}])"
            at += 2
        else:
            found += _letter(one)
            at += 1
    return found


def _letter(one: str) -> str:
    if is_character(one):
        return re.escape(one)
    return f"[{re.escape(one)}{_variants().get(one, '')}][{_MARKS}{_UNSEEN}]*"


@functools.cache
def _variants() -> dict[str, str]:
    """Give, for what one or two letters are folded to, the letters that are."""
    found: dict[str, str] = {}
    for folded, letter in _folded_letters():
        found[folded] = found.get(folded, "") + letter
    return found


def _folded_letters() -> Iterator[tuple[str, str]]:
    for first, last in _VARIANT_RANGES:
        for code in range(first, last + 1):
            folded = fold(chr(code))
            if folded != chr(code) and 1 <= len(folded) <= 2 and folded.isalnum():
                yield folded, chr(code)
