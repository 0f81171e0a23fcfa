"""The page *Settings*, drawn from the declarations in `desktop_app.settings`: what has a section stands here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from desktop_app.services.preferences import Preferences
from desktop_app.settings import SETTINGS, Setting
from desktop_app.ui.settings.words import SettingTexts
from desktop_app.ui.theme import Theme
from desktop_app.ui.top_bar import HEIGHT
from desktop_app.ui.widgets.buttons import IconButton
from desktop_app.ui.widgets.check_box import CheckBox
from desktop_app.ui.widgets.choice_box import ChoiceBox
from desktop_app.ui.widgets.column import in_column
from desktop_app.ui.widgets.labels import PlainLabel

COLUMN = 736
SECTIONS = ("look", "answers", "models", "network", "data")


class SettingsPage(QWidget):
    """The page. `deeds`: actions that stand as buttons under the settings of a section.

    Signals:
        closed(): the person wants the conversation back.
    """

    closed = Signal()

    def __init__(self, preferences: Preferences, deeds: Mapping[str, Sequence[QAction]], theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self._texts = SettingTexts(self)
        self._heading = PlainLabel("", "heading2")
        self.filter = QLineEdit()
        self.filter.setMinimumHeight(theme.scaled(36))
        self.filter.setMaximumWidth(theme.scaled(280))
        self.filter.textChanged.connect(self._on_filter_changed)
        self.close_button = IconButton("close", theme)
        self.close_button.clicked.connect(self.closed)
        self.sections = {
            section: SettingsSection(section, preferences, deeds.get(section, ()), self._texts, theme)
            for section in SECTIONS
            if deeds.get(section) or any(setting.section == section for setting in SETTINGS.values())
        }
        self._nothing = PlainLabel("", "muted")
        self._nothing.hide()
        self._build(theme)
        self._retranslate()

    def _build(self, theme: Theme) -> None:
        self._head = QFrame()
        self._head.setObjectName("topBar")
        self._head.setFixedHeight(theme.scaled(HEIGHT))
        row = QHBoxLayout(self._head)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(8)
        row.addWidget(self._heading)
        row.addStretch(1)
        row.addWidget(self.filter, 1)
        row.addWidget(self.close_button)
        column = QWidget()
        rows = QVBoxLayout(column)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        for section in self.sections.values():
            rows.addWidget(section)
        rows.addWidget(self._nothing)
        inside = QWidget()
        place = QVBoxLayout(inside)
        place.setContentsMargins(24, 24, 24, 24)
        place.addLayout(in_column(column, theme.scaled(COLUMN)))
        place.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._head)
        whole.addWidget(area, 1)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._head.setFixedHeight(theme.scaled(HEIGHT))
        self.close_button.set_theme(theme)
        for section in self.sections.values():
            section.set_theme(theme)

    @Slot(str)
    def _on_filter_changed(self, text: str) -> None:
        words = text.casefold().split()
        n_shown = [section.show_matching(words) for section in self.sections.values()]
        self._nothing.setVisible(not any(n_shown))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go back with Esc."""
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
        self._heading.setText(self.tr("Settings"))
        self.filter.setPlaceholderText(self.tr("Find a setting"))
        self.filter.setAccessibleName(self.tr("Find a setting"))
        self.close_button.set_words(self.tr("Back to the conversation"), "Esc")
        self._nothing.setText(self.tr("No setting has these words."))
        for section in self.sections.values():
            section.retranslate()


class SettingsSection(QFrame):
    """One card: a heading, the settings of the section, and buttons for what is no setting."""

    def __init__(
        self, section: str, preferences: Preferences, deeds: Sequence[QAction], texts: SettingTexts, theme: Theme
    ) -> None:
        super().__init__()
        self.setObjectName("settingsCard")
        self._section, self._texts = section, texts
        self._heading = PlainLabel("", "heading2")
        self.rows = {
            key: SettingRow(setting, preferences, texts, theme) for key, setting in SETTINGS.items() if setting.section == section
        }
        self._deeds = [(action, self._button(action)) for action in deeds]
        column = QVBoxLayout(self)
        column.setContentsMargins(22, 20, 22, 20)
        column.setSpacing(16)
        column.addWidget(self._heading)
        for row in self.rows.values():
            column.addWidget(row)
        if self._deeds:
            buttons = QHBoxLayout()
            buttons.setSpacing(8)
            for _, button in self._deeds:
                buttons.addWidget(button)
            buttons.addStretch(1)
            column.addLayout(buttons)

    def _button(self, action: QAction) -> QPushButton:
        button = QPushButton()
        button.setAutoDefault(False)
        button.clicked.connect(action.trigger)
        return button

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        for row in self.rows.values():
            row.set_theme(theme)

    def show_matching(self, words: Sequence[str]) -> int:
        """Show only what has all these words, and give how many that are."""
        heading = self._heading.text().casefold()
        n_shown = 0
        for part, text in [*((row, row.words()) for row in self.rows.values()), *((one, one.text()) for _, one in self._deeds)]:
            is_shown = all(word in text.casefold() or word in heading for word in words)
            part.setVisible(is_shown)
            n_shown += is_shown
        self.setVisible(n_shown > 0)
        return n_shown

    def retranslate(self) -> None:
        """Speak the new language."""
        self._heading.setText(self._texts.section(self._section))
        for row in self.rows.values():
            row.retranslate()
        for action, button in self._deeds:
            button.setText(action.text())


class SettingRow(QWidget):
    """One setting: its words at the left, its value at the right, and a way back to what it was at first."""

    def __init__(self, setting: Setting, preferences: Preferences, texts: SettingTexts, theme: Theme) -> None:
        super().__init__()
        self._setting, self._preferences, self._texts = setting, preferences, texts
        self._is_filling = False
        self._label = PlainLabel("")
        self._help = PlainLabel("", "secondary")
        self._help.setWordWrap(True)
        self.control = ChoiceBox(theme) if setting.choices else CheckBox("", theme)
        self.reset = IconButton("restore", theme)
        self.reset.clicked.connect(self._on_reset_clicked)
        # What is not on show keeps its place, so that nothing moves when it comes.
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        if isinstance(self.control, ChoiceBox):
            self.control.setFixedWidth(theme.scaled(250))
            self.control.currentIndexChanged.connect(self._on_chosen)
        else:
            self.control.toggled.connect(self._on_toggled)
        left = QVBoxLayout()
        left.setSpacing(2)
        left.addWidget(self._label)
        left.addWidget(self._help)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addLayout(left, 1)
        row.addWidget(self.control, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignVCenter)
        preferences.setting_changed.connect(self._on_setting_changed)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.control.set_theme(theme)
        self.reset.set_theme(theme)

    def words(self) -> str:
        """Give all that can be searched for."""
        values = [self._texts.value(self._setting.key, value) for value in self._values()] if self._setting.choices else []
        return " ".join([self._label.text(), self._help.text(), *values])

    def _values(self) -> list[Any]:
        """Give what is offered; what is in force is among it, wherever it came from."""
        value = self._preferences.get(self._setting.key)
        return [*self._setting.choices, *([value] if value not in self._setting.choices else [])]

    def retranslate(self) -> None:
        """Speak the new language."""
        words = self._texts.of(self._setting.key)
        self._label.setText(words.label)
        self._help.setText(words.help)
        self._help.setVisible(bool(words.help))
        self.control.setAccessibleName(words.label)
        self.control.setAccessibleDescription(words.help)
        self.reset.set_words(self.tr("Back to what it was at first"))
        self._fill()

    def _fill(self) -> None:
        """Show what is in force."""
        self._is_filling = True
        value = self._preferences.get(self._setting.key)
        if isinstance(self.control, ChoiceBox):
            values = self._values()
            self.control.clear()
            self.control.addItems([self._texts.value(self._setting.key, one) for one in values])
            self.control.setCurrentIndex(values.index(value))
        else:
            self.control.setChecked(bool(value))
        self.reset.setVisible(value != self._setting.default)
        self._is_filling = False

    @Slot(int)
    def _on_chosen(self, index: int) -> None:
        if not self._is_filling and index >= 0:
            self._preferences.set(self._setting.key, self._values()[index])

    @Slot(bool)
    def _on_toggled(self, is_on: bool) -> None:
        if not self._is_filling:
            self._preferences.set(self._setting.key, is_on)

    @Slot()
    def _on_reset_clicked(self) -> None:
        self._preferences.set(self._setting.key, self._setting.default)
        self.control.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == self._setting.key:
            self._fill()
