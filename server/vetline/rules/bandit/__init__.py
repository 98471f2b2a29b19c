"""Bandit's checks, run on one block at a time and without touching the disk.

The floor of Vetline's detection: on a whole text the findings equal those of the ``bandit`` command.
"""
