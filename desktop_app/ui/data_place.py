"""Where the person's data lie: shown, moved, and looked after once they are moved. Made after the first paint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6 import QtCore, QtGui
from PySide6.QtCore import QObject, Slot

from desktop_app.errors import AppError
from desktop_app.services.data_move import MovePlan, OldPlaces
from desktop_app.services.place import place_in_use

if TYPE_CHECKING:
    from desktop_app.services import Services
    from desktop_app.ui.appearance import Appearance
    from desktop_app.ui.main_window import MainWindow

CANCEL_MOVE = "cancel_move"


class DataPlace(QObject):
    """Follows actions of the window."""

    def __init__(self, services: Services, appearance: Appearance, window: MainWindow) -> None:
        super().__init__(window)
        self._services, self._appearance, self._window = services, appearance, window
        self.is_restart_wanted = False
        """The application is to start again when it has ended: that start moves the data."""
        self._plan: MovePlan | None = None
        self._old: OldPlaces | None = None
        place = place_in_use(services.paths)
        # `--data-dir` and the marker beside the program say where everything lies, and go on saying so.
        window.actions_.move_data.setEnabled(place is not None)
        if place is not None and place.left:
            self._old = OldPlaces(place, self)
        window.actions_.move_data.triggered.connect(self.ask)
        window.actions_.open_data_folder.triggered.connect(self._on_folder_wanted)
        window.actions_.show_diagnostics.triggered.connect(self._on_diagnostics_wanted)
        window.notices.action_requested.connect(self._on_action_requested)

    def close(self) -> None:
        """Wait for what is being taken away."""
        if self._old is not None:
            self._old.close()

    @Slot()
    def ask(self) -> None:
        """Ask where to, and start again when that is settled."""
        from desktop_app.ui.dialogs.move_data import MoveDataDialog

        self._plan = MovePlan(self._services.paths, self)
        dialog = MoveDataDialog(self._plan, self._appearance.theme, self._window)
        dialog.planned.connect(self._on_planned)
        dialog.open()

    @Slot()
    def _on_planned(self) -> None:
        assert self._plan is not None
        self.is_restart_wanted = True
        # Not when the person stays because something is not saved.
        self.is_restart_wanted = self._window.close()
        if not self.is_restart_wanted:
            self._cancel(self._plan)

    def _cancel(self, plan: MovePlan) -> None:
        try:
            plan.cancel()
        except AppError as error:
            self._window.show_error(error, (CANCEL_MOVE, plan))

    @Slot(str, object)
    def _on_action_requested(self, action: str, payload: object) -> None:
        if action == CANCEL_MOVE and isinstance(payload, MovePlan):
            self._cancel(payload)

    @Slot()
    def _on_folder_wanted(self) -> None:
        QtGui.QDesktopServices.openUrl(QtCore.QUrl.fromLocalFile(str(self._services.paths.main_folder)))

    @Slot()
    def _on_diagnostics_wanted(self) -> None:
        from desktop_app.ui.diagnostics.diagnostics_dialog import DiagnosticsDialog

        DiagnosticsDialog(self._services, self._appearance.theme, self._window).open()
