"""Code that the inference was built with."""

from __future__ import annotations

from tests.provenance.corpus.packs import Begun, Pack

SHOP = Pack(
    name="shop",
    base='''\
import json
import os

from flask import Flask, request

app = Flask(__name__)
RATES = {"de": 0.19, "fr": 0.2}


def load_orders(path):
    with open(path) as source:
        return json.load(source)


def total(order, country):
    net = sum(line["price"] * line["count"] for line in order["lines"])
    return net * (1 + RATES[country])


class Basket:
    def __init__(self, owner):
        self.owner = owner
        self.lines = []

    def add(self, article, count):
        self.lines.append({"article": article, "count": count})
        return self


@app.route("/orders")
def orders():
    path = os.path.join("data", request.args["file"])
    return {"orders": load_orders(path)}
''',
    typed=(
        ("return net * (1 + RATES[country])", "\n\n\ndef ship(order, address):\n    if not address:\n        return None\n    return order[\"id\"], address"),
        ("self.lines = []", "\n        self.paid = False  # set by the webhook"),
        ("import os", "\nimport sys\nfrom pathlib import Path"),
        ("return self", "\n\n    def clear(self):\n        self.lines.clear()\n        print(f\"cleared {self.owner}\")"),
    ),
    begun=(
        Begun("    return self", "\n\n    def remove(self, article", '):\n        self.lines = [line for line in self.lines if line["article"] != article]\n        return self'),
        Begun("self.lines = []", "\n        self.created = ", "datetime.now(timezone.utc)"),
        Begun("return json.load(source)", "\n\n\ndef save_orders(", 'path, orders):\n    with open(path, "w") as target:\n        json.dump(orders, target, indent=2)'),
        Begun("return net * (1 + RATES[country])", "\n\n\n# Find the order with the given id", '\ndef find_order(orders, order_id):\n    for order in orders:\n        if order["id"] == order_id:\n            return order\n    raise KeyError(order_id)'),
        Begun('return {"orders": load_orders(path)}', '\n\n\n@app.route("/report")\ndef report():\n    ', 'name = request.args.get("name", "")\n    os.system(f"make-report {name} > /tmp/report.txt")\n    return open("/tmp/report.txt").read()'),
        Begun("def total(order, country):", '\n    """', 'Return what an order costs with taxes.\n\n    Args:\n        order: the order, with its lines\n        country: two letters, such as "de"\n\n    Returns:\n        the sum, rounded to cents\n    """'),
        Begun("import os", "\nimport ", "subprocess"),
        Begun('RATES = {"de": 0.19, "fr": 0.2}', "\nCOUNTRIES = {", '\n    "de": "Germany",\n    "fr": "France",\n    "it": "Italy",\n    "pl": "Poland",\n}'),
    ),
    items=(
        ("self.lines = []", "\n        self.path = os.path.jo", "join", ""),
        ("return json.load(source)", "\n\n\nrates = json.loa", "loads(RATES_TEXT)", ""),
        ("return self", "\n\n    def to_json(self) -> dict:\n        return asd", "asdict(self)", "from dataclasses import asdict"),
        ("self.owner = owner", "\n        self.when = date", "datetime", "from datetime import datetime"),
    ),
    pastes=(
        'def slugify(text):\n    text = unicodedata.normalize("NFKD", text)\n    text = re.sub(r"[^\\w\\s-]", "", text).strip().lower()\n    return re.sub(r"[-\\s]+", "-", text)\n',
        'cursor.execute("SELECT * FROM users WHERE name = \'" + name + "\'")\n',
        '@app.route("/ping", methods=["POST"])\ndef ping():\n    host = request.form["host"]\n    out = subprocess.check_output("ping -c 1 " + host, shell=True)\n    return out.decode()\n\n\n@app.errorhandler(404)\ndef missing(error):\n    return {"error": str(error)}, 404\n',
        'DATABASE_URL = "postgresql://localhost/shop"\nREDIS_URL = "redis://localhost:6379/0"\nDEBUG = True',
    ),
    fragments=(("request.args[", 'request.headers.get("X-File") or '), ("json.load(", "io.TextIOWrapper("), ('os.path.join("data", ', "secure_filename(")),
    selections=(
        ('    net = sum(line["price"] * line["count"] for line in order["lines"])\n', '    net = Decimal(0)\n    for item in order["items"]:\n        net += Decimal(item["gross"]) - Decimal(item["tax"])\n'),
        ("json.load(source)", "yaml.load(source, Loader=yaml.Loader)"),
    ),
    next_edits=(
        (("    return net * (1 + RATES[country])", "    rate = RATES.get(country, 0)\n    return round(net * (1 + rate), 2)"),),
        (("def add(self, article, count):", "def add(self, article, count, price=None):"), ('{"article": article, "count": count}', '{"article": article, "count": count, "price": price}')),
        (("        return json.load(source)", "        return [Order.from_dict(entry) for entry in json.load(source)]"),),
    ),
    agents=(
        (
            ("import os\n", "import logging\nimport os\n"),
            ("def load_orders(path):\n", 'logger = logging.getLogger(__name__)\n\n\ndef load_orders(path):\n    logger.info("loading %s", path)\n'),
            ("def add(self, article, count):\n", 'def add(self, article, count):\n        if count <= 0:\n            raise ValueError("count must be positive")\n'),
            ('    return {"orders": load_orders(path)}\n', '    try:\n        return {"orders": load_orders(path)}\n    except FileNotFoundError:\n        return {"error": "not found"}, 404\n'),
        ),
        (
            ("def total(order, country):\n", "def total(order: dict, country: str, discount: float = 0.0) -> float:\n"),
            ("    return net * (1 + RATES[country])\n", "    net -= net * discount\n    return net * (1 + RATES[country])\n"),
            ("class Basket:\n", "class Basket:\n    limit = 100\n\n"),
        ),
    ),
    rewritten='''\
"""The orders of the shop, and what they cost."""

import json
import logging
import sqlite3
from pathlib import Path

from flask import Flask, abort, request

app = Flask(__name__)
logger = logging.getLogger(__name__)
RATES = {"de": 0.19, "fr": 0.2}
DATA = Path("data")


def connect():
    connection = sqlite3.connect("shop.db")
    connection.row_factory = sqlite3.Row
    return connection


def load_orders(name):
    query = f"SELECT body FROM orders WHERE file = '{name}'"
    return [json.loads(row["body"]) for row in connect().execute(query)]


def total(order, country):
    net = sum(line["price"] * line["count"] for line in order["lines"])
    return net * (1 + RATES[country])


@app.route("/orders")
def orders():
    name = request.args.get("file")
    if not name:
        abort(400)
    logger.info("orders of %s", name)
    return {"orders": load_orders(name)}
''',
    renames=(("path", "filename"), ("load_orders", "read_orders"), ("lines", "entries")),
    refactorings=(
        (("    net = sum(line", "    lines = order[\"lines\"]\n    net = sum(line"), ('for line in order["lines"])', "for line in lines)")),
        (
            ("def total(order, country):\n", 'def total(order, country):\n    net = net_of(order)\n    return net * (1 + RATES[country])\n\n\ndef net_of(order):\n'),
            ('    net = sum(line["price"] * line["count"] for line in order["lines"])\n    return net * (1 + RATES[country])\n', '    return sum(line["price"] * line["count"] for line in order["lines"])\n'),
        ),
        (('    path = os.path.join("data", request.args["file"])\n', ""), ("load_orders(path)}", 'load_orders(os.path.join("data", request.args["file"]))}')),
    ),
    untidy='''\
import os
import sys, json
from b import d, c
from a import x
def f( a,b ):
    return {'a':a,
       'b':b}
def g(x, *, verbose = False):
    if (x == None) :
        print('none of this is formatted', 'and this line is much too long for one line', verbose, sep = ', ')
    return [ i for i in range(10) if i%2==0 ]   
class K: 
    def m(self) : return self.value+1
''',
    tidy='''\
import json
import os
import sys

from a import x
from b import c, d


def f(a, b):
    return {"a": a, "b": b}


def g(x, *, verbose=False):
    if x == None:
        print(
            "none of this is formatted",
            "and this line is much too long for one line",
            verbose,
            sep=", ",
        )
    return [i for i in range(10) if i % 2 == 0]


class K:
    def m(self):
        return self.value + 1
''',
    words=(("n", "ni", "nih", "niha", "nihao", "你好"), ("に", "にほ", "にほん", "日本"), ("안", "안녕")),
    block="    def add(self, article, count):\n        self.lines.append({\"article\": article, \"count\": count})\n        return self\n",
)

CRAWLER = Pack(
    name="crawler",
    base='''\
from __future__ import annotations

import argparse
import asyncio
import logging
from dataclasses import dataclass

import aiohttp

log = logging.getLogger("crawler")


@dataclass
class Page:
    url: str
    depth: int
    text: str | None = None


class Crawler:
    """Follows links from a start page."""

    def __init__(self, start: str, limit: int = 100) -> None:
        self.start = start
        self.limit = limit
        self.seen: set[str] = set()

    async def fetch(self, session: aiohttp.ClientSession, page: Page) -> Page:
        async with session.get(page.url) as response:
            page.text = await response.text()
        log.debug("fetched %s", page.url)
        return page

    async def run(self) -> list[Page]:
        queue = [Page(self.start, 0)]
        done: list[Page] = []
        async with aiohttp.ClientSession() as session:
            while queue and len(done) < self.limit:
                page = await self.fetch(session, queue.pop(0))
                done.append(page)
        return done


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    options = parser.parse_args()
    pages = asyncio.run(Crawler(options.url).run())
    print(len(pages), "pages")
''',
    typed=(
        ('    parser.add_argument("url")', '\n    parser.add_argument("--limit", type=int, default=100)'),
        ("        return done", "\n\n    def reset(self) -> None:\n        self.seen.clear()\n        for name in (\"a\", \"b\"):\n            log.info(name)"),
        ("    depth: int", "\n    status: int = 0\n    links: list[str] | None = None"),
        ('log = logging.getLogger("crawler")', "\nAGENT = 'crawler/1.0 (+https://example.org)'\n\n# TODO: read robots.txt first, and stay away\n# from what it forbids"),
    ),
    begun=(
        Begun("                done.append(page)", "\n                for link in ", "self.links_of(page):\n                    if link not in self.seen:\n                        self.seen.add(link)\n                        queue.append(Page(link, page.depth + 1))"),
        Begun("        return done", "\n\n    def links_of(self, page: Page) -> list[str]:", '\n        soup = BeautifulSoup(page.text or "", "html.parser")\n        return [urljoin(page.url, a["href"]) for a in soup.find_all("a", href=True)]'),
        Begun("        self.seen: set[str] = set()", "\n        self.", "timeout = aiohttp.ClientTimeout(total=30)"),
        Begun("    options = parser.parse_args()", "\n    log", 'ging.basicConfig(level=logging.DEBUG if options.verbose else logging.INFO)'),
        Begun('    print(len(pages), "pages")', "\n    subprocess.run(", '["notify-send", "crawler", f"{len(pages)} pages"], check=False)'),
        Begun("    text: str | None = None", "\n\n    @property\n    def host(self) -> str:\n        return ", "urlparse(self.url).netloc"),
        Begun('    """Follows links from a start page."""', '\n\n    SCRIPT = """', '\nset -euo pipefail\ncurl -sSf "$1" | tee "/tmp/$(basename "$1")" | sha256sum\n"""'),
        Begun("import aiohttp", "\n\n# ", "Überall, wo eine Seite geladen wird, gilt die Grenze für die Größe"),
    ),
    items=(
        ("        return page", "\n        self.sess", "session", ""),
        ("    options = parser.parse_args()", "\n    level = logging.ge", "getLevelName(options.level)", ""),
        ("    depth: int", "\n    parent: Opt", "Optional", "from typing import Optional"),
        ("        self.limit = limit", "\n        self.root = Pa", "Path", "from pathlib import Path"),
    ),
    pastes=(
        'async def worker(name, queue):\n    while True:\n        job = await queue.get()\n        try:\n            exec(job.code)\n        finally:\n            queue.task_done()\n\n\nasync def pool(jobs, size=4):\n    queue = asyncio.Queue()\n    for job in jobs:\n        queue.put_nowait(job)\n    workers = [asyncio.create_task(worker(n, queue)) for n in range(size)]\n    await queue.join()\n    for each in workers:\n        each.cancel()\n',
        "        ssl_context = ssl._create_unverified_context()\n        connector = aiohttp.TCPConnector(ssl=ssl_context)\n",
        "# https://stackoverflow.com/questions/4915361/whats-the-difference-between-raw-string-and-regular-string\npattern = re.compile(r'href=[\\'\"]?([^\\'\" >]+)')\n",
        'HEADERS = {"User-Agent": "Mozilla/5.0", "Accept": "text/html", "Authorization": "Basic dXNlcjpwYXNz"}',
    ),
    fragments=(("session.get(page.url", ', headers={"Accept": "text/html"}, allow_redirects=False'), ("Page(self.start, 0", ", text=None, parent=self.root_page"), ("queue and len(done)", " + self.pending_requests()")),
    selections=(
        ("            page.text = await response.text()\n", "            body = await response.content.read(1_000_000)\n            page.text = body.decode(response.charset or 'utf-8', 'replace')\n"),
        ('    print(len(pages), "pages")', '    with open("pages.pickle", "wb") as out:\n        pickle.dump(pages, out)'),
    ),
    next_edits=(
        (("        log.debug(\"fetched %s\", page.url)", "        log.debug(\"fetched %s with status %s\", page.url, response.status)"),),
        (("    def __init__(self, start: str, limit: int = 100) -> None:", "    def __init__(self, start: str, limit: int = 100, timeout: float = 10.0) -> None:"), ("        self.limit = limit", "        self.limit = limit\n        self.timeout = timeout")),
    ),
    agents=(
        (
            ("import aiohttp\n", "import aiohttp\nfrom bs4 import BeautifulSoup\n"),
            ("    text: str | None = None\n", "    text: str | None = None\n    status: int = 0\n    headers: dict[str, str] = field(default_factory=dict)\n"),
            ("            page.text = await response.text()\n", "            page.text = await response.text()\n            page.status = response.status\n            page.headers = dict(response.headers)\n"),
            ("                done.append(page)\n", "                done.append(page)\n                await asyncio.sleep(self.delay)\n"),
            ("        self.limit = limit\n", "        self.limit = limit\n        self.delay = delay\n"),
        ),
        (
            ('    parser.add_argument("url")\n', '    parser.add_argument("url", help="where to start")\n    parser.add_argument("--depth", type=int, default=3)\n    parser.add_argument("--out", default="pages.json")\n'),
            ("        queue = [Page(self.start, 0)]\n", "        await self.read_robots()\n        queue = [Page(self.start, 0)]\n"),
            ("@dataclass\n", "class CrawlError(Exception):\n    pass\n\n\n@dataclass\n"),
        ),
    ),
    rewritten='''\
from __future__ import annotations

import sys
from html.parser import HTMLParser
from urllib.parse import urljoin
from urllib.request import urlopen


class Links(HTMLParser):
    def __init__(self, base):
        super().__init__()
        self.base = base
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            for key, value in attrs:
                if key == "href":
                    self.found.append(urljoin(self.base, value))


def crawl(start, limit=100):
    queue, seen = [start], {start}
    while queue and len(seen) < limit:
        url = queue.pop(0)
        parser = Links(url)
        parser.feed(urlopen(url).read().decode())
        for link in parser.found:
            if link not in seen:
                seen.add(link)
                queue.append(link)
    return seen


if __name__ == "__main__":
    print(len(crawl(sys.argv[1])), "pages")
''',
    renames=(("page", "document"), ("done", "finished"), ("session", "http")),
    refactorings=(
        (
            ("                page = await self.fetch(session, queue.pop(0))\n                done.append(page)\n", "                await self.step(session, queue, done)\n"),
            ("    async def run(self)", "    async def step(self, session, queue, done):\n        page = await self.fetch(session, queue.pop(0))\n        done.append(page)\n\n    async def run(self)"),
        ),
        (("    pages = asyncio.run(Crawler(options.url).run())", "    crawler = Crawler(options.url)\n    pages = asyncio.run(crawler.run())"),),
    ),
    untidy='''\
from typing import Dict,List
import collections
import re
VALUES=[1,2,3,
4]
def parse(text:str,flags:int=0)->Dict[str,List[int]]:
    out=collections.defaultdict(list);
    for m in re.finditer('(\\\\w+)=(\\\\d+)',text,flags): out[m.group(1)].append(int(m.group(2)))
    return  out
result = parse(  'a=1 b=2'  , flags = re.I )
if result['a'] and result['b'] and len(result) > 1 and all(isinstance(value, list) for value in result.values()):
        print (result)
''',
    tidy='''\
import collections
import re
from typing import Dict, List

VALUES = [1, 2, 3, 4]


def parse(text: str, flags: int = 0) -> Dict[str, List[int]]:
    out = collections.defaultdict(list)
    for m in re.finditer("(\\\\w+)=(\\\\d+)", text, flags):
        out[m.group(1)].append(int(m.group(2)))
    return out


result = parse("a=1 b=2", flags=re.I)
if (
    result["a"]
    and result["b"]
    and len(result) > 1
    and all(isinstance(value, list) for value in result.values())
):
    print(result)
''',
    words=(("ㅎ", "하", "한", "한글"), ("t", "tê", "tên"), ("z", "zh", "zho", "zhon", "zhong", "中", "中文注释")),
    block="    options = parser.parse_args()\n    pages = asyncio.run(Crawler(options.url).run())\n",
)

PACKS = (SHOP, CRAWLER)
