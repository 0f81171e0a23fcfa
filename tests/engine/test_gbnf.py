"""What is wrong in a grammar that is being written: the same verdict as llama.cpp's, and the place."""

from __future__ import annotations

import random

import pytest

from desktop_app.engine.chat_model import ChatModel
from desktop_app.engine.gbnf import N_NESTED_MAX, grammar_mistake
from desktop_app.engine.json_grammar import grammar_of
from desktop_app.engine.llama.grammar import GrammarSampler
from desktop_app.errors import GrammarUnusable

SOUND = [
    'root ::= "Yes" | "No"',
    'root ::= item+\n# a note\nitem ::= "- " [^\\n]{3,40} "\\n"',
    'root ::= (\n  "a" | # one\n  b\n)*\r\nb ::= [a-zA-Z0-9_.\\-\\]]? .',
    'root   ::=   "\\x41\\u4e2d\\U0001F600" [\\"\\\\] ""',
    "root ::= 炉".replace("炉", '"炉"') + "  # ends with a note",
    'root ::= ("a"?)* "b"{2} "c"{2,} "d"{0,3}',
    'root ::= "x" root | "y"',
    "root ::=",
    'root ::= !<[3]> "a"',
]
WRONG = {
    'root ::= "a': ("end", 9),
    "root ::= [a-": ("end", 9),
    'root = "a"': ("definition", 5),
    '::= "a"': ("name", 0),
    'root ::= ("a" | "b"': ("bracket", 9),
    'root ::= "a")': ("character", 12),
    'root ::= "\\q"': ("escape", 10),
    'root ::= "\\u12"': ("escape", 10),
    "root ::= *": ("repeat", 9),
    'root ::= ""+': ("repeat", 11),
    'root ::= "a"{x}': ("number", 13),
    'root ::= "a"{2,': ("bracket", 12),
    'root ::= "a"{2001}': ("many", 12),
    'root ::= "a"{90}{90}': ("many", 16),
    'root ::= one\ntwo ::= "a"': ("undefined", 9),
    'start ::= "a"': ("root", 0),
    'root ::= root "a" | "b"': ("circle", 9),
    'root ::= "x"?*': ("circle", 9),
    'root ::= a "z"\na ::= "" root | "b"': ("circle", 24),
    'root ::= _a\n_a ::= "b"': ("character", 9),
    "root ::= " + "(" * (N_NESTED_MAX + 1): ("deep", 9 + N_NESTED_MAX),
}


def _is_read(chat: ChatModel, grammar: str) -> bool:
    try:
        sampler = GrammarSampler(grammar, chat.model.vocabulary, is_json=False)
    except GrammarUnusable:
        return False
    sampler.close()
    return True


@pytest.mark.parametrize("grammar", SOUND)
def test_what_llama_cpp_reads_has_no_mistake(tiny_chat: ChatModel, grammar: str) -> None:
    assert _is_read(tiny_chat, grammar)
    assert grammar_mistake(grammar) is None


@pytest.mark.parametrize("grammar", WRONG)
def test_what_llama_cpp_refuses_has_a_mistake_with_its_place(tiny_chat: ChatModel, grammar: str) -> None:
    found = grammar_mistake(grammar)

    assert found is not None
    assert (found.kind, found.start) == WRONG[grammar]
    assert 0 <= found.start <= found.end <= len(grammar)
    assert not _is_read(tiny_chat, grammar)


def test_broken_grammars_get_the_verdict_of_llama_cpp(tiny_chat: ChatModel) -> None:
    chance = random.Random(7)
    n_refused = 0
    for _ in range(300):
        text = list(chance.choice(SOUND[:-1]))
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(text))
            text[at : at + chance.randint(0, 2)] = chance.choice(list('"()[]{}|*+?\\ \nab:=,2.#-'))
        grammar = "".join(text)
        found = grammar_mistake(grammar)
        n_refused += found is not None
        assert (found is None) == _is_read(tiny_chat, grammar), (grammar, found)
    assert 50 < n_refused < 295


def test_a_circle_that_llama_cpp_would_follow_for_ever_is_found() -> None:
    found = grammar_mistake('root ::= b root "x" | "y"\nb ::= c\nc ::= "" | "z"')

    assert found is not None
    assert (found.kind, found.name) == ("circle", "root")


def test_the_grammars_that_we_write_ourselves_have_no_mistake() -> None:
    schema = '{"type": "object", "properties": {"a": {"type": "array", "items": {"type": "integer", "minimum": 3}}}}'
    assert grammar_mistake(grammar_of("{}")) is None
    assert grammar_mistake(grammar_of(schema)) is None


CHAIN = [f"r{number} ::= r{number + 1}\n" for number in range(5_000)]


@pytest.mark.parametrize(
    "grammar",
    [
        'root ::= "a"' + "+" * 5_000,
        'root ::= "a"' + "?" * 5_000,
        'root ::= "a"' + "{1}" * 5_000,
        "root ::= r0\n" + "".join(CHAIN) + "r5000 ::=",
        "root ::= r0\n" + "".join(reversed(CHAIN)) + "r5000 ::=",
    ],
)
def test_what_llama_cpp_would_follow_too_deep_is_refused_at_once(grammar: str) -> None:
    found = grammar_mistake(grammar)

    assert found is not None
    assert found.kind == "deep"


def test_half_of_a_surrogate_pair_belongs_nowhere() -> None:
    found = grammar_mistake('root ::= "\ud800"')

    assert found is not None
    assert (found.kind, found.start) == ("character", 10)
