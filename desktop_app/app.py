"""The command line, the role of this process, and the start of the window: everything is built here, once.

One executable plays several parts. With `--role engine` it is the engine process, with `--role inspect` the one
that reads an unknown model first, with `--role formulas` the one that draws formulas, with `--role import` the one
that reads files from outside, with `--role repair` the one that repairs a large file, with `--role hub` the one that looks
around on the hub, with `--role download` one that downloads, with `--role self-check` the one that tries the engine out, and
none of them loads Qt; otherwise it is the window.
The order of a window's start, and why:

1. The command line is read with almost nothing imported: a wrong argument is answered at once.
2. Folders and log: those of the command line, those beside a portable program, those that everything was moved to, or the
   usual ones; while it is being moved a dialog is all there is. `--offline` closes the network before anything could use it.
3. The lock of the data folder. A second start hands over to the first and leaves, without touching the database.
   How the last runs ended is read now: after two that ended soon after their starts nothing is loaded by itself.
4. Settings, theme and language, then the database: answers that were cut off become *interrupted*, a damaged file
   is set aside and replaced by what can be brought back.
5. Services, from those that know nothing of others (library, engine) to those that do (generation).
6. The window, painted as soon as possible; only then the engine starts, later starts are listened for, and
   what is slow to import is imported.

Imports are late here and in `after_first_paint`: the engine must stay free of Qt, and the window must be quick.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_app import APP_ID, APP_NAME, __version__
from desktop_app.options import Options

if TYPE_CHECKING:
    from PySide6.QtCore import QLockFile
    from PySide6.QtWidgets import QApplication

    from desktop_app.paths import Paths
    from desktop_app.services import Conversations, Preferences, Services
    from desktop_app.services.place import Place
    from desktop_app.services.starts import Starts
    from desktop_app.storage.recovery import Recovery
    from desktop_app.ui.appearance import Appearance
    from desktop_app.ui.main_window import MainWindow


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
    from desktop_app.logs import keep_words_out

    keep_words_out()
    if role in ("hub", "download"):
        _prepare_for_hub(arguments)
    elif role != "engine" or "--offline" in arguments:
        _forbid_network()
    match role:
        case "engine":
            from desktop_app.engine.protocol import NO_CARDS
            from desktop_app.engine.worker import main as engine

            return engine(with_cards=NO_CARDS not in arguments)
        case "self-check":
            from desktop_app.engine import self_check
            from desktop_app.engine.protocol import NO_CARDS

            model = Path(arguments[2]) if arguments[2:3] not in ([], [NO_CARDS]) else None
            return self_check.run(model, with_cards=NO_CARDS not in arguments)
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
    from PySide6.QtCore import qVersion

    from desktop_app.engine import self_check
    from desktop_app.resources import starter_model
    from desktop_app.services.worker_process import own_command
    from desktop_app.storage.database import sqlite_version

    versions = {"hearth": __version__, "qt": qVersion(), "sqlite": sqlite_version()}
    wanted = model or starter_model()
    program, arguments = own_command("self-check", *([str(wanted)] if wanted is not None else []))
    return self_check.supervise([program, *arguments], versions)


def _run_window(options: Options, arguments: list[str]) -> int:
    # What a start makes is there to stay: looking through it for garbage, again and again, takes a twentieth of the time.
    gc.disable()
    # A thread that takes words apart for the search lets the window go on after 0.5 ms, not 5.
    sys.setswitchinterval(0.0005)
    _import_qt()
    from desktop_app.errors import AppError
    from desktop_app.logs import keep_stack_of_crash, start_logging

    try:
        paths, place, lock = _find_and_lock_folders(options)
    except TimeoutError as error:
        print(f"{APP_NAME} is already open and does not answer: {error}.", file=sys.stderr)
        return 1
    except (AppError, OSError) as error:
        return _explain_folders(error, options, arguments)
    if lock is None:
        return 0
    start_logging(paths.logs, "window")
    keep_stack_of_crash(paths.logs)
    from desktop_app.services.starts import Starts

    starts = Starts(paths.starts)
    try:
        exit_code, is_to_start_again = _run_application(options, paths, starts, place)
    finally:
        lock.unlock()
    if is_to_start_again:
        _start_again(arguments)
    return exit_code


def _import_qt() -> None:
    """Import Qt, and leave imports as they were before.

    WORKAROUND: PySide6 reads the source of every module that is imported after it, and keeps it, to know where
    `from __feature__ import` may be written, which is nowhere here. Without that a start takes 15 ms less.
    Source: `feature_imported` in its shibokensupport/feature.py, https://bugreports.qt.io/browse/PYSIDE-2029.
    """
    import builtins

    import PySide6.QtCore  # noqa: F401  (this is what changes `__import__`)

    builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)


def _find_and_lock_folders(options: Options) -> tuple[Paths, Place | None, QLockFile | None]:
    """Give the folders, what was moved, and the lock; None: another window took over. Raises: TimeoutError, AppError, OSError."""
    from desktop_app.services.single_instance import take_lock_or_hand_over

    while True:
        paths, place = _find_folders(options)
        lock = take_lock_or_hand_over(paths.data, partial(_hand_over, paths, options.file))
        # Whoever held the lock may have moved everything away meanwhile: what lies here then is taken away soon.
        if lock is None or _find_folders(options) == (paths, place):
            return paths, place, lock
        lock.unlock()


def _find_folders(options: Options) -> tuple[Paths, Place | None]:
    """Give the folders, which are there then, and what the person has moved. Raises: AppError, OSError."""
    from desktop_app.paths import Paths

    own = Paths.under(options.data_dir) if options.data_dir else Paths.portable()
    paths, place = own or Paths.standard(), None
    if own is None and paths.place_note.exists():
        from desktop_app.services.place import read_place

        place = read_place(paths.place_note)
        paths = place.paths()
    paths.create()
    return paths, place


def _explain_folders(error: Exception, options: Options, arguments: list[str]) -> int:
    """Say why there is no place for anything, and start again if the person wants to; give the exit code."""
    print(f"{APP_NAME} cannot use its folder: {error}. Choose another with --data-dir.", file=sys.stderr)
    if options.data_dir is not None:
        return 1
    from desktop_app.paths import Paths
    from desktop_app.services.preferences import Preferences
    from desktop_app.ui.appearance import Appearance
    from desktop_app.ui.dialogs.place_problem import show_place_problem

    application = _make_application()
    # Those that may lie there from before; nothing is written.
    appearance = Appearance(application, Preferences(Paths.standard().config / "settings.json"))
    if show_place_problem(application, error, appearance.theme):
        _start_again(arguments)
        return 0
    return 1


def _start_again(arguments: list[str]) -> None:
    """Start the same application anew, when this one has let go of everything."""
    import subprocess

    from desktop_app.paths import program_file

    # Not the executable in an AppImage: what it is mounted on goes with this process.
    program = program_file()
    own = [sys.executable, "-P", "-m", "desktop_app"] if program is None else [str(program)]
    subprocess.Popen([*own, *arguments], stdin=subprocess.DEVNULL, start_new_session=True)


def _hand_over(paths: Paths, file: Path | None) -> bool:
    from desktop_app.services.instance_server import hand_over

    return hand_over(paths.data, file)


def _run_application(options: Options, paths: Paths, starts: Starts, place: Place | None = None) -> tuple[int, bool]:
    """Give the exit code, and whether the application is to be started again."""
    from desktop_app.after_first_paint import AfterFirstPaint
    from desktop_app.error_hook import ErrorHook
    from desktop_app.errors import StorageError
    from desktop_app.services.preferences import Preferences
    from desktop_app.ui.appearance import Appearance

    application = _make_application()
    preferences = Preferences(paths.config / "settings.json")
    if preferences.get("offline"):
        _forbid_network()
    appearance = Appearance(application, preferences)
    if place is not None and place.wanted is not None:
        is_to_start_again = _move(application, place, paths, appearance)
        preferences.close()
        starts.end_well()
        return 0, is_to_start_again
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
        exit_code = show_start_problem(application, error, paths)
        starts.end_well()
        return exit_code, False
    starter = AfterFirstPaint(options, services, window, appearance, starts, recovery)
    hook = ErrorHook(services, window, starts)
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


def _move(application: QApplication, place: Place, paths: Paths, appearance: Appearance) -> bool:
    """Move everything behind a dialog, while nothing else is open; say whether the application is to start again."""
    from desktop_app.errors import StorageError
    from desktop_app.services.garbage import collect_here
    from desktop_app.ui.dialogs.moving import show_moving

    collect_here()
    try:
        return show_moving(application, place, appearance.theme)
    except StorageError as error:
        from desktop_app.ui.start_problem import show_start_problem

        show_start_problem(application, error, paths)
        return False


def _copy_first(application: QApplication, paths: Paths) -> tuple[bool, bool]:
    """Copy many conversations of an older version behind a dialog; give (whether they are, whether to go on)."""
    from desktop_app.services.opening import is_copy_long

    if not is_copy_long(paths):
        return False, True
    from desktop_app.services.garbage import collect_here
    from desktop_app.ui.dialogs.upgrade import show_upgrade

    collect_here()
    return show_upgrade(application, paths)


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


if __name__ == "__main__":
    sys.exit(main())
