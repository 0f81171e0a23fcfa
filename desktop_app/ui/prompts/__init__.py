"""The page *Prompt templates*: the list, the editor, what a template was before. Imported when first shown."""
