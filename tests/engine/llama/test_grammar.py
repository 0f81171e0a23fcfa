"""Answers that keep to a grammar: they always parse, and nothing that is asked for ends the process."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from desktop_app.engine.chat_model import ChatModel
from desktop_app.engine.llama.grammar import GrammarSampler
from desktop_app.engine.llama.library import C
from desktop_app.engine.llama.sampler import Sampler
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.errors import BegunUnfit, GrammarUnusable, SchemaUnusable
from tests.engine.direct import clear, put
from tests.engine.room import Room

SCHEMA = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "age": {"type": "integer", "minimum": 0, "maximum": 150},
        "code": {"pattern": r"^[A-Z]{2}-\d+$"},
        "friends": {"type": "array", "items": {"type": "object", "properties": {"name": {"type": "string"}}}, "minItems": 1},
    },
    "required": ["name", "friends"],
}


@pytest.fixture(scope="module")
def single_chat(starter_model: Path, open_chat: Callable[..., ChatModel]) -> Iterator[ChatModel]:
    """Give the starter model on one thread: two would wait for each other where other tests run beside."""
    chat = open_chat(starter_model, n_ctx=512, n_threads=1)
    yield chat
    chat.close()


def _written(chat: ChatModel, question: str, forced: tuple[int, ...] = (), begun: str = "", **changes: Any) -> str:
    """Give what the model writes; `forced`: tokens that are put in place of the first drawn ones; `begun`: what is there."""
    vocabulary, parameters = chat.model.vocabulary, SamplingParameters(**changes)
    clear(chat)
    prompt = vocabulary.tokenize(question + begun)
    put(chat, prompt)
    sampler = Sampler(parameters, vocabulary, chat.model.n_ctx)
    sampler.accept_prompt(prompt, begun)
    is_end, tokens = vocabulary.end_test(), list(forced)
    for token in forced:
        C.llama_sampler_accept(sampler.chain, token)
        put(chat, [token])
    while len(tokens) != parameters.n_predict:
        token = C.llama_sampler_sample(sampler.chain, chat.model.context, -1)
        if is_end(token):
            break
        tokens.append(token)
        put(chat, [token])
    sampler.close()
    return b"".join(map(vocabulary.piece, tokens)).decode()


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("schema", [SCHEMA, {}, {"type": "object"}], ids=["person", "anything", "object"])
def test_an_answer_always_parses(single_chat: ChatModel, schema: dict[str, Any], seed: int) -> None:
    # Warm enough to wander, and so few tokens that most answers have to be brought to their end.
    hot: dict[str, Any] = {"seed": seed, "temperature": 1.5, "n_predict": 80 if schema is SCHEMA else 40}
    text = _written(single_chat, "Ann (31) as JSON:\n", json_schema=json.dumps(schema), **hot)
    answer = json.loads(text)
    if schema is SCHEMA:
        assert next(iter(answer)) == "name"
        assert len(answer["friends"]) >= 1
        assert 0 <= answer.get("age", 0) <= 150
    elif schema:
        assert isinstance(answer, dict)


@pytest.mark.parametrize(
    "end", ['{"na', '{"name": "', '{"name": "Ann said \\"', '{"name": "Ann 王', '{"name": "Ann", "age": 3', ""]
)
def test_an_answer_that_is_continued_parses_as_a_whole(single_chat: ChatModel, end: str) -> None:
    options: dict[str, Any] = {"json_schema": json.dumps(SCHEMA), "seed": 1, "n_predict": 80}
    answer = json.loads(end + _written(single_chat, "Ann (31) as JSON:\n", begun=end, **options))
    assert answer["friends"]


def test_what_is_whole_already_ends_where_it_is(single_chat: ChatModel) -> None:
    options = {"json_schema": json.dumps(SCHEMA), "n_predict": 80}
    whole = '{"name": "Ann", "friends": [{}]}'
    assert _written(single_chat, "Ann as JSON:\n", begun=whole, **options) == ""


@pytest.mark.parametrize("begun", ["Well, ", '{"age": 3', '{"name": "Ann"}} and'])
def test_what_does_not_begin_like_that_is_not_continued(single_chat: ChatModel, begun: str) -> None:
    with pytest.raises(BegunUnfit):
        _written(single_chat, "Ann as JSON:\n", begun=begun, json_schema=json.dumps(SCHEMA))


@pytest.mark.parametrize("tokens", [["▁ab", "c"], ["▁", "ab", "c"]])
def test_a_space_that_the_vocabulary_puts_before_a_text_is_not_of_the_answer(tokens: list[str]) -> None:
    texts = ["", "▁ab", "▁", "ab", "c"]
    sampler = GrammarSampler.__new__(GrammarSampler)
    sampler._piece = lambda token: texts[token].replace("▁", " ").encode()
    sampler._vocabulary = SimpleNamespace(  # type: ignore[assignment]
        tokenize=lambda text: [texts.index(one) for one in tokens], token_of=lambda text: texts.index(text)
    )
    assert b"".join(map(sampler._piece, sampler._spelled("abc"))) == b"abc"
    assert b"".join(map(sampler._piece, sampler._spelled(" abc"))) == b" abc"


def test_a_stop_text_within_a_string_of_json_does_not_cut_it(room: Room) -> None:
    schema = json.dumps({"properties": {"name": {"type": "string"}}, "required": ["name"]})
    sampling = SamplingParameters(json_schema=schema, stop=("name", '"'), temperature=0.0, n_predict=60)
    text, _ = room.answer("A person as JSON", sampling=sampling)
    assert json.loads(text)["name"] is not None


def test_a_grammar_is_kept(single_chat: ChatModel) -> None:
    grammar = 'root ::= "Yes" | "No" (", " [a-z]{3,5} "!"){2}'
    assert _written(single_chat, "Is ice cold?", grammar='root ::= "Yes" | "No"', temperature=0.0) in ("Yes", "No")
    assert _written(
        single_chat,
        "Is ice cold?",
        grammar=grammar,
        seed=1,
        logit_bias=((single_chat.model.vocabulary.tokenize("Yes")[0], -100.0),),
    ).count("!") in (0, 2)


def test_where_nothing_fits_any_more_the_answer_ends(single_chat: ChatModel) -> None:
    vocabulary = single_chat.model.vocabulary
    forbidden = tuple((token, float("-inf")) for token in range(vocabulary.n_tokens) if vocabulary.piece(token)[:1] == b"b")
    assert _written(single_chat, "x", grammar='root ::= "a" "b"', logit_bias=forbidden, temperature=0.0) == "a"
    # Also where the end itself is forbidden, as for a benchmark.
    no_end = tuple((token, float("-inf")) for token in range(vocabulary.n_tokens) if vocabulary.end_test()(token))
    assert _written(single_chat, "x", grammar='root ::= "a"', logit_bias=no_end) == "a"


def test_a_token_from_outside_that_does_not_fit_is_not_the_grammars(single_chat: ChatModel) -> None:
    outside = tuple(single_chat.model.vocabulary.tokenize("Well: "))
    assert _written(single_chat, "x", outside, grammar='root ::= "a"', temperature=0.0) == "Well: a"


def test_control_tokens_are_not_taken_for_text(single_chat: ChatModel) -> None:
    control = next(token for token in single_chat.model.vocabulary.special if token.text == "<|im_start|>")
    wanted = ((control.id, 1000.0),)
    grammar = 'root ::= "<|im_start|>"'
    assert _written(single_chat, "x", grammar=grammar, temperature=0.0, logit_bias=wanted) == "<|im_start|>"


@pytest.mark.parametrize(
    "grammar", ['start ::= "a"', "root ::= root", 'root ::= "a', "root ::= " + "(" * 50_000, "root ::= x", "\0"]
)
def test_what_is_no_grammar_is_refused_in_silence(
    single_chat: ChatModel, grammar: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(GrammarUnusable):
        Sampler(SamplingParameters(grammar=f"# secret\n{grammar}"), single_chat.model.vocabulary, 64)
    assert "secret" not in "".join(capfd.readouterr())


def test_what_is_no_schema_is_refused(single_chat: ChatModel) -> None:
    with pytest.raises(SchemaUnusable):
        Sampler(SamplingParameters(json_schema="{"), single_chat.model.vocabulary, 64)
