"""How long the window's thread works when a part of the window is opened for the first time.

`python tests/bench/openings.py [--rounds N]` prints one JSON object as its last line: for each opening the CPU milliseconds
of the longest turn of the event loop and of all turns together, the medians of rounds with a window of their own each;
and `longest_ms`, the longest of all turns.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtWidgets import QApplication

from desktop_app.ui.dialogs.parameters import ParametersDialog
from desktop_app.ui.parameters.words import GROUPS
from tests.ui.stage import Stage

N_ROUNDS = 5
N_TURNS = 60
Opening = tuple[str, Callable[[], object]]


def turns_ms(open_it: Callable[[], object]) -> list[float]:
    """Open something; give the milliseconds of each turn of the event loop until nothing is left to do."""
    found = []
    for deed in (open_it, *[QCoreApplication.processEvents] * N_TURNS):
        start_s = time.thread_time()
        deed()
        found.append((time.thread_time() - start_s) * 1000)
    return found


def openings(stage: Stage) -> Iterator[Opening]:
    """Give what is opened, one after the other."""
    window = stage.window
    actions = window.actions_
    yield "panel", actions.show_talk_panel.trigger
    panel = window.talk.panel
    yield "panel: all parameters", lambda: panel.more.setChecked(True)
    for group in GROUPS:
        yield f"panel: {group}", lambda group=group: panel.list.open_group(group)
    yield "parameters of all chats", actions.show_parameters.trigger
    dialog = window.findChildren(ParametersDialog)[-1]
    for group in list(GROUPS)[1:]:
        yield f"all chats: {group}", lambda group=group: dialog.list.open_group(group)
    dialog.accept()
    yield "presets", window.talk.show_presets
    _close(window)
    yield "keys", actions.show_shortcuts.trigger
    _close(window)
    yield "settings", actions.show_settings.trigger


def _close(window: object) -> None:
    for dialog in QApplication.topLevelWidgets():
        if dialog is not window and dialog.isVisible() and dialog.isModal():
            dialog.close()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=N_ROUNDS)
    n_rounds = parser.parse_args().rounds
    application = QApplication([])
    application.setStyle("Fusion")
    found: dict[str, list[tuple[float, float]]] = {}
    for _ in range(n_rounds):
        with tempfile.TemporaryDirectory() as folder:
            stage = Stage(application, Path(folder), QSize(1240, 820))
            for _ in range(5):
                application.processEvents()
            for name, open_it in openings(stage):
                turns = turns_ms(open_it)
                found.setdefault(name, []).append((max(turns), sum(turns)))
            stage.close()
    figures = {}
    for name, rounds in found.items():
        longest, together = (round(statistics.median(one), 1) for one in zip(*rounds, strict=True))
        figures[name] = {"longest_ms": longest, "together_ms": together}
    print(json.dumps({"longest_ms": max(one["longest_ms"] for one in figures.values()), "rounds": n_rounds, "openings": figures}))


if __name__ == "__main__":
    main()
