"""A1 for what is written and makes no sense yet: the window is killed while somebody writes a grammar without a pause."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pytestqt.qtbot import QtBot

from desktop_app.paths import Paths
from desktop_app.services.conversations import Conversations
from tests.driven import DRAFT_LETTER
from tests.reliability.killed import Driven

N_LETTERS = (45, 80)
"""Letters, one each 40 ms, after which the window is killed."""
LOSS_S = 1.0
SLACK_S = 0.4


def _run_and_kill(folder: Path, n_letters: int) -> int:
    """Give how many letters were there early enough before the kill."""
    driven = Driven(folder, "--grammar")
    try:
        driven.wait_for_letters(n_letters)
        killed_at = driven.kill()
    finally:
        driven.close()
    return max((n for moment, n in driven.said.typed if moment < killed_at - LOSS_S - SLACK_S), default=0)


def _kept(folder: Path) -> str:
    conversations = Conversations(Paths.under(folder).database)
    try:
        return dict(conversations.new_chat()[1].unfinished).get("grammar", "")
    finally:
        conversations.close()


def test_a_grammar_that_is_not_right_yet_is_still_there_after_a_kill(qtbot: QtBot, tmp_path: Path) -> None:
    folders = [tmp_path / str(n) for n in N_LETTERS]
    with ThreadPoolExecutor(len(N_LETTERS)) as pool:
        typed = list(pool.map(_run_and_kill, folders, N_LETTERS))

    assert typed[-1] > 10
    for n_old, folder in zip(typed, folders, strict=True):
        text = _kept(folder)
        assert text.count(DRAFT_LETTER) >= n_old
        assert text.strip(DRAFT_LETTER) == ""
