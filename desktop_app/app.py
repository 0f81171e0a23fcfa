"""The command line, the role of this process, and the start of the window: everything is built here, once.

One executable plays two parts. With `--role engine` it is the engine process and never loads Qt; otherwise it is
the window. The order of a window's start, and why:

1. The command line is read with almost nothing imported: a wrong argument is answered at once.
2. Folders and log; `--offline` closes the network before anything could use it.
3. The lock of the data folder. A second start hands over to the first and leaves, without touching the database.
4. Settings, theme and language, then the database: answers that were cut off become *interrupted*.
5. Services, from those that know nothing of others (library, engine) to those that do (generation).
6. The window, painted as soon as possible; only then the engine starts, later starts are listened for, and
   what is slow to import is imported.

Late imports are allowed in this module alone: the engine must stay free of Qt, and the window must be quick.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app import APP_ID, APP_NAME, __version__
from desktop_app.record import Record

if TYPE_CHECKING:
    from PySide6.QtCore import QLockFile
    from PySide6.QtWidgets import QApplication

    from desktop_app.paths import Paths
    from desktop_app.services import Services
    from desktop_app.ui.main_window import MainWindow


WARM_DELAY_MS = 400
"""After the first paint, so that the engine process gets the second core first."""


class Options(Record):
    """What the command line asks for."""

    file: Path | None = None
    """Ask whether to use this file as a model."""
    data_dir: Path | None = None
    """Keep everything in this folder; None: where this system keeps such things."""
    model: Path | None = None
    """Load this model at the start; None: the one of last time, else the starter model."""
    offline: bool = False
    self_check: bool = False


def main(argv: Sequence[str] | None = None) -> int:
    """Run in the role that the command line names. Gives the exit code: 0, 1 after a failure, 2 for wrong usage."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:2] == ["--role", "engine"]:
        if "--offline" in arguments:
            _forbid_network()
        from desktop_app.engine import worker

        return worker.main()
    options = Options()
    if arguments:  # a double-click passes none, and the parser is one of the slower imports
        from desktop_app.command_line import parse

        options = Options(**parse(arguments))
    if options.offline:
        _forbid_network()
    if options.self_check:
        return _self_check(options.model)
    return _run_window(options)


def _forbid_network() -> None:
    from desktop_app.offline import forbid_network

    forbid_network()


def _self_check(model: Path | None) -> int:
    import apsw
    from PySide6.QtCore import qVersion

    from desktop_app.engine import self_check
    from desktop_app.resources import starter_model

    versions = {"hearth": __version__, "qt": qVersion(), "sqlite": apsw.sqlite_lib_version()}
    return self_check.run(model or starter_model(), versions)


def _run_window(options: Options) -> int:
    # What a start makes is there to stay: looking through it for garbage, again and again, takes a twentieth of the time.
    gc.disable()
    from desktop_app.logs import start_logging
    from desktop_app.paths import Paths
    from desktop_app.services.single_instance import take_lock_or_hand_over

    paths = Paths.under(options.data_dir) if options.data_dir else Paths.standard()
    try:
        paths.create()
    except OSError as error:
        print(f"{APP_NAME} cannot use its folder: {error}. Choose another with --data-dir.", file=sys.stderr)
        return 1
    try:
        lock = take_lock_or_hand_over(paths.data, lambda: _hand_over(paths, options.file))
    except TimeoutError:
        print(f"{APP_NAME} is already open with the folder {paths.data} and does not answer.", file=sys.stderr)
        return 1
    if lock is None:
        return 0
    start_logging(paths.logs, "window")
    try:
        return _run_application(options, paths)
    finally:
        _unlock(lock)


def _hand_over(paths: Paths, file: Path | None) -> bool:
    from desktop_app.services.instance_server import hand_over

    return hand_over(paths.data, file)


def _unlock(lock: QLockFile) -> None:
    lock.unlock()


def _run_application(options: Options, paths: Paths) -> int:
    from desktop_app.errors import StorageError
    from desktop_app.services.preferences import Preferences
    from desktop_app.ui.appearance import Appearance

    application = _make_application()
    preferences = Preferences(paths.config / "settings.json")
    appearance = Appearance(application, preferences)
    try:
        services = _build_services(paths, preferences, is_offline=options.offline)
    except StorageError as error:
        from desktop_app.ui.start_problem import show_start_problem

        preferences.close()
        gc.enable()
        return show_start_problem(application, error, paths)
    from desktop_app.ui.main_window import MainWindow

    window = MainWindow(services, appearance)
    hook = _ErrorHook(services, window)
    sys.excepthook = hook.handle
    starter = _AfterFirstPaint(options, services, window)
    window.first_painted.connect(starter.run)
    window.show()
    _quit_on_terminate(application, window)
    exit_code = application.exec()
    window.hide()
    starter.close()
    _close_services(services)
    return exit_code


def _make_application() -> QApplication:
    from PySide6.QtWidgets import QApplication

    QApplication.setApplicationName(APP_NAME.lower())
    QApplication.setApplicationDisplayName(APP_NAME)
    QApplication.setApplicationVersion(__version__)
    QApplication.setDesktopFileName(APP_ID)
    # Named like on a command line: QApplication.setStyle() gives a style back, whose class alone costs 7 ms.
    return QApplication([sys.argv[0], "-style", "fusion"])


def _build_services(paths: Paths, preferences: object, *, is_offline: bool = False) -> Services:
    from desktop_app.services import Conversations, Engine, Generation, ModelLibrary, Preferences, Services
    from desktop_app.services.engine import engine_command

    assert isinstance(preferences, Preferences)
    conversations = Conversations(paths.database)
    engine = Engine(engine_command(is_offline=is_offline))
    return Services(
        paths=paths,
        preferences=preferences,
        conversations=conversations,
        engine=engine,
        generation=Generation(conversations, engine),
        library=ModelLibrary(paths.models, preferences),
    )


def _close_services(services: Services) -> None:
    """Store everything, then let go, in the reverse order of `_build_services`."""
    services.generation.close()
    services.engine.stop()
    services.library.close()
    services.conversations.close()
    services.preferences.close()


class _AfterFirstPaint:
    """What can wait until the person sees the window."""

    def __init__(self, options: Options, services: Services, window: MainWindow) -> None:
        self._options, self._services, self._window = options, services, window
        self._server: object = None

    def run(self) -> None:
        """Start the engine with a model, listen for later starts, warm what the first answer needs."""
        from desktop_app.trace import trace

        trace("first_paint")
        gc.freeze()
        gc.enable()
        model = self._options.model or self._model_of_last_time() or self._starter()
        if model is not None:
            self._services.engine.load(model)
        self._services.library.refresh()
        from PySide6.QtCore import QTimer

        from desktop_app.services.instance_server import InstanceServer

        server = InstanceServer(self._services.paths.data, self._window)
        server.raise_requested.connect(self._window.on_later_start)
        self._server = server
        if self._options.file is not None:
            self._window.open_file(self._options.file)
        QTimer.singleShot(WARM_DELAY_MS, self._window.transcript, self._window.transcript.warm)

    def close(self) -> None:
        """Stop listening."""
        from desktop_app.services.instance_server import InstanceServer

        if isinstance(self._server, InstanceServer):
            self._server.close()

    def _model_of_last_time(self) -> Path | None:
        path = Path(str(self._services.preferences.get("last_model") or ""))
        try:
            return path if path.is_file() else None
        except OSError:  # on a disk that is gone
            return None

    def _starter(self) -> Path | None:
        from desktop_app.resources import starter_model

        return starter_model()


class _ErrorHook:
    """The last net under our own mistakes: store first, then say so. The window lives on."""

    def __init__(self, services: Services, window: MainWindow) -> None:
        self._services, self._window = services, window

    def handle(self, kind: type[BaseException], error: BaseException, traceback: object) -> None:
        """Take the place of `sys.excepthook`."""
        import logging
        import traceback as traceback_module

        if issubclass(kind, KeyboardInterrupt):
            self._window.close()
            return
        frames = "".join(traceback_module.format_tb(error.__traceback__))
        # The message of an exception may hold text of a conversation: it goes to the screen, not into the log.
        logging.getLogger("desktop_app").error("%s\n%s", kind.__name__, frames)
        self._services.conversations.flush()
        self._window.show_bug(f"{frames}{kind.__name__}: {error}")


def _quit_on_terminate(application: QApplication, window: MainWindow) -> None:
    """Leave in good order on SIGTERM and SIGINT: Python runs its handlers only when something wakes it."""
    if os.name != "posix":
        return
    import signal

    from PySide6.QtCore import QSocketNotifier

    def leave(*_: object) -> None:
        # `quit` asks the window, which would ask the person.
        window.leaving.ask_nothing()
        application.quit()

    reading, writing = os.pipe()
    for end in (reading, writing):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(writing)
    notifier = QSocketNotifier(reading, QSocketNotifier.Type.Read, application)
    notifier.activated.connect(lambda: os.read(reading, 64))
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, leave)


if __name__ == "__main__":
    sys.exit(main())
