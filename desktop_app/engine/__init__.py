"""ROOM 5: llama.cpp, in a process of its own."""
