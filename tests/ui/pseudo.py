"""Languages that nobody speaks, to see whether the windows are ready for those that somebody does.

One is longer than English and full of accents, one is written from right to left. Every letter of a translated text is
another one than in the sources, so what still shows plain Latin letters has not been translated.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QEvent, QLocale, QTranslator
from PySide6.QtWidgets import QApplication

_KEPT = re.compile(r"(\{\{|\}\}|\{[^{}]*\}|%L?n|&&|\n)")
"""What a translator keeps: fields, the number, escapes, ends of lines."""
_ACCENTED = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "áƀçđéƒğĥíĵķļɱñóƥɋřšţúṽŵẋýžÁƁÇĐÉƑĞĤÍĴĶĻḾÑÓƤɊŘŠŢÚṼŴẊÝŽ"
)
_HEBREW = str.maketrans(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ", "אבגדהוזחטיכלמנסעפצקרשתךםןףאבגדהוזחטיכלמנסעפצקרשתךםןף"
)
LONGER = 0.4
"""By how much a text grows: German and Finnish add that much to sentences."""
_FILLING = "óñé ţŵó ţĥřéé ƒóúř ƒíṽé šíẋ šéṽéñ éíğĥţ ñíñé ţéñ "


class PseudoTranslator(QTranslator):
    """Translates every text of ours. `is_mirrored`: into letters from right to left, else into longer text with accents."""

    def __init__(self, is_mirrored: bool) -> None:
        super().__init__()
        self._is_mirrored = is_mirrored

    def translate(self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1) -> str:
        """Give the text in the language, its fields in place; what Qt asks about itself is only the direction."""
        if sourceText == "QT_LAYOUT_DIRECTION":
            return "RTL" if self._is_mirrored else "LTR"
        if context.startswith(("QPlatformTheme", "QShortcut", "QKeySequence", "QGuiApplication")):
            return None  # type: ignore[return-value]  # the next translator
        return mirrored(sourceText) if self._is_mirrored else longer(sourceText)

    def isEmpty(self) -> bool:
        """Qt does not install an empty one."""
        return False


def longer(text: str) -> str:
    """Give `text` with accents, and 40 % longer.

    >>> longer("Copy {n} & go")
    'Çóƥý {n} & ğó óñé ţŵ'
    """
    filling = (_FILLING * (len(text) // 40 + 1))[: max(1, round(LONGER * len(text)))].rstrip()
    return f"{_lettered(text, _ACCENTED)} {filling}"


def mirrored(text: str) -> str:
    """Give `text` in Hebrew letters, as long as it was."""
    return _lettered(text, _HEBREW)


def _lettered(text: str, letters: dict[int, int]) -> str:
    parts = _KEPT.split(text)
    return "".join(part if number % 2 else part.translate(letters) for number, part in enumerate(parts))


@contextmanager
def spoken(application: QApplication, language: str) -> Iterator[None]:
    """Have the application speak "long" or "mirrored" on top of what it speaks; any other name changes nothing."""
    if language not in ("long", "mirrored"):
        yield
        return
    translator, before = PseudoTranslator(language == "mirrored"), QLocale()
    QLocale.setDefault(QLocale("ar_EG" if language == "mirrored" else "de_DE"))
    application.installTranslator(translator)
    _settle()
    try:
        yield
    finally:
        QLocale.setDefault(before)
        application.removeTranslator(translator)
        _settle()


def _settle() -> None:
    QCoreApplication.sendPostedEvents(None, QEvent.Type.LanguageChange.value)
    QCoreApplication.processEvents()
