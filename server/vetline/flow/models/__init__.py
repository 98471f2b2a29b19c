"""Models of libraries: which of their values come from outside, and which of their functions do harm with such values.

They are data, in the ``.toml`` files beside this one; ``docs/models.md`` describes the format.  :func:`load_models` gives
access to them.
"""

from __future__ import annotations

from vetline.flow.models.effects import (
    NO_EFFECT,
    Argument,
    Effect,
    GuardModel,
    HandlerModel,
    InstanceModel,
    PassModel,
    SinkModel,
    SourceModel,
)
from vetline.flow.models.kinds import ALL, KINDS, LABELS
from vetline.flow.models.lookup import Models, load_models, models_of
from vetline.flow.models.problems import ModelError, ModelProblem

__all__ = [
    "ALL",
    "KINDS",
    "LABELS",
    "NO_EFFECT",
    "Argument",
    "Effect",
    "GuardModel",
    "HandlerModel",
    "InstanceModel",
    "ModelError",
    "ModelProblem",
    "Models",
    "PassModel",
    "SinkModel",
    "SourceModel",
    "load_models",
    "models_of",
]
