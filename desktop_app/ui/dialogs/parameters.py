"""The parameters of all chats, or of a persona."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Signal, Slot
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from desktop_app.services.sampling_levels import Level, LevelValue
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.parameters.parameter_list import ParameterList
from desktop_app.ui.theme import Theme


class ParametersDialog(Dialog):
    """Shows `values` and lets them be changed; each change holds at once. To open it takes 13 ms.

    `model`: the name of a model that recommends values of its own, "" for none. `persona`: whose they are; "": of all chats.

    Signals:
        chosen(name, value), dropped(name), reset_requested()
    """

    chosen = Signal(str, object)
    dropped = Signal(str)
    reset_requested = Signal()

    def __init__(self, values: Sequence[LevelValue], model: str, theme: Theme, parent: QWidget, *, persona: str = "") -> None:
        super().__init__("", theme, parent)
        heading = self.tr("Parameters of “{name}”").format(name=persona) if persona else self.tr("Parameters of all chats")
        self.set_heading(heading)
        of_persona = self.tr("They apply in its conversations, unless something else is chosen there.")
        of_all = self.tr("They apply unless the model’s author, a persona or the conversation says otherwise.")
        self.add_text(of_persona if persona else of_all, "secondary")
        if model:
            text = self.tr("The author of “{model}” recommends some of them; where that is so, the recommendation goes first.")
            self.add_text(text.format(model=model), "secondary")
        self._level = Level.PERSONA if persona else Level.APPLICATION
        self.list = ParameterList(self._level, theme)
        self.list.chosen.connect(self.chosen)
        self.list.dropped.connect(self.dropped)
        inside = QWidget()
        column = QVBoxLayout(inside)
        # Room beside the scroll bar.
        column.setContentsMargins(0, 4, 16, 4)
        column.addWidget(self.list)
        column.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(area.focusPolicy().NoFocus)
        area.setWidget(inside)
        self.content.addWidget(area, 1)
        self._reset = self.add_button(self.tr("Reset all"))
        self._reset.clicked.connect(self.list.forget_typed)
        self._reset.clicked.connect(self.reset_requested)
        self.add_button(self.tr("Done"), is_primary=True).clicked.connect(self.accept)
        self.finish_layout()
        self.ask_for(560, 640)
        parent.window().installEventFilter(self)
        self.list.open_group("randomness")
        self._show(values, keeps_typed=False)

    def show_values(self, values: Sequence[LevelValue]) -> None:
        """Show what is in force now; what is being typed stays."""
        self._show(values, keeps_typed=True)

    def _show(self, values: Sequence[LevelValue], *, keeps_typed: bool) -> None:
        self.list.show_values(values, keeps_typed=keeps_typed)
        self._reset.setEnabled(any(one.level is self._level for one in values))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell what was typed last before the window closes: it stores what there is then."""
        if event.type() is QEvent.Type.Close and watched is not self:
            self.list.store()
        return False

    @Slot(int)
    def done(self, result: int) -> None:
        """Tell what was typed last."""
        self.list.store()
        super().done(result)
