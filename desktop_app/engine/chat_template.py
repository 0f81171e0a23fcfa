"""A conversation as the text that a model was trained on: one Jinja template, bounded and asked what it can do.

The template is a program from the internet: `template_sandbox` bounds it, and what it needs of a
conversation is found out with a few probes. It knows nothing of tokens but their names. Which template a
model gets is said elsewhere (`template_doctor`).

What is rendered is, to the character, what llama.cpp's server makes of it. Source: llama.cpp, common/chat.cpp.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from jinja2 import nodes
from jinja2.exceptions import TemplateError, TemplateSyntaxError

from desktop_app.engine import template_quirks
from desktop_app.engine.parameters import TEMPLATE_CHARACTERS_MAX
from desktop_app.engine.protocol import ChatMessage
from desktop_app.engine.template_sandbox import Sandbox, TemplateTooLarge, TemplateTooSlow, run_bounded
from desktop_app.errors import ChatTemplateFailed
from desktop_app.record import Record

T = TypeVar("T")

TIME_LIMIT_S = 1.0
_OUTPUT_FACTOR, _OUTPUT_EXTRA = 4, 64 * 1024
_MAX_DETAIL = 200

_PROBE = "\ue000probe\ue001"
_SWITCHES: Mapping[str, tuple[tuple[Any, ...], tuple[Any, ...]]] = {
    "enable_thinking": ((True,), (False,)),
    "thinking": ((True,), (False,)),
    "thinking_mode": (("enabled",), ("disabled",)),
    "thinking_budget": ((-1,), (0,)),
    "reasoning_effort": (("high",), ("no_think", "none", "minimal")),
}
"""Names by which templates are told to reason or not to, with the values for both; a text only if the source has it."""


class _Refused(Exception):
    """The template called `raise_exception`."""


_TEMPLATE_ERRORS = (
    _Refused, TemplateError, TemplateTooLarge, TemplateTooSlow, RecursionError, MemoryError,
    TypeError, ValueError, ArithmeticError, LookupError, AttributeError, SyntaxError,
)  # fmt: skip
"""What the mistakes of a template look like from outside: it is a foreign program."""


def bounded(work: Callable[[], T], limit_s: float = TIME_LIMIT_S) -> T:
    """Give what `work`, which runs a template, gives within the limit of time. Raises: ChatTemplateFailed."""
    try:
        return run_bounded(work, limit_s)
    except _TEMPLATE_ERRORS as error:
        text, line = (str(error) or type(error).__name__)[:_MAX_DETAIL], _line_of(error)
        raise ChatTemplateFailed(f"line {line}: {text}" if line else text) from error


def _line_of(error: BaseException) -> int:
    """Give the line of the template in which it went wrong; 0 where it is in no line, or where the template says itself what."""
    if isinstance(error, TemplateSyntaxError):
        return error.lineno
    if isinstance(error, _Refused):
        return 0
    line, trace = 0, error.__traceback__
    while trace is not None:
        # Jinja puts this beside the code that it has made of a template.
        template = trace.tb_frame.f_globals.get("__jinja_template__")
        line = template.get_corresponding_lineno(trace.tb_lineno) if template is not None else line
        trace = trace.tb_next
    return line


def _raise_exception(message: object = "") -> None:
    raise _Refused(str(message))


def local_time() -> datetime.datetime:
    """Give the time that templates are told."""
    return datetime.datetime.now().astimezone()


def _strftime_now(layout: str) -> str:
    # The C library pads to any width that a layout names.
    if len(layout) > 100 or re.search(r"%\d", layout):
        raise TemplateTooLarge("the template formats a date in an unusual way")
    return local_time().strftime(layout)


class SpecialTexts(Record):
    """The texts by which the vocabulary lists its tokens; templates write some of them."""

    bos: str = ""
    eos: str = ""
    adds_bos: bool = False
    """Whether BOS is put before every prompt anyway, so that a template's own is left out."""


class ChatTemplate:
    """One compiled template with what the probes found out about it."""

    def __init__(self, source: str, texts: SpecialTexts) -> None:
        """Compile and probe `source`. Raises: ChatTemplateFailed."""
        if len(source) > TEMPLATE_CHARACTERS_MAX:
            raise ChatTemplateFailed(f"the template has {len(source)} characters")
        self.source = source
        self._texts = texts
        self._sandbox = Sandbox()
        self._sandbox.globals.update(raise_exception=_raise_exception, strftime_now=_strftime_now)
        self._template: Any = None
        self._takes_parts = False
        self.takes_system = True
        """Whether it has a place for a system prompt; otherwise that goes into the first question."""
        self._reasons = True
        self._switched: dict[bool, dict[str, Any]] = {True: {}, False: {}}
        self._before: tuple[str, ...] = ()
        self._tails: dict[bool | None, str] = {}
        self.constants: tuple[str, ...] = ()
        """The texts that are written in the source as values: what it may look for in messages."""
        # Together, because many probes that each stay within the limit would take long enough.
        bounded(self._prepare)

    def _prepare(self) -> None:
        """Compile, and find out how this template wants its messages."""
        self._sandbox.refill(len(self.source))
        tree = self._sandbox.parse(template_quirks.patched(self.source))
        self.constants = _constants(tree)
        self._template = self._sandbox.from_string(tree)
        question = ChatMessage("user", _PROBE)
        if _PROBE not in self._try([question]):
            # Some templates know only content in parts: [{"type": "text", "text": ...}].
            self._takes_parts = True
            if _PROBE not in self.rendered([question]):
                raise _Refused("the template leaves the message out")
        self.takes_system = _PROBE in self._try([ChatMessage("system", _PROBE), ChatMessage("user", "?")])
        self._reasons = self._reasons_by_default(question)
        self._switched = {is_on: self._settings(is_on) for is_on in (True, False)}
        for thinking in (None, True, False):
            rendered = self.rendered([question, ChatMessage("assistant", _PROBE), question], thinking)
            if rendered.count(_PROBE) < 2:
                raise _Refused("the template leaves messages out")
            before, _, after = rendered.rpartition(_PROBE)
            self._before += tuple(before.split(_PROBE))
            self._tails[thinking] = after

    def _reasons_by_default(self, question: ChatMessage) -> bool:
        """Say whether the server would let it reason: it does so where it knows how to tell the reasoning apart."""
        ends = [self._try([question], {"enable_thinking": is_on}).rpartition(_PROBE)[2] for is_on in (True, False)]
        return "reasoning_content" in self.source or ends[0] != ends[1]

    def _settings(self, is_on: bool) -> dict[str, Any]:
        """Give the variables that make this template reason, or not; those that it does not look at are left out."""
        question, found = [ChatMessage("user", _PROBE)], {}
        for name, values in _SWITCHES.items():
            if name not in self.source:
                continue
            one, other = (self._accepted(name, values[index]) for index in ((0, 1) if is_on else (1, 0)))
            if one is None or other is None:
                continue
            # What the template refuses is no way to tell it anything.
            rendered = [self._try(question, {name: value}) for value in (one, other)]
            if all(rendered) and rendered[0] != rendered[1]:
                found[name] = one
        return found

    def _accepted(self, name: str, values: Sequence[Any]) -> Any:
        """Give the first of `values` that the template can mean; None for none of them."""
        return next((value for value in values if not isinstance(value, str) or value in self.constants), None)

    def _try(self, messages: Sequence[ChatMessage], variables: Mapping[str, Any] | None = None) -> str:
        try:
            return self._render(messages, variables or {})
        except _TEMPLATE_ERRORS:
            return ""

    def tail(self, thinking: bool | None = None) -> str:
        """Give what it writes behind the last message; it may begin the model's reasoning there."""
        return self._tails[thinking]

    def begins_inside(self, beginnings: frozenset[str]) -> bool:
        """Whether the template writes one of `beginnings` directly before a person's text."""
        return any(part.endswith(beginning) for part in self._before for beginning in beginnings)

    def render(self, messages: Sequence[ChatMessage], thinking: bool | None = None) -> str:
        """Give the prompt, ready for the answer to follow. Raises: ChatTemplateFailed.

        `thinking`: whether the model is to reason, where the template leaves that open; None: as the template has it.
        """
        return bounded(lambda: self.rendered(messages, thinking))

    def rendered(self, messages: Sequence[ChatMessage], thinking: bool | None = None) -> str:
        """Give the prompt, without a limit of time: for work that is bounded as a whole."""
        return self._render(messages, {} if thinking is None else self._switched[thinking])

    def _render(self, messages: Sequence[ChatMessage], variables: Mapping[str, Any]) -> str:
        n_input = sum(len(item.content) for item in messages) + len(self.source)
        self._sandbox.refill(n_input)
        given = messages if self.takes_system else _without_system(messages)
        context = self._template.new_context(
            {
                "messages": template_quirks.adjusted([self._plain(item) for item in given], self.source),
                "bos_token": self._texts.bos,
                "eos_token": self._texts.eos,
                "add_generation_prompt": True,
                "enable_thinking": self._reasons,
                "datetime": local_time().strftime("%b %d %Y"),
                "date_string": local_time().strftime("%d %b %Y"),
                **variables,
            }
        )
        pieces, n_left = [], _OUTPUT_FACTOR * n_input + _OUTPUT_EXTRA
        for piece in self._template.root_render_func(context):
            pieces.append(piece)
            n_left -= len(piece)
            if n_left < 0:
                raise TemplateTooLarge("the template writes too much text")
        text = template_quirks.ended("".join(pieces), self.source)
        return text.removeprefix(self._texts.bos) if self._texts.adds_bos else text

    def _plain(self, message: ChatMessage) -> dict[str, Any]:
        text = message.content
        return {"role": message.role, "content": [{"type": "text", "text": text}] if self._takes_parts else text}


def _constants(tree: nodes.Template) -> tuple[str, ...]:
    texts = (node.value for node in tree.find_all(nodes.Const) if isinstance(node.value, str))
    return tuple(dict.fromkeys(texts))


def _without_system(messages: Sequence[ChatMessage]) -> list[ChatMessage]:
    """Give `messages` with the system prompt put before the first question, for templates that refuse one."""
    if not messages or messages[0].role != "system":
        return list(messages)
    system, *others = messages
    if not others:
        return []
    return [ChatMessage(others[0].role, f"{system.content}\n{others[0].content}"), *others[1:]]
