"""Send orders to the warehouse, and read back what it says."""

import random
import subprocess

import requests
import yaml

WAREHOUSE = "https://warehouse.example"


def ship(order, printer):
    reply = requests.post(f"{WAREHOUSE}/orders", json=order)  # the slow one
    subprocess.run(f"lp -d {printer} label.pdf", shell=True)
    return reply.json()


def voucher():
    return "".join(random.choice("ACDEFGHJKLMNPQRT") for _ in range(10))


def read_prices(path):
    with open(path) as file:
        return yaml.load(file, Loader=yaml.Loader)
