"""The scripts: what people, editors, assistants and programs do to a buffer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from random import Random

from tests.provenance.corpus.clients import CLIENTS, Message
from tests.provenance.corpus.packs import Begun, Pack
from tests.provenance.corpus.player import Player


@dataclass(frozen=True)
class Sequence:
    """A script as a client sends it."""

    name: str
    client: str
    start: str
    messages: tuple[Message, ...]


Script = Callable[[Player, Pack, Random], object]
SCRIPTS: list[Script] = []


def script(function: Script) -> Script:
    SCRIPTS.append(function)
    return function


def sequences(packs: Iterable[Pack], seeds: Iterable[int], clients: Iterable[str]) -> Iterator[Sequence]:
    """Play every script on every pack with every seed; the clients take turns."""
    clients = tuple(clients)
    turn = 0
    for seed in seeds:
        for pack in packs:
            for play in SCRIPTS:
                random = Random(f"{seed} {pack.name} {play.__name__}")
                untidy = play.__name__.startswith("formats")
                player = Player(
                    pack.untidy if untidy else pack.base,
                    random.randrange(1 << 30),
                    cps=random.choice([2.5, 4, 6, 8, 11]),
                    closes=random.random() < 0.7,
                    name=play.__name__,
                )
                play(player, pack, random)
                client = clients[turn % len(clients)]
                turn += 1
                messages = tuple(CLIENTS[client](player.start, player.events))
                yield Sequence(f"{play.__name__}/{pack.name}/{seed}", client, player.start, messages)


def _warmed(player: Player, pack: Pack, random: Random) -> Player:
    """Type something first, as people have when the first proposal comes."""
    anchor, text = random.choice(pack.typed)
    return player.go(anchor).type(text)


def _begun(player: Player, pack: Pack, random: Random, want: Callable[[Begun], bool] = lambda _: True) -> Begun:
    begun = random.choice([each for each in pack.begun if want(each)])
    player.go(begun.anchor).type(begun.typed)
    return begun


def _many(begun: Begun) -> bool:
    return "\n" in begun.rest


# Keys


@script
def types(player: Player, pack: Pack, random: Random) -> None:
    for anchor, text in random.sample(pack.typed, 3):
        player.go(anchor).type(text)


@script
def types_with_mistakes(player: Player, pack: Pack, random: Random) -> None:
    anchor, text = random.choice(pack.typed)
    player.go(anchor).type(text).type("xx").backspace(2).wait(0.3, 1).type("  # wrog").backspace(2).type("ng")
    player.backspace(9, hold=True)


@script
def types_and_undoes(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random).undo(3).redo(2).type("x = 1").undo(1)


@script
def types_everywhere(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    player.type_at("return ", "await ").type_at("def ", "x")


@script
def types_over(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    player.overtype(pack.renames[0][0], "something").overtype("import", "from x import")


@script
def composes(player: Player, pack: Pack, random: Random) -> None:
    player.go(pack.typed[0][0]).type("\n# ")
    for steps in pack.words:
        player.input_method(steps).type(" ")
    player.input_method(["é"]).type("t").input_method(["👩‍💻"])


@script
def expands_snippets(player: Player, pack: Pack, random: Random) -> None:
    player.go_to_end().type("\n\n")
    player.snippet("def", "def name(args):\n    pass", [("name", "compute"), ("args", "left, right"), ("pass", "return left")])
    player.go_to_end().type("\n\n")
    player.snippet("for", "for item in iterable:\n    pass", [("item", "row"), ("iterable", "rows"), ("pass", "print(row)")])
    player.go_to_end().type("\n")
    player.snippet("try", "try:\n    pass\nexcept Exception as e:\n    raise", [("pass", "run()"), ("Exception", "OSError")])
    player.go_to_end().type("\n\n")
    player.snippet(
        "class",
        'class ClassName(object):\n    """docstring for ClassName."""\n    def __init__(self, arg):\n        self.arg = arg',
        [],
    )


@script
def deletes(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    player.delete(pack.block).undo().redo().undo()
    player.delete(pack.renames[0][0]).delete("import ").undo(2)


@script
def surrounds(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    player.surround(pack.renames[0][0], "(", ")").surround(pack.renames[1][0], '"', '"')


@script
def comments_out(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    first, whole = pack.block.split("\n")[0], random.random() < 0.4
    player.comment(first, 3, whole).uncomment("# " + first, 3, whole).comment(first, 2, whole).undo()


@script
def indents(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    first, whole = pack.block.split("\n")[0], random.random() < 0.4
    player.indent(first, 3, whole).dedent(first, 3, whole).indent(first, 2, whole).undo()


@script
def moves_lines(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    line = pack.block.split("\n")[0]
    player.move_line(line, 1).move_line(line, 1).move_line(line, -1).undo()


@script
def duplicates_lines(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    player.duplicate(pack.block.split("\n")[0]).duplicate(pack.block.rstrip("\n")).undo()


# Proposals


@script
def accepts_line(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    begun = _begun(player, pack, random, lambda begun: not _many(begun))
    player.accept(begun.rest, random.choice(["insert", "insert", "line", "swap"])).wait(0.5, 2)
    player.type("\nprint(1)")


@script
def accepts_lines(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    begun = _begun(player, pack, random, _many)
    player.accept(begun.rest, random.choice(["insert", "insert", "line", "swap", "rest"])).wait(0.5, 2)
    player.type("\n")


@script
def accepts_first(player: Player, pack: Pack, random: Random) -> None:
    """A proposal is the first thing after opening and a few keys."""
    begun = _begun(player, pack, random)
    player.accept(begun.rest)


@script
def accepts_after_enter(player: Player, pack: Pack, random: Random) -> None:
    """Ghost text on a fresh, indented line."""
    _warmed(player, pack, random)
    begun = random.choice([each for each in pack.begun if _many(each) and each.rest.startswith("\n    ")] or [pack.begun[0]])
    player.go(begun.anchor).type(begun.typed)
    if found := re.match(r"\n( +)", begun.rest):
        player.type(found.group())
        player.accept(begun.rest[len(found.group()) :])
    else:
        player.accept(begun.rest)


@script
def accepts_and_edits(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    begun = _begun(player, pack, random, _many)
    player.accept(begun.rest).wait(1, 5).backspace(3).type("0)").wait(1, 2)
    player.undo(1)


@script
def accepts_and_undoes(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    begun = _begun(player, pack, random)
    player.accept(begun.rest).undo().redo().undo().type("pass").undo(2)


@script
def accepts_words(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    begun = _begun(player, pack, random)
    words = re.findall(r"\W*\w+", begun.rest.split("\n\n")[0])[:12]
    player.accept_parts([word for word in words if word.strip()])


@script
def accepts_by_lines(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    begun = _begun(player, pack, random, _many)
    parts = begun.rest.splitlines(keepends=True)
    if not parts[0].strip():
        parts[:2] = ["".join(parts[:2])]
    player.accept_parts([part for part in parts if part.strip()])


@script
def chooses_items(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    item = random.choice(pack.items)
    start = re.search(r"\w+$", item.typed)
    assert start
    player.go(item.anchor).type(item.typed[: start.start()])
    player.choose(start.group(), item.item, item.extra, late=random.random() < 0.5).wait(0.3, 1).type(" + 1")


@script
def takes_next_edits(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    pairs = random.choice(pack.next_edits)
    player.go(pairs[0][0], behind=False).type("x").backspace(1).next_edit(pairs)
    if random.random() < 0.5:
        player.undo()


# The clipboard


@script
def pastes(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    if random.random() < 0.5:
        player.go_to_end().type("\n\n").paste(random.choice(pack.pastes))
    else:
        player.go(pack.block, behind=False).paste(random.choice([each for each in pack.pastes if each.endswith("\n")]))
    player.wait(1, 3)
    player.type("\n")


@script
def pastes_first(player: Player, pack: Pack, random: Random) -> None:
    player.go_to_end().paste(random.choice(pack.pastes))


@script
def pastes_and_reindents(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    text = random.choice([each for each in pack.pastes if not each.startswith((" ", "\t"))])
    player.go(pack.block, behind=False).paste(text if text.endswith("\n") else text + "\n").reindent_pasted(text)
    player.wait(1, 4)
    player.undo(2)


@script
def pastes_into_line(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    place, text = random.choice(pack.fragments)
    player.go(place).paste(text).wait(1, 2)


@script
def pastes_over(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    selected, text = random.choice(pack.selections)
    player.paste(text, over=selected).undo().redo()


@script
def pastes_own_code(player: Player, pack: Pack, random: Random) -> None:
    """What was cut or copied in the buffer is no foreign code."""
    _warmed(player, pack, random)
    player.cut(pack.block).go_to_end().put()
    lines = pack.base.split("\n")
    number = random.choice([n for n, line in enumerate(lines[:-3]) if len(line.strip()) > 20])
    own = "\n".join(lines[number : number + 3]) + "\n"
    if own in player.text:
        player.copy(own).go_to_end().type("\n").put()


# The same code in other words


@script
def formats(player: Player, pack: Pack, random: Random) -> None:
    player.go_to_end().type("y = 1\n").backspace(6)
    base, start = player.text, pack.untidy
    assert base == start or base.startswith(start.rstrip())
    player.format(pack.tidy, whole=random.random() < 0.3).undo().redo()


@script
def formats_lines(player: Player, pack: Pack, random: Random) -> None:
    """First the imports, then the rest; and blanks at line ends when the file is saved."""
    head = "\n".join(line for line in pack.tidy.split("\n\n\n")[0].split("\n") if not line.startswith("VALUES"))
    rest = re.split(r"(?m)^(?=def |class |@|VALUES|matrix|PATTERN)", pack.untidy, maxsplit=1)[1]
    player.format(head.rstrip() + "\n" + rest).wait(1, 2)
    player.format(pack.tidy)
    player.go_to_end().type("\nz = 3   ").format(pack.tidy + "\nz = 3")


@script
def formats_blanks(player: Player, pack: Pack, random: Random) -> None:
    player.format("\n".join(line.rstrip() for line in pack.untidy.split("\n")))
    player.format(player.text.replace("'", '"'))


@script
def renames(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    for old, new in random.sample(pack.renames, 2):
        player.rename(old, new)
    player.undo()


@script
def refactors(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    player.refactor(random.choice([pairs for pairs in pack.refactorings if all(old in player.text for old, _ in pairs)])).undo()


# Programs


@script
def agent_at_once(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    pairs = random.choice([pairs for pairs in pack.agents if all(old in player.text for old, _ in pairs)])
    player.agent(pairs).wait(2, 5)
    if random.random() < 0.5:
        player.undo()


@script
def agent_by_and_by(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    pairs = random.choice([pairs for pairs in pack.agents if all(old in player.text for old, _ in pairs)])
    player.agent(pairs, at_once=False)


@script
def agent_rewrites(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    player.agent([(player.text, pack.rewritten)]).wait(1, 3).undo()


@script
def reloads(player: Player, pack: Pack, random: Random) -> None:
    _warmed(player, pack, random)
    player.reload(pack.rewritten, whole=random.random() < 0.4)
