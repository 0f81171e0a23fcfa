"""What is downloaded: one installable item, pinned to a commit.

A value that the queue keeps in the database and the download process gets in its first line. Knows nothing of how.
"""

from __future__ import annotations

from typing import Any

from desktop_app.hub.repository import RepositoryFile
from desktop_app.record import Record


class Job(Record):
    """One item: all files of a split model and its projector. None of them is a model before all are verified."""

    id: str
    repository: str
    """`owner/name` on the hub."""
    revision: str
    """A commit: what was shown is what comes."""
    title: str
    files: tuple[RepositoryFile, ...]
    folder: str
    """Absolute; where the files end up under names of ours, see `hub.names`."""
    needs_token: bool = False
    """Whether the repository is gated or private: only then an access token is sent."""

    @property
    def total_bytes(self) -> int:
        """Bytes of all files together."""
        return sum(file.size_bytes for file in self.files)

    def to_wire(self) -> dict[str, Any]:
        """Give it as plain JSON values."""
        return self.as_dict() | {"files": [file.as_dict() for file in self.files]}

    @classmethod
    def from_wire(cls, record: dict[str, Any]) -> Job:
        """Give the job that `to_wire` described. Raises: TypeError, KeyError: it is none."""
        return cls(**{**record, "files": tuple(RepositoryFile(**file) for file in record["files"])})
