"""The shared library: its log, its devices, and the flag that it reads by itself."""

from __future__ import annotations

import gc
import logging
import os
import weakref
from collections.abc import Callable

import pytest

from desktop_app.engine.llama import library
from desktop_app.engine.llama.library import C, Interrupt, LibraryLog, backend_names, devices, each_once, load_backends, version
from desktop_app.engine.protocol import Device


def test_the_flag_is_read_by_c_code() -> None:
    interrupt = Interrupt()
    assert interrupt.callback(interrupt.data) is False
    interrupt.set()
    assert interrupt.callback(interrupt.data) is True
    assert interrupt.is_set
    interrupt.clear()
    assert interrupt.callback(interrupt.data) is False
    assert not interrupt.is_set


def test_backends_and_devices_are_listed() -> None:
    load_backends()
    assert "CPU" in backend_names()
    processor = next(device for device in devices() if device.type == "cpu")
    assert 0 < processor.free_bytes <= processor.total_bytes
    assert version()


def test_cards_that_are_part_of_the_library_are_left_out_before_it_looks_for_any(monkeypatch: pytest.MonkeyPatch) -> None:
    """Vulkan in a static build, and Metal, which on macOS always is: with no devices it runs no driver."""
    asked: list[tuple[str | None, str | None]] = []

    def function(*_: object) -> Callable[..., object]:
        asked.append((os.environ.get("GGML_DISABLE_VULKAN"), os.environ.get("GGML_METAL_DEVICES")))
        return lambda *_: None

    for name in ("GGML_DISABLE_VULKAN", "GGML_METAL_DEVICES"):
        # So that what is set below is taken back.
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setattr(library, "_function", function)

    load_backends()
    load_backends(with_cards=False)

    assert asked == [(None, None), ("1", "0")]


def test_a_card_that_two_backends_name_is_one_card() -> None:
    names = ("CUDA0", "CUDA1", "Vulkan0", "Vulkan1", "Other0", "Other1", "CPU")
    places = (b"0000:01:00.0", b"0000:02:00.0", b"0000:01:00.0", b"0000:03:00.0", b"", b"", b"")
    found = each_once([Device(name, "", "gpu", 1, 1) for name in names], places)

    assert [one.name for one in found] == ["CUDA0", "CUDA1", "Vulkan1", "Other0", "Other1", "CPU"]


def test_log_lines_from_info_up_are_passed_on_whole(caplog: pytest.LogCaptureFixture) -> None:
    library_log = LibraryLog()
    with caplog.at_level(logging.DEBUG):
        for level, text in ((1, b"debug\n"), (2, b"half "), (5, b"a line\n"), (2, b".....\n"), (2, b"\xff\n")):
            library_log._on_logged(level, text, None)
    assert [record.getMessage() for record in caplog.records] == ["half a line", "\ufffd"]


def test_the_log_in_use_lives_as_long_as_llama_cpp_may_call_it() -> None:
    library_log = LibraryLog()
    library_log.install()
    found = weakref.ref(library_log)
    del library_log
    gc.collect()
    is_there = found() is not None
    C.llama_log_set(C.llama_log_callback(0), None)
    assert is_there


def test_a_load_is_told_why_it_failed_and_where_its_layers_went(expected_log: object) -> None:
    library_log = LibraryLog()
    logging.getLogger("desktop_app.engine.llama.library").disabled = True
    try:
        library_log._on_logged(2, b"load_tensors: offloaded 31/31 layers to GPU\n", None)
        library_log._on_logged(4, b"load: wrong number of tensors\n", None)
        library_log._on_logged(4, b"load_from_file: failed to load model\n", None)
    finally:
        logging.getLogger("desktop_app.engine.llama.library").disabled = False
    assert (library_log.n_gpu_layers, library_log.last_error) == (31, "load: wrong number of tensors")
    library_log.start()
    assert (library_log.n_gpu_layers, library_log.last_error) == (0, "")
