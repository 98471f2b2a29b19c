"""The requirements of OWASP's Application Security Verification Standard 5.0 that weaknesses break, by weakness class.

The standard names no weakness classes of its own since 5.0; which requirement speaks of which is our reading of it
(https://github.com/OWASP/ASVS, 5.0.0).  A weakness has those that its prevention would be verified by, at most two.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from vetline.core.cwe import Cwe

PAGE: Final = "https://owasp.org/www-project-application-security-verification-standard/"

_REQUIREMENTS: Final[Mapping[int, str]] = {
    20: "2.2.1",
    22: "5.3.2",
    73: "5.3.2",
    78: "1.2.5",
    79: "1.2.1",
    80: "1.2.1",
    88: "1.2.5",
    89: "1.2.4",
    90: "1.2.6",
    91: "1.2.1",
    93: "1.3.11",
    94: "1.3.2",
    113: "1.2.1 4.2.4",
    116: "1.2.1 1.3.1",
    117: "16.4.1",
    134: "1.3.10",
    155: "1.2.5",
    180: "1.1.1",
    183: "2.2.1",
    200: "13.4.5 14.2.6",
    208: "11.2.4",
    209: "16.5.1",
    250: "13.2.2",
    252: "16.5.3",
    256: "11.4.2",
    259: "13.3.1",
    269: "8.2.3 15.3.3",
    283: "8.2.2",
    284: "8.2.1",
    295: "12.3.2",
    306: "8.2.1",
    307: "6.3.1",
    319: "12.2.1 12.3.1",
    321: "13.3.1",
    326: "11.2.3",
    327: "11.3.2",
    328: "11.4.1",
    329: "11.3.4",
    330: "11.5.1",
    336: "11.5.1",
    338: "11.5.1",
    347: "9.1.1 9.1.2",
    348: "4.1.3 15.3.4",
    352: "3.5.1",
    353: "11.3.3",
    367: "15.4.2",
    377: "15.4.2",
    400: "13.2.6",
    409: "5.2.3",
    434: "5.2.2 5.3.1",
    470: "1.3.2",
    489: "13.4.2",
    502: "1.5.2",
    532: "16.2.5",
    601: "3.7.2",
    611: "1.5.1",
    613: "7.3.2",
    614: "3.3.1 3.3.4",
    643: "1.2.7",
    668: "13.2.5 15.2.5",
    693: "3.4.3 3.4.6",
    703: "16.5.3",
    755: "16.5.3",
    760: "11.4.2",
    770: "5.2.1 15.2.2",
    780: "11.3.1",
    798: "13.3.1",
    807: "8.3.1",
    829: "15.2.4",
    835: "15.2.2",
    862: "8.2.2",
    915: "15.3.3",
    916: "11.4.2",
    918: "1.3.6",
    942: "3.4.2",
    943: "1.2.4",
    1104: "15.2.1",
    1236: "1.2.10",
    1333: "1.3.12",
    1336: "1.3.7",
    1427: "1.3.3",
}


def asvs_requirements(cwe: Cwe) -> tuple[str, ...]:
    """Return the requirements that a weakness class breaks, as the standard names them: ``v5.0.0-1.2.4``."""
    return tuple(f"v5.0.0-{number}" for number in _REQUIREMENTS.get(cwe.number, "").split())
