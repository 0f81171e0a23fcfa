"""A process that stores conversations as fast as it can and says on standard output what is stored, to be killed.

`python storing_process.py FILE [--acknowledge-early]`; the planted fault says it before the commit.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from desktop_app.chat.message import MessageState, new_id
from desktop_app.storage import branches
from desktop_app.storage import conversations as store
from desktop_app.storage.conversations import Exchange
from desktop_app.storage.database import Database

SLOW_DISK_S = 0.005
"""So long a commit takes with the planted fault; on a fast disk it would hardly ever be hit."""


def main(path: Path, is_early: bool) -> None:
    database = Database.writing(path)

    def commit(work: Callable[[], object], line: str) -> None:
        if is_early:
            print(line, flush=True)
            time.sleep(SLOW_DISK_S)
        work()
        if not is_early:
            print(line, flush=True)

    conversation_id = new_id()
    for turn in range(100_000):
        exchange = Exchange(conversation_id, turn == 0, new_id(), new_id(), f"question {turn}", "model")
        answer_id = exchange.answer_id
        commit(lambda: store.ask(database, exchange), f"{exchange.question_id}|{exchange.text}")  # noqa: B023 (called at once)
        for n_parts in range(1, 6):
            part = f"[{n_parts}]"
            commit(
                lambda: store.append_text(database, answer_id, part),  # noqa: B023 (called at once)
                f"{answer_id}|{''.join(f'[{n}]' for n in range(1, n_parts + 1))}",
            )
        if turn % 2:
            commit(
                lambda: store.finish(database, answer_id, MessageState.DONE, None, None, "end"),  # noqa: B023 (called at once)
                f"{answer_id}|[1][2][3][4][5]end",
            )
            version_id, again_id = new_id(), new_id()
            commit(
                lambda: branches.edit(database, exchange.question_id, version_id, again_id, "edited", "model"),  # noqa: B023
                f"{version_id}|edited",
            )
            branches.show_version(database, answer_id)


if __name__ == "__main__":
    main(Path(sys.argv[1]), "--acknowledge-early" in sys.argv)
