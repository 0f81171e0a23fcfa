"""An application that only downloads: `queue_process.py FOLDER ENDPOINT HOME [OFFER]`, to be killed by a test.

OFFER is JSON as `Offer.as_dict` gives it; without one it goes on with its queue. It says how many bytes are there, a line each time.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from PySide6.QtCore import QCoreApplication

from desktop_app.hub.offer import offer_from
from desktop_app.services.worker_process import own_command
from tests.fakes.network import FakeNetwork
from tests.services.download_queue import Queue


def main() -> None:
    """Run until somebody ends it."""
    folder, endpoint, home, *rest = sys.argv[1:]
    application = QCoreApplication([])
    network = FakeNetwork({"download": own_command("download", "--home", home)}, endpoint)
    queue = Queue(Path(folder), network)

    def say(id_: str) -> None:
        print(queue.pid(), queue.downloads.get(id_).done_bytes, flush=True)

    queue.downloads.download_changed.connect(say)
    if rest:
        queue.downloads.add(offer_from(json.loads(rest[0])))
    application.exec()


if __name__ == "__main__":
    main()
