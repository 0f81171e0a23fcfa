"""The command line of `hearth`: what may stand there, and what is wrong with what does."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from desktop_app import APP_NAME, __version__


def parse(arguments: list[str]) -> dict[str, Any]:
    """Give the fields of `options.Options`. Wrong arguments end the process with a usage line and exit code 2."""
    description = "Private AI chat on your own computer."
    parser = argparse.ArgumentParser(prog=APP_NAME.lower(), description=description, allow_abbrev=False)
    parser.add_argument("file", nargs="?", type=_path, metavar="FILE.gguf", help="ask whether to use this file as a model")
    parser.add_argument("--data-dir", type=_folder, metavar="DIR", help="keep everything in this folder")
    parser.add_argument("--model", type=_existing_file, metavar="FILE", help="load this model at the start")
    parser.add_argument("--offline", action="store_true", help="allow no connection to any other computer")
    parser.add_argument("--self-check", action="store_true", help="load a model, generate, print one JSON object and leave")
    parser.add_argument("--version", action="version", version=f"{APP_NAME} {__version__}")
    return vars(parser.parse_args(arguments))


def _existing_file(text: str) -> Path:
    try:
        path = Path(text).expanduser().absolute()
        is_there = path.is_file()
    except (OSError, RuntimeError) as error:  # a name that no system takes, a home that does not exist
        raise argparse.ArgumentTypeError(f"there is no file {text}") from error
    if not is_there:
        raise argparse.ArgumentTypeError(f"there is no file {text}")
    return path


def _path(text: str) -> Path:
    """Give the path as it is. A double click comes without a terminal: what is wrong with the file is said in the window."""
    try:
        return Path(text).expanduser().absolute()
    except (OSError, RuntimeError) as error:
        raise argparse.ArgumentTypeError(f"there is no file {text}") from error


def _folder(text: str) -> Path:
    try:
        path = Path(text).expanduser().absolute()
        is_folder = path.is_dir() or not path.exists()
    except (OSError, RuntimeError) as error:
        raise argparse.ArgumentTypeError(f"{text} cannot be a folder") from error
    if not is_folder:
        raise argparse.ArgumentTypeError(f"{text} is not a folder")
    return path
