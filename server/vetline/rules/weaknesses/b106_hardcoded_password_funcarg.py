"""A password or token is passed to a call as a string in the source.

The check goes by the name of the keyword argument: `password`, `passwd`, `pwd`, `token`, `secret` and the like.

## Why it matters
The call opens a database, a mailbox or an API for everyone who can read the code or its history, and the same value
serves development and production alike.  Assistants complete `connect(` with a made-up user and password; a
developer puts the real one in its place.

## How to fix it
Pass what the environment or a secret store holds:

    connection = psycopg.connect(host="db", user="app", password=os.environ["DB_PASSWORD"])

Many clients need no argument at all: libpq reads `PGPASSWORD` or a password file, and boto3 its own credential chain.

## When it is fine
In tests against a throw-away service, and where the argument is no secret, such as `token="Bearer"`.

## References
- [OWASP: Secrets management](https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html)
- [Bandit: B106](https://bandit.readthedocs.io/en/latest/plugins/b106_hardcoded_password_funcarg.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.secrets.environment import read_from_environment
from vetline.rules.secrets.names import kind_of
from vetline.rules.secrets.places import is_secret_there


def fix(site: FixSite) -> Iterator[Fix]:
    if isinstance(site.node, ast.Call):
        for keyword in site.node.keywords:
            if keyword.arg and kind_of(keyword.arg) is not None and isinstance(keyword.value, ast.Constant):
                yield from read_from_environment(site, keyword.value)
                return


RULE = Rule(
    id="B106",
    name="hardcoded-password-funcarg",
    cwe=Cwe(259),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    message="This call is given a secret that is written into the code; pass it from the environment or a secret store.",
    bad=(
        Example(
            "import psycopg\n\nconnection = psycopg.connect(host='db', user='app', password='hunter2')\n",
            (
                "import os\n\nimport psycopg\n\n"
                "connection = psycopg.connect(host='db', user='app', password=os.environ[\"DB_PASSWORD\"])\n"
            ),
        ),
        Example(
            "client = Client(\n    url,\n    api_token='letmein',\n)\n",
            'import os\n\nclient = Client(\n    url,\n    api_token=os.environ["API_TOKEN"],\n)\n',
        ),
    ),
    good=(
        "import os\n\nimport psycopg\n\nconnection = psycopg.connect(host='db', password=os.environ['DB_PASSWORD'])\n",
        "client = Client(url, api_token=settings.api_token)\n",
    ),
    fix=fix,
    matters=is_secret_there,
)
