"""Code becomes coloured spans, one line at a time, with the lexer's state carried from line to line.

Pygments lexes whole texts; here its tables are walked line by line, so that a line costs the same wherever it stands
(0.05 to 0.1 ms). The only module that imports Pygments. What cannot be coloured stays plain: colours are no reason to fail.
"""

from __future__ import annotations

import copy
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, cast

from pygments.lexer import ExtendedRegexLexer, Lexer, LexerContext, RegexLexer
from pygments.lexers import get_all_lexers, get_lexer_by_name
from pygments.lexers.data import JsonLexer, YamlLexer, YamlLexerContext
from pygments.token import (
    Comment,
    Error,
    Generic,
    Keyword,
    Literal,
    Name,
    Number,
    Operator,
    Punctuation,
    String,
    Token,
    _TokenType,
)

ROLES = (
    "keyword", "function", "type", "builtin", "string", "number", "constant", "comment", "operator", "decorator",
    "attribute", "tag", "heading", "inserted", "deleted", "error",
)  # fmt: skip
"""Every role a span can have; a theme gives each a colour."""

MAX_LINE = 2_000
"""Characters. Longer lines stay plain: nobody reads them, and some patterns need the square of the length."""

_MAX_DEPTH = 200
_SLOW_LINE_S = 0.05
_STEPS_PER_CHAR = 4
_MIN_STEPS = 200

_ROLE_OF = {
    Keyword: "keyword",
    Keyword.Type: "type",
    Keyword.Constant: "constant",
    Operator: "operator",
    Operator.Word: "keyword",
    Comment: "comment",
    Comment.Preproc: "decorator",
    Comment.PreprocFile: "string",
    String: "string",
    Number: "number",
    Literal: "constant",
    Name.Function: "function",
    Name.Class: "type",
    Name.Exception: "type",
    Name.Builtin: "builtin",
    Name.Constant: "constant",
    Name.Decorator: "decorator",
    Name.Attribute: "attribute",
    Name.Tag: "tag",
    Generic.Heading: "heading",
    Generic.Subheading: "heading",
    Generic.Inserted: "inserted",
    Generic.Deleted: "deleted",
    Generic.Error: "error",
    Generic.Prompt: "comment",
}

# Info words that models write and Pygments does not know; "" is no language.
_ALIASES = {
    "c#": "csharp", "golang": "go", "jsonc": "json", "json5": "json", "jsonl": "json", "jsx": "javascript", "node": "javascript",
    "tsx": "typescript", "mts": "typescript", "mjs": "javascript", "yml": "yaml", "objc": "objective-c", "kt": "kotlin",
    "cmd": "batch", "h": "c", "hpp": "cpp", "terminal": "bash", "zshrc": "bash", "plaintext": "", "plain": "", "text": "",
    "txt": "", "none": "", "output": "", "math": "latex", "vue": "html", "svg": "xml", "gradle": "groovy",
}  # fmt: skip

# Languages whose own lexer wants the whole text, and one that works line by line instead.
_LINE_LEXERS = {
    "make": "basemake",
    "makefile": "basemake",
    "mf": "basemake",
    "console": "bash",
    "shell-session": "bash",
    "pycon": "python",
}

# Languages whose lexer matches a comment of several lines with one pattern, and so never sees its end in one line.
_BLOCK_COMMENTS = {"/*": "*/", "<!--": "-->"}
_COMMENT_TYPES = (Comment, Operator, Punctuation, Error)


@dataclass(frozen=True, slots=True)
class Span:
    """`length` characters from `start` of a line, in one of `ROLES`."""

    start: int
    length: int
    role: str


@dataclass(frozen=True, slots=True)
class State:
    """Where the lexer stands between two lines."""

    stack: tuple[str, ...] = ("root",)
    comment_end: str = ""
    """What ends the comment that the line before left open; "" outside."""
    context: LexerContext | None = None


class Highlighter:
    """Colours the lines of one piece of code in order."""

    def __init__(self, language: str) -> None:
        """`language` is what stands after the opening fence; an unknown one gives no colours."""
        alias = _alias(language)
        # Models leave out the `<?php` without which all would be HTML.
        self.start_state = State(("root", "php")) if alias == "php" else State()
        self._lexer = _lexer(alias)

    def line(self, text: str, state: State) -> tuple[list[Span], State]:
        """The spans of a whole line without its line end, in order; and the state for the next line."""
        lexer = self._lexer
        if lexer is None or len(text) > MAX_LINE:
            return [], state
        started_s = time.perf_counter()
        try:
            tokens, state = _lex(lexer, text, state)
        except (AssertionError, AttributeError, LookupError, RuntimeError, TypeError, ValueError):
            # Lexers are tables of patterns with callbacks written by hundreds of people, and whatever is wrong in one
            # does not matter to the reader, who still has the code without colours.
            self._lexer = None
            return [], self.start_state
        if time.perf_counter() - started_s > _SLOW_LINE_S:
            # A pattern cannot be stopped; a lexer that met its bad case once will meet it again.
            self._lexer = None
        return _spans(tokens, len(text)), state


def language_name(info: str) -> str:
    """What the header over a code block says: "Python" for `py`, the word itself when unknown, "" without one."""
    word = _first_word(info)
    alias = _alias(info)
    return _names().get(alias, word) if alias else ""


def warm(names: Iterable[str]) -> None:
    """Build the tables of these languages: 20 to 35 ms each, not in the middle of an answer."""
    for name in names:
        highlighter = Highlighter(name)
        highlighter.line("warm = 1", highlighter.start_state)


def _first_word(info: str) -> str:
    """`python` from `python title="x"`, `{.python}` or `python:main.py`."""
    words = re.split(r"[\s,:{}()\[\]]+", info.strip().lstrip("{.[("), maxsplit=1)
    return words[0] if words else ""


def _alias(info: str) -> str:
    word = _first_word(info).lower()
    return _ALIASES.get(word, word)


@cache
def _names() -> dict[str, str]:
    """Language names by alias."""
    return {alias.lower(): name for name, aliases, _, _ in get_all_lexers(plugins=False) for alias in aliases}


@cache
def _lexer(alias: str) -> Lexer | None:
    """The lexer for `alias`, or None when there is none that can work line by line."""
    if alias not in _names():
        return None
    lexer = get_lexer_by_name(_LINE_LEXERS.get(alias, alias))
    return lexer if isinstance(lexer, (RegexLexer, JsonLexer)) else None


# -- lexing one line ------------------------------------------------------------------------------------------------------

_Token = tuple[int, _TokenType, str]


def _lex(lexer: Lexer, text: str, state: State) -> tuple[list[_Token], State]:
    """The tokens of one line, and the state behind it."""
    if isinstance(lexer, ExtendedRegexLexer):
        context = _next_context(lexer, text + "\n", state.context)
        tokens = list(_bounded(lexer.get_tokens_unprocessed(context=context), len(text)))
        return tokens, State(context=context)
    if isinstance(lexer, RegexLexer):
        return _lex_by_tables(lexer, text + "\n", state)
    return list(_bounded(lexer.get_tokens_unprocessed(text), len(text))), state


def _next_context(lexer: ExtendedRegexLexer, text: str, before: LexerContext | None) -> LexerContext:
    """A context for `text` with everything else as `before` left it, which stays as it is."""
    if before is None:
        kind: Any = YamlLexerContext if isinstance(lexer, YamlLexer) else LexerContext
        return cast(LexerContext, kind(text, 0))
    context = copy.copy(before)
    for name, value in vars(context).items():
        if isinstance(value, list):
            setattr(context, name, value[-_MAX_DEPTH:])
    context.text, context.pos, context.end = text, 0, len(text)
    return context


def _bounded(tokens: Iterator[_Token], n_chars: int) -> Iterator[_Token]:
    n_left = _MIN_STEPS + _STEPS_PER_CHAR * n_chars
    for token in tokens:
        n_left -= 1
        if n_left < 0:
            return
        yield token


def _lex_by_tables(lexer: RegexLexer, text: str, state: State) -> tuple[list[_Token], State]:
    """Walk the lexer's tables over one line. Source of the rules: `pygments.lexer.RegexLexer`."""
    tokens: list[_Token] = []
    at = 0
    if state.comment_end:
        end = text.find(state.comment_end)
        if end < 0:
            return [(0, Comment, text)], state
        at = end + len(state.comment_end)
        tokens.append((0, Comment, text[:at]))
    tables: dict[str, Any] = lexer._tokens  # type: ignore[attr-defined]  # the processed tables have no public name
    stack = list(state.stack)
    for _ in range(_MIN_STEPS + _STEPS_PER_CHAR * len(text)):
        if at >= len(text):
            break
        action, match, target = _first_match(tables[stack[-1]], text, at)
        end_mark = _opened_comment(text, at, action)
        if end_mark:
            tokens.append((at, Comment, text[at:]))
            return tokens, State(tuple(stack), comment_end=end_mark)
        if match is None:
            if text[at] == "\n":
                stack = ["root"]
            at += 1
            continue
        if isinstance(action, _TokenType):
            tokens.append((at, action, match[0]))
        elif action is not None:
            tokens.extend(action(lexer, match))
        at = match.end()
        _move(stack, target)
    return tokens, State(tuple(stack[:1] + stack[1:][-_MAX_DEPTH:]))


def _first_match(rules: list[Any], text: str, at: int) -> tuple[Any, re.Match[str] | None, Any]:
    for matches, action, target in rules:
        match = matches(text, at)
        if match is not None:
            return action, match, target
    return None, None, None


def _opened_comment(text: str, at: int, action: object) -> str:
    """What will end the comment that begins at `at` and does not end in this line; "" when none does."""
    if isinstance(action, _TokenType) and not any(action[: len(kind)] == kind for kind in _COMMENT_TYPES):
        return ""
    for opener, closer in _BLOCK_COMMENTS.items():
        if text.startswith(opener, at):
            return closer if text.find(closer, at + len(opener)) < 0 else ""
    return ""


def _move(stack: list[str], target: Any) -> None:
    """Follow a rule to its next state: a number of levels down, or names to go up to."""
    if target is None:
        return
    if isinstance(target, int):
        # Never below the first: unfinished code closes more than it opened.
        del stack[max(1, len(stack) + target) :]
        return
    for name in (target,) if isinstance(target, str) else target:
        if name == "#pop":
            if len(stack) > 1:
                stack.pop()
        else:
            stack.append(stack[-1] if name == "#push" else name)


# -- tokens to spans ------------------------------------------------------------------------------------------------------


@cache
def _role(kind: _TokenType) -> str:
    """The role of a token type: its own or that of the nearest type above it; "" for plain text."""
    at: Any = kind
    while at is not None and at is not Token:
        if at in _ROLE_OF:
            return _ROLE_OF[at]
        at = at.parent
    return ""


def _spans(tokens: list[_Token], length: int) -> list[Span]:
    """Coloured spans inside the first `length` characters; neighbours of one role are one span."""
    spans: list[Span] = []
    for start, kind, text in tokens:
        role = _role(kind)
        n_chars = min(len(text), length - start)
        if not role or n_chars <= 0:
            continue
        last = spans[-1] if spans else None
        if last is not None and last.role == role and last.start + last.length == start:
            spans[-1] = Span(last.start, last.length + n_chars, role)
        elif last is None or last.start + last.length <= start:
            spans.append(Span(start, n_chars, role))
    return spans
