"""What web applications send out: pages and what isn't one, names of cookies, application settings."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from vetline.flow.frame import SinkHit
from vetline.flow.taints import Taint, Taints
from vetline.flow.values import Text, Value
from vetline.rules.base import CheckContext
from vetline.rules.surroundings import function_around, tests_around

WEB_MODULES: Final = frozenset(
    "aiohttp bottle cherrypy django falcon fastapi flask flask_restful litestar pyramid quart rest_framework sanic starlette"
    " tornado twisted web webob werkzeug wsgiref".split()
)

_TAG: Final = re.compile(
    r"<(?:!doctype|/?(?:a|abbr|article|aside|b|blockquote|body|br|button|code|dd|div|dl|dt|em|fieldset|footer|form|h[1-6]|head"
    r"|header|hr|html|i|iframe|img|input|label|legend|li|link|main|meta|nav|ol|option|p|pre|script|section|select|small|span"
    r"|strong|style|svg|table|tbody|td|textarea|tfoot|th|thead|title|tr|u|ul|video))(?=[\s/>%{]|$)",
    re.IGNORECASE,
)
_HARMLESS_TYPE: Final = re.compile(
    r"application/(?!xhtml)|text/(?:plain|csv|event-stream|calendar|markdown|css)|image/(?!svg)|audio/|video/|font/|multipart/",
    re.IGNORECASE,
)
_TYPE_NAMES: Final = frozenset("content_type mimetype media_type contenttype content-type".split())


def is_web(context: CheckContext) -> bool:
    """Tell whether the file uses a framework for web applications."""
    return any(name.partition(".")[0] in WEB_MODULES for name in context.imports())


def speaks_of_other_requests(taint: Taint, context: CheckContext) -> bool:
    """Tell whether what is taken for a request from outside, by its name, is one that the program sends itself: nothing that
    the file imports has to do with web applications, or it imports what sends requests."""
    imports = context.imports()
    if taint.origin.label not in _FROM_REQUESTS or not imports or is_web(context):
        return False
    if any(name.startswith(_SERVERS) for name in imports):
        return False
    return taint.origin.what in _OF_EITHER or sends_requests(context)


def own_sinks(sinks: Sequence[SinkHit], context: CheckContext) -> Sequence[SinkHit]:
    """Return ``sinks`` without what only seems to come from outside, since it belongs to requests that the program sends."""
    if not any(taint.origin.label in _FROM_REQUESTS for hit in sinks for taint in hit.taints):
        return sinks
    kept = (hit.without(lambda taint: speaks_of_other_requests(taint, context)) for hit in sinks)
    return tuple(hit for hit in kept if hit is not None)


def sends_requests(context: CheckContext) -> bool:
    """Tell whether the file uses a library that sends requests to web servers."""
    return any(name.partition(".")[0] in _CLIENTS for name in context.imports())


_FROM_REQUESTS: Final = frozenset({"remote", "upload"})
_SERVERS: Final = ("http.server", "socketserver", "xmlrpc.server")
_CLIENTS: Final = frozenset("azure boto3 botocore httpcore httpx msal requests requests_toolbelt urllib3".split())


_OF_EITHER: Final = frozenset({"the request", "the request's URL", "a header of the request"})
"""What requests have that are sent as well as those that are answered."""


def is_html(texts: Iterable[Text] | None) -> bool:
    """Tell whether one of ``texts`` has an HTML tag in its known parts."""
    return any(isinstance(piece, str) and _TAG.search(piece) for text in texts or () for piece in text)


def spliced_in(value: Value, kind: str, labels: Iterable[str]) -> Taints:
    """Return the taints, of ``labels``, of what is put into a text beside known parts, and does the harm of ``kind`` there."""
    wanted = frozenset(labels)
    found = {}
    for text in value.texts or ():
        if any(isinstance(piece, str) for piece in text):
            for piece in text:
                for taint in piece if not isinstance(piece, str) else ():
                    if taint.origin.label in wanted and taint.harms(kind):
                        found[taint.origin.key] = taint
    return tuple(found.values())


def is_page(hit: SinkHit, context: CheckContext) -> bool:
    """Tell whether what is sent may be taken for HTML: no other type of content is set for it, in the call or around it.

    Of a dictionary, every framework makes JSON.
    """
    if hit.value.types == ("builtins.dict",):
        return False
    match hit.node:
        case ast.Return(value=ast.Tuple(elts=[_, *others])):
            return not any(_names_other_type(context.value(other)) for other in others)
        case ast.Call() as call:
            if any(_is_harmless_type(context.value(k.value)) for k in call.keywords if k.arg and k.arg.lower() in _TYPE_NAMES):
                return False
            if any(_names_other_type(context.value(k.value)) for k in call.keywords if k.arg == "headers"):
                return False
            match call.args:
                case [ast.Tuple(elts=[_, *others])]:
                    if any(_names_other_type(context.value(other)) for other in others):
                        return False
            return not _gets_other_type(call, context)
        case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=name))]):
            return not _gets_other_type_by_name(name, hit.node, context)
    return True


def _names_other_type(headers: Value) -> bool:
    """Tell whether headers, as a dictionary, say that the content is no HTML."""
    for name, value in (headers.items or {}).items():
        if isinstance(name, str) and name.lower() == "content-type":
            return _is_harmless_type(value)
    return False


def _is_harmless_type(value: Value) -> bool:
    if value.constants is not None:
        return bool(value.constants) and all(isinstance(one, str) and _HARMLESS_TYPE.match(one) for one in value.constants)
    return False


def _gets_other_type(call: ast.Call, context: CheckContext) -> bool:
    parent = context.parent_of(call)
    match parent:
        case (
            ast.Assign(targets=[ast.Name(id=name)])
            | ast.AnnAssign(target=ast.Name(id=name))
            | ast.NamedExpr(target=ast.Name(id=name))
        ):
            return _gets_other_type_by_name(name, call, context)
    match call.func:
        case ast.Attribute(value=ast.Name(id="self"), attr="write" | "finish"):  # Tornado
            return _header_is_set("self", call, context)
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id="self"), attr="wfile" | "response" | "out")):
            return _header_is_set("self", call, context)
        case ast.Attribute(value=ast.Name(id=name), attr="write" | "set_data" | "writelines"):
            return _gets_other_type_by_name(name, call, context)
    return False


def _gets_other_type_by_name(name: str, node: ast.AST, context: CheckContext) -> bool:
    """Tell whether the response in a variable is given a type of content that is no HTML, anywhere in the function."""
    for statement in _siblings(node, context):
        for inner in ast.walk(statement):
            match inner:
                case ast.Assign(targets=[ast.Attribute(value=ast.Name(id=owner), attr=attribute)], value=value) if (
                    owner == name
                ):
                    if attribute.lower() in _TYPE_NAMES and _is_harmless_type(context.value(value)):
                        return True
                case ast.Assign(targets=[ast.Subscript(value=owner_node, slice=key)], value=value) if _root(owner_node) == name:
                    if str(context.value(key).constant).lower() == "content-type" and _is_harmless_type(context.value(value)):
                        return True
                case ast.Call(func=ast.Attribute(value=owner_node), args=[_, *_]) if _root(owner_node) == name:
                    if _sets_type(inner, context):
                        return True
                case ast.Call(func=ast.Name() | ast.Attribute(), args=[*_], keywords=keywords) if keywords and _is_assigned_to(
                    inner, name, context
                ):
                    if any(
                        k.arg and k.arg.lower() in _TYPE_NAMES and _is_harmless_type(context.value(k.value)) for k in keywords
                    ):
                        return True
    return False


def _is_assigned_to(call: ast.Call, name: str, context: CheckContext) -> bool:
    match context.parent_of(call):
        case ast.Assign(targets=[ast.Name(id=target)]):
            return target == name
    return False


def _header_is_set(name: str, node: ast.AST, context: CheckContext) -> bool:
    return any(
        isinstance(inner, ast.Call)
        and isinstance(inner.func, ast.Attribute)
        and _root(inner.func) == name
        and _sets_type(inner, context)
        for statement in _siblings(node, context)
        for inner in ast.walk(statement)
    )


def _sets_type(call: ast.Call, context: CheckContext) -> bool:
    match call:
        case ast.Call(
            func=ast.Attribute(attr="set_header" | "add_header" | "send_header" | "setHeader" | "set" | "setdefault"),
            args=[name, value, *_],
        ):
            header = context.value(name).constant
            header = header.decode("latin-1") if isinstance(header, bytes) else header
            return isinstance(header, str) and header.lower() == "content-type" and _is_harmless_type(context.value(value))
    return False


def _root(node: ast.AST) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def _siblings(node: ast.AST, context: CheckContext) -> Iterator[ast.stmt]:
    function = function_around(node, context)
    if function is not None:
        yield from function.body


def may_hold_others_markup(context: CheckContext, node: ast.AST) -> bool:
    """Tell whether what is declared safe HTML by the call ``node`` may have markup in it that isn't the code's own.

    That is so for a value that comes from a caller or from outside, and for one that is put into the text as it is; what
    another function has made is taken for markup on purpose.
    """
    argument = node.args[0] if isinstance(node, ast.Call) and node.args else node
    value = context.value(argument)
    if value.is_constant or _is_meant_to_be_safe(node, argument, context):
        return False
    if any(taint.harms("html") and taint.is_certain for taint in value.all_taints()):
        return True
    unknown = any(piece == () for text in value.texts or () for piece in text)
    return unknown and any(_is_plain(part) for part in _parts(argument))


def _is_meant_to_be_safe(node: ast.AST, argument: ast.AST, context: CheckContext) -> bool:
    """Tell whether to declare a text safe is what the code is there for: a filter of that name, markup that stays markup.

    Of ``Markup(text).striptags()``, none is left.
    """
    match context.parent_of(node):
        case ast.Attribute(attr="striptags" | "unescape"):
            return True
    if not isinstance(argument, ast.Name):
        return False
    function = function_around(node, context)
    if function is not None and frozenset(function.name.lower().split("_")) >= _SAFE:
        return True
    return any(_MARKUP.search(ast.unparse(test)) for test in tests_around(node, context))


_SAFE: Final = frozenset({"mark", "safe"})
_MARKUP: Final = re.compile(r"Markup|SafeString|SafeData|SafeText|__html__|autoescape")


def _parts(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the expressions that a text is put together from."""
    match node:
        case ast.JoinedStr(values=values) | ast.Tuple(elts=values) | ast.List(elts=values):
            for value in values:
                yield from _parts(value)
        case ast.FormattedValue(value=value):
            yield from _parts(value)
        case ast.BinOp(left=left, right=right):
            yield from _parts(left)
            yield from _parts(right)
        case ast.Dict(values=values):
            for value in values:
                yield from _parts(value)
        case ast.Call(func=ast.Attribute(attr="format"), args=args, keywords=keywords):
            for value in (*args, *(keyword.value for keyword in keywords)):
                yield from _parts(value)
        case _:
            yield node


def _is_plain(node: ast.AST) -> bool:
    return isinstance(node, ast.Name | ast.Attribute | ast.Subscript)
