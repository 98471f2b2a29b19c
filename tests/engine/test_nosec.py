"""``# nosec`` comments and Vetline's own rules."""

from __future__ import annotations

import pytest

from vetline.core.config import Config
from vetline.engine.document import Document, Engine

ENGINE = Engine.of(Config())
CODE = """\
import os
from flask import redirect, request

def run():
    os.system("ls " + request.args["name"]){comment}
    return redirect(request.args["next"]){comment}
"""


@pytest.mark.parametrize(
    "comment, expected",
    [
        ("", {"B605", "VET102", "VET125"}),
        ("  # nosec", set()),
        ("  # nosec B605", {"VET125"}),
        ("  # nosec B101", {"B605", "VET102", "VET125"}),
    ],
)
def test_a_comment_counts_for_what_says_the_same_and_a_bare_one_for_everything(comment: str, expected: set[str]) -> None:
    document = Document(CODE.format(comment=comment), ENGINE)

    assert {finding.rule_id for finding in document.vet()} == expected
