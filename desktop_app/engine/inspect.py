"""Whether a file can be a GGUF model, before llama.cpp is trusted with it.

llama.cpp gives one generic error for nearly every damaged file, where it does not end its process. This looks at the
header alone and says which of a few reasons it is.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from desktop_app.engine.gguf import BadHeader, Header, read_header
from desktop_app.errors import NotAModelFile

_MAX_LAYERS, _MAX_WIDTH, _MAX_HEADS = 4096, 1 << 20, 1 << 16
_MAX_NAME = 64
"""Characters in the name of an architecture."""


def _check_range(value: Any, low: int, high: int) -> None:
    """Some models give one number for each layer: then all of them must be possible, and one not 0."""
    numbers = value if isinstance(value, list) else [value]
    if not numbers or not all(type(number) is int and 0 <= number <= high for number in numbers) or max(numbers) < low:
        raise BadHeader("impossible_values")


def _check_model(header: Header) -> None:
    values = header.values
    architecture = values.get("general.architecture")
    if not isinstance(architecture, str) or not architecture or len(architecture) > _MAX_NAME:
        raise BadHeader("impossible_values")
    _check_range(values.get(f"{architecture}.block_count"), 1, _MAX_LAYERS)
    _check_range(values.get(f"{architecture}.embedding_length"), 1, _MAX_WIDTH)
    _check_range(values.get(f"{architecture}.context_length"), 1, 1 << 31)
    # Recurrent architectures (Mamba, RWKV) have no attention heads and say 0 or nothing.
    is_recurrent = any(key.startswith((f"{architecture}.ssm.", f"{architecture}.wkv.")) for key in values)
    _check_range(values.get(f"{architecture}.attention.head_count", 0), 0 if is_recurrent else 1, _MAX_HEADS)
    if not is_recurrent:
        _check_rotation(header)
    tokenizer, tokens = values.get("tokenizer.ggml.model"), values.get("tokenizer.ggml.tokens")
    if not isinstance(tokenizer, str) or tokenizer in ("", "no_vocab", "none") or not isinstance(tokens, list) or not tokens:
        raise BadHeader("no_vocabulary")


def _check_rotation(header: Header) -> None:
    """Positions turn at most a whole head: more would end the engine at the first token, long after the load."""
    heads = header.values.get(f"{header.values['general.architecture']}.attention.head_count")
    n_head = min((number for number in (heads if isinstance(heads, list) else [heads]) if number), default=1)
    size = header.number("attention.key_length", header.number("embedding_length") // n_head)
    size = max(size, header.number("attention.key_length_swa"))
    if header.number("rope.dimension_count") > size:
        raise BadHeader("impossible_values")


def inspect(path: Path) -> Header:
    """Give the header of `path`, if it can be that of a model. Raises: ModelFileNotFound, NotAModelFile."""
    header = read_header(path)
    try:
        _check_model(header)
    except BadHeader as error:
        raise NotAModelFile(str(path), error.reason) from error
    return header
