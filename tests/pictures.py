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

LIST_SCREENS = ("folders", "list-menu", "tags", "trash")
MESSAGE_SCREENS = ("versions", "editing", "queue", "compare")
SCREENS = ("empty", "chat", "streaming", "chinese", "reading", "notice", "picker", "search", *MESSAGE_SCREENS, *LIST_SCREENS)
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
READING_ANSWER = r"""<think>
The person wants the formula and where it comes from. Complete the square in $ax^2 + bx + c$.
</think>

For $ax^2 + bx + c = 0$ with $a \ne 0$ the solutions are[^1]

$$
x_{1,2} = \frac{-b \pm \sqrt{b^2 - 4ac}}{2a}
$$

The *discriminant* $D = b^2 - 4ac$ says how many there are:

| Discriminant | Solutions |
|:--|:--|
| $D > 0$ | two, $x_1 \ne x_2$ |
| $D = 0$ | one, $x = -\frac{b}{2a}$ |
| $D < 0$ | none in $\mathbb{R}$ |

- [x] Divide by $a$ and complete the square
- [ ] Check with $x_1 x_2 = \frac{c}{a}$ and ~~guess~~ prove it

$$
\text{速度} = \frac{\text{路程}}{\text{时间}}, \qquad A^{-1} = \begin{pmatrix} a & b \\ c & d \end{pmatrix}^{-1}
$$

- القاعدة معروفة منذ القدم
- وهي صحيحة دائما

[^1]: Known in Babylon some 4,000 years ago, without the letters.
"""
VARIANT = CODE_ANSWER.replace("Sort the ranges by their start. Then walk", "First sort by the start; then walk").replace(
    "    merged = []\n", "    merged: list[list[int]] = []\n"
)
EARLIER = ("Sourdough, second try", "Letter to the landlord", "SQL: monthly totals", "Names for a cat", "Kyoto in four days")


def question_and_answer(screen: str) -> tuple[str, str]:
    """Give what the conversation on show holds."""
    if screen == "chinese":
        return "帮我安排京都四天的行程。", CHINESE_ANSWER
    if screen == "reading":
        return "How do I solve a quadratic equation?", READING_ANSWER
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
        from desktop_app.services.conversations import Conversations
        from desktop_app.ui.main_window import MainWindow
        from tests.fakes import engine_worker

        answer = question_and_answer(screen)[1]
        if screen in ("streaming", "queue"):
            options = ["--words", "400", "--rate", "40"]
        else:
            options = ["--text", answer, "--rate", "120"]
        engine_module.engine_command = lambda **_: engine_worker.command(*options)
        services = self.app._build_services(self.paths, self.preferences, Conversations(self.paths.database))
        window = MainWindow(services, self.appearance)
        window.resize(*self.size)
        window.show()
        loaded: list[object] = []
        services.engine.model_loaded.connect(loaded.append)
        services.library.refresh()
        services.engine.load(self.starter() if screen == "empty" else self.model)
        self.until(lambda: bool(loaded) and len(services.library.models()) > 1)
        self.arrange(screen, services, window)
        self.until(lambda: not services.formulas.is_busy)
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
        is_under_way = screen in ("streaming", "queue")
        conversation_id = self.ask(services, question_and_answer(screen)[0], wait=not is_under_way)
        window.open_conversation(conversation_id)
        self.settle(1.2 if is_under_way else 0.3)
        if screen == "notice":
            window.show_error(EngineCrashed("was ended by SIGSEGV", "ggml_vulkan: device lost"))
        elif screen == "picker":
            window.actions_.choose_model.trigger()
        elif screen == "search":
            window.searching.field.set_text("range")
        elif screen in MESSAGE_SCREENS:
            self.arrange_messages(screen, services, window, conversation_id)
        elif screen in LIST_SCREENS:
            self.arrange_list(screen, services, window, conversation_id)
        return None

    def arrange_messages(self, screen: str, services: object, window: object, conversation_id: str) -> None:
        """Bring the messages on show into the state of `screen`."""
        conversations, actions = services.conversations, window.message_actions
        if screen == "queue":
            conversations.queue(conversation_id, "And the same in Rust, please, with tests.")
            conversations.queue(conversation_id, "Then explain the difference in memory.")
            return
        question, answer = (message.id for message in conversations.branch(conversation_id))
        if screen == "editing":
            return actions.do("edit", question)
        for text in (VARIANT, CODE_ANSWER.replace("Step", "Stage")):
            version = conversations.edit(answer, text, "Qwen3 4B")
            self.until(lambda version=version: version in conversations.versions(answer))
        conversations.show_version(conversations.versions(answer)[1])
        self.settle(0.3)
        if screen == "compare":
            actions.do("compare", conversations.versions(answer)[1])
            self.settle(0.3)

    def arrange_list(self, screen: str, services: object, window: object, conversation_id: str) -> None:
        """Fill the sidebar with folders, tags, pins and signs; open the menu, the dialog or the trash of `screen`."""
        from PySide6.QtCore import QPoint

        from desktop_app.chat.conversation import Conversation

        conversations, now_ms = services.conversations, time.time_ns() // 1_000_000
        titles = (
            "What is quantization?",
            "Rust lifetimes, explained slowly",
            "Garden plan for the north side",
            "发给房东的信",
            "Old notes",
        )
        made = [
            conversations.import_conversation(
                Conversation("", title, True, now_ms - n_days * 86_400_000, now_ms - n_days * 86_400_000), ()
            )
            for n_days, title in enumerate(titles)
        ]
        ids = {one.title: one.id for one in conversations.all()} | dict(zip(titles, made, strict=True))
        conversations.pin([made[0]], True)
        work, home = conversations.add_folder("Work"), conversations.add_folder("Home and garden")
        conversations.move([made[1], ids["SQL: monthly totals"]], work)
        conversations.move([made[2], made[3]], home)
        conversations.tag([ids["SQL: monthly totals"], made[1]], ["code"])
        conversations.tag([ids["Kyoto in four days"]], ["travel", "Japan"])
        for title, id_ in ids.items():
            conversations.set_unread(id_, title == "Names for a cat")
        conversations.trash(made[4])
        conversations.tag([conversation_id], ["code"])
        self.until(lambda: len(window.list_model.in_folder(home)) == 2 and len(conversations.trashed()) == 1)
        window.list_model.set_collapsed(home, True)
        private = conversations.ask(None, "Something between us", "Qwen3 4B", is_private=True)
        self.until(lambda: window.list_model.row_of(private) is not None)
        self.settle(0.5)
        conversations.set_unread(private, False)
        window.list_model.set_answering(ids["Sourdough, second try"], True)
        if screen == "list-menu":
            window.sidebar.list.menu_requested.emit([conversation_id], "", window.mapToGlobal(QPoint(120, 330)))
        elif screen == "tags":
            window.actions_.tags.trigger()
        elif screen == "trash":
            conversations.trash(ids["Names for a cat"], ids["Letter to the landlord"])
            self.until(lambda: len(conversations.trashed()) == 3)
            window.actions_.show_trash.trigger()

    def photograph(self, window: object) -> object:
        """Give what the person sees: the window, and the menu that is open over it."""
        from PySide6.QtGui import QPainter

        image = window.grab()
        menu = self.application.activePopupWidget() or self.application.activeModalWidget()
        if menu is not None:
            painter = QPainter(image)
            is_dialog = menu is self.application.activeModalWidget()
            at = window.rect().center() - menu.rect().center() if is_dialog else window.mapFromGlobal(menu.pos())
            painter.drawPixmap(at, menu.grab())
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
