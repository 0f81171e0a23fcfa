"""The files that KV states are kept in: what they are called, what stands in them, who may read and remove them.

Used by the engine, which reads and writes them, and by the window, which removes those of a deleted conversation
whether an engine runs or not. Must not know llama.cpp.

    name     <conversation>-<model>-<build>.kv   keyed hash of the id, hash of model and context, hash of the build
    content  _HEAD, tokens, (n_tokens, n_bytes) of each checkpoint, code, state, checkpoints, code (32 bytes each)

Each code is made with the key of this profile over everything before it. Nothing of a file is used before that was
checked: the tokens, which decide whether it is worth reading, have a code of their own.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import itertools
import os
import re
import stat
import struct
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from io import BufferedReader
from pathlib import Path

from desktop_app.record import Record

KEY_BYTES = 32
CODE_BYTES = 32
PIECE_BYTES = 8 << 20
"""Read and checked in one go: some 10 ms from a fast disk, 100 ms from a slow one."""
PART_SUFFIX = ".part"
"""Of a file that is being written. What a killed process leaves of it is removed by the next one."""

_MAGIC = b"HearthKV"
_FORMAT = 2
_HEAD = struct.Struct("<8sI16s16s4sIIIQ")
"""Magic, format, conversation, model, build, n_tokens, n_cut_min, n_checkpoints, bytes of the state."""
_POINT = struct.Struct("<IQ")
_N_TOKENS_MAX = 1 << 24
_N_CHECKPOINTS_MAX = 64
_NAME = re.compile(r"([0-9a-f]{32})-([0-9a-f]{32})-([0-9a-f]{8})\.kv(\.part)?")


class NotOurs(Exception):
    """The file is damaged, or was not written by this profile for this conversation, model and build."""


class GivenUp(Exception):
    """Something else comes first; what was to be read can be read later."""


class Whose(Record):
    """What a state belongs to; all three are in the name of its file and, authenticated, in the file."""

    conversation: str
    """What `conversation_name` gives, 32 hexadecimal digits."""
    model: str
    """32 digits: hash of the model file and of everything about the context that must be the same."""
    build: str
    """8 digits: hash of the versions of llama.cpp and of ours."""

    @property
    def file_name(self) -> str:
        """Name of the file."""
        return f"{self.conversation}-{self.model}-{self.build}.kv"


class Outline(Record):
    """What a file says before its long parts."""

    tokens: list[int]
    n_cut_min: int
    """The state can be cut back to so many tokens or more without a checkpoint; 0: to any number."""
    points: tuple[tuple[int, int], ...]
    """Tokens and bytes of each checkpoint."""
    n_state_bytes: int

    def n_usable(self, prompt: Sequence[int]) -> int:
        """Give how many tokens at the beginning of `prompt` would not have to be read: all but one at most."""
        n_common, n_max = 0, min(len(self.tokens), len(prompt) - 1)
        while n_common < n_max and self.tokens[n_common] == prompt[n_common]:
            n_common += 1
        if n_common == len(self.tokens) or n_common >= self.n_cut_min:
            return n_common
        return max((n_tokens for n_tokens, _ in self.points if n_tokens <= n_common), default=0)


class State(Record):
    """What is kept of one conversation."""

    outline: Outline
    data: bytearray | memoryview
    checkpoints: tuple[bytes | bytearray | memoryview, ...] = ()
    """As many as the outline has `points`."""

    @property
    def n_bytes(self) -> int:
        """Size of its file."""
        return _n_bytes(self.outline)


def conversation_name(key: bytes, conversation: str) -> str:
    """Give what the files of a conversation begin with: who does not have the key learns nothing of its id."""
    return hashlib.blake2b(conversation.encode(), key=key, digest_size=16, person=b"kv conversation").hexdigest()


def code_maker(key: bytes) -> hashlib.blake2b:
    """Give what makes the code of a file from its bytes.

    BLAKE2b with a key is a message authentication code (RFC 7693). Measured: 1.3 GB/s on any processor; SHA-256
    makes 1.9 GB/s where there are instructions for it, and a third of that where there are none.
    """
    return hashlib.blake2b(key=key, digest_size=CODE_BYTES, person=b"kv state")


def head_of(key: bytes, whose: Whose, outline: Outline) -> bytes:
    """Give the beginning of a file, up to the state."""
    head = _head(whose, outline)
    return head + _head_code(key, head)


def _head(whose: Whose, outline: Outline) -> bytes:
    names = (bytes.fromhex(whose.conversation), bytes.fromhex(whose.model), bytes.fromhex(whose.build))
    numbers = (len(outline.tokens), outline.n_cut_min, len(outline.points), outline.n_state_bytes)
    table = b"".join(_POINT.pack(*point) for point in outline.points)
    return _HEAD.pack(_MAGIC, _FORMAT, *names, *numbers) + array("i", outline.tokens).tobytes() + table


def _head_code(key: bytes, head: bytes) -> bytes:
    return hashlib.blake2b(head, key=key, digest_size=CODE_BYTES, person=b"kv head").digest()


def read_outline(file: BufferedReader, key: bytes, whose: Whose, n_bytes: int) -> Outline:
    """Give what stands at the beginning of a file of `n_bytes`.

    Raises: NotOurs, if this profile did not write it, also where the lengths do not add up.
    """
    head = file.read(_HEAD.size)
    if len(head) < _HEAD.size:
        raise NotOurs
    magic, number, conversation, model, build, n_tokens, cut_min, n_points, n_state_bytes = _HEAD.unpack(head)
    said = Whose(conversation.hex(), model.hex(), build.hex())
    if (magic, number) != (_MAGIC, _FORMAT) or said != whose or n_tokens > _N_TOKENS_MAX or n_points > _N_CHECKPOINTS_MAX:
        raise NotOurs
    tokens, table = file.read(4 * n_tokens), file.read(_POINT.size * n_points)
    if not hmac.compare_digest(_head_code(key, head + tokens + table), file.read(CODE_BYTES)):
        raise NotOurs
    outline = Outline(array("i", tokens).tolist(), cut_min, tuple(_POINT.iter_unpack(table)), n_state_bytes)
    if _n_bytes(outline) != n_bytes:
        raise NotOurs
    return outline


def pieces_of(n_bytes: int, is_awaited: Callable[[], bool]) -> Iterator[slice]:
    """Give what can be done in one go, from the beginning to the end. Raises: GivenUp, when it is not awaited any more."""
    for start in range(0, n_bytes, PIECE_BYTES):
        if not is_awaited():
            raise GivenUp
        yield slice(start, min(start + PIECE_BYTES, n_bytes))


def checked(key: bytes, whose: Whose, outline: Outline, data: memoryview, is_awaited: Callable[[], bool]) -> State:
    """Give what is in a whole file, of which `outline` was read before.

    Raises: NotOurs, if this profile did not write it; GivenUp.
    """
    code = code_maker(key)
    for piece in pieces_of(len(data) - CODE_BYTES, is_awaited):
        code.update(data[piece])
    head = head_of(key, whose, outline)
    is_ours = hmac.compare_digest(code.digest(), data[-CODE_BYTES:])
    if not is_ours or len(data) != _n_bytes(outline) or data[: len(head)] != head:
        raise NotOurs
    ends = list(itertools.accumulate((size for _, size in outline.points), initial=len(head) + outline.n_state_bytes))
    checkpoints = tuple(data[start:end] for start, end in itertools.pairwise(ends))
    return State(outline, data[len(head) : ends[0]], checkpoints)


def _n_bytes(outline: Outline) -> int:
    n_head_bytes = _HEAD.size + 4 * len(outline.tokens) + _POINT.size * len(outline.points) + CODE_BYTES
    return n_head_bytes + outline.n_state_bytes + sum(size for _, size in outline.points) + CODE_BYTES


def open_plain(path: Path) -> BufferedReader:
    """Open a file for reading that is a plain one, and no link. Raises: NotOurs, OSError."""
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    if not stat.S_ISREG(path.lstat().st_mode):
        raise NotOurs
    file = os.fdopen(os.open(path, flags), "rb")
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise NotOurs
    return file


# Keeping the folder in order: what is removed has a name that only we give, and stands in the folder itself.


def files_in(folder: Path) -> list[Path]:
    """Give what stands in the folder under a name of ours; [] where the folder is a link or not there."""
    try:
        if folder.is_symlink():
            return []
        with os.scandir(folder) as entries:
            return [Path(one.path) for one in entries if _NAME.fullmatch(one.name) and not one.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def remove(paths: Iterable[Path]) -> int:
    """Remove files that `files_in` gave, and give how many: a link goes, what it leads to stays."""
    n_removed = 0
    for path in paths:
        with contextlib.suppress(OSError):
            path.unlink()
            n_removed += 1
    return n_removed


def remove_conversations(folder: Path, key: bytes, conversations: Iterable[str]) -> int:
    """Remove what is kept of these conversations, and give the number of files."""
    names = {conversation_name(key, one) for one in conversations}
    return remove(path for path in files_in(folder) if path.name[:32] in names)


def keep_conversations(folder: Path, key: bytes, conversations: Collection[str]) -> int:
    """Remove what is kept of all others, and give the number of files."""
    names = {conversation_name(key, one) for one in conversations}
    return remove(path for path in files_in(folder) if path.name[:32] not in names)


def remove_other_builds(folder: Path, build: str) -> int:
    """Remove what another build wrote, which nobody will ever read, and what was left half written."""
    files = ((path, _NAME.fullmatch(path.name)) for path in files_in(folder))
    return remove(path for path, name in files if name is not None and (name[3] != build or name[4]))


def make_room(folder: Path, n_bytes_max: int) -> None:
    """Remove what was used longest ago until at most `n_bytes_max` are left."""
    found = []
    for path in files_in(folder):
        with contextlib.suppress(OSError):
            status = path.lstat()
            found.append((status.st_mtime_ns, status.st_size, path))
    n_bytes = sum(size for _, size, _ in found)
    for _, size, path in sorted(found):
        if n_bytes <= n_bytes_max:
            return
        n_bytes -= size * remove([path])
