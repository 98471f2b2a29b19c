"""What an expression is another name for."""

from __future__ import annotations

import pytest

from tests.fixes.snippets import findings

SEALED = """\
from cryptography.hazmat.primitives.asymmetric import padding


def same(value):
    return value


def seal(key, data, other):
    {before}
    return key.encrypt(data, {given})
"""


@pytest.mark.parametrize(
    "before, given",
    [
        ("pass", "padding.PKCS1v15()"),
        ("how = padding.PKCS1v15()", "how"),
        ("how: object = padding.PKCS1v15()\n    again = how", "again"),
        ("pass", "same(padding.PKCS1v15())"),
        ("how = same(padding.PKCS1v15())", "same(value=how)"),
    ],
)
def test_variables_and_helpers_are_seen_through(before: str, given: str) -> None:
    assert findings(SEALED.format(before=before, given=given), "VET517")


@pytest.mark.parametrize(
    "before, given",
    [
        ("how = padding.OAEP()", "how"),
        ("for how in other: print(how)", "how"),
        ("pass", "other"),
    ],
)
def test_what_is_something_else_is_not(before: str, given: str) -> None:
    assert not findings(SEALED.format(before=before, given=given), "VET517")
