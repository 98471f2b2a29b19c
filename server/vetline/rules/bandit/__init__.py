"""Bandit's checks, run on one block at a time and without touching the disk.

The floor of Vetline's detection: on a whole text the findings equal those of the ``bandit`` command.
"""

from __future__ import annotations

import logging


def _concerns_checks(record: logging.LogRecord) -> bool:
    """Tell whether stevedore speaks of a check: Bandit loads its output formats as well, whose packages may be missing."""
    from importlib.metadata import entry_points

    name = record.args[:1] if isinstance(record.args, tuple) else ()
    return name not in {(entry.name,) for entry in entry_points(group="bandit.formatters")}


logging.getLogger("stevedore.extension").addFilter(_concerns_checks)


def _leave_no_cache() -> None:
    """Keep stevedore, which finds Bandit's checks, from writing what it found to the user's cache folder.

    Without its cache it reads the entry points of all installed packages once in a process: 2 to 6 ms of the 120 that it
    takes to load Bandit (measured on 2026-11-26).
    """
    try:
        from stevedore import _cache
    except ImportError:  # versions before 3.0 have none
        return
    if (cache := getattr(_cache, "_c", None)) is not None:
        cache._disable_caching = True  # what a file ".disable" in the folder sets, too


_leave_no_cache()
