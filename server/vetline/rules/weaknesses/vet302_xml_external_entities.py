"""An XML document may define entities, which a trusting parser replaces by files, web pages, or gigabytes of text.

## Why it matters
With `<!ENTITY x SYSTEM "file:///etc/passwd">` a document asks the parser to put a file of the server in its place; with
an address of the internal network, to send a request there. Ten entities that stand for ten of each other make a
gigabyte of a kilobyte ("billion laughs"). `lxml` resolved entities from files by default before version 5, and still
does when asked to; the standard library's parsers only expand those within the document. Assistants call
`etree.fromstring(request.data)` without a thought of the document type.

## How to fix it
With lxml, forbid entities:

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    root = etree.fromstring(body, parser)

In place of the standard library's parsers, `defusedxml` has the same functions under the same names:

    from defusedxml import ElementTree

## When it is fine
For documents that come with your own program.

## References
- [OWASP: XML external entity prevention](https://cheatsheetseries.owasp.org/cheatsheets/XML_External_Entity_Prevention_Cheat_Sheet.html)
- [Python: XML security](https://docs.python.org/3/library/xml.html#xml-security)
- [lxml: parser options](https://lxml.de/parsing.html#parser-options)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.frame import SinkHit
from vetline.flow.taints import PARAMETER
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.defused import parse_defused
from vetline.rules.flows import Flow, Labels, flow_into, of_labels
from vetline.rules.surroundings import is_private
from vetline.syntax.calls import has_unpacking, keyword_of

_LXML: Labels = of_labels(Severity.HIGH, "remote", "upload", "model", response=Severity.MEDIUM, parameter=Severity.MEDIUM)
_STANDARD: Labels = of_labels(Severity.MEDIUM, "remote", "upload", "model", response=Severity.LOW, parameter=Severity.LOW)
_PARSERS = ("lxml.etree.XMLParser", "lxml.etree.ETCompatXMLParser", "lxml.etree.XMLPullParser", "lxml.objectify.makeparser")
_LOOSE_OPTIONS = {"resolve_entities": True, "load_dtd": True, "dtd_validation": True, "no_network": False, "huge_tree": True}
"""Options of lxml's parser, and which of their values opens it."""
_FEATURES = frozenset({"feature_external_ges", "feature_external_pes"})
_SWITCHING = frozenset({"setFeature", "SetParamEntityParsing"})
_FEATURE_TEXTS = "http://xml.org/sax/features/external-"


def check(context: CheckContext) -> Iterator[Match]:
    reported: set[int] = set()
    for hit in context.sinks("xmlparse"):
        if id(hit.node) not in reported and (match := _parsed(hit, context)) is not None:
            reported.add(id(hit.node))
            yield match
    for call in context.calls(*_PARSERS):
        yield from _made(call, context)
    for call in context.calls() if context.mentions(_SWITCHING) else ():
        match call:
            case ast.Call(func=ast.Attribute(attr="setFeature"), args=[feature, value]):
                if _is_external(feature, context) and context.value(value).constant in (True, 1):
                    yield Match(
                        call, "With this feature on, a document reads files and sends requests: leave it off.", Severity.HIGH
                    )
            case ast.Call(func=ast.Attribute(attr="SetParamEntityParsing"), args=[mode]):
                if any(name.endswith(("_ALWAYS", "_UNLESS_STANDALONE")) for name in context.names_of(mode)):
                    yield Match(call, "This loads what a document's type definition points at: leave it off.")


def _parsed(hit: SinkHit, context: CheckContext) -> Match | None:
    is_lxml = hit.callee.startswith("lxml.")
    if not is_lxml and "defusedxml" in context.imports():
        return None
    flow = flow_into(hit, _LXML if is_lxml else _STANDARD)
    if flow is None or _is_strict(hit, context):
        return None
    is_parameter = flow.worst.origin.label == PARAMETER
    if is_lxml:
        message = "This parses {source} with its entities, which can read files of this machine: pass `resolve_entities=False`."
    else:
        message = "This parses {source} with its entities, which can fill the memory: use `defusedxml`."
    if is_parameter and (hit.inner is not None or (not is_lxml and is_private(hit.node, context))):
        return None
    return _at_call(flow, message, Confidence.MEDIUM if is_parameter else None)


def _at_call(flow: Flow, message: str, confidence: Confidence | None) -> Match:
    found = flow.match(message, confidence=confidence)
    return Match(flow.hit.node, found.message, found.severity, found.confidence, found.evidence)


def _is_strict(hit: SinkHit, context: CheckContext) -> bool:
    """Tell whether the parser is one that was told to forbid entities."""
    call = hit.node
    if not isinstance(call, ast.Call):
        return False
    given = [context.argument(call, 1, "parser")]
    if given[0] is not None and "xml.sax.xmlreader.XMLReader" in context.value(given[0]).types:
        return True  # by default, it leaves external entities alone
    if isinstance(call.func, ast.Attribute):
        given.append(call.func.value)
    for parser in given:
        types = context.value(parser).types if parser is not None else ()
        if "lxml.etree.StrictParser" in types or any(name.startswith("defusedxml.") for name in types):
            return True
        if hit.callee.startswith("xml.dom.") and any(name.startswith("xml.sax.") for name in types):
            return True  # the parser that was made for it is judged by the features that it is given
    keyword = keyword_of(call, "resolve_entities")
    return keyword is not None and context.value(keyword.value).constant is False


def _made(call: ast.Call, context: CheckContext) -> Iterator[Match]:
    """Judge how a parser of lxml's is set up."""
    options = {keyword.arg: context.value(keyword.value).constant for keyword in call.keywords}
    if options.get("resolve_entities", True) is False and "load_dtd" not in options and "no_network" not in options:
        return
    loose = [name for name, open_ in _LOOSE_OPTIONS.items() if name in options and options[name] is open_]
    if "resolve_entities" in loose or ("no_network" in loose and options.get("resolve_entities") is not False):
        yield Match(call, severity=Severity.HIGH)
    elif "load_dtd" in loose or "dtd_validation" in loose:
        yield Match(call, severity=Severity.MEDIUM)
    elif not call.keywords or "huge_tree" in loose:
        message = "Before version 5, lxml resolves entities from files unless told not to: add `resolve_entities=False`."
        yield Match(call, message, Severity.LOW)


def _is_external(feature: ast.expr, context: CheckContext) -> bool:
    constant = context.value(feature).constant
    if isinstance(constant, str):
        return constant.startswith(_FEATURE_TEXTS)
    match feature:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name in _FEATURES
    return False


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call) or has_unpacking(call):
        return
    name = site.qualified_name(call.func) or ""
    note = "Documents that use entities of their own come out without them."
    if name in _PARSERS:
        loose = [keyword for keyword in call.keywords if keyword.arg in _LOOSE_OPTIONS and keyword.arg != "resolve_entities"]
        edits = [site.replace(keyword.value, str(not _LOOSE_OPTIONS[keyword.arg or ""])) for keyword in loose]
        edits.append(site.set_keyword(call, "resolve_entities", "False"))
        yield Fix("Forbid entities", tuple(sorted(edits, key=lambda edit: edit.range)), Applicability.REVIEW, note)
    elif name in ("lxml.etree.fromstring", "lxml.etree.parse", "lxml.etree.XML") and len(call.args) == 1 and not call.keywords:
        parser = f"{site.use('lxml', 'etree')}.XMLParser(resolve_entities=False)"
        yield Fix("Forbid entities", (site.append_argument(call, f"parser={parser}"),), Applicability.REVIEW, note)
    elif isinstance(call.func, ast.Attribute) and call.func.attr == "setFeature" and len(call.args) == 2:
        external = "Documents that load others no longer do."
        yield Fix("Leave the feature off", (site.replace(call.args[1], "False"),), Applicability.REVIEW, external)
    elif isinstance(call.func, ast.Attribute) and call.func.attr == "SetParamEntityParsing" and len(call.args) == 1:
        mode = re.sub(r"\w+\Z", "XML_PARAM_ENTITY_PARSING_NEVER", site.text_of(call.args[0]))
        yield Fix("Load no other documents", (site.replace(call.args[0], mode),), Applicability.REVIEW, note)
    else:
        yield from parse_defused(site)


RULE = Rule(
    id="VET302",
    name="xml-external-entities",
    cwe=Cwe(611),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="This parser resolves entities, so that a document reads files of this machine: pass `resolve_entities=False`.",
    bad=(
        Example(
            """\
from flask import Flask, request
from lxml import etree

app = Flask(__name__)


@app.post("/order")
def order():
    root = etree.fromstring(request.data)
    return root.findtext("name", "")
""",
            """\
from flask import Flask, request
from lxml import etree

app = Flask(__name__)


@app.post("/order")
def order():
    root = etree.fromstring(request.data, parser=etree.XMLParser(resolve_entities=False))
    return root.findtext("name", "")
""",
        ),
        Example(
            """\
import xml.etree.ElementTree as ET

from django.http import JsonResponse


def feed(request):
    root = ET.fromstring(request.body)
    return JsonResponse({"items": len(root)})
""",
            """\
import defusedxml.ElementTree as ET

from django.http import JsonResponse


def feed(request):
    root = ET.fromstring(request.body)
    return JsonResponse({"items": len(root)})
""",
        ),
        Example(
            """\
from lxml import etree

parser = etree.XMLParser(resolve_entities=True)
tree = etree.parse("config.xml", parser)
""",
            """\
from lxml import etree

parser = etree.XMLParser(resolve_entities=False)
tree = etree.parse("config.xml", parser)
""",
        ),
        Example(
            """\
import xml.sax
from xml.sax.handler import feature_external_ges


def read(path, handler):
    reader = xml.sax.make_parser()
    reader.setContentHandler(handler)
    reader.setFeature(feature_external_ges, True)
    reader.parse(path)
""",
            """\
import xml.sax
from xml.sax.handler import feature_external_ges


def read(path, handler):
    reader = xml.sax.make_parser()
    reader.setContentHandler(handler)
    reader.setFeature(feature_external_ges, False)
    reader.parse(path)
""",
        ),
        Example(
            """\
from lxml import etree


class Importer:
    def __init__(self):
        self.parser = etree.XMLParser(no_network=False, load_dtd=True)

    def load(self, text):
        return etree.XML(text, self.parser)
""",
            """\
from lxml import etree


class Importer:
    def __init__(self):
        self.parser = etree.XMLParser(no_network=True, load_dtd=False, resolve_entities=False)

    def load(self, text):
        return etree.XML(text, self.parser)
""",
        ),
        Example(
            """\
from lxml import etree


def titles(document):
    tree = etree.parse(document)
    return [title.text for title in tree.iter("title")]
""",
            """\
from lxml import etree


def titles(document):
    tree = etree.parse(document, parser=etree.XMLParser(resolve_entities=False))
    return [title.text for title in tree.iter("title")]
""",
        ),
        Example(
            """\
from xml.dom import minidom

from flask import request


def names():
    document = minidom.parse(request.files["list"].stream)
    return [node.nodeValue for node in document.getElementsByTagName("name")]
""",
            """\
from defusedxml import minidom

from flask import request


def names():
    document = minidom.parse(request.files["list"].stream)
    return [node.nodeValue for node in document.getElementsByTagName("name")]
""",
        ),
    ),
    good=(
        """\
from flask import request
from lxml import etree


def order():
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(request.data, parser).findtext("name", "")
""",
        """\
import defusedxml.ElementTree as ET

from flask import request


def order():
    return ET.fromstring(request.data).findtext("name", "")
""",
        """\
import xml.etree.ElementTree as ET

tree = ET.parse("resources/config.xml")
""",
        """\
import xml.sax
from xml.sax.handler import feature_external_ges


def read(handler):
    reader = xml.sax.make_parser()
    reader.setContentHandler(handler)
    reader.setFeature(feature_external_ges, False)
    reader.parse("resources/config.xml")
""",
        """\
from lxml import etree

STRICT = etree.XMLParser(resolve_entities=False)


class Importer:
    def load(self, text):
        return etree.XML(text, STRICT)
""",
        """\
from lxml import html


def links(page):
    return html.fromstring(page).xpath("//a/@href")
""",
        """\
import xml.etree.ElementTree as ET


def build(name):
    root = ET.Element("order")
    ET.SubElement(root, "name").text = name
    return ET.tostring(root)
""",
    ),
    check=check,
    fix=fix,
    supersedes=frozenset(
        {"B313", "B314", "B315", "B316", "B317", "B318", "B319", "B320", "B405", "B406", "B407", "B408", "B409", "B410"}
    ),
)
