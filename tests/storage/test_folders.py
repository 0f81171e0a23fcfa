"""Folders, tags and pins."""

from __future__ import annotations

import pytest

from desktop_app.chat.folder import Folder
from desktop_app.storage import conversations as store
from desktop_app.storage import folders, trash
from desktop_app.storage.database import Database
from tests.storage.talk import talk


@pytest.fixture
def two(database: Database) -> tuple[str, str]:
    """Ids of two conversations."""
    return talk(database, "one", "1").conversation_id, talk(database, "two", "2").conversation_id


def test_folders_are_in_order_of_their_names(database: Database) -> None:
    for number, name in enumerate(("work", "Éclairs", "Attic", "attic")):
        folders.put_folder(database, Folder(str(number), name, number))
    folders.rename_folder(database, "0", "Bills")

    assert [folder.name for folder in folders.folders(database)] == ["Attic", "attic", "Bills", "Éclairs"]


def test_conversations_move_together_and_stay_when_their_folder_goes(database: Database, two: tuple[str, str]) -> None:
    folders.put_folder(database, Folder("f", "Work", 1))
    folders.move(database, two, "f")
    assert [one.folder_id for one in store.all_conversations(database)] == ["f", "f"]

    left = folders.remove_folder(database, "f")

    assert sorted(left) == sorted(two)
    assert [one.folder_id for one in store.all_conversations(database)] == [None, None]
    folders.move(database, two, "f")
    assert store.conversation(database, two[0]).folder_id is None


def test_moving_is_for_all_or_for_none(database: Database, two: tuple[str, str]) -> None:
    folders.put_folder(database, Folder("f", "Work", 1))
    with pytest.raises(LookupError):
        folders.move(database, [two[0], "nobody"], "f")

    assert store.conversation(database, two[0]).folder_id is None


def test_tags_are_sorted_and_there_once(database: Database, two: tuple[str, str]) -> None:
    folders.tag(database, two, add=["  to\nread ", "zebra", "Apple", " "])
    folders.tag(database, [two[0]], add=["zebra", "cats"], remove=["to read"])

    assert store.conversation(database, two[0]).tags == ("Apple", "cats", "zebra")
    assert {one.id: one.tags for one in store.all_conversations(database)} == {
        two[0]: ("Apple", "cats", "zebra"),
        two[1]: ("Apple", "to read", "zebra"),
    }
    assert folders.tags(database) == ["Apple", "cats", "to read", "zebra"]
    assert folders.have_tags(database, two)


def test_tags_of_the_trash_are_not_offered(database: Database, two: tuple[str, str]) -> None:
    folders.tag(database, [two[0]], add=["mine"])
    trash.trash(database, [two[0]])
    assert folders.tags(database) == []

    trash.restore(database, [two[0]])
    assert folders.tags(database) == ["mine"]


def test_a_pin_that_is_set_again_keeps_its_time(database: Database, two: tuple[str, str]) -> None:
    folders.pin(database, two, True)
    store.update(database, "pinned_ms = ?", two[0], 5)

    folders.pin(database, two, True)
    assert store.conversation(database, two[0]).pinned_ms == 5

    folders.pin(database, two, False)
    assert [one.pinned_ms for one in store.all_conversations(database)] == [None, None]
