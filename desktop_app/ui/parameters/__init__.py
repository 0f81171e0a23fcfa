"""Every sampling parameter on screen, for a conversation, a persona or all chats. Imported when first shown."""
