"""How well changes are told apart, measured on code, timings and clients that the inference wasn't built with."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import pytest

from tests.provenance.corpus.matrix import Matrix, verdicts
from tests.provenance.corpus.packs import known_packs, unseen_packs
from tests.provenance.corpus.recordings import recordings
from tests.provenance.corpus.scripts import Sequence, sequences
from vetline.provenance.kinds import Kind

DOCUMENT = Path(__file__).parents[2] / "docs" / "provenance.md"
INCREMENTAL = ("vscode", "neovim", "helix", "neovim-batches", "vscode-crlf", "eglot")
WHOLE_TEXT = ("whole-text", "whole-text-slow")


@cache
def held_out() -> list[Sequence]:
    return list(sequences(unseen_packs(), range(300, 306), INCREMENTAL))


@pytest.fixture(scope="module")
def measured() -> Matrix:
    return Matrix.of(verdicts(held_out()))


def test_foreign_code_is_told_from_the_rest(measured: Matrix) -> None:
    print(measured.table())
    assert measured.precision >= 0.98
    assert measured.recall >= 0.95


def test_the_kinds_of_foreign_code_are_told_apart(measured: Matrix) -> None:
    assert measured.accuracy(Kind.COMPLETION, Kind.PASTE) >= 0.85


@pytest.mark.parametrize("client", INCREMENTAL)
def test_no_client_is_left_behind(client: str) -> None:
    matrix = Matrix.of(verdicts(sequences(unseen_packs(), (400,), (client,))))
    assert min(matrix.precision, matrix.recall) >= 0.93


def test_what_was_built_with_stays_known() -> None:
    matrix = Matrix.of(verdicts(sequences(known_packs(), range(2), INCREMENTAL)))
    assert min(matrix.precision, matrix.recall) >= 0.97


def test_sessions_that_were_recorded_in_editors() -> None:
    matrix = Matrix.of(verdicts(recordings()))
    assert matrix.precision >= 0.97
    assert matrix.recall >= 0.9, "three of the parts of a proposal are single signs, which keys are, too"


def test_clients_that_send_whole_texts_are_borne_with() -> None:
    matrix = Matrix.of(verdicts(sequences(unseen_packs(), (100,), WHOLE_TEXT)))
    wrong = sum(count for (real, guessed), count in matrix.counts.items() if real is Kind.TYPED and guessed != real)
    typed = sum(count for (real, _), count in matrix.counts.items() if real is Kind.TYPED)
    assert wrong / typed <= 0.15


@pytest.mark.skipif(sys.version_info[:2] != (3, 11), reason="measured on 3.11; others differ by a few messages")
def test_the_document_says_what_is_measured(measured: Matrix) -> None:
    """To renew the page, put the text that the failure shows between its markers."""
    begin, end = "<!-- measured -->\n", "<!-- /measured -->"
    text = DOCUMENT.read_text(encoding="utf-8")
    said = text[text.index(begin) + len(begin) : text.index(end)]
    assert said == measured.summary(len(held_out()))
