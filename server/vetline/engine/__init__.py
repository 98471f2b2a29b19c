"""Vetting: text and configuration in, findings out, block by block and only as much as an edit demands."""
