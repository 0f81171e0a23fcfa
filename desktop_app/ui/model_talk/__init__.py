"""How the loaded model is talked to: its chat template, and whether it reasons. Imported after the first paint."""
