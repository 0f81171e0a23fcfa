"""One persona, to be written: name, picture, instructions with their mistakes marked, model, parameters, suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import islice

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from desktop_app.chat.instructions import VARIABLES
from desktop_app.chat.persona import (
    COLOURS,
    ICONS,
    N_INSTRUCTIONS_MAX,
    N_LINE_MAX,
    N_NAME_MAX,
    Persona,
    is_same,
    one_line,
    suggestions_from,
)
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.errors import TemplateSyntaxError
from desktop_app.templates.syntax import places
from desktop_app.ui.parameters.words import ParameterWords
from desktop_app.ui.personas.avatar_choice import AvatarChoice
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.avatar import Avatar
from desktop_app.ui.widgets.choice_box import ChoiceBox
from desktop_app.ui.widgets.collection_editor import N_PLACES_MAX, CollectionEditor
from desktop_app.ui.widgets.labels import ElidedLabel
from desktop_app.ui.widgets.variable_marks import VariableMarks

AVATAR = 64


class PersonaEditor(CollectionEditor):
    """The editor.

    Signals:
        chat_requested(Persona), parameters_requested(Persona): buttons.
    """

    chat_requested = Signal(object)
    parameters_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, 6, parent)
        self._icon, self._colour = "", COLOURS[0]
        self._parameters = SamplingParameters()
        self._models: tuple[tuple[str, str], ...] = ()
        self._words = ParameterWords(self)
        self._make_fields(theme)
        self._build()

    def _make_fields(self, theme: Theme) -> None:
        self.name, self.description = QLineEdit(), QLineEdit()
        self.name.setMaxLength(N_NAME_MAX)
        self.description.setMaxLength(N_LINE_MAX)
        self.name.textChanged.connect(self._show_picture)
        self.avatar = Avatar(AVATAR, theme)
        self.colours = AvatarChoice(COLOURS, self._with_colour, theme)
        self.icons = AvatarChoice(("", *ICONS), self._with_icon, theme)
        self.colours.chosen.connect(self._on_colour_chosen)
        self.icons.chosen.connect(self._on_icon_chosen)
        self.instructions, self.suggestions = QPlainTextEdit(), QPlainTextEdit()
        self._marks = VariableMarks(self.instructions.document(), theme, VARIABLES)
        self.model = ChoiceBox(theme)
        self.model.currentIndexChanged.connect(self.on_edited)
        self.parameters, self.summary = self.button(self.parameters_requested), ElidedLabel("secondary")
        self.chat = self.button(self.chat_requested)
        self.edits = (self.name, self.description, self.instructions, self.suggestions)
        self.texts = (self.instructions,)
        self.own_only = (self.colours, self.icons, self.parameters, self.remove)

    def _build(self) -> None:
        form = QVBoxLayout()
        form.addLayout(self._top())
        form.addSpacing(6)
        form.addWidget(self.labels[2])
        form.addWidget(self.instructions, 1)
        form.addWidget(self.problem)
        form.addWidget(self.hint)
        form.addSpacing(6)
        form.addWidget(self.labels[3])
        form.addWidget(self.suggestions)
        form.addSpacing(6)
        form.addLayout(self._settings())
        form.addSpacing(12)
        self.build(form, (self.chat, self.copy, self.remove))

    def set_sizes(self) -> None:
        """Be as large as the person's font asks for."""
        super().set_sizes()
        for field in (self.name, self.description, self.model):
            field.setMinimumHeight(self._theme.row(36))
        self.instructions.setMinimumHeight(self._theme.scaled(160))
        self.suggestions.setFixedHeight(self._theme.scaled(88))

    def _top(self) -> QHBoxLayout:
        """Give the picture, and beside it the name and the choices of the picture."""
        column = QVBoxLayout()
        column.setSpacing(4)
        for label, part in ((self.labels[0], self.name), (self.labels[1], self.description)):
            column.addWidget(label)
            column.addWidget(part)
            column.addSpacing(4)
        column.addWidget(self.colours)
        column.addWidget(self.icons)
        top = QHBoxLayout()
        top.setSpacing(20)
        top.addWidget(self.avatar, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(column, 1)
        return top

    def _settings(self) -> QGridLayout:
        """Give the model, and below it the parameters."""
        beside, grid = QHBoxLayout(), QGridLayout()
        beside.setSpacing(8)
        beside.addWidget(self.parameters)
        beside.addWidget(self.summary, 1)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(4)
        grid.addWidget(self.labels[4], 0, 0)
        grid.addWidget(self.model, 1, 0)
        grid.addWidget(self.labels[5], 2, 0)
        grid.addLayout(beside, 3, 0)
        return grid

    # What is on show

    def typed(self, stored: Persona) -> Persona:
        """Give it as it stands in the fields."""
        return stored.replaced(
            name=one_line(self.name.text(), N_NAME_MAX) or stored.name,
            description=one_line(self.description.text(), N_LINE_MAX),
            instructions=self.instructions.toPlainText()[:N_INSTRUCTIONS_MAX],
            icon=self._icon,
            colour=self._colour,
            parameters=self._parameters,
            model=self.model.currentData() or "",
            suggestions=suggestions_from(self.suggestions.toPlainText().splitlines()),
        )

    def is_same(self, one: Persona, other: Persona) -> bool:
        """Say whether two personas differ in nothing."""
        return is_same(one, other)

    def fill(self, value: Persona) -> None:
        """Put a persona into the fields."""
        self._icon, self._colour = value.icon, value.colour
        self.set_parameters(value.parameters)
        self.name.setText(value.name)
        self.description.setText(value.description)
        self.instructions.setPlainText(value.instructions)
        self.suggestions.setPlainText("\n".join(value.suggestions))
        self.model.setEnabled(not value.is_shipped)
        self._show_picture()
        self._show_models(value.model)

    def set_models(self, models: Sequence[tuple[str, str]]) -> None:
        """Offer these models, each with its path and its name."""
        self._models = tuple(models)
        was_filling, self._is_filling = self._is_filling, True
        self._show_models(self.model.currentData() or "")
        self._is_filling = was_filling

    def _show_models(self, path: str) -> None:
        self.model.clear()
        self.model.addItem(self.tr("Whichever is in memory"), "")
        for one, name in self._models:
            self.model.addItem(name, one)
        at = self.model.findData(path)
        if at < 0:
            # It was taken away, or lies on a disk that is not there: the choice stays all the same.
            self.model.addItem(self.tr("{file} (not here)").format(file=path.replace("\\", "/").rsplit("/", 1)[-1]), path)
            at = self.model.count() - 1
        self.model.setCurrentIndex(at)

    def set_parameters(self, parameters: SamplingParameters) -> None:
        """Take what was chosen elsewhere."""
        self._parameters = parameters
        chosen = parameters.chosen
        self.summary.setText(
            self._words.summary(chosen) if chosen else self.tr("Nothing is chosen; the model’s own values apply.")
        )

    def follow(self, stored: Persona) -> None:
        """Take the parameters that the persona on show was given elsewhere; what is typed here stays."""
        if self._stored is not None and stored.id == self._stored.id and stored.parameters.chosen != self._parameters.chosen:
            self._stored = self._stored.replaced(parameters=stored.parameters)
            self._filled = self._filled.replaced(parameters=stored.parameters)
            self.set_parameters(stored.parameters)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        super().set_theme(theme)
        for part in (self._marks, self.avatar, self.colours, self.icons, self.model):
            part.set_theme(theme)

    # The picture

    def _shown(self) -> Persona:
        return Persona("", self.name.text(), icon=self._icon, colour=self._colour)

    def _with_colour(self, colour: str) -> Persona:
        return self._shown().replaced(colour=colour)

    def _with_icon(self, icon: str) -> Persona:
        return self._shown().replaced(icon=icon)

    @Slot()
    def _show_picture(self) -> None:
        self.avatar.show_persona(self._shown())
        self.colours.set_current(self._colour)
        self.icons.set_current(self._icon)

    @Slot(str)
    def _on_colour_chosen(self, colour: str) -> None:
        self._colour = colour
        self._show_picture()
        self.on_edited()

    @Slot(str)
    def _on_icon_chosen(self, icon: str) -> None:
        self._icon = icon
        self._show_picture()
        self.on_edited()

    # What is wrong, and the words

    def check(self) -> None:
        """Say what is wrong with the first place in the instructions that is marked."""
        instructions = self.instructions.toPlainText()
        wrong = (one for one in islice(places(instructions), N_PLACES_MAX) if getattr(one, "name", "") not in VARIABLES)
        found = next(wrong, None)
        text = ""
        if len(instructions) > N_INSTRUCTIONS_MAX:
            number = self.locale().toString(N_INSTRUCTIONS_MAX)
            text = self.tr("This is too long: only its first {number} characters are kept.").format(number=number)
        elif isinstance(found, TemplateSyntaxError):
            text = self._error_text.describe(found).sentence
        elif found is not None:
            # Not by format(): a name may hold braces, and those in the sentence are meant.
            text = self.tr("There is no variable {{name}}; it stays as it stands.").replace("{{name}}", "{{" + found.name + "}}")
        self.say_problem(text)

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self.set_models(self._models)
            self.set_parameters(self._parameters)

    def usual_hint(self) -> str:
        """Say which variables there are."""
        usual = self.tr("These are filled in when you chat: {variables}.")
        return usual.replace("{variables}", " ".join("{{" + name + "}}" for name in VARIABLES))

    def retranslate(self) -> None:
        """Say the words of the fields."""
        super().retranslate()
        words = (
            self.tr("Name"), self.tr("What it is for"), self.tr("Instructions"),
            self.tr("Up to six suggestions for the first message, one on each line"), self.tr("Model"), self.tr("Parameters"),
        )  # fmt: skip
        for label, text in zip(self.labels, words, strict=True):
            label.setText(text)
        for edit, text in zip((*self.edits, self.model, self.parameters), words, strict=True):
            edit.setAccessibleName(text)
        self.parameters.setText(self.tr("Choose…"))
        self.chat.setText(self.tr("New chat with it"))
        self._name_pictures()

    def _name_pictures(self) -> None:
        colours = {
            "ember": self.tr("Ember"), "rose": self.tr("Rose"), "violet": self.tr("Violet"), "blue": self.tr("Blue"),
            "teal": self.tr("Teal"), "graphite": self.tr("Graphite"),
        }  # fmt: skip
        for key, picture in self.colours.pictures.items():
            picture.set_words(self.tr("Colour: {name}").format(name=colours[key]))
        icons = {
            "": self.tr("Initials"), "person": self.tr("Person"), "book": self.tr("Book"), "pencil": self.tr("Pencil"),
            "code": self.tr("Code"), "globe": self.tr("Globe"), "compare": self.tr("Two sides"), "check": self.tr("Check mark"),
            "search": self.tr("Magnifying glass"), "star": self.tr("Star"), "file": self.tr("Sheet"), "tag": self.tr("Tag"),
            "link": self.tr("Chain"), "pin": self.tr("Pin"),
        }  # fmt: skip
        for key, picture in self.icons.pictures.items():
            picture.set_words(self.tr("Picture: {name}").format(name=icons[key]))
