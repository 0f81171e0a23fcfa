"""A conversation as the text that a model was trained on: the model's own Jinja, or ChatML.

The template is a program from the internet: `template_sandbox` bounds it, and what it needs of a
conversation is found out at load with a few probes. It knows nothing of tokens but their names.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from jinja2.exceptions import TemplateError

from desktop_app.engine.protocol import ChatMessage
from desktop_app.engine.template_sandbox import Sandbox, TemplateTooLarge, TemplateTooSlow, run_bounded
from desktop_app.errors import ChatTemplateFailed

T = TypeVar("T")

MAX_SOURCE_CHARACTERS = 64 * 1024
"""The longest of some 70 well-known templates has 17 kB. The last step of compiling happens in C, where nothing can
interrupt it: measured, 128 kB of expressions took 1.6 s."""
TIME_LIMIT_S = 1.0
_OUTPUT_FACTOR, _OUTPUT_EXTRA = 4, 64 * 1024
_MAX_DETAIL = 200

CHATML = (
    "{% for message in messages %}{{ '<|im_start|>' ~ message.role ~ '\n' ~ message.content ~ '<|im_end|>\n' }}{% endfor %}"
    "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}"
)
CHATML_END = "<|im_end|>"

_PROBE = "\ue000probe\ue001"
_OPENING = re.compile(r"<(?:think|thinking)>\s*\Z")
_SYSTEM_PROBE = "\ue000system\ue001"


class _Refused(Exception):
    """The template called `raise_exception`."""


_TEMPLATE_ERRORS = (
    _Refused, TemplateError, TemplateTooLarge, TemplateTooSlow, RecursionError, MemoryError,
    TypeError, ValueError, ArithmeticError, LookupError, AttributeError, SyntaxError,
)  # fmt: skip
"""What the mistakes of a template look like from outside: it is a foreign program."""


def _bounded(work: Callable[[], T]) -> T:
    """Give what `work` gives within the limit of time. Raises: ChatTemplateFailed."""
    try:
        return run_bounded(work, TIME_LIMIT_S)
    except _TEMPLATE_ERRORS as error:
        raise ChatTemplateFailed((str(error) or type(error).__name__)[:_MAX_DETAIL]) from error


def _raise_exception(message: object = "") -> None:
    raise _Refused(str(message))


def _strftime_now(layout: str) -> str:
    # The C library pads to any width that a layout names.
    if len(layout) > 100 or re.search(r"%\d", layout):
        raise TemplateTooLarge("the template formats a date in an unusual way")
    return datetime.datetime.now().astimezone().strftime(layout)


@dataclass(frozen=True, slots=True)
class SpecialTexts:
    """The texts by which the vocabulary lists its tokens; templates write some of them."""

    bos: str = ""
    eos: str = ""


class ChatTemplate:
    """One compiled template with what the probes found out about it."""

    def __init__(self, source: str, texts: SpecialTexts) -> None:
        """Compile and probe `source`. Raises: ChatTemplateFailed."""
        if len(source) > MAX_SOURCE_CHARACTERS:
            raise ChatTemplateFailed(f"the template has {len(source)} characters")
        self.source = source
        self._variables = {"bos_token": texts.bos, "eos_token": texts.eos, "tools": None, "documents": None}
        self._sandbox = Sandbox()
        self._sandbox.globals.update(raise_exception=_raise_exception, strftime_now=_strftime_now)
        self._template: Any = None
        self._takes_parts = False
        self._takes_system = True
        self._before: tuple[str, ...] = ()
        self.opening = ""
        """With what the prompt ends when the template itself begins the model's reasoning, for instance "<think>\\n"."""
        # Together, because many probes that each stay within the limit would take long enough.
        _bounded(self._prepare)

    def _prepare(self) -> None:
        """Compile, and find out how this template wants its messages."""
        self._sandbox.refill(len(self.source))
        self._template = self._sandbox.from_string(self.source)
        question = ChatMessage("user", _PROBE)
        if _PROBE not in self._rendered([question]):
            # Some templates know only content in parts: [{"type": "text", "text": ...}].
            self._takes_parts = True
            if _PROBE not in self._rendered([question]):
                raise _Refused("the template leaves the message out")
        rendered = self._rendered([question, ChatMessage("assistant", _PROBE), question])
        if rendered.count(_PROBE) < 2:
            raise _Refused("the template leaves messages out")
        self._before = tuple(rendered.split(_PROBE)[:-1])
        if opening := _OPENING.search(rendered.rpartition(_PROBE)[2]):
            self.opening = opening[0]
        try:
            self._takes_system = _SYSTEM_PROBE in self._rendered([ChatMessage("system", _SYSTEM_PROBE), question])
        except _TEMPLATE_ERRORS:
            self._takes_system = False

    def begins_inside(self, beginnings: frozenset[str]) -> bool:
        """Whether the template writes one of `beginnings` directly before a person's text."""
        return any(part.endswith(beginning) for part in self._before for beginning in beginnings)

    def render(self, messages: Sequence[ChatMessage]) -> str:
        """Give the prompt, ready for the answer to follow. Raises: ChatTemplateFailed."""
        given = messages if self._takes_system else _without_system(messages)
        return _bounded(lambda: self._rendered(given))

    def _rendered(self, messages: Sequence[ChatMessage]) -> str:
        """Give the prompt, without a limit of time."""
        n_input = sum(len(item.content) for item in messages) + len(self.source)
        self._sandbox.refill(n_input)
        plain = [{"role": item.role, "content": self._content(item.content)} for item in messages]
        context = self._template.new_context({**self._variables, "messages": plain, "add_generation_prompt": True})
        pieces, n_left = [], _OUTPUT_FACTOR * n_input + _OUTPUT_EXTRA
        for piece in self._template.root_render_func(context):
            pieces.append(piece)
            n_left -= len(piece)
            if n_left < 0:
                raise TemplateTooLarge("the template writes too much text")
        return "".join(pieces)

    def _content(self, text: str) -> Any:
        return [{"type": "text", "text": text}] if self._takes_parts else text


def _without_system(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """Give `messages` with the system prompt put before the first question, for templates that refuse one."""
    system = "\n\n".join(item.content for item in messages if item.role == "system")
    others = [item for item in messages if item.role != "system"]
    if system and others and others[0].role == "user":
        others[0] = ChatMessage("user", f"{system}\n\n{others[0].content}")
    elif system:
        others.insert(0, ChatMessage("user", system))
    return others


def choose_template(source: str | None, texts: SpecialTexts) -> tuple[ChatTemplate, str]:
    """Give the model's own template and "", or ChatML and why the own one is not used ("" when there is none)."""
    if source is None or not source.strip():
        return ChatTemplate(CHATML, texts), ""
    try:
        return ChatTemplate(source, texts), ""
    except ChatTemplateFailed as error:
        return ChatTemplate(CHATML, texts), error.detail
