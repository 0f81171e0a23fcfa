"""The rules of the house hold for every module of ours; and each rule catches what it is there for."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests import architecture
from tests.architecture import PACKAGE, Module
from tests.systems import SourceModule, Systems

FOLDER = Path(__file__).parents[1] / PACKAGE
MODULES = [Module.read(path, FOLDER) for path in sorted(FOLDER.rglob("*.py"))]
Rule = Callable[[Module], list[str]]

# For each rule: the module's name, its source, and whether that is a violation.
SAMPLES: list[tuple[Rule, str, str, bool]] = [
    (architecture.qt_free, "chat.message", "from PySide6.QtCore import QObject", True),
    (architecture.qt_free, "errors", "import PySide6.QtGui", True),
    (architecture.qt_free, "engine.llama.model", "def f():\n    from PySide6 import QtCore", True),
    (architecture.qt_free, "app", "import PySide6.QtWidgets", False),
    (architecture.qt_free, "services.engine", "import PySide6.QtCore", False),
    (architecture.qt_free, "chat.message", "import PySide6_other", False),
    (architecture.services_use_qt_core_only, "services.engine", "from PySide6.QtGui import QColor", True),
    (architecture.services_use_qt_core_only, "services.engine", "from PySide6 import QtWidgets", True),
    (architecture.services_use_qt_core_only, "services.engine", "import PySide6", True),
    (architecture.services_use_qt_core_only, "services.engine", "from ..ui import theme", True),
    (architecture.services_use_qt_core_only, "services.engine", "from PySide6 import QtCore, QtNetwork", False),
    (architecture.ui_knows_services_and_values, "ui.main_window", "from desktop_app import storage", True),
    (architecture.ui_knows_services_and_values, "ui.composer.composer", "from desktop_app.engine.worker import main", True),
    (architecture.ui_knows_services_and_values, "ui.composer.composer", "from ...engine import llama", True),
    (architecture.ui_knows_services_and_values, "ui.status", "from desktop_app.engine.protocol import ModelInfo", False),
    (architecture.one_room_one_library, "engine.stream", "import llama_cpp", True),
    (architecture.one_room_one_library, "engine.llama.model", "import llama_cpp.llama_cpp as c", False),
    (architecture.one_room_one_library, "library.scan", "from huggingface_hub import HfApi", True),
    (architecture.one_room_one_library, "services.writer", "import apsw", True),
    (architecture.one_room_one_library, "engine.llama_other", "import llama_cpp", True),
    (architecture.storage_knows_values_only, "storage.database", "from desktop_app.services import engine", True),
    (architecture.storage_knows_values_only, "storage.database", "from desktop_app.chat.message import Message", False),
    (architecture.storage_knows_values_only, "chat.message", "from desktop_app.storage import database", True),
    (architecture.exchange_knows_values_only, "exchange.reader", "from desktop_app.storage import database", True),
    (architecture.exchange_knows_values_only, "exchange.reader", "from desktop_app.chat.message import Message", False),
    (architecture.features_meet_in_the_main_window, "ui.sidebar.a", "from desktop_app.ui.composer.composer import C", True),
    (architecture.features_meet_in_the_main_window, "ui.widgets.a", "from desktop_app.ui.composer.composer import C", True),
    (architecture.features_meet_in_the_main_window, "ui.sidebar.a", "from desktop_app.ui.widgets.button import B", False),
    (architecture.features_meet_in_the_main_window, "ui.main_window", "from desktop_app.ui.composer.composer import C", False),
    (architecture.no_late_imports, "services.engine", "def f():\n    import json", True),
    (architecture.no_late_imports, "ui.a", "f = lambda: __import__('json')", True),
    (architecture.no_late_imports, "app", "def f():\n    import json", False),
    (
        architecture.no_late_imports,
        "ui.transcript.a",
        "def f():\n    from desktop_app.markdown.inline import parse_inline",
        False,
    ),
    (architecture.no_late_imports, "ui.a", "if TYPE_CHECKING:\n    import json", False),
    (architecture.no_module_state, "chat.message", "cache = {}", True),
    (architecture.no_module_state, "chat.message", "_seen: set[int] = set()", True),
    (architecture.no_module_state, "chat.message", "TABLE = {}\ndef f():\n    TABLE['a'] = 1", True),
    (architecture.no_module_state, "chat.message", "TABLE = []\ndef f():\n    TABLE.append(1)", True),
    (architecture.no_module_state, "chat.message", "n = 0\ndef f():\n    global n\n    n = 1", True),
    (architecture.no_module_state, "chat.message", "TABLE = {'a': 1}\nlog = getLogger()\nNAMES = ('a',)", False),
    (architecture.no_module_state, "logs", "_installed = []", False),
    (architecture.no_event_loop_in_between, "chat.a", "app.processEvents()", True),
    (architecture.no_event_loop_in_between, "ui.a", "dialog.exec()", True),
    (architecture.no_event_loop_in_between, "ui.a", "dialog.open()", False),
    (architecture.no_event_loop_in_between, "app", "application.exec()", False),
    (architecture.no_event_loop_in_between, "ui.a", "application.exec()", False),
    (architecture.no_event_loop_in_between, "services.a", "QEventLoop().exec()", True),
    (architecture.broad_except_at_the_edges, "chat.a", "try:\n    f()\nexcept Exception:\n    pass", True),
    (architecture.broad_except_at_the_edges, "chat.a", "try:\n    f()\nexcept:\n    pass", True),
    (architecture.broad_except_at_the_edges, "chat.a", "try:\n    f()\nexcept (OSError, Exception):\n    pass", True),
    (architecture.broad_except_at_the_edges, "chat.a", "with suppress(Exception):\n    f()", True),
    (architecture.broad_except_at_the_edges, "chat.a", "try:\n    f()\nexcept BaseException:\n    g()\n    raise", False),
    (architecture.broad_except_at_the_edges, "engine.worker", "try:\n    f()\nexcept Exception:\n    pass", False),
    (architecture.exceptions_are_logged_without_words, "a", "log.error('x', exc_info=True)", True),
    (architecture.exceptions_are_logged_without_words, "a", "log.exception('x')", True),
    (architecture.exceptions_are_logged_without_words, "a", "logging.getLogger('a').exception('x')", True),
    (architecture.exceptions_are_logged_without_words, "a", "try:\n    f()\nexcept OSError as e:\n    log.info('%s', e)", True),
    (architecture.exceptions_are_logged_without_words, "a", "try:\n    f()\nexcept OSError as e:\n    log.info(f'{e}')", True),
    (architecture.exceptions_are_logged_without_words, "a", "def f(e: AppError):\n    log.info('%s', str(e))", True),
    (architecture.exceptions_are_logged_without_words, "a", "sys.stderr.write(traceback.format_exc())", True),
    (architecture.exceptions_are_logged_without_words, "a", "def f(e: AppError):\n    log.info('%s', type(e).__name__)", False),
    (architecture.exceptions_are_logged_without_words, "a", "def f(e: OSError):\n    log.info('%s', e.strerror)", False),
    (architecture.exceptions_are_logged_without_words, "a", "def f(e: Exception):\n    log.info('%s', without_words(e))", False),
    (architecture.short_enough, "chat.a", "x = 1\n" * 501, True),
    (architecture.short_enough, "chat.a", "def f():\n" + "    x = 1\n" * 60, True),
    (architecture.short_enough, "chat.a", "def f():\n" + "    x = 1\n" * 59, False),
    (architecture.names_say_the_job, "chat.a", "class ChatManager: pass", True),
    (architecture.names_say_the_job, "chat.utils", "", True),
    (architecture.names_say_the_job, "chat.a", "class Conversation: pass", False),
    (architecture.texts_are_translated_in_ui_only, "services.a", "self.tr('Hello')", True),
    (architecture.texts_are_translated_in_ui_only, "ui.a", "self.tr('Hello')", False),
]
RULES = list(dict.fromkeys(rule for rule, *_ in SAMPLES))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_module_keeps_the_rule(rule: Rule) -> None:
    violations = [line for module in MODULES for line in rule(module)]

    assert violations == [], rule.__doc__


@pytest.mark.parametrize(("rule", "name", "source", "is_violation"), SAMPLES)
def test_the_rule_catches_what_it_is_there_for(rule: Rule, name: str, source: str, is_violation: bool) -> None:
    assert bool(rule(Module(name, source))) == is_violation


def test_every_rule_that_is_written_is_run() -> None:
    tree = ast.parse(Path(architecture.__file__).read_text(encoding="utf-8"))
    takes_module = {
        node.name
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_") and node.name != "imports"
    }

    assert takes_module == {rule.__name__ for rule in RULES}


def test_the_modules_are_found() -> None:
    assert {"", "app", "errors", "engine.protocol", "services.engine"} <= {module.name for module in MODULES}


def loaded_by(module: str) -> list[str]:
    """Give the names of all modules in memory after importing one in a process of its own."""
    program = f"import json, sys; import {module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60)
    loaded: list[str] = json.loads(done.stdout.splitlines()[-1])
    return loaded


def foreign_to_the_engine(loaded: list[str]) -> list[str]:
    """Give what an engine process must not have in memory: Qt, numpy, and everything of ours but the engine's own."""
    own = ("engine", "errors", "own_process", "record", "logs", "paths", "__main__", "app")
    ours = [name for name in loaded if name.startswith(f"{PACKAGE}.")]
    foreign = [name for name in ours if name.split(".")[1] not in own]
    libraries = ("PySide6", "shiboken6", "numpy", "apsw", "huggingface_hub", "diskcache", "pygments", "markdown_it")
    return foreign + [name for name in loaded if name.partition(".")[0] in libraries]


def test_the_engine_process_loads_nothing_but_the_engine() -> None:
    loaded = loaded_by(f"{PACKAGE}.engine.worker")

    assert f"{PACKAGE}.engine.worker" in loaded
    assert foreign_to_the_engine(loaded) == []


def test_the_check_of_the_engine_process_sees_what_is_too_much() -> None:
    loaded = loaded_by(f"{PACKAGE}.services.background")

    assert "PySide6" in foreign_to_the_engine(loaded)
    assert f"{PACKAGE}.services.background" in foreign_to_the_engine(loaded)


def test_the_window_does_not_load_the_hub_s_client() -> None:
    loaded = loaded_by(f"{PACKAGE}.services.online")

    assert f"{PACKAGE}.services.hub" in loaded
    assert [name for name in loaded if name.partition(".")[0] in ("huggingface_hub", "httpx2", "hf_xet")] == []


def test_starting_in_a_role_loads_no_qt_before_the_role_is_known() -> None:
    assert [name for name in loaded_by(f"{PACKAGE}.__main__") if name.partition(".")[0] == "PySide6"] == []


# What each of these does is not to be had on every system; the second of a pair says that it has thought of that.
HELPERS = """
import os, pytest
@pytest.fixture
def pipe(tmp_path):
    os.mkfifo(tmp_path / "pipe")
class Traced:
    COMMAND = ["strace", "-f"]
"""
OF_ONE_SYSTEM = [
    ("os.fork()", "posix"),
    ("os.kill(1, signal.SIGSTOP)", "posix"),
    ("import fcntl", "posix"),
    ("path.symlink_to('x')", "posix"),
    ("assert path.stat().st_mode & 0o077 == 0", "posix"),
    ("path.chmod(0o500)", "posix"),
    ("start('--die', 'SIGKILL')", "posix"),
    ("(path / 'a\\nb').touch()", "posix"),
    ("(path / 'what?').touch()", "posix"),
    ("assert process.wait(5) == -9", "posix"),
    ("s.sendmsg([b'x'])", "posix"),
    ("subprocess.run([sys.executable, '-c', 'import os; os.fork()'])", "posix"),
    ("path.write_text('#!/bin/sh')", "posix"),
    ('run(\'import subprocess; subprocess.run(["sleep", "9"])\')', "posix"),
    ("subprocess.Popen([x], preexec_fn=f)", "posix"),
    ("Path('/proc/self/maps').read_text()", "linux"),
    ("subprocess.run(['readelf', '-d', path])", "linux"),
    ("start(prefix=('strace', '-f'))", "linux"),
    ("os.sched_getaffinity(0)", "linux"),
    ("monkeypatch.setenv('XDG_DATA_HOME', 'x')", "linux"),
    ("from jeepney import Message", "linux"),
    ("Traced.COMMAND", "linux"),
    ("subprocess.run([sys.executable, '-m', 'tests.helpers'])", "linux"),
]


def unmarked(source: str) -> list[str]:
    source = "import pytest, os, signal\nfrom tests.helpers import Traced\n" + source
    texts = {"tests.conftest": HELPERS, "tests.helpers": HELPERS, "tests.test_a": source}
    modules = [SourceModule.of(name, Path(f"{name.rpartition('.')[2]}.py"), text) for name, text in texts.items()]
    return [line.partition(":: ")[2] or line.partition("marker ")[2].partition(":")[0] for line in Systems(modules).unmarked()]


@pytest.mark.parametrize(("code", "marker"), OF_ONE_SYSTEM)
def test_what_only_one_system_has_is_seen_in_a_test_without_a_marker(code: str, marker: str) -> None:
    assert unmarked(f"def test_a(path):\n    {code}") == [marker]
    assert unmarked(f"def helper():\n    {code}\ndef test_a(path):\n    helper()") == [marker]
    assert unmarked(f"@pytest.mark.{marker}('why')\ndef test_a(path):\n    {code}") == []
    assert unmarked(f"pytestmark = pytest.mark.{marker}('why')\ndef test_a(path):\n    {code}") == []
    assert unmarked(f"def test_a(path):\n    if sys.platform == 'linux':\n        {code}") == []


def test_what_only_one_system_has_is_seen_in_a_fixture_and_among_cases() -> None:
    assert unmarked("def test_a(pipe): pass") == ["posix"]
    assert unmarked("@pytest.mark.parametrize('how', ['SIGKILL', 'exit'])\ndef test_a(how): pass") == ["posix"]
    case = "pytest.param('SIGKILL', marks=pytest.mark.posix('why'))"
    assert unmarked(f"@pytest.mark.parametrize('how', [{case}, 'exit'])\ndef test_a(how): pass") == []
    case = case.replace("posix", "usual")
    assert unmarked(f"@pytest.mark.parametrize('how', [{case}, 'exit'])\ndef test_a(how): pass") == ["posix"]
    # Windows is not Linux, and macOS is not either.
    assert unmarked("@pytest.mark.posix('why')\ndef test_a(): Path('/proc/1')") == ["linux"]


def test_every_test_says_when_it_cannot_run_on_another_system() -> None:
    root = FOLDER.parent
    # This file names all of these things and does none of them.
    paths = [path for path in sorted((root / "tests").rglob("*.py")) if path != Path(__file__)]
    modules = [SourceModule.read(path, root) for path in paths]

    assert "tests.reliability.model_reading" in {module.name for module in modules}
    assert Systems(modules).unmarked() == []


@pytest.mark.parametrize("system", ["win32", "darwin"])
def test_application_and_tests_can_be_read_on_another_system(system: str) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.elsewhere", system],
        cwd=FOLDER.parent,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )

    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr[-1000:]


@pytest.mark.parametrize(("system", "skipped"), [("linux", []), ("darwin", ["linux"]), ("win32", ["linux", "posix"])])
def test_a_test_is_skipped_where_it_cannot_run_and_nowhere_else(
    system: str, skipped: list[str], request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    (conftest,) = [one for one in request.config.pluginmanager.get_plugins() if hasattr(one, "STARTER_MODEL")]
    monkeypatch.setattr(sys, "platform", system)
    skips = []
    for name in ("linux", "posix"):
        item = request.node.from_parent(request.node.parent, name=name, callobj=lambda: None)
        item.add_marker(getattr(pytest.mark, name)("why"))
        conftest._skip_elsewhere([item])
        skips += [mark.kwargs["reason"] for mark in item.iter_markers("skip")]

    assert skips == [f"{name} only: why" for name in skipped]
