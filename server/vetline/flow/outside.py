"""What a block may ask about the code around it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Protocol

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


LOCAL: Final = ".<locals>."
"""In the name of a class that is defined in a function: what stands between the two."""


class Within:
    """The definitions around a block, and of the classes that are defined in its own functions."""

    __slots__ = ("_around", "_attributes", "_classes", "_summaries", "imported", "value")

    def __init__(
        self,
        around: Outside,
        attributes: Mapping[str, Value],
        summaries: Mapping[str, Summary],
        classes: Mapping[str, ClassInfo],
    ) -> None:
        self._around = around
        self._attributes, self._summaries, self._classes = attributes, summaries, classes
        self.value = around.value
        self.imported = around.imported

    def summary(self, name: str) -> Summary | None:
        found = self._summaries.get(name) if LOCAL in name else None
        return self._around.summary(name) if found is None else found

    def class_info(self, name: str) -> ClassInfo | None:
        found = self._classes.get(name) if LOCAL in name else None
        return self._around.class_info(name) if found is None else found

    def attribute(self, name: str) -> Value | None:
        found = self._attributes.get(name.rpartition(":")[2]) if LOCAL in name else None
        return self._around.attribute(name) if found is None else found


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
