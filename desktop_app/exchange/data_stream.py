"""Values as Qt's QDataStream writes them, read without Qt and without trust.

Source: Qt 6, "Serializing Qt Data Types": big-endian; a QString or QByteArray is its length in bytes and its bytes.
"""

from __future__ import annotations

from desktop_app.chat.message import storable
from desktop_app.exchange.limits import CHUNK_BYTES, MAX_CONVERSATION_BYTES
from desktop_app.exchange.text_stream import Readable

_NULL, _LONG = 0xFFFFFFFF, 0xFFFFFFFE
_MAX_BYTES = MAX_CONVERSATION_BYTES


class DataStream:
    """Reads a stream. Every method raises EOFError where it ends, and ValueError where it is too large to be true."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._n_left = _MAX_BYTES
        """Bytes that may still be kept; what is skipped costs nothing."""

    def int32(self) -> int:
        """Give a qint32."""
        return int.from_bytes(self._take(4), "big", signed=True)

    def int64(self) -> int:
        """Give a qint64."""
        return int.from_bytes(self._take(8), "big", signed=True)

    def uint64(self) -> int:
        """Give a quint64."""
        return int.from_bytes(self._take(8), "big")

    def boolean(self) -> bool:
        """Give a bool."""
        return self._take(1) != b"\0"

    def count(self, most: int, bits: int = 64) -> int:
        """Give how many items follow, at most `most`."""
        found = self.int64() if bits == 64 else self.int32()
        if not 0 <= found <= most:
            raise ValueError("an impossible number of items")
        return found

    def data(self) -> bytes:
        """Give a QByteArray, or a QUrl as it is encoded."""
        return self._take(self._length())

    def string(self) -> str:
        """Give a QString."""
        return storable(self.data().decode("utf-16-be", "surrogatepass"))

    def strings(self) -> list[str]:
        """Give a list of QString."""
        found = int.from_bytes(self._take(4), "big")
        if found > 100_000:
            raise ValueError("an impossible number of items")
        return [self.string() for _ in range(found)]

    def skip_bytes(self) -> None:
        """Pass a QString or QByteArray."""
        self.skip(self._length())

    def skip(self, n_bytes: int) -> None:
        """Pass `n_bytes`."""
        while n_bytes > 0:
            taken = self._stream.read(min(n_bytes, CHUNK_BYTES))
            if not taken:
                raise EOFError
            n_bytes -= len(taken)

    def _length(self) -> int:
        length = int.from_bytes(self._take(4), "big")
        if length == _NULL:
            return 0
        return self.uint64() if length == _LONG else length

    def _take(self, n_bytes: int) -> bytes:
        self._n_left -= n_bytes
        if self._n_left < 0:
            raise ValueError("too long")
        found = b""
        while len(found) < n_bytes:
            taken = self._stream.read(n_bytes - len(found))
            if not taken:
                raise EOFError
            found += taken
        return found
