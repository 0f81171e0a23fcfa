"""How the model is talked to, on screen: what its chat template is, and whether it thinks before it answers."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication, QLabel

from desktop_app.engine.parameters import CHAT_TEMPLATES
from desktop_app.engine.protocol import Device
from desktop_app.errors import ChatTemplateAdds, DraftModelUnsuitable, LoadCrashed, ModelFileNotFound
from desktop_app.library.facts import ModelFacts
from desktop_app.library.model_file import ModelFile
from desktop_app.library.remote_shape import read_shape
from desktop_app.services.engine import EngineState
from desktop_app.services.load_choices import LoadChoices
from desktop_app.services.template_choices import TemplateChoices
from desktop_app.ui.dialogs.chat_template import ChatTemplateDialog
from desktop_app.ui.dialogs.load_choices import LoadChoicesDialog
from desktop_app.ui.model_talk.thinking_button import ThinkingButton
from desktop_app.ui.theme import Theme
from tests.fakes.gguf_file import header
from tests.fakes.services import model_info
from tests.library.test_fit import QWEN_4B, SIZE

GB = 10**9


@pytest.fixture
def talking(window: Any) -> Any:
    """Give a window that shows how the model is talked to."""
    window.show_model_talk()
    return window


def _dialog(window: Any) -> ChatTemplateDialog:
    (dialog,) = window.findChildren(ChatTemplateDialog)
    return dialog


def test_a_sound_template_is_no_news_and_a_bad_one_is_told_once(services: Any, talking: Any) -> None:
    services.engine.become(EngineState.READY, model_info(template="own"))
    assert talking.notices.sentences() == []
    services.engine.become(EngineState.READY, model_info(template="chatml", template_fault="changes", template_problem="twice"))
    assert len(talking.notices.sentences()) == 1
    assert "known good one" in talking.notices.sentences()[0]
    services.engine.become(EngineState.READY, model_info(template="own"))
    assert talking.notices.sentences() == []


def test_a_model_that_was_not_taught_to_chat_is_told_until_the_person_has_chosen_that(services: Any, talking: Any) -> None:
    model = model_info(template="plain", has_chat_template=False)
    services.engine.become(EngineState.READY, model)
    assert "not taught to chat" in talking.notices.sentences()[0]
    TemplateChoices(services.preferences).choose(Path(model.path), "plain")
    services.engine.become(EngineState.READY, model)
    assert talking.notices.sentences() == []


def test_another_template_is_chosen_kept_and_used(services: Any, talking: Any) -> None:
    model = model_info(template="chatml", template_fault="changes", template_problem="twice", template_source="{{ source }}")
    services.engine.become(EngineState.READY, model)
    talking.notices.action_requested.emit("choose_template", None)
    dialog = _dialog(talking)
    assert dialog.source.toPlainText() == "{{ source }}"
    assert "changes what you write" in dialog.reason.text()
    dialog.box.setCurrentIndex(dialog.box.findData("llama-3"))
    dialog._use.click()
    assert TemplateChoices(services.preferences).of(Path(model.path)) == "llama-3"
    assert services.engine.calls[-1] == ("reload",)


def test_a_choice_can_be_taken_back(services: Any, talking: Any) -> None:
    choices = TemplateChoices(services.preferences)
    choices.choose(Path("/models/starter.gguf"), "vicuna")
    choices.choose(Path("/models/other.gguf"), "gemma")
    services.engine.become(EngineState.READY, model_info(template="vicuna"))
    talking.model_talk.show_template()
    assert _dialog(talking).box.currentData() == "vicuna"
    choices.choose(Path("/models/starter.gguf"), "")
    assert choices.of(Path("/models/starter.gguf")) == ""
    assert choices.of(Path("/models/other.gguf")) == "gemma"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"template": "own"}, "brings its own"),
        ({"template": "plain"}, "goes on with what you write"),
        ({"template": "gemma"}, "Gemma, that of its family"),
        ({"template": "gemma", "template_fault": "broken"}, "is broken, so Gemma"),
        ({"template": "gemma", "template_fault": "adds"}, "words that nobody has said, so Gemma"),
        ({"template": "gemma", "template_fault": "confuses"}, "mixes up who has said what"),
        ({"template": "edited"}, "uses the template that you have written"),
        ({"template": "gemma", "template_fault": "edited"}, "Your template for “SmolLM2” has an error, so Gemma"),
        ({"template": "own", "template_fault": "edited"}, "has an error, so the model’s own is used"),
        ({"template": "plain", "template_fault": "edited"}, "so none is used: the model goes on"),
    ],
)
def test_the_dialog_says_which_template_is_used_and_why(
    qapp: QApplication, theme: Theme, window: Any, changes: Any, words: str
) -> None:
    dialog = ChatTemplateDialog(model_info(**changes), "", theme, window)
    assert words in dialog.reason.text()
    assert {dialog.box.itemData(row) for row in range(dialog.box.count())} == {"", "own", "plain", "edited"} | {
        name for name, _ in CHAT_TEMPLATES
    }
    dialog.close()


@pytest.mark.parametrize(
    ("chosen", "changes", "words"),
    [
        ("plain", {"template": "plain"}, "uses no chat template, as you have chosen"),
        ("gemma", {"template": "gemma"}, "uses Gemma, as you have chosen"),
        ("own", {"template": "plain"}, "has no chat template"),
        ("own", {"template": "gemma"}, "Gemma, that of its family"),
    ],
)
def test_the_dialog_says_what_the_person_has_chosen_only_where_it_is_used(
    theme: Theme, window: Any, chosen: str, changes: Any, words: str
) -> None:
    dialog = ChatTemplateDialog(model_info(**changes), chosen, theme, window)
    assert words in dialog.reason.text()
    dialog.close()


def test_the_model_menu_leads_to_the_template_when_a_model_is_loaded(services: Any, talking: Any) -> None:
    assert "Chat template…" not in [action.text() for action in talking._choice.menu().actions()]
    services.engine.become(EngineState.READY, model_info(template="own"))
    (action,) = [action for action in talking._choice.menu().actions() if action.text() == "Chat template…"]
    action.trigger()
    assert _dialog(talking).isVisible()


def test_what_is_about_the_model_in_memory_can_be_done_while_there_is_one(services: Any, talking: Any) -> None:
    actions = talking.actions_
    about = (actions.chat_template, actions.load_settings, actions.try_card, actions.eject)

    def possible(state: EngineState, **model: Any) -> list[bool]:
        services.engine.become(state, model_info(**model) if model else None)
        return [action.isEnabled() for action in about]

    assert possible(EngineState.IDLE) == [False] * 4
    assert possible(EngineState.LOADING) == [False, False, False, True]
    assert possible(EngineState.READY, device_reason="no_card") == [True, True, False, True]
    assert possible(EngineState.READY, device_reason="too_little_memory") == [True] * 4
    assert possible(EngineState.IDLE) == [False] * 4


def test_how_the_model_in_memory_is_loaded_is_chosen_and_it_is_loaded_again(services: Any, talking: Any) -> None:
    facts = ModelFacts("model", n_vocab=32_000)
    large, small = (ModelFile(Path(f"/models/{name}.gguf"), name, size, facts=facts) for name, size in (("L", 9), ("S", 3)))
    services.library.have(large, small)
    talking.actions_.load_settings.trigger()
    assert talking.findChildren(LoadChoicesDialog) == []
    services.engine.become(EngineState.READY, model_info(str(large.path)))
    talking.actions_.load_settings.trigger()
    (dialog,) = talking.findChildren(LoadChoicesDialog)
    dialog.boxes["draft"].setCurrentIndex(dialog.boxes["draft"].findData(str(small.path)))
    dialog._use.click()
    assert LoadChoices(services.preferences).draft_of(large.path) == str(small.path)
    assert services.engine.calls[-1] == ("reload", "fresh")


def test_what_is_free_is_told_where_a_model_is_loaded_and_stays_true(services: Any, talking: Any) -> None:
    engine = services.engine
    card, shared = (Device(name, name, kind, 12 * GB, 2 * GB) for name, kind in (("RTX 4070", "gpu"), ("Shared", "igpu")))
    engine.devices = (Device("CPU", "A processor", "cpu", 16 * GB, 9 * GB), shared, card)
    engine.shape = read_shape(io.BytesIO(header(QWEN_4B)), SIZE)
    engine.become(EngineState.READY, model_info(n_ctx_train=40_960, size_bytes=SIZE))
    talking.actions_.load_settings.trigger()
    (dialog,) = talking.findChildren(LoadChoicesDialog)
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "2.0 GB of 12.0 GB free" in said and "RTX 4070" in said and "Shared" not in said
    assert engine.n_looks == 1
    engine.devices = (engine.devices[0], card.replaced(free_bytes=11 * GB))
    engine.devices_changed.emit()
    assert "11.0 GB of 12.0 GB free" in " ".join(label.text() for label in dialog.findChildren(QLabel))
    dialog.close()
    engine.devices_changed.emit()


def test_a_draft_model_that_is_no_good_is_told_once_and_forgotten(services: Any, talking: Any) -> None:
    choices = LoadChoices(services.preferences)
    for error, words in (
        (DraftModelUnsuitable("/models/small.gguf"), "has another vocabulary"),
        (DraftModelUnsuitable("/models/small.gguf", "large"), "it was loaded alone"),
        (DraftModelUnsuitable("/models/small.gguf", "memory"), "cannot be used as a draft model"),
        (ModelFileNotFound("/models/small.gguf"), "cannot be used as a draft model"),
        (LoadCrashed("/models/small.gguf", "was ended by SIGABRT"), "cannot be used as a draft model"),
    ):
        choices.choose_draft(Path("/models/starter.gguf"), "/models/small.gguf")
        services.engine.draft_refused.emit(error)
        assert choices.draft_of(Path("/models/starter.gguf")) == ""
        (sentence,) = talking.notices.sentences()
        assert sentence.startswith("“small.gguf”")
        assert words in sentence
    services.engine.become(EngineState.READY, model_info())
    talking.notices.action_requested.emit("load_settings", None)
    (dialog,) = talking.findChildren(LoadChoicesDialog)
    dialog.close()


def test_words_that_a_template_has_added_are_told_with_a_way_out(services: Any, talking: Any) -> None:
    talking.show_error(ChatTemplateAdds("Obey whoever"))
    assert "“Obey whoever”" in talking.notices.sentences()[0]


def test_the_button_is_there_for_models_that_think(services: Any, talking: Any) -> None:
    button = talking.model_talk.thinking
    assert not button.isVisibleTo(talking)
    services.engine.become(EngineState.READY, model_info(template="own", can_reason=True))
    assert button.isVisibleTo(talking)
    services.engine.model_unloaded.emit()
    assert not button.isVisibleTo(talking)


def test_a_way_of_thinking_is_kept_and_handed_on(services: Any, talking: Any) -> None:
    button = talking.model_talk.thinking
    assert services.generation.thinking() == (None, -1)
    for text, expected, shown in (
        ("Answer at once", (False, -1), "Thinking: off"),
        ("Think before answering", (True, -1), "Thinking: on"),
        ("At most 2,000 tokens of thought", (True, 2000), "Thinking: up to 2,000 tokens"),
        ("The model’s default", (None, 2000), "Thinking: up to 2,000 tokens"),
        ("No limit", (None, -1), "Thinking: default"),
    ):
        menu = button.menu_of_choices()
        (action,) = [action for action in menu.actions() if action.text() == text]
        action.trigger()
        menu.close()
        assert services.generation.thinking() == expected
        assert (button.text(), button.accessibleName()) == (shown, shown)


def test_what_is_in_force_is_marked_and_a_limit_means_nothing_without_thinking(qapp: QApplication, window: Any) -> None:
    button = ThinkingButton(window)
    button.set_choice("off", 500)
    menu = button.menu_of_choices()
    checked = [action.text() for action in menu.actions() if action.isChecked()]
    assert checked == ["Answer at once", "At most 500 tokens of thought"]
    assert not any(action.isEnabled() for action in menu.actions() if "limit" in action.text() or "tokens" in action.text())
    menu.close()
