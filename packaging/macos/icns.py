#!/usr/bin/env python3
"""Puts PNG pictures into one icon file of macOS: `python packaging/macos/icns.py OUT.icns PNG...`"""

from __future__ import annotations

import struct
import sys
from collections.abc import Sequence
from pathlib import Path

# Width in pixels → type of the entry. Source: the table of Apple's icon image format, entries that take PNG.
KINDS = {16: b"icp4", 32: b"icp5", 64: b"icp6", 128: b"ic07", 256: b"ic08", 512: b"ic09", 1024: b"ic10"}


def icns(pictures: Sequence[bytes]) -> bytes:
    """Give an icon file of square PNG pictures. Raises: ValueError for another format or another size."""
    entries = b""
    for picture in pictures:
        if picture[:8] != b"\x89PNG\r\n\x1a\n":
            raise ValueError("an icon is made of PNG files")
        width, height = struct.unpack(">II", picture[16:24])
        if width != height or width not in KINDS:
            raise ValueError(f"a picture of {width} × {height} pixels does not belong into an icon")
        entries += KINDS[width] + struct.pack(">I", len(picture) + 8) + picture
    return b"icns" + struct.pack(">I", len(entries) + 8) + entries


if __name__ == "__main__":
    Path(sys.argv[1]).write_bytes(icns([Path(name).read_bytes() for name in sys.argv[2:]]))
