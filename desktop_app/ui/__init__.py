"""Windows; they show and ask, nothing else."""
