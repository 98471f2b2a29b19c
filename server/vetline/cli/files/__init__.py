"""Files: finding them, reading them as Python does, and writing them back."""
