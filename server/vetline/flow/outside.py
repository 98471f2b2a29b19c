"""What a block may ask about the code around it."""

from __future__ import annotations

from typing import Protocol

from vetline.flow.functions import ClassInfo, Summary
from vetline.flow.values import Value

Export = Value | Summary | ClassInfo
"""What one definition of a name is to others."""


class Outside(Protocol):
    """The definitions around a block, by dotted name: ``helper``, ``Repository.find``.

    A name that begins with a colon is one of this file's definitions: ``:helper``.  In front of the colon is the file, for
    those of other files.  Each question becomes one of the facts that the block's analysis depends on.
    """

    def value(self, name: str) -> Value | None:
        """Return what a global name (or attribute of a class) of this file is; None if nothing binds it."""
        ...

    def summary(self, name: str) -> Summary | None:
        """Return what the function of that name (with its colon) does."""
        ...

    def class_info(self, name: str) -> ClassInfo | None:
        """Return what is known of the class of that name (with its colon)."""
        ...

    def attribute(self, name: str) -> Value | None:
        """Return what an attribute ``:Class.name`` of a class, without its bases, is; None if it has none."""
        ...

    def imported(self, name: str) -> Value | None:
        """Return what the dotted name of an import is in the project's other files; None if it isn't from there, or not
        known."""
        ...


class Nowhere:
    """No code around."""

    def value(self, name: str) -> Value | None:
        return None

    def summary(self, name: str) -> Summary | None:
        return None

    def class_info(self, name: str) -> ClassInfo | None:
        return None

    def attribute(self, name: str) -> Value | None:
        return None

    def imported(self, name: str) -> Value | None:
        return None
