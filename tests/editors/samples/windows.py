import hashlib

import requests

GREETING = "Grüße 👋🏽"; REPLY = requests.get("https://shop.example/🐍")


def digest(data):
    return "🔑", hashlib.md5(data).hexdigest()  # 😀 an ETag
