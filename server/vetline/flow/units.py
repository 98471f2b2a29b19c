"""Blocks as the data-flow knows them, and the questions that they ask each other."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from vetline.flow.block import BlockFlow
from vetline.flow.frame import Positions
from vetline.flow.functions import ClassInfo, Summary
from vetline.flow.records import declares_field, fields_of
from vetline.flow.taints import BlockId
from vetline.flow.values import Value
from vetline.syntax.blocks import BlockKind
from vetline.syntax.tree import Tree


class Question(NamedTuple):
    """What a block has asked: ``subject`` is one of the names below, ``name`` a dotted name."""

    subject: str
    name: str


VALUE, ABOVE, ATTRIBUTE, SUMMARY, CLASS, IMPORTED = "value", "above", "attribute", "summary", "class", "imported"
Answer = Value | Summary | ClassInfo | None

OF_BODIES: Final = frozenset({SUMMARY, CLASS})
"""The questions about what a function or class does; what its name stands for is known without following it."""
_DEFINING: Final = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class Visit(NamedTuple):
    """What following a block has asked, in that order, with the answers, and what has come of it."""

    asked: Mapping[Question, Answer]
    flow: BlockFlow


@dataclass(slots=True)
class Unit:
    """A block, and what is known of it.  ``owner`` is the class that it is a member of, with a colon in front."""

    id: BlockId
    body: Sequence[ast.stmt]
    positions: Positions
    owner: str = ""
    names: tuple[str, ...] = ()
    """What it surely defines, as told from its syntax alone."""
    flow: BlockFlow | None = None
    asked: dict[Question, Answer] = field(default_factory=dict)
    is_being_followed: bool = False
    visits: list[Visit] = field(default_factory=list)
    """What came of following it lately, newest first: with the same answers the same comes of it again."""

    @classmethod
    def of(cls, block: BlockId, body: Sequence[ast.stmt], positions: Positions, owner: str) -> Unit:
        """Return a block that hasn't been followed yet."""
        class_ = owner.rpartition(":")[2]
        prefix = f"{class_}." if owner else ""
        names = [f"{prefix}{name}" for statement in body for name in _bound_at_once(statement)]
        if owner and any(map(declares_field, body)):
            names.append(fields_of(class_))
        return cls(block, body, positions, owner, tuple(names))

    def unfollowed(self) -> Unit:
        """Return the same block, to be followed with other answers; what came of following it is known to both."""
        return Unit(self.id, self.body, self.positions, self.owner, self.names, visits=self.visits)

    @property
    def definition(self) -> str:
        """The name of the function or class that it is the definition of, whatever that does; empty if it's something else."""
        return self.names[0] if len(self.body) == 1 and isinstance(self.body[0], _DEFINING) else ""

    @property
    def runs_at_import(self) -> bool:
        """Whether its own statements run in text order, so that names are what they are above it."""
        return not self.owner and not self.definition


def unit_of(block: BlockId, kind: BlockKind, tree: Tree, owner: str, file: str = "") -> tuple[Unit, str]:
    """Return the unit of a block, and the class that the next one is in if it is a member: ``owner`` is what this was for the
    last."""
    if kind is BlockKind.CLASS:
        header = tree.body[-1] if tree.body else None
        owner = f"{file}:{header.name}" if isinstance(header, ast.ClassDef) else ""
    elif kind is not BlockKind.MEMBER:
        owner = ""
    return Unit.of(block, tree.body, tree, owner if kind is BlockKind.MEMBER else ""), owner


def definition_of(question: Question) -> str:
    """Return the name of the definition that a question is about."""
    return question.name.rpartition(":")[2]


def defined_by(flow: BlockFlow | None) -> Iterable[str]:
    """Yield the names that a block defines."""
    if flow is not None:
        yield from flow.exports
        yield from (name.rpartition(":")[2] for name in flow.summaries)
        yield from (name.rpartition(":")[2] for name in flow.classes)


def _bound_at_once(statement: ast.stmt) -> Iterator[str]:
    """Yield the names that a statement binds, as far as a glance tells."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            yield name
        case ast.Assign(targets=targets):
            yield from (target.id for target in targets if isinstance(target, ast.Name))
        case ast.AnnAssign(target=ast.Name(id=name)):
            yield name
        case ast.Import(names=aliases) | ast.ImportFrom(names=aliases):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in aliases)
