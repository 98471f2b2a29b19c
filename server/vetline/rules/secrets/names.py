"""Names that say that a value is a secret."""

from __future__ import annotations

import re
from enum import Enum
from functools import lru_cache

from vetline.rules.purpose import split_words


class Kind(Enum):
    """What a name promises."""

    PASSWORD = 1
    """People choose these: any text may be one."""
    KEY = 2
    """Machines make these: they look like nothing else."""


_PASSWORDS = frozenset(
    "contrasena kennwort passcode passphrase passw passwd password passwords passwort pswd pw pwd senha userpass".split()
)
_PASSWORD_ENDS = re.compile(r"(?:^|[_-])pass$|(?:passwd|password|passphrase)\d*$|(?:^|[a-z_])(?:pwd|pswd)\d*$", re.IGNORECASE)
_SECRETS = frozenset(
    "secret secrets token tokens apikey credential credentials authtoken accesskey secretkey privatekey".split()
)
_KEYS = frozenset(
    "access api auth client encryption hmac jwt master private secret session shared signing webhook app service".split()
)
"""What makes a secret of a ``key``."""
_META = frozenset(
    """
    algorithm alphabet alias attr attribute attributes backend change changed chars charset class claim code column
    complexity confirm confirmation context count created css default description dialog directory dir disabled doc
    enabled encoder encoding endpoint endpoints env environ error errors exp expiration expired expires expiry field
    fields file filename flag folder forgot form format forgotten generator grant group handler hasher hashers
    header headers help helper hint html icon id ids index info input key_name keyring keyword kind label labels len
    length level lifetime limit link list location manager max message messages meta method min missing mode model
    module msg name names note number option options page param parameter params path pattern permission placeholder
    policy position prefix presence prompt provider question reader recovery regex regexp remaining request required
    requirement reset role route rules schema scope screen selector separator serializer service_name size source
    stdin store storage strategy strength suffix table tag template test_name text timeout title tooltip ttl type
    types uri url urls usage user_attribute username validator validators valid var variable version view warning
    widget xpath
    """.split()
)
"""Words of what is told about a secret."""
_STARTS = frozenset(
    "allow can check disable enable get has hide is missing need needs no require requires set show use verify"
    " with without".split()
)
_LEXICAL = frozenset(
    "audio begin bits bos cls end eos eot img image lexer mask pad range sep sot special start stop string tokenize tokenizer"
    " tokens unk vision".split()
)
"""Words of tokens that a text is made of."""


@lru_cache(maxsize=4096)
def kind_of(name: str) -> Kind | None:
    """Return what a variable, parameter, attribute, or key of a dictionary of that name holds, if it is a secret."""
    if len(name) > 60 or not name:
        return None
    words = split_words([name]) - {name.lower()} or {name.lower()}
    ordered = re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)
    first, last = (ordered[0].lower(), ordered[-1].lower()) if ordered else ("", "")
    if words & _META or first in _STARTS or words & _LEXICAL:
        return None
    if words & _PASSWORDS or last == "pass" or _PASSWORD_ENDS.search(name):
        return Kind.PASSWORD
    if last in ("hash", "hashes"):
        return None
    if words & _SECRETS or name.lower() in _SECRETS:
        return Kind.KEY
    if last in ("key", "keys") and words & _KEYS:
        return Kind.KEY
    return None
