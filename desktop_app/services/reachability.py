"""Hears from the system that the network has come back, so that nobody waits for the end of a pause.

Asked for only while something waits for the network. It is a hint and no more: systems without such a thing say nothing,
and where they say that there is a network there may be none.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QNetworkInformation


class Reachability(QObject):
    """The system's word on the network.

    Signals:
        changed(): it has another network than before, or one at all.
    """

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._is_watching = False

    def watch(self) -> None:
        """Listen from now on. No connection is made for it: the system is asked, not the network."""
        if self._is_watching:
            return
        self._is_watching = True
        if QNetworkInformation.loadBackendByFeatures(QNetworkInformation.Feature.Reachability):
            information = QNetworkInformation.instance()
            if information is not None:
                information.reachabilityChanged.connect(self._on_changed)

    @Slot(QNetworkInformation.Reachability)
    def _on_changed(self, reachability: QNetworkInformation.Reachability) -> None:
        if reachability is not QNetworkInformation.Reachability.Disconnected:
            self.changed.emit()
