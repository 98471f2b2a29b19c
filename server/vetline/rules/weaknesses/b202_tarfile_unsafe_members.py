"""A tar archive can place files outside the directory that it is unpacked to.

## Why it matters
A member named `../../home/app/.ssh/authorized_keys`, or a link that leads out followed by a file that goes through
it, overwrites whatever your program may write (CVE-2007-4559).  Plugin installers, model downloads and upload
handlers are taken over in this way.  Assistants know `extractall()` from a decade of examples older than the filter.

## How to fix it
Refuse such members:

    archive.extractall(target, filter="data")

The argument exists since Python 3.11.4 and 3.12; Python 3.14 makes it the default.  Keep Python up to date: before 3.11.13,
3.12.11 and 3.13.4 the filter could be tricked (CVE-2025-4517).  Limit the size too: a small archive can hold huge files.

## When it is fine
For archives that your own program has just written.  `ZipFile.extractall` in a file that imports `tarfile` is
reported as well, though `zipfile` drops leading slashes and `..` itself.

## References
- [Python: tarfile extraction filters](https://docs.python.org/3/library/tarfile.html#extraction-filters)
- [PEP 706: Filter for tarfile.extractall](https://peps.python.org/pep-0706/)
- [Bandit: B202](https://bandit.readthedocs.io/en/latest/plugins/b202_tarfile_unsafe_members.html)
"""

from __future__ import annotations

from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.superseded import left_to_vetline
from vetline.rules.weaknesses import vet202_archive_extraction


def fix(site: FixSite) -> Iterator[Fix]:
    yield from vet202_archive_extraction.fix(site)


RULE = Rule(
    id="B202",
    name="tarfile-unsafe-members",
    cwe=Cwe(22),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message='The archive\'s member names decide where this writes; extract with `filter="data"`.',
    bad=(
        Example(
            "import tarfile\n\nwith tarfile.open(path) as archive:\n    archive.extractall(target)\n",
            ('import tarfile\n\nwith tarfile.open(path) as archive:\n    archive.extractall(target, filter="data")\n'),
        ),
        Example(
            "import tarfile\n\ntarfile.open(path).extractall(path=target, members=wanted)\n",
            'import tarfile\n\ntarfile.open(path).extractall(path=target, members=wanted, filter="data")\n',
        ),
        Example(
            "import tarfile\n\ntarfile.open(path).extractall(target, filter='fully_trusted')\n",
            'import tarfile\n\ntarfile.open(path).extractall(target, filter="data")\n',
        ),
    ),
    good=(
        "import tarfile\n\nwith tarfile.open(path) as archive:\n    archive.extractall(target, filter='data')\n",
        "import shutil\n\nshutil.unpack_archive(path, target, format='gztar', filter='data')\n",
    ),
    fix=fix,
    matters=left_to_vetline,
)
