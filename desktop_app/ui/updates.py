"""Says whether there is a newer version, and opens its page in the browser."""

from __future__ import annotations

from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QAction, QDesktopServices

from desktop_app import __version__
from desktop_app.errors import AppError, OfflineSwitchOn
from desktop_app.services.update_check import UpdateCheck
from desktop_app.ui.error_text import Remedy
from desktop_app.ui.notices import Notice, NoticeArea

OPEN_RELEASE, LOOK_AGAIN = "open_release", "look_for_updates"
KEY = "update"


class Updates(QObject):
    """Follows `action`, and tells what `check` finds."""

    def __init__(self, check: UpdateCheck, action: QAction, notices: NoticeArea, parent: QObject) -> None:
        super().__init__(parent)
        self._check, self._notices = check, notices
        action.triggered.connect(self._on_wanted)
        check.newer_found.connect(self._on_newer_found)
        check.none_newer.connect(self._on_none_newer)
        check.failed.connect(self._on_failed)
        notices.action_requested.connect(self._on_action_requested)

    @Slot()
    def _on_wanted(self) -> None:
        self._notices.show_notice(Notice(self.tr("Looking for a newer version"), key=KEY, is_quiet=True))
        self._check.look()

    @Slot(str, str)
    def _on_newer_found(self, version: str, page: str) -> None:
        sentence = self.tr("Hearth {version} is available; you have {own}.").format(version=version, own=__version__)
        button = self.tr("Open its page")
        self._notices.show_notice(Notice(sentence, key=KEY, action=OPEN_RELEASE, button=button, payload=page))

    @Slot()
    def _on_none_newer(self) -> None:
        sentence = self.tr("There is no newer version than {own}.").format(own=__version__)
        self._notices.show_notice(Notice(sentence, key=KEY, is_quiet=True))

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        if isinstance(error, OfflineSwitchOn):
            sentence = self.tr("Hearth is set to stay offline; go online to look for a newer version.")
            notice = Notice(sentence, key=KEY, action=Remedy.NETWORK, button=self.tr("Network settings"))
        else:
            sentence = self.tr("The page with the versions of Hearth does not answer; try again later.")
            details = f"{type(error).__name__}\n{error}"
            notice = Notice(sentence, "warning", KEY, LOOK_AGAIN, self.tr("Try again"), details=details)
        self._notices.show_notice(notice)

    @Slot(str, object)
    def _on_action_requested(self, action: str, payload: object) -> None:
        if action == OPEN_RELEASE:
            QDesktopServices.openUrl(QUrl(str(payload)))
        elif action == LOOK_AGAIN:
            self._on_wanted()
