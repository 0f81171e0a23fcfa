"""The short list of models that comes with the application: for the first start, and for whoever is offline.

`resources/catalog.json` holds it, the best model first. What stands there was read from the hub by
`packaging/refresh_catalog.py`, or it is an estimate and says so: a hash without the commit it belongs to is refused.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from desktop_app.engine.gguf import BadHeader, Header
from desktop_app.errors import FileUnreadable
from desktop_app.hub.repository import Repository, RepositoryFile
from desktop_app.library.model_shape import ModelShape
from desktop_app.library.remote_shape import shape_of_start
from desktop_app.record import Record

_MAX_BYTES = 1 << 20


class CatalogModel(Record):
    """One model of the list."""

    name: str
    """For a person: "Qwen3.5 4B"."""
    repository: str
    revision: str
    """The commit that sizes and hashes are of; "": they are estimates, and there are no hashes."""
    license: str
    languages: tuple[str, ...]
    tasks: tuple[str, ...]
    """What it is good at: chat, code, vision, reasoning."""
    n_parameters: int
    files: tuple[RepositoryFile, ...]
    header: dict[str, Any]
    """What decides how much memory it takes: keys and values as in the GGUF file, and "n_vocab"."""

    @property
    def is_exact(self) -> bool:
        """Whether sizes and hashes were read from the hub."""
        return bool(self.revision)

    def as_repository(self) -> Repository:
        """Give it as the hub would, with the files that are listed."""
        return Repository(
            id=self.repository,
            revision=self.revision,
            files=self.files,
            license=self.license,
            languages=self.languages,
            architecture=str(self.header.get("general.architecture", "")),
            n_parameters=self.n_parameters,
        )

    def shape(self) -> ModelShape:
        """Give what its memory depends on, for the first of its files."""
        values = {key: value for key, value in self.header.items() if key != "n_vocab"}
        header = Header(values, {"tokenizer.ggml.tokens": int(self.header["n_vocab"])}, {})
        return shape_of_start(header, self.files[0].size_bytes)


def read_catalog(path: Path) -> tuple[CatalogModel, ...]:
    """Give the models of the list, the best first. Raises: FileUnreadable."""
    try:
        with path.open("rb") as file:
            record = json.loads(file.read(_MAX_BYTES))
        models = tuple(_model(one) for one in record["models"])
        for one in models:
            one.shape()
    except OSError as error:
        raise FileUnreadable(str(path), error.strerror or type(error).__name__) from error
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, BadHeader) as error:
        raise FileUnreadable(str(path), f"no list of models: {error}") from error
    return models


def _model(record: dict[str, Any]) -> CatalogModel:
    files = tuple(RepositoryFile(one["name"], int(one["size_bytes"]), one["sha256"]) for one in record["files"])
    if not record["revision"] and any(file.sha256 for file in files):
        raise ValueError(f"{record['repository']}: a hash without a revision")
    if record["sizes"] != ("exact" if record["revision"] else "approximate"):
        raise ValueError(f"{record['repository']}: its sizes are {record['sizes']} and its revision says otherwise")
    kept = ("name", "repository", "revision", "license", "n_parameters", "header")
    values: dict[str, Any] = {name: record[name] for name in kept}
    return CatalogModel(**values, languages=tuple(record["languages"]), tasks=tuple(record["tasks"]), files=files)
