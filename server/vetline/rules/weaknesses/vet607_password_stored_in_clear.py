"""A password is stored, or looked up, as it was typed.

## Why it matters
Who gets hold of the table, by an injection, a lost backup, or as an administrator, has all passwords, and people use
theirs in many places. A query that compares the password says that it is stored in clear text, too. Assistants write
`User(name=name, password=password)` because the example has a column of that name.

## How to fix it
Store a slow hash, and check it in the program:

    user = User(name=name, password_hash=generate_password_hash(password))
    ...
    if not check_password_hash(user.password_hash, password):

## When it is fine
Where the password was hashed by the client's side of a protocol made for that, or the model hashes what it is given:
say so with a comment that silences this.

## References
- [CWE-256: Plaintext Storage of a Password](https://cwe.mitre.org/data/definitions/256.html)
- [OWASP: Password storage](https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.taints import PARAMETER, Taint
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.building import written
from vetline.rules.crypto.stretching import store_hashed
from vetline.rules.flows import REMOTE, evidence_of
from vetline.rules.purpose import is_password, split_words, words_from, words_of
from vetline.rules.secrets.leaks import leaks_in

_PEOPLE = frozenset(
    "account accounts admin contact customer employee member patient people person profile student user users".split()
)
_NOT_STORED = frozenset(
    "auth authenticate client config connection credentials form login request response schema serializer"
    " session validate".split()
)
_STORING = re.compile(r"(?i)\b(?:insert\s+into|update)\b")
_COMPARING = re.compile(r"(?i)\bselect\b.+\b(?:password|passwd|pwd)\s*=", re.DOTALL)
_STORED = "The password is stored as it was typed. Store a slow hash of it."
_COMPARED = "The password is compared as it was typed, so it is stored so, too. Store a slow hash, and check that."
_DUMPS = ("json.dump", "pickle.dump", "yaml.dump", "marshal.dump")
_TABLES = frozenset("accounts credentials logins passwords users".split())
_LABELS = frozenset((*REMOTE, PARAMETER))


def check(context: CheckContext) -> Iterator[Match]:
    for call in context.walk(ast.Call):
        if isinstance(call, ast.Call):
            yield from _of_record(call, context)
    for hit in context.sinks("sql"):
        if hit.inner is None and isinstance(hit.node, ast.Call):
            yield from _of_statement(hit.node, hit.argument, context)
    for hit in context.sinks("cookie", "session"):
        if isinstance(hit.argument, ast.expr) and (taint := _typed(hit.argument, context)) is not None:
            yield Match(
                hit.argument, "The password is kept where others can read it.", Severity.MEDIUM, None, evidence_of(taint)
            )

    yield from _of_file(context)


def _of_record(call: ast.Call, context: CheckContext) -> Iterator[Match]:
    """Yield the password in ``User(password=password)``."""
    match call.func:
        case ast.Name(id=name):
            owner = name
        case ast.Attribute(value=ast.Attribute(value=ast.Name(id=owner), attr="objects"), attr="create" | "get_or_create"):
            name = owner
        case ast.Attribute(attr="insert_one" | "insert" | "insert_many"):
            yield from _of_document(call, context)
            return
        case _:
            return
    words = split_words([owner])
    if not name[:1].isupper() or not words & _PEOPLE or words & _NOT_STORED:
        return
    for keyword in call.keywords:
        if keyword.arg and is_password(split_words([keyword.arg])) and (taint := _typed(keyword.value, context)) is not None:
            yield Match(keyword.value, _STORED, Severity.MEDIUM, Confidence.MEDIUM, evidence_of(taint))


def _of_document(call: ast.Call, context: CheckContext) -> Iterator[Match]:
    """Yield the password in ``users.insert_one({"password": password})``."""
    for argument in call.args:
        document = written(argument, context)
        if not isinstance(document, ast.Dict):
            continue
        for key, value in zip(document.keys, document.values, strict=True):
            match key:
                case ast.Constant(value=str() as name) if is_password(split_words([name])):
                    if (taint := _typed(value, context)) is not None:
                        yield Match(value, _STORED, Severity.MEDIUM, Confidence.MEDIUM, evidence_of(taint))


def _of_statement(call: ast.Call, statement: ast.AST, context: CheckContext) -> Iterator[Match]:
    """Yield the password among the parameters of an SQL statement."""
    text = " ".join(piece for one in context.value(statement).text or () for piece in one if isinstance(piece, str))
    message = _STORED if _STORING.search(text) else _COMPARED if _COMPARING.search(text) else ""
    if not message:
        return
    for argument in call.args[1:]:
        given = written(argument, context)
        elements = (
            given.elts if isinstance(given, ast.Tuple | ast.List) else given.values if isinstance(given, ast.Dict) else []
        )
        for element in elements:
            if (taint := _typed(element, context)) is not None:
                yield Match(element, message, Severity.LOW, Confidence.MEDIUM, evidence_of(taint))


def _of_file(context: CheckContext) -> Iterator[Match]:
    """Yield passwords that are written into files, and into dictionaries that stand for a table of users."""
    for call in context.walk(ast.Call):
        match call:
            case ast.Call(func=ast.Attribute(value=owner, attr="write" | "writelines" | "writerow"), args=[written, *_]):
                if _is_file(owner, context):
                    yield from _written(written, context)
            case ast.Call(args=[written, _, *_]) if any(name in _DUMPS for name in context.callees(call)):
                yield from _written(written, context)
    for node in context.walk(ast.Assign):
        match node:
            case ast.Assign(targets=[ast.Subscript(value=ast.Name(id=name) | ast.Attribute(attr=name))], value=value):
                if split_words([name]) & _TABLES:
                    yield from _written(value, context)


def _is_file(node: ast.expr, context: CheckContext) -> bool:
    types = context.value(node).types
    return any(one.startswith(("io.", "_csv.", "csv.")) or "writer" in one for one in types) or (
        isinstance(node, ast.Name) and node.id in ("f", "fd", "fh", "file", "fp", "out", "writer")
    )


def _written(node: ast.expr, context: CheckContext) -> Iterator[Match]:
    for leak in leaks_in(node, context):
        if (taint := _typed(leak.node, context)) is not None:
            yield Match(leak.node, _STORED, Severity.LOW, Confidence.MEDIUM, evidence_of(taint))


def _typed(node: ast.expr, context: CheckContext) -> Taint | None:
    """Return where a password comes from that is just as somebody has typed it."""
    node = written(node, context)
    if isinstance(node, ast.Call) and not _reads(node):
        return None
    words = words_of(node)
    if words & {"hash", "hashed", "encrypted", "digest"}:
        return None
    for taint in context.value(node).taints:
        if taint.origin.label in _LABELS and taint.is_certain and is_password(words | words_from((taint,))):
            return taint
    return None


def _reads(call: ast.Call) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in ("get", "strip", "pop", "get_argument")


def fix(site: FixSite) -> Iterator[Fix]:
    if isinstance(site.node, ast.expr) and site.finding.message == _STORED:
        yield from store_hashed(site, site.node)


RULE = Rule(
    id="VET607",
    name="password-stored-in-clear",
    cwe=Cwe(256),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message=_STORED,
    bad=(
        Example(
            'from flask import Flask, request\n\napp = Flask(__name__)\n\n\n@app.post("/signup")\ndef signup():\n'
            '    user = User(name=request.form["name"], password=request.form["password"])\n'
            '    db.session.add(user)\n    return "welcome"\n',
            (
                "from flask import Flask, request\nfrom werkzeug.security import generate_password_hash\n\n"
                'app = Flask(__name__)\n\n\n@app.post("/signup")\ndef signup():\n'
                '    user = User(name=request.form["name"], '
                'password=generate_password_hash(request.form["password"]))\n'
                '    db.session.add(user)\n    return "welcome"\n'
            ),
        ),
        Example(
            "def register(cursor, name, password):\n"
            '    cursor.execute("INSERT INTO users (name, password) VALUES (%s, %s)", (name, password))\n',
            (
                "import hashlib\nimport os\n\n\ndef register(cursor, name, password):\n"
                "    salt = os.urandom(16)\n"
                '    cursor.execute("INSERT INTO users (name, password) VALUES (%s, %s)", (name, (salt + '
                "hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, p=5)).hex()))\n"
            ),
        ),
        Example(
            'from django.http import HttpResponse\n\n\ndef signup(request):\n    word = request.POST["password"]\n'
            '    Customer.objects.create(name=request.POST["name"], password=word)\n'
            '    return HttpResponse("welcome")\n',
            (
                "from django.contrib.auth.hashers import make_password\nfrom django.http import HttpResponse\n"
                '\n\ndef signup(request):\n    word = request.POST["password"]\n'
                '    Customer.objects.create(name=request.POST["name"], password=make_password(word))\n'
                '    return HttpResponse("welcome")\n'
            ),
        ),
        Example(
            "class Accounts:\n    def login(self, name, password):\n"
            '        query = "SELECT id FROM users WHERE name = ? AND password = ?"\n'
            "        return self.db.execute(query, [name, password]).fetchone()\n"
        ),
        Example(
            ('def save(name, password):\n    with open("accounts.txt", "a") as f:\n        f.write(name + ":" + password)\n'),
            (
                "import hashlib\nimport os\n\n\ndef save(name, password):\n"
                '    with open("accounts.txt", "a") as f:\n        salt = os.urandom(16)\n'
                '        f.write(name + ":" + (salt + hashlib.scrypt(password.encode(), salt=salt, n=2**14, r=8, '
                "p=5)).hex())\n"
            ),
        ),
        Example(
            ('class Users:\n    def add(self, name, password):\n        self.users[name] = {"password": password}\n'),
            (
                "import hashlib\nimport os\n\n\nclass Users:\n    def add(self, name, password):\n"
                "        salt = os.urandom(16)\n"
                '        self.users[name] = {"password": (salt + hashlib.scrypt(password.encode(), salt=salt, '
                "n=2**14, r=8, p=5)).hex()}\n"
            ),
        ),
        Example(
            "from flask import request\n\n\ndef signup():\n    data = request.get_json()\n"
            '    mongo.db.users.insert_one({"name": data["name"], "password": data["password"]})\n',
            (
                "from flask import request\nfrom werkzeug.security import generate_password_hash\n\n\n"
                "def signup():\n    data = request.get_json()\n"
                '    mongo.db.users.insert_one({"name": data["name"], "password": '
                'generate_password_hash(data["password"])})\n'
            ),
        ),
    ),
    good=(
        (
            "from flask import Flask, request\nfrom werkzeug.security import generate_password_hash\n\n"
            'app = Flask(__name__)\n\n\n@app.post("/signup")\ndef signup():\n'
            '    user = User(name=request.form["name"], password=generate_password_hash(request.form["password"]))\n'
            '    db.session.add(user)\n    return "welcome"\n'
        ),
        (
            "import bcrypt\n\n\ndef register(cursor, name, password):\n"
            "    hashed = bcrypt.hashpw(password.encode(), bcrypt.gensalt())\n"
            '    cursor.execute("INSERT INTO users (name, password) VALUES (%s, %s)", (name, hashed))\n'
        ),
        "def connect(name, password):\n    return Connection(user=name, password=password)\n",
        (
            "def login(request):\n"
            '    form = UserLoginForm(name=request.POST["name"], password=request.POST["password"])\n'
            "    return form.is_valid()\n"
        ),
        (
            "def signup(request):\n"
            '    return User.objects.create_user(request.POST["name"], password=request.POST["password"])\n'
        ),
    ),
    check=check,
    fix=fix,
    leaves=frozenset({"VET805"}),
)
