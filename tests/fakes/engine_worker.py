"""An engine process without a model: speaks the protocol, does what its script says.

Started like the real one, with a command line instead of a model: the tests hand `command(...)` to `Engine`.
Text is deterministic: answer words are "w1 w2 w3 …", so that a test knows what must be on disk. An answer that is
continued goes on counting where its text ends.
"""

from __future__ import annotations

import argparse
import os
import re
import signal
import sys
import threading
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from desktop_app.chat.title import TITLE_REQUEST
from desktop_app.engine import protocol, wire
from desktop_app.errors import ContextFull, DraftModelUnsuitable, ModelLoadFailed, NotAModelFile


def command(*arguments: str) -> tuple[str, list[str]]:
    """Give program and arguments for `Engine(command=…)`."""
    return sys.executable, [str(Path(__file__).resolve()), *arguments]


class Script:
    """What the fake does; every option has a calm default."""

    def __init__(self) -> None:
        parser = argparse.ArgumentParser()
        parser.add_argument("--words", type=int, default=5, help="words of an answer")
        parser.add_argument("--rate", type=float, default=0, help="words a second; 0: as fast as it goes")
        parser.add_argument("--load-s", type=float, default=0, help="seconds that a load takes")
        parser.add_argument("--die", default="", help="signal name, 'exit0', 'mute', 'stop': how to end in a new answer")
        parser.add_argument("--die-after", type=int, default=3, help="words before that")
        parser.add_argument("--die-in-load", default="")
        parser.add_argument("--garbage", action="store_true", help="send a line that is no message in mid-answer")
        parser.add_argument("--huge-line", type=int, default=0, help="send one line of so many bytes in mid-answer")
        parser.add_argument("--ignore-cancel", action="store_true")
        parser.add_argument("--old-protocol", action="store_true")
        parser.add_argument("--fail", default="", help="'context' or 'load': refuse")
        parser.add_argument("--text", default="", help="the answer, instead of words")
        parser.add_argument("--stop", default="eos", help="why an answer ends that nobody stopped")
        parser.add_argument("--title", default="", help="the answer to the request for a title, instead of words")
        parser.add_argument("--n-params", type=int, default=1, help="parameters of the model")
        parser.add_argument("--name", default="Fake model")
        parser.add_argument("--n-ctx", type=int, default=512, help="words that it holds")
        parser.add_argument("--noise", action="store_true", help="write log lines in between")
        self.options = parser.parse_args()
        self.cancelled: set[int] = set()
        self.lock = threading.Lock()
        self.requests: list[protocol.Request] = []
        self.wake = threading.Condition()
        self.is_over = False

    def send(self, event: protocol.Event) -> None:
        line = wire.encode(event)
        with self.lock:
            sys.stdout.buffer.write(line)
            sys.stdout.buffer.flush()

    def read(self) -> None:
        for line in sys.stdin.buffer:
            request = wire.decode_request(line)
            if isinstance(request, protocol.CancelRequest):
                if not self.options.ignore_cancel:
                    self.cancelled.add(request.task)
            elif isinstance(request, protocol.PingRequest):
                self.send(protocol.Pong(request.task))
            else:
                with self.wake:
                    self.requests.append(request)
                    self.wake.notify()
        os._exit(0)

    def run(self) -> None:
        version = 0 if self.options.old_protocol else protocol.PROTOCOL_VERSION
        device = protocol.Device("CPU", "Fake processor", "cpu", 8 << 30, 4 << 30)
        self.send(protocol.EngineReady(version, os.getpid(), {"fake": "1"}, (device,)))
        threading.Thread(target=self.read, daemon=True).start()
        while True:
            with self.wake:
                while not self.requests:
                    self.wake.wait()
                request = self.requests.pop(0)
            if isinstance(request, protocol.LoadRequest):
                self.load(request)
            elif isinstance(request, protocol.GenerateRequest):
                self.generate(request)
            elif isinstance(request, protocol.MeasureRequest):
                self.measure(request)
            elif isinstance(request, protocol.DevicesRequest):
                self.send(protocol.DevicesTold(request.task, (device,)))
            elif isinstance(request, protocol.CountRequest):
                self.send(protocol.TokensCounted(request.task, len(request.text.split())))
            elif isinstance(request, protocol.UnloadRequest):
                self.send(protocol.ModelUnloaded(request.task))

    def load(self, request: protocol.LoadRequest) -> None:
        end = time.monotonic() + self.options.load_s
        while time.monotonic() < end:
            if request.task in self.cancelled:
                return self.send(protocol.TaskCancelled(request.task))
            left = (end - time.monotonic()) / self.options.load_s
            self.send(protocol.LoadProgress(request.task, min(1.0, max(0.0, 1 - left))))
            self.misbehave(self.options.die_in_load)
            time.sleep(0.02)
        if self.options.fail == "load" or "foreign" in request.path:
            return self.send(protocol.Failed(request.task, NotAModelFile(request.path, "not_gguf")))
        if "unfit" in request.draft_path:
            return self.send(protocol.Failed(request.task, DraftModelUnsuitable(request.draft_path)))
        if "refused" in request.path:
            return self.send(protocol.Failed(request.task, ModelLoadFailed(request.path, "unknown architecture")))
        if "deadly" in request.path:
            os.kill(os.getpid(), signal.SIGABRT)
        if "frozen" in request.path:
            os.kill(os.getpid(), signal.SIGSTOP)
        model = protocol.ModelInfo(
            path=request.path, name=self.options.name, description="fake 1M", n_params=self.options.n_params, size_bytes=1, n_ctx=self.options.n_ctx,
            n_ctx_train=512, n_layers=1, n_gpu_layers=0, device="", n_threads=1, has_chat_template=True,
            template_source=request.template,
        )  # fmt: skip
        self.send(protocol.ModelLoaded(request.task, model))
        return None

    def measure(self, request: protocol.MeasureRequest) -> None:
        """A word is a token; what is left out is the first half of the messages, or nothing."""
        counts = [len(one.content.split()) for one in request.messages]
        is_over = request.policy == "drop" and sum(counts) + 4 * len(counts) > self.options.n_ctx
        left_out = range(1 if request.messages[0].role == "system" else 0, len(counts) // 2) if is_over else range(0)
        pinned = {index for index, one in enumerate(request.messages) if one.is_pinned}
        # A question and its answer go or stay together.
        pinned |= {index + 1 if request.messages[index].role == "user" else index - 1 for index in pinned}
        kept = [index for index in range(len(counts)) if index not in left_out or index in pinned]
        n_prompt = sum(counts[index] + 4 for index in kept)
        gone = tuple(index for index in left_out if index not in kept)
        self.send(protocol.ContextMeasured(request.task, n_prompt, self.options.n_ctx, gone, tuple(counts)))

    def generate(self, request: protocol.GenerateRequest) -> None:
        if self.options.fail == "context":
            return self.send(protocol.Failed(request.task, ContextFull(600, 512)))
        n_prompt = sum(len(message.content.split()) for message in request.messages)
        self.send(protocol.PromptProgress(request.task, n_prompt, 0, n_prompt))
        n_before = len(request.messages[-1].content.split()) if request.is_continued else 0
        words = [f"w{n_before + n + 1} " for n in range(self.options.words)]
        text = self.options.title if any(one.content == TITLE_REQUEST for one in request.messages) else self.options.text
        if text:
            words = re.findall(r"\s*\S+\s*$|\s*\S+", text)
        started = time.monotonic()
        stop: protocol.StopType = self.options.stop
        n_sent = 0
        for word in words:
            if request.task in self.cancelled:
                stop = "cancelled"
                break
            self.send(protocol.TextDelta(request.task, word, n_sent + 1))
            n_sent += 1
            if self.options.noise:
                print("a line of the log", file=sys.stderr, flush=True)
            if n_sent == self.options.die_after:
                if not request.is_continued:
                    self.misbehave(self.options.die)
                if self.options.garbage:
                    self.write_raw(b"llama_model_loader: this is no message\n")
                if self.options.huge_line:
                    self.write_raw(b"x" * self.options.huge_line)
            if self.options.rate:
                # Deadlines and not sleeps, so that the rate holds on a busy machine.
                time.sleep(max(0.0, started + n_sent / self.options.rate - time.monotonic()))
        timings = protocol.Timings(
            n_prompt=n_prompt, n_predicted=n_sent, predicted_ms=(time.monotonic() - started) * 1000 or 0.1, first_token_ms=1.0
        )
        return self.send(protocol.GenerationFinished(request.task, stop, timings))

    def write_raw(self, data: bytes) -> None:
        with self.lock:
            sys.stdout.buffer.write(data)
            sys.stdout.buffer.flush()

    def misbehave(self, how: str) -> None:
        if how == "exit0":
            os._exit(0)
        elif how == "mute":
            os.close(sys.stdout.fileno())  # the next message cannot be written and ends the process, as in the real one
        elif how == "stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        elif how:
            os.kill(os.getpid(), getattr(signal, how))


if __name__ == "__main__":
    try:
        Script().run()
    except OSError:
        os._exit(1)  # nobody listens; an ordinary end would wait a second for the thread that reads
