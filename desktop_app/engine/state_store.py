"""States of conversations on disk: so many bytes in one folder, authenticated, deleted with their conversation.

What is put in is written in a thread of its own, so that an answer in progress does not wait for the disk; what cannot
be written is lost and nothing else, for all of it can be read again by the model. What is taken out has been checked
to be what this profile wrote, and is the very bytes that were checked. Must not know llama.cpp: see `model_states`.
"""

from __future__ import annotations

import contextlib
import io
import logging
import os
import shutil
import threading
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from desktop_app.engine import state_files
from desktop_app.engine.state_files import PART_SUFFIX, PIECE_BYTES, NotOurs, Outline, State, Whose

log = logging.getLogger(__name__)

MIN_FREE_BYTES = 1 << 30
"""Left free on the disk: what a person writes is worth more than time."""


def has_memory_for(n_bytes: int) -> bool:
    """Say whether so many bytes may be taken for a while: half of what is free at most, however slow the disk is."""
    return n_bytes <= int(psutil.virtual_memory().available) // 2


class StateStore:
    """The states in `folder`, at most `max_bytes` together, written by one `build`. `close` when it is used no more."""

    def __init__(self, folder: Path, key: bytes, max_bytes: int, build: str) -> None:
        self.max_bytes = max_bytes
        self._folder = folder
        self._key = key
        self._build = build
        self._changed = threading.Condition()
        self._waiting: dict[Whose, State] = {}
        """What is not on disk yet, in the order in which it is written."""
        self._is_closed = False
        self._thread = threading.Thread(target=self._write_all, name="states", daemon=True)
        self._thread.start()

    def outline(self, conversation: str, model: str) -> Outline | None:
        """Give what is kept of a conversation, its long parts left out; None when nothing is. Takes some 0.2 ms."""
        whose = self._of(conversation, model)
        if (waiting := self._waiting.get(whose)) is not None:
            return waiting.outline
        path = self._folder / whose.file_name
        try:
            with state_files.open_plain(path) as file:
                return state_files.read_outline(file, self._key, whose, os.fstat(file.fileno()).st_size)
        except (NotOurs, OSError) as error:
            self._let_go(path, error)
            return None

    def get(self, conversation: str, model: str, is_awaited: Callable[[], bool] = lambda: True) -> State | None:
        """Give what is kept of a conversation; None when nothing is that can be trusted, or when memory is short.

        A gigabyte takes two seconds, or ten on a slow disk: `is_awaited` is asked every few milliseconds. Raises: GivenUp.
        """
        whose = self._of(conversation, model)
        if (waiting := self._waiting.get(whose)) is not None:
            return waiting
        path = self._folder / whose.file_name
        try:
            found = self._read(path, whose, is_awaited)
        except (NotOurs, OSError) as error:
            self._let_go(path, error)
            return None
        with contextlib.suppress(OSError):
            os.utime(path)  # what is used stays longest
        return found

    def put(self, conversation: str, model: str, state: State) -> None:
        """Keep `state` in place of what is kept of the conversation; the disk has it a little later, see `flush`."""
        whose = self._of(conversation, model)
        with self._changed:
            if not self._is_closed:
                self._waiting[whose] = state
                self._changed.notify_all()

    def remove(self, conversations: Sequence[str]) -> None:
        """Keep nothing of these conversations any more."""
        names = {state_files.conversation_name(self._key, one) for one in conversations}
        with self._changed:
            self._waiting = {whose: state for whose, state in self._waiting.items() if whose.conversation not in names}
            # Under the lock: what is being written gets its name only while that is held, and not when it waits no more.
            state_files.remove_conversations(self._folder, self._key, conversations)
            self._changed.notify_all()

    def flush(self, timeout_s: float) -> bool:
        """Wait until everything is on disk; False when the time is over."""
        with self._changed:
            return self._changed.wait_for(lambda: not self._waiting, timeout_s)

    def close(self, timeout_s: float) -> bool:
        """Write what waits and end; False when the time is over: the rest is lost then."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()
        self._thread.join(timeout_s)
        with self._changed:
            # What is being written is given up too: it does not get its name when it waits no more.
            self._waiting = {}
        return not self._thread.is_alive()

    def _of(self, conversation: str, model: str) -> Whose:
        return Whose(state_files.conversation_name(self._key, conversation), model, self._build)

    def _read(self, path: Path, whose: Whose, is_awaited: Callable[[], bool]) -> State | None:
        with state_files.open_plain(path) as file:
            n_bytes = os.fstat(file.fileno()).st_size
            outline = state_files.read_outline(file, self._key, whose, n_bytes)
            if n_bytes > self.max_bytes or not has_memory_for(n_bytes):
                return None
            data = memoryview(bytearray(n_bytes))
            file.seek(0)
            for piece in state_files.pieces_of(n_bytes, is_awaited):
                if file.readinto(data[piece]) != piece.stop - piece.start:
                    raise NotOurs
        return state_files.checked(self._key, whose, outline, data, is_awaited)

    def _let_go(self, path: Path, error: NotOurs | OSError) -> None:
        if isinstance(error, NotOurs):
            log.warning("a state that is damaged, or none of ours, is removed")
            state_files.remove([path])
        elif not isinstance(error, FileNotFoundError):
            log.warning("a state cannot be read: %s", type(error).__name__)

    def _write_all(self) -> None:
        try:
            state_files.remove_other_builds(self._folder, self._build)
            state_files.make_room(self._folder, self.max_bytes)
            while (waiting := self._next()) is not None:
                self._write(*waiting)
        finally:
            # Nobody shall wait for what will never be written.
            with self._changed:
                self._is_closed = True
                self._waiting = {}
                self._changed.notify_all()

    def _next(self) -> tuple[Whose, State] | None:
        """Wait for something to write; None at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._is_closed)
            return next(iter(self._waiting.items()), None)

    def _write(self, whose: Whose, state: State) -> None:
        try:
            self._write_file(whose, state)
        except OSError as error:
            log.warning("a state cannot be written: %s", type(error).__name__)
        with self._changed:
            if self._waiting.get(whose) is state:
                del self._waiting[whose]
            self._changed.notify_all()

    def _write_file(self, whose: Whose, state: State) -> None:
        path = self._folder / whose.file_name
        part = path.with_name(f"{path.name}{PART_SUFFIX}")
        # The older state of the same conversation makes way first: it is of no use any more.
        state_files.remove([path, part])
        has_room = shutil.disk_usage(self._folder).free >= state.n_bytes + MIN_FREE_BYTES
        if not has_room or state.n_bytes > self.max_bytes or self._folder.is_symlink():
            log.info("there is no room for a state of %d bytes", state.n_bytes)
            return
        state_files.make_room(self._folder, self.max_bytes - state.n_bytes)
        try:
            self._write_part(part, whose, state)
            with self._changed:
                # It may have been removed, or replaced by a newer one, in the meantime.
                if self._waiting.get(whose) is state:
                    part.replace(path)
        finally:
            state_files.remove([part])

    def _write_part(self, part: Path, whose: Whose, state: State) -> None:
        code = state_files.code_maker(self._key)
        number = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        # Not made durable: a file that a power cut has torn does not pass its check.
        with os.fdopen(number, "wb", buffering=0) as file:
            for piece in (state_files.head_of(self._key, whose, state.outline), state.data, *state.checkpoints):
                code.update(piece)
                for start in range(0, len(piece), PIECE_BYTES):
                    _write(file, memoryview(piece)[start : start + PIECE_BYTES])
            _write(file, memoryview(code.digest()))


def _write(file: io.FileIO, piece: memoryview) -> None:
    while piece:
        piece = piece[file.write(piece) :]
