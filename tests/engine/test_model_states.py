"""What a model has read comes back as it was: for memories that can be cut anywhere, within a window, or not at all."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desktop_app.engine.answer import ChatModel
from desktop_app.engine.llama import state
from desktop_app.engine.llama.library import C
from desktop_app.engine.llama.sequence import Sequence
from desktop_app.engine.model_states import N_TOKENS_MIN, ModelStates, build, model_key
from desktop_app.engine.parameters import LoadParameters
from desktop_app.engine.state_store import StateStore
from tests.engine.direct import clear, put
from tests.fakes.gguf_file import write_recurrent_model, write_sliding_window_model, write_tiny_model

KEY = b"k" * 32
READ = [3 + index * 7 % 250 for index in range(120)]
N_ASKED = 100
"""Tokens of `READ` up to which the conversation was a prompt."""
ExpectLog = Callable[[str], None]


@pytest.fixture(scope="session")
def window_chat(tmp_path_factory: pytest.TempPathFactory, open_chat: Callable[..., ChatModel]) -> Iterator[ChatModel]:
    """Give a model with a sliding window of 16 tokens."""
    chat = open_chat(write_sliding_window_model(tmp_path_factory.mktemp("models") / "window.gguf"), n_batch=32)
    yield chat
    chat.close()


@pytest.fixture(scope="session")
def recurrent_chat(tmp_path_factory: pytest.TempPathFactory, open_chat: Callable[..., ChatModel]) -> Iterator[ChatModel]:
    """Give a recurrent model."""
    chat = open_chat(write_recurrent_model(tmp_path_factory.mktemp("models") / "recurrent.gguf"), n_batch=32)
    yield chat
    chat.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[StateStore]:
    """Give an empty store."""
    (tmp_path / "kv").mkdir()
    store = StateStore(tmp_path / "kv", KEY, 1 << 30, build())
    yield store
    assert store.close(10)


def _states(store: StateStore, chat: ChatModel) -> ModelStates:
    return ModelStates(store, chat.model, "ab" * 16)


def _read(chat: ChatModel) -> Sequence:
    """Let the first sequence be a prompt and an answer, as the scheduler makes them."""
    clear(chat)
    put(chat, READ[:N_ASKED])
    chat.model.sequences[0].take_checkpoint()
    put(chat, READ[N_ASKED:])
    return chat.model.sequences[0]


def _best(chat: ChatModel, tokens: list[int]) -> list[float]:
    """Read what is missing of `tokens` and give the last logits."""
    sequence = chat.model.sequences[0]
    n_kept = sequence.keep(sequence.usable(tokens))
    put(chat, tokens[n_kept:])
    return list(C.llama_get_logits_ith(chat.model.context, -1)[: chat.model.vocabulary.n_tokens])


def _forget_and_load(chat: ChatModel, states: ModelStates) -> Sequence:
    """Let everything that the context knows be what is loaded."""
    clear(chat)
    assert states.load(chat.model.sequences[0], "c")
    return chat.model.sequences[0]


@pytest.mark.parametrize("model", ["tiny_chat", "window_chat", "recurrent_chat"])
@pytest.mark.parametrize("n_shared", [N_ASKED, len(READ)], ids=["regenerated", "continued"])
def test_after_a_restart_a_conversation_is_answered_as_if_it_had_been_read(
    model: str, n_shared: int, store: StateStore, request: pytest.FixtureRequest
) -> None:
    chat: ChatModel = request.getfixturevalue(model)
    states, asked = _states(store, chat), [*READ[:n_shared], 5]
    # In the same steps, because with others the last digits are others.
    clear(chat)
    put(chat, READ[:N_ASKED])
    if n_shared > N_ASKED:
        put(chat, READ[N_ASKED:])
    expected = _best(chat, asked)
    assert states.save(_read(chat), "c")
    assert store.flush(10)
    outline = states.outline("c")
    assert outline is not None and outline.n_usable(asked) == n_shared

    sequence = _forget_and_load(chat, states)

    assert sequence.tokens == READ
    assert sequence.usable(asked) == n_shared
    assert _best(chat, asked) == pytest.approx(expected, abs=1e-5)


@pytest.mark.parametrize(("model", "n_usable"), [("tiny_chat", 50), ("window_chat", 0), ("recurrent_chat", 0)])
def test_what_is_said_to_be_usable_is_usable(
    model: str, n_usable: int, store: StateStore, request: pytest.FixtureRequest
) -> None:
    chat: ChatModel = request.getfixturevalue(model)
    states, edited = _states(store, chat), [*READ[:50], 5, 6]
    states.save(_read(chat), "c")
    outline = states.outline("c")

    assert outline is not None and outline.n_usable(edited) == n_usable
    assert _forget_and_load(chat, states).usable(edited) == n_usable


def test_a_state_comes_back_in_any_sequence(tiny_chat: ChatModel, store: StateStore) -> None:
    states = _states(store, tiny_chat)
    states.save(_read(tiny_chat), "c")
    clear(tiny_chat)
    last = tiny_chat.model.sequences[-1]

    assert states.load(last, "c")
    assert last.tokens == READ
    assert C.llama_memory_seq_pos_max(C.llama_get_memory(tiny_chat.model.context), last.id) == len(READ) - 1
    last.clear()


def test_nothing_is_kept_of_a_conversation_that_may_not_be_written(
    tiny_chat: ChatModel, store: StateStore, tmp_path: Path
) -> None:
    assert not _states(store, tiny_chat).save(_read(tiny_chat), "")
    assert store.flush(10)
    assert not list((tmp_path / "kv").iterdir())
    assert _states(store, tiny_chat).outline("") is None


def test_what_is_read_again_at_once_is_not_kept(tiny_chat: ChatModel, store: StateStore) -> None:
    clear(tiny_chat)
    put(tiny_chat, READ[: N_TOKENS_MIN - 1])

    assert not _states(store, tiny_chat).save(tiny_chat.model.sequences[0], "c")


def test_what_would_not_find_room_is_not_even_copied(
    tiny_chat: ChatModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "small").mkdir()
    store = StateStore(tmp_path / "small", KEY, 1000, build())
    monkeypatch.setattr(state, "copy_of", lambda *_: pytest.fail("copied"))

    assert not _states(store, tiny_chat).save(_read(tiny_chat), "c")
    assert store.close(10)


def test_nothing_damaged_is_ever_given_to_llama_cpp(
    tiny_chat: ChatModel, store: StateStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, expected_log: ExpectLog
) -> None:
    states = _states(store, tiny_chat)
    states.save(_read(tiny_chat), "c")
    assert store.flush(10)
    [path] = (tmp_path / "kv").iterdir()
    whole = path.read_bytes()
    monkeypatch.setattr(state, "put_back", lambda *_: pytest.fail("given to llama.cpp"))
    expected_log("WARNING .*a state that is damaged")
    for at in range(0, len(whole), len(whole) // 60):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 4]) + whole[at + 1 :])
        assert not states.load(tiny_chat.model.sequences[0], "c")
        assert not path.exists()
    path.write_bytes(whole[: len(whole) // 2])
    assert not states.load(tiny_chat.model.sequences[0], "c")


def test_a_state_that_finds_no_room_leaves_its_sequence_empty(
    tiny_chat: ChatModel, open_chat: Callable[..., ChatModel], tiny_model: Path, store: StateStore
) -> None:
    _states(store, tiny_chat).save(_read(tiny_chat), "c")
    small = open_chat(tiny_model)
    sequence, other = small.model.sequences[:2]
    n_left_over = C.llama_n_ctx(small.model.context) - len(READ) + 1
    put(small, [7] * n_left_over, other)

    assert not _states(store, small).load(sequence, "c")
    assert sequence.tokens == []
    assert C.llama_memory_seq_pos_max(C.llama_get_memory(small.model.context), sequence.id) == -1
    small.close()


def test_the_key_of_a_model_is_that_of_its_bytes_and_its_context(tmp_path: Path) -> None:
    path = write_tiny_model(tmp_path / "a.gguf")
    parameters = LoadParameters()
    key = model_key(path, parameters, 256)

    assert key == model_key(path, LoadParameters(n_threads=1, n_batch=32, n_gpu_layers=0), 256)
    others = [
        model_key(path, parameters, 512),
        model_key(path, LoadParameters(type_k="q8_0"), 256),
        model_key(path, LoadParameters(type_v="q8_0"), 256),
        model_key(path, LoadParameters(n_slots=1), 256),
        model_key(write_tiny_model(tmp_path / "b.gguf", seed=2), parameters, 256),
    ]
    moved = Path(shutil.copy2(path, tmp_path / "c.gguf"))
    assert model_key(moved, parameters, 256) == key
    weights = bytearray(path.read_bytes())
    weights[-40] ^= 1
    moved.write_bytes(weights)
    shutil.copystat(path, moved)
    others.append(model_key(moved, parameters, 256))
    os.utime(path, (1, 1))
    others.append(model_key(path, parameters, 256))
    assert len({key, *others}) == len(others) + 1


def test_all_files_of_a_model_count(tmp_path: Path) -> None:
    parts = [tmp_path / f"big[1]-0000{number}-of-00002.gguf" for number in (1, 2)]
    for part in parts:
        part.write_bytes(b"GGUF" + b"x" * 100)
    key = model_key(parts[0], LoadParameters(), 256)
    parts[1].write_bytes(b"GGUF" + b"y" * 100)

    assert model_key(parts[0], LoadParameters(), 256) != key
