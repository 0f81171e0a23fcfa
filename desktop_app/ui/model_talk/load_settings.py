"""How a model is loaded, in memory or not: the dialog, what is kept of it, and what is said when a draft model is no good."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QWidget

from desktop_app.errors import AppError, DraftModelUnsuitable
from desktop_app.library.remote_shape import scaled
from desktop_app.services.draft_candidates import draft_candidates
from desktop_app.services.load_choices import LoadChoices
from desktop_app.services.local_fits import machine_memory
from desktop_app.ui.dialogs.load_choices import DraftChoice, LoadChoicesDialog, LoadSubject
from desktop_app.ui.error_text import ErrorText, file_name
from desktop_app.ui.model_choice import same_file
from desktop_app.ui.model_names import ModelNames
from desktop_app.ui.notices import Notice, NoticeArea
from desktop_app.ui.sizes import size_text
from desktop_app.ui.theme import Theme

if TYPE_CHECKING:
    from desktop_app.engine.parameters import LoadParameters
    from desktop_app.engine.protocol import Device, ModelInfo
    from desktop_app.library.fit import MachineMemory
    from desktop_app.library.model_file import ModelFile
    from desktop_app.library.model_shape import ModelShape
    from desktop_app.services import Services

LOAD_SETTINGS = "load_settings"


class LoadSettings(QObject):
    """Opens the dialog for any model of the library. One that is in memory is loaded again with what was chosen."""

    def __init__(
        self,
        services: Services,
        theme: Theme,
        window: QWidget,
        *,
        memory: Callable[[Sequence[Device]], MachineMemory] = machine_memory,
    ) -> None:
        super().__init__(window)
        self._services, self._theme, self._window = services, theme, window
        self._memory = memory
        self._names = ModelNames(self)
        self._choices = LoadChoices(services.preferences)
        self._path = Path()
        self._dialog: LoadChoicesDialog | None = None
        services.engine.devices_changed.connect(self._on_devices_changed)

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme

    def show(self, path: Path, shape: ModelShape | None = None, projector_bytes: int = 0) -> None:
        """Show how the model in `path` is loaded; `shape`: what its memory depends on, for one that is not in memory.

        `projector_bytes`: of the file beside it that lets it see, where that is known.
        """
        engine, file = self._services.engine, self._services.library.by_path(path)
        subject: ModelInfo | LoadSubject
        if engine.model is not None and same_file(path, Path(engine.model.path)):
            subject, shape = self._names.named(engine.model, self._services.library), engine.shape
            size_bytes = file.size_bytes if file is not None else engine.model.size_bytes
        elif file is not None and file.facts is not None:
            subject = LoadSubject(self._names.of(file), file.facts.n_ctx_train, file.facts.n_layers)
            size_bytes = file.size_bytes
        else:
            return
        self._path = path
        dialog = LoadChoicesDialog(
            subject,
            self._choices.of(path),
            self._memory(engine.devices),
            # As the library's verdict counts: a file is larger than its weights.
            scaled(shape, size_bytes) if shape is not None else None,
            self._theme,
            self._window,
            projector_bytes=projector_bytes,
            drafts=self._drafts_for(file),
            draft=self._choices.draft_of(path),
        )
        dialog.draft_chosen.connect(self._on_draft_chosen)
        dialog.parameters_chosen.connect(self._on_parameters_chosen)
        dialog.finished.connect(self._on_finished)
        self._dialog = dialog
        dialog.open()
        # Other programs have taken memory meanwhile, or given it back.
        engine.look_at_devices()

    def _drafts_for(self, file: ModelFile | None) -> list[DraftChoice]:
        if file is None:
            return []
        found = draft_candidates(file, self._services.library.models())
        text = self.tr("{model}, {size}")
        return [
            DraftChoice(str(one.path), text.format(model=self._names.of(one), size=size_text(one.size_bytes))) for one in found
        ]

    @Slot()
    def _on_devices_changed(self) -> None:
        if self._dialog is not None:
            self._dialog.set_memory(self._memory(self._services.engine.devices))

    @Slot()
    def _on_finished(self) -> None:
        self._dialog = None

    @Slot(str)
    def _on_draft_chosen(self, draft: str) -> None:
        self._choices.choose_draft(self._path, draft)

    @Slot(object)
    def _on_parameters_chosen(self, parameters: LoadParameters) -> None:
        engine = self._services.engine
        self._choices.choose(self._path, parameters)
        if engine.model is not None and same_file(self._path, Path(engine.model.path)):
            engine.reload(is_fresh=True)


class DraftTrouble(QObject):
    """Says that a model was loaded without the small one that was to guess for it, and lets another be chosen."""

    def __init__(self, services: Services, notices: NoticeArea, window: QWidget) -> None:
        super().__init__(window)
        self._choices = LoadChoices(services.preferences)
        self._notices = notices
        services.engine.draft_refused.connect(self._on_draft_refused)

    @Slot(object)
    def _on_draft_refused(self, error: AppError) -> None:
        path = str(getattr(error, "path", ""))
        self._choices.forget_draft(path)
        match error:
            case DraftModelUnsuitable(reason="vocabulary"):
                text = self.tr("“{file}” has another vocabulary and cannot guess for this model, which was loaded without it.")
            case DraftModelUnsuitable(reason="large"):
                text = self.tr("“{file}” cannot guess for this model, which cannot take back a wrong guess; it was loaded alone.")
            case _:
                text = self.tr("“{file}” cannot be used as a draft model; the model was loaded without it.")
        details, button = ErrorText(self).describe(error).details, self.tr("Choose another…")
        sentence = text.format(file=file_name(path))
        self._notices.show_notice(Notice(sentence, "warning", LOAD_SETTINGS, LOAD_SETTINGS, button, details=details))
