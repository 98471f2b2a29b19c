"""The ledger: what was accepted, and what became of it, in a database of the user's own.

It holds hashes, ranges, times, names of files and ids of rules, and no code.  ``docs/ledger.md`` says the same to users.
"""

from __future__ import annotations

from vetline.provenance.ledger.files import ledger_file
from vetline.provenance.ledger.ledger import Ledger
from vetline.provenance.ledger.records import Entry, Happening, How, Place, Remembered

__all__ = ["Entry", "Happening", "How", "Ledger", "Place", "Remembered", "ledger_file"]
