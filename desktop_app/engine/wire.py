"""How the messages of `engine.protocol` are written as lines and read again.

Measured: 3.4 µs a token message to encode and decode with json.
"""

from __future__ import annotations

import json
from typing import Any, cast

from desktop_app.engine.parameters import LoadParameters, SamplingParameters
from desktop_app.engine.protocol import (
    PROTOCOL_VERSION,
    CancelRequest,
    ChatMessage,
    ContextFitted,
    ContextMeasured,
    CountRequest,
    Device,
    DevicesRequest,
    DevicesTold,
    EngineReady,
    Event,
    Failed,
    ForgetStates,
    GenerateRequest,
    GenerationFinished,
    LoadAttempt,
    LoadProgress,
    LoadRequest,
    MeasureRequest,
    ModelInfo,
    ModelLoaded,
    ModelUnloaded,
    PingRequest,
    Pong,
    PromptProgress,
    Request,
    SaveStates,
    StatesKept,
    StatesRequest,
    TaskCancelled,
    TextDelta,
    Timings,
    TokensCounted,
    UnloadRequest,
)
from desktop_app.errors import AppError, from_wire, to_wire
from desktop_app.record import Record

MAX_LINE_BYTES = 16 * 1024 * 1024
"""A longer line towards the engine is refused. A conversation of 8,192 tokens is about 40 kB."""
MAX_ENGINE_LINE_BYTES = 1024 * 1024
"""A longer line from the engine means that it is broken: a token message has some 80 bytes."""


class ProtocolError(ValueError):
    """A line that is no message of this protocol."""


_REQUESTS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        LoadRequest, UnloadRequest, GenerateRequest, CountRequest, MeasureRequest, DevicesRequest,
        StatesRequest, ForgetStates, SaveStates, CancelRequest, PingRequest,
    )
}  # fmt: skip
_EVENTS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        EngineReady, LoadProgress, LoadAttempt, ModelLoaded, ModelUnloaded, ContextFitted, PromptProgress,
        TextDelta, GenerationFinished, TokensCounted, ContextMeasured, DevicesTold, StatesKept, TaskCancelled, Pong,
    )
}  # fmt: skip


def _plain(value: Any) -> Any:
    """Give what json cannot write by itself: a value as an object, an error by its name."""
    if isinstance(value, AppError):
        return to_wire(value)
    if isinstance(value, SamplingParameters):
        return value.leaving("unfinished").chosen
    assert isinstance(value, Record)
    return value.as_dict()


# `json.dumps` would make a new one for every line.
_ENCODER = json.JSONEncoder(ensure_ascii=False, default=_plain)


def encode(message: Request | Event) -> bytes:
    """Give `message` as one line with its line feed."""
    record = {"type": type(message).__name__, **message.as_dict()}
    # A path on Linux may hold bytes that are no UTF-8, which stand as half surrogates in it: they must arrive as they are.
    return _ENCODER.encode(record).encode("utf-8", "surrogatepass") + b"\n"


def _load_parameters(record: dict[str, Any]) -> LoadParameters:
    return LoadParameters(**{**record, "tensor_split": tuple(float(share) for share in record.get("tensor_split", ()))})


def _model_info(record: dict[str, Any]) -> ModelInfo:
    recommended = _sampling(record.get("recommended", {}))
    return ModelInfo(**{**record, "parameters": _load_parameters(record.get("parameters", {})), "recommended": recommended})


def _sampling(record: dict[str, Any]) -> SamplingParameters:
    for name in ("stop", "samplers", "dry_sequence_breakers"):
        if name in record:
            record[name] = tuple(str(text) for text in record[name])
    if "logit_bias" in record:
        record["logit_bias"] = tuple((int(token), float(bias)) for token, bias in record["logit_bias"])
    return SamplingParameters(**record)


def _messages(value: list[dict[str, Any]]) -> tuple[ChatMessage, ...]:
    return tuple(ChatMessage(**item) for item in value)


def _devices(value: list[dict[str, Any]]) -> tuple[Device, ...]:
    return tuple(Device(**item) for item in value)


_NESTED: dict[str, dict[str, Any]] = {
    "LoadRequest": {
        "parameters": _load_parameters,
        "ladder": lambda value: tuple(_load_parameters(item) for item in value),
    },
    "ForgetStates": {"conversations": tuple},
    "GenerateRequest": {
        "messages": _messages,
        "sampling": _sampling,
    },
    "MeasureRequest": {"messages": _messages},
    "ContextFitted": {"left_out": tuple},
    "ContextMeasured": {"left_out": tuple, "n_tokens": tuple},
    "EngineReady": {"devices": _devices},
    "DevicesTold": {"devices": _devices},
    "ModelLoaded": {"model": _model_info},
    "GenerationFinished": {"timings": lambda value: Timings(**value)},
}


def _decode(line: bytes, kinds: dict[str, type[Any]]) -> Any:
    try:
        record = json.loads(line)
        name = record.pop("type")
        if name == "Failed" and kinds is _EVENTS:
            return Failed(task=int(record["task"]), error=from_wire(record["error"]["error"], record["error"]["fields"]))
        for key, build in _NESTED.get(name, {}).items():
            record[key] = build(record[key])
        return kinds[name](**record)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        # The line itself may hold conversation text: say its length, never its content.
        raise ProtocolError(f"not a message of protocol {PROTOCOL_VERSION} ({len(line)} bytes)") from error


def decode_request(line: bytes) -> Request:
    """Give the request in `line`. Raises: ProtocolError."""
    return cast(Request, _decode(line, _REQUESTS))


def decode_event(line: bytes) -> Event:
    """Give the engine's message in `line`. Raises: ProtocolError."""
    return cast(Event, _decode(line, _EVENTS))
