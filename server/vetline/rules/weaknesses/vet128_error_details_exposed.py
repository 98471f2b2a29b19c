"""The text of an exception, or a traceback, is sent to the client.

## Why it matters
A traceback tells paths, versions, names of functions and lines of source; the text of a database's error holds the
statement and parts of the data.  An attacker tries odd values and reads how the application is built.  Assistants write
`except Exception as e: return str(e), 500`, for it helps while one is trying things out.

## How to fix it
Log the details, and tell the client that something went wrong:

    except DatabaseError:
        logger.exception("saving the order failed")
        return jsonify(error="The order could not be saved."), 500

## When it is fine
Where the exception is your own and its text was written for users, and in an internal tool.

## References
- [OWASP: Improper error handling](https://owasp.org/www-community/Improper_Error_Handling)
- [CWE-209: Generation of error message containing sensitive information](https://cwe.mitre.org/data/definitions/209.html)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix, TextEdit
from vetline.core.severity import Confidence, Severity
from vetline.flow.taints import Taint, Taints
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.flows import evidence_of
from vetline.rules.loggers import logger_of
from vetline.rules.splicing import Syntax, Tangled, is_reachable, splices_of
from vetline.rules.statements import add_before
from vetline.rules.surroundings import ancestors, function_around
from vetline.rules.web import is_web

_RESPONSES: Final = frozenset(
    {
        "flask.jsonify",
        "flask.make_response",
        "flask.abort",
        "quart.jsonify",
        "flask_restful.abort",
        "django.http.JsonResponse",
        "django.http.HttpResponse",
        "fastapi.HTTPException",
        "fastapi.exceptions.HTTPException",
        "starlette.exceptions.HTTPException",
        "starlette.responses.JSONResponse",
        "starlette.responses.PlainTextResponse",
        "starlette.responses.HTMLResponse",
        "starlette.responses.Response",
        "aiohttp.web.json_response",
        "aiohttp.web.Response",
        "aiohttp.web.HTTPInternalServerError",
        "aiohttp.web.HTTPBadRequest",
        "rest_framework.response.Response",
        "sanic.response.json",
        "sanic.response.text",
        "bottle.HTTPResponse",
        "bottle.abort",
        "tornado.web.RequestHandler.write_error",
    }
)
_ROUTES: Final = re.compile(
    r"\.(?:route|get|post|put|patch|delete|api_view|errorhandler|exception_handler|websocket|api_route)$"
)
_FOR_USERS: Final = re.compile(
    r"(?:^|\.)(?:HTTPException|BadRequest|NotFound|Forbidden|Unauthorized|Conflict|ValidationError|Http404|SchemaError|AbortError"
    r"|PermissionDenied|ParseError|APIException|RequestValidationError|ClientError|WebException)$"
)
_TRACEBACK: Final = "The client gets a traceback: it tells paths, versions and source; log it, and answer in general terms."
_TEXT: Final = "The client gets the text of the exception, which may tell how the application is built; log it instead."


def check(context: CheckContext) -> Iterator[Match]:
    reported: list[ast.AST] = []
    for hit in context.sinks("html"):
        if hit.node not in reported and (match := _match(hit.argument, hit.value.all_taints())) is not None:
            reported.append(hit.node)
            yield match
    for call in context.calls(*_RESPONSES):
        if call in reported or not (call.args or call.keywords):
            continue
        arguments = (*call.args, *(keyword.value for keyword in call.keywords))
        for argument in arguments:
            if (match := _match(argument, context.value(argument).all_taints(), context)) is not None:
                if not any(outer in reported for outer in ancestors(argument, context)):
                    reported.append(call)
                    yield match
                break
    for node in context.walk(ast.Return) if context.walk(ast.ExceptHandler) else ():
        assert isinstance(node, ast.Return)
        if node.value is None or node in reported or not (taints := context.value(node.value).all_taints()):
            continue
        if not any(isinstance(one, ast.ExceptHandler) for one in ancestors(node, context)) or not _is_handler(node, context):
            continue
        if any(inner in reported for inner in ast.walk(node.value)) or _is_response_made_elsewhere(node.value, context):
            continue
        certain = tuple(taint for taint in taints if taint.is_certain)
        if (match := _match(node.value, certain, context)) is not None:
            yield match


def _match(node: ast.AST, taints: Taints, context: CheckContext | None = None) -> Match | None:
    errors = [taint for taint in taints if taint.origin.label == "error"]
    if not errors:
        return None
    traceback = next((taint for taint in errors if "traceback" in taint.origin.what), None)
    if traceback is not None:
        return Match(node, _TRACEBACK, Severity.MEDIUM, _confidence(traceback), evidence_of(traceback))
    if context is not None and _is_for_users(node, context):
        return None
    return Match(node, _TEXT, Severity.LOW, _confidence(errors[0]), evidence_of(errors[0]))


def _confidence(taint: Taint) -> Confidence:
    return Confidence.HIGH if taint.is_certain else Confidence.LOW


def _is_for_users(node: ast.AST, context: CheckContext) -> bool:
    """Tell whether the exception is one whose text is meant for whoever made the request: the project's own, a framework's."""
    for outer in ancestors(node, context):
        if isinstance(outer, ast.ExceptHandler):
            types = [] if outer.type is None else outer.type.elts if isinstance(outer.type, ast.Tuple) else [outer.type]
            names = [name for one in types for name in context.names_of(one)]
            return bool(names) and all(":" in name or _FOR_USERS.search(name) for name in names)
    return False


def _is_handler(node: ast.AST, context: CheckContext) -> bool:
    """Tell whether ``node`` is in a function that answers requests."""
    function = function_around(node, context)
    if function is None:
        return False
    for decorator in function.decorator_list:
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        names = context.names_of(target) or ((context.qualified_name(target) or ""),)
        if any(_ROUTES.search(name) for name in names):
            return True
    first = [one.arg for one in function.args.args if one.arg not in ("self", "cls")][:1]
    return first == ["request"] and (is_web(context) or not any(context.imports()))


def _is_response_made_elsewhere(node: ast.AST, context: CheckContext) -> bool:
    """Tell whether what is returned was reported where it was made: a variable that holds a response."""
    return isinstance(node, ast.Name) and any("Response" in one for one in context.value(node).types)


_GENERAL: Final = "An internal error has occurred"
_LOGGED: Final = "Clients are told nothing of the error any more; it is logged."


def fix(site: FixSite) -> Iterator[Fix]:
    """Answer in general terms, and log the error."""
    edits: list[TextEdit] = []
    for text in _texts_in(site.node):
        found = _in_general_terms(text, site)
        if found is None:
            return
        edits += found
    if not edits:
        return
    if any(isinstance(outer, ast.ExceptHandler) for outer in ancestors(site.node, site)):
        logger = logger_of(site) or f"{site.use('logging')}.getLogger(__name__)"
        logged = add_before(site, site.node, f'{logger}.exception("The request has failed")')
        if logged is None:
            return
        edits.insert(0, logged)
    is_traceback = site.finding.message == _TRACEBACK  # nobody relies on that
    applicability, note = (Applicability.SAFE, "") if is_traceback else (Applicability.REVIEW, _LOGGED)
    yield Fix("Answer in general terms, and log the error", tuple(dict.fromkeys(edits)), applicability, note)


def _texts_in(node: ast.AST) -> Iterator[ast.expr]:
    """Yield the texts in an answer: of a call, a dictionary or a tuple, those in it."""
    match node:
        case ast.Dict(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            for part in parts:
                yield from _texts_in(part)
        case ast.Return(value=ast.expr() as value) | ast.keyword(value=value):
            yield from _texts_in(value)
        case ast.expr():
            yield node


def _in_general_terms(text: ast.expr, site: FixSite) -> list[TextEdit] | None:
    """Return the edits that put a general text in the place of what tells of the error; None if that can't be done."""
    try:
        splices = splices_of(text, _PIECES, site)
    except Tangled:
        return None
    edits = []
    for splice in splices:
        if not any(taint.origin.label == "error" for taint in splice.value(site).all_taints()):
            continue
        if not is_reachable(splice, site) or splice.is_iterable:
            return None
        if splice.is_in_field and splice.template is not None:
            span = splice.template.spans[splice.index]
            edits.append(TextEdit(site.part_of(splice.template.node, *span), _GENERAL.lower()))
        else:
            edits.append(splice.replaced(f'"{_GENERAL if splice.is_whole else _GENERAL.lower()}"', site))
    return edits


_PIECES: Final = Syntax(re.compile(r"\s"))


RULE = Rule(
    id="VET128",
    name="error-details-exposed",
    cwe=Cwe(209),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message=_TEXT,
    bad=(
        Example(
            "import traceback\n\nfrom flask import Flask\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/sum')\ndef total():\n    try:\n        return str(compute())\n    except Exception:\n"
            "        return traceback.format_exc(), 500\n",
            (
                "import logging\nimport traceback\n\nfrom flask import Flask\n\napp = Flask(__name__)\n"
                "\n\n@app.route('/sum')\ndef total():\n    try:\n        return str(compute())\n"
                "    except Exception:\n"
                '        logging.getLogger(__name__).exception("The request has failed")\n'
                '        return "An internal error has occurred", 500\n'
            ),
        ),
        Example(
            "from flask import Flask, jsonify\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/orders')\ndef orders():\n    try:\n        return jsonify(load())\n    except Exception as error:\n"
            "        return jsonify({'error': str(error)}), 500\n",
            (
                "import logging\n\nfrom flask import Flask, jsonify\n\napp = Flask(__name__)\n"
                "\n\n@app.route('/orders')\ndef orders():\n    try:\n        return jsonify(load())\n"
                "    except Exception as error:\n"
                '        logging.getLogger(__name__).exception("The request has failed")\n'
                "        return jsonify({'error': \"An internal error has occurred\"}), 500\n"
            ),
        ),
        Example(
            "from django.http import JsonResponse\n\n\ndef orders(request):\n    try:\n        return JsonResponse(load())\n"
            "    except Exception as e:\n        return JsonResponse({'detail': f'failed: {e}'}, status=500)\n",
            (
                "import logging\n\nfrom django.http import JsonResponse\n\n\ndef orders(request):\n"
                "    try:\n        return JsonResponse(load())\n    except Exception as e:\n"
                '        logging.getLogger(__name__).exception("The request has failed")\n'
                "        return JsonResponse({'detail': f'failed: an internal error has occurred'}, status=500)\n"
            ),
        ),
        Example(
            "from fastapi import FastAPI, HTTPException\n\napp = FastAPI()\n\n\n"
            "@app.get('/orders')\ndef orders():\n    try:\n        return load()\n    except Exception as e:\n"
            "        raise HTTPException(status_code=500, detail=str(e))\n",
            (
                "import logging\n\nfrom fastapi import FastAPI, HTTPException\n\napp = FastAPI()\n"
                "\n\n@app.get('/orders')\ndef orders():\n    try:\n        return load()\n"
                "    except Exception as e:\n"
                '        logging.getLogger(__name__).exception("The request has failed")\n'
                '        raise HTTPException(status_code=500, detail="An internal error has occurred")\n'
            ),
        ),
        Example(
            "from fastapi import FastAPI\n\napp = FastAPI()\n\n\n"
            "@app.get('/orders')\ndef orders():\n    try:\n        return load()\n    except OSError as e:\n"
            "        message = 'cannot read: ' + repr(e)\n        return {'error': message}\n",
            (
                "import logging\n\nfrom fastapi import FastAPI\n\napp = FastAPI()\n"
                "\n\n@app.get('/orders')\ndef orders():\n    try:\n        return load()\n"
                "    except OSError as e:\n"
                "        message = 'cannot read: ' + \"an internal error has occurred\"\n"
                '        logging.getLogger(__name__).exception("The request has failed")\n'
                "        return {'error': message}\n"
            ),
        ),
        Example(
            "import sys\nimport traceback\n\nimport tornado.web\n\n\nclass Orders(tornado.web.RequestHandler):\n"
            "    def get(self):\n"
            "        try:\n            self.write(load())\n        except Exception:\n"
            "            self.write('<pre>' + ''.join(traceback.format_exception(*sys.exc_info())) + '</pre>')\n",
            (
                "import logging\nimport sys\nimport traceback\n\nimport tornado.web\n"
                "\n\nclass Orders(tornado.web.RequestHandler):\n    def get(self):\n"
                "        try:\n            self.write(load())\n        except Exception:\n"
                '            logging.getLogger(__name__).exception("The request has failed")\n'
                "            self.write('<pre>' + \"an internal error has occurred\" + '</pre>')\n"
            ),
        ),
    ),
    good=(
        (
            "import logging\n\nfrom flask import Flask, jsonify\n\napp = Flask(__name__)\n\n\n"
            "@app.route('/orders')\ndef orders():\n    try:\n        return jsonify(load())\n    except Exception as error:\n"
            "        logging.exception('loading failed: %s', error)\n"
            "        return jsonify(error='The orders are not available.'), 500\n"
        ),
        (
            "from flask import Flask, jsonify\n\napp = Flask(__name__)\n\n\nclass OrderError(Exception):\n    pass\n\n\n"
            "@app.route('/orders')\ndef orders():\n    try:\n        return jsonify(load())\n    except OrderError as error:\n"
            "        return jsonify(error=str(error)), 400\n"
        ),
        (
            "import traceback\n\nfrom fastapi import FastAPI, HTTPException\n\napp = FastAPI()\n\n\n"
            "@app.get('/orders')\ndef orders():\n    try:\n        return load()\n    except Exception:\n"
            "        traceback.print_exc()\n"
            "        raise HTTPException(status_code=500, detail='Something went wrong.')\n"
        ),
        (
            "from django.core.exceptions import ValidationError\nfrom django.http import JsonResponse\n\n\ndef save(request):\n"
            "    try:\n        check(request)\n    except ValidationError as e:\n"
            "        return JsonResponse({'errors': e.messages}, status=400)\n    return JsonResponse({})\n"
        ),
        (
            "def load(path):\n    try:\n        return open(path).read()\n    except OSError as error:\n"
            "        return f'cannot read: {error}'\n"
        ),
    ),
    check=check,
    fix=fix,
)
