"""The dialogs. Each is imported by the method that opens it, so that a start does not wait for what only a click needs."""
