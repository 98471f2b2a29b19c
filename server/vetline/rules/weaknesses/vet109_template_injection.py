"""Input that becomes part of a template's source is run by the template engine.

## Why it matters
A template is a program.  `{{ 7 * 7 }}` in a name shows whether it is run; `{{
cycler.__init__.__globals__.os.popen("id").read() }}` then starts processes on the server, and `{{ config }}` shows Flask's
secret key.  Escaping for HTML is no help, since braces survive it.  Assistants write `render_template_string(f"<h1>Hello
{name}</h1>")`, because it saves a file.

## How to fix it
Keep the template constant, and hand values over as what they are:

    render_template_string("<h1>Hello {{ name }}</h1>", name=name)

Where users write templates of their own, use an engine without code (`string.Template`, Mustache), or Jinja's
`SandboxedEnvironment`, in a process that has nothing to lose.

## When it is fine
When templates are read from where only the program's authors write.

## References
- [PortSwigger: server-side template injection](https://portswigger.net/web-security/server-side-template-injection)
- [Jinja: sandbox](https://jinja.palletsprojects.com/en/stable/sandbox/)
- [Flask: render_template_string](https://flask.palletsprojects.com/en/stable/api/#flask.render_template_string)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.insertion import Language
from vetline.rules.variables import as_variables

_TEMPLATE = Language(
    frozenset({"template"}),
    input="{source} becomes part of a template's source: its sender can run code on the server. Pass it as a variable.",
    value="A value is put into the source of this template, which is run: pass it as a variable of the template.",
    shape=re.compile(r"\S[^\0]*\0|\0[^\0]*\S"),
)

_VALUE = re.compile("\0")


def fix(site: FixSite) -> Iterator[Fix]:
    def takes(call: ast.Call) -> ast.Call | None:
        """Return the call that renders the template: Flask's function, or a method of what Jinja made of it."""
        name = site.qualified_name(call.func) or ""
        if name.endswith(".render_template_string"):
            return call
        if name == "jinja2.Template" or (isinstance(call.func, ast.Attribute) and call.func.attr == "from_string"):
            match site.parent_of(call):
                case ast.Attribute(attr="render" | "render_async") as method:
                    rendering = site.parent_of(method)
                    return rendering if isinstance(rendering, ast.Call) else None
        return None

    if edits := as_variables(_VALUE, "{{{{ {} }}}}", takes, site):
        yield Fix("Pass the values as variables of the template", edits, Applicability.SAFE)


RULE = Rule(
    id="VET109",
    name="template-injection",
    cwe=Cwe(1336),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="Input becomes part of a template's source: its sender can run code on the server.",
    bad=(
        Example(
            "from flask import Flask, render_template_string, request\n\napp = Flask(__name__)\n\n\n"
            '@app.route("/hello")\ndef hello():\n'
            "    return render_template_string(f\"<h1>Hello {request.args['name']}</h1>\")\n",
            (
                "from flask import Flask, render_template_string, request\n\napp = Flask(__name__)\n"
                '\n\n@app.route("/hello")\ndef hello():\n'
                "    return render_template_string(\"<h1>Hello {{ name }}</h1>\", name=request.args['name'])\n"
            ),
        ),
        Example(
            "import jinja2\nfrom django.http import HttpResponse\n\n\ndef preview(request):\n"
            "    environment = jinja2.Environment(autoescape=True)\n"
            '    template = environment.from_string(request.POST["body"])\n'
            "    return HttpResponse(template.render(user=request.user))\n"
        ),
        Example(
            "from fastapi import FastAPI\nfrom fastapi.responses import HTMLResponse\n"
            'from mako.template import Template\n\napp = FastAPI()\n\n\n@app.get("/card/{title}")\n'
            'def card(title: str):\n    source = "<div class=\'card\'>" + title + "</div>"\n'
            "    return HTMLResponse(Template(source).render())\n"
        ),
        # Escaped for HTML, but not for the engine; from whoever calls this.
        Example(
            "from flask import render_template_string\nfrom markupsafe import escape\n\n\n"
            'def error_page(message):\n    page = "<html><body><p>%s</p></body></html>" % escape(message)\n'
            "    return render_template_string(page)\n",
            (
                "from flask import render_template_string\nfrom markupsafe import escape\n"
                '\n\ndef error_page(message):\n    page = "<html><body><p>{{ value }}</p></body></html>"\n'
                "    return render_template_string(page, value=escape(message))\n"
            ),
        ),
        Example(
            "import tornado.template\nimport tornado.web\n\n\nclass Page(tornado.web.RequestHandler):\n"
            '    def get(self):\n        source = "Hello {}!".format(self.get_argument("name"))\n'
            "        self.write(tornado.template.Template(source).generate())\n"
        ),
        Example(
            "from django.template import Context, Template\nfrom django.http import HttpResponse\n\n\n"
            "class Mail:\n    def __init__(self, layout):\n        self.layout = layout\n\n"
            "    def render(self, body):\n        return Template(self.layout + body).render(Context())\n\n\n"
            'def send(request):\n    return HttpResponse(Mail("<p>").render(request.POST.get("body", "")))\n'
        ),
    ),
    good=(
        (
            "from flask import Flask, render_template_string, request\n\napp = Flask(__name__)\n\n\n"
            '@app.route("/hello")\ndef hello():\n'
            '    return render_template_string("<h1>Hello {{ name }}</h1>", name=request.args["name"])\n'
        ),
        (
            "import jinja2\nfrom django.http import HttpResponse\n\n"
            'PAGE = jinja2.Environment(autoescape=True).from_string("<p>{{ body }}</p>")\n\n\n'
            'def preview(request):\n    return HttpResponse(PAGE.render(body=request.POST["body"]))\n'
        ),
        (
            "from fastapi import FastAPI\nfrom mako.template import Template\n\napp = FastAPI()\n"
            'COLOURS = {"light": "#fff", "dark": "#000"}\n\n\n@app.get("/style/{theme}")\n'
            "def style(theme: str, width: int):\n"
            '    return Template(f"body {{ background: {COLOURS[theme]}; width: {width}px }}").render()\n'
        ),
        (
            "import string\nfrom flask import request\n\n\ndef greet():\n"
            '    return string.Template(request.form["greeting"]).safe_substitute(name="you")\n'
        ),
        (
            "from jinja2.sandbox import SandboxedEnvironment\nfrom flask import request\n\n\ndef preview():\n"
            '    return SandboxedEnvironment(autoescape=True).from_string(request.form["body"]).render()\n'
        ),
        (
            'from flask import render_template, request\n\nPAGES = ("about", "contact")\n\n\ndef page():\n'
            '    name = request.args.get("page", "about")\n'
            '    return render_template(f"{name if name in PAGES else \'about\'}.html", user=request.args.get("user"))\n'
        ),
    ),
    check=_TEMPLATE.check,
    fix=fix,
)
