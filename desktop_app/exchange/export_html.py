"""Conversations as one page of HTML that needs nothing else and loads nothing.

Everything that anybody wrote is escaped; the page forbids itself to load anything; there is no script in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from desktop_app.chat.message import Message, Role
from desktop_app.chat.reasoning import split
from desktop_app.exchange.exported import Exported, ExportWords, remark, speaker, title_of
from desktop_app.exchange.fences import blocks

_STYLE = """
:root { color-scheme: light dark; --text: #1f1d1a; --muted: #6b655c; --line: #e4e0d9; --bubble: #f0ece5; --code: #f6f3ee;
  --background: #fbfaf8; --accent: #b5480f; }
@media (prefers-color-scheme: dark) { :root { --text: #ece8e1; --muted: #a39c91; --line: #36322d; --bubble: #2c2926;
  --code: #211f1c; --background: #1b1a18; --accent: #f08a4b; } }
body { margin: 0 auto; padding: 32px 24px; max-width: 736px; background: var(--background); color: var(--text);
  font: 15px/1.55 system-ui, sans-serif; overflow-wrap: anywhere; }
h1 { font-size: 24px; } h2, h3, h4, h5, h6 { font-size: 17px; }
article { margin: 24px 0; } article.user > .text { padding: 12px 16px; border-radius: 14px; background: var(--bubble); }
header { color: var(--muted); font-size: 13px; margin-bottom: 4px; } header b { color: var(--text); }
.typed { white-space: pre-wrap; } .remark, .when { color: var(--muted); font-size: 13px; }
pre { padding: 12px 16px; border-radius: 10px; background: var(--code); overflow-x: auto; white-space: pre;
  font: 13px/1.5 ui-monospace, monospace; } code { font-family: ui-monospace, monospace; }
details { margin: 8px 0; color: var(--muted); } blockquote { margin: 0; padding-left: 16px; border-left: 3px solid var(--line); }
table { border-collapse: collapse; } th, td { border: 1px solid var(--line); padding: 4px 10px; } a { color: var(--accent); }
hr { border: none; border-top: 1px solid var(--line); } section + section { border-top: 1px solid var(--line); }
@media print { body { max-width: none; padding: 0; } pre { white-space: pre-wrap; } article { break-inside: avoid-page; } }
"""
_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"

_HEAD = """<!DOCTYPE html>
<html lang="{language}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
"""

_ESCAPES = str.maketrans({
    "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;",
    # A browser makes a line feed of a carriage return that it does not see as this.
    "\r": "&#13;",
    # No page can hold it.
    "\0": "\ufffd",
})  # fmt: skip


def escape(text: str) -> str:
    """Give `text` so that a browser shows it as it is, in an element and in an attribute."""
    return text.translate(_ESCAPES)


def plain_body(text: str) -> str:
    """Give the HTML of an answer without its marks of Markdown read: fenced code is code, everything else stands as typed."""
    return "".join(
        code_block(block.text, block.language) if block.is_code else f'<div class="typed">{escape(block.text)}</div>\n'
        for block in blocks(text)
    )


def code_block(code: str, language: str = "") -> str:
    """Give the HTML of code."""
    name = f' class="language-{escape(language.split()[0])}"' if language.split() else ""
    return f"<pre><code{name}>{escape(code)}</code></pre>\n"


def page(exports: Iterable[Exported], words: ExportWords, body: Callable[[str], str] = plain_body) -> Iterator[str]:
    """Give a page with conversations one below another, a piece at a time.

    `body` gives the HTML of an answer; it must be escaped there.
    """
    for number, exported in enumerate(exports):
        if not number:
            yield _HEAD.format(
                language=escape(words.language), policy=escape(_POLICY), title=escape(title_of(exported, words)), style=_STYLE
            )
        yield "<section>\n"
        yield from _conversation(exported, words, body)
        yield "</section>\n"
    yield "</body>\n</html>\n"


def _conversation(exported: Exported, words: ExportWords, body: Callable[[str], str]) -> Iterator[str]:
    if exported.is_whole:
        when = words.when(exported.conversation.created_ms)
        yield f"<h1>{escape(title_of(exported, words))}</h1>\n"
        yield f'<p class="when">{escape(when)}</p>\n' if when else ""
        if prompt := exported.conversation.system_prompt:
            yield f"<details><summary>{escape(words.system_prompt)}</summary>\n"
            yield f'<div class="typed">{escape(prompt)}</div></details>\n'
    for message in exported.messages:
        yield from _message(message, words, body)


def _message(message: Message, words: ExportWords, body: Callable[[str], str]) -> Iterator[str]:
    is_answer = message.role is Role.ASSISTANT
    parts = split(message.text) if is_answer else None
    when = words.when(message.created_ms)
    yield f'<article class="{"assistant" if is_answer else "user"}">\n<header><b>{escape(speaker(message, words))}</b>'
    yield f" {escape(when)}</header>\n" if when else "</header>\n"
    if parts is not None and parts.text.strip():
        yield f"<details><summary>{escape(words.reasoning)}</summary>\n{body(parts.text.strip(chr(10)))}</details>\n"
    for attachment in message.attachments:
        yield f"<details><summary>{escape(words.attachment)}: {escape(attachment.name)}</summary>\n"
        yield f"{code_block(attachment.text)}</details>\n"
    text = parts.answer if parts is not None and parts.text else message.text
    if text and is_answer:
        yield f'<div class="text">\n{body(text)}</div>\n'
    elif text:
        yield f'<div class="text typed">{escape(text)}</div>\n'
    if said := remark(message, words):
        yield f'<p class="remark">{escape(said)}</p>\n'
    yield "</article>\n"
