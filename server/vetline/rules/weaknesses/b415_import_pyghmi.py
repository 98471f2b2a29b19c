"""IPMI gives away the password hashes of a server's management controller.

The import alone is no weakness, so Vetline shows it as a hint: what counts is who can reach the controller.

## Why it matters
By the design of IPMI 2.0, a controller sends a salted hash of a user's password to anyone who names that user, before
any login (CVE-2013-4786).  A weak password is then guessed offline, and the controller has full power over the
machine: console, disks, reinstallation.  Assistants choose `pyghmi` because it is the usual Python library for this.

## How to fix it
Use Redfish, the successor, which runs over HTTPS:

    from sushy import Sushy

    controller = Sushy("https://bmc.example.net/redfish/v1", username=user, password=password)
    state = controller.get_system_collection().get_members()[0].power_state

## When it is fine
On a management network of its own, with long random passwords, for machines without Redfish.

## References
- [DMTF: Redfish](https://www.dmtf.org/standards/redfish)
- [Sushy](https://docs.openstack.org/sushy/latest/)
- [NVD: CVE-2013-4786](https://nvd.nist.gov/vuln/detail/CVE-2013-4786)
- [Bandit: B415](https://bandit.readthedocs.io/en/latest/blacklists/blacklist_imports.html#b415-import-pyghmi)
"""

from __future__ import annotations

from collections.abc import Iterator

from vetline.core.cwe import Cwe
from vetline.core.edit import Fix
from vetline.core.severity import Confidence, Severity
from vetline.rules.base import Example, FixSite, Rule
from vetline.rules.import_swaps import remove_unused


def fix(site: FixSite) -> Iterator[Fix]:
    yield from remove_unused(site)


RULE = Rule(
    id="B415",
    name="import-pyghmi",
    cwe=Cwe(319),
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    message="Importing pyghmi is harmless, but IPMI leaks password hashes: use Redfish, or isolate the network.",
    bad=(
        Example('import pyghmi\n\nprint("hello")\n', '\nprint("hello")\n'),
        Example("import pyghmi\n", ""),
        Example("from pyghmi.ipmi import command\n", ""),
    ),
    good=(
        "import redfish\n",
        "from sushy import Sushy\n",
    ),
    fix=fix,
)
