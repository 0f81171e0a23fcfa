"""How what a search finds is ordered, and what is left out of it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale, Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_app.hub.query import Query
from desktop_app.ui.library.level_words import LevelWords
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.check_box import CheckBox
from desktop_app.ui.widgets.choice_box import ChoiceBox
from desktop_app.ui.widgets.ends import EndsLayout
from desktop_app.ui.widgets.labels import plain_tooltip

LANGUAGES = ("en", "zh", "es", "fr", "de", "pt", "it", "ru", "ja", "ko", "ar")
"""Codes, as the hub tags what a model was made for."""
LICENSES = ("apache-2.0", "mit", "llama3.1", "llama3.2", "llama3.3", "gemma", "cc-by-4.0", "cc-by-nc-4.0")
BYTES_PER_PARAMETER = 1.6
"""How many parameters fit in a byte of free memory, at four to five bits each: the reverse of `Query.max_parameters`."""


class HubFilters(QWidget):
    """A row of choices; it goes on to a second line in a narrow window.

    Signals:
        changed(): by the person.
    """

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._words = LevelWords(self)
        self._names: dict[ChoiceBox, str] = {}
        row = EndsLayout(8, 8)
        row.setContentsMargins(0, 0, 0, 0)
        self.setLayout(row)
        self.sort, self.task, self.language, self.license = (self._add_box() for _ in range(4))
        self.task.currentIndexChanged.connect(self._on_task_changed)
        self.fits = CheckBox("", theme)
        self.fits.clicked.connect(self.changed)
        row.addWidget(self.fits)
        self._retranslate()

    def _add_box(self) -> ChoiceBox:
        box = ChoiceBox(self._theme)
        box.setSizeAdjustPolicy(ChoiceBox.SizeAdjustPolicy.AdjustToContents)
        box.activated.connect(self._on_activated)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(box)
        return box

    def query(self, text: str, free_bytes: int) -> Query:
        """Give the search for `text` with what is chosen; `free_bytes`: memory that a model may take here."""
        return Query(
            text=text,
            sort=self.sort.currentData(),
            task=self.task.currentData(),
            language=self.language.currentData(),
            license=self.license.currentData(),
            max_parameters=round(free_bytes * BYTES_PER_PARAMETER) if self.fits.isChecked() else 0,
        )

    @property
    def are_set(self) -> bool:
        """Say whether something is left out."""
        return self.fits.isChecked() or any(box.currentData() for box in (self.task, self.language, self.license))

    def reset(self) -> None:
        """Leave nothing out; the order stays."""
        self.fits.setChecked(False)
        for box in (self.task, self.language, self.license):
            box.setCurrentIndex(0)

    @Slot()
    def _on_task_changed(self) -> None:
        meaning = self._words.vision_meaning() if self.task.currentData() == "vision" else ""
        self.task.setToolTip(plain_tooltip(meaning))
        self.task.setAccessibleDescription(meaning)

    @Slot()
    def _on_activated(self) -> None:
        self.changed.emit()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        self.fits.set_theme(theme)
        for box in (self.sort, self.task, self.language, self.license):
            box.set_theme(theme)

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        languages = [(_own_name(code), code) for code in LANGUAGES]
        licenses = [(self._words.license(name), name) for name in LICENSES]
        sorts = [
            (self.tr("Trending"), "trending"),
            (self.tr("Most downloads"), "downloads"),
            (self.tr("Most likes"), "likes"),
            (self.tr("Last updated"), "updated"),
            (self.tr("Newest"), "created"),
        ]
        tasks = [
            (self.tr("Any purpose"), ""),
            (self.tr("Chat"), "chat"),
            (self.tr("Code"), "code"),
            (self.tr("Vision model"), "vision"),
            (self.tr("For search only"), "embeddings"),
        ]
        meaning, seeing = self._words.vision_meaning(), [value for _, value in tasks].index("vision")
        self._fill(self.sort, self.tr("Order"), sorts)
        self._fill(self.task, self.tr("Purpose"), tasks)
        self.task.setItemData(seeing, plain_tooltip(meaning), Qt.ItemDataRole.ToolTipRole)
        self.task.setItemData(seeing, meaning, Qt.ItemDataRole.AccessibleDescriptionRole)
        self._on_task_changed()
        self._fill(self.language, self.tr("Language of the model"), [(self.tr("Any language"), ""), *languages])
        self._fill(self.license, self.tr("Licence"), [(self.tr("Any licence"), ""), *licenses])
        self.fits.set_words(self.tr("Fits this computer"))

    def _fill(self, box: ChoiceBox, name: str, choices: list[tuple[str, str]]) -> None:
        chosen = max(0, box.currentIndex())
        box.clear()
        for text, value in choices:
            box.addItem(text, value)
        box.setCurrentIndex(chosen)
        box.setAccessibleName(name)


def _own_name(code: str) -> str:
    """Give a language's name in that language."""
    name = QLocale(code).nativeLanguageName()
    return name[:1].upper() + name[1:]
