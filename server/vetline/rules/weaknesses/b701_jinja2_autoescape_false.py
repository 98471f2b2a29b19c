"""Jinja escapes HTML only if it is asked to.

## Why it matters
A name such as `<script>...</script>` becomes part of the page and runs in the browser of everyone who opens it: it reads what
they see and acts in their name.  `Environment` leaves escaping off by default.  Assistants who leave Flask's
`render_template` (which escapes HTML templates) for an environment of their own overlook that.

## How to fix it
Turn it on by the template's file name:

    from jinja2 import Environment, FileSystemLoader, select_autoescape

    env = Environment(loader=FileSystemLoader("templates"), autoescape=select_autoescape())

This covers `.html`, `.htm`, `.xml` and templates given as strings.  A value that is markup on purpose becomes
`markupsafe.Markup`.

## When it is fine
For templates that don't make HTML, such as configuration files or plain-text mail.  Escaping would spoil those.

## References
- [Jinja: autoescaping](https://jinja.palletsprojects.com/en/stable/api/#autoescaping)
- [Bandit: B701](https://bandit.readthedocs.io/en/latest/plugins/b701_jinja2_autoescape_false.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix, TextEdit
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.superseded import left_to_vetline
from vetline.syntax.calls import has_unpacking, keyword_of

NOTE = "What the code has escaped by hand is escaped twice now, and markup that is passed on purpose has to be a Markup."


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call) or has_unpacking(call):
        return
    present = keyword_of(call, "autoescape")
    if present is None or isinstance(present.value, ast.Constant):
        by_name = f"{_select_autoescape(call, site)}()"
        yield Fix("Escape HTML and XML templates", (_autoescape(call, by_name, site),), Applicability.REVIEW, NOTE)
        yield Fix("Escape all templates", (_autoescape(call, "True", site),), Applicability.REVIEW, NOTE)


def _autoescape(call: ast.Call, value: str, site: FixSite) -> TextEdit:
    return site.set_keyword(call, "autoescape", value)


def _select_autoescape(call: ast.Call, site: FixSite) -> str:
    if isinstance(call.func, ast.Attribute) and site.qualified_name(call.func.value) == "jinja2":
        return f"{site.text_of(call.func.value)}.select_autoescape"
    return site.use("jinja2", "select_autoescape")


RULE = Rule(
    id="B701",
    name="jinja2-autoescape-false",
    cwe=Cwe(94),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="HTML from these templates may go out unescaped: pass `autoescape=select_autoescape()`.",
    bad=(
        Example(
            'from jinja2 import Environment, FileSystemLoader\n\nenv = Environment(loader=FileSystemLoader("templates"))\n',
            "from jinja2 import Environment, FileSystemLoader, select_autoescape\n\n"
            'env = Environment(loader=FileSystemLoader("templates"), autoescape=select_autoescape())\n',
        ),
        Example(
            "import jinja2\n\nenv = jinja2.Environment(autoescape=False, trim_blocks=True)\n",
            "import jinja2\n\nenv = jinja2.Environment(autoescape=jinja2.select_autoescape(), trim_blocks=True)\n",
        ),
        Example(
            "import jinja2\n\nenv = jinja2.Environment()\n",
            "import jinja2\n\nenv = jinja2.Environment(autoescape=jinja2.select_autoescape())\n",
        ),
    ),
    good=(
        (
            "from jinja2 import Environment, FileSystemLoader, select_autoescape\n\n"
            'env = Environment(loader=FileSystemLoader("templates"), autoescape=select_autoescape())\n'
        ),
        "import jinja2\n\nenv = jinja2.Environment(autoescape=True, trim_blocks=True)\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
