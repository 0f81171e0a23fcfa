#!/usr/bin/env python3
"""Reads from the hub what `resources/catalog.json` says of each model: commit, sizes, hashes, and what decides its memory.

    .venv/bin/python packaging/refresh_catalog.py [--endpoint https://huggingface.co] [--catalog resources/catalog.json]

For a machine that reaches the hub, before a release. Of each model the files that are listed are looked for again, by
their quantization when their names have changed; what the hub does not have is left out, and a model that cannot be
read stays as it is. Exit code 1 when that was so for any. Which models are listed is decided by people, in the file.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from desktop_app.errors import AppError  # noqa: E402
from desktop_app.hub.access import OFFICIAL, Endpoint, HubAccess, prepare_child  # noqa: E402
from desktop_app.hub.file_names import title_and_quantization  # noqa: E402
from desktop_app.hub.offer import offers  # noqa: E402

if TYPE_CHECKING:
    from desktop_app.hub.client import HubClient


def refreshed(record: dict[str, Any], client: HubClient) -> dict[str, Any]:
    """Give what is listed of one model as the hub has it now. Raises: AppError, LookupError when it has none of its files."""
    repository = client.info(record["repository"])
    found = {offer.quantization: offer for offer in offers(repository) if not offer.is_hidden}
    listed = [title_and_quantization(file["name"])[1] for file in record["files"]]
    files = [file for quantization in dict.fromkeys(listed) if quantization in found for file in found[quantization].files]
    if not files:
        raise LookupError(f"{record['repository']} has none of {', '.join(listed)}")
    if not all(file.sha256 and file.size_bytes for file in files):
        raise LookupError(f"{record['repository']} does not say the hashes of its files")
    return record | {
        "revision": repository.revision,
        "license": repository.license or record["license"],
        "n_parameters": repository.n_parameters or record["n_parameters"],
        "sizes": "exact",
        "files": [{"name": file.name, "size_bytes": file.size_bytes, "sha256": file.sha256} for file in files],
        "header": client.deciding_values(record["repository"], repository.revision, files[0].name),
    }


def refresh(path: Path, client: HubClient) -> list[str]:
    """Rewrite the list at `path`; give a line for each model that could not be read."""
    catalog = json.loads(path.read_text(encoding="utf-8"))
    problems = []
    for index, record in enumerate(catalog["models"]):
        try:
            catalog["models"][index] = refreshed(record, client)
            print(f"read {record['repository']}", flush=True)
        except (AppError, LookupError) as error:
            problems.append(f"{record['repository']}: {error!r}")
    path.write_text(_text(catalog), encoding="utf-8")
    return problems


def _text(catalog: dict[str, Any]) -> str:
    """Give JSON with lists of words and numbers on one line each."""
    text = json.dumps(catalog, ensure_ascii=False, indent=1)
    return re.sub(r"\[\s+((?:\"?[\w.-]+\"?,?\s+)+)\]", lambda found: f"[{' '.join(found[1].split())}]", text) + "\n"


def main() -> int:
    """Run the command line. Gives the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--endpoint", default=OFFICIAL)
    parser.add_argument("--catalog", type=Path, default=ROOT / "resources" / "catalog.json")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        # Before the client is imported: it reads its environment once.
        prepare_child(Path(home))
        from desktop_app.hub.client import HubClient
        from desktop_app.hub.session import ConnectionCount, open_session

        access = HubAccess(endpoints=(Endpoint(options.endpoint.rstrip("/")),))
        count = ConnectionCount(lambda _: None)
        open_session(access, count)
        problems = refresh(options.catalog, HubClient(access, count))
    print("\n".join(problems), file=sys.stderr, end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
