"""What is old: the lines that stood in the last commit."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.corpus.edits import examples
from vetline.provenance.baseline import committed, repository_of, unchanged
from vetline.syntax.lines import Lines

Git = Callable[..., None]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    def run(*arguments: str) -> None:
        who = ["-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "core.autocrlf=false"]
        subprocess.run(["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True)

    run("init", "--quiet")
    return run


def commit(git: Git, path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(text.encode())
    git("add", "--all")
    git("commit", "--quiet", "--message", "x")


def test_the_last_commits_text_is_read(git: Git, tmp_path: Path) -> None:
    path = tmp_path / "package" / "module.py"
    commit(git, path, "first = 1\n")
    commit(git, path, "second = 'ä'\n")
    path.write_text("third = 3\n")
    git("gc", "--quiet")

    assert repository_of(path) == tmp_path
    assert committed(path, tmp_path) == "second = 'ä'\n"


def test_what_is_not_committed_has_no_text(git: Git, tmp_path: Path) -> None:
    assert committed(tmp_path / "module.py", tmp_path) is None, "nothing is committed"
    commit(git, tmp_path / "module.py", "x = 1\n")
    assert committed(tmp_path / "other.py", tmp_path) is None
    assert committed(tmp_path, tmp_path) is None


@pytest.mark.parametrize("name", ["HEAD", "config", "index", "objects"])
def test_a_broken_repository_has_none(git: Git, tmp_path: Path, name: str) -> None:
    commit(git, tmp_path / "module.py", "x = 1\n")
    broken = tmp_path / ".git" / name
    if broken.is_dir():
        broken.rename(tmp_path / "elsewhere")
    broken.write_bytes(b"\xff\x00broken")

    assert committed(tmp_path / "module.py", tmp_path) in (None, "x = 1\n")


def test_outside_a_repository(tmp_path: Path) -> None:
    assert repository_of(tmp_path / "module.py") is None


@pytest.mark.parametrize(
    "before, now, old",
    [
        ("a\nb\nc\n", "a\nb\nc\n", "a\nb\nc\n"),
        ("a\nb\nc\n", "a\nnew\nb\nc\n", "a\nb\nc\n"),
        ("a\nb\nc\n", "a\nB\nc\n", "a\nc\n"),
        ("a\nb\n", "a\r\nb\r\n", "a\r\nb\r\n"),
        ("", "a\n", ""),
        ("a\nb", "a\nc\nb", "a\nb"),
    ],
)
def test_lines_that_are_the_same_are_old(before: str, now: str, old: str) -> None:
    lines = Lines(now)
    assert "".join(lines.slice(range_) for range_ in unchanged(before, lines)) == old


TEXTS = st.lists(st.sampled_from(["a\n", "b\n", "c\r\n", "\n"]), max_size=12).map("".join)


@examples(200)
@given(TEXTS, TEXTS)
def test_what_is_old_stands_in_both_in_the_same_order(before: str, now: str) -> None:
    lines = Lines(now)
    ranges = unchanged(before, lines)
    assert ranges == sorted(ranges)
    rest = iter([line.rstrip("\r\n") for line in Lines(before)])
    for range_ in ranges:
        for line in Lines(lines.slice(range_))[: range_.end.line - range_.start.line]:
            assert line.rstrip("\r\n") in rest
