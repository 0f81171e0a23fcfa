"""ROOM 9: one SQLite file, through apsw. Values in, values out; knows nothing of Qt."""
