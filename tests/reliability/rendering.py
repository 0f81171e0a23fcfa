"""Renders documents made to break a renderer, in a process of its own: `python tests/reliability/rendering.py N`.

Every document is opened, painted, streamed and copied. Ends with one JSON line; a crash ends without one.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
os.environ["QT_QPA_PLATFORM"] = "offscreen"

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from desktop_app.chat.message import Message, MessageState, Role
from desktop_app.ui.theme import load_theme
from desktop_app.ui.transcript.transcript_view import TranscriptView
from tests.bench import corpus
from tests.fakes.formulas import FakeFormulas
from tests.markdown.samples import PIECES

MEMORY_BYTES = 1 << 30
ODD = "a b\n\t\r\0|$\\`*_~#>-[](){}<>&^:!.1\u0301\u0338\u200b\u200d\u200f\u202e\u2067\ufeff\ufffc\ufffd\ud800é中。ا😀👩\u200d👩\u200d👧"
TEX = (
    "$", "$$", "\\(", "\\)", "\n$$\n", "\n\\[\n", "\n\\]\n", "\\frac{", "}", "{", "x", "^", "_", "&", "\\\\", "\\begin{pmatrix}",
    "\\end{pmatrix}", "\\left(", "\\right)", "\\sqrt", "\\text{", "\\tag{1}", " ", "\n", "中", "\\color{red}", "\\href{file:///x}{y}",
)  # fmt: skip

odd = st.text(alphabet=ODD, max_size=400)
tex = st.lists(st.sampled_from(TEX), max_size=80).map("".join)
blocks = st.lists(
    st.tuples(st.sampled_from(("", "", "  ", "    ", "> ", "- ", "1. ", "\t", "[^1]: ")), st.sampled_from(PIECES) | odd),
    max_size=25,
).map(lambda parts: "\n".join(prefix + piece for prefix, piece in parts))
thoughts = st.tuples(st.sampled_from(("<think>", "<thinking>", "<think")), blocks, blocks).map("</think>".join)
repeated = st.tuples(st.text(alphabet=ODD, min_size=1, max_size=12), st.integers(1, 600)).map(lambda pair: pair[0] * pair[1])
documents = blocks | odd | tex | thoughts | repeated


class Renderer:
    """One view that shows one document after the other."""

    def __init__(self) -> None:
        self.formulas = FakeFormulas()
        self.view = TranscriptView(load_theme("light", 1.0), formulas=self.formulas)
        self.view.resize(900, 700)
        self.view.show()
        self.worst_ms = 0.0
        self.n_documents = 0
        self._start, self._share = 0.0, 1.0
        for text in (corpus.unit(), "".join(PIECES), ODD):
            self.show(text)
        self.worst_ms = 0.0

    def show(self, text: str) -> None:
        """Open it, look at all of it, stream it, copy it."""
        self._share = max(1.0, len(text.encode("utf-8", "replace")) / 10_000)
        self._start = time.process_time()
        self._open(text)
        self._stream(text)
        self.n_documents += 1

    def _turn(self) -> None:
        """Let everything happen that was asked for, and note how long the window stood still."""
        QCoreApplication.processEvents()
        now = time.process_time()
        self.worst_ms = max(self.worst_ms, (now - self._start) * 1000 / self._share)
        self._start = now

    def _open(self, text: str) -> None:
        view = self.view
        view.set_messages([Message("m", "c", None, Role.ASSISTANT, text, 0, model="M")])
        if view.conversation.messages[0].has_reasoning:
            view.unfolding.toggle(0)
        self._turn()
        self.formulas.deliver()
        bar = view.verticalScrollBar()
        for share in (0.0,):
            bar.setValue(int(bar.maximum() * share))
            self._turn()
        view.select_all()
        view.copy()
        QGuiApplication.clipboard().text()
        self._turn()
        assert view.conversation.messages[0].source == text, "the text is not what it was"

    def _stream(self, text: str) -> None:
        view = self.view
        view.set_messages([Message("m", "c", None, Role.ASSISTANT, "", 0, state=MessageState.GENERATING)])
        step = max(7, len(text) // 5)
        for at in range(0, len(text), step):
            view.append_text("m", text[at : at + step])
            self._turn()
        view.update_message(Message("m", "c", None, Role.ASSISTANT, text, 0))
        self._turn()


def main() -> int:
    """Render as many documents as the command line says."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    application = QApplication([])
    renderer = Renderer()

    @settings(
        max_examples=int(sys.argv[1]), deadline=None, database=None, derandomize=True, suppress_health_check=list(HealthCheck)
    )
    @given(documents)
    def render(text: str) -> None:
        renderer.show(text)

    render()
    print(json.dumps({"documents": renderer.n_documents, "worst_ms": renderer.worst_ms}), flush=True)
    renderer.view.close()
    del application
    return 0


if __name__ == "__main__":
    sys.exit(main())
