"""The screens of `tests/screens.py` without the time that they take: one window for all, no process, no waiting.

Everything is the application's own except the engine, which is said to have a model and never answers.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from PySide6.QtCore import QCoreApplication, QEvent, QSize
from PySide6.QtWidgets import QApplication, QWidget

from desktop_app import app
from desktop_app.paths import Paths
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import EngineState
from desktop_app.services.preferences import Preferences
from desktop_app.ui.appearance import Appearance
from desktop_app.ui.composer.quick_window import QuickWindow
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.main_window import MainWindow
from desktop_app.ui.notices import NoticeBar
from desktop_app.ui.palette.palette import Palette
from desktop_app.ui.sidebar.sidebar import WIDTH
from tests.fakes.services import model_info
from tests.screens import EARLIER, MODEL, SCREENS, Scene, question_and_answer


class Stage:
    """One window over real services, brought from screen to screen; stands in the place of `screens.Studio`."""

    def __init__(self, application: QApplication, folder: Path, size: QSize, **settings: Any) -> None:
        self.application = application
        self.preferences = Preferences(folder / "settings.json")
        # Screens follow each other faster than anything fades, and what fades would be deleted in the middle of it.
        for key, value in {"motion": "off", **settings}.items():
            self.preferences.set(key, value)
        self.appearance = Appearance(application, self.preferences)
        paths = Paths.under(folder)
        paths.create()
        with (paths.models / "Qwen3-4B-Q4_K_M.gguf").open("wb") as file:
            file.truncate(2_500_000_000)
        self.services = app._build_services(paths, self.preferences, Conversations(paths.database))
        self._give_a_model(self.services.engine)
        self.window = MainWindow(self.services, self.appearance)
        self.window.resize(size)
        self.window.show()
        self.window.show_context()
        self.window.show_model_talk()
        self.window.show_prompts()
        # Once is enough: the screens ask for it, each in a window of its own.
        self.window.show_prompts = lambda: None  # type: ignore[method-assign]
        self.services.engine.model_loaded.emit(self.services.engine.model)
        self._scene = Scene(self, self.services, self.window)  # type: ignore[arg-type]
        for place, title in enumerate(EARLIER):
            self._scene.store(title, self._now_ms() - 3_600_000 + place * 1000)

    @staticmethod
    def _give_a_model(engine: Any) -> None:
        engine._model, engine._state = model_info("/models/Qwen3-4B-Q4_K_M.gguf", name=MODEL), EngineState.READY
        tasks = iter(range(1, 1_000_000))
        for name in ("generate", "count_tokens", "measure"):
            setattr(engine, name, lambda *_, **__: next(tasks))

    @staticmethod
    def _now_ms() -> int:
        return time.time_ns() // 1_000_000

    def settle(self, _seconds: float) -> None:
        """Let happen what is due."""
        assert self.services.conversations.flush()
        for _ in range(2):
            self.application.processEvents()

    def until(self, condition: Callable[[], bool], limit_s: float = 5) -> None:
        """Let the application run until `condition` holds."""
        deadline = time.monotonic() + limit_s
        while not condition():
            assert time.monotonic() < deadline
            self.application.processEvents()

    def show(self, screen: str) -> list[QWidget]:
        """Bring the window to a screen, and give what there is to see: the window, or what is open over it."""
        if screen != "empty":
            question, answer = question_and_answer(screen)
            self._scene.id = self._scene.store(question, self._now_ms(), (question, answer))
            self.window.open_conversation(self._scene.id)
            self.settle(0)
        SCREENS[screen](self._scene)
        self.settle(0)
        return self.open_now()

    def open_now(self) -> list[QWidget]:
        """Give what lies over the window, and the window itself where nothing does."""
        over = [one for one in (*self.window.findChildren(Dialog), *_quick_windows()) if one.isVisible()]
        popup = self.application.activePopupWidget()
        return [*over, *([popup] if popup is not None else [])] or [self.window]

    def clear(self) -> None:
        """Go back to where every screen begins."""
        window, actions = self.window, self.window.actions_
        while (popup := self.application.activePopupWidget()) is not None:
            popup.close()
        for quick in _quick_windows():
            quick.hide()
        for dialog in window.findChildren(Dialog):
            dialog.close()
            dialog.deleteLater()
        for bar in window.findChildren(NoticeBar):
            bar.closed.emit()
        for palette in window.findChildren(Palette):
            palette.close_it()
        window.editing.leave()
        if window.transcript._find_bar is not None:
            window.transcript._find_bar.hide()
        if actions.show_source.isChecked():
            actions.show_source.trigger()
        if actions.show_talk_panel.isChecked():
            actions.show_talk_panel.trigger()
        window.searching.field.edit.clear()
        window.sidebar.show_in_place_of_list(None)
        window._splitter.set_side(WIDTH, is_visible=True)
        window.empty_state.set_card(None)
        window.open_conversation(None)
        window.composer.set_text("")
        if hasattr(window, "models"):
            self._forget_models()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)

    def _forget_models(self) -> None:
        """Let go of the page about models: every screen of it makes one."""
        place = self.window.models
        if place._page is not None:
            place._page.deleteLater()
        place.deleteLater()
        del self.window.models

    def close(self) -> None:
        """End everything."""
        self.clear()
        self.window.close()
        self.window.deleteLater()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        app._close_services(self.services)
        self.appearance.close()
        self.appearance.deleteLater()


@contextmanager
def stage(application: QApplication, folder: Path, size: QSize, **settings: Any) -> Iterator[Stage]:
    """Give a stage, and leave the application as it was."""
    palette, font = application.palette(), application.font()
    application.setStyle("Fusion")
    made = Stage(application, folder, size, **settings)
    try:
        yield made
    finally:
        made.close()
        application.setPalette(palette)
        application.setFont(font)


def _quick_windows() -> list[QuickWindow]:
    return [one for one in QApplication.topLevelWidgets() if isinstance(one, QuickWindow)]
