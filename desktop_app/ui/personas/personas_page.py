"""The page *Personas*: the list with its filter, and the editor of the one that is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QWidget

from desktop_app.chat.persona import Persona
from desktop_app.chat.persona_files import ReadPersonas
from desktop_app.chat.removed import Removed
from desktop_app.services.model_library import ModelLibrary
from desktop_app.services.personas import Personas
from desktop_app.ui.appearance import Appearance
from desktop_app.ui.model_status import ModelStatusText
from desktop_app.ui.notices import NoticeArea
from desktop_app.ui.personas.persona_editor import PersonaEditor
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.avatar import avatar_pixmap
from desktop_app.ui.widgets.collection_page import PICTURE, CollectionPage
from desktop_app.ui.widgets.collection_rows import Row

RESTORE = "restore_persona"


class PersonasPage(CollectionPage[PersonaEditor]):
    """The page.

    Signals:
        chat_requested(Persona): a new chat is wanted with it.
        parameters_requested(Persona): what it chooses is to be shown.
    """

    chat_requested = Signal(object)
    parameters_requested = Signal(object)

    def __init__(
        self,
        personas: Personas,
        library: ModelLibrary,
        words: ModelStatusText,
        appearance: Appearance,
        notices: NoticeArea,
        window: QWidget,
    ) -> None:
        super().__init__("personas", RESTORE, appearance, notices, window)
        self._personas, self._library, self._words = personas, library, words
        self._set_picture_size(appearance.theme)
        self._connect()
        self.retranslate()
        self._refresh()

    def _connect(self) -> None:
        self.new_button.clicked.connect(self._on_new_clicked)
        self.import_button.clicked.connect(self._on_import_clicked)
        self.export_button.clicked.connect(self._on_export_clicked)
        self.files_chosen.connect(self._on_files_chosen)
        self.restore_requested.connect(self._on_restored_wanted)
        self._library.models_changed.connect(self._on_models_changed)
        self._personas.personas_changed.connect(self._refresh)
        self._personas.imported.connect(self._on_imported)
        self._personas.exported.connect(self._on_exported)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._set_picture_size(theme)
        super().set_theme(theme)

    def _set_picture_size(self, theme: Theme) -> None:
        self.list.setIconSize(QSize(theme.scaled(PICTURE), theme.scaled(PICTURE)))

    def make_editor(self) -> PersonaEditor:
        """Make the editor, and connect it."""
        editor = PersonaEditor(self._appearance.theme, self)
        editor.set_models(self._models())
        editor.changed.connect(self._personas.save)
        editor.chat_requested.connect(self.chat_requested)
        editor.copy_requested.connect(self._on_copy_requested)
        editor.remove_requested.connect(self._on_remove_requested)
        editor.parameters_requested.connect(self.parameters_requested)
        return editor

    def every(self) -> list[Row]:
        """Give the person's own, then those that come with the application."""
        personas = self._personas.all()
        if self._editor is not None:
            for one in personas:
                self._editor.follow(one)
        return [Row(one.id, one.name, one.description, one.description or one.name, one) for one in personas]

    def picture(self, value: Persona) -> QIcon:
        """Give its avatar."""
        theme = self._appearance.theme
        picture = avatar_pixmap(value, theme, theme.scaled(PICTURE), self.devicePixelRatioF())
        found = QIcon(picture)
        # Qt would tint it where the row is chosen.
        found.addPixmap(picture, QIcon.Mode.Selected)
        return found

    def _models(self) -> list[tuple[str, str]]:
        files = (file for file in self._library.models() if not (file.problem or file.is_embedding))
        return [(str(file.path), self._words.model_name(file)) for file in files]

    @Slot()
    def _on_models_changed(self) -> None:
        if self._editor is not None:
            self._editor.set_models(self._models())

    # Changing

    @Slot()
    def _on_new_clicked(self) -> None:
        self.show_one(self._personas.new(name=self.tr("New persona")))
        self.editor.name.selectAll()
        self.editor.name.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _on_copy_requested(self, persona: Persona) -> None:
        self.show_one(self._personas.new(persona, self.tr("{name} (copy)").format(name=persona.name)))

    @Slot(object)
    def _on_remove_requested(self, persona: Persona) -> None:
        self._personas.remove(persona.id)
        sentence = self.tr("“{name}” was removed; conversations that have it keep it.").format(name=persona.name)
        self.tell_removed(persona.id, sentence, self.tr("Undo"))

    @Slot(object)
    def _on_restored_wanted(self, ids: Sequence[str]) -> None:
        self._personas.restore(*ids)

    def several_removed(self, n_removed: int) -> str:
        """Say that several were removed."""
        return self.tr("%n persona(s) removed; conversations that have them keep them.", "", n_removed)

    def read_removed(self, on_read: Callable[[list[Removed]], None]) -> None:
        """Give what was removed and can be brought back."""
        self._personas.read_removed(on_read)

    def title_of_removed(self) -> str:
        """Name the dialog about what was removed."""
        return self.tr("Removed personas")

    # Files

    @Slot()
    def _on_import_clicked(self) -> None:
        filters = (self.tr("Personas and character cards (*.json)"), self.tr("All files (*)"))
        self.ask_for_files(self.tr("Import personas"), filters)

    @Slot(list)
    def _on_files_chosen(self, paths: list[Path]) -> None:
        self._personas.import_files(paths, [file.path for file in self._library.models()])

    @Slot(object)
    def _on_imported(self, read: ReadPersonas) -> None:
        text = self.tr("%n persona(s) imported.", "", len(read.personas))
        if read.skipped:
            text += " " + self.tr("%n skipped; the details say why.", "", len(read.skipped))
        why = {
            "not_readable": self.tr("it cannot be read as a persona"),
            "no_name": self.tr("it has no name"),
            "too_long": self.tr("it is too long"),
            "newer_format": self.tr("it was written by a newer Hearth"),
        }
        self.tell_imported(text, [f"{one.name}: {why[one.why]}" for one in read.skipped])
        if read.personas:
            self.show_one(read.personas[0])

    @Slot()
    def _on_export_clicked(self) -> None:
        self.editor.store()
        all_, one = self.tr("All my personas (*.json)"), self.tr("This persona (*.json)")
        filters = (one, all_) if self.editor.value is not None else (all_,)
        self.ask_where(self.tr("Export personas"), filters, partial(self._export_to, one))

    def _export_to(self, filter_of_one: str, path: Path, chosen: str) -> None:
        shown = self.editor.value
        self._personas.export([shown] if chosen == filter_of_one and shown is not None else self._personas.own(), path)

    @Slot(object)
    def _on_exported(self, path: Path) -> None:
        self.tell_saved(self.tr("Saved as “{name}”.").format(name=path.name))

    # What Qt asks

    def changeEvent(self, event: QEvent) -> None:
        """Name the models in the new language, too."""
        if event.type() is QEvent.Type.LanguageChange:
            self._on_models_changed()
        super().changeEvent(event)

    def retranslate(self) -> None:
        """Say the words of the page."""
        super().retranslate()
        self.set_title(self.tr("Personas"))
        self.filter.set_words(self.tr("Filter personas"), self.tr("Clear the filter"))
        self.list.setAccessibleName(self.tr("Personas"))
