"""Conversations come in from files of other applications and go out to files. No Qt, no storage.

Data only: texts, names, times and tags are taken from a file; a command, a path, an address or a setting never is.
"""
