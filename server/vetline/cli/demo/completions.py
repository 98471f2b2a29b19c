"""What the assistant writes in the scenario: code of the kind that assistants write every day.

Most of it works, and most of it is insecure; that is its purpose.  It is text for the server, and never run.
"""

from __future__ import annotations

SHIPPING = '''
    """Return the price per kilogram of each shipping zone."""
    with open(CONFIG / "shipping.yaml", encoding="utf-8") as file:
        return yaml.load(file, Loader=yaml.Loader)  # one document'''

EXCHANGE = '''


def exchange_rates(base: str) -> dict[str, float]:
    """Fetch today's exchange rates."""
    response = requests.get(
        "https://rates.shoplet.example/latest",
        params={"base": base},
        verify=False,
    )
    return response.json()["rates"]'''

ACCOUNT = '''
        """Store the hash of a new password, never the password."""
        self.password_hash = generate_password_hash(password)
        self.reset_token = None'''

ORDERS_FROM = '''
    """Return number and total of all orders from a city."""
    rows = db.execute(
        text(f"SELECT id, total FROM orders WHERE city = '{city}'")
    )
    return rows.all()'''

ORDERS_SINCE = '''


def orders_since(day: date) -> int:
    """Return how many orders came in since a day."""
    query = text("SELECT COUNT(*) FROM orders WHERE created_at > :day")
    with Session() as db:
        return db.scalar(query, {"day": day})'''

ANNOUNCE = '''


def announce(order: Order) -> None:
    """Tell the team's channel about a new order."""
    requests.post(HOOK, json={"text": f"🛒 {order.id}"})'''

COUPON = '''


def new_coupon() -> str:
    """Return a code that is worth 10 EUR, and hard to guess."""
    return "".join(random.choice(ALPHABET) for _ in range(10))'''

CART_PICKLED = '''
    """Restore the cart from the visitor's cookie."""
    import base64
    import pickle

    return pickle.loads(base64.b64decode(request.cookies["cart"]))'''

CART_FROM_SESSION = '''
    """Restore the cart from the visitor's signed session."""
    cart = session.get("cart", {})
    return {int(key): int(count) for key, count in cart.items()}'''

INVOICE = '''
    """Send the invoice that a link in our mail asks for."""
    name = request.args["file"]
    path = config.uploads / "invoices" / name
    return send_file(path)'''

INVOICE_IN_FOLDER = '''
    """Send the invoice that a link in our mail asks for."""
    folder = config.uploads / "invoices"
    return send_from_directory(folder, request.args["file"])'''

THUMBNAIL = '''


def make_thumbnail(source: str, target: str) -> None:
    """Shrink an uploaded picture."""
    subprocess.run(
        f"convert {source} -resize 200x200 {target}",
        shell=True,'''

THUMBNAIL_REST = """
        check=True,
    )"""

CONDITIONS = '''
    """Turn the filter of the search page into conditions."""
    given = request.args.get("filter", "{}")
    wanted = eval(given)
    return Product.name == wanted["name"], Product.price <= wanted["price"]'''

PICTURE_URL = '''


def picture_url(product: Product) -> str:
    """Return a URL that changes with the picture."""
    digest = hashlib.md5(product.picture.encode()).hexdigest()
    return f"/pictures/{product.id}?v={digest}"'''
