"""What happens to an exception that nobody has caught: everything is stored, then it is said."""

from __future__ import annotations

import logging
import traceback as traceback_module
from typing import TYPE_CHECKING

from desktop_app.errors import AppError, DatabaseUnreadable
from desktop_app.logs import without_words

if TYPE_CHECKING:
    from desktop_app.services import Services
    from desktop_app.services.starts import Starts
    from desktop_app.ui.main_window import MainWindow


class ErrorHook:
    """The last net under our own mistakes: store first, then say so. The window lives on."""

    def __init__(self, services: Services, window: MainWindow, starts: Starts) -> None:
        self._services, self._window, self._starts = services, window, starts

    def handle(self, kind: type[BaseException], error: BaseException, traceback: object) -> None:
        """Take the place of `sys.excepthook`."""
        if issubclass(kind, KeyboardInterrupt):
            self._window.close()
            return
        if isinstance(error, AppError):
            # Reading is no service's own work: what the disk does to it arrives here.
            logging.getLogger("desktop_app").warning("met while reading: %s", kind.__name__)
            if isinstance(error, DatabaseUnreadable):
                self._starts.set_damaged(True)
            self._window.show_error(error)
            return
        if kind is LookupError:
            # A row that the list shows and nobody finds: the next start looks whether the tree of ids is damaged.
            self._starts.set_damaged(True)
        # What it says goes to the screen, not into the log.
        logging.getLogger("desktop_app").error("%s", without_words(error))
        frames = "".join(traceback_module.format_tb(error.__traceback__))
        is_saved = self._services.conversations.flush()
        self._window.show_bug(f"{frames}{kind.__name__}: {error}", is_saved=is_saved)
