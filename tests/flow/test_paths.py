"""What proves that a path stays inside of its folder, and what only looks like it."""

from __future__ import annotations

import pytest

from tests.fixes.snippets import findings

HANDLER = """\
import os
import re
from pathlib import Path

from flask import abort, request

FOLDER = "/srv/files"


def read():
    name = request.args["name"]
    path = os.path.join(FOLDER, name)
    real = os.path.realpath(path)
    {guard}
    return open({opened}).read()
"""


def is_reported(guard: str, opened: str) -> bool:
    return bool(findings(HANDLER.format(guard=guard, opened=opened), "VET201"))


@pytest.mark.parametrize(
    "guard, opened",
    [
        ("if not real.startswith(FOLDER): abort(403)", "real"),
        ("if os.path.commonpath([FOLDER, real]) != FOLDER: abort(403)", "real"),
        ("if os.path.commonprefix((real, folder())) != folder(): abort(403)", "real"),
        ("if os.path.relpath(real, FOLDER).startswith('..'): abort(403)", "real"),
        ("if Path(FOLDER) not in Path(path).resolve().parents: abort(403)", "path"),
        ("Path(real).relative_to(FOLDER)", "real"),
        ("if os.path.basename(name) != name: abort(400)", "path"),
        ("if '/' in name: abort(400)", "path"),
        ("if any(c in name for c in '/\\\\'): abort(400)", "path"),
        ("if '..' in name or os.path.isabs(name): abort(400)", "path"),
        ("if any(p == '..' for p in name.split('/')) or name.startswith('/'): abort(400)", "path"),
        ("if name not in os.listdir(FOLDER): abort(404)", "path"),
        ("name = re.sub(r'[^\\w.-]', '', name)", "FOLDER + '/' + name"),
        ("name = name.replace('/', '_')", "os.path.join(FOLDER, name)"),
        ("name = name.lstrip('/')\n    if '..' in name: abort(400)", "os.path.join(FOLDER, name)"),
        ("validate_name(name)", "path"),
    ],
)
def test_a_proof_is_understood(guard: str, opened: str) -> None:
    assert is_reported("pass", opened)
    assert not is_reported(guard, opened)


@pytest.mark.parametrize(
    "guard, opened",
    [
        ("if not path.startswith(FOLDER): abort(403)", "path"),  # there may be ".." behind the prefix
        ("if os.path.commonpath([FOLDER, path]) != FOLDER: abort(403)", "path"),
        ("if '..' in name: abort(400)", "path"),  # joined: "/etc/passwd" takes the folder's place
        ("if '/../' in name: abort(400)", "FOLDER + '/' + name"),  # "../x" passes
        ("name = name.replace('../', '')", "FOLDER + '/' + name"),  # "....//" becomes "../"
        ("name = re.sub(r'[^\\w./-]', '', name)", "FOLDER + '/' + name"),
        ("validate_request(name)", "path + request.args['x']"),
        ("if not os.path.exists(path): abort(404)", "path"),
    ],
)
def test_what_proves_nothing_is_no_proof(guard: str, opened: str) -> None:
    assert is_reported(guard, opened)


def test_the_elements_of_what_a_library_gives_are_known() -> None:
    code = (
        "import os\nimport tarfile\n\nwith tarfile.open(path) as archive:\n"
        "    for member in {members}:\n        open(os.path.join(folder, member.name), 'wb')\n"
    )

    for members in ("archive", "archive.getmembers()", "[m for m in archive.getmembers()]"):
        assert findings(code.format(members=members), "VET202"), members


@pytest.mark.parametrize(
    "guard",
    [
        "if re.fullmatch(r'[a-z]+', name) is None: abort(400)",
        "if not bool(re.fullmatch(r'[a-z]+', name)): abort(400)",
        "found = re.fullmatch(r'[a-z]+', name)\n    if found is None: abort(400)",
    ],
)
def test_a_match_that_is_not_none_is_a_match(guard: str) -> None:
    assert not is_reported(guard, "path")
    assert is_reported(guard.replace("fullmatch", "search"), "path")
