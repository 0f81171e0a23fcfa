"""Whether a model file has a layer for multi-token prediction (MTP) that llama.cpp can guess with."""

from __future__ import annotations

from collections.abc import Sequence

from desktop_app.engine.gguf import Header

_ARCHITECTURES = ("glm4moe", "hy_v3", "qwen35", "qwen35moe")
"""Those whose graph for MTP takes any file that has its tensors. Source: `graph_mtp` in llama.cpp's src/models."""
_TENSORS = ("nextn.eh_proj.weight", "nextn.enorm.weight", "nextn.hnorm.weight", "attn_norm.weight")
"""Without one of them llama.cpp would not load the file, or end the process."""


def names_mtp_layer(header: Header) -> bool:
    """Tell whether a file says that its model has such a layer; `header`: of its first part."""
    # Of more than one, each guesses a token further ahead: the graphs of these architectures know one.
    return header.values.get("general.architecture") in _ARCHITECTURES and header.number("nextn_predict_layers") == 1


def has_mtp_layer(headers: Sequence[Header]) -> bool:
    """Tell whether a model has such a layer, and its tensors are there; `headers`: of all its parts, the first one first.

    Files are shared with the layer named and left out.
    """
    layer = headers[0].number("block_count") - 1
    tensors = {name for header in headers for name in header.tensors}
    return names_mtp_layer(headers[0]) and all(f"blk.{layer}.{name}" in tensors for name in _TENSORS)
