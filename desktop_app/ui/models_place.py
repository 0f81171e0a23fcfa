"""The page *Models* in the window: when it is made, what leads to it and away, and what is heard of downloads elsewhere."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QObject, Signal, Slot

from desktop_app.errors import AppError
from desktop_app.ui.actions import Actions
from desktop_app.ui.centre import Centre
from desktop_app.ui.error_text import Remedy
from desktop_app.ui.library.models_page import ModelsPage
from desktop_app.ui.model_choice import ModelChoice
from desktop_app.ui.notices import Notice, NoticeArea
from desktop_app.ui.sidebar.sidebar import Sidebar
from desktop_app.ui.theme import Theme

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from desktop_app.services import Services
    from desktop_app.services.online import Online

USE_MODEL = "use_model"
RETRY_DOWNLOAD = "retry_download"


class ModelsPlace(QObject):
    """Shows the page in place of the conversation, and tells in the sidebar how far downloads are.

    Signals:
        save_requested(info, code): a block of code in what the makers of a model say.
    """

    save_requested = Signal(str, str)

    def __init__(
        self,
        services: Services,
        online: Online,
        actions: Actions,
        centre: Centre,
        sidebar: Sidebar,
        choice: ModelChoice,
        notices: NoticeArea,
        theme: Theme,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._services, self._online = services, online
        self._actions, self._centre, self._sidebar = actions, centre, sidebar
        self._choice, self._notices = choice, notices
        self._theme, self._window = theme, window
        self._page: ModelsPage | None = None
        actions.show_models.triggered.connect(self.toggle)
        actions.show_hub.triggered.connect(partial(self.show, "hub"))
        actions.show_downloads.triggered.connect(partial(self.show, "downloads"))
        actions.show_network.triggered.connect(partial(self.show, "network"))
        actions.model_folders.triggered.connect(self._on_model_folders_triggered)
        centre.page_changed.connect(self._on_page_changed)
        notices.action_requested.connect(self._on_action_requested)
        downloads = online.downloads
        for changed in (downloads.download_added, downloads.download_changed, downloads.download_removed):
            changed.connect(self._show_progress)
        downloads.download_failed.connect(self._on_download_failed)
        self._show_progress()

    @property
    def page(self) -> ModelsPage:
        """The page, made now if need be."""
        if self._page is None:
            self._page = ModelsPage(self._services, self._online, self._theme, self._window)
            self._page.closed.connect(self._on_closed)
            self._page.chat_requested.connect(self.chat_with)
            self._page.failed.connect(self._on_page_failed)
            self._page.save_requested.connect(self.save_requested)
        return self._page

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme
        if self._page is not None:
            self._page.set_theme(theme)

    @Slot(str)
    def show(self, part: str = "local") -> None:
        """Show a part of the page: "local", "hub", "downloads" or "network"."""
        self._centre.show_page(self.page)
        self.page.show_part(part)

    @Slot()
    def toggle(self) -> None:
        """Show the page as it was left, or the conversation again."""
        if self._page is not None and self._centre.page is self._page:
            self._on_closed()
        else:
            self.show(self.page.current or "local")

    @Slot()
    def _on_model_folders_triggered(self) -> None:
        self.show("local")
        self.page.show_folders()

    @Slot(object)
    def chat_with(self, path: Path) -> None:
        """Load a model and go to the conversation."""
        self._choice.use(path)
        self._on_closed()

    def tell_ready(self, title: str, path: Path) -> None:
        """Say that a model has been downloaded, and offer it."""
        sentence = self.tr("“{model}” has been downloaded and checked.").format(model=title)
        key = f"downloaded {path}"
        self._notices.show_notice(Notice(sentence, "info", key, USE_MODEL, self.tr("Use it"), payload=path))

    @Slot()
    def _on_closed(self) -> None:
        self._centre.show_page(None)
        self._actions.focus_composer.trigger()

    @Slot(object)
    def _on_page_changed(self, page: object) -> None:
        self._sidebar.models.set_current(page is not None and page is self._page)

    @Slot()
    def _show_progress(self) -> None:
        items = [item for item in self._online.downloads.items() if not item.is_over]
        total = sum(item.total_bytes for item in items)
        if not total:
            self._sidebar.models.set_trailing("")
            return
        percent = QLocale().toString(int(100 * sum(item.done_bytes for item in items) / total))
        self._sidebar.models.set_trailing(self.tr("{percent} %").format(percent=percent))

    @Slot(str, object)
    def _on_action_requested(self, action: str, payload: object) -> None:
        if action == USE_MODEL and isinstance(payload, Path):
            self.chat_with(payload)
        elif action == Remedy.NETWORK:
            self.show("network")
        elif action == Remedy.REMOVE_MODELS:
            self.show("local")
        elif action == RETRY_DOWNLOAD:
            self._online.downloads.resume(str(payload))

    @Slot(object)
    def _on_page_failed(self, error: AppError) -> None:
        # What was asked for stands on the page, to be asked for again there.
        self._notices.show_error(error, ("", None))

    @Slot(str, object)
    def _on_download_failed(self, id_: str, error: AppError) -> None:
        """Say it where the person is; on the page itself it stands on the card."""
        if self._page is None or self._centre.page is not self._page or self._page.current != "downloads":
            self._notices.show_error(error, (RETRY_DOWNLOAD, id_))
