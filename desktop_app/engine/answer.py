"""One answer: from a conversation to its last message on the wire.

The loop over tokens is as short as it can be: what it does besides `llama_decode` and
`llama_sampler_sample` is two more calls into the library, a decoder and, some thirty times a second, a line.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from desktop_app.engine.chat_template import CHATML, CHATML_END, ChatTemplate, SpecialTexts, choose_template
from desktop_app.engine.context import check_fit
from desktop_app.engine.llama.library import C, Interrupt
from desktop_app.engine.llama.model import Model
from desktop_app.engine.llama.sampler import Sampler
from desktop_app.engine.prompt_tokens import Prompt, PromptTokenizer
from desktop_app.engine.protocol import (
    Event,
    GenerateRequest,
    GenerationFinished,
    ModelInfo,
    PromptProgress,
    StopType,
    TextDelta,
    Timings,
)
from desktop_app.engine.stream import Seam, TextStream
from desktop_app.errors import ChatTemplateFailed

FLUSH_INTERVAL_S = 0.03
"""Text leaves at most so often, the first piece at once. Every line wakes the window, and while llama.cpp's
threads spin on all cores that time is taken from them; the window shows text at most every 33 ms anyway."""
PROGRESS_INTERVAL_S = 0.1
_ROLES = ("system", "user", "assistant")


class ChatModel:
    """A loaded model with its chat template: what a conversation is given to."""

    def __init__(self, model: Model) -> None:
        self.model = model
        vocabulary = model.vocabulary
        source = model.chat_template
        texts = SpecialTexts(vocabulary.text(vocabulary.bos), vocabulary.text(vocabulary.eos))
        self.template: ChatTemplate
        self.template, self.template_problem = choose_template(source, texts)
        self._has_own_template = source is not None and not self.template_problem and self.template.source == source
        self.tokenizer = PromptTokenizer(vocabulary, self.template)
        # A model that knows no ChatML writes its end as plain text.
        knows_end = any(token.text == CHATML_END and token.is_control for token in vocabulary.special)
        self.extra_stop = (CHATML_END,) if self.template.source == CHATML and not knows_end else ()

    def info(self) -> ModelInfo:
        """Give what the window is told about the model."""
        model = self.model
        return ModelInfo(
            path=str(model.path),
            name=model.name,
            description=model.description,
            n_params=model.n_params,
            size_bytes=model.size_bytes,
            n_ctx=model.n_ctx,
            n_ctx_train=model.n_ctx_train,
            n_layers=model.n_layers,
            n_gpu_layers=model.n_gpu_layers,
            device=model.device,
            n_threads=model.n_threads,
            has_chat_template=self._has_own_template,
            template_problem=self.template_problem,
        )

    def close(self) -> None:
        """Free the model."""
        self.model.close()


class Answer:
    """Answers one request and sends what it makes. Made for one use: `run`."""

    def __init__(self, chat: ChatModel, request: GenerateRequest, send: Callable[[Event], None], interrupt: Interrupt) -> None:
        self._chat = chat
        self._model = chat.model
        self._sequence = chat.model.sequence
        self._request = request
        self._send = send
        self._interrupt = interrupt
        self._started = time.perf_counter()
        self._stream = TextStream(request.sampling.stop + chat.extra_stop)
        self._n_prompt = self._n_reused = 0
        self._prompt_s = self._first_token_s = self._predicted_s = 0.0
        self._tokens: list[int] = []
        self._text: list[str] = []
        self._opening = ""
        self._seam = Seam("")

    def run(self) -> None:
        """Read the prompt, draw tokens, send the text and the final message. Raises: AppError."""
        prompt = self._prompt()
        self._opening, self._seam = prompt.opening, Seam(prompt.repeated)
        stop: StopType = "cancelled"
        if self._read(prompt):
            sampler = Sampler(self._request.sampling, self._model.vocabulary.n_tokens, self._model.n_ctx)
            try:
                sampler.accept_prompt(prompt.tokens)
                stop = self._generate(sampler)
            finally:
                sampler.close()
        if stop != "word" and (n_whole := self._n_whole_tokens()) is not None:
            # After a stop text the cache holds more than the conversation will: nothing to remember.
            self._chat.tokenizer.remember(prompt, "".join(self._text), self._tokens[:n_whole])
        self._send(GenerationFinished(self._request.task, stop, self._timings()))

    def _prompt(self) -> Prompt:
        if any(message.role not in _ROLES for message in self._request.messages) or not self._request.messages:
            raise ChatTemplateFailed("a message has an unknown role, or there is none")
        messages, tokenizer = self._request.messages, self._chat.tokenizer
        is_continued = self._request.is_continued and messages[-1].role == "assistant"
        prompt = tokenizer.continuing(messages) if is_continued else tokenizer.prompt(messages)
        self._n_prompt = len(prompt.tokens)
        check_fit(self._n_prompt, self._model.n_ctx)
        return prompt

    def _read(self, prompt: Prompt) -> bool:
        """Put the prompt into the KV cache; give False when it was cancelled."""
        n_reused = self._n_reused = self._sequence.reuse(prompt.tokens)
        task, n_prompt, send, interrupt = self._request.task, self._n_prompt, self._send, self._interrupt
        send(PromptProgress(task, n_reused, n_reused, n_prompt))
        started = said = time.perf_counter()

        def on_read(n_processed: int) -> bool:
            nonlocal said
            now = time.perf_counter()
            if n_processed == n_prompt or now - said >= PROGRESS_INTERVAL_S:
                said = now
                send(PromptProgress(task, n_processed, n_reused, n_prompt))
            return not interrupt.is_set

        finished = self._sequence.read(prompt.tokens[n_reused:], on_read)
        self._prompt_s = time.perf_counter() - started
        return finished

    def _generate(self, sampler: Sampler) -> StopType:
        # Everything that the loop uses is a local name: an attribute costs three times as much.
        sample, chain, context = C.llama_sampler_sample, sampler.chain, self._model.context
        is_end, piece = self._model.vocabulary.end_test(), self._model.vocabulary.piece
        feed, stream, append = self._stream.feed, self._stream, self._sequence.append
        held, n_ctx, interrupt, clock = self._sequence.tokens, self._model.n_ctx, self._interrupt, time.perf_counter
        tokens, pending, due, n_predict = self._tokens, "", 0.0, self._request.sampling.n_predict
        stop: StopType
        while True:
            if n_predict == 0:
                stop = "limit"
                break
            token = sample(chain, context, -1)
            if is_end(token):
                stop = "eos"
                break
            tokens.append(token)
            pending += feed(piece(token))
            now = clock()
            if now >= due and pending:
                self._flush(pending)
                pending, due = "", now + FLUSH_INTERVAL_S
            if len(tokens) == 1:
                self._first_token_s = first = now
            self._predicted_s = now - first
            if stream.stopped:
                stop = "word"
                break
            if len(tokens) == n_predict:
                stop = "limit"
                break
            if len(held) >= n_ctx:
                stop = "context"
                break
            if interrupt.is_set or not append(token):
                stop = "cancelled"
                break
        # Of a character that is cut in the middle nothing is shown: it comes when the answer is continued.
        self._flush(pending + stream.finish(is_cut=stop != "eos"))
        return stop

    def _flush(self, text: str) -> None:
        if not text:
            return
        self._text.append(text)
        # What the template has written of the reasoning is part of what the person reads.
        shown, self._opening = self._opening + self._seam.feed(text), ""
        if shown:
            self._send(TextDelta(self._request.task, shown, len(self._tokens)))

    def _n_whole_tokens(self) -> int | None:
        """Give how many tokens spell the text: all but those of a character at its end that is not whole.

        None when a token holds the end of one character and the beginning of the next.
        """
        n_left, n_tokens = self._stream.n_incomplete, len(self._tokens)
        while n_left > 0:
            n_tokens -= 1
            n_left -= len(self._model.vocabulary.piece(self._tokens[n_tokens]))
        return n_tokens if n_left == 0 else None

    def _timings(self) -> Timings:
        return Timings(
            n_prompt=self._n_prompt,
            n_reused=self._n_reused,
            prompt_ms=self._prompt_s * 1000,
            n_predicted=len(self._tokens),
            predicted_ms=self._predicted_s * 1000,
            first_token_ms=(self._first_token_s - self._started) * 1000 if self._tokens else 0.0,
        )
