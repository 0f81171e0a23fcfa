"""The page *Prompt templates*: the list with its filter, and the editor of the one that is chosen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QWidget

from desktop_app.chat.removed import Removed
from desktop_app.services.prompt_templates import PromptTemplates
from desktop_app.templates.collection import shipped
from desktop_app.templates.files import ReadPrompts
from desktop_app.templates.template import PromptTemplate, TemplateVersion
from desktop_app.ui.appearance import Appearance
from desktop_app.ui.dialogs.template_versions import TemplateVersionsDialog
from desktop_app.ui.notices import NoticeArea
from desktop_app.ui.prompts.template_editor import TemplateEditor
from desktop_app.ui.widgets.collection_page import CollectionPage
from desktop_app.ui.widgets.collection_rows import Row

RESTORE = "restore_template"


class PromptsPage(CollectionPage[TemplateEditor]):
    """The page.

    Signals:
        try_requested(PromptTemplate): its form is wanted, over the conversation.
    """

    try_requested = Signal(object)

    def __init__(self, templates: PromptTemplates, appearance: Appearance, notices: NoticeArea, window: QWidget) -> None:
        super().__init__("templates", RESTORE, appearance, notices, window)
        self._templates = templates
        self._asked = ""
        """The template whose versions are being read, to be shown."""
        self._connect()
        self.retranslate()
        self._refresh()

    def _connect(self) -> None:
        self.new_button.clicked.connect(self._on_new_clicked)
        self.import_button.clicked.connect(self._on_import_clicked)
        self.export_button.clicked.connect(self._on_export_clicked)
        self.files_chosen.connect(self._templates.import_files)
        self.restore_requested.connect(self._on_restored_wanted)
        self._templates.templates_changed.connect(self._refresh)
        self._templates.imported.connect(self._on_imported)
        self._templates.exported.connect(self._on_exported)

    def make_editor(self) -> TemplateEditor:
        """Make the editor, and connect it."""
        editor = TemplateEditor(self._appearance.theme, self)
        editor.changed.connect(self._on_changed)
        editor.try_requested.connect(self.try_requested)
        editor.copy_requested.connect(self._on_copy_requested)
        editor.versions_requested.connect(self._on_versions_requested)
        editor.remove_requested.connect(self._on_remove_requested)
        return editor

    def every(self) -> list[Row]:
        """Give the person's own, then those that come with the application."""
        templates = (*self._templates.own(), *shipped(self._appearance.language))
        return [Row(one.id, one.title, one.folder, one.title, one) for one in templates]

    # Changing

    @Slot(object)
    def _on_changed(self, template: PromptTemplate) -> None:
        self._templates.save(template, keeps_version=self.editor.is_fresh)

    @Slot()
    def _on_new_clicked(self) -> None:
        self.show_one(self._templates.new(title=self.tr("New template")))
        self.editor.title.selectAll()
        self.editor.title.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _on_copy_requested(self, template: PromptTemplate) -> None:
        self.show_one(self._templates.new(template, self.tr("{title} (copy)").format(title=template.title)))

    @Slot(object)
    def _on_remove_requested(self, template: PromptTemplate) -> None:
        self._templates.remove(template.id)
        self.tell_removed(template.id, self.tr("“{title}” was removed.").format(title=template.title), self.tr("Undo"))

    @Slot(object)
    def _on_versions_requested(self, template: PromptTemplate) -> None:
        if self._asked != template.id:
            self._asked = template.id
            self._templates.read_versions(template.id, partial(self._show_versions, template))

    def _show_versions(self, template: PromptTemplate, versions: list[TemplateVersion]) -> None:
        self._asked = ""
        shown = self.editor.value
        if not self.isVisible() or shown is None or shown.id != template.id:
            return  # the person has gone on
        dialog = TemplateVersionsDialog(template, versions, self._appearance.theme, self.window())
        dialog.version_chosen.connect(self._on_version_chosen)
        dialog.open()

    @Slot(object)
    def _on_version_chosen(self, template: PromptTemplate) -> None:
        # What it was until now is a version, too: to go back is no loss.
        self._templates.save(template, keeps_version=True)
        self.editor.show_value(None)
        self.show_one(template)
        self.editor.show_value(template)

    @Slot(object)
    def _on_restored_wanted(self, ids: Sequence[str]) -> None:
        self._templates.restore(*ids)

    def several_removed(self, n_removed: int) -> str:
        """Say that several were removed."""
        return self.tr("%n template(s) removed.", "", n_removed)

    def read_removed(self, on_read: Callable[[list[Removed]], None]) -> None:
        """Give what was removed and can be brought back."""
        self._templates.read_removed(on_read)

    def title_of_removed(self) -> str:
        """Name the dialog about what was removed."""
        return self.tr("Removed prompt templates")

    # Files

    @Slot()
    def _on_import_clicked(self) -> None:
        filters = (self.tr("Prompt templates (*.json *.md *.txt)"), self.tr("All files (*)"))
        self.ask_for_files(self.tr("Import prompt templates"), filters)

    @Slot(object)
    def _on_imported(self, read: ReadPrompts) -> None:
        text = self.tr("%n template(s) imported.", "", len(read.templates))
        if read.skipped:
            text += " " + self.tr("%n skipped; the details say why.", "", len(read.skipped))
        why = {
            "not_readable": self.tr("it cannot be read as a template"),
            "no_text": self.tr("it has no text"),
            "too_long": self.tr("it is too long"),
            "newer_format": self.tr("it was written by a newer Hearth"),
            "wrong_variable": self.tr("a variable is declared in a way that is not known"),
        }
        self.tell_imported(text, [f"{one.title}: {why[one.why]}" for one in read.skipped])
        if read.templates:
            self.show_one(read.templates[0])

    @Slot()
    def _on_export_clicked(self) -> None:
        self.editor.store()
        filters = [self.tr("All my templates (*.json)")]
        if self.editor.value is not None:
            filters.append(self.tr("This template as Markdown (*.md)"))
        self.ask_where(self.tr("Export prompt templates"), filters, self._export_to)

    def _export_to(self, path: Path, _filter: str) -> None:
        template = self.editor.value
        is_one = path.suffix.lower() == ".md" and template is not None
        self._templates.export([template] if is_one and template is not None else self._templates.own(), path)

    @Slot(object)
    def _on_exported(self, path: Path) -> None:
        self.tell_saved(self.tr("Saved as “{name}”.").format(name=path.name))

    def retranslate(self) -> None:
        """Say the words of the page."""
        super().retranslate()
        self.set_title(self.tr("Prompt templates"))
        self.filter.set_words(self.tr("Filter templates"), self.tr("Clear the filter"))
        self.list.setAccessibleName(self.tr("Prompt templates"))
