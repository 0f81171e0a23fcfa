"""What is said of a download: how much of it is there, how fast it comes, how long it takes, and what it waits for."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, QObject

from desktop_app.errors import OfflineSwitchOn
from desktop_app.services.download_item import DownloadItem
from desktop_app.ui.error_text import ErrorText
from desktop_app.ui.library.level_words import LevelWords
from desktop_app.ui.sizes import size_text

SEPARATOR = " · "


class DownloadWords(QObject):
    """Finds the words in the language on screen."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._errors = ErrorText(self)
        self._levels = LevelWords(self)

    def quiet(self, item: DownloadItem) -> str:
        """Give the numbers: what is there of it, speed, time left."""
        if item.state == "done":
            when = QLocale().toString(QDateTime.fromMSecsSinceEpoch(item.finished_ms or 0), QLocale.FormatType.ShortFormat)
            return SEPARATOR.join([size_text(item.total_bytes), when])
        parts = [share_text(item.done_bytes, item.total_bytes)]
        if item.bytes_per_s > 0:
            parts.append(self.tr("{size}/s").format(size=size_text(round(item.bytes_per_s))))
        if item.left_s is not None:
            parts.append(self.left(item.left_s))
        return SEPARATOR.join(parts)

    def left(self, seconds: int) -> str:
        """Say how long the rest takes, the less exactly the longer it is."""
        if seconds < 60:
            return self.tr("{s} s left").format(s=self._number(max(1, seconds)))
        minutes, rest = divmod(round(seconds / 10) * 10, 60)
        if minutes < 10:
            return self.tr("{m} min {s} s left").format(m=self._number(minutes), s=self._number(rest))
        hours, minutes = divmod(round(seconds / 60), 60)
        if not hours:
            return self.tr("{m} min left").format(m=self._number(minutes))
        return self.tr("{h} h {m} min left").format(h=self._number(hours), m=self._number(minutes))

    def status(self, item: DownloadItem) -> tuple[str, str]:
        """Give its state in a few words, and the kind of them as `Card.set_verdict` takes it.

        Where the numbers say it: whether the model will run here, as far as that is known.
        """
        if item.state == "downloading":
            return (self._levels.verdict(item.fit), self._levels.verdict_kind(item.fit)) if item.fit is not None else ("", "")
        if item.state == "waiting":
            return self._waiting(item), "" if item.waits_for == "online" else "warning"
        states = {
            "queued": (self.tr("Waits for its turn"), ""),
            "checking": (self.tr("Checking what is there…"), ""),
            "stalled": (self.tr("Stalled: nothing is coming in"), "warning"),
            "verifying": (self.tr("Checking that every byte is right…"), ""),
            "paused": (self.tr("Paused"), ""),
            "done": (self.tr("Downloaded and verified"), "good"),
            "failed": (self.tr("Not downloaded"), "error"),
        }
        return states[item.state]

    def _waiting(self, item: DownloadItem) -> str:
        names = {
            "network": self.tr("Waits for the network"),
            "rate": self.tr("Waits, as Hugging Face has asked"),
            "space": self.tr("Waits for room on the disk"),
            "folder": self.tr("Waits for the disk"),
            "online": self.tr("Waits until you are online"),
            "restart": self.tr("Starts again in a moment"),
            "model": self.tr("Waits until the model is not used"),
        }
        return names.get(item.waits_for, "")

    def sentence(self, item: DownloadItem) -> str:
        """Say what is wrong and what to do; "" when nothing is."""
        if item.reason is None or isinstance(item.reason, OfflineSwitchOn):
            return ""
        return self._errors.describe(item.reason).sentence

    def spoken(self, item: DownloadItem) -> str:
        """Give everything for a screen reader."""
        return ", ".join(part for part in (item.title, item.quantization, self.status(item)[0], self.quiet(item)) if part)

    def summary(self, n_active: int, missing_bytes: int) -> str:
        """Say what is still to come of all; "" when that is nothing."""
        if not n_active:
            return ""
        text = self.tr("%n download(s), {size} to go", "", n_active)
        return text.format(size=size_text(missing_bytes))

    @staticmethod
    def _number(n: int) -> str:
        return QLocale().toString(n)


def share_text(done_bytes: int, total_bytes: int) -> str:
    """Give "3.1 / 5.0 GB": both in the unit of the whole; only the whole while next to nothing is there."""
    whole = size_text(total_bytes)
    unit = next((1000**n for n in (4, 3, 2, 1) if total_bytes >= 1000**n), 1)
    precision = 1 if total_bytes < 10 * unit or unit >= 1000**3 else 0
    # Rounded down: what is not there must not be shown.
    n_steps = done_bytes * 10**precision // unit
    return f"{QLocale().toString(n_steps / 10**precision, 'f', precision)} / {whole}" if n_steps else whole
