"""Which of Bandit's checks have anything to say of a call: learnt from what they look at.

Every call has some thirty checks, and most of them look at the name of what is called and at nothing else.  One that has done
so, and found nothing, finds nothing at any call of that name.
"""

from __future__ import annotations

from typing import Any, Final

from vetline.rules.bandit.checks import BanditCheck
from vetline.rules.bandit.context import BlockContext

_NAMES: Final = frozenset({"call_function_name", "call_function_name_qual"})
_BLACKLIST: Final = "blacklist"
"""Bandit's check of forbidden names; it looks at the node, too, but only to tell ``__import__``."""
_OURS: Final = frozenset({"__dict__", "looked_only_at_the_name"})


class CallContext(BlockContext):
    """Bandit's context of a call, that notes what a check looks at."""

    def looked_only_at_the_name(self, check: BanditCheck) -> bool:
        """Tell whether ``check``, the last that was run, has looked at nothing but names; what it has done is forgotten."""
        seen: set[str] = self.__dict__.pop("seen", set())
        return seen <= (_NAMES | {"node"} if check.name == _BLACKLIST else _NAMES)

    @property
    def call_function_name(self) -> Any:
        return self.__dict__["_context"]["name"]

    @property
    def call_function_name_qual(self) -> Any:
        return self.__dict__["_context"]["qualname"]

    @property
    def node(self) -> Any:
        return self.__dict__["_context"]["node"]

    def __getattribute__(self, name: str) -> Any:
        if name not in _OURS:
            self.__dict__.setdefault("seen", set()).add(name)
        return super().__getattribute__(name)
