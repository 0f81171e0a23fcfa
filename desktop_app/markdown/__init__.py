"""ROOM 8: message text becomes blocks to show. No Qt."""
