"""What loads models and data from the Hugging Face Hub, and from where."""

from __future__ import annotations

import ast
import re
from typing import Final

from vetline.rules.base import CheckContext

_COMMIT: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{7,12}")
_OWN: Final = re.compile(r"[./~]|[A-Za-z]:[\\/]|(?:models?|checkpoints?|weights|output|outputs|data|artifacts)/|.*[\\/].*[\\/]")
PACKAGES: Final = (
    "transformers",
    "diffusers",
    "datasets",
    "huggingface_hub",
    "peft",
    "sentence_transformers",
    "timm",
    "optimum",
    "evaluate",
    "open_clip",
)


def is_commit(node: ast.expr, context: CheckContext) -> bool:
    """Tell whether a revision is a commit's hash, or may well be one: something that isn't written here."""
    constants = context.value(node).constants
    if constants is None:
        return not isinstance(node, ast.Constant)
    return all(isinstance(one, str) and _COMMIT.fullmatch(one) is not None for one in constants)


def is_own_folder(node: ast.expr, context: CheckContext) -> bool:
    """Tell whether what is loaded is a folder of one's own: a path, not the name of a repository."""
    value = context.value(node)
    if any("Path" in one for one in value.types):
        return True
    texts = value.text
    if texts is None:
        return False
    starts = [text[0] if text and isinstance(text[0], str) else "" for text in texts]
    return all(_OWN.match(start) is not None for start in starts)
