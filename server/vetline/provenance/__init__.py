"""Which text came from elsewhere, and what became of it."""
