"""The panel at the right: instructions and parameters of the conversation on show. Imported when first shown."""
