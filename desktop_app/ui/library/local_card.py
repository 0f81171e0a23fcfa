"""The card of one model on this computer: start a chat with it, choose how it is loaded, and the rest in a menu."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLocale, QPoint, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_app.library.fit import Fit
from desktop_app.library.model_file import ModelFile
from desktop_app.library.model_note import ModelNote
from desktop_app.ui.error_text import file_name
from desktop_app.ui.library.card import Card, Tag
from desktop_app.ui.library.local_words import LocalWords, level_of, store_name
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.buttons import IconButton
from desktop_app.ui.widgets.labels import plain_tooltip


class LocalCard(Card):
    """Shows `file` as `set_model` was told.

    Signals:
        chat_requested(Path), settings_requested(Path)
        favourite_requested(Path, bool): whether it is to be one.
        menu_requested(Path, QPoint): a place on the screen for everything else.
    """

    chat_requested = Signal(object)
    settings_requested = Signal(object)
    favourite_requested = Signal(object, bool)
    menu_requested = Signal(object, QPoint)

    def __init__(self, path: Path, words: LocalWords, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, parent)
        self.path = path
        self._words = words
        self._is_favourite = False
        self._shown: tuple[object, ...] = ()
        self.chat = self.add_button()
        self.chat.clicked.connect(self._on_chat_clicked)
        self.settings = self.add_button()
        self.settings.clicked.connect(self._on_settings_clicked)
        self.star = IconButton("star", theme, self)
        self.star.clicked.connect(self._on_star_clicked)
        self.more = IconButton("more", theme, self)
        self.more.clicked.connect(self._on_more_clicked)
        for button in (self.star, self.more):
            self._foot.addWidget(button)

    def set_model(self, file: ModelFile, note: ModelNote, fit: Fit | None, *, is_in_memory: bool, is_first: bool) -> None:
        """Show a model; `is_first`: what the person is most likely to do next is to talk to this one."""
        shown = (file, note, fit, is_in_memory, is_first, self._words.quiet(file, note), QLocale().name())
        if shown == self._shown:
            return
        self._shown = shown
        words, name = self._words, self._words.name(file)
        self._is_favourite = note.is_favourite
        self.set_title(name)
        self.setAccessibleName(words.spoken(file, note, is_in_memory=is_in_memory))
        self.set_tags(self._tags_of(file, note, is_in_memory))
        self.set_quiet(words.quiet(file, note))
        self.set_description(words.description(file, note))
        self._set_buttons(file, name, is_first=is_first)
        self._set_verdict(file, note, fit)

    def _tags_of(self, file: ModelFile, note: ModelNote, is_in_memory: bool) -> list[Tag]:
        words, level = self._words, level_of(file.quantization) if not file.is_starter else ""
        tags = [
            Tag(self.tr("In memory") if is_in_memory else "", "good"),
            Tag(words.levels.level(level), "accent", words.levels.level_meaning(level)),
            Tag(file.quantization, hint=self.tr("Quantization: how its numbers are kept")),
            Tag(self.tr("From {application}").format(application=store_name(file.store)) if file.store else ""),
            Tag(self.tr("Vision model") if file.projector is not None else "", hint=self._projector_hint(file)),
            Tag(self.tr("For search only") if file.is_embedding else ""),
            Tag(self.tr("Newer version") if note.is_outdated else "", "warning", self.tr("Hugging Face has a newer version.")),
        ]
        return [tag for tag in tags if tag.text]

    def _projector_hint(self, file: ModelFile) -> str:
        if file.projector is None:
            return ""
        text = self.tr("{meaning} Its projector lies beside it: {file}")
        return text.format(meaning=self._words.levels.vision_meaning(), file=file_name(str(file.projector)))

    def _set_buttons(self, file: ModelFile, name: str, *, is_first: bool) -> None:
        can_talk = not file.problem and not file.is_embedding
        self.chat.setText(self.tr("Start chat"))
        self.chat.setAccessibleName(self.tr("Start a chat with {model}").format(model=name))
        self.chat.setAccessibleDescription(self._words.levels.vision_meaning() if file.projector is not None else "")
        self.chat.setVisible(can_talk)
        self.chat.setProperty("kind", "primary" if is_first else "")
        self.chat.style().unpolish(self.chat)
        self.chat.style().polish(self.chat)
        self.settings.setText(self.tr("How it is loaded…"))
        self.settings.setAccessibleName(self.tr("How {model} is loaded").format(model=name))
        self.settings.setVisible(can_talk)
        star = self.tr("No longer a favourite: {model}") if self._is_favourite else self.tr("Make a favourite: {model}")
        self.star.set_words(star.format(model=name))
        self.star.set_icon("star-filled" if self._is_favourite else "star")
        self.star.set_current(self._is_favourite)
        self.more.set_words(self.tr("More about {model}").format(model=name))

    def _set_verdict(self, file: ModelFile, note: ModelNote, fit: Fit | None) -> None:
        levels = self._words.levels
        if fit is None or file.problem:
            self.set_verdict("")
            return
        if note.tokens_per_s:
            fit = fit.replaced(tokens_per_s=note.tokens_per_s)
        self.set_verdict(levels.verdict(fit), levels.verdict_kind(fit))
        self.verdict.setToolTip(plain_tooltip(levels.verdict_reason(fit)))

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        super().set_theme(theme)
        self.star.set_theme(theme)
        self.more.set_theme(theme)

    @Slot()
    def _on_chat_clicked(self) -> None:
        self.chat_requested.emit(self.path)

    @Slot()
    def _on_settings_clicked(self) -> None:
        self.settings_requested.emit(self.path)

    @Slot()
    def _on_star_clicked(self) -> None:
        self.favourite_requested.emit(self.path, not self._is_favourite)

    @Slot()
    def _on_more_clicked(self) -> None:
        self.menu_requested.emit(self.path, self.more.mapToGlobal(QPoint(0, self.more.height() + 4)))
