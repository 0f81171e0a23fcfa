"""Links in messages: a model wrote them, so nothing opens before the person has seen where it goes."""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import QEvent, QUrl, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.theme import Theme

SCHEMES = ("http", "https", "mailto")
N_CHARACTERS_MAX = 4000
_ENCODED = QUrl.ComponentFormattingOption.FullyEncoded


def checked_link(href: str) -> QUrl | None:
    """Give the address that may be offered for opening; None for what is no plain web or mail address.

    Control and formatting characters (a right-to-left mark, say) and backslashes are refused: programs
    disagree about what they mean, and the person must see the same address as the browser.
    """
    if len(href) > N_CHARACTERS_MAX or "\\" in href or any(unicodedata.category(one) in ("Cc", "Cf") for one in href):
        return None
    url = QUrl(href, QUrl.ParsingMode.StrictMode)
    if not url.isValid() or url.scheme().lower() not in SCHEMES:
        return None
    if url.scheme().lower() != "mailto" and not url.host():
        return None
    return url


def place_of(url: QUrl) -> str:
    """Give where `url` really leads: the host in its ASCII form (xn--… for other letters), or the mail address."""
    if url.scheme().lower() == "mailto":
        return url.path(_ENCODED)
    port = f":{url.port()}" if url.port() != -1 else ""
    return url.host(_ENCODED) + port


class LinkDialog(Dialog):
    """Shows where a link goes and asks.

    Signals:
        open_requested(QUrl)
    """

    open_requested = Signal(object)

    def __init__(self, url: QUrl, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__("", theme, parent)
        self._url = url
        self._address = url.toString(_ENCODED)
        self._place = self.add_text(place_of(url), "strong")
        self._warning = self.add_text("", "warning")
        self._warning.setVisible(bool(url.userInfo()))
        self._field = self.add_readable(self._address, 68)
        self._cancel = self.add_button("")
        self._copy = self.add_button("")
        self._open = self.add_button("", is_primary=True)
        self._cancel.clicked.connect(self.reject)
        self._copy.clicked.connect(self._on_copy_clicked)
        self._open.clicked.connect(self._on_open_clicked)
        self.finish_layout()
        self._retranslate()
        # Enter must not open what was clicked a moment ago.
        self._open.setDefault(False)
        self._cancel.setFocus()

    def changeEvent(self, event: QEvent) -> None:
        """Speak the new language."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.LanguageChange:
            self._retranslate()

    def _retranslate(self) -> None:
        is_mail = self._url.scheme().lower() == "mailto"
        self.set_heading(self.tr("Write an email to this address?") if is_mail else self.tr("Open this link in your browser?"))
        warning = self.tr("This address holds a user name, “{user}”, which can make it look like another site.")
        self._warning.setText(warning.format(user=self._url.userInfo(_ENCODED)))
        self._field.setAccessibleName(self.tr("Address"))
        self._cancel.setText(self.tr("Cancel"))
        self._copy.setText(self.tr("Copy address"))
        self._open.setText(self.tr("Open"))

    @Slot()
    def _on_copy_clicked(self) -> None:
        QGuiApplication.clipboard().setText(self._address)
        self.accept()

    @Slot()
    def _on_open_clicked(self) -> None:
        self.open_requested.emit(self._url)
        self.accept()
