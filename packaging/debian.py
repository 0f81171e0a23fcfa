"""Makes the Debian package out of the folder of the application.

No script runs when it is installed or removed, so nothing under anybody's home is touched: the caches of menus, icons
and file types are refreshed by their own packages. Sources: Debian Policy 4.6; freedesktop.org's Desktop Entry,
AppStream, Shared MIME-info and Icon Theme specifications.
"""

from __future__ import annotations

import os
import re
import shutil
import time
from collections.abc import Iterable
from pathlib import Path

import materials
from dev import Problem, say
from steps import ROOT, run

from desktop_app import APP_ID

NAME = "hearth"
FILES = ROOT / "packaging" / "linux"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)

# What no library names: the data that our copy of libxkbcommon reads, and certificates for the hub.
ALSO_NEEDED = ("xkb-data", "ca-certificates")
RECOMMENDED = ("libvulkan1", "mesa-vulkan-drivers | vulkan-icd", "xdg-desktop-portal", "fonts-dejavu-core | fonts-noto-core")
FIELDS = ("Depends", "Recommends")
ONLY_FOR_PRINTING = "libcupsprintersupport.so"

CONTROL = """\
Package: hearth
Version: {version}
Architecture: {architecture}
Maintainer: The Hearth developers <hearth-chat@users.noreply.github.com>
Installed-Size: {size_kb}
Depends: {depends}
Recommends: {recommends}
Section: utils
Priority: optional
Description: private AI chat that runs entirely on your own computer
 You type, and a language model that lives on this computer answers, word by
 word. No account, no cloud, no telemetry: what you write and what it answers
 stays in one file on your disk. Any chat model in the GGUF format can be used.
"""


def lay_out(application: Path, root: Path, version: str, epoch: str) -> None:
    """Lay the package's files out in `root`: the application by links, what the desktop reads beside it."""
    shutil.rmtree(root, ignore_errors=True)
    share = root / "usr" / "share"
    for folder in ("applications", "metainfo", "mime/packages", f"doc/{NAME}"):
        (share / folder).mkdir(parents=True)
    (root / "opt").mkdir()
    shutil.copytree(application, root / "opt" / NAME, symlinks=True, copy_function=os.link)
    programs = root / "usr" / "bin"
    programs.mkdir()
    (programs / NAME).symlink_to(f"/opt/{NAME}/{NAME}")
    shutil.copyfile(FILES / "hearth.desktop", share / "applications" / f"{APP_ID}.desktop")
    shutil.copyfile(FILES / "mime.xml", share / "mime" / "packages" / f"{APP_ID}.xml")
    day = time.strftime("%Y-%m-%d", time.gmtime(int(epoch)))
    about = (FILES / "metainfo.xml").read_text(encoding="utf-8").replace("@VERSION@", version).replace("@DAY@", day)
    (share / "metainfo" / f"{APP_ID}.metainfo.xml").write_text(about, encoding="utf-8")
    shutil.copyfile(FILES / "copyright", share / "doc" / NAME / "copyright")


def draw_icons(share: Path, svg: Path) -> None:
    """Put the icon in at all usual sizes, and as it is. Raises: Problem."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    icons = share / "icons" / "hicolor"
    renderer = QSvgRenderer(str(svg))
    if not renderer.isValid():
        raise Problem(f"{svg} is not a picture.")
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        place = icons / f"{size}x{size}" / "apps" / f"{APP_ID}.png"
        place.parent.mkdir(parents=True)
        if not image.save(str(place)):
            raise Problem(f"{place} cannot be written.")
    scalable = icons / "scalable" / "apps"
    scalable.mkdir(parents=True)
    shutil.copyfile(svg, scalable / f"{APP_ID}.svg")


def dependencies(root: Path, work: Path) -> tuple[list[str], list[str]]:
    """Give the packages, with least versions, that the libraries of the application need; and those for printing alone.

    Every library is asked for what it names, so that none can come in with a need that is not declared; what is inside
    is not asked of the system. Raises: Problem, also for a library that is neither inside nor in a package here.
    """
    (root / "DEBIAN").mkdir(exist_ok=True)
    (work / "debian").mkdir(parents=True, exist_ok=True)
    source = f"Source: {NAME}\n\nPackage: {NAME}\nArchitecture: any\n"
    (work / "debian" / "control").write_text(source, encoding="utf-8")
    inside = root / "opt" / NAME
    libraries = sorted(path for path in inside.rglob("*.so*") if path.is_file() and not path.is_symlink())
    folders = sorted({f"-l{path.parent}" for path in libraries})
    printing = [f"-e{path}" for path in libraries if path.name == ONLY_FOR_PRINTING]
    others = [f"-e{path}" for path in (inside / NAME, *libraries) if path.name != ONLY_FOR_PRINTING]
    said = run(["dpkg-shlibdeps", "-O", *folders, *others, "-dRecommends", *printing], folder=work)
    outside = materials.owners_of(named_outside(inside))
    needed, for_printing = ([text for text in _packages(said, field) if text.split(" ")[0] in outside] for field in FIELDS)
    return needed, [text for text in for_printing if text not in needed]


def named_outside(folder: Path) -> set[str]:
    """Give the sonames that the libraries in `folder` name and that are not in it; the loader itself is none. Raises: Problem."""
    libraries = [path for path in folder.rglob("*") if path.is_file() and (".so" in path.name or path.name == NAME)]
    named = set(re.findall(r"\(NEEDED\).*\[(.+)\]", run(["readelf", "-dW", *libraries])))
    return {name for name in named - {path.name for path in libraries} if not name.startswith("ld-linux")}


def _packages(said: str, field: str) -> list[str]:
    match = re.search(rf"^shlibs:{field}=(.*)$", said, re.MULTILINE)
    return match[1].split(", ") if match else []


def control(version: str, size_bytes: int, needed: Iterable[str], for_printing: Iterable[str]) -> str:
    """Give the text of the control file."""
    return CONTROL.format(
        version=version,
        architecture=run(["dpkg", "--print-architecture"]).strip(),
        size_kb=-(-size_bytes // 1024),
        depends=", ".join([*needed, *ALSO_NEEDED]),
        recommends=", ".join([*RECOMMENDED, *for_printing]),
    )


def size_of(folder: Path) -> int:
    """Give the bytes of all files in a folder; links count nothing."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def validate(root: Path) -> None:
    """Let the desktop's own programs look at what they will read, where they are there. Raises: Problem."""
    share = root / "usr" / "share"
    checks: dict[str, list[str | Path]] = {
        "desktop-file-validate": [share / "applications" / f"{APP_ID}.desktop"],
        "appstreamcli": ["validate", "--no-net", "--pedantic", share / "metainfo" / f"{APP_ID}.metainfo.xml"],
    }
    for program, arguments in checks.items():
        if shutil.which(program) is None:
            say(f"  {program}: skipped, it is not installed")
            continue
        said = run([program, *arguments]).strip()
        if said and program == "desktop-file-validate":  # it only warns of some mistakes
            raise Problem(said)


def make_deb(application: Path, work: Path, target: Path, version: str, epoch: str) -> Path:
    """Make the package of the application's folder in `target` and give its path. Raises: Problem."""
    root = work / "root"
    lay_out(application, root, version, epoch)
    draw_icons(root / "usr" / "share", ROOT / "resources" / "icons" / "hearth.svg")
    validate(root)
    needed, for_printing = dependencies(root, work / "shlibs")
    text = control(version, size_of(root), needed, for_printing)
    (root / "DEBIAN" / "control").write_text(text, encoding="utf-8")
    for path in (root, *root.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    architecture = re.search(r"^Architecture: (\S+)$", text, re.MULTILINE)
    package = target / f"{NAME}_{version}_{architecture[1] if architecture else 'all'}.deb"
    run(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, package], env={"SOURCE_DATE_EPOCH": epoch})
    return package
