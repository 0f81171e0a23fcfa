"""What is remembered of model files: which were read without harm, and how each was loaded on this machine."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from desktop_app.clock import now_ms
from desktop_app.engine.parameters import LoadParameters
from desktop_app.engine.protocol import Device
from desktop_app.errors import AppError
from desktop_app.paths import path_key
from desktop_app.record import Record
from desktop_app.services.card_trial import VALID_S
from desktop_app.services.conversation_reading import ConversationReading
from desktop_app.storage.database import Database
from desktop_app.storage.model_loads import model_load, save_model_load

_ANY_MACHINE = ""

R = TypeVar("R")


class FileRecord(Record):
    """One state of a file."""

    size_bytes: int
    modified_ns: int
    is_sound: bool = False
    """llama.cpp has read it to the end."""
    n_crashes: int = 0
    """How often the engine ended while it loaded it."""


class LoadRecord(Record):
    """A load that worked, after others had not."""

    file: FileRecord
    asked: LoadParameters
    parameters: LoadParameters
    device_reason: str
    made_s: int


def machine_key(devices: Sequence[Device], version: str) -> str:
    """Give what the way to load depends on: the devices with their memory, and llama.cpp's version."""
    facts = sorted((device.type, device.name, device.description, device.total_bytes) for device in devices)
    return hashlib.sha256(json.dumps([facts, version]).encode()).hexdigest()[:16]


class LoadRecords:
    """Kept in the database of the conversations, which lies on this computer and nowhere else."""

    def __init__(self, conversations: ConversationReading) -> None:
        self._conversations = conversations
        self._fresh: dict[tuple[str, str], str] = {}
        """What was written and may not be on disk yet."""

    def file(self, path: Path) -> FileRecord | None:
        """Give what is known of a file; it holds while the file has the same size and time."""
        return self._read(path_key(path), _ANY_MACHINE, lambda kept: FileRecord(**kept))

    def save_file(self, path: Path, record: FileRecord) -> None:
        """Remember what is known of a file."""
        self._write(path_key(path), _ANY_MACHINE, record.as_dict())

    def load(self, path: Path, machine: str, file: FileRecord, asked: LoadParameters) -> LoadRecord | None:
        """Give how this state of a file was loaded on this machine when the same was asked for."""
        record = self._read(path_key(path), machine, _load_record)
        if record is None:
            return None
        is_same = _is_same_file(record.file, file) and record.asked == asked
        return record if is_same and 0 <= time.time() - record.made_s < VALID_S else None

    def save_load(self, path: Path, machine: str, record: LoadRecord) -> None:
        """Remember how a file was loaded."""
        parts = {"file": record.file.as_dict(), "asked": record.asked.as_dict(), "parameters": record.parameters.as_dict()}
        self._write(path_key(path), machine, record.as_dict() | parts)

    def forget_load(self, path: Path, machine: str) -> None:
        """Forget how a file was loaded on this machine."""
        self._write(path_key(path), machine, {})

    def _read(self, model: str, machine: str, build: Callable[[dict[str, Any]], R]) -> R | None:
        try:
            text = self._fresh.get((model, machine)) or model_load(self._conversations.databases()[-1], model, machine)
            return build(json.loads(text)) if text else None
        except (AppError, ValueError, TypeError, KeyError):
            # A database in trouble has told so elsewhere, and what another version wrote is not needed.
            return None

    def _write(self, model: str, machine: str, record: dict[str, Any]) -> None:
        text = json.dumps(record)
        self._fresh[model, machine] = text
        work = partial(_save, model, machine, text, now_ms())
        self._conversations.in_writer(work, _do_nothing, _do_nothing)


def is_known(record: FileRecord | None, file: FileRecord) -> bool:
    """Tell whether this state of a file was read without harm before."""
    return record is not None and record.is_sound and _is_same_file(record, file)


def _is_same_file(one: FileRecord, other: FileRecord) -> bool:
    return (one.size_bytes, one.modified_ns) == (other.size_bytes, other.modified_ns)


def _load_record(kept: dict[str, Any]) -> LoadRecord:
    return LoadRecord(
        FileRecord(**kept["file"]),
        _parameters(kept["asked"]),
        _parameters(kept["parameters"]),
        str(kept["device_reason"]),
        int(kept["made_s"]),
    )


def _parameters(kept: dict[str, Any]) -> LoadParameters:
    return LoadParameters(**{**kept, "tensor_split": tuple(kept.get("tensor_split", ()))})


def _save(model: str, machine: str, text: str, used_ms: int, database: Database) -> None:
    save_model_load(database, model, machine, text, used_ms)


def _do_nothing(_: object) -> None:
    """What is remembered of a load is a convenience: nobody is told when it cannot be written."""
