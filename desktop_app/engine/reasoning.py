"""What models think before they answer, however they mark it: in a conversation it always stands in `<think>…</think>`.

Some write tags, some channels with headers, some a sentence. Here the marks of each family are told apart as the text
comes, and put back where an answer is continued. Source: llama.cpp, common/chat.cpp and common/parsers; for families
that are not there, the chat templates of their authors.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from desktop_app.record import Record

CONTROL = "\U0010fffe"
"""Stands in the model's text before what a special token spells. A noncharacter: no text has one."""
OPENING, CLOSING = "<think>", "</think>"


class Markers(Record):
    """How one family marks its reasoning. The first text of `opening` and `closing` is the one that is written."""

    signs: tuple[str, ...]
    """A template or a vocabulary with one of these is of this family."""
    opening: tuple[str, ...] = (OPENING,)
    closing: tuple[str, ...] = (CLOSING,)
    lead: str = "\n</think>\n\n"
    """What leads from the reasoning to the answer."""
    head: str = ""
    """What stands before an answer without reasoning."""
    around: tuple[str, ...] = ()
    """What may stand before the answer, and is not of it."""
    behind: tuple[str, ...] = ()
    """What may stand behind the answer when something of `around` stands before it."""
    is_strict: bool = False
    """Only special tokens count: the same letters in a text are text."""


_HARMONY = "<|start|>assistant"
FAMILIES: tuple[Markers, ...] = (
    Markers(  # gpt-oss
        ("<|channel|>",),
        ("<|channel|>analysis<|message|>", f"{_HARMONY}<|channel|>analysis<|message|>"),
        ("<|end|>",),
        f"<|end|>{_HARMONY}<|channel|>final<|message|>",
        "<|channel|>final<|message|>",
        tuple(
            f"{start}<|channel|>{name}<|message|>"
            for start in (_HARMONY, "")
            for name in ("final", "commentary", "final <|constrain|>json")
        ),
        ("<|end|>", "<|return|>"),
        is_strict=True,
    ),
    Markers(  # Gemma 4
        ("<|channel>",), ("<|channel>thought\n", "<|channel>thought"), ("<channel|>",), "<channel|>", is_strict=True,
    ),
    Markers(  # Kimi K3
        ("<|open|>",), ("<|open|>think<|sep|>",), ("<|close|>think<|sep|>",), "<|close|>think<|sep|><|open|>response<|sep|>",
        "", ("<|open|>response<|sep|>",), ("<|close|>response<|sep|>", "<|close|>message<|sep|>"), is_strict=True,
    ),
    Markers(  # Muse Glimmer
        ("<|eom|>",), (" to=self<|message|>", "<|start|>assistant to=self<|message|>"), ("<|eom|>",),
        "<|eom|><|start|>assistant to=user<|message|>", " to=user<|message|>",
        ("<|start|>assistant to=user<|message|>", " to=user<|message|>", "<|start|>assistant<|message|>", "<|message|>"),
        ("<|eom|>",), is_strict=True,
    ),
    Markers(  # Solar Open
        ("<|think|>",), ("<|think|>", "<|begin|>assistant<|think|>"), ("<|end|>",), "<|end|><|begin|>assistant<|content|>",
        "<|content|>", ("<|begin|>assistant<|content|>", "<|content|>"), ("<|end|>",), is_strict=True,
    ),
    Markers(  # Cohere, Command A and R7B
        ("<|START_THINKING|>",), ("<|START_THINKING|>",), ("<|END_THINKING|>",), "<|END_THINKING|>", "",
        ("<|START_RESPONSE|>", "<|START_TEXT|>"), ("<|END_RESPONSE|>", "<|END_TEXT|>"),
    ),
    Markers(("<|inner_prefix|>",), ("<|inner_prefix|>",), ("<|inner_suffix|>",), "<|inner_suffix|>"),  # Apertus
    Markers(("<mm:think>",), ("<mm:think>",), ("</mm:think>",), "\n</mm:think>\n\n"),  # MiniMax M3
    Markers(("<seed:think>",), ("<seed:think>",), ("</seed:think>",), "\n</seed:think>\n\n"),  # Seed-OSS
    Markers(("<think:opensource>", "<think{}>"), ("<think:opensource>",), ("</think:opensource>",), "</think:opensource>"),  # Hy3
    Markers(("[THINK]",), ("[THINK]",), ("[/THINK]",), "[/THINK]"),  # Magistral, Ministral
    Markers(  # OpenThinker
        ("<|begin_of_thought|>",), ("<|begin_of_thought|>",), ("<|end_of_thought|>",),
        "\n<|end_of_thought|>\n\n<|begin_of_solution|>\n", "", ("<|begin_of_solution|>",), ("<|end_of_solution|>",),
    ),
    Markers(  # Apriel
        ("[BEGIN FINAL RESPONSE]",), ("Here are my reasoning steps:\n",), ("[BEGIN FINAL RESPONSE]",),
        "\n[BEGIN FINAL RESPONSE]\n", "", (), ("[END FINAL RESPONSE]", "<|end|>"),
    ),
    Markers(("<thought>",), ("<thought>",), ("</thought>",), "\n</thought>\n\n"),  # EXAONE Deep
    Markers(("<thinking>",), ("<thinking>",), ("</thinking>",), "\n</thinking>\n\n"),
    Markers(("<response></response>",), around=("<response>",), behind=("</response>",)),  # Granite 3.3
    Markers(("</answer>",), around=("<answer>",), behind=("</answer>",)),  # Hunyuan
)  # fmt: skip
PLAIN = Markers((OPENING, CLOSING))
"""Everybody else: what they write is what a conversation holds."""

_BLOCK = re.compile(r"(?P<space>\s*)<think>(?P<thought>.*?)(?:(?P<closing></think>)(?P<answer>.*))?\Z", re.DOTALL)


def markers_for(source: str, tokens: Collection[str]) -> Markers:
    """Give the family of a model with this chat template and these special tokens."""
    named = next((item for item in FAMILIES if any(sign in source for sign in item.signs)), None)
    if named is not None or any(sign in source for sign in PLAIN.signs):
        return named or PLAIN
    return next((item for item in FAMILIES if any(sign in tokens for sign in item.signs)), PLAIN)


def can_reason(source: str, tokens: Collection[str]) -> bool:
    """Say whether a model with this chat template and these special tokens was taught to reason."""
    return any(sign in source or sign in tokens for item in (*FAMILIES, PLAIN) for sign in item.signs)


def opening_of(markers: Markers, tail: str) -> str:
    """Give the end of a prompt that begins the reasoning, a tag and its line end; "" when it does not."""
    found = (re.search(rf"{re.escape(name.rstrip())}\s*\Z", tail) for name in markers.opening)
    return next((match[0] for match in found if match), "")


def shown_opening(opening: str) -> str:
    """Give `opening_of` a prompt as a conversation holds it."""
    return OPENING + opening[len(opening.rstrip()) :] if opening else ""


def is_open(text: str, *, is_inside: bool = False) -> bool:
    """Say whether an answer's text ends within its reasoning; `is_inside`: it begins there."""
    block = _BLOCK.match(f"{OPENING}{text}" if is_inside else text)
    return block is not None and not block["closing"]


def answer_of(text: str, *, is_inside: bool = False) -> str:
    """Give what of an answer's text is the answer proper, without its reasoning; `is_inside` as for `is_open`."""
    block = _BLOCK.match(f"{OPENING}{text}" if is_inside else text)
    return text if block is None else (block["answer"] or "").lstrip("\n")


def written(markers: Markers, text: str, *, is_thinking: bool = False) -> list[tuple[str, bool]]:
    """Give the text of an answer as its model writes it: parts, and of each whether it is a marker.

    `is_thinking`: it begins within the reasoning.
    """
    block = _BLOCK.match(f"{OPENING}{text}" if is_thinking else text)
    if block is None:
        return [(markers.head, True), (text, False)]
    thought, closing, answer = block["thought"], block["closing"], block["answer"] or ""
    parts = [] if is_thinking else [(block["space"] + markers.opening[0], True)]
    parts.append((thought, False))
    if not closing:
        return parts
    if markers.is_strict:
        return [*parts, (markers.lead, True), (answer.lstrip("\n"), False)]
    return [*parts, (markers.closing[0], True), (answer, False)]


class ReasoningText:
    """Takes what a model writes in pieces and gives it with the reasoning in `<think>…</think>`.

    Four states: before anything, thinking, between the reasoning and the answer, answering. Held back is at most what
    could be the beginning of a marker, and white space before the answer; of a family with channels also the end of
    the reasoning, which may go on in another message.
    """

    def __init__(
        self, markers: Markers, tokens: Collection[str] = (), *, is_thinking: bool = False, is_begun: bool = False
    ) -> None:
        """`tokens`: the special tokens that come with CONTROL; `is_begun`: the answer proper has begun before."""
        self._markers = markers
        self._state = "thinking" if is_thinking else "answering" if is_begun else "before"
        self._is_wrapped = markers.is_strict
        self._owes_closing = False
        self._held = self._space = ""
        self._names = _spellings(markers, tokens)
        self._pattern = re.compile("|".join(re.escape(name) for name in self._names))
        self._beginnings = frozenset(name[:length] for name in self._names for length in range(1, len(name)))
        self._longest = max(map(len, self._names))

    @property
    def is_thinking(self) -> bool:
        """Whether the reasoning has begun and has not ended."""
        return self._state == "thinking"

    def feed(self, text: str) -> str:
        """Take the next piece; give what is certain."""
        text, given = self._held + text, []
        while found := self._pattern.search(text):
            if found[0] in self._beginnings and found.end() == len(text):
                break  # a longer marker may be coming
            given += [self._text(text[: found.start()]), self._marker(self._names[found[0]])]
            text = text[found.end() :]
        n_held = next((n for n in range(min(self._longest, len(text)), 0, -1) if text[-n:] in self._beginnings), 0)
        self._held = text[len(text) - n_held :]
        return "".join([*given, self._text(text[: len(text) - n_held])]).replace(CONTROL, "")

    def finish(self) -> str:
        """The text has ended: gives what was held back."""
        held, self._held = self._held, ""
        name = self._names.get(held)
        given = self._marker(name) if name else self._text(held)
        rest = (CLOSING if self._owes_closing else "") + self._space
        self._owes_closing, self._space = False, ""
        return (given + rest).replace(CONTROL, "")

    def _text(self, text: str) -> str:
        """Give text that is no marker, and what was owed before it."""
        if self._state in ("thinking", "answering"):
            return text
        if not text.strip(" \t\r\n" + CONTROL):
            self._space += text
            return ""
        self._state = "answering"
        return self._owed() + text

    def _owed(self) -> str:
        owed = f"{CLOSING}\n\n" if self._owes_closing else self._space
        self._owes_closing, self._space = False, ""
        return owed

    def _marker(self, name: str) -> str:
        """Go through a marker; give what stands for it in the conversation."""
        markers = self._markers
        if self._state == "thinking":
            if name in markers.closing:
                self._state, self._owes_closing = "between", markers.is_strict
                return "" if markers.is_strict else CLOSING
            if markers.is_strict and name in markers.around:
                self._state = "answering"
                return f"{CLOSING}\n\n"
        elif self._state == "answering":
            if markers.is_strict:
                return "" if name in markers.behind else "\n\n"
            if self._is_wrapped and name in markers.behind:
                return ""
        elif name in markers.opening and (self._state == "before" or self._owes_closing):
            goes_on = self._owes_closing
            self._state, self._owes_closing = "thinking", False
            return "\n\n" if goes_on else self._owed() + OPENING
        elif name in markers.around:
            self._is_wrapped = True
            return ""
        elif self._is_wrapped and name in markers.behind:
            return ""
        return self._text(name)


def _spellings(markers: Markers, tokens: Collection[str]) -> dict[str, str]:
    """Give how pieces spell the markers, the longest first: with CONTROL before every special token."""
    found: dict[str, str] = {}
    for name in {*markers.opening, *markers.closing, *markers.around, *markers.behind}:
        special = sorted((token for token in tokens if token and token in name), key=len, reverse=True)
        marked = re.sub("|".join(map(re.escape, special)), rf"{CONTROL}\g<0>", name) if special else name
        found |= {marked: name} if markers.is_strict else {marked: name, name: name}
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))
