"""A file that the system opens with us is offered, as one on the command line is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication

from desktop_app.ui.opened_files import OpenedFiles


def test_the_file_of_the_event_is_handed_over_and_an_address_is_not(qapp: QApplication, tmp_path: Path) -> None:
    opened: list[Path] = []
    listener = OpenedFiles(opened.append, qapp)
    QApplication.sendEvent(qapp, QFileOpenEvent(str(tmp_path / "模型.gguf")))
    QApplication.sendEvent(qapp, QFileOpenEvent(QUrl("hearth://anything")))
    qapp.removeEventFilter(listener)

    assert opened == [tmp_path / "模型.gguf"]
