"""Hearth: private AI chat that runs entirely on your own computer.

Name, application id and version stand here and nowhere else.
"""

__version__ = "0.1.0"

APP_NAME = "Hearth"
APP_ID = "io.github.hearth_chat.Hearth"
