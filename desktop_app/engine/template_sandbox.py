"""Jinja for a template that came with a model file: no code execution, and bounded work, memory and time.

Jinja's own sandbox keeps a template away from Python's insides (versions from 3.1.6 on), but lets it
run for hours or fill the memory. Three bounds are added here:

- work: every value that an operation makes is paid for out of one budget, and what could grow in a
  single step of C code, where nothing can interrupt it, is measured before it is made;
- names: only filters that chat templates use, and whose cost is known, exist;
- time: the work is done in a thread of its own, which is ended by an asynchronous exception.
"""

from __future__ import annotations

import ctypes
import json
import re
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Generic, TypeVar

from jinja2 import ChainableUndefined, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension
from jinja2.filters import FILTERS
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

T = TypeVar("T")

_BUDGET = 16_000_000
"""Characters, list items and digits that one rendering may make. Measured: real templates stay below 50 times their input."""
_MAX_VALUE = 4_000_000
"""Characters or items of one value."""
_PLAIN_FILTERS = (
    "abs", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first", "float", "groupby", "int", "items",
    "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr", "reverse", "safe", "select",
    "selectattr", "sort", "title", "trim", "unique", "upper",
)  # fmt: skip
_PATIENCE = 4
"""On a busy machine a template gets so many times its limit by the clock on the wall, and no more of the processor."""
_GLANCE_S = 0.05
_REFUSED_METHODS = frozenset({"translate", "expandtabs", "to_bytes"})
_PADDING_METHODS = frozenset({"center", "ljust", "rjust", "zfill"})


class TemplateTooLarge(Exception):
    """The template makes more than its budget."""


class TemplateTooSlow(Exception):
    """The template ran out of time."""


class _OutOfTime(BaseException):
    """Ends the thread; no Exception, so that nothing in Jinja takes it for an error of the template."""


class _Nothing(ChainableUndefined):
    """A name without a value, as lenient as in llama.cpp: what is asked of it is nothing, and it adds nothing to a text."""

    def __add__(self, other: Any) -> Any:
        return other

    __radd__ = __add__

    def __getattr__(self, name: str) -> Any:
        if self._undefined_exception is SecurityError:
            # Whoever asks for more of what was refused gets an error, not nothing.
            return self._fail_with_undefined_error()
        return super().__getattr__(name)


class _GenerationTag(Extension):
    """`{% generation %}…{% endgeneration %}`, with which training marks the assistant's text: shows what is inside.

    Source: transformers, utils/chat_template_utils.py.
    """

    tags = {"generation"}  # noqa: RUF012 (declared so by Jinja)

    def parse(self, parser: Parser) -> nodes.Node | list[nodes.Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class _PayingCodeGenerator(CodeGenerator):
    """Sends what Jinja compiles to bare Python (`~`, slices, list displays) through the environment."""

    def visit_Concat(self, node: nodes.Concat, frame: Frame) -> None:  # noqa: N802 (Jinja's name)
        self.write("environment.joined((")
        for part in node.nodes:
            self.visit(part, frame)
            self.write(", ")
        self.write("))")

    def visit_Getitem(self, node: nodes.Getitem, frame: Frame) -> None:  # noqa: N802 (Jinja's name)
        self._paid(super().visit_Getitem, node, frame)

    def visit_List(self, node: nodes.List, frame: Frame) -> None:  # noqa: N802 (Jinja's name)
        self._paid(super().visit_List, node, frame)

    def visit_Tuple(self, node: nodes.Tuple, frame: Frame) -> None:  # noqa: N802 (Jinja's name)
        if node.ctx == "load":
            self._paid(super().visit_Tuple, node, frame)
        else:
            super().visit_Tuple(node, frame)

    def visit_Dict(self, node: nodes.Dict, frame: Frame) -> None:  # noqa: N802 (Jinja's name)
        self._paid(super().visit_Dict, node, frame)

    def _paid(self, visit: Callable[[Any, Frame], None], node: nodes.Node, frame: Frame) -> None:
        self.write("environment.paid(")
        visit(node, frame)
        self.write(")")


class Sandbox(ImmutableSandboxedEnvironment):
    """The environment of one template. `refill` before each rendering."""

    code_generator_class = _PayingCodeGenerator
    intercepted_binops = frozenset({"+", "*", "**", "%"})

    def __init__(self) -> None:
        super().__init__(
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.loopcontrols", _GenerationTag],
            finalize=self._shown,
            undefined=_Nothing,
            cache_size=0,
        )
        self._left = _BUDGET
        self.globals = {name: self.globals[name] for name in ("range", "dict", "namespace")}
        self.filters = {name: self._paying(FILTERS[name]) for name in _PLAIN_FILTERS}
        self.filters.update(
            join=self._join, replace=self._replace, indent=self._indent, round=self._round, sum=self._sum, tojson=self._tojson
        )
        # What turns a container into text walks through all it holds, in C.
        self.filters["string"] = lambda value: str(self._shown(value))
        self.concat = self._concat  # type: ignore[method-assign]

    def refill(self, n_input: int) -> None:
        """Begin a rendering of `n_input` characters with a full budget."""
        self._left = _BUDGET + 50 * n_input

    # Paying

    def _pay(self, amount: int) -> None:
        self._left -= amount
        if amount > _MAX_VALUE or self._left < 0:
            raise TemplateTooLarge("the template makes too much text")

    def paid(self, value: T) -> T:
        """Give `value` back, paid for by its size; a container by everything that hangs below it."""
        if isinstance(value, str):
            self._pay(len(value))
        elif isinstance(value, (list, tuple, dict, set, frozenset)):
            self._pay(self._n_items(value, with_text=False))
        return value

    def _n_items(self, value: Any, with_text: bool) -> int:
        """Give the size of `value` written out, because a list in a list in a list … is small and yet endless."""
        if isinstance(value, str):
            return len(value) + 1 if with_text else 1
        if isinstance(value, Mapping):
            parts: Iterable[Any] = (part for pair in value.items() for part in pair)
        elif isinstance(value, (list, tuple, set, frozenset)):
            parts = value
        else:
            return 1
        n_items = 1
        for part in parts:
            n_items += self._n_items(part, with_text)
            if n_items > _MAX_VALUE:
                break
        return n_items

    def _shown(self, value: T) -> T:
        """Pay for `value` as text, before Jinja writes it out."""
        if not isinstance(value, str):
            self._pay(self._n_items(value, with_text=True))
        return value

    def _paying(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Give a filter that pays for its result and does what `function` does, markers of Jinja included."""

        def paying(*args: Any, **kwargs: Any) -> Any:
            return self.paid(function(*args, **kwargs))

        # jinja2 recognises `@pass_environment` and the like by this attribute.
        paying.__dict__.update(getattr(function, "__dict__", {}))
        return paying

    # What generated code calls

    def joined(self, parts: Iterable[Any]) -> str:
        """Give the text of `a ~ b ~ c`."""
        texts = [part if isinstance(part, str) else str(self._shown(part)) for part in parts]
        self._pay(sum(map(len, texts)))
        return "".join(texts)

    def _concat(self, parts: Iterable[str]) -> str:
        texts = list(parts)
        self._pay(sum(map(len, texts)))
        return "".join(texts)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Give the result of an operator, its size checked first."""
        if operator == "*":
            self._check_product(left, right)
        elif operator == "**":
            self._check_power(left, right)
        elif operator == "%" and isinstance(left, str):
            self._check_format(left)
            self._shown(right)
        elif operator == "+" and hasattr(left, "__len__") and hasattr(right, "__len__"):
            self._pay(len(left) + len(right))
        return self.paid(super().call_binop(context, operator, left, right))

    def _check_product(self, left: Any, right: Any) -> None:
        if isinstance(left, int) and isinstance(right, int):
            self._pay(left.bit_length() * right.bit_length())
        for sized, times in ((left, right), (right, left)):
            if hasattr(sized, "__len__") and isinstance(times, int):
                self._pay(len(sized) * max(times, 0))

    def _check_power(self, base: Any, exponent: Any) -> None:
        if isinstance(base, int) and isinstance(exponent, int) and abs(exponent) * base.bit_length() > 1024:
            raise TemplateTooLarge("the template raises a number to a very high power")

    def _check_format(self, text: str) -> None:
        # A width of thousands, one that is given by a value ("%*d"), or one inside a field ("{:{width}}").
        if re.search(r"\d{4,}|\*|\{[^{}]*\{", text.replace("{{", "")):
            raise TemplateTooLarge("the template formats a very wide field")

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """Give Jinja's safe `format` for a text's own, with a bound on how wide its fields are."""
        safe = super().wrap_str_format(value)
        if safe is None:
            return None
        text: str = value.__self__

        def formatted(*args: Any, **kwargs: Any) -> str:
            self._check_format(text)
            longest = max((self._n_items(part, with_text=True) for part in (*args, *kwargs.values())), default=0)
            self._pay(text.count("{") * longest)
            return self.paid(safe(*args, **kwargs))

        return formatted

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Whether a template may have an attribute."""
        if isinstance(obj, (str, bytes, int)) and attr in _REFUSED_METHODS:
            return False
        return super().is_safe_attribute(obj, attr, value)

    def call(__self, __context: Context, __obj: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: N805 (Jinja's own names)
        """Give what a function or method of the template's gives, its size checked first where it can be large."""
        receiver = getattr(__obj, "__self__", None)
        if isinstance(receiver, (str, bytes, int)):
            __self._check_method(receiver, __obj.__name__, args, kwargs)
        return __self.paid(super().call(__context, __obj, *args, **kwargs))

    def _check_method(self, receiver: Any, name: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
        if name in _PADDING_METHODS and args and isinstance(args[0], int):
            self._pay(args[0])
        elif name == "join" and args:
            if not isinstance(args[0], (str, list, tuple, dict)):
                raise SecurityError("join takes a list here")
            self._pay(len(receiver) * len(args[0]) + self._n_items(args[0], with_text=True))
        elif name == "replace" and len(args) >= 2:
            self._check_replace(receiver, str(self._shown(args[0])), str(self._shown(args[1])))

    def _check_replace(self, text: str, old: str, new: str) -> None:
        if len(new) > len(old):
            self._pay(len(text) + text.count(old) * len(new))

    # Filters whose result can be far larger than what they are given

    def _join(self, value: Iterable[Any], separator: str = "", attribute: str | None = None) -> str:
        parts = [self.getattr(part, attribute) if attribute else part for part in value]
        texts = [part if isinstance(part, str) else str(self._shown(part)) for part in parts]
        self._pay(sum(map(len, texts)) + len(separator) * len(texts))
        return separator.join(texts)

    def _replace(self, value: Any, old: str, new: str, count: int = -1) -> str:
        text, old, new = str(self._shown(value)), str(self._shown(old)), str(self._shown(new))
        self._check_replace(text, old, new)
        return self.paid(text.replace(old, new, count))

    def _indent(self, value: str, width: int | str = 4, first: bool = False, blank: bool = False) -> str:
        margin = width if isinstance(width, str) else " " * min(max(width, 0), 1000)
        lines = str(self._shown(value)).split("\n")
        self._pay(len(margin) * len(lines))
        indented = [margin + line if line or blank else line for line in lines[1:]]
        return self.paid("\n".join([(margin if first else "") + lines[0], *indented]))

    def _round(self, value: float, precision: int = 0, method: str = "common") -> float:
        if abs(precision) > 20:
            raise TemplateTooLarge("the template rounds to a very high precision")
        result: float = FILTERS["round"](value, precision, method)
        return result

    def _sum(self, value: Iterable[Any], attribute: str | None = None, start: float = 0) -> float:
        for part in value:
            number = part[attribute] if attribute else part
            if not isinstance(number, (int, float)):
                raise SecurityError("sum takes numbers")
            start += number
        return start

    def _tojson(
        self,
        value: Any,
        ensure_ascii: bool = False,
        indent: int | None = None,
        separators: tuple[str, str] | None = None,
        sort_keys: bool = False,
    ) -> str:
        # As transformers has it: no HTML escapes, and text stays readable. `ensure_ascii` is not obeyed,
        # because it would spell out the marks that tell a person's text from the template's.
        self._shown(value)
        step = None if indent is None else min(max(int(indent), 0), 16)
        return self.paid(json.dumps(value, ensure_ascii=False, indent=step, separators=separators, sort_keys=sort_keys))


class _Work(threading.Thread, Generic[T]):
    """One piece of work, its result or what it raised."""

    def __init__(self, work: Callable[[], T]) -> None:
        super().__init__(name="chat template", daemon=True)
        self._work = work
        self.result: list[T] = []
        self.error: BaseException | None = None
        self._clock: int | None = None
        self._began_s = time.monotonic()

    def is_within(self, limit_s: float) -> bool:
        """Say whether it has worked for less than `limit_s`; where only the clock on the wall can tell, by that."""
        elapsed = time.monotonic() - self._began_s
        if self._clock is None or elapsed < limit_s or elapsed >= _PATIENCE * limit_s:
            return elapsed < limit_s
        try:
            return time.clock_gettime(self._clock) < limit_s
        except OSError:
            return True  # it has ended

    def run(self) -> None:
        if hasattr(time, "pthread_getcpuclockid"):
            # Asked for here: of a thread that is over the C library must not be asked.
            self._clock = time.pthread_getcpuclockid(threading.get_ident())
        try:
            self.result.append(self._work())
        except BaseException as error:  # carried over to the thread that asked, which raises it
            self.error = error


def run_bounded(work: Callable[[], T], limit_s: float) -> T:
    """Give what `work` gives, or raise what it raises. Raises: TemplateTooSlow after `limit_s` of work."""
    thread = _Work(work)
    thread.start()
    while thread.is_alive() and thread.is_within(limit_s):
        thread.join(_GLANCE_S)
    for _attempt in range(20):
        if not thread.is_alive():
            break
        # Portable, unlike signal.setitimer, and works for Python code in any thread; asked again because
        # a `finally` of the interpreter may swallow one.
        ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident or 0), ctypes.py_object(_OutOfTime))
        thread.join(0.05)
    if thread.result:
        return thread.result[0]
    if thread.error is None or isinstance(thread.error, _OutOfTime):
        raise TemplateTooSlow(f"the template took longer than {limit_s:g} s")
    raise thread.error
