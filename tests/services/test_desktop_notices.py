"""Notices over a real bus, with a service that stands in for the desktop."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from desktop_app.services.desktop_notices import DesktopNotice, DesktopNotices

if sys.platform == "linux":
    # Elsewhere there is no bus, and what speaks to it is not installed.
    from tests.fakes.desktop import FakeNoticeService

READY = DesktopNotice("An answer is ready.", "c1", "Show")


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeNoticeService]:
    service = FakeNoticeService()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", service.address)
    yield service
    service.close()


@pytest.fixture
def notices(qapp: QCoreApplication) -> Iterator[DesktopNotices]:
    notices = DesktopNotices()
    yield notices
    notices.close()


@pytest.mark.linux("the desktop of Linux is asked by D-Bus")
def test_notices_are_shown_and_a_click_says_which(desktop: FakeNoticeService, notices: DesktopNotices, qtbot: QtBot) -> None:
    notices.show(READY)
    notices.show(READY.replaced(about="c2"))
    qtbot.waitUntil(lambda: len(notices._shown) == 2)
    name, replaces, _, heading, sentence, actions, hints, _ = desktop.notices[0]
    assert (name, replaces, heading, sentence, actions) == ("Hearth", 0, "Hearth", "An answer is ready.", ["default", "Show"])
    assert hints["desktop-entry"][1].endswith("Hearth")
    with qtbot.waitSignal(notices.clicked) as told:
        desktop.click(102)

    assert told.args == ["c2"]


@pytest.mark.linux("the desktop of Linux is asked by D-Bus")
def test_a_click_on_a_notice_of_another_program_is_not_ours(
    desktop: FakeNoticeService, notices: DesktopNotices, qtbot: QtBot
) -> None:
    told: list[str] = []
    notices.clicked.connect(told.append)
    notices.show(READY)
    qtbot.waitUntil(lambda: len(notices._shown) == 1)
    desktop.click(7)
    with qtbot.waitSignal(notices.clicked):
        desktop.click(101)

    assert told == ["c1"]


@pytest.mark.linux("the desktop of Linux is asked by D-Bus")
@pytest.mark.parametrize("address", ["unix:path=/nowhere/bus", "nonsense", ""])
def test_without_a_bus_nothing_is_shown_and_nothing_breaks(
    notices: DesktopNotices, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot, address: str
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    notices.show(READY)
    qtbot.waitUntil(lambda: not notices._bus._waiting)

    assert notices._bus._connection is None


@pytest.mark.linux("the desktop of Linux is asked by D-Bus")
def test_a_bus_that_ends_is_left_and_looked_for_again(
    desktop: FakeNoticeService, notices: DesktopNotices, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    notices.show(READY)
    qtbot.waitUntil(lambda: len(notices._shown) == 1)
    desktop.close()
    qtbot.waitUntil(lambda: notices._bus._connection is None)
    another = FakeNoticeService()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", another.address)
    notices.show(READY)
    qtbot.waitUntil(lambda: len(another.notices) == 1)
    another.close()
