"""The page *User guide* in the window: made when it is first asked for."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtWidgets import QWidget

from desktop_app.ui.actions import Actions
from desktop_app.ui.appearance import Appearance
from desktop_app.ui.centre import Centre
from desktop_app.ui.guide.guide_page import GuidePage
from desktop_app.ui.theme import Theme


class GuidePlace(QObject):
    """Shows the page in place of the conversation."""

    def __init__(self, actions: Actions, centre: Centre, appearance: Appearance, window: QWidget) -> None:
        super().__init__(window)
        self._actions, self._centre = actions, centre
        self._appearance, self._window = appearance, window
        self._page: GuidePage | None = None
        actions.show_guide.triggered.connect(self.toggle)
        appearance.theme_changed.connect(self._on_theme_changed)

    @property
    def page(self) -> GuidePage:
        """The page, made now if need be: 8 ms, and then a turn of at most 8 ms for each chapter (it was 130 ms at once)."""
        if self._page is None:
            self._page = GuidePage(self._actions, self._appearance, self._window)
            self._page.closed.connect(self._on_closed)
        return self._page

    @Slot()
    def toggle(self) -> None:
        """Show the page, with the keys that are set now, or the conversation again."""
        if self._page is not None and self._centre.page is self._page:
            self._on_closed()
            return
        self.page.refresh()
        self._centre.show_page(self.page)
        self.page.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_closed(self) -> None:
        self._centre.show_page(None)
        self._actions.focus_composer.trigger()

    @Slot(object)
    def _on_theme_changed(self, theme: Theme) -> None:
        if self._page is not None:
            self._page.set_theme(theme)
