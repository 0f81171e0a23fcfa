"""Secrets are read and kept in the order asked for, off this thread, in a store that is secure or in none."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app import APP_NAME
from desktop_app.services.secrets import Secrets
from tests.fakes.secret_store import FakeSecretStore

if sys.platform == "linux":
    from tests.fakes.secret_service import FakeSecretService


class WaitingStore(FakeSecretStore):
    """Asks the person to unlock it, who takes a while."""

    def __init__(self) -> None:
        super().__init__()
        self.is_unlocked = threading.Event()
        self.threads: set[str] = set()

    def _ask(self) -> None:
        super()._ask()
        self.threads.add(threading.current_thread().name)
        assert self.is_unlocked.wait(10)


def test_what_is_asked_for_is_done_in_order_and_off_this_thread(qtbot: QtBot) -> None:
    store, told = WaitingStore(), list[object]()
    secrets = Secrets(None, lambda: store)
    secrets.keep("name", "first", told.append)
    secrets.keep("name", "second", told.append)
    secrets.read("name", told.append)
    secrets.forget("name", told.append)
    secrets.read("name", told.append)
    assert told == []
    store.is_unlocked.set()
    qtbot.waitUntil(lambda: len(told) == 5)

    assert told == [True, True, "second", True, ""]
    assert store.kept == {}
    assert secrets.known("name") == ""
    assert threading.current_thread().name not in store.threads


def test_what_is_kept_right_after_something_was_forgotten_stays_known(qtbot: QtBot) -> None:
    store, told = WaitingStore(), list[object]()
    secrets = Secrets(None, lambda: store)
    secrets.read("name", told.append)
    secrets.forget("name", told.append)
    secrets.keep("name", "new", told.append)
    store.is_unlocked.set()
    qtbot.waitUntil(lambda: len(told) == 3)
    assert secrets.known("name") == "new"
    assert list(store.kept.values()) == ["new"]


def test_what_was_just_kept_is_known_before_the_store_has_it(qtbot: QtBot) -> None:
    store, told = WaitingStore(), list[object]()
    secrets = Secrets(None, lambda: store)
    assert secrets.known("name") is None
    secrets.keep("name", "secret", told.append)
    assert secrets.known("name") == "secret"
    store.is_unlocked.set()
    qtbot.waitUntil(lambda: told == [True])


def test_a_store_that_takes_a_text_and_has_it_not_is_not_trusted(qtbot: QtBot) -> None:
    class Forgetful(FakeSecretStore):
        def set_password(self, service: str, username: str, password: str) -> None:
            """Do as if."""

    told: list[object] = []
    secrets = Secrets(None, Forgetful)
    secrets.keep("name", "secret", told.append)
    qtbot.waitUntil(lambda: told == [False])
    assert secrets.known("name") == "secret"


needs_linux = pytest.mark.skipif(sys.platform != "linux" or shutil.which("dbus-daemon") is None, reason="there is no D-Bus")


@needs_linux
def test_the_store_of_a_linux_desktop_keeps_gives_and_forgets(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    service, told = FakeSecretService(), list[object]()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", service.address)
    try:
        secrets = Secrets()
        secrets.keep("name", "first", told.append)
        qtbot.waitUntil(lambda: told == [True])
        secrets.keep("name", "sécret", told.append)
        qtbot.waitUntil(lambda: told == [True, True])
        assert [(attributes["service"], attributes["username"], secret) for attributes, secret in service.items.values()] == [
            (APP_NAME, "name", "sécret".encode())
        ]

        again = Secrets()
        again.read("name", told.append)
        qtbot.waitUntil(lambda: told[-1] == "sécret")
        secrets.forget("name", told.append)
        qtbot.waitUntil(lambda: len(told) == 4)
        assert service.items == {}
    finally:
        service.close()


@needs_linux
def test_a_plain_file_is_no_store_whatever_is_configured(tmp_path: Path) -> None:
    (tmp_path / "plain.py").write_text(
        "from keyring.backend import KeyringBackend\n"
        "class Keyring(KeyringBackend):\n"
        "    priority = 99\n"
        "    def get_password(self, *_): return 'x'\n"
        "    def set_password(self, *_): pass\n"
        "    def delete_password(self, *_): pass\n"
    )
    code = "import keyring; from desktop_app.services.secrets import system_store; print(keyring.get_keyring().priority, system_store())"
    environment = {**os.environ, "PYTHON_KEYRING_BACKEND": "plain.Keyring", "PYTHONPATH": f"{tmp_path}:{Path.cwd()}"}
    environment["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={tmp_path}/nobody"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.split() == ["99", "None"]
