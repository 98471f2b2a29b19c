"""``vetline ledger`` and ``vetline report``."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import time
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pytest

from tests.cli.conftest import PACKAGES, Outcome, Project
from tests.provenance.samples_of_ledgers import LINES, fill
from vetline.core.location import Range
from vetline.core.severity import Severity
from vetline.provenance.acceptances import Acceptance, Event
from vetline.provenance.kinds import Kind
from vetline.provenance.ledger import Happening, Ledger, Place, ledger_file

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
VOID = {"meta", "link", "br"}
STYLE = (PACKAGES / "vetline" / "cli" / "picture" / "report.css").read_text("utf-8")


@pytest.fixture(autouse=True)
def state(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's ledger is one of the test's own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setattr("vetline.cli.ledgers.ledger_file", lambda: tmp_path / "state" / "vetline" / "ledger.sqlite3")
    return tmp_path / "state" / "vetline" / "ledger.sqlite3"


@pytest.fixture
def filled(state: Path) -> Path:
    fill(state, time.time(), number=60)
    return state


def accept(state: Path, *, tool: str = "Copilot", project: str = "/projects/shop", days_ago: float = 0) -> None:
    ledger = Ledger(state, days=36_500)
    accepted = Acceptance(time.time() - days_ago * 86_400, Kind.COMPLETION, tool, True, lines=3)
    ledger.record(accepted, Place(project, "app/views.py"), [Range.of(1, 0, 4, 0)], LINES)
    ledger.happened(accepted.id, Happening(Event.FOUND, "a finding", "VET102", Severity.HIGH))
    ledger.close()


def test_the_ledger_is_in_the_users_state_folder() -> None:
    assert ledger_file().name == "ledger.sqlite3"
    assert "vetline" in str(ledger_file().parent)


def test_show_has_a_row_for_each_the_newest_first(project: Project, state: Path) -> None:
    accept(state, tool="Cursor", days_ago=3)
    accept(state)
    outcome = project.run("ledger", "show")
    assert outcome.code == 0
    rows = [line for line in outcome.out.splitlines() if "shop/app/views.py" in line]
    assert ["Copilot" in rows[0], "Cursor" in rows[1]] == [True, True]
    assert "VET102 open" in rows[0]
    assert "Cursor" not in project.run("ledger", "show", "--since", "2d").out
    assert "1 more" in project.run("ledger", "show", "--last", "1").out
    document = json.loads(project.run("ledger", "show", "--format", "json").out)
    assert [one["file"] for one in document["acceptances"]] == ["app/views.py"] * 2


def test_nothing_makes_no_file_and_says_so_kindly(project: Project, state: Path) -> None:
    assert "Nothing is in the ledger yet" in project.run("ledger", "show").out
    assert "nothing to delete" in project.run("ledger", "purge", "--all").out
    assert json.loads(project.run("ledger", "export").out)["acceptances"] == []
    assert "Nothing was accepted" in project.run("report").out
    assert not state.exists()


def test_export_says_nothing_of_paths_and_people_unless_asked(project: Project, filled: Path) -> None:
    plain = project.run("ledger", "export").out
    assert [word for word in ("shop", "billing", "views", "somebody", "author", str(filled.parent)) if word in plain] == []
    told = json.loads(project.run("ledger", "export", "--with-paths", "--author", "Ada").out)
    assert told["author"] == "Ada"
    assert {one["project"] for one in told["acceptances"]} >= {"shop", "billing-api"}
    assert "somebody" not in json.dumps(told)
    assert project.run("ledger", "export", "-o", "ledger.json").out == ""
    assert len(json.loads(project.read("ledger.json"))["acceptances"]) == 60


def test_purge_asks_for_what_it_should_delete_and_whether(project: Project, state: Path) -> None:
    accept(state, days_ago=50)
    accept(state, project="/projects/billing")
    accept(state)

    def left() -> int:
        return len(json.loads(project.run("ledger", "export").out)["acceptances"])

    for wrong in ((), ("--all", "--before", "30d"), ("--before", "all"), ("--before", "soon")):
        assert project.run("ledger", "purge", *wrong).code == 2
    outcome = project.run("ledger", "purge", "--all")
    assert (outcome.code, "add --yes" in outcome.err, left()) == (2, True, 3)
    assert project.run("ledger", "purge", "--before", "30d", "--yes").out == "Deleted 1 acceptance and what became of it.\n"
    assert left() == 2
    assert project.run("ledger", "purge", "--project", "/projects/billing", "--yes").code == 0
    assert left() == 1
    assert (
        project.run("ledger", "purge", "--project", "shop", "--before", "30d", "--yes").out == "There is nothing to delete.\n"
    )
    assert b"views.py" in state.read_bytes()
    assert project.run("ledger", "purge", "--all", "--yes").code == 0
    assert b"views.py" not in b"".join(path.read_bytes() for path in state.parent.iterdir())


def test_a_damaged_ledger_is_an_error_that_says_what_happens_next(project: Project, state: Path) -> None:
    state.parent.mkdir(parents=True)
    state.write_bytes(b"no database " * 1000)
    for command in (("ledger", "show"), ("report",)):
        outcome = project.run(*command)
        assert outcome.code == 2
        assert "is damaged. The next session in an editor sets it aside" in outcome.err
    assert state.read_bytes() == b"no database " * 1000
    assert project.run("ledger", "show", "--ledger", "nothing.sqlite3").code == 2


def test_the_report_as_text(project: Project, filled: Path) -> None:
    out = project.run("report").out
    assert "60 acceptances" in out
    assert "OS Command Injection" in out
    assert "vetline rules VET102" in out
    assert "https://cwe.mitre.org/data/definitions/78.html" in out


def test_the_report_as_json(project: Project, filled: Path) -> None:
    document = json.loads(project.run("report", "--format", "json", "--since", "all").out)
    assert document["total"]["acceptances"] == 60
    assert sum(one["acceptances"] for one in document["timeline"]) == 60
    assert document["learn_next"][0] in {78, 89, 295}
    assert "authors" not in document


def test_merged_exports_name_nobody_unless_asked(project: Project, state: Path) -> None:
    for author in ("Ada", "Grace"):
        accept(state)
        project.run("ledger", "export", "--author", author, "-o", f"{author}.json")
        project.run("ledger", "purge", "--all", "--yes")
    inputs = ("--input", "Ada.json", "--input", "Grace.json")
    for format_ in ("html", "json", "text"):
        out = project.run("report", *inputs, "--format", format_).out
        assert out
        assert [name for name in ("Ada", "Grace", "shop") if name in out] == []
        assert "Grace" in project.run("report", *inputs, "--by-author", "--format", format_).out
    assert project.run("report", "--by-author").code == 2
    project.write({"wrong.json": "[]"})
    outcome = project.run("report", "--input", "wrong.json")
    assert outcome.code == 2
    assert "wrong.json can't be used: it is no export of a ledger; `vetline ledger export` makes one." in outcome.err


@pytest.mark.parametrize("written", ["soon", "30", "d", "2026-13-01", ""])
def test_what_is_no_time_is_wrong_usage(project: Project, written: str) -> None:
    outcome = project.run("report", "--since", written)
    assert outcome.code == 2
    assert "neither a span, such as 30d or 12w, nor a date" in outcome.err


class Page(HTMLParser):
    """Notes the elements of a page, and complains about those that aren't closed."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(text)
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page_of(outcome: Outcome) -> Page:
    assert outcome.code == 0
    return Page(outcome.out)


def test_the_page_asks_for_nothing_and_runs_nothing(project: Project, filled: Path) -> None:
    page = page_of(project.run("report", "--format", "html"))
    assert {tag for tag, _ in page.elements}.isdisjoint({"script", "img", "iframe", "object", "embed", "form", "base"})
    assert not any(name.startswith("on") or name in {"style", "src"} for _, attributes in page.elements for name in attributes)
    assert [link["href"] for link in page.all("link")] == ["data:,"]
    hosts = {re.match(r"https://[^/]+/", link["href"] or "") for link in page.all("a")}
    assert {match and match[0] for match in hosts} == {"https://cwe.mitre.org/", "https://owasp.org/"}
    assert "url(" not in STYLE
    assert "@import" not in STYLE
    (policy,) = [meta["content"] for meta in page.all("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
    assert policy is not None
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_the_page_is_made_for_everybody(project: Project, filled: Path) -> None:
    page = page_of(project.run("report", "--format", "html"))
    assert page.all("html")[0]["lang"] == "en"
    assert len(page.all("h1")) == len(page.all("main")) == 1
    levels = [int(tag[1]) for tag, _ in page.elements if re.fullmatch("h[1-6]", tag)]
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))
    named = {attributes["id"] for _, attributes in page.elements if "id" in attributes}
    assert {attributes["aria-labelledby"] for _, attributes in page.elements if "aria-labelledby" in attributes} <= named
    assert all(cell.get("scope") for cell in page.all("th"))
    for feature in (
        "prefers-color-scheme: dark",
        "prefers-reduced-motion",
        "forced-colors",
        "@media print",
        "max-width: 44rem",
    ):
        assert feature in STYLE


def luminance(color: str) -> float:
    channels = (int(color[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_the_colours_have_enough_contrast() -> None:
    """As WCAG 2.2 wants it: 4.5 for text, 3 for what is drawn."""
    light, dark = (
        dict(re.findall(r"--([\w-]+): (#\w{6})", block)) for block in re.findall(r":root \{(.*?)\}", STYLE, re.DOTALL)
    )
    assert light.keys() == dark.keys()
    for colors in (light, dark):
        for ground in ("page", "card"):
            for name, least in [
                *((name, 4.5) for name in ("ink", "quiet", "link", "badge-high", "badge-medium", "badge-low")),
                *((name, 3.0) for name in ("risky", "fixed", "rejected", "kept", "suppressed", "open")),
            ]:
                one, other = sorted((luminance(colors[ground]), luminance(colors[name])))
                assert (other + 0.05) / (one + 0.05) >= least, (ground, name)


def test_a_name_is_only_a_name(project: Project, state: Path) -> None:
    accept(state, tool="<script>alert(1)</script>\N{RIGHT-TO-LEFT OVERRIDE}", project='/tmp/"><img src=x onerror=alert(1)>')
    outcome = project.run("report", "--format", "html")
    assert {"script", "img"}.isdisjoint(tag for tag, _ in page_of(outcome).elements)
    assert "&lt;script&gt;" in outcome.out
    assert "\N{RIGHT-TO-LEFT OVERRIDE}" not in outcome.out


def test_the_name_of_the_output_says_what_to_write(project: Project, filled: Path) -> None:
    for name, beginning in (("r.html", b"<!DOCTYPE html>"), ("r.json", b"{"), ("r.txt", b"Accepted code")):
        assert project.run("report", "-o", name).out == ""
        assert project.read(name).startswith(beginning)


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("is_empty", [False, True])
def test_a_browser_has_nothing_to_complain_about(project: Project, state: Path, tmp_path: Path, is_empty: bool) -> None:
    def complaints(name: str) -> list[str]:
        command = [str(CHROMIUM), "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={tmp_path / 'profile'}"]
        page = (project.root / name).as_uri()
        done = subprocess.run(
            [*command, "--enable-logging=stderr", "--dump-dom", page], capture_output=True, text=True, timeout=120, check=True
        )
        assert "</h1>" in done.stdout
        return [line for line in done.stderr.splitlines() if "CONSOLE" in line]

    if not is_empty:
        fill(state, time.time(), number=60)
    project.run("report", "-o", "report.html")
    assert complaints("report.html") == []
    # That complaints would be seen:
    project.write({"bad.html": project.read("report.html").replace(b"</h1>", b"</h1><p style='color: red'>x</p>")})
    assert len(complaints("bad.html")) == 1
