"""The pages about models: those on this computer, those of the hub, downloads, the network. Imported when first shown."""
