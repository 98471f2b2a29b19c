"""What tells a secret from the other texts that stand under the same names."""

from __future__ import annotations

import math
import re
from collections import Counter
from enum import Enum
from itertools import pairwise

from vetline.rules.secrets.names import Kind, kind_of


class Verdict(Enum):
    """What a text is that stands where a secret might."""

    SECRET = 1
    PLACEHOLDER = 2
    """Somebody is asked to put a secret there; if nobody does, it is one that everybody knows."""
    OTHER = 3
    """Something else: a label, a name, a path, a template."""


_PLACEHOLDER = re.compile(
    r"""
    change_?-?(?:me|this|it) | \bchangeit\b | your[-_. ]?\w* | (?:^|[-_ ])my[-_ ](?:secret|api|token|key|password)
    | insert[-_ ] | replace | \bx{3,}\b | ^<.+>$ | ^\[.*\]$ | to[-_ ]?do\b | fixme | placeholder
    | \bdummy | \bfake | \bexample | \bsample | not[-_ ]?(?:set|a[-_ ]?(?:real|secret)) | redacted | lorem
    | some[-_ ](?:secret|token|key|password) | ^(?:secret|password|passwd|token)$
    | ^(?:test|testing|foo|bar|baz|foobar|abc|none|null|undefined|unset|empty|na|tbd)$
    | development | insecure | \btest[-_]
    """,
    re.IGNORECASE | re.VERBOSE,
)
_TEMPLATE = re.compile(
    r"\$\{|\{\{|\{[\w.:!]*\}|%\(\w+\)s|%[sdr]|^\$[A-Z_]+$|^@\w+@$|^env[.:]|^vault:|^ssm:|^secretsmanager:|^arn:"
)
_PATH = re.compile(r"^(?:\.{0,2}/|~/|[A-Za-z]:\\|file:)|\.(?:pem|key|crt|txt|json|ya?ml|ini|cfg|toml|py|html?|env|pub)$|^/")
_URL = re.compile(r"^[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_IDENTIFIER = re.compile(r"^[A-Za-z_][A-Za-z_]*$")
_DOTTED = re.compile(r"^[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+(?::[A-Za-z_]\w*)?$")
_PATTERN = re.compile(r"\[[^\]]+\](?:[+*?]|\{\d)|\(\?[:P<=!]|\\[dws][+*]")
_KEBAB = re.compile(r"^[A-Za-z]+(?:[-_:/ ][A-Za-z]+)+:?$")
_WORDS = frozenset(
    """
    access any api apikey apple auth authorization basic bearer bool boolean bytes char client_credentials code
    comment cookie csrf csrfmiddlewaretoken default digest email false file hidden header id_token implicit input
    int integer jwt keyword md5 name no none null number object off oauth oauth2 on operator opaque optional
    password plain post prompt public query refresh required secret session sha256 str string text token true type
    unknown user username varchar yes
    """.split()
)
_HASH = re.compile(
    r"^\$(?:2[aby]?|argon2\w*|pbkdf2|scrypt|5|6|1|apr1)\$|^(?:pbkdf2|scrypt|argon2|bcrypt|sha1|md5)[:$]|^\{\w+\}"
)


def judge(text: str, name: str, kind: Kind, *, is_exact: bool = False) -> Verdict:
    """Tell what ``text`` is under a name that promises a secret of ``kind``.

    ``is_exact`` says that it surely goes where a password belongs, such as into a login, so that it can be no label.
    """
    shown = text.strip()
    if not any(c.isalnum() for c in shown) or _TEMPLATE.search(shown) or _HASH.search(shown):
        return Verdict.OTHER
    if _PATTERN.search(shown):
        return Verdict.OTHER
    lowered = shown.lower()
    if not is_exact:
        if lowered in _WORDS and not (kind is Kind.PASSWORD and lowered in ("password", "secret") and not name.isupper()):
            return Verdict.OTHER
        if kind is Kind.KEY and _is_phrase(shown, name):
            return Verdict.PLACEHOLDER if _PLACEHOLDER.search(shown) else Verdict.SECRET
        if _is_label(shown, name, kind):
            return Verdict.OTHER
    if _PLACEHOLDER.search(shown) and not _is_random(shown):
        return Verdict.PLACEHOLDER
    if is_exact:
        return Verdict.SECRET
    if kind is Kind.KEY:
        return Verdict.SECRET if _is_made_by_machine(shown) else Verdict.OTHER
    return Verdict.SECRET if len(shown) >= 3 else Verdict.OTHER


def _is_label(text: str, name: str, kind: Kind) -> bool:
    """Tell whether a text is for people to read, or names something: a field, a variable, a file."""
    if _PATH.search(text) or _URL.search(text) or len(text) > 500 or "\n" in text.strip():
        return True
    if text.count(" ") >= 2 or (" " in text and kind is Kind.KEY) or text.endswith((":", "?", "...", "…")):
        return True
    if " " in text and text[:1].isupper() and text.replace(" ", "").isalpha():
        return True
    if not text.isascii() and not any(c.isdigit() for c in text):
        return True
    if text.lower().replace("-", "_") == name.lower() and name.isupper():
        return True
    speaks_of_secret = kind_of(text.replace("-", "_").replace(" ", "_").replace(".", "_")) is not None
    is_word = _IDENTIFIER.match(text) is not None
    if (
        speaks_of_secret
        and (is_word or _DOTTED.match(text) or _KEBAB.match(text))
        and ("_" in text or "-" in text or "." in text)
    ):
        return True
    if is_word and text[:1].isupper() and (text[1:].islower() or speaks_of_secret):
        return True  # "Password", "Kennwort"
    if is_word and "_" in text and (text.isupper() or kind is Kind.KEY):
        return True
    return bool(_DOTTED.match(text) and not any(c.isdigit() for c in text))


def _is_made_by_machine(text: str) -> bool:
    """Tell whether a text has letters and digits mixed, without blanks, as keys have."""
    return len(text) >= 8 and " " not in text and any(c.isdigit() for c in text) and any(c.isalpha() for c in text)


def _is_phrase(text: str, name: str) -> bool:
    """Tell whether a text is a key that a person made up, ``super-secret-signing-key``, rather than the name of one."""
    if not name.lower().endswith(("key", "secret")) or text.isupper() or text[:2].lower() == "x-" or " " in text:
        return False
    if names_a_setting(text):
        return False
    parts = re.split(r"[-_.]", text.lower())
    return len(parts) >= 3 and bool({"secret", "key", "password"}.intersection(parts)) and all(part.isalnum() for part in parts)


def names_a_setting(text: str) -> bool:
    """Tell whether a text says where a secret is kept, such as ``aws_secret_access_key`` or ``AWSSecretKey``, by its words."""
    parts = frozenset(word.lower() for word in _PART.findall(text))
    return len(parts) >= 3 and bool(parts & _OF_SETTINGS) and not any(character.isdigit() for character in text)


_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_OF_SETTINGS = frozenset("access aws azure env field file gcp google header id name param path setting".split())


def _is_random(text: str) -> bool:
    return len(text) >= 20 and entropy(text) >= 3.7 and any(c.isdigit() for c in text)


def entropy(text: str) -> float:
    """Return Shannon's entropy of the characters of ``text``, in bits for each."""
    if not text:
        return 0.0
    size = len(text)
    return -sum(count / size * math.log2(count / size) for count in Counter(text).values())


_RANDOM = re.compile(r"[A-Za-z0-9+/_=-]{20,200}")
_HEX = re.compile(r"[0-9a-f]+|[0-9A-F]+")
_UUID = re.compile(r"(?i)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
_RUNS = re.compile(r"(?i)abcdef|0123456|1234567|(.)\1{4,}")
_IMAGES = ("iVBOR", "R0lGOD", "/9j/", "PHN2Zy", "UklGR", "AAABAA")


def looks_random(text: str) -> bool:
    """Tell whether a text is nothing but letters and digits without sense, as keys are."""
    if (
        not 20 <= len(text) <= 200
        or not _RANDOM.fullmatch(text)
        or _UUID.fullmatch(text)
        or _RUNS.search(text)
        or text.startswith(_IMAGES)
    ):
        return False
    digits = sum(c.isdigit() for c in text)
    letters = sum(c.isalpha() for c in text)
    if digits < 3 or letters < 3:
        return False
    if _HEX.fullmatch(text):
        return len(text) >= 32 and entropy(text) >= 3.0
    # Words come with separators, and with their digits together; keys don't.
    words = re.findall(r"[a-z]{5,}", text.lower().replace("_", "-"))
    if sum(len(word) for word in words if _is_pronounceable(word)) > len(text) / 2:
        return False
    changes = sum(_class(one) != _class(other) for one, other in pairwise(text))
    return entropy(text) >= 3.5 and changes >= len(text) / 4


def _is_pronounceable(word: str) -> bool:
    vowels = sum(c in "aeiouy" for c in word)
    return 0.25 <= vowels / len(word) <= 0.6


def _class(character: str) -> int:
    return 0 if character.isdigit() else 1 if character.islower() else 2 if character.isupper() else 3
