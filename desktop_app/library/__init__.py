"""Model files on this computer. No Qt."""
