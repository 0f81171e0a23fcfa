"""The list of models that comes with the application, and what is recommended of it to whom."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from desktop_app.errors import FileUnreadable
from desktop_app.hub.catalog import CatalogModel, read_catalog
from desktop_app.hub.offer import Offer, offers
from desktop_app.hub.recommendation import best_of, recommended
from desktop_app.library.fit import CardMemory, Fit, MachineMemory, fit
from desktop_app.resources import resource

GIB = 1 << 30
PATH = resource("catalog.json")


def choose(memory: MachineMemory) -> tuple[str, str, str]:
    """Give name, quantization and grade of what is recommended."""
    choices: list[tuple[CatalogModel, Offer, Fit]] = []
    for model in read_catalog(PATH):
        shape = model.shape()

        def fit_of(offer: Offer, shape: Any = shape) -> Fit:
            return fit(shape, offer.weights_bytes, 0, memory)

        offer = recommended(offers(model.as_repository()), fit_of, model.n_parameters)
        if offer is not None:
            choices.append((model, offer, fit_of(offer)))
    index = best_of([(offer, verdict, model.n_parameters) for model, offer, verdict in choices])
    if index is None:
        return "", "", ""
    model, offer, verdict = choices[index]
    return model.name, offer.quantization, verdict.grade


def machine(free_gib: float, *cards_gib: float) -> MachineMemory:
    cards = tuple(CardMemory("Card", int(one * GIB), int(one * GIB)) for one in cards_gib)
    return MachineMemory(int(free_gib * GIB), int((free_gib + 3) * GIB), cards)


def test_the_list_is_whole() -> None:
    models = read_catalog(PATH)
    assert 10 <= len(models) <= 16 and len({one.repository for one in models}) == len(models)
    for one in models:
        assert one.license and one.languages and one.tasks and one.repository.count("/") == 1
        found = offers(one.as_repository())
        assert sum(len(offer.files) for offer in found) == len(one.files)
        assert [offer.level for offer in found].count("balanced") == 1
        # A size that contradicts the number of parameters is a slip: from 2.5 to 10 bits for each.
        assert all(2.5 < 8 * offer.weights_bytes / one.n_parameters < 10 for offer in found)


def test_what_was_not_read_from_the_hub_says_so() -> None:
    for record in json.loads(PATH.read_text(encoding="utf-8"))["models"]:
        is_exact = bool(record["revision"])
        assert record["sizes"] == ("exact" if is_exact else "approximate")
        assert all(bool(file["sha256"]) == is_exact for file in record["files"])


@pytest.mark.parametrize(
    "change",
    [
        {"files": [{"name": "x-Q4_K_M.gguf", "size_bytes": 5, "sha256": "ab" * 32}]},
        {"sizes": "exact"},
        {"files": []},
        {"header": {"general.architecture": "llama", "n_vocab": 1, "llama.block_count": 1 << 40}},
    ],
)
def test_a_list_that_claims_what_it_cannot_know_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    record = json.loads(PATH.read_text(encoding="utf-8"))
    record["models"][0] |= change
    path = tmp_path / "catalog.json"
    path.write_text(json.dumps(record))
    with pytest.raises(FileUnreadable):
        read_catalog(path)


@pytest.mark.parametrize(
    ("memory", "name", "grade"),
    [
        (machine(1), "", ""),
        (machine(2), "Qwen3.5 0.8B", "fine"),
        (machine(11), "Qwen3.5 4B", "fine"),
        (machine(26), "Qwen3.6 35B A3B", "fine"),
        (machine(11, 8), "Qwen3.5 9B", "fast"),
        (machine(50, 24), "Gemma 4 31B", "fast"),
    ],
)
def test_who_gets_what(memory: MachineMemory, name: str, grade: str) -> None:
    chosen = choose(memory)
    assert (chosen[0], chosen[2]) == (name, grade)


def offer(quantization: str, size: int, *, is_recommended: bool = False) -> Offer:
    files = (read_catalog(PATH)[0].files[0].replaced(size_bytes=size),)
    return Offer("a/b", "", "b", quantization, "", files, None, size, is_recommended)


def grades(**by_quantization: str) -> Any:
    """Give a function of verdicts: "fast" with 100 bytes needed of 150 free, unless a number follows."""

    def fit_of(one: Offer) -> Fit:
        grade, _, needed = by_quantization[one.quantization].partition(" ")
        return Fit(grade, "card" if grade == "fast" else "processor", int(needed or 100), 150, 1, 1)  # type: ignore[arg-type]

    return fit_of


ALL = [
    offer("Q8_0", 8), offer("Q6_K", 6), offer("Q5_K_M", 5), offer("Q4_K_M", 4, is_recommended=True), offer("IQ4_XS", 3),
    offer("Q3_K_L", 3), offer("Q3_K_M", 2), offer("Q2_K", 1),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fit_of", "n_parameters", "expected"),
    [
        # Larger quants only as long as all of it stays on the card.
        (grades(Q8_0="fast", Q6_K="fine", Q5_K_M="fast", Q4_K_M="fast"), 8e9, "Q5_K_M"),
        (grades(Q8_0="fast", Q6_K="fine", Q5_K_M="fine", Q4_K_M="fast"), 8e9, "Q4_K_M"),
        # Small models lose more: Q8_0, where it takes no more than half.
        (grades(Q8_0="fast 70", Q6_K="fast 60", Q4_K_M="fast 50"), 3e9, "Q8_0"),
        (grades(Q8_0="fast 80", Q6_K="fast 70", Q4_K_M="fast 50"), 3e9, "Q6_K"),
        (grades(Q8_0="fast 90", Q6_K="fast 80", Q4_K_M="fast 50"), 3e9, "Q4_K_M"),
        # Smaller quants only when they are all on the card then.
        (grades(Q4_K_M="fine", IQ4_XS="fast", Q3_K_L="fast", Q3_K_M="fast"), 8e9, "IQ4_XS"),
        (grades(Q4_K_M="fine", IQ4_XS="fine", Q3_K_L="fine", Q3_K_M="fast"), 8e9, "Q3_K_M"),
        (grades(Q4_K_M="slow", IQ4_XS="slow", Q3_K_L="slow", Q3_K_M="slow"), 8e9, "Q4_K_M"),
        # Where it does not fit at all: no tables on the processor, and never below Q3_K_M.
        (grades(Q4_K_M="too_big", IQ4_XS="fine", Q3_K_L="fine", Q3_K_M="fine"), 8e9, "Q3_K_L"),
        (grades(Q4_K_M="too_big", IQ4_XS="too_big", Q3_K_L="too_big", Q3_K_M="too_big", Q2_K="fast"), 8e9, None),
    ],
)
def test_which_quantization(fit_of: Any, n_parameters: float, expected: str | None) -> None:
    chosen = recommended(ALL, fit_of, int(n_parameters))
    assert (chosen.quantization if chosen else None) == expected
