"""The conversation list and what stands around it."""
