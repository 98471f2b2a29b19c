"""A password, key or token stands in the code.

Vetline goes by the name that the text is given, and by the text: real secrets are warned of, placeholders such as
`changeme` are mentioned, and labels, field names, paths and templates left alone.

## Why it matters
Everyone who can read the repository, its history, a package built from it or a backup has the secret, and it can't be
changed without a release. Keys in public repositories are tried within minutes. A placeholder that nobody replaced is
a secret that everybody knows, and an empty password is none. Assistants fill in a value so that the example runs, and
some of those values stay.

## How to fix it
Read it when the program starts, and fail if it is missing:

    password = os.environ["DB_PASSWORD"]

A secret store or the `keyring` package does the same with more protection. A real secret that was ever committed must
be revoked: taking it out of the file isn't enough.

## When it is fine
Where the text is no secret, and in tests of your own server.

## References
- [CWE-798: Use of Hard-coded Credentials](https://cwe.mitre.org/data/definitions/798.html)
- [OWASP: Secrets management](https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.secrets.environment import read_from_environment
from vetline.rules.secrets.names import Kind
from vetline.rules.secrets.places import Candidate, candidates
from vetline.rules.secrets.texts import Verdict

_WAY_OUT = "Read it from the environment or a secret store."


def check(context: CheckContext) -> Iterator[Match]:
    for found in candidates(context):
        if (match := _match(found)) is not None:
            yield match


def _match(found: Candidate) -> Match | None:
    thing = "password" if found.kind is Kind.PASSWORD else "key or token"
    if found.is_empty:
        return Match(
            found.node, "An empty password lets everybody in. Set one, and read it from the environment.", Severity.LOW
        )
    if found.verdict is Verdict.SECRET:
        confidence = Confidence.HIGH if found.is_exact else Confidence.MEDIUM
        return Match(found.node, f"A {thing} stands in the code. {_WAY_OUT}", Severity.MEDIUM, confidence)
    if found.verdict is Verdict.PLACEHOLDER:
        message = f"This {thing} is a placeholder: if nobody replaces it, everybody knows it. {_WAY_OUT}"
        return Match(found.node, message, Severity.LOW, Confidence.MEDIUM)
    return None


def fix(site: FixSite) -> Iterator[Fix]:
    if isinstance(site.node, ast.expr):
        yield from read_from_environment(site, site.node, "PASSWORD")


RULE = Rule(
    id="VET601",
    name="hard-coded-credential",
    cwe=Cwe(798),
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    message=f"A secret stands in the code. {_WAY_OUT}",
    bad=(
        Example(
            'DB_PASSWORD = "hunter2-prod"\n',
            'import os\n\nDB_PASSWORD = os.environ["DB_PASSWORD"]\n',
        ),
        Example(
            "from django.http import HttpResponse\n\n\ndef enter(request):\n"
            '    if request.GET["password"] == "myPa55word":\n        return HttpResponse("welcome")\n',
            (
                "import hmac\nimport os\n\nfrom django.http import HttpResponse\n\n\ndef enter(request):\n"
                '    if hmac.compare_digest(request.GET["password"].encode(), os.environ["PASSWORD"].encode()):\n'
                '        return HttpResponse("welcome")\n'
            ),
        ),
        Example(
            ('import psycopg2\n\n\ndef connect():\n    return psycopg2.connect(host="db", user="app", password="letmein")\n'),
            (
                "import os\n\nimport psycopg2\n\n\ndef connect():\n"
                '    return psycopg2.connect(host="db", user="app", password=os.environ["DB_PASSWORD"])\n'
            ),
        ),
        Example(
            'import MySQLdb\n\ndb = MySQLdb.connect(host="localhost", user="root", passwd="", db="test")\n',
            (
                "import os\n\nimport MySQLdb\n\n"
                'db = MySQLdb.connect(host="localhost", user="root", passwd=os.environ["DB_PASSWORD"], db="test")\n'
            ),
        ),
        Example(
            'class Client:\n    def __init__(self, api_key="k3y-0f-0ur-0wn"):\n        self.api_key = api_key\n',
            (
                'import os\n\n\nclass Client:\n    def __init__(self, api_key=os.environ["API_KEY"]):\n'
                "        self.api_key = api_key\n"
            ),
        ),
        Example(
            'import smtplib\n\nword = "correct-horse"\n\n\ndef send(mail):\n'
            '    server = smtplib.SMTP("mail.example.org")\n    server.login("robot", word)\n'
            "    server.send_message(mail)\n",
            (
                'import os\nimport smtplib\n\nword = os.environ["WORD"]\n\n\ndef send(mail):\n'
                '    server = smtplib.SMTP("mail.example.org")\n    server.login("robot", word)\n'
                "    server.send_message(mail)\n"
            ),
        ),
        Example(
            "DATABASES = {\n"
            '    "default": {"ENGINE": "django.db.backends.postgresql", "USER": "app", "PASSWORD": "s3cr3t!"},\n}\n',
            (
                "import os\n\nDATABASES = {\n"
                '    "default": {"ENGINE": "django.db.backends.postgresql", "USER": "app", '
                '"PASSWORD": os.environ["PASSWORD"]},\n'
                "}\n"
            ),
        ),
        Example(
            'app.config["JWT_SECRET_KEY"] = "super-secret-signing-key"\n',
            'import os\n\napp.config["JWT_SECRET_KEY"] = os.environ["JWT_SECRET_KEY"]\n',
        ),
        Example(
            'import requests\n\nrequests.get("https://example.org/api", auth=("admin", "Adm1n!"), timeout=10)\n',
            (
                "import os\n\nimport requests\n\n"
                'requests.get("https://example.org/api", auth=("admin", os.environ["PASSWORD"]), timeout=10)\n'
            ),
        ),
        Example(
            'USERS = {"admin": "passw0rd", "guest": "gu3st"}\n\n\ndef login(name, given):\n'
            "    return USERS.get(name) == given\n",
            (
                'import os\n\nUSERS = {"admin": os.environ["ADMIN_PASSWORD"], "guest": "gu3st"}\n\n\n'
                "def login(name, given):\n    return USERS.get(name) == given\n"
            ),
        ),
        Example(
            'password = "changeme"\n',
            'import os\n\npassword = os.environ["PASSWORD"]\n',
        ),
    ),
    good=(
        """\
COMMANDS = {"pwd": "shell.commands.folders:Where"}
""",
        """\
TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
""",
        # The names of settings, not what is in them.
        (
            "class SharedFile:\n    ACCESS_KEY = 'aws_access_key_id'\n    SECRET_KEY = 'aws_secret_access_key'\n\n"
            "    def load(self, section):\n        return section[self.ACCESS_KEY], section[self.SECRET_KEY]\n"
        ),
        (
            "from transformers import AutoTokenizer\n\n"
            'tokenizer = AutoTokenizer.from_pretrained(name, revision=revision)\ntokenizer.pad_token = "<pad>"\n'
            'special = {"unk_token": "[UNK]", "eos_token": "</s>"}\n'
        ),
        'import os\n\nDB_PASSWORD = os.environ["DB_PASSWORD"]\n',
        'PASSWORD_FIELD = "password"\nTOKEN_URL = "/oauth/token"\nSECRET_KEY_FILE = "secret.key"\n',
        (
            "from django import forms\n\n\nclass Login(forms.Form):\n"
            '    password = forms.CharField(label="Password", widget=forms.PasswordInput(attrs={"placeholder": '
            '"Your password"}))\n'
        ),
        (
            'LABELS = {\n    "password": "Passwort",\n    "password_required": "A password is required.",\n'
            '    "token": "Token",\n    "secret": "Geheimnis",\n}\n'
        ),
        (
            'def parse(tokens):\n    token = tokens.pop()\n    if token == "(":\n        return group(tokens)\n'
            '    if token.type == "NAME" or token == "lambda":\n        return name(token)\n'
        ),
        'password = getpass.getpass("Password: ")\ntoken = None\nsecret = ""\napi_key = f"{prefix}-{number}"\n',
        (
            'def connect(user, password=None, token_type="bearer", secret_name="db/password"):\n'
            "    return open_connection(user, password)\n"
        ),
        (
            'class Grant(str, Enum):\n    PASSWORD = "password"\n    REFRESH_TOKEN = "refresh_token"\n'
            '    CLIENT_SECRET = "client_secret"\n'
        ),
        'import redis\n\ncache = redis.Redis(host="cache", password=settings.REDIS_PASSWORD)\n',
        (
            'AUTH_PASSWORD_VALIDATORS = [{"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"}]\n'
            'password_reset_template = "registration/password_reset_form.html"\n'
        ),
    ),
    check=check,
    fix=fix,
    supersedes=frozenset({"B105", "B106", "B107"}),
)
