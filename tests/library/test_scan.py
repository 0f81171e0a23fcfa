from __future__ import annotations

import os
from pathlib import Path

import pytest

from desktop_app.library.scan import model_file, scan

needs_links = pytest.mark.skipif(os.name != "posix", reason="links need rights on Windows")


def put(folder: Path, name: str, n_bytes: int = 10) -> Path:
    """Give a file of so many bytes."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"G" * n_bytes)
    return path


def test_models_are_found_in_all_folders_below_in_any_case(tmp_path: Path) -> None:
    put(tmp_path, "b.gguf")
    put(tmp_path, "publisher/repo/A.GGUF")
    put(tmp_path, "notes.txt")
    put(tmp_path, "half.gguf.part")

    assert [model.name for model in scan(tmp_path)] == ["A", "b"]


def test_the_parts_of_one_model_are_one_model_with_the_size_of_all(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        put(tmp_path, f"big-Q8_0-0000{number}-of-00003.gguf", 100 * number)

    (model,) = scan(tmp_path)

    assert model.path.name == "big-Q8_0-00001-of-00003.gguf"
    assert model.size_bytes == 600
    assert model_file(model.path) == model


@pytest.mark.parametrize("missing", [1, 2])
def test_a_model_that_lacks_a_part_is_left_out(tmp_path: Path, missing: int) -> None:
    for number in {1, 2} - {missing}:
        put(tmp_path, f"big-0000{number}-of-00002.gguf")

    assert scan(tmp_path) == []


def test_what_is_no_model_of_its_own_is_left_out(tmp_path: Path) -> None:
    put(tmp_path, "mmproj-model-f16.gguf")
    put(tmp_path, "Qwen2-VL.mmproj-Q8_0.gguf")
    put(tmp_path, "._model.gguf")
    put(tmp_path, ".cache/blob.gguf")

    assert scan(tmp_path) == []


@needs_links
def test_broken_links_and_circles_of_folders_are_survived(tmp_path: Path) -> None:
    put(tmp_path, "models/a.gguf")
    (tmp_path / "models" / "gone.gguf").symlink_to(tmp_path / "nowhere")
    (tmp_path / "models" / "round").symlink_to(tmp_path / "models")

    assert [model.path.name for model in scan(tmp_path / "models")] == ["a.gguf"]


@needs_links
def test_a_folder_behind_a_link_is_looked_into(tmp_path: Path) -> None:
    put(tmp_path, "disk/a.gguf")
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "disk").symlink_to(tmp_path / "disk")

    assert [model.name for model in scan(tmp_path / "models")] == ["a"]


def test_a_folder_that_is_not_there_holds_no_models(tmp_path: Path) -> None:
    assert scan(tmp_path / "nowhere") == []
