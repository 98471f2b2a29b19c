"""The command line: thin commands over the engine, and what a terminal or a CI system wants to read."""
