"""Personas in the window: who answers in the chat on show, their page, and its editor. Imported after the first paint."""
