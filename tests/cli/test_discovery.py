"""Which files are checked; git itself says what it ignores."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Project

pytestmark = pytest.mark.usefixtures("bandits_profile")


def checked(project: Project, *args: str) -> list[str]:
    files: list[str] = json.loads(project.run("check", "--format", "json", *args).out)["files"]
    return files


def git(project: Project, *args: str) -> str:
    env = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
    return subprocess.run(["git", *args], cwd=project.root, env=env, check=True, capture_output=True, text=True).stdout


def test_python_files_are_found_in_the_order_of_their_names(project: Project) -> None:
    project.write(dict.fromkeys(["b.py", "a/z.pyi", "a.pyw", "c/d/e.py", "a/b.txt", "Makefile", "x.pyc", "py"], ""))
    assert checked(project) == ["a/z.pyi", "a.pyw", "b.py", "c/d/e.py"]


def test_foreign_code_is_left_out(project: Project) -> None:
    folders = [".git", "node_modules/gyp", "__pycache__", ".tox/py311", "my env/lib"]
    project.write({f"{folder}/x.py": "" for folder in folders} | {"my env/pyvenv.cfg": "", "venv/x.py": ""})
    assert checked(project) == ["venv/x.py"]
    assert checked(project, "node_modules") == ["node_modules/gyp/x.py"]


def test_what_the_configuration_excludes_is_left_out(project: Project) -> None:
    project.write(dict.fromkeys(["app.py", "build/x.py", "src/build/y.py", "src/x_pb2.py", "src/keep_pb2.py"], ""))
    project.write({"vetline.toml": 'exclude = ["/build/", "*_pb2.py", "!keep_pb2.py"]\n'})
    assert checked(project) == ["app.py", "src/build/y.py", "src/keep_pb2.py"]


def test_bandits_excluded_folders_are_left_out(project: Project) -> None:
    project.write({"app.py": "", "old/x.py": "", "pyproject.toml": '[tool.bandit]\nexclude_dirs = ["old"]\n'})
    assert checked(project) == ["app.py"]


def test_what_is_named_is_checked_all_the_same(project: Project) -> None:
    project.write({"build/x.py": "", "build/y/z.py": "", "vetline.toml": 'exclude = ["build/"]\n', ".gitignore": "build\n"})
    assert checked(project, "build/x.py") == ["build/x.py"]
    assert checked(project, "build") == ["build/x.py", "build/y/z.py"]
    assert checked(project, "build/y") == ["build/y/z.py"]


def test_links_to_folders_are_not_followed(project: Project, tmp_path: Path) -> None:
    project.write({"src/app.py": ""})
    (project.root / "src" / "loop").symlink_to(project.root, target_is_directory=True)
    (project.root / "src" / "self").symlink_to("self")
    (project.root / "link.py").symlink_to("src/app.py")
    assert checked(project) == ["link.py", "src/app.py"]
    assert checked(project, "src/loop/src") == ["src/loop/src/app.py"]


def test_gitignore_can_be_ignored(project: Project) -> None:
    project.write({"x.py": "", ".gitignore": "x.py\n", "vetline.toml": "respect-gitignore = false\n"})
    assert checked(project) == ["x.py"]


def test_gitignore_counts_outside_of_a_repository(project: Project) -> None:
    project.write({"x.py": "", "a/y.py": "", "a/z.py": "", ".gitignore": "x.py\n", "a/.gitignore": "y.py\n"})
    assert checked(project) == ["a/z.py"]


REPOSITORIES: dict[str, Mapping[str, str]] = {
    "names, folders, anchors": {
        ".gitignore": "ignored.py\nbuild/\n/top.py\ndoc/*.py\n",
        **dict.fromkeys(
            ["ignored.py", "a/ignored.py", "build/x.py", "a/build/y.py", "top.py", "a/top.py", "doc/x.py", "doc/a/x.py"], ""
        ),
        "a/doc/x.py": "",
        "a/b/build.py": "",
    },
    "a name of a folder alone": {".gitignore": "build/\n", "build.py": "", "a/build": "", "b/build/x.py": ""},
    "the last pattern wins": {
        ".gitignore": "*.py\n!keep.py\n!sub/\nsub/keep.py\n",
        **dict.fromkeys(["x.py", "keep.py", "sub/x.py", "sub/keep.py", "other/keep.py"], ""),
    },
    "nothing comes back out of an ignored folder": {
        ".gitignore": "build\n!build/keep.py\n/dist/*\n!/dist/keep.py\n",
        **dict.fromkeys(["build/keep.py", "build/x.py", "dist/keep.py", "dist/x.py", "dist/a/keep.py"], ""),
    },
    "nested files win over those above": {
        ".gitignore": "*_gen.py\n",
        "a/.gitignore": "!a_gen.py\nb.py\n",
        "a/c/.gitignore": "a_gen.py\n!b.py\n",
        **dict.fromkeys(["a_gen.py", "a/a_gen.py", "a/b_gen.py", "a/b.py", "a/c/a_gen.py", "a/c/b.py", "b.py"], ""),
    },
    "stars, sets, escapes": {
        ".gitignore": "**/gen/*.py\na/**/z.py\n[xy].py\n\\#.py\n\\!.py\ntrail.py   \nspace\\ .py\n# a comment.py\n!\n/\n",
        **dict.fromkeys(
            ["gen/a.py", "p/gen/a.py", "p/gen/q/a.py", "a/z.py", "a/b/c/z.py", "x.py", "z.py", "#.py", "!.py", "trail.py"], ""
        ),
        "space .py": "",
        "# a comment.py": "",
    },
    "Windows line ends and a byte order mark": {".gitignore": "\ufeffx.py\r\ny/\r\n", "x.py": "", "y/z.py": "", "z.py": ""},
    "the repository's own excludes": {
        ".git/info/exclude": "local.py\nshared.py\n",
        ".gitignore": "!shared.py\n",
        **dict.fromkeys(["local.py", "a/local.py", "shared.py"], ""),
    },
}


@pytest.mark.skipif(shutil.which("git") is None, reason="git isn't installed")
@pytest.mark.parametrize("files", REPOSITORIES.values(), ids=REPOSITORIES)
def test_the_files_are_those_that_git_would_add(project: Project, files: Mapping[str, str]) -> None:
    git(project, "init", "-q")
    project.write(files)
    expected = git(project, "ls-files", "-z", "--others", "--exclude-standard", "*.py").split("\0")[:-1]
    assert 0 < len(expected) < sum(name.endswith(".py") for name in files)
    assert sorted(checked(project)) == sorted(expected)
    for folder in {name.partition("/")[0] for name in expected if "/" in name}:
        assert sorted(checked(project, folder)) == sorted(name for name in expected if name.startswith(f"{folder}/"))


@pytest.mark.skipif(shutil.which("git") is None, reason="git isn't installed")
def test_a_worktree_and_a_nested_repository_have_excludes_of_their_own(project: Project, tmp_path: Path) -> None:
    git(project, "init", "-q")
    git(project, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-q", "--allow-empty", "-m", "Begin")
    git(project, "worktree", "add", "-q", "tree")
    git(project, "init", "-q", "nested")
    project.write({".git/info/exclude": "tree\nx.py\n", "nested/.git/info/exclude": "y.py\n"})
    project.write({f"{folder}{name}": "" for folder in ("", "tree/", "nested/") for name in ("x.py", "y.py")})
    assert checked(project) == ["nested/x.py", "y.py"]
    assert checked(project, "tree") == ["tree/y.py"]
