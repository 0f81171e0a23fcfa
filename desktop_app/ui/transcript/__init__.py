"""The conversation as it is read: a virtualised view of small leaf blocks."""
