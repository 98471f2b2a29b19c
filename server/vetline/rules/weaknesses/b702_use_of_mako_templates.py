"""Mako escapes HTML only if it is asked to.

Bandit reports every `mako.template.Template`, however it is set up.

## Why it matters
A name such as `<script>...</script>` becomes part of the page and runs in the browser of everyone who opens it: it reads
what they see and acts in their name.  Assistants write `${name}` as in other template languages, which escape by
themselves.

## How to fix it
Escape all expressions, for all templates at once:

    from mako.lookup import TemplateLookup

    lookup = TemplateLookup(directories=["templates"], default_filters=["h"])
    page = lookup.get_template("profile.html").render(name=name)

In a template, `${body | n}` then leaves out the escaping where markup is meant.

## When it is fine
With `default_filters=["h"]` in the call, or `| h` on every expression; and for templates that don't make HTML.  Never
build the template itself from user input: Mako templates can hold Python code.

## References
- [Mako: filtering](https://docs.makotemplates.org/en/latest/filtering.html)
- [Bandit: B702](https://bandit.readthedocs.io/en/latest/plugins/b702_use_of_mako_templates.html)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule
from vetline.rules.superseded import left_to_vetline

RULE = Rule(
    id="B702",
    name="use-of-mako-templates",
    cwe=Cwe(80),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message='Mako escapes no HTML by default: use a `TemplateLookup` with `default_filters=["h"]`.',
    bad=(
        Example('from mako.template import Template\n\npage = Template("Hello ${name}").render(name=name)\n'),
        Example('import mako.template\n\npage = mako.template.Template(filename="profile.html")\n'),
    ),
    good=(
        'from mako.lookup import TemplateLookup\n\nlookup = TemplateLookup(directories=["templates"], default_filters=["h"])\n',
        (
            "from jinja2 import Environment, select_autoescape\n\n"
            "env = Environment(autoescape=select_autoescape())\n"
            'page = env.from_string("Hello {{ name }}").render(name=name)\n'
        ),
    ),
    why_no_fix="A filter for all expressions would also escape markup that is meant; the templates have to be read.",
    matters=left_to_vetline,
    leaves=frozenset({"B702"}),  # Bandit reports every template, whatever its filters
)
