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
from desktop_app.engine.kept_tokens import spelled_by
from desktop_app.engine.llama.vocabulary import SpecialToken, Vocabulary
from desktop_app.engine.protocol import ChatMessage
from desktop_app.engine.reasoning import PLAIN, Markers, answer_of, is_open, opening_of, shown_opening, written
from desktop_app.engine.template_doctor import added_text
from desktop_app.errors import ChatTemplateAdds

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
    """What of the answer the template has written: the beginning of a reasoning, as a conversation holds it."""
    is_thinking: bool = False
    """Whether it ends within the reasoning."""
    begun: str = ""
    """What stands behind `text` when an answer is continued: what it says already."""
    begun_answer: str = ""
    """The part of `begun` that is no reasoning: what a grammar has begun with."""
    repeated: str = ""
    """White space behind `begun` that is not among the tokens: it is drawn again, and must not be shown twice."""


class PromptTokenizer:
    """Makes prompts for one model, and remembers with which tokens it answered before."""

    def __init__(
        self,
        vocabulary: Vocabulary,
        template: ChatTemplate,
        markers: Markers = PLAIN,
        template_words: frozenset[str] | None = None,
    ) -> None:
        """`template_words`: all words that the template may write besides the messages; None: any."""
        self._vocabulary = vocabulary
        self._template = template
        self._markers = markers
        self._template_words = template_words
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
        self._kept: Sequence[int] = ()

    @staticmethod
    def _first_pattern(guarded: Iterable[str]) -> str:
        texts = set(guarded)
        first = "".join(sorted({re.escape(text[0]) for text in texts}))
        tags = "|".join(re.escape(tag) for tag in _TAGS_IN_CONTENT if tag not in texts)
        return (f"(?!{tags})" if tags else "") + f"(?=[{first}])" if first else "(?!)"

    def prompt(self, messages: Sequence[ChatMessage], thinking: bool | None = None) -> Prompt:
        """Give the prompt for `messages`. Raises: ChatTemplateFailed, ChatTemplateAdds.

        `thinking`: as in `ChatTemplate.render`.
        """
        mark = self._mark(messages)
        text, opening = self._rendered(messages, mark, thinking)
        return Prompt(text, self._tokens(text, mark), mark, shown_opening(opening), bool(opening))

    def continuing(self, messages: Sequence[ChatMessage], thinking: bool | None = None) -> Prompt:
        """Give the prompt in which the last of `messages`, an answer, is left open.

        Raises: ChatTemplateFailed, ChatTemplateAdds.

        That is the prompt it began with and its text, whatever the template makes of an answer that is over:
        of 66 well-known templates 31 write something else before such a one, mostly an empty reasoning.
        """
        *before, answer = messages
        mark, begun = self._mark(messages), answer.content
        text, opening = self._rendered(before, mark, thinking)
        shown, is_inside = shown_opening(opening), False
        if opening:
            # The answer has the template's beginning in its text, or the person has taken the reasoning out.
            is_inside = begun.startswith(shown)
            text = text if is_inside else text.removesuffix(opening)
            begun = begun.removeprefix(shown) if is_inside else begun
        is_thinking = is_open(begun, is_inside=is_inside)
        if known := self._known.get(text + self._marked(begun, mark)):
            return Prompt(text, known, mark, "", is_thinking, begun, answer_of(begun, is_inside=is_inside))
        # Space at the end belongs to the next word: in most vocabularies it is the beginning of that word's token.
        said = begun.rstrip(" \t")
        parts = written(self._markers, said, is_thinking=is_inside)
        raw = "".join(part if is_marker else self._marked(part, mark) for part, is_marker in parts)
        tokens, answer_begun = self._tokens(text + raw, mark), answer_of(said, is_inside=is_inside)
        return Prompt(text, tokens, mark, "", is_thinking, said, answer_begun, repeated=begun[len(said) :])

    def template_tokens(self, text: str) -> list[int]:
        """Give the tokens of a text that is the template's, special tokens parsed."""
        return self._joined(self._parts(text, "\ue000"), "\ue000")

    def remember(self, prompt: Prompt, answer: str, tokens: Sequence[int]) -> None:
        """Remember that `tokens` answered `prompt` with the text `answer`.

        The next turn's prompt contains the answer as text, and other tokens may spell the same text: then
        the KV cache would be of no use from there on. With the prompt of this turn as a beginning of the
        next one, the tokens that were really drawn are taken instead.
        """
        self._keep(prompt.text + self._marked(prompt.begun, prompt.mark), prompt.tokens)
        whole = prompt.begun + answer
        # Many templates trim contents; then the answer stands there without the space around it.
        # Nothing but space was said: without it the text is the prompt's own, and so are its tokens.
        for text in {whole, whole.strip()} - {"", prompt.begun}:
            self._keep(prompt.text + self._marked(text, prompt.mark), prompt.tokens + list(tokens))

    def recall(self, tokens: Sequence[int]) -> None:
        """Take `tokens`, which were read before, for the beginning of the prompts that follow, as far as they spell it."""
        self._kept = tokens

    def _keep(self, text: str, tokens: list[int]) -> None:
        self._known.pop(text, None)
        self._known[text] = tokens
        while len(self._known) > _N_REMEMBERED:
            del self._known[next(iter(self._known))]

    def _rendered(self, messages: Sequence[ChatMessage], mark: str, thinking: bool | None) -> tuple[str, str]:
        """Give the rendered messages, and the end of that where the template has begun the reasoning."""
        marked = [ChatMessage(item.role, self._marked(item.content, mark)) for item in messages]
        text = self._template.render(marked, thinking)
        known = self._template_words
        if known is not None and (added := added_text(text.replace(mark, ""), messages, known)):
            raise ChatTemplateAdds(added)
        opening = opening_of(self._markers, self._template.tail(thinking))
        return text, opening if text.endswith(opening) else ""

    def _tokens(self, text: str, mark: str) -> list[int]:
        return self._remembered(text, mark) or self._recalled(text, mark)

    def _recalled(self, text: str, mark: str) -> list[int]:
        """Give the tokens of `text`, at its beginning those that were recalled."""
        parts, vocabulary = self._parts(text, mark), self._vocabulary
        n_tokens = n_parts = 0
        # What marks roles in plain text must not be taken for what a person has typed.
        if self._kept and not self._role_texts:
            control = {token.id for token in self._control}
            spelled = [part if isinstance(part, int) else part.replace(mark, "") for part in parts]
            has_bos = vocabulary.adds_bos and self._kept[0] == vocabulary.bos and spelled[:1] != [vocabulary.bos]
            n_tokens, n_parts = spelled_by(self._kept, spelled, control, vocabulary.piece, int(has_bos))
        return self._with_bos([*self._kept[:n_tokens], *self._joined(parts[n_parts:], mark)])

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
