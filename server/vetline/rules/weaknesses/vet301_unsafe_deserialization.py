"""Some formats build any object that the data asks for, and run code while they do.

## Why it matters
A pickle is a program for a small machine, and "call `os.system` with this text" is one of its instructions. Whoever can
send one to `pickle.loads`, or put one where the program reads it, runs commands with all rights of the program. The
same goes for `marshal`, `dill`, `shelve`, `jsonpickle`, `joblib`, NumPy's object arrays, and YAML with a loader that
isn't the safe one. Base64 around it changes nothing, and a check of what came out is too late. Assistants take pickle
for cookies, caches and messages because it swallows any object.

## How to fix it
Use a format that only holds data, and build your objects from it:

    session = json.loads(base64.b64decode(cookie))

For YAML, `yaml.safe_load`; for arrays, `numpy.load` without `allow_pickle`. Where a pickle must travel, sign it, and
check the signature with `hmac.compare_digest` before you load it.

## When it is fine
For data that your own program wrote to a place that nobody else can write to.

## References
- [Python: pickle](https://docs.python.org/3/library/pickle.html)
- [OWASP: deserialization of untrusted data](https://cheatsheetseries.owasp.org/cheatsheets/Deserialization_Cheat_Sheet.html)
- [PyYAML: loading YAML](https://pyyaml.org/wiki/PyYAMLDocumentation)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.frame import SinkHit
from vetline.flow.taints import PARAMETER
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.building import written
from vetline.rules.flows import flow_into, of_labels
from vetline.rules.plain_data import store_as_json
from vetline.rules.surroundings import called_name, conditions_on, scope_around
from vetline.rules.weaknesses import b506_yaml_load, b614_pytorch_load
from vetline.syntax.calls import keyword_of
from vetline.syntax.nodes import walk

_STRANGERS = of_labels(Severity.HIGH, "remote", "upload", "model", "response")
_CALLERS = of_labels(Severity.MEDIUM, PARAMETER)


class _Loader(NamedTuple):
    """How a module's loaders are judged where no stranger is known to send the data.

    ``of_argument`` is the severity if it is a function's argument, ``otherwise`` if it's something else; None: no finding.
    """

    what: str
    of_argument: Severity | None
    otherwise: Severity | None


_PICKLE = "Loading this runs code that the data chooses: use JSON, or check a signature over it first."
_FILE = "A file of this kind runs code while it loads: load only what you wrote yourself, or use a format that only holds data."
_YAML = "This YAML may build any Python object, and so run code: use `yaml.safe_load`."
_LOADERS = {
    **dict.fromkeys(
        ("pickle", "cPickle", "_pickle", "dill", "cloudpickle", "pickle5", "marshal", "jsonpickle"),
        _Loader(_PICKLE, Severity.MEDIUM, Severity.LOW),
    ),
    **dict.fromkeys(("yaml", "ruamel", "oyaml", "ruamel_yaml"), _Loader(_YAML, Severity.MEDIUM, Severity.MEDIUM)),
    **dict.fromkeys(("pandas", "numpy"), _Loader(_FILE, Severity.LOW, None)),
}
_OTHERS = _Loader(_FILE, None, None)
_SIGNATURE = re.compile(
    r"compare_digest|verify|unsign|check_(?:hmac|signature|mac)|valid(?:ate)?_(?:hmac|signature|mac)", re.IGNORECASE
)
_SETTINGS = {
    "SESSION_SERIALIZER": "pickleserializer",
    "accept_content": "pickle",
    "CELERY_ACCEPT_CONTENT": "pickle",
    "task_serializer": "pickle",
    "result_serializer": "pickle",
    "CELERY_TASK_SERIALIZER": "pickle",
    "CELERY_RESULT_SERIALIZER": "pickle",
}


def check(context: CheckContext) -> Iterator[Match]:
    reported: set[int] = set()
    for hit in context.sinks("deserialize"):
        if id(hit.node) not in reported and (match := _judged(hit, context)) is not None:
            reported.add(id(hit.node))
            yield match
    for node in context.walk(ast.Assign, ast.keyword):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)], value=value)
                | ast.keyword(arg=name, value=value)
            ):
                wanted = _SETTINGS.get(name or "")
                if wanted is not None and any(wanted in text.lower() for text in _strings(value)):
                    yield Match(value, "Whoever can write to the queue or forge a session then runs code: serialise with JSON.")


def _strings(value: ast.expr) -> Iterator[str]:
    for node in walk(value):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _judged(hit: SinkHit, context: CheckContext) -> Match | None:
    loader = _LOADERS.get(hit.callee.partition(".")[0], _OTHERS)
    if hit.callee == "pandas.read_hdf":
        loader = _OTHERS
    strangers = flow_into(hit, _STRANGERS)
    if strangers is not None:
        if _is_signed(hit.node, context):
            return None
        found = strangers.match(
            "What is built here, and so which code runs, is up to {source}: use a format that only holds data."
        )
        return (
            found if hit.inner is not None else Match(hit.node, found.message, found.severity, found.confidence, found.evidence)
        )
    if hit.inner is not None or hit.value.is_fixed or _is_own_copy(hit, context):
        return None
    callers = flow_into(hit, _CALLERS)
    if callers is not None and not callers.worst.is_certain:
        callers = None
    severity = loader.otherwise if callers is None else loader.of_argument
    if severity is None or _is_signed(hit.node, context):
        return None
    return Match(hit.node, loader.what, severity, Confidence.MEDIUM if callers is not None else Confidence.HIGH)


def _is_signed(node: ast.AST, context: CheckContext) -> bool:
    """Tell whether a signature is checked before, so that only what the program itself has signed comes here."""
    conditions = conditions_on(node, context)
    for condition in conditions:
        for inner in walk(condition):
            match inner:
                case ast.Call() if _SIGNATURE.search(called_name(inner, context)) or _compares_mac(inner, context):
                    return inner.lineno <= getattr(node, "lineno", 0)
    return False


def _compares_mac(call: ast.Call, context: CheckContext) -> bool:
    """Tell whether a function of the project's own is given an HMAC to compare with another."""
    if len(call.args) < 2:
        return False
    names = [name for argument in call.args for name in walk(argument) if isinstance(name, ast.Name)]
    parts = (part for name in names for part in walk(written(name, context)))
    return any(isinstance(part, ast.Call) and _HMAC & set(context.callees(part)) for part in parts)


_HMAC = frozenset({"hmac.new", "hmac.digest"})


def _is_own_copy(hit: SinkHit, context: CheckContext) -> bool:
    """Tell whether it loads what was dumped the line before, to copy an object."""
    match written(hit.argument, context) if isinstance(hit.argument, ast.expr) else hit.argument:
        case ast.Call() as call if called_name(call, context) == "dumps":
            return True
        case ast.Name(id=variable):
            for node in walk(scope_around(hit.node, context)):
                match node:
                    case ast.Assign(
                        targets=[ast.Name(id=name)], value=ast.Call(func=ast.Name(id="dumps") | ast.Attribute(attr="dumps"))
                    ) if name == variable:
                        return True
    return False


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    if not isinstance(node, ast.Call):
        yield from _without_pickle(node, site)
        return
    name = site.qualified_name(node.func) or ""
    if name == "yaml.load":
        yield from b506_yaml_load.fix(site)
    elif name == "yaml.unsafe_load":
        note = "Documents with tags for Python objects or for classes of your own no longer load."
        yield Fix("Load with yaml.safe_load", (site.call_instead(node.func, "yaml", "safe_load"),), Applicability.REVIEW, note)
    elif name == "torch.load":
        yield from b614_pytorch_load.fix(site)
    elif name == "numpy.load" and (keyword := keyword_of(node, "allow_pickle")) is not None:
        note = "Files with arrays of objects no longer load."
        yield Fix("Load arrays of numbers only", (site.remove_argument(node, keyword),), Applicability.REVIEW, note)
    elif name == "pandas.read_pickle":
        note = "The file has to be written with `to_parquet`, which takes pyarrow."
        yield Fix("Read Parquet", (site.call_instead(node.func, "pandas", "read_parquet"),), Applicability.REVIEW, note)
    else:
        yield from store_as_json(site)


def _without_pickle(node: ast.AST, site: FixSite) -> Iterator[Fix]:
    """Yield the fix for a setting that names the formats of messages."""
    note = "Who sends pickles is refused, and messages hold plain data only."
    match node:
        case ast.List(elts=elts) | ast.Tuple(elts=elts):
            kept = [one for one in elts if not (isinstance(one, ast.Constant) and "pickle" in str(one.value).lower())]
            if kept:
                text = ", ".join(map(site.text_of, kept))
                new = f"[{text}]" if isinstance(node, ast.List) else f"({text},)"
                yield Fix("Accept no pickles", (site.replace(node, new),), Applicability.REVIEW, note)
        case ast.Constant(value=str() as name):
            json = site.text_of(node).replace("PickleSerializer", "JSONSerializer").replace("pickle", "json")
            if json != name:
                yield Fix("Use JSON", (site.replace(node, json),), Applicability.REVIEW, note)


RULE = Rule(
    id="VET301",
    name="unsafe-deserialization",
    cwe=Cwe(502),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message=_PICKLE,
    bad=(
        Example(
            """\
import base64
import pickle

from flask import Flask, request

app = Flask(__name__)


@app.route("/cart")
def cart():
    items = pickle.loads(base64.b64decode(request.cookies["cart"]))
    return {"count": len(items)}
""",
            """\
import base64
import json

from flask import Flask, request

app = Flask(__name__)


@app.route("/cart")
def cart():
    items = json.loads(base64.b64decode(request.cookies["cart"]))
    return {"count": len(items)}
""",
        ),
        Example(
            """\
import _pickle


class Tokens:
    def read(self, headers):
        token = headers["Authorization"].removeprefix("Bearer ")
        return _pickle.loads(bytes.fromhex(token))
""",
            """\
import json


class Tokens:
    def read(self, headers):
        token = headers["Authorization"].removeprefix("Bearer ")
        return json.loads(bytes.fromhex(token))
""",
        ),
        Example(
            """\
import yaml
from django.http import JsonResponse


def configure(request):
    settings = yaml.load(request.body, Loader=yaml.Loader)
    return JsonResponse(settings)
""",
            """\
import yaml
from django.http import JsonResponse


def configure(request):
    settings = yaml.safe_load(request.body)
    return JsonResponse(settings)
""",
        ),
        Example(
            """\
import dill
import requests


def fetch_model(url):
    answer = requests.get(url, timeout=30)
    return dill.loads(answer.content)
""",
            """\
import json
import requests


def fetch_model(url):
    answer = requests.get(url, timeout=30)
    return json.loads(answer.content)
""",
        ),
        Example(
            """\
import jsonpickle
from flask import request


def restore():
    text = request.form.get("state", "")
    return jsonpickle.decode(text)
""",
            """\
import json

import jsonpickle
from flask import request


def restore():
    text = request.form.get("state", "")
    return json.loads(text)
""",
        ),
        Example(
            """\
import numpy as np
from flask import request


def matrix():
    return np.load(request.files["matrix"].stream, allow_pickle=True)
""",
            """\
import numpy as np
from flask import request


def matrix():
    return np.load(request.files["matrix"].stream)
""",
        ),
        Example(
            """\
import pickle


def load_state(path):
    with open(path, "rb") as file:
        return pickle.load(file)
""",
            """\
import json


def load_state(path):
    with open(path, "rb") as file:
        return json.load(file)
""",
        ),
        Example(
            """\
from celery import Celery

app = Celery("jobs", broker="redis://localhost")
app.conf.accept_content = ["json", "pickle"]
""",
            """\
from celery import Celery

app = Celery("jobs", broker="redis://localhost")
app.conf.accept_content = ["json"]
""",
        ),
        Example(
            """\
import marshal
import socket


def serve(port):
    server = socket.create_server(("127.0.0.1", port))
    connection, _ = server.accept()
    return marshal.loads(connection.recv(4096))
""",
            """\
import json
import socket


def serve(port):
    server = socket.create_server(("127.0.0.1", port))
    connection, _ = server.accept()
    return json.loads(connection.recv(4096))
""",
        ),
    ),
    good=(
        """\
import hashlib
import hmac
import pickle


def read(data, mac, key):
    expected = hmac.new(key, data, hashlib.sha256).digest()
    if same(mac, expected):
        return pickle.loads(data)
    return None
""",
        """\
import base64
import json

from flask import Flask, request

app = Flask(__name__)


@app.route("/cart")
def cart():
    items = json.loads(base64.b64decode(request.cookies["cart"]))
    return {"count": len(items)}
""",
        """\
import yaml


def configure(request):
    return yaml.safe_load(request.body)
""",
        """\
import yaml

with open("settings.yml") as file:
    settings = yaml.load(file, Loader=yaml.SafeLoader)
""",
        """\
import hashlib
import hmac
import pickle

from flask import abort, request


def restore(key):
    data = request.get_data()
    expected = hmac.new(key, data, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(expected, request.headers["X-Signature"]):
        abort(403)
    return pickle.loads(data)
""",
        """\
import pickle


def deep_copy(thing):
    return pickle.loads(pickle.dumps(thing))
""",
        """\
import numpy as np


def matrix(upload):
    return np.load(upload)
""",
        """\
import io
import pickle


class Plain(pickle.Unpickler):
    def find_class(self, module, name):
        raise pickle.UnpicklingError(f"{module}.{name} is not allowed")


def restore(data):
    return Plain(io.BytesIO(data)).load()
""",
        """\
from ruamel.yaml import YAML


def configure(text):
    return YAML(typ="safe").load(text)
""",
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B301", "B302", "B506", "B614"}),
)
