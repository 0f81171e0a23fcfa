"""Modules come into memory one at a time, in the window's thread, and the window lives in between."""

from __future__ import annotations

import importlib
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, QTimer

from desktop_app.services import imports
from desktop_app.services.imports import TurnImports

MODULES = {
    "__init__": "",
    "top": "from sample import inner\nfrom sample.inner.deep import DEEP\nimport sample.round\nfrom typing import TYPE_CHECKING\n"
    "if TYPE_CHECKING:\n    import sample.for_types\ndef late():\n    import sample.later\n",
    "inner/__init__": "from sample.inner.beside import BESIDE\n",
    "inner/beside": "BESIDE = 1\n",
    "inner/deep": "import json\nDEEP = 2\n",
    "round": "import sample.back\nROUND = 3\n",
    "back": "import sample.round\n",
    "broken": "import sample.inner\nimport sample.nowhere\n",
    "wrong": "1 / 0\n", "for_types": "", "later": "",
}  # fmt: skip


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Give the names of its modules in the order in which they have been executed to the end."""
    done: list[str] = []
    for name, source in MODULES.items():
        path = tmp_path / "sample" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"{source}from tests.services import test_imports\ntest_imports.note(__name__)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(imports, "PACKAGE", "sample.")
    monkeypatch.setitem(NOTED, "list", done)
    importlib.import_module("sample")
    yield done
    for name in [name for name in sys.modules if name.partition(".")[0] == "sample"]:
        del sys.modules[name]


NOTED: dict[str, list[str]] = {}


def note(name: str) -> None:
    """Called by each module of the sample when it ends."""
    NOTED["list"].append(name)


@pytest.fixture
def importing(qtbot: Any) -> Iterator[TurnImports]:
    parent = QObject()
    importing = TurnImports(parent)
    yield importing
    importing.close()
    assert not any(isinstance(one, imports._OneByOne) for one in sys.meta_path)


def test_what_is_needed_comes_first_and_each_alone(sample: list[str], importing: TurnImports) -> None:
    one_by_one = importing._one_by_one
    one_by_one.want(["sample.top"])
    grown = []
    while True:
        before = len(sample)
        if not one_by_one.import_one():
            break
        grown.append(len(sample) - before)

    assert sample[1:] == ["sample.inner.beside", "sample.inner", "sample.inner.deep", "sample.round", "sample.back", "sample.top"]
    assert set(grown) == {0, 1, 2}
    assert grown.count(2) == 2, "only two that import each other come together"


def test_the_window_lives_between_the_turns(sample: list[str], importing: TurnImports, qtbot: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(imports, "TURN_S", 1e-9)
    seen: list[int] = []
    timer = QTimer(interval=0)
    timer.timeout.connect(lambda: seen.append(len(sample)))
    timer.start()

    with qtbot.waitCallback() as ended:
        importing.run(["top"], ended)

    assert sample[-1] == "sample.top"
    assert {3, 4, 6} <= set(seen)


def test_a_module_that_cannot_be_imported_holds_nothing_up(sample: list[str], importing: TurnImports, qtbot: Any) -> None:
    with qtbot.waitCallback() as ended:
        importing.run(["broken", "later"], ended)

    assert "sample.later" in sample and "sample.broken" not in sys.modules
    with pytest.raises(ModuleNotFoundError, match=r"sample\.nowhere"):
        importlib.import_module("sample.broken")


def test_a_module_that_is_wrong_is_raised_once(sample: list[str], importing: TurnImports) -> None:
    one_by_one = importing._one_by_one
    one_by_one.want(["sample.wrong", "sample.later"])

    with pytest.raises(ZeroDivisionError):
        one_by_one.import_one()
    while one_by_one.import_one():
        pass

    assert sample[-1] == "sample.later"


def test_another_thread_imports_as_ever(sample: list[str], importing: TurnImports) -> None:
    importing._one_by_one._is_importing = True
    thread = threading.Thread(target=importlib.import_module, args=("sample.top",))
    thread.start()
    thread.join()
    importing._one_by_one._is_importing = False

    assert sample[-1] == "sample.top"


def test_what_is_imported_meanwhile_is_not_imported_again(sample: list[str], importing: TurnImports, qtbot: Any) -> None:
    importing._one_by_one.want(["sample.top"])
    importing._one_by_one.import_one()
    importlib.import_module("sample.top")
    with qtbot.waitCallback() as ended:
        importing.run([], ended)

    assert importing._one_by_one._wanted == []
