"""Arguments come and go without touching layout and comments around them.

The calls are B113's (``timeout=10`` is added), B501's (``verify=False`` goes) and B506's (a second positional argument goes).
"""

from __future__ import annotations

import pytest

from tests.fixes.snippets import edited, fixed, site_of

ADDED = {
    "no arguments": ("get()", "get(timeout=10)"),
    "one": ("get(url)", "get(url, timeout=10)"),
    "a comma at the end": ("get(url,)", "get(url, timeout=10,)"),
    "space at the end": ("get( url )", "get( url, timeout=10 )"),
    "in parentheses": ("get((url))", "get((url), timeout=10)"),
    "in several": ("get(((url) ))", "get(((url) ), timeout=10)"),
    "a tuple": ("get((url,))", "get((url,), timeout=10)"),
    "a string with parentheses": ("get('x)(')", "get('x)(', timeout=10)"),
    "a keyword in parentheses": ("get(url=(url))", "get(url=(url), timeout=10)"),
    "in place of another value": ("get(url, timeout=None, params=p)", "get(url, timeout=10, params=p)"),
    "in place of a value in parentheses": ("get(url, timeout=(None))", "get(url, timeout=(10))"),
    "positional arguments from a list": ("get(*urls)", "get(*urls, timeout=10)"),
    "an argument from a list behind a keyword": ("get(params=p, *urls)", "get(params=p, *urls, timeout=10)"),
    "a generator without parentheses": ("get(u for u in urls)", "get((u for u in urls), timeout=10)"),
    "a generator with parentheses": ("get((u for u in urls))", "get((u for u in urls), timeout=10)"),
    "a generator over two lines": ("get(\n    u\n    for u in urls\n)", "get((\n    u\n    for u in urls\n), timeout=10)"),
    "a walrus": ("get(u := url)", "get(u := url, timeout=10)"),
    "a comment in a line of its own": (
        "get(\n    url,\n    # no timeout\n)",
        "get(\n    url,\n    # no timeout\n    timeout=10,\n)",
    ),
    "one argument a line": ("get(\n    url,\n    p,\n)", "get(\n    url,\n    p,\n    timeout=10,\n)"),
    "one argument a line, without the last comma": ("get(\n    url,\n    p\n)", "get(\n    url,\n    p,\n    timeout=10,\n)"),
    "a comment behind the last one": ("get(\n    url  # where\n)", "get(\n    url,  # where\n    timeout=10,\n)"),
    "a comment behind its comma": ("get(\n    url,  # where\n)", "get(\n    url,  # where\n    timeout=10,\n)"),
    "a comma in a comment": ("get(\n    url  # here, there)\n)", "get(\n    url,  # here, there)\n    timeout=10,\n)"),
    "aligned": ("get(url,\n    p)", "get(url,\n    p, timeout=10)"),
    "below the first": ("get(url, p,\n)", "get(url, p,\n                     timeout=10,\n)"),
    "aligned, closed below": ("get(url,\n    p,\n    )", "get(url,\n    p,\n    timeout=10,\n    )"),
    "tabs": ("get(\n\turl,\n)", "get(\n\turl,\n\ttimeout=10,\n)"),
    "a call as last argument": (
        "get(\n    make(\n        a,\n    ),\n)",
        "get(\n    make(\n        a,\n    ),\n    timeout=10,\n)",
    ),
    "a backslash": ("get(url, \\\n    p)", "get(url, \\\n    p, timeout=10)"),
    "a triple-quoted string": ('get("""\n)#\n""")', 'get("""\n)#\n""", timeout=10)'),
}

REMOVED = {
    "the only one": ("get(verify=False)", "get()"),
    "the last": ("get(url, verify=False)", "get(url)"),
    "the last, with a comma": ("get(url, verify=False,)", "get(url,)"),
    "the first": ("get(verify=False, url=url)", "get(url=url)"),
    "in the middle": ("get(url, verify=False, params=p)", "get(url, params=p)"),
    "spaced": ("get( url , verify = False , params=p )", "get( url , params=p )"),
    "in parentheses": ("get(url, verify=(False), params=p)", "get(url, params=p)"),
    "behind parentheses": ("get((url), verify=False)", "get((url))"),
    "in a line of its own": ("get(\n    url,\n    verify=False,\n    p=p,\n)", "get(\n    url,\n    p=p,\n)"),
    "the last line": ("get(\n    url,\n    verify=False,\n)", "get(\n    url,\n)"),
    "the last line, without comma": ("get(\n    url,\n    verify=False\n)", "get(\n    url,\n)"),
    "the last line, closed there": ("get(url,\n    verify=False)", "get(url)"),
    "the first line": ("get(verify=False,\n    url=url)", "get(\n    url=url)"),
    "a line with others": ("get(\n    url, verify=False,\n    p=p,\n)", "get(\n    url,\n    p=p,\n)"),
    "a comment above": ("get(\n    url,  # where\n    verify=False, p=p)", "get(\n    url,  # where\n    p=p)"),
    "a comment behind: it stays with its argument": (
        "get(\n    url,\n    verify=False,  # self-signed\n)",
        "get(\n    url,\n    verify=True,  # self-signed\n)",
    ),
    "over two lines": ("get(\n    url,\n    verify=\n        False,\n    p=p,\n)", "get(\n    url,\n    p=p,\n)"),
    "tabs": ("get(\n\turl,\n\tverify=False,\n)", "get(\n\turl,\n)"),
    "behind a comment with a comma": ("get(url,  # a, b\n    verify=False)", "get(url,  # a, b\n    )"),
}

POSITIONAL_REMOVED = {
    "the second": ("load(text, yaml.Loader)", "safe_load(text)"),
    "in parentheses": ("load((text), (yaml.Loader))", "safe_load((text))"),
    "in a line of its own": ("load(\n    text,\n    yaml.Loader,\n)", "safe_load(\n    text,\n)"),
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("before, after", ADDED.values(), ids=ADDED.keys())
def test_a_keyword_is_added(before: str, after: str, newline: str) -> None:
    code = "import requests\n\nfound = requests.{}  # 200\n"

    assert fixed(code.format(before).replace("\n", newline), "B113") == code.format(after).replace("\n", newline)


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
@pytest.mark.parametrize("before, after", REMOVED.values(), ids=REMOVED.keys())
def test_a_keyword_is_removed(before: str, after: str, newline: str) -> None:
    code = "import requests\n\nfound = requests.{}  # 200\n"

    assert fixed(code.format(before).replace("\n", newline), "B501") == code.format(after).replace("\n", newline)


@pytest.mark.parametrize("before, after", POSITIONAL_REMOVED.values(), ids=POSITIONAL_REMOVED.keys())
def test_a_positional_argument_is_removed(before: str, after: str) -> None:
    code = "import yaml\n\ndata = yaml.{}\n"

    assert fixed(code.format(before), "B506") == code.format(after)


@pytest.mark.parametrize("before", ["'😀'; ", "name = 'é'; ", "print('𝒳', '\\N{EM DASH}'); ", "x, y\u0301 = "], ids=ascii)
@pytest.mark.parametrize("indent", ["    ", "\t", "\t \t"], ids=repr)
def test_characters_and_tabs_before_the_call(before: str, indent: str) -> None:
    code = f"import requests\n\nif '😀':\n{indent}{before}requests.get('𝒳', p)  # 😀\n"

    assert fixed(code, "B113") == code.replace("'𝒳', p)", "'𝒳', p, timeout=10)")


def test_an_unknown_keyword_may_be_there_already() -> None:
    assert fixed("import requests\n\nrequests.get(url, **options)\n", "B113") is None


def test_but_not_if_it_is_written_out() -> None:
    code = "import requests\n\nrequests.get(url, timeout=None, **options)\n"

    assert fixed(code, "B113") == code.replace("None", "10")


@pytest.mark.parametrize(
    "before, after",
    [
        ("execute(query)", "execute(query, (x,))"),
        ("execute(query, multi=True)", "execute(query, (x,), multi=True)"),
        ("execute((query) , multi=True)", "execute((query), (x,) , multi=True)"),
        ("execute(multi=True)", "execute((x,), multi=True)"),
        ("execute(\n    query,\n)", "execute(\n    query,\n    (x,),\n)"),
    ],
)
def test_a_positional_argument_is_added_before_the_keywords(before: str, after: str) -> None:
    code = f"import requests\nrequests.get(cursor.{before})\n"
    site = site_of(code, "B113")
    (call,) = site.node.args  # type: ignore[attr-defined]

    assert edited(code, (site.add_positional(call, "(x,)"),)) == code.replace(before, after)
