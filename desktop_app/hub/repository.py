"""What a hub says of one repository of models. Values only."""

from __future__ import annotations

from typing import Any

from desktop_app.record import Record


class RepositoryFile(Record):
    """One file at one commit."""

    name: str
    """Its path in the repository, with forward slashes; from outside, so never a path on this computer by itself."""
    size_bytes: int
    sha256: str = ""
    """Of the content, as the hub has it for large files; "" for small ones, and where only names are known."""
    blob_id: str = ""
    """git's sha1 of the content: what small files are compared with."""

    @property
    def base_name(self) -> str:
        """The name without its folders."""
        return self.name.rpartition("/")[2]


class Repository(Record):
    """One repository. In a list of results there are no `files`, and `revision` may be ""."""

    id: str
    """"owner/name"."""
    revision: str = ""
    """The commit that all the rest is about; what is downloaded is pinned to it."""
    files: tuple[RepositoryFile, ...] = ()
    gated: str = ""
    """"": open; "auto": one has to agree to its terms; "manual": and somebody decides."""
    license: str = ""
    """As the hub writes it, "apache-2.0"; "" when it is not said."""
    downloads: int = 0
    """In the last 30 days."""
    likes: int = 0
    updated: str = ""
    """Of its last change, ISO 8601 in UTC."""
    tags: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    """Codes such as "en" and "zh"."""
    architecture: str = ""
    """`general.architecture` of its model file; "" when the hub has not read it."""
    n_parameters: int = 0
    n_ctx_train: int = 0
    has_chat_template: bool = True
    """False only when the hub has read the file and found none: a base model, that goes on with a text."""
    task: str = ""
    """"text-generation", "image-text-to-text", "feature-extraction", …"""
    endpoint: str = ""
    """The address of the hub that said all this."""
    base_model: str = ""
    """The repository that this one was made from; "" when it is not said."""
    is_private: bool = False

    @property
    def needs_token(self) -> bool:
        """Whether its files are not for everybody: only then an access token goes with a request."""
        return bool(self.gated) or self.is_private

    @property
    def name(self) -> str:
        """The part after the slash."""
        return self.id.rpartition("/")[2]


def repository_from(record: dict[str, Any]) -> Repository:
    """Give the repository of what `as_dict` gave, as JSON has it. Raises: TypeError, KeyError."""
    lists = {name: tuple(record.get(name, ())) for name in ("tags", "languages")}
    files = tuple(RepositoryFile(**file) for file in record.get("files", ()))
    return Repository(**{**record, **lists, "files": files})
