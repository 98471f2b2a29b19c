"""Under CGI, a visitor's `Proxy:` header becomes the environment variable HTTP_PROXY.

The import alone is no weakness, so Vetline shows it as a hint: it matters if the application makes requests of its own.

## Why it matters
This is known as httpoxy.  A library or program that obeys HTTP_PROXY sends the application's outgoing requests, tokens
included, to a proxy that the visitor chose.  Python's `urllib.request` has ignored the variable under CGI since 2016
(CVE-2016-1000110); programs that you start and libraries that read the variable themselves may not.  Assistants
suggest CGI because old hosting guides do.

## How to fix it
Serve the application as WSGI, with a server that keeps headers out of the process's environment:

    from waitress import serve

    serve(app, listen="127.0.0.1:8080")

Where CGI has to stay, drop the header in the web server, for example `RequestHeader unset Proxy early` in Apache.

## When it is fine
If the web server drops the `Proxy` header, or the application sends no requests.

## References
- [httpoxy](https://httpoxy.org/)
- [Python: wsgiref.handlers](https://docs.python.org/3/library/wsgiref.html#module-wsgiref.handlers)
- [Bandit: B412](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_imports.html#b412-import-httpoxy)
"""

from __future__ import annotations

from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.import_swaps import remove_unused


def fix(site: FixSite) -> Iterator[Fix]:
    yield from remove_unused(site)


RULE = Rule(
    id="B412",
    name="import-httpoxy",
    cwe=Cwe(284),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="By itself this is harmless, but under CGI visitors can set HTTP_PROXY: serve the application as WSGI.",
    bad=(
        Example('from wsgiref.handlers import CGIHandler\n\nprint("hello")\n', '\nprint("hello")\n'),
        Example("from wsgiref.handlers import CGIHandler\n", ""),
        Example("import wsgiref.handlers\n\nwsgiref.handlers.CGIHandler().run(app)\n"),
        Example("from twisted.web.twcgi import CGIScript\n", ""),
    ),
    good=(
        'from waitress import serve\n\nserve(app, listen="127.0.0.1:8080")\n',
        "from twisted.web.wsgi import WSGIResource\n",
    ),
    fix=fix,
)
