"""What is dropped on the window from another program, wherever that is: a model, conversations, files, a piece of text."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QDropEvent

from desktop_app.ui.conversation_import import dropped_export
from desktop_app.ui.model_choice import dropped_model

if TYPE_CHECKING:
    from desktop_app.ui.main_window import MainWindow


def accept(window: MainWindow, event: QDropEvent) -> bool:
    """Accept what can be used here; give whether it can."""
    # What is dragged within the window has a place of its own there.
    is_offered = event.source() is None and bool(event.possibleActions() & Qt.DropAction.CopyAction)
    can_use = is_offered and _is_usable(window, event.mimeData())
    if can_use:
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
    return can_use


def take(window: MainWindow, data: QMimeData) -> None:
    """Ask about a model and about conversations; files and text go with the message that is being written."""
    if (model := dropped_model(data)) is not None:
        window.open_file(model)
    elif (export := dropped_export(data)) is not None:
        window.importing.offer(export)
    else:
        window.centre.show_page(None)
        if files := _files(data):
            window.attaching.attach(files)
        else:
            window.composer.edit.insert(data.text())
        window.bring_to_front()
        window.composer.edit.setFocus(Qt.FocusReason.OtherFocusReason)


def _is_usable(window: MainWindow, data: QMimeData) -> bool:
    if dropped_model(data) is not None or dropped_export(data) is not None:
        return True
    # In the trash nothing is written.
    return not window.composer.is_in_trash and bool(_files(data) or data.text())


def _files(data: QMimeData) -> list[Path]:
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
