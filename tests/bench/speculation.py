"""What guessing ahead gives: rewriting a text, and free writing, with and without it, through the engine's own scheduler.

`python tests/bench/speculation.py [--rounds N] [--models N] [--threads N]` prints one JSON object as its last line:
{"rewrite_speedup": with / without, "rewrite_efficiency": with / ideal, "free_ratio": with / without, "models": {...}},
each the worse of the two models. "ideal" is the same answer with every guess right: the tokens of the first run, checked
as many at a time as is fastest on this machine; it is what batched verification allows.

The text has some 600 tokens, of which one word is changed. Both models are too small to copy it reliably, so a grammar
holds the answer to the text; all sides pay for it alike. Free writing is drawn with the default samplers, a seed for each
round, and the end forbidden; in three times as many rounds, for what is looked for there is smaller than what one round
differs from the next. Two threads; alternating rounds, medians; tokens per second as the engine reports them.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from desktop_app.engine import answer as answer_module  # noqa: E402
from desktop_app.engine.chat_model import ChatModel  # noqa: E402
from desktop_app.engine.inbox import Inbox  # noqa: E402
from desktop_app.engine.llama.library import Interrupt, LibraryLog, load_backends  # noqa: E402
from desktop_app.engine.llama.model import Model  # noqa: E402
from desktop_app.engine.parameters import LoadParameters, SamplingParameters  # noqa: E402
from desktop_app.engine.protocol import ChatMessage, Failed, GenerateRequest, GenerationFinished, TextDelta  # noqa: E402
from desktop_app.engine.scheduler import Scheduler  # noqa: E402
from tests.bench.bare_loop import sampling  # noqa: E402
from tests.bench.second_model import second_model  # noqa: E402
from tests.engine.direct import clear  # noqa: E402

STARTER = ROOT / "resources" / "models" / "SmolLM2-135M-Instruct.Q4_1.gguf"
N_THREADS, N_CTX, N_FREE = 2, 4096, 256
FREE_ROUNDS = 3
"""Of free writing, for each of rewriting."""
IDEAL_SIZES = (7, 15, 31)
QUESTION = "Write a long story about a lighthouse and the people who live near it."
TEXT = """\
In the village by the river, the market opens at seven every morning. Anna walks down the hill with two baskets, one for \
bread and one for apples. The baker has been awake since three, and his windows are white with steam. He sells round \
loaves, long loaves and small sweet rolls with raisins in them. Next to him an old man repairs clocks. His table is \
covered with tiny wheels, springs and brass keys, and he never looks up when somebody asks for the time.

Behind the church there is a narrow street that leads to the harbour. Fishing boats come in when the tide is high, and \
gulls follow them far up the river. On Mondays the boats bring mackerel, on Thursdays mostly cod. The harbour master \
writes every boat into a blue book: the name, the hour, the weight of the catch and the state of the weather. He has forty \
such books on a shelf, and the oldest of them smells of tar and salt.

In summer, travellers arrive on the yellow bus. They carry maps, cameras and bottles of water, and most of them want to \
see the old lighthouse. It stands on a rock half an hour from the village and can only be reached on foot when the water \
is low. A sign tells visitors when they have to turn back. Every year two or three people read it too late and must wait \
for six hours among the seals until the path is dry again. The keeper gives them tea and lets them look through the \
telescope.

When autumn comes, the light changes. The fields behind the houses turn brown, smoke rises from the chimneys, and the \
school children walk home in the dusk with lanterns made of paper. On the last evening of October the whole village meets \
at the bridge. Somebody plays the accordion, somebody else brings soup in a large black pot, and at nine o'clock they put \
small wooden boats with candles on the water. The current takes them slowly past the mill, past the harbour and out to the \
sea, where the keeper of the lighthouse counts them one by one.

Winter is quiet. The bus comes only twice a week, the clock maker shuts his shop until March, and snow lies on the nets \
that hang beside the boats. But the baker still gets up at three, the harbour master still opens his blue book, and on \
clear nights the beam of the lighthouse moves over the white roofs like a slow, careful hand. In the houses people read, \
mend their nets and tell each other the same stories as last year, a little longer every time. Nobody minds. They know \
that on some morning in March the ice will break with a sound like a door, and that an hour later the first boat will be \
on the river again, with gulls behind it. Until then the lamps burn early, the bread is dark, and the blue book lies open \
on an empty page."""
REWRITTEN = TEXT.replace("Anna", "Maria")


class Ideal:
    """Guesses that are always right: what another run has drawn."""

    def __init__(self, tokens: Sequence[int], size: int) -> None:
        self._tokens = list(tokens)
        self._size = size
        self._n_drawn = -1
        """Tokens of the answer that stand in the sequence; -1: not even the prompt."""

    def extend(self, tokens: Sequence[int]) -> None:
        """Count what was drawn: the prompt comes first and counts as nothing."""
        self._n_drawn = 0 if self._n_drawn < 0 else self._n_drawn + len(tokens)

    def propose(self, n_max: int) -> list[int]:
        """Give what comes next."""
        return self._tokens[self._n_drawn : self._n_drawn + min(self._size, n_max)]

    def judged(self, n_proposed: int, n_accepted: int, step_s: float) -> None:
        """Nothing is learned: it is always right."""

    def close(self) -> None:
        """Nothing is held."""


class Side:
    """One model with the engine's scheduler, in this process."""

    def __init__(self, path: Path, n_threads: int) -> None:
        self.chat = ChatModel(Model(path, LoadParameters(n_ctx=N_CTX, n_threads=n_threads), Interrupt(), LibraryLog()))
        self._events: list[object] = []
        self._inbox = Inbox(Interrupt())
        self._scheduler = Scheduler(self.chat, self._events.append, self._inbox)
        self._task = 0
        vocabulary = self.chat.model.vocabulary
        is_end = vocabulary.end_test()
        self.ends = [token for token in range(vocabulary.n_tokens) if is_end(token)]

    def answer(self, question: str, sampling: SamplingParameters, *, adds_drafts: bool, ideal: object = None):
        """Give the text, the tokens and the timings of one answer."""
        self._task += 1
        del self._events[:]
        # What was read in a batch of another shape rounds otherwise, and the answer would be another one.
        clear(self.chat)
        usual = answer_module.drafts_for
        if ideal is not None:
            answer_module.drafts_for = lambda chat, request: ideal
        try:
            message = ChatMessage("user", question)
            self._scheduler.add(GenerateRequest(self._task, (message,), sampling, adds_drafts=adds_drafts))
        finally:
            answer_module.drafts_for = usual
        running = None
        while self._scheduler.is_busy:
            self._scheduler.step()
            if self._scheduler._running:
                running = self._scheduler._running[0].answer
        finished = self._events[-1]
        assert isinstance(finished, GenerationFinished), finished if isinstance(finished, Failed) else "unfinished"
        text = "".join(event.text for event in self._events if isinstance(event, TextDelta))
        return text, list(running.target[running.n_prompt :]), finished.timings


def rewriting(side: Side, rounds: int) -> dict[str, object]:
    """Compare rewriting without guesses, with them, and with nothing but right ones."""
    question = f"Repeat this text, but write Maria instead of Anna:\n\n{TEXT}"
    given = SamplingParameters(temperature=0.0, grammar="root ::= " + json.dumps(REWRITTEN, ensure_ascii=False))
    speeds: dict[str, list[float]] = {}
    accepted, texts, tokens = [], set(), []
    for number in range(rounds + 1):
        ways = {"without": {"adds_drafts": False}, "with": {"adds_drafts": True}}
        ways |= {f"ideal {size}": {"adds_drafts": True, "ideal": Ideal(tokens, size)} for size in IDEAL_SIZES} if tokens else {}
        for name, way in ways.items():
            text, drawn, timings = side.answer(question, given, **way)
            texts.add(text)
            tokens = tokens or drawn
            # The first round warms up, and is where the engine learns what a step takes here.
            if number:
                speeds.setdefault(name, []).append(timings.tokens_per_s)
            if name == "with":
                accepted.append((timings.n_accepted, timings.n_drafted))
    middle = {name: statistics.median(found) for name, found in speeds.items()}
    ideal = max(value for name, value in middle.items() if name.startswith("ideal"))
    return {
        "rewrite_speedup": round(middle["with"] / middle["without"], 3),
        "rewrite_efficiency": round(middle["with"] / ideal, 3),
        "tokens_per_s": {name: round(value, 1) for name, value in middle.items()},
        "n_tokens": len(tokens),
        "accepted_of_drafted": accepted[-1],
        "same_text": texts == {REWRITTEN},
    }


def free_writing(side: Side, rounds: int) -> dict[str, object]:
    """Compare free writing with and without guesses; by round, since each has a seed and a text of its own."""
    ratios, same, drafted = [], [], 0
    for number in range(rounds + 1):
        given = sampling(side.ends, N_FREE, seed=number)
        order = (True, False) if number % 2 else (False, True)
        found = {adds: side.answer(QUESTION, given, adds_drafts=adds) for adds in order}
        if number:
            ratios.append(found[True][2].tokens_per_s / found[False][2].tokens_per_s)
            same.append(found[True][0] == found[False][0])
            drafted += found[True][2].n_drafted
    return {"free_ratio": round(statistics.median(ratios), 3), "free_same_text": all(same), "free_drafted": drafted}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--models", type=int, default=2, choices=(1, 2))
    parser.add_argument("--threads", type=int, default=N_THREADS)
    options = parser.parse_args()
    load_backends()
    log = LibraryLog()  # llama.cpp calls it for as long as it has something to say
    log.install()
    results = {}
    for path in (STARTER, second_model())[: options.models] if options.models > 1 else (STARTER,):
        side = Side(path, options.threads)
        results[path.stem] = {**rewriting(side, options.rounds), **free_writing(side, FREE_ROUNDS * options.rounds)}
        print(path.stem, json.dumps(results[path.stem]), flush=True)
        side.chat.close()
    worst = {
        key: min(found[key] for found in results.values()) for key in ("rewrite_speedup", "rewrite_efficiency", "free_ratio")
    }
    print(json.dumps({**worst, "rounds": options.rounds, "threads": options.threads, "models": results}))


if __name__ == "__main__":
    main()
