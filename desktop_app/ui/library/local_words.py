"""What is said of a model on this computer: whose it is, how large, when it was used last, and why it is as it is."""

from __future__ import annotations

import re

from PySide6.QtCore import QDateTime, QLocale, QObject

from desktop_app.errors import NotAModelFile
from desktop_app.library.model_file import ModelFile
from desktop_app.library.model_note import ModelNote
from desktop_app.ui.error_text import ErrorText
from desktop_app.ui.library.level_words import LevelWords
from desktop_app.ui.model_names import ModelNames

_STORES = {
    "lm_studio": "LM Studio", "ollama": "Ollama", "gpt4all": "GPT4All", "jan": "Jan", "llama_cpp": "llama.cpp",
    "hugging_face": "Hugging Face",
}  # fmt: skip
"""Names of applications, which are the same in every language."""
_BITS = re.compile(r"\d+")
_BITS_SMALL, _BITS_LARGE = 3, 6
N_NOTE_CHARACTERS = 160
"""Of a note on a card; all of it stands in the details."""


def store_name(store: str) -> str:
    """Give the name of the application that a model belongs to."""
    return _STORES.get(store, store)


def level_of(quantization: str) -> str:
    """Give "small", "balanced" or "large" by the bits of a number; "" when the name does not tell."""
    found = _BITS.search(quantization)
    if found is None:
        return ""
    n_bits = int(found[0])
    if n_bits <= _BITS_SMALL:
        return "small"
    return "large" if n_bits >= _BITS_LARGE else "balanced"


class LocalWords(QObject):
    """Finds the words in the language on screen."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.levels = LevelWords(self)
        self._errors = ErrorText(self)
        self._names = ModelNames(self)

    def name(self, file: ModelFile) -> str:
        """Give the name of a model as the person reads it."""
        return self._names.of(file)

    def quiet(self, file: ModelFile, note: ModelNote) -> str:
        """Give the numbers at the right: size, context, and when it was used last."""
        parts = (self.levels.size(file.size_bytes), self.levels.context(file.n_ctx_train), self.used(note.used_ms))
        return " · ".join(part for part in parts if part)

    def used(self, used_ms: int) -> str:
        """Say when a model was used last; "" for never."""
        if used_ms <= 0:
            return ""
        used, today = QDateTime.fromMSecsSinceEpoch(used_ms).date(), QDateTime.currentDateTime().date()
        n_days = used.daysTo(today)
        if n_days <= 0:
            return self.tr("used today")
        if n_days == 1:
            return self.tr("used yesterday")
        if n_days < 7:
            return self.tr("used %n day(s) ago", "", n_days)
        return self.tr("used on {date}").format(date=QLocale().toString(used, QLocale.FormatType.ShortFormat))

    def description(self, file: ModelFile, note: ModelNote) -> str:
        """Give the sentence on a card: what the person noted, else what is special, else what the header says."""
        if file.problem:
            return self.problem(file)
        if note.text:
            text = " ".join(note.text.split())
            return text if len(text) <= N_NOTE_CHARACTERS else f"{text[: N_NOTE_CHARACTERS - 1].rstrip()}…"
        if file.is_starter:
            return self.tr("Comes with Hearth and works without any connection. It is tiny and meant for trying out.")
        if file.store:
            text = self.tr("Used where {application} keeps it: neither copied nor changed.")
            return text.format(application=store_name(file.store))
        return self.facts(file, note)

    def facts(self, file: ModelFile, note: ModelNote) -> str:
        """Give what the header says, in a line; "" when it says nothing."""
        if file.facts is None:
            return ""
        facts = file.facts
        size = self.tr("{n} parameters").format(n=facts.size_label) if facts.size_label else ""
        source = note.repository or file.repository
        source = self.tr("from {repository}").format(repository=source) if source else ""
        parts = (size, self.levels.license(facts.license), source)
        return " · ".join(part for part in parts if part)

    def problem(self, file: ModelFile) -> str:
        """Say why a file cannot be used."""
        return self._errors.describe(NotAModelFile(str(file.path), file.problem)).sentence  # type: ignore[arg-type]

    def spoken(self, file: ModelFile, note: ModelNote, *, is_in_memory: bool) -> str:
        """Give the card's name for who cannot see it."""
        words = self.tr("{model}, {details}").format(model=self.name(file), details=self.quiet(file, note))
        if note.is_favourite:
            words = self.tr("{model}, favourite").format(model=words)
        return self.tr("{model}, in memory").format(model=words) if is_in_memory else words
