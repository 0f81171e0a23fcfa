"""A connection to the session's D-Bus on Linux: calls with answers, and signals.

Without Qt's own D-Bus, which would be one more library in the installer. Reading is done when there is something to
read, on this thread; only finding the bus takes a thread, since one that is silent makes it wait.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QSocketNotifier, Signal, Slot

from desktop_app.record import Record
from desktop_app.services.background import Background

if TYPE_CHECKING:
    from jeepney import Message
    from jeepney.io.blocking import DBusConnection

log = logging.getLogger(__name__)

CONNECT_S = 5.0


_Heard = tuple[Callable[[tuple[Any, ...]], None], Callable[[], None] | None]


class BusCall(Record):
    """One call: to whom, what, and its arguments with their D-Bus types."""

    bus_name: str
    path: str
    interface: str
    member: str
    signature: str = ""
    body: tuple[Any, ...] = ()


class SessionBus(QObject):
    """Opened by the first call. `listens`: interface and member of the signals that are wanted.

    Signals:
        signalled(member, path, body): one of those.
        ended(): there is no bus, or no longer; the next call looks for one again.
    """

    signalled = Signal(str, str, object)
    ended = Signal()

    def __init__(self, listens: Sequence[tuple[str, str]], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._listens = tuple(listens)
        self._background = Background(self, waits_s=1.0)
        self._connection: DBusConnection | None = None
        self._notifier: QSocketNotifier | None = None
        self._waiting: list[tuple[BusCall, _Heard]] = []
        self._asked: dict[int, _Heard] = {}

    def call(
        self, call: BusCall, on_answer: Callable[[tuple[Any, ...]], None], on_error: Callable[[], None] | None = None
    ) -> None:
        """Send a call; `on_answer` gets what comes back, `on_error` hears that nothing does."""
        self._waiting.append((call, (on_answer, on_error)))
        if self._connection is not None:
            self._send_waiting(self._connection)
        elif len(self._waiting) == 1:
            self._background.run(lambda: _find_bus(self._listens), self._on_bus_found)

    def close(self) -> None:
        """Leave the bus."""
        self._background.close()
        self._leave()

    def _on_bus_found(self, connection: DBusConnection | None) -> None:
        if connection is None:
            log.info("no session bus")
            self._waiting.clear()
            self.ended.emit()
            return
        self._connection = connection
        self._notifier = QSocketNotifier(connection.sock.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._on_readable)
        self._send_waiting(connection)
        self._on_readable()

    def _send_waiting(self, connection: DBusConnection) -> None:
        waiting, self._waiting = self._waiting, []
        try:
            for call, heard in waiting:
                number = next(connection.outgoing_serial)
                connection.send(_message(call), serial=number)
                self._asked[number] = heard
        except OSError:
            self._leave()

    def _leave(self) -> None:
        if self._connection is None or self._notifier is None:
            return
        self._notifier.setEnabled(False)
        self._notifier.deleteLater()
        self._connection.close()
        self._connection = self._notifier = None
        self._asked.clear()
        self.ended.emit()

    @Slot()
    def _on_readable(self) -> None:
        try:
            while self._connection is not None:
                self._hear(self._connection.receive(timeout=0))
        except TimeoutError:
            pass
        except OSError:
            self._leave()

    def _hear(self, message: Message) -> None:
        from jeepney import HeaderFields, MessageType

        fields, kind = message.header.fields, message.header.message_type
        if kind is MessageType.signal:
            interface, member = fields.get(HeaderFields.interface), fields.get(HeaderFields.member)
            if (interface, member) in self._listens:
                self.signalled.emit(member, fields.get(HeaderFields.path), message.body)
            return
        on_answer, on_error = self._asked.pop(fields.get(HeaderFields.reply_serial, 0), (None, None))
        if on_answer is not None and kind is MessageType.method_return:
            on_answer(message.body)
        elif on_error is not None and kind is MessageType.error:
            on_error()


def _find_bus(listens: Sequence[tuple[str, str]]) -> DBusConnection | None:
    """Give a connection on which signals are heard; None where there is no bus, or it does not answer."""
    from jeepney import MatchRule
    from jeepney.bus_messages import message_bus
    from jeepney.io.blocking import open_dbus_connection
    from jeepney.wrappers import DBusErrorResponse

    try:
        connection = open_dbus_connection("SESSION")
        for interface, member in listens:
            rule = MatchRule(type="signal", interface=interface, member=member)
            connection.send_and_get_reply(message_bus.AddMatch(rule), timeout=CONNECT_S)
    except (OSError, KeyError, ValueError, DBusErrorResponse):
        return None
    return connection


def _message(call: BusCall) -> Message:
    from jeepney import DBusAddress, new_method_call

    address = DBusAddress(call.path, call.bus_name, call.interface)
    return new_method_call(address, call.member, call.signature or None, call.body)
