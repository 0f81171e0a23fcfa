"""What of a conversation the model reads: all of it, or as much of it as fits and the person has chosen.

The prompt that is measured is the prompt that is read, so the budget is exact. Three policies:

    stop       nothing is left out; what does not fit is said with its numbers
    summarise  the same, a little earlier: whoever asked makes a summary and asks again
    drop       the oldest exchanges are left out, pinned ones stay

Where the limit lies follows from the messages alone and goes on in steps of half a context. A limit that moved with
every question would change the beginning of every prompt, and nothing could be taken from the KV cache.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

from desktop_app.engine.prompt_tokens import Prompt, PromptTokenizer
from desktop_app.engine.protocol import ChatMessage, ContextMeasured, GenerateRequest, MeasureRequest
from desktop_app.errors import ChatTemplateFailed, ContextFull
from desktop_app.record import Record

if TYPE_CHECKING:
    from desktop_app.engine.chat_model import ChatModel
    from desktop_app.engine.llama.model import Model

MIN_ANSWER_TOKENS = 8
"""Room that a prompt must leave for its answer: a context that fills up after a word helps nobody."""
ROOM_SHARE = 8
"""Where room can be made, a part of this size of the context is kept for the answer: it would be cut otherwise."""
KEPT_SHARE = 2
"""When something is left out, at most this part of the context stays: the next questions find room without it."""
_MEASURED_SHARE = 2
"""A conversation of more contexts than this is not rendered to be measured: the sum of its messages says enough."""
_N_LOOKED_AT = 64
_ROLES = ("system", "user", "assistant")


class Fitted(Record):
    """A prompt that fits, and the indexes of the messages of its request that are not in it."""

    prompt: Prompt
    left_out: tuple[int, ...] = ()


class Exchange(Record):
    """A question and what was answered to it; it is left out as a whole, or most templates would refuse the rest."""

    indexes: tuple[int, ...]
    n_tokens: int
    """What it takes in a prompt, about."""
    n_question: int
    """The same of its question alone: so much of it there was when it was asked."""
    is_pinned: bool


def room_for_answer(n_ctx: int, n_predict: int, policy: str) -> int:
    """Give how many tokens of the context are kept free for an answer of at most `n_predict` (-1: no limit)."""
    wanted = MIN_ANSWER_TOKENS if policy == "stop" else max(MIN_ANSWER_TOKENS, n_ctx // ROOM_SHARE)
    return min(wanted, n_predict) if n_predict > 0 else wanted


def fitted(chat: ChatModel, request: GenerateRequest) -> Fitted:
    """Give the prompt of `request` as its policy wants it. Raises: ContextFull, ChatTemplateFailed."""
    if not request.messages or any(message.role not in _ROLES for message in request.messages):
        raise ChatTemplateFailed("a message has an unknown role, or there is none")
    room = room_for_answer(chat.model.n_ctx, request.sampling.n_predict, request.policy)
    found = _fit(chat, request, chat.model.n_ctx - room)
    # Where everything that may be left out is, a short answer is better than none.
    least = min(room, MIN_ANSWER_TOKENS) if request.policy == "drop" else room
    n_needed = len(found.prompt.tokens) + least
    if n_needed > chat.model.n_ctx:
        raise ContextFull(n_needed=n_needed, n_ctx=chat.model.n_ctx)
    return found


def measured(chat: ChatModel, request: MeasureRequest) -> ContextMeasured:
    """Give what a conversation takes of the context, and what the model would not see of it.

    Raises: ChatTemplateFailed.
    """
    n_ctx, counts = chat.model.n_ctx, [_count(chat, message) for message in request.messages]
    if not counts:
        return ContextMeasured(request.task, 0, n_ctx)
    if request.policy != "drop" and sum(counts) > _MEASURED_SHARE * n_ctx:
        # How far it is over does not matter to the token, and the whole may be megabytes.
        return ContextMeasured(request.task, sum(counts), n_ctx, (), tuple(counts))
    wanted = GenerateRequest(request.task, request.messages, is_continued=request.is_continued, policy=request.policy)
    found = _fit(chat, wanted, n_ctx - room_for_answer(n_ctx, -1, request.policy))
    return ContextMeasured(request.task, len(found.prompt.tokens), n_ctx, found.left_out, tuple(counts))


def _fit(chat: ChatModel, request: GenerateRequest, limit: int) -> Fitted:
    """Give the prompt, by the policy *drop* without old exchanges until it has at most `limit` tokens."""
    messages = request.messages
    if request.policy != "drop":
        return Fitted(_prompt(chat, messages, request))
    n_base, n_each = overhead(chat.tokenizer)
    counts = [_count(chat, message) + n_each for message in messages]
    exchanges = exchanges_of(messages, counts)
    n_base += sum(counts) - sum(one.n_tokens for one in exchanges)
    first = first_kept(exchanges, limit - n_base, chat.model.n_ctx // KEPT_SHARE - n_base)
    while True:
        left_out = [index for one in exchanges[:first] if not one.is_pinned for index in one.indexes]
        kept = [messages[index] for index in sorted({*range(len(messages))} - {*left_out})]
        prompt = _prompt(chat, kept, request)
        # The sum of the parts is not the whole to the token.
        if len(prompt.tokens) <= limit or first >= len(exchanges) - 1:
            return Fitted(prompt, tuple(left_out))
        first += 1


def first_kept(exchanges: Sequence[Exchange], limit: int, target: int) -> int:
    """Give the index of the first exchange that is kept for its place; pinned ones before it are kept as well.

    Goes through the conversation as it came about: whenever a question had taken it over `limit` tokens, the oldest were
    left out down to `target`. So the answer is the same for one question and the next, until that is over the limit.
    """
    first, n_tokens = 0, 0
    for last, one in enumerate(exchanges):
        is_last = last == len(exchanges) - 1
        if n_tokens + (one.n_tokens if is_last else one.n_question) > limit:
            while first < last and n_tokens + one.n_question > target:
                n_tokens -= 0 if exchanges[first].is_pinned else exchanges[first].n_tokens
                first += 1
        n_tokens += one.n_tokens
    return first


def exchanges_of(messages: Sequence[ChatMessage], counts: Sequence[int]) -> list[Exchange]:
    """Give `messages` as exchanges, those of the system left out; `counts`: the tokens of each."""
    groups: list[list[int]] = []
    for index, message in enumerate(messages):
        if message.role == "user" or (message.role == "assistant" and not groups):
            groups.append([index])
        elif message.role == "assistant":
            groups[-1].append(index)
    return [
        Exchange(
            tuple(group),
            sum(counts[index] for index in group),
            counts[group[0]],
            any(messages[index].is_pinned for index in group),
        )
        for group in groups
    ]


def overhead(tokenizer: PromptTokenizer) -> tuple[int, int]:
    """Give how many tokens the template writes around a conversation, and around each message of it."""
    question, answer = ChatMessage("user", "x"), ChatMessage("assistant", "x")
    n_one = len(tokenizer.prompt([question]).tokens)
    n_three = len(tokenizer.prompt([question, answer, question]).tokens)
    # "x" has one token, or two where the vocabulary puts a space before it: then each message is taken for one more.
    n_each = max(0, (n_three - n_one) // 2 - 1)
    return max(0, n_one - 1 - n_each), n_each


def _prompt(chat: ChatModel, messages: Sequence[ChatMessage], request: GenerateRequest) -> Prompt:
    is_open = request.is_continued and messages[-1].role == "assistant"
    make = chat.tokenizer.continuing if is_open else chat.tokenizer.prompt
    return make(messages, request.thinking)


def _count(chat: ChatModel, message: ChatMessage) -> int:
    """Give the tokens of a message's own text: as it was counted before, or counted now."""
    return message.n_tokens if message.n_tokens >= 0 else len(chat.model.vocabulary.tokenize(message.content))


def vocabulary_key(model: Model) -> str:
    """Give a name for the vocabulary of `model`: what was counted with one of the same name need not be counted again."""
    vocabulary = model.vocabulary
    # 150,000 tokens would take 50 ms to look at. Two vocabularies of one kind and size that have these in common count alike.
    step = max(1, vocabulary.n_tokens // _N_LOOKED_AT)
    texts = [vocabulary.text(token) for token in range(0, vocabulary.n_tokens, step)]
    parts = [model.metadata("tokenizer.ggml.model"), model.metadata("tokenizer.ggml.pre"), str(vocabulary.n_tokens)]
    parts += [*texts, *(f"{token.id} {token.text}" for token in vocabulary.special)]
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
