"""One window for each data folder: a second start hands its file to the first and leaves.

A lock file decides who is first (it knows a dead owner by its process id, so a killed window blocks nobody),
a local socket carries the message. The second start opens no database.
"""

from __future__ import annotations

import hashlib
import json
import time
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

CONNECT_MS = 1500
"""How long one attempt to reach the first start may take."""
REACH_S = 20.0
"""How long a later start tries: the first listens once its window is painted, on a cold disk after some seconds."""
RETRY_S = 0.05
MAX_MESSAGE_BYTES = 64 * 1024


def socket_name(folder: Path) -> str:
    """Give the socket's name: the same for the same data folder, short enough for every system."""
    return "hearth-" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]


def take_lock(folder: Path) -> QLockFile | None:
    """Give the held lock of `folder`, to be kept as long as the application runs; None when another holds it."""
    lock = QLockFile(str(folder / "hearth.lock"))
    lock.setStaleLockTime(0)  # never by age: a window may be open for weeks
    return lock if lock.tryLock(0) else None


def take_lock_or_hand_over(folder: Path, model_file: Path | None) -> QLockFile | None:
    """Give the lock of `folder`; None when the window that holds it was asked to come to the front instead.

    Raises: TimeoutError when it is held for `REACH_S` by something that does not answer.
    """
    deadline = time.monotonic() + REACH_S
    while (lock := take_lock(folder)) is None:
        if _hand_over(folder, model_file):
            return None
        if time.monotonic() > deadline:
            raise TimeoutError(f"{folder} is in use by a Hearth that does not answer")
        time.sleep(RETRY_S)
    return lock


def _hand_over(folder: Path, model_file: Path | None) -> bool:
    """Ask the window that holds the lock to come to the front; False when it does not listen (yet)."""
    socket = QLocalSocket()
    socket.connectToServer(socket_name(folder))
    if not socket.waitForConnected(CONNECT_MS):
        return False
    socket.write(json.dumps({"file": str(model_file) if model_file else ""}).encode() + b"\n")
    is_written = socket.waitForBytesWritten(CONNECT_MS)
    socket.disconnectFromServer()
    return is_written


class InstanceServer(QObject):
    """Listens for later starts.

    Signals:
        raise_requested(str): a later start was made, with this model file or "".
    """

    raise_requested = Signal(str)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        # We hold the lock, so a socket of that name was left behind by a killed window.
        QLocalServer.removeServer(socket_name(folder))
        self._server.newConnection.connect(self._on_new_connection)
        self._server.listen(socket_name(folder))

    def close(self) -> None:
        """Stop listening."""
        self._server.close()

    @Slot()
    def _on_new_connection(self) -> None:
        while (socket := self._server.nextPendingConnection()) is not None:
            socket.setParent(self)
            socket.readyRead.connect(self._on_ready_read)
            socket.disconnected.connect(socket.deleteLater)

    @Slot()
    def _on_ready_read(self) -> None:
        socket = self.sender()
        if not isinstance(socket, QLocalSocket):
            return
        if socket.bytesAvailable() > MAX_MESSAGE_BYTES:
            socket.abort()
        elif socket.canReadLine():
            try:
                record = json.loads(bytes(socket.readLine().data()))
                self.raise_requested.emit(str(record["file"]))
            except (ValueError, KeyError, TypeError):
                socket.abort()
