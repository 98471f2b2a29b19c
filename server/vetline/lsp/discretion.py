"""What the log may say: never a piece of the code under analysis, which may be a secret."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Iterator

_NEVER = logging.CRITICAL + 1


def keep_code_out_of_logs() -> None:
    """Make all log handlers that there are now discreet, and silence pygls, which logs whole messages."""
    logging.getLogger("pygls").setLevel(_NEVER)
    for handler in (*logging.getLogger().handlers, logging.lastResort):
        if handler is not None:
            handler.addFilter(make_discreet)


def make_discreet(record: logging.LogRecord) -> bool:
    """Take out of a record what an exception says: it may quote the code that it stumbled over.  Its trace stays."""
    if record.exc_info and record.exc_info[1] is not None:
        record.exc_text = "".join(_trace(record.exc_info[1])).rstrip()
    if record.name == "asyncio":  # its further lines show the exception, in words and as an object
        record.msg, record.args = record.getMessage().partition("\n")[0], None
    return True


def _trace(error: BaseException) -> Iterator[str]:
    """Yield the lines of a traceback, causes first, with the types of the exceptions alone."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _trace(cause)
        yield "\nThen:\n\n"
    yield "Traceback (most recent call last):\n"
    yield from traceback.format_tb(error.__traceback__)
    yield f"{type(error).__qualname__}\n"
