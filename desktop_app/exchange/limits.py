"""How much of a file from outside is taken: more than any real export needs, and less than would hurt."""

from __future__ import annotations

MAX_CONVERSATION_BYTES = 48 * 1024 * 1024
"""Of memory for one conversation as it stands in its file; a longer one is skipped. That is 8 million characters of
Chinese where they are escaped, 24 million where they are not; 5,000 long messages have 15 million."""
MAX_MESSAGE_CHARACTERS = 4_000_000
"""A conversation with a longer message is skipped: nobody has written it, and nothing can show it."""
MAX_CONVERSATION_PARTS = 2_000_000
"""Objects, lists and strings in one conversation: 48 MB of empty lists would fill 1.4 GB of memory."""
MAX_DEPTH = 200
"""Levels of nesting. No export has more than 20, and Python's own reader gives up near 1,000."""
MAX_TITLE_CHARACTERS = 200
MAX_TAGS = 50
MAX_TAG_CHARACTERS = 100

MAX_FILES = 200_000
"""In a folder or an archive. An export of ChatGPT has one for each picture."""
MAX_FOLDER_DEPTH = 12
MAX_DIRECTORY_BYTES = 64 * 1024 * 1024
"""Of the list of contents at the end of an archive: it is read whole."""
MAX_UNPACKED_BYTES = 4 * 1024**3
"""Out of one file of an archive."""
MAX_RATIO = 150
"""Unpacked bytes for each packed one, once `RATIO_FROM_BYTES` are unpacked. Conversations reach 20, a bomb 1,000."""
RATIO_FROM_BYTES = 32 * 1024 * 1024

CHUNK_BYTES = 256 * 1024
"""Read at a time."""
PEEK_BYTES = 4096
"""Looked at to find out what a file is."""
MEMORY_BYTES = 448 * 1024 * 1024
"""What the process that reads may hold, beside its program."""
