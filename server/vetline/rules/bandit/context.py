"""What a Bandit check sees: Bandit's own context, with every look beyond the block noted as a fact."""

from __future__ import annotations

import ast
import io
from collections.abc import Iterator, MutableMapping, Set
from functools import cached_property
from typing import Any, cast

from bandit.core.context import Context

from vetline.semantics.facts import Facts, Subject
from vetline.semantics.imports import ImportDelta
from vetline.semantics.renames import NO_RENAMES, Renames, imported_by
from vetline.syntax.encoding import file_bytes


class ImportNames(Set[str]):
    """Bandit's set of imported names: the block's own so far, those from above as facts, and what ``renames`` stand for."""

    _from_iterable = set

    def __init__(self, facts: Facts, renames: Renames = NO_RENAMES) -> None:
        self._facts = facts
        self._renamed = imported_by(renames)
        self._like: dict[str, bool] = {}
        """What :meth:`like` has answered; many checks ask the same of every call."""
        self.own: set[str] = set()

    def add(self, name: str) -> None:
        self.own.add(name)
        self._like.clear()

    def __getattr__(self, name: str) -> Any:
        return getattr(set(self), name)  # such as union and copy, which a real set has besides

    def __contains__(self, name: object) -> bool:
        return name in self.own or name in self._renamed or bool(self._facts.ask(Subject.IMPORTED, str(name)))

    def like(self, part: str) -> bool:
        """Tell whether ``part`` occurs in any imported name."""
        known = self._like.get(part)
        if known is None:
            is_ours = any(part in name for name in self.own) or any(part in name for name in self._renamed)
            known = self._like[part] = is_ours or bool(self._facts.ask(Subject.IMPORTED_LIKE, part))
        return known

    def __iter__(self) -> Iterator[str]:
        above = cast(frozenset[str], self._facts.ask(Subject.ALL_IMPORTS))
        return iter(self.own | self._renamed | above)

    def __len__(self) -> int:
        return sum(1 for _ in self)


class ImportAliases(MutableMapping[str, str]):
    """Bandit's map of aliases: the block's own so far, and those from above as facts; ``renames`` have the last word."""

    def __init__(self, facts: Facts, renames: Renames = NO_RENAMES) -> None:
        self._facts = facts
        self._renames = renames
        self.own: dict[str, str] = {}

    def __getitem__(self, name: str) -> str:
        written = self.own.get(name) or cast("str | None", self._facts.ask(Subject.ALIAS, name))
        if (end := self._renames.get(written or name)) is not None:
            return end.name
        if written is None:
            raise KeyError(name)
        return written

    def __contains__(self, name: object) -> bool:
        return name in self.own or name in self._renames or self._facts.ask(Subject.ALIAS, cast(str, name)) is not None

    def __setitem__(self, name: str, value: str) -> None:
        self.own[name] = value

    def __delitem__(self, name: str) -> None:
        raise TypeError("import aliases are never taken back")

    def __getattr__(self, name: str) -> Any:
        return getattr(dict(self), name)  # such as copy, which a real dictionary has besides

    def _all(self) -> set[str]:
        above = cast(frozenset[tuple[str, str]], self._facts.ask(Subject.ALL_ALIASES))
        return {*self._renames, *(name for name, _ in above), *self.own}

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


class Names:
    """The names in force while a block is visited from top to bottom."""

    def __init__(self, facts: Facts, renames: Renames = NO_RENAMES) -> None:
        self.imports = ImportNames(facts, renames)
        self.aliases = ImportAliases(facts, renames)

    def delta(self) -> ImportDelta:
        """Return what the block has imported."""
        return ImportDelta(frozenset(self.imports.own), dict(self.aliases.own))


class BlockContext(Context):  # type: ignore[misc]  # Bandit has no types
    """Bandit's context of one node in one block.

    Arguments are read once for all checks, instead of by each of the thirty-odd that look at a call.
    """

    def __init__(self, values: dict[str, Any], names: Names, facts: Facts) -> None:
        super().__init__(values)
        self._names = names
        self._facts = facts

    @cached_property
    def call_args(self) -> list[Any]:
        return cast(list[Any], Context.call_args.fget(self))

    @cached_property
    def call_keywords(self) -> dict[str, Any] | None:
        return cast("dict[str, Any] | None", Context.call_keywords.fget(self))

    @property
    def file_data(self) -> io.BytesIO:
        self._facts.ask(Subject.WHOLE_TEXT)
        return io.BytesIO(file_bytes(self._facts.around.whole_text()))

    def is_module_imported_exact(self, module: str) -> bool:
        return module in self._names.imports

    def is_module_imported_like(self, module: str) -> bool:
        return self._names.imports.like(module)


class MethodContext(BlockContext):
    """Bandit's context of a function in a member of the class ``owner``."""

    def __init__(self, values: dict[str, Any], names: Names, facts: Facts, owner: EnclosingClass) -> None:
        super().__init__(values, names, facts)
        self._owner = owner

    @property
    def call_function_name_qual(self) -> str:
        """The dotted name of the function, whatever this property is called: module, class and all."""
        return self._owner.qualify(self._context["qualname"])


class EnclosingClass(ast.ClassDef):
    """Stands for the class around a member; looking into it makes its header a fact."""

    def __init__(self, facts: Facts, namespace: str) -> None:
        # No super().__init__(): it would set fields, in the place of which the properties below stand.
        self._facts = facts
        self._namespace = namespace

    def qualify(self, name: str) -> str:
        """Put the class's name into the dotted name of something in it, which begins with the module's."""
        return f"{self._namespace}.{self.name}{name.removeprefix(self._namespace)}"

    def _header(self) -> ast.ClassDef:
        self._facts.ask(Subject.CLASS_HEADER)
        header = self._facts.around.class_header()[1]
        return header or ast.ClassDef(name="", bases=[], keywords=[], body=[], decorator_list=[])

    name = property(lambda self: self._header().name)
    bases = property(lambda self: self._header().bases)
    keywords = property(lambda self: self._header().keywords)
    decorator_list = property(lambda self: self._header().decorator_list)
    body = property(lambda self: self._header().body)


EnclosingClass.__name__ = "ClassDef"  # by which some checks tell nodes


class EnclosingModule(ast.Module):
    """Stands for the module; looking into it makes the code above a fact."""

    def __init__(self, facts: Facts, own: tuple[ast.stmt, ...]) -> None:
        self._facts = facts  # no super().__init__() here either
        self._own = own

    @property
    def body(self) -> list[ast.stmt]:  # type: ignore[override]
        self._facts.ask(Subject.CODE_ABOVE)
        return [*self._facts.around.statements_above(), *self._own]


EnclosingModule.__name__ = "Module"
