"""Formulas drawn when the test says so: boxes as long as their TeX, with a line on the baseline."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_app.formulas.protocol import Drawing

EM = 100


class FakeFormulas(QObject):
    """In the place of `services.Formulas`. TeX with "bad" in it is never drawn; "deep" and "high" say how it lies."""

    drawn = Signal(str, bool)

    def __init__(self, *, is_instant: bool = False) -> None:
        super().__init__()
        self.is_instant = is_instant
        self.asked: list[tuple[str, bool]] = []
        self.known: dict[tuple[str, bool], Drawing] = {}

    def drawing(self, tex: str, is_display: bool) -> Drawing | None:
        """Give one, or write down that it was asked for."""
        formula = (tex, is_display)
        if formula not in self.known and formula not in self.asked:
            self.asked.append(formula)
            if self.is_instant and "bad" not in tex:
                self.known[formula] = box(tex, is_display)
        return self.known.get(formula)

    def is_awaited(self, tex: str, is_display: bool) -> bool:
        """Say whether it was asked for and may come."""
        return (tex, is_display) in self.asked and (tex, is_display) not in self.known and "bad" not in tex

    def deliver(self, *which: str) -> None:
        """Draw what was asked for; only `which`, if there are any."""
        for tex, is_display in self.asked:
            if (tex, is_display) not in self.known and "bad" not in tex and (not which or tex in which):
                self.known[tex, is_display] = box(tex, is_display)
                self.drawn.emit(tex, is_display)


def box(tex: str, is_display: bool) -> Drawing:
    """Give a box with a line on its baseline."""
    width = 0.5 * max(1, len(tex))
    ascent, depth = (3.0 if "high" in tex else 2.0 if is_display else 0.8), (1.3 if "deep" in tex else 0.25)
    return Drawing(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 {-ascent * EM:g} {width * EM:g} {(ascent + depth) * EM:g}">'
        f'<rect x="0" y="{-ascent * EM:g}" width="{width * EM:g}" height="{(ascent + depth) * EM:g}" fill="none"/>'
        f'<rect x="0" y="-10" width="{width * EM:g}" height="10" fill="currentColor"/></svg>',
        width, ascent, depth,
    )  # fmt: skip
