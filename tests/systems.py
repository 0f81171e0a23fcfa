"""What a test reaches that not every system has: `test_architecture.py` wants each such test to be marked.

A test is followed into its fixtures, its helpers in all of `tests`, and the programs that it names as strings.
What stands under a question for the system (`if sys.platform != "win32"`) has been thought of and is passed over.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

MARKERS = {"linux": frozenset({"linux", "posix"}), "posix": frozenset({"posix"})}
"""What a test with that marker may reach."""

NAMES = {
    "posix": re.compile(
        r"\b(?:os\.(?:fork\w*|geteuid|getuid|getgid|getegid|getpgid|getpgrp|killpg|setsid|mkfifo|mknod|uname|statvfs|sysconf|sync|symlink"
        r"|wait\w*|WIF\w+|WTERMSIG|WEXITSTATUS|getloadavg|nice|openpty|chown|fchmod|fchown|O_NOFOLLOW|O_DIRECTORY|O_NONBLOCK|umask"
        r"|set_blocking|register_at_fork|posix_spawn\w*)"
        r"|signal\.(?:SIG(?!INT\b|SEGV\b|ABRT\b|FPE\b|ILL\b|BREAK\b|_)[A-Z]+\d?|alarm|setitimer|pthread_kill|pause|sigwait\w*)"
        r"|socket\.AF_UNIX|time\.(?:tzset|CLOCK_\w+|clock_gettime))\b"
    ),
    "linux": re.compile(
        r"\b(?:os\.(?:sched_\w+|memfd_create|pidfd_open|posix_fadvise|posix_fallocate|O_PATH|O_TMPFILE|O_DIRECT|pipe2|setresuid|unshare"
        r"|sendfile|copy_file_range|listxattr|setxattr|getxattr)|resource\.(?:RLIMIT_AS|prlimit)|signal\.sigtimedwait)\b"
    ),
}
"""Names with the module that has them, in code and in programs that stand as text in a test."""

MODULES = {
    "posix": {"fcntl", "resource", "pty", "tty", "termios", "pwd", "grp", "syslog", "posix"},
    "linux": {"jeepney", "secretstorage", "cryptography"},
}
ATTRIBUTES = {"posix": {"symlink_to", "sendmsg", "recvmsg"}, "linux": set[str]()}
"""What a path or a socket is asked for: links need rights on Windows."""
NO_NAME = re.compile(r'[<>:"|?*\\\x00-\x1f]|[. ]$')
"""In the name of a file that Windows does not have. Source: "Naming Files, Paths, and Namespaces" in its documentation."""
KEYWORDS = {"posix": {"preexec_fn", "pass_fds"}, "linux": set[str]()}
SIGNALS = re.compile(r"SIG(?:KILL|STOP|CONT|SEGV|ABRT|HUP|USR\d)|.*\bended by SIGKILL\b.*")
"""The end of a process as text; Windows knows an exit code only."""
COMMANDS = {
    "posix": {"sh", "/bin/sh", "bash", "kill", "true", "sleep", "cat"},
    "linux": {
        "strace", "xdotool", "Xvfb", "xvfb-run", "readelf", "objdump", "dpkg", "dpkg-deb", "dpkg-query", "dpkg-shlibdeps", "dbus-daemon",
        "dbus-run-session", "unshare", "prlimit", "taskset", "ldd", "gcc", "cc", "g++", "apt-get", "xclip", "xwd", "setpriv", "nsenter",
    },
}  # fmt: skip
"""Programs: the first words of command lines."""
TEXTS = {
    "posix": re.compile(
        r"^#! ?/|(?:^|[;\n])\s*(?:import|from) (?:fcntl|resource|pty|pwd|termios)\b|(?<!\w)/dev/(?:zero|null|fd)|\.(?:send|recv)msg\("
    ),
    "linux": re.compile(r"(?<![\w/])/proc/|\\0hearth|/dev/full|\bXDG_(?!CACHE_HOME$)"),
}
_MARKED = re.compile(r"\bmark\.(linux|posix)\b")
ASKS_FOR_SYSTEM = re.compile(
    r"sys\.platform|os\.name|hasattr\(os|hasattr\(signal|hasattr\(socket|\bis_linux\(|shutil\.which|platform\.system"
)


@dataclass(frozen=True)
class Use:
    """One thing that not every system has, and where it stands."""

    marker: str
    what: str
    place: str


@dataclass
class SourceModule:
    """The source of one module of `tests`, by what it defines and imports at its top level."""

    name: str
    path: Path
    tree: ast.Module
    defined: dict[str, list[ast.stmt]] = field(default_factory=dict)
    imported: dict[str, tuple[str, str]] = field(default_factory=dict)
    """A name to the module it comes from and its name there, which is empty for a module."""

    @classmethod
    def read(cls, path: Path, root: Path) -> SourceModule:
        """Read one file below the folder that holds `tests`."""
        parts = path.relative_to(root).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        return cls.of(name, path, path.read_text(encoding="utf-8"))

    @classmethod
    def of(cls, name: str, path: Path, source: str) -> SourceModule:
        """Take a source apart."""
        module = cls(name, path, ast.parse(source))
        for statement in module.tree.body:
            module._take(statement)
        return module

    def _take(self, statement: ast.stmt) -> None:
        match statement:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                self.defined.setdefault(name, []).append(statement)
            case ast.Assign(targets=targets):
                for target in targets:
                    for node in ast.walk(target):
                        if isinstance(node, ast.Name):
                            self.defined.setdefault(node.id, []).append(statement)
            case ast.AnnAssign(target=ast.Name(id=name)):
                self.defined.setdefault(name, []).append(statement)
            case ast.ImportFrom(module=str(source), names=names):
                self.imported |= {alias.asname or alias.name: (source, alias.name) for alias in names}
            case ast.Import(names=names):
                self.imported |= {alias.asname or alias.name.partition(".")[0]: (alias.name, "") for alias in names}


class Systems:
    """Follows tests through the modules they stand in."""

    def __init__(self, modules: list[SourceModule]) -> None:
        """Take all modules of `tests`."""
        self._modules = {module.name: module for module in modules}
        self._programs: dict[str, list[SourceModule]] = {}
        for module in modules:
            self._programs.setdefault(module.name, []).append(module)
            if module.path.name not in ("__init__.py", "conftest.py"):
                self._programs.setdefault(module.path.name, []).append(module)
        self._looked_at: dict[int, tuple[set[Use], list[tuple[SourceModule, ast.AST]]]] = {}

    def unmarked(self) -> list[str]:
        """Give a line for every test that reaches what its marker does not speak of."""
        lines = []
        for module in self._modules.values():
            if not module.name.rpartition(".")[2].startswith("test_"):
                continue
            of_module = self._markers(module, module.defined.get("pytestmark", []))
            for test, around in _tests(module.tree):
                marked = of_module | self._markers(module, [*around, test])
                allowed = {one for marker in marked for one in MARKERS[marker]}
                if wrong := [use for use in self._reach(module, test) if use.marker not in allowed]:
                    marker = "linux" if any(use.marker == "linux" for use in wrong) else "posix"
                    uses = ", ".join(sorted({f"{use.what.strip()} ({use.place})" for use in wrong}))
                    lines.append(f"{module.name}::{test.name} lacks the marker {marker}: {uses}")
        return lines

    def _markers(self, module: SourceModule, statements: Sequence[ast.stmt]) -> set[str]:
        """Give the markers on these, also those that have a name of their own in the module."""
        found: set[str] = set()
        for statement in statements:
            marks: list[ast.expr] = []
            if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                marks = statement.decorator_list
            elif isinstance(statement, ast.Assign | ast.AnnAssign) and statement.value is not None:
                marks = [statement.value]
            for mark in marks:
                found |= {one for one in MARKERS if re.search(rf"\bmark\.{one}\b", ast.unparse(mark))}
                for node in ast.walk(mark):
                    if isinstance(node, ast.Name) and (source := self._defined(module, node.id)):
                        assigned = [one for one in source[1] if isinstance(one, ast.Assign)]
                        found |= self._markers(source[0], assigned) if assigned and "mark." in ast.unparse(assigned[0]) else set()
        return found

    def _defined(self, module: SourceModule, name: str) -> tuple[SourceModule, list[ast.stmt]] | None:
        if name in module.defined:
            return module, module.defined[name]
        source, original = module.imported.get(name, ("", ""))
        if source in self._modules and original:
            return self._defined(self._modules[source], original)
        return None

    def _fixture(self, module: SourceModule, name: str) -> tuple[SourceModule, list[ast.stmt]] | None:
        """Find it in the module, and then in the conftest of each folder above."""
        if found := self._defined(module, name):
            return found
        package = module.name
        while package := package.rpartition(".")[0]:
            conftest = self._modules.get(f"{package}.conftest")
            if conftest and name in conftest.defined:
                return conftest, conftest.defined[name]
        return None

    def _reach(self, module: SourceModule, node: ast.AST) -> set[Use]:
        """Give what a definition uses, and everything that it names."""
        found: set[Use] = set()
        seen: set[int] = set()
        waiting: list[tuple[SourceModule, ast.AST]] = [(module, node)]
        while waiting:
            where, definition = waiting.pop()
            if id(definition) in seen:
                continue
            seen.add(id(definition))
            uses, named = self._look_at(where, definition)
            found |= uses
            waiting += named
        return found

    def _look_at(self, module: SourceModule, definition: ast.AST) -> tuple[set[Use], list[tuple[SourceModule, ast.AST]]]:
        """Give what a definition itself uses, and the definitions that it names."""
        if id(definition) not in self._looked_at:
            parts = list(_parts(definition))
            uses = {use for part in parts for use in _uses(part, module)}
            self._looked_at[id(definition)] = (uses, [one for part in parts for one in self._named(module, part)])
        return self._looked_at[id(definition)]

    def _named(self, module: SourceModule, part: ast.AST) -> Iterator[tuple[SourceModule, ast.AST]]:
        """Give the definitions that one part of a definition leads to."""
        found = None
        if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Load):
            found = self._defined(module, part.id)
        elif isinstance(part, ast.arg):
            found = self._fixture(module, part.arg)
        elif isinstance(part, ast.Attribute) and isinstance(part.value, ast.Name):
            source, original = module.imported.get(part.value.id, ("", ""))
            inner = self._modules.get(f"{source}.{original}" if original else source)
            found = self._defined(inner, part.attr) if inner else None
            if inner and part.attr == "__file__":
                yield inner, inner.tree
        elif isinstance(part, ast.Constant) and isinstance(part.value, str):
            yield from ((one, one.tree) for one in self._programs.get(part.value, ()))
        for statement in found[1] if found else ():
            assert found
            yield found[0], statement


def _tests(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef, list[ast.stmt]]]:
    """Give every test of a module and the class around it."""
    for statement in tree.body:
        if isinstance(statement, ast.FunctionDef) and statement.name.startswith("test_"):
            yield statement, []
        elif isinstance(statement, ast.ClassDef):
            yield from ((test, [statement, *around]) for test, around in _tests(ast.Module(statement.body, [])))


def _parts(definition: ast.AST) -> Iterator[ast.AST]:
    """Walk through a definition, without what stands under a question for the system, without docstrings and marked cases."""
    waiting = [definition]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, ast.If | ast.IfExp | ast.BoolOp | ast.Assert) and ASKS_FOR_SYSTEM.search(_question(node)):
            continue
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "param" and _MARKED.search(ast.unparse(node)):
            continue
        if not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            waiting += ast.iter_child_nodes(node)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "import " in node.value:
            waiting += _program(node)


def _program(text: ast.Constant) -> list[ast.AST]:
    """Give the program that stands as text in a test, nothing where it is none."""
    try:
        program = ast.parse(str(text.value))
    except SyntaxError:
        return []
    for node in ast.walk(program):
        if hasattr(node, "lineno"):
            node.lineno = text.lineno
    return [program]


def _question(node: ast.If | ast.IfExp | ast.BoolOp | ast.Assert) -> str:
    return ast.unparse(node.values[0] if isinstance(node, ast.BoolOp) else node.test)


def _uses(part: ast.AST, module: SourceModule) -> Iterator[Use]:
    place = f"{module.name}:{getattr(part, 'lineno', 0)}"
    for marker in ("linux", "posix"):
        if what := _what(part, marker):
            yield Use(marker, what, place)


def _what(part: ast.AST, marker: str) -> str:
    """Say what of a marker's things this part is, or nothing."""
    match part:
        case ast.Attribute(value=ast.Name(id=name), attr=attribute) if found := NAMES[marker].fullmatch(f"{name}.{attribute}"):
            return found.group()
        case ast.Attribute(attr=attribute) if attribute in ATTRIBUTES[marker]:
            return attribute
        case ast.Import(names=names):
            return next((one.name for one in names if one.name.partition(".")[0] in MODULES[marker]), "")
        case ast.ImportFrom(module=str(name)) if name.partition(".")[0] in MODULES[marker]:
            return name
        case ast.keyword(arg=str(name)) if name in KEYWORDS[marker]:
            return name
        case (
            ast.List(elts=[ast.Constant(value=str(name)), _, *_])
            | ast.keyword(arg="prefix", value=ast.Tuple(elts=[ast.Constant(value=str(name)), *_]))
        ):
            return name if name in COMMANDS[marker] else ""
        case ast.BinOp(left=ast.Attribute(attr="st_mode"), op=ast.BitAnd()) if marker == "posix":
            return "st_mode"
        case ast.BinOp(op=ast.Div(), right=ast.Constant(value=str(name))) if marker == "posix" and NO_NAME.search(name):
            return f"a file {name!r}"
        case ast.Compare(left=ast.Attribute(attr="returncode") | ast.Call(func=ast.Attribute(attr="wait"))) if marker == "posix":
            return ast.unparse(part) if any(isinstance(one, ast.UnaryOp) for one in part.comparators) else ""
        case ast.Call(func=ast.Attribute(attr="chmod"), args=[*_, ast.Constant(value=int(mode))]) if marker == "posix":
            return "" if mode & 0o600 == 0o600 else f"chmod({mode:#o})"
        case ast.Constant(value=str(text)):
            found = (
                NAMES[marker].search(text)
                or TEXTS[marker].search(text)
                or (SIGNALS.fullmatch(text) if marker == "posix" else None)
            )
            return found.group() if found else ""
    return ""
