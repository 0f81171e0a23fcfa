"""What the transcript says itself: numbers under an answer, why it ended, what went wrong."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QLocale, QObject

from desktop_app.chat.message import GenerationStats, Message, MessageState, Role
from desktop_app.ui.transcript.message_layout import MessageLayout

SEPARATOR = " · "


def class_name_only(name: str, _fields: str) -> str:
    """Describe an error by its class alone: what is shown when nobody gives the view better words."""
    return name


class TranscriptWords(QObject):
    """Sentences and numbers in the person's language."""

    def __init__(self, describe: Callable[[str, str], str], parent: QObject) -> None:
        super().__init__(parent)
        self._describe = describe

    def name(self, message: Message) -> str:
        """Give what stands small above an answer."""
        return message.model or self.tr("Answer")

    def numbers(self, stats: GenerationStats) -> str:
        """Give the quiet line under an answer."""
        locale = QLocale()
        count = locale.toString(stats.n_predicted)
        tokens = self.tr("{count} token") if stats.n_predicted == 1 else self.tr("{count} tokens")
        parts = [self._reason(stats.stop), tokens.format(count=count)]
        if stats.tokens_per_s > 0:
            parts.append(self.tr("{speed} tokens/s").format(speed=locale.toString(stats.tokens_per_s, "f", 1)))
        if stats.first_token_ms > 0:
            seconds = locale.toString(stats.first_token_ms / 1000, "f", 1)
            parts.append(self.tr("{seconds} s to first token").format(seconds=seconds))
        return SEPARATOR.join(part for part in parts if part)

    def _reason(self, stop: str) -> str:
        """Give why an answer ended, or nothing for the normal end. Source: `engine.protocol.StopType`."""
        reasons = {
            "cancelled": self.tr("Stopped"),
            "limit": self.tr("Length limit"),
            "context": self.tr("Context full"),
        }
        return reasons.get(stop, "")

    def notice(self, message: Message) -> tuple[str, str]:
        """Give the icon and sentence under an answer that went wrong; two empty texts when it did not."""
        if message.state is MessageState.INTERRUPTED:
            return "warning", self.tr("This answer was interrupted.")
        if message.state is MessageState.FAILED:
            return "error", self._describe(*message.error) if message.error else self.tr("There is no answer.")
        return "", ""

    def reading(self, layout: MessageLayout) -> str:
        """Give how much of the prompt was read; nothing when that is not known."""
        if not layout.n_prompt:
            return ""
        locale = QLocale()
        return self.tr("Reading {done} of {all} tokens").format(
            done=locale.toString(layout.n_processed), all=locale.toString(layout.n_prompt)
        )

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

    def spoken(self, layout: MessageLayout) -> str:
        """Give a message as a screen reader says it."""
        message = layout.message
        text = layout.source
        if message.role is Role.USER:
            return self.tr("You: {text}").format(text=text)
        parts = [text, self.notice(message)[1]]
        return self.tr("{model}: {text}").format(model=self.name(message), text="\n".join(part for part in parts if part))

    def conversation(self) -> str:
        """Give the accessible name of the whole."""
        return self.tr("Conversation")
