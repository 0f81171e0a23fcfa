"""The command line, the role of this process, and the start of the window: everything is built here, once.

One executable plays several parts. With `--role engine` it is the engine process, with `--role inspect` the one
that reads an unknown model first, with `--role formulas` the one that draws formulas, with `--role import` the one
that reads files from outside, with `--role repair` the one that repairs a large file, with `--role hub` the one that looks
around on the hub, with `--role download` one that downloads, and none of them loads Qt; otherwise it is the window.
The order of a window's start, and why:

1. The command line is read with almost nothing imported: a wrong argument is answered at once.
2. Folders and log; `--offline` closes the network before anything could use it.
3. The lock of the data folder. A second start hands over to the first and leaves, without touching the database.
   How the last runs ended is read now: after two that ended soon after their starts nothing is loaded by itself.
4. Settings, theme and language, then the database: answers that were cut off become *interrupted*, a damaged file
   is set aside and replaced by what can be brought back.
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
    from desktop_app.services import Conversations, Preferences, Services
    from desktop_app.services.kv_states import KvStates
    from desktop_app.services.load_plans import LoadPlans
    from desktop_app.services.online import Online
    from desktop_app.services.starts import Starts
    from desktop_app.storage.recovery import Recovery
    from desktop_app.ui.appearance import Appearance
    from desktop_app.ui.main_window import MainWindow
    from desktop_app.ui.safekeeping import Safekeeping


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
    if arguments[:1] == ["--role"] and len(arguments) > 1:
        return _run_role(arguments[1], arguments)
    options = Options()
    if arguments:  # a double-click passes none, and the parser is one of the slower imports
        from desktop_app.command_line import parse

        options = Options(**parse(arguments))
    if options.offline:
        _forbid_network()
    if options.self_check:
        return _self_check(options.model)
    return _run_window(options, arguments)


def _run_role(role: str, arguments: Sequence[str]) -> int:
    """Be one of the child processes. Gives the exit code."""
    if role in ("hub", "download"):
        _prepare_for_hub(arguments)
    elif role != "engine" or "--offline" in arguments:
        _forbid_network()
    match role:
        case "engine":
            from desktop_app.engine.worker import main
        case "inspect":
            from desktop_app.engine.inspect_worker import main
        case "formulas":
            from desktop_app.formulas.worker import main
        case "import":
            from desktop_app.exchange.worker import main
        case "repair":
            from desktop_app.storage.repair_worker import main
        case "hub":
            from desktop_app.hub.worker import main
        case "download":
            from desktop_app.hub.download_worker import main
        case _:
            return 2
    return main()


def _forbid_network() -> None:
    from desktop_app.offline import forbid_network

    forbid_network()


def _prepare_for_hub(arguments: Sequence[str]) -> None:
    """Make a child that may use the network: `--home` is a folder for the hub's client, `--offline` closes the network."""
    if "--offline" in arguments:
        _forbid_network()
    from desktop_app.hub.access import prepare_child

    prepare_child(Path(arguments[arguments.index("--home") + 1]))


def _self_check(model: Path | None) -> int:
    import apsw
    from PySide6.QtCore import qVersion

    from desktop_app.engine import self_check
    from desktop_app.resources import starter_model

    versions = {"hearth": __version__, "qt": qVersion(), "sqlite": apsw.sqlite_lib_version()}
    return self_check.run(model or starter_model(), versions)


def _run_window(options: Options, arguments: list[str]) -> int:
    # What a start makes is there to stay: looking through it for garbage, again and again, takes a twentieth of the time.
    gc.disable()
    # A thread that takes words apart for the search lets the window go on after 0.5 ms, not 5.
    sys.setswitchinterval(0.0005)
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
    from desktop_app.services.starts import Starts

    starts = Starts(paths.starts)
    try:
        exit_code, is_to_start_again = _run_application(options, paths, starts)
    finally:
        _unlock(lock)
    if is_to_start_again:
        _start_again(arguments)
    return exit_code


def _start_again(arguments: list[str]) -> None:
    """Start the same application anew, when this one has let go of everything."""
    import subprocess

    own = [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-P", "-m", "desktop_app"]
    subprocess.Popen([*own, *arguments], stdin=subprocess.DEVNULL, start_new_session=True)


def _hand_over(paths: Paths, file: Path | None) -> bool:
    from desktop_app.services.instance_server import hand_over

    return hand_over(paths.data, file)


def _unlock(lock: QLockFile) -> None:
    lock.unlock()


def _run_application(options: Options, paths: Paths, starts: Starts) -> tuple[int, bool]:
    """Give the exit code, and whether the application is to be started again."""
    from desktop_app.errors import StorageError
    from desktop_app.services.preferences import Preferences
    from desktop_app.ui.appearance import Appearance

    application = _make_application()
    preferences = Preferences(paths.config / "settings.json")
    if preferences.get("offline"):
        _forbid_network()
    appearance = Appearance(application, preferences)
    is_copied, is_wanted = _copy_first(application, paths)
    if not is_wanted:
        preferences.close()
        starts.end_well()
        return 0, False
    try:
        services, window, recovery = _build(options, paths, starts, preferences, appearance, is_copied=is_copied)
    except StorageError as error:
        from desktop_app.ui.start_problem import show_start_problem

        preferences.close()
        gc.enable()
        exit_code = show_start_problem(application, error, paths)
        starts.end_well()
        return exit_code, False
    starter = _AfterFirstPaint(options, services, window, appearance, starts, recovery)
    hook = _ErrorHook(services, window, starts)
    sys.excepthook = hook.handle
    window.first_painted.connect(starter.run)
    window.show()
    if os.name == "posix":
        from desktop_app.ui.termination import quit_on_terminate

        quit_on_terminate(application, window)
    exit_code = application.exec()
    window.hide()
    starter.close()
    _store_everything(services)
    preferences.close()
    starts.end_well()
    services.engine.stop()
    return exit_code, starter.is_to_start_again()


def _copy_first(application: QApplication, paths: Paths) -> tuple[bool, bool]:
    """Copy many conversations of an older version behind a dialog; give (whether they are, whether to go on)."""
    from desktop_app.services.opening import is_copy_long

    if not is_copy_long(paths):
        return False, True
    from desktop_app.ui.dialogs.upgrade import show_upgrade

    gc.enable()
    try:
        return show_upgrade(application, paths)
    finally:
        gc.disable()


def _build(
    options: Options,
    paths: Paths,
    starts: Starts,
    preferences: Preferences,
    appearance: Appearance,
    *,
    is_copied: bool = False,
) -> tuple[Services, MainWindow, Recovery | None]:
    """Make services and window; damage that only the list of conversations meets is repaired here, too."""
    from desktop_app.errors import DatabaseUnreadable
    from desktop_app.services.opening import open_conversations
    from desktop_app.ui.main_window import MainWindow

    # Not in a loop of crashes: it may be the repair that ends the process.
    is_repair_wanted = starts.is_repair_wanted and not starts.is_loop
    opened = open_conversations(paths, is_repair_wanted=is_repair_wanted, is_copied=is_copied)
    if not opened.is_repair_due and not starts.is_loop:
        starts.set_damaged(False)
    services = _build_services(paths, preferences, opened.conversations, is_offline=options.offline)
    try:
        return services, MainWindow(services, appearance), opened.recovery
    except DatabaseUnreadable:
        _close_services(services)
        if opened.recovery is not None:
            raise
    gc.collect()  # what there is of a window
    opened = open_conversations(paths, is_repair_wanted=True)
    services = _build_services(paths, preferences, opened.conversations, is_offline=options.offline)
    return services, MainWindow(services, appearance), opened.recovery


def _make_application() -> QApplication:
    from PySide6.QtWidgets import QApplication

    QApplication.setApplicationName(APP_NAME.lower())
    QApplication.setApplicationDisplayName(APP_NAME)
    QApplication.setApplicationVersion(__version__)
    QApplication.setDesktopFileName(APP_ID)
    # Named like on a command line: QApplication.setStyle() gives a style back, whose class alone costs 7 ms.
    return QApplication([sys.argv[0], "-style", "fusion"])


def _build_services(
    paths: Paths, preferences: Preferences, conversations: Conversations, *, is_offline: bool = False
) -> Services:
    from desktop_app.services import Backups, Engine, Formulas, Generation, ModelLibrary, Search, Services
    from desktop_app.services.engine import engine_command

    engine = Engine(engine_command(is_offline=is_offline or preferences.get("offline")))
    return Services(
        paths=paths,
        preferences=preferences,
        conversations=conversations,
        engine=engine,
        generation=Generation(conversations, engine),
        library=ModelLibrary(paths.models, preferences, conversations=conversations, engine=engine),
        search=Search(conversations),
        formulas=Formulas(),
        backups=Backups(conversations, paths.database, paths.backups),
    )


def _close_services(services: Services) -> None:
    """Store everything, then let go."""
    _store_everything(services)
    services.engine.stop()


def _store_everything(services: Services) -> None:
    """Close all but the engine, in the reverse order of `_build_services`; that one is told to end."""
    services.backups.close()
    services.search.close()
    services.formulas.close()
    services.generation.close()
    # It may take some seconds to write what models have read: it does so while the others close.
    services.engine.begin_stop()
    services.library.close()
    services.conversations.close()


class _AfterFirstPaint:
    """What can wait until the person sees the window."""

    def __init__(
        self,
        options: Options,
        services: Services,
        window: MainWindow,
        appearance: Appearance,
        starts: Starts,
        recovery: Recovery | None,
    ) -> None:
        self._options, self._services, self._window, self._appearance = options, services, window, appearance
        self._starts, self._recovery = starts, recovery
        self._server: object = None
        self._safekeeping: Safekeeping | None = None
        self._kv_states: KvStates | None = None
        self._plans: LoadPlans | None = None
        self._online: Online | None = None

    def run(self) -> None:
        """Start the engine with a model, listen for later starts, warm what the first answer needs."""
        from desktop_app.trace import trace

        trace("first_paint")
        gc.freeze()
        gc.enable()
        self._load_model()
        self._open_last_conversation()
        self._services.library.refresh()
        if self._services.conversations.file.problem is None:
            self._services.conversations.purge_expired()
            self._services.search.begin()
        from PySide6.QtCore import QTimer

        from desktop_app.services.idle_unload import IdleUnload
        from desktop_app.services.instance_server import InstanceServer
        from desktop_app.services.titles import Titles

        self._idle_unload = IdleUnload(self._services.engine, self._services.preferences, self._window)
        self._titles = Titles(self._services.conversations, self._services.engine, self._services.generation, self._window)
        self._window.show_context()
        self._window.show_model_talk()
        self._window.show_prompts()
        self._show_models()
        self._keep_states()
        server = InstanceServer(self._services.paths.data, self._window)
        server.raise_requested.connect(self._window.on_later_start)
        self._server = server
        self._keep_safe()
        if self._options.file is not None:
            self._window.open_file(self._options.file)
        QTimer.singleShot(WARM_DELAY_MS, self._window.transcript, self._window.transcript.warm)

    def _load_model(self) -> None:
        if not self._starts.is_loop:
            self._services.engine.start()  # it has much to read from disk while this goes on
        from desktop_app.services.load_choices import LoadChoices
        from desktop_app.services.load_plans import LoadPlans
        from desktop_app.services.load_records import LoadRecords
        from desktop_app.services.template_choices import TemplateChoices

        starter = self._starter()
        self._plans = LoadPlans(LoadRecords(self._services.conversations), self._window, trusted=starter)
        self._services.engine.plan_with(self._plans)
        self._services.engine.choose_template_by(TemplateChoices(self._services.preferences).of)
        loads = LoadChoices(self._services.preferences)
        self._services.engine.choose_parameters_by(loads.of)
        self._services.engine.choose_draft_by(loads.draft_of)
        last = self._model_of_last_time()
        if last is not None and not self._plans.may_load_by_itself(last):
            last = None
        model = self._options.model or last or starter
        if model is not None and not self._starts.is_loop:
            self._services.engine.load(model)

    def _open_last_conversation(self) -> None:
        from desktop_app.ui.last_conversation import LastConversation

        last = LastConversation(self._services, self._window)
        # Not in a loop of crashes: it may be what ends the process. And a file that is to be opened comes first.
        if not self._starts.is_loop and self._options.file is None:
            last.open()

    def _show_models(self) -> None:
        from desktop_app.services.online import make_online

        self._online = make_online(self._services, self._window, is_offline=self._options.offline)
        self._window.show_models(self._online)
        # In a loop of crashes they are shown and nothing is begun.
        self._online.downloads.begin(is_held=self._starts.is_loop)

    def _keep_states(self) -> None:
        from desktop_app.services.kv_states import KvStates

        services = self._services
        self._kv_states = KvStates(services.paths, services.preferences, services.conversations, services.engine, self._window)

    def _keep_safe(self) -> None:
        from desktop_app.ui.safekeeping import Safekeeping

        self._safekeeping = Safekeeping(self._services, self._window, self._appearance, self._starts)
        self._safekeeping.begin(self._recovery)

    def is_to_start_again(self) -> bool:
        """Say whether the person wants a repair, which a start does."""
        return self._safekeeping is not None and self._safekeeping.is_restart_wanted

    def close(self) -> None:
        """Stop listening and looking after."""
        from desktop_app.services.instance_server import InstanceServer

        if self._safekeeping is not None:
            self._safekeeping.close()
        if self._kv_states is not None:
            self._kv_states.close()
        if self._plans is not None:
            self._plans.close()
        if self._online is not None:
            self._online.close()
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

    def __init__(self, services: Services, window: MainWindow, starts: Starts) -> None:
        self._services, self._window, self._starts = services, window, starts

    def handle(self, kind: type[BaseException], error: BaseException, traceback: object) -> None:
        """Take the place of `sys.excepthook`."""
        import logging
        import traceback as traceback_module

        from desktop_app.errors import AppError, DatabaseUnreadable

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
        frames = "".join(traceback_module.format_tb(error.__traceback__))
        # The message of an exception may hold text of a conversation: it goes to the screen, not into the log.
        logging.getLogger("desktop_app").error("%s\n%s", kind.__name__, frames)
        self._services.conversations.flush()
        self._window.show_bug(f"{frames}{kind.__name__}: {error}")


if __name__ == "__main__":
    sys.exit(main())
