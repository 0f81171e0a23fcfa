from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from desktop_app.library import collect as collect_module
from desktop_app.library.collect import KnownFile, Wanted, collect
from desktop_app.library.model_file import STORES
from tests.library.files import look, names_of, put, put_projector, surroundings


def test_a_model_comes_with_what_its_header_says(tmp_path: Path) -> None:
    path = put(tmp_path / "publisher" / "repo" / "My-Model-Q4_K_M.gguf", llama__context_length=8192)

    (model,) = look(tmp_path).models

    assert (model.path, model.name, model.quantization, model.n_ctx_train) == (path, "My Model", "Q4_K_M", 8192)
    assert (model.problem, model.store, model.is_removable, model.is_embedding) == ("", "", True, False)
    assert model.size_bytes == path.stat().st_size and model.disk_bytes > 0
    assert abs(model.modified_ms / 1000 - path.stat().st_mtime) < 1


def test_the_header_tells_the_quantization_where_the_name_does_not(tmp_path: Path) -> None:
    put(tmp_path / "mine.gguf", general__file_type=7)

    assert look(tmp_path).models[0].quantization == "Q8_0"


def test_a_file_called_as_all_are_takes_the_name_in_its_header(tmp_path: Path) -> None:
    put(tmp_path / "model.gguf", general__name="Smollm2 135M")

    assert look(tmp_path).models[0].name == "Smollm2 135M"


def test_a_name_cannot_turn_the_line_around(tmp_path: Path) -> None:
    put(tmp_path / "a\u202egnp.exe-Q8_0.gguf", seed=1)
    put(tmp_path / "می\u200cخواهم.gguf", seed=2)

    assert [model.name for model in look(tmp_path).models] == ["a gnp.exe", "می\u200cخواهم"]


@pytest.mark.posix("Windows has no such names")
def test_a_name_cannot_break_the_line(tmp_path: Path) -> None:
    put(tmp_path / "a\nb-Q8_0.gguf")

    assert [model.name for model in look(tmp_path).models] == ["a b"]


def test_the_parts_of_one_model_are_one_model_with_the_size_of_all(tmp_path: Path) -> None:
    parts = [put(tmp_path / f"big-Q8_0-0000{number}-of-00003.gguf", 100 * number, seed=number) for number in (1, 2, 3)]

    (model,) = look(tmp_path).models

    assert (model.path, list(model.shards), model.name) == (parts[0], parts[1:], "big")
    assert model.size_bytes == sum(part.stat().st_size for part in parts)


@pytest.mark.parametrize("missing", [1, 2])
def test_a_model_that_lacks_a_part_is_left_out(tmp_path: Path, missing: int) -> None:
    for number in {1, 2} - {missing}:
        put(tmp_path / f"big-0000{number}-of-00002.gguf")

    assert look(tmp_path).models == ()


@pytest.mark.parametrize("count", ["00000", "99999"])
def test_a_count_of_parts_that_no_model_has_costs_nothing(tmp_path: Path, count: str) -> None:
    put(tmp_path / f"big-00001-of-{count}.gguf")

    assert look(tmp_path).models == ()


def test_what_is_no_model_of_its_own_is_left_out(tmp_path: Path) -> None:
    put(tmp_path / "mmproj-model-f16.gguf")
    put_projector(tmp_path / "eyes.gguf")
    put(tmp_path / "lora.gguf", general__type="adapter")
    put(tmp_path / "importance.gguf", general__type="imatrix")
    put(tmp_path / "mtp-Q8_0.gguf")

    assert look(tmp_path).models == ()


def test_what_cannot_be_read_is_listed_with_the_reason_when_it_has_a_models_name(tmp_path: Path) -> None:
    (tmp_path / "page.gguf").write_bytes(b"<!doctype html>")

    (model,) = look(tmp_path).models

    assert (model.name, model.problem, model.facts) == ("page", "not_gguf", None)


def test_models_see_by_the_projector_beside_them(tmp_path: Path) -> None:
    put(tmp_path / "a" / "Qwen-VL-Q4_K_M.gguf", seed=1)
    put(tmp_path / "b" / "Plain-Q4_K_M.gguf", seed=2)
    eyes = put_projector(tmp_path / "a" / "mmproj-F16.gguf")
    guess = put(tmp_path / "b" / "eagle3-Plain.gguf", seed=3)

    by_name = {model.name: model for model in look(tmp_path).models}

    assert (by_name["Qwen VL"].projector, by_name["Qwen VL"].drafts) == (eyes, ())
    assert (by_name["Plain"].projector, by_name["Plain"].drafts) == (None, (guess,))


def test_the_same_file_once_more_is_a_copy_and_not_another_model(tmp_path: Path) -> None:
    first = put(tmp_path / "own" / "a.gguf", general__name="A")
    copy = tmp_path / "other" / "downloaded (1).gguf"
    copy.parent.mkdir()
    copy.write_bytes(first.read_bytes())

    found = look(tmp_path / "own", tmp_path / "other")

    (model,) = found.models
    assert (model.path, model.copies) == (first, (copy,))
    assert found.by_path[copy] == found.by_path[first] == model


def test_parts_of_different_models_that_begin_alike_are_no_copies(tmp_path: Path) -> None:
    for folder, size in (("one", 10), ("other", 20)):
        put(tmp_path / folder / "big-00001-of-00002.gguf", general__name="big")
        put(tmp_path / folder / "big-00002-of-00002.gguf", size)

    assert len(look(tmp_path).models) == 2


@pytest.mark.posix("links need rights on Windows")
def test_one_file_under_many_names_is_one_model_and_found_by_all_of_them(tmp_path: Path) -> None:
    path = put(tmp_path / "own" / "a.gguf")
    link = tmp_path / "own" / "b.gguf"
    link.symlink_to(path)
    hard = tmp_path / "other" / "c.gguf"
    hard.parent.mkdir()
    os.link(path, hard)

    found = look(tmp_path / "own", tmp_path / "other")

    assert names_of(found) == ["a.gguf"]
    assert found.by_path[link] == found.by_path[hard] == found.models[0]


@pytest.mark.posix("links need rights on Windows")
def test_the_starter_model_stays_what_it_is_through_links_and_copies(tmp_path: Path) -> None:
    starter = put(tmp_path / "program" / "starter.gguf")
    own = tmp_path / "own"
    own.mkdir()
    (own / "0-link.gguf").symlink_to(starter)
    (own / "copy.gguf").write_bytes(starter.read_bytes())

    (model,) = look(own, tmp_path / "program", starter=starter).models

    assert (model.path, model.is_starter, model.is_removable) == (starter, True, False)


def test_the_starter_comes_first_then_all_by_name(tmp_path: Path) -> None:
    starter = put(tmp_path / "program" / "zzz.gguf", seed=1)
    for seed, name in enumerate(("zebra.gguf", "Ant.gguf", "模型.gguf"), start=2):
        put(tmp_path / "own" / name, seed=seed)

    assert names_of(look(tmp_path / "own", starter=starter)) == ["zzz.gguf", "Ant.gguf", "zebra.gguf", "模型.gguf"]


def test_folders_say_what_is_in_them_and_whether_they_are_there(tmp_path: Path) -> None:
    put(tmp_path / "own" / "deep" / "a.gguf", 1000)

    found = look(tmp_path / "own", tmp_path / "stick")

    assert [(one.path.name, one.kind, one.n_models, one.is_there) for one in found.folders] == [
        ("own", "own", 1, True),
        ("stick", "added", 0, False),
    ]
    assert found.folders[0].size_bytes == found.models[0].size_bytes
    assert set(found.watched) == {tmp_path / "own", tmp_path / "own" / "deep"}


def test_a_state_that_is_known_is_not_opened_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "a.gguf", seed=1)
    (tmp_path / "page.gguf").write_bytes(b"<html>")
    first = look(tmp_path)
    monkeypatch.setattr(collect_module, "read_facts", lambda path: pytest.fail(f"opened {path}"))

    again = look(tmp_path, known=first)

    assert again.models == first.models
    assert (len(first.fresh), again.fresh) == (2, frozenset())


def test_another_state_of_a_file_is_read_again(tmp_path: Path) -> None:
    path = put(tmp_path / "a.gguf", llama__context_length=1024)
    first = look(tmp_path)
    put(path, 5, llama__context_length=2048)

    again = look(tmp_path, known=first)

    assert again.models[0].n_ctx_train == 2048
    assert again.fresh == {path}


def test_a_file_without_rights_is_tried_again_each_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "a.gguf")
    with monkeypatch.context() as closed:
        closed.setattr("desktop_app.library.facts.open_plain", _refuse)
        first = look(tmp_path)

    again = look(tmp_path, known=first)

    assert first.models[0].problem == "not_readable" and first.fresh == frozenset()
    assert again.models[0].problem == ""


def _refuse(path: Path) -> None:
    raise PermissionError(13, "no", str(path))


def test_a_file_that_may_be_on_its_way_is_to_be_looked_at_again(tmp_path: Path) -> None:
    path = put(tmp_path / "a.gguf")
    assert not look(tmp_path).is_unsettled
    os.utime(path, (time.time(), time.time()))
    assert look(tmp_path).is_unsettled


def test_a_time_in_the_future_does_not_keep_the_search_going(tmp_path: Path) -> None:
    path = put(tmp_path / "a.gguf")
    os.utime(path, (time.time() + 10**6, time.time() + 10**6))

    assert not look(tmp_path).is_unsettled


def test_a_file_that_vanishes_between_two_looks_is_survived(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path / "a.gguf", seed=1)
    put(tmp_path / "b.gguf", seed=2)
    original = collect_module.read_facts

    def vanish_and_read(path: Path) -> object:
        if path.name == "a.gguf":
            path.unlink()
        return original(path)

    monkeypatch.setattr(collect_module, "read_facts", vanish_and_read)

    assert {model.name: model.problem for model in look(tmp_path).models} == {"a": "not_readable", "b": ""}


@pytest.mark.posix("links need rights on Windows")
def test_what_belongs_to_another_application_is_known_through_every_link(tmp_path: Path) -> None:
    theirs = put(tmp_path / "home" / ".lmstudio" / "models" / "pub" / "repo" / "theirs.gguf", seed=1)
    own = tmp_path / "own"
    mine = put(own / "mine.gguf", seed=2)
    (own / "one.gguf").symlink_to(theirs)
    (own / "folder").symlink_to(theirs.parent.parent)

    models = {model.path: model for model in look(own, theirs.parent, opened=(theirs,), home=tmp_path / "home").models}

    assert models.pop(mine).is_removable
    assert [model.store for model in models.values()] == ["lm_studio"]
    assert not any(model.is_removable for model in models.values())


def test_what_was_kept_by_another_search_is_what_is_known_now(tmp_path: Path) -> None:
    path = put(tmp_path / "a.gguf")

    found = look(tmp_path)

    assert set(found.known) == {path}
    assert isinstance(found.known[path], KnownFile)


@pytest.mark.linux("only there names are any bytes")
def test_a_name_in_no_encoding_is_listed(tmp_path: Path) -> None:
    put(tmp_path / os.fsdecode(b"caf\xe9.gguf"), general__name="Coffee")

    assert len(look(tmp_path).models) == 1


def test_100000_entries_are_gone_through(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # As a disk would list them, without making them: a test must not write so many files.
    put(tmp_path / "a.gguf")
    original = os.scandir

    class Entry:
        def __init__(self, number: int) -> None:
            self.name, self.path = f"{number}.txt", str(tmp_path / f"{number}.txt")

        def is_dir(self) -> bool:
            return False

    class Crowded:
        def __enter__(self) -> object:
            with original(tmp_path) as entries:
                return iter([*(Entry(number) for number in range(100_000)), *entries])

        def __exit__(self, *_: object) -> None:
            pass

    monkeypatch.setattr("desktop_app.library.scan.os.scandir", lambda folder: Crowded())

    found = look(tmp_path)

    assert names_of(found) == ["a.gguf"]
    assert not found.folders[0].is_cut_short


def test_a_search_that_is_given_up_opens_nothing_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(20):
        put(tmp_path / f"{number:02}.gguf", seed=number)
    opened: list[Path] = []
    original = collect_module.read_facts
    monkeypatch.setattr(collect_module, "read_facts", lambda path: opened.append(path) or original(path))
    around = surroundings(tmp_path / "nobody")

    collect(Wanted(None, tmp_path, (), (), (), around, lambda: len(opened) >= 5), {})
    assert len(opened) == 5
    assert collect(Wanted(None, tmp_path, (), (), (), around, lambda: True), {}).models == ()


def test_other_applications_are_asked_only_when_wanted(tmp_path: Path) -> None:
    put(tmp_path / "home" / ".lmstudio" / "models" / "pub" / "repo" / "theirs.gguf")

    assert look(tmp_path / "own", home=tmp_path / "home").models == ()
    assert names_of(look(tmp_path / "own", home=tmp_path / "home", stores=STORES)) == ["theirs.gguf"]
