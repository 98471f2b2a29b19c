"""Fixes that put something around the values in a text, or refuse them, whatever shape the text has."""

from __future__ import annotations

import pytest

from tests.fixes.snippets import fixed, fixes_of


@pytest.mark.parametrize(
    "command, quoted",
    [
        pytest.param("'tar xf ' + x", "'tar xf ' + shlex.quote(x)", id="a sum"),
        pytest.param("f'tar xf {x}'", "f'tar xf {shlex.quote(str(x))}'", id="an f-string"),
        pytest.param("f'tar xf {x!s} -C {y:>4}'", None, id="a value in a format of its own"),
        pytest.param("f'head -{len(x):d} {y}'", "f'head -{len(x):d} {shlex.quote(str(y))}'", id="a number"),
        pytest.param("'tar %s' % x", "'tar %s' % shlex.quote(str(x))", id="one value"),
        pytest.param("'tar %(x)s' % {'x': x}", "'tar %(x)s' % {'x': shlex.quote(str(x))}", id="a dictionary"),
        pytest.param("'tar {0} {0}'.format(x)", "'tar {0} {0}'.format(shlex.quote(str(x)))", id="a value twice"),
        pytest.param("'tar ' + ' '.join(x)", "'tar ' + ' '.join(map(shlex.quote, x))", id="a list"),
        pytest.param("'tar ' + ' '.join([x, 'a'])", "'tar ' + ' '.join([shlex.quote(x), 'a'])", id="a display"),
        pytest.param("'tar ' + (x if y else 'a')", "'tar ' + (shlex.quote(x if y else 'a'))", id="a choice"),
        pytest.param("'echo \"%s\"' % x", "'echo %s' % shlex.quote(str(x))", id="in quotes"),
        pytest.param("f'echo \"a {x} b\"'", 'f\'echo "a "{shlex.quote(str(x))}" b"\'', id="in quotes with other text"),
        pytest.param("x + ' -v'", None, id="the program"),
        pytest.param("x", None, id="all of it"),
        pytest.param(
            "f'{x}/bin/tool {y}'", "f'{shlex.quote(str(x))}/bin/tool {shlex.quote(str(y))}'", id="a folder of programs"
        ),
    ],
)
def test_values_in_a_command_are_quoted(command: str, quoted: str | None) -> None:
    code = "import os\nimport shlex\n\n\ndef f(x, y):\n    os.popen({})\n"

    assert fixed(code.format(command), "VET102") == (None if quoted is None else code.format(quoted))


@pytest.mark.parametrize(
    "code",
    [
        (
            "import os\nimport shlex\n\n\ndef f(x, y):\n    command = 'tar '\n    if y:\n        command += '-v '\n"
            "    command += {x}\n    os.popen(command)\n"
        ),
        "import os\nimport shlex\n\n\ndef f(x):\n    command = 'tar xf %s' % {s}\n    print(command)\n    os.popen(command)\n",
        "import os\nimport shlex\n\n\ndef f(x):\n    options = ' -o %s' % {s}\n    os.popen('tar xf a' + options)\n",
        "import os\nimport shlex\n\n\ndef f(x):\n    return [os.popen('tar ' + {x}) for _ in range(2)]\n",
        "import os\nimport shlex\n\n\ndef f(x):\n\tos.popen('tar ' + {x})",
        "import os\r\nimport shlex\r\n\r\n\r\ndef f(x):\r\n    if x: os.popen('tar ' + {x})\r\n",
        "import os\nfrom shlex import quote as q\n\n\ndef f(x):\n    os.popen('tar ' + {q})\n",
    ],
)
def test_a_command_is_followed_through_statements(code: str) -> None:
    after = {"x": "shlex.quote(x)", "s": "shlex.quote(str(x))", "q": "q(x)"}

    assert fixed(code.format(x="x", s="x", q="x"), "VET102") == code.format(**after)


def test_a_value_of_several_words_is_for_review() -> None:
    (fix,) = fixes_of("import os\n\n\ndef f(args):\n    os.popen('tar ' + args)\n", "VET102")

    assert not fix.is_safe
    assert "several words" in fix.note


@pytest.mark.parametrize(
    "path, folder",
    [
        ("os.path.join(ROOT, name)", "ROOT"),
        ("os.path.join(ROOT, 'sub', name)", "os.path.join(ROOT, 'sub')"),
        ("ROOT + '/' + name", "ROOT"),
        ("f'files/{name}.txt'", "'files'"),
        ("f'files/{kind}/{name}'", "f'files/{kind}'"),
        ("'files/user-%s' % name", "'files'"),
        ("'/' + name", "'/'"),
    ],
)
def test_a_path_is_kept_in_the_folder_in_front_of_it(path: str, folder: str) -> None:
    code = (
        "import os\nfrom pathlib import Path\n\nfrom flask import abort, request\n\nROOT = os.environ['ROOT']\n\n\n"
        "def read(kind: int):\n    name = request.args['name']\n    path = {}\n{}    return open(path).read()\n"
    )
    guard = f"    if not Path(path).resolve().is_relative_to(Path({folder}).resolve()):\n        abort(404)\n"

    assert fixed(code.format(path, ""), "VET201") == code.format(path, guard)


@pytest.mark.parametrize(
    "statement",
    [
        pytest.param("    handle = lambda: open(name)\n    return handle()\n", id="a lambda"),
        pytest.param("    return [open(name) for _ in range(2)]\n", id="a comprehension"),
        pytest.param("    if name: return open(name)\n", id="beside a condition"),
        pytest.param("    while open(name):\n        pass\n", id="what a loop asks"),
    ],
)
def test_no_guard_is_put_where_it_would_not_be_passed(statement: str) -> None:
    code = f"from flask import request\n\n\ndef read():\n    name = request.args['name']\n{statement}"

    assert all("Refuse" not in fix.title for fix in fixes_of(code, "VET201"))
