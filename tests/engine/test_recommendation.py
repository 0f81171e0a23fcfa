"""How the author of a model recommends to sample it."""

from __future__ import annotations

from desktop_app.engine.parameters import SAMPLERS, SamplingParameters
from desktop_app.engine.protocol import ChatMessage, GenerateRequest, decode_request, encode
from desktop_app.engine.recommendation import recommended_sampling


def _recommended(**values: str) -> SamplingParameters:
    return recommended_sampling(lambda key: values.get(key.removeprefix("general.sampling."), ""))


def test_what_the_person_chose_comes_before_the_author_and_the_author_before_the_default() -> None:
    recommended = _recommended(temp="0.600000", top_k="20", penalty_repeat="1.05")
    sampling = SamplingParameters(temperature=0.8, seed=3).over(recommended)
    assert (sampling.temperature, sampling.top_k, sampling.repeat_penalty, sampling.seed) == (0.8, 20, 1.05, 3)
    assert sampling.min_p == SamplingParameters().min_p


def test_a_value_without_sense_is_left_out() -> None:
    assert _recommended(temp="hot", top_p="7", top_k="-1", min_p="nan", mirostat="3", xtc_threshold="inf").chosen == {}


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
