"""E4: the access token is in the system's store and nowhere else: no file, no command line, no environment, no log.

Looked for in every file below the temporary folder, where data, settings, logs, cache and models of the session lie.
The controls are part of the check: a token in the settings, in the log or on a command line must be found.
"""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app import APP_NAME
from desktop_app.services.network import Network
from tests.reliability.online_session import FOREIGN_TOKEN, TOKEN, OnlineSession, serve


def traces(folder: Path) -> list[str]:
    """Give the names of files that have a token in them: in the test's folder, and in that for temporary files."""
    places = {Path(tempfile.gettempdir()), folder}
    files = [path for place in places for path in place.rglob("*") if path.is_file() and not path.is_symlink()]
    secrets = (TOKEN.encode(), FOREIGN_TOKEN.encode())
    return [path.name for path in files if any(secret in path.read_bytes() for secret in secrets)]


def in_processes(session: OnlineSession) -> list[str]:
    """Give the parts of command lines and environments that have a token in them."""
    parts = [part for command, environment in session.seen_processes for part in (*command, *environment.values())]
    return [part for part in parts if TOKEN in part or FOREIGN_TOKEN in part]


@pytest.fixture
def start(tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., OnlineSession]]:
    """Give a function that begins a session with a token that is kept; with a closed database at the end of the test."""
    monkeypatch.setenv("HF_TOKEN", FOREIGN_TOKEN)
    sessions: list[OnlineSession] = []
    with serve(tmp_path / "hub") as hub:

        def start(network: type[Network] = Network) -> OnlineSession:
            sessions.append(OnlineSession(tmp_path, hub, qtbot, network))
            sessions[0].allow_token()
            return sessions[0]

        yield start
        for session in sessions:
            session.close()


def test_after_it_was_used_the_token_is_in_the_systems_store_alone(start: Callable[..., OnlineSession], tmp_path: Path) -> None:
    session = start()
    assert session.ask_whose_token() == "alice"
    session.get(session.gated())

    assert session.store.kept == {(APP_NAME, "Hugging Face"): TOKEN}
    assert len(session.seen_processes) >= 2, "no child was looked at"
    assert in_processes(session) == []
    assert traces(tmp_path) == []
    names = {path.name for path in session.paths.config.parent.rglob("*") if path.is_file()}
    assert {"settings.json", "hearth.sqlite3", "hearth.log"} <= names, "there is nothing to look at"


def test_planted_in_the_settings_or_the_log_it_is_found(start: Callable[..., OnlineSession], tmp_path: Path) -> None:
    session = start()
    session._preferences.set("last_model", TOKEN)
    session._preferences.close()
    logging.getLogger("desktop_app.services.network").info("kept %s", TOKEN)

    assert {"settings.json", "hearth.log"} <= set(traces(tmp_path))


class TellingNetwork(Network):
    """Puts the token on the command line of its children."""

    def command(self, role: str) -> tuple[str, list[str]]:
        program, arguments = super().command(role)
        return program, [*arguments, TOKEN]


def test_planted_on_a_command_line_it_is_found(start: Callable[..., OnlineSession]) -> None:
    session = start(TellingNetwork)
    session.ask_whose_token()

    assert in_processes(session) == [TOKEN] * len(in_processes(session)) != []
