"""Choosing a model: the picker, *Open file…*, a file dropped or handed over, Eject."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6 import QtGui, QtWidgets
from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QPixmap
from PySide6.QtWidgets import QWidget

from desktop_app.errors import AppError
from desktop_app.library.model_file import ModelFile
from desktop_app.services.direct_plans import CARD_REASONS
from desktop_app.services.engine_state import EngineState
from desktop_app.settings import IDLE_UNLOAD_MINUTES
from desktop_app.ui.actions import Actions
from desktop_app.ui.error_text import file_name
from desktop_app.ui.icons import icon
from desktop_app.ui.model_status import ModelStatusText
from desktop_app.ui.sizes import size_text
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.menu import make_menu, menu_text

if TYPE_CHECKING:
    from PySide6.QtCore import QMimeData, QPoint
    from PySide6.QtGui import QIcon
    from PySide6.QtWidgets import QMenu

    from desktop_app.engine.protocol import ModelInfo
    from desktop_app.services import Services


N_ROWS = 12
"""Models in the picker: of more than these, those that the person uses."""


def same_file(one: Path, other: Path | None) -> bool:
    """Say whether both paths are spelled alike, once made absolute; the disk is not asked."""
    return other is not None and one.absolute() == other.absolute()


def dropped_model(data: QMimeData) -> Path | None:
    """Give the first .gguf file among what is being dropped; None when there is none."""
    paths = (Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
    return next((path for path in paths if path.suffix.lower() == ".gguf"), None)


class ModelChoice(QWidget):
    """Invisible; stands between what the person chooses and the engine.

    Signals:
        failed(AppError): the chosen file cannot be taken in.
    """

    failed = Signal(object)

    def __init__(self, services: Services, words: ModelStatusText, actions: Actions, theme: Theme, window: QWidget) -> None:
        super().__init__(window)
        self.hide()
        self._services = services
        self._words = words
        self._actions = actions
        self._theme = theme
        services.engine.model_loaded.connect(self._on_model_loaded)
        for changed in (services.engine.state_changed, services.engine.model_loaded, services.engine.model_unloaded):
            changed.connect(self._offer_what_is_possible)
        self._offer_what_is_possible()

    def set_theme(self, theme: Theme) -> None:
        """Take other colours."""
        self._theme = theme

    def menu(self) -> QMenu:
        """Give the picker: models with their sizes, the loaded one marked; the way to all of them; Eject."""
        menu = make_menu(self.window())
        wanted = self._services.engine.wanted_path
        for file in self.offered():
            action = menu.addAction(self.row_text(file))
            is_wanted = same_file(file.path, wanted)
            action.setIcon(icon("check", self._theme.accent, 16) if is_wanted else self._no_icon())
            action.setData(str(file.path))
        menu.addSeparator()
        every = menu.addAction(icon("models", self._theme.muted, 16), self.tr("All models…"))
        every.triggered.connect(self._actions.show_models.trigger)
        actions = self._actions
        actions.open_file.setIcon(icon("folder", self._theme.muted, 16))
        actions.eject.setIcon(icon("eject", self._theme.muted, 16))
        menu.addAction(actions.open_file)
        model = self._services.engine.model
        if model is not None:
            menu.addSeparator()
            if n_bytes := model.weights_bytes + model.kv_bytes + model.compute_bytes + model.draft_bytes:
                menu.addAction(menu_text(self.tr("In memory"), size_text(n_bytes))).setEnabled(False)
            for action in (actions.try_card, actions.chat_template, actions.load_settings):
                action.setIcon(self._no_icon())
                if action.isEnabled():
                    menu.addAction(action)
            self._add_idle_times(menu)
            menu.addAction(actions.eject)
        menu.triggered.connect(self._on_triggered)
        return menu

    def offered(self) -> list[ModelFile]:
        """Give the models to choose from: all that can talk or, of many, what is liked and was used last."""
        wanted, note = self._services.engine.wanted_path, self._services.library.notes.of
        files = [
            file
            for file in self._services.library.models()
            if same_file(file.path, wanted) or not (file.problem or file.is_embedding)
        ]
        if len(files) <= N_ROWS:
            return files
        by_use = sorted(
            files,
            key=lambda file: (
                not same_file(file.path, wanted), not note(file.path).is_favourite, -note(file.path).used_ms, not file.is_starter
            ),
        )  # fmt: skip
        kept = {file.path for file in by_use[:N_ROWS]}
        return [file for file in files if file.path in kept]

    def _add_idle_times(self, menu: QMenu) -> None:
        """Add the choice after how long without a question the model leaves the memory."""
        times = menu.addMenu(self._no_icon(), self.tr("Eject when unused"))
        chosen = self._services.preferences.get("idle_unload_minutes")
        for minutes in (*IDLE_UNLOAD_MINUTES, *({chosen} - {*IDLE_UNLOAD_MINUTES})):
            words = self.tr("After %n minute(s)", "", minutes) if minutes else self.tr("Never")
            action = times.addAction(words)
            action.setCheckable(True)
            action.setChecked(minutes == chosen)
            action.setProperty("minutes", minutes)
        times.triggered.connect(self._on_idle_time_triggered)

    def row_text(self, file: ModelFile) -> str:
        """Give a model's row in a menu: its name, and at the right what it is."""
        details = " · ".join(part for part in (file.quantization, size_text(file.size_bytes)) if part)
        return menu_text(self._words.model_name(file), details)

    def _no_icon(self) -> QIcon:
        blank = QPixmap(16, 16)
        blank.fill(Qt.GlobalColor.transparent)
        return QtGui.QIcon(blank)

    def pop_up(self, at: QPoint) -> None:
        """Open the picker with its corner at `at` (on the screen)."""
        self._services.library.refresh()
        menu = self.menu()
        menu.setMinimumWidth(320)
        menu.popup(at)

    def ask_for_file(self) -> None:
        """Let the person choose a file."""
        dialog = QtWidgets.QFileDialog(self.window(), self.tr("Open a model"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QtWidgets.QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("GGUF models (*.gguf)"), self.tr("All files (*)")])
        dialog.setDirectory(str(self._services.paths.models))
        dialog.fileSelected.connect(self._on_file_selected)
        dialog.open()

    def offer(self, path: Path) -> None:
        """Ask whether a file that came from elsewhere is to be used; say what it is when it cannot be."""
        try:
            self._services.library.see_to(path)
        except AppError as error:
            self.failed.emit(error)
            return
        question = self.tr("Use “{file}” as a model?").format(file=file_name(str(path)))
        explanation = self.tr("It is used where it lies: it is neither copied nor changed.")
        from desktop_app.ui.dialogs.question import QuestionDialog

        dialog = QuestionDialog(question, explanation, self.tr("Use"), self.tr("Cancel"), path, self._theme, self.window())
        dialog.agreed.connect(self._on_agreed)
        dialog.open()

    def use(self, path: Path) -> None:
        """Take `path` into the library and load it."""
        try:
            file = self._services.library.add(path)
        except AppError as error:
            self.failed.emit(error)
            return
        self._services.engine.load(file.path)

    @Slot()
    def _offer_what_is_possible(self) -> None:
        """Let be done what is about the model in memory while there is one."""
        model, actions = self._services.engine.model, self._actions
        for action in (actions.chat_template, actions.load_settings):
            action.setEnabled(model is not None)
        actions.eject.setEnabled(model is not None or self._services.engine.state is EngineState.LOADING)
        actions.try_card.setEnabled(model is not None and model.device_reason in CARD_REASONS)

    @Slot(object)
    def _on_model_loaded(self, model: ModelInfo) -> None:
        # Not when it is chosen: a file that takes the engine down would do so again at every start.
        self._services.preferences.set("last_model", model.path)

    @Slot(QAction)
    def _on_idle_time_triggered(self, action: QAction) -> None:
        self._services.preferences.set("idle_unload_minutes", action.property("minutes"))

    @Slot(QAction)
    def _on_triggered(self, action: QAction) -> None:
        if action.data():
            self.use(Path(action.data()))

    @Slot(str)
    def _on_file_selected(self, path: str) -> None:
        self.use(Path(path))

    @Slot(object)
    def _on_agreed(self, path: Path) -> None:
        self.use(path)
