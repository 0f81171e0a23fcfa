"""A chat template that the person has written, in the real engine process: what it writes is what the model reads."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.engine.parameters import TEMPLATE_CHARACTERS_MAX, LoadParameters
from desktop_app.engine.protocol import (
    ChatMessage,
    ContextMeasured,
    CountRequest,
    LoadRequest,
    MeasureRequest,
    ModelInfo,
    ModelLoaded,
    TokensCounted,
)
from tests.engine.real_worker import RealWorker

LINE = "system\nAnswer in rhymes."
ADDED = "{{ '<|im_start|>system\nAnswer in rhymes.<|im_end|>\n' }}"


def _loaded(worker: RealWorker, path: Path, template: str = "") -> ModelInfo:
    task = worker.new_task()
    worker.send(LoadRequest(task, str(path), LoadParameters(n_ctx=512, n_threads=1), template=template))
    event = worker.final(task)
    assert isinstance(event, ModelLoaded), event
    return event.model


def _n_prompt(worker: RealWorker) -> int:
    task = worker.new_task()
    worker.send(MeasureRequest(task, (ChatMessage("user", "Hello"),)))
    event = worker.final(task)
    assert isinstance(event, ContextMeasured)
    return event.n_prompt


def _n_tokens(worker: RealWorker, text: str) -> int:
    task = worker.new_task()
    worker.send(CountRequest(task, text))
    event = worker.final(task)
    assert isinstance(event, TokensCounted)
    return event.n_tokens


def test_a_line_that_the_person_has_added_is_in_the_prompt(worker: RealWorker, starter_model: Path) -> None:
    own = _loaded(worker, starter_model)
    n_own = _n_prompt(worker)

    edited = _loaded(worker, starter_model, ADDED + own.template_source)

    assert (own.template, edited.template, edited.template_fault, edited.template_problem) == ("own", "edited", "", "")
    assert edited.template_source == ADDED + own.template_source
    n_marks = 2  # <|im_start|> and <|im_end|> are one token each
    assert _n_prompt(worker) == n_own + n_marks + _n_tokens(worker, LINE) + _n_tokens(worker, "\n")
    answer, finished = worker.answer(("user", "Hello"), n_predict=4)
    assert answer and finished.timings.n_prompt == _n_prompt(worker)
    assert "rhymes" not in worker.log


@pytest.mark.parametrize("written", ["{% if secretword %}", "{% for m in messages %}secretword{% endfor %}"])
def test_one_that_cannot_be_used_does_not_stop_the_load(worker: RealWorker, tiny_model: Path, written: str) -> None:
    usual = _loaded(worker, tiny_model)
    n_usual = _n_prompt(worker)

    model = _loaded(worker, tiny_model, written)

    assert (model.template, model.template_source) == (usual.template, usual.template_source)
    assert model.template_fault == "edited" and model.template_problem
    assert _n_prompt(worker) == n_usual
    assert worker.answer(("user", "Hi"), n_predict=3)[1].timings.n_predicted > 0
    assert "secretword" not in worker.log


def test_the_longest_there_may_be_goes_both_ways(worker: RealWorker, tiny_model: Path) -> None:
    source = "{% for m in messages %}{{ m.content }}{% endfor %}"
    comment = "🦊" * (TEMPLATE_CHARACTERS_MAX - len(source) - 4)
    longest = f"{{#{comment}#}}{source}"
    assert len(longest) == TEMPLATE_CHARACTERS_MAX
    assert _loaded(worker, tiny_model, longest).template_source == longest
