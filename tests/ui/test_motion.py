"""Panels and notices fade, briefly; nothing moves where the person or the system does not want it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop_app.services import system_motion
from desktop_app.services.preferences import Preferences
from desktop_app.ui import motion
from desktop_app.ui.motion import Motion, appear, leave
from desktop_app.ui.notices import Notice, NoticeArea, NoticeBar
from desktop_app.ui.theme import Theme
from desktop_app.ui.widgets.side_splitter import SideSplitter


@pytest.fixture(autouse=True)
def effects() -> Iterator[None]:
    before = _may_move()
    yield
    QApplication.setEffectEnabled(Qt.UIEffect.UI_General, before)


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    window = QWidget()
    qtbot.addWidget(window)
    window.panel = QLabel("panel", window)  # type: ignore[attr-defined]
    window.resize(300, 200)
    window.show()
    return window


def _may_move() -> bool:
    return QApplication.isEffectEnabled(Qt.UIEffect.UI_General)


def test_what_comes_fades_in_and_is_itself_afterwards(window: QWidget, qtbot: QtBot) -> None:
    QApplication.setEffectEnabled(Qt.UIEffect.UI_General, True)
    panel = window.panel  # type: ignore[attr-defined]
    appear(panel)
    appear(panel)
    assert panel.graphicsEffect().opacity() < 1
    qtbot.waitUntil(lambda: panel.graphicsEffect() is None)


def test_what_goes_is_gone_at_once_and_only_its_picture_fades(window: QWidget, qtbot: QtBot) -> None:
    QApplication.setEffectEnabled(Qt.UIEffect.UI_General, True)
    panel = window.panel  # type: ignore[attr-defined]
    n_before = len(window.children())
    leave(panel)
    panel.hide()
    (ghost,) = (one for one in window.children() if isinstance(one, QWidget) and one is not panel)
    assert ghost.geometry() == panel.geometry()
    assert ghost.testAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
    qtbot.waitUntil(lambda: len(window.children()) == n_before)


def test_notices_come_and_go_that_way(theme: Theme, qtbot: QtBot) -> None:
    QApplication.setEffectEnabled(Qt.UIEffect.UI_General, True)
    area = NoticeArea(theme)
    qtbot.addWidget(area)
    area.resize(600, 100)
    area.show()
    area.show_notice(Notice("Moved to trash.", key="trash"))
    (bar,) = area.findChildren(NoticeBar)
    assert bar.graphicsEffect() is not None
    qtbot.waitUntil(lambda: bar.graphicsEffect() is None)
    area.close_key("trash")
    assert area.sentences() == []


def test_panels_come_and_go_that_way(qtbot: QtBot) -> None:
    QApplication.setEffectEnabled(Qt.UIEffect.UI_General, True)
    side = QLabel("side")
    splitter = SideSplitter(side, QLabel("rest"))
    qtbot.addWidget(splitter)
    splitter.resize(600, 200)
    splitter.show()
    splitter.toggle_side()
    assert side.isHidden(), "at once"
    splitter.toggle_side()
    assert side.graphicsEffect() is not None
    qtbot.waitUntil(lambda: side.graphicsEffect() is None)


def test_nothing_moves_where_it_is_not_wanted(window: QWidget) -> None:
    QApplication.setEffectEnabled(Qt.UIEffect.UI_General, False)
    panel = window.panel  # type: ignore[attr-defined]
    n_before = len(window.children())
    appear(panel)
    leave(panel)
    assert panel.graphicsEffect() is None
    assert len(window.children()) == n_before


@pytest.mark.parametrize("is_still", [True, False])
def test_the_setting_decides_and_leaves_it_to_the_system(
    is_still: bool, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(motion, "wants_less_motion", lambda: is_still)
    preferences, owner = Preferences(tmp_path / "settings.json"), QObject()
    followed = Motion(preferences, owner)
    assert _may_move(), "until the system has answered"
    qtbot.waitUntil(lambda: _may_move() is not is_still)
    for choice, may_move in (("off", False), ("on", True), ("system", not is_still)):
        preferences.set("motion", choice)
        assert _may_move() is may_move
    followed.close()
    preferences.close()


@pytest.mark.linux("the desktop of Linux is asked by D-Bus")
@pytest.mark.parametrize(
    ("answers", "is_still"),
    [
        ({"reduced-motion": (("u", 1),)}, True),
        ({"reduced-motion": (("v", ("u", 1)),)}, True),
        ({"reduced-motion": (("u", 0),), "enable-animations": (("v", ("b", False)),)}, True),
        ({"reduced-motion": (("u", 0),), "enable-animations": (("v", ("b", True)),)}, False),
        ({}, False),
    ],
)
def test_the_portal_of_the_desktop_is_asked(
    answers: dict[str, tuple[object, ...]], is_still: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jeepney import MessageType
    from jeepney.io import blocking

    class Bus:
        def __enter__(self) -> Bus:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def send_and_get_reply(self, message: SimpleNamespace, timeout: float) -> SimpleNamespace:
            body = answers.get(message.body[1])
            kind = MessageType.error if body is None else MessageType.method_return
            return SimpleNamespace(header=SimpleNamespace(message_type=kind), body=body)

    monkeypatch.setattr(blocking, "open_dbus_connection", lambda _: Bus())
    assert system_motion.wants_less_motion() is is_still


def test_a_system_that_says_nothing_wants_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nowhere/at/all")
    monkeypatch.setattr("sys.platform", "linux")
    assert not system_motion.wants_less_motion()
