"""One module per feature of the protocol; each has a ``register(server)``, and :data:`FEATURES` lists them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from vetline.lsp.features import (
    acceptance_list,
    acceptances,
    code_actions,
    code_lenses,
    configuration,
    diagnostics,
    explain,
    hover,
    lifecycle,
    text_sync,
    watched_files,
)

if TYPE_CHECKING:
    from vetline.lsp.server import VetlineServer

FEATURES: tuple[Callable[[VetlineServer], None], ...] = (
    lifecycle.register,
    text_sync.register,
    acceptances.register,
    acceptance_list.register,
    diagnostics.register,
    code_actions.register,
    code_lenses.register,
    hover.register,
    explain.register,
    configuration.register,
    watched_files.register,
)
