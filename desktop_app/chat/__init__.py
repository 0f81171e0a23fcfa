"""ROOM 1: what a conversation is; values only."""
