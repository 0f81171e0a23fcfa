"""D2: of three hundred addresses that a model may write, only web and mail addresses reach the system, after a dialog."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
from PySide6 import QtGui
from PySide6.QtCore import QUrl
from PySide6.QtWidgets import QPushButton, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.ui.dialogs.links import LinkDialog
from desktop_app.ui.notices import NoticeArea
from desktop_app.ui.remedies import Remedies
from desktop_app.ui.theme import load_theme
from tests.fakes.services import fake_services

SEED = 20261122
SCHEMES_REFUSED = (
    "file", "javascript", "data", "smb", "ms-msdt", "ms-office", "search-ms", "vscode", "qrc", "about", "blob", "ftp", "ssh",
    "telnet", "ldap", "nfs", "afp", "steam", "slack", "zoommtg", "tel", "sms", "intent", "view-source", "jar", "res", "mhtml",
    "vbscript", "shell", "ms-settings", "x-apple", "dict", "gopher", "news", "webcal", "chrome", "hearth",
)  # fmt: skip
TARGETS = (
    "host/x",
    "//host/share/x.exe",
    "///etc/passwd",
    "//127.0.0.1:8080/",
    "alert(1)",
    "?cmd=calc",
    "//user@host/a b",
    "%2e%2e/x",
)
PLAIN_REFUSED = (
    "//host/share", "\\\\host\\share\\x", "/etc/passwd", "C:\\Windows\\System32\\calc.exe", "C:/Windows/calc.exe", "~/x", "x.exe",
    "https:\\\\evil.example", "https://good.example\\@evil.example", "https:///nowhere", "http://", "java\nscript:alert(1)",
    "\x01javascript:alert(1)", " javascript:alert(1)", "https://a\u202e.example/", "https://a.example/\u2066x", "https://a b.example",
    "", "x" * 5000, "%66ile:///etc/passwd", "http:evil.example", "mailto\u200b:a@b",
)  # fmt: skip
ALLOWED = (
    "https://example.org/", "http://example.org:8080/a?b=c#d", "mailto:a@example.org", "HTTPS://EXAMPLE.ORG/", "https://пример.рф/",
    "https://user@example.org/", "https://[::1]/", "https://例え.jp/道", "mailto:a@example.org?subject=x",
)  # fmt: skip


def addresses() -> list[tuple[str, bool]]:
    """Give 300 addresses and whether they may be offered, mixed in upper and lower case."""
    chance = random.Random(SEED)
    refused = [f"{scheme}:{target}" for scheme in SCHEMES_REFUSED for target in TARGETS]
    chance.shuffle(refused)
    mixed = ["".join(chance.choice((char.upper(), char.lower())) for char in one) for one in refused]
    found = [(one, False) for one in (*PLAIN_REFUSED, *mixed)][: 300 - len(ALLOWED)]
    found += [(one, True) for one in ALLOWED]
    chance.shuffle(found)
    return found


class Reader:
    """Clicks on links and on everything that is offered then."""

    def __init__(self, qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.opened: list[str] = []
        monkeypatch.setattr(QtGui.QDesktopServices, "openUrl", self._on_opened)
        self._window = QWidget()
        qtbot.addWidget(self._window)
        self._window.show()
        theme = load_theme("light", 1.0)
        notices = NoticeArea(theme, self._window)
        self._remedies = Remedies(fake_services(folder), notices, theme, self._window)

    def _on_opened(self, url: QUrl) -> bool:
        self.opened.append(url.toString())
        return True

    def click(self, href: str) -> bool:
        """Follow a link and agree; True when there was a dialog. Nothing may open before that."""
        n_before = len(self.opened)
        self._remedies.follow_link(href)
        assert len(self.opened) == n_before, f"{href!r} was opened without asking"
        dialog = self._window.findChild(LinkDialog)
        if dialog is None:
            return False
        buttons: list[Any] = dialog.findChildren(QPushButton)
        next(button for button in buttons if button.text() == "Open").click()
        dialog.setParent(None)
        dialog.deleteLater()
        return True


def test_only_web_and_mail_addresses_reach_the_system(qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reader = Reader(qtbot, tmp_path, monkeypatch)
    all_of_them = addresses()
    assert len(all_of_them) == 300
    for href, is_allowed in all_of_them:
        assert reader.click(href) is is_allowed, repr(href)
    assert len(reader.opened) == len(ALLOWED)
    assert {QUrl(one).scheme() for one in reader.opened} == {"http", "https", "mailto"}
