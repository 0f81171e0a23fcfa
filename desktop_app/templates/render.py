"""A template and its values become text. Values are put in as they are, and never read as a template again."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Literal

from desktop_app.errors import MissingVariables
from desktop_app.record import Record
from desktop_app.templates.syntax import Variable, parse
from desktop_app.templates.template import Field, PromptTemplate

Unfit = Literal["missing", "not_a_number", "too_small", "too_large", "not_a_day", "not_a_choice"]


class Rendered(Record):
    """What comes of a template."""

    text: str
    system_prompt: str


def render(template: PromptTemplate, values: Mapping[str, str], today: date | None = None) -> Rendered:
    """Fill `template`: with `values`, then with defaults; what is optional and has neither becomes nothing.

    Raises: MissingVariables; TemplateSyntaxError.
    """
    form = {field.name: field for field in template.form()}
    filled = {name: value_of(field, values.get(name), today) for name, field in form.items()}
    missing = tuple(name for name, field in form.items() if field.is_required and _is_missing(field, filled[name]))
    if missing:
        raise MissingVariables(missing)
    return Rendered(filled_in(template.text, filled), filled_in(template.system_prompt, filled))


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """Put values into a text; a variable without one becomes nothing. Raises: TemplateSyntaxError."""
    return "".join(values.get(token.name, "") if isinstance(token, Variable) else token.text for token in parse(text))


def value_of(field: Field, value: str | None, today: date | None = None) -> str:
    """Give what is inserted for a field: `value` as the form has it, or the default for None."""
    given = field.default if value is None else value
    if field.kind == "check":
        return field.checked if given == "yes" else field.unchecked
    if field.kind == "date" and given == "today":
        return (today or datetime.now().astimezone().date()).isoformat()
    return given


def number_in(text: str) -> float | None:
    """Give the number that `text` is, as computers write them; None when it is none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def unfit(field: Field, value: str, number_in: Callable[[str], float | None] = number_in) -> Unfit | None:
    """Say what is wrong with what stands in a field of the form; None when nothing is.

    `number_in` gives the number that a text is where the form is filled in; None when it is none.
    """
    if not value.strip():
        return "missing" if field.is_required and field.kind != "check" else None
    if field.kind == "number":
        return _unfit_number(field, number_in(value))
    if field.kind == "date" and value != "today" and _day(value) is None:
        return "not_a_day"
    if field.kind == "choice" and value not in field.choices:
        return "not_a_choice"
    return None


def _unfit_number(field: Field, number: float | None) -> Unfit | None:
    if number is None:
        return "not_a_number"
    if field.minimum is not None and number < field.minimum:
        return "too_small"
    if field.maximum is not None and number > field.maximum:
        return "too_large"
    return None


def _is_missing(field: Field, value: str) -> bool:
    # A check box has no empty value: what it inserts may well be nothing.
    return field.kind != "check" and not value.strip()


def _day(value: str) -> date | None:
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None
