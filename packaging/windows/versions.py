"""The version that a library of Windows says of itself.

Source: `VS_FIXEDFILEINFO`, https://learn.microsoft.com/windows/win32/api/verrsrc/ns-verrsrc-vs_fixedfileinfo.
"""

from __future__ import annotations

import struct
from fnmatch import fnmatch
from pathlib import Path

from content import TO_THE_TOP

OF_MICROSOFT = tuple(pattern for pattern in TO_THE_TOP if "140" in pattern)
"""Its runtime for C++: what Visual Studio lets others pass on with a program."""
_BEGIN = struct.pack("<II", 0xFEEF04BD, 0x10000)


def version_of(content: bytes) -> str:
    """Give the version of the file as Windows shows it, "" where it says none."""
    place = content.find(_BEGIN)
    if place < 0 or len(content) < place + 16:
        return ""
    high, low = struct.unpack_from("<II", content, place + 8)
    return f"{high >> 16}.{high & 0xFFFF}.{low >> 16}.{low & 0xFFFF}"


def of_microsoft(folder: Path) -> dict[str, str]:
    """Give the libraries of Microsoft's runtime below `folder`, by name in lower case, with their versions."""
    libraries = {path.name.lower(): path for path in sorted(folder.rglob("*.dll"))}
    wanted = (name for name in sorted(libraries) if any(fnmatch(name, pattern) for pattern in OF_MICROSOFT))
    return {name: version_of(libraries[name].read_bytes()) for name in wanted}
