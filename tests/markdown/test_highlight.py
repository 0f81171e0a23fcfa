"""Colours of code: right across lines, and never a reason to fail or to wait."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pygments.lexer import RegexLexer
from pygments.token import Text

from desktop_app.markdown import highlight
from desktop_app.markdown.highlight import MAX_LINE, ROLES, Highlighter, Span, language_name, warm

LANGUAGES = (
    "py", "js", "ts", "jsx", "tsx", "c", "c++", "java", "rust", "go", "sh", "json", "yaml", "html", "css", "sql", "php", "ruby",
    "xml", "toml", "diff", "swift", "kotlin", "csharp", "lua", "r", "dockerfile", "makefile", "latex", "perl", "haskell", "markdown",
)  # fmt: skip
PIECES = (
    "def f(x):", "'open", '"""', "/*", "*/", "<!--", "-->", "// c", "# c", "}", "}}}", "{", "`${", "x = 1", "", "<<EOF", "EOF", "\\",
    "<?php", "r#\"", "|", "- a: |", "é中\x00", "#include <x>", "{{", "%%", "--[[", "@d", "<a b='c'>", "</script>", "$(", "=begin",
)  # fmt: skip


def _coloured(language: str, code: str) -> list[list[tuple[str, str]]]:
    highlighter = Highlighter(language)
    state = highlighter.start_state
    shown = []
    for line in code.split("\n"):
        spans, state = highlighter.line(line, state)
        shown.append([(line[span.start : span.start + span.length], span.role) for span in spans])
    return shown


def test_python_is_coloured():
    lines = _coloured("py", "@deco\ndef f(x):\n    return 'a' + 1  # c")
    assert lines[0] == [("@deco", "decorator")]
    assert lines[1] == [("def", "keyword"), ("f", "function")]
    assert lines[2] == [("return", "keyword"), ("'a'", "string"), ("+", "operator"), ("1", "number"), ("# c", "comment")]


@pytest.mark.parametrize(
    ("language", "code", "role"),
    [
        ("py", '"""a\nb c\nd"""', "string"),
        ("js", "`a\nb c\nd`", "string"),
        ("js", "/* a\nint b\nc */", "comment"),
        ("c", "/* a\nint b\nc */", "comment"),
        ("css", "/* a\nint b\nc */", "comment"),
        ("sql", "/* a\nselect b\nc */", "comment"),
        ("html", "<!-- a\n<b> c\nd -->", "comment"),
    ],
)
def test_what_spans_lines_keeps_its_colour(language, code, role):
    assert [line[0][1] for line in _coloured(language, code)] == [role] * 3
    assert [line[0][0] for line in _coloured(language, code)] == code.split("\n")


def test_code_behind_a_comment_of_several_lines_is_coloured_again():
    assert _coloured("c", "/* a\nb */ int x;")[1] == [("b */", "comment"), ("int", "type")]


def test_a_comment_mark_in_a_string_opens_no_comment():
    assert _coloured("c", 'char *s = "/*";\nint x;')[1] == [("int", "type")]


def test_a_chunk_can_be_coloured_alone_from_the_state_before_it():
    code = ['"""a', "b", 'c"""', "def f(): pass"]
    highlighter = Highlighter("python")
    state = highlighter.start_state
    states = []
    for line in code:
        states.append(state)
        _, state = highlighter.line(line, state)
    again = Highlighter("python")
    assert again.line(code[2], states[2])[0] == [Span(0, 4, "string")]
    assert again.line(code[3], states[3])[0][0] == Span(0, 3, "keyword")


def test_a_yaml_state_can_be_used_twice():
    highlighter = Highlighter("yaml")
    _, state = highlighter.line("a:", highlighter.start_state)
    first, _ = highlighter.line("  - b: 1", state)
    second, _ = highlighter.line("  - b: 1", state)
    assert first == second != []


@pytest.mark.parametrize("language", ["", "nope", "text", "plaintext"])
def test_an_unknown_language_has_no_colours(language):
    assert _coloured(language, "def f(): pass") == [[]]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(LANGUAGES), st.lists(st.sampled_from(PIECES) | st.text(max_size=30), max_size=15))
def test_any_code_gives_ordered_spans_inside_of_its_lines(language, lines):
    highlighter = Highlighter(language)
    state = highlighter.start_state
    for line in lines:
        text = line.replace("\n", "")
        spans, state = highlighter.line(text, state)
        at = 0
        for span in spans:
            assert span.role in ROLES
            assert span.length > 0
            assert at <= span.start <= span.start + span.length <= len(text)
            at = span.start + span.length


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_common_language_is_known_and_coloured(language):
    assert language_name(language) not in ("", language)
    code = "if (x) { return 'a'; }\n# Title\n<b>\nFROM a\n[t]\nkey = 1\na: \"b\"\n@@ -1 +1 @@\n\\section{a}\n"
    assert any(_coloured(language, code))


@pytest.mark.parametrize(
    ("info", "name"),
    [
        ("py", "Python"), ("python3", "Python"), ("js", "JavaScript"), ("sh", "Bash"), ("c++", "C++"), ("C#", "C#"), ("yml", "YAML"),
        ("{.python .numberLines}", "Python"), ("python:main.py", "Python"), ('js title="a b"', "JavaScript"), ("nope", "nope"),
        ("", ""), ("text", ""), ("  ", ""),
    ],
)  # fmt: skip
def test_the_name_of_a_language(info, name):
    assert language_name(info) == name


def test_a_very_long_line_is_plain_and_the_next_is_not():
    highlighter = Highlighter("py")
    spans, state = highlighter.line("x = 1 " * MAX_LINE, highlighter.start_state)
    assert spans == []
    assert highlighter.line("x = 1", state)[0]


def _broken(tokens_of_root):
    return type("Broken", (RegexLexer,), {"name": "Broken", "tokens": {"root": tokens_of_root}})()


def test_an_error_of_a_lexer_leaves_the_code_plain(monkeypatch):
    def fail(lexer, match, ctx=None):
        raise KeyError("state")

    monkeypatch.setattr(highlight, "_lexer", lambda alias: _broken([(r".", fail)]))
    highlighter = Highlighter("broken")
    assert highlighter.line("abc", highlighter.start_state) == ([], highlighter.start_state)
    assert highlighter.line("abc", highlighter.start_state)[0] == []


def test_a_lexer_that_never_moves_comes_to_an_end(monkeypatch):
    monkeypatch.setattr(highlight, "_lexer", lambda alias: _broken([(r"", Text, "#push")]))
    highlighter = Highlighter("broken")
    _, state = highlighter.line("abc", highlighter.start_state)
    assert len(state.stack) <= 201


def test_a_lexer_that_was_slow_once_is_not_asked_again(monkeypatch):
    monkeypatch.setattr(highlight, "_SLOW_LINE_S", -1.0)
    highlighter = Highlighter("py")
    _, state = highlighter.line("x = 1", highlighter.start_state)
    assert highlighter.line("x = 1", state)[0] == []


def test_warming_knows_every_language_of_its_list_and_ignores_others():
    warm(["python", "nope", "json"])


def test_only_two_modules_of_the_room_import_a_parser():
    folder = Path(highlight.__file__).parent
    users = {
        path.name
        for path in folder.glob("*.py")
        if re.search(r"^(?:from|import) (?:pygments|markdown_it)", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert users == {"inline.py", "highlight.py"}
