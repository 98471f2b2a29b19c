"""The vocabulary of model files: where values come from, and what harm they can do."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

LABELS: Mapping[str, str] = MappingProxyType(
    {
        "remote": "a request, a socket, a message from the network; parts of uploaded files",
        "upload": "the name or the content of an uploaded file",
        "local": "the command line, the environment, standard input",
        "file": "the content of a file read from disk",
        "stored": "a database, a cache",
        "response": "what another server answered",
        "archive": "the names of an archive's members",
        "model": "what a language model wrote",
        "secret": "passwords, keys and tokens",
        "error": "the text of an exception, a traceback",
        "personal": "names, e-mail addresses and the like",
        "random": "numbers that can be predicted",
    }
)
"""What a source may give, and what that means."""

KINDS: Mapping[str, str] = MappingProxyType(
    {
        "sql": "text of an SQL statement",
        "nosql": "filter or code of a database without SQL",
        "ldap": "LDAP filter or distinguished name",
        "xpath": "XPath or XQuery expression",
        "shell": "string that a shell interprets",
        "command": "program, or argument vector, that is run",
        "argument": "argument of a program that is fixed",
        "code": "Python code",
        "import": "name of a module that is imported",
        "library": "shared library that is loaded",
        "template": "source of a template",
        "html": "content of a page",
        "xml": "markup text",
        "header": "name or value of a response header",
        "cookie": "value of a cookie",
        "session": "what is kept in a user's session",
        "email": "header of an e-mail",
        "log": "log entry",
        "csv": "cell of a table that a spreadsheet opens",
        "regex": "regular expression",
        "format": "format string",
        "path": "name of a file that is opened, written, deleted or sent",
        "unpack": "archive that is extracted",
        "url": "URL that the server requests",
        "host": "host that is connected to",
        "redirect": "where a client is sent",
        "deserialize": "bytes that objects are made of",
        "xmlparse": "document that is parsed with its entities",
        "allocation": "size, count or exponent",
        "decompress": "compressed data that is unpacked",
        "fields": "names of attributes that are set, or a mapping of all of them",
        "prompt": "instructions of a language model",
        "hash": "password or secret that is hashed fast",
        "sendout": "data sent to others",
        "key": "key of a cipher, a signature or a token",
        "nonce": "initialisation vector or nonce of a cipher",
        "salt": "salt of a password hash or of a derived key",
    }
)
"""What harm a sink may do: what the value is there."""

FIXED = frozenset({"key", "nonce", "salt"})
"""Kinds that constants harm, too: they are followed into functions like what comes from outside."""

ALL = "all"
"""In place of kinds: every one of them."""
