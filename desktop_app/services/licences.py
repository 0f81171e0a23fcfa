"""What the program is made of, and under which licences: read from what its installer carries, or from what is installed."""

from __future__ import annotations

import importlib.metadata
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import Distribution, PackageNotFoundError
from pathlib import Path

from desktop_app import APP_NAME
from desktop_app.record import Record
from desktop_app.resources import licences, resource

BILL = "parts.cdx.json"
"""The bill of materials (CycloneDX) in the folder of licences. Source: `packaging/build.py`."""
_DISTRIBUTION = "hearth-chat"
_LICENCE_FILE = re.compile(r"^(licen[cs]e|copying|notice|copyright)", re.IGNORECASE)
_OTHER_NAMES = {"CPython": "Python", "hearth": APP_NAME}


class Part(Record):
    """One part. `licence`: what its makers call it, "" where only `text` says it; `text`: all of it, "" for none."""

    name: str
    version: str = ""
    licence: str = ""
    text: str = ""


def parts() -> list[Part]:
    """Give all parts, by name, this application first. Reads some fifty files: not for the window's thread."""
    found = {part.name: part for part in _told()}
    for part in _texts():
        known = found.get(part.name, part)
        found[part.name] = known.replaced(text=known.text or part.text)
    return sorted(found.values(), key=lambda part: (part.name != APP_NAME, part.name.casefold()))


def _told() -> Iterator[Part]:
    """Give what is said of parts, with a version: by the bill of an installer, otherwise by what is installed here."""
    for folder in licences():
        with suppress(OSError, ValueError, KeyError, TypeError):
            bill = json.loads((folder / BILL).read_text(encoding="utf-8"))
            yield from [_of_bill(one) for one in (bill["metadata"]["component"], *bill["components"])]
            return
    yield from _installed(_DISTRIBUTION, set())


def _of_bill(record: dict[str, object]) -> Part:
    name, told = str(record["name"]), record.get("licenses")
    first = told[0]["license"] if isinstance(told, list) and told else {}
    return Part(_OTHER_NAMES.get(name, name), str(record.get("version", "")), str(first.get("id") or first.get("name") or ""))


def _installed(name: str, seen: set[str]) -> Iterator[Part]:
    """Give a distribution and all that it needs."""
    normal = re.sub(r"[-_.]+", "-", name).lower()
    if normal in seen:
        return
    seen.add(normal)
    try:
        distribution = importlib.metadata.distribution(name)
    except PackageNotFoundError:
        return
    about = distribution.metadata
    licence = next(iter(about.get_all("License-Expression") or about.get_all("License") or ()), "")
    text = "\n\n".join(_read(path) for path in _licence_files(distribution))
    title = APP_NAME if normal == _DISTRIBUTION else normal
    yield Part(title, distribution.version, licence.splitlines()[0] if licence else "", text)
    for requirement in distribution.requires or ():
        if "extra ==" not in requirement and (match := re.match(r"[\w.-]+", requirement)):
            yield from _installed(match[0], seen)


def _licence_files(distribution: Distribution) -> list[Path]:
    files = [file for file in distribution.files or () if any(part.endswith(".dist-info") for part in file.parts)]
    return [Path(str(file.locate())) for file in files if _LICENCE_FILE.match(file.name)]


def _texts() -> Iterator[Part]:
    """Give the texts that lie in folders, under the names of their parts."""
    yield Part(APP_NAME, text=_read(resource().parent / "LICENSE"))
    for folder in licences():
        for path in sorted(folder.iterdir()):
            if path.is_dir() and path.name != "system":
                yield Part(path.name, text="\n\n".join(_read(file) for file in sorted(path.iterdir())))
        for path in sorted([*folder.glob("*.txt"), *folder.glob("system/*.txt")]):
            yield Part(path.stem, text=_read(path))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip("\r\n\f")
    except OSError:
        return ""
