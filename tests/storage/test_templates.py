"""Prompt templates on the disk: whatever a file spelled out can be kept."""

from __future__ import annotations

from desktop_app.storage.database import Database
from desktop_app.storage.templates import add, save, templates, versions
from desktop_app.templates.files import read_prompts


def test_half_a_character_in_one_template_loses_none_of_a_file(database: Database) -> None:
    fine, half = '{"title": "fine", "text": "fine"}', '{"title": "a\\ud800", "text": "b\\udfff", "folder": "c\\ud800"}'
    fields = '{"title": "d", "text": "{{e}}", "fields": [{"name": "e", "help": "f\\ud800"}]}'
    read = read_prompts("a.json", f'{{"templates": [{fine}, {half}, {fields}]}}').templates
    add(database, read, 1)

    assert [one.text for one in templates(database)] == ["b\ufffd", "{{e}}", "fine"]
    for one in read:
        save(database, one.replaced(text=f"{one.text}\ud800"), 2)
        assert [version.saved_ms for version in versions(database, one.id)] == [2]
