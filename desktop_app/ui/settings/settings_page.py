"""The page *Settings*, drawn from the declarations in `desktop_app.settings`: what has a section stands here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QAction, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.services.preferences import Preferences
from desktop_app.settings import SETTINGS, Setting
from desktop_app.ui.settings.deed_row import DeedRow
from desktop_app.ui.settings.look_controls import ColourChoice, families
from desktop_app.ui.settings.text_field import SettingField
from desktop_app.ui.settings.words import SettingTexts
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import IconButton
from desktop_app.ui.widgets.check_box import CheckBox
from desktop_app.ui.widgets.choice_box import ChoiceBox
from desktop_app.ui.widgets.column import in_column
from desktop_app.ui.widgets.filter_field import FilterField
from desktop_app.ui.widgets.labels import PlainLabel
from desktop_app.ui.widgets.page import Page
from desktop_app.ui.widgets.page_area import PageArea

COLUMN = 736
_SIDE = 24
SECTIONS = ("look", "window", "answers", "models", "network", "data")


class SettingsPage(Page):
    """The page. `deeds`: actions that stand as buttons under the settings of a section; under "": at the foot.

    A setting takes some 5 ms to make, and all of them 108: they come one in a turn of the event loop, from the top, once
    the page is on show.

    Signals:
        was_reset(key, value): a setting is as it was at first; before it had this value.
    """

    was_reset = Signal(str, object)

    def __init__(self, preferences: Preferences, deeds: Mapping[str, Sequence[QAction]], theme: Theme, window: QWidget) -> None:
        super().__init__(theme, window)
        self._texts = SettingTexts(self)
        self.filter = FilterField(theme)
        self.filter.setFixedWidth(theme.scaled(280))
        self.filter.text_changed.connect(self._on_filter_changed)
        self.sections = {
            section: SettingsSection(section, preferences, deeds.get(section, ()), self._texts, theme)
            for section in SECTIONS
            if deeds.get(section) or any(setting.section == section for setting in SETTINGS.values())
        }
        for section in self.sections.values():
            section.was_reset.connect(self.was_reset)
        self._deeds = deeds.get("", ())
        self._foot: DeedRow | None = None
        self._ahead = QTimer(self, interval=0)
        self._ahead.timeout.connect(self._on_turn)
        self._nothing = PlainLabel("", "muted")
        self._nothing.hide()
        self._build(theme)
        self.retranslate()

    def _build(self, theme: Theme) -> None:
        column = QWidget()
        rows = self._rows = QVBoxLayout(column)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(12)
        for section in self.sections.values():
            rows.addWidget(section)
        rows.addWidget(self._nothing)
        inside = QWidget()
        place = QVBoxLayout(inside)
        place.setContentsMargins(_SIDE, 24, _SIDE, 24)
        place.addLayout(in_column(column, theme.scaled(COLUMN)))
        place.addStretch(1)
        area = PageArea()
        area.set_page(inside, _SIDE)
        self.build((self.filter,), area)

    @property
    def foot(self) -> DeedRow:
        """The buttons at the foot, made now with all above them if need be."""
        for section in self.sections.values():
            section.make_all()
        if self._foot is None:
            self._foot = DeedRow(self._deeds, self._rows.parentWidget())
            self._foot.retranslate()
            self._rows.insertWidget(self._rows.indexOf(self._nothing), self._foot)
        return self._foot

    def showEvent(self, event: QShowEvent) -> None:
        """Begin to make what it shows."""
        super().showEvent(event)
        if self._foot is None:
            self._ahead.start()

    @Slot()
    def _on_turn(self) -> None:
        if not any(section.make_next() for section in self.sections.values()):
            self._ahead.stop()
            self.foot.show()
        # Now, before anything is painted: the page would be painted first with the new part squeezed into the old height.
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest.value)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        super().set_theme(theme)
        self.filter.set_theme(theme)
        for section in self.sections.values():
            section.set_theme(theme)

    @Slot(str)
    def _on_filter_changed(self, text: str) -> None:
        words = text.casefold().split()
        n_shown = [section.show_matching(words) for section in self.sections.values()]
        n_shown.append(self.foot.show_matching(words, ""))
        self._nothing.setVisible(not any(n_shown))

    def retranslate(self) -> None:
        """Say the words of the page."""
        super().retranslate()
        self.set_title(self.tr("Settings"))
        self.filter.set_words(self.tr("Find a setting"), self.tr("Show all settings"))
        self._nothing.setText(self.tr("No setting has these words."))
        if self._foot is not None:
            self._foot.retranslate()
        for section in self.sections.values():
            section.retranslate()


class SettingsSection(QFrame):
    """One card: a heading, the settings of the section, and buttons for what is no setting; made part by part.

    Signals:
        was_reset(key, value): see `SettingRow`.
    """

    was_reset = Signal(str, object)

    def __init__(
        self, section: str, preferences: Preferences, deeds: Sequence[QAction], texts: SettingTexts, theme: Theme
    ) -> None:
        super().__init__()
        self.setObjectName("settingsCard")
        self._section, self._preferences, self._texts, self._theme = section, preferences, texts, theme
        self._heading = PlainLabel("", "heading2")
        self._rows: dict[str, SettingRow] = {}
        self._missing = [setting for setting in SETTINGS.values() if setting.section == section]
        self._actions = deeds
        self._deeds: DeedRow | None = None
        self._note_text = ""
        self._column = QVBoxLayout(self)
        self._take_density(theme)
        self._column.addWidget(self._heading)

    def make_next(self) -> bool:
        """Make the next part; False: nothing is missing."""
        if self._missing:
            setting = self._missing.pop(0)
            row = self._rows[setting.key] = SettingRow(setting, self._preferences, self._texts, self._theme, self)
            row.was_reset.connect(self.was_reset)
            row.retranslate()
            self._column.addWidget(row)
            row.show()
        elif self._deeds is None:
            self._make_end()
        else:
            return False
        return True

    def _make_end(self) -> None:
        self._note = PlainLabel("", "secondary", self)
        self._note.setWordWrap(True)
        self._note.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._column.addWidget(self._note)
        self._deeds = DeedRow(self._actions, self)
        self._deeds.retranslate()
        self._column.addWidget(self._deeds)
        self._deeds.setVisible(bool(self._actions))
        self.set_note(self._note_text)

    def make_all(self) -> None:
        """Make what is missing."""
        while self.make_next():
            pass

    @property
    def rows(self) -> dict[str, SettingRow]:
        """The settings, made now if need be."""
        self.make_all()
        return self._rows

    @property
    def note(self) -> PlainLabel:
        """What is said over the buttons, made now if need be."""
        self.make_all()
        return self._note

    @property
    def deeds(self) -> DeedRow:
        """The buttons, made now if need be."""
        self.make_all()
        assert self._deeds is not None
        return self._deeds

    def set_note(self, text: str) -> None:
        """Say something over the buttons."""
        self._note_text = text
        if self._deeds is not None:
            self._note.setText(text)
            self._note.setVisible(bool(text))

    def _take_density(self, theme: Theme) -> None:
        self._column.setContentsMargins(22, theme.gap(20), 22, theme.gap(20))
        self._column.setSpacing(theme.gap(16))

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self._take_density(theme)
        for row in self._rows.values():
            row.set_theme(theme)

    def show_matching(self, words: Sequence[str]) -> int:
        """Show only what has all these words, and give how many that are."""
        heading = self._heading.text().casefold()
        n_shown = 0
        for row in self.rows.values():
            is_shown = all(word in row.words().casefold() or word in heading for word in words)
            row.setVisible(is_shown)
            n_shown += is_shown
        n_shown += self.deeds.show_matching(words, heading)
        self.setVisible(n_shown > 0)
        return n_shown

    def retranslate(self) -> None:
        """Speak the new language."""
        self._heading.setText(self._texts.section(self._section))
        for row in self._rows.values():
            row.retranslate()
        if self._deeds is not None:
            self._deeds.retranslate()


class SettingRow(QWidget):
    """One setting: its words at the left, its value at the right, and a way back to what it was at first.

    Signals:
        was_reset(key, value): that way was gone; before it had this value.
    """

    was_reset = Signal(str, object)

    def __init__(
        self, setting: Setting, preferences: Preferences, texts: SettingTexts, theme: Theme, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._setting, self._preferences, self._texts = setting, preferences, texts
        self._is_filling = False
        self._label = PlainLabel("")
        self._label.setWordWrap(True)
        self._help = PlainLabel("", "secondary")
        self._help.setWordWrap(True)
        self._choices = families(is_code=setting.control == "code font") if "font" in setting.control else setting.choices
        self.control = self._make_control(theme)
        self.reset = IconButton("restore", theme)
        self.reset.clicked.connect(self._on_reset_clicked)
        # What is not on show keeps its place, so that nothing moves when it comes.
        policy = self.reset.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
        self.reset.setSizePolicy(policy)
        left = QVBoxLayout()
        left.setSpacing(2)
        left.addWidget(self._label)
        left.addWidget(self._help)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addLayout(left, 1)
        row.addWidget(self.reset, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.control, 0, Qt.AlignmentFlag.AlignVCenter)
        preferences.setting_changed.connect(self._on_setting_changed)

    def _make_control(self, theme: Theme) -> ColourChoice | ChoiceBox | CheckBox | SettingField:
        if self._setting.control == "colour":
            colours = ColourChoice(self._choices, theme)
            colours.chosen.connect(self._on_colour_chosen)
            return colours
        if self._setting.control == "text":
            field = SettingField(theme)
            field.entered.connect(self._on_text_entered)
            return field
        if self._choices:
            box = ChoiceBox(theme)
            box.setFixedWidth(theme.scaled(250))
            box.currentIndexChanged.connect(self._on_chosen)
            return box
        check = CheckBox("", theme)
        check.toggled.connect(self._on_toggled)
        return check

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self.control.set_theme(theme)
        if isinstance(self.control, ChoiceBox):
            self.control.setFixedWidth(theme.scaled(250))
        self.reset.set_theme(theme)

    def words(self) -> str:
        """Give all that can be searched for."""
        values = [self._texts.value(self._setting.key, value) for value in self._setting.choices]
        return " ".join([self._label.text(), self._help.text(), *values])

    def _values(self) -> list[Any]:
        """Give what is offered; what is in force is among it, wherever it came from."""
        value = self._preferences.get(self._setting.key)
        return [*self._choices, *([value] if value not in self._choices else [])]

    def retranslate(self) -> None:
        """Speak the new language."""
        words = self._texts.of(self._setting.key)
        self._label.setText(words.label)
        self._help.setText(words.help)
        self._help.setVisible(bool(words.help))
        self.control.setAccessibleName(words.label)
        self.control.setAccessibleDescription(words.help)
        self.reset.set_words(self.tr("Reset to the default"))
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
        elif isinstance(self.control, ColourChoice):
            for key, disc in self.control.discs.items():
                disc.set_words(self._texts.value(self._setting.key, key))
            self.control.set_current(str(value))
        elif isinstance(self.control, SettingField):
            self.control.setText(str(value))
        else:
            self.control.setChecked(bool(value))
        self.reset.setVisible(value != self._setting.default)
        self._is_filling = False

    @Slot(int)
    def _on_chosen(self, index: int) -> None:
        if not self._is_filling and index >= 0:
            self._preferences.set(self._setting.key, self._values()[index])

    @Slot(str)
    def _on_colour_chosen(self, key: str) -> None:
        self._preferences.set(self._setting.key, key)

    @Slot(str)
    def _on_text_entered(self, text: str) -> None:
        self._preferences.set(self._setting.key, text)

    @Slot(bool)
    def _on_toggled(self, is_on: bool) -> None:
        if not self._is_filling:
            self._preferences.set(self._setting.key, is_on)

    @Slot()
    def _on_reset_clicked(self) -> None:
        before = self._preferences.get(self._setting.key)
        self._preferences.set(self._setting.key, self._setting.default)
        self.was_reset.emit(self._setting.key, before)
        self.control.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == self._setting.key:
            self._fill()
