"""TeX becomes drawings, in a process of its own. No Qt."""
