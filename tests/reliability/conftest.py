"""A window, for the tests that need one in this process."""

from tests.ui.conftest import make_window

__all__ = ["make_window"]
