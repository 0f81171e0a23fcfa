"""What we make of a chat template is what llama.cpp's server makes of it, over its whole collection."""

from __future__ import annotations

import json
from datetime import datetime

import pytest

from desktop_app.engine import chat_template
from desktop_app.engine.chat_model import ChatModel
from desktop_app.engine.chat_template import ChatTemplate, SpecialTexts
from desktop_app.engine.prompt_tokens import PromptTokenizer
from desktop_app.engine.protocol import ChatMessage
from desktop_app.engine.template_doctor import OWN, choose
from desktop_app.errors import ChatTemplateFailed
from tests.engine.server_prompts import EXPECTED, TEMPLATES, fingerprint
from tests.engine.template_cases import CASES

SERVER = json.loads(EXPECTED.read_text(encoding="utf-8"))
TEXTS = {"starter": SpecialTexts("<|im_start|>", "<|im_end|>"), "tiny": SpecialTexts("<s>", "<|im_end|>", True)}
NAMES = sorted(SERVER["prompts"]["starter"])


@pytest.fixture(autouse=True)
def _same_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_template, "local_time", lambda: datetime.fromisoformat(SERVER["made"]))


def _messages(case: str) -> list[ChatMessage]:
    return [ChatMessage(role, content) for role, content in CASES[case]]


def _rendered(template: ChatTemplate, case: str) -> str | None:
    try:
        return template.render(_messages(case))
    except ChatTemplateFailed:
        return None


def test_the_whole_collection_is_compared() -> None:
    assert {path.name for path in TEMPLATES.glob("*.jinja")} == set(NAMES)
    assert len(NAMES) == 70


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_is_that_of_the_server_or_a_refusal_where_it_refuses(name: str, starter_chat: ChatModel) -> None:
    source = (TEMPLATES / name).read_text(encoding="utf-8")
    choice = choose(source, TEXTS["starter"])
    assert (choice.name, choice.fault) == (OWN, "")
    for vocabulary, template in (("starter", choice.template), ("tiny", ChatTemplate(source, TEXTS["tiny"]))):
        prompts = {case: _rendered(template, case) for case in CASES}
        found = {case: prompt if prompt is None else fingerprint(prompt) for case, prompt in prompts.items()}
        assert found == SERVER["prompts"][vocabulary][name], vocabulary
    # The marks by which the tokenizer tells a person's text from the template's change nothing.
    tokenizer = PromptTokenizer(starter_chat.model.vocabulary, choice.template, template_words=choice.known_words)
    for case, server in SERVER["prompts"]["starter"][name].items():
        if server is not None and case != "system prompt alone":
            prompt = tokenizer.prompt(_messages(case))
            assert fingerprint(prompt.text.replace(prompt.mark, "")) == server, case
