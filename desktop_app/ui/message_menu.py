"""The menu of a message: everything that can be done with it, for the mouse, the Menu key and the … below it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_app.record import Record
from desktop_app.ui.actions import native
from desktop_app.ui.widgets.menu import make_menu, menu_text

if TYPE_CHECKING:
    from PySide6.QtWidgets import QMenu, QWidget


N_LINK_CHARACTERS = 60


class Situation(Record):
    """What a message is, as far as its menu is concerned."""

    message_id: str
    is_question: bool
    is_ended: bool
    """Not an answer in progress."""
    is_last: bool
    """The last message of the branch."""
    is_cut: bool
    is_read_only: bool
    is_answering: bool
    has_text: bool
    n_version: int
    n_versions: int
    code: tuple[tuple[str, int], ...] = ()
    """Language and number of lines of every code block."""
    has_selection: bool = False
    href: str = ""
    links: tuple[tuple[str, str], ...] = ()
    """Words and address of each link, for who has no mouse."""
    is_source: bool = False
    """Messages are shown as they are stored."""
    is_pinned: bool = False
    """The model reads it whatever does not fit the context."""
    n_removed: int = 0
    """Messages of the conversation that were removed and can be brought back."""


class MessageMenu(QObject):
    """Builds menus. The data of an action is its command and, for a few, an argument."""

    def __init__(self, window: QWidget, keys_of: Callable[[str], str]) -> None:
        """`keys_of` gives the keys of an action of the window by its name, as they are written on this system."""
        super().__init__(window)
        self._window = window
        self._keys_of = keys_of

    def build(self, situation: Situation, models: Sequence[tuple[str, str]], leave_out: Collection[str] = ()) -> QMenu:
        """Give the menu; `models`: row and path of each that can answer; `leave_out`: commands that have a button."""
        menu = make_menu(self._window)
        for group in (self._copying(situation), self._answering(situation), self._changing(situation), self._versions(situation)):
            commands = [one for one in group if one[0] not in leave_out]
            if commands and menu.actions():
                menu.addSeparator()
            for command, text, keys in commands:
                self._add(menu, command, text, keys, situation, models)
        return menu

    def possible(self, situation: Situation) -> set[str]:
        """Give the commands that can be done to a message now."""
        groups = (self._copying(situation), self._answering(situation), self._changing(situation), self._versions(situation))
        return {command for group in groups for command, _, _ in group if self._is_possible(command, situation)}

    def models(self, models: Sequence[tuple[str, str]]) -> QMenu:
        """Give the menu of models that can answer again."""
        return self._fill_models(make_menu(self._window), models)

    def _add(
        self, menu: QMenu, command: str, text: str, keys: str, situation: Situation, models: Sequence[tuple[str, str]]
    ) -> None:
        if command == "regenerate_with":
            self._add_submenu(menu, text, lambda sub: self._fill_models(sub, models))
        elif command == "open_link":
            self._add_submenu(menu, text, lambda sub: self._fill_links(sub, situation.links))
        elif command == "copy_code" and len(situation.code) > 1:
            self._add_submenu(menu, text, lambda sub: self._fill_code(sub, situation.code))
        else:
            action = menu.addAction(menu_text(text, keys))
            action.setData((command, 0))
            action.setEnabled(self._is_possible(command, situation))

    def _is_possible(self, command: str, situation: Situation) -> bool:
        match command:
            case "previous":
                return situation.n_version > 1
            case "next":
                return situation.n_version < situation.n_versions
        return True

    def _add_submenu(self, menu: QMenu, text: str, fill: Callable[[QMenu], QMenu]) -> None:
        submenu = make_menu(menu, ends_itself=False)
        submenu.setTitle(menu_text(text))
        fill(submenu)
        menu.addMenu(submenu)

    def _fill_models(self, menu: QMenu, models: Sequence[tuple[str, str]]) -> QMenu:
        for row, path in models:
            menu.addAction(row).setData(("regenerate_with", path))
        return menu

    def _fill_links(self, menu: QMenu, links: Sequence[tuple[str, str]]) -> QMenu:
        for words, href in links:
            shown = words if len(words) <= N_LINK_CHARACTERS else words[: N_LINK_CHARACTERS - 1] + "…"
            menu.addAction(menu_text(shown)).setData(("open_link", href))
        return menu

    def _fill_code(self, menu: QMenu, code: Sequence[tuple[str, int]]) -> QMenu:
        for number, (language, n_lines) in enumerate(code):
            name = self.tr("{number}. {language}").format(number=number + 1, language=language)
            menu.addAction(menu_text(name, self.tr("%n line(s)", "", n_lines))).setData(("copy_code", number))
        return menu

    # Command, words, keys

    def _copying(self, it: Situation) -> list[tuple[str, str, str]]:
        commands = []
        if it.links:
            commands.append(("open_link", self.tr("Open link"), ""))
        if it.href:
            commands.append(("copy_link", self.tr("Copy link address"), ""))
        if it.has_selection:
            commands.append(("copy_selection", self.tr("Copy selection"), native("Ctrl+C")))
        if it.message_id and it.has_text:
            commands.append(("copy_markdown", self.tr("Copy as Markdown"), ""))
            commands.append(("copy_plain", self.tr("Copy as plain text"), ""))
            if it.code:
                commands.append(("copy_code", self.tr("Copy code block"), ""))
            commands.append(("export", self.tr("Export message…"), ""))
        if it.has_selection:
            commands.append(("export_selection", self.tr("Export selection…"), ""))
        if not it.message_id:
            commands.append(("select_all", self.tr("Select all"), native("Ctrl+A")))
        commands.append(
            ("show_source", self.tr("Show formatted") if it.is_source else self.tr("Show source"), self._keys_of("show_source"))
        )
        return commands

    def _answering(self, it: Situation) -> list[tuple[str, str, str]]:
        can_answer = not it.is_question or it.is_last
        if not it.message_id or it.is_read_only or not it.is_ended or not can_answer:
            return []
        commands = [
            ("regenerate", self.tr("Regenerate"), self._keys_of("regenerate") if it.is_last else ""),
            ("regenerate_with", self.tr("Regenerate with"), ""),
        ]
        if it.is_cut and it.is_last and not it.is_answering:
            commands.append(("continue", self.tr("Continue"), ""))
        return commands

    def _changing(self, it: Situation) -> list[tuple[str, str, str]]:
        commands = []
        if it.message_id and not it.is_read_only and it.is_ended:
            commands = [
                ("edit", self.tr("Edit"), ""),
                ("unpin", self.tr("Unpin from the context"), "") if it.is_pinned else ("pin", self.tr("Pin to the context"), ""),
                ("branch", self.tr("Branch into a new conversation"), ""),
                ("delete", self.tr("Remove message"), ""),
            ]
        if it.n_removed:
            commands.append(("restore_removed", self.tr("Restore %n removed message(s)", "", it.n_removed), ""))
        return commands

    def _versions(self, it: Situation) -> list[tuple[str, str, str]]:
        if not it.message_id or it.n_versions < 2:
            return []
        return [
            ("previous", self.tr("Previous version"), native("Alt+Left")),
            ("next", self.tr("Next version"), native("Alt+Right")),
            ("compare", self.tr("Compare versions…"), ""),
        ]
