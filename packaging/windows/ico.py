#!/usr/bin/env python3
"""Puts PNG pictures into one icon file of Windows: `python packaging/windows/ico.py OUT.ico PNG...`

Source: Windows accepts whole PNG files as pictures of an icon since Vista; the header is ICONDIR and ICONDIRENTRY.
"""

from __future__ import annotations

import struct
import sys
from collections.abc import Sequence
from pathlib import Path


def ico(pictures: Sequence[bytes]) -> bytes:
    """Give an icon file of square PNG pictures, at most 256 pixels wide each. Raises: ValueError."""
    header = struct.pack("<HHH", 0, 1, len(pictures))
    offset = len(header) + 16 * len(pictures)
    for picture in pictures:
        width, height = png_size(picture)
        if width != height or width > 256:
            raise ValueError(f"a picture of {width} × {height} pixels does not belong into an icon")
        # 0 stands for 256 here.
        header += struct.pack("<BBBBHHII", width % 256, height % 256, 0, 0, 1, 32, len(picture), offset)
        offset += len(picture)
    return header + b"".join(pictures)


def png_size(picture: bytes) -> tuple[int, int]:
    """Give width and height of a PNG in pixels. Raises: ValueError."""
    if picture[:8] != b"\x89PNG\r\n\x1a\n" or picture[12:16] != b"IHDR":
        raise ValueError("an icon is made of PNG files")
    width, height = struct.unpack(">II", picture[16:24])
    return width, height


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(ico([Path(name).read_bytes() for name in sys.argv[2:]]))
