"""Fixes of findings that stand for one of Bandit's, too: none is lost because another rule speaks of the same place."""

from __future__ import annotations

import pytest

from tests.fixes.snippets import fixed, fixes_of

HASH = "import hashlib\n\n\ndef url_of(picture):\n    return hashlib.md5(picture.encode()).hexdigest()\n"


def test_each_way_out_that_either_rule_knows_is_offered_once() -> None:
    titles = [fix.title for fix in fixes_of(HASH, "VET501")]

    assert titles == ["Use SHA-256", "Declare that it isn't used for security"]
    assert fixed(HASH, "VET501", 1) == HASH.replace("encode()", "encode(), usedforsecurity=False")


@pytest.mark.parametrize(
    "code, rule, fixed_code",
    [
        (
            "import subprocess\n\n\ndef f(name):\n    subprocess.run(\n        f'ls {name}',\n        shell=True,\n    )\n",
            "VET102",
            "import subprocess\n\n\ndef f(name):\n    subprocess.run(\n        ['ls', str(name)],\n    )\n",
        ),
        (
            "import yaml\n\n\ndef f(file):\n    return yaml.load(file, Loader=yaml.Loader)\n",
            "VET301",
            "import yaml\n\n\ndef f(file):\n    return yaml.safe_load(file)\n",
        ),
        (
            "import requests\n\nrequests.get(url, verify=False, timeout=9)\n",
            "VET401",
            "import requests\n\nrequests.get(url, timeout=9)\n",
        ),
    ],
)
def test_the_fix_of_bandits_finding_is_that_of_the_one_which_is_shown(code: str, rule: str, fixed_code: str) -> None:
    assert fixed(code, rule) == fixed_code
