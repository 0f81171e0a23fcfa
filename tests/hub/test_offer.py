"""The files of a repository become things one can install, and three of them are offered first."""

from __future__ import annotations

import pytest

from desktop_app.hub.offer import Offer, offer_from, offers
from desktop_app.hub.repository import Repository, RepositoryFile, repository_from

MB = 1_000_000
SIZES = {
    "F16": 8000, "Q8_0": 4300, "Q6_K": 3300, "Q5_K_M": 2900, "Q4_K_M": 2500, "Q4_K_S": 2400, "IQ4_XS": 2300, "Q3_K_L": 2200,
    "Q3_K_M": 2100, "Q2_K": 1700, "IQ1_S": 1100,
}  # fmt: skip


def repository(*names: str, id_: str = "acme/Tiny-4B-Instruct-GGUF", **facts: object) -> Repository:
    def size(name: str) -> int:
        return next((n_mb for quantization, n_mb in SIZES.items() if quantization in name.upper()), 100) * MB

    return Repository(id_, "c0ffee", tuple(RepositoryFile(name, size(name), sha256="ab" * 32) for name in names), **facts)


def levels(found: tuple[Offer, ...]) -> dict[str, str]:
    return {one.level: one.quantization for one in found if one.level}


def test_three_are_offered_first_and_the_rest_is_ordered_by_quality() -> None:
    found = offers(repository(*(f"Tiny-4B-Instruct-{one}.gguf" for one in reversed(SIZES))))
    assert [one.quantization for one in found] == list(SIZES)
    assert levels(found) == {"large": "Q6_K", "balanced": "Q4_K_M", "small": "Q3_K_M"}
    assert [one.quantization for one in found if one.is_recommended] == ["Q4_K_M"]
    assert [one.quantization for one in found if one.is_hidden] == ["F16", "Q2_K", "IQ1_S"]
    assert {one.title for one in found} == {"Tiny 4B Instruct"} and {one.revision for one in found} == {"c0ffee"}


def test_parts_become_one_with_all_sizes_and_one_that_lacks_a_part_none() -> None:
    parts = [f"Q8_0/tiny-Q8_0-{number:05}-of-00003.gguf" for number in (3, 1, 2)]
    found = offers(repository(*parts, "tiny-Q4_K_M-00001-of-00002.gguf"))
    assert [[file.name for file in one.files] for one in found] == [sorted(parts)]
    assert found[0].size_bytes == 3 * 4300 * MB and found[0].title == "tiny" and found[0].quantization == "Q8_0"


def test_what_is_no_model_is_none() -> None:
    names = [
        "mmproj-F16.gguf", "tiny.imatrix.gguf", "mtp-tiny-Q8_0.gguf", "eagle3-tiny.gguf", "tiny-lora.gguf", "README.md",
        "tiny-Q4_0_4_4.gguf", "tiny-Q4_K_M.gguf.part1of2", "tiny.gguf.part-aa", ".tiny-Q8_0.gguf", "ggml-vocab-tiny.gguf",
    ]  # fmt: skip
    assert offers(repository(*names)) == ()


@pytest.mark.parametrize(
    ("name", "title", "quantization"),
    [
        ("model.Q4_K_M.gguf", "model", "Q4_K_M"),
        ("Q4_K_M.gguf", "Tiny 4B Instruct", "Q4_K_M"),
        ("tiny-UD-Q4_K_XL.gguf", "tiny", "Q4_K_XL"),
        ("BF16/tiny-BF16-00001-of-00001.gguf", "tiny", "BF16"),
        ("tiny-q4_k_m-imat.gguf", "tiny q4 k m imat", "Q4_K_M"),
        ("tiny.gguf", "tiny", ""),
        ("\u202eti\nny\x00-Q8_0.gguf", "tiny", "Q8_0"),
    ],
)
def test_names_tell_title_and_quantization(name: str, title: str, quantization: str) -> None:
    found = offers(repository(name))
    assert (found[0].title, found[0].quantization) == (title, quantization)
    assert found[0].level == "balanced" and found[0].is_recommended


@pytest.mark.parametrize(
    ("names", "about", "balanced"),
    [
        (("x-UD-Q4_K_XL.gguf", "x-Q8_0.gguf"), {}, "Q4_K_XL"),
        (("x-IQ4_XS.gguf", "x-Q5_K_M.gguf"), {}, "IQ4_XS"),
        (("gpt-oss-20b-mxfp4.gguf", "gpt-oss-20b-Q4_K_M.gguf"), {"id_": "ggml-org/gpt-oss-20b-GGUF"}, "MXFP4"),
        (("x-Q4_0.gguf", "x-Q4_K_M.gguf"), {"id_": "google/gemma-3-4b-it-qat-q4_0-gguf"}, "Q4_0"),
        (("x-Q4_0.gguf", "x-Q4_K_M.gguf"), {"id_": "a/aquatic-GGUF"}, "Q4_K_M"),
        (("x-F16.gguf",), {}, "F16"),
        (("x-IQ2_M.gguf",), {}, "IQ2_M"),
    ],
)
def test_what_is_taken_first(names: tuple[str, ...], about: dict[str, str], balanced: str) -> None:
    assert levels(offers(repository(*names, **about)))["balanced"] == balanced


def test_several_models_in_one_repository_have_levels_of_their_own_and_one_is_recommended() -> None:
    found = offers(repository("small-Q4_K_M.gguf", "small-Q8_0.gguf", "big-Q4_K_M.gguf", "big-Q8_0.gguf"))
    assert [(one.title, one.level) for one in found] == [
        ("big", "large"), ("big", "balanced"), ("small", "large"), ("small", "balanced"),
    ]  # fmt: skip
    assert [one.is_recommended for one in found] == [False, True, False, False]


@pytest.mark.parametrize(
    ("model", "projectors", "chosen"),
    [
        ("tiny-Q4_K_M.gguf", ("mmproj-BF16.gguf", "mmproj-F16.gguf", "mmproj-F32.gguf"), "mmproj-F16.gguf"),
        ("tiny-Q8_0.gguf", ("mmproj-F16.gguf", "mmproj-Q8_0.gguf"), "mmproj-Q8_0.gguf"),
        ("a/tiny-Q8_0.gguf", ("mmproj-Q8_0.gguf", "a/mmproj-F16.gguf"), "a/mmproj-F16.gguf"),
        ("tiny-Q8_0.gguf", ("other/mmproj-F16.gguf",), None),
    ],
)
def test_the_projector_that_llama_cpp_would_take(model: str, projectors: tuple[str, ...], chosen: str | None) -> None:
    found = offers(repository(model, *projectors))[0]
    assert (found.projector.name if found.projector else None) == chosen
    assert found.size_bytes == found.weights_bytes + found.projector_bytes
    assert len(found.all_files) == 1 + (chosen is not None)


def test_values_go_through_json_and_back() -> None:
    whole = repository("tiny-Q4_K_M.gguf", "mmproj-F16.gguf", languages=("en",), gated="manual")
    offer = offers(whole)[0]
    files = [file.as_dict() for file in whole.files]
    assert repository_from(whole.as_dict() | {"files": files, "languages": ["en"], "tags": []}) == whole
    assert offer.projector is not None
    record = offer.as_dict() | {"files": [offer.files[0].as_dict()], "projector": offer.projector.as_dict()}
    assert offer_from(record) == offer and offer.needs_token
