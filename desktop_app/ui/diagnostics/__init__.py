"""The dialog *Diagnostics*. Imported when first shown."""
