from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.library.companions import Member, is_draft_name, is_projector_name, tie
from desktop_app.library.facts import ModelFacts

FOLDER = Path("/models/qwen")


def model(name: str, width: int = 0) -> Member:
    """Give a model of this width."""
    return Member(FOLDER / name, ModelFacts("model", n_embd=width))


def projector(name: str, width: int = 0) -> Member:
    """Give a projector for models of this width."""
    return Member(FOLDER / name, ModelFacts("projector", n_projected=width))


def tied(models: list[Member], companions: list[Member]) -> dict[str, list[str]]:
    """Give names by names."""
    return {path.name: [one.name for one in some] for path, some in tie(models, companions).items()}


def test_a_projector_without_a_name_belongs_to_the_models_beside_it() -> None:
    models = [model("Qwen2-VL-Q4_K_M.gguf"), model("Qwen2-VL-Q8_0.gguf")]

    assert tied(models, [projector("mmproj-F16.gguf")]) == {one.path.name: ["mmproj-F16.gguf"] for one in models}


def test_one_that_names_its_model_belongs_to_that_alone() -> None:
    models = [model("gemma-3-4b-it-Q4_K_M.gguf"), model("gemma-3-12b-it-Q4_K_M.gguf"), model("llama-3-8b.gguf")]

    found = tied(models, [projector("mmproj-gemma-3-4b-it-f16.gguf"), projector("gemma-3-12b-it.mmproj-Q8_0.gguf")])

    assert found == {
        "gemma-3-4b-it-Q4_K_M.gguf": ["mmproj-gemma-3-4b-it-f16.gguf"],
        "gemma-3-12b-it-Q4_K_M.gguf": ["gemma-3-12b-it.mmproj-Q8_0.gguf"],
    }


def test_among_several_models_only_the_width_tells() -> None:
    models = [model("one-Q4_K_M.gguf", 2560), model("other-Q4_K_M.gguf", 4096)]

    assert tied(models, [projector("mmproj-F16.gguf", 4096)]) == {"other-Q4_K_M.gguf": ["mmproj-F16.gguf"]}
    assert tied(models, [projector("mmproj-F16.gguf")]) == {}


def test_it_may_lie_beside_the_folder_of_a_quantization_and_not_elsewhere() -> None:
    models = [model("BF16/Qwen2-VL-BF16.gguf")]

    assert tied(models, [projector("mmproj-F16.gguf")]) == {"Qwen2-VL-BF16.gguf": ["mmproj-F16.gguf"]}
    assert tied([model("Qwen2-VL-BF16.gguf")], [projector("other/mmproj-F16.gguf")]) == {}
    assert tied([model("a/b/c/Qwen2-VL-BF16.gguf")], [projector("mmproj-F16.gguf")]) == {}


def test_the_nearest_comes_first_then_the_same_quantization() -> None:
    found = tied(
        [model("Q8_0/Qwen2-VL-Q8_0.gguf")],
        [projector("mmproj-Q8_0.gguf"), projector("Q8_0/mmproj-F16.gguf"), projector("Q8_0/mmproj-Q8_0.gguf")],
    )

    assert found == {"Qwen2-VL-Q8_0.gguf": ["mmproj-Q8_0.gguf", "mmproj-F16.gguf", "mmproj-Q8_0.gguf"]}


@pytest.mark.parametrize(
    ("name", "is_draft"),
    [
        ("mtp-Q8_0.gguf", True),
        ("Qwen3-Next.mtp-Q8_0.gguf", True),
        ("eagle3-Llama-3.1-8B.gguf", True),
        ("dflash-model.gguf", True),
        ("Llama-3.1-8B.gguf", False),
        ("prompt-Q8_0.gguf", False),
    ],
)
def test_drafts_are_known_by_name(name: str, is_draft: bool) -> None:
    assert is_draft_name(name) is is_draft
    assert not is_projector_name(name)


def test_a_draft_is_tied_as_a_projector_is() -> None:
    models = [model("Llama-3.1-8B-Q4_K_M.gguf"), model("Qwen3-8B-Q4_K_M.gguf")]

    assert tied(models, [Member(FOLDER / "eagle3-Llama-3.1-8B.gguf", None)]) == {
        "Llama-3.1-8B-Q4_K_M.gguf": ["eagle3-Llama-3.1-8B.gguf"]
    }
