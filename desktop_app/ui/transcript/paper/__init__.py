"""A conversation on paper: the leaves of the transcript, set in lines that break, one page after another.

Nothing here is on screen and nothing needs a window: all of it runs in a thread of its own. It loads no resource, and
no link leads anywhere but to the web or to a mail address.
"""
