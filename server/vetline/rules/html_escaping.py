"""Escaping the values that are put into a page, or sending what is no page as what it is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from typing import Final

from vetline.core.edit import Applicability, Fix, TextEdit
from vetline.rules.base import FixSite
from vetline.rules.locals import definition_of
from vetline.rules.splicing import Splice, Syntax, is_reachable, may_harm, wrapped
from vetline.syntax.calls import keyword_of

_MARKUP: Final = Syntax(re.compile(r"[<>]"))
_ANSWERS: Final = frozenset(
    "make_response Response HttpResponse HttpResponseBadRequest HttpResponseNotFound HTMLResponse html".split()
)
"""Functions that make an answer of a text."""
_JINJA: Final = frozenset({"markupsafe", "flask", "quart", "jinja2"})
_STRANGERS: Final = frozenset({"remote", "upload"})
_SHOWN: Final = "Markup in the value is shown as text now."
_TYPE_BY_KEYWORD: Final = {
    "flask.Response": "mimetype",
    "flask.wrappers.Response": "mimetype",
    "quart.Response": "mimetype",
    "werkzeug.wrappers.Response": "mimetype",
    "django.http.HttpResponse": "content_type",
    "aiohttp.web.Response": "content_type",
}
"""The keyword that says what type of content an answer has."""


def escaped(node: ast.AST, site: FixSite) -> Iterator[Fix]:
    """Propose to escape the values in the text of a page that ``node`` is, or that the call ``node`` is handed."""
    notes: set[str] = set()
    text = _content(node, site)

    def wrap(splice: Splice) -> Sequence[TextEdit] | None:
        value = splice.value(site)
        if splice.is_number or not may_harm(value, "html", if_unknown=False):
            return ()
        if not is_reachable(splice, site) or "builtins.bytes" in value.types or splice.is_iterable:
            return None
        if splice.hole is not None and (splice.hole.conversion in ("r", "a") or splice.hole.spec):
            return None
        if splice.is_whole and any(kind != "builtins.str" for kind in value.types):
            return None
        if not any(taint.origin.label in _STRANGERS and taint.harms("html") for taint in value.all_taints()):
            if splice.is_whole:
                return None
            if not any(taint.origin.label == "error" for taint in value.all_taints()):  # that is plain text
                notes.add(_SHOWN)
        return (splice.replaced(_escaping(splice, site), site),)

    edits = wrapped(text, _MARKUP, wrap, site)
    if edits:
        yield Fix("Escape the values", edits, Applicability.REVIEW if notes else Applicability.SAFE, " ".join(notes))


def _content(node: ast.AST, site: FixSite) -> ast.AST:
    """Return the text that an answer in a variable was made of; ``node`` itself if it's none."""
    if not isinstance(node, ast.Name):
        return node
    definition = definition_of(node.id, node, site)
    match definition.value if definition is not None else None:
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=[content, *_]) if name in _ANSWERS:
            return content
    return node


def _escaping(splice: Splice, site: FixSite) -> str:
    """Return the call that escapes a value, with what the project has for it."""
    frameworks = {name.partition(".")[0] for name in site.imports()}
    if "django" in frameworks:
        return f"{site.use('django.utils.html', 'escape')}({splice.source(site)})"
    if frameworks & _JINJA and not splice.is_operand and not (splice.hole is not None and splice.hole.is_text):
        # Not in a sum: what is added to a Markup is escaped.
        return f"{site.use('markupsafe', 'escape')}({splice.source(site)})"
    if "tornado" in frameworks:
        return f"{site.use('tornado.escape', 'xhtml_escape')}({splice.as_text(site)})"
    return f"{site.use('html')}.escape({splice.as_text(site)})"


def sent_as_it_is(node: ast.AST, site: FixSite) -> Iterator[Fix]:
    """Propose to say what type of content an answer has whose text, all of it, comes from elsewhere."""
    if not isinstance(node, ast.expr) or _content(node, site) is not node:
        return
    kind, what = _kind_of(node, site)
    note = f"Browsers show it as {what} now, not as a page."
    title = f"Send it as {what}"
    parent = site.parent_of(node)
    match parent:
        case ast.Return() if {"flask", "quart"} & {name.partition(".")[0] for name in site.imports()}:
            text = f'{site.text_of(node)}, 200, {{"Content-Type": "{kind}"}}'
            yield Fix(title, (site.replace(node, text),), Applicability.REVIEW, note)
        case ast.Call(func=callee, args=[first, *rest]) if first is node:
            name = site.qualified_name(callee) or ""
            if name in _TYPE_BY_KEYWORD and len(rest) < 2:
                edit = site.set_keyword(parent, _TYPE_BY_KEYWORD[name], f'"{kind}"')
                yield Fix(title, (edit,), Applicability.REVIEW, note)
            elif name.endswith(".make_response") and not rest and not parent.keywords:
                edit = site.add_positional(parent, f'200, {{"Content-Type": "{kind}"}}')
                yield Fix(title, (edit,), Applicability.REVIEW, note)
        case ast.keyword(arg="text" | "body" | "content") if isinstance(call := site.parent_of(parent), ast.Call):
            name = site.qualified_name(call.func) or ""
            if name in _TYPE_BY_KEYWORD:
                yield Fix(title, (site.set_keyword(call, _TYPE_BY_KEYWORD[name], f'"{kind}"'),), Applicability.REVIEW, note)


def _kind_of(node: ast.expr, site: FixSite) -> tuple[str, str]:
    """Return the type of content that a text has, by what makes it, and how that is called."""
    if isinstance(node, ast.Name):
        definition = definition_of(node.id, node, site)
        node = node if definition is None or definition.value is None else definition.value
    match node:
        case ast.Call(func=ast.Attribute(attr="dumps")):
            return "application/json", "JSON"
        case ast.Call(func=ast.Attribute(attr="tostring" | "toxml" | "toprettyxml")):
            return "application/xml", "XML"
    return "text/plain", "plain text"


def json_for_script(node: ast.AST, site: FixSite) -> Iterator[Fix]:
    """Propose to write each ``<`` in the JSON that a template gets as an escape, which means the same there."""
    makers = [call for call in ast.walk(node) if isinstance(call, ast.Call) and _makes_json(call)]
    if makers and not keyword_of(makers[0], "cls"):
        call = makers[0]
        edit = site.insert(site.range_of(call).end, '.replace("<", "\\\\u003c")')
        yield Fix("Write `<` as an escape in the JSON", (edit,), Applicability.SAFE)


def _makes_json(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Name | ast.Attribute) and ast.unparse(call.func).rpartition(".")[2] == "dumps"


def cleaned(node: ast.AST, makers: Sequence[str], site: FixSite) -> Iterator[Fix]:
    """Propose to clean the HTML that Markdown comes to, by one of the functions ``makers``."""
    for call in ast.walk(node):
        names = site.block.callees(call) if isinstance(call, ast.Call) and site.block is not None else ()
        if isinstance(call, ast.Call) and (not set(makers).isdisjoint(names) or site.qualified_name(call.func) in makers):
            has_bleach = any(name.partition(".")[0] == "bleach" for name in site.imports())
            cleaner = f"{site.use('bleach' if has_bleach else 'nh3')}.clean"
            place = site.range_of(call)
            edits = (site.insert(place.start, f"{cleaner}("), site.insert(place.end, ")"))
            note = "Tags and attributes that aren't allowed are taken out."
            if not has_bleach:
                note += " The package nh3 has to be among the project's dependencies."
            yield Fix("Clean the HTML", edits, Applicability.REVIEW, note)
            return
