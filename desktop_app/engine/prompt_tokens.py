"""A rendered conversation as tokens: only the template may write control tokens, and an answer keeps its own.

Whoever types or pastes `<|im_end|>` must not end a message with it. So before rendering, a mark is put
before every character of the contents with which a control token could begin. The template sees the
real text otherwise, may trim, cut and compare it, and what carries a mark in its output is read as
plain text. Marks are taken out before tokenizing: nothing that a person wrote is changed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from desktop_app.engine.chat_template import ChatTemplate
from desktop_app.engine.llama.vocabulary import SpecialToken, Vocabulary
from desktop_app.engine.protocol import ChatMessage

_MARKS = range(0xE100, 0xF8FF)
"""Private use characters; the first that no text of the conversation contains is the mark."""
_N_REMEMBERED = 32
_C_SPACE = " \t\n\v\f\r"
"""Source: `isspace` in the C locale, by which llama.cpp strips beside special tokens."""

_TAGS_IN_CONTENT = ("<think>", "</think>", "<tool_call>", "</tool_call>", "<tool_response>", "</tool_response>")
"""Templates look for these in contents. They carry no role, so they stay as they are, unless they are control tokens."""


@dataclass(frozen=True, slots=True)
class Prompt:
    """A conversation ready to be read: its text with marks, and the tokens of that and of `begun`."""

    text: str
    tokens: list[int]
    mark: str
    opening: str = ""
    """The end of `text` where the template has begun a reasoning: it is the beginning of the answer."""
    begun: str = ""
    """What stands behind `text` when an answer is continued: what it says already."""
    repeated: str = ""
    """White space behind `begun` that is not among the tokens: it is drawn again, and must not be shown twice."""


class PromptTokenizer:
    """Makes prompts for one model, and remembers with which tokens it answered before."""

    def __init__(self, vocabulary: Vocabulary, template: ChatTemplate) -> None:
        self._vocabulary = vocabulary
        self._template = template
        self._control = [token for token in vocabulary.special if token.is_control]
        # User-defined tokens are found in any text. Those that the template itself writes mark roles
        # in some vocabularies, for instance <start_of_turn>.
        self._role_texts = [
            token.text
            for token in vocabulary.special
            if not token.is_control
            and len(token.text.strip()) >= 3
            and token.text in template.source
            and token.text not in _TAGS_IN_CONTENT
        ]
        guarded = [token.text for token in self._control] + self._role_texts
        self._first = re.compile(self._first_pattern(guarded))
        beginnings = frozenset(text[:length] for text in guarded for length in range(1, len(text)))
        self._marks_start = template.begins_inside(beginnings)
        self._known: dict[str, list[int]] = {}

    @staticmethod
    def _first_pattern(guarded: Iterable[str]) -> str:
        texts = set(guarded)
        first = "".join(sorted({re.escape(text[0]) for text in texts}))
        tags = "|".join(re.escape(tag) for tag in _TAGS_IN_CONTENT if tag not in texts)
        return (f"(?!{tags})" if tags else "") + f"(?=[{first}])" if first else "(?!)"

    def prompt(self, messages: Sequence[ChatMessage]) -> Prompt:
        """Give the prompt for `messages`. Raises: ChatTemplateFailed."""
        mark = self._mark(messages)
        text = self._rendered(messages, mark)
        opening = self._template.opening
        return Prompt(text, self._tokens(text, mark), mark, opening if opening and text.endswith(opening) else "")

    def continuing(self, messages: Sequence[ChatMessage]) -> Prompt:
        """Give the prompt in which the last of `messages`, an answer, is left open. Raises: ChatTemplateFailed.

        That is the prompt it began with and its text, whatever the template makes of an answer that is over:
        of 66 well-known templates 31 write something else before such a one, mostly an empty reasoning.
        """
        *before, answer = messages
        mark = self._mark(messages)
        text, begun, opening = self._rendered(before, mark), answer.content, self._template.opening
        if opening and text.endswith(opening):
            # The answer has the template's beginning in its text, or the person has taken the reasoning out.
            text = text.removesuffix(opening)
            if begun.startswith(opening):
                text, begun = text + opening, begun.removeprefix(opening)
        if known := self._known.get(text + self._marked(begun, mark)):
            return Prompt(text, known, mark, begun=begun)
        # Space at the end belongs to the next word: in most vocabularies it is the beginning of that word's token.
        said = begun.rstrip(" \t")
        tokens = self._tokens(text + self._marked(said, mark), mark)
        return Prompt(text, tokens, mark, begun=said, repeated=begun[len(said) :])

    def remember(self, prompt: Prompt, answer: str, tokens: Sequence[int]) -> None:
        """Remember that `tokens` answered `prompt` with the text `answer`.

        The next turn's prompt contains the answer as text, and other tokens may spell the same text: then
        the KV cache would be of no use from there on. With the prompt of this turn as a beginning of the
        next one, the tokens that were really drawn are taken instead.
        """
        self._keep(prompt.text + self._marked(prompt.begun, prompt.mark), prompt.tokens)
        whole = prompt.begun + answer
        # Many templates trim contents; then the answer stands there without the space around it.
        for text in {whole, whole.strip()}:
            self._keep(prompt.text + self._marked(text, prompt.mark), prompt.tokens + list(tokens))

    def _keep(self, text: str, tokens: list[int]) -> None:
        self._known.pop(text, None)
        self._known[text] = tokens
        while len(self._known) > _N_REMEMBERED:
            del self._known[next(iter(self._known))]

    def _rendered(self, messages: Iterable[ChatMessage], mark: str) -> str:
        return self._template.render([ChatMessage(item.role, self._marked(item.content, mark)) for item in messages])

    def _tokens(self, text: str, mark: str) -> list[int]:
        return self._remembered(text, mark) or self._with_bos(self._joined(self._parts(text, mark), mark))

    def _remembered(self, text: str, mark: str) -> list[int]:
        """Give the tokens of `text` from the longest beginning that is remembered; none when nothing is."""
        for known in sorted(self._known, key=len, reverse=True):
            if text.startswith(known):
                rest = self._parts(text[len(known) :], mark)
                # Only where a control token follows are the tokens on both sides independent of each other.
                if not rest or isinstance(rest[0], int):
                    return self._known[known] + self._joined(rest, mark)
        return []

    def _mark(self, messages: Iterable[ChatMessage]) -> str:
        return next(chr(code) for code in _MARKS if not any(chr(code) in item.content for item in messages))

    def _marked(self, content: str, mark: str) -> str:
        marked = self._first.sub(mark, content)
        if self._marks_start and content and not marked.startswith(mark):
            return mark + marked
        return marked

    def _with_bos(self, tokens: list[int]) -> list[int]:
        vocabulary = self._vocabulary
        if vocabulary.adds_bos and tokens[:1] != [vocabulary.bos]:
            return [vocabulary.bos, *tokens]
        return tokens

    def _joined(self, parts: Iterable[int | str], mark: str) -> list[int]:
        tokens: list[int] = []
        for part in parts:
            if isinstance(part, int):
                tokens.append(part)
            else:
                tokens.extend(self._plain(part, mark))
        return tokens

    def _plain(self, text: str, mark: str) -> list[int]:
        """Give the tokens of text between control tokens, with role texts in it only where the template wrote them."""
        texts = [text]
        if self._role_texts and mark in text:
            roles = "|".join(re.escape(role) for role in self._role_texts)
            # Cut after the first character: neither half is the token's text any more.
            texts = re.split(f"(?<={mark})(?={roles})", text)
            texts = [texts[0], *texts[1:]]
            for index in range(1, len(texts)):
                texts[index - 1] += texts[index][0]
                texts[index] = texts[index][1:]
        return [token for part in texts for token in self._vocabulary.tokenize(part.replace(mark, ""))]

    def _parts(self, text: str, mark: str) -> list[int | str]:
        """Split `text` at the control tokens that the template wrote.

        Source: `llama_vocab::impl::tokenizer_st_partition`; the longest token is looked for first.
        """
        parts: list[int | str] = [text] if text else []
        for token in self._control:
            if token.text in text:
                parts = [piece for part in parts for piece in self._split(part, token, mark)]
        return parts

    @staticmethod
    def _split(part: int | str, token: SpecialToken, mark: str) -> list[int | str]:
        if isinstance(part, int):
            return [part]
        pieces: list[int | str] = []
        texts = re.split(f"(?<!{mark}){re.escape(token.text)}", part)
        for index, text in enumerate(texts):
            if token.strips_right and index > 0:
                text = text.lstrip(_C_SPACE)
            if token.strips_left and index < len(texts) - 1:
                text = text.rstrip(_C_SPACE)
            if index > 0:
                pieces.append(token.id)
            if text:
                pieces.append(text)
        return pieces
