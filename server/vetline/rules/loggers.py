"""The logger that a file has, for what a fix has to log."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.edit import Applicability, Fix, TextEdit
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
    """Yield the fixes that log the error where an exception handler does nothing but ``pass`` or ``continue``.

    At the level for debugging, nobody sees it who doesn't ask; at that for errors, it may be more than somebody expects.
    """
    match handler.body:
        case [ast.Pass() | ast.Continue() as idle]:
            pass
        case _:
            return
    logger = logger_of(site) or f"{site.use('logging')}.getLogger(__name__)"
    function = site.enclosing_function(handler)
    message = '"Ignored an error"' if function is None else f'"Ignored an error in {function.name}"'
    debug = f"{logger}.debug({message}, exc_info=True)"
    if is_loguru(site):
        debug = f"{logger}.opt(exception=True).debug({message})"
    yield Fix("Log the error for debugging", (_logging(idle, debug, site),), Applicability.SAFE)
    note = "Where the program doesn't set up logging, the error goes to the standard error stream."
    edit = _logging(idle, f"{logger}.exception({message})", site)
    yield Fix("Log the error", (edit,), Applicability.REVIEW, note)


def is_loguru(site: FixSite) -> bool:
    """Tell whether the file's logger is Loguru's, which takes other arguments."""
    return any(name.partition(".")[0] == "loguru" for name in site.imports())


def _logging(idle: ast.stmt, call: str, site: FixSite) -> TextEdit:
    if isinstance(idle, ast.Pass):
        return site.replace(idle, call)
    indent = indentation(idle, site)
    separator = "; " if indent is None else f"{site.newline}{indent}"
    return site.insert(site.range_of(idle).start, f"{call}{separator}")
