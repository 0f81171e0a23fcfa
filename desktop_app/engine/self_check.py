"""Whether the engine works on this machine: load a model, generate, say how in one JSON object.

It is found out in a process of its own, because a driver can end the one that asks it. Then, or when a card refuses in good
order, another one answers, which leaves the graphics cards alone: so does the window.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from desktop_app.engine.chat_model import ChatModel
from desktop_app.engine.inbox import Inbox
from desktop_app.engine.inspect import inspect
from desktop_app.engine.llama import library
from desktop_app.engine.llama.library import Interrupt, LibraryLog
from desktop_app.engine.llama.model import Model
from desktop_app.engine.parameters import LoadParameters, SamplingParameters
from desktop_app.engine.protocol import NO_CARDS, ChatMessage, Event, GenerateRequest, GenerationFinished, Timings
from desktop_app.engine.scheduler import Scheduler
from desktop_app.errors import AppError
from desktop_app.own_process import take_output

_QUESTION = ChatMessage("user", "Count from one to twenty.")
_N_PREDICT = 16
LIMIT_S = 300.0
"""A driver that compiles its programs the first time may take a minute."""


def supervise(command: Sequence[str], versions: Mapping[str, str]) -> int:
    """Let the process `command` check the engine and print what it says. Gives the exit code, 0 or 1.

    `versions` are the caller's own, for instance {"hearth": "0.1.0", "qt": "6.11.3"}.
    """
    report = _report_of(command)
    if report is None or (not report["ok"] and _has_card(report)):
        without = _report_of([*command, NO_CARDS])
        # Where it refuses without them too they are not to blame, and what it has said first says more.
        if without is not None and (report is None or without["ok"]):
            report = {**without, "cards": "failed"}
    report = report or {"ok": False, "reason": "the engine stopped"}
    report["versions"] = {**report.get("versions", {}), **versions}
    print(json.dumps(report))  # in ASCII: a pipe of Windows takes what its code page has, and nothing else
    return 0 if report["ok"] else 1


def _report_of(command: Sequence[str]) -> dict[str, Any] | None:
    """Give what the process `command` reports, None when it was ended or is held up."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, timeout=LIMIT_S, check=False)
        report: dict[str, Any] = json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return None
    return report


def _has_card(report: Mapping[str, Any]) -> bool:
    """Say whether there was a card that can have refused: Metal lists one also where the system has none for it."""
    return any(device["type"] in ("gpu", "igpu") for device in report.get("devices", ()))


def run(model: Path | None, *, with_cards: bool = True) -> int:
    """Check the engine with the file `model` and print the result on standard output. Gives the exit code, 0 or 1."""
    descriptor = take_output()
    report = _report(model, with_cards=with_cards)
    line = memoryview(json.dumps(report, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
    while line:
        line = line[os.write(descriptor, line) :]
    os.close(descriptor)
    return 0 if report["ok"] else 1


def _report(model: Path | None, *, with_cards: bool) -> dict[str, Any]:
    library_log = LibraryLog()
    library_log.install()
    library.load_backends(with_cards=with_cards)
    versions = {"python": platform.python_version(), "llama_cpp_python": library.version(), "llama_cpp": library.llama_version()}
    report: dict[str, Any] = {
        "ok": False,
        "versions": versions,
        "backends": list(library.backend_names()),
        "devices": [device.as_dict() for device in library.devices()],
    }
    if with_cards and (left_out := library.left_out()):
        report["left_out"] = [f"{name} was not loaded: most often its driver is missing." for name in left_out]
    if model is None:
        return {**report, "reason": "there is no model"}
    try:
        return {**report, **_generated(model, library_log)}
    except AppError as error:
        return {**report, "reason": _reason(error)}


def _reason(error: AppError) -> str:
    fields = ", ".join(f"{name}={value}" for name, value in error.as_dict().items())
    return f"{type(error).__name__}: {fields}"


def _generated(path: Path, library_log: LibraryLog) -> dict[str, Any]:
    inspect(path)
    interrupt = Interrupt()
    chat = ChatModel(Model(path, LoadParameters(n_ctx=512, n_slots=1), interrupt, library_log))
    events: list[Event] = []
    try:
        sampling = SamplingParameters(temperature=0, n_predict=_N_PREDICT)
        scheduler = Scheduler(chat, events.append, Inbox(interrupt))
        scheduler.add(GenerateRequest(1, (_QUESTION,), sampling))
        while scheduler.is_busy:
            scheduler.step()
        told = chat.info()
        info = told.as_dict() | {"parameters": told.parameters.as_dict(), "recommended": told.recommended.chosen}
    finally:
        chat.close()
    timings = next((event.timings for event in events if isinstance(event, GenerationFinished)), Timings())
    if timings.n_predicted == 0:
        return {"ok": False, "model": info, "reason": "the model gave no token"}
    return {"ok": True, "model": info, "tokens_per_s": round(timings.tokens_per_s, 2), "n_predicted": timings.n_predicted}
