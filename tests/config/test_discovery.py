"""Which files count for a path, what is watched, and what happens when they change."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from vetline.config import WATCH_GLOBS, Files, Layer, ProblemKind, load, user_file, watch
from vetline.config.discovery import folders_up


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def delay(path: Path, workspace: Path | None = None, files: Files | None = None) -> int:
    return load(path, workspace=workspace, files=files, user=None).config.typing_delay_ms


def test_the_nearest_file_counts_alone(tmp_path: Path) -> None:
    write(tmp_path / "vetline.toml", 'typing-delay-ms = 1\nignore = ["B101"]\n')
    write(tmp_path / "a/b/vetline.toml", "typing-delay-ms = 2\n")
    inner = load(tmp_path / "a/b/c/d.py", user=None)
    assert (inner.config.typing_delay_ms, inner.config.ignore, inner.root) == (2, (), tmp_path / "a/b")
    assert delay(tmp_path / "a/x.py") == 1


def test_a_pyproject_without_our_table_does_not_end_the_search(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[tool.vetline]\ntyping-delay-ms = 1\n")
    write(tmp_path / "a/pyproject.toml", "[project]\nname = 'a'\n")
    assert delay(tmp_path / "a/x.py") == 1


@pytest.mark.parametrize(
    "present, winner",
    [
        (["vetline.toml", ".vetline.toml", "pyproject.toml"], 0),
        ([".vetline.toml", "pyproject.toml"], 1),
        (["pyproject.toml"], 2),
    ],
)
def test_order_within_a_folder(tmp_path: Path, present: list[str], winner: int) -> None:
    for number, name in enumerate(["vetline.toml", ".vetline.toml", "pyproject.toml"]):
        header = "[tool.vetline]\n" if name == "pyproject.toml" else ""
        if name in present:
            write(tmp_path / name, f"{header}typing-delay-ms = {number}\n")
    assert delay(tmp_path / "x.py") == winner


def test_a_table_that_is_passed_over_is_reported(tmp_path: Path) -> None:
    write(tmp_path / "vetline.toml", "")
    path = write(tmp_path / "pyproject.toml", "[tool.vetline]\nselect = []\n")
    (problem,) = load(tmp_path, user=None).problems
    assert (problem.path, problem.kind) == (path, ProblemKind.NO_EFFECT)
    assert str(problem) == (
        f"{path}:1:7: [tool.vetline] has no effect, because vetline.toml is in the same folder; keep one of the two"
    )


def test_the_search_ends_at_the_workspace_root(tmp_path: Path) -> None:
    write(tmp_path / "vetline.toml", "typing-delay-ms = 1\n")
    workspace = tmp_path / "work"
    assert delay(workspace / "a" / "x.py", workspace) == 150
    assert delay(workspace / "a" / "x.py") == 1
    assert delay(tmp_path / "other" / "x.py", workspace) == 1, "what lies outside has no such end"


def test_folders_up_takes_dots_out_and_leaves_links_alone(tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "link").symlink_to(tmp_path / "a" / "b")
    assert list(folders_up(tmp_path / "a" / "b" / ".." / "x.py", tmp_path)) == [tmp_path / "a", tmp_path]
    assert list(folders_up(tmp_path / "link", tmp_path)) == [tmp_path / "link", tmp_path]
    assert list(folders_up(tmp_path, tmp_path)) == [tmp_path]
    assert list(folders_up(Path("/")))[-1] == Path("/")


def test_a_document_without_a_file_takes_the_workspaces(tmp_path: Path) -> None:
    write(tmp_path / "vetline.toml", "typing-delay-ms = 1\n")
    loaded = load(None, workspace=tmp_path, user=None)
    assert (loaded.config.typing_delay_ms, loaded.root) == (1, tmp_path)
    nothing = load(None, user=None)
    assert (nothing.root, nothing.depends_on) == (None, frozenset())


def test_patterns_are_relative_to_the_workspace_without_a_project_file(tmp_path: Path) -> None:
    assert load(tmp_path / "a" / "x.py", workspace=tmp_path, user=None).root == tmp_path
    assert load(tmp_path / "a" / "x.py", workspace=None, user=None).root is None


@pytest.mark.skipif(sys.platform == "win32", reason="it has no such pipes")
def test_folders_and_pipes_by_our_names_are_no_files(tmp_path: Path) -> None:
    (tmp_path / "vetline.toml").mkdir()
    os.mkfifo(tmp_path / ".bandit")
    loaded = load(tmp_path, user=None)
    assert loaded.problems == ()


@pytest.mark.skipif(sys.platform != "linux", reason="each platform has its own custom, which platformdirs knows")
def test_the_users_file_is_where_the_platform_has_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    user_file.cache_clear()
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    try:
        assert user_file() == tmp_path / "vetline" / "vetline.toml"
        write(user_file(), "typing-delay-ms = 7\n")
        loaded = load()
        assert loaded.config.typing_delay_ms == 7
        assert loaded.settings["typing-delay-ms"].origin.layer is Layer.USER
    finally:
        user_file.cache_clear()


def test_depends_on_what_was_found_and_what_could_have_been(tmp_path: Path) -> None:
    write(tmp_path / "vetline.toml", 'bandit.config = "conf/missing.yaml"\n')
    loaded = load(tmp_path / "a" / "x.py", workspace=tmp_path, user=tmp_path / "user.toml")
    assert {path.relative_to(tmp_path).as_posix() for path in loaded.depends_on} == {
        "user.toml",
        "a/vetline.toml",
        "a/.vetline.toml",
        "a/pyproject.toml",
        "a/.bandit",
        "vetline.toml",
        "pyproject.toml",
        ".bandit",
        "conf/missing.yaml",
    }


def test_watches_a_workspace_by_globs_and_the_rest_by_name(tmp_path: Path) -> None:
    outside = tmp_path / "shared" / "bandit.yaml"
    root = tmp_path / "work"
    write(root / "vetline.toml", f"bandit.config = '{outside}'\n")
    loaded = load(root / "a" / "x.py", workspace=root, user=None)
    watched = watch(root, loaded.depends_on)
    assert watched.globs == WATCH_GLOBS == ("**/vetline.toml", "**/.vetline.toml", "**/pyproject.toml", "**/.bandit")
    assert set(watched.files) == {outside, user_file()}


def test_watches_single_files_without_a_workspace(tmp_path: Path) -> None:
    watched = watch(None, load(tmp_path / "x.py", workspace=tmp_path, user=None).depends_on)
    assert watched.globs == ()
    assert set(watched.files) == {user_file()} | {
        tmp_path / name for name in ("vetline.toml", ".vetline.toml", "pyproject.toml", ".bandit")
    }


def test_a_change_takes_effect_at_the_next_load(tmp_path: Path) -> None:
    files = Files()
    path = tmp_path / "vetline.toml"
    assert delay(tmp_path, files=files) == 150
    write(path, "typing-delay-ms = 1\n")
    assert delay(tmp_path, files=files) == 1
    write(path, "typing-delay-ms = 22\n")
    assert delay(tmp_path, files=files) == 22
    path.unlink()
    assert delay(tmp_path, files=files) == 150


def test_an_unchanged_file_is_not_read_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = Files()
    write(tmp_path / "pyproject.toml", "[tool.vetline]\ntyping-delay-ms = 1\n")
    assert delay(tmp_path, files=files) == 1

    def refuse(path: Path) -> bytes:
        raise AssertionError(f"{path} was read again")

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert delay(tmp_path, files=files) == 1
    assert delay(tmp_path / "deeper" / "x.py", files=files) == 1
    files.expire(tmp_path / "pyproject.toml")
    with pytest.raises(AssertionError, match="was read again"):
        delay(tmp_path, files=files)


@pytest.mark.parametrize(
    "broken, message",
    [
        (b"typing-delay-ms = \n", "not valid TOML: Invalid value"),
        (b"a = '\xff'\n", "not UTF-8 text; save the file in that encoding"),
    ],
)
def test_the_last_good_settings_of_a_broken_file_stay(tmp_path: Path, broken: bytes, message: str) -> None:
    files = Files()
    path = write(tmp_path / "vetline.toml", "typing-delay-ms = 1\nzzz = 1\n")
    assert delay(tmp_path, files=files) == 1
    path.write_bytes(broken)
    loaded = load(tmp_path, files=files, user=None)
    assert loaded.config.typing_delay_ms == 1
    (problem,) = loaded.problems
    assert problem.kind is ProblemKind.SYNTAX
    assert problem.message == f"{message} (until then, what it said before stays in force)"
    path.write_bytes(broken + b"# still broken\n")
    assert delay(tmp_path, files=files) == 1
    write(path, "typing-delay-ms = 2\n")
    mended = load(tmp_path, files=files, user=None)
    assert (mended.config.typing_delay_ms, mended.problems) == (2, ())


def test_a_file_that_never_was_good_is_left_out(tmp_path: Path) -> None:
    write(tmp_path / "vetline.toml", "typing-delay-ms = 1\n")
    write(tmp_path / "a" / "vetline.toml", "=\n")
    loaded = load(tmp_path / "a", user=None)
    assert loaded.config.typing_delay_ms == 150, "it is still the project's file"
    files = Files()
    for text in ("=\n", "==\n"):
        write(tmp_path / "a" / "vetline.toml", text)
        (problem,) = load(tmp_path / "a", files=files, user=None).problems
        assert problem.message.endswith("(until then, it is left out)")


def test_the_last_good_bandit_files_stay_too(tmp_path: Path) -> None:
    files = Files()
    write(tmp_path / "vetline.toml", 'bandit.config = "b.yaml"\n')
    write(tmp_path / "b.yaml", "skips: [B101]\n")
    write(tmp_path / ".bandit", "[bandit]\nskips = B102\n")
    assert load(tmp_path, files=files, user=None).config.bandit.skips == {"B101", "B102"}
    write(tmp_path / "b.yaml", "skips: [B103\n")
    write(tmp_path / ".bandit", "skips = B104\n")
    loaded = load(tmp_path, files=files, user=None)
    assert loaded.config.bandit.skips == {"B101", "B102"}
    assert [problem.kind for problem in loaded.problems] == [ProblemKind.SYNTAX] * 2


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "vetline.toml", "")

    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    (problem,) = load(tmp_path, user=None).problems
    assert problem.message == "can't be read: Permission denied (until then, it is left out)"
