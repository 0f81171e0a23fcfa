"""Files that a person attaches to a question: read whole, off the window's thread, and only if they are text.

Nothing takes a file apart: bytes become characters or the file is refused, so that no format can do harm here.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.decoding import decode
from desktop_app.chat.message import new_id
from desktop_app.errors import AttachmentTooLarge, FileUnreadable, NotATextFile
from desktop_app.services.background import Background

MAX_BYTES = 4 * 1024 * 1024
"""A million tokens, more than any model reads at once."""
N_FILES_MAX = 20
"""At once; a folder that was dropped by mistake must not become a thousand attachments."""
N_NAME_CHARACTERS_MAX = 120
STUCK_S = 2.0
"""A file on a disk that does not answer is not waited for longer when nobody wants it any more."""


def read_text_file(path: Path, import_bytes_max: int | None = None) -> Attachment:
    """Give a text file as it is now. `import_bytes_max`: what is read at most for an import; None: it is to be attached.

    Raises: FileUnreadable, AttachmentTooLarge, NotATextFile.
    """
    max_bytes = MAX_BYTES if import_bytes_max is None else import_bytes_max
    try:
        if not path.is_file():
            raise FileUnreadable(str(path), "not a file")
        with path.open("rb") as file:
            data = file.read(max_bytes + 1)
        if len(data) > max_bytes:
            n_bytes = max(path.stat().st_size, len(data))
            raise AttachmentTooLarge(str(path), n_bytes, max_bytes, is_import=import_bytes_max is not None)
    except OSError as error:
        raise FileUnreadable(str(path), error.strerror or type(error).__name__) from error
    text = decode(data)
    if text is None:
        raise NotATextFile(str(path))
    return Attachment(id=new_id(), name=path.name[-N_NAME_CHARACTERS_MAX:], text=text, n_bytes=len(data))


class TextFiles(QObject):
    """Reads files for the composer.

    Signals:
        file_read(wish, Attachment), failed(wish, AppError): one of them for every file; `wish` is what `read` was given.
    """

    file_read = Signal(str, object)
    failed = Signal(str, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._background = Background(self, waits_s=STUCK_S)

    def read(self, wish: str, path: Path) -> None:
        """Read a file, beside those that are being read."""
        self._background.run(partial(read_text_file, path), partial(self.file_read.emit, wish), partial(self.failed.emit, wish))

    def close(self) -> None:
        """Wait for what is being read; nothing is told any more."""
        self._background.close()


def pasted(text: str, name: str) -> Attachment:
    """Give pasted text as an attachment."""
    return Attachment(id=new_id(), name=name, text=text, n_bytes=len(text.encode("utf-8", "replace")))
