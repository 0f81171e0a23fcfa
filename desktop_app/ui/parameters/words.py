"""What the sampling parameters are called, what they are for, and what is said of their values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QLocale, QObject

from desktop_app.services.answer_form import FormMistake
from desktop_app.services.sampling_levels import Level, LevelValue

GROUPS = {
    "randomness": ("temperature", "dynatemp_range", "dynatemp_exponent", "seed"),
    "choice": (
        "top_k", "top_p", "min_p", "typical_p", "top_n_sigma", "xtc_probability", "xtc_threshold", "min_keep",
    ),
    "repetition": (
        "repeat_penalty", "presence_penalty", "frequency_penalty", "repeat_last_n",
        "dry_multiplier", "dry_base", "dry_allowed_length", "dry_penalty_last_n", "dry_sequence_breakers",
    ),
    "steering": ("mirostat", "mirostat_tau", "mirostat_eta", "adaptive_target", "adaptive_decay"),
    "end": ("n_predict", "stop"),
    "form": ("json_schema", "grammar"),
    "order": ("samplers", "logit_bias"),
}  # fmt: skip
"""Every sampling parameter, in the order in which it matters."""
LINES = ("stop", "dry_sequence_breakers", "samplers", "logit_bias")
"""Those with several values, one in a line."""
FORMS = ("json_schema", "grammar")


class ParameterWords(QObject):
    """Finds words in the language on screen. Names that everybody in the field uses stay as they are."""

    def group(self, name: str) -> str:
        """Give the heading of a group."""
        headings = {
            "randomness": self.tr("Randomness"),
            "choice": self.tr("Choice of tokens"),
            "repetition": self.tr("Repetition"),
            "steering": self.tr("Steered surprise"),
            "end": self.tr("Length and end"),
            "form": self.tr("Form of the answer"),
            "order": self.tr("Samplers and tokens"),
        }
        return headings[name]

    def label(self, name: str) -> str:
        """Give what a parameter is called."""
        labels = {
            "temperature": self.tr("Temperature"), "seed": self.tr("Seed"), "n_predict": self.tr("Longest answer"),
            "stop": self.tr("Stop at"), "json_schema": self.tr("JSON schema"), "grammar": self.tr("Grammar (GBNF)"),
            "samplers": self.tr("Samplers in order"), "logit_bias": self.tr("Token biases"),
            "unfinished": self.tr("Not right yet:"),
        }  # fmt: skip
        return labels.get(name, name)

    def help(self, name: str) -> str:
        """Give the sentence that says what a parameter does."""
        return {**self._drawing(), **self._holding_back(), **self._answer()}[name]

    def _drawing(self) -> dict[str, str]:
        return {
            "temperature": self.tr("Higher is more surprising; 0 takes the likeliest token."),
            "dynatemp_range": self.tr("How far the temperature moves, down where the model is sure and up where not; 0: off."),
            "dynatemp_exponent": self.tr("How strongly being unsure raises it."),
            "seed": self.tr("The same number gives the same answer; -1: another each time."),
            "top_k": self.tr("Only so many of the likeliest tokens are drawn from; 0: all."),
            "top_p": self.tr("Only the likeliest tokens that make up this share together; 1: all."),
            "min_p": self.tr("Only tokens at least this likely, compared with the likeliest; 0: all."),
            "typical_p": self.tr("Tokens about as surprising as is usual here; 1: off."),
            "top_n_sigma": self.tr("Tokens at most so many deviations below the likeliest; -1: off."),
            "xtc_probability": self.tr("How often the likeliest tokens are left out; 0: off."),
            "xtc_threshold": self.tr("What counts as likely for that; above 0.5: off."),
            "min_keep": self.tr("At least so many tokens are left to draw from."),
            "mirostat": self.tr("Keeps the surprise even by itself, in place of the other samplers."),
            "mirostat_tau": self.tr("How much surprise it aims at."),
            "mirostat_eta": self.tr("How fast it learns."),
            "adaptive_target": self.tr("How likely the tokens are that adaptive_p prefers; -1: any."),
            "adaptive_decay": self.tr("How long it remembers what it drew."),
        }

    def _holding_back(self) -> dict[str, str]:
        return {
            "repeat_penalty": self.tr("Holds back what came lately; 1: off."),
            "presence_penalty": self.tr("Holds back what came at all; 0: off."),
            "frequency_penalty": self.tr("Holds back what came often; 0: off."),
            "repeat_last_n": self.tr("How many tokens back these three look; -1: all."),
            "dry_multiplier": self.tr("Holds back whole repetitions; 0: off."),
            "dry_base": self.tr("How much more with each token that a repetition is longer."),
            "dry_allowed_length": self.tr("Repetitions of up to so many tokens are free."),
            "dry_penalty_last_n": self.tr("How many tokens back it looks; -1: all, 0: off."),
            "dry_sequence_breakers": self.tr("No repetition reaches across one of these; one in a line."),
        }

    def _answer(self) -> dict[str, str]:
        return {
            "n_predict": self.tr("In tokens; -1: until the model ends."),
            "stop": self.tr("Texts that end the answer and do not appear in it; one in a line, \\n for a line break."),
            "json_schema": self.tr("The answer is JSON that fits this schema; {} for any JSON."),
            "grammar": self.tr("The answer is a text of this grammar, in llama.cpp’s notation, with a rule named root."),
            "samplers": self.tr("Those in use, one in a line, from first to last; what is missing is off."),
            "logit_bias": self.tr("One in a line: the number of a token and what is added, for instance 15: -5 or 15: -inf."),
        }

    # Values

    def value(self, name: str, value: Any) -> str:
        """Give a value in a few words, for a sentence or a short list."""
        if name == "mirostat":
            return self.tr("off") if not value else self.number(value)
        if name == "unfinished":
            return self.tr(", ").join(self.label(one) for one, _ in value)
        if name in FORMS:
            return self.tr("a text of %n character(s)", "", len(value)) if value else self.tr("none")
        if name in LINES:
            return self.tr(", ").join(line_of(one) for one in value) if value else self.tr("none")
        return self.number(value)

    def summary(self, chosen: Mapping[str, Any]) -> str:
        """Give names with their values in one line."""
        # Neither is ever alone at the end of a line.
        return self.tr("; ").join(f"{self.label(name)}\u00a0{self.value(name, value)}" for name, value in chosen.items())

    def number(self, value: float) -> str:
        """Give a number as the person's language writes it, with no separators between the thousands."""
        locale = QLocale()
        locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
        return locale.toString(value) if isinstance(value, int) else locale.toString(value, "g", 7)

    def source(self, level: Level) -> str:
        """Say where a value comes from, as a sentence."""
        sentences = {
            Level.ENGINE: self.tr("As llama.cpp has it."),
            Level.APPLICATION: self.tr("Your choice for all chats."),
            Level.MODEL: self.tr("The model’s author recommends it."),
            Level.PERSONA: self.tr("The persona’s choice."),
            Level.CONVERSATION: self.tr("Chosen in this conversation."),
        }
        return sentences[level]

    def without(self, value: LevelValue) -> str:
        """Say what a parameter would be if it were not chosen where it is."""
        sentences = {
            Level.ENGINE: self.tr("Without this: {value}, as llama.cpp has it."),
            Level.APPLICATION: self.tr("Without this: {value}, your choice for all chats."),
            Level.MODEL: self.tr("Without this: {value}, as the model’s author recommends."),
            Level.PERSONA: self.tr("Without this: {value}, the persona’s choice."),
            Level.CONVERSATION: self.tr("Without this: {value}."),
        }
        return sentences[value.below_level].format(value=self.value(value.name, value.below))

    def back(self, name: str, below: Any) -> str:
        """Give the words of the button that leads back to the level below."""
        return self.tr("Back to {value}").format(value=self.value(name, below))

    def until_right(self, value: LevelValue) -> str:
        """Say what holds while what is written makes no sense."""
        return self.tr("It is kept, but not used until it is right; until then: {value}.").format(
            value=self.value(value.name, value.value)
        )

    def because(self, value: LevelValue) -> str:
        """Say why a parameter has no effect; "" when it has one."""
        match value.because:
            case "":
                return ""
            case "temperature":
                return self.tr("Without effect at temperature 0.")
            case "mirostat":
                is_part = value.name in ("mirostat_tau", "mirostat_eta")
                return self.tr("Without effect while mirostat is off.") if is_part else self.tr("Without effect beside mirostat.")
            case "samplers":
                return self.tr("Without effect: its sampler is not in use.")
            case "json_schema":
                return self.tr("Without effect: the JSON schema comes first.")
        return self.tr("Without effect while {parameter} is off.").format(parameter=self.label(value.because))

    def mistake(self, mistake: FormMistake, text: str) -> str:
        """Say what is wrong in a grammar or a schema, and where."""
        before = text[: mistake.start]
        line, column = before.count("\n") + 1, mistake.start - (before.rfind("\n") + 1) + 1
        where = self.tr("Line {line}, column {column}: {reason}")
        reason = self._reason(mistake)
        return where.format(line=QLocale().toString(line), column=QLocale().toString(column), reason=reason)

    def _reason(self, mistake: FormMistake) -> str:
        reasons = {
            "json": self.tr("this is not JSON."),
            "schema": self.tr("answers cannot be held to this part of the schema."),
            "character": self.tr("this does not belong here."),
            "end": self.tr("what begins here has no end."),
            "escape": self.tr("there is no such escape."),
            "name": self.tr("a rule begins with its name, of letters, digits and hyphens."),
            "definition": self.tr("::= belongs between the name of a rule and what it is."),
            "bracket": self.tr("this bracket is not closed."),
            "repeat": self.tr("there is nothing before it that could be repeated."),
            "number": self.tr("this is not a number of times."),
            "many": self.tr("this is repeated too often."),
            "deep": self.tr("too many brackets inside one another."),
            "long": self.tr("this is too long."),
            "undefined": self.tr("there is no rule named {name}."),
            "circle": self.tr("a rule cannot begin with itself."),
            "root": self.tr("a rule named root is missing; it is the whole answer."),
        }
        return reasons[mistake.kind].format(name=mistake.name)


def line_of(value: Any) -> str:
    """Give one of several values as it stands in its line."""
    if isinstance(value, tuple):
        token, bias = value
        return f"{token}: {bias:g}"
    return str(value).replace("\\", "\\\\").replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r")
