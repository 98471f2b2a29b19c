"""Vetline vets code the moment a developer accepts an AI completion."""

from __future__ import annotations

__version__ = "0.1.0"
