"""Show what is on sale."""

import requests

from .orders import WAREHOUSE


def on_sale():
    return requests.get(f"{WAREHOUSE}/sale").json()
