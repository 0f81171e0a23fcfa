"""Conversations as text of each kind: complete, safe to open, code byte for byte."""

from __future__ import annotations

import io
import re
import zipfile
from html.parser import HTMLParser
from pathlib import PureWindowsPath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.chat.attachment import Attachment
from desktop_app.chat.conversation import Conversation
from desktop_app.chat.message import Message, MessageState, Role
from desktop_app.exchange.export import ExportFormat, files, pieces, text, write_archive
from desktop_app.exchange.export_html import code_block, escape, plain_body
from desktop_app.exchange.exported import Exported, ExportWords
from desktop_app.exchange.fences import blocks, fenced, open_fence
from desktop_app.exchange.file_names import MAX_BYTES, file_name, folded
from desktop_app.markdown.html_form import html_form
from tests.newer_python import is_reserved

WORDS = ExportWords(when=lambda ms: f"at {ms}")
CODE = "if a < b && c:\n\tprint(\"&amp; <tag>\")  \n\n```\n\u202e'x'\n"
HOSTILE = (
    '<script>alert(1)</script><img src=http://evil/x onerror=alert(1)> ![x](http://evil/x.png) [y](javascript:alert(1)) '
    '<style>@import url(http://evil/)</style> <a href="file:///etc/passwd">z</a> [w](https://example.com/?a=1&b=2 "t")'
)  # fmt: skip
BODIES = pytest.mark.parametrize("body", [plain_body, html_form])


def exported(*messages: tuple[Role, str] | Message, is_whole: bool = True, title: str = "Title", **values: object) -> Exported:
    made = [
        Message(f"m{number}", "c", None, one[0], one[1], number, model="SmolLM2") if isinstance(one, tuple) else one
        for number, one in enumerate(messages)
    ]
    return Exported(Conversation("c", title, True, 1, 2, **values), made, is_whole=is_whole)


class Page(HTMLParser):
    """What a browser sees: elements with their attributes, and the text of what is code."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.code: list[str] = []
        self.words = ""
        self._is_code = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "code":
            self._is_code = True
            self.code.append("")

    def handle_endtag(self, tag: str) -> None:
        self._is_code = self._is_code and tag != "code"

    def handle_data(self, data: str) -> None:
        self.words += data
        if self._is_code:
            self.code[-1] += data


# Markdown and text


def test_markdown_holds_every_text_byte_for_byte() -> None:
    answer = f"Look:\n\n````py\n{CODE}````\nDone.\r\nEnd"
    got = text(exported((Role.USER, "a\r\nb"), (Role.ASSISTANT, answer)), ExportFormat.MARKDOWN, WORDS)
    assert got == f"# Title\n\n*at 1*\n\n## You\n\n*at 0*\n\na\r\nb\n\n## SmolLM2\n\n*at 1*\n\n{answer}\n"


def test_a_code_block_that_is_left_open_does_not_swallow_what_follows() -> None:
    got = text(exported((Role.ASSISTANT, "~~~~py\ncut"), (Role.USER, "Why?")), ExportFormat.MARKDOWN, WORDS)
    assert "cut\n~~~~\n\n## You" in got


def test_reasoning_attachments_and_how_it_ended_are_told() -> None:
    question = Message("q", "c", None, Role.USER, "Why?", 0, attachments=(Attachment("a", "n.py", "```\n", 4),))
    answer = Message("b", "c", "q", Role.ASSISTANT, "<think>\nHm.\n</think>\n\nSo.", 1, MessageState.INTERRUPTED)
    got = text(exported(question, answer, system_prompt="Be *kind*."), ExportFormat.MARKDOWN, WORDS)
    assert "## System prompt\n\nBe *kind*.\n\n" in got
    assert "**Attachment: n.py**\n\n````py\n```\n````\n\nWhy?\n\n" in got
    assert "<details>\n<summary>Reasoning</summary>\n\nHm.\n\n</details>\n\nSo.\n\n*This answer was interrupted.*\n" in got
    plain = text(exported(question, answer), ExportFormat.TEXT, WORDS)
    assert "[Reasoning]\n\nHm.\n\n[/Reasoning]\n\nSo.\n\n[This answer was interrupted.]\n" in plain


def test_one_message_is_its_text_and_a_selection_has_no_title() -> None:
    for format in (ExportFormat.MARKDOWN, ExportFormat.TEXT):
        assert text(exported((Role.ASSISTANT, "# One\n"), is_whole=False), format, WORDS) == "# One\n"
        both = text(exported((Role.USER, "One"), (Role.ASSISTANT, "Two"), is_whole=False), format, WORDS)
        assert "Title" not in both and "One" in both and "Two" in both


def test_a_title_or_a_name_of_a_model_is_never_markup() -> None:
    got = text(exported(title="# a*b* <i>\n## c"), ExportFormat.MARKDOWN, WORDS)
    assert got.startswith("# \\# a\\*b\\* \\<i\\> \\#\\# c\n")


# HTML


@BODIES
def test_a_page_loads_nothing_and_runs_nothing(body: object) -> None:
    file = Attachment("a", '"><script>', HOSTILE, 4)
    messages = [
        Message("q", "c", None, Role.USER, HOSTILE, 0, attachments=(file,)),
        Message(
            "a", "c", "q", Role.ASSISTANT, f"<think>{HOSTILE}</think>{HOSTILE}\n\n```{HOSTILE}\n{HOSTILE}\n```", 1, model=HOSTILE
        ),
    ]
    page = Page(text(exported(*messages, title=HOSTILE, system_prompt=HOSTILE), ExportFormat.HTML, WORDS, body))
    tags = {tag for tag, _ in page.elements}
    assert tags <= {
        "html", "head", "meta", "title", "style", "body", "section", "h1", "p", "article", "header", "b", "details", "summary", "div",
        "pre", "code", "a", "em", "strong",
    }  # fmt: skip
    for tag, attributes in page.elements:
        assert not {name for name in attributes if name.startswith("on") or name in ("src", "style", "srcset", "background")}, tag
        assert attributes.get("href", "https:").startswith(("https:", "http:", "mailto:"))
    policy = [
        attributes["content"] for tag, attributes in page.elements if attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy == ["default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"]
    assert page.words.count("<script>alert(1)</script>") >= 6, "what was written must still be there, as text"


@BODIES
def test_code_on_a_page_is_byte_for_byte(body: object) -> None:
    source = text(exported((Role.ASSISTANT, f"Look:\n\n````py\n{CODE}````\nEnd")), ExportFormat.HTML, WORDS, body)
    [code] = Page(source).code
    assert code in (CODE, CODE[:-1])  # the line end before the fence is not of the code


@settings(deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_code_comes_out_of_a_browser_as_it_went_in(code: str) -> None:
    assert Page(code_block(code)).code == [code]
    assert not re.search(r"[<>\"'\r]", escape(code))


def test_many_conversations_are_one_page() -> None:
    source = "".join(pieces([exported((Role.USER, "One")), exported((Role.USER, "Two"))], ExportFormat.HTML, WORDS))
    assert source.count("<section>") == source.count("</section>") == 2
    assert source.count("<!DOCTYPE html>") == source.count("</html>") == 1


# Fences

FENCED = st.lists(
    st.sampled_from(["```", "````", "~~~", "``` py", "  ```", "    ```", "code", "", "``` a`b", "```~", "~~~ `x`"]), max_size=8
).map("\n".join)  # fmt: skip


@settings(deadline=None)
@given(FENCED)
def test_what_is_put_between_fences_is_one_block_of_code(code: str) -> None:
    [block] = blocks(fenced(code, "py"))
    assert (block.is_code, block.language, block.end) == (True, "py", "")
    assert block.text == (code if code.endswith("\n") or not code else code + "\n")


@settings(deadline=None)
@given(FENCED)
def test_what_closes_a_block_closes_it(source: str) -> None:
    end = open_fence(source)
    assert open_fence(f"{source}\n{end}" if end else source) == ""


# Names of files


@settings(deadline=None)
@given(st.lists(st.text(max_size=300), max_size=6))
def test_any_titles_give_names_that_every_system_takes(titles: list[str]) -> None:
    taken: set[str] = set()
    names = [file_name(title, "md", taken, "Conversation") for title in titles]
    assert len({folded(name) for name in names}) == len(names)
    for name in names:
        assert len(name.encode()) <= MAX_BYTES
        assert name.endswith(".md")
        assert not re.search(r'[<>:"/\\|?*\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]', name)
        assert name[0] not in " .-~"
        assert not is_reserved(name)
        assert PureWindowsPath(name).name == name


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("Why is the sky blue?", "Why is the sky blue.md"),
        ("a/b\\c:d", "a-b-c-d.md"),
        ("CON", "_CON.md"),
        ("com1.txt", "_com1.txt.md"),
        ("..", "Conversation.md"),
        ("", "Conversation.md"),
        ("天空为什么是蓝色的", "天空为什么是蓝色的.md"),
        ("evil\u202egpj.exe", "evil gpj.exe.md"),
        ("x. . .", "x.md"),
    ],
)
def test_a_title_becomes_a_name(title: str, name: str) -> None:
    assert file_name(title, "md", set(), "Conversation") == name


def test_names_that_some_system_takes_for_one_are_numbered() -> None:
    taken: set[str] = set()
    titles = ("Straße", "STRASSE", "e\u0301", "\u00e9", "x" * 300, "x" * 299)
    assert [file_name(title, "md", taken, "c")[-8:] for title in titles][1::2] == ["E (2).md", "é (2).md", "x (2).md"]


def test_an_archive_holds_a_file_for_each(tmp_path: object) -> None:
    exports = [exported((Role.USER, f"Text {number}\r\n"), title="Same") for number in range(3)]
    stream = io.BytesIO()
    write_archive(stream, files(exports, ExportFormat.TEXT, WORDS))
    archive = zipfile.ZipFile(stream)
    assert archive.testzip() is None
    assert archive.namelist() == ["Same.txt", "Same (2).txt", "Same (3).txt"]
    assert b"Text 2\r\n" in archive.read("Same (3).txt")
