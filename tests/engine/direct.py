"""Tokens put into a model's memory without scheduler and process."""

from __future__ import annotations

from collections.abc import Sequence as Tokens

from desktop_app.engine.answer import ChatModel
from desktop_app.engine.llama.batch import Batch
from desktop_app.engine.llama.library import C
from desktop_app.engine.llama.sequence import Sequence


def put(chat: ChatModel, tokens: Tokens[int], sequence: Sequence | None = None) -> None:
    """Put `tokens` behind what `sequence` holds, the first one of the model unless another is given; the last has logits."""
    model = chat.model
    sequence = sequence or model.sequences[0]
    batch = Batch(model.n_batch, len(model.sequences))
    for start in range(0, len(tokens), model.n_batch):
        chunk = list(tokens[start : start + model.n_batch])
        batch.clear()
        batch.add(sequence.id, chunk, len(sequence.tokens), 1)
        assert C.llama_decode(model.context, batch.struct) == 0
        sequence.tokens.extend(chunk)


def clear(chat: ChatModel) -> None:
    """Empty all sequences of the model."""
    for sequence in chat.model.sequences:
        sequence.clear()
