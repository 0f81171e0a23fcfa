"""The Hugging Face Hub. No Qt; the client library is loaded in child processes only."""
