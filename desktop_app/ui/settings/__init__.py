"""The page *Settings*. Imported when first shown."""
