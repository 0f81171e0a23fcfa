"""F1: whatever a file of personas or prompt templates is made of, it costs a line in the report and nothing else."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from desktop_app.chat.persona import Persona
from desktop_app.chat.persona_files import as_json as personas_json
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.templates.files import as_json as templates_json
from desktop_app.templates.files import as_markdown
from desktop_app.templates.template import Field, PromptTemplate
from tests.reliability.killed import ROOT

SEED = 20261122
N_MUTATED = 120
MAX_PEAK_MIB = 512
CANARY = "canary-4711"
PROCESS = Path(__file__).with_name("prompt_imports.py")
needs_strace = pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")

HOSTILE: tuple[Any, ...] = (
    None, True, 10**400, -1, 1e308, float("nan"), float("inf"), "", "\0", "\ud800", "x" * 200_000, [], {}, [[[[[]]]]], "$(touch /tmp/x)",
    f"/tmp/{CANARY}", f"file:///tmp/{CANARY}", "http://127.0.0.1:9/x", "../../../../etc/passwd", "{{" * 5000, "{{a|b:default=}}", "{{" + " " * 50_000, "{{a |" + " " * 50_000, "{{x|t:" + ": " * 20_000 + "}}",
    {"__reduce__": ["os.system", "id"]}, {"$ref": f"file:///tmp/{CANARY}"}, "!!python/object/apply:os.system ['id']",
)  # fmt: skip
EXTRA = (
    "command",
    "exec",
    "path",
    "model",
    "endpoint",
    "base_url",
    "proxy",
    "settings",
    "on_load",
    "tools",
    "avatar",
    "url",
    "icon",
)
"""Names that no file of ours has, or that must not be believed."""


def _forms() -> list[str]:
    """Give a file of every form that can be imported."""
    persona = Persona(
        "",
        "Ada",
        "Calculates",
        "You are {{user_name}}'s.",
        "star",
        "teal",
        SamplingParameters(stop=("x",), top_k=4),
        "m.gguf",
        ("Hi",),
    )
    field = Field("a", "choice", choices=("one", "two"), minimum=1.0)
    template = PromptTemplate("", "T", "Say {{a}}", (field,), "F", "file", "Be {{a}}")
    card = {
        "name": "Ada", "description": "{{char}} counts", "personality": "exact", "first_mes": "Hello {{user}}",
        "extensions": {"depth_prompt": {}}, "character_book": {"entries": []}, "alternate_greetings": ["x"],
    }  # fmt: skip
    webui = {
        "id": "a",
        "name": "A",
        "base_model_id": "b",
        "params": {"system": "S", "top_p": 0.5},
        "meta": {"suggestion_prompts": [{"content": "c"}]},
    }
    prompts = [{"command": "/x", "title": "X", "content": "{{n | number:min=1:max=5}} {{CLIPBOARD}}"}]
    values = (json.loads(personas_json([persona])), json.loads(templates_json([template])), card, [webui], prompts)
    wrapped = {"spec": "chara_card_v3", "spec_version": "3.0", "data": card}
    return [*(json.dumps(one) for one in (*values, wrapped)), as_markdown(template), "Just {{text}} and \\{{ braces"]


def _planted(value: Any, chance: random.Random) -> Any:
    """Give a JSON value with something hostile in one place."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(sorted(value))
        if chance.random() < 0.2:
            return {**value, chance.choice(EXTRA): chance.choice(HOSTILE)}
        return {**value, key: _planted(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.85:
        place = chance.randrange(len(value))
        return [*value[:place], _planted(value[place], chance), *value[place + 1 :], *(value * chance.choice((0, 0, 3)))]
    return chance.choice(HOSTILE)


def _with_paths_only(value: Any) -> Any:
    """Give a JSON value in which every text names a file, and whatever could be believed does so, too."""
    if isinstance(value, dict):
        named = dict.fromkeys(EXTRA, f"/tmp/{CANARY}")
        return named | {key: one if key in ("format", "spec") else _with_paths_only(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_with_paths_only(one) for one in value]
    return f"/tmp/{CANARY}" if isinstance(value, str) else value


def _mutated(number: int, forms: list[str]) -> bytes:
    """Give one file with mistakes: in its values, its bytes, its encoding or its depth."""
    chance = random.Random(SEED + number)
    text = chance.choice(forms)
    way = number % 5
    if way < 2 and text[0] in "[{":
        return json.dumps(_planted(json.loads(text), chance)).encode("utf-8", "surrogatepass")
    if way == 2:
        return text.encode(chance.choice(("utf-16", "utf-8-sig", "utf-32", "latin-1")), "replace")
    if way == 3:
        opening = chance.choice(("[", '{"personas": [', '{"a":', "{{", "---\nvariable: [["))
        return (opening * 20_000).encode()
    data = bytearray(text.encode())
    for _ in range(chance.randrange(1, 8)):
        place = chance.randrange(len(data))
        if chance.random() < 0.3:
            del data[place : place + chance.randrange(20)]
        data[place:place] = bytes(chance.randrange(256) for _ in range(chance.randrange(3)))
        data = data or bytearray(b"{")
    return bytes(data)


@pytest.mark.linux("only Linux has strace")
@needs_strace
def test_hostile_files_are_taken_or_refused_and_nothing_is_run_opened_or_asked_for(tmp_path: Path) -> None:
    log = tmp_path / "strace"
    calls = "trace=execve,execveat,socket,connect,bind,openat,open,creat"
    _check(tmp_path, ["strace", "-f", "-qq", "--seccomp-bpf", "-e", calls, "-o", str(log)])

    lines = log.read_text("utf-8", "replace").splitlines()
    assert sum("execve" in line and "= 0" in line for line in lines) == 1, "more was run than the process itself"
    assert [line for line in lines if re.search(r"AF_INET6?", line)] == []
    assert [line for line in lines if CANARY in line] == [], "a path of a file was opened"


def _check(tmp_path: Path, prefix: list[str]) -> None:
    folder, data = tmp_path / "files", tmp_path / "data"
    folder.mkdir()
    data.mkdir()
    forms = _forms()
    for number in range(N_MUTATED):
        name = f"{number:03d}.{('json', 'md', 'txt')[number % 3]}"
        (folder / name).write_bytes(_mutated(number, forms))
    with (folder / "huge.json").open("wb") as huge:
        huge.truncate(300_000_000)
    for number, text in enumerate(forms):
        (folder / f"whole-{number}.json").write_text(text, "utf-8")
        if text[0] in "[{":
            (folder / f"paths-{number}.json").write_text(json.dumps(_with_paths_only(json.loads(text))), "utf-8")

    command = [*prefix, sys.executable, "-P", str(PROCESS), str(folder), str(data)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment, check=False)

    # What goes wrong in a slot is printed, and ends no process.
    assert done.returncode == 0 and "Traceback" not in done.stderr, done.stderr[-3000:]
    told = json.loads(done.stdout.splitlines()[-1])
    assert told["personas"] >= 4 and told["templates"] >= 4 and told["skipped"] > 40 and told["refused"] >= 2, told
    assert told["peak_mib"] < MAX_PEAK_MIB, told
    assert sorted(one.name for one in data.iterdir() if "hearth.sqlite3" not in one.name) == [], "a setting was written"
