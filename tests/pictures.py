"""Renders the screens that exist to PNG, with the real widgets: `python tests/pictures.py --out DIR`.

Every screen in both themes, both languages, at 1x and 2x; names say which: `chat-light-en-1x.png`. The engine is the
scripted one, so that the pictures are the same each time; everything else is the application itself.
`--screen NAME` renders one screen only, `--size WIDTHxHEIGHT` another window size.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

SCREENS = ("empty", "chat", "streaming", "chinese", "notice", "picker")
THEMES, LANGUAGES, SCALES = ("light", "dark"), ("en", "zh_CN"), (1, 2)

CODE_ANSWER = '''Sort the ranges by their start. Then walk through them once and extend the last range whenever the next one \
begins before it ends.

```python
def merge(ranges):
    """Join ranges that touch or overlap."""
    merged = []
    for start, end in sorted(ranges):
        if merged and start <= merged[-1][1]:
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    return merged
```

| Step | Time | Memory |
|------|------|--------|
| Sort | n log n | n |
| Walk | n | n |

1. The **sort** dominates.
2. The walk looks at each range *once*:
   - it extends the last range, or
   - it begins a new one.

> For ranges that arrive in order, `sorted` can be left out.
'''
CHINESE_ANSWER = """京都四天的行程可以这样安排：

## 第一天：东山

早上去**清水寺**，沿着二年坂和三年坂慢慢走到**八坂神社**，傍晚在祇园散步。

## 第二天：岚山

- 竹林小径：八点以前人最少
- 渡月桥与天龙寺庭园
- 乘坐嵯峨野小火车（需要预约）

| 地点 | 门票 | 建议时间 |
|------|------|----------|
| 清水寺 | 500 日元 | 早上 |
| 天龙寺 | 500 日元 | 上午 |

> 提示：一日乘车券 `700` 日元，坐三次公交就回本了。
"""
EARLIER = ("Sourdough, second try", "Letter to the landlord", "SQL: monthly totals", "Names for a cat", "Kyoto in four days")


def question_and_answer(screen: str) -> tuple[str, str]:
    """Give what the conversation on show holds."""
    if screen == "chinese":
        return "帮我安排京都四天的行程。", CHINESE_ANSWER
    return "Write a function that merges overlapping date ranges, and say what it costs.", CODE_ANSWER


class Studio:
    """The application, set up for one picture after the other."""

    def __init__(self, folder: Path, theme: str, language: str, size: tuple[int, int]) -> None:
        from desktop_app import app
        from desktop_app.paths import Paths
        from desktop_app.services.preferences import Preferences
        from desktop_app.ui.appearance import Appearance

        self.app = app
        self.application = app._make_application()
        self.paths = Paths.under(folder)
        self.paths.create()
        self.preferences = Preferences(self.paths.config / "settings.json")
        self.preferences.set("theme", theme)
        self.preferences.set("language", language)
        self.appearance = Appearance(self.application, self.preferences)
        self.size = size
        # A name for the pictures: an empty file of the size that such a model has.
        self.model = self.paths.models / "Qwen3-4B-Q4_K_M.gguf"
        with self.model.open("wb") as file:
            file.truncate(2_500_000_000)

    @staticmethod
    def starter() -> Path:
        """Give the starter model's path."""
        from desktop_app.resources import STARTER_MODEL, resource

        return resource("models", STARTER_MODEL)

    def picture(self, screen: str, target: Path) -> None:
        """Build a window in the state that `screen` names, and save what it shows."""
        from desktop_app.services import engine as engine_module
        from desktop_app.ui.main_window import MainWindow
        from tests.fakes import engine_worker

        answer = question_and_answer(screen)[1]
        if screen == "streaming":
            options = ["--words", "400", "--rate", "40"]
        else:
            options = ["--text", answer, "--rate", "120"]
        engine_module.engine_command = lambda **_: engine_worker.command(*options)
        services = self.app._build_services(self.paths, self.preferences)
        window = MainWindow(services, self.appearance)
        window.resize(*self.size)
        window.show()
        loaded: list[object] = []
        services.engine.model_loaded.connect(loaded.append)
        services.library.refresh()
        services.engine.load(self.starter() if screen == "empty" else self.model)
        self.until(lambda: bool(loaded) and len(services.library.models()) > 1)
        self.arrange(screen, services, window)
        self.settle(0.6)
        self.photograph(window).save(str(target))
        window.close()
        self.app._close_services(services)
        window.deleteLater()
        self.settle(0.1)

    def arrange(self, screen: str, services: object, window: object) -> None:
        """Bring the window into the state of `screen`."""
        from desktop_app.errors import EngineCrashed

        if screen == "empty":
            return window.open_conversation(None)
        if not services.conversations.all():
            for title in EARLIER:
                self.ask(services, title)
        conversation_id = self.ask(services, question_and_answer(screen)[0], wait=screen != "streaming")
        window.open_conversation(conversation_id)
        self.settle(1.2 if screen == "streaming" else 0.3)
        if screen == "notice":
            window.show_error(EngineCrashed("was ended by SIGSEGV", "ggml_vulkan: device lost"))
        elif screen == "picker":
            window.actions_.choose_model.trigger()
        return None

    def photograph(self, window: object) -> object:
        """Give what the person sees: the window, and the menu that is open over it."""
        from PySide6.QtGui import QPainter

        image = window.grab()
        menu = self.application.activePopupWidget()
        if menu is not None:
            painter = QPainter(image)
            painter.drawPixmap(window.mapFromGlobal(menu.pos()), menu.grab())
            painter.end()
            menu.close()
        return image

    def ask(self, services: object, text: str, wait: bool = True) -> str:
        """Ask, and wait until the answer is on disk."""
        done: list[str] = []
        services.conversations.message_changed.connect(lambda conversation_id, _message_id: done.append(conversation_id))
        conversation_id = services.conversations.ask(None, text, "Qwen3 4B")
        if wait:
            self.until(lambda: conversation_id in done)
        else:
            self.settle(0.3)
        return conversation_id

    def until(self, condition: Callable[[], bool], limit_s: float = 20) -> None:
        """Let the application run until `condition` holds."""
        deadline = time.monotonic() + limit_s
        while not condition():
            if time.monotonic() > deadline:
                raise SystemExit("the application never came that far")
            self.application.processEvents()
            time.sleep(0.005)

    def settle(self, seconds: float) -> None:
        """Let the application run for a while."""
        end = time.monotonic() + seconds
        self.until(lambda: time.monotonic() > end)


def render(options: argparse.Namespace) -> None:
    """Render every screen at one scale."""
    for screen in [options.screen] if options.screen else SCREENS:
        for theme in THEMES:
            for language in LANGUAGES:
                target = options.out / f"{screen}-{theme}-{language}-{options.scale}x.png"
                command = [sys.executable, __file__, "--out", str(options.out), "--size", options.size]
                one = [*command, "--one", f"{screen},{theme},{language}", "--scale", str(options.scale)]
                environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "QT_SCALE_FACTOR": str(options.scale)}
                subprocess.run(one, check=True, env=environment)
                print(target, flush=True)


def main() -> None:
    """Read the command line; every picture is a process of its own, because Qt reads the scale once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--screen", choices=SCREENS)
    parser.add_argument("--size", default="1240x820")
    parser.add_argument("--scale", type=int, choices=SCALES)
    parser.add_argument("--one", help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    if options.one:
        screen, theme, language = options.one.split(",")
        width, height = (int(part) for part in options.size.split("x"))
        with tempfile.TemporaryDirectory() as folder:
            studio = Studio(Path(folder), theme, language, (width, height))
            studio.picture(screen, options.out / f"{screen}-{theme}-{language}-{options.scale}x.png")
        return
    for scale in [options.scale] if options.scale else SCALES:
        options.scale = scale
        render(options)


if __name__ == "__main__":
    main()
