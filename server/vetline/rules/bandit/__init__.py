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
