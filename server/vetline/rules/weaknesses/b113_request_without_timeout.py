"""A network request without a timeout can wait for ever.

`requests` and `httpx` (with `timeout=None`) wait without limit for a server that accepts the connection and then says
nothing.

## Why it matters
Every such request holds a worker, a connection and its memory.  A slow or hostile server that answers none of them
brings the whole service to a stop.  Assistants leave the timeout out because most examples on the web do.

## How to fix it
Pass `timeout=` with the number of seconds that your caller can wait; 10 is a common start.  It limits the time to connect
and each pause between bytes, not the whole transfer.

## When it is fine
In a one-off script that a person watches and can interrupt.

## References
- [Requests: timeouts](https://requests.readthedocs.io/en/latest/user/quickstart/#timeouts)
- [Bandit: B113](https://bandit.readthedocs.io/en/latest/plugins/b113_request_without_timeout.html)
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.superseded import left_to_vetline
from vetline.syntax.calls import keyword_of

SECONDS = "10"


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    # What comes in through "**" may be a timeout already, and two are an error.
    if isinstance(call, ast.Call) and (keyword_of(call, "timeout") or all(keyword.arg for keyword in call.keywords)):
        yield Fix(
            f"Add a timeout of {SECONDS} seconds",
            (site.set_keyword(call, "timeout", SECONDS),),
            Applicability.SAFE,
        )


RULE = Rule(
    id="B113",
    name="request-without-timeout",
    cwe=Cwe(400),
    severity=Severity.MEDIUM,
    confidence=Confidence.LOW,
    message="This request has no timeout: a server that never answers blocks it for ever.",
    bad=(
        Example("import requests\n\nrequests.get(url)\n", "import requests\n\nrequests.get(url, timeout=10)\n"),
        Example(
            "import requests\n\nrequests.post(url, json=body, timeout=None)  # slow\n",
            "import requests\n\nrequests.post(url, json=body, timeout=10)  # slow\n",
        ),
        # The timeout may be among the options.
        Example("import requests\n\nrequests.get(url, **options)\n"),
    ),
    good=(
        "import requests\n\nrequests.get(url, timeout=5)\n",
        "import httpx\n\nhttpx.get(url)\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
