"""Where other applications keep their models, and what they say of them. Nothing of theirs is ever written.

What they wrote is foreign input: every file is read up to a limit, and what does not look as it should is left out.
Sources, each looked up in November 2026:

    LM Studio     lmstudio-ai/lms: modelsFolder.ts (`settings.json`, "downloadsFolder"), lms-common-server (the pointer to
                  its home); https://lmstudio.ai/docs/basics/import-model: <models>/<publisher>/<repository>/<file>.gguf
    GPT4All       https://docs.gpt4all.io/gpt4all_desktop/settings.html ("Download Path"); nomic-ai/gpt4all: mysettings.cpp
                  ("modelPath" in GPT4All.ini); https://docs.gpt4all.io/gpt4all_python.html (~/.cache/gpt4all)
    Jan           janhq/jan: src-tauri/src/core/app/commands.rs (the data folder), extensions/llamacpp-extension/src/index.ts
                  (<data>/llamacpp/models/<id>/model.yml with model_path and mmproj_path, relative to the data folder)
    llama.cpp     common/common.cpp, `fs_get_cache_directory`; files lay side by side there until 2026
    Ollama and Hugging Face: see `ollama` and `hub_cache`; huggingface_hub/constants.py for the folders
"""

from __future__ import annotations

import itertools
import json
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from desktop_app.engine.gguf import open_plain
from desktop_app.library import hub_cache, ollama
from desktop_app.library.companions import is_companion_name
from desktop_app.library.model_file import STORES, is_shard_name, names
from desktop_app.library.scan import FoundFile, found_file, matching, walk

_MAX_TEXT_BYTES = 1 << 20
_FLAT = re.compile(r"(?P<owner>[^_]+)_(?P<repository>.+?-GGUF)_(?P<file>.+\.gguf)$", re.IGNORECASE)
"""What llama.cpp called files until 2026. Where the repository's name does not end so, it cannot be told from the file's."""
_INI_ESCAPE = re.compile(r"\\x([0-9a-fA-F]{1,4})|\\(.)")
"""Source: Qt, `QSettingsPrivate::iniUnescapedStringList`."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What decides where applications keep their things."""

    home: Path
    environment: Mapping[str, str]
    system: str
    """As in `sys.platform`."""
    root: Path = Path("/")

    @classmethod
    def real(cls) -> Surroundings:
        """Give those of this process."""
        return cls(Path.home(), dict(os.environ), sys.platform)

    def folder(self, variable: str, *otherwise: str) -> Path:
        """Give the folder that a variable names, or one in the home folder."""
        value = self.environment.get(variable, "").strip().strip("\"'")
        return Path(value) if value else self.home.joinpath(*otherwise)

    @property
    def data(self) -> Path:
        """Where applications of this person keep their data."""
        if self.system == "win32":
            return self.folder("APPDATA", "AppData", "Roaming")
        if self.system == "darwin":
            return self.home / "Library" / "Application Support"
        return self.folder("XDG_DATA_HOME", ".local", "share")

    @property
    def config(self) -> Path:
        """Where they keep their settings."""
        return self.data if self.system == "win32" else self.folder("XDG_CONFIG_HOME", ".config")

    @property
    def cache(self) -> Path:
        """Where they keep what can be fetched again."""
        if self.system == "win32":
            return self.folder("LOCALAPPDATA", "AppData", "Local")
        if self.system == "darwin":
            return self.home / "Library" / "Caches"
        return self.folder("XDG_CACHE_HOME", ".cache")


def store_folders(store: str, around: Surroundings) -> list[Path]:
    """Give the folders in which the application `store` keeps models, those that are there, each once."""
    folders = [path for path in _FOLDERS[store](around) if path.is_absolute() and _is_folder(path)]
    return list(dict.fromkeys(folders))


def store_files(store: str, folder: Path) -> Iterator[FoundFile]:
    """Give the model files in one of the `store_folders`, with what the application says of them."""
    if store == "ollama":
        found: Iterable[FoundFile] = ollama.files(folder)
    elif store == "jan":
        found = _jan_files(folder)
    elif store == "hugging_face":
        found = hub_cache.files(folder)
    elif store == "llama_cpp":
        found = itertools.chain(hub_cache.files(folder), _flat_files(folder))
    else:
        found = (_described(store, folder, file) for file in walk(folder).files)
    yield from (replace(file, store=store) for file in found)


def all_store_folders(around: Surroundings) -> list[tuple[str, Path]]:
    """Give (store, folder) for every application that is there."""
    return [(store, folder) for store in STORES for folder in store_folders(store, around)]


def n_models_elsewhere(around: Surroundings) -> int:
    """Count the models of other applications, by the names of files alone: none is opened but what describes them."""
    found = {
        file.identity
        for store, folder in all_store_folders(around)
        for file in store_files(store, folder)
        if not is_companion_name(file.path.name) and (is_shard_name(file.path.stem) or (1, 1))[0] == 1
    }
    return len(found)


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _text(path: Path) -> str:
    """Give what stands in a small file; "" when it cannot be read."""
    try:
        with open_plain(path) as file:
            return file.read(_MAX_TEXT_BYTES).decode("utf-8", "replace")
    except (OSError, ValueError):
        return ""


def _value_in_json(path: Path, key: str) -> str:
    try:
        value = json.loads(_text(path) or "{}")
    except (ValueError, RecursionError):
        return ""
    found = value.get(key) if isinstance(value, dict) else None
    return found if isinstance(found, str) and "\0" not in found else ""


def _lm_studio_folders(around: Surroundings) -> list[Path]:
    pointed = _text(around.home / ".lmstudio-home-pointer").strip()
    homes = [Path(pointed)] if pointed and "\0" not in pointed else []
    homes += [around.home / ".lmstudio", around.home / ".cache" / "lm-studio"]
    chosen = [Path(value) for home in homes if (value := _value_in_json(home / "settings.json", "downloadsFolder"))]
    return [*chosen, *(home / "models" for home in homes)]


def _gpt4all_folders(around: Surroundings) -> list[Path]:
    local = around.cache if around.system == "win32" else around.data
    found = re.search(r"^modelPath=(.*)$", _text(around.config / "nomic.ai" / "GPT4All.ini"), re.MULTILINE)
    chosen = [Path(_from_ini(found[1]))] if found else []
    return [*chosen, local / "nomic.ai" / "GPT4All", around.home / ".cache" / "gpt4all"]


def _from_ini(value: str) -> str:
    plain = _INI_ESCAPE.sub(lambda one: chr(int(one[1], 16)) if one[1] else one[2], value.strip().strip('"'))
    return plain.replace("\0", "")


def _jan_folders(around: Surroundings) -> list[Path]:
    named = around.environment.get("JAN_DATA_FOLDER", "")
    homes = (around.data / "Jan", around.data / "jan.ai.app", around.config / "Jan")
    chosen = [value for home in homes if (value := _value_in_json(home / "settings.json", "data_folder"))]
    data = [Path(one) for one in (named, *chosen) if one]
    data += [around.data / "Jan" / "data", around.config / "Jan" / "data", around.home / "jan"]
    return [folder / part for folder in data for part in ("llamacpp/models", "models")]


def _llama_cpp_folders(around: Surroundings) -> list[Path]:
    return [around.folder("LLAMA_CACHE", ".no-such-folder"), around.cache / "llama.cpp"]


def _hugging_face_folders(around: Surroundings) -> list[Path]:
    cache = around.folder("XDG_CACHE_HOME", ".cache")
    home = around.environment.get("HF_HOME", "")
    named = [Path(value) for key in ("HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE") if (value := around.environment.get(key, ""))]
    return [*named, (Path(home) if home else cache / "huggingface") / "hub"]


_FOLDERS: Mapping[str, Callable[[Surroundings], list[Path]]] = {
    "lm_studio": _lm_studio_folders,
    "ollama": lambda around: ollama.folders(around.home, around.environment, around.root),
    "gpt4all": _gpt4all_folders,
    "jan": _jan_folders,
    "llama_cpp": _llama_cpp_folders,
    "hugging_face": _hugging_face_folders,
}


def _described(store: str, folder: Path, file: FoundFile) -> FoundFile:
    parts = file.path.relative_to(folder).parts
    is_from_hub = store == "lm_studio" and len(parts) == 3
    return replace(file, repository=f"{parts[0]}/{parts[1]}") if is_from_hub else file


def _flat_files(folder: Path) -> Iterator[FoundFile]:
    for path in matching(folder, "*.gguf"):
        file = found_file(path)
        if file is not None and (flat := _FLAT.match(path.name)):
            name, quantization = names(Path(flat["file"]))
            file = replace(file, name=name, quantization=quantization, repository=f"{flat['owner']}/{flat['repository']}")
        if file is not None:
            yield file


def _jan_files(folder: Path) -> Iterator[FoundFile]:
    found = walk(folder)
    data = folder.parent.parent if folder.parent.name == "llamacpp" else folder.parent
    described: set[Path] = set()
    for place in found.folders:
        values = _yaml_values(_text(place / "model.yml"))
        path = _under(data, values.get("model_path", ""))
        file = found_file(path) if path is not None else None
        if file is None:
            continue
        projector = _under(data, values.get("mmproj_path", ""))
        name = values.get("name", "") or place.relative_to(folder).name
        described |= {file.path, *([projector] if projector else [])}
        yield replace(file, name=name[:200], projector=projector)
    yield from (file for file in found.files if file.path not in described)


def _under(data: Path, value: str) -> Path | None:
    return data / value if value and "\0" not in value else None


def _yaml_values(text: str) -> dict[str, str]:
    """Give the plain "key: value" lines of the outermost level: all that is needed of these files."""
    pairs = (line.split(":", 1) for line in text.splitlines() if ":" in line and not line[:1].isspace())
    return {key.strip(): value.strip().strip("\"'") for key, value in pairs if value.strip()}
