"""Reasoning can be left out, limited, and is told in the same tags; with a real engine and a model of 80 kB."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop_app.engine.parameters import SamplingParameters
from desktop_app.engine.protocol import ChatMessage, GenerateRequest, GenerationFinished
from tests.engine.real_worker import RealWorker
from tests.fakes.gguf_file import CONTROL, write_tiny_model

TURNS = "{% for m in messages %}<|im_start|>{{ m.role }}: {{ m.content }}<|im_end|>{% endfor %}<|im_start|>"
BEGINS = TURNS + "{{ '[THINK]' }}"
SWITCHED = TURNS + "{% if not enable_thinking %}{{ '<think>\n\n</think>\n\n' }}{% endif %}"
SPECIAL = [("[THINK]", CONTROL), ("[/THINK]", CONTROL)]


@pytest.fixture(scope="module")
def thinker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RealWorker]:
    """Give an engine with a model whose template begins the reasoning."""
    folder = tmp_path_factory.mktemp("thinker")
    with RealWorker() as worker:
        worker.ready()
        model = worker.load(write_tiny_model(folder / "m.gguf", SPECIAL, tokenizer__chat_template=BEGINS))
        assert model.template == "own"
        assert model.can_reason
        yield worker


def _asked(worker: RealWorker, *, answer: str = "", **request: object) -> tuple[str, GenerationFinished]:
    messages = [ChatMessage("user", "Hi")] + ([ChatMessage("assistant", answer)] if answer else [])
    task = worker.new_task()
    # Neither an end token nor a closing mark of its own: what ends the reasoning is the budget.
    forbidden = tuple((token, float("-inf")) for token in (1, 2, *range(266, 270)))
    sampling = SamplingParameters(temperature=0.0, n_predict=12, logit_bias=forbidden)
    worker.send(GenerateRequest(task, tuple(messages), sampling, bool(answer), **request))  # type: ignore[arg-type]
    return worker.rest_of(task)


def test_a_reasoning_that_the_prompt_begins_is_shown_in_the_usual_tags(thinker: RealWorker) -> None:
    text, _ = _asked(thinker)
    assert text.startswith("<think>")
    assert "</think>" not in text


def test_reasoning_that_is_not_wanted_is_closed_at_once(thinker: RealWorker) -> None:
    text, finished = _asked(thinker, thinking=False)
    assert text.startswith("<think></think>")
    assert finished.timings.n_predicted == 12


@pytest.mark.parametrize("budget", [0, 1, 5])
def test_a_budget_ends_the_reasoning_and_the_answer_goes_on(thinker: RealWorker, budget: int) -> None:
    text, finished = _asked(thinker, thinking_budget=budget)
    unlimited, _ = _asked(thinker)
    thought, closing, answer = text.removeprefix("<think>").partition("</think>")
    assert closing
    assert unlimited.startswith(f"<think>{thought}")
    assert bool(thought) == (budget > 0)
    assert answer
    assert finished.timings.n_predicted == 12


def test_an_answer_goes_on_within_its_reasoning_and_behind_it(thinker: RealWorker) -> None:
    within, _ = _asked(thinker, answer="<think>Hm", thinking_budget=3)
    assert "</think>" in within
    assert not within.startswith("<think>")
    behind, _ = _asked(thinker, answer="<think>Hm</think>Well", thinking_budget=3)
    assert "</think>" not in behind


def test_a_template_with_a_switch_is_told(worker: RealWorker, tmp_path: Path) -> None:
    worker.load(write_tiny_model(tmp_path / "m.gguf", tokenizer__chat_template=SWITCHED))
    n_on = _asked(worker, thinking=True)[1].timings.n_prompt
    n_off = _asked(worker, thinking=False)[1].timings.n_prompt
    assert n_off > n_on
    assert _asked(worker)[1].timings.n_prompt == n_on


def test_the_persons_choice_of_a_template_is_used(worker: RealWorker, tmp_path: Path) -> None:
    from desktop_app.engine.protocol import LoadRequest

    path = write_tiny_model(tmp_path / "m.gguf")
    task = worker.new_task()
    worker.send(LoadRequest(task, str(path), template="vicuna"))
    model = worker.final(task).model
    assert (model.template, model.has_chat_template, model.template_problem) == ("vicuna", False, "")
    assert "USER: " in model.template_source
