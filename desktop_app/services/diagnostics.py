"""What helps somebody else to find out why something does not work here: versions, devices, folders, what was logged last.

In English, like the log, for a report. Never a word of a conversation, no title, no access token, no address that may
hold a password; the home folder is `~`, because its name is often the person's.
"""

from __future__ import annotations

import os
import platform
import re
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil
from PySide6.QtCore import QLocale, QSysInfo, qVersion

from desktop_app import APP_NAME, __version__
from desktop_app.engine.protocol import Device, ModelInfo
from desktop_app.errors import AppError
from desktop_app.logs import crash_file, log_file
from desktop_app.paths import Paths, program_file
from desktop_app.record import Record
from desktop_app.settings import SETTINGS
from desktop_app.storage.database import sqlite_version, version_on_disk
from desktop_app.storage.migrations import SCHEMA_VERSION

N_LOG_LINES = 80
"""As many of the window's log, in which the engine's lines stand, too."""
_LOG_TAIL_BYTES = 64 * 1024
TOLD = (
    "theme", "language", "zoom", "thinking", "context_policy", "idle_unload_minutes", "kv_states_gib", "offline", "proxy",
    "has_access_token",
)  # fmt: skip
"""Settings that are told when they are not as at first; what could name a person or a place is not among them."""


class Situation(Record):
    """What is known on the window's thread."""

    paths: Paths
    engine_versions: Mapping[str, str]
    engine_state: str
    devices: Sequence[Device]
    model: ModelInfo | None
    settings: Mapping[str, object]
    problem: AppError | None
    platform: str
    """Qt's name of the way to the screen, for instance "wayland"."""
    scale: float


def report(situation: Situation) -> str:
    """Give all of it. Reads files and asks the system: not for the window's thread."""
    parts = {
        "Versions": _versions(situation),
        "Computer": _computer(situation),
        "Engine": _engine(situation),
        "Folders": _folders(situation.paths),
        "Database": _database(situation),
        "Settings that were changed": _settings(situation.settings),
        "The last crash of the window": _crash(situation.paths),
        f"The last {N_LOG_LINES} lines of the log": _log(situation.paths),
    }
    text = "\n\n".join("\n".join([f"{title}:", *(f"  {line}" for line in lines)]) for title, lines in parts.items())
    return without_home(text)


def without_home(text: str) -> str:
    """Give `text` with `~` for the home folder, wherever it stands and however its slashes do.

    And for its name in other paths: a stick lies in /run/media/NAME.
    """
    home = Path.home()
    whole = sorted({str(home), os.path.realpath(home)}, key=len, reverse=True)
    names = [form for name in whole for form in (name, name.replace("\\", "\\\\"), name.replace("\\", "/")) if len(name) > 1]
    for name in names:
        text = re.sub(rf"{re.escape(name)}(?![\w-])", "~", text)
    return re.sub(rf"(?<=[\\/]){re.escape(home.name)}(?=[\\/])", "~", text) if home.name else text


def _versions(situation: Situation) -> Iterator[str]:
    yield f"{APP_NAME} {__version__}, {'frozen' if program_file() else 'from source'}"
    yield f"Python {platform.python_version()}, Qt {qVersion()}"
    yield f"SQLite {sqlite_version()}"
    for name, version in situation.engine_versions.items():
        yield f"{name} {version}"


def _computer(situation: Situation) -> Iterator[str]:
    memory = psutil.virtual_memory()
    yield f"{QSysInfo.prettyProductName()}, kernel {QSysInfo.kernelVersion()}, {QSysInfo.currentCpuArchitecture()}"
    yield f"{psutil.cpu_count(logical=False) or '?'} cores, {psutil.cpu_count() or '?'} threads"
    yield f"memory: {_gib(memory.available)} of {_gib(memory.total)} available"
    yield f"screen: {situation.platform}, scale {situation.scale:g}; language {QLocale().name()}"


def _engine(situation: Situation) -> Iterator[str]:
    yield f"state: {situation.engine_state}"
    for device in situation.devices:
        free, total = _gib(device.free_bytes), _gib(device.total_bytes)
        yield f"device {device.name} ({device.type}): {device.description}, {free} of {total} free"
    model = situation.model
    if model is None:
        yield "no model in memory"
        return
    yield f"model: {model.name}, {model.description}, {_gib(model.size_bytes)}"
    yield f"file: {model.path}"
    where = model.device or "processor"
    reason = f", because: {model.device_reason}" if model.device_reason else ""
    yield f"runs on: {where}{reason}; {model.n_gpu_layers} of {model.n_offloadable} layers on a graphics card"
    yield f"context: {model.n_ctx} of {model.n_ctx_train} tokens, {model.n_slots} slots, {model.n_threads} threads"
    yield f"chat template: {model.template or 'none'}{f' ({model.template_fault})' if model.template_fault else ''}"


def _folders(paths: Paths) -> Iterator[str]:
    for name, folder in paths.as_dict().items():
        yield f"{name}: {folder} ({_free(folder)})"


def _free(folder: Path) -> str:
    try:
        return f"{_gib(shutil.disk_usage(folder).free)} free"
    except OSError as error:
        return error.strerror or "not there"


def _database(situation: Situation) -> Iterator[str]:
    database = situation.paths.database
    for path in (database, database.with_name(f"{database.name}-wal")):
        try:
            yield f"{path.name}: {path.stat().st_size} bytes"
        except OSError as error:
            yield f"{path.name}: {error.strerror}"
    with suppress(OSError):
        yield f"schema {version_on_disk(database)}; this version has {SCHEMA_VERSION}"
    # Its fields may hold a path, which stands above already.
    yield f"problem: {type(situation.problem).__name__ if situation.problem is not None else 'none'}"


def _settings(settings: Mapping[str, object]) -> Iterator[str]:
    changed = [f"{key}: {settings[key]}" for key in TOLD if settings[key] != SETTINGS[key].default]
    yield from changed or ["none"]


def _crash(paths: Paths) -> list[str]:
    path = crash_file(paths.logs)
    try:
        lines, written_at = _tail(path), path.stat().st_mtime
    except OSError:
        return ["none"]
    beginnings = [n for n, line in enumerate(lines) if line.startswith("Fatal Python error")]
    moment = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(written_at))
    return [moment, *lines[beginnings[-1] :]] if beginnings else ["none"]


def _log(paths: Paths) -> list[str]:
    try:
        return _tail(log_file(paths.logs, "window"))[-N_LOG_LINES:]
    except OSError as error:
        return [error.strerror or type(error).__name__]


def _tail(path: Path) -> list[str]:
    with path.open("rb") as file:
        file.seek(0, os.SEEK_END)
        file.seek(max(0, file.tell() - _LOG_TAIL_BYTES))
        return file.read().decode("utf-8", "replace").splitlines()


def _gib(n_bytes: int) -> str:
    return f"{n_bytes / (1 << 30):.1f} GiB"
