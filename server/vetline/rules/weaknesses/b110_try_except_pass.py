"""A handler that catches every exception and does nothing.

The check reports a bare `except:` and `except Exception:` whose whole body is `pass`.

## Why it matters
The error that would have told you of an attack, a full disk or a typing mistake is gone, and the program goes on
with data that it didn't check.  A bare `except:` also swallows `KeyboardInterrupt` and `SystemExit`.  When what fails is a
permission check, going on means letting in.  Assistants write it to make code that can't be tried out look robust.

## How to fix it
Catch what you expect, and say so:

    with contextlib.suppress(FileNotFoundError):
        os.remove(path)

For all else, leave a trace:

    try:
        send(receipt)
    except Exception:
        logger.exception("could not send the receipt")

## When it is fine
In last-resort clean-up, such as closing a connection that may be broken while the program ends.

## References
- [Python: contextlib.suppress](https://docs.python.org/3/library/contextlib.html#contextlib.suppress)
- [Bandit: B110](https://bandit.readthedocs.io/en/latest/plugins/b110_try_except_pass.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import CheckContext, Example, FixSite, Rule
from vetline.rules.handlers import loses_something, try_around
from vetline.rules.loggers import log_error


def matters(context: CheckContext, node: ast.AST) -> bool:
    """Tell whether something is lost by what fails unheard."""
    attempt = try_around(node, context)
    return attempt is not None and loses_something(attempt, context)


def fix(site: FixSite) -> Iterator[Fix]:
    if isinstance(site.node, ast.ExceptHandler):
        yield from log_error(site, site.node)


RULE = Rule(
    id="B110",
    name="try-except-pass",
    cwe=Cwe(703),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="Any error here vanishes without a trace; log it, or catch only the exception that you expect.",
    bad=(
        Example(
            "try:\n    send(receipt)\nexcept Exception:\n    pass\n",
            (
                "import logging\n\ntry:\n    send(receipt)\nexcept Exception:\n"
                '    logging.getLogger(__name__).debug("Ignored an error", exc_info=True)\n'
            ),
        ),
        Example(
            "try:\n    check_signature(message)\nexcept:  # some have none\n    pass\n",
            (
                "import logging\n\ntry:\n    check_signature(message)\nexcept:  # some have none\n"
                '    logging.getLogger(__name__).debug("Ignored an error", exc_info=True)\n'
            ),
        ),
        Example(
            "def may_read(user, token):\n    claims = None\n    try:\n        claims = verify_token(token)\n"
            "    except Exception:\n        pass\n    return claims or user.claims\n",
            (
                "import logging\n\n\ndef may_read(user, token):\n    claims = None\n    try:\n"
                "        claims = verify_token(token)\n    except Exception:\n"
                '        logging.getLogger(__name__).debug("Ignored an error in may_read", exc_info=True)\n'
                "    return claims or user.claims\n"
            ),
        ),
    ),
    good=(
        "import contextlib\nimport os\n\nwith contextlib.suppress(FileNotFoundError):\n    os.remove(path)\n",
        "try:\n    send(receipt)\nexcept Exception:\n    logger.exception('could not send the receipt')\n",
        # There is a value already, and it stays.
        (
            "def limit_of(text):\n    limit = 20\n    try:\n        limit = int(text)\n    except Exception:\n        pass\n"
            "    return limit\n"
        ),
        (
            "def can_show(sign, stream):\n    try:\n        sign.encode(stream.encoding)\n        return True\n"
            "    except Exception:\n        pass\n    return False\n"
        ),
    ),
    matters=matters,
    fix=fix,
)
