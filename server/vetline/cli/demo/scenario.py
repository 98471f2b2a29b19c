"""The story that the demo tells: a day's work on a small shop, squeezed into a minute."""

from __future__ import annotations

from vetline.cli.demo import completions as assistant
from vetline.cli.demo.steps import (
    Accept,
    ApplyFix,
    Chapter,
    ExpectFindings,
    FixAll,
    GoTo,
    Open,
    Suppress,
    TakeBack,
    Type,
)

SCENARIO: tuple[Chapter, ...] = (
    Chapter(
        "Open the project",
        (
            Open("models.py"),
            Open("settings.py"),
            Open("reports.py"),
            Open("app.py"),
        ),
    ),
    Chapter(
        "Settings: shipping prices and exchange rates",
        (
            GoTo("settings.py", after='timeout=5).json()["open"]'),
            Type("\n\n\ndef shipping_prices():"),
            Accept(assistant.SHIPPING, brings=("VET301",), also=("B506",)),
            ApplyFix("VET301"),
            GoTo("settings.py", after="# one document"),
            Accept(assistant.EXCHANGE, brings=("VET401", "VET404"), also=("B501", "B113")),
            ApplyFix("VET401"),
        ),
    ),
    Chapter(
        "Accounts: a new password",
        (
            GoTo("models.py", after="check_password_hash(self.password_hash, password)"),
            Type("\n\n    def set_password(self, password):"),
            Accept(assistant.ACCOUNT),
        ),
    ),
    Chapter(
        "Back office: the orders of a city, and of a day",
        (
            GoTo("reports.py", after="return buffer.getvalue()"),
            Type("\n\n\ndef orders_from(db, city):"),
            Accept(assistant.ORDERS_FROM, brings=("VET101",), also=("B608",), steps=("The parameter `city` comes in here",)),
            ApplyFix("VET101"),
            GoTo("reports.py", after="return rows.all()"),
            Accept(assistant.ORDERS_SINCE),
            GoTo("reports.py", after='{total:.2f} EUR"}, timeout=10)'),
            Accept(assistant.ANNOUNCE, brings=("VET404",), also=("B113",)),
        ),
    ),
    Chapter(
        "Shop: coupons, and carts that are still there tomorrow",
        (
            GoTo("app.py", after='return "", 204'),
            Accept(assistant.COUPON, brings=("VET508",), also=("B311",)),
            Type("\n\n\ndef load_cart():"),
            Accept(assistant.CART_PICKLED, brings=("VET301",), also=("B301",), steps=("A cookie comes in here",)),
            TakeBack("No edit makes this safe: the completion is taken back"),
            Accept(assistant.CART_FROM_SESSION),
        ),
    ),
    Chapter(
        "Shop: invoices, by the name that a link gives",
        (
            Type('\n\n\n@app.get("/invoices")\ndef invoice():'),
            Accept(
                assistant.INVOICE,
                brings=("VET201",),
                steps=("The query string comes in here", "Goes into `name`", "Goes into `path`"),
            ),
            TakeBack("A name from outside may lead anywhere: taken back, too"),
            Accept(assistant.INVOICE_IN_FOLDER),
        ),
    ),
    Chapter(
        "Shop: thumbnails, in a completion that breaks off",
        (
            Accept(assistant.PICTURE_URL, brings=("VET501",), also=("B324",)),
            GoTo("app.py", after="import random"),
            Type("\nimport subprocess", brings=("B404",)),
            GoTo("app.py", after='?v={digest}"'),
            Accept(assistant.THUMBNAIL, unfinished=True),
            ExpectFindings(("VET508", "VET501", "B404"), "app.py doesn't parse now; its findings stay"),
            Accept(
                assistant.THUMBNAIL_REST, brings=("VET102",), also=("B602",), steps=("The parameter `source` comes in here",)
            ),
            ApplyFix("VET102"),
            ApplyFix("VET501", title="Declare that it isn't used for security"),
        ),
    ),
    Chapter(
        "Shop: search, and a look at an error page",
        (
            GoTo("app.py", after="return response"),
            Type("\n\n\ndef conditions():"),
            Accept(
                assistant.CONDITIONS,
                brings=("VET104",),
                also=("B307",),
                steps=("The query string comes in here", "Goes into `given`"),
            ),
            ApplyFix("VET104"),
            GoTo("app.py", after="app.run(port=8000"),
            Type(", debug=True", brings=("VET701",), also=("B201",)),
            ApplyFix("VET701"),
        ),
    ),
    Chapter(
        "Clean up: fix all that is safe to fix, and say why the rest may stay",
        (
            FixAll("settings.py", removes=("VET404",)),
            FixAll("reports.py", removes=("VET404",)),
            FixAll("app.py", removes=("VET508",)),
            GoTo("app.py", after="import subprocess"),
            Suppress("B404", "risk accepted"),
            ExpectFindings((), "Nothing is left in app.py that nobody has decided on"),
        ),
    ),
)
