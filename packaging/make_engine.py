#!/usr/bin/env python3
"""Makes the engine of a release where it is not kept already: what takes most of the time, apart from all else.

    python packaging/make_engine.py [--cuda]

It goes into the cache folder `hearth-ci`, where `build.py` finds it.
"""

from __future__ import annotations

import argparse
import sys

import cuda
import engine
from dev import Problem, say


def main(arguments: list[str]) -> int:
    """Make what is missing; exit status 1 with one sentence when it cannot be made."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cuda", action="store_true", help="the module for cards of NVIDIA, too (Linux, Windows)")
    options = parser.parse_args(arguments)
    try:
        if options.cuda:
            cuda.see_to_system()
        say(f"kept: {engine.portable_wheel()}")
        if options.cuda:
            say(f"kept: {cuda.module()}")
    except Problem as problem:
        say(str(problem))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
