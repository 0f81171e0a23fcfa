"""The whole application with somebody at the keyboard: run as a program, killed by the tests.

`python tests/driven.py [options] -- [arguments of hearth]` starts the application as its own command line would,
and at the first paint begins to type with real key events. What the application has *acknowledged* is printed, one
JSON object a line: {"asked": text} once a question is on disk, {"shown": n} characters of the answer that are on
the screen, {"typed": n} letters of what --draft, --grammar or --page say, {"engine": pid}, {"finished": true}. A test kills the
process and compares this with what is on disk.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

from desktop_app import app
from desktop_app.chat.message import Role
from desktop_app.services import Services
from desktop_app.services import engine as engine_module
from desktop_app.ui import main_window

DRAFT_LETTER = "d"
PAGES = ("local", "hub", "downloads", "network")
PAGE_MS = 400
"""Longer than what a page puts off: a search begins 300 ms after the last letter."""


def say(**facts: object) -> None:
    """Print what is now true. Unbuffered: the process may be killed at any moment."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()


class Person(QObject):
    """Types questions, waits for answers, types a draft while an answer comes."""

    def __init__(self, window: main_window.MainWindow, services: Services, options: argparse.Namespace) -> None:
        super().__init__(window)
        self._window, self._services, self._options = window, services, options
        self._n_shown = 0
        self._n_typed = 0
        self._n_asked = 0
        self._stopped = ""
        self._written: QPlainTextEdit | None = None
        self._draft_timer = QTimer(self, interval=40)
        self._draft_timer.timeout.connect(self._type_draft)
        services.conversations.message_added.connect(self._on_message_added)
        services.generation.text_appended.connect(self._on_text)
        services.generation.answer_finished.connect(self._on_finished)
        services.engine.model_loaded.connect(lambda _model: say(engine=services.engine.pid))

    def begin(self) -> None:
        """Type the first question, or what the options say."""
        if not (self._options.grammar or self._options.page):
            self._ask()
        elif hasattr(self._window, "personas"):
            self._open_grammar() if self._options.grammar else self._open_page_to_write()
        else:  # what comes after the first paint is not there yet
            QTimer.singleShot(20, self, self.begin)

    def _open_grammar(self) -> None:
        self._window.actions_.show_talk_panel.trigger()
        panel = self._window.talk.panel
        panel.more.setChecked(True)
        panel.list.open_group("form")
        self._write_in(panel.list.rows["grammar"].edit)

    def _open_page_to_write(self) -> None:
        place = getattr(self._window, self._options.page)
        place.toggle_page()
        place.page.new_button.click()
        self._write_in(place.page.editor.texts[0])

    def _write_in(self, editor: QPlainTextEdit) -> None:
        self._written = editor
        editor.setFocus()
        self._draft_timer.start()

    def _editor(self) -> QPlainTextEdit | QTextEdit:
        return next(iter(self._window.findChildren(QPlainTextEdit) + self._window.findChildren(QTextEdit)))

    def _ask(self) -> None:
        self._n_asked += 1
        editor = self._editor()
        editor.selectAll()
        QTest.keyClicks(editor, f"{self._options.ask} {self._n_asked}")
        QTest.keyClick(editor, Qt.Key.Key_Return)

    def _on_message_added(self, _conversation_id: str, message_id: str) -> None:
        message = self._services.conversations.message(message_id)
        if message.role is Role.USER:
            say(asked=message.text)
            self._n_shown = 0
            if self._options.draft:
                self._n_typed = 0
                self._draft_timer.start()

    def _type_draft(self) -> None:
        QTest.keyClicks(self._written or self._editor(), DRAFT_LETTER)
        self._n_typed += 1
        say(typed=self._n_typed)

    def _on_text(self, _conversation_id: str, message_id: str, text: str) -> None:
        self._n_shown += len(text)
        say(shown=self._n_shown, message=message_id)
        if 0 < self._options.stop_after <= self._n_shown and self._stopped != message_id:
            self._stopped = message_id
            QTest.keyClick(self._editor(), Qt.Key.Key_Escape)

    def _on_finished(self, _conversation_id: str, _message_id: str) -> None:
        say(finished=True)
        self._draft_timer.stop()
        if self._n_asked < self._options.questions:
            QTimer.singleShot(50, self, self._ask)
        elif self._options.pages and hasattr(self._window, "models"):
            self._open_page(0)
        elif self._options.pages:  # what comes after the first paint is not there yet
            QTimer.singleShot(20, self, lambda: self._on_finished(_conversation_id, _message_id))
        elif self._options.quit:
            QTimer.singleShot(200, self, self._window.close)

    def _open_page(self, number: int) -> None:
        """Look at each page about models for a moment, and touch nothing on it; then leave."""
        if number == len(PAGES):
            self._window.close()
            return
        self._window.models.show(PAGES[number])
        say(page=self._window.models.page.current)
        QTimer.singleShot(PAGE_MS, self, lambda: self._open_page(number + 1))


def main() -> int:
    """Run the application with a `Person` at it."""
    where = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
    own, others = sys.argv[1:where], sys.argv[where + 1 :]
    parser = argparse.ArgumentParser()
    parser.add_argument("--ask", default="", help="first words of every question; without it nobody types")
    parser.add_argument("--questions", type=int, default=1)
    parser.add_argument("--draft", action="store_true", help="type a draft while the answer comes")
    parser.add_argument("--grammar", action="store_true", help="type a grammar that is never right, for the new chat")
    parser.add_argument("--page", choices=("personas", "prompts"), help="type the text of a new one on this page")
    parser.add_argument("--stop-after", type=int, default=0, help="press Escape after so many characters of an answer; 0: never")
    parser.add_argument("--quit", action="store_true", help="close the window after the last answer")
    parser.add_argument("--pages", action="store_true", help="after the last answer open the pages about models, then close")
    parser.add_argument("--engine", default="", help="command line of the scripted engine; without it: the real one")
    options = parser.parse_args(own)
    if options.engine:
        from tests.fakes import engine_worker

        engine_module.engine_command = lambda **_: engine_worker.command(*options.engine.split())
    original = main_window.MainWindow.__init__

    def with_person(window: main_window.MainWindow, services: Services, *rest: object) -> None:
        original(window, services, *rest)
        if options.ask or options.grammar or options.page:
            window.first_painted.connect(Person(window, services, options).begin)

    main_window.MainWindow.__init__ = with_person
    return app.main(others)


if __name__ == "__main__":
    sys.exit(main())
