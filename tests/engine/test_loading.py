"""A load walks its ladder in the real engine process; the card that refuses is scripted."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from desktop_app.engine import loading
from desktop_app.engine.llama.model import NO_GENERATION, Model
from desktop_app.engine.loading import Loading
from desktop_app.engine.parameters import LoadParameters
from desktop_app.engine.protocol import (
    FINAL,
    Device,
    DevicesRequest,
    Failed,
    LoadAttempt,
    LoadRequest,
    ModelInfo,
    ModelLoaded,
    UnloadRequest,
)
from desktop_app.errors import ModelLoadFailed
from tests.engine.real_worker import RealWorker
from tests.fakes.refusing_card import prelude

ALL = LoadParameters(n_gpu_layers=2, n_ctx=1024)
FEWER = ALL.replaced(n_gpu_layers=1)
SMALLER = FEWER.replaced(n_ctx=512)
QUANTIZED = SMALLER.replaced(type_k="bf16", type_v="bf16")
PROCESSOR = LoadParameters(n_gpu_layers=0, n_ctx=512)
LADDER = (ALL, FEWER, SMALLER, QUANTIZED, PROCESSOR)
QUESTION = ("user", "the heat")


def walked(worker: RealWorker, path: Path, rungs: tuple[LoadParameters, ...] = LADDER, **more: Any) -> tuple[list[int], Any]:
    """Load by a ladder; give the steps that were tried and the final message."""
    task = worker.new_task()
    worker.send(LoadRequest(task, str(path), rungs[0], rungs[1:], **more))
    tried = []
    while not isinstance(event := worker.next(), FINAL):
        if isinstance(event, LoadAttempt):
            tried.append(event.index)
    return tried, event


def loaded(final: Any) -> ModelInfo:
    assert isinstance(final, ModelLoaded), final
    return final.model


@pytest.mark.parametrize(
    ("script", "step", "reason"),
    [
        ({}, 0, ""),
        ({"n_layers_max": 1, "n_ctx_max": 256}, 3, ""),
        ({"n_layers_max": 0}, 4, "too_little_memory"),
        ({"fails": "first_token"}, 4, "failed"),
        ({"fails": "first_token", "code": -2}, 4, "too_little_memory"),
        ({"n_layers_max": 1, "fails": "first_token"}, 4, "failed"),
    ],
)
def test_the_first_step_that_works_is_taken_and_answers(tiny_model: Path, script: dict[str, Any], step: int, reason: str) -> None:
    with RealWorker(prelude(**script)) as worker:
        worker.ready()
        tried, final = walked(worker, tiny_model)
        model = loaded(final)
        assert tried == list(range(step + 1))
        assert model.parameters == LADDER[step]
        assert worker.answer(QUESTION, n_predict=4)[1].stop == "limit"
    on_card = LADDER[step].n_gpu_layers
    assert (model.n_gpu_layers, model.n_offloadable) == (on_card, 2)
    assert (model.device, model.device_reason) == ("Fake graphics card" if on_card else "", reason)


def test_when_every_step_is_refused_the_last_reason_is_told_and_the_engine_lives(tiny_model: Path) -> None:
    with RealWorker(prelude(n_layers_max=0, n_ctx_max=1)) as worker:
        worker.ready()
        tried, final = walked(worker, tiny_model, (ALL, FEWER, PROCESSOR))
        assert tried == [0, 1, 2]
        assert isinstance(final, Failed)
        assert final.error == ModelLoadFailed(str(tiny_model), "failed to allocate buffer for kv cache")
        assert loaded(walked(worker, tiny_model, (PROCESSOR.replaced(type_v="bf16"),))[1]).n_ctx == 512


@pytest.mark.parametrize(
    ("script", "reasons"),
    [
        ({"has_card": False}, {"": "no_card"}),
        ({}, {"too_little_memory": "too_little_memory", "": "chosen", "failed": "failed"}),
    ],
)
def test_a_model_on_the_processor_says_why(tiny_model: Path, script: dict[str, Any], reasons: dict[str, str]) -> None:
    with RealWorker(prelude(**script)) as worker:
        worker.ready()
        finals = {asked: walked(worker, tiny_model, (PROCESSOR,), device_reason=asked)[1] for asked in reasons}
    assert {asked: loaded(final).device_reason for asked, final in finals.items()} == reasons


@pytest.mark.parametrize(
    ("backends", "reason"), [(("CPU",), "no_backend"), (("BLAS", "CPU"), "no_backend"), (("MTL", "BLAS", "CPU"), "no_card")]
)
def test_a_model_without_a_card_says_whether_this_build_could_use_one(
    tiny_model: Path, backends: tuple[str, ...], reason: str
) -> None:
    # On macOS Metal is always there; without devices in all tests, see conftest.
    with RealWorker(f"from desktop_app.engine import loading\nloading.backend_names = lambda: {backends!r}") as worker:
        worker.ready()
        model = worker.load(tiny_model)
    assert (model.device, model.device_reason, model.n_gpu_layers) == ("", reason, 0)
    assert min(model.weights_bytes, model.kv_bytes, model.compute_bytes) > 0


@pytest.mark.parametrize(
    ("line", "is_memory"),
    [
        ("alloc_tensor_range: failed to allocate CUDA0 buffer of size 4294967296", True),
        ("allocating 1234.00 MiB on device 0: cudaMalloc failed: out of memory", True),
        ("ggml_vulkan: Device memory allocation of size 123 failed.", True),
        ("ggml_vulkan: vk::Device::allocateMemory: ErrorOutOfDeviceMemory", True),
        ("there is not enough memory for the context", True),
        ("ggml_vulkan: vk::Device::allocateMemory: ErrorDeviceLost", False),
        ("the first token failed with code -3", False),
        ("unknown model architecture: 'x'", False),
    ],
)
def test_a_refusal_for_want_of_memory_is_known_by_its_words(line: str, is_memory: bool) -> None:
    assert (loading._MEMORY.search(line) is not None) == is_memory


def test_what_the_model_in_memory_holds_counts_as_free(monkeypatch: pytest.MonkeyPatch) -> None:
    found = (Device("CUDA0", "", "gpu", 1000, 100), Device("CUDA1", "", "gpu", 1000, 950), Device("CPU", "", "cpu", 5000, 2000))
    monkeypatch.setattr(loading, "devices", lambda: found)
    buffers = [
        ("CUDA0", "model", 500),
        ("CUDA0", "KV", 40),
        ("CUDA1", "model", 90),
        ("CPU_Mapped", "model", 700),
        ("CPU", "KV", 30),
    ]
    free = {one.name: one.free_bytes for one in loading.devices_without(buffers)}
    assert free == {"CUDA0": 640, "CUDA1": 1000, "CPU": 2030}


TELLING_BUFFERS = """
from desktop_app.engine import worker
from desktop_app.engine.protocol import Device
worker.devices_without = lambda buffers: tuple(Device(name, kind, "cpu", 0, n_bytes) for name, kind, n_bytes in buffers)
"""


def test_what_is_in_memory_is_counted_until_it_has_left(tiny_model: Path) -> None:
    with RealWorker(TELLING_BUFFERS) as worker:
        worker.ready()

        def held() -> int:
            task = worker.new_task()
            worker.send(DevicesRequest(task))
            return sum(one.free_bytes for one in worker.final(task).devices)

        alone = loaded(walked(worker, tiny_model, (PROCESSOR,))[1])
        n_alone = held()
        assert n_alone == alone.weights_bytes + alone.kv_bytes + alone.compute_bytes > 0
        assert alone.draft_bytes == 0
        both = loaded(walked(worker, tiny_model, (PROCESSOR,), draft_path=str(tiny_model))[1])
        assert both.weights_bytes == alone.weights_bytes and both.draft_bytes > alone.weights_bytes // 2
        assert held() == n_alone + both.draft_bytes
        task = worker.new_task()
        worker.send(UnloadRequest(task))
        worker.final(task)
        assert held() == 0


def test_a_file_that_cannot_chat_whatever_is_tried_is_not_tried_again() -> None:
    opened: list[LoadParameters] = []

    def open_model(parameters: LoadParameters) -> Model:
        opened.append(parameters)
        raise ModelLoadFailed("/embedding.gguf", NO_GENERATION)

    one = Loading(LoadRequest(1, "/embedding.gguf", ALL, LADDER[1:]), open_model, lambda _: None)
    with pytest.raises(ModelLoadFailed):
        one.model()
    assert opened == [ALL]
