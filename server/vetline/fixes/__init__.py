"""Fixes: edits, the imports that they need, and the proof that each keeps its promise."""
