"""Every text on screen is there in both languages, with the same fields."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QLocale, QObject
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication

from desktop_app import ui
from desktop_app.resources import resource
from desktop_app.ui.translation import PLURALS, LinguistTranslator, Translation
from tests.fakes.services import model_info

FOLDER = Path(ui.__file__).parent


def texts() -> Iterator[tuple[str, str, bool]]:
    """Give (class, text, is plural) of every `self.tr(...)` in the windows."""
    for path in sorted(FOLDER.rglob("*.py")):
        for part in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(part, ast.ClassDef):
                for call in ast.walk(part):
                    if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "tr":
                        assert isinstance(call.args[0], ast.Constant), f"{path.name}:{call.lineno}: tr() of no literal"
                        yield part.name, call.args[0].value, len(call.args) > 2


def fields(text: str) -> set[str]:
    """Give what a text is filled with."""
    names = {name for _, name, _, _ in string.Formatter().parse(text) if name}
    return names | ({"%n"} if "%n" in text.replace("%Ln", "%n") else set())


def translator(language: str, parent: QObject) -> LinguistTranslator:
    return LinguistTranslator(resource("i18n", f"hearth_{language}.ts"), PLURALS[language], parent)


def test_every_text_is_translated_with_the_same_fields(qapp: QApplication) -> None:
    chinese = translator("zh_CN", qapp)
    problems = []
    for context, text, is_plural in texts():
        found: Any = chinese.translate(context, text, None, 3 if is_plural else -1)
        if found is None:
            problems.append(f"not translated: {context}: {text}")
        elif fields(found) != fields(text):
            problems.append(f"other fields: {text} -> {found}")
    chinese.deleteLater()
    assert problems == []


def test_every_plural_has_its_english_forms(qapp: QApplication) -> None:
    english = translator("en", qapp)
    plurals = [(context, text) for context, text, is_plural in texts() if is_plural]
    assert len(plurals) >= 2
    for context, text in plurals:
        one, many = (english.translate(context, text, None, n) for n in (1, 5))
        assert one != many and "(s)" not in one + many
    english.deleteLater()


def test_chinese_addresses_the_person_in_one_way() -> None:
    for path in (resource("i18n", "hearth_zh_CN.ts"), resource("guide", "zh_CN.md")):
        text = path.read_text(encoding="utf-8")
        assert "您" in text and "你" not in text, path.name


def test_the_files_hold_nothing_that_is_no_longer_said() -> None:
    said = {(context, text) for context, text, _ in texts()}
    for language in PLURALS:
        from desktop_app.ui.translation import _TsReader

        reader = _TsReader()
        reader.read(resource("i18n", f"hearth_{language}.ts"))
        assert {(context, text) for context, text, _ in reader.messages if context != "QShortcut"} <= said


@pytest.mark.parametrize(("n", "words"), [(1, "Processor, 1 thread"), (2, "Processor, 2 threads")])
def test_english_counts_one_and_many(n: int, words: str, services: Any, window: Any) -> None:
    services.engine.become("ready", model_info(n_threads=n))
    assert window.top_bar.words.full_text() == words


@pytest.mark.parametrize(
    ("locale", "words"), [("en_US", "12,345 models"), ("de_DE", "12.345 models"), ("en_IN", "12,345 models")]
)
def test_counts_are_written_as_people_write_numbers(locale: str, words: str, qapp: QApplication) -> None:
    english, before = translator("en", qapp), QLocale()
    qapp.installTranslator(english)
    QLocale.setDefault(QLocale(locale))
    try:
        assert qapp.translate("HubPage", "%n model(s)", "", 12_345) == words
    finally:
        QLocale.setDefault(before)
        qapp.removeTranslator(english)
        english.deleteLater()


def test_language_changes_without_a_restart(services: Any, window: Any, qapp: QApplication) -> None:
    services.conversations.put("x")
    services.preferences.set("language", "zh_CN")
    qapp.processEvents()
    assert window.actions_.new_chat.text() == "新对话"
    assert window.sidebar.new_chat.text() == "新对话"
    assert window.composer.edit.placeholderText().startswith("输入消息")
    services.preferences.set("language", "en")
    qapp.processEvents()
    assert window.sidebar.new_chat.text() == "New chat"


def test_keys_are_called_what_stands_on_them(qapp: QApplication) -> None:
    translation = Translation(qapp)
    translation.choose("zh_CN")
    keys = {
        keys: QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)
        for keys in ("Ctrl+Backspace", "Return", "Alt+Up")
    }
    translation.close()
    assert keys == {"Ctrl+Backspace": "Ctrl+Backspace", "Return": "Enter", "Alt+Up": "Alt+↑"}


def test_qt_speaks_the_language_too(qapp: QApplication) -> None:
    translation = Translation(qapp)
    translation.choose("zh_CN")
    assert qapp.translate("QPlatformTheme", "Cancel") == "取消"
    translation.close()
    assert qapp.translate("QPlatformTheme", "Cancel") == "Cancel"
