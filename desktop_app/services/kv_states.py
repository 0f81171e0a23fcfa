"""What models have read of conversations, kept on disk: where, how much, with which key, and for how long.

The engine writes and reads the files; here is said where it may, and here they are taken away when their conversation
is deleted, whether an engine runs or not. Nothing in them is worth a word on the screen: what is lost is read again.
"""

from __future__ import annotations

import contextlib
import logging
import os
import secrets
import stat
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot

from desktop_app.engine import state_files
from desktop_app.engine.state_files import KEY_BYTES
from desktop_app.errors import AppError
from desktop_app.paths import Paths
from desktop_app.services.background import Background
from desktop_app.services.conversations import Conversations
from desktop_app.services.engine import Engine
from desktop_app.services.preferences import Preferences
from desktop_app.storage.conversations import conversation_ids
from desktop_app.storage.faults import of_the_disk
from desktop_app.storage.own_folder import OwnFolder

log = logging.getLogger(__name__)

SETTING = "kv_states_gib"


def profile_key(path: Path) -> bytes:
    """Give the key in the file at `path`, made anew where there is none that only its owner can read.

    With a new key nobody trusts the files of the old one any more. Raises: StorageError.
    """
    try:
        with contextlib.suppress(FileNotFoundError, state_files.NotOurs):
            with state_files.open_plain(path) as file:
                is_open_to_others = os.name == "posix" and os.fstat(file.fileno()).st_mode & (stat.S_IRWXG | stat.S_IRWXO)
                key = file.read(KEY_BYTES + 1)
            if len(key) == KEY_BYTES and not is_open_to_others:
                return key
        key = secrets.token_bytes(KEY_BYTES)
        path.unlink(missing_ok=True)
        number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(number, "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise of_the_disk(path, error) from error
    return key


class KvStates(QObject):
    """Tells the engine where it may keep what models have read, and keeps that folder in order."""

    def __init__(
        self, paths: Paths, preferences: Preferences, conversations: Conversations, engine: Engine, parent: QObject | None = None
    ) -> None:
        """Begin at once, in the background."""
        super().__init__(parent)
        self._folder, self._key_path = paths.kv_states, paths.kv_states_key
        self._preferences, self._conversations, self._engine = preferences, conversations, engine
        self._key = b""
        self._forgotten: list[str] = []
        self._background = Background(self)
        # Emptying the trash is a thousand signals, and one look through the folder.
        self._timer = QTimer(self, singleShot=True, interval=0)
        self._timer.timeout.connect(self._on_forget_due)
        preferences.setting_changed.connect(self._on_setting_changed)
        conversations.conversation_purged.connect(self._forget)
        # What was said in it shall not wait on disk to be read again.
        conversations.message_removed.connect(self._on_message_removed)
        self._background.run(self._prepare, self._on_prepared, self._on_not_prepared)

    def close(self) -> None:
        """Remove what is to be removed."""
        self._on_forget_due()
        self._background.close()

    @property
    def _max_bytes(self) -> int:
        return int(self._preferences.get(SETTING)) << 30

    def _prepare(self) -> bytes:
        OwnFolder(self._folder).create()
        return profile_key(self._key_path)

    def _on_prepared(self, key: bytes) -> None:
        self._key = key
        self._apply()
        self._conversations.in_writer(conversation_ids, self._on_ids, self._on_not_prepared)

    def _on_not_prepared(self, error: AppError) -> None:
        log.warning("what models have read is not kept: %s", type(error).__name__)

    def _on_ids(self, ids: list[str]) -> None:
        """Take away what is left of conversations that were deleted while this was not running."""
        folder, key = self._folder, self._key
        self._background.run(lambda: state_files.keep_conversations(folder, key, ids), self._on_removed)

    def _apply(self) -> None:
        self._engine.keep_states(self._folder, self._key, self._max_bytes)
        if not self._max_bytes:
            folder = self._folder
            self._background.run(lambda: state_files.remove(state_files.files_in(folder)), self._on_removed)

    @Slot(str)
    def _on_setting_changed(self, key: str) -> None:
        if key == SETTING and self._key:
            self._apply()

    @Slot(str, str)
    def _on_message_removed(self, conversation_id: str, _message_id: str) -> None:
        self._forget(conversation_id)

    @Slot(str)
    def _forget(self, conversation_id: str) -> None:
        self._forgotten.append(conversation_id)
        self._timer.start()

    @Slot()
    def _on_forget_due(self) -> None:
        ids, self._forgotten = self._forgotten, []
        if not ids:
            return
        # The engine first: what it has in memory must not become a file again.
        self._engine.forget_states(ids)
        if self._key:
            folder, key = self._folder, self._key
            self._background.run(lambda: state_files.remove_conversations(folder, key, ids), self._on_removed)

    def _on_removed(self, n_files: int) -> None:
        if n_files:
            log.info("%d states were removed", n_files)
