"""What is said of a repository of the hub, in a row of results and on its own page."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QDateTime, QLocale, QObject, Qt
from PySide6.QtGui import QFontMetrics

from desktop_app.hub.repository import Repository
from desktop_app.ui.library.card import Tag
from desktop_app.ui.library.level_words import LevelWords

_VISION = ("image-text-to-text", "image-to-text", "visual-question-answering")
_EMBEDDINGS = ("feature-extraction", "sentence-similarity")


class RepositoryWords(QObject):
    """Says what a repository is, in a name, a few tags and a line of facts."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._words = LevelWords(self)

    def title(self, repository: Repository) -> str:
        """Give its name as a person reads it: "Qwen3 4B Instruct"."""
        name = repository.name
        for ending in ("-GGUF", "_GGUF", ".GGUF", "-gguf", "_gguf", ".gguf"):
            name = name.removesuffix(ending)
        return " ".join(name.replace("-", " ").replace("_", " ").split()) or repository.id

    def tags(self, repository: Repository) -> list[Tag]:
        """Give what is worth a word beside the name."""
        tags = []
        if repository.n_parameters > 0:
            hint = self._words.parameters(repository.n_parameters)
            tags.append(Tag(self._words.parameter_count(repository.n_parameters), hint=hint))
        if repository.task in _VISION:
            tags.append(Tag(self.tr("Vision model"), hint=self._words.vision_meaning()))
        if repository.task in _EMBEDDINGS:
            tags.append(Tag(self.tr("For search only"), hint=self.tr("Finds texts that are alike; it does not chat.")))
        if not repository.has_chat_template:
            tags.append(Tag(self.tr("Base model"), "warning", self.tr("It goes on with a text and was not taught to chat.")))
        if repository.gated:
            tags.append(Tag(self.tr("Agreement needed"), "warning", self.tr("Its makers ask for your agreement on its page.")))
        return tags

    def facts(self, repository: Repository, *, with_context: bool = False) -> str:
        """Give the quiet line: who, how often, which licence, how old."""
        return _joined(self._facts(repository, with_context=with_context).values())

    def fitting_facts(self, repository: Repository, metrics: QFontMetrics, width: int) -> str:
        """Give as much of the quiet line as `width` has room for: what one can do without goes before the licence does."""
        parts = self._facts(repository)
        for key in ("likes", "date", "downloads"):
            if metrics.horizontalAdvance(_joined(parts.values())) < width:
                break
            parts.pop(key)
        return metrics.elidedText(_joined(parts.values()), Qt.TextElideMode.ElideRight, width)

    def _facts(self, repository: Repository, *, with_context: bool = False) -> dict[str, str]:
        """Give the parts of the quiet line in their order; "" for one that is not known."""
        downloads = self.tr("{n} download(s)", "", repository.downloads).format(n=self._words.count(repository.downloads))
        likes = self.tr("{n} like(s)", "", repository.likes).format(n=self._words.count(repository.likes))
        date = _date(repository.updated)
        return {
            "id": repository.id,
            "downloads": downloads if repository.downloads else "",
            "likes": likes if repository.likes else "",
            "licence": self._words.license(repository.license),
            "context": self._words.context(repository.n_ctx_train) if with_context else "",
            "date": self.tr("updated {date}").format(date=date) if date else "",
        }


def _joined(parts: Iterable[str]) -> str:
    return " · ".join(part for part in parts if part)


def _date(moment: str) -> str:
    """Give the day of an ISO 8601 moment as the person's language writes it; "" for none."""
    found = QDateTime.fromString(moment, Qt.DateFormat.ISODateWithMs) if moment else QDateTime()
    return QLocale().toString(found.toLocalTime().date(), QLocale.FormatType.ShortFormat) if found.isValid() else ""
