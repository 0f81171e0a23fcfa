"""Whether every library that the application ships finds those that it names, where no package brings them.

The Debian package says what it needs. The Flatpak has its runtime alone, the AppImage and the portable archive what any
desktop has. The machine that builds has more than these, so what may come from outside is named here.
"""

from __future__ import annotations

import re
from pathlib import Path

from debian import NAME, ONLY_FOR_PRINTING
from dev import Problem
from engine import CARDS
from steps import run

# In both. Sources: freedesktop-sdk's elements/platform.bst of 25.08 and what that depends on; AppImage's excludelist, and
# for the rest what a desktop cannot do without: D-Bus, GLib, the font renderer's brotli, Mesa's parts of libxcb, and xz
# and zstd, which packages are packed with.
ON_EVERY_DESKTOP = frozenset(f"lib{name}" for name in (
    "c.so.6", "m.so.6", "dl.so.2", "pthread.so.0", "resolv.so.2", "rt.so.1", "util.so.1", "stdc++.so.6", "gcc_s.so.1",
    "z.so.1", "zstd.so.1", "lzma.so.5", "brotlicommon.so.1", "brotlidec.so.1", "expat.so.1", "EGL.so.1", "GL.so.1",
    "X11.so.6", "X11-xcb.so.1", "xcb.so.1", "xcb-glx.so.0", "xcb-randr.so.0", "xcb-shm.so.0", "xcb-sync.so.1",
    "xcb-xfixes.so.0", "wayland-client.so.0", "wayland-cursor.so.0", "wayland-egl.so.1", "fontconfig.so.1", "freetype.so.6",
    "dbus-1.so.3", "glib-2.0.so.0", "gthread-2.0.so.0", "gobject-2.0.so.0", "gio-2.0.so.0",
))  # fmt: skip


def missing(folder: Path) -> dict[str, list[str]]:
    """Give, by the place of a library or program in `folder`, what it names that is neither inside nor on every desktop.

    What only printing and graphics cards need is not asked: without it the rest works. Raises: Problem.
    """
    files = [path for path in sorted(folder.rglob("*")) if path.is_file() and (".so" in path.name or path.name == NAME)]
    there = ON_EVERY_DESKTOP.union(path.name for path in files)
    found: dict[str, list[str]] = {}
    for path in files:
        if path.name == ONLY_FOR_PRINTING or path.parent.name == CARDS or path.is_symlink():
            continue
        named = re.findall(r"\(NEEDED\).*\[(.+)\]", run(["readelf", "-dW", path]))
        if names := [name for name in named if name not in there and not name.startswith("ld-linux")]:
            found[path.relative_to(folder).as_posix()] = names
    return found


def see_to_needs(folder: Path) -> None:
    """Check that every desktop, and the Flatpak, can load all that is in `folder`. Raises: Problem."""
    if wanting := missing(folder):
        said = "; ".join(f"{place} needs {', '.join(names)}" for place, names in wanting.items())
        raise Problem(f"Not every Linux could load this, since something is neither inside nor on every desktop: {said}.")
