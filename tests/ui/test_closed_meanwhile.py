"""A dialog that is closed while something is worked out for it closes at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtWidgets import QWidget

from desktop_app.chat.message import Message, Role
from desktop_app.ui.diagnostics import diagnostics_dialog
from desktop_app.ui.dialogs import about, compare
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.theme import Theme


def _about(_services: Any, theme: Theme, window: QWidget) -> Dialog:
    return about.AboutDialog({}, theme, window)


def _diagnostics(services: Any, theme: Theme, window: QWidget) -> Dialog:
    return diagnostics_dialog.DiagnosticsDialog(services, theme, window)


def _compare(_services: Any, theme: Theme, window: QWidget) -> Dialog:
    versions = [Message(f"v{n}", "c", None, Role.ASSISTANT, f"text {n}", 0) for n in range(2)]
    return compare.CompareDialog(versions, "v1", theme, window)


@pytest.mark.parametrize(
    ("module", "work", "make"),
    [(about, "parts", _about), (diagnostics_dialog, "report", _diagnostics), (compare, "changes", _compare)],
    ids=["about", "diagnostics", "compare"],
)
def test_who_closes_it_waits_for_nothing(
    module: Any, work: str, make: Callable[..., Dialog], services: Any, theme: Theme, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    goes_on, has_ended = threading.Event(), threading.Event()

    def stuck(*_: object) -> None:
        goes_on.wait(1)
        has_ended.set()

    monkeypatch.setattr(module, work, stuck)
    window = QWidget()
    qtbot.addWidget(window)
    dialog = make(services, theme, window)
    dialog.open()
    dialog.reject()
    was_waited_for = has_ended.is_set()
    goes_on.set()

    assert not was_waited_for and has_ended.wait(10)
