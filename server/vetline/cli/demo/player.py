"""Plays a scenario against a real server, and holds everything that comes back against what the scenario expects."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import assert_never

from vetline.cli.demo.board import Card, Fate, News, rules_of
from vetline.cli.demo.editor import Editor
from vetline.cli.demo.record import Record
from vetline.cli.demo.stage import Kind, Note, Pace, Scene, Stage
from vetline.cli.demo.steps import (
    Accept,
    ApplyFix,
    Chapter,
    ExpectFindings,
    FixAll,
    GoTo,
    Open,
    ScenarioError,
    Step,
    Suppress,
    TakeBack,
    Type,
)
from vetline.core.edit import TextEdit
from vetline.core.location import Position, Range
from vetline.lsp.client import Client
from vetline.lsp.client_types import FIX_ALL, Action, EditRefused, Publication

_ASSISTANT = "the assistant"
_DRAW_AFTER = 0.05
"""Seconds that the terminal waits for a completion's findings, so that drawing doesn't count as the server's latency."""
_LATE = 1.0
"""Seconds in which a finding that should not be there may still go away."""


@dataclass(frozen=True, slots=True)
class _Acceptance:
    """The completion that was accepted just now, and the findings that it brought."""

    range: Range
    cards: tuple[Card, ...]


class _Unmet(Exception):
    """A step can't be taken as expected; the text says why."""


class Player:
    """Plays one scenario in one editor session; ``patience`` is how long findings may take to arrive, in seconds."""

    def __init__(self, client: Client, project: Path, stage: Stage, pace: Pace, patience: float) -> None:
        self.record = Record()
        self.scene = Scene(self.record)
        self._client = client
        self._project = project
        self._editor = Editor(client, project, self.scene)
        self._stage = stage
        self._pace = pace
        self._patience = patience
        self._accepted: _Acceptance | None = None

    async def start(self, server: Sequence[str]) -> None:
        """Start the server and introduce the editor to it.

        Raises:
            ServerFailed: it can't be started, or doesn't answer.
        """
        await self._tell(Note(Kind.STARTED, "The server starts as a process of its own"), 0.0)
        self.scene.server = await self._client.start(server, self._project)

    async def play(self, scenario: Sequence[Chapter]) -> None:
        """Take all steps, note what is not as it should be, and save the files.

        Raises:
            ScenarioError: a step doesn't fit the project.
            ServerFailed: the server has ended, or doesn't answer.
        """
        self.scene.chapters = len(scenario)
        for chapter in scenario:
            self.scene.chapter += 1
            self.scene.title = chapter.title
            await self._tell(Note(Kind.CHAPTER, chapter.title), 0.4)
            for step in chapter.steps:
                try:
                    await self._take(step)
                except _Unmet as unmet:
                    self.record.expectations += 1
                    self.record.problems.append(f"{self.scene.file}: {unmet}")
                    await self._tell_problems(-1)
        self.record.texts = self._editor.save_all()

    async def _take(self, step: Step) -> None:
        match step:
            case Open():
                await self._open(step)
            case GoTo():
                self._accepted = None
                self._editor.go_to(step.file, step.after)
            case Type():
                await self._type(step)
            case Accept():
                await self._accept(step)
            case TakeBack():
                await self._take_back(step)
            case ExpectFindings():
                known = len(self.record.problems)
                self.record.expect_open(self.scene.file, step.rules, step.remark)
                await self._tell(Note(Kind.STAYED, step.remark), 2.4)
                await self._tell_problems(known)
            case ApplyFix():
                await self._apply_fix(step)
            case Suppress():
                await self._suppress(step)
            case FixAll():
                await self._fix_all(step)
            case _:
                assert_never(step)

    async def _open(self, step: Open) -> None:
        self._editor.open(step.file)
        news = await self._settle((), step.has, (), "opening it", None)
        found = _count(len(news.arrived), "finding") if news.arrived else "nothing to report"
        await self._tell(Note(Kind.OPENED, f"{step.file} opened, {found}"), 0.3)
        await self._tell_findings(news, 1.0)

    async def _type(self, step: Type) -> None:
        self._accepted = None
        start = self._editor.cursor
        for character in step.text:
            self._editor.insert(character)
            self._draw(Note(Kind.TYPED, f"The developer types in {self.scene.file}"))
            await asyncio.sleep(self._pace.key)
        self.scene.fresh = frozenset()
        typed = " ".join(step.text.split())
        whole = (TextEdit.insert(start, step.text),)
        what = f"typing {typed!r}"
        news = await self._settle(whole, step.brings, (), what, self.record.latencies.typing)
        await self._check_told(news, step.also, (), what)
        await self._tell(Note(Kind.TYPED, f"Typed in {self.scene.file}: {typed}"), 0.2)
        await self._tell_findings(news, 1.3)

    async def _accept(self, step: Accept) -> None:
        start = self._editor.cursor
        size = _count(len(step.text.strip("\n").splitlines()), "line")
        self.scene.ghost = step.text
        await self._tell(Note(Kind.OFFERED, f"The assistant suggests {size}"), 0.8)
        self.scene.ghost = ""
        edit = self._editor.accept(step.text, _ASSISTANT)
        what = f"accepting {size}{' of secure code' if step.is_secure else ''}"
        settling = asyncio.ensure_future(self._settle([edit], step.brings, (), what, self.record.latencies.completions))
        await asyncio.wait({settling}, timeout=_DRAW_AFTER)
        self._draw(None)
        news = await settling
        await self._check_told(news, step.also, step.steps, what)
        self._accepted = _Acceptance(Range(start, self._editor.cursor), news.arrived)
        self.record.completions += 1
        self.record.secure += step.is_secure
        kind, found = Kind.CLEAN, "nothing to report"
        if step.unfinished or news.arrived:
            kind, found = Kind.ACCEPTED, _count(len(news.arrived), "finding") if news.arrived else "they break off"
        await self._tell(
            Note(kind, f"Accepted {size}: {found}", latency=self.record.latencies.completions[-1]), 0.5 if news.arrived else 1.0
        )
        await self._tell_findings(news, 1.0)

    async def _take_back(self, step: TakeBack) -> None:
        accepted, self._accepted = self._accepted, None
        if accepted is None:
            raise ScenarioError("there is no completion to take back")
        edit = self._editor.remove(accepted.range)
        removes = [card.rule for card in accepted.cards]
        news = await self._settle([edit], (), removes, "taking the completion back", None)
        self.record.board.close(news.went, Fate.TAKEN_BACK)
        self.record.taken_back += 1
        await self._tell(Note(Kind.TAKEN_BACK, step.remark), 1.6)

    async def _apply_fix(self, step: ApplyFix) -> None:
        card = self._nearest(step.rule)
        actions = await self._client.actions(self._editor.uri, card.diagnostic)
        fixes = [
            action
            for action in sorted(actions, key=lambda action: not action.preferred)
            if action.changes_text and not action.title.startswith("Suppress ") and action.title.startswith(step.title)
        ]
        if not fixes:
            named = f" {step.title!r}" if step.title else ""
            raise _Unmet(f"no quick fix{named} is offered for {step.rule} in line {card.line}")
        news = await self._carry_out(fixes[0], card, step.brings, (step.rule,))
        self.record.board.close(news.went, Fate.FIXED)
        title, _, _ = fixes[0].title.partition(" (")  # what follows is for a person who decides
        await self._tell(
            Note(Kind.FIXED, f"{'Safe quick fix' if fixes[0].preferred else 'Quick fix, reviewed'}: {title}", card), 1.5
        )
        await self._tell_findings(news, 1.0)

    async def _suppress(self, step: Suppress) -> None:
        card = self._nearest(step.rule)
        wanted = f"Suppress {step.rule} here: {step.reason}"
        actions = await self._client.actions(self._editor.uri, card.diagnostic)
        action = next((action for action in actions if action.title == wanted), None)
        if action is None:
            raise _Unmet(f"the action {wanted!r} is not offered in line {card.line}")
        news = await self._carry_out(action, card, (), (step.rule,))
        self.record.board.close(news.went, Fate.SUPPRESSED)
        await self._tell(Note(Kind.SUPPRESSED, wanted, card), 2.0)

    async def _fix_all(self, step: FixAll) -> None:
        self._editor.show(step.file)
        actions = await self._client.source_actions(self._editor.uri, FIX_ALL)
        if not actions:
            raise _Unmet(f"{FIX_ALL} is not offered")
        cards = [card for card in self.record.board.open(step.file) if card.rule in step.removes]
        news = await self._carry_out(actions[0], cards[-1] if cards else None, (), step.removes)
        self.record.board.close(news.went, Fate.FIXED)
        await self._tell(Note(Kind.FIXED, f"{actions[0].title}: {_count(len(news.went), 'finding')} in {step.file}"), 1.5)

    async def _carry_out(self, action: Action, card: Card | None, brings: Iterable[str], removes: Sequence[str]) -> News:
        """Apply the edits of ``action``, and check what they bring and remove; ``card`` is the finding to keep in view."""
        self._accepted = None
        what = f"the action {action.title.partition(' (')[0]!r}"
        try:
            edits = await self._editor.carry_out(action, card.diagnostic.range.start if card else Position(0, 0))
        except EditRefused as error:
            raise _Unmet(f"{what} can't be applied: {error}") from error
        if not edits:
            raise _Unmet(f"{what} changes nothing")
        return await self._settle(edits, brings, removes, what, self.record.latencies.fixes)

    async def _settle(
        self, edits: Sequence[TextEdit], brings: Iterable[str], removes: Iterable[str], what: str, latencies: list[float] | None
    ) -> News:
        """Wait for the findings of the current version, take them in, and compare the difference with what was expected.

        ``edits`` are all that changed since the last time, and ``what`` says it in words.  The latency is added to
        ``latencies``.
        """
        file, brings, removes = self.scene.file, tuple(brings), tuple(removes)
        expected = rules_of(self.record.board.open(file)) + Counter(brings) - Counter(removes)
        try:
            publication = await self._publication(expected)
        except TimeoutError:
            silence = f"published nothing for {file} within {self._patience:g} s after {what}"
            raise self._client.failure(silence) from None
        if latencies is not None:
            latencies.append(publication.latency)
        known = len(self.record.problems)
        news = self.record.board.update(file, publication.diagnostics, edits, publication.latency)
        self.record.expect(news, brings, removes, what, file)
        await self._tell_problems(known)
        return news

    async def _check_told(self, news: News, also: Iterable[str], steps: Iterable[str], what: str) -> None:
        """Compare what the findings say with what was expected."""
        known = len(self.record.problems)
        self.record.expect_told(news, also, steps, what, self.scene.file)
        await self._tell_problems(known)

    async def _publication(self, expected: Counter[str]) -> Publication:
        """Return what was published for the current version: if possible, with findings of the ``expected`` rules."""
        publication = await self._client.diagnostics(self._editor.uri, self._patience)
        while (codes := Counter(diagnostic.code for diagnostic in publication.diagnostics)) != expected:
            try:
                patience = self._patience if expected - codes else min(_LATE, self._patience)
                publication = await self._client.diagnostics(self._editor.uri, patience, after=publication)
            except TimeoutError:
                break
        return publication

    def _nearest(self, rule: str) -> Card:
        """Return the visible finding of ``rule`` that is nearest to where the developer is."""
        cards = [card for card in self.record.board.open(self.scene.file) if card.rule == rule]
        if not cards:
            raise _Unmet(f"there is no {rule} to act on")
        return min(cards, key=lambda card: abs(card.line - 1 - self.scene.focus))

    async def _tell_findings(self, news: News, rest: float) -> None:
        """Tell what has arrived, with ``rest`` seconds to read each."""
        for card in news.arrived:
            self._stage.tell(Note(Kind.FOUND, card.diagnostic.message, card, card.latency))
        await self._rest(rest * len(news.arrived))

    async def _tell_problems(self, known: int) -> None:
        """Tell the problems behind the first ``known`` ones."""
        for problem in self.record.problems[known:]:
            await self._tell(Note(Kind.WRONG, problem), 1.0)

    async def _tell(self, note: Note, rest: float) -> None:
        self._stage.tell(note)
        self._draw(note)
        await self._rest(rest)

    def _draw(self, note: Note | None) -> None:
        self.scene.note = note or self.scene.note
        self._stage.draw(self.scene)

    async def _rest(self, seconds: float) -> None:
        await asyncio.sleep(seconds * self._pace.pause)


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
