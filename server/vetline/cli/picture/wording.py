"""Numbers and times in words."""

from __future__ import annotations

from datetime import date


def count(number: int, what: str, plural: str = "") -> str:
    """Return a number and what it counts: ``1 line``, ``2,000 lines``."""
    return f"{number:,} {what if number == 1 else plural or f'{what}s'}"


def percent(share: float) -> str:
    """Return a share, from 0 to 1, such as ``12 %``; what is more than nothing is at least ``<1 %``."""
    return "<1 %" if 0 < share < 0.005 else f"{share:.0%}".replace("%", "\N{NO-BREAK SPACE}%")


def duration(seconds: float | None) -> str:
    """Return a length of time in its largest unit; a dash for None."""
    if seconds is None:
        return "\N{EN DASH}"
    seconds = max(0.0, seconds)
    for unit, length in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if seconds >= 1.5 * length:
            return f"{count(round(seconds / length), unit)}"
    return count(round(seconds), "second")


def day(moment: date) -> str:
    """Return a day, such as ``26 November 2026``."""
    return f"{moment.day} {moment:%B %Y}"


def short_day(moment: date) -> str:
    """Return a day where there is little room, such as ``26 Nov``."""
    return f"{moment.day} {moment:%b}"
