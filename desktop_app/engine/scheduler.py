"""All answers in progress, one `llama_decode` for all of them at each step.

An answer joins with its next chunk and leaves between two steps. Those that are written come into every step with the
token drawn last; what room is left in the batch goes to prompts, cut so that a step stays short while somebody
reads along. What nobody waits for comes after what somebody waits for.
"""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable

from desktop_app.engine.answer import Answer
from desktop_app.engine.chat_model import ChatModel
from desktop_app.engine.inbox import Inbox
from desktop_app.engine.llama.batch import Batch
from desktop_app.engine.llama.library import C
from desktop_app.engine.llama.sequence import Sequence
from desktop_app.engine.protocol import Event, Failed, GenerateRequest, StopType, TaskCancelled
from desktop_app.engine.slots import Slot, Slots
from desktop_app.engine.state_files import GivenUp
from desktop_app.engine.step_cost import MIN_CHUNK, StepCost
from desktop_app.engine.threads import ThreadCount
from desktop_app.errors import AppError, DecodeFailed

log = logging.getLogger(__name__)

_ABORTED, _NO_ROOM = 2, 1
"""What `llama_decode` answers when the abort callback ended it, and when the context has no cells left."""
_SHORT_STEP_S = 0.2
"""A prompt that is read beside an answer makes a step at most about so long."""
_CARD_STEP_S = 1.0
"""The same for one that is read alone on a card: what that has begun cannot be broken off, since llama.cpp asks the
interrupt on the processor only. On the processor a step is a whole batch: shorter ones are up to 10 % slower there."""
_LONG_STEP_S = 0.3
"""A shorter step of one token is not broken off where that would cost what is rolled up: who waits for it hardly notices."""
_BESIDE_S = 0.05
"""While a kept state is read, others are written on so often."""
_WHILE_ALONE_S = 0.1
"""An answer that is alone is written for so long before anything else is looked after, unless something comes."""


class _Running:
    """An answer with its place in memory."""

    def __init__(self, answer: Answer, slot: Slot) -> None:
        self.answer = answer
        self.slot = slot

    @property
    def sequence(self) -> Sequence:
        return self.slot.sequence

    @property
    def n_missing(self) -> int:
        """Tokens of the target that are not in memory; with one left, its logits give the next."""
        return len(self.answer.target) - len(self.sequence.tokens)


class _Chunk:
    """What one answer has in a batch. `index`: where its logits are, -1 when there are none."""

    def __init__(self, running: _Running, tokens: list[int]) -> None:
        self.running = running
        self.tokens = tokens
        self.start = 0
        """Where it begins in the batch."""
        self.index = -1


class Scheduler:
    """Works on all answers of one model, a step at a time."""

    def __init__(self, chat: ChatModel, send: Callable[[Event], None], inbox: Inbox) -> None:
        self._chat = chat
        self._send = send
        self._inbox = inbox
        self._context = chat.model.context
        self.slots = Slots(chat.model)
        """Where the answers are; between two steps others may look after what is kept of them."""
        self._batch = Batch(chat.model.n_batch, len(chat.model.sequences))
        self._mtp = chat.model.mtp
        self._threads = ThreadCount(chat.model.n_threads, chat.use_threads, follows_load=chat.model.follows_load)
        self._is_full = False
        """Whether one had to give up its place: nobody is taken in before another one has ended."""
        self._waiting: list[Answer] = []
        self._running: list[_Running] = []
        self._beside = 0.0
        """When others were last written on while a kept state was read."""
        self._step_cost = StepCost(has_overhead=bool(chat.model.n_gpu_layers))
        self._token_s = math.inf
        """What the last token took that was written alone."""

    @property
    def is_busy(self) -> bool:
        """Whether any answer is in progress or waits."""
        return bool(self._running or self._waiting)

    def add(self, request: GenerateRequest) -> None:
        """Take on an answer. Raises: AppError, when there can be none."""
        self._chat.tokenizer.recall(self.slots.tokens_of(request.conversation))
        answer = Answer(self._chat, request, self._send)
        if not self.is_busy:
            self._threads.begin()
        # Sorting keeps the order of those that are alike.
        self._waiting = sorted([*self._waiting, answer], key=lambda item: item.request.is_background)

    def cancel(self, task: int) -> bool:
        """End an answer, with what it has said; give False when it is not here."""
        for answer in self._waiting:
            if answer.task == task:
                self._waiting.remove(answer)
                if answer.is_drawing:
                    answer.finish("cancelled")
                else:
                    self._send(TaskCancelled(task))
                self._forget(answer)
                return True
        for running in self._running:
            if running.answer.task == task:
                self._finish(running, "cancelled")
                return True
        return False

    def step(self) -> None:
        """Let everything go on by one token, or by one chunk of a prompt; what is alone by what it writes in a moment."""
        self._admit()
        if len(self._running) == 1 and self._running[0].answer.is_drawing and self._running[0].n_missing == 1:
            self._write(self._running[0])
            return
        self._advance(self._plan())

    def go_on_beside(self) -> bool:
        """Write on for those that have begun, while a kept state is read; say whether to go on reading it.

        A gigabyte takes two seconds, or ten on a slow disk: nobody's answer stops for so long.
        """
        if self._running and time.perf_counter() - self._beside >= _BESIDE_S:
            self._advance(self._plan(reads=False))
            self._beside = time.perf_counter()
        return self._inbox.is_calm()

    def _advance(self, chunks: list[_Chunk]) -> None:
        """Compute these, and take in what comes of it."""
        if not chunks:
            return
        started = time.perf_counter()
        self._inbox.begin_step(self._interruptible(chunks))
        code = C.llama_decode(self._context, self._batch.struct)
        if self._chat.model.n_gpu_layers:
            C.llama_synchronize(self._context)  # a card is at work still when the function comes back
        self._inbox.end_step()
        if code:
            self._recover(code, chunks)
            return
        for chunk in chunks:
            self._take(chunk)
        self._measure(sum(len(chunk.tokens) for chunk in chunks), time.perf_counter() - started)

    def _write(self, running: _Running) -> None:
        """Draw token after token for an answer that is alone, until there is news.

        This is how most answers are written. A step of llama.cpp leaves nothing of ours in the processor's cache, so what
        holds for many tokens is looked up once: 160 µs a token were measured by way of `_plan`, and 60 µs this way.
        """
        answer, sequence, batch, inbox = running.answer, running.sequence, self._batch, self._inbox
        if (mtp := self._mtp) is not None:
            mtp.attend(sequence)
        n_free, n_drafts_max = 0, self._chat.model.n_guesses_max
        take_back = sequence.keep if self._chat.model.can_cut else sequence.roll_back
        sequence.reuse_window()
        began = started = now = time.perf_counter()
        inbox.begin_step((answer.task,) if self._chat.model.can_cut or self._token_s > _LONG_STEP_S else ())
        while True:
            # Only here: beside others a guess that is wrong would cost them time too.
            drafts = answer.propose(n_drafts_max)
            tokens = [answer.target[-1], *drafts]
            if n_free < len(tokens):
                self.slots.make_room(len(tokens))
                n_free = self.slots.n_free
            n_free -= len(tokens)
            batch.clear()
            index = batch.add(sequence.id, tokens, len(sequence.tokens), len(tokens))
            started = time.perf_counter()
            if code := C.llama_decode(self._context, batch.struct):
                break
            sequence.tokens += tokens
            n_true = answer.draw(index, drafts)
            if (n_false := len(drafts) - n_true) and not take_back(len(sequence.tokens) - n_false):
                break  # all of it is read again
            if mtp is not None:
                mtp.follow(sequence, 1 + n_true, index)
            now = time.perf_counter()
            answer.on_step_alone(len(drafts), n_true, now - started)
            if answer.stop is not None or now - began >= _WHILE_ALONE_S or inbox.has_news:
                break
        inbox.end_step()
        if code:
            self._recover(code, [_Chunk(running, tokens)])
            return
        self._threads.stepped(now - began)
        self._token_s = now - started
        if answer.stop is not None:
            self._finish(running, answer.stop)

    def fail_all(self, error: AppError) -> None:
        """End all answers with `error`; what is in memory is not trusted any more."""
        answers = [*self._waiting, *(running.answer for running in self._running)]
        self.slots.distrust()
        self.close()
        for answer in answers:
            self._send(Failed(answer.task, error))
            self._inbox.done(answer.task)

    def close(self) -> None:
        """Let go of everything, for the end of the model."""
        for answer in [*self._waiting, *(running.answer for running in self._running)]:
            answer.close()
        self._waiting = []
        for running in self._running:
            self.slots.release(running.slot)
        self._running = []
        self.slots.close()

    def _admit(self) -> None:
        if self._is_full and self._running:
            return
        self._is_full = False
        while self._waiting:
            answer = self._waiting[0]
            try:
                request = answer.request
                slot = self.slots.place(answer.target, request.conversation, is_short=request.is_background)
            except GivenUp:
                return  # to be stopped comes first; the next step tries again
            if slot is None:
                return
            self._waiting.remove(answer)  # another may stand before it now, see `go_on_beside`
            running = _Running(answer, slot)
            self._running.append(running)
            try:
                answer.begin(len(slot.sequence.tokens))
            except AppError as error:
                self._fail(running, error)
                continue
            # The beginning of a turn: what is edited or asked anew later is mostly behind it.
            slot.sequence.take_checkpoint()

    def _plan(self, *, reads: bool = True) -> list[_Chunk]:
        self._batch.clear()
        drawing = [running for running in self._running if running.n_missing == 1]
        reading = [running for running in self._running if running.n_missing > 1 and reads]
        chunks = [_Chunk(running, [running.answer.target[-1]]) for running in drawing]
        room = self._room(is_alone=not drawing) - sum(len(chunk.tokens) for chunk in chunks)
        # What nobody waits for is not read while somebody waits.
        if any(not running.answer.request.is_background for running in reading):
            reading = [running for running in reading if not running.answer.request.is_background]
        for running in reading:
            if room > 0:
                chunks.append(self._read(running, room))
                room -= len(chunks[-1].tokens)
        self.slots.make_room(sum(len(chunk.tokens) for chunk in chunks))
        for chunk in chunks:
            self._fill(chunk)
        return chunks

    def _room(self, *, is_alone: bool) -> int:
        """Give how many tokens a step may have. `is_alone`: nobody reads along meanwhile."""
        if is_alone and not self._chat.model.n_gpu_layers:
            return self._batch.n_max
        return self._step_cost.n_within(_CARD_STEP_S if is_alone else _SHORT_STEP_S, self._batch.n_max)

    def _read(self, running: _Running, room: int) -> _Chunk:
        target, n_held, n_missing = running.answer.target, len(running.sequence.tokens), running.n_missing
        n_tokens = min(n_missing, room)
        if n_tokens == n_missing and running.sequence.needs_checkpoints:
            # The last token comes in a step of its own: asked anew, the answer begins there.
            n_tokens -= 1
        return _Chunk(running, target[n_held : n_held + n_tokens])

    def _fill(self, chunk: _Chunk) -> None:
        sequence = chunk.running.sequence
        n_held = len(sequence.tokens)
        is_drawn = n_held + len(chunk.tokens) == len(chunk.running.answer.target)
        if is_drawn and not chunk.running.answer.is_drawing:
            sequence.take_checkpoint()
        chunk.start = self._batch.n_tokens
        index = self._batch.add(sequence.id, chunk.tokens, n_held, int(is_drawn))
        chunk.index = index if is_drawn else -1

    def _interruptible(self, chunks: list[_Chunk]) -> tuple[int, ...]:
        """Give the tasks for which it is worth to break off the step: those that take most of it."""
        if len(chunks) == 1:
            return (chunks[0].running.answer.task,)
        # A state that is rolled up would be lost for the others too.
        can_cut = self._chat.model.can_cut
        return tuple(chunk.running.answer.task for chunk in chunks if len(chunk.tokens) >= MIN_CHUNK) if can_cut else ()

    def _take(self, chunk: _Chunk) -> None:
        """Take in what a step has made of a chunk."""
        answer, sequence = chunk.running.answer, chunk.running.sequence
        sequence.tokens.extend(chunk.tokens)
        if self._mtp is not None:
            self._mtp.follow(sequence, len(chunk.tokens), chunk.start)
        if not answer.is_drawing:
            answer.on_read(len(sequence.tokens))
        if chunk.index >= 0:
            answer.draw(chunk.index)
            if answer.stop is not None:
                self._finish(chunk.running, answer.stop)

    def _measure(self, n_tokens: int, seconds: float) -> None:
        self._threads.stepped(seconds)
        self._step_cost.take(n_tokens, seconds)

    def _recover(self, code: int, chunks: list[_Chunk]) -> None:
        """Bring order into a step that did not work."""
        for chunk in chunks:
            sequence = chunk.running.sequence
            sequence.resynchronize(chunk.tokens)
            # Of what is held without its logits the last token is read once more.
            sequence.keep(sequence.usable(chunk.running.answer.target))
        if code == _ABORTED or (code == _NO_ROOM and (self.slots.drop_one() or self._make_one_wait())):
            return
        log.error("llama_decode failed with %d", code)
        for chunk in chunks:
            chunk.running.sequence.clear()
            self._fail(chunk.running, DecodeFailed(code))

    def _make_one_wait(self) -> bool:
        """Take its place from the answer that can wait best; it reads again what it had when another one has ended."""
        if len(self._running) < 2:
            return False
        running = max(reversed(self._running), key=lambda one: one.answer.request.is_background)
        self._running.remove(running)
        self._waiting.insert(0, running.answer)
        self.slots.release(running.slot)
        self.slots.drop_one()
        self._is_full = True
        return True

    def _fail(self, running: _Running, error: AppError) -> None:
        self._leave(running)
        self._send(Failed(running.answer.task, error))
        self._forget(running.answer)

    def _finish(self, running: _Running, stop: StopType) -> None:
        self._leave(running)
        running.answer.finish(stop)
        self._forget(running.answer)

    def _leave(self, running: _Running) -> None:
        self._running.remove(running)
        self.slots.release(running.slot)
        self._is_full = False

    def _forget(self, answer: Answer) -> None:
        answer.close()
        self._inbox.done(answer.task)
