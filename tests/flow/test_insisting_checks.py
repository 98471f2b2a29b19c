"""Calls that stand alone and insist on something by their name."""

from __future__ import annotations

import pytest

from tests.fixes.snippets import findings


@pytest.mark.parametrize(
    "check, is_reported",
    [
        ("validate_host(host)", False),
        ("self._check_hostname(host)", False),
        ("self._ensure_host_exists(host)", True),
        ("self._ensure_no_mappings(host)", True),
        ("log_host(host)", True),
    ],
)
def test_what_is_insisted_on_is_proved_unless_it_is_a_state(check: str, is_reported: bool) -> None:
    code = f"import os\n\n\nclass Probe:\n    def ping(self, host):\n        {check}\n        os.system('ping ' + host)\n"

    assert bool(findings(code, "VET102")) is is_reported
