"""What stands in the way of asking the hub, as one sentence on the page and one button that helps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal

from desktop_app.errors import AppError, OfflineSwitchOn
from desktop_app.ui.error_text import ErrorText, Remedy

if TYPE_CHECKING:
    from desktop_app.services.online import Online
    from desktop_app.ui.library.empty_page import EmptyPage


class HubTrouble(QObject):
    """Finds the words for an error, and does what its button says.

    Signals:
        retry_requested(): the same is to be asked again.
        network_requested(): to what is set for the network.
        page_requested(QUrl): to a page in the browser; asked for about a repository only.
    """

    retry_requested = Signal()
    network_requested = Signal()
    page_requested = Signal(object)

    def __init__(self, online: Online, parent: QObject) -> None:
        super().__init__(parent)
        self._online = online
        self._words = ErrorText(self)
        self._error: AppError | None = None

    def take(self, error: AppError) -> tuple[str, str]:
        """Give the sentence and the words of the button, "" for none; `help` is about this error from now on."""
        self._error = error
        words = self._words.describe(error)
        if self._is_switch:
            return words.sentence, self.tr("Go online")
        return words.sentence, "" if words.remedy is Remedy.CLOSE else words.button

    def show(self, error: AppError, page: EmptyPage) -> None:
        """Say on `page` what is wrong. That the person wants to be offline is nothing that went wrong."""
        page.set_words(*self.take(error), is_problem=not isinstance(error, OfflineSwitchOn))

    @property
    def _is_switch(self) -> bool:
        """Say whether it is the switch that stands in the way, and can be turned here."""
        return isinstance(self._error, OfflineSwitchOn) and not self._online.network.is_offline_for_this_run

    def help(self) -> None:
        """Do what the button says."""
        if self._error is None:
            return
        remedy = self._words.describe(self._error).remedy
        if self._is_switch:
            self._online.network.set_offline(False)
            self.retry_requested.emit()
        elif remedy is Remedy.OPEN_PAGE:
            self.page_requested.emit(QUrl(getattr(self._error, "url", "")))
        elif remedy is Remedy.NETWORK:
            self.network_requested.emit()
        else:
            self.retry_requested.emit()
