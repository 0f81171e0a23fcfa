"""Choosing with the keyboard: one field, one list, for prompt templates and for commands. Imported when first opened."""
