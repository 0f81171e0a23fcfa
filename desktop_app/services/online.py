"""What the pages about models talk to, made when the window has been painted: nobody asks for it before."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject

from desktop_app.services import Services
from desktop_app.services.download_speed import DownloadSpeed
from desktop_app.services.downloads import Downloads
from desktop_app.services.file_release import FileRelease
from desktop_app.services.hub import Hub
from desktop_app.services.measured_speeds import MeasuredSpeeds
from desktop_app.services.network import Network
from desktop_app.services.recommending import Recommending


@dataclass(frozen=True, slots=True)
class Online:
    """Everything that may use the network, in the order in which one stands on the other."""

    network: Network
    hub: Hub
    downloads: Downloads
    speeds: MeasuredSpeeds
    recommending: Recommending

    def close(self) -> None:
        """End the child processes; downloads go on at the next start."""
        self.recommending.close()
        self.downloads.close()
        self.hub.close()
        self.network.close()


def make_online(services: Services, parent: QObject, *, is_offline: bool = False) -> Online:
    """Give it for `services`; `is_offline`: nothing leaves this computer in this run. Nothing is asked for yet."""
    paths, engine = services.paths, services.engine
    network = Network(services.preferences, services.conversations, paths.cache / "hub", parent, is_offline=is_offline)
    hub = Hub(network, parent)
    downloads = Downloads(
        services.conversations, network, services.library, paths.models, parent, release=FileRelease(engine, parent)
    )
    speeds = MeasuredSpeeds(engine, services.preferences, parent)
    hub.information.connect(services.library.notes.hear_hub)
    found = services.library.n_elsewhere
    came = DownloadSpeed(downloads, services.preferences, parent)
    recommending = Recommending(
        engine, hub, paths.models, parent, speed=speeds.of_this_machine, bytes_per_s=came.of_last, n_found_elsewhere=found
    )
    return Online(network, hub, downloads, speeds, recommending)
