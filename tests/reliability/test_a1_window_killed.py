"""A1: the window is killed at random moments while an answer streams; nothing acknowledged is lost."""

from __future__ import annotations

import random
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from desktop_app.chat.message import MessageState, Role
from desktop_app.paths import Paths
from desktop_app.services.conversations import Conversations
from tests.driven import DRAFT_LETTER
from tests.reliability.killed import Driven

N_KILLS = 40
N_AT_ONCE = 4
SEED = 20261122
LOSS_S = 1.0
"""Text younger than this may be lost: it is stored once a second."""
SLACK_S = 0.4
"""Age of a piece when it is written down here: the pipe, two busy cores and the commit itself."""
FAKE = "--words 100000 --rate 100"


def check(data_dir: Path, driven: Driven, killed_at: float) -> list[str]:
    """Give what is wrong on disk after the kill; [] when all is well."""
    said = driven.said
    conversations = Conversations(Paths.under(data_dir).database)
    try:
        messages = [m for c in conversations.all() for m in conversations.branch(c.id)]
        texts = {m.id: m for m in messages}
        on_disk = [m.text for m in messages if m.role is Role.USER]
        wrong = [f"question lost: {question}" for question in said.asked if question not in on_disk]
        wrong += [f"still generating: {m.id}" for m in messages if m.state is MessageState.GENERATING]
        must_be_there: dict[str, int] = {}
        for moment, message_id, n_shown in said.shown:
            if moment < killed_at - LOSS_S - SLACK_S:
                must_be_there[message_id] = n_shown
        for message_id, n_shown in must_be_there.items():
            n_stored = len(texts[message_id].text) if message_id in texts else -1
            if n_stored < n_shown:
                wrong.append(f"{n_shown} characters were shown, {n_stored} are stored")
        n_typed = max((n for moment, n in said.typed if moment < killed_at - LOSS_S - SLACK_S), default=0)
        drafts = [conversations.draft(c.id) for c in conversations.all()]
        if n_typed and max(draft.count(DRAFT_LETTER) for draft in drafts) < n_typed - 25:
            wrong.append(f"{n_typed} letters were typed, the drafts are {[len(d) for d in drafts]}")
        interrupted = [m for m in messages if m.state is MessageState.INTERRUPTED]
        if len(interrupted) != 1:
            wrong.append(f"{len(interrupted)} answers are marked as interrupted, not 1")
        return wrong
    finally:
        conversations.close()


def run_and_kill(folder: Path, delay_s: float) -> tuple[Driven, float]:
    """Start, ask, kill `delay_s` after the first text; give what it had said, and the moment."""
    driven = Driven(folder, "--ask", "What about", "--draft", "--engine", FAKE)
    try:
        driven.wait_for_text()
        time.sleep(delay_s)
        return driven, driven.kill()
    finally:
        driven.close()
        _wait_until_gone(driven.said.engine_pid)


def _wait_until_gone(pid: int) -> None:
    deadline = time.monotonic() + 5
    while pid and psutil.pid_exists(pid) and time.monotonic() < deadline:
        time.sleep(0.02)


@pytest.mark.timeout(400)
def test_a_window_killed_while_streaming_loses_nothing_that_it_acknowledged(qtbot: QtBot, tmp_path: Path) -> None:
    chance = random.Random(SEED)
    delays_s = [chance.uniform(0.1, 3.0) for _ in range(N_KILLS)]
    folders = [tmp_path / str(number) for number in range(N_KILLS)]
    with ThreadPoolExecutor(N_AT_ONCE) as pool:
        runs = list(pool.map(run_and_kill, folders, delays_s))
    for number, (driven, killed_at) in enumerate(runs):
        wrong = check(folders[number], driven, killed_at)
        assert not wrong, f"kill {number} after {delays_s[number]:.2f} s (seed {SEED}): {wrong}"
