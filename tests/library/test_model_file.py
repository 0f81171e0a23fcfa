from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.library.model_file import is_shard_name, model_file, names, other_shards


@pytest.mark.parametrize(
    ("file", "name", "quantization"),
    [
        ("SmolLM2-135M-Instruct.Q4_1.gguf", "SmolLM2 135M Instruct", "Q4_1"),
        ("Qwen2.5-7B-Instruct-Q4_K_M.gguf", "Qwen2.5 7B Instruct", "Q4_K_M"),
        ("gemma-3-4b-it-UD-IQ3_XXS.gguf", "gemma 3 4b it", "IQ3_XXS"),
        ("gpt-oss-20b-mxfp4.gguf", "gpt oss 20b", "MXFP4"),
        ("Llama-3.3-70B-Q8_0-00001-of-00003.gguf", "Llama 3.3 70B", "Q8_0"),
        ("phi_4_bf16.gguf", "phi 4", "BF16"),
        ("mein modell.GGUF", "mein modell", ""),
        ("通义千问-7B-q5_k_s.gguf", "通义千问 7B", "Q5_K_S"),
        ("Q4_0.gguf", "Q4_0", "Q4_0"),
        ("FAQ4_1b.gguf", "FAQ4 1b", ""),
        ("Llama-3.2-3B-Instruct-GGUF-Q4_K_M.gguf", "Llama 3.2 3B Instruct", "Q4_K_M"),
        ("gguf.gguf", "gguf", ""),
    ],
)
def test_a_file_name_tells_name_and_quantization(file: str, name: str, quantization: str) -> None:
    assert names(Path("/models") / file) == (name, quantization)


def test_a_shard_tells_its_number_and_how_many_there_are() -> None:
    assert is_shard_name("a-Q8_0-00002-of-00003") == (2, 3)
    assert is_shard_name("a-2-of-3") is None


def test_a_first_part_names_the_others_unless_they_are_too_many() -> None:
    assert [path.name for path in other_shards(Path("a-00001-of-00003.gguf"))] == [
        "a-00002-of-00003.gguf",
        "a-00003-of-00003.gguf",
    ]
    assert (
        other_shards(Path("a-00002-of-00003.gguf"))
        == other_shards(Path("a-00001-of-99999.gguf"))
        == other_shards(Path("a.gguf"))
        == []
    )


def test_a_file_that_is_opened_counts_with_its_parts(tmp_path: Path) -> None:
    for number in (1, 2, 3):
        (tmp_path / f"big-Q8_0-0000{number}-of-00003.gguf").write_bytes(b"G" * 100 * number)

    model = model_file(tmp_path / "big-Q8_0-00001-of-00003.gguf")

    assert (model.size_bytes, model.name, len(model.shards)) == (600, "big", 2)
