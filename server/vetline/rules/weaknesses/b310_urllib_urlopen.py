"""`urllib` opens `file:` and `ftp:` URLs as readily as `https:`.

## Why it matters
If a user can choose the URL, `file:///etc/passwd` or your own `.env` file is read and, often, shown.  With any scheme
the server can also be sent to addresses inside your network, such as a cloud's metadata service.  Assistants use
`urlopen` because it needs no package.

## How to fix it
Use a client that speaks HTTP only:

    response = requests.get(url, timeout=10)

Or check the scheme before the call, and the host against a list of those you expect:

    if urlsplit(url).scheme != "https":
        raise ValueError("only https URLs are allowed")

## When it is fine
Where the URL is a constant of your own, or its scheme has been checked; Bandit can't see the check.

## References
- [Python: urllib.request](https://docs.python.org/3/library/urllib.request.html)
- [OWASP: SSRF](https://cheatsheetseries.owasp.org/cheatsheets/Server_Side_Request_Forgery_Prevention_Cheat_Sheet.html)
- [Bandit: B310](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_calls.html#b310-urllib-urlopen)
"""

from __future__ import annotations

from vetline.core.cwe import Cwe
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, Rule
from vetline.rules.superseded import left_to_vetline

RULE = Rule(
    id="B310",
    name="urllib-urlopen",
    cwe=Cwe(22),
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    message="`urllib` opens `file:` URLs too; check this one's scheme, or use an HTTP client such as `requests`.",
    bad=(
        Example(
            "from urllib.request import urlopen\n\nwith urlopen(url, timeout=10) as response:\n    page = response.read()\n"
        ),
        Example("import urllib.request\n\nurllib.request.urlretrieve(request.args['avatar'], path)\n"),
    ),
    good=(
        "import requests\n\npage = requests.get(url, timeout=10).content\n",
        (
            "import http.client\n\nconnection = http.client.HTTPSConnection('api.example.org', timeout=10)\n"
            "connection.request('GET', '/status')\n"
        ),
    ),
    why_no_fix="Another client is a new dependency with other exceptions and return types, and the right check is yours.",
    matters=left_to_vetline,
    leaves=frozenset({"B310"}),  # Bandit reports the call as long as it is there, whatever is checked before
)
