"""Whether every DLL that the application ships finds those that it names, on a computer that has nothing but Windows.

The machine that builds has more than a person's: Visual Studio, for instance, puts libraries into the folder of the
system that it does not allow anybody to pass on. So what may come from outside is named here, and not asked of the
machine. Source: the PE format, "The .idata Section", https://learn.microsoft.com/windows/win32/debug/pe-format.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

from content import OF_DRIVERS
from dev import Problem

SUFFIXES = (".exe", ".dll", ".pyd")
OF_WINDOWS = frozenset(f"{name}.dll" for name in (
    "advapi32", "authz", "avrt", "bcrypt", "bcryptprimitives", "cabinet", "cfgmgr32", "comctl32", "comdlg32", "credui",
    "crypt32", "cryptbase", "d2d1", "d3d11", "d3d12", "d3d9", "d3dcompiler_47", "dbghelp", "dcomp", "dnsapi", "dwmapi",
    "dwrite", "dxgi", "gdi32", "hid", "icu", "icuin", "icuuc", "imagehlp", "imm32", "iphlpapi", "kernel32", "kernelbase",
    "mpr", "msi", "msimg32", "msvcrt", "mswsock", "ncrypt", "netapi32", "normaliz", "ntdll", "odbc32", "ole32", "oleaut32",
    "opengl32", "pdh", "powrprof", "propsys", "psapi", "rpcrt4", "secur32", "setupapi", "shcore", "shell32", "shlwapi",
    "sspicli", "ucrtbase", "uiautomationcore", "user32", "userenv", "usp10", "uxtheme", "version", "winhttp", "wininet",
    "winmm", "wintrust", "wldap32", "ws2_32", "wsock32", "wtsapi32",
)) | {"winspool.drv"}  # fmt: skip
SETS_OF_WINDOWS = ("api-ms-win-", "ext-ms-")
"""Names that stand for parts of Windows itself; of the C runtime too, since Windows 10."""
LOADED_FIRST = "shiboken6.abi3.dll"
"""PySide6 loads it, out of a folder beside its own, before any of its modules, which name it."""


def imported(content: bytes) -> list[str]:
    """Give the names of the DLLs that a program or library cannot be loaded without, in lower case.

    Raises: Problem for content that is none of Windows.
    """
    try:
        return [_text(content, name).lower() for name in _names(content)]
    except (struct.error, ValueError) as error:
        raise Problem(f"This is no program or library of Windows: {error}.") from None


def _names(content: bytes) -> Iterator[int]:
    """Give where in the file the names of its imports stand."""
    (start,) = struct.unpack_from("<I", content, 0x3C)
    signature, n_sections, n_optional, magic = struct.unpack_from("<4s2xH12xH2xH", content, start)
    if content[:2] != b"MZ" or signature != b"PE\0\0" or magic not in (0x10B, 0x20B):
        raise ValueError("it is no PE file")
    # The directories begin after 96 bytes of a 32-bit header and 112 of one for 64 bits; the imports are the second.
    directories = start + 24 + (96 if magic == 0x10B else 112)
    (n_directories,) = struct.unpack_from("<I", content, directories - 4)
    table = struct.unpack_from("<I", content, directories + 8)[0] if n_directories > 1 else 0
    sections = [struct.unpack_from("<8x4I", content, start + 24 + n_optional + 40 * number) for number in range(n_sections)]

    def place(address: int) -> int:
        for n_bytes, first, n_stored, stored in sections:
            if first <= address < first + max(n_bytes, n_stored):
                return int(stored + address - first)
        raise ValueError(f"{address:#x} lies in no section")

    entry = place(table) if table else None
    while entry is not None and (name := struct.unpack_from("<12xI", content, entry)[0]):
        yield place(name)
        entry += 20


def _text(content: bytes, start: int) -> str:
    return content[start : content.index(b"\0", start)].decode("ascii")


def missing(folder: Path, cards: str) -> dict[str, list[str]]:
    """Give, by the place of a program or library in `folder`, what it names and nobody has.

    Windows looks beside the program and where the program says, which is the top of its libraries; a package has what
    it needs in its own folder, and loads it first. Backends in a folder called `cards` may name drivers. Raises: Problem.
    """
    files = [path for path in sorted(folder.rglob("*")) if path.suffix.lower() in SUFFIXES]
    beside: dict[Path, set[str]] = {}
    for path in files:
        beside.setdefault(path.parent, set()).add(path.name.lower())
    for_all = OF_WINDOWS.union(*(names & {LOADED_FIRST} for names in beside.values()))
    found: dict[str, list[str]] = {}
    for path in files:
        there = for_all.union(OF_DRIVERS if path.parent.name == cards else (), *(beside.get(above, ()) for above in path.parents))
        names = [name for name in imported(path.read_bytes()) if name not in there and not name.startswith(SETS_OF_WINDOWS)]
        if names:
            found[path.relative_to(folder).as_posix()] = names
    return found


def see_to_imports(folder: Path, cards: str) -> None:
    """Check that a computer with nothing but Windows can load all that is in `folder`. Raises: Problem."""
    wanting = missing(folder, cards)
    if wanting:
        said = "; ".join(f"{place} needs {', '.join(names)}" for place, names in wanting.items())
        raise Problem(f"Not every computer could load this, since something is neither inside nor a part of Windows: {said}.")
