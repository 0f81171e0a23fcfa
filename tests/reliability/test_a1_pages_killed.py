"""A1 for personas and prompt templates: the window is killed while somebody writes one without a pause."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pytestqt.qtbot import QtBot

from desktop_app.paths import Paths
from desktop_app.services.conversations import Conversations
from desktop_app.services.personas import Personas
from desktop_app.services.prompt_templates import PromptTemplates
from tests.driven import DRAFT_LETTER
from tests.reliability.killed import Driven

PAGES = ("personas", "prompts")
N_LETTERS = 50
"""One each 40 ms, after which the window is killed."""
LOSS_S = 0.6
"""What is typed is stored so long after the first letter that is not."""
SLACK_S = 0.4


def _written(page: str, folder: Path) -> int:
    """Give how many letters were there early enough before the kill."""
    driven = Driven(folder, "--page", page)
    try:
        driven.wait_for_letters(N_LETTERS)
        killed_at = driven.kill()
    finally:
        driven.close()
    return max((n for moment, n in driven.said.typed if moment < killed_at - LOSS_S - SLACK_S), default=0)


def _kept(page: str, folder: Path) -> str:
    """Give the text on disk."""
    conversations = Conversations(Paths.under(folder).database)
    try:
        if page == "personas":
            return Personas(conversations, lambda: "en").own()[0].instructions
        return PromptTemplates(conversations).own()[0].text
    finally:
        conversations.close()


def test_what_is_written_on_a_page_is_still_there_after_a_kill(qtbot: QtBot, tmp_path: Path) -> None:
    folders = [tmp_path / page for page in PAGES]
    with ThreadPoolExecutor(len(PAGES)) as pool:
        runs = list(pool.map(_written, PAGES, folders))

    for page, folder, n_old in zip(PAGES, folders, runs, strict=True):
        text = _kept(page, folder)
        assert n_old > 10
        assert text.count(DRAFT_LETTER) >= n_old and text.strip(DRAFT_LETTER) == ""
