"""A password or token stands in the source as a string.

The check goes by names: a string that is assigned to, stored under or compared with something called `password`,
`passwd`, `pwd`, `token` or `secret`.

## Why it matters
Everyone who can read the repository, its history, a package built from it or a backup has the secret, and it can't be
changed without a release.  Leaked keys in public repositories are tried within minutes.  Assistants fill in a value
so that the example runs, and some of those values stay.

## How to fix it
Read it when the program starts, and fail if it is missing:

    password = os.environ["DB_PASSWORD"]

A secret store or the `keyring` package does the same with more protection.  A real secret that was ever committed must
be revoked; taking it out of the file isn't enough.

## When it is fine
Where the text is no secret: an empty default, the name of a form field, a token type such as "Bearer", test data.

## References
- [OWASP: Secrets management](https://cheatsheetseries.owasp.org/cheatsheets/Secrets_Management_Cheat_Sheet.html)
- [Bandit: B105](https://bandit.readthedocs.io/en/latest/plugins/b105_hardcoded_password_string.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.secrets.environment import read_from_environment
from vetline.rules.secrets.places import is_secret_there


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    parent = site.parent_of(node)
    if isinstance(parent, ast.Subscript) and isinstance(assignment := site.parent_of(parent), ast.Assign):
        node = assignment.value
    if isinstance(node, ast.Constant):
        yield from read_from_environment(site, node)


RULE = Rule(
    id="B105",
    name="hardcoded-password-string",
    cwe=Cwe(259),
    severity=Severity.LOW,
    confidence=Confidence.MEDIUM,
    message="This looks like a secret written into the code; read it from the environment or a secret store.",
    bad=(
        Example("password = 'hunter2'\n", 'import os\n\npassword = os.environ["PASSWORD"]\n'),
        Example("config['db_password'] = 'hunter2'\n", "import os\n\nconfig['db_password'] = os.environ[\"DB_PASSWORD\"]\n"),
        Example(
            "if token == 'letmein':\n    open_door()\n",
            (
                "import hmac\nimport os\n\n"
                'if hmac.compare_digest(token.encode(), os.environ["TOKEN"].encode()):\n    open_door()\n'
            ),
        ),
    ),
    good=(
        "import os\n\npassword = os.environ['DB_PASSWORD']\n",
        "import hmac\n\nif hmac.compare_digest(token, settings.door_key):\n    open_door()\n",
    ),
    fix=fix,
    matters=is_secret_there,
)
