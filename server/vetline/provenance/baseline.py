"""What of a file was there at the last commit: code that nobody has to be told of as if it were new."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from pathlib import Path

from vetline.core.location import Position, Range
from vetline.syntax.agreement import shared_ends
from vetline.syntax.lines import Lines, split_lines

log = logging.getLogger(__name__)


def repository_of(path: Path) -> Path | None:
    """Return the folder of the git repository that a file is in; None if it's in none."""
    return next((folder for folder in path.parents if (folder / ".git").exists()), None)


def committed(path: Path, repository: Path) -> str | None:
    """Return the text of a file in the last commit of a repository; None if it isn't there, or can't be read.

    Git itself isn't run: what a repository's configuration may make it do is nobody's business here.
    """
    from dulwich.errors import NotGitRepository
    from dulwich.object_store import tree_lookup_path
    from dulwich.objects import Blob, Commit
    from dulwich.repo import Repo

    name = path.relative_to(repository).as_posix().encode()
    try:
        with Repo(str(repository)) as repo:
            head = repo[repo.head()]
            if not isinstance(head, Commit):
                return None
            _, sha = tree_lookup_path(repo.object_store.__getitem__, head.tree, name)
            blob = repo[sha]
            return blob.data.decode("utf-8-sig") if isinstance(blob, Blob) else None
    except (KeyError, OSError, ValueError, NotGitRepository):
        return None
    except Exception:  # a repository may be broken in any way
        log.info("The last commit of a repository can't be read", exc_info=True)
        return None


def unchanged(before: str, lines: Lines) -> list[Range]:
    """Return the ranges of whole lines of a text that stood in ``before`` as well, in the same order.

    Line ends don't count: git may exchange them when it writes a file.
    """
    old = [line.rstrip("\r\n") for line in split_lines(before) if line]
    new = [line.rstrip("\r\n") for line in lines if line]
    return [_rows(first, stop, lines) for first, stop in _common(old, new)]


def _common(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the runs of ``new`` that are in ``old``, too: where they begin and end."""
    head, tail = shared_ends(old, new)
    if head:
        yield 0, head
    matcher = SequenceMatcher(None, old[head : len(old) - tail], new[head : len(new) - tail], autojunk=False)
    for _, start, size in matcher.get_matching_blocks():
        if size:
            yield head + start, head + start + size
    if tail:
        yield len(new) - tail, len(new)


def _rows(first: int, stop: int, lines: Lines) -> Range:
    return Range(Position(first, 0), Position(stop, 0) if stop < len(lines) else lines.end)
