"""About tells the versions and shows the licence of the part that is chosen."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from desktop_app import __version__
from desktop_app.ui.dialogs.about import AboutDialog
from desktop_app.ui.theme import Theme


def test_versions_are_copied_and_licences_shown(window: Any, theme: Theme, qtbot: QtBot) -> None:
    dialog = AboutDialog({"llama_cpp_python": "0.3.36"}, theme, window)
    dialog.open()
    qtbot.waitUntil(lambda: dialog.list.count() > 10)
    assert "Apache License" in dialog.text.toPlainText()
    row = next(n for n in range(dialog.list.count()) if dialog.list.item(n).text().startswith("jinja2"))
    dialog.list.setCurrentRow(row)
    next(button for button in dialog.findChildren(QPushButton) if button.text() == "Copy versions").click()

    assert "Pallets" in dialog.text.toPlainText()
    assert QGuiApplication.clipboard().text().splitlines()[0] == f"Hearth {__version__}"
    assert "llama_cpp_python 0.3.36" in QGuiApplication.clipboard().text()
    dialog.accept()
