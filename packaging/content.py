"""Which libraries go into the application, and where they lie: what hearth.spec asks, apart from PyInstaller itself.

Left out are parts that nothing loads, and the libraries that a graphics driver loads too: with ours in the process,
an older one than the driver was made for, the card is not found and no message says why. They come from the system.
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

Entry = tuple[str, str, str]
"""A file as PyInstaller names it: its place in the application, where it comes from (a link: where it leads), its kind."""

NOT_LOADED = [
    # The theme of GTK alone draws twenty libraries of GTK in; the portal's theme gives the desktop's own file dialogs.
    "*/plugins/platformthemes/libqgtk3*", "libgtk*", "libgdk*", "libatk*", "libcairo*", "libpango*", "libgio*", "libgmodule*",
    "libpixman*", "libharfbuzz*", "libthai*", "libdatrie*", "libfribidi*", "libgraphite2*", "libmount*", "libblkid*",
    "libselinux*", "libjpeg*", "libpcre2*", "libgobject*", "libepoxy*",
    # Screens without a desktop, and images that nobody puts into a conversation.
    "*/plugins/egldeviceintegrations/*", "*/plugins/platforms/*eglfs*", "*/plugins/platforms/*linuxfb*",
    "*/plugins/platforms/*vnc*", "*/plugins/platforms/*vkkhr*", "*/plugins/platforms/*minimal*", "*/plugins/generic/*",
    "*/plugins/imageformats/*qtiff*", "*/plugins/imageformats/*qtga*", "*/plugins/imageformats/*qwbmp*",
    "*/plugins/imageformats/*qicns*", "*libQt6EglF[sS]*", "*/plugins/tls/*", "*/plugins/networkinformation/*connman*",
    "*/PySide6/*.pyi", "*/PySide6/typesystems/*",
]  # fmt: skip
OF_THE_SYSTEM = [
    "libstdc++.so*", "libgcc_s.so*", "libvulkan.so*", "libcuda.so*", "libGL*",
    "libEGL*", "libdrm*", "libwayland*", "libX11*", "libXext*",
    "libXrender*", "libXau*", "libXdmcp*", "libxcb.so*", "libxcb-glx*", "libxcb-shm*", "libxcb-randr*", "libxcb-sync*",
    "libxcb-xfixes*", "libxcb-dri*", "libz.so*", "libzstd*", "liblzma.so*", "libexpat*", "libtinfo*",
    # What has a configuration or a service of the system behind it.
    "libfontconfig*", "libfreetype*", "libpng*", "libbrotli*", "libdbus-1*", "libsystemd*", "libcap.so*", "libgcrypt*",
    "libgpg-error*", "liblz4*", "libglib-2*", "libgthread*", "libbsd*", "libmd.so*", "libcups.so*", "libavahi*",
    "libgnutls*", "libp11-kit*", "libnettle*", "libhogweed*", "libgmp*", "libtasn1*", "libidn2*", "libunistring*",
    # Kerberos is not among them: Qt's network is not loaded without it, and neither the runtime of the Flatpak has it nor
    # every distribution. Nothing of ours asks it for anything.
]  # fmt: skip
OF_DRIVERS = ["vulkan-1.dll", "nvcuda.dll"]
"""On Windows: what comes with the driver of a graphics card."""
TO_THE_TOP = ("cu*64_*.dll", "msvcp140*.dll", "vcruntime140*.dll", "concrt140.dll")
"""On Windows: what the engine needs of NVIDIA and of Microsoft."""
TRANSLATIONS = "*/translations/qtbase_zh_CN.qm"
ENGINE = PurePosixPath("llama_cpp/lib")
LINK = "SYMLINK"


def is_wanted(place: str, system: str) -> bool:
    """Say whether the file for `place` inside of the application's folder goes in. `system` is as in `sys.platform`."""
    path = PurePosixPath("/", place.replace("\\", "/"))
    if path.suffix == ".qm":
        return fnmatch.fnmatch(str(path), TRANSLATIONS)
    patterns = NOT_LOADED + {"linux": OF_THE_SYSTEM, "win32": OF_DRIVERS}.get(system, [])
    return not any(fnmatch.fnmatch(str(path) if "/" in pattern else path.name, pattern) for pattern in patterns)


def libraries(found: Iterable[Entry], system: str) -> list[Entry]:
    """Give what goes in of the libraries that PyInstaller has found, each with its place.

    An engine from outside of site-packages is found a second time, for the top, where others of it need it. Two copies
    of its registry in one process, and no backend is found: what lies at the top goes, and on macOS becomes a link.
    """
    # Windows takes vcruntime140.dll and VCRUNTIME140.dll for the same.
    spelled = str.lower if system == "win32" else str
    places = [(PurePosixPath(entry[0].replace("\\", "/")), entry) for entry in found]
    of_engine = {spelled(place.name) for place, _entry in places if place.is_relative_to(ENGINE.parts[0])}
    kept = [(place, entry) for place, entry in places if is_wanted(entry[0], system) and spelled(str(place)) not in of_engine]
    if system == "darwin":
        return list(_linked(kept))
    return [(place.name, *entry[1:]) if _is_for_top(place) else entry for place, entry in kept]


def _is_for_top(place: PurePosixPath) -> bool:
    """Say whether a library of Windows goes to the top: that is looked through for what a module needs, its own folder not.

    It comes before the folders of the system, so that what an older program has left there is not taken.
    """
    return place.is_relative_to(ENGINE) and any(fnmatch.fnmatch(place.name.lower(), pattern) for pattern in TO_THE_TOP)


def _linked(places: Iterable[tuple[PurePosixPath, Entry]]) -> Iterator[Entry]:
    """Give libraries of macOS, of the engine's one file each, and links where they are looked for.

    PyInstaller writes into every library that what it needs lies at the top of the application (`@rpath/libggml.0.dylib`,
    with a path to the top); the binding asks for `libllama.dylib`. The wheel holds libggml.dylib, libggml.0.dylib and
    libggml.0.25.3.dylib, three copies where CMake made two links. Source: `set_dylib_dependency_paths` in
    PyInstaller's utils/osx.py.
    """
    places = list(places)
    engine = {place.name for place, _entry in places if place.parent == ENGINE}
    for place, entry in places:
        if place.parent != ENGINE:
            yield entry
            continue
        name = re.fullmatch(r"(?P<stem>lib.+?)(?P<version>(\.\d+)*)\.dylib", place.name)
        needed = [other for other in engine if name and re.fullmatch(rf"{re.escape(name['stem'])}\.\d+\.dylib", other)]
        if not needed or place.name in needed:
            yield entry
            yield place.name, str(place), LINK
        elif name and not name["version"]:
            yield str(place), needed[0], LINK
