"""The language between the window and the engine process: one JSON object a line, UTF-8.

Every message is one frozen value here; the field `type` on the wire is its class name. The first
line that the engine writes is `EngineReady`, which carries the protocol version. Every request has a
task number, given by the window and never used twice in one process; every task ends in exactly one
final message (`FINAL`). `CancelRequest` is not queued: it stops its target between two tokens or
inside a long prompt, and the target then ends with `TaskCancelled` (a load) or with
`GenerationFinished(stop="cancelled")` (an answer).

`engine.wire` writes and reads the lines.
"""

from __future__ import annotations

from typing import Literal

from desktop_app.engine.parameters import LoadParameters, SamplingParameters
from desktop_app.errors import AppError
from desktop_app.record import Record

PROTOCOL_VERSION = 1
NO_CARDS = "--no-cards"
"""Ends the command line of an engine that is to leave graphics cards alone: their driver does it harm."""

StopType = Literal["eos", "word", "limit", "cancelled", "context", "repetition"]
"""Why an answer ended: the model's end token, a stop text, `n_predict`, Stop, a full context, or a loop."""


DeviceReason = Literal["", "chosen", "no_backend", "no_card", "too_little_memory", "failed"]
"""Why there is no layer on a graphics card: the person wants it so, this build of llama.cpp knows no cards, it found none,
the model does not fit, or the card or its driver refused."""


TemplateFault = Literal["", "broken", "adds", "changes", "confuses", "edited"]
"""What is wrong with the chat template in a model's file: it cannot be rendered, it writes what nobody has said, it
does not write what was said, or it mixes up who has said what. "edited": the one that the person has written cannot be
rendered, and the model gets what it would get without."""


class ChatMessage(Record):
    """One message as the model's chat template sees it. `role`: system, user or assistant."""

    role: str
    content: str
    is_pinned: bool = False
    """Never left out."""
    n_tokens: int = -1
    """Tokens of `content`, from an earlier count for the same vocabulary; -1: not counted yet."""


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
    """Layers that really lie on a graphics card, as the backend reported; of `n_offloadable`."""
    device: str
    """Name of the graphics card, or "" for the processor."""
    n_threads: int
    has_chat_template: bool
    """False: the file has none, or one that is not used, and a built-in one is taken."""
    template_problem: str = ""
    """Why the model's own template is not used, or the one that the person has written; "" when it is, when there is
    none, or when the person wants another."""
    n_offloadable: int = 0
    """Layers that a graphics card could hold: the output layer counts as one."""
    device_reason: DeviceReason = ""
    """Why it runs on the processor; "" on a graphics card."""
    parameters: LoadParameters = LoadParameters()
    """Those that it was loaded with: of the request, or of a step of its ladder."""
    weights_bytes: int = 0
    """Reserved on all devices together for the weights; in main memory they may be pages of the file."""
    kv_bytes: int = 0
    """The same for the KV cache and recurrent states."""
    compute_bytes: int = 0
    """The same for logits and what is in between."""
    draft_bytes: int = 0
    """The same for all of the small model that guesses for it; 0: none does."""
    vocabulary: str = ""
    """The same for models that count tokens alike."""
    template_fault: TemplateFault = ""
    """The same as `template_problem` in a word."""
    template: str = ""
    """The chat template in use: "own", "edited" or the name of a known one; "plain": the model only goes on with a text."""
    template_source: str = ""
    """Its Jinja source."""
    can_reason: bool = False
    """Whether the model was taught to reason before it answers."""
    n_slots: int = 1
    """Conversations that are answered side by side."""
    recommended: SamplingParameters = SamplingParameters()
    """What its author set in the file, see `engine.recommendation`."""


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
    n_drafted: int = 0
    """Tokens that were guessed and checked several at once."""
    n_accepted: int = 0
    """Those of them that were right."""

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
    ladder: tuple[LoadParameters, ...] = ()
    """What is tried next, in order, when llama.cpp refuses `parameters`."""
    device_reason: DeviceReason = ""
    """Why none of these uses a graphics card, as far as the window knows."""
    draft_path: str = ""
    """A small model of the same vocabulary that guesses for this one; "": none."""
    template: str = ""
    """The chat template that the person has chosen: "own", the name of a known one, or the source of one that the person
    has written (see `parameters.is_template_source`); "": whichever is right."""


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
    is_background: bool = False
    """True: nobody waits for it, so it comes after what somebody waits for."""
    conversation: str = ""
    """Whose answer it is: what the model has read of it may be written to disk. "": nothing of it may."""
    policy: str = "stop"
    """What is done when it does not fit the context: "stop", "drop" or "summarise". See `engine.context`."""
    thinking: bool | None = None
    """Whether the model is to reason before it answers; None: as its chat template has it."""
    thinking_budget: int = -1
    """Tokens of reasoning after which the answer is begun; -1: no limit."""
    adds_drafts: bool = True
    """False: every token is computed by itself, for a comparison."""


class CountRequest(Record):
    """Count the tokens of `text` as a file or a message has them, without what a chat template adds.

    Ends in TokensCounted or Failed.
    """

    task: int
    text: str


class MeasureRequest(Record):
    """Say what the conversation takes of the context. Ends in ContextMeasured or Failed."""

    task: int
    messages: tuple[ChatMessage, ...]
    policy: str = "stop"
    is_continued: bool = False


class DevicesRequest(Record):
    """Say what there is to compute on, with the memory that is free now. Ends in DevicesTold."""

    task: int


class StatesRequest(Record):
    """Keep what the model reads of conversations in `folder`, from now on. Ends in StatesKept.

    Every file is authenticated with `key`, 32 bytes as hexadecimal digits, the profile's own: it goes this way and no
    other, and is never logged. `max_bytes`: of all files together; 0: nothing is kept, and what there is goes.
    """

    task: int
    folder: str
    key: str
    max_bytes: int


class ForgetStates(Record):
    """Keep nothing of these conversations, in no file and not what is in memory now. Ends in StatesKept."""

    task: int
    conversations: tuple[str, ...]


class SaveStates(Record):
    """Write what is in memory of conversations. Ends in StatesKept.

    Sent before the end of input it gives the engine the time for it, see `engine.pipe.SAVE_LIMIT_S`.
    """

    task: int


class CancelRequest(Record):
    """Stop `task`. No answer of its own: the target's final message is the answer."""

    task: int


class PingRequest(Record):
    """Answered with Pong by the reader thread, whatever the model is doing."""

    task: int


Request = (
    LoadRequest | UnloadRequest | GenerateRequest | CountRequest | MeasureRequest | DevicesRequest
    | StatesRequest | ForgetStates | SaveStates | CancelRequest | PingRequest
)  # fmt: skip

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


class LoadAttempt(Record):
    """The load begins with one more set of parameters: 0 are those of the request, then those of its ladder."""

    task: int
    index: int
    is_draft: bool = False
    """The model is in memory with these, and it is the small one that guesses for it which is loaded now."""


class ModelLoaded(Record):
    """Final message of a load."""

    task: int
    model: ModelInfo


class ModelUnloaded(Record):
    """Final message of an unload."""

    task: int


class PromptProgress(Record):
    """`n_processed` of `n_prompt` tokens are in the KV cache, `n_reused` of them from before."""

    task: int
    n_processed: int
    n_reused: int
    n_prompt: int


class ContextFitted(Record):
    """What an answer is given to read: comes before its first PromptProgress."""

    task: int
    n_prompt: int
    n_ctx: int
    left_out: tuple[int, ...] = ()
    """Indexes of the request's messages that are not in the prompt."""


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


class ContextMeasured(Record):
    """Final message of a measurement."""

    task: int
    n_prompt: int
    """Tokens of the prompt as it would be now, without what is left out; may be more than `n_ctx`."""
    n_ctx: int
    left_out: tuple[int, ...] = ()
    """Indexes of the messages that are not in it."""
    n_tokens: tuple[int, ...] = ()
    """Of each message's own text, without what the template writes around it."""


class DevicesTold(Record):
    """Final message of a request for the devices. What the model in memory holds counts as free: it leaves before a load."""

    task: int
    devices: tuple[Device, ...]


class StatesKept(Record):
    """Final message of what has to do with kept states."""

    task: int


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
    EngineReady | LoadProgress | LoadAttempt | ModelLoaded | ModelUnloaded | ContextFitted | PromptProgress
    | TextDelta | GenerationFinished | TokensCounted | ContextMeasured | DevicesTold | StatesKept | TaskCancelled | Pong
    | Failed
)  # fmt: skip

FINAL = (
    ModelLoaded, ModelUnloaded, GenerationFinished, TokensCounted, ContextMeasured, DevicesTold, StatesKept, TaskCancelled,
    Pong, Failed,
)  # fmt: skip
