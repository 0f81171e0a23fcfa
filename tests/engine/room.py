"""A scheduler in the tests' own process, and what it has sent."""

from __future__ import annotations

from desktop_app.engine.answer import Answer, ChatModel
from desktop_app.engine.inbox import Inbox
from desktop_app.engine.llama.batch import Batch
from desktop_app.engine.llama.library import C, Interrupt
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.engine.protocol import ChatMessage, Event, GenerateRequest, GenerationFinished, PromptProgress, TextDelta
from desktop_app.engine.scheduler import Scheduler
from tests.engine.direct import clear, put

GREEDY = SamplingParameters(temperature=0.0, n_predict=24)
SHORT = SamplingParameters(temperature=0.0, n_predict=3)
"""For an answer that only has to be there."""
QUESTIONS = ("Why is the sky blue?", "Name three rivers.", "What is a prime number?", "Tell me of the sea.")


class Room:
    """A scheduler and what it has sent."""

    def __init__(self, chat: ChatModel, interrupt: Interrupt) -> None:
        self.chat = chat
        self.inbox = Inbox(interrupt)
        self.events: list[Event] = []
        self.scheduler = Scheduler(chat, self.events.append, self.inbox)
        self.answers: dict[int, Answer] = {}
        self._n_tasks = 0

    def ask(
        self, text: str, *, sampling: SamplingParameters = GREEDY, conversation: str = "", is_background: bool = False
    ) -> int:
        self._n_tasks += 1
        messages = (ChatMessage("user", text),)
        # Without drafts: how many tokens a step gives is what is looked at here.
        request = GenerateRequest(
            self._n_tasks,
            messages,
            sampling,
            is_background=is_background,
            conversation=conversation,
            adds_drafts=False,
        )
        self.inbox.put(request)
        self.inbox.take(wait=False)
        self.scheduler.add(request)
        self.answers.update({answer.task: answer for answer in self.scheduler._waiting})
        return self._n_tasks

    def endless(self, n_predict: int) -> SamplingParameters:
        """Give parameters with which an answer has so many tokens."""
        vocabulary = self.chat.model.vocabulary
        ends = [token for token in range(vocabulary.n_tokens) if vocabulary.end_test()(token)]
        return SamplingParameters(
            temperature=0.0, n_predict=n_predict, logit_bias=tuple((token, float("-inf")) for token in ends)
        )

    def run(self, n_steps: int = 10_000) -> None:
        """Work until nothing is left, or so many steps."""
        while self.scheduler.is_busy and n_steps:
            self.scheduler.step()
            n_steps -= 1

    def text(self, task: int) -> str:
        return "".join(event.text for event in self.events if isinstance(event, TextDelta) and event.task == task)

    def read(self, task: int) -> int:
        """Give how many tokens of its prompt are in memory."""
        return max(event.n_processed for event in self.events if isinstance(event, PromptProgress) and event.task == task)

    def final(self, task: int) -> GenerationFinished:
        (event,) = (item for item in self.events if isinstance(item, GenerationFinished) and item.task == task)
        return event

    def answer(self, text: str, **options: object) -> tuple[str, GenerationFinished]:
        task = self.ask(text, **options)  # type: ignore[arg-type]
        self.run()
        return self.text(task), self.final(task)

    def assert_most_likely(self, task: int) -> None:
        """Compute the answer again alone: each of its tokens must be the most likely one there, or as good as that.

        A batch of another shape rounds otherwise: for the same 200 tokens logits were seen that differ by 0.8.
        """
        answer, model = self.answers[task], self.chat.model
        clear(self.chat)
        # Many at once take a third of the time of one after the other.
        read, drawn = answer.target[:-1], answer.target[answer.n_prompt :]
        put(self.chat, read[: answer.n_prompt - 1])
        sequence, batch = model.sequences[0], Batch(model.n_batch, len(model.sequences))
        for at in range(0, len(drawn), model.n_outputs_max):
            tokens = read[answer.n_prompt - 1 + at :][: model.n_outputs_max]
            batch.clear()
            batch.add(sequence.id, tokens, len(sequence.tokens), len(tokens))
            assert C.llama_decode(model.context, batch.struct) == 0
            sequence.tokens.extend(tokens)
            for index, token in enumerate(drawn[at : at + len(tokens)]):
                logits = C.llama_get_logits_ith(model.context, index)[: model.vocabulary.n_tokens]
                assert max(logits) - logits[token] < 1.0
        clear(self.chat)

    def close(self) -> None:
        self.scheduler.close()
