"""Input in an LDAP filter or a distinguished name changes what is asked for.

## Why it matters
A filter such as `(&(uid=NAME)(userPassword=PASSWORD))` is a little language of its own.  With `*` for a name everybody
matches; with `admin)(&)` the rest of the filter is cut off, and the password is no longer part of the question.  What
follows a comma in a distinguished name is another branch of the directory.  Assistants write the filter with an f-string,
since the library has no parameters for it.

## How to fix it
Escape each value for the place where it stands:

    from ldap.filter import escape_filter_chars      # python-ldap
    from ldap3.utils.conv import escape_filter_chars # ldap3

    connection.search_s(BASE, ldap.SCOPE_SUBTREE, f"(uid={escape_filter_chars(name)})")

In a distinguished name use `ldap.dn.escape_dn_chars` or `ldap3.utils.dn.escape_rdn`.  To check a password, bind with it
instead of comparing it in a filter.

## When it is fine
When the value is a number, or has been matched whole against a strict pattern, such as letters and digits only.

## References
- [OWASP: LDAP injection prevention](https://cheatsheetseries.owasp.org/cheatsheets/LDAP_Injection_Prevention_Cheat_Sheet.html)
- [RFC 4515: string representation of search filters](https://www.rfc-editor.org/rfc/rfc4515#section-3)
- [python-ldap: ldap.filter](https://www.python-ldap.org/en/latest/reference/ldap-filter.html)
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Applicability, Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.insertion import Language
from vetline.rules.splicing import Splice, Syntax, around_values

_LDAP = Language(
    frozenset({"ldap"}),
    input="{source} becomes part of an LDAP query: its sender can ask for other entries. Escape it for its place.",
    value="A value is put into this LDAP query as it is, and can change it: escape it for the place where it stands.",
    shape=re.compile(r"\(\s*[\w;.-]+\s*[~<>]?=[^()]*\0"),
    takes_unknown=True,
)

_FILTER = Syntax(re.compile(r"[()=]"))
_ESCAPES = {
    "ldap": (("ldap.filter", "escape_filter_chars"), ("ldap.dn", "escape_dn_chars")),
    "ldap3": (("ldap3.utils.conv", "escape_filter_chars"), ("ldap3.utils.dn", "escape_rdn")),
}
"""By library: what escapes a value for a filter, and for a distinguished name."""


def fix(site: FixSite) -> Iterator[Fix]:
    library = next((name for name in _ESCAPES if name in {each.partition(".")[0] for each in site.imports()}), None)
    if library is None:
        return
    for_filter, for_name = _ESCAPES[library]

    def escaped(splice: Splice) -> str | None:
        if splice.is_whole or not splice.before.strip():
            return None
        is_filter = splice.before.lstrip().startswith("(") or "(" in splice.before
        return f"{site.use(*(for_filter if is_filter else for_name))}({splice.as_text(site)})"

    edits = around_values(site.node, "ldap", _FILTER, escaped, site, if_unknown=True)
    if edits:
        yield Fix("Escape the values", edits, Applicability.SAFE)


RULE = Rule(
    id="VET106",
    name="ldap-injection",
    cwe=Cwe(90),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="A value becomes part of an LDAP query and can change it: escape it.",
    bad=(
        Example(
            "import ldap\nfrom flask import request\n\n\ndef find():\n"
            '    connection = ldap.initialize("ldap://directory.example")\n'
            '    search_filter = "(uid={})".format(request.args["name"])\n'
            '    return str(connection.search_s("dc=example", ldap.SCOPE_SUBTREE, search_filter))\n',
            (
                "import ldap\nfrom flask import request\nfrom ldap.filter import escape_filter_chars\n"
                '\n\ndef find():\n    connection = ldap.initialize("ldap://directory.example")\n'
                '    search_filter = "(uid={})".format(escape_filter_chars(str(request.args["name"])))\n'
                '    return str(connection.search_s("dc=example", ldap.SCOPE_SUBTREE, search_filter))\n'
            ),
        ),
        Example(
            "import ldap3\nfrom django.http import JsonResponse\n\n\ndef login(request):\n"
            '    server = ldap3.Server("ldap://directory.example")\n'
            "    connection = ldap3.Connection(server, auto_bind=True)\n"
            '    name, password = request.POST["name"], request.POST["password"]\n'
            '    connection.search("dc=example", f"(&(uid={name})(userPassword={password}))")\n'
            '    return JsonResponse({"found": len(connection.entries)})\n',
            (
                "import ldap3\nfrom django.http import JsonResponse\n"
                "from ldap3.utils.conv import escape_filter_chars\n\n\ndef login(request):\n"
                '    server = ldap3.Server("ldap://directory.example")\n'
                "    connection = ldap3.Connection(server, auto_bind=True)\n"
                '    name, password = request.POST["name"], request.POST["password"]\n'
                '    connection.search("dc=example", f"(&(uid={escape_filter_chars(str(name))})(userPassword={escape_'
                'filter_chars(str(password))}))")\n'
                '    return JsonResponse({"found": len(connection.entries)})\n'
            ),
        ),
        # The base of the search is a distinguished name.
        Example(
            "import ldap\nfrom fastapi import FastAPI\n\napp = FastAPI()\n"
            'directory = ldap.initialize("ldap://directory.example")\n\n\n@app.get("/people/{unit}")\n'
            'def people(unit: str):\n    base = "ou=" + unit + ",dc=example"\n'
            '    return directory.search_s(base, ldap.SCOPE_ONELEVEL, "(objectClass=person)")\n',
            (
                "import ldap\nfrom fastapi import FastAPI\nfrom ldap.dn import escape_dn_chars\n"
                '\napp = FastAPI()\ndirectory = ldap.initialize("ldap://directory.example")\n'
                '\n\n@app.get("/people/{unit}")\ndef people(unit: str):\n'
                '    base = "ou=" + escape_dn_chars(unit) + ",dc=example"\n'
                '    return directory.search_s(base, ldap.SCOPE_ONELEVEL, "(objectClass=person)")\n'
            ),
        ),
        Example(
            "import ldap\n\n\nclass Directory:\n    def __init__(self, url):\n"
            "        self.connection = ldap.initialize(url)\n\n    def groups_of(self, user):\n"
            '        query = "(&(objectClass=group)(member=%s))" % user\n'
            '        return self.connection.search_ext_s("dc=example", ldap.SCOPE_SUBTREE, query)\n',
            (
                "import ldap\nfrom ldap.filter import escape_filter_chars\n\n\nclass Directory:\n"
                "    def __init__(self, url):\n        self.connection = ldap.initialize(url)\n"
                "\n    def groups_of(self, user):\n"
                '        query = "(&(objectClass=group)(member=%s))" % escape_filter_chars(str(user))\n'
                '        return self.connection.search_ext_s("dc=example", ldap.SCOPE_SUBTREE, query)\n'
            ),
        ),
        Example(
            "from ldap3 import Connection, Server\nfrom flask import request\n\n\ndef bind():\n"
            '    user = "uid=" + request.form["user"] + ",ou=people,dc=example"\n'
            '    return Connection(Server("directory.example"), user=user, password=request.form["password"]).bind()\n',
            (
                "from ldap3 import Connection, Server\nfrom flask import request\n"
                "from ldap3.utils.dn import escape_rdn\n\n\ndef bind():\n"
                '    user = "uid=" + escape_rdn(request.form["user"]) + ",ou=people,dc=example"\n'
                '    return Connection(Server("directory.example"), user=user, password=request.form["password"]).bind()\n'
            ),
        ),
    ),
    good=(
        (
            "import ldap\nfrom flask import request\nfrom ldap.filter import escape_filter_chars\n\n\n"
            'def find():\n    connection = ldap.initialize("ldap://directory.example")\n'
            '    search_filter = "(uid={})".format(escape_filter_chars(request.args["name"]))\n'
            '    return str(connection.search_s("dc=example", ldap.SCOPE_SUBTREE, search_filter))\n'
        ),
        (
            "import ldap3\nfrom django.http import JsonResponse\n"
            "from ldap3.utils.conv import escape_filter_chars\n\n\ndef find(request):\n"
            '    connection = ldap3.Connection(ldap3.Server("ldap://directory.example"), auto_bind=True)\n'
            '    name = escape_filter_chars(request.GET["name"])\n'
            '    connection.search("dc=example", f"(uid={name})")\n'
            '    return JsonResponse({"found": len(connection.entries)})\n'
        ),
        (
            "import ldap\nfrom ldap.filter import filter_format\n\n\n"
            "def groups_of(connection: ldap.ldapobject.LDAPObject, user):\n"
            '    query = filter_format("(&(objectClass=group)(member=%s))", [user])\n'
            '    return connection.search_s("dc=example", ldap.SCOPE_SUBTREE, query)\n'
        ),
        (
            "import re\n\nimport ldap\nfrom flask import abort, request\n\n\ndef find():\n"
            '    name = request.args["name"]\n    if not re.fullmatch(r"[a-z0-9]{1,32}", name):\n'
            '        abort(400)\n    connection = ldap.initialize("ldap://directory.example")\n'
            '    return str(connection.search_s("dc=example", ldap.SCOPE_SUBTREE, f"(uid={name})"))\n'
        ),
        (
            "import ldap\nfrom fastapi import FastAPI\n\napp = FastAPI()\n"
            'directory = ldap.initialize("ldap://directory.example")\n\n\n@app.get("/people/{number}")\n'
            "def person(number: int):\n"
            '    return directory.search_s("dc=example", ldap.SCOPE_SUBTREE, f"(employeeNumber={number})")\n'
        ),
        ('import re\n\n\ndef search(text, word):\n    return re.search("(word=%s)" % re.escape(word), text)\n'),
    ),
    check=_LDAP.check,
    fix=fix,
)
