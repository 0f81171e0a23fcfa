"""What a conversation is; values only."""
