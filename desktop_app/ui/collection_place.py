"""What prompt templates and personas have in common in the window: a page of them, and a palette to choose one from."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, Slot

from desktop_app.ui.actions import Actions
from desktop_app.ui.appearance import Appearance
from desktop_app.ui.centre import Centre
from desktop_app.ui.composer.composer import Composer
from desktop_app.ui.error_text import ErrorText
from desktop_app.ui.notices import Notice, NoticeArea
from desktop_app.ui.palette.palette import Palette, PaletteItem

if TYPE_CHECKING:
    from pathlib import Path

    from PySide6.QtWidgets import QWidget

    from desktop_app.errors import AppError
    from desktop_app.services.personas import Personas
    from desktop_app.services.prompt_templates import PromptTemplates
    from desktop_app.ui.theme import Theme
    from desktop_app.ui.widgets.collection_page import CollectionPage

EXPORT_AGAIN = "export_collection_again"

PageKind = TypeVar("PageKind", bound="CollectionPage[Any]")


class CollectionPlace(QObject, Generic[PageKind]):
    """One of its kind gives `make_page` and `retranslate`."""

    def __init__(
        self,
        collection: Personas | PromptTemplates,
        composer: Composer,
        centre: Centre,
        notices: NoticeArea,
        actions: Actions,
        appearance: Appearance,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._composer, self._centre, self._notices, self._actions = composer, centre, notices, actions
        self._appearance, self._window = appearance, window
        self._page: PageKind | None = None
        self._palette: Palette | None = None
        collection.setParent(self)
        self._collection = collection
        collection.failed.connect(self._on_failed)
        collection.files_failed.connect(self._on_files_failed)
        collection.export_failed.connect(self._on_export_failed)
        notices.action_requested.connect(self._on_notice_pressed)
        application = QCoreApplication.instance()
        if application is not None:
            # A file that is being written is finished.
            application.aboutToQuit.connect(collection.close)
        centre.page_changed.connect(self._on_page_changed)
        window.installEventFilter(self)

    # What one of its kind gives

    def make_page(self) -> PageKind:
        """Make the page, and connect it."""
        raise NotImplementedError

    def retranslate(self) -> None:
        """Say the words in the window."""
        raise NotImplementedError

    # What went wrong

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        # What is to be chosen or read again is still where it was chosen from.
        self._notices.show_error(error, ("", None))

    @Slot(object)
    def _on_files_failed(self, errors: Sequence[AppError]) -> None:
        words = ErrorText(self)
        text = self.tr("Several files could not be imported; the details say why.")
        details = "\n".join(words.describe(error).sentence for error in errors)
        self._notices.show_notice(Notice(text, "error", "files_failed", details=details))

    @Slot(object, object, object)
    def _on_export_failed(self, error: AppError, items: object, path: Path) -> None:
        self._notices.show_error(error, (EXPORT_AGAIN, (self._collection, items, path)))

    @Slot(str, object)
    def _on_notice_pressed(self, action: str, payload: object) -> None:
        if action == EXPORT_AGAIN and isinstance(payload, tuple) and payload[0] is self._collection:
            _, items, path = payload
            self._collection.export(items, path)

    # The page

    @property
    def page(self) -> PageKind:
        """The page, made now if need be."""
        if self._page is None:
            self._page = self.make_page()
            self._page.closed.connect(self._on_page_closed)
        return self._page

    @property
    def is_page_shown(self) -> bool:
        """Whether the page stands in place of the conversation."""
        return self._page is not None and self._centre.page is self._page

    @Slot()
    def toggle_page(self) -> None:
        """Show the page, or the conversation again."""
        if self.is_page_shown:
            self._on_page_closed()
        else:
            self._centre.show_page(self.page)
            self.page.list.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_page_closed(self) -> None:
        self._centre.show_page(None)
        self._actions.focus_composer.trigger()

    @Slot(object)
    def _on_page_changed(self, _page: object) -> None:
        if not self.is_page_shown:
            self.store()

    def store(self) -> None:
        """Have what is typed on the page stored now."""
        if self._page is not None:
            self._page.leave()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        if self._page is not None:
            self._page.set_theme(theme)

    # Choosing one

    def show_palette(self, items: Sequence[PaletteItem], title: str, choose: Callable[[str], None]) -> None:
        """Let one of `items` be chosen: `choose` gets its key. Nothing happens while one is open."""
        if self._palette is not None:
            return
        self._palette = Palette(items, title, self._appearance.theme, self._window)
        self._palette.chosen.connect(choose)
        self._palette.closed.connect(self._on_palette_closed)
        self._palette.open()

    @Slot()
    def _on_palette_closed(self) -> None:
        self._palette = None
        self._composer.edit.setFocus(Qt.FocusReason.PopupFocusReason)

    def eventFilter(self, watched: object, event: QEvent) -> bool:
        """Speak the new language."""
        if event.type() is QEvent.Type.LanguageChange:
            self.retranslate()
        return False
