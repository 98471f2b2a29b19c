"""The data-flow analysis of one block."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vetline.flow import calls, expressions, operators, statements  # noqa: F401  # they register what they know how to follow
from vetline.flow.definitions import follow_members, follow_uncalled
from vetline.flow.evaluation import execute
from vetline.flow.frame import Frame, Positions, Run, SinkHit
from vetline.flow.functions import ClassInfo, Summary
from vetline.flow.models import Models
from vetline.flow.outside import Outside, Within
from vetline.flow.taints import BlockId, Taint, is_far_fetched, is_field
from vetline.flow.values import Value


@dataclass(frozen=True, slots=True)
class BlockFlow:
    """What data-flow analysis knows of one block.

    ``values`` and ``callees`` are by the identity of nodes: what expressions may be, and what calls may call.  ``exports``,
    ``summaries`` and ``classes`` are what others may ask of the block's definitions.
    """

    values: Mapping[int, Value]
    callees: Mapping[int, tuple[str, ...]]
    sinks: Sequence[SinkHit]
    exports: Mapping[str, Value]
    summaries: Mapping[str, Summary]
    classes: Mapping[str, ClassInfo]
    given_back: Mapping[int, ast.expr]
    """By the identity of calls: the argument that a function of the project hands back as it is."""
    owner: str = ""
    """The dotted name, with its colon, of the class that the block is a member of."""


def nothing_known(owner: str) -> BlockFlow:
    """Return what is known of a block, a member of ``owner`` if that isn't empty, that can't be followed."""
    return BlockFlow({}, {}, (), {}, {}, {}, {}, owner)


def follow_block(
    body: Sequence[ast.stmt],
    positions: Positions,
    block: BlockId,
    owner: str,
    models: Models,
    outside: Outside,
    file: str = "",
) -> BlockFlow:
    """Follow the statements of a block.

    ``owner`` is the dotted name, with its colon, of the class that they are members of; empty at the top level.
    """
    run = Run(block, positions, models, outside, file)
    run.outside = Within(outside, run.exports, run.summaries, run.classes)
    frame = Frame(run)
    if owner:
        follow_members(body, owner, frame)
    else:
        execute(body, frame)
    for closure in frame.closures:
        follow_uncalled(closure, frame)
    sinks = tuple(hit for found in run.sinks.values() if (hit := found.without(_is_no_finding)) is not None)
    return BlockFlow(run.values, run.callees, sinks, run.exports, run.summaries, run.classes, run.given_back, owner)


def _is_no_finding(taint: Taint) -> bool:
    return is_field(taint) or is_far_fetched(taint)
