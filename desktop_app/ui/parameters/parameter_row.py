"""One parameter: its name, its value, where that comes from, what it does, and the way back to the level below."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from desktop_app.engine.parameters import RANGES, can_be_kept
from desktop_app.services.answer_form import FormMistake
from desktop_app.services.sampling_levels import Level, LevelValue
from desktop_app.ui.parameters.form_edit import FormEdit
from desktop_app.ui.parameters.reading import read
from desktop_app.ui.parameters.words import FORMS, ParameterWords, line_of
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import IconButton
from desktop_app.ui.widgets.choice_box import ChoiceBox
from desktop_app.ui.widgets.labels import ElidedLabel, PlainLabel

STORE_MS = 500
_FIELD, _BOX, _SIDE = 76, 128, 32
_LINES_HEIGHT, _FORM_HEIGHT = 72, 132
_CHOICES = {"mirostat": (0, 1, 2)}


class ParameterRow(QWidget):
    """The row of one parameter, on `level`: an empty field leaves it to the levels below.

    What is said below the field and the way back are made when there is something to say, and to go back from.

    Signals:
        chosen(name, value); dropped(name): it is not chosen on this level any more.
        unfinished(name, text): what is written makes no sense yet.
    """

    chosen = Signal(str, object)
    dropped = Signal(str)
    unfinished = Signal(str, str)

    def __init__(self, name: str, level: Level, words: ParameterWords, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.name, self._level, self._words, self._theme = name, level, words, theme
        self._is_filling = False
        self._shown: str | None = None
        """What is written here and makes no sense, as it was shown or told last."""
        self._problem: PlainLabel | None = None
        self._note: PlainLabel | None = None
        self._reset: IconButton | None = None
        self._label = ElidedLabel("secondary")
        self._label.setText(words.label(name))
        self.edit = self._make_edit(theme)
        self.edit.setAccessibleName(words.label(name))
        self.help = PlainLabel(words.help(name), "caption")
        self._timer = QTimer(self, singleShot=True, interval=STORE_MS)
        self._timer.timeout.connect(self.store)
        self._build()
        self._take_sizes()

    def _make_edit(self, theme: Theme) -> QLineEdit | QPlainTextEdit | ChoiceBox:
        if self.name in _CHOICES:
            box = ChoiceBox(theme)
            box.currentIndexChanged.connect(self._on_index_changed)
            return box
        if self.name in RANGES:
            line = QLineEdit()
            line.editingFinished.connect(self.store)
            return line
        if self.name in FORMS:
            form = FormEdit(self.name, theme)
            form.checked.connect(self._on_form_checked)
            return form
        lines = QPlainTextEdit()
        lines.setProperty("kind", "mono")
        lines.setTabChangesFocus(True)
        lines.textChanged.connect(self._on_lines_changed)
        return lines

    def _build(self) -> None:
        self._line = QHBoxLayout()
        self._line.setSpacing(4)
        self._line.addWidget(self._label, 1)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addLayout(self._line)
        (self._column if isinstance(self.edit, QPlainTextEdit) else self._line).addWidget(self.edit)
        self.help.setWordWrap(True)
        self._column.addWidget(self.help)

    def _take_sizes(self) -> None:
        """Be as large as its words, at the size that they have now."""
        theme, edit = self._theme, self.edit
        self._label.setMinimumHeight(theme.row(_SIDE))
        if isinstance(edit, QPlainTextEdit):
            edit.setFixedHeight(theme.scaled(_FORM_HEIGHT if isinstance(edit, FormEdit) else _LINES_HEIGHT))
        else:
            edit.setMinimumHeight(theme.row(_SIDE))
            edit.setFixedWidth(theme.scaled(_BOX if isinstance(edit, ChoiceBox) else _FIELD))
        if self._reset is None:
            # What is not there yet keeps its place, so that nothing moves when it comes.
            self._line.setContentsMargins(0, 0, theme.row(_SIDE) + 4, 0)

    @property
    def reset(self) -> IconButton:
        """The way back to the level below, made now if need be."""
        if self._reset is None:
            self._reset = IconButton("restore", self._theme, self)
            self._reset.clicked.connect(self._on_reset_clicked)
            policy = self._reset.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            self._reset.setSizePolicy(policy)
            self._reset.hide()
            self._line.setContentsMargins(0, 0, 0, 0)
            self._line.addWidget(self._reset)
        return self._reset

    @property
    def problem(self) -> PlainLabel:
        """What is wrong, above what the parameter does; made now if need be."""
        if self._problem is None:
            self._problem = self._sentence_label("warning", self._column.indexOf(self.help))
        return self._problem

    @property
    def note(self) -> PlainLabel:
        """Where the value comes from, below what the parameter does; made now if need be."""
        if self._note is None:
            self._note = self._sentence_label("caption", -1)
        return self._note

    def _sentence_label(self, kind: str, place: int) -> PlainLabel:
        label = PlainLabel("", kind, self)
        label.setWordWrap(True)
        label.hide()
        self._column.insertWidget(place, label)
        return label

    def set_theme(self, theme: Theme) -> None:
        """Take other colours and sizes."""
        self._theme = theme
        self._take_sizes()
        if self._reset is not None:
            self._reset.set_theme(theme)
        if isinstance(self.edit, ChoiceBox | FormEdit):
            self.edit.set_theme(theme)

    # Showing

    def show_value(self, value: LevelValue, unfinished: str | None = None, *, keeps_typed: bool = False) -> None:
        """Show a value: as the field's own where it is chosen on this level, else in grey.

        `unfinished`: what is written on this level and makes no sense yet; it stands in the field then.
        `keeps_typed`: what is being typed, or is too long to be kept, stays.
        """
        self._is_filling = True
        is_own = value.level is self._level
        if not (keeps_typed and self._is_unsettled()):
            self._timer.stop()
            self._shown = None if isinstance(self.edit, ChoiceBox) else unfinished
            self._fill(value, is_own)
        self.edit.setEnabled(not value.because)
        self._show_way_back(value, is_own)
        if self._label.property("kind") != (kind := "strong" if is_own else "secondary"):
            self._label.setProperty("kind", kind)
            self._label.style().polish(self._label)
        self._show_note(value, is_own)
        self._is_filling = False

    def _show_way_back(self, value: LevelValue, is_own: bool) -> None:
        can_go_back = is_own or self._shown is not None
        if can_go_back:
            self.reset.set_words(self._words.back(self.name, value.below if is_own else value.value))
        if can_go_back or self._reset is not None:
            self.reset.setVisible(can_go_back)

    def _show_note(self, value: LevelValue, is_own: bool) -> None:
        parts = [self._words.because(value), self._words.without(value) if is_own else ""]
        if not is_own and value.level is not Level.ENGINE:
            parts.append(self._words.source(value.level))
        if self._shown is not None:
            parts = [self._words.until_right(value)]
        note = " ".join(part for part in parts if part)
        if note or self._note is not None:
            self.note.setText(note)
            self.note.setVisible(bool(note))
        self._describe()

    def _describe(self) -> None:
        said = [label.text() for label in (self._problem, self._note) if label is not None and not label.isHidden()]
        self.edit.setAccessibleDescription(" ".join([*said, self.help.text()]))

    def _is_unsettled(self) -> bool:
        """Say whether something stands here that was not told yet, or cannot be."""
        if self._shown is None and self._problem is not None and not self._problem.isHidden():
            return True
        if isinstance(self.edit, FormEdit):
            return self.edit.is_waiting
        is_changed = self.edit.document().isModified() if isinstance(self.edit, QPlainTextEdit) else False
        return is_changed or (isinstance(self.edit, QLineEdit) and self.edit.isModified())

    def _fill(self, value: LevelValue, is_own: bool) -> None:
        own = value.value if is_own else ()
        other = value.below if is_own else value.value
        if isinstance(self.edit, ChoiceBox):
            self._fill_box(self.edit, other, own)
        elif isinstance(self.edit, QLineEdit):
            self._write(self._words.number(value.value) if is_own else "")
            self.edit.setPlaceholderText(self._words.number(other))
        elif isinstance(self.edit, FormEdit):
            self.edit.show_text((own or "") if self._shown is None else self._shown, is_wrong=self._shown is not None)
            self.edit.setPlaceholderText(other)
        else:
            # What is being typed may be written in another way: an empty line is where the next one begins.
            if self._shown is not None or not self.edit.hasFocus() or self._typed() != own:
                self._write("\n".join(line_of(one) for one in own))
            self.edit.setPlaceholderText("\n".join(line_of(one) for one in other))
        if self._shown is None:
            self._hide_problem()
        elif not isinstance(self.edit, FormEdit):
            self._say_wrong(self._sentence())

    def _fill_box(self, box: ChoiceBox, below: Any, own: Any) -> None:
        box.clear()
        box.addItem(self.tr("Not chosen: {value}").format(value=self._words.value(self.name, below)))
        box.addItems([self._words.value(self.name, one) for one in _CHOICES[self.name]])
        box.setCurrentIndex(_CHOICES[self.name].index(own) + 1 if own != () else 0)

    def _write(self, text: str) -> None:
        """Let this stand in the field, or what makes no sense in its place; nothing moves where it stands there already."""
        text = text if self._shown is None else self._shown
        if isinstance(self.edit, QPlainTextEdit):
            if text != self.edit.toPlainText():
                self.edit.setPlainText(text)
            self.edit.document().setModified(False)
        elif isinstance(self.edit, QLineEdit):
            if text != self.edit.text():
                self.edit.setText(text)
            self.edit.setModified(False)

    # What was typed

    @Slot()
    def store(self) -> None:
        """Tell what is written here, if it was changed."""
        self._timer.stop()
        if isinstance(self.edit, FormEdit):
            self.edit.store()
        elif isinstance(self.edit, QPlainTextEdit):
            if self.edit.document().isModified():
                self.edit.document().setModified(False)
                self._read(self.edit.toPlainText())
        elif isinstance(self.edit, QLineEdit) and self.edit.isModified():
            self.edit.setModified(False)
            self._read(self.edit.text())

    def forget_typed(self) -> None:
        """Let what was typed and not told yet go with the next value that is shown."""
        self._timer.stop()
        self._shown = None
        self._hide_problem()
        if isinstance(self.edit, FormEdit):
            self.edit.forget_typed()
        elif isinstance(self.edit, QPlainTextEdit):
            self.edit.document().setModified(False)
        elif isinstance(self.edit, QLineEdit):
            self.edit.setModified(False)

    def _typed(self) -> object:
        """Give the value that is written here, () for none, None for what is no value."""
        text = self.edit.toPlainText() if isinstance(self.edit, QPlainTextEdit) else ""
        try:
            return read(self.name, text) if text.strip() else ()
        except (ValueError, OverflowError):
            return None

    def _read(self, text: str) -> None:
        try:
            value = read(self.name, text) if text.strip() else None
        except (ValueError, OverflowError):
            self._complain(self._sentence(), text)
            return
        self._take(value)

    def _take(self, value: Any) -> None:
        """Tell a value that makes sense; None: the field is empty."""
        self._shown = None
        self._hide_problem()
        if value is None:
            self.dropped.emit(self.name)
        else:
            self.chosen.emit(self.name, value)

    def _complain(self, sentence: str, text: str) -> None:
        """Say what is wrong with what is written, and tell what is written, so that it is not lost."""
        if not can_be_kept(text):
            self._shown = None
            sentence = f"{sentence} {self.tr('It is too much to be kept.')}"
        self._say_wrong(sentence)
        if can_be_kept(text) and text != self._shown:
            self._shown = text
            self.unfinished.emit(self.name, text)

    def _say_wrong(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.show()
        self._describe()

    def _hide_problem(self) -> None:
        if self._problem is not None:
            self._problem.hide()

    def _sentence(self) -> str:
        if self.name in RANGES:
            low, high = (self._words.number(one) for one in RANGES[self.name])
            return self.tr("Write a number from {low} to {high}.").format(low=low, high=high)
        if self.name == "samplers":
            return self.tr("There is no sampler of this name.")
        if self.name == "logit_bias":
            return self.tr("Write the number of a token, a colon and a number in each line.")
        return self.tr("Write at most 64 texts of at most 1,000 characters.")

    @Slot(int)
    def _on_index_changed(self, index: int) -> None:
        if self._is_filling or index < 0:
            return
        if index:
            self.chosen.emit(self.name, _CHOICES[self.name][index - 1])
        else:
            self.dropped.emit(self.name)

    @Slot()
    def _on_lines_changed(self) -> None:
        if not self._is_filling:
            self._timer.start()

    @Slot(str, object)
    def _on_form_checked(self, text: str, mistake: FormMistake | None) -> None:
        if mistake is not None:
            self._complain(self._words.mistake(mistake, text), text)
        else:
            self._take(text if text.strip() else None)

    @Slot()
    def _on_reset_clicked(self) -> None:
        self.forget_typed()
        self.dropped.emit(self.name)
        self.edit.setFocus()
