"""Addresses of the web in the middle of text: where one ends that has no brackets around it. Pure functions on text."""

from __future__ import annotations

import re

CJK = (
    "\u1100-\u11ff\u2e80-\u303f\u3040-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U0001f200-\U0001f2ff"
    "\U00020000-\U0003ffff"
)
"""Chinese, Japanese and Korean, which have no space around what they quote, as a class of a regular expression."""

# No square brackets: the address may be the text of a link.
_NEVER = '\\s<>\\[\\]"`\\\\，。；：！？、（）「」『』【】《》“”‘’'
# A name of Latin letters ends where Chinese begins: with what follows in it the link would lead to another host.
_REST = re.compile(f"://(?:[^{_NEVER}{CJK}/?#]+(?:[/?#][^{_NEVER}]*)?|[{CJK}][^{_NEVER}]*)")
_OPENER = {")": "(", "}": "{"}


def address_rest(text: str, colon: int, end: int) -> str:
    """What of an address stands from the colon behind its scheme on; "" when it is none."""
    match = _REST.match(text, colon, end)
    rest = _without_last_marks(match[0]) if match is not None else ""
    return rest if len(rest) > len("://") else ""


def _without_last_marks(url: str) -> str:
    """`url` without the marks behind it that belong to the sentence; a bracket stays when it was opened inside."""
    while url and (url[-1] in ".,;:!?'*_~|" or url.count(url[-1]) > url.count(_OPENER.get(url[-1], url[-1]))):
        url = url[:-1]
    return url
