"""How a model is asked for a summary: of which part of a conversation, and what of its answer is usable."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from desktop_app.chat.message import Message
from desktop_app.chat.prompt import exchanges, in_force, to_send
from desktop_app.chat.reasoning import split
from desktop_app.chat.summary import Summary
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.engine.protocol import ChatMessage

SUMMARY_REQUEST = (
    "Summarise our conversation so far in the language of my messages, so that you can go on without reading it again. "
    "Keep names, numbers, decisions, open questions and what I want. Answer with the summary only."
)
KEPT_SHARE = 2
"""What stays as it is takes at most this part of the context, so that a summary serves for a while."""
_READ_SHARE = 5 / 8
"""What is summed up at once takes at most this part of it: the request and the summary must fit as well."""
_SUMMARY_SHARE = 8
_N_SUMMARY_MIN, _N_SUMMARY_MAX = 64, 1024
_BYTES_PER_TOKEN = 3
"""Where a message was not counted: an English token has 4 or 5 bytes, a Chinese one 3."""


def summary_sampling(n_ctx: int) -> SamplingParameters:
    """Give how a summary is sampled: carefully, and no longer than is of use in a context of `n_ctx` tokens."""
    return SamplingParameters(temperature=0.2, n_predict=max(_N_SUMMARY_MIN, min(_N_SUMMARY_MAX, n_ctx // _SUMMARY_SHARE)))


def part_to_sum_up(
    branch: Sequence[Message], summaries: Sequence[Summary], counts: Mapping[str, int], n_ctx: int
) -> list[list[Message]]:
    """Give the exchanges that come next: enough of them that the rest takes half of the context, as far as can be read.

    Never the last exchange, which is being answered, and nothing that is summed up already. Empty: there are no others.
    """
    earlier = in_force(summaries, branch)
    n_done = next((index + 1 for index, one in enumerate(branch) if earlier and one.id == earlier.up_to_message_id), 0)
    groups = exchanges(branch[n_done:])
    sizes = [sum(counts.get(one.id, _guess(one)) for one in group) for group in groups]
    part: list[list[Message]] = []
    n_left, n_read = sum(sizes), 0
    for group, size in zip(groups[:-1], sizes, strict=False):
        if part and (n_left <= n_ctx // KEPT_SHARE or n_read + size > n_ctx * _READ_SHARE):
            break
        part.append(group)
        n_left, n_read = n_left - size, n_read + size
    return part


def _guess(message: Message) -> int:
    n_bytes = len(message.text.encode("utf-8", "replace")) + sum(one.n_bytes for one in message.attachments)
    return n_bytes // _BYTES_PER_TOKEN


def summary_request(
    branch: Sequence[Message], part: Sequence[Sequence[Message]], summaries: Sequence[Summary], system_prompt: str = ""
) -> tuple[ChatMessage, ...]:
    """Give what the model reads: the conversation down to the end of `part` as it stands in the KV cache, then the request."""
    last = part[-1][-1].id
    end = next(index for index, one in enumerate(branch) if one.id == last)
    messages = to_send(branch[: end + 1], system_prompt, summaries=summaries).messages
    if messages and messages[-1].role == "user":  # its answer failed
        return (*messages[:-1], ChatMessage("user", f"{messages[-1].content}\n\n{SUMMARY_REQUEST}"))
    return (*messages, ChatMessage("user", SUMMARY_REQUEST))


def summary_in(answer: str) -> str:
    """Give the summary in what the model has answered; "" when there is none."""
    return split(answer).answer.strip()
