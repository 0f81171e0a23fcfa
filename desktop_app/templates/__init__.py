"""ROOM 2: prompt templates, the person's own text with variables. No Qt. Not the chat template of a model, which is Jinja."""
