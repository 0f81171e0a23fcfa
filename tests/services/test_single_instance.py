"""One window for each data folder."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from desktop_app.services import single_instance
from desktop_app.services.instance_server import InstanceServer, hand_over, socket_name
from desktop_app.services.single_instance import take_lock, take_lock_or_hand_over


def start_later(folder: Path, file: Path | None = None) -> object:
    """Do what a later start does."""
    return take_lock_or_hand_over(folder, lambda: hand_over(folder, file))


def test_the_first_takes_the_lock(tmp_path: Path) -> None:
    lock = take_lock(tmp_path)
    assert lock is not None
    assert take_lock(tmp_path) is None
    lock.unlock()
    assert take_lock(tmp_path) is not None


def test_a_later_start_hands_its_file_to_the_first(qtbot: QtBot, tmp_path: Path) -> None:
    lock = take_lock(tmp_path)
    server = InstanceServer(tmp_path)
    results: list[object] = []
    later = threading.Thread(target=lambda: results.append(start_later(tmp_path, Path("/models/a.gguf"))))
    with qtbot.waitSignal(server.raise_requested) as raised:
        later.start()
    later.join(5)
    assert raised.args == [str(Path("/models/a.gguf"))]
    assert results == [None]
    server.close()
    assert lock is not None
    lock.unlock()


def test_a_first_that_is_not_listening_yet_is_waited_for(qtbot: QtBot, tmp_path: Path) -> None:
    lock = take_lock(tmp_path)
    results: list[object] = []
    later = threading.Thread(target=lambda: results.append(start_later(tmp_path)))
    later.start()
    qtbot.wait(200)  # the time in which a busy first start does not listen
    assert later.is_alive()
    server = InstanceServer(tmp_path)
    with qtbot.waitSignal(server.raise_requested):
        pass
    later.join(5)
    assert results == [None]
    server.close()
    assert lock is not None
    lock.unlock()


def test_a_first_that_goes_while_being_waited_for_makes_the_later_one_first(tmp_path: Path) -> None:
    lock = take_lock(tmp_path)
    assert lock is not None
    threading.Timer(0.2, lock.unlock).start()
    assert start_later(tmp_path) is not None


def test_one_that_never_answers_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(single_instance, "REACH_S", 0.2)
    lock = take_lock(tmp_path)
    with pytest.raises(TimeoutError):
        start_later(tmp_path)
    assert lock is not None
    lock.unlock()


def test_garbage_on_the_socket_raises_nothing(qtbot: QtBot, tmp_path: Path) -> None:
    from PySide6.QtNetwork import QLocalSocket

    server = InstanceServer(tmp_path)
    for data in (b"no json\n", b"[]\n", b"{}\n"):
        socket = QLocalSocket()
        socket.connectToServer(socket_name(tmp_path))
        assert socket.waitForConnected(1000)
        with qtbot.assertNotEmitted(server.raise_requested), qtbot.waitSignal(socket.disconnected):
            socket.write(data)
    server.close()


def test_folders_have_sockets_of_their_own(tmp_path: Path) -> None:
    assert socket_name(tmp_path / "a") != socket_name(tmp_path / "b")


@pytest.mark.linux("the places of Linux")
def test_where_nothing_can_be_written_the_lock_lies_elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "missing"  # root may write into any other
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))

    lock = take_lock(folder)

    assert lock is not None and lock.isLocked()
    assert take_lock(folder) is None
    lock.unlock()
