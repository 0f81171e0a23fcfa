"""Whether the log beside the file holds commits that SQLite cannot reach: it reads up to the first frame that is damaged.

A power cut leaves at most one such commit, the last one, which nobody was told of: every other was synced before the
next began. So two of them are damage, and the newest messages stand behind it. Looked at when an end was no good one.
"""

from __future__ import annotations

from pathlib import Path

HEADER_BYTES, FRAME_HEADER_BYTES, PAGE_BYTES = 32, 24, 4096
"""Source: sqlite.org/fileformat2.html, 4.1 "WAL File Format"."""


def has_unreachable_commits(log: Path, n_reached: int) -> bool:
    """Say whether behind the first `n_reached` frames of `log` there are commits of the same time."""
    n_commits = 0
    with log.open("rb") as file:
        salt = file.read(HEADER_BYTES)[16:24]
        place = HEADER_BYTES + n_reached * (FRAME_HEADER_BYTES + PAGE_BYTES)
        while n_commits < 2:
            file.seek(place)
            header = file.read(FRAME_HEADER_BYTES)
            if len(header) < FRAME_HEADER_BYTES:
                break
            # Bytes 4 to 7 are not zero in the last frame of a commit; 8 to 15 are those of the log's own header.
            n_commits += header[8:16] == salt and any(header[4:8])
            place += FRAME_HEADER_BYTES + PAGE_BYTES
    return n_commits >= 2
