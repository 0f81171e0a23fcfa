"""A store for secrets in memory, in the place of the system's."""

from __future__ import annotations


class FakeSecretStore:
    """Keeps what it gets; `is_locked`: it gives and takes nothing, in its own way."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.is_locked = False
        self.n_asked = 0

    def get_password(self, service: str, username: str) -> str | None:
        """Give what is kept."""
        self._ask()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a text."""
        self._ask()
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Keep it no longer."""
        self._ask()
        del self.kept[service, username]

    def _ask(self) -> None:
        self.n_asked += 1
        if self.is_locked:
            raise RuntimeError("the person has not unlocked it")
