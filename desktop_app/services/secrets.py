"""What is to be kept from everybody else: the access token, and the password of a proxy, in the system's own store.

That is the keychain of macOS, the credential manager of Windows, and the Secret Service of a Linux desktop; none
other, and no configuration of the keyring package counts, for some of its stores are plain files. Without such a
store a secret is known until the application ends. Nothing here is ever logged or written to a file of ours.

The store may ask the person to unlock it and wait for the answer as long as it takes, so it is spoken to in a thread
that the end of the application does not wait for.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Any, Protocol

from PySide6.QtCore import QObject

from desktop_app import APP_NAME
from desktop_app.services.background import post

log = logging.getLogger(__name__)


class SecretStore(Protocol):
    """The part of a backend of the keyring package that is used."""

    def get_password(self, service: str, username: str) -> str | None:
        """Give what is kept, None when there is nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep a text."""

    def delete_password(self, service: str, username: str) -> None:
        """Keep it no longer."""


def system_store() -> SecretStore | None:
    """Give the store of this system, None when there is none that is secure. Slow: not for the window's thread."""
    if sys.platform == "darwin":
        from keyring.backends.macOS import Keyring as Store
    elif sys.platform == "win32":
        from keyring.backends.Windows import WinVaultKeyring as Store
    else:
        from keyring.backends.SecretService import Keyring as Store
    return Store() if Store.viable else None  # type: ignore[no-untyped-call]


class Secrets(QObject):
    """Reads and keeps secrets by name. Everything that `on_…` gets comes later, on this object's thread."""

    def __init__(self, parent: QObject | None = None, open_store: Callable[[], SecretStore | None] = system_store) -> None:
        super().__init__(parent)
        self._open_store = open_store
        self._known: dict[str, str] = {}
        self._n_said: dict[str, int] = {}
        """By name, how often the person has said what is to be kept, or that nothing is."""
        self._waiting: deque[tuple[Callable[[], Any], Callable[[Any], None]]] = deque()
        self._turn = threading.Lock()
        self._post = post()

    def known(self, name: str) -> str | None:
        """Give a secret that was read or kept since the start; None when it was not, "" when there is none."""
        return self._known.get(name)

    def read(self, name: str, on_read: Callable[[str], None]) -> None:
        """Have the secret read; "" when there is none, or the store does not give it."""

        def work() -> str:
            store = self._open_store()
            return (store.get_password(APP_NAME, name) if store else None) or ""

        n_said = self._n_said.get(name)

        def finish(secret: str | None) -> None:
            secret = self._known.get(name) or secret or ""
            # What was said meanwhile is newer.
            if self._n_said.get(name) == n_said:
                self._known[name] = secret
            on_read(secret)

        self._start(work, finish)

    def keep(self, name: str, secret: str, on_kept: Callable[[bool], None]) -> None:
        """Know the secret from now on and have it kept; `on_kept` hears whether it is still there after a restart."""
        self._say(name, secret)

        def work() -> bool:
            store = self._open_store()
            if store is None:
                return False
            store.set_password(APP_NAME, name, secret)
            # Some stores take a text and do not have it: an older macOS without a signed application, say.
            return store.get_password(APP_NAME, name) == secret

        self._start(work, lambda is_kept: on_kept(bool(is_kept)))

    def forget(self, name: str, on_forgotten: Callable[[bool], None]) -> None:
        """Know the secret no longer and have it deleted; `on_forgotten` hears whether nothing is left of it."""
        self._say(name, "")

        def work() -> bool:
            store = self._open_store()
            if store is not None and store.get_password(APP_NAME, name) is not None:
                store.delete_password(APP_NAME, name)
            return True

        self._start(work, lambda is_gone: on_forgotten(bool(is_gone)))

    def _say(self, name: str, secret: str) -> None:
        self._known[name] = secret
        self._n_said[name] = self._n_said.get(name, 0) + 1

    def _start(self, work: Callable[[], Any], finish: Callable[[Any], None]) -> None:
        """Have it done after what was asked for before."""
        with self._turn:
            self._waiting.append((work, finish))
            is_first = len(self._waiting) == 1
        if is_first:
            threading.Thread(target=self._work_off, name="secrets", daemon=True).start()

    def _work_off(self) -> None:
        is_more = True
        while is_more:
            work, finish = self._waiting[0]
            result = _tried(work)
            with self._turn:
                self._waiting.popleft()
                is_more = bool(self._waiting)
            self._post.tell(self, partial(finish, result))


def _tried(work: Callable[[], Any]) -> Any:
    """Give what the work gives; None when the store refuses, in whatever way it does."""
    try:
        return work()
    except Exception as error:
        # Its text may name the secret.
        log.warning("the system's store for secrets failed: %s", type(error).__name__)
        return None
