"""The context on screen: the gauge, what is in it, pale messages, notes, and what is offered when it is full."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel

from desktop_app.chat.message import GenerationStats, MessageState, new_id
from desktop_app.chat.summary import Summary
from desktop_app.engine.protocol import ContextMeasured
from desktop_app.errors import ContextFull
from desktop_app.services.context_meter import Fill
from desktop_app.services.engine import EngineState
from desktop_app.storage import summaries as store
from desktop_app.ui.context.choice import Choice
from desktop_app.ui.context.panel import ContextPanel
from desktop_app.ui.theme import Theme
from tests.fakes.services import model_info
from tests.ui.fitting import misfits
from tests.ui.talks import STATS, Talk

N_CTX = 1000


@pytest.fixture
def talk(services: Any, make_window: Callable[[Any], Any], tmp_path: Path, qtbot: Any) -> Iterator[Talk]:
    talk = Talk(services, make_window, tmp_path, qtbot)
    services.engine.become(EngineState.READY, model_info())
    talk.window.show_context()
    for n in range(4):
        talk.id = talk.say(f"Why {n}?", f"Because {n}.")
    talk.open(talk.id)
    yield talk
    talk.close()


def measure(talk: Talk, n_prompt: int, left_out: tuple[int, ...] = ()) -> None:
    """Let the engine have measured the conversation on show."""
    engine, n_before = talk.services.engine, len(talk.services.engine.measured)
    talk.window.context.meter.refresh()
    talk.qtbot.waitUntil(lambda: len(engine.measured) > n_before)
    task, (messages, _) = len(engine.measured), engine.measured[-1]
    engine.context_measured.emit(task, ContextMeasured(task, n_prompt, N_CTX, left_out, (10,) * len(messages)))
    talk.settle()
    talk.settle()


def sum_up(talk: Talk, number: int, text: str = "They spoke.") -> Summary:
    """Let there be a summary down to a message."""
    new = Summary(new_id(), talk.id, talk.branch[number].id, text, "Starter", 0)
    talk.conversations.in_writer_of(talk.id, lambda database: store.add_summary(database, new))
    talk.settle()
    talk.window.context.summaries.changed.emit(talk.id)
    measure(talk, 400)
    return new


def names(talk: Talk) -> list[str]:
    """Give what stands above the messages on show that are no questions."""
    view = talk.view
    return [view.words.name(layout.message) for layout in view.conversation.messages if not layout.is_user]


def words(widget: Any) -> list[str]:
    return [one.text() for one in widget.findChildren(QLabel)]


def test_the_gauge_is_there_when_something_was_measured_and_says_how_much(talk: Talk) -> None:
    gauge = talk.window.context.gauge
    assert not gauge.isVisible()

    measure(talk, 250)

    assert gauge.isVisible()
    assert gauge.accessibleName() == "Context: 250 of 1,000 tokens"
    assert gauge.focusPolicy() & Qt.FocusPolicy.TabFocus
    talk.window.open_conversation(None)
    assert not gauge.isVisible()


def test_what_is_being_written_counts_as_well_until_it_is_sent(talk: Talk) -> None:
    gauge, engine, composer = talk.window.context.gauge, talk.services.engine, talk.window.composer
    measure(talk, 250)
    composer.set_text("And why is that?")
    talk.qtbot.waitUntil(lambda: engine.counted[-1:] == ["And why is that?"])
    engine.tokens_counted.emit(len(engine.counted), 7)
    assert gauge.accessibleName() == "Context: 257 of 1,000 tokens"
    measure(talk, 260)
    assert gauge.accessibleName() == "Context: 267 of 1,000 tokens"
    engine.tokens_counted.emit(len(engine.counted) + 1, 90)
    assert gauge.accessibleName() == "Context: 267 of 1,000 tokens", "something else was counted"
    composer.set_text("")
    talk.qtbot.waitUntil(lambda: gauge.accessibleName() == "Context: 260 of 1,000 tokens")


def test_an_answer_fills_the_context_while_it_comes(talk: Talk) -> None:
    gauge, generation = talk.window.context.gauge, talk.services.generation
    measure(talk, 250)
    generation.begin(talk.id)
    generation.predicted[talk.id] = 40
    generation.text_appended.emit(talk.id, "", "and so on")
    talk.qtbot.waitUntil(lambda: gauge.accessibleName() == "Context: 290 of 1,000 tokens")
    assert talk.window.context.meter.fill.n_free == 710


def test_it_is_measured_again_after_every_answer(talk: Talk) -> None:
    measure(talk, 250)

    talk.say("More?", "Yes.")

    # The question may have been measured by itself before.
    talk.qtbot.waitUntil(lambda: talk.services.engine.measured[-1][0][-1].content == "Yes.")


def test_what_was_counted_is_not_counted_again(talk: Talk) -> None:
    measure(talk, 250)
    talk.settle()

    measure(talk, 250)

    assert [one.n_tokens for one in talk.services.engine.measured[-1][0]] == [10] * 8


def test_what_the_model_does_not_read_is_pale_with_a_line_below(talk: Talk) -> None:
    measure(talk, 900, (0, 1, 2, 3))

    assert talk.view.shown.unseen == {message.id for message in talk.branch[:4]}
    assert names(talk)[2].startswith("The model no longer reads") and "4" in names(talk)[2]
    assert talk.shown()[4] == ""
    measure(talk, 500)
    assert talk.view.shown.unseen == frozenset()
    assert talk.shown() == [message.text for message in talk.branch]


def test_a_pale_message_is_painted_paler(talk: Talk) -> None:
    def darkest() -> int:
        view = talk.view
        view.verticalScrollBar().setValue(0)
        QApplication.processEvents()
        image = view.viewport().grab().toImage()
        top = view.conversation.tops[1] + view.conversation.messages[1].body_top - view.verticalScrollBar().value()
        rows = range(top, top + 20)
        columns = range(view.places.x, view.places.x + 80)
        return min(int(image.pixelColor(x, y).lightness()) for y in rows for x in columns)

    before = darkest()
    measure(talk, 900, (0, 1))

    assert darkest() > before + 40


def test_a_screen_reader_hears_what_is_pale(talk: Talk) -> None:
    measure(talk, 900, (0, 1))
    layout = talk.view.conversation.messages[1]

    assert talk.view.words.spoken(layout, is_unseen=True).startswith("No longer read by the model.")


def test_an_answer_says_what_it_was_given_to_read(talk: Talk) -> None:
    measure(talk, 500)
    ids = frozenset(message.id for message in talk.branch[:2])

    talk.services.generation.context_fitted.emit(talk.id, ids, 700, N_CTX)
    talk.settle()

    assert talk.view.shown.unseen == ids
    assert talk.window.context.gauge.accessibleName() == "Context: 700 of 1,000 tokens"


def test_the_reader_keeps_their_place_when_a_note_comes(talk: Talk) -> None:
    for n in range(8):
        talk.say(f"Long {n}?", "Text.\n\n" * 20)
    view = talk.view
    view.verticalScrollBar().setValue(view.conversation.tops[9] + 30)
    QApplication.processEvents()
    at_top = view.conversation.messages[view.anchor.message].message.id
    offset = view.anchor.offset

    measure(talk, 900, (0, 1, 2, 3))

    assert view.conversation.messages[view.anchor.message].message.id == at_top
    assert view.anchor.offset == offset


def test_a_summary_stands_below_what_it_stands_for_and_can_be_taken_back(talk: Talk) -> None:
    sum_up(talk, 3)

    assert talk.shown()[4] == "They spoke."
    assert names(talk)[2].startswith("Summary of the 4 messages above") and "Starter" in names(talk)[2]
    assert talk.view.shown.unseen == {message.id for message in talk.branch[:4]}
    assert talk.window.transcript.row_buttons(talk.view.conversation.messages[4].message.id) == ("copy", "undo_summary")

    talk.actions.do("undo_summary", talk.view.conversation.messages[4].message.id)
    talk.settle()
    measure(talk, 900)
    assert talk.shown() == [message.text for message in talk.branch]
    assert talk.view.shown.unseen == frozenset()

    talk.press_notice("Undo")
    measure(talk, 400)
    assert talk.shown()[4] == "They spoke."


@pytest.mark.parametrize("number", [0, 3])
def test_a_summary_goes_with_what_is_removed_of_it_and_comes_back_with_it(talk: Talk, number: int) -> None:
    sum_up(talk, 3)

    talk.do("delete", number)
    measure(talk, 800)

    assert "They spoke." not in talk.shown()
    assert talk.window.notices.sentences() == [
        "Message removed. The summary that tells of what was removed is not used any more."
    ]
    talk.press_notice("Undo")
    measure(talk, 400)
    assert talk.shown()[4] == "They spoke."
    talk.do("delete", 5)
    assert talk.window.notices.sentences() == ["Message removed."]


def test_the_menu_of_a_summary_offers_nothing_that_is_about_messages(talk: Talk) -> None:
    note = sum_up(talk, 3)
    menus: list[Any] = []
    talk.actions._pop_up = lambda menu, message_id, href, where: menus.append((menu, message_id))

    talk.actions._on_menu_requested(note.id, "", talk.view.mapToGlobal(talk.view.rect().center()))

    commands = [action.data()[0] for action in menus[0][0].actions() if action.data()]
    assert not {"edit", "delete", "branch", "pin", "regenerate"} & set(commands)
    menus[0][0].close()


def test_regenerate_is_about_the_last_answer_when_a_summary_stands_below_it(talk: Talk) -> None:
    sum_up(talk, 7)

    layout = talk.window.transcript.last_layout()

    assert layout is not None and layout.message.id == talk.branch[-1].id


def test_a_message_is_pinned_and_let_go_from_its_menu(talk: Talk) -> None:
    talk.do("pin", 0)
    assert talk.branch[0].is_pinned
    situation = talk.actions._situation(talk.branch[0])
    assert ("unpin", "Unpin from the context", "") in talk.actions._menu._changing(situation)

    talk.do("unpin", 0)
    assert not talk.branch[0].is_pinned


def ask_without_room(talk: Talk) -> str:
    """Have a question for which there is no room; gives the id of its answer."""
    talk.conversations.ask(talk.id, "And?", "Starter")
    talk.settle()
    last = talk.branch[-1]
    talk.conversations.finish(last.id, MessageState.FAILED, None, ContextFull(1200, N_CTX))
    return last.id


def choose_to_leave_out(talk: Talk) -> None:
    """Choose it in the panel that the notice opens."""
    panel = talk.window.findChild(ContextPanel)
    choice = next(one for one in panel.findChildren(Choice) if one.text() == "Leave out the oldest messages")
    choice.click()
    talk.settle()
    panel.close()
    talk.settle()


@pytest.mark.parametrize("on_show", ["same", "another", "new chat"])
def test_a_full_context_offers_to_make_room_where_there_is_none_and_the_answer_goes_on(talk: Talk, on_show: str) -> None:
    last = ask_without_room(talk)
    other = talk.conversations.ask(None, "Else?", "Starter")
    talk.settle()
    if on_show != "same":
        talk.window.open_conversation(other if on_show == "another" else None)
    talk.services.generation.answer_failed.emit(talk.id, last, ContextFull(1200, N_CTX))
    resumed: list[str] = []
    talk.conversations.answer_resumed.connect(lambda _id, message_id: resumed.append(message_id))
    [sentence] = talk.window.notices.sentences()
    assert ("“Why 0?”" in sentence) is (on_show != "same") and "1,200 tokens" in sentence

    talk.press_notice("Make room…")
    assert talk.window.conversation.conversation_id == talk.id
    choose_to_leave_out(talk)

    assert talk.conversations.get(talk.id).context_policy == "drop"
    assert talk.conversations.get(other).context_policy is None
    assert resumed == [last]
    assert not any("1,200" in sentence for sentence in talk.window.notices.sentences())


def test_making_room_in_a_conversation_that_is_gone_does_nothing(talk: Talk) -> None:
    last = ask_without_room(talk)
    talk.services.generation.answer_failed.emit(talk.id, last, ContextFull(1200, N_CTX))
    talk.conversations.purge(talk.id)
    talk.settle()

    talk.press_notice("Make room…")

    assert talk.window.conversation.conversation_id is None
    assert talk.window.findChild(ContextPanel) is None


def test_looking_at_the_panel_changes_nothing(talk: Talk) -> None:
    measure(talk, 250)
    talk.window.context.show_panel()
    panel = talk.window.findChild(ContextPanel)
    QTest.keyClick(panel, Qt.Key.Key_Escape)
    talk.settle()

    assert talk.conversations.get(talk.id).context_policy is None
    assert talk.window.context._panel is None


CUT = GenerationStats("context", 900, 0, 90, 10.0, 500.0, 200.0)


def end(talk: Talk, stats: GenerationStats) -> str:
    """Have an answer that ends as `Generation` lets it: it is told of before it is on disk."""
    talk.conversations.ask(talk.id, "Long?", "Starter")
    talk.settle()
    last = talk.branch[-1].id
    talk.services.generation.begin(talk.id)
    is_told = threading.Event()
    talk.conversations.in_writer(lambda _: is_told.wait(10), lambda _: None)
    talk.conversations.finish(last, MessageState.DONE, stats, rest="Much")
    talk.services.generation.finish(talk.id, last)
    is_told.set()
    talk.settle()
    return last


def test_an_answer_that_filled_the_context_says_so_and_can_be_continued(talk: Talk) -> None:
    measure(talk, 990)

    end(talk, CUT)

    assert any("filled the context" in sentence for sentence in talk.window.notices.sentences())
    assert "continue" in talk.window.transcript.row_buttons(talk.branch[-1].id)
    talk.window.notices.close_key("ContextFull")
    talk.do("pin", len(talk.branch) - 1)
    assert talk.window.notices.sentences() == [], "it has been said"


def test_an_answer_that_had_room_says_nothing_of_it(talk: Talk) -> None:
    measure(talk, 500)

    end(talk, STATS)

    assert talk.window.notices.sentences() == []


def test_a_summary_being_made_is_said(talk: Talk) -> None:
    talk.window.context.summaries.started.emit(talk.id)
    assert any("summarises" in sentence for sentence in talk.window.notices.sentences())

    talk.window.context.summaries.ended.emit(talk.id)
    assert not any("summarises" in sentence for sentence in talk.window.notices.sentences())


def test_the_panel_says_what_is_in_the_context(theme: Theme, qtbot: Any, window: Any) -> None:
    fill = Fill(600, 1000, n_system=100, n_messages=300, n_pinned=150, n_unseen=4, n_summed_up=2)
    panel = ContextPanel(fill, "drop", "stop", theme, window)
    qtbot.addWidget(panel)

    shown = words(panel)

    assert "600 of 1,000 tokens" in shown
    for name, number in (
        ("Instructions and summary", "100"), ("Messages", "300"), ("Pinned messages", "150"),
        ("Written by the chat template", "50"), ("Free", "400"),
    ):  # fmt: skip
        assert shown[shown.index(name) + 1] == number
    assert "4 messages, shown pale, are not read by the model." in shown


@pytest.mark.parametrize("zoom", [100, 125, 150, 175, 200])
def test_the_card_is_as_wide_as_its_words_at_every_size_of_the_text(services: Any, window: Any, qtbot: Any, zoom: int) -> None:
    services.preferences.set("zoom", zoom)
    fill = Fill(50_000, 131_072, n_system=100, n_messages=30_000, n_pinned=15_000, n_unseen=4, n_summed_up=2, n_draft=3)
    panel = ContextPanel(fill, "drop", "stop", window._appearance.theme, window)
    qtbot.addWidget(panel)
    panel.pop_up(window.composer)

    assert "\n".join(misfits(panel, is_cut=lambda _text: False)) == ""


def test_arrow_keys_go_along_the_choices(theme: Theme, qtbot: Any, window: Any) -> None:
    panel = ContextPanel(None, "stop", "stop", theme, window)
    qtbot.addWidget(panel)
    panel.pop_up(window.composer)
    chosen: list[str] = []
    panel.policy_chosen.connect(chosen.append)

    QTest.keyClick(panel._choices["stop"], Qt.Key.Key_Down)
    QTest.keyClick(panel._choices["drop"], Qt.Key.Key_Down)

    assert chosen == ["drop", "summarise"]
    assert [policy for policy, choice in panel._choices.items() if choice.isChecked()] == ["summarise"]


def test_a_choice_for_all_chats_is_offered_when_it_is_another(theme: Theme, qtbot: Any, window: Any) -> None:
    panel = ContextPanel(None, "stop", "stop", theme, window)
    qtbot.addWidget(panel)
    assert panel._default_button.isHidden()

    panel._choices["summarise"].click()
    assert not panel._default_button.isHidden()
    with qtbot.waitSignal(panel.default_requested) as asked:
        panel._default_button.click()
    assert asked.args == ["summarise"]
    assert panel._default_button.isHidden()
