"""What is kept of a model beside its file: what the person noted, when it was used, where it came from. Values only."""

from __future__ import annotations

from desktop_app.record import Record

N_NOTE_CHARACTERS_MAX = 10_000


class ModelNote(Record):
    """What is known of one model that its file does not say."""

    text: str = ""
    """The person's own words."""
    is_favourite: bool = False
    used_ms: int = 0
    """When it was loaded last, in milliseconds since 1970; 0: never."""
    repository: str = ""
    """"owner/name" on the hub that it was downloaded from; "" when it is not known."""
    revision: str = ""
    """The commit that it was downloaded at."""
    sha256: str = ""
    tokens_per_s: float | None = None
    """How fast it answered last on this computer; None: it has not answered yet."""
    newest_revision: str = ""
    """The commit that the hub named last; "" when the hub was not asked."""
    newest_sha256: str = ""
    """What the same file has there."""

    @property
    def is_outdated(self) -> bool:
        """Whether the hub has another version of this file, as far as it was asked."""
        if self.sha256 and self.newest_sha256:
            return self.sha256 != self.newest_sha256
        return bool(self.revision and self.newest_revision) and self.revision != self.newest_revision
