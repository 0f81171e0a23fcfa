"""A conversation, or a part of one, as a PDF file or on a printer. Called in a thread; loads nothing."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QPagedPaintDevice, QPainter, QPdfWriter

from desktop_app.chat.message import Message, Role
from desktop_app.errors import PrinterFailed
from desktop_app.exchange.exported import Exported, ExportWords, remark, speaker, title_of
from desktop_app.exchange.fences import fenced
from desktop_app.ui.transcript.paper.flow import Flow
from desktop_app.ui.transcript.paper.letters import findable
from desktop_app.ui.transcript.paper.look import PaperFormats, PaperTheme
from desktop_app.ui.transcript.paper.pictures import Fetch, PaperPictures
from desktop_app.ui.transcript.paper.sheets import Sheets, page_layout

_RESOLUTION = 1200
_METADATA = b"""<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></x:xmpmeta>
<?xpacket end="w"?>"""
_MESSAGE_GAP = 22
_PART_GAP = 10
_LEAST_START = 64
"""What must be free for a name to stand at the end of a page: itself and two lines."""

Step = Callable[[int, int], object]
"""Called with how many messages are done, and of how many, and within long ones; may raise, and ends the work by that."""


class Paper:
    """How things are put on paper: made on the window's thread, used in any.

    `fetch` gives the drawings of formulas; without it TeX stays TeX.
    """

    def __init__(self, theme: PaperTheme, fetch: Fetch | None = None) -> None:
        self._theme = theme
        self._fetch = fetch

    def pdf(self, exported: Exported, words: ExportWords, step: Step) -> bytes:
        """Give a PDF file."""
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        writer = QPdfWriter(buffer)
        writer.setCreator("Hearth")
        writer.setTitle(title_of(exported, words))
        # Instead of one that Qt makes of the title: nothing that anybody wrote stands in the file as it is.
        writer.setDocumentXmpMetadata(QByteArray(_METADATA))
        writer.setResolution(_RESOLUTION)
        writer.setPageLayout(page_layout())
        self.paint(writer, "", exported, words, step)
        return findable(bytes(buffer.data().data()))

    def paint(
        self,
        device: QPagedPaintDevice,
        name: str,
        exported: Exported,
        words: ExportWords,
        step: Step,
        *,
        is_brief: bool = False,
    ) -> None:
        """Paint on the pages of `device`, for instance a printer called `name`.

        `is_brief`: as on screen, without what a model thought and what is in attached files. Raises: PrinterFailed.
        """
        painter = QPainter()
        if not painter.begin(device):
            raise PrinterFailed(name)
        try:
            formats = PaperFormats(self._theme)
            sheets = Sheets(device, painter, title_of(exported, words), formats)
            _Writing(sheets, formats, self._fetch, words, step, is_brief).write(exported)
        finally:
            painter.end()


class _Writing:
    """One conversation on its way to paper."""

    def __init__(
        self, sheets: Sheets, formats: PaperFormats, fetch: Fetch | None, words: ExportWords, step: Step, is_brief: bool
    ) -> None:
        self._sheets = sheets
        self._words = words
        self._step = step
        self._is_brief = is_brief
        self._n_done = self._n_all = 0
        pictures = PaperPictures(fetch, self._check) if fetch is not None else None
        self._flow = Flow(sheets, formats, pictures, self._check)

    def _check(self) -> None:
        self._step(self._n_done, self._n_all)

    def write(self, exported: Exported) -> None:
        """Write the title, if it is a whole conversation, and the messages."""
        self._n_all = len(exported.messages)
        if exported.is_whole:
            self._head(exported)
        for number, message in enumerate(exported.messages):
            self._n_done = number
            self._check()
            self._message(message, has_name=exported.is_whole or self._n_all > 1)

    def _head(self, exported: Exported) -> None:
        self._sheets.text(title_of(exported, self._words), "title")
        if when := self._words.when(exported.conversation.created_ms):
            self._sheets.skip(4)
            self._sheets.text(when, "note")
        if exported.conversation.system_prompt and not self._is_brief:
            self._sheets.skip(_MESSAGE_GAP)
            self._sheets.text(self._words.system_prompt, "name")
            self._text(exported.conversation.system_prompt)

    def _text(self, text: str) -> None:
        """Write text as it was typed, on a ground of its own."""
        self._sheets.skip(2 * _PART_GAP)
        self._flow.put(self._flow.message(Message("", "", None, Role.USER, text, 0)))
        self._sheets.skip(_PART_GAP)

    def _message(self, message: Message, has_name: bool) -> None:
        words, sheets = self._words, self._sheets
        sheets.skip(_MESSAGE_GAP)
        if has_name:
            sheets.need(_LEAST_START)
            when = words.when(message.created_ms)
            sheets.name(speaker(message, words), when)
        for attachment in message.attachments:
            sheets.skip(_PART_GAP)
            sheets.need(_LEAST_START)
            sheets.text(f"{words.attachment}: {attachment.name}", "note")
            if not self._is_brief:
                sheets.skip(_PART_GAP)
                text = fenced(attachment.text)
                self._flow.put(self._flow.message(Message("", "", None, Role.ASSISTANT, text, 0)))
        if message.role is Role.USER:
            if message.text:
                self._text(message.text)
        else:
            self._answer(message)
        if said := remark(message, words):
            sheets.skip(_PART_GAP)
            sheets.text(said, "note")

    def _answer(self, message: Message) -> None:
        layout = self._flow.message(message)
        if layout.has_reasoning and not self._is_brief:
            layout.toggle_reasoning()
            self._sheets.skip(_PART_GAP)
            self._sheets.text(self._words.reasoning, "note")
            self._sheets.skip(_PART_GAP // 2)
            self._flow.put(layout, 0, layout.n_reasoning)
        self._sheets.skip(_PART_GAP)
        self._flow.put(layout, layout.n_reasoning)
