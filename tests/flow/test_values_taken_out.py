"""What comes out of a container, of an encoding, of a wrapper around the request is what was put into it."""

from __future__ import annotations

import pytest

from tests.fixes.snippets import findings

HANDLER = """\
import base64
import configparser

import helpers
from flask import Flask, request

app = Flask(__name__)


@app.post('/')
def index():
    given = request.form['x']
{body}
    return page
"""


def is_reported(body: str) -> bool:
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return bool(findings(HANDLER.format(body=lines), "VET120"))


def test_the_element_that_is_left_after_another_was_taken_out() -> None:
    assert is_reported("rows = ['a']\nrows.append(given)\nrows.append('b')\nrows.pop(0)\npage = rows[0]")
    assert not is_reported("rows = ['a']\nrows.append(given)\nrows.append('b')\nrows.pop(0)\npage = rows[1]")


def test_an_option_that_the_code_has_set() -> None:
    body = (
        "parser = configparser.ConfigParser()\nparser.set('s', 'a', 'mine')\n"
        "parser.set('s', 'b', given)\npage = parser.get('s', {})"
    )

    assert is_reported(body.format("'b'"))
    assert not is_reported(body.format("'a'"))


def test_what_was_encoded_is_harmless_until_it_is_decoded() -> None:
    assert not is_reported("page = base64.b64encode(given.encode()).decode()")
    assert is_reported("page = base64.b64decode(base64.b64encode(given.encode())).decode()")


@pytest.mark.parametrize(
    "maker, is_input", [("wrap_request", True), ("query_of", True), ("find_user", False), ("is_mobile", False)]
)
def test_a_function_that_reads_the_request_gives_input(maker: str, is_input: bool) -> None:
    assert is_reported(f"page = helpers.{maker}(request).name") is is_input


def test_a_template_that_is_filled_with_all_variables() -> None:
    assert is_reported("title = 'x'\npage = '<p>%(given)s</p>' % locals()")
    assert not is_reported("title = 'x'\npage = '<p>%(title)s</p>' % locals()")


def test_texts_that_are_escaped_by_hand() -> None:
    assert not is_reported("page = given.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')")
    assert not is_reported(
        "page = given\nfor sign, text in (('&', '&amp;'), ('<', '&lt;')):\n    page = page.replace(sign, text)"
    )
    assert is_reported("page = given.replace('&', '&amp;').replace('>', '&gt;')")


def test_a_function_that_escapes_by_hand() -> None:
    escaping = "def tidy(text):\n    return text.replace('&', '&amp;').replace('<', '&lt;').replace('>', '&gt;')\n\n\n"
    code = HANDLER.format(body="    page = '<p>' + tidy(given)")

    assert findings(code, "VET120")
    assert not findings(escaping + code, "VET120")
