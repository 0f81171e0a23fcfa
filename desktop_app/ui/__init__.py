"""ROOM 11: windows; they show and ask, nothing else."""
