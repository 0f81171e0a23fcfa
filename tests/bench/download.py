"""The download process against `hf_hub_download` and curl, on the test hub over loopback.

`python tests/bench/download.py [--rounds N]` prints one JSON object as its last line. Times are those of whole processes,
in rounds in which the sides take turns, as medians; what matters is their ratio:

- `throttled_vs_hub`, `throttled_vs_curl`: 200 MB with 10 MB/s on each connection (limit 0.35);
- `free_vs_hub`: 1 GB without a limit (1.0). Ours has computed the sha256 by then, the client has not;
- `extra_bytes_ratio`: 200 MB with 2 MB/s on each connection and 10 kills: bytes the hub sent, minus the file, as a share of it (0.05);
- `peak_rss_mb`: most memory of the download process for the file of 1 GB (120);
- `late_heartbeats`: beats of 10 ms in the real window's event loop that come more than 20 ms late while such files come,
  as a share, minus the share at rest before and after each (0.005).
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from desktop_app.hub.access import Endpoint, HubAccess  # noqa: E402
from desktop_app.hub.download_messages import Failed, Finished, Progress, Start, decode_event, encode  # noqa: E402
from desktop_app.hub.job import Job  # noqa: E402
from desktop_app.hub.names import job_folder  # noqa: E402
from desktop_app.hub.repository import RepositoryFile  # noqa: E402
from tests.bench.hub_process import REPOSITORY, HubProcess, write_model  # noqa: E402

THRESHOLDS = {
    "throttled_vs_hub": 0.35,
    "throttled_vs_curl": 0.35,
    "free_vs_hub": 1.0,
    "extra_bytes_ratio": 0.05,
    "peak_rss_mb": 120,
    "late_heartbeats": 0.005,
}
SMALL, LARGE = ("small-Q4_K_M.gguf", 200_000_000), ("large-Q4_K_M.gguf", 1_000_000_000)
THROTTLED_BYTES_PER_S = 10_000_000
KILLED_BYTES_PER_S = 2_000_000
N_KILLS = 10
LIMIT_S = 300
LATE_S = 0.020
N_WATCHED = 4
"""Files of 1 GB that come while the window is watched."""

HUB_CLIENT = """
import sys
from huggingface_hub import hf_hub_download
hf_hub_download(sys.argv[1], sys.argv[2], local_dir=sys.argv[3])
"""


class Bench:
    """The hub, its files, and one folder that every side starts with empty."""

    def __init__(self, folder: Path, hub: HubProcess, files: dict[str, RepositoryFile]) -> None:
        self.folder, self.hub, self.files = folder, hub, files
        self.peak_rss_mb = 0.0

    def fresh(self) -> Path:
        """Give an empty folder."""
        shutil.rmtree(self.folder / "target", ignore_errors=True)
        (self.folder / "target").mkdir()
        return self.folder / "target"

    def start(self, name: str, models: Path) -> Start:
        """Give what our process is told."""
        folder = str(job_folder(models, REPOSITORY))
        job = Job("bench", REPOSITORY, "main", name, (self.files[name],), folder)
        return Start(job.id, job, HubAccess(endpoints=(Endpoint(self.hub.url),)))

    def process(self, name: str, models: Path) -> subprocess.Popen[bytes]:
        """Start ours."""
        command = [sys.executable, "-P", "-m", "desktop_app", "--role", "download", "--home", str(self.folder / "home")]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)
        assert process.stdin is not None
        process.stdin.write(encode(self.start(name, models)))
        process.stdin.flush()
        return process

    def ours(self, name: str) -> float:
        """Give the seconds that our process takes."""
        target, began_s = self.fresh(), time.perf_counter()
        process = self.process(name, target)
        watch = threading.Thread(target=self._watch_memory, args=(process,))
        watch.start()
        events = [decode_event(line) for line in process.stdout]
        assert process.wait(LIMIT_S) == 0
        took_s = time.perf_counter() - began_s
        process.stdin.close()
        process.stdout.close()
        watch.join()
        finished = events[-1]
        assert isinstance(finished, Finished), finished
        assert Path(finished.paths[0]).stat().st_size == self.files[name].size_bytes
        return took_s

    def _watch_memory(self, process: subprocess.Popen[bytes]) -> None:
        """Read the high-water mark of its memory until it has gone; VmHWM begins with the program, ru_maxrss before it."""
        while process.poll() is None:
            try:
                status = Path(f"/proc/{process.pid}/status").read_text()
            except OSError:
                return
            if found := re.search(r"VmHWM:\s+(\d+) kB", status):
                self.peak_rss_mb = max(self.peak_rss_mb, int(found[1]) / 1000)
            time.sleep(0.01)

    def client(self, name: str) -> float:
        """Give the seconds that `hf_hub_download` takes."""
        own = {"HF_ENDPOINT": self.hub.url, "HF_HOME": str(self.folder / "client"), "HF_HUB_DISABLE_XET": "1"}
        quiet = {"HF_HUB_DISABLE_TELEMETRY": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
        environment = {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")}
        return self._timed([sys.executable, "-c", HUB_CLIENT, REPOSITORY, name], environment | own | quiet)

    def curl(self, name: str) -> float:
        """Give the seconds that curl takes."""
        url = f"{self.hub.url}/{REPOSITORY}/resolve/main/{name}"
        return self._timed(["curl", "-sSfL", "--noproxy", "*", url, "-o"], dict(os.environ), name)

    def _timed(self, command: list[str], environment: dict[str, str], name: str = "") -> float:
        target, began_s = self.fresh(), time.perf_counter()
        subprocess.run([*command, str(target / name)], env=environment, check=True, timeout=LIMIT_S)
        return time.perf_counter() - began_s


def in_turns(n_rounds: int, sides: dict[str, Callable[[], float]]) -> dict[str, float]:
    """Give the median of each side; in every other round they come in the other order."""
    times: dict[str, list[float]] = {name: [] for name in sides}
    for number in range(n_rounds):
        for name in list(sides)[:: -1 if number % 2 else 1]:
            times[name].append(sides[name]())
    print({name: [round(one, 2) for one in values] for name, values in times.items()}, file=sys.stderr)
    return {name: statistics.median(values) for name, values in times.items()}


def extra_bytes(bench: Bench) -> float:
    """Give what the hub had to send too much when the process was killed `N_KILLS` times, as a share of the file."""
    name, target = SMALL[0], bench.fresh()
    generator = random.Random(5)
    bench.hub.clear_requests()
    size_bytes = bench.files[name].size_bytes
    marks = sorted(generator.uniform(0.02, 0.97) * size_bytes for _ in range(N_KILLS))
    for mark in [*marks, None]:
        process = bench.process(name, target)
        for line in process.stdout:
            event = decode_event(line)
            assert not isinstance(event, Failed), event
            if mark is not None and isinstance(event, Progress) and event.done_bytes >= mark:
                process.kill()
        process.wait(LIMIT_S)
        process.stdin.close()
        process.stdout.close()
    path = job_folder(target, REPOSITORY) / name
    assert hashlib.sha256(path.read_bytes()).hexdigest() == bench.files[name].sha256
    time.sleep(1)  # the hub notices late that nobody listens
    n_sent = sum(request["sent"] for request in bench.hub.requests() if request["path"].startswith("/cdn/"))
    return (n_sent - size_bytes) / size_bytes


def late_heartbeats(bench: Bench, root: Path) -> tuple[float, float]:
    """Give the share of the window's heartbeats that come late while files come, and the share at rest."""
    file, wanted = bench.files[LARGE[0]], []
    for number in range(N_WATCHED):
        repository = f"acme/watched-{number}-GGUF"
        (root / repository).mkdir(parents=True)
        (root / repository / file.name).hardlink_to(root / REPOSITORY / file.name)
        wanted.append([repository, bench.hub.commit(repository, file.name), file.name, file.size_bytes, file.sha256])
    list_ = bench.folder / "wanted.json"
    list_.write_text(json.dumps(wanted))
    command = [
        sys.executable,
        str(ROOT / "tests/bench/window_beats.py"),
        str(list_),
        "--",
        "--data-dir",
        str(bench.folder / "data"),
    ]
    environment = {**os.environ, "HF_ENDPOINT": bench.hub.url, "QT_QPA_PLATFORM": "offscreen", "HOME": str(bench.folder)}
    done = subprocess.run(command, env=environment, check=True, timeout=LIMIT_S, stdout=subprocess.PIPE, cwd=ROOT)
    late = json.loads(done.stdout.splitlines()[-1])
    print({name: (len(one), round(max(one), 4)) for name, one in late.items()}, file=sys.stderr)
    shares = {name: sum(beat > LATE_S for beat in one) / len(one) for name, one in late.items()}
    return shares["meanwhile"], shares["rest"]


def measure(bench: Bench, n_rounds: int) -> dict[str, float]:
    """Give all figures."""
    small, large = SMALL[0], LARGE[0]
    for name in (small, large):
        bench.ours(name)  # the disk cache is warm, and the hub knows the hash of the file
    bench.hub.add_fault(path="/cdn/*", times=None, rate=THROTTLED_BYTES_PER_S)
    sides = {"ours": bench.ours, "client": bench.client, "curl": bench.curl}
    throttled = in_turns(n_rounds, {side: lambda run=run: run(small) for side, run in sides.items()})
    bench.hub.clear_faults()
    bench.peak_rss_mb = 0.0
    free = in_turns(2 * n_rounds - 1, {side: lambda run=run: run(large) for side, run in sides.items()})
    bench.hub.add_fault(path="/cdn/*", times=None, rate=KILLED_BYTES_PER_S)
    extra = extra_bytes(bench)
    bench.hub.clear_faults()
    meanwhile, at_rest = late_heartbeats(bench, bench.folder / "hub")
    return {
        "throttled_vs_hub": throttled["ours"] / throttled["client"],
        "throttled_vs_curl": throttled["ours"] / throttled["curl"],
        "free_vs_hub": free["ours"] / free["client"],
        "free_vs_curl": free["ours"] / free["curl"],
        "extra_bytes_ratio": extra,
        "peak_rss_mb": bench.peak_rss_mb,
        "late_heartbeats": meanwhile - at_rest,
        "late_at_rest": at_rest,
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    n_rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = {}
        for file_name, size_bytes in (SMALL, LARGE):
            path = write_model(folder / "hub", file_name, size_bytes)
            with path.open("rb") as file:
                files[file_name] = RepositoryFile(file_name, path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())
        with HubProcess(folder / "hub") as hub:
            found = measure(Bench(folder, hub, files), n_rounds)
    print(json.dumps({**{name: round(value, 4) for name, value in found.items()}, "thresholds": THRESHOLDS, "rounds": n_rounds}))


if __name__ == "__main__":
    main()
