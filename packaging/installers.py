"""Makes of the finished application what a person downloads on this system."""

from __future__ import annotations

import os
import shutil
import sys
import time
import zipfile
from pathlib import Path

from frozen import Application
from steps import run, step, system_name

from desktop_app import APP_NAME
from desktop_app.paths import PORTABLE, PORTABLE_DATA

MARKER = f"""\
While this file lies here, {APP_NAME} keeps everything in the folder "{PORTABLE_DATA}" beside it: conversations, settings, models.
Delete it, and {APP_NAME} keeps them where this system keeps such things.
"""


def make(application: Application, work: Path, target: Path, version: str, epoch: str, variant: str = "") -> None:
    """Make the installer, and the archive where there is one, in `target`. Raises: Problem.

    `epoch` is the time of all files; `variant` goes into their names: "" or "-cuda".
    """
    match sys.platform:
        case "win32":
            from windows.make import make as make_setup
            from windows.sign import sign_if_possible

            sign_if_possible([application.program])
            with step("The setup program"):
                make_setup(application.folder, target, variant=variant)
            with step("The portable archive"):
                zip_portable(application, target / f"{APP_NAME}-{version}-{system_name()}{variant}-portable.zip", epoch)
        case "darwin":
            from macos.make import make as make_image

            with step("The disk image"):
                make_image(application.folder, target)
        case _:
            import debian

            with step("The Debian package"):
                debian.make_deb(application.folder, work / "deb", target, version, epoch, variant)
            with step("The portable archive"):
                name = f"{APP_NAME}-{version}-{system_name()}{variant}-portable.tar.xz"
                tar_portable(application, work / "portable", target / name, epoch)


def tar_portable(application: Application, work: Path, archive: Path, epoch: str) -> None:
    """Pack the application with the marker beside its program. The same content gives the same bytes. Raises: Problem."""
    shutil.rmtree(work, ignore_errors=True)
    shutil.copytree(application.folder, work / application.folder.name, symlinks=True, copy_function=os.link)
    (work / application.folder.name / PORTABLE).write_text(MARKER, encoding="utf-8")
    nobody = ["--owner=0", "--group=0", "--numeric-owner", "--mode=u+rwX,go=rX"]
    # In pieces of one size, so that the number of processors does not show in the bytes.
    packer = "--use-compress-program=xz -T0 -6 --block-size=24MiB"
    line: list[str | Path] = ["tar", "--sort=name", f"--mtime=@{epoch}", *nobody, "--format=gnu", packer, "-cf", archive]
    run([*line, "-C", work, application.folder.name])


def zip_portable(application: Application, archive: Path, epoch: str) -> None:
    """Pack the application with the marker beside its program. The same content gives the same bytes."""
    moment = time.gmtime(int(epoch))[:6]
    root = application.folder
    files = {path.relative_to(root.parent).as_posix(): path for path in root.rglob("*") if path.is_file()}
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as target:
        for name, path in sorted(files.items()):
            with path.open("rb") as source, target.open(_entry(name, moment), "w", force_zip64=True) as packed:
                shutil.copyfileobj(source, packed, 1 << 20)
        target.writestr(_entry(f"{root.name}/{PORTABLE}", moment), MARKER.replace("\n", "\r\n"))


def _entry(name: str, moment: tuple[int, ...]) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, moment)  # type: ignore[arg-type]
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    return entry
