"""A loop that goes on to the next item after any exception, without a word.

The check reports a bare `except:` and `except Exception:` whose whole body is `continue`.

## Why it matters
Items are left out and nobody learns which, or why: an import that lost half its rows, a scan that skipped the one
file with the malware, reports success.  An attacker who can make an item fail can keep it from being looked at.
Assistants write it so that one bad record doesn't stop the loop, which is a fair wish with a poor answer.

## How to fix it
Catch the exception that a bad item raises, and count or log it:

    for row in rows:
        try:
            store(parse(row))
        except ValueError:
            logger.warning("row %s is malformed", row.number)

## When it is fine
Where the attempt itself is the test, as in trying one date format after another, and a later line deals with the
case that none has worked.

## References
- [Python: handling exceptions](https://docs.python.org/3/tutorial/errors.html#handling-exceptions)
- [Bandit: B112](https://bandit.readthedocs.io/en/latest/plugins/b112_try_except_continue.html)
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
    id="B112",
    name="try-except-continue",
    cwe=Cwe(703),
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    message="This loop silently skips an item on any error; log it, or catch only the exception that you expect.",
    bad=(
        Example(
            "for row in rows:\n    try:\n        store(parse(row))\n    except Exception:\n        continue\n",
            (
                "import logging\n\nfor row in rows:\n    try:\n        store(parse(row))\n"
                "    except Exception:\n"
                '        logging.getLogger(__name__).debug("Ignored an error", exc_info=True)\n'
                "        continue\n"
            ),
        ),
        Example(
            "while queue:\n    try:\n        scan(queue.pop())\n    except:\n        continue\n",
            (
                "import logging\n\nwhile queue:\n    try:\n        scan(queue.pop())\n    except:\n"
                '        logging.getLogger(__name__).debug("Ignored an error", exc_info=True)\n'
                "        continue\n"
            ),
        ),
    ),
    good=(
        "for row in rows:\n    try:\n        store(parse(row))\n    except ValueError:\n        bad_rows.append(row)\n",
        (
            "for row in rows:\n    try:\n        store(parse(row))\n    except Exception:\n"
            "        logger.exception('row left out')\n        continue\n"
        ),
    ),
    matters=matters,
    fix=fix,
)
