"""It makes no difference whether an argument is given by position or by keyword, or what a function is called in the file."""

from __future__ import annotations

import importlib
import inspect
import sys

import pytest

from tests.fixes.snippets import findings
from vetline.flow.signatures import _FUNCTIONS, parameters_of

HANDLER = """\
import os
from urllib.parse import urlparse

from flask import abort, redirect, request

HOSTS = {'a.example'}


def view():
    url = request.args['url']
"""


@pytest.mark.parametrize(
    "body, rule_id",
    [
        ("os.system(command='ls ' + request.args['name'])", "VET102"),
        ("return open(file=request.args['name']).read()", "VET201"),
        ("return redirect(location=request.args['url'])", "VET125"),
    ],
)
def test_a_sink_takes_its_argument_by_keyword(body: str, rule_id: str) -> None:
    assert findings(f"{HANDLER}    {body}\n", rule_id)


def test_a_check_takes_its_argument_by_keyword() -> None:
    check = "    if urlparse(url=url).netloc not in HOSTS:\n        abort(400)\n"

    assert not findings(f"{HANDLER}{check}    return redirect(url)\n", "VET125")
    assert findings(f"{HANDLER}    return redirect(url)\n", "VET125")


def test_the_order_of_keywords_is_free() -> None:
    assert parameters_of("shutil.copyfile") == ("src", "dst")
    assert findings(f"{HANDLER}    shutil.copyfile(src='a', dst=url)\n".replace("import os", "import shutil"), "VET201")
    assert findings(f"{HANDLER}    shutil.copyfile(dst=url, src='a')\n".replace("import os", "import shutil"), "VET201")
    assert parameters_of("nobody.knows") == ()


@pytest.mark.parametrize("name", [name for names in _FUNCTIONS.values() for name in names.split()])
def test_the_names_are_those_of_the_standard_library(name: str) -> None:
    module, _, attribute = name.rpartition(".")
    if module.partition(".")[0] not in sys.stdlib_module_names or module not in sys.stdlib_module_names:
        pytest.skip("a method, or not in this Python")
    try:
        actual = list(inspect.signature(getattr(importlib.import_module(module), attribute)).parameters)
    except (ImportError, AttributeError, ValueError, TypeError):
        pytest.skip("not in this Python")
    expected = [one for one in parameters_of(name) if one != "_"]
    if "popenargs" in actual or expected[0] not in actual:
        pytest.skip("takes anything, or goes by another name in this Python")

    assert [one for one in actual if one in expected] == [one for one in expected if one in actual]
    assert len(set(expected) & set(actual)) > len(expected) / 2, "some go from one release to the next, most stay"
