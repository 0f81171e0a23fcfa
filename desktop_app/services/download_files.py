"""What the queue does with files that are no model yet: it finds out what is there of each download, and clears away."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from desktop_app.hub.job import Job
from desktop_app.hub.names import target_paths
from desktop_app.hub.parts import clear_orphans, discard, kept_of

log = logging.getLogger(__name__)


def tidy_up(models: Path, jobs: Sequence[Job], *, clears: bool = True) -> dict[str, int]:
    """Delete the parts in the folder of the models that belong to none of `jobs`, and give the bytes there are of each.

    `clears`: False when `jobs` are perhaps not all: then nothing is deleted. Asks the disk. For a time when no process
    downloads.
    """
    # The folder was moved, and what is kept of the others could not follow yet: parts in it may well be theirs.
    here = [job for job in jobs if Path(job.folder).is_relative_to(models)]
    may_clear = clears and len(here) == len(jobs)
    try:
        n_bytes = clear_orphans(models, jobs) if may_clear else 0
    except OSError as error:  # something else has moved there meanwhile
        log.warning("parts of models could not be cleared away: %s", error.strerror)
    else:
        if n_bytes:
            log.info("cleared away %d bytes of downloads that nobody wants", n_bytes)
    return {job.id: _kept(job) for job in here}


def remove_parts(models: Path, cancelled: Sequence[Job], others: Sequence[Job], *, clears: bool = True) -> None:
    """Delete what is there of `cancelled`, but nothing that one of `others` has a use for: a projector, say."""
    wanted = {target for job in others for target in target_paths(job)}
    for job in cancelled:
        if wanted.isdisjoint(target_paths(job)):
            discard(job)
        else:
            tidy_up(models, others, clears=clears)


def _kept(job: Job) -> int:
    try:
        return kept_of(job)
    except OSError:  # the disk is gone; the queue finds that out, and says so
        return 0
