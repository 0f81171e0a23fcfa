"""What is shown before the window when this version begins with a large file of an older one: how far its copy is.

For a file of 840 MB that takes 20 s, in which nothing may be written to it, so there is nothing else to show.
"""

from __future__ import annotations

from PySide6.QtCore import QTimer, Slot
from PySide6.QtWidgets import QApplication, QProgressBar

from desktop_app import APP_NAME
from desktop_app.paths import Paths
from desktop_app.services.upgrade import Upgrade
from desktop_app.ui.dialogs.dialog import Dialog
from desktop_app.ui.theme import Theme, load_theme, system_theme_name

POLL_MS = 100


class UpgradeDialog(Dialog):
    """Follows `upgrade` until it is finished; closed earlier, it stops it."""

    def __init__(self, upgrade: Upgrade, theme: Theme) -> None:
        super().__init__(APP_NAME, theme)
        self._upgrade = upgrade
        self.set_heading(self.tr("Preparing your conversations for this version"))
        self.add_text(
            self.tr(
                "First they are copied, and the copy is checked. Until that is done nothing is changed, so you may quit at "
                "any time."
            )
        )
        self.step = self.add_text("", "secondary")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.content.addWidget(self.bar)
        leave = self.add_button(self.tr("Quit"))
        leave.clicked.connect(self.reject)
        self.finish_layout()
        self._timer = QTimer(self, interval=POLL_MS)
        self._timer.timeout.connect(self._refresh)
        self._timer.start()
        upgrade.finished.connect(self.accept)
        self._refresh()

    @Slot()
    def _refresh(self) -> None:
        percent = int(100 * self._upgrade.copied)
        if percent < 100:
            text = self.tr("Step 1 of 2: {percent} % is copied.").format(percent=self.locale().toString(percent))
        else:
            text = self.tr("Step 2 of 2: the copy is checked.")
        # How long the check takes nobody knows, so its bar moves without an end.
        self.bar.setRange(0, 100 if percent < 100 else 0)
        self.bar.setValue(percent)
        self.bar.setAccessibleName(text)
        self.step.setText(text)

    def done(self, result: int) -> None:
        """End the work before the dialog goes."""
        self._timer.stop()
        self._upgrade.stop()
        super().done(result)


def show_upgrade(application: QApplication, paths: Paths) -> tuple[bool, bool]:
    """Copy the conversations behind a dialog; give (whether they are, whether the person wants to go on)."""
    upgrade = Upgrade(paths)
    dialog = UpgradeDialog(upgrade, load_theme(system_theme_name(), 1.0))
    dialog.finished.connect(application.exit)
    dialog.open()
    upgrade.start()
    is_wanted = application.exec() == UpgradeDialog.DialogCode.Accepted.value
    return upgrade.is_done, is_wanted
