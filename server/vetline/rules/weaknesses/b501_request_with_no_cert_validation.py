"""With `verify=False`, anyone on the path can pose as the server.

## Why it matters
TLS still encrypts, but no longer to a partner that anyone has checked: whoever controls a Wi-Fi, a router or a DNS entry
reads the tokens and answers in the server's name.  Assistants write `verify=False` because it makes a
`CERTIFICATE_VERIFY_FAILED` error go away, and it stays when the code goes live.

## How to fix it
Leave `verify` out.  For a certificate of your own authority, name its root.  With requests:

    requests.get(url, timeout=10, verify="/etc/ssl/certs/internal-ca.pem")

With httpx, which has deprecated a path here, give it a context:

    context = ssl.create_default_context(cafile="/etc/ssl/certs/internal-ca.pem")
    client = httpx.Client(verify=context)

## When it is fine
Against a server on your own machine, in a test that sends nothing secret.

## References
- [Requests: SSL certificate verification](https://requests.readthedocs.io/en/latest/user/advanced/#ssl-cert-verification)
- [HTTPX: SSL](https://www.python-httpx.org/advanced/ssl/)
- [Bandit: B501](https://bandit.readthedocs.io/en/latest/plugins/b501_request_with_no_cert_validation.html)
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


def fix(site: FixSite) -> Iterator[Fix]:
    call = site.node
    if not isinstance(call, ast.Call) or (verify := keyword_of(call, "verify")) is None:
        return
    # A comment beside the argument would end up with its neighbour.
    place = site.range_of(verify)
    has_comment = "#" in site.rest_of_line(place.end) and place.end.line < site.range_of(call).end.line
    edit = site.replace(verify.value, "True") if has_comment else site.remove_argument(call, verify)
    yield Fix(
        "Check the server's certificate",
        (edit,),
        Applicability.REVIEW,
        "A server whose certificate no known authority has signed is refused: name its root certificate with `verify`.",
    )


RULE = Rule(
    id="B501",
    name="request-with-no-cert-validation",
    cwe=Cwe(295),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="This accepts any certificate, so anyone on the path can pose as the server: drop `verify=False`.",
    bad=(
        Example(
            "import requests\n\nrequests.get(url, timeout=10, verify=False)\n",
            "import requests\n\nrequests.get(url, timeout=10)\n",
        ),
        Example("import httpx\n\nclient = httpx.Client(verify=False)\n", "import httpx\n\nclient = httpx.Client()\n"),
        Example(
            "import requests\n\nrequests.post(\n    url,\n    verify=False,\n    timeout=10,\n)\n",
            "import requests\n\nrequests.post(\n    url,\n    timeout=10,\n)\n",
        ),
        Example(
            "import requests\n\n"
            "requests.post(\n"
            "    url,\n"
            "    json=order,\n"
            "    verify=False,  # self-signed\n"
            "    timeout=10,\n"
            ")\n",
            "import requests\n\n"
            "requests.post(\n"
            "    url,\n"
            "    json=order,\n"
            "    verify=True,  # self-signed\n"
            "    timeout=10,\n"
            ")\n",
        ),
    ),
    good=(
        "import requests\n\nrequests.get(url, timeout=10)\n",
        'import requests\n\nrequests.get(url, timeout=10, verify="/etc/ssl/certs/internal-ca.pem")\n',
        'import ssl\n\nimport httpx\n\nclient = httpx.Client(verify=ssl.create_default_context(cafile="internal-ca.pem"))\n',
    ),
    fix=fix,
    matters=left_to_vetline,
)
