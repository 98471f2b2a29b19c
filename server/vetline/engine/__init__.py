"""Vetting: text and configuration in, findings out, block by block and only as much as an edit demands."""

import vetline.rules.bandit  # noqa: F401  # before Bandit itself, whose start it keeps quiet
