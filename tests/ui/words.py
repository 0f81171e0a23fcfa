"""What the windows say in a language: to tell words of ours from names and numbers, and those that are not translated."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QMenu, QPlainTextEdit, QWidget

from desktop_app.resources import resource
from desktop_app.ui.translation import _TsReader
from desktop_app.ui.widgets.labels import ElidedLabel
from tests.ui.pseudo import longer, mirrored

_TAGS = re.compile(r"</?qt>")
KEYS = {"Esc", "Enter", "Tab"}
"""What stands on the keyboard is called so in every language that Qt knows."""
_FIELD = re.compile(r"\{[^{}]*\}|%L?n")


@cache
def said(language: str) -> frozenset[str]:
    """Give the texts without fields in "en", "zh_CN", "long" or "mirrored"."""
    # Every text of ours is in the file of translations: another test sees to it.
    reader = _TsReader()
    reader.read(resource("i18n", "hearth_zh_CN.ts"))
    if language == "zh_CN":
        return frozenset(form for forms in reader.messages.values() for form in forms if not _FIELD.search(form))
    spoken = {"long": longer, "mirrored": mirrored}.get(language, str)
    return frozenset(spoken(text) for _, text, _ in reader.messages if not _FIELD.search(text))


def is_cut(text: str, language: str) -> bool:
    """Say whether `text` is one of ours that was shortened with "…"."""
    if not text.endswith("…") or text in said(language):
        return False
    begin = text[:-1]
    return any(one.startswith(begin) for one in said(language))


def untranslated(root: QWidget) -> list[str]:
    """Give the texts below `root` that still stand there as in the sources, while another language is spoken."""
    found = []
    for widget in (root, *root.findChildren(QWidget)):
        if widget is root or widget.isVisibleTo(root):
            english = (text for text in _texts_of(widget) if text in said("en") and text not in KEYS)
            found += [f"{type(widget).__name__}: {text!r}" for text in english]
    return found


def _texts_of(widget: QWidget) -> Iterator[str]:
    yield from (widget.accessibleName(), widget.accessibleDescription(), widget.windowTitle())
    yield _TAGS.sub("", widget.toolTip())
    if isinstance(widget, ElidedLabel):
        yield widget.full_text()
    elif isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    elif isinstance(widget, QLineEdit | QPlainTextEdit):
        yield widget.placeholderText()
    elif isinstance(widget, QComboBox):
        yield from (widget.itemText(number) for number in range(widget.count()))
    elif isinstance(widget, QMenu):
        yield from (action.text().partition("\t")[0] for action in widget.actions())
