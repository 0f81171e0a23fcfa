"""Tokens that were read before, told to be the beginning of a prompt: other tokens may spell the same text.

After a restart nobody remembers with which tokens an answer was said, but what was kept of the conversation holds them.
Where they spell the prompt, they are taken, so that nothing is read twice.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence


def spelled_by(
    kept: Sequence[int],
    parts: Sequence[int | str],
    control: Collection[int],
    piece: Callable[[int], bytes],
    n_before: int,
) -> tuple[int, int]:
    """Give how many of the tokens `kept` spell how many of `parts`, which are control tokens and the text between them.

    A text is spelled as a whole or not at all: the tokens of one part do not depend on those of another.
    `n_before`: tokens at the beginning of `kept` that are not in the parts.
    """
    n_tokens, whole = n_before, (0, 0)
    for index, part in enumerate(parts):
        if isinstance(part, int):
            if n_tokens >= len(kept) or kept[n_tokens] != part:
                return whole
            n_tokens += 1
        else:
            start, text = n_tokens, part.encode("utf-8", "replace")
            while n_tokens < len(kept) and kept[n_tokens] not in control:
                n_tokens += 1
            said = b"".join(map(piece, kept[start:n_tokens]))
            # Some vocabularies put a space before a text.
            if said not in (text, b" " + text):
                return whole
        whole = (n_tokens, index + 1)
    return whole
