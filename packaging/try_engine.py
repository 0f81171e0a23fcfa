#!/usr/bin/env python3
"""Tries the portable engine where it was built: Vulkan in software, and drivers that are broken.

    .venv/bin/python packaging/try_engine.py [arguments of pytest]

Builds nothing: without a wheel in the cache folder, or without Vulkan in software, it says that it is skipped. What is
tried stands in tests/portable_engine.py. What drivers compile is kept beside the wheel: the first run takes minutes.
"""

from __future__ import annotations

import os
import subprocess
import sys

import engine
from dev import say
from steps import ROOT


def main(arguments: list[str]) -> int:
    """Try it; give the exit status of the tests, 0 where there is nothing to try."""
    wheel = engine.kept_wheel()
    if wheel is None:
        say(f"skipped: the portable engine, {engine.cache_folder()} does not hold it")
        return 0
    sys.path.insert(0, str(ROOT))
    from tests.bench import portable

    try:
        portable.software_card()
    except portable.Unmeasurable as missing:
        say(f"skipped: the portable engine. {missing}")
        return 0
    env = {
        "PYTHONPATH": str(engine.unpack(wheel, ROOT / "build" / "engine")),
        "MESA_SHADER_CACHE_DIR": str(engine.cache_folder() / "shaders"),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-o", "timeout=600", *arguments, "tests/portable_engine.py"]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **env}, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
