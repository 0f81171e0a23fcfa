"""Every prompt template that comes with the application is answered by a real model: rendered, read and written, no error."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.engine.protocol import FINAL, GenerationFinished
from desktop_app.templates.collection import LANGUAGES, shipped
from desktop_app.templates.render import render
from desktop_app.templates.template import PromptTemplate
from tests.engine.real_worker import RealWorker

pytestmark = pytest.mark.timeout(200)

VALUES = {
    "en": "The ferry to the island leaves at nine and at noon; a ticket costs 14.50.",
    "zh_CN": "去岛上的渡轮九点和中午各一班，票价14.50元。",
}


def _filled(template: PromptTemplate) -> str:
    wanted = [field for field in template.form() if field.kind in ("text", "long") and not field.default]
    return render(template, {field.name: VALUES[template.language] for field in wanted}).text


def test_each_is_answered_without_an_error(worker: RealWorker, starter_model: Path) -> None:
    worker.load(starter_model, n_ctx=4096)
    texts = [_filled(one) for language in LANGUAGES for one in shipped(language)]
    assert len(texts) >= 60
    # Four at once, as many as the engine has places for; `rest_of` would not accept an error.
    for start in range(0, len(texts), 4):
        tasks = [worker.start(("user", text), temperature=0.0, n_predict=3) for text in texts[start : start + 4]]
        endings = {}
        while len(endings) < len(tasks):
            event = worker.next()
            if isinstance(event, FINAL):
                endings[event.task] = event
        for ending in endings.values():
            assert isinstance(ending, GenerationFinished), ending
            assert ending.stop in ("limit", "eos")
            assert 0 < ending.timings.n_predicted <= 3
