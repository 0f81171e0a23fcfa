"""A person at their first start: run as a program, killed and started again by the journey of the better model.

`python tests/first_start.py [options] -- [arguments of hearth]` starts the application as its own command line would.
The person types a question, waits for its answer, waits until the file `--online` is there, and presses the buttons
named by `--press`, one after the other, each as soon as it is on the screen. What becomes true is printed, one JSON
object a line: {"answered": model}, {"pressed": words, "n_clicks": n}, {"done": bytes, "total": bytes}, {"ready": path}.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QPlainTextEdit

from desktop_app import app
from desktop_app.services.online import Online
from desktop_app.ui import main_window

LOOK_MS = 100


def say(**facts: object) -> None:
    """Print what is now true. Unbuffered: the process may be killed at any moment."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


class Person(QObject):
    """Types, and presses what it was told to press; does nothing else."""

    def __init__(self, window: main_window.MainWindow, online: Online, options: argparse.Namespace) -> None:
        super().__init__(window)
        self._window, self._online, self._options = window, online, options
        self._services = window._services
        self._n_clicks = 0
        self._to_press = list(options.press)
        self._is_answered = not options.ask
        self._services.generation.answer_finished.connect(self._on_answered)
        self._services.engine.model_loaded.connect(lambda model: say(ready=model.path))
        online.downloads.download_changed.connect(self._on_download_changed)
        online.downloads.download_failed.connect(lambda _id, error: say(failed=repr(error)))
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)
        self._timer.start()
        if options.ask:
            editor = window.findChildren(QPlainTextEdit)[0]
            QTest.keyClicks(editor, options.ask)
            QTest.keyClick(editor, Qt.Key.Key_Return)

    def _on_answered(self, _conversation_id: str, message_id: str) -> None:
        self._is_answered = True
        self._services.conversations.flush()
        message = self._services.conversations.message(message_id)
        say(answered=message.model, text=message.text, state=str(message.state), error=message.error, n_clicks=self._n_clicks)

    def _on_download_changed(self, id_: str) -> None:
        item = self._online.downloads.get(id_)
        say(state=item.state, done=item.done_bytes, total=item.total_bytes)

    def _look(self) -> None:
        if not self._is_answered or not self._to_press or (self._options.online and not self._options.online.exists()):
            return
        button = next((one for one in self._buttons() if one.text() == self._to_press[0]), None)
        if button is not None:
            del self._to_press[0]
            self._n_clicks += 1
            say(pressed=button.text(), n_clicks=self._n_clicks)
            QTest.mouseClick(button, Qt.MouseButton.LeftButton)

    def _buttons(self) -> list[QAbstractButton]:
        return [one for one in self._window.findChildren(QAbstractButton) if one.isVisible() and one.isEnabled()]


def main() -> int:
    """Run the application with a `Person` at it."""
    where = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    own, others = sys.argv[1:where], sys.argv[where + 1 :]
    parser = argparse.ArgumentParser()
    parser.add_argument("--ask", default="", help="the question; without it nobody types")
    parser.add_argument("--online", type=Path, help="wait for this file before pressing anything")
    parser.add_argument("--press", action="append", default=[], help="words of a button; again for the next one")
    options = parser.parse_args(own)
    original = main_window.MainWindow.show_models

    def with_person(window: main_window.MainWindow, online: Online) -> None:
        original(window, online)
        Person(window, online, options)

    main_window.MainWindow.show_models = with_person
    return app.main(others)


if __name__ == "__main__":
    sys.exit(main())
