"""Where a number from outside decides how much work there is, and what proves that it is small."""

from __future__ import annotations

import pytest

from tests.fixes.snippets import findings

HEAD = "from flask import request\n\n\ndef view():\n    n = int(request.args['n'])\n"


@pytest.mark.parametrize(
    "use",
    [
        "    return 'a' * n\n",
        "    return n * [0]\n",
        "    return 2**n\n",
        "    return 1 << n\n",
        "    return list(range(n))\n",
        "    if n < 0:\n        return ''\n    return 'a' * n\n",
        "    if n > 100:\n        log(n)\n    return 'a' * n\n",
        "    return 'a' * max(n, 5)\n",
        "    def pad(text, count):\n        return text + ' ' * count\n    return pad('', n)\n",
    ],
)
def test_a_size_from_outside_is_found(use: str) -> None:
    assert findings(HEAD + use, "VET823")


@pytest.mark.parametrize(
    "use",
    [
        "    return 2 * n\n",
        "    if n > 100:\n        return ''\n    return 'a' * n\n",
        "    if not 0 <= n <= LIMIT:\n        raise ValueError\n    return 'a' * n\n",
        "    if 0 < n < 10:\n        return 'a' * n\n    return ''\n",
        "    return 'a' * min(n, 100)\n",
        "    return 'a' * (n % 16)\n",
        "    if n in range(1, 10):\n        return 'a' * n\n    return ''\n",
        "    return 'a' * len(request.args['n'])\n",
    ],
)
def test_a_size_that_is_known_to_be_small_is_not(use: str) -> None:
    assert not findings(HEAD + use, "VET823")
