"""Services for tests of the window: the same signals, values in dictionaries, calls written down."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_app.chat.conversation import Conversation, first_line
from desktop_app.chat.message import GenerationStats, Message, MessageState, Role
from desktop_app.chat.search import FIRST, SearchFilters, SearchLimits, SearchResult, Section
from desktop_app.engine.parameters import LoadParameters, SamplingParameters
from desktop_app.engine.protocol import Device, ModelInfo
from desktop_app.errors import AppError
from desktop_app.library.model_shape import ModelShape
from desktop_app.paths import Paths
from desktop_app.services.engine import EngineState
from desktop_app.settings import SETTINGS
from desktop_app.storage.database import Database
from tests.fakes.conversation_calls import FakeConversationCalls
from tests.fakes.library import FakeLibrary

NOW_MS = 1_790_000_000_000


def model_info(path: str = "/models/starter.gguf", **changes: Any) -> ModelInfo:
    """Give a small model on the processor."""
    values: dict[str, Any] = {
        "path": path, "name": "SmolLM2", "description": "llama", "n_params": 135_000_000, "size_bytes": 98_000_000,
        "n_ctx": 8192, "n_ctx_train": 8192, "n_layers": 36, "n_gpu_layers": 0, "device": "", "n_threads": 2,
        "has_chat_template": True,
    }  # fmt: skip
    return ModelInfo(**(values | changes))


class FakeConversations(FakeConversationCalls):
    """Conversations in memory. A question waits for `commit()`, as if for the disk, unless `is_instant`."""

    def __init__(self) -> None:
        super().__init__()
        self.is_instant = True
        self.is_out = False
        self.drafts: dict[str | None, str] = {}
        self._waiting: list[Any] = []
        self._numbers = itertools.count(1)
        self._file: Database | None = None

    def databases(self) -> list[Database]:
        """Give an empty file: what is kept besides conversations."""
        if self._file is None:
            self._file = Database.in_memory(f"fake {id(self)}")
        return [self._file]

    def put(self, title: str, updated_ms: int = NOW_MS, id: str = "") -> str:
        """Have a conversation from the start."""
        id = id or f"c{next(self._numbers)}"
        self.stored[id] = Conversation(id, title, False, updated_ms, updated_ms)
        self.messages[id] = []
        return id

    def say(self, conversation_id: str, role: Role, text: str, **values: Any) -> Message:
        """Have a message from the start."""
        message = Message(f"m{next(self._numbers)}", conversation_id, None, role, text, NOW_MS, **values)
        self.messages[conversation_id].append(message)
        return message

    def all(self) -> list[Conversation]:
        """Give those that are not in the trash."""
        shown = [one for one in self.stored.values() if one.trashed_ms is None]
        return sorted(shown, key=lambda one: -one.updated_ms)

    def models(self) -> list[str]:
        """Give who has answered."""
        return sorted({one.model for some in self.messages.values() for one in some if one.model})

    def get(self, conversation_id: str) -> Conversation:
        """Give one."""
        return self.stored[conversation_id]

    def branch(self, conversation_id: str) -> tuple[Message, ...]:
        """Give its messages."""
        return tuple(self.messages[conversation_id])

    def message(self, message_id: str) -> Message:
        """Give one message."""
        return next(one for some in self.messages.values() for one in some if one.id == message_id)

    def ask(
        self,
        conversation_id: str | None,
        text: str,
        model: str,
        *,
        attachments: Any = (),
        is_private: bool = False,
        is_quick: bool = False,
        keeps_draft: bool = False,
    ) -> str:
        """Take a question."""
        self.calls.append(("ask", conversation_id, text, model))
        id = conversation_id or f"c{next(self._numbers)}"
        self._waiting.append((id, conversation_id is None, text, model))
        if self.is_instant:
            # Never before `ask` has returned: the disk is another thread.
            QTimer.singleShot(0, self, self.commit)
        return id

    def commit(self) -> None:
        """The disk has taken what was asked."""
        waiting, self._waiting = self._waiting, []
        for id, is_new, text, model in waiting:
            if is_new:
                self.put(first_line(text), NOW_MS, id)
            self.drafts[id] = ""
            question = self.say(id, Role.USER, text)
            answer = self.say(id, Role.ASSISTANT, "", state=MessageState.GENERATING, model=model)
            (self.conversation_added if is_new else self.conversation_changed).emit(id)
            self.message_added.emit(id, question.id)
            self.message_added.emit(id, answer.id)

    def refuse(self, error: AppError) -> None:
        """The disk has not taken what was asked."""
        waiting, self._waiting = self._waiting, []
        for id, *_ in waiting:
            self.ask_failed.emit(id, error)
        self.write_failed.emit(error)

    def change(self, conversation_id: str, **values: Any) -> None:
        """Change a conversation and say so."""
        self.stored[conversation_id] = replace(self.stored[conversation_id], **values)
        self.conversation_changed.emit(conversation_id)

    def end(self, message: Message, text: str, stats: GenerationStats | None = None) -> None:
        """End an answer."""
        ended = replace(message, text=text, state=MessageState.DONE, stats=stats)
        some = self.messages[message.conversation_id]
        some[some.index(message)] = ended
        self.message_changed.emit(message.conversation_id, message.id)

    def rename(self, conversation_id: str, title: str) -> None:
        """Give it a title."""
        self.calls.append(("rename", conversation_id, title))
        self.change(conversation_id, title=title, title_is_custom=True)

    def trash(self, *conversation_ids: str) -> None:
        """Put them into the trash."""
        self.calls.append(("trash", *conversation_ids))
        for id_ in conversation_ids:
            self.stored[id_] = replace(self.stored[id_], trashed_ms=NOW_MS)
            self.conversation_trashed.emit(id_)

    def restore(self, *conversation_ids: str) -> None:
        """Bring them back."""
        self.calls.append(("restore", *conversation_ids))
        for id_ in conversation_ids:
            self.stored[id_] = replace(self.stored[id_], trashed_ms=None)
            self.conversation_restored.emit(id_)

    def save_draft(self, conversation_id: str | None, text: str) -> None:
        """Keep what stands in the composer."""
        self.calls.append(("save_draft", conversation_id, text))
        self.drafts[conversation_id] = text
        self.unsent_changed.emit(conversation_id or "")

    def unsent(self) -> set[str]:
        """Give where something was kept or attached."""
        return {id for id in self.stored if self.is_unsent(id)}

    def is_unsent(self, conversation_id: str) -> bool:
        """Say whether something was kept or attached."""
        return bool(self.draft(conversation_id).strip() or self.stored_attachments.get(conversation_id))

    def draft(self, conversation_id: str | None) -> str:
        """Give what was kept."""
        return self.drafts.get(conversation_id, "")

    def is_drafted(self, conversation_id: str) -> bool:
        """Say whether anything stands in the composer."""
        return bool(self.draft(conversation_id) or self.draft_attachments(conversation_id))

    def unsaved_drafts(self) -> list[str]:
        """Give what was kept while the disk is out."""
        return [text for text in self.drafts.values() if text] if self.is_out else []

    def flush(self, timeout_ms: int = 5000) -> bool:
        """Say whether the disk takes anything; it never takes any time."""
        self.calls.append(("flush", timeout_ms))
        return not self.is_out


class FakeEngine(QObject):
    """An engine whose state is set by the test."""

    state_changed = Signal(object)
    load_progressed = Signal(float)
    model_loaded = Signal(object)
    load_failed = Signal(object)
    load_cancelled = Signal()
    draft_refused = Signal(object)
    stepped_down = Signal(object)
    model_unloaded = Signal()
    devices_changed = Signal()
    crashed = Signal(object)
    tokens_counted = Signal(int, int)
    context_measured = Signal(int, object)
    text_generated = Signal(int, str)
    answer_grown = Signal(int, int)
    generation_finished = Signal(int, object)
    generation_failed = Signal(int, object)

    def __init__(self) -> None:
        super().__init__()
        self.counted: list[str] = []
        self.n_looks = 0
        self.measured: list[tuple[Any, str]] = []
        self.state = EngineState.STOPPED
        self.model: ModelInfo | None = None
        self.wanted_path: Path | None = None
        self.versions: dict[str, str] = {"llama_cpp_python": "0.3.36"}
        self.devices: tuple[Device, ...] = ()
        self.shape: ModelShape | None = None
        self.meant = LoadParameters()
        self.calls: list[tuple[Any, ...]] = []

    def become(self, state: EngineState, model: ModelInfo | None = None) -> None:
        """Take a state and say so; a model is said to be loaded."""
        self.state, self.model = state, model
        if model is not None:
            self.wanted_path = Path(model.path)
        self.state_changed.emit(state)
        if model is not None and state is EngineState.READY:
            self.model_loaded.emit(model)

    def load(self, path: Path, parameters: LoadParameters | None = None) -> None:
        """Begin to load."""
        self.calls.append(("load", path) if parameters is None else ("load", path, parameters))
        self.wanted_path = path
        self.become(EngineState.LOADING)

    def cancel_load(self) -> None:
        """Stop loading."""
        self.calls.append(("cancel_load",))

    def unload(self) -> None:
        """Eject."""
        self.calls.append(("unload",))

    def count_tokens(self, text: str) -> int:
        """Write down what is to be counted; the task's number is its place there, from 1."""
        self.counted.append(text)
        return len(self.counted)

    def measure(self, messages: Any, policy: str) -> int:
        """Write down what is to be measured; the task's number is its place there, from 1."""
        self.measured.append((tuple(messages), policy))
        return len(self.measured)

    def look_at_devices(self) -> int:
        """Count how often the devices are to be looked at anew."""
        self.n_looks += 1
        return self.n_looks

    def try_card_again(self) -> None:
        """Count on the graphics card again."""
        self.calls.append(("try_card_again",))

    def reload(self, *, is_fresh: bool = False) -> None:
        """Start again."""
        self.calls.append(("reload", "fresh") if is_fresh else ("reload",))


class FakeGeneration(QObject):
    """Answers that begin and end when the test says so."""

    text_appended = Signal(str, str, str)
    reading_progressed = Signal(str, int, int)
    context_fitted = Signal(str, object, int, int)
    answer_started = Signal(str)
    answer_finished = Signal(str, str)
    answer_failed = Signal(str, str, object)

    def __init__(self) -> None:
        super().__init__()
        self.default_policy: Callable[[], str] = lambda: "stop"
        self.answering: set[str] = set()
        self.predicted: dict[str, int] = {}
        self._instructions: Callable[[Conversation], str] = lambda conversation: conversation.system_prompt
        self.texts: dict[str, str] = {}
        self.stopped: list[str] = []
        self.sent: list[str] = []
        self.held: set[str] = set()

    def sample_by(self, sampling: Callable[[str], SamplingParameters]) -> None:
        """Take how answers are sampled from here."""
        self.sampling = sampling

    def instruct_by(self, instructions: Callable[[Conversation], str]) -> None:
        """Take what stands before every prompt from here."""
        self._instructions = instructions

    def instructions(self, conversation: Conversation) -> str:
        """Give what stands before every prompt of a conversation."""
        return self._instructions(conversation)

    def begin(self, conversation_id: str) -> None:
        """Begin an answer."""
        self.answering.add(conversation_id)
        self.answer_started.emit(conversation_id)

    def finish(self, conversation_id: str, message_id: str) -> None:
        """End it."""
        self.answering.discard(conversation_id)
        self.answer_finished.emit(conversation_id, message_id)

    def stop(self, conversation_id: str) -> None:
        """Write down that it is to stop."""
        self.stopped.append(conversation_id)

    def is_answering(self, conversation_id: str) -> bool:
        """Say whether it runs."""
        return conversation_id in self.answering

    def n_predicted(self, conversation_id: str) -> int:
        """Give how many tokens have come, as the test says."""
        return self.predicted.get(conversation_id, 0)

    def send_queued(self, conversation_id: str) -> None:
        """Write down that what waits is to be asked."""
        self.sent.append(conversation_id)

    def hold_queue(self, conversation_id: str, is_held: bool) -> None:
        """Write down whose waiting messages are being changed."""
        (self.held.add if is_held else self.held.discard)(conversation_id)

    def choose_thinking_by(self, thinking: Callable[[], tuple[bool | None, int]]) -> None:
        """Take whether models are to reason."""
        self.thinking = thinking

    def name_models_by(self, name: Callable[[], str]) -> None:
        """Take where the name of the model comes from."""
        self.model_name = name

    def choose_policy_by(self, policy: Callable[[], str]) -> None:
        """Take where the policy comes from."""
        self.default_policy = policy

    def sum_up_by(self, summaries: Any) -> None:
        """Take who makes summaries."""
        self.summaries = summaries

    def policy(self, conversation: Any) -> str:
        """Give what was chosen."""
        return conversation.context_policy or self.default_policy()

    def text_so_far(self, message_id: str) -> str:
        """Give what has streamed."""
        return self.texts.get(message_id, "")


class FakeSearch(QObject):
    """What is asked is written down; the test says what is found."""

    found = Signal(object)
    failed = Signal(object)
    completed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, SearchFilters]] = []
        self.limits = FIRST
        self.n_forgotten = 0

    def find(self, text: str, filters: SearchFilters, limits: SearchLimits) -> None:
        """Write down what is asked."""
        self.asked.append((text, filters))
        self.limits = limits

    def forget(self) -> None:
        """Write down that nobody waits."""
        self.n_forgotten += 1

    def answer(self, titles: Any = (), messages: Any = (), is_complete: bool = True, more: Any = ()) -> None:
        """Have found something for what was asked last; `more`: sections of which there is more."""
        self.found.emit(SearchResult(*self.asked[-1], tuple(titles), tuple(messages), is_complete, frozenset[Section](more)))


class FakePreferences(QObject):
    """Settings in a dictionary."""

    setting_changed = Signal(str)
    write_failed = Signal(object)

    def __init__(self, **values: Any) -> None:
        super().__init__()
        self.problem: AppError | None = None
        self.n_retries = 0
        declared = {key: setting.default for key, setting in SETTINGS.items()}
        self.values: dict[str, Any] = declared | {"theme": "light", "language": "en"} | values

    def get(self, key: str) -> Any:
        """Give a setting."""
        return self.values[key]

    def set(self, key: str, value: Any) -> None:
        """Take a setting."""
        if self.values[key] != value:
            self.values[key] = value
            self.setting_changed.emit(key)

    def retry(self) -> None:
        """Count how often they are to be saved again."""
        self.n_retries += 1


def fake_services(folder: Path, **settings: Any) -> Any:
    """Give all of them, in the shape of `Services`."""
    return SimpleNamespace(
        paths=Paths.under(folder),
        preferences=FakePreferences(**settings),
        conversations=FakeConversations(),
        engine=FakeEngine(),
        generation=FakeGeneration(),
        library=FakeLibrary(),
        search=FakeSearch(),
        formulas=None,
        backups=None,
    )
