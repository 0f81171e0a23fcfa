"""A local stand-in for the Hugging Face Hub, for tests (standard library only).

It speaks enough of the Hub's HTTP protocol for the real ``huggingface_hub`` client: model search,
model info, file tree, ``resolve`` with its redirect to a content host, ranges, gated and private
repositories, tokens, and (optionally) the Xet storage protocol that ``hf_xet`` uses. Every fault a
download can meet on a real network can be injected, and every request is logged.

Repositories are folders: ``ROOT/owner/name/...files...``. An optional ``ROOT/owner/name.json``
beside a folder overrides what the API says about it (see ``REPO_SETTINGS``).

    with TestHub(root) as hub:                        # in a test
        hub.add_fault(path="/cdn/*", drop_after=12_000_000)
        hf_hub_download("owner/name", "model.gguf", endpoint=hub.url, local_dir=target)
        assert [r["range"] for r in hub.requests(path="/cdn/*")] == [None, "bytes=10485760-"]

    python hub.py --root DIR --port 0                 # as a program: prints its URL as one line

Two ports are opened, as on the real Hub: the API and the metadata come from one origin, the bytes
of large files from another (the "CDN"), which must never be sent the user's token.
"""

from __future__ import annotations

import argparse
import base64
import bisect
import contextlib
import dataclasses
import email.utils
import fnmatch
import functools
import hashlib
import hmac
import json
import math
import os
import random
import socket
import struct
import sys
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, quote, unquote, urlencode, urlsplit

# What ROOT/owner/name.json (or TestHub.set_repo) may say, with the value used when it does not.
REPO_SETTINGS: dict[str, Any] = {
    "downloads": 0,
    "downloadsAllTime": None,  # default: 10 x downloads
    "likes": 0,
    "trendingScore": 0,
    "createdAt": None,  # default: the oldest file's time; ISO 8601 with a trailing Z
    "lastModified": None,  # default: the newest file's time
    "pipeline_tag": "text-generation",
    "library_name": None,
    "tags": [],  # added to the tags the hub derives (gguf, library, task, license)
    "cardData": {},
    "gated": False,  # False, "auto" or "manual"
    "private": False,
    "disabled": False,
    "allowed_users": [],  # who may read a gated or private repository
    "gguf": None,  # default: read from the repository's first GGUF file
    "branches": ["main"],  # all point at the one version that is on disk
    "xet": None,  # default: the hub's own setting
}

# Files that the Hub keeps in large-file storage; everything else is a plain git blob.
LARGE_FILE_SUFFIXES = (".gguf", ".safetensors", ".bin", ".pt", ".onnx", ".dat")
LARGE_FILE_MIN_BYTES = 10_000_000

LIST_FIELDS = ("likes", "private", "downloads", "tags", "pipeline_tag", "library_name", "createdAt")
FULL_LIST_FIELDS = (*LIST_FIELDS, "author", "sha", "lastModified", "gated", "disabled", "siblings", "trendingScore")
INFO_FIELDS = (*FULL_LIST_FIELDS, "cardData", "config", "model-index", "spaces", "usedStorage", "gguf")
EXPANDABLE_FIELDS = frozenset(INFO_FIELDS) | {
    "baseModels", "childrenModelCount", "downloadsAllTime", "evalResults", "inference", "inferenceProviderMapping",
    "mask_token", "resourceGroup", "safetensors", "transformersInfo", "widgetData",
}  # fmt: skip
SORT_FIELDS = ("downloads", "likes", "lastModified", "createdAt", "trendingScore")

SEND_CHUNK = 256 * 1024
SENDFILE_CHUNK = 4 * 1024 * 1024


# --- faults ---------------------------------------------------------------------------------------


@dataclass
class Fault:
    """What goes wrong, for which requests.

    The first four fields choose requests; ``skip`` matching requests pass untouched, the next ``times``
    are affected (None: all that follow). When several faults match one request, their effects combine.
    """

    path: str = "*"  # shell pattern on the URL path, e.g. "/cdn/*" or "*/resolve/*"
    method: str = "GET"  # or "HEAD", "POST", "*"
    host: str = "*"  # "hub", "cdn" or "*"
    has_range: bool | None = None  # only requests with (True) or without (False) a Range header
    skip: int = 0
    times: int | None = 1

    status: int | None = None  # answer with this status instead (429, 500, 503, ...)
    headers: dict[str, str | None] = field(default_factory=dict)  # set, or with None remove, headers
    retry_after: int | None = None  # with status: send Retry-After
    delay: float = 0.0  # seconds before the status line: a slow first byte
    hang: bool = False  # never answer
    stall_after: int | None = None  # send this many body bytes, then nothing, connection open
    drop_after: int | None = None  # send this many body bytes, then close the connection
    reset: bool = False  # with drop_after: close with RST ("connection reset") rather than FIN
    rate: float | None = None  # body bytes per second, on each connection
    corrupt_at: tuple[int, ...] = ()  # file offsets whose byte is sent inverted
    content_length_delta: int = 0  # added to the Content-Length that is declared
    ignore_range: bool = False  # answer 200 with the whole file

    seen: int = 0  # matching requests so far

    SELECTORS = ("path", "method", "host", "has_range", "skip", "times", "seen")

    def takes(self, host: str, method: str, path: str, has_range: bool) -> bool:
        """Whether this request matches and falls among those to affect. Counts the request."""
        if self.host not in ("*", host) or self.method not in ("*", method):
            return False
        if self.has_range not in (None, has_range) or not fnmatch.fnmatchcase(path, self.path):
            return False
        self.seen += 1
        return self.seen > self.skip and (self.times is None or self.seen <= self.skip + self.times)

    def effects(self) -> dict[str, Any]:
        """The effect fields that differ from "nothing wrong"."""
        plain = Fault()
        changed = {f.name: getattr(self, f.name) for f in dataclasses.fields(self) if f.name not in self.SELECTORS}
        return {name: value for name, value in changed.items() if value != getattr(plain, name)}


class Disconnect(Exception):
    """The handler closed the connection on purpose."""


# --- GGUF -----------------------------------------------------------------------------------------

_GGUF_SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
_GGUF_STRING, _GGUF_ARRAY = 8, 9


def read_gguf_header(path: Path) -> tuple[dict[str, Any], list[tuple[str, tuple[int, ...], int]]]:
    """The metadata of a GGUF file and its tensors as (name, dimensions, ggml type). Arrays are read whole."""
    with path.open("rb") as stream:

        def scalar(fmt: str) -> Any:
            return struct.unpack(fmt, stream.read(struct.calcsize(fmt)))[0]

        def text() -> str:
            return stream.read(scalar("<Q")).decode("utf-8", "replace")

        def value(kind: int) -> Any:
            if kind == _GGUF_STRING:
                return text()
            if kind == _GGUF_ARRAY:
                item_kind, count = scalar("<I"), scalar("<Q")
                return [value(item_kind) for _ in range(count)]
            return scalar(_GGUF_SCALARS[kind])

        if stream.read(4) != b"GGUF":
            raise ValueError(f"not a GGUF file: {path}")
        scalar("<I")  # version
        tensor_count, metadata_count = scalar("<Q"), scalar("<Q")
        metadata = {}
        for _ in range(metadata_count):
            key = text()
            metadata[key] = value(scalar("<I"))
        tensors = []
        for _ in range(tensor_count):
            name = text()
            dimensions = tuple(scalar("<Q") for _ in range(scalar("<I")))
            tensors.append((name, dimensions, scalar("<I")))
            scalar("<Q")  # offset
        return metadata, tensors


def write_gguf(
    path: Path,
    metadata: dict[str, Any] | None = None,
    *,
    tensors: Iterable[tuple[str, tuple[int, ...]]] = (("token_embd.weight", (64, 32)),),
    size: int = 0,
    seed: int = 0,
) -> Path:
    """Writes a small but well-formed GGUF file (random F32 weights) for tests, padded to at least ``size`` bytes.

    ``metadata`` adds to, or replaces, a plausible default for a tiny llama model.
    """
    defaults: dict[str, Any] = {
        "general.architecture": "llama",
        "general.name": path.stem,
        "general.file_type": 0,
        "llama.block_count": 2,
        "llama.context_length": 2048,
        "llama.embedding_length": 64,
        "llama.feed_forward_length": 128,
        "llama.attention.head_count": 4,
        "llama.attention.head_count_kv": 2,
        "tokenizer.ggml.model": "llama",
        "tokenizer.ggml.tokens": ["<unk>", "<s>", "</s>"],
        "tokenizer.ggml.bos_token_id": 1,
        "tokenizer.ggml.eos_token_id": 2,
        "tokenizer.chat_template": "{% for m in messages %}{{ m['content'] }}{% endfor %}",
    }

    def pack_text(text: str) -> bytes:
        raw = text.encode()
        return struct.pack("<Q", len(raw)) + raw

    def pack_value(value: Any) -> bytes:
        if isinstance(value, str):
            return struct.pack("<I", _GGUF_STRING) + pack_text(value)
        if isinstance(value, bool):
            return struct.pack("<I?", 7, value)
        if isinstance(value, int):
            return struct.pack("<II", 4, value) if 0 <= value < 2**32 else struct.pack("<Iq", 11, value)
        if isinstance(value, float):
            return struct.pack("<If", 6, value)
        packed = [pack_value(item) for item in value]
        kind = packed[0][:4] if packed else struct.pack("<I", _GGUF_STRING)
        return struct.pack("<I", _GGUF_ARRAY) + kind + struct.pack("<Q", len(packed)) + b"".join(p[4:] for p in packed)

    pairs = {**defaults, **(metadata or {})}
    tensors = list(tensors)
    header = b"GGUF" + struct.pack("<IQQ", 3, len(tensors), len(pairs))
    header += b"".join(pack_text(key) + pack_value(value) for key, value in pairs.items())
    offset = 0
    for name, dimensions in tensors:
        header += pack_text(name) + struct.pack(f"<I{len(dimensions)}QIQ", len(dimensions), *dimensions, 0, offset)
        offset += (4 * math.prod(dimensions) + 31) // 32 * 32
    header += bytes(-len(header) % 32)
    path.parent.mkdir(parents=True, exist_ok=True)
    generator, missing = random.Random(seed), max(offset, size - len(header))
    with path.open("wb") as stream:
        stream.write(header)
        while missing > 0:
            missing -= stream.write(generator.randbytes(min(missing, 1 << 20)))
    return path


# --- repositories ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class RepoFile:
    """One file of a repository, with the identifiers the Hub gives it."""

    path: str  # in the repository, with forward slashes
    local: Path
    size: int
    sha256: str
    blob_id: str  # git object id: of the content, or for a large file of its pointer
    pointer_size: int | None  # None: not in large-file storage

    @property
    def is_large(self) -> bool:
        return self.pointer_size is not None

    @property
    def etag(self) -> str:
        return self.sha256 if self.is_large else self.blob_id

    @property
    def xet_hash(self) -> str:
        return hashlib.sha256(b"xet:" + self.sha256.encode()).hexdigest()

    def lfs(self, hash_key: str) -> dict[str, Any] | None:
        if not self.is_large:
            return None
        return {hash_key: self.sha256, "size": self.size, "pointerSize": self.pointer_size}


@functools.cache
def _gguf_summary(file: RepoFile) -> dict[str, Any] | None:
    """What the Hub tells of a GGUF file: size in parameters, architecture, context length, chat template, ..."""
    try:
        metadata, tensors = read_gguf_header(file.local)
    except (ValueError, KeyError, struct.error):
        return None
    architecture = metadata.get("general.architecture")
    tokens = metadata.get("tokenizer.ggml.tokens", [])

    def token(name: str) -> str | None:
        index = metadata.get(f"tokenizer.ggml.{name}_token_id")
        return tokens[index] if index is not None and index < len(tokens) else None

    summary = {
        "total": sum(math.prod(dimensions) for _, dimensions, _ in tensors),
        "architecture": architecture,
        "context_length": metadata.get(f"{architecture}.context_length"),
        "quantize_imatrix_file": metadata.get("quantize.imatrix.file"),
        "chat_template": metadata.get("tokenizer.chat_template"),
        "bos_token": token("bos"),
        "eos_token": token("eos"),
    }
    return {key: value for key, value in summary.items() if value is not None}


class Repo:
    """A folder served as a repository. Reads the disk anew each time, so tests may change it while serving."""

    def __init__(self, repo_id: str, folder: Path, settings: dict[str, Any], file_cache: dict[tuple[Any, ...], RepoFile]):
        self.id = repo_id
        self.settings = {**REPO_SETTINGS, **settings}
        self.files: dict[str, RepoFile] = {}
        times = []
        for local in sorted(folder.rglob("*")):
            if not local.is_file():
                continue
            stat = local.stat()
            key = (str(local), stat.st_size, stat.st_mtime_ns)
            if key not in file_cache:
                file_cache[key] = self._describe(local, local.relative_to(folder).as_posix())
            self.files[file_cache[key].path] = file_cache[key]
            times.append(stat.st_mtime)
        listing = "\n".join(f"{f.path} {f.blob_id}" for f in self.files.values())
        self.sha = hashlib.sha1(f"{repo_id}\n{listing}".encode()).hexdigest()
        self.created_at = self.settings["createdAt"] or _iso_time(min(times, default=0))
        self.last_modified = self.settings["lastModified"] or _iso_time(max(times, default=0))

    @staticmethod
    def _describe(local: Path, path: str) -> RepoFile:
        size = local.stat().st_size
        sha256 = hashlib.sha256()
        git_sha1 = hashlib.sha1(b"blob %d\0" % size)
        with local.open("rb") as stream:
            while block := stream.read(1 << 20):
                sha256.update(block)
                git_sha1.update(block)
        if not (path.endswith(LARGE_FILE_SUFFIXES) or size >= LARGE_FILE_MIN_BYTES):
            return RepoFile(path, local, size, sha256.hexdigest(), git_sha1.hexdigest(), None)
        pointer = f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256.hexdigest()}\nsize {size}\n".encode()
        blob_id = hashlib.sha1(b"blob %d\0" % len(pointer) + pointer).hexdigest()
        return RepoFile(path, local, size, sha256.hexdigest(), blob_id, len(pointer))

    def has_revision(self, revision: str) -> bool:
        return revision == self.sha or revision in self.settings["branches"]

    @property
    def tags(self) -> list[str]:
        derived = [self.settings["library_name"], self.settings["pipeline_tag"]]
        if any(path.endswith(".gguf") for path in self.files):
            derived.append("gguf")
        if license_name := self.settings["cardData"].get("license"):
            derived.append(f"license:{license_name}")
        return list(dict.fromkeys([tag for tag in derived if tag] + list(self.settings["tags"])))

    @property
    def gguf(self) -> dict[str, Any] | None:
        """The Hub's summary of the first GGUF file, or None."""
        if self.settings["gguf"] is not None:
            return dict(self.settings["gguf"])
        models = (f for f in self.files.values() if f.path.endswith(".gguf") and "mmproj" not in f.path)
        return next((summary for file in models if (summary := _gguf_summary(file))), None)

    def siblings(self, with_blobs: bool) -> list[dict[str, Any]]:
        if not with_blobs:
            return [{"rfilename": path} for path in self.files]
        entries = []
        for file in self.files.values():
            entry = {"rfilename": file.path, "size": file.size, "blobId": file.blob_id}
            if file.is_large:
                entry["lfs"] = file.lfs("sha256")
            entries.append(entry)
        return entries

    def describe(self, fields: Iterable[str], with_blobs: bool = False) -> dict[str, Any]:
        """The JSON object the API gives for this repository, with these fields."""
        computed: dict[str, Callable[[], Any]] = {
            "author": lambda: self.id.split("/")[0],
            "sha": lambda: self.sha,
            "createdAt": lambda: self.created_at,
            "lastModified": lambda: self.last_modified,
            "tags": lambda: self.tags,
            "siblings": lambda: self.siblings(with_blobs),
            "gguf": lambda: self.gguf,
            "usedStorage": lambda: sum(f.size for f in self.files.values()),
            "downloadsAllTime": lambda: self.settings["downloadsAllTime"] or 10 * self.settings["downloads"],
            "config": dict,
            "spaces": list,
        }
        # The real ids are Mongo object ids; clients do not use them.
        answer: dict[str, Any] = {"_id": hashlib.md5(self.id.encode()).hexdigest()[:24], "id": self.id}
        for name in fields:
            value = computed[name]() if name in computed else self.settings.get(name)
            if value is not None:
                answer[name] = value
        return answer


# --- contents and replies -------------------------------------------------------------------------


class FileContent:
    """The bytes of a repository file, some of them inverted when a fault says so."""

    def __init__(self, file: RepoFile, corrupt_at: Iterable[int] = ()):
        self.file = file
        self.size = file.size
        self.corrupt_at = sorted(corrupt_at)

    def read(self, start: int, stop: int) -> bytes:
        with self.file.local.open("rb") as stream:
            stream.seek(start)
            data = bytearray(stream.read(stop - start))
        first = bisect.bisect_left(self.corrupt_at, start)
        for offset in self.corrupt_at[first:]:
            if offset >= start + len(data):
                break
            data[offset - start] ^= 0xFF
        return bytes(data)


class XorbContent:
    """Part of a file in Xet's storage form: chunks, each behind an 8-byte header, stored uncompressed."""

    CHUNK = 64 * 1024
    CHUNKS_PER_XORB = 512
    XORB = CHUNK * CHUNKS_PER_XORB
    STRIDE = CHUNK + 8

    def __init__(self, content: FileContent, index: int):
        self.content = content
        self.start = index * self.XORB
        self.stop = min(content.size, self.start + self.XORB)
        self.chunk_count = -(-(self.stop - self.start) // self.CHUNK)
        self.size = (self.stop - self.start) + 8 * self.chunk_count

    def read(self, start: int, stop: int) -> bytes:
        first, last = start // self.STRIDE, -(-stop // self.STRIDE)
        parts = []
        for chunk in range(first, min(last, self.chunk_count)):
            begin = self.start + chunk * self.CHUNK
            data = self.content.read(begin, min(self.stop, begin + self.CHUNK))
            length = len(data).to_bytes(3, "little")
            parts.append(b"\0" + length + b"\0" + length + data)
        return b"".join(parts)[start - first * self.STRIDE : stop - first * self.STRIDE]


class BytesContent:
    def __init__(self, data: bytes):
        self.data = data
        self.size = len(data)

    def read(self, start: int, stop: int) -> bytes:
        return self.data[start:stop]


@dataclass
class Reply:
    status: int
    headers: dict[str, str] = field(default_factory=dict)
    content: Any = field(default_factory=lambda: BytesContent(b""))
    ranged: bool = False  # honour the request's Range header

    @classmethod
    def of_json(cls, value: Any, status: int = 200, headers: dict[str, str] | None = None) -> Reply:
        head = {"Content-Type": "application/json; charset=utf-8", **(headers or {})}
        return cls(status, head, BytesContent(json.dumps(value).encode()))

    @classmethod
    def of_error(cls, status: int, message: str, code: str | None = None, **headers: str) -> Reply:
        head = {"X-Error-Message": message, **({"X-Error-Code": code} if code else {}), **headers}
        return cls.of_json({"error": message}, status, head)


def _iso_time(timestamp: float) -> str:
    return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _parse_range(header: str, size: int) -> tuple[int, int] | None:
    """(start, stop) of a single byte range, None when it cannot be satisfied. Raises ValueError when malformed."""
    unit, _, spec = header.partition("=")
    first, dash, last = spec.strip().partition("-")
    if unit.strip() != "bytes" or not dash or "," in spec:
        raise ValueError(header)
    if not first:
        start, stop = max(0, size - int(last)), size
    else:
        start, stop = int(first), min(size, int(last) + 1) if last else size
    return (start, stop) if start < stop else None


# --- the hub --------------------------------------------------------------------------------------


class TestHub:
    """The server. Use as a context manager, or call ``start`` and ``close``.

    root            folder that holds owner/name/ folders
    tokens          access tokens that are valid, each with the name of its user
    page_size       most entries on a page of a listing (the real Hub: 1000)
    signed_url_ttl  seconds that a redirect to the CDN stays valid (the real Hub: 3600)
    cdn             "separate": large files come from a second port, as on the real Hub;
                    "none": /resolve/ serves every byte itself, as some mirrors do
    xet             offer Xet storage for large files, so that a client with hf_xet uses it
    faults          faults to start with
    """

    __test__ = False  # not a test case, whatever its name says to pytest

    def __init__(
        self,
        root: str | os.PathLike[str],
        *,
        port: int = 0,
        tokens: dict[str, str] | None = None,
        page_size: int = 1000,
        signed_url_ttl: float = 3600,
        cdn: str = "separate",
        xet: bool = False,
        faults: Iterable[Fault] = (),
    ):
        self.root = Path(root)
        self.port = port
        self.tokens = dict(tokens or {})
        self.page_size = page_size
        self.signed_url_ttl = signed_url_ttl
        self.cdn = cdn
        self.xet = xet
        self.url = self.cdn_url = ""
        self.closing = threading.Event()
        self.peak_transfers = 0  # most bodies of large files in flight at once
        self._faults = list(faults)
        self._log: list[dict[str, Any]] = []
        self._lock = threading.Lock()
        self._transfers = 0
        self._overrides: dict[str, dict[str, Any]] = {}
        self._file_cache: dict[tuple[Any, ...], RepoFile] = {}
        self._servers: list[ThreadingHTTPServer] = []
        self._secret = os.urandom(16)

    # life

    def start(self) -> TestHub:
        ports = {"hub": self.port, "cdn": 0}
        for host, port in ports.items():
            server = _Server(("127.0.0.1", port), _Handler)
            server.hub, server.host_name = self, host
            threading.Thread(target=server.serve_forever, args=(0.05,), name=f"testhub-{host}", daemon=True).start()
            self._servers.append(server)
        self.url, self.cdn_url = (f"http://127.0.0.1:{s.server_address[1]}" for s in self._servers)
        return self

    def close(self) -> None:
        self.closing.set()
        for server in self._servers:
            server.shutdown()
            server.server_close()
        self._servers.clear()

    def __enter__(self) -> TestHub:
        return self.start()

    def __exit__(self, *_exc: object) -> None:
        self.close()

    # for tests

    def add_fault(self, **fields: Any) -> Fault:
        """Adds a fault; see ``Fault`` for the fields."""
        fault = Fault(**fields)
        with self._lock:
            self._faults.append(fault)
        return fault

    def clear_faults(self) -> None:
        with self._lock:
            self._faults.clear()

    def requests(self, path: str = "*", method: str = "*", host: str = "*") -> list[dict[str, Any]]:
        """The requests received so far, oldest first, that match; one still being answered has ``status`` None."""
        with self._lock:
            return [
                dict(entry)
                for entry in self._log
                if fnmatch.fnmatchcase(entry["path"], path) and method in ("*", entry["method"]) and host in ("*", entry["host"])
            ]

    def clear_requests(self) -> None:
        with self._lock:
            self._log.clear()
            self.peak_transfers = 0

    def set_repo(self, repo_id: str, **settings: Any) -> None:
        """Overrides what the API says about a repository; see ``REPO_SETTINGS`` for the names."""
        if unknown := set(settings) - set(REPO_SETTINGS):
            raise ValueError(f"unknown repository settings: {sorted(unknown)}")
        self._overrides.setdefault(repo_id, {}).update(settings)

    def repo(self, repo_id: str) -> Repo | None:
        folder = self.root / repo_id
        if repo_id.count("/") != 1 or ".." in repo_id.split("/") or not folder.is_dir():
            return None
        sidecar = folder.with_name(folder.name + ".json")
        settings = json.loads(sidecar.read_text()) if sidecar.is_file() else {}
        return Repo(repo_id, folder, {**settings, **self._overrides.get(repo_id, {})}, self._file_cache)

    def repos(self) -> list[Repo]:
        ids = [f"{p.parent.name}/{p.name}" for p in sorted(self.root.glob("[!.]*/[!.]*")) if p.is_dir()]
        return [repo for repo_id in ids if (repo := self.repo(repo_id))]

    # for the handlers

    def effects_for(self, host: str, method: str, path: str, has_range: bool) -> Fault:
        combined: dict[str, Any] = {}
        with self._lock:
            for fault in self._faults:
                if fault.takes(host, method, path, has_range):
                    combined |= fault.effects()
        return Fault(**combined)

    def log_request(self, entry: dict[str, Any]) -> None:
        with self._lock:
            self._log.append(entry)

    def count_transfer(self, change: int) -> None:
        with self._lock:
            self._transfers += change
            self.peak_transfers = max(self.peak_transfers, self._transfers)

    def sign(self, path: str, expires: int) -> str:
        return hmac.new(self._secret, f"{path}:{expires}".encode(), "sha256").hexdigest()

    def signed_url(self, path: str, **extra: str) -> str:
        expires = int(time.time() + self.signed_url_ttl)
        query = urlencode({**extra, "Expires": expires, "Signature": self.sign(path, expires)})
        return f"{self.cdn_url}{path}?{query}"

    # tokens

    def user_of(self, authorization: str | None) -> str | None:
        """The user of an Authorization header; "" for an invalid one, None without one."""
        if not authorization:
            return None
        return self.tokens.get(authorization.removeprefix("Bearer ").strip(), "")

    def refuse(self, repo: Repo | None, user: str | None, *, content: bool) -> Reply | None:
        """Why this user may not read the repository (its files, when ``content``), as a reply; None when allowed."""
        if user == "":
            return Reply.of_error(401, "Invalid credentials in Authorization header")
        if repo is None or (repo.settings["private"] and user not in repo.settings["allowed_users"]):
            # The Hub does not tell an anonymous caller a private repository from one that does not exist.
            if user is None:
                return Reply.of_error(401, "Invalid username or password.", "RepoNotFound")
            return Reply.of_error(404, "Repository not found", "RepoNotFound")
        if repo.settings["disabled"]:
            return Reply.of_error(403, "Access to this resource is disabled.")
        if content and repo.settings["gated"] and user not in repo.settings["allowed_users"]:
            restricted = f"Access to model {repo.id} is restricted"
            if user is None:
                message = "You must have access to it and be authenticated to access it. Please log in."
                return Reply.of_error(401, f"{restricted}. {message}", "GatedRepo")
            message = f"and you are not in the authorized list. Visit {self.url}/{repo.id} to ask for access."
            return Reply.of_error(403, f"{restricted} {message}", "GatedRepo")
        return None

    # listings

    def page(self, items: list[Any], url: str, query: list[tuple[str, str]], limit: int) -> tuple[list[Any], dict[str, str]]:
        """One page of a listing, and the Link header that leads to the next."""
        cursor = dict(query).get("cursor", "")
        start = int(base64.urlsafe_b64decode(cursor)) if cursor else 0
        stop = start + min(limit, self.page_size)
        if stop >= len(items):
            return items[start:stop], {}
        following = base64.urlsafe_b64encode(str(stop).encode()).decode()
        again = urlencode([(k, v) for k, v in query if k != "cursor"] + [("cursor", following)])
        return items[start:stop], {"Link": f'<{url}?{again}>; rel="next"'}

    def search(self, query: list[tuple[str, str]], user: str | None) -> Reply:
        """GET /api/models"""
        several: dict[str, list[str]] = {}
        for key, value in query:
            several.setdefault(key, []).append(value)
        one = {key: values[-1] for key, values in several.items()}
        expand = several.get("expand", [])
        sort = one.get("sort", "trendingScore")
        if unknown := sorted(set(expand) - EXPANDABLE_FIELDS):
            return Reply.of_error(400, f'"expand" has invalid values: {", ".join(unknown)}')
        if sort not in SORT_FIELDS:
            return Reply.of_error(400, f'"sort" must be one of {", ".join(SORT_FIELDS)}')

        def matches(repo: Repo) -> bool:
            settings, tags = repo.settings, repo.tags
            if settings["private"] and user not in settings["allowed_users"]:
                return False
            wanted = [tag for value in several.get("filter", []) for tag in value.split(",")]
            if several.get("apps"):
                wanted.append("gguf")
            return (
                all(word in repo.id.lower() for word in one.get("search", "").lower().split())
                and all(tag in tags for tag in wanted)
                and one.get("author", repo.id.split("/")[0]).lower() == repo.id.split("/")[0].lower()
                and one.get("pipeline_tag", settings["pipeline_tag"]) == settings["pipeline_tag"]
                and one.get("gated", str(bool(settings["gated"])).lower()) == str(bool(settings["gated"])).lower()
                and _within_parameters(repo, one.get("num_parameters", ""))
            )

        found = [repo for repo in self.repos() if matches(repo)]
        sort_value = {
            "lastModified": lambda r: r.last_modified,
            "createdAt": lambda r: r.created_at,
        }.get(sort, lambda r: r.settings[sort])
        found.sort(key=sort_value, reverse=one.get("direction", "-1") == "-1")
        page, headers = self.page(found, f"{self.url}/api/models", query, int(one.get("limit", self.page_size)))
        fields = expand or (FULL_LIST_FIELDS if one.get("full", "").lower() in ("true", "1") else LIST_FIELDS)
        if one.get("cardData", "").lower() in ("true", "1") and not expand:
            fields = (*fields, "cardData")
        return Reply.of_json([repo.describe(fields) | {"modelId": repo.id} for repo in page], headers=headers)

    def tree(self, repo: Repo, folder: str, query: list[tuple[str, str]], revision: str) -> Reply:
        """GET /api/models/{id}/tree/{revision}[/folder]"""
        one = dict(query)
        recursive = one.get("recursive", "").lower() in ("true", "1")
        prefix = folder + "/" if folder else ""
        entries: dict[str, dict[str, Any]] = {}
        for file in repo.files.values():
            if not file.path.startswith(prefix):
                continue
            parts = file.path[len(prefix) :].split("/")
            for depth in range(1, len(parts) if recursive else min(len(parts), 2)):
                path = prefix + "/".join(parts[:depth])
                oid = hashlib.sha1(f"tree {path}".encode()).hexdigest()
                entries.setdefault(path, {"type": "directory", "oid": oid, "size": 0, "path": path})
            if recursive or len(parts) == 1:
                entries[file.path] = self.tree_entry(repo, file)
        if folder and not entries:
            return Reply.of_error(404, f"{folder} does not exist on {revision!r}", "EntryNotFound")
        url = f"{self.url}/api/models/{repo.id}/tree/{quote(revision, safe='')}" + quote(f"/{folder}" if folder else "")
        page, headers = self.page(list(entries.values()), url, query, int(one.get("limit", 1000)))
        return Reply.of_json(page, headers=headers)

    def offers_xet(self, repo: Repo, file: RepoFile) -> bool:
        return file.is_large and (self.xet if repo.settings["xet"] is None else repo.settings["xet"])

    def tree_entry(self, repo: Repo, file: RepoFile) -> dict[str, Any]:
        entry = {"type": "file", "oid": file.blob_id, "size": file.size, "path": file.path}
        if file.is_large:
            entry["lfs"] = file.lfs("oid")
        if self.offers_xet(repo, file):
            entry["xetHash"] = file.xet_hash
        return entry


def _within_parameters(repo: Repo, spec: str) -> bool:
    """Whether the model's size is within e.g. "min:3B,max:8B"."""
    if not spec:
        return True
    total = (repo.gguf or {}).get("total", 0)
    for bound in spec.split(","):
        side, _, amount = bound.partition(":")
        number = float(amount.rstrip("KMBT")) * {"K": 1e3, "M": 1e6, "B": 1e9, "T": 1e12}.get(amount[-1:], 1)
        if (side == "min" and total < number) or (side == "max" and total > number):
            return False
    return True


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128
    hub: TestHub
    host_name: str

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away is an ordinary event here; anything else is a bug worth a traceback."""
        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError, Disconnect)):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each reply on a kept connection waits for a delayed ACK
    server_version = "TestHub"
    server: _Server

    def log_message(self, *_args: Any) -> None:
        pass

    # requests

    def _dispatch(self) -> None:
        hub, host = self.server.hub, self.server.host_name
        url = urlsplit(self.path)
        query = parse_qsl(url.query, keep_blank_values=True)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if url.path.startswith("/__hub__/"):
            return self._send(self._control(url.path, body), Fault())
        entry: dict[str, Any] = {
            "time": time.time(),
            "host": host,
            "method": self.command,
            "path": unquote(url.path),
            "query": query,
            "headers": {name.lower(): value for name, value in self.headers.items()},
            "range": self.headers.get("Range"),
            "authorization": self.headers.get("Authorization"),
            "status": None,
            "sent": 0,  # body bytes written
            "complete": False,  # whether the whole body was
        }
        hub.log_request(entry)
        fault = hub.effects_for(host, self.command, entry["path"], "Range" in self.headers)
        if fault.hang:
            hub.closing.wait()
            raise Disconnect
        hub.closing.wait(fault.delay)
        segments = [unquote(part) for part in url.path.strip("/").split("/")]
        route = self._cdn_route if host == "cdn" else self._hub_route
        reply = route(segments, query, body, fault)
        if fault.status is not None:
            reply = Reply.of_error(fault.status, f"injected fault: {fault.status}")
            if fault.retry_after is not None:
                reply.headers["Retry-After"] = str(fault.retry_after)
        self._send(reply, fault, entry)

    do_GET = do_HEAD = do_POST = do_DELETE = do_PUT = _dispatch

    def _control(self, path: str, body: bytes) -> Reply:
        """Fault injection and the log for a hub that runs as a program of its own."""
        hub = self.server.hub
        match self.command, path:
            case "POST", "/__hub__/faults":
                given = json.loads(body)
                for fields in given if isinstance(given, list) else [given]:
                    hub.add_fault(**fields)
            case "DELETE", "/__hub__/faults":
                hub.clear_faults()
            case "GET", "/__hub__/requests":
                return Reply.of_json(hub.requests())
            case "DELETE", "/__hub__/requests":
                hub.clear_requests()
            case "POST", "/__hub__/repos":
                for repo_id, settings in json.loads(body).items():
                    hub.set_repo(repo_id, **settings)
            case "POST", "/__hub__/tokens":
                hub.tokens.update(json.loads(body))
            case "GET", "/__hub__/state":
                return Reply.of_json({"url": hub.url, "cdn_url": hub.cdn_url, "peak_transfers": hub.peak_transfers})
            case _:
                return Reply.of_error(404, "unknown control request")
        return Reply.of_json({"ok": True})

    def _hub_route(self, segments: list[str], query: list[tuple[str, str]], body: bytes, fault: Fault) -> Reply:
        hub = self.server.hub
        user = hub.user_of(self.headers.get("Authorization"))
        match segments:
            case ["api", "whoami-v2"]:
                return self._whoami(user)
            case ["api", "agent-harnesses"]:
                return Reply.of_json({"standardEnvVars": [], "harnesses": {}})
            case ["api", "models"]:
                if user == "":
                    return Reply.of_error(401, "Invalid credentials in Authorization header")
                return hub.search(query, user)
            case ["api", "resolve-cache", "models", owner, name, _commit, *path]:
                repo = hub.repo(f"{owner}/{name}")
                if refusal := hub.refuse(repo, user, content=True):
                    return refusal
                assert repo is not None  # else it would have been refused
                if (file := repo.files.get("/".join(path))) is None:
                    return Reply.of_error(404, "Entry not found", "EntryNotFound")
                return self._whole_file(file, {"ETag": f'"{file.etag}"', "X-Repo-Commit": repo.sha}, fault)
            case ["api", "models", owner, name, *rest]:
                repo = hub.repo(f"{owner}/{name}")
                if refusal := hub.refuse(repo, user, content=False):
                    return refusal
                assert repo is not None
                return self._repo_route(repo, rest, query, body, user)
            case [owner, name, "resolve", revision, *path] if path:
                repo = hub.repo(f"{owner}/{name}")
                if refusal := hub.refuse(repo, user, content=True):
                    return refusal
                assert repo is not None
                if not repo.has_revision(revision):
                    return Reply.of_error(404, f"Invalid rev id: {revision}", "RevisionNotFound")
                return self._resolve(repo, "/".join(path), revision, fault)
        return Reply.of_error(404, "Sorry, we can't find the page you are looking for.")

    def _repo_route(self, repo: Repo, rest: list[str], query: list[tuple[str, str]], body: bytes, user: str | None) -> Reply:
        hub = self.server.hub
        revision = rest[1] if len(rest) > 1 else "main"
        if len(rest) > 1 and not repo.has_revision(revision):
            return Reply.of_error(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        match rest:
            case [] | ["revision", _]:
                one = dict(query)
                expand = [value for key, value in query if key == "expand"]
                if unknown := sorted(set(expand) - EXPANDABLE_FIELDS):
                    return Reply.of_error(400, f'"expand" has invalid values: {", ".join(unknown)}')
                blobs = one.get("blobs", "").lower() in ("true", "1")
                return Reply.of_json(repo.describe(expand or INFO_FIELDS, blobs) | {"modelId": repo.id})
            case ["tree", _, *folder]:
                return hub.tree(repo, "/".join(folder), query, revision)
            case ["refs"]:
                branches = [
                    {"name": name, "ref": f"refs/heads/{name}", "targetCommit": repo.sha} for name in repo.settings["branches"]
                ]
                return Reply.of_json({"branches": branches, "tags": [], "converts": []})
            case ["paths-info", _]:
                wanted = parse_qs(body.decode()).get("paths", [])
                return Reply.of_json([hub.tree_entry(repo, repo.files[path]) for path in wanted if path in repo.files])
            case ["auth-check"]:
                return hub.refuse(repo, user, content=True) or Reply.of_json({"ok": True})
            case ["xet-read-token", _]:
                if refusal := hub.refuse(repo, user, content=True):
                    return refusal
                expires = int(time.time()) + 3600
                token = {"accessToken": f"xet-{hub.sign('cas', expires)}", "exp": expires, "casUrl": hub.cdn_url}
                headers = {
                    "X-Xet-Cas-Url": str(token["casUrl"]),
                    "X-Xet-Access-Token": str(token["accessToken"]),
                    "X-Xet-Token-Expiration": str(expires),
                }
                return Reply.of_json(token, headers=headers)
        return Reply.of_error(404, "Sorry, we can't find the page you are looking for.")

    def _whoami(self, user: str | None) -> Reply:
        if not user:
            return Reply.of_error(401, "Invalid username or password." if user is None else "Invalid user token.")
        token = {"displayName": "test", "role": "read", "createdAt": "2024-01-01T00:00:00.000Z"}
        return Reply.of_json(
            {
                "type": "user",
                "id": hashlib.md5(user.encode()).hexdigest()[:24],
                "name": user,
                "fullname": user.title(),
                "email": f"{user}@example.invalid",
                "emailVerified": True,
                "isPro": False,
                "canPay": False,
                "orgs": [],
                "auth": {"type": "access_token", "accessToken": token},
            }
        )

    # files

    def _resolve(self, repo: Repo, path: str, revision: str, fault: Fault) -> Reply:
        """GET or HEAD /{id}/resolve/{revision}/{path}"""
        hub = self.server.hub
        commit = {"X-Repo-Commit": repo.sha}
        file = repo.files.get(path)
        if file is None:
            return Reply.of_error(404, "Entry not found", "EntryNotFound", **commit)
        if not file.is_large:
            location = f"/api/resolve-cache/models/{repo.id}/{repo.sha}/{quote(path)}"
            location += f"?{quote(f'/{repo.id}/resolve/{revision}/{path}', safe='')}=&etag=%22{file.etag}%22"
            moved = BytesContent(f"Temporary Redirect. Redirecting to {location}".encode())
            return Reply(307, {**commit, "Location": location, "Content-Type": "text/plain"}, moved)
        headers = {
            **commit,
            "ETag": f'"{file.etag}"',
            "X-Linked-ETag": f'"{file.etag}"',
            "X-Linked-Size": str(file.size),
            "Accept-Ranges": "bytes",
        }
        if hub.offers_xet(repo, file):
            refresh = f"{hub.url}/api/models/{repo.id}/xet-read-token/{repo.sha}"
            info = f"{hub.cdn_url}/v1/reconstructions/{file.xet_hash}"
            headers["X-Xet-Hash"] = file.xet_hash
            headers["Link"] = f'<{refresh}>; rel="xet-auth", <{info}>; rel="xet-reconstruction-info"'
        if hub.cdn == "none":
            return self._whole_file(file, headers, fault)
        disposition = f"inline; filename*=UTF-8''{quote(Path(path).name)}; filename=\"{Path(path).name}\";"
        location = hub.signed_url(f"/cdn/{repo.id}/{file.sha256}", **{"response-content-disposition": disposition})
        moved = BytesContent(f"Found. Redirecting to {location}".encode())
        return Reply(302, {**headers, "Location": location, "Content-Type": "text/plain"}, moved)

    def _whole_file(self, file: RepoFile, headers: dict[str, str], fault: Fault) -> Reply:
        headers = {**headers, "Accept-Ranges": "bytes", "Content-Type": "application/octet-stream"}
        return Reply(200, headers, FileContent(file, fault.corrupt_at), ranged=True)

    def _cdn_route(self, segments: list[str], query: list[tuple[str, str]], body: bytes, fault: Fault) -> Reply:
        hub = self.server.hub
        one = dict(query)
        path = "/" + "/".join(segments)
        match segments:
            case ["v1", "telemetry"]:
                return Reply.of_json({})
            case ["v1", "reconstructions", xet_hash]:
                if not (self.headers.get("Authorization") or "").startswith("Bearer xet-"):
                    return Reply.of_error(401, "missing access token")
                return self._reconstruction(xet_hash)
            case ["cdn", owner, name, sha256] | ["xorb", owner, name, sha256, _]:
                expires = int(one.get("Expires") or 0)
                if not hmac.compare_digest(one.get("Signature", ""), hub.sign(path, expires)) or expires < time.time():
                    denied = b"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>"
                    return Reply(403, {"Content-Type": "application/xml"}, BytesContent(denied))
                repo = hub.repo(f"{owner}/{name}")
                file = next((f for f in (repo.files.values() if repo else ()) if f.sha256 == sha256), None)
                if file is None:
                    return Reply(404, {"Content-Type": "application/xml"}, BytesContent(b"<Code>NoSuchKey</Code>"))
                # The content host's ETag is its own: not the sha256 that /resolve/ reports.
                headers = {"ETag": f'"{sha256[:32]}-1"', "Accept-Ranges": "bytes"}
                headers["Last-Modified"] = email.utils.formatdate(file.local.stat().st_mtime, usegmt=True)
                if segments[0] == "xorb":
                    xorb = XorbContent(FileContent(file, fault.corrupt_at), int(segments[4]))
                    return Reply(200, {**headers, "Content-Type": "application/octet-stream"}, xorb, ranged=True)
                headers["Content-Disposition"] = one.get("response-content-disposition", "inline")
                return self._whole_file(file, headers, fault)
        return Reply.of_error(404, "Not found")  # also /v2/reconstructions: clients then use /v1

    def _reconstruction(self, xet_hash: str) -> Reply:
        """How to rebuild a file, or the byte range asked for, from Xet's stored chunks."""
        hub = self.server.hub
        for repo in hub.repos():
            file = next((f for f in repo.files.values() if f.is_large and f.xet_hash == xet_hash), None)
            if file is not None:
                break
        else:
            return Reply.of_error(404, "file not found")
        wanted = _parse_range(self.headers.get("Range") or "bytes=0-", file.size)
        if wanted is None:
            return Reply.of_error(416, "range not satisfiable")
        start, stop = wanted
        terms, fetch_info = [], {}
        for index in range(start // XorbContent.XORB, -(-stop // XorbContent.XORB)):
            xorb = XorbContent(FileContent(file), index)
            first = max(0, start - xorb.start) // XorbContent.CHUNK
            last = -(-(min(stop, xorb.stop) - xorb.start) // XorbContent.CHUNK)
            name = hashlib.sha256(f"{file.sha256}:{index}".encode()).hexdigest()
            chunks = {"start": first, "end": last}
            length = min(xorb.stop, xorb.start + last * XorbContent.CHUNK) - (xorb.start + first * XorbContent.CHUNK)
            terms.append({"hash": name, "unpacked_length": length, "range": chunks})
            url = hub.signed_url(f"/xorb/{repo.id}/{file.sha256}/{index}")
            url_range = {"start": first * XorbContent.STRIDE, "end": min(xorb.size, last * XorbContent.STRIDE) - 1}
            fetch_info[name] = [{"range": chunks, "url": url, "url_range": url_range}]
        offset = start % XorbContent.CHUNK
        return Reply.of_json({"offset_into_first_range": offset, "terms": terms, "fetch_info": fetch_info})

    # replies

    def _send(self, reply: Reply, fault: Fault, entry: dict[str, Any] | None = None) -> None:
        entry = {} if entry is None else entry
        status, headers, content = reply.status, dict(reply.headers), reply.content
        start, stop = 0, content.size
        requested = self.headers.get("Range")
        current = self.headers.get("If-Range") in (None, headers.get("ETag"), headers.get("Last-Modified"))
        if reply.ranged and status == 200 and requested and current and not fault.ignore_range:
            span = _parse_range(requested, content.size)
            if span is None:
                status, start, stop = 416, 0, 0
                headers["Content-Range"] = f"bytes */{content.size}"
            else:
                status, (start, stop) = 206, span
                headers["Content-Range"] = f"bytes {start}-{stop - 1}/{content.size}"
        headers["Content-Length"] = str(max(0, stop - start + fault.content_length_delta))
        for name, value in fault.headers.items():
            for known in [known for known in headers if known.lower() == name.lower()]:
                del headers[known]
            if value is not None:
                headers[name] = value
        if fault.content_length_delta or "content-length" in {name.lower() for name in fault.headers}:
            headers["Connection"] = "close"  # the length declared is not that of the body
            self.close_connection = True
        entry["status"] = status
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self._send_body(content, start, stop, fault, entry)
        entry["complete"] = True

    def _send_body(self, content: Any, start: int, stop: int, fault: Fault, entry: dict[str, Any]) -> None:
        hub = self.server.hub
        limits = [n for n in (fault.drop_after, fault.stall_after) if n is not None]
        end = min([stop] + [start + n for n in limits])
        plain_file = isinstance(content, FileContent) and not content.corrupt_at and fault.rate is None
        is_transfer = not isinstance(content, BytesContent)
        hub.count_transfer(is_transfer)
        try:
            if plain_file:
                self._send_file(content.file.local, start, end, entry)
            else:
                self._send_slices(content, start, end, fault.rate, entry)
        finally:
            hub.count_transfer(-int(is_transfer))
        if end < stop:
            if fault.stall_after is not None and end == start + fault.stall_after:
                hub.closing.wait()
            if fault.reset:
                linger = struct.pack("hh" if os.name == "nt" else "ii", 1, 0)  # on, for no time: close sends RST
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
                self.connection.close()
            self.close_connection = True
            raise Disconnect

    def _send_file(self, path: Path, start: int, end: int, entry: dict[str, Any]) -> None:
        """The fast way: the kernel copies the file to the socket."""
        with path.open("rb") as stream:
            while start < end:
                sent = self.connection.sendfile(stream, start, min(SENDFILE_CHUNK, end - start))
                if not sent:
                    raise Disconnect  # the file shrank on disk
                start += sent
                entry["sent"] += sent

    def _send_slices(self, content: Any, start: int, end: int, rate: float | None, entry: dict[str, Any]) -> None:
        hub, began, position = self.server.hub, time.monotonic(), start
        step = SEND_CHUNK if rate is None else max(1, min(SEND_CHUNK, int(rate / 20)))
        while position < end and not (rate and hub.closing.is_set()):
            block = content.read(position, min(end, position + step))
            if not block:
                raise Disconnect  # the file shrank on disk
            self.connection.sendall(block)
            position += len(block)
            entry["sent"] = position - start
            if rate:
                hub.closing.wait(max(0.0, (position - start) / rate - (time.monotonic() - began)))


def main() -> None:
    parser = argparse.ArgumentParser(description="A local stand-in for the Hugging Face Hub.")
    parser.add_argument("--root", required=True, help="folder of owner/name/ repositories")
    parser.add_argument("--port", type=int, default=0, help="port of the API; 0 picks a free one")
    parser.add_argument("--token", action="append", default=[], metavar="TOKEN=USER", help="a valid access token")
    parser.add_argument("--page-size", type=int, default=1000, help="most entries on a page of a listing")
    parser.add_argument("--signed-url-ttl", type=float, default=3600, help="seconds a redirect to the CDN is valid")
    parser.add_argument("--cdn", choices=("separate", "none"), default="separate")
    parser.add_argument("--xet", action="store_true", help="offer Xet storage for large files")
    parser.add_argument("--faults", default="[]", metavar="JSON", help="a list of faults to start with")
    options = parser.parse_args()
    hub = TestHub(
        options.root,
        port=options.port,
        tokens=dict(pair.split("=", 1) for pair in options.token),
        page_size=options.page_size,
        signed_url_ttl=options.signed_url_ttl,
        cdn=options.cdn,
        xet=options.xet,
        faults=[Fault(**fields) for fields in json.loads(options.faults)],
    )
    with hub:
        print(hub.url, flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            threading.Event().wait()


if __name__ == "__main__":
    main()
