"""The screens that `pictures.py` takes: the application itself, brought into each state; only the engine is scripted."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QPoint, QRect, QUrl
from PySide6.QtGui import QColor, QPainter, QPixmap

from desktop_app import app
from desktop_app.chat.attachment import Attachment
from desktop_app.chat.conversation import Conversation
from desktop_app.chat.message import GenerationStats, Message, MessageState, Role, new_id
from desktop_app.errors import EngineCrashed, FileUnreadable
from desktop_app.exchange.found import SkipReason, Source
from desktop_app.paths import Paths
from desktop_app.resources import STARTER_MODEL, resource
from desktop_app.services import engine as engine_module
from desktop_app.services.conversations import Conversations
from desktop_app.services.exchange import ImportReport, Imports, Outcome
from desktop_app.services.preferences import Preferences
from desktop_app.storage.copies import import_conversation
from desktop_app.ui.appearance import Appearance
from desktop_app.ui.composer.quick_window import QuickWindow
from desktop_app.ui.dialogs.details import DetailsDialog
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.dialogs.importing import ImportDialog
from desktop_app.ui.dialogs.links import LinkDialog
from desktop_app.ui.main_window import MainWindow
from tests.fakes import engine_worker
from tests.screens_of_context import CONTEXT_SCREENS
from tests.screens_of_data import DATA_SCREENS
from tests.screens_of_desktop import DESKTOP_SCREENS
from tests.screens_of_dialogs import DIALOG_SCREENS, chat_template_edited
from tests.screens_of_models import MODELS_SCREENS
from tests.screens_of_parameters import PARAMETER_SCREENS
from tests.screens_of_personas import PERSONA_SCREENS
from tests.screens_of_prompts import PROMPT_SCREENS, removed

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
OLDER = (
    "What is quantization?",
    "Rust lifetimes, explained slowly",
    "Garden plan for the north side",
    "发给房东的信",
    "Old notes",
)
CSV = "month,total\n2026-01,1204.50\n2026-02,980.00\n2026-03,1377.25\n"
MODEL = "Qwen3 4B"
DAY_MS = 86_400_000
_STREAMING = ("streaming", "queue")


def question_and_answer(screen: str) -> tuple[str, str]:
    """Give what the conversation on show holds."""
    if screen == "chinese":
        return "帮我安排京都四天的行程。", CHINESE_ANSWER
    if screen in ("reading", "thought", "source"):
        return "How do I solve a quadratic equation?", READING_ANSWER
    return "Write a function that merges overlapping date ranges, and say what it costs.", CODE_ANSWER


class Studio:
    """The application in one look, set up for one picture after the other."""

    def __init__(self, folder: Path, theme: str, language: str, size: tuple[int, int]) -> None:
        self.application = app._make_application()
        self.folder, self.size = folder, size
        self.preferences = Preferences(folder / "settings.json")
        self.preferences.set("theme", theme)
        self.preferences.set("language", language)
        self.appearance = Appearance(self.application, self.preferences)

    def picture(self, screen: str, target: Path) -> None:
        """Build a window in the state that `screen` names, and save what it shows."""
        if screen in _STREAMING:
            options = ["--words", "400", "--rate", "40"]
        else:
            options = ["--text", question_and_answer(screen)[1], "--rate", "120"]
        options += ["--name", MODEL]
        engine_module.engine_command = lambda **_: engine_worker.command(*options)
        paths = Paths.under(self.folder / screen)
        paths.create()
        # A name for the pictures: an empty file of the size that such a model has.
        model = paths.models / "Qwen3-4B-Q4_K_M.gguf"
        with model.open("wb") as file:
            file.truncate(2_500_000_000)
        services = app._build_services(paths, self.preferences, Conversations(paths.database))
        window = MainWindow(services, self.appearance)
        window.resize(*self.size)
        window.show()
        window.show_context()
        window.show_model_talk()
        window.show_prompts()
        loaded: list[object] = []
        services.engine.model_loaded.connect(loaded.append)
        services.library.refresh()
        services.engine.load(resource("models", STARTER_MODEL) if screen == "empty" else model)
        self.until(lambda: bool(loaded) and len(services.library.models()) > 1)
        Scene(self, services, window).arrange(screen)
        self.until(lambda: not services.formulas.is_busy)
        self.settle(0.5)
        self.photograph(window).save(str(target))
        windows = [one for one in self.application.topLevelWidgets() if isinstance(one, QuickWindow)]
        for one in (*window.findChildren(Dialog), *windows):
            one.close()
        window.close()
        app._close_services(services)
        window.deleteLater()
        self.settle(0.1)

    def photograph(self, window: MainWindow) -> QPixmap:
        """Give what the person sees: the window, and the menu or dialog that is open over it."""
        image = window.grab()
        menu = self.application.activePopupWidget()
        dialogs = [one for one in window.findChildren(Dialog) if one.isVisible()]
        painter = QPainter(image)
        for one in dialogs[-1:]:
            at = window.rect().center() - one.rect().center()
            painter.drawPixmap(at, one.grab())
            # The frame is the window system's, of which there is none.
            painter.setPen(QColor(self.appearance.theme.line))
            painter.drawRect(QRect(at, one.size()).adjusted(-1, -1, 0, 0))
        for one in self.application.topLevelWidgets():
            if isinstance(one, QuickWindow) and one.isVisible():
                painter.drawPixmap((window.width() - one.width()) // 2, window.height() // 5, one.grab())
        if menu is not None:
            painter.drawPixmap(window.mapFromGlobal(menu.pos()), menu.grab())
            menu.close()
        painter.end()
        return image

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


class Scene:
    """One window with conversations, and the way to each screen."""

    def __init__(self, studio: Studio, services: Any, window: MainWindow) -> None:
        self.studio, self.services, self.window = studio, services, window
        self.conversations: Conversations = services.conversations
        self.id = ""

    def arrange(self, screen: str) -> None:
        """Bring the window into the state of `screen`."""
        if screen == "empty":
            self.window.open_conversation(None)
            return
        now_ms = time.time_ns() // 1_000_000
        for place, title in enumerate(EARLIER):
            self.store(title, now_ms - 3_600_000 + place * 1000)
        question, answer = question_and_answer(screen)
        if screen in _STREAMING:
            self.id = self.conversations.ask(None, question, MODEL)
            self.studio.settle(0.3)
            self.window.open_conversation(self.id)
            self.studio.settle(1.2)
        else:
            self.id = self.store(question, now_ms, (question, answer))
            self.window.open_conversation(self.id)
            self.studio.settle(0.3)
        SCREENS[screen](self)

    def store(self, title: str, updated_ms: int, texts: Sequence[str] = (), **last: Any) -> str:
        """Have a conversation on disk, with questions and answers; `last` are other values for the last message."""
        conversation_id, messages = new_id(), list[Message]()
        stats = GenerationStats("eos", 42, 0, 118, 310.0, 2_410.0, 420.0, 1_400.0)
        for text in texts:
            role = Role.ASSISTANT if len(messages) % 2 else Role.USER
            parent = messages[-1].id if messages else None
            one = Message(new_id(), conversation_id, parent, role, text, updated_ms)
            messages.append(replace(one, model=MODEL, stats=stats) if role is Role.ASSISTANT else one)
        if last:
            messages[-1] = replace(messages[-1], **last)
        new = Conversation(conversation_id, title[:60], False, updated_ms, updated_ms)
        work = partial(import_conversation, conversation_id=conversation_id, new=new, messages=messages)
        self.conversations.in_writer(work, lambda _: self.conversations.conversation_added.emit(conversation_id))
        self.flush()
        return conversation_id

    def show(self, title: str, texts: Sequence[str], **last: Any) -> None:
        """Have another conversation on disk, and show it."""
        self.id = self.store(title, time.time_ns() // 1_000_000, texts, **last)
        self.window.open_conversation(self.id)
        self.studio.settle(0.2)

    def flush(self) -> None:
        """Wait for the disk, and let the window hear of it."""
        assert self.conversations.flush()
        self.studio.settle(0.05)

    @property
    def theme(self) -> Any:
        """The theme that is on."""
        return self.studio.appearance.theme

    # What stands in the middle

    def as_it_is(self) -> None:
        """Show the conversation."""

    def thought(self) -> None:
        """Unfold what the model thought."""
        self.window.transcript.view.unfolding.toggle(1)
        self.window.transcript.view.verticalScrollBar().setValue(0)

    def source(self) -> None:
        """Show the messages as they were written."""
        self.window.actions_.show_source.trigger()

    def find(self) -> None:
        """Look for a word in the conversation."""
        self.window.actions_.find.trigger()
        self.window.transcript._find_bar.field.setText("range")  # type: ignore[union-attr]

    def notice(self) -> None:
        """Have the engine end."""
        self.window.show_error(EngineCrashed("was ended by SIGSEGV", "ggml_vulkan: device lost"))

    def notices(self) -> None:
        """Have several things go wrong, one of them at length."""
        self.conversations.trash(self.store("Old", 0))
        self.flush()
        self.window.show_error(FileUnreadable("/home/anna/Documents/2026/Accounts/yearly statement.csv", "EACCES"))
        self.window.show_bug("Traceback (most recent call last):")

    def failed(self) -> None:
        """Show an answer that has failed."""
        error = ("EngineCrashed", json.dumps(EngineCrashed("was ended by SIGSEGV", "").as_dict()))
        texts = ("Which is faster?", "Measure it.", "And in Rust?", "")
        self.show("Which is faster?", texts, state=MessageState.FAILED, error=error, stats=None)

    def stopped(self) -> None:
        """Show an answer that was stopped."""
        stats = GenerationStats("cancelled", 42, 0, 12, 310.0, 410.0, 420.0)
        self.show("And in Rust?", ("And in Rust?", "In Rust the ranges are a `Vec` of"), stats=stats)

    def search(self) -> None:
        """Search everything."""
        self.store("Ranges", 0, ("Which range?", "Every range that touches another, in any order."))
        self.window.searching.field.set_text("range")

    def search_older(self) -> None:
        """Come to the end of what was found first, with the keyboard."""
        self.store("Ranges", 0, [f"Range {number} of many: from here to there." for number in range(60)])
        self.window.searching.field.set_text("many")
        hits = self.window.searching._shown_panel()
        self.studio.until(lambda: hits.model.rowCount() > 50)
        hits.take_keyboard()
        hits.list.setCurrentIndex(hits.model.index(hits.model.rowCount() - 1))

    def private(self) -> None:
        """Begin a conversation that is never on disk."""
        self.window.actions_.new_private_chat.trigger()
        self.studio.settle(0.2)
        self.window.composer.set_text("Between you and me:\nwhat is a good present for someone who has everything?")

    # Messages

    def versions(self) -> None:
        """Have three versions of the answer, the second on show."""
        answer = self.conversations.branch(self.id)[1].id
        for text in (VARIANT, CODE_ANSWER.replace("Step", "Stage")):
            self.conversations.edit(answer, text, MODEL)
            self.flush()
        self.conversations.show_version(self.conversations.versions(answer)[1])
        self.studio.settle(0.3)

    def compare(self) -> None:
        """Compare two versions."""
        self.versions()
        self.window.message_actions.do("compare", self.conversations.branch(self.id)[1].id)
        self.studio.settle(0.3)

    def editing(self) -> None:
        """Change the question."""
        self.window.message_actions.do("edit", self.conversations.branch(self.id)[0].id)

    def queue(self) -> None:
        """Let two messages wait for the end of the answer."""
        self.conversations.queue(self.id, "And the same in Rust, please, with tests.")
        self.conversations.queue(self.id, "Then explain the difference in memory.")

    def attachments(self) -> None:
        """Attach files to a message, and have some in the next."""
        names = ("totals.csv", "Protokoll der Besprechung vom 12. März, zweite Fassung.md")
        files = tuple(Attachment(new_id(), name, CSV * 40, len(CSV) * 40) for name in names)
        self.show("March", ("What do these two say about March?",), attachments=files)
        for name in ("notes.txt", *names):
            self.conversations.save_draft_attachment(self.id, Attachment(new_id(), name, CSV * 40, len(CSV) * 40))

    def held(self) -> None:
        """Send a message while one of its files is still being read."""
        self.attachments()
        self.studio.settle(0.2)
        self.window.composer.set_text("Which month was the best?")
        self.window.composer.set_reading(True)
        self.window.composer._on_send_requested()

    def attachment(self) -> None:
        """Read a file that was attached."""
        self.window.attaching.show_attachment(Attachment("a", "totals.csv", CSV * 12, len(CSV) * 12))

    def message_menu(self) -> None:
        """Open the menu of the answer to a question that was removed."""
        question, answer = (one.id for one in self.conversations.branch(self.id)[:2])
        self.conversations.remove_message(question)
        self.flush()
        where = self.window.transcript.view.mapToGlobal(QPoint(300, 180))
        self.window.transcript.view.menu_requested.emit(answer, "https://example.org", where)

    # The list

    def folders(self) -> None:
        """Fill the sidebar with folders, tags, pins and signs."""
        conversations, now_ms = self.conversations, time.time_ns() // 1_000_000
        made = [self.store(title, now_ms - n_days * DAY_MS) for n_days, title in enumerate(OLDER)]
        ids = {one.title: one.id for one in conversations.all()}
        conversations.pin([made[0]], True)
        work, home = conversations.add_folder("Work"), conversations.add_folder("Home and garden")
        conversations.move([made[1], ids["SQL: monthly totals"]], work)
        conversations.move([made[2], made[3]], home)
        conversations.tag([ids["SQL: monthly totals"], made[1], self.id], ["code"])
        conversations.tag([ids["Kyoto in four days"]], ["travel", "Japan"])
        conversations.set_unread(ids["Names for a cat"], True)
        self.flush()
        self.window.list_model.set_collapsed(home, True)
        conversations.ask(None, "Something between us", MODEL, is_private=True)
        self.studio.settle(0.5)
        self.window.list_model.set_answering(ids["Sourdough, second try"], True)

    def marked(self) -> None:
        """Mark several conversations, and open their menu."""
        self.folders()
        shown = self.window.sidebar.list
        for title in ("Names for a cat", "Letter to the landlord"):
            found = next(one.id for one in self.conversations.all() if one.title == title)
            row = self.window.list_model.row_of(found)
            assert row is not None
            shown.selectionModel().select(self.window.list_model.index(row), shown.selectionModel().SelectionFlag.Select)
        shown.menu_requested.emit(shown.selected_ids(), "", self.window.mapToGlobal(QPoint(120, 330)))

    def list_menu(self) -> None:
        """Open the menu of a conversation."""
        self.folders()
        self.conversations.remove_message(self.conversations.branch(self.id)[0].id)
        self.flush()
        self.window.sidebar.list.menu_requested.emit([self.id], "", self.window.mapToGlobal(QPoint(120, 330)))

    def folder_menu(self) -> None:
        """Open the menu of a folder."""
        self.folders()
        folder = self.conversations.folders()[1].id
        self.window.sidebar.list.menu_folder_id = folder
        self.window.sidebar.list.menu_requested.emit([], folder, self.window.mapToGlobal(QPoint(120, 330)))

    def tags(self) -> None:
        """Choose tags."""
        self.folders()
        self.window.actions_.tags.trigger()

    def trash(self) -> None:
        """Look into the trash, at a conversation in it."""
        self.folders()
        ids = {one.title: one.id for one in self.conversations.all()}
        self.conversations.trash(ids["Names for a cat"], ids["Letter to the landlord"], self.id)
        self.flush()
        self.window.actions_.show_trash.trigger()
        self.window.open_conversation(self.id)

    # In and out

    def picker(self) -> None:
        """Choose a model."""
        self.window.actions_.choose_model.trigger()

    def settings(self) -> None:
        """Open the menu below the list."""
        self.window.sidebar.settings_more.click()

    def export_one(self) -> None:
        """Take a conversation out."""
        self.window.actions_.export.trigger()

    def export_all(self) -> None:
        """Take everything out."""
        self.window.actions_.export_all.trigger()

    def import_choice(self) -> None:
        """Choose what comes in."""
        self.window.actions_.import_conversations.trigger()

    def import_report(self) -> None:
        """Read what came in."""
        imports = Imports(self.conversations, self.services.backups, parent=self.window)
        dialog = ImportDialog(imports, self.theme, self.window)
        skipped = Outcome("Plans for the summer", SkipReason.ALREADY_HERE), Outcome("untitled", SkipReason.EMPTY)
        taken = [Outcome(title, None, Source.CHATGPT, True, 12) for title in (*EARLIER, *OLDER)]
        counts = ((SkipReason.ALREADY_HERE, 1), (SkipReason.EMPTY, 1))
        dialog._on_finished(ImportReport("x.zip", (*skipped, *taken), 10, 0, 120, 3, 2, 4, counts))
        dialog.show()

    def backups(self) -> None:
        """Look at the backups."""
        from desktop_app.ui.dialogs.backups import BackupsDialog

        made: list[object] = []
        self.services.backups.backup_made.connect(made.append)
        for reason in ("daily", "manual"):
            self.services.backups.make(reason)
            self.studio.until(lambda: len(made) == 1)
            made.clear()
        BackupsDialog(self.services.backups, self.theme, self.window).open()

    def link(self) -> None:
        """Ask before a link is opened."""
        LinkDialog(QUrl("https://example.org/a/very/long/path?with=query"), self.theme, self.window).open()

    def details(self) -> None:
        """Read the details of an error."""
        DetailsDialog("ggml_vulkan: device lost\n" * 12, self.theme, self.window).open()


SCREENS: dict[str, Callable[[Scene], None]] = {
    "empty": Scene.as_it_is, "chat": Scene.as_it_is, "streaming": Scene.as_it_is, "chinese": Scene.as_it_is,
    "reading": Scene.as_it_is, "thought": Scene.thought, "source": Scene.source, "find": Scene.find, "notice": Scene.notice,
    "notices": Scene.notices, "failed": Scene.failed, "stopped": Scene.stopped, "search": Scene.search, "private": Scene.private,
    "versions": Scene.versions, "compare": Scene.compare, "editing": Scene.editing, "queue": Scene.queue,
    "attachments": Scene.attachments, "attachment": Scene.attachment, "message-menu": Scene.message_menu,
    "folders": Scene.folders, "marked": Scene.marked, "list-menu": Scene.list_menu, "folder-menu": Scene.folder_menu,
    "tags": Scene.tags, "trash": Scene.trash, "picker": Scene.picker, "export": Scene.export_one,
    "export-all": Scene.export_all, "import": Scene.import_choice, "import-report": Scene.import_report,
    "backups": Scene.backups, "link": Scene.link, "details": Scene.details, "settings": Scene.settings,
    **CONTEXT_SCREENS,
    **MODELS_SCREENS,
    **PROMPT_SCREENS,
    **PERSONA_SCREENS,
    **PARAMETER_SCREENS,
    **DIALOG_SCREENS,
    **DATA_SCREENS,
    **DESKTOP_SCREENS,
    "search-older": Scene.search_older, "held": Scene.held, "chat-template-edited": chat_template_edited,
    "prompts-removed": removed,
}  # fmt: skip
"""By name, in the order in which they are taken."""
