"""All places where models lie become one list: parts of a model joined, companions tied to it, copies told from others.

This is the work of one search. It asks the disk about every file, and opens those whose state it has not met before.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from desktop_app.errors import ModelFileNotFound, NotAModelFile
from desktop_app.library.companions import Member, is_draft_name, is_projector_name, tie
from desktop_app.library.facts import FileState, ModelFacts, one_line, read_facts
from desktop_app.library.folder import LibraryFolder
from desktop_app.library.model_file import ModelFile, is_shard_name, names, other_shards
from desktop_app.library.scan import FoundFile, Identity, Walk, found_file, walk
from desktop_app.library.stores import Surroundings, all_store_folders, store_files
from desktop_app.record import Record

UNSETTLED_NS = 10 * 1_000_000_000
"""A file that was changed so recently may still be on its way here."""
_TELLS_NOTHING = ("model", "ggml model", "gguf")
"""Names of files that are called alike in every folder."""


class KnownFile(Record):
    """What was read of one state of a file: facts, or why there are none."""

    state: FileState
    facts: ModelFacts | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Where to look, in the order in which a file that lies in several places is taken."""

    starter: Path | None
    own: Path
    folders: tuple[Path, ...]
    opened: tuple[Path, ...]
    stores: tuple[str, ...]
    around: Surroundings
    is_given_up: Callable[[], bool] = lambda: False
    """Asked now and then; once it is true nobody waits for the result, and it need not be right."""


@dataclass(frozen=True, slots=True)
class Found:
    """What one search has found."""

    models: tuple[ModelFile, ...]
    by_path: Mapping[Path, ModelFile]
    """Every name that a search came by, links and copies included."""
    by_identity: Mapping[Identity, ModelFile]
    folders: tuple[LibraryFolder, ...]
    watched: tuple[Path, ...]
    """All folders that were looked into."""
    known: Mapping[Path, KnownFile]
    fresh: frozenset[Path]
    """Those of `known` that were read now."""
    is_unsettled: bool
    """Whether a file may still be on its way here: it should be looked at again soon."""


@dataclass(slots=True)
class _Search:
    """The files of one search: each once, under the first of its names."""

    known: Mapping[Path, KnownFile]
    is_given_up: Callable[[], bool]
    files: dict[Identity, FoundFile] = field(default_factory=dict)
    identities: dict[Path, Identity] = field(default_factory=dict)
    read: dict[Path, KnownFile] = field(default_factory=dict)
    fresh: set[Path] = field(default_factory=set)
    is_unsettled: bool = False

    def take(self, file: FoundFile) -> None:
        """Take a file in, unless it is there under another name."""
        self.identities.setdefault(file.path, file.identity)
        self.files.setdefault(file.identity, file)

    def about(self, file: FoundFile) -> KnownFile:
        """Give what is known of a file, which is opened when this state of it is new."""
        state = FileState(file.size_bytes, file.modified_ns)
        about = self.known.get(file.path)
        # Rights change without a change of the file, so that what could not be opened is tried each time.
        if about is None or about.state != state or about.problem == "not_readable":
            about = KnownFile(state, None) if self.is_given_up() else _read(file.path, state)
            if about.problem != "not_readable":
                self.fresh.add(file.path)
        self.is_unsettled |= 0 <= time.time_ns() - file.modified_ns < UNSETTLED_NS
        self.read[file.path] = about
        return about


def collect(wanted: Wanted, known: Mapping[Path, KnownFile]) -> Found:
    """Look everywhere. What cannot be read is left out, or listed with its `problem` when it has a model's name."""
    search = _Search(known, wanted.is_given_up)
    places = list(_places(wanted))
    foreign = _ForeignFolders(all_store_folders(wanted.around))
    for file in _single(wanted.starter):
        search.take(file)
    starter = next(iter(search.files), None)
    for _, _, found in places:
        for file in found.files:
            search.take(file if file.store else foreign.mark(file))
    for path in wanted.opened:
        for file in _single(path):
            search.take(foreign.mark(file))
    models = _without_copies(_models(search, starter))
    by_path, by_identity = _indexed(models, search)
    folders = tuple(_summary(path, kind, found, by_path) for path, kind, found in places)
    watched = tuple(dict.fromkeys(folder for _, _, found in places for folder in found.folders))
    return Found(tuple(models), by_path, by_identity, folders, watched, search.read, frozenset(search.fresh), search.is_unsettled)


def _places(wanted: Wanted) -> Iterator[tuple[Path, str, Walk]]:
    yield wanted.own, "own", walk(wanted.own, wanted.is_given_up)
    for path in wanted.folders:
        yield path, "added", walk(path, wanted.is_given_up)
    for store, path in all_store_folders(wanted.around):
        if store in wanted.stores:
            yield path, store, Walk(tuple(store_files(store, path)), (path,), False)


def _single(path: Path | None) -> Iterator[FoundFile]:
    file = found_file(path) if path is not None else None
    if file is not None:
        yield file


class _ForeignFolders:
    """Tells which files belong to another application, whatever link or folder of the person's they are found through."""

    def __init__(self, folders: Iterable[tuple[str, Path]]) -> None:
        self._folders = [(store, Path(os.path.realpath(path))) for store, path in folders]
        self._real_parents: dict[Path, Path] = {}

    def mark(self, file: FoundFile) -> FoundFile:
        """Give the file with the application that it belongs to."""
        if not self._folders:
            return file
        # Most are no links themselves: then only their folder has to be followed, once.
        is_followed = file.disk_bytes == 0
        real = Path(os.path.realpath(file.path)) if is_followed else self._real_parent(file.path.parent) / file.path.name
        store = next((store for store, folder in self._folders if real.is_relative_to(folder)), "")
        return replace(file, store=store) if store else file

    def _real_parent(self, folder: Path) -> Path:
        if folder not in self._real_parents:
            self._real_parents[folder] = Path(os.path.realpath(folder))
        return self._real_parents[folder]


def _read(path: Path, state: FileState) -> KnownFile:
    try:
        return KnownFile(*read_facts(path))
    except ModelFileNotFound:
        return KnownFile(state, None, "not_readable")
    except NotAModelFile as error:
        return KnownFile(state, None, error.reason)


def _models(search: _Search, starter: Identity | None) -> list[ModelFile]:
    """Join the parts of models, and tie their companions to them."""
    by_path = {file.path: file for file in search.files.values()}
    first: list[tuple[FoundFile, KnownFile, list[FoundFile]]] = []
    projectors, drafts = [], []
    for file in search.files.values():
        about = search.about(file)
        kind = about.facts.kind if about.facts is not None else ""
        if kind == "projector" or is_projector_name(file.path.name):
            projectors.append(Member(file.path, about.facts))
        elif is_draft_name(file.path.name):
            drafts.append(Member(file.path, about.facts))
        elif kind in ("", "model", "embedding") and (shards := _shards(file, by_path)) is not None:
            first.append((file, about, shards))
    members = [Member(file.path, about.facts) for file, about, _ in first]
    seeing, guessing = tie(members, projectors), tie(members, drafts)
    models = []
    for file, about, shards in first:
        model = _model(file, about, shards, is_starter=file.identity == starter)
        projector = file.projector or next(iter(seeing.get(file.path, ())), None)
        models.append(replace(model, projector=projector, drafts=tuple(guessing.get(file.path, ()))))
    return models


def _shards(file: FoundFile, by_path: Mapping[Path, FoundFile]) -> list[FoundFile] | None:
    """Give the parts after the first; None for one that is not the first, or lacks others."""
    shard = is_shard_name(file.path.stem)
    if shard is None:
        return []
    others = other_shards(file.path)
    if len(others) != shard[1] - 1 or any(other not in by_path for other in others):
        return None
    return [by_path[other] for other in others]


def _model(file: FoundFile, about: KnownFile, shards: list[FoundFile], *, is_starter: bool) -> ModelFile:
    name, quantization = names(file.path)
    facts = about.facts
    if name.lower() in _TELLS_NOTHING and facts is not None:
        name = facts.title or name
    return ModelFile(
        file.path,
        one_line(file.name or name) or file.path.name,
        file.size_bytes + sum(shard.size_bytes for shard in shards),
        is_starter,
        file.quantization or quantization or (facts.file_type if facts is not None else ""),
        store=file.store,
        shards=tuple(shard.path for shard in shards),
        disk_bytes=file.disk_bytes + sum(shard.disk_bytes for shard in shards),
        modified_ms=file.modified_ns // 1_000_000,
        facts=facts,
        problem=about.problem,
        repository=file.repository,
        revision=file.revision,
        sha256=file.sha256,
    )


def _without_copies(models: Iterable[ModelFile]) -> list[ModelFile]:
    """Keep one of those that are the same file once more, the first, and let it know of the others."""
    kept: dict[object, ModelFile] = {}
    for model in models:
        digest = model.facts.digest if model.facts is not None else ""
        key = (digest, model.size_bytes) if digest else model.path
        first = kept.setdefault(key, model)
        if first is not model:
            kept[key] = replace(first, copies=(*first.copies, model.path))
    return sorted(
        kept.values(), key=lambda model: (not model.is_starter, model.name.casefold(), model.quantization, str(model.path))
    )


def _indexed(models: Iterable[ModelFile], search: _Search) -> tuple[dict[Path, ModelFile], dict[Identity, ModelFile]]:
    by_identity: dict[Identity, ModelFile] = {}
    for model in models:
        for path in (model.path, *model.copies):
            by_identity[search.identities[path]] = model
    by_path = {path: by_identity[one] for path, one in search.identities.items() if one in by_identity}
    return by_path, by_identity


def _summary(path: Path, kind: str, found: Walk, by_path: Mapping[Path, ModelFile]) -> LibraryFolder:
    models = {model.path: model for file in found.files if (model := by_path.get(file.path)) is not None}
    size_bytes = sum(model.size_bytes for model in models.values())
    return LibraryFolder(path, kind, len(models), size_bytes, bool(found.folders), found.is_cut_short)
