"""The plugin for Neovim: what assistants bring in is known exactly, marked, reviewed and rejected; keys do what they did."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from tests.editors.conftest import SAMPLES
from tests.editors.editor import awaited, environment, eventually
from tests.editors.installed import NEOVIM_0_11, missing, must_be_here
from tests.editors.neovim_editor import Neovim
from tests.editors.server import Servers
from tests.editors.snippets import ROOT, snippet

pytestmark = pytest.mark.editor

PLUGIN = ROOT / "clients/neovim"
STAND_INS = Path(__file__).with_name("neovim") / "assistants"
RISKY = "def restore{n}(blob):\n    return eval(blob)"
LISTED = "require('vetline.marks').listed(vim.api.nvim_get_current_buf())"

ASSISTANTS = {
    "<M-a>": "Copilot",  # copilot.vim
    "<M-b>": "Windsurf",  # windsurf.vim
    "<M-c>": "Copilot",  # copilot.lua
    "<M-d>": "Windsurf",  # windsurf.nvim
    "<M-e>": "Supermaven",
    "<M-f>": "Minuet",
    "<M-g>": "Copilot",  # in the menu of nvim-cmp
    "<M-h>": "Minuet",  # in the menu of blink.cmp
    "<M-i>": "LSP",  # vim.lsp.inline_completion
}

Origin = tuple[str, bool, str, int]
NOTHING: list[Origin] = []


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    """What the editor starts as ``vetline``."""
    if command := missing("neovim-0.11"):
        if must_be_here():
            pytest.fail(command)
        pytest.skip(f"Neovim 0.11 is not installed: {command}")
    servers = Servers(tmp_path_factory.mktemp("bin"))
    yield servers
    servers.kill()


@pytest.fixture(scope="module")
def session(servers: Servers, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Neovim]:
    """A Neovim with the plugin, as our documentation says, and with stand-ins for assistants; all tests share it."""
    home, workspace = tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("workspace")
    path = workspace / "orders.py"
    shutil.copy(SAMPLES / path.name, path)
    init = snippet("docs/editors.md", "### The plugin", "lua").replace("/path/to/vetline", str(ROOT))
    init += f"vim.opt.runtimepath:append('{STAND_INS}')\nrequire('standins')\n"
    with tempfile.TemporaryDirectory(prefix="vetline-") as sockets:
        editor = Neovim(NEOVIM_0_11, init, home, path, environment(home, servers.folder), Path(sockets))
        editor.start()
        yield editor
        editor.kill()


@pytest.fixture
def editor(session: Neovim) -> Neovim:
    """The shared editor, with the sample in it as it was at first."""
    session.press(f"<Esc>:edit! {session.path}<CR>")
    eventually(lambda: int(session.value("vim.api.nvim_buf_line_count(0)")), 24)
    eventually(lambda: len(session.findings()), 5)
    eventually(lambda: origins(session), NOTHING)
    return session


def accept(editor: Neovim, keys: str, text: str) -> None:
    """Accept a suggestion in a new last line."""
    editor.press("Go<Esc>0D")
    eventually(lambda: editor.value("vim.fn.getline('.')"), "")
    quoted = text.replace("\n", "\\n")
    editor.value(f'Suggest("{quoted}")')
    editor.press(f"A{keys}<Esc>")


def origins(editor: Neovim) -> list[Origin]:
    """What is marked: who brought it in, whether that is certain, its text, and how many findings are in it."""
    lines = editor.value("vim.api.nvim_buf_get_lines(0, 0, -1, false)")

    def text_of(place: Any) -> str:
        part = [line.encode() for line in lines[place["row"] : place["end_row"] + 1]]
        part[-1] = part[-1][: place["end_column"]]
        part[0] = part[0][place["column"] :]
        return b"\n".join(part).decode()

    return [
        (
            each["acceptance"].get("tool", ""),
            each["acceptance"]["exact"],
            "|".join(map(text_of, each["places"])),
            each["count"],
        )
        for each in editor.value(LISTED)
    ]


def test_what_each_assistant_brings_in_is_known_exactly(editor: Neovim) -> None:
    expected: list[Origin] = []

    for number, (keys, tool) in enumerate(ASSISTANTS.items()):
        text = RISKY.format(n=number)
        accept(editor, keys, text)
        expected.append((tool, True, text, 1))
        eventually(lambda: origins(editor), expected)

    assert editor.complaints() == []


def test_a_word_that_is_accepted_is_told_apart_from_what_is_typed_behind_it(editor: Neovim) -> None:
    accept(editor, "<M-w>", "value = eval(input())")
    eventually(lambda: editor.value("vim.fn.getline('.')"), "value")
    editor.press("A = 1<Esc>")

    eventually(lambda: editor.value("vim.fn.getline('.')"), "value = 1")
    eventually(lambda: {tool for tool, *_ in origins(editor)} <= {"Copilot"}, True)
    assert all(" = 1" not in text for _, _, text, _ in origins(editor))


def test_code_that_replaces_what_was_typed_is_found_behind_other_characters(editor: Neovim) -> None:
    typed, text = "# 😀 café", "# 😀!\nvalue = eval(input('°'))"
    accept(editor, f"{typed}<M-b>", text)

    eventually(lambda: origins(editor), [("Windsurf", True, text, 1)])


def test_keys_do_what_they_did(editor: Neovim) -> None:
    mapping = "vim.fn.maparg('<M-c>', 'i', false, true)"
    assert editor.value(f"{mapping}.desc") == "[copilot] accept suggestion"
    assert editor.value(f"{mapping}.silent") == 1

    accept(editor, "<M-a><M-b><M-c><M-d><M-e><M-f><M-i>", "")  # with nothing to accept

    eventually(lambda: editor.value("vim.fn.getline('.')"), "!   !")
    assert origins(editor) == NOTHING


def test_a_menu_of_names_is_left_to_the_server(editor: Neovim) -> None:
    editor.value("OfferFrom('nvim_lsp')")
    accept(editor, "<M-g>", RISKY.format(n=1))

    eventually(lambda: origins(editor), [("", False, RISKY.format(n=1), 1)])


def test_accepted_code_is_marked_until_it_is_reviewed(editor: Neovim) -> None:
    accept(editor, "<M-a>", RISKY.format(n=1))
    eventually(lambda: len(origins(editor)), 1)
    assert marks(editor) == [("┃ ", "■ 1 finding, accepted from Copilot")]

    editor.press("ggO# above<Esc>")
    eventually(lambda: editor.value(LISTED)[0]["places"][0]["row"], 25)
    editor.choose("Mark as reviewed")
    editor.press(":Vetline review<CR>")

    eventually(lambda: origins(editor), NOTHING)
    assert marks(editor) == []
    assert editor.value("vim.fn.getline('.')") == "def restore1(blob):"
    eventually(lambda: "nothing to review" in editor.in_sight(), True)


def test_a_fix_of_accepted_code_is_nobody_elses(editor: Neovim) -> None:
    accept(editor, "<M-a>", "value = eval(input())  # what it is")
    eventually(lambda: len(origins(editor)), 1)

    editor.choose("Fix what can be fixed")
    editor.press(":Vetline review<CR>")

    eventually(lambda: editor.value("vim.fn.getline('$')"), "value = ast.literal_eval(input())  # what it is")
    eventually(lambda: [(tool, count) for tool, _, _, count in origins(editor)], [("Copilot", 0)])


def marks(editor: Neovim) -> list[tuple[str, str]]:
    """The signs and the virtual text of all marks."""
    found = editor.value(
        "vim.api.nvim_buf_get_extmarks(0, vim.api.nvim_create_namespace('vetline'), 0, -1, { details = true })"
    )
    return [(each[3]["sign_text"], each[3]["virt_text"][0][0]) for each in found]


def test_accepted_code_can_be_rejected(editor: Neovim) -> None:
    accept(editor, "<M-f>", RISKY.format(n=1))
    eventually(lambda: len(origins(editor)), 1)

    editor.press(":Vetline reject<CR>")

    eventually(lambda: editor.value("vim.fn.getline('$')"), "")
    eventually(lambda: origins(editor), NOTHING)
    editor.press(":Vetline reject<CR>")
    eventually(lambda: "the cursor isn't in code that waits for a review" in editor.in_sight(), True)


def test_the_command_explains_reports_and_restarts(editor: Neovim, servers: Servers) -> None:
    editor.press(":lua vim.ui.open = function(page) Opened = page end<CR>")
    completed = "vim.fn.getcompletion('Vetline {}', 'cmdline')"
    assert editor.value(completed.format("re")) == ["reject", "report", "restart", "review"]
    assert editor.value(completed.format("explain VET5")) == ["VET508"]
    assert editor.value(completed.format("report 1")) == ["12w", "1y"]

    editor.press(":Vetline report all<CR>")
    page = awaited(lambda: editor.value("Opened"), "report")
    assert "<html" in Path(page).read_text(encoding="utf-8")

    editor.go_to('f"lp')
    editor.press(":Vetline explain<CR>")
    eventually(lambda: "Hand over a list, without a shell" in editor.in_sight(), True)
    editor.press(":bdelete<CR>")

    editor.press(":Vetline restart<CR>")
    eventually(lambda: len(servers.processes), 3)  # the report was one, too
    eventually(lambda: len(editor.findings()), 5)
    assert servers.exit_codes == [0, 0]

    psutil.Process(servers.processes[-1]).kill()
    eventually(lambda: len(servers.processes), 4)
    eventually(lambda: editor.value("#vim.lsp.get_clients()"), 1)


def test_its_health_can_be_checked(editor: Neovim) -> None:
    editor.press(":checkhealth vetline<CR>")

    eventually(lambda: "What others bring in is inferred" in editor.in_sight(), True)
    seen = editor.in_sight()
    assert "vetline 0." in seen
    assert "It runs in " in seen
    assert "nvim-cmp: what you accept is known exactly" in seen
    assert "ERROR" not in seen


def test_the_configuration_of_the_server_works_by_itself(servers: Servers, tmp_path: Path) -> None:
    (tmp_path / "lsp").mkdir()
    shutil.copy(PLUGIN / "lsp/vetline.lua", tmp_path / "lsp")
    shutil.copy(SAMPLES / "orders.py", tmp_path)
    script = tmp_path / "look.lua"
    script.write_text(
        "vim.opt.runtimepath:append(vim.uv.cwd())\nvim.lsp.enable('vetline')\nvim.cmd.edit('orders.py')\n"
        "vim.wait(20000, function() return #vim.diagnostic.get(0) == 5 end)\nprint(#vim.diagnostic.get(0), 'found')\n",
        encoding="utf-8",
    )

    command = [
        str(NEOVIM_0_11),
        "--headless",
        "-n",
        "-u",
        "NONE",
        "-c",
        "filetype on",
        "-c",
        f"luafile {script}",
        "-c",
        "qall!",
    ]
    env = environment(tmp_path, servers.folder)
    done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, timeout=60, check=False)

    assert "5 found" in done.stdout + done.stderr


def test_its_help_is_found(session: Neovim, tmp_path: Path) -> None:
    shutil.copytree(PLUGIN / "doc", tmp_path / "doc")
    session.press(f"<Esc>:helptags {tmp_path}/doc | set runtimepath+={tmp_path} | help vetline-assistants | only<CR>")

    eventually(lambda: "from whom" in session.in_sight(), True)


def test_a_server_that_is_not_there_is_missed(servers: Servers, tmp_path: Path) -> None:
    path = tmp_path / "a.py"
    path.touch()
    set_up = f"vim.opt.runtimepath:append('{PLUGIN}')\nvim.lsp.config('vetline', {{ cmd = {{ 'vetlime' }} }})\n"
    (tmp_path / "init.lua").write_text(set_up + "require('vetline').setup()\n", encoding="utf-8")

    assert "`vetlime` is not on the PATH" in told([str(NEOVIM_0_11), "-u", str(tmp_path / "init.lua"), str(path)], tmp_path)


def test_an_older_neovim_gets_a_clear_message(tmp_path: Path) -> None:
    older = shutil.which("nvim")
    if older is None:
        pytest.skip("no Neovim of the system is here")
    command = [older, "-u", "NONE", "--cmd", f"set runtimepath^={PLUGIN}", "-c", "runtime plugin/vetline.lua"]

    assert "needs Neovim 0.11 or newer" in told([*command, "-c", "lua require('vetline').setup()"], tmp_path)


def told(command: list[str], home: Path) -> str:
    """Return what a Neovim says that is left at once."""
    command = [command[0], "--headless", "-n", "-i", "NONE", *command[1:], "-c", "messages", "-c", "qall!"]
    env = environment(home, home)
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=20, check=False).stderr
