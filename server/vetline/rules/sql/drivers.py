"""How database drivers take parameters (PEP 249, ``paramstyle``), and which of them a piece of code talks to."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from vetline.rules.base import FixSite
from vetline.rules.locals import definition_of
from vetline.semantics.scopes import own_nodes, parameters


class Style(Enum):
    """What a placeholder looks like."""

    QMARK = "?"
    FORMAT = "%s"
    DOLLAR = "$1"
    COLON = ":1"
    NAMED = ":name"


@dataclass(frozen=True, slots=True)
class Driver:
    """A way to pass parameters.

    ``examples`` names drivers that take them so.  ``doubles_percent`` tells that a ``%`` has to be doubled as soon as there are
    parameters; ``double_quotes_are_strings`` that SQL text in double quotes can be a value; ``is_strict`` that a value of
    another type than the column's is refused; ``sequence`` is the brackets that positional parameters go into.
    """

    style: Style
    examples: str
    doubles_percent: bool = False
    double_quotes_are_strings: bool = False
    is_strict: bool = False
    sequence: str = "()"


SQLITE = Driver(Style.QMARK, "sqlite3", double_quotes_are_strings=True)
ODBC = Driver(Style.QMARK, "pyodbc")
DUCKDB = Driver(Style.QMARK, "duckdb", sequence="[]")
MARIADB = Driver(Style.QMARK, "mariadb", double_quotes_are_strings=True)
PSYCOPG = Driver(Style.FORMAT, "psycopg", doubles_percent=True)
MYSQL = Driver(Style.FORMAT, "MySQL", doubles_percent=True, double_quotes_are_strings=True)
MYSQL_CONNECTOR = Driver(Style.FORMAT, "MySQL", double_quotes_are_strings=True)
PYMSSQL = Driver(Style.FORMAT, "pymssql")
DJANGO = Driver(Style.FORMAT, "Django", doubles_percent=True, sequence="[]")
FRAPPE = Driver(Style.FORMAT, "Frappe", doubles_percent=True, double_quotes_are_strings=True)
SNOWFLAKE = Driver(Style.FORMAT, "Snowflake", doubles_percent=True)
ASYNCPG = Driver(Style.DOLLAR, "asyncpg", is_strict=True)
ORACLE = Driver(Style.COLON, "oracledb", sequence="[]")
SQLALCHEMY = Driver(Style.NAMED, "SQLAlchemy")

UNKNOWN = (
    Driver(Style.QMARK, "sqlite3, pyodbc and DuckDB", double_quotes_are_strings=True),
    Driver(Style.FORMAT, "psycopg, MySQL and Django", doubles_percent=True, double_quotes_are_strings=True),
)
"""What to propose where nothing tells which driver it is."""

_BY_MODULE = {
    "aiomysql": MYSQL,
    "aioodbc": ODBC,
    "aiopg": PSYCOPG,
    "aiosqlite": SQLITE,
    "asyncmy": MYSQL,
    "asyncpg": ASYNCPG,
    "cx_Oracle": ORACLE,
    "django.db": DJANGO,
    "duckdb": DUCKDB,
    "flask_mysqldb": MYSQL,
    "frappe": FRAPPE,
    "flask_sqlalchemy": SQLALCHEMY,
    "mariadb": MARIADB,
    "mysql": MYSQL,
    "mysql.connector": MYSQL_CONNECTOR,
    "MySQLdb": MYSQL,
    "oracledb": ORACLE,
    "pg8000": PSYCOPG,
    "psycopg": PSYCOPG,
    "psycopg2": PSYCOPG,
    "psycopg_pool": PSYCOPG,
    "pymssql": PYMSSQL,
    "pymysql": MYSQL,
    "pyodbc": ODBC,
    "snowflake.connector": SNOWFLAKE,
    "sqlalchemy": SQLALCHEMY,
    "sqlite3": SQLITE,
    "sqlmodel": SQLALCHEMY,
}
_WORDS = {
    "sqlite": SQLITE,
    "mysql": MYSQL,
    "pg": PSYCOPG,
    "psql": PSYCOPG,
    "postgres(?:ql)?": PSYCOPG,
    "cnx": MYSQL_CONNECTOR,
    "oracle": ORACLE,
    "duckdb": DUCKDB,
    "snowflake": SNOWFLAKE,
}
"""Words in the names of connections."""
_DIALECTS = {
    SQLITE: r"\bCOLLATE\s+NOCASE\b|\bAUTOINCREMENT\b|\bINSERT\s+OR\s+(?:REPLACE|IGNORE)\b|\bsqlite_master\b"
    r"|connect\(\s*['\"][^'\"]*\.(?:db|sqlite3?)['\"]|\bPRAGMA\s+\w+",
    PSYCOPG: r"\bILIKE\b|\bto_tsquery\b|\bDISTINCT\s+ON\s*\(|\bplpgsql\b",
    MYSQL: r"\bON\s+DUPLICATE\s+KEY\b|\bLAST_INSERT_ID\(|\bAUTO_INCREMENT\b|\bDATE_SUB\(|\bSHOW\s+TABLES\b|\bCURDATE\(",
}
"""What is found in the text of a file that talks to one database and no other."""
METHODS = {
    Style.QMARK: frozenset({"execute", "execute_fetchall"}),
    Style.FORMAT: frozenset({"execute", "raw", "sql"}),
    Style.DOLLAR: frozenset({"execute", "fetch", "fetchrow", "fetchval"}),
    Style.COLON: frozenset({"execute"}),
    Style.NAMED: frozenset({"execute", "scalar", "scalars", "exec"}),
}
"""The methods that take a statement and then its parameters."""

_DEPTH = 6


def drivers_for(receiver: ast.expr, site: FixSite) -> tuple[Driver, ...]:
    """Return the drivers that ``receiver``, a cursor or a connection, may belong to; one if that is known."""
    if (found := _made_by(receiver, site, _DEPTH)) is not None:
        return (found,)
    imported = {driver for name in (*site.imports(), *_named_without_import(site)) if (driver := driver_of(name)) is not None}
    if SQLALCHEMY in imported and len(imported) > 1:
        # A cursor is the plain driver's; a session or an engine is SQLAlchemy's.
        name = site.text_of(receiver).lower()
        if "session" in name or "engine" in name:
            return (SQLALCHEMY,)
        if "cur" in name:
            imported.discard(SQLALCHEMY)
    if not imported and (named := _by_word(site.text_of(receiver)) or _by_dialect(site)) is not None:
        return (named,)
    if not imported:
        return (SQLALCHEMY, *UNKNOWN) if "session" in site.text_of(receiver).lower() else UNKNOWN
    return tuple(sorted(imported, key=lambda driver: driver.examples))


def _named_without_import(site: FixSite) -> Iterator[str]:
    """Yield the modules that a fragment of a file uses, without their imports."""
    imported = {name.partition(".")[0] for name in site.imports()}
    for module in _BY_MODULE:
        if "." not in module and module not in imported and site.mentions(rf"(?<![\w.]){module}\.[a-zA-Z]"):
            yield module


def _by_word(receiver: str) -> Driver | None:
    """Return the driver that the name of a cursor or a connection speaks of."""
    return next(
        (driver for word, driver in _WORDS.items() if re.search(rf"(?:\b|_){word}(?:\b|_|\d)", receiver, re.IGNORECASE)), None
    )


def _by_dialect(site: FixSite) -> Driver | None:
    """Return the driver of the only database whose dialect of SQL stands in the file."""
    found = [driver for driver, pattern in _DIALECTS.items() if site.mentions(pattern)]
    return found[0] if len(found) == 1 else None


def driver_of(name: str) -> Driver | None:
    """Return the driver of a module, or of a name in it."""
    while name:
        if name in _BY_MODULE:
            return _BY_MODULE[name]
        name = name.rpartition(".")[0]
    return None


def _made_by(value: ast.expr, site: FixSite, depth: int) -> Driver | None:
    """Return the driver of what made ``value``, followed through variables, calls of its methods and annotations."""
    if not depth:
        return None
    match value:
        case ast.Await(value=inner):
            return _made_by(inner, site, depth)
        case ast.Call(func=callee):
            return _named(callee, site) or (
                _made_by(callee.value, site, depth - 1) if isinstance(callee, ast.Attribute) else None
            )
        case ast.Name(id=name):
            for source in _sources(name, site):
                if (found := _named(source, site) or _made_by(source, site, depth - 1)) is not None:
                    return found
            return _named(value, site)
        case ast.Attribute(value=owner):
            return _named(value, site) or _made_by(owner, site, depth - 1)
    return None


def _named(node: ast.expr, site: FixSite) -> Driver | None:
    name = site.qualified_name(node)  # in a fragment without its imports, the name as written
    return None if name is None else driver_of(name)


def _sources(name: str, site: FixSite) -> Iterator[ast.expr]:
    """Yield what the variable is annotated with, assigned, or bound to by ``with``."""
    function = site.enclosing_function(site.node)
    for argument in parameters(function) if function is not None else ():
        if argument.arg == name and argument.annotation is not None:
            yield argument.annotation
    definition = definition_of(name, site.node, site)
    if definition is not None and definition.value is not None:
        yield definition.value
    for node in own_nodes(site.scope_of(site.node)):
        if isinstance(node, ast.With | ast.AsyncWith):
            for item in node.items:
                if isinstance(item.optional_vars, ast.Name) and item.optional_vars.id == name:
                    yield item.context_expr
