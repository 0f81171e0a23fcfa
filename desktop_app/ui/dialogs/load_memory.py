"""What a load would take of each device, beside what is free there: a line for main memory and for each graphics card."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.library.fit import LoadNeed, MachineMemory, Share
from desktop_app.ui.sizes import size_text
from desktop_app.ui.widgets.labels import PlainLabel


class LoadMemory(QWidget):
    """The lines. One that is too much for its device warns, and says what would take less."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.lines: list[PlainLabel] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)

    def show_need(self, need: LoadNeed) -> None:
        """Show what a load takes."""
        self._show([(self._needed(share), not share.has_room) for share in (need.main, *need.cards)])

    def show_free(self, memory: MachineMemory) -> None:
        """Show what is free, while nobody knows what a load takes."""
        names = [(self.tr("Main memory"), memory.free_bytes, memory.total_bytes)]
        names += [(card.name, card.free_bytes, card.total_bytes) for card in memory.cards]
        self._show([(self._free(*one), False) for one in names])

    def _show(self, sentences: list[tuple[str, bool]]) -> None:
        while len(self.lines) < len(sentences):
            self.lines.append(PlainLabel("", "secondary"))
            self.lines[-1].setWordWrap(True)
            self._column.addWidget(self.lines[-1])
        for line, (sentence, is_warning) in zip(self.lines, sentences, strict=False):
            if line.property("kind") != (kind := "warning" if is_warning else "secondary"):
                line.set_kind(kind)
            line.setText(sentence)
        for number, line in enumerate(self.lines):
            line.setVisible(number < len(sentences))

    def _needed(self, share: Share) -> str:
        where = share.name or self.tr("Main memory")
        if not share.needed_bytes:
            return self._free(where, share.free_bytes, share.total_bytes)
        text = self.tr("{where}: about {needed} needed, {free} of {total} free.")
        sizes = {"needed": share.needed_bytes, "free": share.free_bytes, "total": share.total_bytes}
        said = text.format(where=where, **{name: size_text(n_bytes) for name, n_bytes in sizes.items()})
        return said if share.has_room else self.tr("{facts} {advice}").format(facts=said, advice=self._too_much(share))

    def _free(self, where: str, free_bytes: int, total_bytes: int) -> str:
        text = self.tr("{where}: {free} of {total} free.")
        return text.format(where=where, free=size_text(free_bytes), total=size_text(total_bytes))

    def _too_much(self, share: Share) -> str:
        if share.name:
            text = self.tr("That is too much, as {kept} stays free for the screen. Fewer layers or a shorter context take less.")
        else:
            text = self.tr(
                "That is too much, as {kept} stays free for other programs. A shorter context or smaller model takes less."
            )
        return text.format(kept=size_text(share.kept_bytes))
