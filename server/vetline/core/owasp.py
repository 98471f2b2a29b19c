"""The OWASP Top 10 of 2021 and of 2025, by the weakness classes that each category lists; and that for LLM applications."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from vetline.core.cwe import Cwe

# The "List of Mapped CWEs" of each category's page (https://owasp.org/Top10/), in its order.
_CATEGORIES: Mapping[int, Mapping[str, str]] = {
    2021: {
        "Broken Access Control": """
            22 23 35 59 200 201 219 264 275 276 284 285 352 359 377 402 425 441 497 538 540 548 552 566 601 639 651
            668 706 862 863 913 922 1275
        """,
        "Cryptographic Failures": """
            261 296 310 319 321 322 323 324 325 326 327 328 329 330 331 335 336 337 338 340 347 523 720 757 759 760
            780 818 916
        """,
        "Injection": """
            20 74 75 77 78 79 80 83 87 88 89 90 91 93 94 95 96 97 98 99 100 113 116 138 184 470 471 564 610 643 644
            652 917
        """,
        "Insecure Design": """
            73 183 209 213 235 256 257 266 269 280 311 312 313 316 419 430 434 444 451 472 501 522 525 539 579 598
            602 642 646 650 653 656 657 799 807 840 841 927 1021 1173
        """,
        "Security Misconfiguration": "2 11 13 15 16 260 315 520 526 537 541 547 611 614 756 776 942 1004 1032 1174",
        "Vulnerable and Outdated Components": "937 1035 1104",
        "Identification and Authentication Failures": """
            255 259 287 288 290 294 295 297 300 302 304 306 307 346 384 521 613 620 640 798 940 1216
        """,
        "Software and Data Integrity Failures": "345 353 426 494 502 565 784 829 830 915",
        "Security Logging and Monitoring Failures": "117 223 532 778",
        "Server-Side Request Forgery (SSRF)": "918",
    },
    2025: {
        "Broken Access Control": """
            22 23 36 59 61 65 200 201 219 276 281 282 283 284 285 352 359 377 379 402 424 425 441 497 538 540 548
            552 566 601 615 639 668 732 749 862 863 918 922 1275
        """,
        "Security Misconfiguration": "5 11 13 15 16 260 315 489 526 547 611 614 776 942 1004 1174",
        "Software Supply Chain Failures": "447 1035 1104 1329 1357 1395",
        "Cryptographic Failures": """
            261 296 319 320 321 322 323 324 325 326 327 328 329 330 331 332 334 335 336 337 338 340 342 347 523 757
            759 760 780 916 1240 1241
        """,
        "Injection": """
            20 74 76 77 78 79 80 83 86 88 89 90 91 93 94 95 96 97 98 99 103 104 112 113 114 115 116 129 159 470 493
            500 564 610 643 644 917
        """,
        "Insecure Design": """
            73 183 256 266 269 286 311 312 313 316 362 382 419 434 436 444 451 454 472 501 522 525 539 598 602 628
            642 646 653 656 657 676 693 799 807 841 1021 1022 1125
        """,
        "Authentication Failures": """
            258 259 287 288 289 290 291 293 294 295 297 298 299 300 302 303 304 305 306 307 308 309 346 350 384 521
            613 620 640 798 940 941 1390 1391 1392 1393
        """,
        "Software or Data Integrity Failures": "345 353 426 427 494 502 506 509 565 784 829 830 915 926",
        "Security Logging and Alerting Failures": "117 221 223 532 778",
        "Mishandling of Exceptional Conditions": """
            209 215 234 235 248 252 274 280 369 390 391 394 396 397 460 476 478 484 550 636 703 754 755 756
        """,
    },
}

_PARENTS = {
    35: 22,
    36: 22,
    87: 79,
    96: 94,
    134: 668,
    138: 74,
    140: 138,
    155: 138,
    203: 200,
    208: 203,
    209: 200,
    214: 497,
    215: 200,
    250: 269,
    257: 522,
    258: 521,
    260: 522,
    281: 732,
    283: 284,
    299: 295,
    332: 331,
    334: 330,
    339: 335,
    341: 340,
    348: 345,
    367: 362,
    379: 377,
    385: 208,
    427: 668,
    454: 665,
    489: 710,
    522: 287,
    552: 668,
    599: 295,
    643: 91,
    652: 91,
    732: 285,
    780: 327,
    827: 829,
    838: 116,
    939: 862,
    943: 74,
    1204: 330,
    1236: 74,
    1327: 668,
    1336: 94,
    1390: 287,
    1391: 287,
    1392: 798,
    1393: 798,
    1427: 77,
}
"""The nearest wider class in MITRE's tree, for classes that one of the lists leaves out."""


@dataclass(frozen=True, slots=True, order=True)
class OwaspCategory:
    """One category of one edition: ``A03:2021 Injection``."""

    year: int
    number: int

    @property
    def title(self) -> str:
        return tuple(_CATEGORIES[self.year])[self.number - 1]

    @property
    def code(self) -> str:
        """What OWASP calls it for short, such as ``A03:2021``."""
        return f"A{self.number:02}:{self.year}"

    @property
    def url(self) -> str:
        """The page that explains the category."""
        folder = "" if self.year == 2021 else f"{self.year}/"
        return f"https://owasp.org/Top10/{folder}A{self.number:02}_{self.year}-{self.title.replace(' ', '_')}/"

    @property
    def tag(self) -> str:
        """The tag in SARIF logs, such as ``external/owasp/a03-2021``."""
        return f"external/owasp/a{self.number:02}-{self.year}"

    def __str__(self) -> str:
        return f"{self.code} {self.title}"


def owasp_categories(cwe: Cwe) -> tuple[OwaspCategory, ...]:
    """Return the category of each edition that lists a weakness class, or else the nearest wider class, if one does."""
    by_cwe = _by_cwe()
    found = []
    for year in _CATEGORIES:
        number: int | None = cwe.number
        while number is not None and (year, number) not in by_cwe:
            number = _PARENTS.get(number)
        if number is not None:
            found.append(by_cwe[year, number])
    return tuple(found)


@cache
def _by_cwe() -> dict[tuple[int, int], OwaspCategory]:
    return {
        (year, int(cwe)): OwaspCategory(year, number)
        for year, categories in _CATEGORIES.items()
        for number, listed in enumerate(categories.values(), 1)
        for cwe in listed.split()
    }


LLM_PAGE = "https://genai.owasp.org/llm-top-10/"


class LlmRisk(IntEnum):
    """The risks of the OWASP Top 10 for LLM Applications of 2025 that rules speak of."""

    PROMPT_INJECTION = 1
    SENSITIVE_INFORMATION_DISCLOSURE = 2
    SUPPLY_CHAIN = 3
    IMPROPER_OUTPUT_HANDLING = 5
    EXCESSIVE_AGENCY = 6

    @property
    def code(self) -> str:
        """The risk as OWASP writes it, such as ``LLM05:2025``."""
        return f"LLM{self.value:02}:2025"

    @property
    def title(self) -> str:
        """The risk's name."""
        return self.name.replace("_", " ").capitalize()
