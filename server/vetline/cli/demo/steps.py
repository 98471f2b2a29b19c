"""What a scenario is made of: the steps of a developer at work, as plain data.

Steps say what is done and what must come of it.  :mod:`vetline.cli.demo.player` plays them against a server;
:func:`as_written` tells what the files would be without the server's help.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Open:
    """Open a file of the project in the editor; ``has`` are the rule ids of all its findings."""

    file: str
    has: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GoTo:
    """Show a file, with the cursor behind ``after``: a text that it contains exactly once."""

    file: str
    after: str


@dataclass(frozen=True, slots=True)
class Type:
    """Type ``text`` at the cursor, one change per character.

    ``brings`` are the rule ids of the findings it causes, ``also`` those of Bandit's checks that these findings stand for, too.
    """

    text: str
    brings: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Accept:
    """Accept a completion: ``text`` arrives at the cursor in one change.

    ``brings`` are the rule ids of the findings it causes; none means that it is secure, or ``unfinished``: that it
    breaks off in the middle of a statement.  ``also`` are the ids of Bandit's checks that the findings stand for, too, and
    ``steps`` say how what is to blame gets there, step by step.
    """

    text: str
    brings: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()
    unfinished: bool = False

    @property
    def is_secure(self) -> bool:
        return not self.brings and not self.unfinished


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Undo the completion that was accepted just now: its findings have to go with it.  ``remark`` says why."""

    remark: str


@dataclass(frozen=True, slots=True)
class ExpectFindings:
    """Exactly the findings ``rules`` are visible in the current file now; ``remark`` says why that is worth a look."""

    rules: tuple[str, ...]
    remark: str


@dataclass(frozen=True, slots=True)
class ApplyFix:
    """Apply a quick fix of the finding of ``rule`` nearest to the cursor.

    That finding has to go; findings of ``brings`` have to come instead, and nothing else may change.  The fix is the one
    whose title begins with ``title``; by default, the one that the server prefers, or else its first one.
    """

    rule: str
    title: str = ""
    brings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suppress:
    """Silence the finding of ``rule`` nearest to the cursor by a comment that gives ``reason``."""

    rule: str
    reason: str


@dataclass(frozen=True, slots=True)
class FixAll:
    """Let the server fix all that is safe to fix in ``file``; exactly the findings ``removes`` have to go."""

    file: str
    removes: tuple[str, ...]


Step = Open | GoTo | Type | Accept | TakeBack | ExpectFindings | ApplyFix | Suppress | FixAll


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of the story; ``title`` says what the developer is about."""

    title: str
    steps: tuple[Step, ...]


class ScenarioError(Exception):
    """A scenario doesn't fit the project, such as a place that isn't there."""


def offset_after(text: str, anchor: str, file: str) -> int:
    """Return the offset in ``text`` behind ``anchor``.

    Raises:
        ScenarioError: ``anchor`` doesn't occur exactly once.
    """
    if (count := text.count(anchor)) != 1:
        raise ScenarioError(f"{file} has {anchor!r} {count} times; a place to go to must be there once")
    return text.index(anchor) + len(anchor)


def as_written(files: Mapping[str, str], scenario: Iterable[Chapter]) -> dict[str, str]:
    """Return the files as developer and assistant alone leave them: ``scenario`` without fixes and suppressions.

    Raises:
        ScenarioError: a step doesn't fit the files.
    """
    written = dict(files)
    file, cursor, before = "", 0, None
    for step in (step for chapter in scenario for step in chapter.steps):
        match step:
            case GoTo():
                file, cursor = step.file, offset_after(written[step.file], step.after, step.file)
                before = None
            case Type() | Accept():
                text = written[file]
                before = (text, cursor) if isinstance(step, Accept) else None
                written[file] = text[:cursor] + step.text + text[cursor:]
                cursor += len(step.text)
            case TakeBack():
                if before is None:
                    raise ScenarioError("there is no completion to take back")
                (written[file], cursor), before = before, None
    return written
