"""ROOM 3: model files on this computer. No Qt."""
