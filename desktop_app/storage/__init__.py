"""One SQLite file, through apsw. Values in, values out; knows nothing of Qt."""
