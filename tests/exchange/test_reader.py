"""Files are known by what is in them; what is wrong with one thing is told of that one; nothing but conversations is taken."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from desktop_app.exchange import containers, json_file
from desktop_app.exchange.containers import is_unsafe
from desktop_app.exchange.found import Ended, Found, Progress, Skipped, SkipReason, Source
from desktop_app.exchange.reader import read
from tests.exchange import corpus, mutations
from tests.exchange.corpus import NOW_MS, packed
from tests.exchange.reading import WORDS, events, found, reasons, strings


def dumped(value: object) -> bytes:
    return json.dumps(value).encode()


CHATS = dumped([corpus.chatgpt_conversation(number) for number in range(3)])


@pytest.mark.parametrize("name", ["notes.txt", "no extension", "x.zip", "conversations.json"])
def test_a_file_is_known_by_its_content_whatever_its_name(tmp_path: Path, name: str) -> None:
    for source, value in mutations.exports().items():
        read = found(tmp_path, value, name)
        assert {one.source.name.lower() for one in read} == {source}


def test_the_same_export_gives_the_same_identities_again(tmp_path: Path) -> None:
    for value in mutations.exports().values():
        ids = [[message.id for message in one.messages] for one in found(tmp_path, value)]
        assert [[message.id for message in one.messages] for one in found(tmp_path, value)] == ids


def test_split_files_in_a_folder_and_in_an_archive_are_all_read(tmp_path: Path) -> None:
    files = {f"export/conversations-00{number}.json": dumped([corpus.chatgpt_conversation(number)]) for number in range(3)}
    files |= {"export/user.json": b'{"id": "u", "email": "a@b.c"}', "export/chat.html": b"<html>", "export/a.png": b"\x89PNG"}
    files |= {
        "export/shared_conversations.json": b'[{"id": "x", "conversation_id": "y", "title": "z"}]',
        "export/__MACOSX/._a": b"[",
    }
    archive = tmp_path / "export.zip"
    archive.write_bytes(packed(files))
    *conversations, ended = events(archive)
    assert [one.conversation.title for one in conversations] == ["Conversation 0", "Conversation 1", "Conversation 2"]
    assert ended == Ended(5)
    for name, data in files.items():
        (tmp_path / "unpacked" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "unpacked" / name).write_bytes(data)
    assert events(tmp_path / "unpacked") == [*conversations, ended]


def test_one_bad_conversation_does_not_hide_the_others(tmp_path: Path) -> None:
    good = [json.dumps(corpus.chatgpt_conversation(number)) for number in range(3)]
    bad = '{"title": "Bad one", "mapping": {"a": nonsense}}'
    path = tmp_path / "conversations.json"
    path.write_text(f'[{good[0]}, {bad}, {good[1]}, 7, {{"mapping": {{}}, "title": "Empty"}}, {{}}, {good[2]}', encoding="utf-8")
    names = [event.conversation.title if isinstance(event, Found) else event for event in events(path)]
    assert names == [
        "Conversation 0", Skipped("Bad one", SkipReason.DAMAGED), "Conversation 1", Skipped("Empty", SkipReason.EMPTY),
        "Conversation 2", Skipped("conversations.json: 5", SkipReason.NOT_A_CONVERSATION), Ended(0),
    ]  # fmt: skip


def test_a_file_that_is_cut_off_gives_what_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(CHATS[: len(CHATS) - 50])
    assert [type(event) for event in events(path)] == [Found, Found, Skipped, Ended]
    assert reasons(path) == ["cut_off"]


@pytest.mark.parametrize("content", [b"", b"{}", b"[]", b"hello", b"[1, 2]", b'{"name": "package", "version": 1}', b"\xff\xfe"])
def test_a_file_without_conversations_says_so(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.json"
    path.write_bytes(content)
    assert reasons(path) == ["no_conversations"]


def test_a_file_that_is_not_there_is_an_error_of_the_system(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        events(tmp_path / "gone.json")


@pytest.mark.posix("links need rights on Windows")
def test_other_files_of_a_folder_are_counted_and_not_told_of(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_bytes(b'{"name": "x", broken')
    (tmp_path / "conversations.json").write_bytes(CHATS)
    (tmp_path / "link.json").symlink_to(tmp_path / "conversations.json")
    *conversations, ended = events(tmp_path)
    assert (len(conversations), ended) == (3, Ended(1))


def test_the_progress_only_grows_and_ends_at_the_end(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(CHATS)
    (tmp_path / "b.zip").write_bytes(packed({"a.json": CHATS, "b.json": CHATS}))
    progress = [event for event in read(tmp_path, WORDS, NOW_MS) if isinstance(event, Progress)]
    done = [event.n_bytes_done for event in progress]
    assert done == sorted(done)
    n_bytes = sum(path.stat().st_size for path in tmp_path.iterdir())
    assert done[-1] == n_bytes
    assert {event.n_bytes for event in progress} == {n_bytes}


def test_nothing_of_settings_tools_and_places_comes_along(tmp_path: Path) -> None:
    """What is planted in the corpus: commands, plugins, parameters, addresses and paths."""
    for number, value in enumerate(mutations.exports().values()):
        (tmp_path / f"{number}.json").write_bytes(dumped(value))
    turns = [("Prompt: ", "Hi"), ("Response: ", "Ho")]
    (tmp_path / "x.chat").write_bytes(corpus.gpt4all_chat(turns, 12, (("a.txt", b"text"),)))
    corpus.write_jan_thread(tmp_path, 1)
    conversations = [event for event in events(tmp_path) if isinstance(event, Found)]
    assert {one.source for one in conversations} == set(Source)
    everything = "\n".join(text for one in conversations for text in strings(one))
    for planted in ("/home/somebody", "rm -rf", "mcp/evil", "temperature", "example.com", "file:///", "javascript_interpret"):
        assert planted not in everything


# Archives


@pytest.mark.parametrize(
    "name",
    [
        "../a.json",
        "/a.json",
        "a/../../b.json",
        "C:\\a.json",
        "C:a.json",
        "\\\\host\\share\\a.json",
        "..\\a.json",
        "//host/a",
        "a\0b",
    ],
)
def test_a_name_that_leads_out_of_the_archive_is_seen(name: str) -> None:
    assert is_unsafe(name)


@pytest.mark.parametrize("name", ["a.json", "export 1/conversations.json", "a/b/c", "..a", "a..b/c", "天空.json"])
def test_a_usual_name_is_none(name: str) -> None:
    assert not is_unsafe(name)


def test_a_file_that_points_out_of_the_archive_is_refused_and_the_others_are_read(tmp_path: Path) -> None:
    archive = tmp_path / "x.zip"
    archive.write_bytes(packed({"../../evil.json": CHATS, "conversations.json": CHATS}))
    before = sorted(tmp_path.parent.rglob("*"))
    assert reasons(archive) == ["unsafe_name"]
    assert sum(isinstance(event, Found) for event in events(archive)) == 3
    assert sorted(tmp_path.parent.rglob("*")) == before, "something was written"


def test_a_bomb_is_refused_while_it_grows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "RATIO_FROM_BYTES", 1_000_000)
    archive = tmp_path / "x.zip"
    archive.write_bytes(packed({"bomb.json": b"[" + b" " * 20_000_000, "conversations.json": CHATS}))
    *conversations, _ = events(archive)
    assert conversations[0] == Skipped("bomb.json", SkipReason.BOMB)
    assert [type(one) for one in conversations[1:]] == [Found] * 3


def test_an_archive_that_is_damaged_encrypted_or_packed_strangely_is_told_of(tmp_path: Path) -> None:
    archive = tmp_path / "x.zip"
    data = bytearray(packed({"conversations.json": CHATS}))
    data[60] ^= 0xFF
    archive.write_bytes(data)
    assert reasons(archive)[-1:] == ["unreadable"]
    data = bytearray(packed({"conversations.json": CHATS}))
    directory = data.index(b"PK\x01\x02")
    for flags in (6, directory + 8):
        data[flags] |= 1
    archive.write_bytes(data)
    assert reasons(archive) == ["unreadable"]
    archive.write_bytes(packed({"conversations.json": CHATS}, 14))
    assert reasons(archive) == ["unreadable"]
    archive.write_bytes(packed({"conversations.json": CHATS})[:-30])
    assert reasons(archive) == ["unreadable"]


def test_a_folder_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(containers, "MAX_FILES", 3)
    for number in range(5):
        (tmp_path / f"{number}.json").write_bytes(CHATS)
    assert reasons(tmp_path) == ["too_many_files"]


def test_what_the_system_does_not_let_us_read_is_told_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.json").write_bytes(CHATS)
    (tmp_path / "b.json").write_bytes(CHATS)
    usual = Path.open

    def refusing(path: Path, *arguments: object, **named: object) -> object:
        if path.name == "a.json":
            raise PermissionError(13, "Permission denied", os.fspath(path))
        return usual(path, *arguments, **named)

    monkeypatch.setattr(Path, "open", refusing)
    *conversations, _ = events(tmp_path)
    assert conversations[0] == Skipped("a.json", SkipReason.UNREADABLE)
    assert len(conversations) == 4


def test_messages_in_lines_that_are_too_many_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_file, "MAX_CONVERSATION_BYTES", 400)
    path = tmp_path / "x.jsonl"
    path.write_text(corpus.llama_cpp_lines(corpus.llama_cpp_conversation(1)), encoding="utf-8")
    assert reasons(path) == ["too_large"]
