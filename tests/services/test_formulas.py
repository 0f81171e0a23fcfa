"""The process that draws formulas: started when one is needed, given up when one takes too long, never in the way."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import psutil
import pytest
from pytestqt.qtbot import QtBot

from desktop_app.formulas.protocol import MAX_TEX, DrawRequest, encode_request
from desktop_app.services import formulas as module
from desktop_app.services.formulas import Formulas

FOREVER = r"\frac{1}{" * 40 + "x" + "}" * 40
"""ziamath takes twice as long for every level."""

FAKE = """
import json, os, sys, time
def say(**fields): print(json.dumps({"v": 1, "drawing": None, "problem": "", **fields}), flush=True)
svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M 0 0"/></svg>'
say(task=0)
for line in sys.stdin:
    request = json.loads(line)
    tex = request["tex"]
    if tex == "die": os._exit(1)
    if tex == "hang": time.sleep(60)
    if tex == "garbage": print("garbage", flush=True)
    body = svg.replace("<path", "<image") if tex == "evil" else svg
    say(task=request["task"], drawing=None if tex == "bad" else {"svg": body, "width": 1, "ascent": 1, "depth": 0})
"""


@pytest.fixture
def real() -> Iterator[Formulas]:
    service = Formulas()
    yield service
    service.close()


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> Iterator[Formulas]:
    monkeypatch.setattr(module, "TIME_LIMIT_MS", 150)
    service = Formulas((sys.executable, ["-c", FAKE]))
    yield service
    service.close()


def ask(qtbot: QtBot, service: Formulas, *formulas: str) -> list[bool]:
    """Ask for all, wait, and give which were drawn."""
    for tex in formulas:
        service.drawing(tex, False)
    qtbot.waitUntil(lambda: not service.is_busy, timeout=20_000)
    return [service.drawing(tex, False) is not None for tex in formulas]


def test_no_formula_needs_no_process(real: Formulas) -> None:
    assert real.pid == 0
    assert real.drawing("", False) is None
    assert real.drawing("x" * (MAX_TEX + 1), False) is None
    assert real.pid == 0
    assert not real.is_busy


def test_a_formula_is_drawn_by_a_child_and_known_from_then_on(qtbot: QtBot, real: Formulas) -> None:
    heard: list[tuple[str, bool]] = []
    real.drawn.connect(lambda tex, is_display: heard.append((tex, is_display)))
    assert ask(qtbot, real, "x^2", r"\frac{", "y") == [True, False, True]
    assert heard == [("x^2", False), ("y", False)]
    child = psutil.Process(real.pid)
    assert "PySide6" not in " ".join(file.path for file in child.memory_maps())
    real.close()
    assert not child.is_running()


def test_a_formula_that_takes_for_ever_is_given_up_and_the_others_are_drawn(
    qtbot: QtBot, real: Formulas, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(qtbot, real, "a")
    first = real.pid
    monkeypatch.setattr(module, "TIME_LIMIT_MS", 300)
    assert ask(qtbot, real, "b", FOREVER, "c") == [True, False, True]
    assert real.pid not in (0, first)
    assert not psutil.pid_exists(first)


@pytest.mark.parametrize("bad", ["die", "hang", "garbage", "evil"])
def test_only_the_formula_that_a_process_ended_with_is_lost(qtbot: QtBot, fake: Formulas, bad: str) -> None:
    assert ask(qtbot, fake, "a", bad, "b", "bad", "c") == [True, False, True, False, True]


def test_one_that_was_given_up_is_not_tried_again(qtbot: QtBot, fake: Formulas) -> None:
    ask(qtbot, fake, "die", "a")
    pid = fake.pid
    assert fake.drawing("die", False) is None
    assert not fake.is_busy
    assert fake.pid == pid


def test_a_flood_of_bad_formulas_is_answered_with_a_pause(qtbot: QtBot, fake: Formulas, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = [f"{n}" for n in range(module.N_DEATHS + 3)]
    fake._command = (sys.executable, ["-c", FAKE.replace('tex == "die"', "True")])
    for tex in bad:
        fake.drawing(tex, False)
    qtbot.waitUntil(fake._pause_timer.isActive)
    assert fake.pid == 0
    assert fake.drawing("later", False) is None
    assert fake.pid == 0
    fake._command = (sys.executable, ["-c", FAKE])
    fake._pause_timer.setInterval(10)
    fake._pause_timer.start()
    qtbot.waitUntil(lambda: fake.drawing("later", False) is not None)


def test_a_program_that_is_not_there_is_tried_a_few_times_only(qtbot: QtBot) -> None:
    service = Formulas(("/no/such/program", []))
    service.drawing("x", False)
    qtbot.waitUntil(service._pause_timer.isActive)
    assert service.drawing("x", False) is None
    service.close()


def test_a_busy_process_ends_with_the_window() -> None:
    """A window that is killed takes it along, also in the middle of a formula that takes for ever."""
    program, arguments = module.formula_command()
    process = subprocess.Popen([program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    try:
        assert process.stdin is not None and process.stdout is not None
        process.stdout.readline()
        process.stdin.write(encode_request(DrawRequest(1, FOREVER, False)))
        process.stdin.close()
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_the_process_ends_when_nothing_is_asked_for(qtbot: QtBot, fake: Formulas) -> None:
    fake._idle_timer.setInterval(10)
    ask(qtbot, fake, "a")
    qtbot.waitUntil(lambda: fake.pid == 0)
    assert ask(qtbot, fake, "a", "b") == [True, True]


def test_what_is_kept_is_bounded(qtbot: QtBot, fake: Formulas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "N_KEPT", 3)
    ask(qtbot, fake, "a", "b", "c")
    fake.drawing("a", False)
    ask(qtbot, fake, "d")
    assert list(fake._known) == [("c", False), ("a", False), ("d", False)]
    monkeypatch.setattr(module, "N_KEPT_CHARS", 100)
    ask(qtbot, fake, "e")
    assert list(fake._known) == [("e", False)]


def test_what_nobody_waits_for_any_more_is_not_drawn(qtbot: QtBot, fake: Formulas, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "N_WAITING", 4)
    for n in range(30):
        fake.drawing(str(n), False)
    qtbot.waitUntil(lambda: not fake.is_busy)
    assert list(fake._known) == [(str(n), False) for n in range(26, 30)]


def test_the_child_hears_no_secret(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", "canary")
    code = FAKE.replace('tex == "bad"', "'HF_TOKEN' in os.environ")
    service = Formulas((sys.executable, ["-c", code]))
    assert ask(qtbot, service, "x") == [True]
    service.close()
