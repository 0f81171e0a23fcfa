"""What a file of code is proposed to be called."""

from __future__ import annotations

import pytest

from desktop_app.exchange.code_names import code_file_name


@pytest.mark.parametrize(
    ("info", "name"),
    [
        ("python", "script.py"), ("Py", "script.py"), ("bash", "script.sh"), ("C++", "main.cpp"), ("c#", "Program.cs"),
        ("json", "data.json"), ("html", "page.html"), ("dockerfile", "Dockerfile"), ("{.python .numberLines}", "script.py"),
        ("", "code.txt"), ("klingon", "code.txt"), ("text", "code.txt"),
        ('python title="app.py"', "app.py"), ("ts:src/App.test.ts", "App.test.ts"), ("js filename='a b.js'", "a b.js"),
        ("src/main.rs", "main.rs"), ("python main.py", "main.py"),
    ],
)  # fmt: skip
def test_language_or_title_gives_a_name(info: str, name: str) -> None:
    assert code_file_name(info) == name


@pytest.mark.parametrize(
    ("info", "name"),
    [
        ('python title="../../.bashrc"', "script.py"), ("js ../../../x.js", "x.js"), ('sh title="/etc/cron.sh"', "cron.sh"),
        ("evil.exe", "code.txt"), ('python title="setup.exe"', "script.py"), ("con.py", "_con.py"), ('py title="a:b?.py"', "a-b.py"),
        ("py title=C:\\Windows\\x.py", "x.py"), ('py title="\u202egpj.py"', "gpj.py"), ("desktop x.desktop", "code.txt"),
    ],
)  # fmt: skip
def test_text_from_outside_never_proposes_a_place_or_a_program(info: str, name: str) -> None:
    assert code_file_name(info) == name
