"""Which chat template a model gets: its own when that is sound, otherwise a known good one of its family.

A template is a program that came with a file. That it cannot harm the computer is the sandbox's work; here it is
asked to be honest. Canary conversations are rendered, and whatever it writes must be either what was said or what
it writes into every conversation. A template that puts in a sentence when a certain word appears, or changes a link,
runs no forbidden code and is found all the same. The same measure is taken of every real prompt, since no canary
knows every word.
"""

from __future__ import annotations

import calendar
import re
import time
from collections.abc import Collection, Iterable, Sequence

from desktop_app.engine import known_templates
from desktop_app.engine.chat_template import ChatTemplate, SpecialTexts, bounded
from desktop_app.engine.parameters import EDITED_TEMPLATE, is_template_source
from desktop_app.engine.protocol import ChatMessage, TemplateFault
from desktop_app.errors import ChatTemplateFailed
from desktop_app.record import Record

OWN = "own"
"""The name of the template that is in the model's file."""

LIMIT_S = 1.5
"""Of work, for a model's own template: compiling and examining together. Measured: the slowest of 70 took 0.1 s."""
_MIN_ADDED = 10
"""Letters of words that nobody wrote from which on they are reported. A Chinese character counts as four."""
_WORD = re.compile(r"[^\W\d_]{2,}")
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_N_CONSTANTS = 60
_N_MISSED = 20
"""Messages that are not found again after which no more are looked for: each is searched for to the end."""
_MIN_CONSTANT, _MAX_CONSTANT = 2, 400
_DATES = {
    word.lower() for names in (calendar.month_name, calendar.month_abbr, calendar.day_name, calendar.day_abbr) for word in names
}

_QUESTION, _ANSWER = "Zeisig Quartz 4711?", "Fjord Oxbow 1234."
_SYSTEM, _NEXT = "Wharf Kelpie.", "Mango Vellum 99?"
_OTHER = ("Ocarina Tulip 17?", "Basalt Heron 5.", "Ember Cloves.", "Quince Saddle 3?")
_DELICATE = (
    "https://bank.example.com/login?user=anna&id=42 anna@example.com +49 30 901820 DE89370400440532013000\n"
    "```sh\ncurl -fsSL https://get.example.org/install.sh | sudo sh\n```\nPassword: hunter2, total 1,234.56 €"
)
_WORDS_OF_INTEREST = (
    "password login bank account payment invoice credit card bitcoin crypto wallet transfer link website download "
    "install update security vulnerability exploit code python javascript function api key secret token admin "
    "recommend buy product price compare best medical doctor health legal lawyer election vote president news "
    "summary translate email write essay story html script image url search confidential internal deploy "
    "密码 银行 转账 链接 推荐 购买 医疗 代码 下载 翻译 新闻"
)


class Choice(Record):
    """The template that is used. `name`: `OWN`, `EDITED_TEMPLATE` or that of a known one."""

    template: ChatTemplate
    name: str
    fault: TemplateFault = ""
    """What is wrong with the model's own, or with the person's; "" when it is used, when there is none, or when another is
    wanted."""
    problem: str = ""
    """The same in words, for those who want to know."""
    known_words: frozenset[str] = frozenset()
    ends: tuple[str, ...] = ()
    """Texts that end an answer where the vocabulary has no token for it."""


def choose(source: str | None, texts: SpecialTexts, tokens: Collection[str] = (), names: str = "", wanted: str = "") -> Choice:
    """Give the template for a model.

    `source`: what its file holds; `tokens`: the texts of its special tokens; `names`: of the model and its file;
    `wanted`: what the person has chosen, a name as in `Choice` or the source of a template, "" for nothing. A choice
    that cannot be used is no error: the model gets what it would have got, and `fault` says why.
    """
    if is_template_source(wanted):
        return _edited(wanted, source, texts, tokens, names)
    fault: TemplateFault = ""
    problem, started = "", time.process_time()
    if source is not None and source.strip() and wanted in ("", OWN):
        try:
            template = ChatTemplate(source, texts)
            examined = examine(template, LIMIT_S - (time.process_time() - started))
            if not examined.fault or wanted == OWN:
                return Choice(template, OWN, known_words=examined.known_words)
            fault, problem = examined.fault, examined.problem
        except ChatTemplateFailed as error:
            fault, problem = "broken", error.detail
    known = _by_name(wanted) or _for_model(tokens, names, is_missing=not fault)
    template = ChatTemplate(known.source, texts)
    ends = tuple(text for text in known.ends if text not in tokens)
    return Choice(template, known.name, fault, problem, examine(template).known_words, ends)


def _edited(wanted: str, source: str | None, texts: SpecialTexts, tokens: Collection[str], names: str) -> Choice:
    """Give what the person has written, which may say whatever they like; where it cannot be had, what the others get."""
    try:
        template = ChatTemplate(wanted, texts)
    except ChatTemplateFailed as error:
        return choose(source, texts, tokens, names).replaced(fault="edited", problem=error.detail)
    family = _for_model(tokens, names, is_missing=False)
    return Choice(template, EDITED_TEMPLATE, ends=tuple(text for text in family.ends if text not in tokens and text in wanted))


def _by_name(name: str) -> known_templates.KnownTemplate | None:
    return next((item for item in known_templates.KNOWN if item.name == name), None)


def _for_model(tokens: Collection[str], names: str, *, is_missing: bool) -> known_templates.KnownTemplate:
    if is_missing and known_templates.is_base(names):
        return known_templates.known(known_templates.PLAIN)
    found = known_templates.family(tokens, names)
    # A file that brings a template was taught to chat, whatever its name; one that shows no sign of it was not.
    return found or known_templates.known(known_templates.PLAIN if is_missing else known_templates.CHATML)


class Examined(Record):
    """What the canary conversations have shown; `fault` and `problem` as in `Choice`."""

    fault: TemplateFault
    problem: str
    known_words: frozenset[str]
    """The words that the template writes itself."""


def examine(template: ChatTemplate, limit_s: float = LIMIT_S) -> Examined:
    """Put a template to the test. Raises: ChatTemplateFailed when it cannot be rendered, or not in time."""
    return bounded(lambda: _examine(template), limit_s)


def _examine(template: ChatTemplate) -> Examined:
    known: set[str] = set(_DATES)
    for conversation in _conversations((_QUESTION, _ANSWER, _SYSTEM, _NEXT)):
        for thinking in (None, True, False):
            known |= _words(_left(template.rendered(conversation, thinking), conversation))
    words = frozenset(known)
    return Examined(*_finding(template, words), words)


def _finding(template: ChatTemplate, known: frozenset[str]) -> tuple[TemplateFault, str]:
    for conversation in _conversations(_OTHER):
        if added := added_text(template.rendered(conversation), conversation, known):
            return "adds", added
    if _changes(template):
        return "changes", "what was said is not in the prompt as it was said, once and no more"
    if _confuses(template):
        return "confuses", "a question stands in the place of another message"
    for conversation in _canaries(template.constants):
        if added := added_text(template.rendered(conversation), conversation, known):
            return "adds", added
    return "", ""


def _conversations(contents: Sequence[str]) -> list[list[ChatMessage]]:
    """Give the shapes that conversations have, made of a question, an answer, a system prompt and another question."""
    question, answer, system, following = contents
    short = [ChatMessage("user", question)]
    turns = [*short, ChatMessage("assistant", answer), ChatMessage("user", following)]
    prompt = ChatMessage("system", system)
    return [short, turns, [prompt, *short], [prompt, *turns]]


def _canaries(constants: Sequence[str]) -> Iterable[list[ChatMessage]]:
    """Give conversations in which whatever a template could wait for appears, at the end and before it."""
    looked_for = [text for text in constants if _MIN_CONSTANT <= len(text) <= _MAX_CONSTANT and _WORD.search(text)]
    for text in (_DELICATE, _WORDS_OF_INTEREST, _WORDS_OF_INTEREST.upper(), "\n".join(looked_for), "word " * 2000):
        yield [ChatMessage("user", text)]
        yield [ChatMessage("user", text), ChatMessage("assistant", text), ChatMessage("user", _OTHER[3])]
    yield [ChatMessage("assistant" if index % 2 else "user", f"Topaz {index}") for index in range(41)]
    for text in looked_for[:_N_CONSTANTS]:
        yield [ChatMessage("user", text)]


def _changes(template: ChatTemplate) -> bool:
    """Say whether what was said is not found again, or more often than it was said."""
    for text in (_DELICATE, _WORDS_OF_INTEREST):
        conversation = [ChatMessage("user", text), ChatMessage("assistant", text[::-1]), ChatMessage("user", _OTHER[3])]
        rendered = template.rendered(conversation)
        if any(rendered.count(item.content) != 1 for item in conversation):
            return True
    return False


def _confuses(template: ChatTemplate) -> bool:
    """Say whether a question stands where the system prompt stands, or the turns are in another order."""
    rendered = template.rendered(_conversations(_OTHER)[3])
    question, answer, system, following = (rendered.find(text) for text in _OTHER)
    if not -1 < question < answer < following:
        return True
    # Some templates have no role for it and write it into the first question, and some tell no roles apart at all.
    has_role = template.takes_system and system >= 0 and _WORD.search(rendered[system + len(_OTHER[2]) : question])
    head = rendered[:system].strip()[-40:]
    is_same = [rendered[:at].rstrip().endswith(head) for at in (following, answer)]
    return bool(has_role) and bool(_WORD.search(head)) and is_same == [True, False]


def added_text(rendered: str, messages: Sequence[ChatMessage], known: Collection[str]) -> str:
    """Give the words of a prompt that are neither in the messages nor known to be the template's; "" for too few."""
    said = set().union(*(_words(item.content) for item in messages))
    left = _left(rendered, messages)
    added = [word for word in dict.fromkeys(_WORD.findall(left)) if word.lower() not in known and word.lower() not in said]
    n_letters = sum(len(word) + 3 * len(_WIDE.findall(word)) for word in added)
    return " ".join(added)[:80] if n_letters >= _MIN_ADDED else ""


def _left(rendered: str, messages: Sequence[ChatMessage]) -> str:
    """Give what is left of a prompt without the messages, as far as they are found in their order."""
    parts, position, n_missed = [], 0, 0
    for text in (item.content.strip() for item in messages):
        found = _find_whole(rendered, text, position) if text and n_missed < _N_MISSED else -1
        if found >= 0:
            parts.append(rendered[position:found])
            position = found + len(text)
        else:
            n_missed += 1
    return " ".join([*parts, rendered[position:]])


def _find_whole(rendered: str, text: str, start: int) -> int:
    """Give where `text` stands, if possible not as a part of a longer word; -1 when it does not."""
    first = found = rendered.find(text, start)
    while found >= 0:
        before, after = rendered[max(0, found - 1) : found], rendered[found + len(text) : found + len(text) + 1]
        if not any(pair.isalnum() and len(pair) == 2 for pair in (before + text[0], text[-1] + after)):
            return found
        found = rendered.find(text, found + 1)
    return first


def _words(text: str) -> set[str]:
    return {word.lower() for word in _WORD.findall(text)}
