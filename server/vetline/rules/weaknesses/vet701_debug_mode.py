"""Debug mode shows source code, settings and often a Python console to whoever makes the application fail.

## Why it matters
Flask's debugger runs Python for everybody who gets past its PIN; Django's error page shows settings, SQL and the values
of variables; FastAPI and Starlette send tracebacks.  Patreon's data was stolen in 2015 through a debug version of its
site.  Assistants end every example with `app.run(debug=True)` and begin every settings file with `DEBUG = True`.

## How to fix it
Leave it off in the code, and switch it on from outside on your own machine: `flask run --debug`, or

    DEBUG = os.environ.get("DJANGO_DEBUG") == "1"

In production, use a server such as Gunicorn or uvicorn without `reload`.

## When it is fine
In a throw-away script on your own machine that listens on 127.0.0.1 only, and in settings that are used for development
only.

## References
- [Flask: debug mode](https://flask.palletsprojects.com/en/stable/quickstart/#debug-mode)
- [Django: DEBUG](https://docs.djangoproject.com/en/stable/ref/settings/#debug)
- [Starlette: debug](https://www.starlette.io/applications/)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Comparison, Example, FixSite, Match, Note, Rule
from vetline.rules.locals import origin_of
from vetline.rules.settings import Setting, fallback, is_for_development, settings, value_in
from vetline.syntax.calls import keyword_of

_RUNS: Final = (
    "flask.Flask.run",
    "quart.Quart.run",
    "?.run",
    "bottle.run",
    "bottle.Bottle.run",
    "sanic.Sanic.run",
    "dash.Dash.run",
    "dash.Dash.run_server",
    "?.run_server",
    "flask_socketio.SocketIO.run",
)
_APPLICATIONS: Final = (
    "fastapi.FastAPI",
    "starlette.applications.Starlette",
    "tornado.web.Application",
    "litestar.Litestar",
    "flask_restful.Api",
)
_SERVERS: Final = ("uvicorn.run", "hypercorn.run", "granian.Granian")
_DEBUGGERS: Final = ("werkzeug.serving.run_simple", "werkzeug.debug.DebuggedApplication")
_WEB: Final = frozenset("flask quart dash flask_socketio sanic bottle connexion flask_restful flask_restx".split())
_TRUE: Final = re.compile(r"^(?:1|true|yes|on|t|y)$", re.IGNORECASE)

_CONSOLE: Final = (
    "Debug mode serves a Python console and source code on error pages; switch it on from outside, not in the code."
)
_PAGES: Final = "Debug mode shows tracebacks and settings to whoever makes the application fail; leave it off in the code."
_RELOAD: Final = "`reload` is for development: it watches files and restarts the server; leave it to the command line."
_DEFAULT: Final = "Debug mode is on unless the environment says otherwise; make off the default."
_NOTE: Final = "Error pages no longer show tracebacks, and the server no longer restarts when a file changes."

_ASSIGNED: Final = frozenset({"debug", "FLASK_DEBUG"})
_SETTINGS: Final = frozenset({"DEBUG", "FLASK_DEBUG", "TEMPLATE_DEBUG", "DEBUG_PROPAGATE_EXCEPTIONS"})
_SWITCHES: Final = frozenset({"debug", "reload", "use_debugger", "use_evalex", "evalex"})
_TELLING: Final = _SWITCHES | {name.rpartition(".")[2] for name in _RUNS}
_OF_DJANGO: Final = frozenset(
    "INSTALLED_APPS MIDDLEWARE MIDDLEWARE_CLASSES ROOT_URLCONF WSGI_APPLICATION TEMPLATES DATABASES".split()
)


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.walk(ast.Call) if context.mentions(_TELLING) else ():
        assert isinstance(call, ast.Call)
        if call.keywords or len(call.args) > 2:
            yield from _in_call(call, context)
    for node in context.walk(ast.Assign) if context.mentions(_ASSIGNED) else ():
        match node:
            case ast.Assign(targets=[ast.Attribute(attr="debug", value=owner)], value=value):
                if _is_true(value, context) and _is_application(owner, context) and not is_for_development(node, context):
                    yield Match(value, _CONSOLE)
            case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value="FLASK_DEBUG"))], value=value):
                if _TRUE.match(str(context.value(value).constant)):
                    yield Match(value, _CONSOLE)
    for setting in settings(context, _SETTINGS):
        if isinstance(setting.node, ast.Assign) and isinstance(setting.node.targets[0], ast.Name):
            continue  # judged with the rest of the file, by which settings are told from other constants
        if _is_true(setting.value, context):
            yield Match(setting.value, _CONSOLE)


def _in_call(call: ast.Call, context: CheckContext) -> Iterator[Match]:
    given = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    if not given.keys() & _SWITCHES and not len(call.args) > 2:
        return
    callees = context.callees(call)
    if any(name in _RUNS for name in callees):
        debug = given.get("debug") or (call.args[2] if len(call.args) > 2 and "flask.Flask.run" in callees else None)
        is_web = any(name[0] != "?" for name in callees) or _uses(context, _WEB) or _is_application_name(call.func)
        if debug is not None and is_web and _is_true(debug, context) and not is_for_development(call, context):
            yield Match(debug, _CONSOLE)
    elif any(name in _APPLICATIONS for name in callees):
        if (debug := given.get("debug")) is not None and _is_true(debug, context):
            yield Match(debug, _PAGES, Severity.MEDIUM)
    elif any(name in _SERVERS for name in callees):
        if (reload := given.get("reload")) is not None and _is_true(reload, context):
            yield Match(reload, _RELOAD, Severity.LOW, Confidence.MEDIUM)
    elif any(name in _DEBUGGERS for name in callees):
        for name in ("use_debugger", "use_evalex", "evalex"):
            if (value := given.get(name)) is not None and _is_true(value, context):
                yield Match(value, _CONSOLE)
                return


def _is_true(node: ast.expr, context: CheckContext) -> bool:
    value = context.value(node)
    return value.constants is not None and len(value.constants) == 1 and value.constants[0] in (True, 1)


def _uses(context: CheckContext, modules: Iterable[str]) -> bool:
    return any(name.partition(".")[0] in modules for name in context.imports())


def _is_application(node: ast.expr, context: CheckContext) -> bool:
    types = context.value(node).types
    return any(one.rpartition(".")[2] in ("Flask", "Quart", "FastAPI", "Starlette", "Dash", "Sanic") for one in types) or (
        not types and _is_application_name(node)
    )


def _is_application_name(node: ast.expr) -> bool:
    match node:
        case ast.Attribute(value=inner, attr="run" | "run_server"):
            return _is_application_name(inner)
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name.lower() in ("app", "application", "server", "flask_app", "webapp", "socketio")
        case ast.Call():
            return False
    return False


def note(context: CheckContext) -> Iterator[Note]:
    """Note a module's ``DEBUG = True``, and the settings that tell Django's files from others."""
    for setting in settings(context, _SETTINGS | _OF_DJANGO):
        if setting.name in _OF_DJANGO:
            yield Note(setting.node, "django")
        elif isinstance(setting.node, ast.Assign) and isinstance(setting.node.targets[0], ast.Name):
            if _is_true(setting.value, context):
                yield Note(
                    setting.node,
                    "class" if context.class_name or isinstance(context.parent_of(setting.node), ast.ClassDef) else "on",
                )
            elif _falls_back(setting, context):
                yield Note(setting.node, "default")


def _falls_back(setting: Setting, context: CheckContext) -> bool:
    default = fallback(setting.value, context)
    if default is None:
        match setting.value:
            case ast.Compare(left=left, ops=[ast.Eq()], comparators=[ast.Constant(value=wanted)]):
                default = fallback(left, context)
                return default is not None and context.value(default).constant == wanted and bool(_TRUE.match(str(wanted)))
        return False
    known = context.value(default).constant
    return known is True or (isinstance(known, str) and bool(_TRUE.match(known)))


def compare(notes: Sequence[Note]) -> Iterator[Match]:
    """Report debug mode in settings; what is only called so may be something else."""
    is_django = any(one.facts == "django" for one in notes)
    for node, facts in notes:
        if facts == "on":
            severity = Severity.MEDIUM if is_django else Severity.LOW
            yield Match(node, _PAGES, severity, Confidence.HIGH if is_django else Confidence.LOW)
        elif facts == "class":
            yield Match(node, _PAGES, Severity.LOW, Confidence.MEDIUM)
        elif facts == "default":
            yield Match(node, _DEFAULT, Severity.LOW, Confidence.MEDIUM)


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    if isinstance(node, ast.Assign | ast.AnnAssign) and (value := value_in(node)) is not None:
        for inner in ast.walk(value):
            if isinstance(inner, ast.Constant) and (off := _OFF.get(str(inner.value))) is not None:
                new = off if not isinstance(inner.value, str) else f'"{off}"'
                yield Fix("Switch debug mode off", (site.replace(inner, new),), Applicability.REVIEW, _NOTE)
                return
        return
    origin = origin_of(node, site) if isinstance(node, ast.expr) else None
    if not isinstance(origin, ast.Constant) or origin.value is not True:
        return
    yield Fix("Switch debug mode off", (site.replace(origin, "False"),), Applicability.REVIEW, _NOTE)
    keyword = site.parent_of(node)
    call = site.parent_of(keyword) if keyword is not None else None
    if isinstance(call, ast.Call) and (debug := keyword_of(call, "debug")) is keyword and debug is not None:
        yield Fix(
            "Leave debug mode to the environment",
            (site.remove_argument(call, debug),),
            Applicability.REVIEW,
            f"{_NOTE} Flask has both back with FLASK_DEBUG=1 in the environment.",
        )


_OFF: Final = {"True": "False", "1": "0", "true": "false", "yes": "no", "on": "off"}


RULE = Rule(
    id="VET701",
    name="debug-mode",
    cwe=Cwe(489),
    severity=Severity.HIGH,
    confidence=Confidence.MEDIUM,
    message=_CONSOLE,
    bad=(
        Example(
            "from flask import Flask\n\napp = Flask(__name__)\napp.run(debug=True)\n",
            "from flask import Flask\n\napp = Flask(__name__)\napp.run(debug=False)\n",
        ),
        Example(
            "from flask import Flask\n\n\ndef create_app():\n    app = Flask(__name__)\n    app.debug = True\n    return app\n",
            "from flask import Flask\n\n\ndef create_app():\n    app = Flask(__name__)\n    app.debug = False\n"
            "    return app\n",
        ),
        Example(
            "DEBUG = True\n\nINSTALLED_APPS = ['django.contrib.admin']\nROOT_URLCONF = 'site.urls'\n",
            "DEBUG = False\n\nINSTALLED_APPS = ['django.contrib.admin']\nROOT_URLCONF = 'site.urls'\n",
        ),
        Example(
            "from fastapi import FastAPI\n\napp = FastAPI(title='Shop', debug=True)\n",
            "from fastapi import FastAPI\n\napp = FastAPI(title='Shop', debug=False)\n",
        ),
        Example(
            "import tornado.web\n\n\ndef make_app(handlers):\n    return tornado.web.Application(handlers, debug=True)\n",
            "import tornado.web\n\n\ndef make_app(handlers):\n    return tornado.web.Application(handlers, debug=False)\n",
        ),
        Example(
            "from flask import Flask\n\nDEBUGGING = True\napp = Flask(__name__)\n\nif __name__ == '__main__':\n"
            "    app.run(host='127.0.0.1', debug=DEBUGGING)\n",
            (
                "from flask import Flask\n\nDEBUGGING = False\napp = Flask(__name__)\n\n"
                "if __name__ == '__main__':\n    app.run(host='127.0.0.1', debug=DEBUGGING)\n"
            ),
        ),
        Example(
            (
                "import os\n\nDEBUG = os.environ.get('DEBUG', True)\n"
                "MIDDLEWARE = ['django.middleware.csrf.CsrfViewMiddleware']\n"
            ),
            (
                "import os\n\nDEBUG = os.environ.get('DEBUG', False)\n"
                "MIDDLEWARE = ['django.middleware.csrf.CsrfViewMiddleware']\n"
            ),
        ),
        Example(
            "from flask import Flask\n\napp = Flask(__name__)\napp.config.update(DEBUG=True, JSON_SORT_KEYS=False)\n",
            "from flask import Flask\n\napp = Flask(__name__)\napp.config.update(DEBUG=False, JSON_SORT_KEYS=False)\n",
        ),
    ),
    good=(
        "from flask import Flask\n\napp = Flask(__name__)\napp.run()\n",
        "import os\n\nfrom flask import Flask\n\napp = Flask(__name__)\napp.run(debug=os.environ.get('APP_ENV') == 'dev')\n",
        "import os\n\nDEBUG = os.environ.get('DJANGO_DEBUG') == '1'\nINSTALLED_APPS = ['django.contrib.admin']\n",
        "class DevelopmentConfig:\n    DEBUG = True\n",
        "import asyncio\n\n\nasync def main():\n    return 1\n\n\nasyncio.run(main(), debug=True)\n",
        "import os\n\nfrom fastapi import FastAPI\n\napp = FastAPI(debug=bool(os.environ.get('APP_DEBUG')))\n",
    ),
    check=check,
    fix=fix,
    comparison=Comparison(note, compare),
    supersedes=frozenset({"B201"}),
)
