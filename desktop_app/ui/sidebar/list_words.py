"""What the rows of the list say, on screen and to who cannot see it."""

from __future__ import annotations

from PySide6.QtCore import QObject

from desktop_app.chat.conversation import Conversation
from desktop_app.ui.sidebar.sections import Period, Section


class ListWords(QObject):
    """Words for conversations and headings."""

    def title(self, conversation: Conversation) -> str:
        """Give the title as it is shown."""
        title = " ".join(conversation.title.split())
        return title or (self.tr("New private chat") if conversation.is_private else self.tr("New chat"))

    def spoken(self, conversation: Conversation, *, is_answering: bool = False, is_unsent: bool = False) -> str:
        """Give the title, and in words what the row shows by signs."""
        words = self.title(conversation)
        if conversation.is_private and conversation.title:
            words = self.tr("{title}, private").format(title=words)
        if conversation.pinned_ms is not None:
            words = self.tr("{title}, pinned").format(title=words)
        if conversation.tags:
            words = self.tr("{title}, tagged {tags}").format(title=words, tags=self.tr(", ").join(conversation.tags))
        if is_answering:
            words = self.tr("{title}, answering").format(title=words)
        elif conversation.is_unread:
            words = self.tr("{title}, unread").format(title=words)
        if is_unsent:
            words = self.tr("{title}, with something not sent").format(title=words)
        return words

    def heading(self, section: Section) -> str:
        """Give the words of a heading."""
        if section.folder is not None:
            return " ".join(section.folder.name.split())
        match section.period:
            case Period.TODAY:
                return self.tr("Today")
            case Period.YESTERDAY:
                return self.tr("Yesterday")
            case Period.PREVIOUS_7_DAYS:
                return self.tr("Previous 7 days")
            case Period.PREVIOUS_30_DAYS:
                return self.tr("Previous 30 days")
            case Period.OLDER:
                return self.tr("Older")
        return self.tr("Pinned") if section.is_pinned else self.tr("Folders")

    def spoken_heading(self, section: Section) -> str:
        """Give the words of a heading, and of a folder what it is, whether it is open, and how much is in it."""
        if section.folder is None:
            return self.heading(section)
        n_conversations = len(section.entries)
        if section.is_open:
            words = self.tr("Folder {name}, open, %n conversation(s)", "", n_conversations)
        else:
            words = self.tr("Folder {name}, closed, %n conversation(s)", "", n_conversations)
        return words.format(name=self.heading(section))
