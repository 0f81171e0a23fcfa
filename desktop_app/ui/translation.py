"""The language on screen.

Qt Linguist's .ts files are read as they are: there is no compiled copy that could be out of date. One file is
parsed in 3 ms when its language is chosen; English needs none but its few plural forms.
Source: Qt Linguist's TS format; plural rules of Qt Linguist (English: one, other; Chinese: one form).
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from xml.parsers import expat

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QLocale, QObject, QTranslator

from desktop_app.languages import LANGUAGES
from desktop_app.resources import resource

PLURALS: dict[str, Callable[[int], int]] = {"en": lambda n: 0 if n == 1 else 1, "zh_CN": lambda n: 0}

Key = tuple[str, str, str]
"""Context (the class), source text, disambiguation."""


class _TsReader:
    """Collects the finished messages of one .ts file."""

    def __init__(self) -> None:
        self.messages: dict[Key, tuple[str, ...]] = {}
        self._text: list[str] = []
        self._context = self._source = self._comment = ""
        self._forms: list[str] = []
        self._is_finished = True

    def read(self, path: Path) -> None:
        """Parse `path`. A file of ours that is not XML is a bug: expat's error rises."""
        parser = expat.ParserCreate()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.Parse(path.read_bytes(), True)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        self._text.clear()
        if name == "message":
            self._source = self._comment = ""
            self._forms = []
        elif name == "translation":
            self._is_finished = "type" not in attributes

    def _end(self, name: str) -> None:
        text = "".join(self._text)
        match name:
            case "name":
                self._context = text
            case "source":
                self._source = text
            case "comment":
                self._comment = text
            case "numerusform":
                # As people write numbers here: Qt would put 1234 for %n, and 1,234 or 1.234 for %Ln.
                self._forms.append(text.replace("%n", "%Ln"))
            case "translation":
                self._forms = self._forms or [text]
            case "message" if self._is_finished and self._forms[0]:
                self.messages[self._context, self._source, self._comment] = tuple(self._forms)
        self._text.clear()


class LinguistTranslator(QTranslator):
    """Translates with the finished messages of one .ts file."""

    def __init__(self, path: Path, plural: Callable[[int], int], parent: QObject) -> None:
        super().__init__(parent)
        reader = _TsReader()
        reader.read(path)
        self._messages = reader.messages
        self._plural = plural

    def translate(self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1) -> str:
        """Give the translation; a null string, so that Qt asks the next translator, when there is none."""
        forms = self._messages.get((context, sourceText, disambiguation or ""))
        if forms is None:
            return None  # type: ignore[return-value]  # a null QString; "" would be shown
        return forms[min(self._plural(n), len(forms) - 1)] if n >= 0 else forms[0]

    def isEmpty(self) -> bool:
        """Qt does not install an empty one."""
        return not self._messages


def system_language() -> str:
    """Give the one of our languages that the person's system prefers; English when it speaks none of them."""
    for name in QLocale.system().uiLanguages():
        locale = QLocale(name)
        if locale.language() is QLocale.Language.Chinese and locale.script() is QLocale.Script.SimplifiedChineseScript:
            return "zh_CN"
        if locale.language() is QLocale.Language.English:
            return "en"
    return "en"


class Translation:
    """The translators in use. Windows hear of a change as `QEvent.LanguageChange`.

    Translators belong to the application and die by `deleteLater` only. Were one collected by Python while another
    translates (that is Python too), its destructor would wait for ever for the lock that `translate` holds.
    """

    def __init__(self, application: QCoreApplication) -> None:
        self._application = application
        self._installed: list[QTranslator] = []
        self._locale_before = QLocale()
        self.language = ""

    def choose(self, choice: str) -> None:
        """Speak `choice`: "system" or one of `LANGUAGES`."""
        language = choice if choice in LANGUAGES else system_language()
        if language == self.language:
            return
        self.language = language
        self.close()
        self._installed = self._translators(language)
        for translator in self._installed:
            self._application.installTranslator(translator)
        # The person's own way of writing numbers, unless it belongs to another language or is none ("C").
        system = QLocale.system()
        is_ours = language == system_language() and system.language() is not QLocale.Language.C
        QLocale.setDefault(system if is_ours else QLocale(language))

    def close(self) -> None:
        """Let the application speak English as it stands in the sources, and write numbers as it did before."""
        QLocale.setDefault(self._locale_before)
        for translator in self._installed:
            self._application.removeTranslator(translator)
            translator.deleteLater()
        self._installed = []

    def _translators(self, language: str) -> list[QTranslator]:
        ours = LinguistTranslator(resource("i18n", f"hearth_{language}.ts"), PLURALS[language], self._application)
        if language == "en":
            return [ours]
        qt = QTranslator(self._application)
        qt.load(f"qtbase_{language}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath))
        return [qt, ours]
