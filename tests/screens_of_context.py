"""The screens about the context: the gauge, what is in it, what the model does not read, and what is done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from desktop_app.chat.message import GenerationStats, new_id
from desktop_app.chat.summary import Summary
from desktop_app.errors import ContextFull
from desktop_app.storage import summaries as store

if TYPE_CHECKING:
    from tests.screens import Scene

TALK = (
    (
        "Which tent holds two people and weighs under two kilograms?",
        "Look for a *tunnel tent* of silnylon: 1.6 to 1.9 kg, with room for two mats and an apse for boots. " * 5,
    ),
    ("And a stove?", "A gas stove with a wide burner: 90 g, boils a litre in four minutes below 1,500 m. " * 11),
    (
        "We start on 14 June in Abisko and end in Hemavan.",
        "Then plan 25 stages. The first four follow the river to Alesjaure; "
        "carry food for six days, because the shop there opens on 18 June. " * 5,
    ),
    ("What must I book?", "Only the boat across Teusajaure and the last night. " * 4),
)
SUMMARY = (
    "Two people walk the Kungsleden from Abisko to Hemavan, beginning on **14 June**, in 25 stages.\n\n"
    "- Tent: tunnel tent of silnylon, 1.6 to 1.9 kg\n- Stove: gas, 90 g\n- Food for six days to Alesjaure; the shop opens on 18 June"
)


def talk(scene: Scene, n_exchanges: int = 4, **last: Any) -> None:
    """Show a conversation."""
    scene.show("Kungsleden", [text for exchange in TALK[:n_exchanges] for text in exchange], **last)
    scene.studio.settle(0.3)


def choose(scene: Scene, policy: str) -> None:
    """Let the conversation have this choice."""
    scene.conversations.save_context_policy(scene.window.conversation.conversation_id or "", policy)
    scene.flush()
    scene.studio.settle(0.4)


def gauge(scene: Scene) -> None:
    """The panel of a conversation with room."""
    talk(scene, 3)
    message = scene.conversations.branch(scene.window.conversation.conversation_id or "")[2]
    scene.conversations.pin_message(message.id, True)
    scene.conversations.save_system_prompt(message.conversation_id, "You know every trail in Lapland. " * 4)
    scene.flush()
    scene.studio.settle(0.4)
    scene.window.context.show_panel()


def dropped(scene: Scene) -> None:
    """The oldest messages are pale; a pinned one is not."""
    talk(scene)
    message = scene.conversations.branch(scene.window.conversation.conversation_id or "")[0]
    scene.conversations.pin_message(message.id, True)
    choose(scene, "drop")
    scene.window.transcript.view.verticalScrollBar().setValue(0)
    scene.studio.settle(0.2)


def summarised(scene: Scene) -> None:
    """A summary stands between the messages."""
    talk(scene)
    id_ = scene.window.conversation.conversation_id or ""
    last = scene.conversations.branch(id_)[5]
    new = Summary(new_id(), id_, last.id, SUMMARY, "Qwen3 4B", 0)
    scene.conversations.in_writer_of(id_, lambda database: store.add_summary(database, new))
    scene.flush()
    scene.window.context.summaries.changed.emit(id_)
    scene.studio.settle(0.5)
    view = scene.window.transcript.view
    view.verticalScrollBar().setValue(max(0, view.verticalScrollBar().maximum() - 150))
    scene.studio.settle(0.2)


def full(scene: Scene) -> None:
    """There is no room, and what can be done is offered."""
    talk(scene)
    scene.window.show_error(ContextFull(n_needed=4_312, n_ctx=4_096))
    scene.studio.settle(0.3)


def cut(scene: Scene) -> None:
    """An answer has filled the context."""
    talk(scene, stats=GenerationStats("context", 3_900, 0, 196, 310.0, 2_410.0, 420.0))
    scene.window.context._tell_cut(scene.window.conversation.conversation_id)
    scene.studio.settle(0.3)


CONTEXT_SCREENS = {
    "context": gauge, "context-dropped": dropped, "context-summary": summarised,
    "context-full": full, "context-cut": cut,
}  # fmt: skip
