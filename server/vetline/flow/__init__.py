"""Data-flow: from where values come, what is done with them, and what they can do."""
