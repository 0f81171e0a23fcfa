"""The first start: one card over the empty chat, and the way from its button to an answer of the better model.

Typing goes on meanwhile. When the model is there it is loaded, unless an answer is being written; only then is it
offered, so what is offered has been tried.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from desktop_app.chat.message import Role
from desktop_app.services.engine import EngineState
from desktop_app.ui.library.first_card import FirstCard
from desktop_app.ui.library.level_words import LevelWords
from desktop_app.ui.notices import Notice, NoticeArea

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop_app.engine.protocol import ModelInfo
    from desktop_app.errors import AppError
    from desktop_app.hub.offer import Offer
    from desktop_app.services import Services
    from desktop_app.services.online import Online
    from desktop_app.services.recommending import Recommendation
    from desktop_app.ui.empty_state import EmptyState
    from desktop_app.ui.message_actions import MessageActions
    from desktop_app.ui.models_place import ModelsPlace
    from desktop_app.ui.open_conversation import OpenConversation
    from desktop_app.ui.theme import Theme

ANSWER_AGAIN = "answer_again"
GET_BETTER = "get_better"
AWAITED = "awaited_download"
CLOSED = "first_card_closed"


class FirstRun(QObject):
    """Follows the card, the download that it began, and the engine.

    Signals:
        conversation_requested(id): what is to be answered again is in it.
    """

    conversation_requested = Signal(str)

    def __init__(
        self,
        services: Services,
        online: Online,
        place: ModelsPlace,
        empty_state: EmptyState,
        conversation: OpenConversation,
        message_actions: MessageActions,
        notices: NoticeArea,
        theme: Theme,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._services, self._online, self._place = services, online, place
        self._empty_state, self._conversation, self._message_actions = empty_state, conversation, message_actions
        self._notices, self._theme = notices, theme
        self._card: FirstCard | None = None
        self._recommendation: Recommendation | None = None
        self._trouble = ""
        """The key of the notice that says why the model could not be asked for."""
        self._is_told = False
        """After an answer, too, it is said once that there is a better model."""
        self._arrived: tuple[str, Path] | None = None
        """Title and file of the model that is to be loaded and offered."""
        self._is_tried = False
        """Loading it has begun: that is done once, whatever comes of it."""
        self._follow()
        self._look()

    def _follow(self) -> None:
        recommending, downloads, engine = self._online.recommending, self._online.downloads, self._services.engine
        recommending.picked.connect(self._on_picked)
        recommending.nothing_fits.connect(self._hide_card)
        recommending.offer_ready.connect(self._on_offer_ready)
        recommending.failed.connect(self._on_failed)
        downloads.download_added.connect(self._on_download_added)
        downloads.download_changed.connect(self._on_download_changed)
        downloads.download_removed.connect(self._on_download_removed)
        downloads.download_finished.connect(self._on_download_finished)
        engine.state_changed.connect(self._on_engine_state_changed)
        self._services.generation.answer_started.connect(self._on_answer_started)
        self._services.generation.answer_finished.connect(self._on_answer_finished)
        engine.model_loaded.connect(self._on_model_loaded)
        engine.load_failed.connect(self._on_load_ended)
        engine.load_cancelled.connect(self._on_load_ended)
        self._services.library.models_changed.connect(self._look)
        self._services.library.searched.connect(self._on_searched)
        self._notices.action_requested.connect(self._on_action_requested)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        if self._card is not None:
            self._card.set_theme(theme)

    # The card

    @Slot()
    def _look(self) -> None:
        """Show the card while it is wanted."""
        if not self._is_wanted():
            self._hide_card()
        elif self._card is None:
            self._online.recommending.pick()

    def _is_wanted(self) -> bool:
        """Say whether the starter model is all there is, and the person has not closed the card."""
        is_alone = all(model.is_starter for model in self._services.library.models())
        return is_alone and not self._services.preferences.get(CLOSED)

    @Slot(object)
    def _on_picked(self, recommendation: Recommendation) -> None:
        if not self._is_wanted():
            return  # other models were found while it was chosen
        if self._card is None:
            self._card = FirstCard(self._theme)
            self._card.get_requested.connect(self._on_get_requested)
            self._card.local_requested.connect(self._on_local_requested)
            self._card.other_requested.connect(self._on_other_requested)
            self._card.closed.connect(self._on_card_closed)
            self._card.downloads_requested.connect(self._on_downloads_requested)
            self._empty_state.set_card(self._card)
        self._recommendation = recommendation
        has_starter = any(model.is_starter for model in self._services.library.models())
        self._card.set_recommendation(recommendation, has_starter=has_starter)
        self._show_download()

    @Slot()
    def _on_searched(self) -> None:
        """Tell how many models of other applications there are: the card is often there before they are counted."""
        n_found, recommendation = self._services.library.n_elsewhere(), self._recommendation
        if self._card is not None and recommendation is not None and recommendation.n_found_elsewhere != n_found:
            self._on_picked(recommendation.replaced(n_found_elsewhere=n_found))

    @Slot(str, str)
    def _on_answer_finished(self, _conversation_id: str, _message_id: str) -> None:
        """Offer the better model where the person is now: the card stands over the empty chat."""
        recommendation = self._recommendation
        if self._is_told or self._card is None or recommendation is None or self._awaited or not self._has_starter_only():
            return
        self._is_told = True
        text = self.tr("“{model}” fits this computer and answers much better than the starter model ({size}).")
        size = LevelWords(self).size(recommendation.size_bytes, is_exact=recommendation.is_size_exact)
        sentence = text.format(model=recommendation.name, size=size)
        self._notices.show_notice(Notice(sentence, "info", GET_BETTER, GET_BETTER, self.tr("Get it")))

    @Slot()
    def _hide_card(self) -> None:
        self._notices.close_key(GET_BETTER)
        if self._card is not None:
            self._empty_state.set_card(None)
            self._card.deleteLater()
            self._card = None

    @Slot()
    def _on_get_requested(self) -> None:
        for key in (GET_BETTER, self._trouble):
            self._notices.close_key(key)
        if self._card is not None:
            self._card.set_busy(True)
        self._online.recommending.get()

    @Slot()
    def _on_local_requested(self) -> None:
        self._place.show("local")
        self._place.page.find_elsewhere()

    @Slot()
    def _on_other_requested(self) -> None:
        self._place.show("hub")

    @Slot()
    def _on_downloads_requested(self) -> None:
        self._place.show("downloads")

    @Slot()
    def _on_card_closed(self) -> None:
        self._services.preferences.set(CLOSED, True)
        self._hide_card()

    @Slot(object)
    def _on_offer_ready(self, offer: Offer) -> None:
        fit = self._recommendation.fit if self._recommendation is not None else None
        self._services.preferences.set(AWAITED, self._online.downloads.add(offer, is_wanted_next=True, fit=fit))
        self._show_download()

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        if self._card is not None:
            self._card.set_busy(False)
        self._trouble = type(error).__name__
        self._notices.show_error(error, (GET_BETTER, None))

    # The download

    @property
    def _awaited(self) -> str:
        return str(self._services.preferences.get(AWAITED))

    def _show_download(self) -> None:
        if self._card is not None:
            # One that is done and not at hand has been removed since.
            items = (item for item in self._online.downloads.items() if item.state != "done" or self._arrived is not None)
            self._card.set_download(next((item for item in items if item.id == self._awaited), None))

    @Slot(str)
    def _on_download_added(self, id_: str) -> None:
        """Take up what had come when the application ended, before it was tried."""
        item = self._online.downloads.get(id_)
        if id_ != self._awaited or item.state != "done" or self._services.engine.wanted_path is None:
            return  # where nothing was loaded by itself, in a loop of crashes, this is not either
        if Path(item.first_path).is_file() and self._has_starter_only():
            self._arrive(item.title, Path(item.first_path))
        else:
            self._stop_waiting()

    @Slot(str)
    def _on_download_changed(self, id_: str) -> None:
        if id_ == self._awaited:
            self._show_download()

    @Slot(str)
    def _on_download_removed(self, id_: str) -> None:
        if id_ == self._awaited:
            self._stop_waiting()
            self._show_download()

    @Slot(str, object)
    def _on_download_finished(self, id_: str, path: Path) -> None:
        title = self._online.downloads.get(id_).title
        if id_ == self._awaited:
            self._arrive(title, path)
        else:
            self._place.tell_ready(title, path)

    def _arrive(self, title: str, path: Path) -> None:
        self._arrived, self._is_tried = (title, path), False
        self._load_when_idle()

    def _stop_waiting(self) -> None:
        self._services.preferences.set(AWAITED, "")

    def _has_starter_only(self) -> bool:
        """Say whether the person has not chosen another model in the meantime."""
        wanted = self._services.engine.wanted_path
        model = self._services.library.by_path(wanted) if wanted is not None else None
        return wanted is None or (model is not None and model.is_starter)

    # The engine

    @Slot()
    def _load_when_idle(self) -> None:
        is_idle = self._services.engine.state not in (EngineState.ANSWERING, EngineState.LOADING, EngineState.STARTING)
        if self._arrived is None or self._is_tried or not is_idle:
            return
        # Once, whatever comes of it: a file that ends the application must not do so at every start.
        self._stop_waiting()
        if self._has_starter_only():
            self._is_tried = True
            self._services.engine.load(self._arrived[1])
        else:
            arrived, self._arrived = self._arrived, None
            self._place.tell_ready(*arrived)

    @Slot(object)
    def _on_engine_state_changed(self, _state: object) -> None:
        # Not at once: what the engine has to tell after its state is for the model that is in memory now.
        if self._arrived is not None:
            QTimer.singleShot(0, self, self._load_when_idle)

    @Slot(object)
    def _on_model_loaded(self, model: ModelInfo) -> None:
        if self._arrived is None or Path(model.path) != self._arrived[1]:
            return
        title, path = self._arrived
        self._arrived = None
        id_ = self._conversation.conversation_id
        if id_ is None or not self._has_answer(id_):
            sentence = self.tr("“{model}” is ready and answers from now on.").format(model=title)
            self._notices.show_notice(Notice(sentence, "check", key=ANSWER_AGAIN))
            return
        sentence = self.tr("“{model}” is ready and answers from now on.").format(model=title)
        button, key = self.tr("Answer again with it"), f"{ANSWER_AGAIN} {id_}"
        self._notices.show_notice(Notice(sentence, "check", key, ANSWER_AGAIN, button, payload=(id_, path)))

    @Slot(str)
    def _on_answer_started(self, conversation_id: str) -> None:
        # The last answer there will be one of the new model.
        self._notices.close_key(f"{ANSWER_AGAIN} {conversation_id}")

    @Slot()
    def _on_load_ended(self) -> None:
        # The window says why it failed; the file stays in the library.
        if self._is_tried:
            self._arrived = None

    def _has_answer(self, conversation_id: str) -> bool:
        messages = self._services.conversations.branch(conversation_id)
        return bool(messages) and messages[-1].role is Role.ASSISTANT

    def _answer_again(self, conversation_id: str, path: Path) -> None:
        """Answer the last question of a conversation with the model in `path`, whichever is in memory now."""
        try:
            is_trashed = self._services.conversations.get(conversation_id).trashed_ms is not None
            if is_trashed or not self._has_answer(conversation_id):
                return
        except LookupError:
            return  # it was deleted meanwhile
        self.conversation_requested.emit(conversation_id)
        last = self._services.conversations.branch(conversation_id)[-1]
        self._message_actions.do("regenerate_with", last.id, path)

    @Slot(str, object)
    def _on_action_requested(self, action: str, payload: object) -> None:
        if action == GET_BETTER:
            self._on_get_requested()
        elif action == ANSWER_AGAIN and isinstance(payload, tuple):
            self._answer_again(*payload)
