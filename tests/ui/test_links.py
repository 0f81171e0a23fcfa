"""Nothing but web and mail addresses, and the person sees where they lead."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtWidgets import QPlainTextEdit

from desktop_app.ui.dialogs.links import LinkDialog, checked_link, place_of
from desktop_app.ui.theme import Theme


@pytest.mark.parametrize(
    "href",
    [
        "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x", "/etc/passwd", "//host/share", "smb://host/x",
        "vscode://x", "https:///nowhere", "http://", "https:\\\\evil.example", "https://good.example\\@evil.example",
        "https://a.example/\u202egpj.exe", "java\nscript:x", "https://a b.example", "", "x" * 5000, "C:\\x.exe", "ms-msdt:/id",
    ],
)  # fmt: skip
def test_everything_else_is_refused(href: str) -> None:
    assert checked_link(href) is None


@pytest.mark.parametrize(
    ("href", "place"),
    [
        ("https://example.org/a?b#c", "example.org"),
        ("HTTP://Example.org:8080/", "example.org:8080"),
        ("https://münchen.de/", "xn--mnchen-3ya.de"),
        ("https://аpple.com/", "xn--pple-43d.com"),
        ("https://bank.example@evil.example/", "evil.example"),
        ("mailto:a@example.org", "a@example.org"),
    ],
)
def test_the_real_host_is_shown(href: str, place: str) -> None:
    url = checked_link(href)
    assert url is not None and place_of(url) == place


def test_a_user_name_in_the_address_is_pointed_out(qtbot: Any, theme: Theme) -> None:
    url = checked_link("https://bank.example@evil.example/")
    assert url is not None
    dialog = LinkDialog(url, theme)
    qtbot.addWidget(dialog)
    dialog.open()
    assert dialog._warning.isVisible() and "bank.example" in dialog._warning.text()
    assert dialog.findChild(QPlainTextEdit).toPlainText() == "https://bank.example@evil.example/"


def test_enter_does_not_open(qtbot: Any, theme: Theme) -> None:
    url = checked_link("https://example.org/")
    assert url is not None
    dialog = LinkDialog(url, theme)
    qtbot.addWidget(dialog)
    dialog.open()
    with qtbot.assertNotEmitted(dialog.open_requested):
        qtbot.keyClick(dialog, "\r")
    assert not dialog._open.isDefault()
