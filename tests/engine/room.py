"""A scheduler in the tests' own process, and what it has sent."""

from __future__ import annotations

from desktop_app.engine.answer import Answer, ChatModel
from desktop_app.engine.inbox import Inbox
from desktop_app.engine.llama.library import C, Interrupt
from desktop_app.engine.parameters import SamplingParameters
from desktop_app.engine.protocol import ChatMessage, Event, GenerateRequest, GenerationFinished, PromptProgress, TextDelta
from desktop_app.engine.scheduler import Scheduler
from tests.engine.direct import clear, put

GREEDY = SamplingParameters(temperature=0.0, n_predict=24)
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
        answer = self.answers[task]
        clear(self.chat)
        put(self.chat, answer.prompt.tokens)
        for token in answer.target[answer.n_prompt :]:
            logits = C.llama_get_logits_ith(self.chat.model.context, -1)[: self.chat.model.vocabulary.n_tokens]
            assert max(logits) - logits[token] < 1.0
            put(self.chat, [token])
        clear(self.chat)

    def close(self) -> None:
        self.scheduler.close()
