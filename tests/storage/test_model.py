"""Random sequences of what a person does, against a model in plain Python; equal after every reopening."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from desktop_app.chat.conversation import first_line
from desktop_app.chat.message import MessageState, Role, new_id, storable
from desktop_app.storage import branches, trash
from desktop_app.storage import conversations as store
from desktop_app.storage.conversations import MAX_TITLE_CHARACTERS, Exchange
from desktop_app.storage.database import Database

# NUL, line ends, right-to-left marks, astral characters and lone surrogates on purpose.
TEXT = st.text(
    st.one_of(st.characters(exclude_categories=()), st.sampled_from("\0\r\n\u202e\u2066\u2069\ud800\udfff\ufeff😀'%")),
    max_size=40,
)


@dataclass
class ModelMessage:
    id: str
    role: Role
    state: MessageState
    text: str


@dataclass
class ModelConversation:
    title: str
    messages: list[ModelMessage] = field(default_factory=list)
    is_custom: bool = False
    is_trashed: bool = False
    draft: str = ""


class Storage(RuleBasedStateMachine):
    """The file on one side, two dictionaries on the other."""

    @initialize()
    def start(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name) / "hearth.sqlite3"
        self.database = Database.writing(self.path)
        self.conversations: dict[str, ModelConversation] = {}
        self.draft = ""

    def _conversation_id(self, number: int) -> str:
        return list(self.conversations)[number % len(self.conversations)]

    def _generating(self) -> list[ModelMessage]:
        found = [message for one in self.conversations.values() for message in one.messages]
        return [message for message in found if message.state is MessageState.GENERATING]

    def _ask(self, conversation_id: str, is_new: bool, text: str) -> None:
        exchange = Exchange(conversation_id, is_new, new_id(), new_id(), storable(text), "m")
        store.ask(self.database, exchange)
        found = self.conversations[conversation_id]
        found.draft = ""
        found.messages.append(ModelMessage(exchange.question_id, Role.USER, MessageState.DONE, storable(text)))
        found.messages.append(ModelMessage(exchange.answer_id, Role.ASSISTANT, MessageState.GENERATING, ""))

    @rule(text=TEXT)
    def ask_in_a_new_conversation(self, text: str) -> None:
        conversation_id = new_id()
        self.conversations[conversation_id] = ModelConversation(first_line(storable(text)))
        self._ask(conversation_id, True, text)
        self.draft = ""

    @precondition(lambda self: self.conversations)
    @rule(number=st.integers(0, 99), text=TEXT)
    def ask_again(self, number: int, text: str) -> None:
        self._ask(self._conversation_id(number), False, text)

    @precondition(lambda self: self._generating())
    @rule(number=st.integers(0, 99), text=TEXT)
    def append(self, number: int, text: str) -> None:
        message = self._generating()[number % len(self._generating())]
        store.append_text(self.database, message.id, storable(text))
        message.text += storable(text)

    @precondition(lambda self: self._generating())
    @rule(number=st.integers(0, 99), rest=TEXT, state=st.sampled_from([state for state in MessageState if state != "generating"]))
    def finish(self, number: int, rest: str, state: MessageState) -> None:
        message = self._generating()[number % len(self._generating())]
        store.finish(self.database, message.id, state, None, None, storable(rest))
        message.text, message.state = message.text + storable(rest), state

    @precondition(lambda self: self.conversations)
    @rule(number=st.integers(0, 99), title=TEXT)
    def rename(self, number: int, title: str) -> None:
        conversation_id = self._conversation_id(number)
        store.rename(self.database, conversation_id, storable(title))
        found = self.conversations[conversation_id]
        wanted = " ".join(storable(title).split())[:MAX_TITLE_CHARACTERS]
        found.is_custom = bool(wanted)
        found.title = wanted or first_line(found.messages[0].text)

    @precondition(lambda self: self.conversations)
    @rule(number=st.integers(0, 99), is_trashed=st.booleans())
    def trash_or_restore(self, number: int, is_trashed: bool) -> None:
        conversation_id = self._conversation_id(number)
        (trash.trash if is_trashed else trash.restore)(self.database, [conversation_id])
        self.conversations[conversation_id].is_trashed = is_trashed

    @rule(number=st.integers(0, 99), text=TEXT)
    def save_draft(self, number: int, text: str) -> None:
        if number < 30 or not self.conversations:
            store.save_draft(self.database, None, storable(text))
            self.draft = storable(text)
        else:
            store.save_draft(self.database, self._conversation_id(number), storable(text))
            self.conversations[self._conversation_id(number)].draft = storable(text)

    @rule()
    def reopen(self) -> None:
        self.database.close()
        self.database = Database.writing(self.path)
        assert store.mark_interrupted(self.database) == len(self._generating())
        for message in self._generating():
            message.state = MessageState.INTERRUPTED

    @invariant()
    def the_file_is_the_model(self) -> None:
        if not hasattr(self, "database"):
            return
        shown = {one.id for one in store.all_conversations(self.database)}
        assert shown == {id_ for id_, one in self.conversations.items() if not one.is_trashed}
        assert store.draft(self.database, None) == self.draft
        for id_, wanted in self.conversations.items():
            found = store.conversation(self.database, id_)
            assert (found.title, found.title_is_custom, found.draft) == (wanted.title, wanted.is_custom, wanted.draft)
            branch = branches.branch_on_show(self.database, id_)
            assert [ModelMessage(one.id, one.role, one.state, one.text) for one in branch] == wanted.messages

    def teardown(self) -> None:
        if hasattr(self, "database"):
            self.reopen()
            self.the_file_is_the_model()
            assert not self.database.rows("SELECT 1 FROM message_part")
            assert self.database.rows("PRAGMA integrity_check") == [("ok",)]
            self.database.close()
            self.folder.cleanup()


TestStorage = Storage.TestCase
TestStorage.settings = settings(
    max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
