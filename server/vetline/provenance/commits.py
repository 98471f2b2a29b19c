"""What a commit brought, and the agent that it says has made it.

Agents leave their names in the trailers of the messages that they write (``Co-authored-by: Claude <…>``), and tools that keep
track of them in git's notes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from dulwich.objects import Commit
    from dulwich.repo import Repo

_TRAILERS: Final = frozenset({"assisted-by", "generated-by", "ai-assisted-by", "ai-generated-by", "made-with", "agent"})
"""Trailers that name a tool; ``Co-authored-by`` names people, too."""
_AGENTS: Final = re.compile(
    r"\b(?:claude|copilot|cursor|codex|chatgpt|gemini|jules|aider|devin|windsurf|codeium|openhands|cline|roo code|amazon q"
    r"|junie|sourcegraph amp|cody|continue|tabnine|goose|opencode|qwen code|kiro|sweep|augment code)\b",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(r"\s*<[^<>]*>\s*$")
_PYTHON: Final = frozenset({".py", ".pyi", ".pyw"})


class NoCommit(Exception):
    """There is no such commit, or it can't be read; the message says which, to a person."""


@dataclass(frozen=True, slots=True)
class Brought:
    """A Python file of a commit: its text there, and before it (None: it was new)."""

    path: Path
    before: str | None
    after: str


@dataclass(frozen=True, slots=True)
class CommitMade:
    """A commit: who it says has made it, if that is an agent, and the Python files that it changed."""

    agent: str
    files: Sequence[Brought]


def read_commit(repository: Path, revision: str) -> CommitMade:
    """Read a commit of a repository; ``revision`` is what git would understand: ``HEAD``, ``HEAD~1``, a branch, a hash.

    Git itself isn't run.  Of a merge, what it brought is what differs from its first parent.

    Raises:
        NoCommit: there is none, or it can't be read.
    """
    from dulwich.objects import Commit, Tag
    from dulwich.objectspec import parse_commit, parse_object
    from dulwich.repo import Repo

    try:
        with Repo(str(repository)) as repo:
            named = parse_object(repo, revision)
            if not isinstance(named, Commit | Tag):
                raise KeyError(revision)
            commit = parse_commit(repo, named)
            return CommitMade(_agent_of(commit, repo), tuple(_brought(commit, repo, repository)))
    except KeyError as error:
        raise NoCommit(f"there is no commit {revision}") from error
    except Exception as error:  # a repository may be broken in any way
        raise NoCommit(f"the commit {revision} can't be read ({type(error).__name__})") from error


def _agent_of(commit: Commit, repo: Repo) -> str:
    """Return the name of the agent that a commit's message or note names; empty if none does."""
    from dulwich.trailers import parse_trailers

    note = repo.notes.get_note(commit.id) or b""
    for message in (commit.message, b"-\n\n" + note.strip()):
        for trailer in parse_trailers(message)[1]:
            name = _ADDRESS.sub("", trailer.value).strip()
            key = trailer.key.lower()
            if name and (key in _TRAILERS or (key == "co-authored-by" and _AGENTS.search(name))):
                return name
    return ""


def _brought(commit: Commit, repo: Repo, repository: Path) -> Iterator[Brought]:
    from dulwich.diff_tree import tree_changes
    from dulwich.objects import Commit as CommitObject

    parent = repo[commit.parents[0]] if commit.parents else None
    before = parent.tree if isinstance(parent, CommitObject) else None
    for change in tree_changes(repo.object_store, before, commit.tree):
        if change.new is None:
            continue  # it was deleted
        name = PurePosixPath(change.new.path.decode("utf-8", "surrogateescape"))
        after = _text(repo, change.new.sha)
        if name.suffix in _PYTHON and after is not None:
            old = None if change.old is None or change.old.sha is None else _text(repo, change.old.sha)
            yield Brought(repository / name, old, after)


def _text(repo: Repo, sha: bytes) -> str | None:
    from dulwich.objects import Blob

    blob = repo[sha]
    try:
        return blob.data.decode("utf-8-sig") if isinstance(blob, Blob) else None
    except UnicodeDecodeError:
        return None
