from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest

from desktop_app.library.collect import Found
from desktop_app.library.model_file import STORES, ModelFile
from desktop_app.library.stores import Surroundings, all_store_folders, n_models_elsewhere, store_files, store_folders
from tests.library.files import look, put, put_projector, surroundings

COMMIT, OLD_COMMIT = "a" * 40, "b" * 40


def found_elsewhere(home: Path) -> dict[str, ModelFile]:
    """Give what the applications of this home folder have, by name of the store and of the model."""
    found: Found = look(home / "own", home=home, stores=STORES)
    return {f"{model.store}: {model.name}": model for model in found.models}


def write(path: Path, text: str) -> Path:
    """Write a file of another application."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


# LM Studio


def test_lm_studio_keeps_publisher_and_repository(tmp_path: Path) -> None:
    put(tmp_path / ".lmstudio" / "models" / "bartowski" / "Qwen3-GGUF" / "Qwen3-Q4_K_M.gguf")

    model = found_elsewhere(tmp_path)["lm_studio: Qwen3"]

    assert (model.repository, model.quantization, model.is_removable) == ("bartowski/Qwen3-GGUF", "Q4_K_M", False)


def test_lm_studio_may_have_moved_its_home_and_its_models(tmp_path: Path) -> None:
    write(tmp_path / ".lmstudio-home-pointer", f"{tmp_path / 'elsewhere'}\n")
    write(tmp_path / "elsewhere" / "settings.json", json.dumps({"downloadsFolder": str(tmp_path / "big disk")}))
    put(tmp_path / "big disk" / "p" / "r" / "a.gguf", seed=1)
    put(tmp_path / ".cache" / "lm-studio" / "models" / "p" / "r" / "old.gguf", seed=2)

    assert set(found_elsewhere(tmp_path)) == {"lm_studio: a", "lm_studio: old"}


# Ollama


def ollama_blob(models: Path, content: bytes) -> dict[str, Any]:
    """Put a blob and give what a manifest says of it."""
    digest = hashlib.sha256(content).hexdigest()
    (models / "blobs").mkdir(parents=True, exist_ok=True)
    (models / "blobs" / f"sha256-{digest}").write_bytes(content)
    return {"digest": f"sha256:{digest}", "size": len(content)}


def ollama_manifest(models: Path, place: str, layers: dict[str, dict[str, Any]], folder: str = "manifests") -> Path:
    """Write a manifest with these layers by kind."""
    listed = [{"mediaType": f"application/vnd.ollama.image.{kind}", **layer} for kind, layer in layers.items()]
    return write(models / folder / place, json.dumps({"schemaVersion": 2, "layers": listed}))


def model_bytes(tmp_path: Path, seed: int = 0) -> bytes:
    """Give the content of a model file."""
    return put(tmp_path / "scratch" / "model.gguf", seed=seed).read_bytes()


def test_ollamas_blobs_are_known_by_the_names_in_manifests(tmp_path: Path) -> None:
    models = tmp_path / ".ollama" / "models"
    weights = ollama_blob(models, model_bytes(tmp_path))
    eyes = ollama_blob(models, put_projector(tmp_path / "scratch" / "eyes.gguf").read_bytes())
    template = ollama_blob(models, b"{{ .Prompt }}")
    layers = {"model": weights, "projector": eyes, "template": template}
    ollama_manifest(models, "registry.ollama.ai/library/llava/7b-v1.6-q4_K_M", layers)

    model = found_elsewhere(tmp_path)["ollama: llava 7b v1.6"]

    assert model.path == models / "blobs" / f"sha256-{weights['digest'][7:]}"
    assert model.projector == models / "blobs" / f"sha256-{eyes['digest'][7:]}"
    assert (model.quantization, model.sha256, model.problem) == ("Q4_K_M", weights["digest"][7:], "")
    assert not model.is_removable


def test_two_names_of_one_blob_are_one_model(tmp_path: Path) -> None:
    models = tmp_path / ".ollama" / "models"
    layers = {"model": ollama_blob(models, model_bytes(tmp_path))}
    ollama_manifest(models, "registry.ollama.ai/library/llama3.2/3b", layers)
    ollama_manifest(models, "registry.ollama.ai/library/llama3.2/latest", layers)

    assert list(found_elsewhere(tmp_path)) == ["ollama: llama3.2 3b"]


def test_a_model_from_the_hub_says_so(tmp_path: Path) -> None:
    models = tmp_path / ".ollama" / "models"
    layers = {"model": ollama_blob(models, model_bytes(tmp_path))}
    ollama_manifest(models, "hf.co/bartowski/Llama-3.2-3B-Instruct-GGUF/Q4_K_M", layers)

    model = found_elsewhere(tmp_path)["ollama: Llama 3.2 3B Instruct"]

    assert (model.repository, model.quantization) == ("bartowski/Llama-3.2-3B-Instruct-GGUF", "Q4_K_M")


@pytest.mark.posix("links need rights on Windows")
def test_the_layout_of_2026_with_links_and_lists_is_read(tmp_path: Path) -> None:
    models = tmp_path / ".ollama" / "models"
    layers = {"model": ollama_blob(models, model_bytes(tmp_path))}
    child = ollama_manifest(models, "scratch", layers).read_bytes()
    listed = {
        "mediaType": "application/vnd.ollama.manifest.list.v2+json",
        "manifests": [{"runner": "mlx", **ollama_blob(models, b"{}")}, {"runner": "llamacpp", **ollama_blob(models, child)}],
    }
    blob = models / "blobs" / ollama_blob(models, json.dumps(listed).encode())["digest"].replace(":", "-")
    place = models / "manifests-v2" / "registry.ollama.ai" / "library" / "qwen3" / "latest"
    place.parent.mkdir(parents=True)
    place.symlink_to(blob)

    assert list(found_elsewhere(tmp_path)) == ["ollama: qwen3"]


def test_a_model_with_an_adapter_is_more_than_its_file(tmp_path: Path) -> None:
    models = tmp_path / ".ollama" / "models"
    layers = {"model": ollama_blob(models, model_bytes(tmp_path)), "adapter": ollama_blob(models, b"lora")}
    ollama_manifest(models, "registry.ollama.ai/library/mine/latest", layers)

    assert found_elsewhere(tmp_path) == {}


@pytest.mark.parametrize(
    "manifest",
    [
        "",
        "[]",
        "{",
        "[" * 100_000,
        '{"layers": 5}',
        '{"layers": [5, null, {"mediaType": 7}]}',
        '{"layers": [{"mediaType": "application/vnd.ollama.image.model", "digest": "sha256:../../../../etc/passwd"}]}',
        '{"layers": [{"mediaType": "application/vnd.ollama.image.model", "digest": ["sha256"]}]}',
        '{"manifests": [{"manifests": [{"manifests": []}]}, 3, {"digest": "sha256:x"}]}',
    ],
)
def test_manifests_that_are_none_hide_nothing_else(tmp_path: Path, manifest: str) -> None:
    models = tmp_path / ".ollama" / "models"
    write(models / "manifests" / "registry.ollama.ai" / "library" / "bad" / "latest", manifest)
    ollama_manifest(models, "registry.ollama.ai/library/good/latest", {"model": ollama_blob(models, model_bytes(tmp_path))})

    assert list(found_elsewhere(tmp_path)) == ["ollama: good"]


def test_a_manifest_that_lists_itself_comes_to_an_end(tmp_path: Path) -> None:
    models = tmp_path / ".ollama" / "models"
    digest = "c" * 64
    text = json.dumps({"manifests": [{"digest": f"sha256:{digest}"}]})
    write(models / "blobs" / f"sha256-{digest}", text)
    write(models / "manifests" / "registry.ollama.ai" / "library" / "round" / "latest", text)

    assert found_elsewhere(tmp_path) == {}


# GPT4All, Jan, llama.cpp, Hugging Face


def test_gpt4alls_folder_is_found_where_its_settings_say(tmp_path: Path) -> None:
    put(tmp_path / ".local" / "share" / "nomic.ai" / "GPT4All" / "Meta-Llama-3-8B-Instruct.Q4_0.gguf", seed=1)
    put(tmp_path / "模型" / "a.gguf", seed=2)
    folder = (tmp_path / "模型").as_posix().replace("模型", "\\x6a21\\x578b")
    write(tmp_path / ".config" / "nomic.ai" / "GPT4All.ini", f"[General]\nfontSize=Small\nmodelPath={folder}\n")

    assert set(found_elsewhere(tmp_path)) == {"gpt4all: Meta Llama 3 8B Instruct", "gpt4all: a"}


def test_jans_models_have_the_names_in_their_description(tmp_path: Path) -> None:
    data = tmp_path / ".local" / "share" / "Jan" / "data"
    place = data / "llamacpp" / "models" / "unsloth" / "Qwen3-VL-4B"
    path = put(place / "model.gguf", seed=1)
    eyes = put_projector(place / "mmproj.gguf")
    write(
        place / "model.yml",
        "name: Qwen3 VL 4B\nmodel_path: llamacpp/models/unsloth/Qwen3-VL-4B/model.gguf\n"
        "mmproj_path: 'llamacpp/models/unsloth/Qwen3-VL-4B/mmproj.gguf'\nsize_bytes: 5\nsettings:\n  name: wrong\n",
    )
    imported = put(tmp_path / "mine" / "Imported-Q8_0.gguf", seed=2)
    write(data / "llamacpp" / "models" / "imported" / "model.yml", f"model_path: {imported}\n")

    models = found_elsewhere(tmp_path)

    assert set(models) == {"jan: Qwen3 VL 4B", "jan: imported"}
    assert (models["jan: Qwen3 VL 4B"].path, models["jan: Qwen3 VL 4B"].projector) == (path, eyes)
    assert models["jan: imported"].path == imported


def test_jan_may_keep_its_data_elsewhere(tmp_path: Path) -> None:
    put(tmp_path / "jan data" / "llamacpp" / "models" / "a" / "a.gguf")
    write(tmp_path / ".local" / "share" / "Jan" / "settings.json", json.dumps({"data_folder": str(tmp_path / "jan data")}))

    assert set(found_elsewhere(tmp_path)) == {"jan: a"}


def test_llama_cpps_cache_is_looked_into(tmp_path: Path) -> None:
    put(tmp_path / ".cache" / "llama.cpp" / "ggml-org_gemma-3-1b-it-GGUF_gemma-3-1b-it-Q4_K_M.gguf")

    put(tmp_path / ".cache" / "llama.cpp" / "someone_thing_thing-q8_0.gguf", seed=1)

    models = found_elsewhere(tmp_path)

    assert set(models) == {"llama_cpp: gemma 3 1b it", "llama_cpp: someone thing thing"}
    assert models["llama_cpp: gemma 3 1b it"].repository == "ggml-org/gemma-3-1b-it-GGUF"


@pytest.mark.posix("links need rights on Windows")
def test_the_hubs_cache_says_which_commit_a_file_is_of(tmp_path: Path) -> None:
    repository = tmp_path / ".cache" / "huggingface" / "hub" / "models--Qwen--Qwen3-8B-GGUF"
    for commit, seed in ((COMMIT, 1), (OLD_COMMIT, 2)):
        content = put(tmp_path / "scratch" / "q.gguf", seed=seed).read_bytes()
        sha256 = hashlib.sha256(content).hexdigest()
        blob = repository / "blobs" / sha256
        blob.parent.mkdir(parents=True, exist_ok=True)
        blob.write_bytes(content)
        place = repository / "snapshots" / commit / "Qwen3-8B-Q4_K_M.gguf"
        place.parent.mkdir(parents=True)
        place.symlink_to(blob)
    write(repository / "refs" / "main", COMMIT)

    (model,) = found_elsewhere(tmp_path).values()

    assert (model.store, model.repository, model.revision) == ("hugging_face", "Qwen/Qwen3-8B-GGUF", COMMIT)
    assert model.path == repository / "snapshots" / COMMIT / "Qwen3-8B-Q4_K_M.gguf"
    assert model.sha256 == hashlib.sha256(model.path.read_bytes()).hexdigest()


def test_a_hubs_cache_without_links_or_branches_is_read_too(tmp_path: Path) -> None:
    put(tmp_path / ".cache/huggingface/hub/models--o--n/snapshots" / COMMIT / "sub" / "a-Q8_0.gguf", seed=1)
    put(tmp_path / ".cache/huggingface/hub/datasets--o--n/snapshots" / COMMIT / "b.gguf", seed=2)
    write(tmp_path / ".cache/huggingface/hub/models--o--n/refs/pr/1", "")

    (model,) = found_elsewhere(tmp_path).values()

    assert (model.name, model.repository, model.revision, model.sha256) == ("a", "o/n", COMMIT, "")


def test_llama_cpps_new_cache_is_laid_out_like_the_hubs(tmp_path: Path) -> None:
    put(tmp_path / ".cache/llama.cpp/models--o--n/snapshots" / COMMIT / "a-Q8_0.gguf", seed=1)

    assert [(model.store, model.repository) for model in found_elsewhere(tmp_path).values()] == [("llama_cpp", "o/n")]


# Everywhere


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("store", STORES)
def test_no_folder_is_named_that_is_not_there(tmp_path: Path, store: str, system: str) -> None:
    assert store_folders(store, surroundings(tmp_path, system)) == []


@pytest.mark.parametrize(
    ("system", "store", "place"),
    [
        ("darwin", "gpt4all", "Library/Application Support/nomic.ai/GPT4All"),
        ("darwin", "jan", "Library/Application Support/Jan/data/llamacpp/models"),
        ("darwin", "llama_cpp", "Library/Caches/llama.cpp"),
        ("darwin", "hugging_face", ".cache/huggingface/hub"),
        ("win32", "gpt4all", "AppData/Local/nomic.ai/GPT4All"),
        ("win32", "jan", "AppData/Roaming/Jan/data/llamacpp/models"),
        ("win32", "llama_cpp", "AppData/Local/llama.cpp"),
        ("win32", "ollama", ".ollama/models"),
        ("linux", "ollama", "usr/share/ollama/.ollama/models"),
        ("linux", "gpt4all", ".cache/gpt4all"),
        ("linux", "jan", ".config/Jan/data/llamacpp/models"),
        ("linux", "lm_studio", ".lmstudio/models"),
    ],
)
def test_every_system_has_its_own_places(tmp_path: Path, system: str, store: str, place: str) -> None:
    (tmp_path / place).mkdir(parents=True)

    assert store_folders(store, surroundings(tmp_path, system)) == [tmp_path / place]


@pytest.mark.parametrize(
    ("variable", "store", "below"),
    [
        ("OLLAMA_MODELS", "ollama", ""),
        ("OLLAMA_HOME", "ollama", "models"),
        ("HF_HUB_CACHE", "hugging_face", ""),
        ("HUGGINGFACE_HUB_CACHE", "hugging_face", ""),
        ("HF_HOME", "hugging_face", "hub"),
        ("LLAMA_CACHE", "llama_cpp", ""),
        ("JAN_DATA_FOLDER", "jan", "models"),
        ("XDG_CACHE_HOME", "hugging_face", "huggingface/hub"),
    ],
)
def test_what_the_environment_names_counts(tmp_path: Path, variable: str, store: str, below: str) -> None:
    place = tmp_path / "named" / below
    place.mkdir(parents=True)

    around = surroundings(tmp_path / "home", "linux", **{variable: str(tmp_path / "named")})

    assert store_folders(store, around) == [place]


def test_a_relative_or_impossible_folder_is_not_taken(tmp_path: Path) -> None:
    around = surroundings(tmp_path, "linux", OLLAMA_MODELS="models", HF_HUB_CACHE="a\0b", LLAMA_CACHE=".")

    assert all_store_folders(around) == []


@pytest.mark.parametrize("content", ["", "{", "[1]", '{"downloadsFolder": 7}', '{"downloadsFolder": "\\u0000"}', "[" * 100_000])
def test_settings_that_are_none_are_passed_over(tmp_path: Path, content: str) -> None:
    write(tmp_path / ".lmstudio" / "settings.json", content)
    put(tmp_path / ".lmstudio" / "models" / "p" / "r" / "a.gguf")

    assert set(found_elsewhere(tmp_path)) == {"lm_studio: a"}


@pytest.mark.posix("Windows has no such modes")
def test_models_elsewhere_are_counted_without_opening_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / ".lmstudio" / "models" / "p" / "r"
    names = ("a.gguf", "b-00001-of-00002.gguf", "b-00002-of-00002.gguf", "mmproj-F16.gguf", "eagle3-a.gguf")
    for seed, name in enumerate(names):
        put(folder / name, seed=seed)
    (tmp_path / ".cache" / "llama.cpp").mkdir(parents=True)
    (tmp_path / ".cache" / "llama.cpp" / "same.gguf").hardlink_to(folder / "a.gguf")
    for path in folder.iterdir():
        path.chmod(0)
    monkeypatch.setattr("desktop_app.library.facts.open_plain", lambda path: pytest.fail(f"opened {path}"))

    assert n_models_elsewhere(surroundings(tmp_path)) == 2


def test_nothing_of_theirs_is_written(tmp_path: Path) -> None:
    models = tmp_path / ".ollama" / "models"
    ollama_manifest(models, "registry.ollama.ai/library/m/latest", {"model": ollama_blob(models, model_bytes(tmp_path))})
    put(tmp_path / ".lmstudio" / "models" / "p" / "r" / "a.gguf", seed=3)
    before = {path: path.lstat() for path in tmp_path.rglob("*")}

    found_elsewhere(tmp_path)

    after = {path: path.lstat() for path in tmp_path.rglob("*")}
    assert {path: (one.st_size, one.st_mtime_ns, one.st_mode) for path, one in before.items()} == {
        path: (one.st_size, one.st_mtime_ns, one.st_mode) for path, one in after.items()
    }


def test_the_real_surroundings_are_those_of_this_process() -> None:
    around = Surroundings.real()

    assert (around.home, around.environment) == (Path.home(), dict(os.environ))
    assert [file for store, folder in all_store_folders(around) for file in store_files(store, folder)] == []
