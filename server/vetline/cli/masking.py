"""Keeps secrets out of everything that is printed: reports end up in logs, tickets and build servers."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from vetline.core.finding import Finding

_SECRET_RULES = frozenset({"B105", "B106", "B107"})
_LITERAL_RULES = frozenset({"B105", "VET514", "VET601", "VET602", "VET603", "VET604", "VET608"})
"""Those whose findings point at the literal itself."""
_SECRET_WEAKNESSES = frozenset({259, 321, 798})
"""CWE numbers of hard-coded passwords, keys and credentials."""

_STRING = re.compile(
    r"""
    (?P<comment> \#[^\r\n]* )
    | (?P<prefix> \b[bBfFrRtTuU]{1,2} )?
      (?: (?P<triple> \"{3} | '{3} ) (?P<long> (?: \\. | . )*? ) (?: (?P=triple) | \Z )
        | (?P<quote> ["'] ) (?P<short> (?: \\. | (?!(?P=quote))[^\\\r\n] )* ) (?: (?P=quote) | (?=[\r\n]) | \Z ) )
    """,
    re.VERBOSE | re.DOTALL,
)
"""A string literal, closed or not, or a comment (so that a quote in one opens nothing)."""

_NAMED = re.compile(r"[=:][ \t]*\Z")
"""What stands before the value of a keyword argument or a default."""

_IN_URL = re.compile(r"://[^/@:\s]*:([^/@\s]{6,})@")
"""A password in the address of a server."""

_INDEXED = re.compile(r"[ \t]*\]")
"""What stands behind the key of ``config["password"]``, which Bandit points at."""

_SHORTEST = 6
"""A secret of fewer characters is masked where it was found, not wherever else its letters come up."""

MASK = "*"


@dataclass(frozen=True, slots=True)
class Secrets:
    """What not to print of one text: ``spans`` are offsets in it, ``values`` the texts that were found to be secrets."""

    spans: tuple[tuple[int, int], ...] = ()
    values: tuple[str, ...] = ()

    def masked(self, text: str, offset: int) -> str:
        """Return ``text``, which begins at ``offset`` of the analysed text, with an asterisk for each hidden character."""
        for start, end in self.spans:
            first, last = max(start - offset, 0), min(end - offset, len(text))
            if first < last:
                text = text[:first] + _hidden(text[first:last]) + text[last:]
        return text

    def masked_remark(self, text: str) -> str:
        """Return a text about the code, such as a message, without the secrets that it repeats."""
        for value in self.values:
            text = text.replace(value, _hidden(value))
        return text

    def occur_in(self, text: str) -> bool:
        """Tell whether ``text`` repeats a secret."""
        return any(value in text for value in self.values)


NO_SECRETS = Secrets()


def find_secrets(findings: Iterable[Finding], text: str, line_starts: Sequence[int]) -> Secrets:
    """Return the secrets that ``findings`` are about: all strings on their lines, and the same values elsewhere.

    ``line_starts`` are the offsets of the lines of ``text``.
    """
    about = [finding for finding in findings if _is_about_secret(finding)]
    if not about:
        return NO_SECRETS
    matches = list(_STRING.finditer(text))
    spans: set[tuple[int, int]] = set()
    values: set[str] = set()
    for finding in about:
        start, end = _offsets(finding, line_starts, len(text))
        for match in matches:
            if match["comment"] is None and match.start() < end and match.end() > start:
                group = "long" if match["triple"] else "short"
                spans.add(match.span(group))
                if _is_value(match, finding, line_starts):
                    values.add(match[group])
                    values.update(_IN_URL.findall(match[group]))
    spans.update(span for match in matches for value in values for span in _occurrences(value, match))
    return Secrets(tuple(sorted(spans)), tuple(sorted(values)))


def _is_value(literal: re.Match[str], finding: Finding, line_starts: Sequence[int]) -> bool:
    """Tell whether a literal is the secret itself, rather than a key or a host name on the same line."""
    group = "long" if literal["triple"] else "short"
    if len(literal[group]) < _SHORTEST or _INDEXED.match(literal.string, literal.end()):
        return False
    at = line_starts[finding.range.start.line] + finding.range.start.column
    if finding.rule_id in _LITERAL_RULES or literal.start() <= at < literal.end():  # it points at the literal itself
        return literal.start() <= at < literal.end()
    return _NAMED.search(literal.string[max(0, literal.start() - 20) : literal.start()]) is not None


def _occurrences(value: str, match: re.Match[str]) -> Iterable[tuple[int, int]]:
    """Yield where a value stands inside a literal or comment."""
    at = match.string.find(value, match.start(), match.end())
    while at >= 0:
        yield at, at + len(value)
        at = match.string.find(value, at + len(value), match.end())


def _is_about_secret(finding: Finding) -> bool:
    return finding.rule_id in _SECRET_RULES or (finding.cwe is not None and finding.cwe.number in _SECRET_WEAKNESSES)


def _offsets(finding: Finding, line_starts: Sequence[int], size: int) -> tuple[int, int]:
    """Return the offsets of the lines that a finding is about, by its range and by Bandit's."""
    first, last = finding.range.start.line, finding.range.end.line
    if finding.bandit is not None:
        begin, end = finding.bandit.line_range
        first, last = min(first, begin - 1), max(last, end - 1)
    first = max(first, 0)
    return line_starts[first], line_starts[last + 1] if last + 1 < len(line_starts) else size


def _hidden(text: str) -> str:
    """Return ``text`` with every character masked but the line ends."""
    return "".join(character if character in "\r\n" else MASK for character in text)
