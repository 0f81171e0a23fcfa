"""The page *Prompt templates*: the list with its filter, and the editor of the one that is chosen."""

from __future__ import annotations

from pathlib import Path

from PySide6 import QtWidgets
from PySide6.QtCore import QAbstractListModel, QEvent, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.services.prompt_templates import PromptTemplates
from desktop_app.templates.collection import shipped
from desktop_app.templates.files import ReadPrompts
from desktop_app.templates.template import PromptTemplate, TemplateVersion
from desktop_app.ui.appearance import Appearance
from desktop_app.ui.dialogs.template_versions import TemplateVersionsDialog
from desktop_app.ui.notices import Notice, NoticeArea
from desktop_app.ui.palette.fuzzy import folded
from desktop_app.ui.prompts.template_editor import TemplateEditor
from desktop_app.ui.theme import Theme
from desktop_app.ui.top_bar import HEIGHT
from desktop_app.ui.widgets.buttons import IconButton
from desktop_app.ui.widgets.labels import PlainLabel, plain_tooltip

Index = QModelIndex | QPersistentModelIndex
LIST_WIDTH = 264
RESTORE = "restore_template"


class PromptsPage(QWidget):
    """The page.

    Signals:
        closed(): the person wants the conversation back.
        try_requested(PromptTemplate): its form is wanted, over the conversation.
    """

    closed = Signal()
    try_requested = Signal(object)

    def __init__(self, templates: PromptTemplates, appearance: Appearance, notices: NoticeArea, window: QWidget) -> None:
        super().__init__(window)
        self._templates, self._appearance, self._notices = templates, appearance, notices
        theme = appearance.theme
        self._changed: set[str] = set()
        """Ids of templates of which a version was kept since they were opened."""
        self._heading = PlainLabel("", "heading2")
        self._new, self._import, self._export = (QPushButton() for _ in range(3))
        self._new.setProperty("kind", "primary")
        self._new.clicked.connect(self._on_new_clicked)
        self._import.clicked.connect(self._on_import_clicked)
        self._export.clicked.connect(self._on_export_clicked)
        self.close_button = IconButton("close", theme)
        self.close_button.clicked.connect(self.closed)
        self.filter = QLineEdit()
        self.filter.setClearButtonEnabled(False)
        self.filter.textChanged.connect(self._refresh)
        self.model = _Model(self)
        self.list = QListView()
        self.list.setModel(self.model)
        self.list.setProperty("kind", "rows")
        self.list.setItemDelegate(_Rows(self.list))
        self.list.setUniformItemSizes(True)
        self.list.selectionModel().currentChanged.connect(self._on_current_changed)
        self.editor = TemplateEditor(theme)
        self.editor.changed.connect(self._on_changed)
        self.editor.try_requested.connect(self.try_requested)
        self.editor.copy_requested.connect(self._on_copy_requested)
        self.editor.versions_requested.connect(self._on_versions_requested)
        self.editor.remove_requested.connect(self._on_remove_requested)
        templates.templates_changed.connect(self._refresh)
        templates.imported.connect(self._on_imported)
        templates.exported.connect(self._on_exported)
        notices.action_requested.connect(self._on_action_requested)
        self._build(theme)
        self._retranslate()
        self._refresh()
        self.list.setCurrentIndex(self.model.index(0))

    def _build(self, theme: Theme) -> None:
        self._head = QFrame()
        self._head.setObjectName("topBar")
        self._head.setFixedHeight(theme.scaled(HEIGHT))
        row = QHBoxLayout(self._head)
        row.setContentsMargins(20, 0, 20, 0)
        row.setSpacing(8)
        row.addWidget(self._heading)
        row.addStretch(1)
        for button in (self._import, self._export, self._new, self.close_button):
            row.addWidget(button)
        left = QVBoxLayout()
        left.setContentsMargins(16, 20, 0, 16)
        left.setSpacing(8)
        self.filter.setMinimumHeight(theme.scaled(36))
        left.addWidget(self.filter)
        left.addWidget(self.list, 1)
        self._side = QWidget()
        self._side.setLayout(left)
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(0)
        body.addWidget(self._side)
        body.addWidget(self.editor, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addLayout(body, 1)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._head.setFixedHeight(theme.scaled(HEIGHT))
        self.close_button.set_theme(theme)
        self.editor.set_theme(theme)

    def leave(self) -> None:
        """Store what was typed; the page goes out of sight."""
        self.editor.store()

    # The list

    @Slot()
    def _refresh(self) -> None:
        shown = self.editor.template
        wanted = folded(self.filter.text().strip())
        every = [*self._templates.own(), *shipped(self._appearance.language)]
        found = [one for one in every if wanted in folded(f"{one.title} {one.folder}")]
        self.model.show(found)
        row = next((row for row, one in enumerate(found) if shown is not None and one.id == shown.id), -1)
        if row >= 0:
            self.list.setCurrentIndex(self.model.index(row))
        elif shown is not None and all(one.id != shown.id for one in every):
            self.editor.show_template(None)
            self.list.setCurrentIndex(self.model.index(0))

    @Slot()
    def _on_current_changed(self) -> None:
        template = self.model.template(self.list.currentIndex().row())
        shown = self.editor.template
        if template is not None and (shown is None or shown.id != template.id or shown.language != template.language):
            self._changed.clear()
            self.editor.show_template(template)

    def _show(self, template: PromptTemplate) -> None:
        self.filter.clear()
        self._refresh()
        row = self.model.row(template.id)
        if row >= 0:
            self.list.setCurrentIndex(self.model.index(row))

    # Changing

    @Slot(object)
    def _on_changed(self, template: PromptTemplate) -> None:
        is_first = template.id not in self._changed
        self._changed.add(template.id)
        self._templates.save(template, keeps_version=is_first)

    @Slot()
    def _on_new_clicked(self) -> None:
        self._show(self._templates.new(title=self.tr("New template")))
        self.editor.title.selectAll()
        self.editor.title.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(object)
    def _on_copy_requested(self, template: PromptTemplate) -> None:
        self._show(self._templates.new(template, self.tr("{title} (copy)").format(title=template.title)))

    @Slot(object)
    def _on_remove_requested(self, template: PromptTemplate) -> None:
        self._templates.remove(template.id)
        sentence = self.tr("“{title}” was removed.").format(title=template.title)
        button = self.tr("Undo")
        self._notices.show_notice(Notice(sentence, "info", RESTORE, RESTORE, button, payload=template.id, is_quiet=True))

    @Slot(object)
    def _on_versions_requested(self, template: PromptTemplate) -> None:
        versions: list[TemplateVersion] = self._templates.versions(template.id)
        dialog = TemplateVersionsDialog(template, versions, self._appearance.theme, self.window())
        dialog.version_chosen.connect(self._on_version_chosen)
        dialog.open()

    @Slot(object)
    def _on_version_chosen(self, template: PromptTemplate) -> None:
        # What it was until now is a version, too: to go back is no loss.
        self._templates.save(template, keeps_version=True)
        self.editor.show_template(None)
        self._show(template)
        self.editor.show_template(template)

    @Slot(str, object)
    def _on_action_requested(self, action: str, payload: object) -> None:
        if action == RESTORE and isinstance(payload, str):
            self._templates.restore(payload)

    # Files

    @Slot()
    def _on_import_clicked(self) -> None:
        dialog = QtWidgets.QFileDialog(self.window(), self.tr("Import prompt templates"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QtWidgets.QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilters([self.tr("Prompt templates (*.json *.md *.txt)"), self.tr("All files (*)")])
        dialog.filesSelected.connect(self._on_files_selected)
        dialog.open()

    @Slot(list)
    def _on_files_selected(self, paths: list[str]) -> None:
        self._templates.import_files(map(Path, paths))

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
        details = "\n".join(f"{one.title}: {why[one.why]}" for one in read.skipped)
        self._notices.show_notice(Notice(text, "warning" if read.skipped else "info", "prompts_imported", details=details))
        if read.templates:
            self._show(read.templates[0])

    @Slot()
    def _on_export_clicked(self) -> None:
        self.editor.store()
        template = self.editor.template
        dialog = QtWidgets.QFileDialog(self.window(), self.tr("Export prompt templates"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setAcceptMode(QtWidgets.QFileDialog.AcceptMode.AcceptSave)
        all_, one = self.tr("All my templates (*.json)"), self.tr("This template as Markdown (*.md)")
        dialog.setNameFilters([all_, one] if template is not None else [all_])
        dialog.setDefaultSuffix("json")
        dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix("md" if chosen == one else "json"))
        dialog.fileSelected.connect(self._on_file_selected)
        dialog.open()

    @Slot(str)
    def _on_file_selected(self, path: str) -> None:
        template = self.editor.template
        is_one = path.lower().endswith(".md") and template is not None
        self._templates.export([template] if is_one and template is not None else self._templates.own(), Path(path))

    @Slot(object)
    def _on_exported(self, path: Path) -> None:
        sentence = self.tr("Saved as “{name}”.").format(name=path.name)
        self._notices.show_notice(Notice(sentence, key="prompts_exported", is_quiet=True))

    # What Qt asks

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the list what the editor can spare."""
        super().resizeEvent(event)
        width = self._appearance.theme.scaled(LIST_WIDTH)
        self._side.setFixedWidth(min(width, max(width * 2 // 3, event.size().width() * 3 // 10)))

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
            self._refresh()
            self._on_current_changed()

    def _retranslate(self) -> None:
        self._heading.setText(self.tr("Prompt templates"))
        self._new.setText(self.tr("New"))
        self._import.setText(self.tr("Import…"))
        self._export.setText(self.tr("Export…"))
        self.close_button.set_words(self.tr("Back to the conversation"), "Esc")
        self.filter.setPlaceholderText(self.tr("Filter templates"))
        self.filter.setAccessibleName(self.tr("Filter templates"))
        self.list.setAccessibleName(self.tr("Prompt templates"))


class _Rows(QStyledItemDelegate):
    """Rows as wide as the list: a title that does not fit is shortened."""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """Give the usual height."""
        return QSize(1, super().sizeHint(option, index).height())


class _Model(QAbstractListModel):
    def __init__(self, parent: PromptsPage) -> None:
        super().__init__(parent)
        self._templates: list[PromptTemplate] = []

    def show(self, templates: list[PromptTemplate]) -> None:
        """Show another list."""
        if [one.id for one in templates] == [one.id for one in self._templates]:
            # The same rows with other words: what is chosen stays chosen.
            self._templates = templates
            self.dataChanged.emit(self.index(0), self.index(max(0, len(templates) - 1)))
            return
        self.beginResetModel()
        self._templates = templates
        self.endResetModel()

    def template(self, row: int) -> PromptTemplate | None:
        """Give the template of a row."""
        return self._templates[row] if 0 <= row < len(self._templates) else None

    def row(self, template_id: str) -> int:
        """Give the row of a template; -1 when it is not shown."""
        return next((row for row, one in enumerate(self._templates) if one.id == template_id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 (Qt's own default)
        """Give the number of rows."""
        return 0 if parent.isValid() else len(self._templates)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """Give the title, and for a screen reader the folder as well."""
        template = self.template(index.row())
        if template is None:
            return None
        if role == Qt.ItemDataRole.AccessibleTextRole and template.folder:
            return f"{template.title}, {template.folder}"
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tooltip(template.title)
        return template.title if role == Qt.ItemDataRole.DisplayRole else None
