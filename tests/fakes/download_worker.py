"""A download process without a network: speaks the protocol, does what the title of the job says.

Started like the real one: tests hand `command()` to the queue by a `FakeNetwork`. The words of the title, in order:

    hold            stays where it is until its input ends
    half            half of the bytes are there; so after a start in the middle, too
    die             ends by SIGKILL
    exit            ends with exit code 3
    mute            says nothing any more, and lives on
    fail            fails with ChecksumMismatch
    gone            fails with ModelFolderGone
    replace         fails with WriteFailed while something holds the file to be replaced: there is one that ends in HELD_ENDING
    network, rate, space    waits for that, until it is told to try now
    token           goes on when it was given the access token "hf_secret", otherwise fails
    verify          says that it verifies, and holds until its input ends
    linger          goes on writing for 0.3 s when its input ends

At the end of the words everything is there and in its place. Parts lie where the real process has them.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from desktop_app.errors import (
    AccessRequired,
    AppError,
    DownloadError,
    ModelFolderGone,
    NoInternet,
    NotEnoughDiskSpace,
    WriteFailed,
)
from desktop_app.hub import download_messages as messages
from desktop_app.hub.access import Connected
from desktop_app.hub.journal import Journal, kept_bytes
from desktop_app.hub.names import JOURNAL_ENDING, PART_ENDING, target_paths

PIECE = 1 << 20
HELD_ENDING = ".held"
REASONS = {"network": NoInternet(), "rate": None, "space": NotEnoughDiskSpace(2_000_000_000, 1_000_000_000)}


def command() -> tuple[str, list[str]]:
    """Give program and arguments."""
    return sys.executable, [str(Path(__file__).resolve())]


class Worker:
    """One job."""

    def __init__(self, start: messages.Start) -> None:
        self.start, self.job = start, start.job
        self.is_ended, self.try_now = threading.Event(), threading.Event()
        self.lingers_s = 0.0
        self.done_bytes = sum(kept_bytes(self._beside(target, JOURNAL_ENDING)) for target in target_paths(self.job))

    def read(self) -> None:
        for line in sys.stdin.buffer:
            if isinstance(messages.decode_request(line), messages.TryNow):
                self.try_now.set()
        time.sleep(self.lingers_s)
        send(messages.Stopped(self.job.id))
        os._exit(0)

    def run(self) -> None:
        threading.Thread(target=self.read, daemon=True).start()
        self.tell("checking", 0.0)
        send(Connected("127.0.0.1", 1, "download", self.job.repository, n_requests=1, n_bytes=self.job.total_bytes))
        try:
            for word in self.job.title.split():
                getattr(self, word)()
            self.finish()
        except OSError:  # the folder went away meanwhile
            self.gone()

    def hold(self) -> None:
        while True:
            self.tell("downloading", 1_000_000.0 if self.done_bytes else 0.0)
            time.sleep(0.1)

    def half(self) -> None:
        if not Path(self.job.folder).parent.parent.is_dir():
            self.gone()
        if self.done_bytes * 2 >= self.job.total_bytes:
            return
        for file, target in zip(self.job.files, target_paths(self.job), strict=True):
            self.make_folder()
            self._beside(target, PART_ENDING).write_bytes(b"x" * (file.size_bytes // 2))
            journal = Journal(self._beside(target, JOURNAL_ENDING), file.sha256, file.size_bytes, PIECE)
            journal.advance(0, file.size_bytes // 2)
            journal.close()
            self.done_bytes += file.size_bytes // 2
        self.tell("downloading", 1_000_000.0)

    def make_folder(self) -> None:
        """Make the job's own folder, and never that of the models."""
        folder = Path(self.job.folder)
        folder.parent.mkdir(exist_ok=True)
        folder.mkdir(exist_ok=True)

    def die(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def exit(self) -> None:
        print("the reason stands in the log", file=sys.stderr, flush=True)
        os._exit(3)

    def mute(self) -> None:
        self.tell("downloading", 1.0)
        threading.Event().wait()

    def fail(self) -> None:
        self.end(DownloadError())

    def gone(self) -> None:
        self.end(ModelFolderGone(self.job.folder))

    def replace(self) -> None:
        for target in target_paths(self.job):
            if self._beside(target, HELD_ENDING).exists():
                self.end(WriteFailed(str(target), "Permission denied"))

    def network(self) -> None:
        self.wait("network")

    def rate(self) -> None:
        self.wait("rate")

    def space(self) -> None:
        self.wait("space")

    def wait(self, what: str) -> None:
        self.tell(f"waiting_{what}", 0.0, REASONS[what])
        self.try_now.wait()
        self.tell("downloading", 1.0)

    def token(self) -> None:
        if self.start.token != "hf_secret":
            self.end(AccessRequired(self.job.repository, "https://huggingface.co"))

    def verify(self) -> None:
        self.done_bytes = self.job.total_bytes
        self.tell("verifying", 0.0)
        threading.Event().wait()

    def linger(self) -> None:
        self.lingers_s = 0.3

    def end(self, error: AppError) -> None:
        send(messages.Failed(self.job.id, error))
        threading.Event().wait()

    def finish(self) -> None:
        targets = target_paths(self.job)
        for file, target in zip(self.job.files, targets, strict=True):
            self.make_folder()
            target.write_bytes(b"GGUF".ljust(file.size_bytes, b"x"))
            for ending in (PART_ENDING, JOURNAL_ENDING):
                self._beside(target, ending).unlink(missing_ok=True)
        hashes = tuple(file.sha256 for file in self.job.files)
        send(messages.Finished(self.job.id, tuple(map(str, targets)), hashes))
        threading.Event().wait()

    def tell(self, state: str, bytes_per_s: float, reason: AppError | None = None) -> None:
        total = self.job.total_bytes
        send(messages.Progress(self.job.id, self.done_bytes, total, bytes_per_s, 4, state, reason))  # type: ignore[arg-type]

    @staticmethod
    def _beside(target: Path, ending: str) -> Path:
        return target.with_name(target.name + ending)


def send(message: messages.Event) -> None:
    sys.stdout.buffer.write(messages.encode(message))
    sys.stdout.buffer.flush()


def main() -> None:
    send(messages.DownloadReady(messages.PROTOCOL_VERSION, os.getpid()))
    line = sys.stdin.buffer.readline()
    if line:
        request = messages.decode_request(line)
        assert isinstance(request, messages.Start)
        Worker(request).run()


if __name__ == "__main__":
    main()
