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

import cuda
import engine
import icons
import materials
from dev import Problem, say
from steps import ROOT, run, see_to_tools

from desktop_app import APP_ID

NAME = "hearth"
FILES = ROOT / "packaging" / "linux"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)

# What no library names: the data that our copy of libxkbcommon reads, and certificates for the hub.
ALSO_NEEDED = ("xkb-data", "ca-certificates")
RECOMMENDED = ("mesa-vulkan-drivers | vulkan-icd", "xdg-desktop-portal", "fonts-dejavu-core | fonts-noto-core")
FIELDS = ("Depends", "Recommends")
ONLY_FOR_PRINTING = "libcupsprintersupport.so"

# Whoever gives packages to others answers for them, and names himself: HEARTH_MAINTAINER="Name <address>".
NOBODY = "The Hearth developers <nobody@hearth.invalid>"

CONTROL = """\
Package: {package}
Version: {version}
Architecture: {architecture}
Maintainer: {maintainer}
Installed-Size: {size_kb}
Depends: {depends}
Recommends: {recommends}
{relations}Section: utils
Priority: optional
Description: private AI chat that runs entirely on your own computer
 You type, and a language model that lives on this computer answers, word by
 word. No account, no cloud, no telemetry: what you write and what it answers
 stays in one file on your disk. Any chat model in the GGUF format can be used.
"""

# A variant is the same program in the same place. The driver is not asked for: without one the rest works as well.
OF_VARIANT = f"Provides: {NAME}\nConflicts: {NAME}\nReplaces: {NAME}\nSuggests: libcuda1\n"


def lay_out(application: Path, root: Path, version: str, epoch: str, variant: str = "") -> None:
    """Lay the package's files out in `root`: the application by links, what the desktop reads beside it."""
    shutil.rmtree(root, ignore_errors=True)
    share = root / "usr" / "share"
    for folder in ("applications", "metainfo", "mime/packages", f"doc/{NAME}{variant}"):
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
    shutil.copyfile(FILES / "copyright", share / "doc" / f"{NAME}{variant}" / "copyright")


def put_icons(share: Path) -> None:
    """Put the icon in at all usual sizes, and as it is. Raises: Problem."""
    folder = share / "icons" / "hicolor"
    pictures = {f"{size}x{size}": icons.png(size) for size in SIZES}
    for name, content in {**pictures, "scalable": icons.SVG.read_bytes()}.items():
        place = folder / name / "apps" / f"{APP_ID}.{'svg' if name == 'scalable' else 'png'}"
        place.parent.mkdir(parents=True)
        place.write_bytes(content)


def dependencies(root: Path, work: Path) -> tuple[list[str], list[str]]:
    """Give the packages, with least versions, that the libraries of the application need; and what only some are good for.

    Those are printing and graphics cards: without them the rest works.

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
    optional = [path for path in libraries if path.name == ONLY_FOR_PRINTING or path.parent.name == engine.CARDS]
    others = [path for path in (inside / NAME, *libraries) if path not in optional]
    # It names the driver, which is in no package here; what else it names, the others name too.
    optional = [path for path in optional if path.name != cuda.MODULES["linux"]]
    asked = [*(f"-e{path}" for path in others), "-dRecommends", *(f"-e{path}" for path in optional)]
    said = run(["dpkg-shlibdeps", "-O", *folders, *asked], folder=work)
    outside = materials.owners_of(named_outside(inside))
    needed, useful = ([text for text in _packages(said, field) if text.split(" ")[0] in outside] for field in FIELDS)
    # A newer version is named again for what is only useful: two cannot be installed, and the older one lets no driver in.
    newer = {text.split(" ")[0]: text for text in useful}
    needed = [newer.pop(text.split(" ")[0], text) for text in needed]
    return needed, list(newer.values())


def named_outside(folder: Path) -> set[str]:
    """Give the sonames that the libraries in `folder` name and that are not in it. Raises: Problem.

    The loader itself is none, nor is a driver.
    """
    libraries = [path for path in folder.rglob("*") if path.is_file() and (".so" in path.name or path.name == NAME)]
    named = set(re.findall(r"\(NEEDED\).*\[(.+)\]", run(["readelf", "-dW", *libraries])))
    return {name for name in named - {path.name for path in libraries} - {cuda.DRIVER} if not name.startswith("ld-linux")}


def _packages(said: str, field: str) -> list[str]:
    match = re.search(rf"^shlibs:{field}=(.*)$", said, re.MULTILINE)
    return match[1].split(", ") if match else []


def control(version: str, size_bytes: int, needed: Iterable[str], useful: Iterable[str], variant: str = "") -> str:
    """Give the text of the control file."""
    return CONTROL.format(
        package=f"{NAME}{variant}",
        relations=OF_VARIANT if variant else "",
        version=version,
        maintainer=os.environ.get("HEARTH_MAINTAINER") or NOBODY,
        architecture=run(["dpkg", "--print-architecture"]).strip(),
        size_kb=-(-size_bytes // 1024),
        depends=", ".join([*needed, *ALSO_NEEDED]),
        recommends=", ".join([*RECOMMENDED, *useful]),
    )


def size_of(folder: Path) -> int:
    """Give the bytes of all files in a folder; links count nothing."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file() and not path.is_symlink())


def validate(root: Path) -> None:
    """Let the desktop's own programs look at what they will read. Raises: Problem.

    On a developer's machine one that is not there is passed over; a release, which sets `HEARTH_RELEASE`, is not made without.
    """
    share = root / "usr" / "share"
    checks: dict[str, list[str | Path]] = {
        "desktop-file-validate": [share / "applications" / f"{APP_ID}.desktop"],
        "appstreamcli": ["validate", "--no-net", "--pedantic", share / "metainfo" / f"{APP_ID}.metainfo.xml"],
    }
    for program, arguments in checks.items():
        if shutil.which(program) is None and not os.environ.get("HEARTH_RELEASE"):
            say(f"  {program}: skipped, it is not installed")
            continue
        see_to_tools([program])
        said = run([program, *arguments]).strip()
        if said and program == "desktop-file-validate":  # it only warns of some mistakes
            raise Problem(said)


def pack(root: Path, text: str, package: Path, epoch: str) -> None:
    """Pack what lies in `root`, with `text` as its control file. The same content gives the same bytes. Raises: Problem."""
    (root / "DEBIAN").mkdir(exist_ok=True)
    (root / "DEBIAN" / "control").write_text(text, encoding="utf-8")
    # As `u+rwX,go=rX`: what the builder's umask took from others, nobody could read once it is installed.
    for path in (root, *root.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
    run(["dpkg-deb", "--root-owner-group", "-Zxz", "--build", root, package], env={"SOURCE_DATE_EPOCH": epoch})


def make_deb(application: Path, work: Path, target: Path, version: str, epoch: str, variant: str = "") -> Path:
    """Make the package of the application's folder in `target` and give its path. Raises: Problem."""
    root = work / "root"
    lay_out(application, root, version, epoch, variant)
    put_icons(root / "usr" / "share")
    validate(root)
    needed, for_printing = dependencies(root, work / "shlibs")
    text = control(version, size_of(root), needed, for_printing, variant)
    architecture = re.search(r"^Architecture: (\S+)$", text, re.MULTILINE)
    package = target / f"{NAME}{variant}_{version}_{architecture[1] if architecture else 'all'}.deb"
    pack(root, text, package, epoch)
    return package
