"""What every test stands on: folders of its own, no display, and nothing left behind.

A test fails when the log or Qt says something at WARNING or above that it did not announce with
`expected_log`, and when it leaves a top-level widget, a thread or a child process behind.
"""

from __future__ import annotations

import atexit
import gc
import logging
import os
import re
import shutil
import sys
import tempfile
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from desktop_app.services.garbage import Passes
from tests.application import Application
from tests.newer_python import let_windows_be_played

STARTER_MODEL = Path(__file__).parents[1] / "resources" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
GRACE_S = {"widget": 1.0, "thread": 15.0, "process": 4.0}
"""How long something may take to go after a test. The engine may take 3 s to end once the window is gone; a thread that only
computes has been seen to need more on a machine that stood still meanwhile."""

let_windows_be_played()


def _move_home() -> Path:
    """Point home, configuration, cache and temporary files to a new folder; short, for the paths of local sockets."""
    # Of macOS's own place the path is too long for a socket; and a name that stands for another is not what comes back.
    root = Path(tempfile.mkdtemp(prefix="hearth-", dir="/tmp" if sys.platform == "darwin" else None)).resolve()
    places = {
        "HOME": "home",
        "USERPROFILE": "home",
        "APPDATA": "home/appdata",
        "LOCALAPPDATA": "home/localappdata",
        "XDG_CONFIG_HOME": "home/config",
        "XDG_DATA_HOME": "home/data",
        "XDG_CACHE_HOME": "home/cache",
        "XDG_STATE_HOME": "home/state",
        "XDG_RUNTIME_DIR": "run",
        "TMPDIR": "tmp",
        "TEMP": "tmp",
        "TMP": "tmp",
    }
    for name, place in places.items():
        (root / place).mkdir(mode=0o700, parents=True, exist_ok=True)
        os.environ[name] = str(root / place)
    tempfile.tempdir = None
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    return root


TEST_ROOT = _move_home()
# At import, because Qt reads it when the first QApplication is made.
os.environ["QT_QPA_PLATFORM"] = os.environ.get("HEARTH_TEST_PLATFORM", "offscreen")
# Its platform without a screen takes letters from a folder that Qt has not brought along since 5.0, and warns.
if sys.platform == "win32":
    os.environ.setdefault("QT_QPA_FONTDIR", str(Path(os.environ.get("WINDIR") or "C:/Windows", "Fonts")))
os.environ["HF_HUB_OFFLINE"] = "1"
# The binding always builds Metal in on macOS, and with it every device is another one, whose programs are compiled first.
# Tests speak of the processor: without devices Metal is there as ever and nothing runs on it. See `library.load_backends`.
os.environ["GGML_METAL_DEVICES"] = "0"
# What the desktop of this machine says or does is nobody's business here; a test that wants one brings its own.
os.environ["DBUS_SESSION_BUS_ADDRESS"] = f"unix:path={TEST_ROOT}/no-bus"
os.environ.pop("HEARTH_TRACE", None)
# The job that makes a release sets it for all its steps; what it changes, a test asks for by itself.
os.environ.pop("HEARTH_RELEASE", None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Keep what a test has printed such that it can be sent from one process to another."""
    report = yield
    report.sections = [(name, text.encode("utf-8", "replace").decode()) for name, text in report.sections]
    return report


def pytest_configure(config: pytest.Config) -> None:
    """Leave the order in which files are given to processes to `pytest_collection_modifyitems`."""
    if hasattr(config.option, "loadscopereorder"):
        config.option.loadscopereorder = False


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what this system cannot do, and put in order what several processes share."""
    _skip_elsewhere(items)
    if hasattr(config, "workerinput"):
        _begin_with_long(items, usual_s=float(config.getini("timeout")))


def _skip_elsewhere(items: list[pytest.Item]) -> None:
    """Skip what is marked for other systems; `tests/systems.py` sees to it that everything of that kind is marked."""
    is_there = {"linux": sys.platform == "linux", "posix": sys.platform != "win32"}
    for item in items:
        for mark in (mark for name in is_there for mark in item.iter_markers(name) if not is_there[name]):
            item.add_marker(pytest.mark.skip(reason=f"{mark.name} only: {mark.args[0]}"))


def _begin_with_long(items: list[pytest.Item], usual_s: float) -> None:
    """Begin with the files that would keep one process busy at the end: where a test is given more time than usual.

    Then come those with the most tests.
    """
    n_tests = Counter(item.path for item in items)
    long = {item.path for item in items for mark in item.iter_markers("timeout") if mark.args[0] > usual_s}
    items.sort(key=lambda item: (item.path not in long, -n_tests[item.path], str(item.path)))


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """Give the command line of the application that pytest-qt makes."""
    return ["hearth"]


@pytest.fixture(scope="session")
def qapp_cls() -> type:
    """Give the class of the application, with the product's name already set."""
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtWidgets import QApplication

    from desktop_app import APP_NAME

    QCoreApplication.setApplicationName(APP_NAME)
    return QApplication


# What a thread would take apart of Qt ends the process, see there: between two tests is a good moment.
gc.disable()
_garbage = Passes()


class _Announced:
    """Collects what is logged at WARNING and above, and what a test said that it expects."""

    def __init__(self) -> None:
        self.records: list[logging.LogRecord] = []
        self.patterns: list[str] = []

    def problems(self) -> list[str]:
        """Give one line for every record nobody expected and every expectation nothing met."""
        lines = [(record, f"{record.levelname} {record.name}: {record.getMessage()}") for record in self.records]
        unexpected = [line for _, line in lines if not any(re.search(p, line) for p in self.patterns)]
        missing = [p for p in self.patterns if not any(re.search(p, line) for _, line in lines)]
        return [f"unexpected in the log: {line}" for line in unexpected] + [f"never logged: {p!r}" for p in missing]


class _Collector(logging.Handler):
    def __init__(self, announced: _Announced) -> None:
        super().__init__(logging.WARNING)
        self._announced = announced

    def emit(self, record: logging.LogRecord) -> None:
        self._announced.records.append(record)


def _new_widgets(before: set[int]) -> list[str]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    application = widgets.QApplication.instance() if widgets else None
    if widgets is None or not isinstance(application, widgets.QApplication):
        return []
    found = [w for w in widgets.QApplication.topLevelWidgets() if id(w) not in before]
    # A dialog or menu with a parent goes with its parent; a tool tip lives as long as Qt likes.
    found = [w for w in found if w.parent() is None and w.metaObject().className() != "QTipLabel"]
    return [f"{type(w).__name__} {w.objectName()!r}" for w in found]


def _widget_ids() -> set[int]:
    widgets = sys.modules.get("PySide6.QtWidgets")
    if widgets is None or widgets.QApplication.instance() is None:
        return set()
    return {id(w) for w in widgets.QApplication.topLevelWidgets()}


def _process_qt_events() -> None:
    """Run what Qt has queued, deferred deletions too."""
    core = sys.modules.get("PySide6.QtCore")
    if core is not None and core.QCoreApplication.instance() is not None:
        core.QCoreApplication.sendPostedEvents(None, core.QEvent.Type.DeferredDelete.value)
        core.QCoreApplication.processEvents()


def _remaining(what: str, look: Callable[[], list[str]]) -> list[str]:
    """Give what `look` still finds after the time of grace for `what`."""
    found = look()
    deadline = time.monotonic() + GRACE_S[what]
    if found:
        gc.collect()
    while found and time.monotonic() < deadline:
        _process_qt_events()
        time.sleep(0.02)
        found = look()
    return [f"left behind, {what}: {one}" for one in found]


def _new_threads(before: set[threading.Thread]) -> list[str]:
    # A dummy stands for a thread of Qt or llama.cpp that once ran Python code; it is never taken out again.
    dummy = threading._DummyThread
    return [_at(t) for t in threading.enumerate() if t not in before and t.is_alive() and not isinstance(t, dummy)]


def _at(thread: threading.Thread) -> str:
    """Give its name and where it is."""
    frame = sys._current_frames().get(thread.ident or 0)
    where = traceback.extract_stack(frame)[-4:] if frame else []
    return f"{thread.name}: " + ", ".join(f"{Path(one.filename).name}:{one.lineno} {one.name}" for one in where)


def _children() -> list[psutil.Process]:
    return psutil.Process().children(recursive=True) if _has_children() else []


def _has_children() -> bool:
    """Tell whether there may be any: finding them takes a look at every process of the machine, 4 ms, three times a test."""
    try:
        return sys.platform != "linux" or any((task / "children").read_text() for task in Path("/proc/self/task").iterdir())
    except OSError:  # a thread that has ended meanwhile
        return True


def _describe(process: psutil.Process) -> str:
    try:
        return f"{process.pid} {' '.join(process.cmdline())[:200]}"
    except psutil.Error:
        return f"{process.pid}"


def _new_children(before: set[int]) -> list[str]:
    return [_describe(c) for c in _children() if c.pid not in before and _is_running(c)]


def _is_running(process: psutil.Process) -> bool:
    try:
        return bool(process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _kill_new_children(before: set[int]) -> None:
    """So that one test's leak does not slow down or fail the next."""
    for child in _children():
        if child.pid not in before:
            try:
                child.kill()
            except psutil.NoSuchProcess:
                continue


@pytest.fixture(autouse=True)
def _announced() -> Iterator[_Announced]:
    """Fail the test for what it leaves behind and for what is in the log. First set up, so last torn down."""
    announced = _Announced()
    collector = _Collector(announced)
    widgets, threads, children = _widget_ids(), set(threading.enumerate()), {c.pid for c in _children()}
    logging.getLogger().addHandler(collector)
    try:
        yield announced
        _process_qt_events()
        _garbage.collect()
        problems = _remaining("widget", lambda: _new_widgets(widgets))
        problems += _remaining("process", lambda: _new_children(children))
        problems += _remaining("thread", lambda: _new_threads(threads))
        problems += announced.problems()
    finally:
        logging.getLogger().removeHandler(collector)
        _kill_new_children(children)
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


@pytest.fixture
def expected_log(_announced: _Announced) -> Callable[[str], None]:
    """Give a function that announces a log line: a regular expression for "LEVEL logger: message"."""
    return _announced.patterns.append


@pytest.fixture(scope="session")
def starter_model() -> Path:
    """Give the path of the starter model; a test that needs it never runs without."""
    if not STARTER_MODEL.is_file():
        pytest.fail(f"{STARTER_MODEL.name} is missing; `python3 packaging/dev.py test` fetches it.", pytrace=False)
    return STARTER_MODEL


@pytest.fixture
def hearth(tmp_path: Path) -> Iterator[Callable[..., Application]]:
    """Give a function that starts the application; every one it started is gone after the test.

    `hearth("--model", path, data_dir=..., environment=..., prefix=...)`, see `tests.application.Application`.
    """
    started: list[Application] = []

    def start(*arguments: str | Path, **options: Any) -> Application:
        texts = [str(argument) for argument in arguments]
        started.append(Application(tmp_path / f"hearth-{len(started)}", texts, **options))
        return started[-1]

    yield start
    for application in started:
        application.kill()
