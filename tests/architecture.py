"""The rules of the house as functions over one module's source; `test_architecture.py` runs them over all of ours.

Each function takes a `Module` and gives one line for every violation.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = "desktop_app"
N_MODULE_LINES_MAX = 500
N_FUNCTION_LINES_MAX = 60

WITHOUT_QT = {
    "chat",
    "templates",
    "library",
    "hub",
    "engine",
    "documents",
    "server",
    "remote",
    "markdown",
    "storage",
    "formulas",
    "exchange",
}
VALUE_ROOMS = {"chat", "templates", "library", "documents"}
ROOT_VALUES = {
    "clock", "durable", "errors", "languages", "own_process", "record", "paths", "resources", "settings", "logs", "trace", "time_left",
}  # fmt: skip
"""Root modules that any room may use."""

EDGES = {
    "app", "engine.worker", "formulas.worker", "exchange.worker", "storage.repair_worker", "services.background", "services.writer",
    "services.secrets",
    "hub.worker", "hub.download_worker", "server.app",
}  # fmt: skip
"""Where an exception that nobody expected may be caught: the hook, the worker's loop, what runs in a thread, the API, the
system's store for secrets, which raises what it likes."""
CARRIERS = {"engine.template_sandbox"}
"""Runs a piece of work in a thread with a time limit: what that raises is carried over and raised to the one who asked."""
LATE_BY_DESIGN = {
    "platformdirs",
    "desktop_app.markdown.inline",
    "desktop_app.markdown.highlight",
    "desktop_app.ui.transcript.transcript_view",
    "desktop_app.ui.transcript.find_bar",
    "desktop_app.ui.transcript.arriving",
    "desktop_app.ui.dialogs",
    "desktop_app.ui.sidebar.on_demand",
    "desktop_app.ui.widgets.popup",
    "desktop_app.ui.edit_card",
    "desktop_app.ui.context",
    "desktop_app.ui.model_talk",
    "desktop_app.ui.qt_types",
    "desktop_app.ui.prompts_place",
    "desktop_app.ui.personas_place",
    "desktop_app.ui.commands",
    "desktop_app.ui.desktop_place",
    "desktop_app.ui.dropping",
    "desktop_app.ui.motion",
    "psutil",
    "desktop_app.services.hotkey",
    "desktop_app.ui.opened_files",
    "desktop_app.ui.talk_place",
    "desktop_app.ui.settings_place",
    "desktop_app.ui.guide_place",
    "desktop_app.ui.diagnostics",
    "desktop_app.ui.prompts",
    "desktop_app.ui.personas",
    "desktop_app.ui.models_place",
    "desktop_app.ui.first_run",
    "desktop_app.ui.palette",
    "desktop_app.ui.library",
    "desktop_app.services.online",
    "desktop_app.services.upgrade",
    "desktop_app.services.backup_work",
    "desktop_app.services.model_search",
    "desktop_app.library.facts",
    "desktop_app.services.model_notes",
    "desktop_app.services.model_removal",
    "desktop_app.services.folder_watch",
    "desktop_app.services.repair",
    "desktop_app.storage.backup",
    "desktop_app.services.reserve",
    "desktop_app.services.exchange",
    "desktop_app.services.exporting",
    "desktop_app.services.formula_supply",
    "desktop_app.exchange",
    "desktop_app.ui.transcript.paper",
    "desktop_app.storage.recovery",
    "desktop_app.storage.log_check",
    "desktop_app.storage.indexing",
    "apsw.unicode",
    "desktop_app.chat.matching",
    "PySide6.QtSvg",
    "desktop_app.storage.search",
    "desktop_app.storage.summaries",
    "desktop_app.chat.search",
    "keyring",
    "jeepney",
    "desktop_app.services.system_proxy",
}
"""Slow to import and not needed for the first paint: words are taken apart when the first message is written, the
transcript imports its parts when the first answer comes, and a dialog is imported by the method that opens it (PySide makes a class of Qt when it is first named). Backups are made
long after the start, a damaged file is repaired when there is one, and conversations go out when somebody wants them to."""

MUTABLE_CALLS = {"list", "dict", "set", "bytearray", "defaultdict", "deque", "OrderedDict", "Counter", "ChainMap"}
MUTATING_METHODS = {
    "append", "add", "update", "extend", "insert", "pop", "popitem", "popleft", "appendleft", "remove", "discard", "clear",
    "setdefault", "sort", "reverse",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Module:
    """One module of ours: `name` without the package, "services.engine"; "" is the package itself."""

    name: str
    source: str

    @classmethod
    def read(cls, path: Path, package_folder: Path) -> Module:
        """Give the module in a file."""
        parts = path.relative_to(package_folder).with_suffix("").parts
        return cls(".".join(part for part in parts if part != "__init__"), path.read_text(encoding="utf-8"))

    @property
    def room(self) -> str:
        """The first folder, or "" for a module at the root."""
        return self.name.partition(".")[0] if "." in self.name or self.name in WITHOUT_QT | {"services", "ui"} else ""

    def tree(self) -> ast.Module:
        """Give the syntax tree."""
        return _parsed(self.source)


@functools.cache
def _parsed(source: str) -> ast.Module:
    return ast.parse(source)


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name, in full: `from a.b import c` gives a.b.c, of which a and a.b are loaded as well."""

    name: str
    line: int
    is_late: bool

    def is_in(self, package: str) -> bool:
        """Tell whether it is `package` or something in it."""
        return self.name == package or self.name.startswith(f"{package}.")


@functools.cache
def imports(module: Module) -> list[Import]:
    """Give every import of a module, the relative ones resolved, also those by `import_module("...")`."""
    return list(_imports(module, module.tree(), is_late=False))


def _imports(module: Module, node: ast.AST, *, is_late: bool) -> Iterator[Import]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.Import):
            yield from (Import(alias.name, child.lineno, is_late) for alias in child.names)
        elif isinstance(child, ast.ImportFrom):
            base = _base(module, child)
            yield from (Import(f"{base}.{alias.name}", child.lineno, is_late) for alias in child.names)
        elif (name := _imported_by_call(child)) is not None:
            yield Import(name, getattr(child, "lineno", 0), is_late)
        is_function = isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        yield from _imports(module, child, is_late=is_late or is_function)


def _base(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    parents = f"{PACKAGE}.{module.name}".split(".")[: -node.level]
    return ".".join([*parents, *([node.module] if node.module else [])])


def _imported_by_call(node: ast.AST) -> str | None:
    if not isinstance(node, ast.Call) or not node.args or not isinstance(node.args[0], ast.Constant):
        return None
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    value = node.args[0].value
    return value if name in ("import_module", "__import__") and isinstance(value, str) else None


def _ours(one: Import, rooms: set[str]) -> bool:
    return any(one.is_in(f"{PACKAGE}.{room}") for room in rooms)


def _lines(module: Module, found: list[Import], why: str) -> list[str]:
    return [f"{module.name or PACKAGE}:{one.line} imports {one.name}: {why}" for one in found]


def qt_free(module: Module) -> list[str]:
    """Rule 1: the rooms that know chats, models and files have never heard of Qt; nor have the root modules."""
    if module.room not in WITHOUT_QT and (module.room or module.name in ("app", "after_first_paint")):
        return []
    return _lines(module, [one for one in imports(module) if one.is_in("PySide6")], "no Qt here")


def services_use_qt_core_only(module: Module) -> list[str]:
    """Rule 2: services import QtCore and QtNetwork; no widgets, no windows of ours."""
    if module.room != "services":
        return []
    allowed = ("PySide6.QtCore", "PySide6.QtNetwork")
    found = [one for one in imports(module) if one.is_in("PySide6") and not any(one.is_in(name) for name in allowed)]
    found += [one for one in imports(module) if _ours(one, {"ui", "app"})]
    return _lines(module, found, "services know QtCore and nothing of windows")


def ui_knows_services_and_values(module: Module) -> list[str]:
    """Rule 3: windows import services, values and Qt; no storage or server, and of the engine and the hub only their values."""
    if module.room != "ui":
        return []
    values = {"engine.parameters", "engine.protocol", "hub.offer", "hub.query", "hub.repository"}
    found = [
        one for one in imports(module) if _ours(one, {"storage", "hub", "server", "engine", "app"}) and not _ours(one, values)
    ]
    return _lines(module, found, "windows ask services")


def one_room_one_library(module: Module) -> list[str]:
    """Rule 4: llama_cpp only in engine/llama, huggingface_hub only in hub, apsw only in storage (app.py may ask versions)."""
    homes = {"llama_cpp": "engine.llama", "huggingface_hub": "hub", "apsw": "storage", "ziamath": "formulas"}
    found = [
        one
        for library, home in homes.items()
        for one in imports(module)
        if one.is_in(library) and not f"{module.name}.".startswith(f"{home}.") and (library, module.name) != ("apsw", "app")
    ]
    return _lines(module, found, "another room wraps this library")


def storage_knows_values_only(module: Module) -> list[str]:
    """Rule 5: storage imports the value types; they do not import storage."""
    if module.room in VALUE_ROOMS:
        return _lines(module, [one for one in imports(module) if _ours(one, {"storage"})], "values do not know where they lie")
    if module.room != "storage":
        return []
    allowed = VALUE_ROOMS | ROOT_VALUES | {"storage", "engine.parameters", "engine.protocol"}
    found = [one for one in imports(module) if one.is_in(PACKAGE) and not _ours(one, allowed)]
    return _lines(module, found, "storage takes and gives values")


def exchange_knows_values_only(module: Module) -> list[str]:
    """Rule 5: what reads and writes files of other applications knows conversations and nothing of where they are kept."""
    if module.room != "exchange":
        return []
    allowed = {"chat", "exchange"} | ROOT_VALUES
    found = [one for one in imports(module) if one.is_in(PACKAGE) and not _ours(one, allowed)]
    return _lines(module, found, "exchange takes and gives values")


def features_meet_in_the_main_window(module: Module) -> list[str]:
    """Rule 6: views of one feature do not import views of another; small widgets know no feature at all."""
    parts = module.name.split(".")
    if module.room != "ui" or module.name == "ui.main_window":
        return []
    own = parts[1] if len(parts) > 2 else ""
    found = []
    for one in imports(module):
        target = one.name.split(".")
        is_feature = target[:2] == [PACKAGE, "ui"] and len(target) > 3 and target[2] in FEATURES
        if is_feature and target[2] != own and own:
            found.append(one)
    return _lines(module, found, "features meet in main_window.py through signals")


FEATURES = {"sidebar", "transcript", "composer", "templates", "library", "documents", "settings", "server", "diagnostics"}


def no_late_imports(module: Module) -> list[str]:
    """Rule 7: imports stand at the top, except where a start begins (a worker stays light) and for what is late by design."""
    if module.name in ("app", "after_first_paint"):
        return []
    found = [one for one in imports(module) if one.is_late and not any(one.is_in(name) for name in LATE_BY_DESIGN)]
    # The engine's binding is loaded by hand, see engine/llama: its own package would bring numpy along.
    found = [one for one in found if not (module.name.startswith("engine.llama") and one.is_in("llama_cpp"))]
    return _lines(module, found, "imports stand at the top")


def no_module_state(module: Module) -> list[str]:
    """Rule 7: nothing at module level changes, outside logs.py. A table in capitals that is never changed is a constant."""
    if module.name == "logs":
        return []
    tree = module.tree()
    found = [f"{module.name}:{node.lineno} global" for node in ast.walk(tree) if isinstance(node, ast.Global)]
    changed = _changed_names(tree)
    for node in tree.body:
        for name, value in _assigned(node):
            if _is_mutable(value) and not (name.strip("_").isupper() or name == "__all__"):
                found.append(f"{module.name}:{node.lineno} {name} is mutable and no constant")
            elif _is_mutable(value) and name in changed:
                found.append(f"{module.name}:{node.lineno} {name} is changed")
    return found


def _assigned(node: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(node, ast.Assign):
        yield from ((target.id, node.value) for target in node.targets if isinstance(target, ast.Name))
    elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
        yield node.target.id, node.value


def _is_mutable(value: ast.expr) -> bool:
    if isinstance(value, ast.List | ast.Dict | ast.Set | ast.ListComp | ast.DictComp | ast.SetComp):
        return True
    if not isinstance(value, ast.Call):
        return False
    function = value.func
    return (function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")) in MUTABLE_CALLS


def _changed_names(tree: ast.Module) -> set[str]:
    changed = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store | ast.Del) and isinstance(node.value, ast.Name):
            changed.add(node.value.id)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in MUTATING_METHODS:
            changed.update([node.func.value.id] if isinstance(node.func.value, ast.Name) else [])
        elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
            changed.add(node.target.id)
    return changed


def no_event_loop_in_between(module: Module) -> list[str]:
    """Style 20: no processEvents anywhere, no exec() in windows and services: a dialog is opened, not waited for."""
    banned = {"processEvents"} | ({"exec", "exec_"} if module.room in ("ui", "services") else set())
    called = [node.func for node in ast.walk(module.tree()) if isinstance(node, ast.Call)]
    # The main event loop itself is none in between: a window that explains why there is no start runs it, too.
    found = [
        function
        for function in called
        if isinstance(function, ast.Attribute)
        and function.attr in banned
        and not (function.attr == "exec" and getattr(function.value, "id", "") == "application")
    ]
    return [f"{module.name}:{function.lineno} calls {function.attr}" for function in found]


def broad_except_at_the_edges(module: Module) -> list[str]:
    """Style 15: what nobody expected is caught at the four edges only; elsewhere one cleans up and raises it on."""
    if module.name in EDGES | CARRIERS:
        return []
    found = []
    for node in ast.walk(module.tree()):
        if isinstance(node, ast.ExceptHandler) and _is_broad(node.type) and not _raises_on(node):
            found.append(f"{module.name}:{node.lineno} catches everything")
        if isinstance(node, ast.Call) and getattr(node.func, "attr", getattr(node.func, "id", "")) == "suppress":
            found += [f"{module.name}:{node.lineno} suppresses everything" for one in node.args if _is_broad(one)]
    return found


def exceptions_are_logged_without_words(module: Module) -> list[str]:
    """Style 30: what an exception says may be text of a conversation; the log gets its class, and where it was."""
    names = {node.name for node in ast.walk(module.tree()) if isinstance(node, ast.ExceptHandler) and node.name}
    names |= {node.arg for node in ast.walk(module.tree()) if isinstance(node, ast.arg) and _is_exception(node.annotation)}
    found = []
    for node in ast.walk(module.tree()):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        is_log = _is_log(node.func.value)
        says = [one for argument in node.args for one in _words_of(argument, names)]
        if is_log and (says or node.func.attr == "exception" or any(one.arg == "exc_info" for one in node.keywords)):
            found.append(f"{module.name}:{node.lineno} writes what an exception says into the log")
        if node.func.attr in ("format_exc", "print_exc", "format_exception", "print_exception"):
            found.append(f"{module.name}:{node.lineno} writes out what an exception says")
    return found


def _is_log(value: ast.expr) -> bool:
    called = value.func if isinstance(value, ast.Call) else value
    return getattr(called, "id", "") in ("log", "logging") or getattr(called, "attr", "") == "getLogger"


def _is_exception(annotation: ast.expr | None) -> bool:
    name = getattr(annotation, "id", "")
    return name.endswith("Error") or name in ("Exception", "BaseException")


def _words_of(argument: ast.expr, names: set[str]) -> Iterator[str]:
    """Give the exceptions that `argument` has the words of: not where it asks for the class, a field or `without_words`."""
    if isinstance(argument, ast.Attribute):
        return
    if isinstance(argument, ast.Call) and getattr(argument.func, "id", "") in ("type", "without_words"):
        return
    if isinstance(argument, ast.Name) and argument.id in names:
        yield argument.id
    for child in ast.iter_child_nodes(argument):
        if isinstance(child, ast.expr):
            yield from _words_of(child, names)


def _is_broad(kind: ast.expr | None) -> bool:
    names = kind.elts if isinstance(kind, ast.Tuple) else [kind]
    return any(one is None or getattr(one, "id", "") in ("Exception", "BaseException") for one in names)


def _raises_on(handler: ast.ExceptHandler) -> bool:
    last = handler.body[-1]
    return isinstance(last, ast.Raise) and last.exc is None


def short_enough(module: Module) -> list[str]:
    """Style 4: a module has at most 500 lines, a function at most 60."""
    found = []
    n_lines = len(module.source.splitlines())
    if n_lines > N_MODULE_LINES_MAX:
        found.append(f"{module.name} has {n_lines} lines")
    for node in ast.walk(module.tree()):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            n_lines = (node.end_lineno or node.lineno) - node.lineno + 1
            if n_lines > N_FUNCTION_LINES_MAX:
                found.append(f"{module.name}:{node.lineno} {node.name} has {n_lines} lines")
    return found


def names_say_the_job(module: Module) -> list[str]:
    """Style 5: no Manager, Handler, Helper, Util or Impl in a class's or module's name."""
    banned = ("manager", "handler", "helper", "util", "impl")
    names = [(node.name, node.lineno) for node in ast.walk(module.tree()) if isinstance(node, ast.ClassDef)]
    names.append((module.name.rpartition(".")[2], 1))
    return [
        f"{module.name}:{line} {name}" for name, line in names if any(name.lower().rstrip("s").endswith(one) for one in banned)
    ]


def texts_are_translated_in_ui_only(module: Module) -> list[str]:
    """Style 24: tr() stands in ui; another room that speaks to the person would be a second place for words."""
    if module.room == "ui" or not module.name:
        return []
    calls = [node for node in ast.walk(module.tree()) if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)]
    return [f"{module.name}:{c.lineno} calls tr()" for c in calls if isinstance(c.func, ast.Attribute) and c.func.attr == "tr"]
