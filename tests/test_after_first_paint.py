"""The whole application begins in small turns: what is slow to import is imported by a thread, and no press is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from desktop_app.after_first_paint import AfterFirstPaint
from desktop_app.errors import AppError, FileUnreadable

ROOT = Path(__file__).resolve().parents[1]

BEGINS = """
import json, linecache, sys, threading
from desktop_app import app
from desktop_app.after_first_paint import AfterFirstPaint

window_thread, here, elsewhere, turns = threading.get_ident(), [], [], []
run, end, first = AfterFirstPaint.run, AfterFirstPaint._end_beginning, threading.Event()

def watched_run(self):
    from desktop_app.services.imports import TurnImports
    turn = TurnImports._on_turn
    def watched_turn(self):
        turns.append(1)
        turn(self)
    TurnImports._on_turn = watched_turn
    run(self)
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    first.set()
    QTest.keyClick(self._window.composer.edit, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(self._window.composer.edit, "typed at once")

def watched_end(self):
    end(self)
    first.clear()
    shown = self._window.centre.page is not None
    sources = [name for name in linecache.cache if "desktop_app" in name]
    from PySide6.QtCore import QObject
    with_qt = [name for name in elsewhere if any(isinstance(one, type(QObject)) for one in vars(sys.modules.get(name, json)).values())]
    print(json.dumps({"elsewhere": elsewhere, "with_qt": with_qt, "in_both": sorted({*here} & {*elsewhere}), "shown": shown, "typed": self._window.composer.text(), "sources": sources,
                      "n_turns": len(turns), "finders": [type(one).__name__ for one in sys.meta_path]}))
    self._window.close()

class Notes:
    def find_spec(self, name, path, target=None):
        (here if threading.get_ident() == window_thread else elsewhere).append(name)

sys.meta_path.insert(0, Notes())
AfterFirstPaint.run, AfterFirstPaint._end_beginning = watched_run, watched_end
sys.exit(app.main(["--data-dir", sys.argv[1]]))
"""


OPENS = """
import json, sys
from desktop_app import app
from desktop_app.after_first_paint import AfterFirstPaint

end = AfterFirstPaint._end_beginning

def watched_end(self):
    end(self)
    print(json.dumps({"sentences": self._window.notices.sentences()}))
    self._window.close()

AfterFirstPaint._end_beginning = watched_end
sys.exit(app.main(["--data-dir", *sys.argv[1:]]))
"""


def begun(tmp_path: Path, program: str = BEGINS, *more: str) -> dict[str, Any]:
    """Give what was found when the application began."""
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "data"), *more],
        cwd=ROOT, env={**os.environ, "QT_QPA_PLATFORM": "offscreen"}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def test_what_comes_after_the_first_paint_does_not_stop_the_window(tmp_path: Path) -> None:
    found = begun(tmp_path)

    assert found["n_turns"] > 20, "imports leave the window turns of its own"
    assert found["typed"] == "typed at once"
    assert found["shown"], "a key was pressed before its page was there"
    assert found["sources"] == [], "the binding reads the source of what is imported after it"
    assert "_OneByOne" not in found["finders"]


def test_no_other_thread_imports_what_has_classes_of_qt(tmp_path: Path) -> None:
    found = begun(tmp_path)

    assert found["elsewhere"] != [], "what is read of them is true"
    assert [name for name in found["in_both"] if name.startswith("desktop_app")] == [], "it might take one that is broken off"
    assert found["with_qt"] == [], "a class that is made while the window looks for one ends the process"


def test_a_double_click_on_what_is_no_model_is_answered_in_the_window(tmp_path: Path) -> None:
    (tmp_path / "page.gguf").write_text("<html>")

    first = begun(tmp_path, OPENS, str(tmp_path / "page.gguf"))
    second = begun(tmp_path, OPENS, str(tmp_path / "gone.gguf"))

    assert "“page.gguf” is not a model that Hearth can use; choose another file." in first["sentences"]
    assert "The model file “gone.gguf” is no longer where it was; put it back, or choose another model." in second["sentences"]


@pytest.mark.parametrize(
    ("is_loop", "problem", "is_held"),
    [(False, None, False), (True, None, True), (False, FileUnreadable("/x/settings.json", "not JSON"), True)],
    ids=["a usual start", "in a loop of crashes", "with settings that could not be read"],
)
def test_downloads_go_on_by_themselves_only_where_the_person_is_known_to_want_that(
    is_loop: bool, problem: AppError | None, is_held: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[bool] = []
    downloads = SimpleNamespace(begin=lambda *, is_held: begun.append(is_held))
    monkeypatch.setattr("desktop_app.services.online.make_online", lambda *_, **__: SimpleNamespace(downloads=downloads))
    after: Any = AfterFirstPaint.__new__(AfterFirstPaint)
    after._options, after._starts = SimpleNamespace(offline=False), SimpleNamespace(is_loop=is_loop)
    after._services = SimpleNamespace(preferences=SimpleNamespace(problem=problem))
    after._window = SimpleNamespace(show_models=lambda _online: None)
    after._show_models()
    assert begun == [is_held]
