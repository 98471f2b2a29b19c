"""How much is lost of a valid text when something in it is broken: as little as can be."""

from __future__ import annotations

import ast
import random
import warnings
from collections import Counter
from collections.abc import Iterator
from textwrap import dedent, indent

import pytest

from tests.corpus.blocks import calls
from tests.corpus.sources import library_files, parsable, sample

DAMAGE = ['"""', "'''", '"', "'", "(", ")", "[", "]", "{", "}", ",", ":", " = ", "+", "@", "    ", "\\", "\0"]
DAMAGE += ["if ", "else:", "try:", "import ", "class A", "def f(x:", "f(", "\n", "\n    ", "# "]


def is_valid(text: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            ast.parse(text)
        except (SyntaxError, ValueError):
            return False
    return True


def enclosing(text: str, tree: ast.Module, row: int) -> Counter[str]:
    """Return the calls in the smallest statement around line ``row``; those in the header if that is a compound one."""
    around = [s for s in ast.walk(tree) if isinstance(s, ast.stmt) and s.lineno - 1 <= row <= (s.end_lineno or 0) - 1]
    if not around:
        return Counter()
    smallest = max(around, key=lambda statement: (statement.lineno, statement.col_offset))
    below = {
        id(node)
        for field in ("body", "orelse", "handlers", "finalbody")
        for s in getattr(smallest, field, ())
        for node in ast.walk(s)
    }
    own = (node for node in ast.walk(smallest) if id(node) not in below)
    return Counter(ast.unparse(node) for node in own if isinstance(node, ast.Call))


def losses(count: int, seed: int) -> Iterator[tuple[int, str]]:
    """Yield how many calls outside of the damaged statement are lost, for ``count`` files broken in a random place."""
    chance = random.Random(seed)
    files = [found for found in parsable(sample(library_files(), 120), max_size=30_000) if "(" in found[1]]
    while count:
        path, text, tree = chance.choice(files)
        lines = text.split("\n")
        row = chance.randrange(len(lines))
        column = chance.randrange(len(lines[row]) + 1)
        damage = chance.choice(DAMAGE)
        lines[row] = lines[row][:column] + damage + lines[row][column:]
        broken = "\n".join(lines)
        if is_valid(broken):
            continue
        count -= 1
        lost = Counter(calls(text)) - Counter(calls(broken)) - enclosing(text, tree, row)
        yield sum(lost.values()), f"{damage!r} put into {path.name}:{row + 1}:{column}"


def test_random_damage_costs_little_beyond_the_damaged_statement() -> None:
    """Measured with CPython 3.11's library: 0.03 calls on average, none in 99 of 100 cases."""
    found = list(losses(120, seed=1))
    lost = [count for count, _ in found]
    assert sum(lost) / len(lost) <= 0.3, max(found)
    assert sum(count == 0 for count in lost) / len(lost) >= 0.95


@pytest.mark.slow
def test_random_damage_in_many_files() -> None:
    lost = [count for count, _ in losses(2000, seed=2)]
    assert sum(lost) / len(lost) <= 0.1
    assert sum(count == 0 for count in lost) / len(lost) >= 0.98


# What is there while an assistant streams: the text around, and a completion that arrives character by character.
AROUND = '''
"""Module."""
import os

A = first(1)
B = [
    second(2),
]
<HERE>
def one(p):
    """One."""
    o = third(p)
    if o:
        fourth(p)
    else:
        fifth(p)
    <HERE>
    for i in sixth(p):
        seventh(i)
    return eighth(p)


@decorated(1)
class K(Base):
    """K."""
    attribute = ninth(1)

    @property
    def m(self):
        try:
            tenth(self)
            <HERE>
        except ValueError:
            eleventh(self)
        return {
            "a": twelfth(),
        }

    <HERE>
    def n(self, a):
        """N."""
        return thirteenth(a)


<HERE>
C = fourteenth(1)
if __name__ == "__main__":
    main()
'''
COMPLETIONS = [
    '''
    def best(city: str, limit: int = 10) -> list[tuple]:
        """Return the best customers.

        The result is sorted.
        """
        query = f"SELECT name, {city} FROM customers WHERE city = '{city}'"
        with connect("shop.db") as connection:
            rows = connection.execute(
                query,
                {"limit": limit, "names": [n for n in names if n]},
            ).fetchall()
        try:
            return [row[0] for row in rows]
        except (KeyError, ValueError) as error:
            log.error("no rows: %s", error)
            raise
        finally:
            close(connection)
    ''',
    '''
    @app.route("/x", methods=["GET"])
    async def view(request):
        if request.args.get("a") == "b" and (
            check(request)
        ):
            for item in request.items:
                yield item
        elif other(request):
            pass
        else:
            data = {
                "a": 1,
                **more(),
            }
        return render("""
          <b>%s</b>
        """ % data)
    ''',
    '''
    class Shop(Base, metaclass=Meta):
        """A shop."""

        name: str = field(default="x")

        @property
        def total(self) -> int:
            return sum(
                item.price
                for item in self.items
            )
    ''',
    """
    from a.b import (
        c,
        d as e,
    )
    result = subprocess.run(["ls", "-l"], check=True)
    match command.split():
        case ["go", where] if ok(where):
            go(where)
        case _:
            stay()
    while not done():
        step()
    print(f"{x!r:>{width}} {d['k']}", end="")
    """,
]


@pytest.mark.parametrize("place", range(AROUND.count("<HERE>")))
@pytest.mark.parametrize("completion", COMPLETIONS, ids=["function", "route", "class", "statements"])
def test_a_completion_that_is_still_arriving_costs_nothing_around_it(completion: str, place: int) -> None:
    before, behind = (part.replace("<HERE>", "") for part in _split_at(AROUND, place))
    around = Counter(calls(before + behind))
    margin = before.rpartition("\n")[2]
    text = indent(dedent(completion).strip("\n"), margin)[len(margin) :]
    for length in range(0, len(text), 3):
        lost = around - Counter(calls(before + text[:length] + behind))
        assert not lost, f"{list(lost)} at {text[:length][-40:]!r}"


def _split_at(text: str, place: int) -> tuple[str, str]:
    parts = text.split("<HERE>")
    return "<HERE>".join(parts[: place + 1]), "<HERE>".join(parts[place + 1 :])
