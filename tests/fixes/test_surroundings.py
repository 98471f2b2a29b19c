"""Fixes work wherever the finding stands, and whatever state the rest of the buffer is in."""

from __future__ import annotations

import textwrap

import pytest

from tests.fixes.snippets import edited, fixed, vetted
from vetline.fixes.offer import offer

ADD_TIMEOUT = "requests.get(url)"
WITH_TIMEOUT = "requests.get(url, timeout=10)"

PLACES = {
    "a decorator": "@retry(requests.get(url))\ndef f():\n    pass\n",
    "a decorator of a method": "class A:\n    @retry(requests.get(url))\n    def f(self):\n        pass\n",
    "a lambda": "fetch = lambda url: requests.get(url)\n",
    "a comprehension": "pages = {url: requests.get(url) for url in urls if url}\n",
    "its condition": "pages = [url for url in urls if requests.get(url).ok]\n",
    "a nested call": "show(parse(requests.get(url).text, strict=True), end='')\n",
    "a one-line if": "if url: requests.get(url)\nelse: pass\n",
    "a one-line function": "def f(url): return requests.get(url)\n",
    "two statements in a line": "a = 1; requests.get(url); b = 2\n",
    "a default value": "def f(page=requests.get(url), *, b=1):\n    pass\n",
    "a base class": "class Page(base(requests.get(url))):\n    pass\n",
    "a class body": "class Page:\n    content = requests.get(url)\n",
    "a method": "class Page:\n    def load(self, url):\n        return requests.get(url)\n",
    "an async function": "async def f(url):\n    async with session() as s:\n        return requests.get(url)\n",
    "a with statement": "with requests.get(url) as page, open('x') as out:\n    pass\n",
    "an f-string": "print(f'{requests.get(url).status_code}: {url}')\n",
    "an f-string with a format": "print(f'{requests.get(url).status_code!r:>{width}}')\n",
    "an f-string over several lines": "print(f'''\n{url}\n  {requests.get(url)}''')\n",
    "the second of two f-strings": "print(f'{url}' 'é'\n      f'{requests.get(url)}')\n",
    "a walrus": "while (page := requests.get(url)).ok:\n    pass\n",
    "an except clause": "try:\n    pass\nexcept E:\n    requests.get(url)\nfinally:\n    pass\n",
    "a match statement": "match requests.get(url):\n    case 1:\n        pass\n",
    "a subscript": "pages[requests.get(url)] = 1\n",
    "a starred argument": "show(*requests.get(url), **{'a': 1})\n",
    "a dictionary": "d = {'a': 1, 'b': requests.get(url), **x}\n",
    "a continued line": "page = \\\n    requests.get(url)\n",
    "a type alias's neighbour": "type Url = str\npage = requests.get(url)\n",
    "a generic function": "def f[T](url: T) -> T:\n    return requests.get(url)\n",
}

BROKEN = {
    "above, another function": "def broken(:\n    return 1\n\ndef f(url):\n    return requests.get(url)\n",
    "above, an open parenthesis": "x = foo(1,\n\ndef f(url):\n    return requests.get(url)\n",
    "above, an open string": "x = 'abc\n\ndef f(url):\n    return requests.get(url)\n",
    "below": "def f(url):\n    return requests.get(url)\n\ndef broken(\n",
    "the same function, above": "def f(url):\n    x = = 1\n    return requests.get(url)\n",
    "the same function, below": "def f(url):\n    page = requests.get(url)\n    if page\n    return page\n",
    "the same function, an open call below": "def f(url):\n    page = requests.get(url)\n    show(page,\n",
    "the same class": "class A:\n    def broken(self\n        pass\n\n    def f(self, url):\n        requests.get(url)\n",
    "the line before": "y = (1 +\nx = requests.get(url)\n",
    "a missing indent": "def f(url):\nif url:\n    requests.get(url)\n",
    "an indented snippet": "    def f(self, url):\n        return requests.get(url)\n",
}


@pytest.mark.parametrize("code", PLACES.values(), ids=PLACES.keys())
def test_a_place(code: str) -> None:
    code = f"import requests\n\n{code}"

    assert fixed(code, "B113") == code.replace(ADD_TIMEOUT, WITH_TIMEOUT)


@pytest.mark.parametrize("code", BROKEN.values(), ids=BROKEN.keys())
def test_a_syntax_error_elsewhere(code: str) -> None:
    code = f"import requests\n\n{code}"

    assert fixed(code, "B113") == code.replace(ADD_TIMEOUT, WITH_TIMEOUT)


@pytest.mark.parametrize("code", BROKEN.values(), ids=BROKEN.keys())
def test_a_syntax_error_elsewhere_and_an_import(code: str) -> None:
    code = code.replace(ADD_TIMEOUT, "eval(url)")

    assert fixed(f"import os\n\n{code}", "B307") == f"import ast\nimport os\n\n{code.replace('eval', 'ast.literal_eval')}"


@pytest.mark.parametrize("newline", ["\r\n", "\r"], ids=["crlf", "cr"])
def test_other_line_ends_in_a_file_with_tabs(newline: str) -> None:
    code = textwrap.dedent(
        """\
        import subprocess

        def f(url):
        \tif url:
        \t\tsubprocess.run(
        \t\t\tf"curl {url} "
        \t\t\t"-o out",
        \t\t\tshell=True,  # ok
        \t\t\tcheck=True,
        \t\t)
        """
    )
    result = textwrap.dedent(
        """\
        import subprocess

        def f(url):
        \tif url:
        \t\tsubprocess.run(
        \t\t\t["curl", str(url),
        \t\t\t "-o", "out"],
        \t\t\tcheck=True,
        \t\t)
        """
    )

    assert fixed(code.replace("  # ok", "").replace("\n", newline), "B602") == result.replace("\n", newline)


def test_of_two_statements_that_are_the_same_the_right_one_is_fixed() -> None:
    code = "import requests\n\nrequests.get(url)\nrequests.get(url)\n"
    document = vetted(code)
    _, second = (finding for finding in document.findings() if finding.rule_id == "B113")
    (fix,) = offer(document, second)

    assert edited(code, fix.edits) == "import requests\n\nrequests.get(url)\nrequests.get(url, timeout=10)\n"


def test_nothing_else_in_a_long_file_moves() -> None:
    noise = "".join(f"def f{n}():\n\treturn '😀{n}'\r\n" for n in range(500))
    code = f"{noise}page = requests.get('😀')\n{noise}"

    assert fixed(f"import requests\n{code}", "B113") == f"import requests\n{code}".replace("get('😀')", "get('😀', timeout=10)")
