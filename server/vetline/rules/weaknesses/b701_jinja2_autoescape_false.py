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

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule

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
        ),
        Example("import jinja2\n\nenv = jinja2.Environment(autoescape=False, trim_blocks=True)\n"),
        Example("import jinja2\n\nenv = jinja2.Environment()\n"),
    ),
    good=(
        (
            "from jinja2 import Environment, FileSystemLoader, select_autoescape\n\n"
            'env = Environment(loader=FileSystemLoader("templates"), autoescape=select_autoescape())\n'
        ),
        "import jinja2\n\nenv = jinja2.Environment(autoescape=True, trim_blocks=True)\n",
    ),
)
