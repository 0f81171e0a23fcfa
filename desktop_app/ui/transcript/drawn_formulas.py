"""Formulas in one view: what was TeX becomes a picture when it is there, and nothing else moves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from desktop_app.ui.transcript.formula_pictures import FormulaPictures
from desktop_app.ui.transcript.leaf_document import LeafDocument
from desktop_app.ui.transcript.pictures_in_text import from_source, to_source
from desktop_app.ui.transcript.selection import END, Position

if TYPE_CHECKING:
    from desktop_app.services.formulas import Formulas
    from desktop_app.ui.transcript.transcript_view import TranscriptView

_AHEAD_MS = 60


class DrawnFormulas(QObject):
    """Between the pictures and the layout."""

    def __init__(self, view: TranscriptView, service: Formulas | None) -> None:
        super().__init__(view)
        self._view = view
        self.pictures = FormulaPictures(service, self)
        self.pictures.ready.connect(self._on_ready)
        self._ahead_timer = QTimer(self, singleShot=True, interval=_AHEAD_MS)
        self._ahead_timer.timeout.connect(self._on_ahead)

    def before_settling(self) -> None:
        """See that pictures fit the screen that the view is on."""
        if self.pictures.set_dpr(self._view.devicePixelRatioF()):
            self._view.conversation.forget_pictures()

    def after_settling(self) -> None:
        """Ask, a moment later, for the formulas of one screen above and below."""
        if self.pictures.is_there and not self._ahead_timer.isActive():
            self._ahead_timer.start()

    @Slot()
    def _on_ahead(self) -> None:
        height, value = self._view.viewport().height(), self._view.places.value
        self._view.conversation.look_ahead(value - height, value + 2 * height)

    @Slot(object)
    def _on_ready(self, formulas: set[tuple[str, bool]]) -> None:
        view = self._view
        selection = view.selection
        # One character takes the place of many: what is selected is found again by the text that it stands for.
        places = [self._source_place(one) for one in (selection.anchor, selection.cursor)]
        view.conversation.formulas_are_ready(formulas)
        view.settle()
        if places[0] is not None and places[1] is not None:
            selection.set(self._document_place(places[0]), self._document_place(places[1]))
        view.viewport().update()

    def _source_place(self, place: Position | None) -> Position | None:
        doc = self._document(place) if place is not None else None
        if place is None or doc is None or place[2] >= END:
            return place
        return (place[0], place[1], to_source(doc, place[2]))

    def _document_place(self, place: Position) -> Position:
        doc = self._document(place)
        if doc is None or place[2] >= END:
            return place
        layout = self._view.conversation.messages[place[0]]
        self._view.conversation.show(layout, place[1])
        doc = self._document(place)
        return (place[0], place[1], from_source(doc, place[2])) if doc is not None else place

    def _document(self, place: Position) -> LeafDocument | None:
        """Give the document of a place that may hold formulas."""
        messages = self._view.conversation.messages
        if place[0] >= len(messages) or place[1] >= len(messages[place[0]].boxes):
            return None
        box = messages[place[0]].boxes[place[1]]
        return box.doc if box.doc is not None and not box.leaf.alignments else None
