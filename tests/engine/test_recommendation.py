"""How the author of a model recommends to sample it."""

from __future__ import annotations

from pathlib import Path

import pytest

from desktop_app.engine.chat_model import ChatModel
from desktop_app.engine.parameters import SAMPLERS, SamplingParameters
from desktop_app.engine.protocol import ChatMessage, GenerateRequest
from desktop_app.engine.recommendation import recommended_sampling
from desktop_app.engine.wire import decode_request, encode
from tests.engine.real_worker import RealWorker
from tests.fakes.gguf_file import write_tiny_model


def _recommended(**values: str) -> SamplingParameters:
    return recommended_sampling(lambda key: values.get(key.removeprefix("general.sampling."), ""))


def test_what_the_person_chose_comes_before_the_author_and_the_author_before_the_default() -> None:
    recommended = _recommended(temp="0.600000", top_k="20", penalty_repeat="1.05")
    sampling = SamplingParameters(temperature=0.8, seed=3).over(recommended)
    assert (sampling.temperature, sampling.top_k, sampling.repeat_penalty, sampling.seed) == (0.8, 20, 1.05, 3)
    assert sampling.min_p == SamplingParameters().min_p


def test_a_value_without_sense_is_left_out() -> None:
    assert _recommended(temp="hot", top_p="7", top_k="-1", min_p="nan", mirostat="3", xtc_threshold="inf").chosen == {}


@pytest.mark.parametrize(
    ("name", "temperature"),
    [
        ("Smollm2 135M 8k Lc100K Mix1 Ep2", 0.2),
        ("SmolLM2-1.7B-Instruct", 0.2),
        ("Qwen3 30B A3B", 0.6),
        ("Qwen3-0.6B", 0.6),
        ("DeepSeek R1 Distill Qwen 1.5B", 0.6),
    ],
)
def test_what_the_author_says_beside_the_file_holds_where_the_file_says_nothing(name: str, temperature: float) -> None:
    def named(**sampling: str) -> SamplingParameters:
        values = {"general.name": name, **{f"general.sampling.{key}": value for key, value in sampling.items()}}
        return recommended_sampling(lambda key: values.get(key, ""))

    assert named().temperature == temperature and named().top_p < 1
    assert (named(temp="0.9").temperature, named(temp="0.9").top_p) == (0.9, named().top_p)


@pytest.mark.parametrize(
    "name", ["", "SmolLM2 135M", "SmolLM2 135M Instruct Pirate", "Qwen3 8B Base", "Qwen3 Embedding 8B", "Qwen"]
)
def test_what_others_made_of_a_model_is_not_sampled_as_its_author_says(name: str) -> None:
    assert recommended_sampling(lambda key: name if key == "general.name" else "").chosen == {}


def test_the_starter_is_sampled_as_its_author_says(starter_chat: ChatModel) -> None:
    assert starter_chat.info().recommended.chosen == {"temperature": 0.2, "top_p": 0.9}


def test_the_order_of_samplers_is_read_as_llama_cpp_writes_it() -> None:
    assert _recommended(sequence="penalties;top-k;typ_p;topp;TEMP;unheard;top_k").samplers == (
        "penalties", "top_k", "typ_p", "top_p", "temperature",
    )  # fmt: skip
    assert _recommended(sequence=";unheard").samplers == SAMPLERS


def test_what_was_not_chosen_stays_open_on_the_way_to_the_engine() -> None:
    chosen = SamplingParameters(temperature=0.8, stop=("###",), logit_bias=((2, float("-inf")),), samplers=("top_k",))
    request = decode_request(encode(GenerateRequest(1, (ChatMessage("user", "Hi"),), chosen)))
    assert isinstance(request, GenerateRequest)
    assert request.sampling.chosen == chosen.chosen
    assert request.sampling.replaced(top_k=3).chosen == {**chosen.chosen, "top_k": 3}


def test_the_window_hears_what_the_file_recommends(worker: RealWorker, tmp_path: Path) -> None:
    values = {"temp": 0.6, "top_k": 20, "top_p": 7.0, "sequence": "top_k;temperature"}
    changes = {f"general__sampling__{key}": value for key, value in values.items()}
    model = worker.load(write_tiny_model(tmp_path / "model.gguf", **changes))

    assert model.recommended.chosen == {"temperature": 0.6, "top_k": 20, "samplers": ("top_k", "temperature")}
    assert worker.load(write_tiny_model(tmp_path / "plain.gguf")).recommended.chosen == {}
