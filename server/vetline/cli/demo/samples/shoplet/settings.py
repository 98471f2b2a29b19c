"""Settings of the shop: from the environment, and from the files in config/."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import requests
import yaml

CONFIG = Path(__file__).parent / "config"
STATUS_URL = "https://status.shoplet.example/shop.json"


@dataclass(frozen=True)
class Settings:
    """What the rest of the shop needs to know."""

    database_url: str
    secret_key: str
    order_hook: str
    uploads: Path
    page_size: int = 20


def load() -> Settings:
    """Read the settings; a missing variable stops the shop here, not later."""
    return Settings(
        database_url=os.environ["SHOPLET_DATABASE_URL"],
        secret_key=os.environ["SHOPLET_SECRET_KEY"],
        order_hook=os.environ["SHOPLET_ORDER_HOOK"],
        uploads=Path(os.environ.get("SHOPLET_UPLOADS", "uploads")).resolve(),
    )


def vat_rates() -> dict[str, float]:
    """Return the VAT rate of each country that we deliver to."""
    with (CONFIG / "vat.yaml").open(encoding="utf-8") as file:
        return yaml.safe_load(file)


def is_open() -> bool:
    """Ask the status page whether the shop takes orders."""
    return requests.get(STATUS_URL, timeout=5).json()["open"]
