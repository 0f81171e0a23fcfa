"""B2: when the window is killed, the engine and its memory are gone within 3 s, in the middle of an answer too."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import psutil
import pytest
from pytestqt.qtbot import QtBot

from desktop_app.chat.message import MessageState
from desktop_app.paths import Paths
from desktop_app.services.conversations import Conversations
from tests.reliability.killed import Driven

LIMIT_S = 3.0


def check_gone(engine: psutil.Process, killed_at: float) -> None:
    """See that the engine ends within the limit after the moment at which its window was killed."""
    while engine.is_running() and engine.status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() - killed_at < LIMIT_S, "the engine has outlived its window"
        time.sleep(0.02)


def test_the_real_engine_ends_with_its_window_and_the_question_is_kept(qtbot: QtBot, tmp_path: Path, starter_model: Path) -> None:
    driven = Driven(tmp_path, "--ask", "Tell me a very long story about the sea, part", arguments=("--model", str(starter_model)))
    try:
        driven.wait_for_text()
        engine = psutil.Process(driven.said.engine_pid)
        assert engine.is_running()
        check_gone(engine, driven.kill())
        conversations = Conversations(Paths.under(tmp_path).database)
        question, answer = conversations.branch(conversations.all()[0].id)
        assert question.text == driven.said.asked[0]
        assert answer.state is MessageState.INTERRUPTED
        conversations.close()
    finally:
        driven.close()


@pytest.mark.posix("Windows has no signals")
def test_planted_an_engine_that_hears_nothing_of_it_is_seen(tmp_path: Path) -> None:
    """It stands still in the middle of its answer, so that it reads no end of input, and has asked for no death signal."""
    driven = Driven(tmp_path, "--ask", "What about", "--engine", "--words 1000 --rate 100 --die stop --die-after 30")
    try:
        driven.wait_for_text()
        engine = psutil.Process(driven.said.engine_pid)
        while engine.status() != psutil.STATUS_STOPPED:
            time.sleep(0.02)
        with pytest.raises(AssertionError, match="outlived"):
            check_gone(engine, driven.kill())
    finally:
        os.kill(driven.said.engine_pid, signal.SIGKILL)
        driven.close()
