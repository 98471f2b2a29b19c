"""Points in time as they are written on the command line."""

from __future__ import annotations

import re
import time
from datetime import datetime
from typing import Final

import click

_DAYS: Final = {"d": 1, "w": 7, "m": 30, "y": 365}
_SPAN = re.compile(r"(\d{1,5})([dwmy])")


def moment(ctx: click.Context, param: click.Parameter, value: str | None) -> float | None:
    """Read a time for an option: its callback.  Returns seconds since 1970.

    It is written as a span before now (``30d``, ``12w``, ``6m``, ``1y``), a date (``2026-01-31``), or ``all``, which becomes
    minus infinity: all of the past.

    Raises:
        click.BadParameter: it is none of these.
    """
    if value is None:
        return None
    text = value.strip().lower()
    if text == "all":
        return float("-inf")
    if span := _SPAN.fullmatch(text):
        return time.time() - int(span[1]) * _DAYS[span[2]] * 86_400
    try:
        return datetime.fromisoformat(text.upper()).astimezone().timestamp()
    except (ValueError, OverflowError, OSError) as error:
        message = f"{value!r} is neither a span, such as 30d or 12w, nor a date, such as 2026-01-31."
        raise click.BadParameter(message, ctx, param) from error
