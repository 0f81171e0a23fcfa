"""A process that imports every file of a folder as personas and as prompt templates, and uses what came of it.

`python prompt_imports.py FOLDER DATA` prints one line of JSON: what was taken, skipped and refused, and its peak of memory.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer

from desktop_app.errors import AppError, TemplateError
from desktop_app.services.conversations import Conversations
from desktop_app.services.instructions import Instructions
from desktop_app.services.personas import Personas
from desktop_app.services.preferences import Preferences
from desktop_app.services.prompt_templates import PromptTemplates
from desktop_app.templates.render import render

LIMIT_MS = 60_000


class Import:
    """Both services over a file of their own, and what they tell."""

    def __init__(self, folder: Path, data: Path) -> None:
        self.files = sorted(folder.iterdir())
        self.told = {"personas": 0, "templates": 0, "skipped": 0, "refused": 0}
        self.conversations = Conversations(data / "hearth.sqlite3")
        self.preferences = Preferences(data / "settings.json")
        self.personas = Personas(self.conversations, lambda: "en")
        self.templates = PromptTemplates(self.conversations)
        for service, kind in ((self.personas, "personas"), (self.templates, "templates")):
            service.failed.connect(self._on_failed)
            service.imported.connect(lambda read, kind=kind: self._on_imported(kind, read))
        self.n_left = 2 * len(self.files)

    def run(self) -> None:
        """Import everything, wait for it, and use it."""
        for file in self.files:
            self.personas.import_files([file], [Path("/models/here.gguf")])
            self.templates.import_files([file])
        QTimer.singleShot(LIMIT_MS, QCoreApplication.quit)
        QCoreApplication.exec()
        assert not self.n_left, f"{self.n_left} files were never answered"
        assert self.conversations.flush()
        self._use()
        self.told["peak_mib"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        for service in (self.personas, self.templates, self.conversations):
            service.close()

    def _on_failed(self, error: AppError) -> None:
        assert isinstance(error, AppError)
        self.told["refused"] += 1
        self._count()

    def _on_imported(self, kind: str, read: object) -> None:
        self.told[kind] += len(getattr(read, kind))
        self.told["skipped"] += len(read.skipped)  # type: ignore[attr-defined]
        self._count()

    def _count(self) -> None:
        self.n_left -= 1
        if not self.n_left:
            QCoreApplication.quit()

    def _use(self) -> None:
        """Do what a person does with them afterwards: choose, read, fill in."""
        id_ = self.conversations.ask(None, "hello", "m")
        assert self.conversations.flush()
        instructions = Instructions(self.personas, self.preferences, lambda: "en", lambda: "m")
        for persona in self.personas.own():
            self.personas.choose(id_, persona.id)
            assert isinstance(instructions.of(self.conversations.get(id_)), str)
            assert persona.model in ("", "/models/here.gguf"), "a path was taken from a file"
            assert all(isinstance(name, str) for name in self.personas.parameters_of(id_))
        for template in self.templates.own():
            try:
                render(template, {field.name: "{{x}}" for field in template.form()})
            except TemplateError:
                continue  # the person is told where the mistake is
        assert self.conversations.flush()


if __name__ == "__main__":
    application = QCoreApplication(sys.argv)
    importing = Import(Path(sys.argv[1]), Path(sys.argv[2]))
    importing.run()
    print(json.dumps(importing.told))
