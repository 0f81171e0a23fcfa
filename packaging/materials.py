"""What the application is made of: the packages of the lock file that went in, their licences, the bill of materials.

Source: CycloneDX 1.6 (JSON); package URLs: github.com/package-url/purl-spec.
"""

from __future__ import annotations

import importlib.metadata
import json
import platform
import re
import shutil
import ssl
import sys
import uuid
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from dev import Problem
from steps import ROOT, is_linux, run

TEXTS = ROOT / "packaging" / "licences"
MICROSOFT = "Microsoft-Visual-C++-Runtime"
"""The part of the bill, and the name of its text: only Windows' version holds it."""
_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==([^ ;\\]+)", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_LICENCE_FILE = re.compile(r"^(licen[cs]e|copying|notice|authors|copyright)", re.IGNORECASE)
# Of Qt's packages no file says it: the texts are ours to add. Source: their METADATA.
QT = ("pyside6-essentials", "shiboken6")


class Package(NamedTuple):
    """One package of the lock file that is in the application."""

    name: str
    version: str
    hashes: tuple[str, ...]
    """sha256 of every file that the lock file allows for it."""
    licence: str
    """What its metadata says, "" for nothing."""


def normal(name: str) -> str:
    """Give a package's name as indexes compare it. Source: PEP 503."""
    return re.sub(r"[-_.]+", "-", name).lower()


def locked(text: str) -> dict[str, list[tuple[str, tuple[str, ...]]]]:
    """Give what a lock file allows: name → (version, hashes); more than one where it depends on the system."""
    found: dict[str, list[tuple[str, tuple[str, ...]]]] = {}
    for block in re.split(r"\n(?=\S)", text):
        match = _PINNED.match(block)
        if match:
            found.setdefault(normal(match[1]), []).append((match[2], tuple(_HASH.findall(block))))
    return found


def packages_inside(names: Iterable[str], lock_text: str) -> list[Package]:
    """Give the packages that the top names of what went in come from.

    Raises: Problem when one of them is not in the lock file, or here in another version than there.
    """
    by_name = importlib.metadata.packages_distributions()
    allowed = locked(lock_text)
    packages = []
    for name in sorted({normal(owner) for top in names for owner in by_name.get(top, ())} - {"hearth-chat"}):
        about = importlib.metadata.metadata(name)
        hashes = [hashes for version, hashes in allowed.get(name, ()) if version == about["Version"]]
        if not hashes:
            raise Problem(f"{name} {about['Version']} is not what requirements.txt locks: run `python3 packaging/dev.py test`.")
        licence = next(iter(about.get_all("License-Expression") or about.get_all("License") or ()), "")
        packages.append(Package(name, about["Version"], hashes[0], licence.splitlines()[0] if licence else ""))
    return packages


def without_packages(inside: Path) -> list[dict[str, Any]]:
    """Give the parts that no package brings: on Windows and macOS Python's OpenSSL, on Windows Microsoft's runtime too.

    `inside` is the folder with the libraries. On Linux they are packages of the system, see `gather_system_licences`.
    """
    if is_linux():
        return []
    number = ssl.OPENSSL_VERSION.split()[1]
    reference = f"pkg:generic/openssl@{number}"
    licence = [{"license": {"id": "Apache-2.0" if ssl.OPENSSL_VERSION_INFO >= (3,) else "OpenSSL"}}]
    openssl = {"bom-ref": reference, "purl": reference, "name": "OpenSSL", "version": number, "licenses": licence}
    parts: list[dict[str, Any]] = [{"type": "library", **openssl}]
    if sys.platform == "win32":
        from windows.versions import of_microsoft

        files = [{"type": "file", "name": name, "version": version} for name, version in of_microsoft(inside).items()]
        told = [{"license": {"name": "Microsoft Visual Studio: distributable code"}}]
        about = {"bom-ref": MICROSOFT, "name": MICROSOFT, "version": max((one["version"] for one in files), default="")}
        parts.append({"type": "library", **about, "licenses": told, "components": files})
    return parts


def bill_of_materials(
    packages: Iterable[Package], copied: dict[str, str], version: str, model_sha256: str, more: Iterable[dict[str, Any]] = ()
) -> dict[str, Any]:
    """Give the bill of materials. The same content gives the same bytes.

    `copied` are the system's packages whose libraries are inside, with their versions; `model_sha256` is "" when no
    model is; `more` are the parts that no package brings.
    """
    components: list[dict[str, Any]] = [
        {
            "type": "library",
            "bom-ref": f"pkg:pypi/{package.name}@{package.version}",
            "purl": f"pkg:pypi/{package.name}@{package.version}",
            "name": package.name,
            "version": package.version,
            **({"licenses": [{"license": {"name": package.licence}}]} if package.licence else {}),
            # Which of the allowed files was installed is not recorded: all of them are named.
            "properties": [{"name": "hearth:locked-sha256", "value": value} for value in package.hashes],
        }
        for package in packages
    ]
    python = sys.version.split()[0]
    components.append({"type": "platform", "bom-ref": "python", "name": "CPython", "version": python})
    for name, number in copied.items():
        purl = f"pkg:deb/{platform.freedesktop_os_release()['ID']}/{name}@{number}"
        components.append({"type": "library", "bom-ref": purl, "purl": purl, "name": name, "version": number})
    components += more
    if model_sha256:
        hashes = [{"alg": "SHA-256", "content": model_sha256}]
        licences = [{"license": {"id": "Apache-2.0"}}]
        model = {"type": "machine-learning-model", "bom-ref": "model", "name": "SmolLM2-135M-Instruct"}
        components.append({**model, "hashes": hashes, "licenses": licences})
    content = json.dumps(components, sort_keys=True)
    application = {"type": "application", "bom-ref": "hearth", "name": "hearth", "version": version}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'hearth {version} {content}')}",
        "version": 1,
        "metadata": {"component": {**application, "licenses": [{"license": {"id": "Apache-2.0"}}]}},
        "components": components,
    }


def gather_licences(packages: Iterable[Package], folder: Path) -> None:
    """Put the licences of everything inside into `folder`. Raises: Problem when a package says none at all."""
    shutil.rmtree(folder, ignore_errors=True)
    elsewhere = [] if sys.platform == "win32" else [f"{MICROSOFT}.txt"]
    shutil.copytree(TEXTS, folder, ignore=shutil.ignore_patterns(*elsewhere))
    shutil.copyfile(ROOT / "LICENSE", folder / "Hearth.txt")
    python = next((path for path in _python_licences() if path.is_file()), None)
    if python is None:
        raise Problem("Python's own licence (LICENSE.txt) is not beside its library.")
    shutil.copyfile(python, folder / "Python.txt")
    for package in packages:
        _gather(package, folder / package.name)


def _python_licences() -> list[Path]:
    library = Path(json.__file__).parents[1]
    return [library / "LICENSE.txt", Path(sys.base_prefix) / "LICENSE.txt", Path("/usr/share/doc/python3/copyright")]


def _gather(package: Package, folder: Path) -> None:
    folder.mkdir()
    if (TEXTS / f"{package.name}.txt").is_file():  # its wheel has none
        folder.rmdir()
        return
    texts = [path for path in importlib.metadata.files(package.name) or () if _is_licence(path)]
    for path in texts:
        shutil.copyfile(str(path.locate()), folder / path.name)
    if texts:
        return
    if not package.licence:
        raise Problem(f"{package.name} comes without a licence: look for it and put its text into {TEXTS}.")
    more = (
        "The texts are LGPL-3.0.txt and GPL-3.0.txt, one folder up; what Qt holds of others is in Qt-third-party.txt.\n"
        "The source: https://code.qt.io\n"
    )
    told = f"{package.name} {package.version}: {package.licence}\n{more if package.name in QT else ''}"
    (folder / "licence.txt").write_text(told, encoding="utf-8")


def _is_licence(path: importlib.metadata.PackagePath) -> bool:
    return any(part.endswith(".dist-info") for part in path.parts) and _LICENCE_FILE.match(path.name) is not None


def gather_system_licences(libraries: Iterable[str], folder: Path) -> dict[str, str]:
    """Put the copyright files of the system's libraries that were copied in into `folder`; give their packages' versions.

    `libraries` are the sonames at the top of the application's folder. Raises: Problem.
    """
    owners = sorted(owners_of(libraries))
    folder.mkdir(parents=True, exist_ok=True)
    for owner in owners:
        shutil.copyfile(f"/usr/share/doc/{owner}/copyright", folder / f"{owner}.txt")
    return {owner: run(["dpkg-query", "-W", "-f", "${Version}", owner]) for owner in owners}


def owners_of(libraries: Iterable[str]) -> set[str]:
    """Give the Debian packages that hold these libraries of the system. Raises: Problem for a library that it has not."""
    places = dict(reversed(re.findall(r"^\s(\S+) .*x86-64.*=> (\S+)$", run(["/sbin/ldconfig", "-p"]), re.MULTILINE)))
    missing = sorted(name for name in libraries if name not in places)
    if missing:
        raise Problem(f"Libraries of the system are missing on this machine: {', '.join(missing)}")
    return {_owner(Path(places[name])) for name in libraries}


def _owner(path: Path) -> str:
    """Give the Debian package of a library. dpkg may know it by where it lay before /lib became a link. Raises: Problem."""
    real = path.resolve()
    for place in (real, Path("/", *real.parts[2:])):
        try:
            return run(["dpkg", "-S", place]).split(":")[0]
        except Problem:
            continue
    raise Problem(f"{path} belongs to no package.")
