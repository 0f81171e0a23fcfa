"""What a later start says to the first, over a local socket: come to the front, and perhaps with this file."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

CONNECT_MS = 1500
"""How long one attempt to reach the first start may take."""
MAX_MESSAGE_BYTES = 64 * 1024


def socket_name(folder: Path) -> str:
    """Give the socket's name: the same for the same data folder, short enough for every system."""
    return "hearth-" + hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]


def hand_over(folder: Path, model_file: Path | None) -> bool:
    """Ask the window that holds the lock of `folder` to come to the front; False when it does not listen (yet)."""
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
