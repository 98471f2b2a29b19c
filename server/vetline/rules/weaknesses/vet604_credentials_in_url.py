"""A URL or connection string in the code has a password in it.

## Why it matters
Who can read the code, its history, or the package built from it can log in. URLs travel further than other secrets:
into error messages, logs, lists of processes and bug reports. Assistants write
`postgresql://user:password@localhost/db` to get an example that runs, and developers fill in theirs.

## How to fix it
Read the whole URL from the environment:

    engine = create_engine(os.environ["DATABASE_URL"])

or put it together of parts of which the password comes from a secret store: `sqlalchemy.URL.create(...,
password=secret)`. A password that was ever committed must be changed.

## When it is fine
For a database that only runs on the developer's machine.

## References
- [CWE-798: Use of Hard-coded Credentials](https://cwe.mitre.org/data/definitions/798.html)
- [SQLAlchemy: database URLs](https://docs.sqlalchemy.org/en/20/core/engines.html#database-urls)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix, TextEdit
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.secrets.environment import read_from_environment
from vetline.rules.secrets.names import Kind
from vetline.rules.secrets.texts import Verdict, judge

_URL = re.compile(
    r"\b(?P<scheme>[a-z][a-z0-9+.-]{1,30})://(?P<user>[^\s:/@'\"<>]*):(?P<password>[^\s/@'\"]*)@(?P<host>[\w.-]*)",
    re.IGNORECASE,
)
_PAIRS = re.compile(r"(?i)(?:^|[;\s])(?:password|pwd|passwd)\s*=\s*(?P<password>[^;\s'\"]+)")
_CONNECTION = re.compile(
    r"(?i)(?:^|[;\s])(?:host|server|data source|uid|user(?: ?id)?|dbname|database|driver|initial catalog)\s*="
)
_WRITTEN_OUT = re.compile(r"(?:[^{}<>$%*\[\]]|%[0-9A-Fa-f]{2}|\$(?![{A-Z(]))+")
_LOCAL = re.compile(r"(?i)^(?:localhost|127\.|0\.0\.0\.0|$)")
_WEAK = frozenset("admin guest pass passw0rd password postgres pwd root secret user".split())
_SHORTEST = 10
_MESSAGE = "A password stands in this {thing}. Read it from the environment, and change the password."


def check(context: CheckContext) -> Iterator[Match]:
    for node in context.walk(ast.Constant):
        match node:
            case ast.Constant(value=str() as text) if len(text) >= _SHORTEST and _speaks(text):
                is_docstring = isinstance(context.parent_of(node), ast.Expr)
                if not is_docstring and (match := _match(node, text)) is not None:
                    yield match


def _speaks(text: str) -> bool:
    return ("://" in text and "@" in text) or ("=" in text and ("assw" in text.lower() or "pwd" in text.lower()))


def _match(node: ast.expr, text: str) -> Match | None:
    for found in _URL.finditer(text):
        password, user, host = found["password"], found["user"], found["host"]
        if not password:
            if user and "sql" in found["scheme"].lower():
                return Match(node, "This URL has an empty password, which lets everybody in.", Severity.LOW, Confidence.MEDIUM)
            continue
        if not _WRITTEN_OUT.fullmatch(password):
            continue
        is_weak = password.lower() in _WEAK or password == user or _LOCAL.match(host) is not None
        return _judged(node, "URL", password, is_weak=is_weak)
    if _CONNECTION.search(text) and (pair := _PAIRS.search(text)) is not None:
        password = pair["password"]
        if not any(c in password for c in "{}<>%*") and not password.startswith("$"):
            return _judged(node, "connection string", password, is_weak=password.lower() in _WEAK)
    return None


def _judged(node: ast.expr, thing: str, password: str, *, is_weak: bool) -> Match | None:
    verdict = judge(password, "password", Kind.PASSWORD, is_exact=True)
    if verdict is Verdict.OTHER:
        return None
    if verdict is Verdict.PLACEHOLDER or is_weak:
        return Match(node, _MESSAGE.format(thing=thing), Severity.LOW, Confidence.MEDIUM)
    return Match(node, _MESSAGE.format(thing=thing), Severity.MEDIUM, Confidence.HIGH)


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    if not isinstance(node, ast.Constant) or not isinstance(node.value, str):
        return
    whole = site.parent_of(node)
    if isinstance(whole, ast.keyword) and whole.arg in ("help", "description", "metavar"):
        return
    if not isinstance(whole, ast.JoinedStr):
        yield from read_from_environment(site, node, "SERVICE_URL" if node.value.startswith("http") else "DATABASE_URL")
        return
    found = _URL.search(node.value)
    text = site.text_of(whole)
    at = text.find(f":{found['password']}@") if found is not None else -1
    if found is not None and at > 0 and text.count(found["password"]) == 1:
        quote = '"' if "'" in text[:3] else "'"
        read = f"{{{site.use('os')}.environ[{quote}DB_PASSWORD{quote}]}}"
        edit = TextEdit(site.part_of(whole, at + 1, at + 1 + len(found["password"])), read)
        note = "The variable has to be set wherever the program runs; and the password has to be replaced."
        yield Fix("Read the password from the environment", (edit,), Applicability.REVIEW, note)


RULE = Rule(
    id="VET604",
    name="credentials-in-url",
    cwe=Cwe(798),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message=_MESSAGE.format(thing="URL"),
    bad=(
        Example(
            'from sqlalchemy import create_engine\n\nengine = create_engine("postgresql://app:S3cr3tPw@db.example.org/shop")\n',
            ('import os\n\nfrom sqlalchemy import create_engine\n\nengine = create_engine(os.environ["DATABASE_URL"])\n'),
        ),
        Example(
            'app.config["SQLALCHEMY_DATABASE_URI"] = "mysql+pymysql://root:@localhost/shop"\n',
            'import os\n\napp.config["SQLALCHEMY_DATABASE_URI"] = os.environ["SQLALCHEMY_DATABASE_URI"]\n',
        ),
        Example(
            "import pymongo\n\n\nclass Store:\n    def connect(self, name):\n"
            '        return pymongo.MongoClient(f"mongodb+srv://robot:kR7mZ2qX@cluster0.example.net/{name}")\n',
            (
                "import os\n\nimport pymongo\n\n\nclass Store:\n    def connect(self, name):\n"
                "        return pymongo.MongoClient(f\"mongodb+srv://robot:{os.environ['DB_PASSWORD']}@cluster0.example.net/{name}\")\n"
            ),
        ),
        Example(
            'import pyodbc\n\nlink = pyodbc.connect("DRIVER={ODBC Driver 18};SERVER=db;UID=app;PWD=Tr0ub4dor")\n',
            'import os\n\nimport pyodbc\n\nlink = pyodbc.connect(os.environ["DATABASE_URL"])\n',
        ),
        Example(
            'import psycopg\n\nDSN = "host=db dbname=shop user=app password=hunter2"\n\n\ndef connect():\n'
            "    return psycopg.connect(DSN)\n",
            ('import os\n\nimport psycopg\n\nDSN = os.environ["DSN"]\n\n\ndef connect():\n    return psycopg.connect(DSN)\n'),
        ),
        Example('BROKER_URL = "amqp://guest:guest@localhost:5672//"\n', 'import os\n\nBROKER_URL = os.environ["BROKER_URL"]\n'),
        Example(
            'import requests\n\nrequests.get("https://admin:Adm1n!@example.org/api", timeout=5)\n',
            'import os\n\nimport requests\n\nrequests.get(os.environ["SERVICE_URL"], timeout=5)\n',
        ),
    ),
    good=(
        "import os\nfrom sqlalchemy import create_engine\n\nengine = create_engine(os.environ['DATABASE_URL'])\n",
        'def url(user, password, host):\n    return f"postgresql://{user}:{password}@{host}/shop"\n',
        ('def connect(url):\n    """Connect to ``postgresql://user:secret@host/name``."""\n    return open_connection(url)\n'),
        (
            'template = "mysql://%s:%s@%s/%s"\npattern = "https://<user>:<password>@example.org"\n'
            'local = "redis://localhost:6379/0"\n'
        ),
        (
            'dsn = "host=db dbname=shop user=app"\nquery = "UPDATE users SET password=%s WHERE name=%s"\n'
            'mail = "mailto:someone@example.org"\n'
        ),
        'url = "postgresql://app:${DB_PASSWORD}@db/shop"\ntime = "http://example.org/at/12:30@noon"\n',
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B105", "B106", "B107"}),
)
