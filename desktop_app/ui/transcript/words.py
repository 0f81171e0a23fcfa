"""What the transcript says itself: numbers under an answer, why it ended, what went wrong."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from PySide6.QtCore import QLocale, QObject
from PySide6.QtGui import QKeySequence

from desktop_app.chat.message import GenerationStats, Message, MessageState, Role
from desktop_app.chat.note import NoteKind, NoteMessage
from desktop_app.time_left import seconds_left
from desktop_app.ui.transcript.message_layout import MessageLayout
from desktop_app.ui.transcript.shown import Button, Part

SEPARATOR = " · "


def class_name_only(name: str, _fields: str) -> str:
    """Describe an error by its class alone: what is shown when nobody gives the view better words."""
    return name


class TranscriptWords(QObject):
    """Sentences and numbers in the person's language."""

    def __init__(self, describe: Callable[[str, str], str], parent: QObject) -> None:
        super().__init__(parent)
        self._describe = describe
        self.keys_of: Callable[[str], str] = lambda _name: ""
        """Gives the keys of an action of the window by its name."""

    def name(self, message: Message) -> str:
        """Give what stands small above an answer or a note."""
        if isinstance(message, NoteMessage):
            return self._note(message)
        return message.model or self.tr("Answer")

    def _note(self, note: NoteMessage) -> str:
        if note.kind is NoteKind.EDGE:
            return self.tr("The model no longer reads the %n message(s) above that are pale.", "", note.n_messages)
        about = self.tr("Summary of %n message(s) above, which the model reads in their place", "", note.n_messages)
        return self.joined([about, note.model] if note.model else [about])

    def numbers(self, stats: GenerationStats) -> str:
        """Give the quiet line under an answer."""
        return self.joined(self.number_parts(stats))

    def joined(self, parts: Sequence[str]) -> str:
        """Give quiet words beside each other."""
        return SEPARATOR.join(parts)

    def number_parts(self, stats: GenerationStats) -> list[str]:
        """Give what is said under an answer, the most telling first."""
        locale = QLocale()
        count = locale.toString(stats.n_predicted)
        tokens = self.tr("{count} token") if stats.n_predicted == 1 else self.tr("{count} tokens")
        parts = [self._reason(stats.stop), tokens.format(count=count)]
        if stats.tokens_per_s > 0:
            parts.append(self.tr("{speed} tokens/s").format(speed=locale.toString(stats.tokens_per_s, "f", 1)))
        if stats.first_token_ms > 0:
            seconds = locale.toString(stats.first_token_ms / 1000, "f", 1)
            parts.append(self.tr("{seconds} s to first token").format(seconds=seconds))
        return [part for part in parts if part]

    def _reason(self, stop: str) -> str:
        """Give why an answer ended, or nothing for the normal end. Source: `engine.protocol.StopType`."""
        reasons = {
            "cancelled": self.tr("Stopped"),
            "limit": self.tr("Length limit"),
            "context": self.tr("Context full"),
            "repetition": self.tr("Repeated itself"),
        }
        return reasons.get(stop, "")

    def ending(self, stats: GenerationStats) -> str:
        """Give in a sentence why an answer ended, and what was read for it."""
        sentences = {
            "eos": self.tr("The model came to the end of its answer."),
            "word": self.tr("The answer ended at a stop word."),
            "cancelled": self.tr("You stopped this answer."),
            "limit": self.tr("The answer reached the limit of its length."),
            "context": self.tr("The conversation has filled the context."),
            "repetition": self.tr("The model only repeated itself, so Hearth ended the answer."),
        }
        locale = QLocale()
        read = self.tr("{all} tokens read, {reused} of them known from before.").format(
            all=locale.toString(stats.n_prompt), reused=locale.toString(stats.n_reused)
        )
        return "\n".join(part for part in (sentences.get(stats.stop, ""), read if stats.n_prompt else "") if part)

    def version(self, number: int, count: int) -> str:
        """Give which version of a message is on show."""
        locale = QLocale()
        return self.tr("{number} / {count}").format(number=locale.toString(number), count=locale.toString(count))

    def button(self, button: Button) -> str:
        """Give what a button of a message is called."""
        match button:
            case Button.COPY:
                return self.tr("Copy")
            case Button.SAVE:
                return self.tr("Save as…")
            case Button.REGENERATE:
                return self.tr("Regenerate")
            case Button.REGENERATE_WITH:
                return self.tr("Regenerate with another model")
            case Button.CONTINUE:
                return self.tr("Continue")
            case Button.EDIT:
                return self.tr("Edit")
            case Button.BRANCH:
                return self.tr("Branch into a new conversation")
            case Button.DELETE:
                return self.tr("Remove message")
            case Button.MORE:
                return self.tr("More")
            case Button.PREVIOUS:
                return self.tr("Previous version")
            case Button.NEXT:
                return self.tr("Next version")
            case Button.REASONING:
                return self.tr("Show or hide the reasoning")
            case Button.ATTACHMENT:
                return self.tr("Show the file")
            case Button.UNDO_SUMMARY:
                return self.tr("Take the summary back")

    def tooltip(self, part: Part, is_last: bool) -> str:
        """Give what a button is called and its key; the one for *Regenerate* is about the last message."""
        words = self.button(part.button)
        match part.button:
            case Button.REGENERATE:
                key = self.keys_of("regenerate") if is_last else ""
            case Button.PREVIOUS | Button.NEXT:
                fixed = "Alt+Left" if part.button is Button.PREVIOUS else "Alt+Right"
                key = QKeySequence(fixed).toString(QKeySequence.SequenceFormat.NativeText).replace("+", " ")
            case _:
                key = ""
        return f"{words} ({key})" if key else words

    def notice(self, message: Message) -> tuple[str, str]:
        """Give the icon and sentence under an answer that went wrong; two empty texts when it did not."""
        if message.state is MessageState.INTERRUPTED:
            return "warning", self.tr("This answer was interrupted.")
        if message.state is MessageState.FAILED:
            return "error", self._describe(*message.error) if message.error else self.tr("There is no answer.")
        return "", ""

    def thought(self, layout: MessageLayout) -> str:
        """Give what stands on the button above an answer: how long the model thought, or for how long it has been at it."""
        seconds = layout.thought_s
        if layout.is_thinking:
            count = QLocale().toString(int(seconds))
            return self.tr("Thinking… {seconds} s").format(seconds=count) if seconds >= 1 else self.tr("Thinking…")
        if seconds <= 0:
            return self.tr("Reasoning")
        if seconds < 59.5:
            return self.tr("Thought for %n second(s)", "", max(1, round(seconds)))
        minutes, rest = divmod(round(seconds), 60)
        locale = QLocale()
        return self.tr("Thought for {minutes} min {seconds} s").format(
            minutes=locale.toString(minutes), seconds=locale.toString(rest)
        )

    def reading(self, layout: MessageLayout) -> str:
        """Give how much of the prompt was read; nothing when that is not known."""
        if not layout.n_prompt:
            return ""
        locale = QLocale()
        text = self.tr("Reading {done} of {all} tokens").format(
            done=locale.toString(layout.n_processed), all=locale.toString(layout.n_prompt)
        )
        since_s, n_reused = layout.reading_from
        n_wanted = layout.n_prompt - n_reused
        fraction = (layout.n_processed - n_reused) / n_wanted if n_wanted > 0 else 1.0
        seconds = seconds_left(fraction, time.monotonic() - since_s)
        return text if seconds is None else self.tr("{reading}, %n second(s) left", "", seconds).format(reading=text)

    def language(self, info: str) -> str:
        """Give the name of a code block's language, as people write it."""
        word = info.split()[0].strip("{}.") if info.split() else ""
        known = {
            "c": "C", "cpp": "C++", "c++": "C++", "cs": "C#", "csharp": "C#", "css": "CSS", "html": "HTML", "java": "Java",
            "js": "JavaScript", "javascript": "JavaScript", "json": "JSON", "php": "PHP", "py": "Python", "sh": "Shell",
            "sql": "SQL", "ts": "TypeScript", "typescript": "TypeScript", "xml": "XML", "yaml": "YAML", "yml": "YAML",
        }  # fmt: skip
        if not word:
            return self.tr("Code")
        return known.get(word.lower(), word[:1].upper() + word[1:40])

    def copy_label(self, is_copied: bool) -> str:
        """Give the word on the button of a code block."""
        return self.tr("Copied") if is_copied else self.tr("Copy")

    def code_button(self, button: Button, info: str) -> str:
        """Give the name of a button in the head of a code block."""
        text = self.tr("Save code: {language}") if button is Button.SAVE else self.tr("Copy code: {language}")
        return text.format(language=self.language(info))

    def spoken(self, layout: MessageLayout, *, is_unseen: bool = False) -> str:
        """Give a message as a screen reader says it; `is_unseen`: the model does not read it."""
        if is_unseen:
            return self.tr("No longer read by the model. {message}").format(message=self.spoken(layout))
        message = layout.message
        if message.role is Role.USER:
            files = [one.name for one in message.attachments]
            return self.tr("You: {text}").format(text="\n".join([*files, layout.source]))
        parts = [self.thought(layout) if layout.has_reasoning else "", layout.answer_source, self.notice(message)[1]]
        return self.tr("{model}: {text}").format(model=self.name(message), text="\n".join(part for part in parts if part))

    def conversation(self) -> str:
        """Give the accessible name of the whole."""
        return self.tr("Conversation")
