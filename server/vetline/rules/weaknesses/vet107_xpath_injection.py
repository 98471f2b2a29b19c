"""Input in an XPath expression changes which nodes it selects.

## Why it matters
In `//user[name='NAME' and password='PASSWORD']`, a name of `' or '1'='1` makes the condition true for everybody.  With
`count(//user)` and `substring(…)` the whole document can be read, bit by bit, by someone who sees only yes or no.
Assistants put the expression together as text, though most libraries have variables for it.

## How to fix it
Pass the value as a variable:

    tree.xpath("//user[name = $name]/home", name=name)      # lxml

`find` and `findall` of `xml.etree.ElementTree` have no variables; select the candidates and compare in Python:

    homes = [user.find("home") for user in root.iterfind("user") if user.get("name") == name]

## When it is fine
When the value is a number, or one of a fixed set.

## References
- [lxml: XPath](https://lxml.de/xpathxslt.html#the-xpath-method)
- [OWASP: XPath injection](https://owasp.org/www-community/attacks/XPATH_Injection)
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
from vetline.rules.splicing import Syntax, Tangled, may_harm, splices_of
from vetline.rules.statements import guard
from vetline.rules.variables import as_variables

_XPATH = Language(
    frozenset({"xpath"}),
    input="{source} becomes part of an XPath expression: its sender can select other nodes. Pass it as a variable.",
    value="A value is put into this XPath expression as it is, and can change it: pass it as a variable.",
    shape=re.compile(r"""\[[^\]]*['"][^'"\]]*\0|\[[^\]]*[=<>(]\s*\0"""),
    takes_unknown=True,
)

_PATH = Syntax(re.compile(r"[/\[\]]"))
_QUOTED = re.compile(r"""(['"])\0\1""")


def fix(site: FixSite) -> Iterator[Fix]:
    if edits := as_variables(_QUOTED, "${}", _takes, site):
        yield Fix("Pass the values as variables", edits, Applicability.SAFE)
    yield from _without_quotes(site)


def _takes(call: ast.Call) -> ast.Call | None:
    """Return the call itself if it takes variables: of lxml's methods, only ``xpath`` does."""
    return call if isinstance(call.func, ast.Attribute) and call.func.attr == "xpath" else None


def _without_quotes(site: FixSite) -> Iterator[Fix]:
    """Propose to refuse a value with the quote in it that ends its string: there is no other way to write one in XPath."""
    if not isinstance(site.node, ast.expr):
        return
    try:
        splices = splices_of(site.node, _PATH, site)
    except Tangled:
        return
    harmful = [splice for splice in splices if may_harm(splice.value(site), "xpath", if_unknown=True)]
    marks = {splice.before[-1:] for splice in harmful}
    if len(harmful) != 1 or not marks <= {"'", '"'}:
        return
    (mark,) = marks
    literal = f'"{mark}"' if mark == "'" else f"'{mark}'"
    place = site.node if harmful[0].template is None else harmful[0].template.node
    edit = guard(site, place, f"{literal} in {harmful[0].source(site)}", "a quote in a name")
    if edit is not None:
        yield Fix("Refuse values with a quote", (edit,), Applicability.SAFE)


RULE = Rule(
    id="VET107",
    name="xpath-injection",
    cwe=Cwe(643),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="A value becomes part of an XPath expression and can change it: pass it as a variable.",
    bad=(
        Example(
            "import xml.etree.ElementTree as ET\nfrom flask import request\n\n"
            'root = ET.parse("users.xml").getroot()\n\n\ndef locations():\n'
            '    query = "./users/user[@name=\'" + request.args["name"] + "\']/location"\n'
            "    return [node.text for node in root.findall(query)]\n",
            (
                "import xml.etree.ElementTree as ET\nfrom flask import abort, request\n"
                '\nroot = ET.parse("users.xml").getroot()\n\n\ndef locations():\n'
                '    if "\'" in request.args["name"]:\n        abort(400)\n'
                '    query = "./users/user[@name=\'" + request.args["name"] + "\']/location"\n'
                "    return [node.text for node in root.findall(query)]\n"
            ),
        ),
        Example(
            "from django.http import HttpResponse\nfrom lxml import etree\n\n\ndef login(request):\n"
            '    tree = etree.parse("users.xml")\n'
            '    name, password = request.POST["name"], request.POST["password"]\n'
            "    found = tree.xpath(f\"//user[name='{name}' and password='{password}']\")\n"
            "    return HttpResponse(status=200 if found else 403)\n",
            (
                "from django.http import HttpResponse\nfrom lxml import etree\n\n"
                '\ndef login(request):\n    tree = etree.parse("users.xml")\n'
                '    name, password = request.POST["name"], request.POST["password"]\n'
                '    found = tree.xpath("//user[name=$name and password=$password]", name=name, password=password)\n'
                "    return HttpResponse(status=200 if found else 403)\n"
            ),
        ),
        Example(
            "from lxml import etree\n\n\ndef price(tree: etree._ElementTree, title):\n"
            "    return tree.find(\"//book[title='%s']/price\" % title).text\n",
            (
                "from lxml import etree\n\n\ndef price(tree: etree._ElementTree, title):\n"
                '    if "\'" in title:\n        raise ValueError("a quote in a name")\n'
                "    return tree.find(\"//book[title='%s']/price\" % title).text\n"
            ),
        ),
        Example(
            "from fastapi import FastAPI\nfrom lxml import etree\n\napp = FastAPI()\n"
            'catalogue = etree.parse("catalogue.xml")\n\n\ndef query_for(category):\n'
            '    return "//item[@category=\'{}\']".format(category)\n\n\n@app.get("/items")\n'
            "def items(category: str):\n"
            '    return [item.get("name") for item in catalogue.xpath(query_for(category))]\n'
        ),
        # All of it.
        Example(
            "import lxml.html\nfrom aiohttp import web\n\n\nasync def extract(request):\n"
            '    form = await request.post()\n    select = lxml.etree.XPath(form["path"])\n'
            '    return web.json_response([str(node) for node in select(lxml.html.parse("page.html"))])\n'
        ),
    ),
    good=(
        (
            'from flask import request\nfrom lxml import etree\n\ntree = etree.parse("users.xml")\n\n\n'
            "def locations():\n"
            '    return tree.xpath("//user[@name = $name]/location", name=request.args["name"])\n'
        ),
        (
            "import xml.etree.ElementTree as ET\nfrom flask import request\n\n"
            'root = ET.parse("users.xml").getroot()\n\n\ndef locations():\n    name = request.args["name"]\n'
            '    return [user.findtext("location") for user in root.iterfind("./users/user") if user.ge'
            't("name") == name]\n'
        ),
        (
            "from fastapi import FastAPI\nfrom lxml import etree\n\napp = FastAPI()\n"
            'catalogue = etree.parse("catalogue.xml")\n\n\n@app.get("/items/{position}")\n'
            'def item(position: int):\n    return catalogue.xpath(f"//item[{position}]")[0].text\n'
        ),
        (
            "from django.http import Http404, JsonResponse\nfrom lxml import etree\n\n"
            'KINDS = {"book", "film"}\n\n\ndef titles(request):\n    kind = request.GET.get("kind", "book")\n'
            "    if kind not in KINDS:\n        raise Http404\n"
            '    return JsonResponse({"titles": etree.parse("media.xml").xpath(f"//item[@kind=\'{kind}\']'
            '/title/text()")})\n'
        ),
        (
            'import xml.etree.ElementTree as ET\n\nNAMESPACE = "{http://www.w3.org/2005/Atom}"\n\n\n'
            "def entries(path, tag):\n    feed = ET.parse(path).getroot()\n"
            '    return feed.findall(f"{NAMESPACE}entry") + feed.findall(f"{NAMESPACE}{tag}")\n'
        ),
        "def locate(text, name):\n    return text.find(\"[name='%s']\" % name)\n",
    ),
    check=_XPATH.check,
    fix=fix,
)
