"""What the classing of a change comes to."""

from __future__ import annotations

from dataclasses import dataclass

from vetline.provenance.kinds import FOREIGN, Kind


@dataclass(frozen=True, slots=True)
class Guess:
    """What a change probably is.

    ``confidence`` (0 to 1) is how sure we are of ``kind``.  ``joins`` says that the change belongs to the same acceptance as
    the foreign change before it: the next word of a proposal, the import that comes with it, the new indentation of what
    was pasted.  ``foreign`` are the indices of those replacements of the change that brought foreign code, in order; the
    others of the message are keys that were pressed before or after.  It is empty exactly if ``kind`` isn't foreign.
    """

    kind: Kind
    confidence: float
    joins: bool = False
    foreign: tuple[int, ...] = ()

    @property
    def is_foreign(self) -> bool:
        return self.kind in FOREIGN
