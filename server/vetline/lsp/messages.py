"""The names of the messages that Vetline adds to the protocol (``docs/protocol.md``)."""

from __future__ import annotations

from typing import Final

ACCEPTED: Final = "vetline/accepted"
"""From the client: a change was foreign code."""
VERDICT: Final = "vetline/verdict"
"""To the client: what was found in it."""
RECORDED: Final = "vetline/recorded"
"""To the client: the ledger has it."""
ACCEPTANCES: Final = "vetline/acceptances"
"""From the client: which foreign code there is in a document.  To the client, if it wants to follow: that this has changed."""
