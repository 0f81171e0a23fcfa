"""The panel at the right in the window: when it is made, whose values it shows, and where they are kept."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QSplitter, QWidget

from desktop_app.engine.parameters import SamplingParameters
from desktop_app.errors import AppError
from desktop_app.ui.actions import Actions, keys
from desktop_app.ui.centre import Centre
from desktop_app.ui.open_conversation import OpenConversation
from desktop_app.ui.talk_panel.talk_panel import WIDTH, TalkPanel
from desktop_app.ui.theme import Theme
from desktop_app.ui.top_bar import TopBar
from desktop_app.ui.widgets.buttons import IconButton

if TYPE_CHECKING:
    from desktop_app.services import Services


class TalkPlace(QObject):
    """Follows the conversation on show."""

    def __init__(
        self,
        services: Services,
        conversation: OpenConversation,
        actions: Actions,
        centre: Centre,
        top_bar: TopBar,
        splitter: QSplitter,
        theme: Theme,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._conversations = services.conversations
        self._conversation, self._actions, self._centre = conversation, actions, centre
        self._splitter, self._theme = splitter, theme
        self._panel: TalkPanel | None = None
        self._id: str | None = None
        """Whose values are on show; None: those of the new chat."""
        self._fresh: dict[str | None, tuple[str, SamplingParameters]] = {}
        """Values that were set and may not be on disk yet, by conversation."""
        self.button = IconButton("panel", theme)
        self.button.clicked.connect(actions.show_talk_panel.trigger)
        top_bar.add_at_end(self.button)
        actions.show_talk_panel.triggered.connect(self.toggle)
        conversation.opened.connect(self._on_opened)
        centre.page_changed.connect(self._on_page_changed)
        window.destroyed.connect(self._forget)
        self._actions_words()

    def _actions_words(self) -> None:
        self.button.set_words(self._actions.show_talk_panel.text(), keys(self._actions.show_talk_panel))

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.button.set_theme(theme)
        self._actions_words()
        if self._panel is not None:
            self._panel.set_theme(theme)

    @property
    def panel(self) -> TalkPanel:
        """The panel, made now if need be."""
        if self._panel is None:
            self._panel = TalkPanel(self._theme)
            self._panel.instructions_changed.connect(self._on_instructions_changed)
            self._panel.sampling_changed.connect(self._on_sampling_changed)
            self._panel.closed.connect(self.toggle)
            self._panel.hide()
            self._splitter.addWidget(self._panel)
            self._splitter.setCollapsible(2, False)
            self._splitter.setStretchFactor(2, 0)
        return self._panel

    @Slot()
    def toggle(self) -> None:
        """Show or hide the panel."""
        is_shown = not self.panel.isHidden()
        if is_shown:
            self.store()
        else:
            self._centre.show_page(None)
            self._show_values()
        self.panel.setVisible(not is_shown)
        self.button.set_current(not is_shown)
        if is_shown:
            self._actions.focus_composer.trigger()
        else:
            sizes = self._splitter.sizes()
            width = self._theme.scaled(WIDTH)
            self._splitter.setSizes([sizes[0], max(400, sizes[1] + sizes[2] - width), width])
            self.panel.instructions.setFocus(Qt.FocusReason.OtherFocusReason)

    def store(self) -> None:
        """Keep what was typed."""
        if self._panel is not None:
            self._panel.store()

    def unsaved_texts(self) -> list[str]:
        """Give the instructions that are not on disk."""
        return [instructions for instructions, _ in self._fresh.values() if instructions]

    def _show_values(self) -> None:
        self._id = self._conversation.conversation_id
        if self._id in self._fresh:
            self.panel.show_values(*self._fresh[self._id])
        elif self._id is None:
            self.panel.show_values(*self._conversations.new_chat())
        else:
            self.panel.show_values(self._conversations.get(self._id).system_prompt, self._conversations.sampling(self._id))

    def _keep(self, instructions: str, sampling: SamplingParameters) -> None:
        """Remember values until they are on disk: the writer does its work in turn, so this comes after theirs."""
        values = self._fresh[self._id] = (instructions, sampling)
        done = partial(self._on_kept, self._id, values)
        self._conversations.in_writer(_do_nothing, done, done, keep=True)

    def _on_kept(self, conversation_id: str | None, values: tuple[str, SamplingParameters], result: object) -> None:
        if not isinstance(result, AppError) and self._fresh.get(conversation_id) is values:
            del self._fresh[conversation_id]

    @Slot(str)
    def _on_opened(self, _conversation_id: str) -> None:
        if self._panel is not None and not self._panel.isHidden():
            self.store()
            self._show_values()

    @Slot(object)
    def _on_page_changed(self, page: object) -> None:
        # A page has the whole width, and nothing to do with a conversation.
        if page is not None and self._panel is not None and not self._panel.isHidden():
            self.store()
            self._panel.hide()
            self.button.set_current(False)

    @Slot(str)
    def _on_instructions_changed(self, text: str) -> None:
        if self._id is None:
            self._conversations.save_new_chat(text, self.panel.sampling)
        else:
            self._conversations.save_system_prompt(self._id, text)
        self._keep(text, self.panel.sampling)

    @Slot(object)
    def _on_sampling_changed(self, sampling: SamplingParameters) -> None:
        if self._id is None:
            self._conversations.save_new_chat(self.panel.instructions.toPlainText(), sampling)
        else:
            self._conversations.save_sampling(self._id, sampling)
        self._keep(self.panel.instructions.toPlainText(), sampling)

    @Slot()
    def _forget(self) -> None:
        self._panel = None


def _do_nothing(_database: object) -> None:
    """Only its turn matters."""
