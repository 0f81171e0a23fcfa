"""What models are called and said to be: Small, Balanced, Large; whether one runs here; sizes, counts and times."""

from __future__ import annotations

from PySide6.QtCore import QLocale, QObject

from desktop_app.library.fit import Fit
from desktop_app.ui.sizes import size_text

_LICENSES = {
    "apache-2.0": "Apache-2.0", "mit": "MIT", "bsd-3-clause": "BSD-3-Clause", "gpl-3.0": "GPL-3.0", "agpl-3.0": "AGPL-3.0",
    "cc-by-4.0": "CC BY 4.0", "cc-by-sa-4.0": "CC BY-SA 4.0", "cc-by-nc-4.0": "CC BY-NC 4.0", "cc0-1.0": "CC0",
    "openrail": "OpenRAIL", "bigscience-openrail-m": "OpenRAIL-M", "creativeml-openrail-m": "OpenRAIL-M",
    "llama2": "Llama 2", "llama3": "Llama 3", "llama3.1": "Llama 3.1", "llama3.2": "Llama 3.2", "llama3.3": "Llama 3.3",
    "llama4": "Llama 4", "gemma": "Gemma", "qwen": "Qwen", "deepseek": "DeepSeek",
}  # fmt: skip
"""As licences write their own names; the hub has them in small letters."""

_UNITS = ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "K"))
_CHINESE_UNITS = ((100_000_000, " 亿"), (10_000, " 万"))


class LevelWords(QObject):
    """Finds the words in the language on screen."""

    def level(self, level: str) -> str:
        """Give the name of an `Offer.level`; "" for none."""
        names = {"small": self.tr("Small"), "balanced": self.tr("Balanced"), "large": self.tr("Large")}
        return names.get(level, "")

    def level_meaning(self, level: str) -> str:
        """Give in a sentence what a level is for; "" for none."""
        meanings = {
            "small": self.tr("Takes the least memory and is the fastest; answers are a little less exact."),
            "balanced": self.tr("Nearly as exact as the original at a fraction of its size."),
            "large": self.tr("As exact as it gets; needs the most memory and is slower."),
        }
        return meanings.get(level, "")

    def vision_meaning(self) -> str:
        """Say what a model that can see is good for here: wherever it is called one."""
        return self.tr("It was made to look at pictures, too; Hearth talks to it in words only.")

    def verdict(self, fit: Fit) -> str:
        """Say whether a model runs here and where, as a line of its own."""
        speed = self._speed(fit)
        if fit.grade == "too_big" or fit.place == "nowhere":
            text = self.tr("Too large: needs {needed}, and {free} is free")
            return text.format(needed=size_text(fit.needed_bytes), free=size_text(fit.free_bytes))
        if fit.place == "card":
            with_speed = self.tr("Runs fully on your graphics card, about {n} tokens/s")
            return with_speed.format(n=speed) if speed else self.tr("Runs fully on your graphics card")
        if fit.place == "partly" and fit.n_layers_on_card >= fit.n_layers:
            # Of a mixture of experts, which are too many for the card.
            with_speed = self.tr("Partly on your graphics card, the rest in main memory; about {n} tokens/s")
            return with_speed.format(n=speed) if speed else self.tr("Partly on your graphics card, the rest in main memory")
        if fit.place == "partly":
            with_speed = self.tr("Partly on your graphics card: {some} of {all} layers, about {n} tokens/s")
            text = with_speed if speed else self.tr("Partly on your graphics card: {some} of {all} layers")
            return text.format(some=self.number(fit.n_layers_on_card), all=self.number(fit.n_layers), n=speed)
        if fit.grade == "slow":
            with_speed = self.tr("Runs on the processor, slowly: about {n} tokens/s")
            return with_speed.format(n=speed) if speed else self.tr("Runs on the processor, slowly")
        with_speed = self.tr("Runs on the processor, about {n} tokens/s")
        return with_speed.format(n=speed) if speed else self.tr("Runs on the processor")

    def verdict_kind(self, fit: Fit) -> str:
        """Give the colour of a verdict, as `Card.set_verdict` takes it."""
        if fit.grade == "too_big" or fit.place == "nowhere":
            return "warning"
        return "good" if fit.place == "card" else ""

    def verdict_reason(self, fit: Fit) -> str:
        """Say what the verdict was counted from: for a tooltip."""
        text = self.tr("Needs about {needed} of memory with a context of {n} tokens; {free} is free now.")
        return text.format(needed=size_text(fit.needed_bytes), n=self.number(fit.n_ctx), free=size_text(fit.free_bytes))

    def short_verdict(self, fit: Fit) -> str:
        """Say it as one of several facts in a line."""
        if fit.grade == "too_big" or fit.place == "nowhere":
            return self.tr("too large for this computer")
        names = {
            "card": self.tr("runs fully on your graphics card"),
            "partly": self.tr("runs partly on your graphics card"),
            "processor": self.tr("runs on the processor"),
        }
        return self.tr("runs on the processor, slowly") if (fit.place, fit.grade) == ("processor", "slow") else names[fit.place]

    def size(self, n_bytes: int, *, is_exact: bool = True) -> str:
        """Give a size on disk."""
        return size_text(n_bytes) if is_exact else self.tr("about {size}").format(size=size_text(n_bytes))

    def number(self, n: int) -> str:
        """Give a whole number as the person's language writes it."""
        return QLocale().toString(n)

    def count(self, n: int) -> str:
        """Give a count that may be large in two or three digits, as the person's language does: 950, 12K, 1.3M."""
        return _rounded(n, _CHINESE_UNITS if QLocale().name().startswith("zh") else _UNITS)

    def parameter_count(self, n: int) -> str:
        """Give how many parameters a model has, as models are called in every language: 135M, 4.0B."""
        return _rounded(n, _UNITS)

    def parameters(self, n: int) -> str:
        """Give how large a model is by its parameters: "4.0B parameters"; "" for 0."""
        return self.tr("{n} parameters").format(n=self.parameter_count(n)) if n > 0 else ""

    def context(self, n_ctx: int) -> str:
        """Give the context that a model was trained for; "" for 0."""
        return self.tr("context {n}").format(n=self.number(n_ctx)) if n_ctx > 0 else ""

    def license(self, name: str) -> str:
        """Give a licence by the name it has itself; "" when it is not said."""
        if name in ("", "other", "unknown"):
            return self.tr("Licence of its own") if name == "other" else ""
        return _LICENSES.get(name.lower(), name)

    def duration(self, seconds: int) -> str:
        """Give about how long something takes."""
        if seconds < 90:
            return self.tr("about %n second(s)", "", max(1, seconds))
        minutes = round(seconds / 60)
        if minutes < 90:
            return self.tr("about %n minute(s)", "", minutes)
        return self.tr("about %n hour(s)", "", round(minutes / 60))

    def _speed(self, fit: Fit) -> str:
        """Give tokens a second, "" when this machine was not measured yet."""
        if fit.tokens_per_s is None:
            return ""
        return QLocale().toString(float(fit.tokens_per_s), "f", 1 if fit.tokens_per_s < 10 else 0)


def _rounded(n: int, units: tuple[tuple[int, str], ...]) -> str:
    for value, unit in units:
        if n >= value:
            return QLocale().toString(n / value, "f", 1 if n < 10 * value else 0) + unit
    return QLocale().toString(n)
