"""Hashing passwords slowly, in the place of a fast hash: with what the project has for that, or with scrypt."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from vetline.core.edit import Applicability, Fix, TextEdit
from vetline.rules.base import FixSite
from vetline.rules.locals import Assignment, loads_of
from vetline.rules.purpose import split_words
from vetline.rules.statements import add_before
from vetline.rules.surroundings import name_of
from vetline.semantics.scopes import bound_in

_COST = "n=2**14, r=8, p=5"
_TITLE = "Hash it slowly with {}"
_NOTE = "What is stored already no longer matches, and a password is checked with {}."
_FINISHING = ("digest", "hexdigest")
_FRAMEWORKS = (
    ("django", "django.contrib.auth.hashers", "make_password", "check_password"),
    ("werkzeug", "werkzeug.security", "generate_password_hash", "check_password_hash"),
    ("flask", "werkzeug.security", "generate_password_hash", "check_password_hash"),
)


def hash_slowly(site: FixSite) -> Iterator[Fix]:
    """Yield the fixes for a call that hashes a password fast: ``hashlib.sha256(password).hexdigest()``."""
    call = site.node
    if not isinstance(call, ast.Call):
        return
    data = _data_of(call, site)
    match site.parent_of(call):
        case ast.Attribute(attr=method) as attribute if method in _FINISHING and data is not None:
            whole = site.parent_of(attribute)
            if isinstance(whole, ast.Call) and not whole.args:
                if method == "hexdigest":
                    yield from _with_framework(whole, data, site)
                yield from _with_scrypt(whole, data, method, site)
        case ast.Assign(targets=[ast.Name(id=name)]) as assignment:
            yield from _over_statements(assignment, name, data, site)


def store_hashed(site: FixSite, password: ast.expr) -> Iterator[Fix]:
    """Yield the fix for a password that is stored as it was typed."""
    typed = site.text_of(password)
    imported = {name.partition(".")[0] for name in site.imports()}
    for package, module, maker, checker in _FRAMEWORKS:
        if package in imported:
            edit = site.replace(password, f"{site.use(module, maker)}({typed})")
            yield Fix(_TITLE.format(maker), (edit,), Applicability.REVIEW, _NOTE.format(checker))
            return
    salt = _new_name("salt", site)
    before = add_before(site, password, f"{salt} = {site.use('os')}.urandom(16)")
    if before is not None:
        hashed = f"({salt} + {site.use('hashlib')}.scrypt({typed}.encode(), salt={salt}, {_COST})).hex()"
        note = _NOTE.format("its own salt, the first 16 bytes")
        yield Fix(_TITLE.format("scrypt"), (before, site.replace(password, hashed)), Applicability.REVIEW, note)


def _data_of(call: ast.Call, site: FixSite) -> ast.expr | None:
    """Return what a hash is given when it is made."""
    is_named = (site.qualified_name(call.func) or "") == "hashlib.new"
    given = call.args[1:] if is_named else call.args
    keyword = next((one.value for one in call.keywords if one.arg in ("data", "string")), None)
    return given[0] if given and not isinstance(given[0], ast.Starred) else keyword


def _with_framework(whole: ast.Call, data: ast.expr, site: FixSite) -> Iterator[Fix]:
    imported = {name.partition(".")[0] for name in site.imports()}
    for package, module, maker, checker in _FRAMEWORKS:
        match data:
            case ast.Call(func=ast.Attribute(value=text, attr="encode")) if package in imported:
                edit = site.replace(whole, f"{site.use(module, maker)}({site.text_of(text)})")
                yield Fix(_TITLE.format(maker), (edit,), Applicability.REVIEW, _NOTE.format(checker))
                return


def _with_scrypt(whole: ast.Call, data: ast.expr, method: str, site: FixSite) -> Iterator[Fix]:
    salt = _new_name("salt", site)
    hashed = f"{site.use('hashlib')}.scrypt({site.text_of(data)}, salt={salt}, {_COST}"
    before = add_before(site, whole, f"{salt} = {site.use('os')}.urandom(16)")
    if before is None:
        return
    if _is_key(whole, site):
        text = f"{hashed}, dklen=32)" + (".hex()" if method == "hexdigest" else "")
        note = "Keep the salt: the key can't be derived again without it."
    else:
        text = f"({salt} + {hashed})){'.hex()' if method == 'hexdigest' else ''}"
        note = _NOTE.format("its own salt, the first 16 bytes")
    yield Fix(_TITLE.format("scrypt"), (before, site.replace(whole, text)), Applicability.REVIEW, note)


def _over_statements(assignment: Assignment, name: str, data: ast.expr | None, site: FixSite) -> Iterator[Fix]:
    """Yield the fix for a hash that is made, updated once, and asked for its digest."""
    updates: list[tuple[ast.Expr, ast.expr]] = []
    results: list[tuple[ast.Call, str]] = []
    for load in loads_of(assignment, name, site) or ():
        attribute = site.parent_of(load)
        whole = site.parent_of(attribute) if attribute is not None else None
        statement = site.parent_of(whole) if whole is not None else None
        match attribute, whole, statement:
            case ast.Attribute(attr="update"), ast.Call(args=[given], keywords=[]), ast.Expr():
                updates.append((statement, given))
            case ast.Attribute(attr="digest" | "hexdigest" as method), ast.Call(args=[]), _:
                results.append((whole, method))
            case _:
                return
    if len(updates) + (data is not None) != 1 or not results:
        return
    salt = _new_name("salt", site)
    given = data if data is not None else updates[0][1]
    place: ast.AST = assignment if data is not None else updates[0][0]
    hashed = f"{name} = {site.use('hashlib')}.scrypt({site.text_of(given)}, salt={salt}, {_COST})"
    making = f"{salt} = {site.use('os')}.urandom(16)"
    edits: list[TextEdit] = []
    if data is not None:
        before = add_before(site, assignment, making)
        if before is None:
            return
        edits.append(before)
    else:
        edits.append(site.replace(assignment, making))
    edits.append(site.replace(place, hashed))
    edits += [
        site.replace(call, f"({salt} + {name})" + (".hex()" if method == "hexdigest" else "")) for call, method in results
    ]
    note = _NOTE.format("its own salt, the first 16 bytes")
    yield Fix(_TITLE.format("scrypt"), tuple(edits), Applicability.REVIEW, note)


def _is_key(whole: ast.AST, site: FixSite) -> bool:
    """Tell whether what is derived is a key, by the name that it gets."""
    match site.parent_of(whole):
        case ast.Assign(targets=[ast.Name(id=name) | ast.Attribute(attr=name)]) | ast.keyword(arg=str() as name):
            return "key" in split_words([name])
        case ast.Call(func=callee):
            return "key" in split_words([name_of(callee)])
    return False


def _new_name(name: str, site: FixSite) -> str:
    function = site.enclosing_function(site.node)
    taken = bound_in(function) if function is not None else frozenset()
    return f"new_{name}" if name in taken else name
