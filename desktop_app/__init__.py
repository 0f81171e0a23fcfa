"""Hearth: private AI chat that runs entirely on your own computer.

Name, application id, version and where the project lives stand here and nowhere else.
"""

__version__ = "0.1.0"

APP_NAME = "Hearth"
APP_ID = "io.github.hearth_chat.Hearth"
PROJECT_URL = "https://github.com/hearth-chat/hearth"
"""The same as in pyproject.toml, which an installed application does not have."""
