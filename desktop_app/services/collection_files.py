"""The files of one import of templates or personas: read one after the other, so that their news is told together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from desktop_app.errors import AppError, NotATextFile
from desktop_app.services.text_files import read_text_file

IMPORT_BYTES_MAX = 64 * 1024 * 1024
"""An export has as much as there is: 600 templates as long as they may be. The window waits 0.1 s for such a file."""

R = TypeVar("R")


def read_each(
    paths: Sequence[Path], read: Callable[[str, str], R], unreadable: Callable[[str], R]
) -> tuple[list[R], list[AppError]]:
    """Give what `read` makes of name and text of each file, and what went wrong with the others.

    `unreadable` gives what stands for a file that holds no text.
    """
    found: list[R] = []
    errors: list[AppError] = []
    for path in paths:
        try:
            file = read_text_file(path, IMPORT_BYTES_MAX)
            found.append(read(file.name, file.text))
        except NotATextFile:
            found.append(unreadable(path.name))
        except AppError as error:
            errors.append(error)
    return found, errors
