"""One answer: from a conversation to its last message on the wire.

What happens for every token is as short as it can be, for llama.cpp has just used all of the cache: besides
`llama_decode` and `llama_sampler_sample` that is one more call into the library. Text is made of many tokens at once, when
a line is due, unless what they write decides how it goes on.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from collections.abc import Sequence as Tokens

from desktop_app.engine.chat_model import ChatModel
from desktop_app.engine.context import fitted
from desktop_app.engine.drafts import drafts_for
from desktop_app.engine.llama.library import C
from desktop_app.engine.llama.sampler import Sampler
from desktop_app.engine.protocol import (
    ContextFitted,
    Event,
    GenerateRequest,
    GenerationFinished,
    PromptProgress,
    StopType,
    TextDelta,
    Timings,
)
from desktop_app.engine.repetition import goes_round
from desktop_app.engine.stream import Seam, TextStream

FLUSH_INTERVAL_S = 0.03
"""Text leaves at most so often, the first piece at once; the window shows text at most every 33 ms anyway."""
FLUSH_INTERVAL_PROCESSOR_S = 0.1
"""The same while the processor computes, and the window shows text every 100 ms. To make a line takes 0.2 ms here, when
nothing of it is in the processor's cache, and every line wakes the window, which takes its time from llama.cpp's threads."""
PROGRESS_INTERVAL_S = 0.1


class Answer:
    """Answers one request and sends what it makes. `Scheduler` puts `target` into the model's memory, token by token.

    As long as more than the last token of `target` is missing there, the prompt is being read; with the last one there
    are logits, `draw` makes the next token from them, and that is the new end of `target`.
    """

    def __init__(self, chat: ChatModel, request: GenerateRequest, send: Callable[[Event], None]) -> None:
        """Make the prompt. Raises: AppError."""
        if request.sampling.has_form:
            # There is no reasoning that would fit.
            request = request.replaced(thinking=False)
        self.request = request
        self._chat = chat
        self._model = chat.model
        self._send = send
        self._started = time.perf_counter()
        self._fitted = fitted(chat, request)
        self.prompt = self._fitted.prompt
        self.n_prompt = len(self.prompt.tokens)
        self.target: list[int] = list(self.prompt.tokens)
        """The prompt and what was drawn: what shall be in the model's memory."""
        self.stop: StopType | None = None
        """Why it ended; None as long as it goes on."""
        self._sampler: Sampler | None = None
        self._forced: deque[int] = deque()
        """Tokens that come next, whatever the model would say."""
        # What keeps to a form ends where that does: within a string of it a stop text is a text like any other.
        stop = request.sampling.stop if request.sampling.has_form else request.sampling.stop + chat.extra_stop
        stop = () if request.sampling.json_schema else stop
        self._stream = TextStream(stop)
        self._is_end = chat.model.vocabulary.end_test()
        self._reasoning = chat.reasoning_stream(self.prompt)
        self._drafts = drafts_for(chat, request)
        self._n_drafted = self._n_accepted = 0
        self._budget = 0 if request.thinking is False else request.thinking_budget
        """Tokens of reasoning that are left; below 0: as many as it likes."""
        if self._budget == 0 and self.prompt.is_thinking:
            self._forced.extend(chat.thinking_end_tokens)
        self._reads_each = bool(stop) or (self._budget >= 0 and bool(chat.thinking_end_tokens))
        """Whether what a token writes decides what comes next; otherwise it is looked at when text is due."""
        self._may_go_round = request.sampling.n_predict >= 0 or request.sampling.has_form
        """Whether it ends anyhow: at its limit, or where its grammar ends it, which no loop may cut."""
        self._opening, self._seam = self.prompt.opening, Seam(self.prompt.repeated)
        self._n_reused = 0
        self._reading_started = self._read_said = self._first_token = self._last_token = 0.0
        self._prompt_s = 0.0
        self._tokens: list[int] = []
        self._n_read = 0
        """How many of them are text by now."""
        self._text: list[str] = []
        self._pending, self._flush_due = "", 0.0
        self._flush_interval_s = FLUSH_INTERVAL_S if chat.model.n_gpu_layers else FLUSH_INTERVAL_PROCESSOR_S

    @property
    def task(self) -> int:
        """The request's number."""
        return self.request.task

    @property
    def is_drawing(self) -> bool:
        """Whether its first token is there."""
        return bool(self._tokens)

    def begin(self, n_reused: int) -> None:
        """Say that `n_reused` tokens of the prompt are in memory already. Raises: AppError.

        When it had to leave its place in memory it begins again, and what it said does not change.
        """
        now = time.perf_counter()
        if self._sampler is None:
            sampling = self.request.sampling.over(self._chat.recommended)
            self._sampler = Sampler(sampling, self._model.vocabulary, self._model.n_ctx)
            self._sampler.accept_prompt(self.prompt.tokens, self.prompt.begun_answer)
            if self._drafts is not None:
                self._drafts.extend(self.prompt.tokens)
            self._n_reused = min(n_reused, self.n_prompt)
            self._reading_started = self._read_said = now
            self._send(ContextFitted(self.task, self.n_prompt, self._model.n_ctx, self._fitted.left_out))
            self._send(PromptProgress(self.task, self._n_reused, self._n_reused, self.n_prompt))

    def on_read(self, n_held: int) -> None:
        """Say that `n_held` tokens are in memory."""
        now = time.perf_counter()
        if self.is_drawing or (now - self._read_said < PROGRESS_INTERVAL_S and n_held < self.n_prompt):
            return
        self._read_said = now
        self._send(PromptProgress(self.task, min(n_held, self.n_prompt), self._n_reused, self.n_prompt))

    def propose(self, n_max: int) -> list[int]:
        """Give at most `n_max` tokens that may come next, when it pays to check them all at once."""
        if self._drafts is None or not self.is_drawing:
            return []
        n_left = self._model.n_ctx - len(self.target)
        if self.request.sampling.n_predict > 0:
            n_left = min(n_left, self.request.sampling.n_predict - len(self._tokens) - 1)
        return self._drafts.propose(min(n_max, n_left)) if n_left > 0 else []

    def draw(self, index: int, drafts: Tokens[int] = ()) -> int:
        """Draw from the logits at `index` of the batch, and from those behind it while `drafts` come true.

        Gives how many of the drafts came true. Afterwards there is one more token in `target` than that, or `stop` is set.
        """
        if not self.is_drawing:
            self._prompt_s = time.perf_counter() - self._reading_started
        n_before, n_true = len(self.target), 0
        while True:
            token = self._next_token(index + n_true)
            if token is None or n_true == len(drafts) or token != drafts[n_true]:
                break
            n_true += 1
        if self._drafts is not None:
            self._drafts.extend(self.target[n_before:])
            self._n_drafted += len(drafts)
            self._n_accepted += n_true
        return n_true

    def on_step_alone(self, n_drafts: int, n_true: int, seconds: float) -> None:
        """Hear what a step took that drew for this answer and did nothing else."""
        if self._drafts is not None:
            self._drafts.judged(n_drafts, n_true, seconds)

    def _next_token(self, index: int) -> int | None:
        """Draw one token and send its text; None when the answer has ended."""
        tokens, n_predict = self._tokens, self.request.sampling.n_predict
        assert self._sampler is not None
        if n_predict == 0:
            self.stop = "limit"
            return None
        if self._forced:
            token = self._forced.popleft()
            C.llama_sampler_accept(self._sampler.chain, token)
        else:
            token = C.llama_sampler_sample(self._sampler.chain, self._model.context, index)
        if self._is_end(token):
            self.stop = "eos"
            return None
        tokens.append(token)
        self.target.append(token)
        if self._reads_each:
            self._read()
            if self._budget >= 0 and self._reasoning.is_thinking:
                self._spend()
        self._last_token = now = time.perf_counter()
        if len(tokens) == 1:
            self._first_token = now
        if now >= self._flush_due:
            self._read()
            if self._pending:
                self._flush()
                self._flush_due = now + self._flush_interval_s
                if not self._may_go_round and goes_round(tokens):
                    self.stop = "repetition"
        if self._stream.stopped:
            self.stop = "word"
        elif len(tokens) == n_predict:
            self.stop = "limit"
        elif len(self.target) > self._model.n_ctx:
            self.stop = "context"
        return token if self.stop is None else None

    def _read(self) -> None:
        """Make text of the tokens that are not yet."""
        data = b"".join(map(self._chat.piece, self._tokens[self._n_read :]))
        self._n_read = len(self._tokens)
        self._pending += self._reasoning.feed(self._stream.feed(data))

    def _spend(self) -> None:
        """Take a token of reasoning off the budget; when that is used up, the answer is begun."""
        self._budget = max(0, self._budget - 1)
        if self._budget == 0 and not self._forced and not self._stream.n_incomplete:
            self._forced.extend(self._chat.thinking_end_tokens)

    def finish(self, stop: StopType) -> None:
        """Send the rest of the text and the final message, and remember with which tokens it was said."""
        self._read()
        # Of a character that is cut in the middle nothing is shown: it comes when the answer is continued.
        self._pending += self._reasoning.feed(self._stream.finish(is_cut=stop != "eos")) + self._reasoning.finish()
        self._flush()
        # After a stop text the memory holds more than the conversation will, and a prompt without an answer is that prompt.
        if stop != "word" and self._text and (n_whole := self._n_whole_tokens()) is not None:
            self._chat.tokenizer.remember(self.prompt, "".join(self._text), self._tokens[:n_whole])
        self._send(GenerationFinished(self.task, stop, self._timings()))

    def close(self) -> None:
        """Free what it holds in the library."""
        if self._sampler is not None:
            self._sampler.close()
        if self._drafts is not None:
            self._drafts.close()

    def _flush(self) -> None:
        text, self._pending = self._pending, ""
        if not text:
            return
        self._text.append(text)
        # What the template has written of the reasoning is part of what the person reads.
        shown, self._opening = self._opening + self._seam.feed(text), ""
        if shown:
            self._send(TextDelta(self.task, shown, len(self._tokens)))

    def _n_whole_tokens(self) -> int | None:
        """Give how many tokens spell the text: all but those of a character at its end that is not whole.

        None when a token holds the end of one character and the beginning of the next.
        """
        n_left, n_tokens = self._stream.n_incomplete, len(self._tokens)
        while n_left > 0:
            n_tokens -= 1
            n_left -= len(self._chat.piece(self._tokens[n_tokens]))
        return n_tokens if n_left == 0 else None

    def _timings(self) -> Timings:
        return Timings(
            n_prompt=self.n_prompt,
            n_reused=self._n_reused,
            prompt_ms=self._prompt_s * 1000,
            n_predicted=len(self._tokens),
            predicted_ms=(self._last_token - self._first_token) * 1000,
            n_drafted=self._n_drafted,
            n_accepted=self._n_accepted,
            first_token_ms=(self._first_token - self._started) * 1000 if self._tokens else 0.0,
        )
