"""Every screen in its looks: every text is there in full, translated, and spoken to those who listen."""

from __future__ import annotations

import importlib
import os
import pkgutil
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from desktop_app import ui
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.transcript.shown import Button
from desktop_app.ui.transcript.transcript_view import TranscriptView
from desktop_app.ui.widgets.labels import ElidedLabel, PlainLabel
from tests.screens import SCREENS
from tests.ui.accessible import unnamed, without_role
from tests.ui.every_look import SMALLEST, Look, faults, walk
from tests.ui.fitting import misfits
from tests.ui.pseudo import longer, mirrored, spoken
from tests.ui.stage import stage
from tests.ui.words import is_cut, said, untranslated

ROOT = Path(__file__).parents[2]
ORDINARY = (Look("en", "light"), Look("zh_CN", "dark"), Look("zh_CN", "high-contrast", 200), Look("en", "high-contrast-light"))
"""Each takes a part of the screens, which are all shown in one of the two hard ones; `every_look` takes all in all."""
N_PARTS = 6
TWICE = ("empty", "folders", "form", "export", "local", "all-settings")
"""Screens that are shown at double resolution, too: their sizes are rounded otherwise there."""
TALKS = ("chat", "chinese", "stopped", "versions")
"""Screens with a conversation, each with other things around its text."""
LASTING = ("empty", "folders", "search", "local", "hub-results", "downloads", "network", "prompts", "all-settings", "talk-panel")
"""Screens that can be open while the language is changed."""


def test_every_screen_in_languages_that_are_longer_and_from_right_to_left(qapp: QApplication) -> None:
    names, found, seen = list(SCREENS), list[str](), set[str]()
    for number, look in enumerate((Look("long"), Look("mirrored", "dark"))):
        faults, shown = walk(look, names[number::2], qapp)
        found, seen = found + faults, seen | shown

    assert "\n".join(found) == ""
    assert _all_dialogs() - seen == {"Dialog"}


@pytest.mark.parametrize("number", range(len(ORDINARY)))
def test_every_screen_in_its_languages_and_themes(number: int, qapp: QApplication) -> None:
    found, _ = walk(ORDINARY[number], islice(SCREENS, number, None, N_PARTS), qapp)

    assert "\n".join(found) == ""


def test_screens_at_double_resolution() -> None:
    chosen = [part for name in TWICE for part in ("--screen", name)]
    command = [sys.executable, "-m", "tests.ui.every_look", "--here", "--language", "long", "--theme", "dark", *chosen]
    environment = {**os.environ, "QT_SCALE_FACTOR": "2"}

    ended = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False)

    assert "scale 2: 0 faults" in ended.stdout, ended.stdout + ended.stderr


def test_the_language_changes_on_every_screen_without_a_restart(tmp_path: Path, qapp: QApplication) -> None:
    stale = list[str]()
    with stage(qapp, tmp_path, SMALLEST, theme="light", language="en") as shown:
        for name in LASTING:
            shown.show(name)
            assert untranslated(shown.window) != []
            with spoken(qapp, "long"):
                stale += [f"{name}: {one}" for one in untranslated(shown.window)]
            shown.clear()

    assert "\n".join(stale) == ""


def test_the_conversation_is_turned_round_with_the_window(tmp_path: Path, qapp: QApplication) -> None:
    look = Look("mirrored")
    with stage(qapp, tmp_path, SMALLEST, theme="light", language="en") as shown:
        for name in TALKS:
            shown.show(name)
            sides = _sides(shown.window.transcript.view)
            with spoken(qapp, "mirrored"):
                shown.settle(0)
                assert "\n".join(faults(shown.window, look)) == ""
                assert _sides(shown.window.transcript.view) == [(right, left) for left, right in sides], name
            assert _sides(shown.window.transcript.view) == sides
            shown.clear()


def _sides(view: TranscriptView) -> list[tuple[int, int]]:
    """Give how far every message and its pencil stand from the left and the right of the column."""
    found, end = [], view.places.x + view.conversation.column - 1
    for number in range(len(view.conversation.messages)):
        first = [part for part in view.places.parts_of(number) if part.button is Button.EDIT]
        for rect in (view.places.message_rect(number), *map(view.places.part_rect, first)):
            found.append((rect.left() - view.places.x, end - rect.right()))
    return found


def _all_dialogs() -> set[str]:
    for module in pkgutil.walk_packages(ui.__path__, ui.__name__ + "."):
        importlib.import_module(module.name)
    kinds, found = [Dialog], set[str]()
    while kinds:
        kind = kinds.pop()
        found.add(kind.__name__)
        kinds += [one for one in kind.__subclasses__() if one.__module__.startswith(ui.__name__)]
    return found


# Faults that are planted


class _Painted(QWidget):
    """Writes by hand: the words given, each into its rectangle."""

    def __init__(self, *texts: tuple[str, QRect]) -> None:
        super().__init__()
        self._texts = texts

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        for text, place in self._texts:
            painter.drawText(place, 0, text)
        painter.end()


def _shown(qtbot: QtBot, *widgets: QWidget, width: int = 120) -> QWidget:
    box = QWidget()
    qtbot.addWidget(box)
    column = QVBoxLayout(box)
    for widget in widgets:
        column.addWidget(widget)
    box.resize(width, 80)
    box.show()
    return box


def _english(text: str) -> bool:
    return is_cut(text, "en")


LONG = "A sentence that is far longer than the place that it was given"


def test_planted_a_label_that_is_too_narrow_is_found(qtbot: QtBot) -> None:
    label = PlainLabel(LONG)
    label.setFixedWidth(100)

    assert [one for one in misfits(_shown(qtbot, label), is_cut=_english) if "wide, has 100" in one]


def test_planted_lines_that_have_no_height_are_found(qtbot: QtBot) -> None:
    label = PlainLabel(LONG)
    label.setWordWrap(True)
    label.setFixedSize(100, 20)

    assert [one for one in misfits(_shown(qtbot, label), is_cut=_english) if "high, has 20" in one]


def test_planted_a_button_without_room_is_found(qtbot: QtBot) -> None:
    button = QPushButton(LONG)
    button.setFixedWidth(60)

    assert [one for one in misfits(_shown(qtbot, button), is_cut=_english) if "needs" in one]


def test_planted_texts_that_lie_over_one_another_are_found(qtbot: QtBot) -> None:
    box = _shown(qtbot)
    for text in ("One", "Another"):
        QLabel(text, box).show()

    assert any("lies over" in one for one in misfits(box, is_cut=_english))


def test_planted_painted_texts_that_are_cut_or_lie_over_one_another_are_found(qtbot: QtBot) -> None:
    cut = _Painted((LONG, QRect(0, 0, 60, 20)))
    over = _Painted(("One", QRect(0, 0, 60, 20)), ("Another", QRect(4, 2, 60, 20)))

    assert any("paints" in one for one in misfits(_shown(qtbot, cut), is_cut=_english))
    assert any("over 'Another'" in one for one in misfits(_shown(qtbot, over), is_cut=_english))


def test_planted_words_of_ours_that_are_shortened_are_found_and_names_are_not(qtbot: QtBot) -> None:
    found = []
    for text in ("Everything stays on this computer.", "a-file-of-somebody-with-a-long-name.gguf"):
        label = ElidedLabel()
        label.setText(text)
        found.append([one for one in misfits(_shown(qtbot, label), is_cut=_english) if "shortened" in one])

    assert [len(one) for one in found] == [1, 0]


def test_planted_a_text_that_stays_english_is_found(qtbot: QtBot, qapp: QApplication) -> None:
    assert "New chat" in said("en")
    with spoken(qapp, "mirrored"):
        box = _shown(qtbot, QPushButton("New chat"), QPushButton(qapp.translate("Actions", "New chat")))
        assert untranslated(box) == ["QPushButton: 'New chat'"]


def test_planted_controls_without_name_or_role_are_found(qtbot: QtBot) -> None:
    choice, canvas = QComboBox(), QWidget()
    choice.addItem("Chosen")
    canvas.setFocusPolicy(choice.focusPolicy())
    box = _shown(qtbot, QPushButton("Named"), QLineEdit(), choice, canvas)

    assert unnamed(box) == ["/QWidget/QLineEdit", "/QWidget/QComboBox"]
    assert without_role(box) == ["/QWidget/QWidget"]


def test_the_languages_that_nobody_speaks_keep_fields_and_say_where_people_begin_to_read(qapp: QApplication) -> None:
    text = "Copy {n} of %n & {name}"
    for changed in (longer(text), mirrored(text)):
        assert all(part in changed for part in ("{n}", "%n", "&", "{name}")) and "Copy" not in changed
    assert len(longer("x" * 100)) > 135
    with spoken(qapp, "mirrored"):
        assert qapp.isRightToLeft()
    assert qapp.isLeftToRight()
