"""Runs first in the frozen program: takes our folder of libraries back out of the environment.

The starter of the frozen program puts it there for itself. A browser that we open would find our libraries in it
and may not start with them; our own child processes set it anew.
"""

import os

before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if before:
    os.environ["LD_LIBRARY_PATH"] = before
else:
    os.environ.pop("LD_LIBRARY_PATH", None)
