"""Reads PDF files as Qt writes them, as far as tests want to know: the text of each page, links, and what might run."""

from __future__ import annotations

import re
import zlib


class Pdf:
    """One file."""

    def __init__(self, data: bytes) -> None:
        assert data.startswith(b"%PDF-") and data.rstrip().endswith(b"%%EOF")
        self.data = data
        self._starts = {int(found[1]): found.end() for found in re.finditer(rb"(?<=\n)(\d+) 0 obj\n", data)}
        self._letters: dict[int, list[str]] = {}
        pages = re.findall(rb"/Type /Page\n/Parent \d+ 0 R\n/Contents (\d+) 0 R", data)
        self.pages = [self._text(int(number)) for number in pages]

    @property
    def text(self) -> str:
        """All text, a line for each that was drawn by itself."""
        return "\n".join(self.pages)

    @property
    def links(self) -> list[str]:
        """The addresses that a click leads to."""
        return [one.decode() for one in re.findall(rb"/URI \((.*?)\)\n", self.data)]

    @property
    def actions(self) -> set[bytes]:
        """What a click, or the opening of the file, does."""
        outside = re.sub(rb"stream\n.*?endstream", b"", self.data, flags=re.DOTALL)
        return set(re.findall(rb"/S /(\w+)", outside)) | set(
            re.findall(rb"/(OpenAction|AA|JavaScript|Launch|EmbeddedFile)\b", outside)
        )

    def _stream(self, number: int) -> bytes:
        start = self.data.index(b"stream\n", self._starts[number]) + len(b"stream\n")
        raw = self.data[start : self.data.index(b"endstream", start)]
        is_packed = b"/FlateDecode" in self.data[self._starts[number] : start]
        return zlib.decompressobj().decompress(raw) if is_packed else raw

    def _text(self, number: int) -> str:
        lines: list[str] = []
        letters: list[str] = []
        for token in re.finditer(rb"/F(\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)> Tj|\bBT\b", self._stream(number)):
            if token[1]:
                letters = self._letters_of(int(token[1]))
            elif token[2]:
                glyphs = re.findall(rb"....", token[2])
                lines[-1] += "".join(letters[glyph] if (glyph := int(one, 16)) < len(letters) else "?" for one in glyphs)
            else:
                lines.append("")
        return "\n".join(lines)

    def _letters_of(self, font: int) -> list[str]:
        if font not in self._letters:
            found = re.compile(rb"/ToUnicode (\d+) 0 R").search(self.data, self._starts[font])
            assert found is not None
            letters = [""]
            ranges = re.findall(rb"<(....)> <(....)> (\[[^\]]*\]|<....>)", self._stream(int(found[1])))
            for first, last, units in ranges[1:]:
                chars = [int(unit, 16) for unit in re.findall(rb"<(....)>", units)]
                n_glyphs = int(last, 16) - int(first, 16) + 1
                chars = chars if len(chars) == n_glyphs else [chars[0] + number for number in range(n_glyphs)]
                letters += [""] * (int(first, 16) - len(letters)) + [chr(char) for char in chars]
            self._letters[font] = letters
        return self._letters[font]
