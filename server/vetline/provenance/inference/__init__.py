"""What a change of a buffer is, told from its shape, its rhythm and its content alone."""

from __future__ import annotations

from vetline.provenance.inference.guess import Guess
from vetline.provenance.inference.inference import Inference

__all__ = ["Guess", "Inference"]
