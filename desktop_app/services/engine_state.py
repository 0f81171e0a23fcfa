"""What the engine can be doing, and how its process is started."""

from __future__ import annotations

from enum import StrEnum

from desktop_app.services.worker_process import own_command


class EngineState(StrEnum):
    """What the engine is doing."""

    STOPPED = "stopped"
    STARTING = "starting"
    IDLE = "idle"
    """Running, no model in memory."""
    LOADING = "loading"
    READY = "ready"
    ANSWERING = "answering"
    CRASHED = "crashed"


BUSY = (EngineState.STARTING, EngineState.LOADING, EngineState.ANSWERING)


def engine_command(*, is_offline: bool = False) -> tuple[str, list[str]]:
    """Give program and arguments that start this same application as the engine."""
    return own_command("engine", *(["--offline"] if is_offline else []))
