"""Runs first in the frozen program: what its starter leaves to be put right."""

import os

import pyimod02_importers

# The starter puts our folder of libraries into the environment for itself. A browser that we open would find our
# libraries in it and may not start with them; our own child processes set it anew.
before = os.environ.pop("LD_LIBRARY_PATH_ORIG", None)
if before:
    os.environ["LD_LIBRARY_PATH"] = before
else:
    os.environ.pop("LD_LIBRARY_PATH", None)

# By these it knows its own second half, which it starts when it has set the folder of libraries. A child of ours that
# inherits them would take itself for that half, and not find what lies in the folder.
for name in [name for name in os.environ if name.startswith("_PYI_")]:
    del os.environ[name]

# A module that is imported late is read out of the program's own file, looked up by its name again. A package that is
# upgraded while we run puts another file there, with other modules at those places: so the file of the start is held.
archive = pyimod02_importers.pyz_archive
archive._filename = f"/proc/self/fd/{os.open(archive._filename, os.O_RDONLY | os.O_CLOEXEC)}"
