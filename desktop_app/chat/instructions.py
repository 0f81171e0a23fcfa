"""Instructions with variables: `{{date}}` and a few more become what holds at the moment.

Values are put in as they are and never read again. Whatever else stands in double braces stays: instructions may be
about templates, and a mistake in them is no reason not to answer. To write a variable as such, put a backslash before it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from desktop_app.errors import TemplateSyntaxError
from desktop_app.templates.syntax import mistakes, parse_loosely

VARIABLES = ("date", "time", "weekday", "user_name", "language", "model")
MACROS = {
    "CURRENT_DATE": "{{date}}", "CURRENT_TIME": "{{time}}", "CURRENT_DATETIME": "{{date}} {{time}}",
    "CURRENT_WEEKDAY": "{{weekday}}", "USER_NAME": "{{user_name}}", "USER_LANGUAGE": "{{language}}",
}  # fmt: skip
"""Open WebUI's names of the same, by which they are known in what comes from there."""
_VARIABLE = re.compile(rf"(?P<escape>\\)?\{{\{{\s*(?P<name>{'|'.join(VARIABLES)})\s*\}}\}}")


def has_variables(text: str) -> bool:
    """Say whether `filled` would change anything."""
    return "{{" in text and _VARIABLE.search(text) is not None


def filled(text: str, values: Mapping[str, str]) -> str:
    """Put `values` in; a variable without one becomes nothing."""
    if "{{" not in text:
        return text
    return _VARIABLE.sub(lambda found: found[0][1:] if found["escape"] else values.get(found["name"], ""), text)


def unfit(text: str) -> tuple[tuple[int, int, TemplateSyntaxError | str], ...]:
    """Give start, end and what is wrong of every place that an editor marks: a mistake, or a name that nothing is known of."""
    if "{{" not in text:
        return ()
    wrong: list[tuple[int, int, TemplateSyntaxError | str]] = [(one.start, one.end, one) for one in mistakes(text)]
    wrong += [(one.start, one.end, one.name) for one in parse_loosely(text) if one.name not in VARIABLES]
    return tuple(sorted(wrong, key=lambda place: place[0]))


def joined(*texts: str) -> str:
    """Give those that say something, one below the other."""
    return "\n\n".join(text for text in texts if text.strip())
