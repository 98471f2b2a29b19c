"""A password, key or token is written into a log.

## Why it matters
Logs are read by more people than the database, kept for years, sent to other companies, and attached to tickets. A
password in one is known to all of them, and people use theirs in many places. Assistants log what comes in "for
debugging", and `print` what they have just made.

## How to fix it
Log that it happened, and for whom:

    log.info("%s has logged in", user.id)

Where one must be told from another, log the last four characters, or a digest made with a key.

## When it is fine
Where a program shows a new secret to the one person who ran it, on the terminal, once.

## References
- [CWE-532: Insertion of Sensitive Information into Log File](https://cwe.mitre.org/data/definitions/532.html)
- [OWASP: Logging](https://cheatsheetseries.owasp.org/cheatsheets/Logging_Cheat_Sheet.html#data-to-exclude)
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.flow.frame import SinkHit
from vetline.rules.base import CheckContext, Example, FixSite, Match, Rule
from vetline.rules.flows import evidence_of
from vetline.rules.secrets.hiding import hide, hide_all
from vetline.rules.secrets.leaks import leaks_in
from vetline.rules.secrets.names import Kind

_PRINTS = ("builtins.print", "pprint.pprint", "sys.stdout.write", "sys.stderr.write", "click.echo", "rich.print")
_SQL = re.compile(r"(?i)\b(?:select\b.+\bfrom|insert\s+into|update\b.+\bset|delete\s+from)\b")
_MESSAGE = "A {thing} is written into the log, which more people read than may know it."
_THINGS = {Kind.PASSWORD: "password", Kind.KEY: "key or token", None: "number of a card or a person"}
_SHOWN = "A {thing} is printed, and may end up in a log."


def check(context: CheckContext) -> Iterator[Match]:
    reported: set[int] = set()
    for hit in context.sinks("log"):
        if isinstance(hit.argument, ast.expr) and hit.inner is None:
            yield from _leaks(hit.argument, _MESSAGE, Severity.MEDIUM, context, reported)
            yield from _statement(hit, reported)
    for call in context.calls(*_PRINTS):
        for argument in (*call.args, *(keyword.value for keyword in call.keywords if keyword.arg is None)):
            yield from _leaks(argument, _SHOWN, Severity.LOW, context, reported)


def _leaks(node: ast.expr, message: str, severity: Severity, context: CheckContext, reported: set[int]) -> Iterator[Match]:
    for leak in leaks_in(node, context):
        if id(leak.node) in reported:
            continue
        reported.add(id(leak.node))
        thing = _THINGS[leak.kind]
        evidence = evidence_of(leak.taint) if leak.taint is not None else ()
        confidence = Confidence.HIGH if leak.is_sure or leak.kind is Kind.PASSWORD else Confidence.MEDIUM
        yield Match(leak.node, message.format(thing=thing), severity, confidence, evidence)


def _statement(hit: SinkHit, reported: set[int]) -> Iterator[Match]:
    """Yield SQL that is logged with the values in it: names, balances, whatever the query is about."""
    for text in hit.value.texts or ():
        known = " ".join(piece for piece in text if isinstance(piece, str))
        has_input = any(not isinstance(piece, str) and piece for piece in text)
        if has_input and _SQL.search(known) and id(hit.argument) not in reported:
            reported.add(id(hit.argument))
            message = "An SQL statement is logged with the values that are in it, such as a user's. Log the statement without."
            yield Match(hit.argument, message, Severity.LOW, Confidence.MEDIUM)


def fix(site: FixSite) -> Iterator[Fix]:
    node = site.node
    if site.finding.message.startswith("An SQL") and isinstance(node, ast.JoinedStr):
        edits = hide_all(node, site)
        if sum(isinstance(value, ast.FormattedValue) for value in node.values) == 1 and edits:
            yield Fix("Leave the statement out", tuple(edits), Applicability.SAFE)
        elif edits:
            note = "The entry has none of its values any more; keep those that aren't in the statement."
            yield Fix("Leave the values out", tuple(edits), Applicability.REVIEW, note)
    elif isinstance(node, ast.expr) and (edits := hide(node, site)):
        yield Fix("Write stars in its place", tuple(edits), Applicability.SAFE)


RULE = Rule(
    id="VET605",
    name="secret-logged",
    cwe=Cwe(532),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message=_MESSAGE.format(thing="secret"),
    bad=(
        Example(
            "import logging\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
            '@app.route("/login", methods=["POST"])\ndef login():\n'
            '    name, word = request.form["name"], request.form["password"]\n'
            '    logging.info("login of %s with %s", name, word)\n    return check(name, word)\n',
            (
                "import logging\nfrom flask import Flask, request\n\napp = Flask(__name__)\n\n\n"
                '@app.route("/login", methods=["POST"])\ndef login():\n'
                '    name, word = request.form["name"], request.form["password"]\n'
                '    logging.info("login of %s with %s", name, "***")\n    return check(name, word)\n'
            ),
        ),
        Example(
            "import logging\n\nlog = logging.getLogger(__name__)\n\n\nclass Accounts:\n"
            '    def create(self, name, password):\n        log.debug(f"creating {name} with {password}")\n'
            "        return self.store.add(name, password)\n",
            (
                "import logging\n\nlog = logging.getLogger(__name__)\n\n\nclass Accounts:\n"
                '    def create(self, name, password):\n        log.debug(f"creating {name} with ***")\n'
                "        return self.store.add(name, password)\n"
            ),
        ),
        Example(
            'import os\n\napi_key = os.environ["API_KEY"]\nprint("using the key " + api_key)\n',
            'import os\n\napi_key = os.environ["API_KEY"]\nprint("using the key " + "***")\n',
        ),
        Example(
            "from loguru import logger\n\n\ndef call(client):\n"
            '    logger.info("calling with token {}", client.access_token)\n    return client.get("/me")\n',
            (
                "from loguru import logger\n\n\ndef call(client):\n"
                '    logger.info("calling with token {}", "***")\n    return client.get("/me")\n'
            ),
        ),
        Example(
            "import logging\nfrom django.http import JsonResponse\n\n\ndef signup(request):\n"
            '    data = {"user": request.POST["user"], "password": request.POST["password"]}\n'
            '    logging.warning("signup: %s", {"password": request.POST["password"]})\n'
            '    return JsonResponse({"ok": bool(data)})\n',
            (
                "import logging\nfrom django.http import JsonResponse\n\n\ndef signup(request):\n"
                '    data = {"user": request.POST["user"], "password": request.POST["password"]}\n'
                '    logging.warning("signup: %s", {})\n    return JsonResponse({"ok": bool(data)})\n'
            ),
        ),
        Example(
            "import logging\n\n\ndef account(user_id, connection):\n"
            '    sql = "SELECT * FROM accounts WHERE user_id = \'" + user_id + "\'"\n    try:\n'
            '        return connection.execute(sql)\n    except Exception:\n        logging.error(f"failed: {sql}")\n'
            "        raise\n",
            (
                "import logging\n\n\ndef account(user_id, connection):\n"
                '    sql = "SELECT * FROM accounts WHERE user_id = \'" + user_id + "\'"\n    try:\n'
                "        return connection.execute(sql)\n    except Exception:\n"
                '        logging.error("failed: ***")\n        raise\n'
            ),
        ),
    ),
    good=(
        """\
import logging

log = logging.getLogger(__name__)


def refresh(credential_refresh_attempt):
    log.debug("refreshing, attempt %s", credential_refresh_attempt + 1)
""",
        (
            'import logging\n\n\ndef login(name, password):\n    logging.info("login of %s", name)\n'
            "    return check(name, password)\n"
        ),
        (
            "import logging\n\n\ndef create(password):\n"
            '    logging.debug("a password of %d characters", len(password))\n'
            '    logging.debug("token ends in %s", mask(password))\n'
        ),
        "def parse(tokens):\n    for token in tokens:\n        print(token)\n    print(tokens[0].key)\n",
        (
            "import logging\n\nlog = logging.getLogger(__name__)\n\n\ndef check(password_policy, token_type):\n"
            '    log.info("policy %s, type %s", password_policy, token_type)\n'
        ),
        (
            'import logging\n\n\ndef find(connection, name):\n    sql = "SELECT * FROM users WHERE name = %s"\n'
            '    logging.debug("running %s", sql)\n    return connection.execute(sql, (name,))\n'
        ),
        (
            "import logging\nimport hashlib\n\n\ndef login(name, password):\n"
            "    password_hash = hashlib.scrypt(password, salt=salt(), n=2**14, r=8, p=1)\n"
            '    logging.info("hash %s", password_hash)\n'
        ),
    ),
    check=check,
    fix=fix,
)
