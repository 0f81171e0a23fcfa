"""Instructions and parameters of one conversation: a simple view, and behind a button all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_app.engine.parameters import SamplingParameters
from desktop_app.services.sampling_levels import Level, LevelValue
from desktop_app.ui.parameters.parameter_list import ParameterList
from desktop_app.ui.talk_panel.model_view import ModelView
from desktop_app.ui.talk_panel.simple_view import SimpleView
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import IconButton
from desktop_app.ui.widgets.escape import keeps_escape
from desktop_app.ui.widgets.flow import FlowLayout
from desktop_app.ui.widgets.labels import PlainLabel

if TYPE_CHECKING:
    from desktop_app.engine.parameters import LoadParameters
    from desktop_app.engine.protocol import ModelInfo

WIDTH_MIN, WIDTH_MAX = 292, 900
SAVE_MS = 500


class TalkPanel(QFrame):
    """The panel. `top` is a layout below the heading, empty at first.

    To make and show it takes 31 to 45 ms, once a session, see `tests/bench/openings.py`.

    Signals:
        instructions_changed(text), sampling_changed(SamplingParameters): to be kept.
        context_chosen(n_ctx): for the model in memory; 0: as suits it.
        setting_chosen(key, value): of all chats.
        presets_requested(), loading_requested(): buttons.
        closed()
    """

    instructions_changed = Signal(str)
    sampling_changed = Signal(object)
    context_chosen = Signal(int)
    setting_chosen = Signal(str, object)
    presets_requested = Signal()
    loading_requested = Signal()
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("talkPanel")
        self._theme = theme
        self._sampling = SamplingParameters()
        self._is_filling = False
        self._heading = PlainLabel("", "heading2")
        self._heading.setWordWrap(True)
        self.close_button = IconButton("close", theme)
        self.close_button.clicked.connect(self.closed)
        self._label = PlainLabel("", "secondary")
        self.instructions = QPlainTextEdit()
        self.instructions.setTabChangesFocus(True)
        self.instructions.textChanged.connect(self._on_instructions_edited)
        self.instructions.installEventFilter(self)
        self.simple = SimpleView(theme)
        self.list = ParameterList(Level.CONVERSATION, theme)
        self.model_view = ModelView(theme)
        for part in (self.simple, self.list):
            part.chosen.connect(self._on_chosen)
            part.dropped.connect(self._on_dropped)
        self.simple.context_chosen.connect(self.context_chosen)
        self.model_view.loading_requested.connect(self.loading_requested)
        self.model_view.setting_chosen.connect(self.setting_chosen)
        self.more, self.presets, self.reset_all = (self._button() for _ in range(3))
        self.more.setCheckable(True)
        self.more.toggled.connect(self._on_more_toggled)
        self.presets.clicked.connect(self.presets_requested)
        self.reset_all.clicked.connect(self._on_reset_all_clicked)
        self._timer = QTimer(self, singleShot=True, interval=SAVE_MS)
        self._timer.timeout.connect(self._store_instructions)
        self._build()
        self._take_sizes()
        self._retranslate()

    @staticmethod
    def _button() -> QPushButton:
        button = QPushButton()
        button.setProperty("kind", "small")
        button.setAutoDefault(False)
        return button

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(16, 12, 16, 6)
        head.addWidget(self._heading, 1)
        head.addWidget(self.close_button)
        self.top = QVBoxLayout()
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(16, 0, 16, 16)
        column.setSpacing(6)
        column.addLayout(self.top)
        column.addSpacing(6)
        column.addWidget(self._label)
        column.addWidget(self.instructions)
        column.addWidget(self.simple)
        column.addSpacing(6)
        buttons = FlowLayout(4)
        for button in (self.more, self.presets, self.reset_all):
            buttons.addWidget(button)
        column.addLayout(buttons)
        self._all = QWidget()
        self._all.hide()
        everything = QVBoxLayout(self._all)
        everything.setContentsMargins(0, 6, 0, 0)
        everything.setSpacing(4)
        everything.addWidget(self.list)
        everything.addWidget(self.model_view)
        column.addWidget(self._all)
        column.addStretch(1)
        self.area = area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(area, 1)

    def _take_sizes(self) -> None:
        """Be as wide as its words need, at the size that they have now."""
        self.setMinimumWidth(self._theme.scaled(WIDTH_MIN))
        self.instructions.setFixedHeight(self._theme.scaled(140))

    @property
    def sampling(self) -> SamplingParameters:
        """What is chosen here."""
        return self._sampling

    def show_values(self, instructions: str, sampling: SamplingParameters, values: Sequence[LevelValue]) -> None:
        """Show those of another conversation; what was typed for the one before has been told."""
        self._is_filling = True
        if instructions != self.instructions.toPlainText():
            self.instructions.setPlainText(instructions)
        self._sampling = sampling
        self._is_filling = False
        self._show(values, keeps_typed=False)

    def show_levels(self, values: Sequence[LevelValue]) -> None:
        """Show what all levels together give for what is chosen here; what is being typed stays."""
        self._show(values, keeps_typed=True)

    def _show(self, values: Sequence[LevelValue], *, keeps_typed: bool) -> None:
        self.simple.show_values(values)
        self.list.show_values(values, keeps_typed=keeps_typed)
        self.reset_all.setVisible(bool(self._sampling.chosen))

    def show_model(self, model: ModelInfo | None, chosen: LoadParameters, *, is_busy: bool) -> None:
        """Show the model in memory, and how it is to be loaded; `is_busy`: it answers."""
        self.simple.show_model(model, chosen, is_busy=is_busy)
        self.model_view.show_model(model)

    def choose_all(self, sampling: SamplingParameters) -> None:
        """Let exactly this be chosen here."""
        if sampling.chosen != self._sampling.chosen:
            self._sampling = sampling
            self.sampling_changed.emit(sampling)

    @Slot()
    def store(self) -> None:
        """Tell now what was changed."""
        self._store_instructions()
        self.list.store()

    @Slot()
    def _store_instructions(self) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self.instructions_changed.emit(self.instructions.toPlainText())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the instructions when the keyboard goes elsewhere: a question may be sent before the moment is over."""
        if event.type() is QEvent.Type.FocusOut:
            self._store_instructions()
        return False

    @Slot()
    def _on_instructions_edited(self) -> None:
        # Whoever writes without a pause is not waited for.
        if not self._is_filling and not self._timer.isActive():
            self._timer.start()

    @Slot(str, object)
    def _on_chosen(self, name: str, value: Any) -> None:
        self.choose_all(self._sampling.choosing(name, value))

    @Slot(str)
    def _on_dropped(self, name: str) -> None:
        self.choose_all(self._sampling.leaving(name))

    @Slot()
    def _on_reset_all_clicked(self) -> None:
        self.list.forget_typed()
        self.choose_all(SamplingParameters())
        self.more.setFocus()

    @Slot(bool)
    def _on_more_toggled(self, is_on: bool) -> None:
        self._all.setVisible(is_on)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours and sizes."""
        self._theme = theme
        self._take_sizes()
        for part in (self.close_button, self.simple, self.list, self.model_view):
            part.set_theme(theme)

    def event(self, event: QEvent) -> bool:
        """Keep Esc, which is for this here and not for the answer in progress."""
        return keeps_escape(event) or bool(super().event(event))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Close with Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        self._heading.setText(self.tr("This conversation"))
        self.close_button.set_words(self.tr("Close"), "Esc")
        self._label.setText(self.tr("Instructions"))
        self.instructions.setAccessibleName(self.tr("Instructions"))
        self.instructions.setPlaceholderText(
            self.tr("What the model should always keep in mind, for instance: answer in short sentences.")
        )
        self.more.setText(self.tr("All parameters"))
        self.presets.setText(self.tr("Presets…"))
        self.reset_all.setText(self.tr("Reset all"))
