"""``vetline fix``: the right bytes change, and no others."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Project
from vetline.cli.files.source import decode_source

pytestmark = pytest.mark.usefixtures("bandits_profile")

# B113 (a request without a timeout) has a safe fix, B501 (any certificate is accepted) one to review.
SAFE = "import requests\n\nrequests.get(url)\n"
SAFE_FIXED = "import requests\n\nrequests.get(url, timeout=10)\n"
REVIEW = "import requests\n\nrequests.get(url, timeout=5, verify=False)\n"
REVIEW_FIXED = "import requests\n\nrequests.get(url, timeout=5)\n"


def test_safe_fixes_are_applied(project: Project) -> None:
    outcome = project.write({"app.py": SAFE, "clean.py": "x = 1\n"}).run("fix")
    assert project.read("app.py").decode() == SAFE_FIXED
    assert (outcome.code, outcome.out) == (0, "app.py: fixed B113\n")
    assert outcome.err == "Fixed 1 finding in 1 file.\n"


def test_what_is_left_ends_with_1(project: Project) -> None:
    outcome = project.write({"app.py": f"{SAFE}exec(x)\n"}).run("fix")
    assert outcome.code == 1
    assert outcome.err == "Fixed 1 finding in 1 file. Left: 1 warning.\n"


def test_fixes_to_review_are_applied_when_asked_for(project: Project) -> None:
    project.write({"app.py": REVIEW})
    assert project.run("fix").code == 1
    assert project.read("app.py").decode() == REVIEW
    assert project.run("fix", "--unsafe").code == 0
    assert project.read("app.py").decode() == REVIEW_FIXED


def test_a_diff_shows_the_change_and_makes_none(project: Project) -> None:
    outcome = project.write({"app.py": SAFE}).run("fix", "--diff")
    assert outcome.code == 1
    assert outcome.out == (
        "--- a/app.py\n+++ b/app.py\n@@ -1,3 +1,3 @@\n import requests\n \n-requests.get(url)\n+requests.get(url, timeout=10)\n"
    )
    assert outcome.err == "Would fix 1 finding in 1 file.\n"
    assert project.read("app.py").decode() == SAFE


def test_a_diff_without_changes_ends_with_0(project: Project) -> None:
    outcome = project.write({"app.py": "exec(x)\n"}).run("fix", "--diff")
    assert (outcome.code, outcome.out) == (0, "")
    assert outcome.err == "Nothing that can be fixed. Left: 1 warning.\n"


@pytest.mark.skipif(shutil.which("git") is None, reason="git isn't installed")
@pytest.mark.parametrize(
    "data",
    [
        SAFE.encode(),
        SAFE.rstrip().encode(),
        SAFE.replace("\n", "\r\n").encode(),
        ("# coding: latin-1\n# ä\n" + SAFE).encode("latin-1"),
        ("\ufeff" + SAFE).encode(),
    ],
    ids=["plain", "no line end", "CRLF", "latin-1", "byte order mark"],
)
def test_git_applies_the_diff(project: Project, data: bytes) -> None:
    name = "sub folder/äpp.py"
    diff = project.write({name: data}).run("fix", "--diff").out_bytes
    subprocess.run(["git", "apply", "-"], input=diff, cwd=project.root, check=True)
    by_git = project.read(name)
    assert by_git != data
    project.write({name: data}).run("fix")
    assert project.read(name) == by_git


@pytest.mark.parametrize(
    "data",
    [
        SAFE.replace("\n", "\r\n").encode(),
        SAFE.replace("\n", "\r").encode(),
        ("\ufeff# ä日👩\n" + SAFE).encode(),
        ("# coding: latin-1\n# äöü\n" + SAFE).encode("latin-1"),
        ("#!/usr/bin/python\n# coding: shift_jis\n# 日本語\n" + SAFE).encode("shift_jis"),
        ("\f\n" + SAFE + "x = '\x0c\x85'\n").encode(),
        SAFE.rstrip().encode(),
    ],
    ids=["CRLF", "CR", "byte order mark", "latin-1", "shift-jis", "form feed", "no line end"],
)
def test_encoding_and_line_ends_are_kept(project: Project, data: bytes) -> None:
    project.write({"app.py": data}).run("fix")
    fixed = project.read("app.py")
    assert fixed == data.replace(b"requests.get(url)", b"requests.get(url, timeout=10)")
    assert decode_source(fixed).encoding == decode_source(data).encoding


def test_a_file_in_an_encoding_that_cannot_be_written_back_is_left_alone(project: Project) -> None:
    data = b"# coding: utf-7\n" + SAFE.encode() + b"x = '+AOQ-+AOQ-'\n"
    outcome = project.write({"app.py": data}).run("fix")
    assert outcome.code == 2
    assert "it can't be written back in its encoding, utf-7" in outcome.err
    assert project.read("app.py") == data


@pytest.mark.skipif(os.name == "nt", reason="POSIX permissions")
def test_mode_and_links_are_kept(project: Project) -> None:
    project.write({"real.py": SAFE})
    (project.root / "real.py").chmod(0o754)
    (project.root / "link.py").symlink_to("real.py")
    assert project.run("fix", "link.py").code == 0
    assert (project.root / "link.py").is_symlink()
    assert project.read("real.py").decode() == SAFE_FIXED
    assert stat.S_IMODE((project.root / "real.py").stat().st_mode) == 0o754
    assert sorted(path.name for path in project.root.iterdir()) == ["link.py", "real.py"]


def test_an_unchanged_file_is_not_written(project: Project) -> None:
    project.write({"app.py": "exec(x)\n"})
    before = (project.root / "app.py").stat()
    project.run("fix", "--unsafe")
    after = (project.root / "app.py").stat()
    assert (before.st_mtime_ns, before.st_ino) == (after.st_mtime_ns, after.st_ino)


def test_a_file_that_cannot_be_written_is_reported(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write({"app.py": SAFE, "b.py": SAFE})
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: Path(path).name != "app.py" and access(path, mode))
    outcome = project.run("fix")
    assert outcome.code == 2
    assert "app.py: error: not fixed: it can't be written: Permission denied" in outcome.err
    assert project.read("app.py").decode() == SAFE
    assert project.read("b.py").decode() == SAFE_FIXED


def test_only_what_is_chosen_is_fixed(project: Project) -> None:
    project.write({"app.py": SAFE})
    assert project.run("fix", "--ignore", "B113").code == 0
    assert project.read("app.py").decode() == SAFE


def test_only_what_is_chosen_is_fixed_in_test_code(project: Project) -> None:
    settings = 'profile = "default"\nselect = ["B113"]\n[tests]\nignore = ["B113"]\n'
    project.write({"app.py": SAFE, "tests/app.py": SAFE, "vetline.toml": settings})
    project.run("fix")
    assert project.read("tests/app.py").decode() == SAFE
    assert project.read("app.py").decode() != SAFE


def test_standard_input_goes_to_standard_output(project: Project) -> None:
    data = ("\ufeff" + SAFE.replace("\n", "\r\n")).encode()
    outcome = project.spawn("fix", "-", stdin=data)
    assert outcome.out_bytes == data.replace(b"(url)", b"(url, timeout=10)")
    assert (outcome.code, outcome.err) == (0, "Fixed 1 finding in 1 file.\n")


@pytest.mark.parametrize("data", [b"x = '\xff'\n", b"\0", b"]]]]\n"], ids=["encoding", "binary", "broken"])
def test_standard_input_that_cannot_be_fixed_comes_out_again(project: Project, data: bytes) -> None:
    outcome = project.spawn("fix", "-", "--stdin-filename", "app.py", stdin=data)
    assert (outcome.code, outcome.out_bytes) == (2, data)
    assert "app.py" in outcome.err


def test_a_diff_of_standard_input(project: Project) -> None:
    outcome = project.run("fix", "--diff", "-", "--stdin-filename", "pkg/app.py", stdin=SAFE)
    assert outcome.out.startswith("--- a/pkg/app.py\n+++ b/pkg/app.py\n@@ ")


def test_fixes_work_around_a_broken_statement(project: Project) -> None:
    project.write({"app.py": f"{SAFE}\n\ndef broken(:\n    pass\n\n\ndef f():\n    return requests.post(url)\n"})
    project.run("fix")
    assert project.read("app.py").count(b"timeout=10") == 2


def test_many_files_are_fixed_in_several_processes(project: Project) -> None:
    project.write({f"f{number:02}.py": SAFE for number in range(40)} | {"bad.py": b"\xff"})
    outcome = project.spawn("fix", "--jobs", "2")
    assert outcome.code == 2
    assert outcome.out.splitlines() == [f"f{number:02}.py: fixed B113" for number in range(40)]
    assert "bad.py:1:1: error" in outcome.err
    assert all(project.read(f"f{number:02}.py").decode() == SAFE_FIXED for number in range(40))


def test_an_interrupted_write_leaves_the_old_file(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write({"app.py": SAFE})

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    outcome = project.run("fix")
    assert outcome.code == 2
    assert "No space left on device" in outcome.err
    assert project.read("app.py").decode() == SAFE
    assert [path.name for path in project.root.iterdir()] == ["app.py"]
