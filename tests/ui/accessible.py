"""What a screen reader finds on a screen: controls, their names and roles."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QComboBox, QScrollArea, QWidget

Role = QAccessible.Role
CONTROLS = {
    Role.Button, Role.ButtonMenu, Role.ButtonDropDown, Role.CheckBox, Role.RadioButton, Role.ComboBox, Role.EditableText,
    Role.List, Role.ListItem, Role.Tree, Role.TreeItem, Role.Table, Role.Slider, Role.SpinBox, Role.PageTab, Role.MenuItem,
    Role.Link, Role.ProgressBar, Role.Dialog,
}  # fmt: skip
SPEECHLESS = {Role.NoRole, Role.Client, Role.Pane, Role.Grouping, Role.Whitespace}
"""Roles that tell nobody what can be done with a control."""


def unnamed(root: QWidget) -> list[str]:
    """Give the controls below `root` that have no name, as role and class, with where they are."""
    QCoreApplication.processEvents()
    return [where for one, where in _every(QAccessible.queryAccessibleInterface(root), "") if _is_nameless(one)]


def without_role(root: QWidget) -> list[str]:
    """Give what takes the keyboard below `root` and does not say what it is."""
    found = []
    for one, where in _every(QAccessible.queryAccessibleInterface(root), ""):
        widget = one.object()
        # What scrolls takes the keyboard to be scrolled; that is all it can do.
        if not isinstance(widget, QWidget) or isinstance(widget, QScrollArea) or widget is root:
            continue
        takes_keys = widget.focusPolicy() != Qt.FocusPolicy.NoFocus and widget.focusProxy() is None
        if takes_keys and one.role() in SPEECHLESS:
            found.append(where)
    return found


def _every(one: QAccessibleInterface, above: str) -> Iterator[tuple[QAccessibleInterface, str]]:
    widget: object = one.object()
    where = f"{above}/{one.role().name if widget is None else type(widget).__name__}"
    yield one, where
    for number in range(one.childCount()):
        below: QAccessibleInterface | None = one.child(number)
        # What scrolls is Qt's: a person with a screen reader goes from control to control.
        if below is not None and below.isValid() and below.role() is not Role.ScrollBar and not below.state().invisible:
            yield from _every(below, where)


def _is_nameless(one: QAccessibleInterface) -> bool:
    if one.role() not in CONTROLS:
        return False
    widget = one.object()
    # On Linux Qt gives what is chosen as the name of a box of choices.
    name = widget.accessibleName() if isinstance(widget, QComboBox) else one.text(QAccessible.Text.Name)
    return not name.strip()
