"""Files are read as Python reads them; what can't be read is reported and spoils nothing else."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Project
from vetline.cli.files.source import Unreadable, decode_source

pytestmark = pytest.mark.usefixtures("bandits_profile")

READABLE = {
    "UTF-8": "x = 'ä日👩', eval(y)\n".encode(),
    "byte order mark": "\ufeffx = 'ä日👩', eval(y)\n".encode(),
    "latin-1 declared": "# -*- coding: latin-1 -*-\nx = 'äääé', eval(y)\n".encode("latin-1"),
    "declared in the second line": "#!/usr/bin/python\n# vim: set fileencoding=cp1252 :\nx = 'ää€é', eval(y)\n".encode(
        "cp1252"
    ),
    "shift-jis": "# coding: shift_jis\nx = '日本語日', eval(y)\n".encode("shift_jis"),
    "utf-7": "# coding: utf-7\nx = 'ä日本ä', eval(y)\n".encode("utf-7"),
    "CRLF": b"# coding: ascii\r\nx = 'abcd', eval(y)\r\n",
    "CR": b"# coding: utf-8\rx = 'abcd', eval(y)\r",
}


@pytest.mark.parametrize("data", READABLE.values(), ids=READABLE)
def test_source_is_read_in_its_encoding(project: Project, data: bytes) -> None:
    compile(data, "app.py", "exec")
    outcome = project.write({"app.py": data}).run("check", "--format", "json")
    (finding,) = json.loads(outcome.out)["findings"]
    line = next(line for line in decode_source(data).text.splitlines() if "eval" in line)
    assert finding["range"]["start"]["column"] == line.index("eval") + 1


UNREADABLE = {
    "not UTF-8": (b"x = 1\ny = '\xe4'\n", "app.py:2:1", "it is not valid UTF-8: byte 0xe4 in line 2"),
    "not UTF-8 in line 1": (b"y = '\xe4'\n", "app.py:1:1", "it is not valid UTF-8: byte 0xe4 in line 1"),
    "cut off": ("x = 1\r\ny = '日".encode()[:-1], "app.py:2:1", "it is not valid UTF-8"),
    "not the declared encoding": (b"# coding: ascii\n\ny = '\xe4'\n", "app.py:3:1", "it is not valid ASCII: byte 0xe4"),
    "unknown encoding": (b"# coding: klingon\n", "app.py:1:1", "its encoding declaration is wrong (unknown encoding: klingon)"),
    "no encoding of texts": (b"# coding: hex\n666f6f\n", "app.py:1:1", "its encoding declaration names no encoding of texts"),
    "mark and declaration": (b"\xef\xbb\xbf# coding: latin-1\n", "app.py:1:1", "its encoding declaration is wrong"),
    "null bytes": (b"x = 1\0\n", "app.py", "it holds null bytes, so it is no Python source"),
    "a program": (b"\x7fELF\x02\x01\x01\0\0\0", "app.py", "it holds null bytes, so it is no Python source"),
    "UTF-16": ("x = 1\n".encode("utf-16"), "app.py", "it is UTF-16, which Python doesn't read as source"),
}


@pytest.mark.parametrize("data, place, reason", UNREADABLE.values(), ids=UNREADABLE)
def test_what_python_cannot_read_is_reported_and_the_run_goes_on(
    project: Project, data: bytes, place: str, reason: str
) -> None:
    with pytest.raises((SyntaxError, ValueError)):
        compile(data, "app.py", "exec")
    outcome = project.write({"app.py": data, "other.py": "eval(x)\n"}).run("check")
    assert outcome.code == 2
    assert outcome.out.startswith(f"{place}: error: not checked: {reason}")
    assert "other.py:1:1: warning: B307" in outcome.out
    assert "1 path could not be checked" in outcome.out


@pytest.mark.parametrize("data", READABLE.values(), ids=READABLE)
def test_what_is_written_back_unchanged_is_the_same(data: bytes) -> None:
    source = decode_source(data)
    assert source.encode(source.text) == data


def test_what_cannot_be_written_back_is_left_alone() -> None:
    """UTF-7 can write one text in several ways, and Python chooses another than this file did."""
    with pytest.raises(Unreadable, match="can't be written back"):
        decode_source(b"# coding: utf-7\nx = '+AOQ-+AOQ-'\n").encode("x = 1\n")


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs a file that nobody can read")
def test_a_read_error_is_reported(project: Project) -> None:
    outcome = project.write({"app.py": "eval(x)\n"}).run("check", "/proc/self/mem", "app.py")
    assert outcome.code == 2
    assert outcome.out.startswith("/proc/self/mem: error: not checked: it can't be read: ")
    assert "B307" in outcome.out
