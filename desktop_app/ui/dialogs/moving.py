"""What is shown instead of the window while the data of the person are moved: how much of them is there."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QApplication, QProgressBar

from desktop_app import APP_NAME
from desktop_app.errors import AppError
from desktop_app.services.data_move import DataMove
from desktop_app.services.place import Place
from desktop_app.time_left import seconds_left
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.error_text import ErrorText
from desktop_app.ui.sizes import size_text
from desktop_app.ui.theme import Theme

POLL_MS = 100
STAY = 2
"""The dialog's result when the person wants the data to stay where they are."""


class MovingDialog(Dialog):
    """Follows `move` until it is finished; closed earlier, it stops it, and the next start goes on."""

    def __init__(self, move: DataMove, folder: str, theme: Theme) -> None:
        super().__init__(APP_NAME, theme)
        self._move = move
        self._began_s = time.monotonic()
        self.set_heading(self.tr("Moving your data"))
        to = self.tr("Everything is copied to “{folder}” and checked; only then is it removed from the old place.")
        to_usual = self.tr("Everything is copied to the usual place and checked; only then is it removed from the old place.")
        self.add_text(to.format(folder=folder) if folder else to_usual)
        self.step = self.add_text("", "secondary")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.content.addWidget(self.bar)
        self.stay = self.add_button(self.tr("Leave everything where it is"))
        self.stay.clicked.connect(self._on_stay_clicked)
        self.add_button(self.tr("Quit and go on later")).clicked.connect(self.reject)
        self.again = self.add_button(self.tr("Try again"), is_primary=True)
        self.again.clicked.connect(self._begin)
        self.finish_layout()
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._refresh)
        move.finished.connect(self.accept)
        move.failed.connect(self._on_failed)
        self._begin()

    @Slot()
    def _begin(self) -> None:
        self._began_s = time.monotonic()
        self.again.hide()
        self.step.set_kind("secondary")
        self.bar.show()
        self._timer.start()
        self._move.start()
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        n_bytes, total_bytes = self._move.n_bytes
        text = self.tr("{done} of {total}").format(done=size_text(n_bytes), total=size_text(total_bytes))
        fraction = n_bytes / total_bytes if total_bytes else 0.0
        left_s = seconds_left(fraction, time.monotonic() - self._began_s)
        if left_s is not None:
            minutes = self.tr("about %n minute(s) left", "", -(-left_s // 60))
            seconds = self.tr("about %n second(s) left", "", left_s)
            text = self.tr("{size}, {time}").format(size=text, time=minutes if left_s >= 90 else seconds)
        self.bar.setRange(0, 100)
        self.bar.setValue(int(100 * fraction))
        self.bar.setAccessibleName(text)
        self.step.setText(text)

    @Slot(object)
    def _on_failed(self, error: AppError) -> None:
        self._timer.stop()
        self.bar.hide()
        self.step.set_kind("warning")
        self.step.setText(ErrorText(self).describe(error).sentence)
        self.again.show()
        self.again.setFocus()
        self.fit_height()

    @Slot()
    def _on_stay_clicked(self) -> None:
        self.done(STAY)

    def done(self, result: int) -> None:
        """End the work before the dialog goes."""
        self._timer.stop()
        self._move.stop()
        super().done(result)


def show_moving(application: QApplication, place: Place, theme: Theme) -> bool:
    """Move behind a dialog; say whether the application is to start, wherever the data are now.

    Raises: DiskFull, WriteFailed: the person wants the data to stay, and that cannot be noted.
    """
    assert place.wanted is not None
    move = DataMove(place)
    dialog = MovingDialog(move, place.wanted.folder, theme)
    dialog.finished.connect(application.exit)
    dialog.open()
    result = application.exec()
    if result == STAY:
        move.give_up()
    return result != MovingDialog.DialogCode.Rejected.value
