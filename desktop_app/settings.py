"""Every setting of the application, declared once: its key, what it is at first, and what it may be.

The file is JSON. What this version does not know or does not accept stays in it untouched, so that going
back to an older version loses nothing; it is only not used. A file that is no JSON object at all is set
aside under another name and said to the caller as a value: settings never stop a start. One that something
else holds is waited for, and one that can be neither read nor set aside is not written over.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from desktop_app.chat.conversation import POLICIES
from desktop_app.clock import now_ms
from desktop_app.durable import patiently, replace_whole
from desktop_app.engine.parameters import TEMPLATE_CHARACTERS_MAX
from desktop_app.errors import AppError, DiskFull, FileUnreadable, SettingsHeld, WriteFailed
from desktop_app.languages import LANGUAGES
from desktop_app.record import Record

MAX_FILE_BYTES = 1_000_000
"""A larger file is not one of ours: all settings together have a few kilobytes."""
N_MODEL_FILES_MAX = 200
"""Opened model files that are remembered; the oldest are forgotten first."""
IDLE_UNLOAD_MINUTES = (0, 15, 60, 240)
"""What is offered as the time after which an unused model leaves the memory; 0: it stays."""
ZOOMS = (70, 80, 90, 100, 110, 125, 150, 175, 200)
"""Steps of the text's size, in percent."""
LOOKS = ("system", "light", "dark", "high-contrast", "high-contrast-light")
ACCENTS = ("ember", "rose", "violet", "blue", "teal", "graphite")
"""The colours of what comes next and of where one is; every theme has each of them."""
COLUMNS = (520, 608, 736)
"""Widths of the text that is read, in pixels."""
THINKING_BUDGETS = (-1, 500, 2_000, 8_000)
"""Tokens of reasoning that are offered as limits: none, some lines, a page, several pages."""
N_FOLDERS_MAX = 1000
"""Closed folders of the list that are remembered."""
TEMPLATES_BYTES_MAX = 256 * 1024
"""Of this file, for all chat templates of one setting together; one alone may be as long as the engine takes it."""
N_ENDPOINTS_MAX = 20
"""Addresses of the hub and its mirrors."""


class Setting(Record):
    """One setting. `check` tells whether a value from outside may be used; it never raises."""

    key: str
    default: Any
    check: Callable[[Any], bool]
    former_keys: tuple[str, ...] = ()
    """Names it had in earlier versions; the first one found is taken over."""
    section: str = ""
    """Where the page of settings shows it; "": it is set elsewhere, or by what the person does."""
    choices: tuple[Any, ...] = ()
    """What the page offers; () for yes or no."""
    control: str = ""
    """What it is set with, where a list or a check box is not it: "colour", "font", "code font", "text"."""


def _one_of(*choices: str) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and value in choices


def _text(n_characters_max: int) -> Callable[[Any], bool]:
    return lambda value: isinstance(value, str) and len(value) <= n_characters_max and "\0" not in value


def _whole_number(lowest: int, highest: int) -> Callable[[Any], bool]:
    # bool is an int in Python, and true is no width.
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and lowest <= value <= highest


def _yes_or_no(value: Any) -> bool:
    return isinstance(value, bool)


def _paths(value: Any) -> bool:
    is_path = _text(4096)
    return isinstance(value, list) and len(value) <= N_MODEL_FILES_MAX and all(is_path(one) and one for one in value)


def _words(value: Any) -> bool:
    is_word = _text(64)
    return isinstance(value, list) and len(value) <= 100 and all(is_word(one) and one for one in value)


def _pairs(value: Any) -> bool:
    is_text = _text(4096)
    is_list = isinstance(value, list) and len(value) <= N_MODEL_FILES_MAX
    return is_list and all(isinstance(one, list) and len(one) == 2 and all(map(is_text, one)) for one in value)


def _templates(value: Any) -> bool:
    """Accept pairs of a path and the chat template that was written for it."""
    is_path, is_source = _text(4096), _text(TEMPLATE_CHARACTERS_MAX)
    is_list = isinstance(value, list) and len(value) <= N_MODEL_FILES_MAX
    are_pairs = is_list and all(isinstance(one, list) and len(one) == 2 for one in value)
    if not are_pairs or not all(is_path(path) and is_source(source) for path, source in value):
        return False
    # The paths are not counted: they may grow when the folder of models moves, and that must lose no template.
    n_bytes = sum(len(json.dumps(source, ensure_ascii=False).encode("utf-8", "surrogatepass")) for _, source in value)
    return len(value) == 1 or n_bytes <= TEMPLATES_BYTES_MAX


def _folder_ids(value: Any) -> bool:
    is_id = _text(64)
    return isinstance(value, list) and len(value) <= N_FOLDERS_MAX and all(is_id(one) and one for one in value)


def _endpoints(value: Any) -> bool:
    """Accept pairs of an address and whether the access token may go there."""
    is_address = _text(1000)
    is_list = isinstance(value, list) and len(value) <= N_ENDPOINTS_MAX
    return is_list and all(
        isinstance(one, list) and len(one) == 2 and is_address(one[0]) and one[0] and _yes_or_no(one[1]) for one in value
    )


def _load_parameters(value: Any) -> bool:
    """Accept lists of a path, what was changed for it (names with numbers, texts or lists of numbers), and the computer.

    One without a computer is of an earlier version and holds on any.
    """
    is_name = _text(4096)
    is_list = isinstance(value, list) and len(value) <= N_MODEL_FILES_MAX
    return is_list and all(
        isinstance(one, list) and len(one) in (2, 3) and isinstance(one[1], dict) and all(map(is_name, (one[0], *one[2:])))
        for one in value
    )


def _shortcuts(value: Any) -> bool:
    """Accept lists of an action's name and its keys."""
    is_word = _text(64)
    is_list = isinstance(value, list) and len(value) <= 200
    return is_list and all(isinstance(one, list) and 1 <= len(one) <= 5 and all(map(is_word, one)) for one in value)


def _named_values(value: Any) -> bool:
    """Accept an object with names as keys; what can be used of its values, their reader tells."""
    is_name = _text(64)
    return isinstance(value, dict) and len(value) <= 100 and all(map(is_name, value))


def _moment(value: Any) -> bool:
    """Accept a word and a time in seconds, or nothing."""
    is_list = isinstance(value, list) and len(value) in (0, 2)
    return is_list and (not value or (_text(64)(value[0]) and _whole_number(0, 1 << 40)(value[1])))


def _speeds(value: Any) -> bool:
    """Accept lists of a machine, where a model was on it, bytes of weights read in a second, and the bytes of that model."""
    is_word = _text(64)
    is_number = _whole_number(1, 1 << 62)
    is_list = isinstance(value, list) and len(value) <= 100
    return is_list and all(
        isinstance(one, list) and len(one) == 4 and all(map(is_word, one[:2])) and all(map(is_number, one[2:])) for one in value
    )


_DECLARED = (
    Setting("theme", "system", _one_of(*LOOKS), section="look", choices=LOOKS),
    Setting("accent", "ember", _one_of(*ACCENTS), section="look", choices=ACCENTS, control="colour"),
    Setting("language", "system", _one_of("system", *LANGUAGES), section="look", choices=("system", *LANGUAGES)),
    Setting("zoom", 100, _whole_number(70, 200), section="look", choices=ZOOMS),
    Setting("density", "comfortable", _one_of("comfortable", "compact"), section="look", choices=("comfortable", "compact")),
    Setting("column_px", 736, _whole_number(400, 760), section="look", choices=COLUMNS),
    Setting("font_family", "", _text(200), section="look", control="font"),
    Setting("mono_family", "", _text(200), section="look", control="code font"),
    Setting("motion", "system", _one_of("system", "on", "off"), section="look", choices=("system", "on", "off")),
    Setting("last_model", "", _text(4096)),
    Setting("last_conversation", "", _text(64)),
    Setting("model_files", [], _paths),
    Setting("models_place", "", _text(4096)),
    Setting("window_geometry", "", _text(10_000)),
    Setting("sidebar_width", 264, _whole_number(200, 400)),
    Setting("talk_panel_width", 320, _whole_number(292, 900)),
    Setting("sidebar_visible", True, _yes_or_no),
    Setting("collapsed_folders", [], _folder_ids),
    Setting("user_name", "", _text(100), section="answers", control="text"),
    Setting("thinking", "auto", _one_of("auto", "on", "off"), section="answers", choices=("auto", "on", "off")),
    Setting("thinking_budget", -1, _whole_number(-1, 1_000_000), section="answers", choices=THINKING_BUDGETS),
    Setting("sampling", {}, _named_values),
    Setting("shortcuts", [], _shortcuts),
    Setting("notifications", True, _yes_or_no, section="window"),
    Setting("tray", False, _yes_or_no, section="window"),
    Setting("close_to_tray", False, _yes_or_no, section="window"),
    Setting("chat_templates", [], _pairs),
    Setting("edited_chat_templates", [], _templates),
    Setting("chat_template_drafts", [], _templates),
    Setting("draft_models", [], _pairs),
    Setting("model_folders", [], _paths),
    Setting("model_stores", [], _words),
    Setting("model_sort", "used", _one_of("used", "name", "size")),
    Setting("context_policy", "stop", _one_of(*POLICIES), section="answers", choices=POLICIES),
    Setting("export_format", "pdf", _one_of("pdf", "md", "html", "txt", "json")),
    Setting("export_folder", "", _text(4096)),
    Setting("idle_unload_minutes", 60, _whole_number(0, 10_000), section="models", choices=IDLE_UNLOAD_MINUTES),
    Setting("load_parameters", [], _load_parameters),
    Setting("download_bytes_per_s", 0, _whole_number(0, 1 << 40)),
    Setting("awaited_download", "", _text(64)),
    Setting("first_card_closed", False, _yes_or_no),
    Setting("kv_states_gib", 4, _whole_number(0, 1024), section="models", choices=(0, 1, 2, 4, 8, 16, 32)),
    Setting("measured_speeds", [], _speeds),
    Setting("failed_drivers", [], _moment),
    Setting("offline", False, _yes_or_no, section="network"),
    Setting("looks_for_updates", False, _yes_or_no, section="network"),
    Setting("updates_looked_ms", 0, _whole_number(0, 1 << 53)),
    Setting("hub_endpoints", [], _endpoints),
    Setting("proxy", "system", _one_of("system", "none", "own")),
    Setting("proxy_address", "", _text(1000)),
    Setting("has_access_token", False, _yes_or_no),
)
SETTINGS: Mapping[str, Setting] = MappingProxyType({setting.key: setting for setting in _DECLARED})


class Settings(Record):
    """What the file holds: `stored` is the whole JSON object, with what this version does not know."""

    stored: Mapping[str, Any]

    def get(self, key: str) -> Any:
        """Give the value in use: the stored one if it is accepted, otherwise the default. Raises: KeyError."""
        setting = SETTINGS[key]
        for name in (key, *setting.former_keys):
            if name in self.stored and setting.check(self.stored[name]):
                return _copied(self.stored[name])
        return _copied(setting.default)

    def changed(self, key: str, value: Any) -> Settings:
        """Give these settings with another value. Raises: KeyError for no such setting, ValueError for the value."""
        if not SETTINGS[key].check(value):
            raise ValueError(f"{value!r} is no value for the setting {key}")
        return Settings({**self.stored, key: _copied(value)})

    def over(self, others: Settings) -> Settings:
        """Give these settings, and of `others` those that are not among them."""
        return Settings({**others.stored, **self.stored})


def _copied(value: Any) -> Any:
    return value.copy() if isinstance(value, list | dict) else value


class LoadedSettings(Record):
    """What `load` found; `problem` says why a file could not be used, None when all is well."""

    settings: Settings
    problem: AppError | None = None


def load(path: Path) -> LoadedSettings:
    """Read the settings. Never raises for what the file holds: a broken one is set aside and the defaults are taken.

    SettingsHeld as the problem: the file is where it was, so it must not be written. Waits only for one that something holds.
    """
    try:
        data = patiently(lambda: _read(path))
    except FileNotFoundError:
        return LoadedSettings(Settings({}))
    except OSError as error:
        return _set_aside(path, error.strerror or type(error).__name__)
    if len(data) > MAX_FILE_BYTES:
        return _set_aside(path, f"larger than {MAX_FILE_BYTES} bytes")
    try:
        # As it is written: the name of a model in another encoding has halves of surrogate pairs.
        stored = json.loads(data.decode("utf-8-sig", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        return _set_aside(path, f"not JSON: {error}")
    if not isinstance(stored, dict):
        return _set_aside(path, "not a JSON object")
    return LoadedSettings(Settings(stored))


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MAX_FILE_BYTES + 1)


def _set_aside(path: Path, reason: str) -> LoadedSettings:
    kept = path.with_name(f"{path.name}.broken-{now_ms()}")
    try:
        path.rename(kept)
    except OSError as error:
        return LoadedSettings(Settings({}), SettingsHeld(str(path), f"{reason}; it could not be set aside: {error.strerror}"))
    return LoadedSettings(Settings({}), FileUnreadable(str(path), f"{reason}; it was kept as {kept.name}"))


def save(path: Path, settings: Settings) -> None:
    """Write the file so that it is whole at every moment, whatever happens. Raises: DiskFull, WriteFailed."""
    text = json.dumps(dict(settings.stored), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    # Behind a symbolic link (settings kept in another folder) it is the target that is replaced, not the link.
    target = Path(os.path.realpath(path))
    try:
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        replace_whole(target, text.encode("utf-8", "surrogatepass"))
    except OSError as error:
        if error.errno == errno.ENOSPC:
            raise DiskFull(str(path)) from error
        raise WriteFailed(str(path), error.strerror or type(error).__name__) from error
