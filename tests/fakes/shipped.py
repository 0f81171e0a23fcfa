"""Stands for the shipped application before the gates of packaging/gates.py: no window, the keys come as lines.

It is copied under the name of what it does wrong; `sound` does nothing wrong. Of the application it has what the gates
look at: a file of conversations, in which an answer grows piece by piece, an engine that is a process of its own, and a
process that draws a formula when the message that holds it is on show.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

FAULT = Path(sys.argv[0]).name
PIECE_S = 0.03
N_PIECES = 12
SCHEMA = """
CREATE TABLE IF NOT EXISTS message (number INTEGER PRIMARY KEY, role TEXT, state TEXT, text TEXT);
CREATE TABLE IF NOT EXISTS message_part (seq INTEGER PRIMARY KEY, text TEXT);
CREATE TRIGGER IF NOT EXISTS message_indexed_again AFTER UPDATE OF text ON message BEGIN SELECT 1; END;
"""


class Stub:
    """The application: reads lines, writes its file, and keeps an engine."""

    def __init__(self, data: Path) -> None:
        (data / "data").mkdir(parents=True, exist_ok=True)
        self.database = sqlite3.connect(data / "data" / "hearth.sqlite3", isolation_level=None)
        self.database.executescript(SCHEMA)
        self.engine: subprocess.Popen[bytes] | None = None
        self.n_left = 0
        self.is_deaf = False

    def write(self, sql: str, *values: object) -> list[tuple[str]]:
        """Run one statement and give its rows."""
        return self.database.execute(sql, values).fetchall()

    def close_answer(self, state: str, *, loses: bool) -> None:
        """Make one text out of the pieces of the answer; `loses` forgets most of them."""
        pieces = [text for (text,) in self.write("SELECT text FROM message_part ORDER BY seq")]
        if pieces:
            text = "".join(pieces[: len(pieces) // 4] if loses else pieces)
            self.write("UPDATE message SET state = ?, text = ? WHERE state = 'streaming'", state, text)
            self.write("DELETE FROM message_part")
        self.n_left = 0

    def show(self) -> None:
        """Show what is there, and do with it what a careless view would."""
        for (text,) in self.write("SELECT text FROM message WHERE role = 'assistant'"):
            if FAULT == "opens-what-is-named" and "file://" in text:
                Path(text.partition("file://")[2].partition(")")[0]).read_bytes()
            if FAULT == "asks-for-what-is-named" and "http://" in text:
                socket.socket(socket.AF_INET, socket.SOCK_STREAM).connect_ex(("127.0.0.1", 9))
            if FAULT == "starts-what-is-named" and "file://" in text:
                subprocess.run(["true", text.partition("file://")[2].partition(")")[0]], check=False)
            if "$$" in text:
                subprocess.run([sys.argv[0], "--role", "formulas"], check=False)

    def ask(self, question: str) -> None:
        """Keep the question and begin an answer."""
        if self.engine is None and FAULT != "has-no-engine":
            self.engine = subprocess.Popen([sys.argv[0], "--role", "engine"])
        self.write("INSERT INTO message (role, state, text) VALUES ('user', 'done', ?)", question)
        self.write("INSERT INTO message (role, state, text) VALUES ('assistant', 'streaming', '')")
        self.n_left = N_PIECES

    def go_on(self) -> None:
        """Write the next piece, and look after the engine."""
        if self.engine is not None and self.engine.poll() is not None:
            self.engine = None
            if FAULT == "forgets-the-question-with-the-engine":
                self.write("DELETE FROM message WHERE role = 'user'")
            self.close_answer("interrupted", loses=FAULT == "loses-a-piece-with-the-engine")
            if FAULT == "answers-no-more-after-the-engine":
                self.is_deaf = True
        elif self.n_left:
            self.write("INSERT INTO message_part (text) VALUES (?)", f"piece {self.n_left} ")
            self.n_left -= 1
            if not self.n_left:
                self.close_answer("done", loses=False)

    def run(self) -> None:
        """Come back to what was cut off, and then do what the lines say."""
        if FAULT == "loses-everything":
            self.write("DELETE FROM message")
            self.write("DELETE FROM message_part")
        self.close_answer("interrupted", loses=FAULT == "loses-a-piece")
        if FAULT == "calls-home":
            socket.socket(socket.AF_INET6, socket.SOCK_DGRAM).close()
        if FAULT == "runs-what-it-reads":
            import pickle  # noqa: F401
        self.show()
        print("painted", flush=True)
        while True:
            lines = os.read(0, 65536).decode().splitlines() if select.select([0], [], [], PIECE_S)[0] else []
            for verb, _, words in (line.partition(" ") for line in lines):
                if verb == "type" and not self.is_deaf:
                    self.ask(words)
                elif words == "ctrl+q":
                    self.stop()
            self.go_on()

    def stop(self) -> None:
        """Leave in good order."""
        if self.engine is not None:
            self.engine.kill()
            self.engine.wait()
        self.database.close()
        sys.exit(0)


def main() -> None:
    """Be the application, or one of its children."""
    if sys.argv[1:2] == ["--role"]:
        time.sleep(60 if sys.argv[2] == "engine" else 0)
        os._exit(0)
    stub = Stub(Path(sys.argv[sys.argv.index("--data-dir") + 1]))
    signal.signal(signal.SIGTERM, lambda *_: stub.stop())
    stub.run()


if __name__ == "__main__":
    main()
