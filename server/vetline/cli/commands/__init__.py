"""The commands, one module each; :mod:`vetline.cli.main` imports them when they are called."""
