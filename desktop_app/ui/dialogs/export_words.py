"""What stands in an exported file besides what was written, in the language on screen."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, QObject

from desktop_app.exchange.exported import ExportWords


class ExportTexts(QObject):
    """Finds the words."""

    def words(self) -> ExportWords:
        """Give them as they are now; they may be used in any thread."""
        locale = QLocale()
        return ExportWords(
            you=self.tr("You"),
            assistant=self.tr("Answer"),
            system_prompt=self.tr("System prompt"),
            attachment=self.tr("Attachment"),
            reasoning=self.tr("Reasoning"),
            interrupted=self.tr("This answer was interrupted."),
            failed=self.tr("There is no answer."),
            untitled=self.tr("Conversation"),
            language=locale.bcp47Name(),
            when=lambda ms: locale.toString(QDateTime.fromMSecsSinceEpoch(ms), QLocale.FormatType.ShortFormat) if ms > 0 else "",
        )
