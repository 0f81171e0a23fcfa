"""How full the context is and what is done about it, on screen. Imported after the first paint."""
