"""Markup that is put together from text lets a value add elements of its own.

## Why it matters
A value that holds `<`, `&` or a quote ends the element that it was meant for: `</name><role>admin</role><name>` makes a
user an administrator in a document that the next program trusts, in a SOAP request or in an SVG that a browser runs.
Assistants write XML with f-strings because it looks like text.

## How to fix it
Build elements, and let the library write them:

    user = ET.Element("user")
    ET.SubElement(user, "name").text = name
    document = ET.tostring(user)

Where a text must be filled in, escape each value with `xml.sax.saxutils.escape`, and values of attributes with `quoteattr`.

## When it is fine
When the value is a number, a date, or one of a fixed set.

## References
- [Python: xml.sax.saxutils](https://docs.python.org/3/library/xml.sax.utils.html#xml.sax.saxutils.escape)
- [OWASP: XML injection](https://owasp.org/www-project-web-security-testing-guide/latest/4-Web_Application_Security_Testing/07-Input_Validation_Testing/07-Testing_for_XML_Injection)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.frame import SinkHit
from vetline.flow.taints import PARAMETER, Taint
from vetline.flow.values import Text
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.flows import REMOTE, Flow
from vetline.rules.insertion import texts_of
from vetline.rules.splicing import Splice, Syntax, around_values

_MARKUP = re.compile(r"<[A-Za-z?!][^<>]*>?")
_INPUT = "{source} is put into this XML as it is: its sender can add elements. Escape it, or build the elements with a library."
_VALUE = "A value is put into this XML as it is, and can add elements: escape it, or build the elements with a library."


def check(context: CheckContext) -> Iterator[Match]:
    for hit in context.sinks("xml", "xmlparse"):
        if (found := _judge(hit, context)) is not None:
            yield found


def _judge(hit: SinkHit, context: CheckContext) -> Match | None:
    taints = [taint for text in texts_of(hit, context) for taint in _inserted(text)]
    if not taints:
        return None
    worst = min(taints, key=lambda taint: (taint.origin.label not in REMOTE, not taint.is_certain))
    flow = Flow(hit, (worst,), Severity.MEDIUM)
    if worst.origin.label in REMOTE:
        return flow.match(_INPUT)
    return flow.match(_VALUE, confidence=Confidence.LOW) if worst.origin.label == PARAMETER else None


def _inserted(text: Text) -> Iterator[Taint]:
    """Yield the taints of what stands behind the first markup in a text."""
    is_markup = False
    for piece in text:
        if isinstance(piece, str):
            is_markup = is_markup or _MARKUP.search(piece) is not None
        elif is_markup:
            yield from (taint for taint in piece if taint.harms("xml"))


def fix(site: FixSite) -> Iterator[Fix]:
    def escaped(splice: Splice) -> str | None:
        return None if splice.is_whole else f"{site.use('html')}.escape({splice.as_text(site)})"

    edits = around_values(site.node, "xml", _PIECES, escaped, site)
    if edits:
        yield Fix("Escape the values", edits, Applicability.REVIEW, "Markup in the value is text now.")


_PIECES = Syntax(re.compile(r"[<>]"))


RULE = Rule(
    id="VET108",
    name="xml-injection",
    cwe=Cwe(91),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="A value is put into XML as it is and can add elements: escape it, or build the elements with a library.",
    bad=(
        Example(
            "import xml.etree.ElementTree as ET\nfrom flask import request\n\n\ndef register():\n"
            "    user = ET.fromstring(f\"<user><name>{request.form['name']}</name><role>guest</role></user>\")\n"
            '    ET.ElementTree(user).write("user.xml")\n',
            (
                "import html\nimport xml.etree.ElementTree as ET\nfrom flask import request\n"
                "\n\ndef register():\n"
                "    user = ET.fromstring(f\"<user><name>{html.escape(str(request.form['name']))}</name><role>guest</r"
                'ole></user>")\n'
                '    ET.ElementTree(user).write("user.xml")\n'
            ),
        ),
        Example(
            "from django.http import HttpResponse\n\n\ndef feed(request):\n"
            '    entry = "<entry><title>" + request.GET["title"] + "</title></entry>"\n'
            '    return HttpResponse(entry, content_type="application/xml")\n',
            (
                "import html\n\nfrom django.http import HttpResponse\n\n\ndef feed(request):\n"
                '    entry = "<entry><title>" + html.escape(request.GET["title"]) + "</title></entry>"\n'
                '    return HttpResponse(entry, content_type="application/xml")\n'
            ),
        ),
        Example(
            'from fastapi import FastAPI, Response\n\napp = FastAPI()\n\n\n@app.get("/badge.svg")\n'
            "def badge(label: str):\n"
            "    image = \"<svg xmlns='http://www.w3.org/2000/svg'><text>{}</text></svg>\".format(label)\n"
            '    return Response(image, media_type="image/svg+xml")\n',
            (
                "import html\n\nfrom fastapi import FastAPI, Response\n\napp = FastAPI()\n"
                '\n\n@app.get("/badge.svg")\ndef badge(label: str):\n'
                "    image = \"<svg xmlns='http://www.w3.org/2000/svg'><text>{}</text></svg>\".format(html.escape(label))\n"
                '    return Response(image, media_type="image/svg+xml")\n'
            ),
        ),
        Example(
            "from lxml import etree\n\n\nclass Order:\n    def to_element(self, customer):\n"
            "        return etree.XML(\"<order customer='%s'/>\" % customer)\n",
            (
                "import html\n\nfrom lxml import etree\n\n\nclass Order:\n    def to_element(self, customer):\n"
                "        return etree.XML(\"<order customer='%s'/>\" % html.escape(str(customer)))\n"
            ),
        ),
        Example(
            "from flask import Response, request\nfrom xml.dom import minidom\n\n\ndef envelope(body):\n"
            '    return "<Envelope><Body>" + body + "</Body></Envelope>"\n\n\ndef proxy():\n'
            '    document = minidom.parseString(envelope(request.args["question"]))\n'
            '    return Response(document.toxml(), mimetype="text/xml")\n'
        ),
    ),
    good=(
        (
            "import xml.etree.ElementTree as ET\nfrom flask import request\n\n\ndef register():\n"
            '    user = ET.Element("user")\n    ET.SubElement(user, "name").text = request.form["name"]\n'
            '    ET.ElementTree(user).write("user.xml")\n'
        ),
        (
            "from django.http import HttpResponse\nfrom xml.sax.saxutils import escape\n\n\n"
            "def feed(request):\n"
            '    entry = "<entry><title>" + escape(request.GET["title"]) + "</title></entry>"\n'
            '    return HttpResponse(entry, content_type="application/xml")\n'
        ),
        (
            'from fastapi import FastAPI, Response\n\napp = FastAPI()\n\n\n@app.get("/bar.svg")\n'
            "def bar(width: int):\n"
            "    return Response(f\"<svg><rect width='{width}' height='9'/></svg>\", media_type=\"image/svg+xml\")\n"
        ),
        (
            "import defusedxml.ElementTree as ET\nfrom flask import request\n\n\ndef upload():\n"
            "    return ET.fromstring(request.data).tag\n"
        ),
        (
            'from lxml import etree\n\nKINDS = ("book", "film")\n\n\ndef empty(kind):\n'
            "    if kind not in KINDS:\n        raise ValueError(kind)\n"
            "    return etree.XML(f\"<items kind='{kind}'/>\")\n"
        ),
    ),
    check=check,
    fix=fix,
)
