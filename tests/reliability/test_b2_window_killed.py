"""B2: when the window is killed, the engine and its memory are gone within 3 s, in the middle of an answer too."""

from __future__ import annotations

import time
from pathlib import Path

import psutil
from pytestqt.qtbot import QtBot

from desktop_app.chat.message import MessageState
from desktop_app.paths import Paths
from desktop_app.services.conversations import Conversations
from tests.reliability.killed import Driven

LIMIT_S = 3.0


def test_the_real_engine_ends_with_its_window_and_the_question_is_kept(qtbot: QtBot, tmp_path: Path, starter_model: Path) -> None:
    driven = Driven(tmp_path, "--ask", "Tell me a very long story about the sea, part", arguments=("--model", str(starter_model)))
    try:
        driven.wait_for_text()
        engine = psutil.Process(driven.said.engine_pid)
        assert engine.is_running()
        killed_at = driven.kill()
        while engine.is_running() and engine.status() != psutil.STATUS_ZOMBIE and time.monotonic() - killed_at < LIMIT_S + 2:
            time.sleep(0.02)
        assert time.monotonic() - killed_at < LIMIT_S
        conversations = Conversations(Paths.under(tmp_path).database)
        question, answer = conversations.branch(conversations.all()[0].id)
        assert question.text == driven.said.asked[0]
        assert answer.state is MessageState.INTERRUPTED
        conversations.close()
    finally:
        driven.close()
