"""The page over the real service, the real process and a hub on this computer: what was asked, and what is read of it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_app.services.hub import Hub
from desktop_app.services.worker_process import own_command
from desktop_app.ui.library.hub_page import HubPage
from desktop_app.ui.theme import Theme
from tests.fakes.hub import TestHub, write_gguf
from tests.fakes.online import FakeOnline, UnreachedNetwork
from tests.hub.conftest import SHAPED

TINY = "acme/Tiny-3B-Instruct-GGUF"
CARD = "---\nlicense: mit\n---\n<p align='center'><img src='https://x.org/x.png'></p>\n\n# Tiny\n\nA *small* model.\n"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[TestHub]:
    for quantization, n_bytes in (("Q8_0", 800_000), ("Q4_K_M", 500_000), ("Q3_K_M", 400_000)):
        write_gguf(tmp_path / f"hub/{TINY}/Tiny-3B-Instruct-{quantization}.gguf", SHAPED, size=n_bytes)
    (tmp_path / "hub" / TINY / "README.md").write_bytes(CARD.encode())
    with TestHub(tmp_path / "hub") as hub:
        hub.set_repo(TINY, downloads=1200, likes=30)
        # A thread for a connection that is kept would be left behind.
        hub.add_fault(path="*", method="*", headers={"Connection": "close"}, times=None)
        yield hub


@pytest.fixture
def page(qtbot: QtBot, services: Any, theme: Theme, served: TestHub, tmp_path: Path) -> Iterator[HubPage]:
    network = UnreachedNetwork({"hub": own_command("hub", "--home", str(tmp_path / "home"))}, served.url)
    hub = Hub(network)  # type: ignore[arg-type]  # a fake
    window = QWidget()
    qtbot.addWidget(window)
    page = HubPage(services, FakeOnline(network, hub), theme, window)  # type: ignore[arg-type]
    window.show()
    yield page
    hub.close()


def test_a_model_is_found_looked_at_and_read_about(page: HubPage, served: TestHub, qtbot: QtBot) -> None:
    page.grab()
    assert served.requests() == []
    page.field.edit.setText(f"{served.url}/{TINY}")
    QTest.keyClick(page.field.edit, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.results.found.n_found == 1, timeout=30_000)
    page.results.begin()
    QTest.keyClick(page.results, Qt.Key.Key_Return)
    view = page.repository_view
    qtbot.waitUntil(lambda: len(view.lists.cards()) == 3, timeout=30_000)
    balanced = view.lists.cards()[1]
    qtbot.waitUntil(lambda: balanced.verdict.full_text() != "", timeout=30_000)
    assert not [one for one in served.requests() if "README.md" in one["path"]]
    balanced.button.click()
    view.segments.button("about").click()
    qtbot.waitUntil(lambda: view.about is not None and view.about.isVisible(), timeout=30_000)
    assert view.about is not None
    text = view.about.view.conversation.messages[0].message.text
    assert text == "# Tiny\n\nA *small* model."
    ((_, offer, _),) = page._online.downloads.calls  # type: ignore[attr-defined]
    assert [file.name for file in offer.all_files] == ["Tiny-3B-Instruct-Q4_K_M.gguf"]
    assert len(offer.revision) == 40 and len(offer.files[0].sha256) == 64
