"""Takes the place of Python's `pickle` in the application that is shipped: whoever reads one runs what it holds.

Of what is inside, Jinja2 alone imports it in a process of ours: for the head of a file of compiled templates, which it
writes only where it was given a place for them. `logging` wants the name of the error.
"""

HIGHEST_PROTOCOL = 0


class PicklingError(Exception):
    """What a logger raises when it is told to be written down."""


def dumps(value: int, _protocol: int) -> bytes:
    """Give a number as bytes."""
    return str(int(value)).encode("ascii")
