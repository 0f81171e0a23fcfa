"""A process of its own that reads one unknown file with llama.cpp, so that a file that kills its reader kills nothing else.

The path comes as a line of JSON on descriptor 0. On the old descriptor 1 leave `BEGUN`, when the process has started and
turns to the file, and then the verdict, as a line of JSON each: null when the file is sound, else the error. The weights are
not read, and no memory is taken for them: what ends llama.cpp is in the header, the vocabulary, or in how they contradict
each other.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from pathlib import Path

from desktop_app.engine.inspect import inspect
from desktop_app.engine.llama import library
from desktop_app.engine.llama.library import C, LibraryLog
from desktop_app.engine.llama.model import NO_GENERATION
from desktop_app.errors import AppError, ModelLoadFailed, to_wire
from desktop_app.own_process import begin, limit_memory

MAX_MEMORY_BYTES = 8 << 30
"""Far more than a header takes; a file that asks for more is refused, and the computer goes on."""
BEGUN = "begun"
_N_CTX = 256


def check(path: Path, library_log: LibraryLog) -> None:
    """Read `path` as a load would, without its weights. Raises: AppError; or the process ends."""
    inspect(path)
    library_log.start()
    settings = C.llama_model_default_params()
    # Without mapping, because only then nothing at all is taken for the weights.
    settings.no_alloc, settings.load_mode, settings.n_gpu_layers = True, C.LLAMA_LOAD_MODE_NONE, 0
    model = C.llama_model_load_from_file(os.fsencode(path), settings)
    if not model:
        raise ModelLoadFailed(str(path), library_log.last_error)
    try:
        _check_context(path, model, library_log)
    finally:
        C.llama_model_free(model)


def _check_context(path: Path, model: object, library_log: LibraryLog) -> None:
    """Have the whole computation planned, which divides by many numbers of the header."""
    if not C.llama_model_has_decoder(model) or C.llama_model_has_encoder(model) or C.llama_model_is_diffusion(model):
        raise ModelLoadFailed(str(path), NO_GENERATION)
    settings = C.llama_context_default_params()
    settings.n_ctx = settings.n_batch = settings.n_ubatch = _N_CTX
    settings.swa_full = False
    context = C.llama_init_from_model(model, settings)
    if not context:
        raise ModelLoadFailed(str(path), library_log.last_error)
    C.llama_free(context)


def main() -> int:
    """Be the process. Gives the exit code."""
    output = begin(ends_with_window=True)
    limit_memory(MAX_MEMORY_BYTES, is_mapped_counted=True)
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    library_log = LibraryLog()
    library_log.install()
    library.load_backends(with_cards=False)
    path = Path(json.loads(sys.stdin.readline()))
    os.write(output, json.dumps(BEGUN).encode() + b"\n")
    verdict = None
    try:
        check(path, library_log)
    except AppError as error:
        verdict = to_wire(error)
    except MemoryError:
        verdict = to_wire(ModelLoadFailed(str(path), "it asks for more memory than any header needs"))
    os.write(output, json.dumps(verdict).encode() + b"\n")
    return 0
