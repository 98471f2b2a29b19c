"""The logger that a file has, for what a fix has to log."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.edit import Applicability, Fix
from vetline.rules.base import FixSite
from vetline.rules.statements import indentation

_MAKERS = frozenset(
    "logging.getLogger structlog.get_logger structlog.getLogger structlog.stdlib.get_logger celery.utils.log.get_task_logger"
    " absl.logging.get_absl_logger".split()
)
_READY = frozenset({"loguru.logger"})


def logger_of(site: FixSite) -> str | None:
    """Return the name of the logger that the file has at its top level; None if it has none."""
    for statement in site.top_level:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=maker)):
                if site.qualified_name(maker) in _MAKERS:
                    return name
            case ast.ImportFrom(module=str() as module, names=aliases):
                for alias in aliases:
                    if f"{module}.{alias.name}" in _READY or (alias.asname or alias.name) in ("logger", "LOGGER"):
                        return alias.asname or alias.name
    return None


def log_error(site: FixSite, handler: ast.ExceptHandler) -> Iterator[Fix]:
    """Yield the fix that logs the error where an exception handler does nothing but ``pass`` or ``continue``.

    It is safe where the file logs already; elsewhere, what is logged may be written to the standard error stream.
    """
    match handler.body:
        case [ast.Pass() | ast.Continue() as idle]:
            pass
        case _:
            return
    known = logger_of(site)
    logger = known or f"{site.use('logging')}.getLogger(__name__)"
    function = site.enclosing_function(handler)
    where = f" in {function.name}" if function is not None else ""
    call = f'{logger}.exception("Ignored an error{where}")'
    if isinstance(idle, ast.Pass):
        edit = site.replace(idle, call)
    else:
        indent = indentation(idle, site)
        separator = "; " if indent is None else f"{site.newline}{indent}"
        edit = site.insert(site.range_of(idle).start, f"{call}{separator}")
    if known is not None:
        yield Fix("Log the error", (edit,), Applicability.SAFE)
    else:
        note = "Where the program doesn't set up logging, the error goes to the standard error stream."
        yield Fix("Log the error", (edit,), Applicability.REVIEW, note)
