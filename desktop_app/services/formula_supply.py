"""Drawings of formulas for work in another thread: asked for there, drawn by the service on its own, waited for."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Slot

from desktop_app.formulas.protocol import Drawing
from desktop_app.services.background import post

if TYPE_CHECKING:
    from desktop_app.services.formulas import Formula, Formulas

LOOK_INTERVAL_MS = 20
N_AT_ONCE = 64
"""Asked for together: the service forgets the oldest of those that wait when there are more than it can keep."""
PATIENCE_S = 20.0
"""Without a new drawing for so long, the others stay TeX: the process that draws may have been given up."""
_WAIT_S = 0.05


class FormulaSupply(QObject):
    """Between the service and one other thread; belongs to the thread of the service."""

    def __init__(self, service: Formulas, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._service = service
        self._orders: list[_Order] = []
        self._timer = QTimer(self, interval=LOOK_INTERVAL_MS)
        self._timer.timeout.connect(self._on_time_out)
        self._post = post()

    def fetch(self, formulas: Collection[Formula], check: Callable[[], object]) -> Mapping[Formula, Drawing]:
        """Give the drawings of `formulas` as far as there are any; waits. To be called in the other thread.

        `check` is called meanwhile, and may raise when nobody wants them any more.
        """
        order = _Order(formulas)
        self._post.tell(self, partial(self._on_wanted, order))
        n_left, waited_s = len(formulas), 0.0
        try:
            while not order.is_done.wait(_WAIT_S) and waited_s < PATIENCE_S:
                check()
                waited_s = waited_s + _WAIT_S if len(order.left) == n_left else 0.0
                n_left = len(order.left)
        finally:
            order.is_done.set()
        return dict(order.found)

    def _on_wanted(self, order: _Order) -> None:
        self._orders.append(order)
        self._timer.start()
        self._on_time_out()

    @Slot()
    def _on_time_out(self) -> None:
        for order in self._orders:
            order.take(self._service)
        self._orders = [order for order in self._orders if not order.is_done.is_set()]
        if not self._orders:
            self._timer.stop()


class _Order:
    """Formulas that are wanted together."""

    def __init__(self, formulas: Collection[Formula]) -> None:
        self.left = list(formulas)
        self.found: dict[Formula, Drawing] = {}
        self.is_done = threading.Event()

    def take(self, service: Formulas) -> None:
        """Take what is there, ask for the next, and let go of what will never be there."""
        if self.is_done.is_set():
            return
        still = []
        for formula in self.left[:N_AT_ONCE]:
            drawing = service.drawing(*formula)
            if drawing is not None:
                self.found[formula] = drawing
            elif service.is_awaited(*formula):
                still.append(formula)
        self.left = still + self.left[N_AT_ONCE:]
        if not self.left:
            self.is_done.set()
