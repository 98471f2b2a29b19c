"""Text → blocks → trees, tolerant of broken code.  Knows nothing of rules, editors or files."""
