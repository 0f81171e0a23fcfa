"""What the name of a file in a repository tells: whether it is a model, in which quantization, and of how many parts.

Source: llama.cpp, `common/download.cpp`; the order of quality: huggingface.js, `packages/gguf`.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from desktop_app.library.model_file import names

_SPLIT = re.compile(r"^(?P<prefix>.*)-(?P<number>\d{5})-of-(?P<count>\d{5})\.gguf$", re.IGNORECASE)
_NOT_A_MODEL = re.compile(r"mmproj|imatrix|mtp-|eagle3-|dflash-|dspark-|(^|[-_.])(lora|adapter|vocab)([-_.]|$)", re.IGNORECASE)
_QUANTIZATION = re.compile(
    r"(?<![A-Za-z0-9])(?P<type>I?Q[1-9]_(?:[01]|K(?:_(?:XXS|XS|S|M|L|XL))?|XXS|XS|S|M|NL|XL)|TQ[12]_0|MXFP4(?:_MOE)?|NVFP4"
    r"|BF16|F16|F32|FP16|FP32)(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_REPACKED = re.compile(r"Q4_0_[48]_[48]", re.IGNORECASE)
"""Files that llama.cpp has refused since November 2024."""
_ORDER = (
    "F32", "FP32", "BF16", "F16", "FP16", "Q8_K_XL", "Q8_0", "Q6_K_XL", "Q6_K_L", "Q6_K", "Q5_K_XL", "Q5_K_L", "Q5_K_M", "Q5_K_S",
    "Q5_K", "Q5_1", "Q5_0", "Q4_K_XL", "Q4_K_L", "Q4_K_M", "Q4_K", "Q4_1", "Q4_K_S", "IQ4_NL", "IQ4_XS", "Q4_0", "MXFP4_MOE",
    "MXFP4", "NVFP4", "Q3_K_XL", "Q3_K_L", "Q3_K_M", "Q3_K", "IQ3_M", "Q3_K_S", "IQ3_S", "IQ3_XS", "IQ3_XXS", "Q2_K_XL", "Q2_K_L",
    "Q2_K", "Q2_K_S", "IQ2_M", "IQ2_S", "IQ2_XS", "IQ2_XXS", "TQ2_0", "TQ1_0", "IQ1_M", "IQ1_S",
)  # fmt: skip
"""From the best to the smallest."""
_N_CHARACTERS_MAX = 255
"""Of a file name: no system has longer ones."""
_FULL = ("F32", "FP32", "BF16", "F16", "FP16")


def is_model(name: str) -> bool:
    """Tell whether a file can be loaded as a model, or is a part of one."""
    base = PurePosixPath(name).name
    return (
        base.lower().endswith(".gguf")
        and not base.startswith(".")
        and not _NOT_A_MODEL.search(base)
        and not _REPACKED.search(base)
    )


def is_projector(name: str) -> bool:
    """Tell whether a file is what lets a model see or hear."""
    base = PurePosixPath(name).name.lower()
    return base.endswith(".gguf") and "mmproj" in base


def split_of(name: str) -> tuple[str, int, int] | None:
    """Give (name without number, number from 1, count) of a part of a model; None for a whole one."""
    found = _SPLIT.match(name)
    return (found["prefix"], int(found["number"]), int(found["count"])) if found else None


def title_and_quantization(name: str) -> tuple[str, str]:
    """Give (name for a person, quantization in capitals) that a file name tells; "" for what it does not."""
    path = Path("".join(one for one in PurePosixPath(name).name if one.isprintable())[:_N_CHARACTERS_MAX])
    title, quantization = names(path)
    if quantization:
        return ("" if title == path.stem else title), quantization
    inside = [found["type"].upper() for found in _QUANTIZATION.finditer(path.stem)]
    return title, inside[-1] if inside else ""


def rank(quantization: str) -> int:
    """Give the place in the order of quality, 0 the best; unknown ones come last."""
    return _ORDER.index(quantization) if quantization in _ORDER else len(_ORDER)


def is_full_precision(quantization: str) -> bool:
    """Tell whether nothing was left out: far larger than a person can hear the difference of."""
    return quantization in _FULL


def bits(quantization: str) -> int:
    """Give about how many bits a weight has; 0 when the name does not tell."""
    if quantization in ("F32", "FP32"):
        return 32
    if is_full_precision(quantization):
        return 16
    digits = re.search(r"\d", quantization)
    return 4 if "FP4" in quantization else int(digits[0]) if digits else 0
