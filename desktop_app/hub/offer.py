"""What of a repository can be installed: each item with all its files, named so that a person can choose. Values only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import takewhile
from typing import Any, Literal

from desktop_app.hub.file_names import (
    bits,
    is_full_precision,
    is_model,
    is_projector,
    rank,
    split_of,
    title_and_quantization,
)
from desktop_app.hub.repository import Repository, RepositoryFile
from desktop_app.record import Record

Level = Literal["", "small", "balanced", "large"]

STARTS = ("Q4_K_M", "Q4_K_XL", "Q4_K_S", "IQ4_XS", "Q4_0", "Q5_K_M", "Q4_K_L", "MXFP4_MOE", "MXFP4", "Q4_1", "Q5_K_S", "Q8_0")
"""What is taken first, in this order: the last steps of quality that anybody notices lie below Q4_K_M."""
_LARGE = ("Q6_K", "Q8_0", "Q6_K_L", "Q6_K_XL", "Q5_K_M", "Q5_K_XL", "Q8_K_XL", "Q5_K_S", "Q5_0")
_SMALL = ("Q3_K_M", "Q3_K_XL", "Q3_K_L", "IQ3_M", "IQ4_XS", "Q3_K_S", "IQ3_S", "IQ3_XS", "IQ3_XXS")
"""Nothing under 3 bits: llama.cpp's own table has the cliff there."""
_BITS_MIN = 3


class Offer(Record):
    """One model in one quantization: everything that has to be there for it to run."""

    repository: str
    """"owner/name"."""
    revision: str
    """The commit it is pinned to."""
    title: str
    """For a person: "Qwen3 4B Instruct"."""
    quantization: str
    """"Q4_K_M"; "" when the name does not tell."""
    level: Level
    """"small", "balanced", "large" for the three that are offered first; "" for all others."""
    files: tuple[RepositoryFile, ...]
    """All parts, the first part first: the one that is loaded."""
    projector: RepositoryFile | None
    """What lets it see pictures; one of several, the one that llama.cpp would take."""
    size_bytes: int
    """Of all files, projector included."""
    is_recommended: bool = False
    """True for one of them at most: what is taken unless this computer asks for another (`hub.recommendation`)."""
    is_hidden: bool = False
    """True for what is shown with all files only: full precision, and fewer than 3 bits."""
    gated: str = ""
    """As the repository has it."""
    license: str = ""
    is_private: bool = False

    @property
    def needs_token(self) -> bool:
        """Whether its files are not for everybody: only then an access token goes with a request."""
        return bool(self.gated) or self.is_private

    @property
    def all_files(self) -> tuple[RepositoryFile, ...]:
        """Everything to download."""
        return (*self.files, *([self.projector] if self.projector is not None else []))

    @property
    def weights_bytes(self) -> int:
        """Of the model's own files."""
        return sum(file.size_bytes for file in self.files)

    @property
    def projector_bytes(self) -> int:
        """Of the projector; 0 without one."""
        return self.projector.size_bytes if self.projector is not None else 0


def offer_from(record: dict[str, Any]) -> Offer:
    """Give the offer of what `as_dict` gave, as JSON has it. Raises: TypeError, KeyError."""
    projector = record.get("projector")
    files = tuple(RepositoryFile(**file) for file in record["files"])
    return Offer(**{**record, "files": files, "projector": RepositoryFile(**projector) if projector else None})


def offers(repository: Repository) -> tuple[Offer, ...]:
    """Give what can be installed, from the best quality to the smallest; () when there is no model file.

    A model of which a part is missing is none. Of several models in one repository each has its own three levels.
    """
    projectors = [file for file in repository.files if is_projector(file.name)]
    found = [_offer(repository, files, projectors) for files in _joined(repository.files)]
    found.sort(key=lambda one: (one.title.casefold(), rank(one.quantization), -one.size_bytes, one.files[0].name))
    titles = dict.fromkeys(one.title for one in found)
    levelled = [one for title in titles for one in _levelled([one for one in found if one.title == title], repository)]
    return tuple(_recommended_once(levelled))


def _joined(files: Iterable[RepositoryFile]) -> list[tuple[RepositoryFile, ...]]:
    """Give the files of each model that is whole."""
    whole: list[tuple[RepositoryFile, ...]] = []
    parts: dict[tuple[str, int], dict[int, RepositoryFile]] = {}
    for file in files:
        if not is_model(file.name):
            continue
        split = split_of(file.name)
        if split is None:
            whole.append((file,))
        else:
            prefix, number, count = split
            parts.setdefault((prefix, count), {})[number] = file
    for (_, count), numbered in parts.items():
        if set(numbered) == set(range(1, count + 1)):
            whole.append(tuple(numbered[number] for number in range(1, count + 1)))
    return whole


def _offer(repository: Repository, files: tuple[RepositoryFile, ...], projectors: Sequence[RepositoryFile]) -> Offer:
    title, quantization = title_and_quantization(files[0].name)
    projector = _nearest(projectors, files[0].name, quantization)
    return Offer(
        repository=repository.id,
        revision=repository.revision,
        title=title or _spoken(repository.name),
        quantization=quantization,
        level="",
        files=files,
        projector=projector,
        size_bytes=sum(file.size_bytes for file in files) + (projector.size_bytes if projector else 0),
        is_hidden=is_full_precision(quantization) or 0 < bits(quantization) < _BITS_MIN,
        gated=repository.gated,
        license=repository.license,
        is_private=repository.is_private,
    )


def _spoken(name: str) -> str:
    return re.sub(r"[-_\s]+", " ", re.sub(r"[-_.]?GGUF$", "", name, flags=re.IGNORECASE)).strip() or name


def _nearest(projectors: Sequence[RepositoryFile], model: str, quantization: str) -> RepositoryFile | None:
    """Give the projector of a model: deepest shared folder, the same quantization, nearest bits. Source: `find_best_sibling`."""

    def distance(file: RepositoryFile) -> tuple[int, bool, int, bool]:
        _, own = title_and_quantization(file.name)
        shared = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(_folders(file.name), _folders(model), strict=False))))
        # bfloat16 is slow on many cards, where one can choose.
        return -shared, own != quantization, abs(bits(own) - bits(quantization)), own == "BF16"

    beside = [file for file in projectors if _folders(model)[: len(_folders(file.name))] == _folders(file.name)]
    return min(beside, key=distance, default=None)


def _folders(name: str) -> list[str]:
    return name.split("/")[:-1]


def _levelled(same: list[Offer], repository: Repository) -> list[Offer]:
    """Mark the three of one model that are offered first; what none of the lists names can still be balanced."""
    visible = [one for one in same if not one.is_hidden] or same
    balanced = _first(visible, _starts(repository)) or visible[0]
    large = _first([one for one in visible if one.weights_bytes > balanced.weights_bytes], _LARGE)
    small = _first([one for one in visible if one.weights_bytes < balanced.weights_bytes], _SMALL)
    levels: list[tuple[Offer | None, Level]] = [(small, "small"), (balanced, "balanced"), (large, "large")]
    named = {one.files[0].name: level for one, level in levels if one is not None}
    return [one.replaced(level=named.get(one.files[0].name, "")) for one in same]


def _starts(repository: Repository) -> tuple[str, ...]:
    """Give what a model is made for, where its makers have trained it in a quantization, before everything else."""
    if "gpt-oss" in repository.id.lower() or repository.architecture == "gpt-oss":
        return ("MXFP4_MOE", "MXFP4", *STARTS)
    if "qat" in re.split(r"[-_.]", repository.name.lower()):
        return ("Q4_0", *STARTS)
    return STARTS


def _first(same: Sequence[Offer], quantizations: Sequence[str]) -> Offer | None:
    of = {one.quantization: one for one in reversed(same)}
    return next((of[one] for one in quantizations if one in of), None)


def _recommended_once(found: list[Offer]) -> list[Offer]:
    index = next((index for index, one in enumerate(found) if one.level == "balanced"), -1)
    return [one.replaced(is_recommended=position == index) for position, one in enumerate(found)]
