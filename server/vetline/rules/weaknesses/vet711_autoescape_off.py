"""Templates put values into pages without escaping them.

## Why it matters
A name such as `<script>...</script>` becomes part of the page and runs in the browser of everyone who opens it.
Jinja's own `Environment` and `Template` don't escape unless they are asked to; Mako and Tornado can be told not to.
Assistants who leave Flask's `render_template` for an environment of their own overlook that.

## How to fix it
    env = Environment(loader=FileSystemLoader("templates"), autoescape=select_autoescape())

This covers `.html`, `.htm`, `.xml` and templates given as strings.  A value that is markup on purpose becomes
`markupsafe.Markup`.

## When it is fine
For templates that don't make HTML, such as configuration files, code or plain-text mail.  Escaping would spoil those.

## References
- [Jinja: autoescaping](https://jinja.palletsprojects.com/en/stable/api/#autoescaping)
- [Mako: expression filters](https://docs.makotemplates.org/en/latest/filtering.html)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.settings import is_for_development
from vetline.rules.web import is_html, is_web
from vetline.syntax.calls import has_unpacking, keyword_of

_ENVIRONMENTS: Final = frozenset(
    {
        "jinja2.Environment",
        "jinja2.environment.Environment",
        "jinja2.sandbox.SandboxedEnvironment",
        "jinja2.sandbox.ImmutableSandboxedEnvironment",
    }
)
_TEMPLATES: Final = frozenset({"jinja2.Template", "jinja2.environment.Template"})
_MAKO: Final = frozenset({"mako.template.Template", "mako.lookup.TemplateLookup"})
_TORNADO: Final = frozenset(
    {"tornado.web.Application", "tornado.template.Loader", "tornado.template.DictLoader", "tornado.template.Template"}
)
_ENGINES: Final = (*_ENVIRONMENTS, *_TEMPLATES, *_MAKO, *_TORNADO)
_UNESCAPED: Final = re.compile(r"\{%-?\s*autoescape\s+(?:false|off|None)\s*-?%\}", re.IGNORECASE)
_NO_HTML: Final = re.compile(
    r"\.(?:py|c|h|cpp|rs|go|java|md|rst|txt|toml|ya?ml|json|ini|cfg|conf|sql|sh|tex|service|tf|css|js)(?:\.j2|\.jinja2?)?$|prompt|code|config"
    r"|latex|sql|mail|readme|docker|yaml|nginx|system|llm|chat|changelog",
    re.IGNORECASE,
)
_MESSAGE: Final = "HTML from these templates may go out unescaped: pass `autoescape=select_autoescape()`."
_OFF: Final = (
    "Templates put values into pages unescaped from here on; leave escaping on, and mark what is markup with `Markup`."
)


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.calls(*_ENGINES):
        callees = context.callees(call)
        if not _ENVIRONMENTS.isdisjoint(callees):
            yield from _of_environment(call, context)
        elif not _TEMPLATES.isdisjoint(callees):
            source = context.argument(call, 0, "source")
            texts = context.value(source).text if source is not None else None
            if _is_unescaped(call, context) and is_html(texts):
                yield Match(
                    call, "This template makes HTML and escapes nothing: pass `autoescape=True`.", confidence=Confidence.HIGH
                )
        elif not _MAKO.isdisjoint(callees):
            if has_unpacking(call):
                continue
            filters = keyword_of(call, "default_filters")
            named = (
                [item.constant for item in (context.value(filters.value).items or {}).values()] if filters is not None else []
            )
            if not {"h", "html"} & set(named):
                is_page = is_web(context)
                message = "Mako escapes nothing unless it is told to: pass `default_filters=['h']`."
                yield Match(call, message, Severity.MEDIUM if is_page else Severity.LOW)
        elif not _TORNADO.isdisjoint(callees):
            given = keyword_of(call, "autoescape")
            if given is not None and context.value(given.value).constants in ((None,), (False,)):
                yield Match(given.value, _OFF)
    yield from _switched_off(context)


def _switched_off(context: CheckContext) -> Iterator[Match]:
    """Yield the places where escaping is said to be off, in code, options and templates."""
    for node in context.walk(ast.Assign):
        match node:
            case ast.Assign(targets=[ast.Attribute(attr="autoescape" | "jinja_autoescape")], value=value):
                if context.value(value).constants in ((False,), (None,)) and not is_for_development(node, context):
                    yield Match(node, _OFF)
            case ast.Assign(
                targets=[ast.Attribute(attr="select_jinja_autoescape")], value=ast.Lambda(body=ast.Constant(value=False))
            ):
                yield Match(node, _OFF)
    for display in context.walk(ast.Dict):
        assert isinstance(display, ast.Dict)
        for key, value in zip(display.keys, display.values, strict=True):
            if isinstance(key, ast.Constant) and key.value == "autoescape" and context.value(value).constants == (False,):
                yield Match(value, _OFF)
    for constant in context.walk(ast.Constant):
        assert isinstance(constant, ast.Constant)
        text = constant.value
        if not isinstance(text, str) or "autoescape" not in text or isinstance(context.parent_of(constant), ast.Expr):
            continue  # a docstring is no template
        if _UNESCAPED.search(text) and is_html([(text,)]):
            yield Match(constant, _OFF)


def _of_environment(call: ast.Call, context: CheckContext) -> Iterator[Match]:
    if not _is_unescaped(call, context) or _makes_no_html(call, context):
        return
    certain = is_web(context) or _loads_html(context)
    yield Match(call, _MESSAGE, Severity.MEDIUM if certain else Severity.LOW, Confidence.HIGH if certain else Confidence.MEDIUM)


def _is_unescaped(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether an environment surely doesn't escape: it isn't asked to, as far as all arguments are known."""
    given = keyword_of(call, "autoescape")
    if given is not None:
        return context.value(given.value).constants in ((False,), (None,), (0,))
    for keyword in call.keywords:
        if keyword.arg is None:
            options = context.value(keyword.value)
            escape = options.items.get("autoescape") if options.items else None
            if escape is not None:
                return escape.constants in ((False,), (None,))
    return True


def _makes_no_html(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether the templates are for something other than pages, by the names around, or by Jinja's other markers."""
    if any(keyword.arg in ("block_start_string", "variable_start_string", "comment_start_string") for keyword in call.keywords):
        return True
    words = " ".join(
        str(node.value) for node in ast.walk(call) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    )
    match context.parent_of(call):
        case ast.Assign(targets=[target]):
            words += f" {ast.unparse(target)}"
        case ast.keyword(arg=str() as name):
            words += f" {name}"
    return not is_web(context) and bool(_NO_HTML.search(words))


def _loads_html(context: CheckContext) -> bool:
    return any(
        isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"\.x?html?(?:\.j2|\.jinja2?)?$", node.value)
        for node in context.walk(ast.Constant)
    )


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    note = "What the code has escaped by hand is escaped twice now, and markup that is passed on purpose has to be a Markup."
    match node:
        case ast.Call(func=callee) if (site.qualified_name(callee) or "").startswith(("jinja2.", "Environment")):
            name = site.qualified_name(callee) or ""
            present = keyword_of(node, "autoescape")
            if present is not None and not isinstance(present.value, ast.Constant):
                return
            if name.endswith("Template"):
                value = "True"
            elif isinstance(callee, ast.Attribute) and site.qualified_name(callee.value) == "jinja2":
                value = f"{site.text_of(callee.value)}.select_autoescape()"
            else:
                value = f"{site.use('jinja2', 'select_autoescape')}()"
            options = next((one for one in node.keywords if one.arg is None), None)
            if options is None:
                edit = site.set_keyword(node, "autoescape", value)
            else:
                edit = site.insert(site.range_of(options).start, f"autoescape={value}, ")
                note = f"{note} Where the options have `autoescape` as well, take it out of them."
            yield Fix("Escape HTML and XML templates", (edit,), Applicability.REVIEW, note)
        case ast.Call(func=callee) if (site.qualified_name(callee) or "").startswith("mako."):
            edit = site.set_keyword(node, "default_filters", '["h"]')
            yield Fix("Escape HTML in templates", (edit,), Applicability.REVIEW, note)
        case ast.Assign(value=ast.Constant() as value):
            yield Fix("Leave escaping on", (site.replace(value, "True"),), Applicability.REVIEW, note)
        case ast.Constant() if isinstance(keyword := site.parent_of(node), ast.keyword):
            if isinstance(call := site.parent_of(keyword), ast.Call) and keyword.arg == "autoescape":
                yield Fix("Leave escaping on", (site.remove_argument(call, keyword),), Applicability.REVIEW, note)


RULE = Rule(
    id="VET711",
    name="autoescape-off",
    cwe=Cwe(116),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message=_MESSAGE,
    bad=(
        Example(
            "from flask import Flask\nfrom jinja2 import Environment, FileSystemLoader\n\napp = Flask(__name__)\n"
            "env = Environment(loader=FileSystemLoader('templates'))\n",
            "from flask import Flask\nfrom jinja2 import Environment, FileSystemLoader, select_autoescape\n\n"
            "app = Flask(__name__)\n"
            "env = Environment(loader=FileSystemLoader('templates'), autoescape=select_autoescape())\n",
        ),
        Example(
            "import jinja2\n\n\ndef page(folder, options):\n    settings = {'trim_blocks': True}\n"
            "    settings.update(options)\n"
            "    return jinja2.Environment(loader=jinja2.FileSystemLoader(folder), **settings).get_template('page.html')\n",
            (
                "import jinja2\n\n\ndef page(folder, options):\n    settings = {'trim_blocks': True}\n"
                "    settings.update(options)\n"
                "    return jinja2.Environment(loader=jinja2.FileSystemLoader(folder), "
                "autoescape=jinja2.select_autoescape(), **settings).get_template('page.html')\n"
            ),
        ),
        Example(
            "from jinja2 import Template\n\nCARD = Template('<div>{{ name }}</div>')\n",
            "from jinja2 import Template\n\nCARD = Template('<div>{{ name }}</div>', autoescape=True)\n",
        ),
        Example(
            "from flask import Flask\n\napp = Flask(__name__)\napp.jinja_env.autoescape = False\n",
            "from flask import Flask\n\napp = Flask(__name__)\napp.jinja_env.autoescape = True\n",
        ),
        Example(
            (
                "import tornado.web\n\n\ndef make_app(handlers):\n"
                "    return tornado.web.Application(handlers, autoescape=None)\n"
            ),
            ("import tornado.web\n\n\ndef make_app(handlers):\n    return tornado.web.Application(handlers)\n"),
        ),
        Example(
            (
                "from mako.template import Template\n\n\ndef page(name):\n"
                "    return Template('hello ${name}').render(name=name)\n"
            ),
            (
                "from mako.template import Template\n\n\ndef page(name):\n"
                "    return Template('hello ${name}', default_filters=[\"h\"]).render(name=name)\n"
            ),
        ),
    ),
    good=(
        (
            "from jinja2 import Environment, FileSystemLoader, select_autoescape\n\n"
            "env = Environment(loader=FileSystemLoader('templates'), autoescape=select_autoescape())\n"
        ),
        (
            "import jinja2\n\n\ndef page(folder, options):\n    settings = {'autoescape': True}\n    settings.update(options)\n"
            "    return jinja2.Environment(loader=jinja2.FileSystemLoader(folder), **settings).get_template('page.html')\n"
        ),
        "from jinja2 import Template\n\nGREETING = Template('Dear {{ name }},')\n",
        "import jinja2\n\nlatex_env = jinja2.Environment(block_start_string='<%', block_end_string='%>')\n",
        (
            "from mako.template import Template\n\n\ndef page(name):\n"
            "    return Template('hello ${name}', default_filters=['h']).render(name=name)\n"
        ),
        (
            "from flask import Flask, render_template\n\napp = Flask(__name__)\n\n\n@app.route('/')\ndef index():\n"
            "    return render_template('index.html')\n"
        ),
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B701", "B702"}),
)
