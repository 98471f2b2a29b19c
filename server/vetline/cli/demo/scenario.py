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
            Open("app.py", has=("B311",)),
        ),
    ),
    Chapter(
        "Settings: shipping prices and exchange rates",
        (
            GoTo("settings.py", after='timeout=5).json()["open"]'),
            Type("\n\n\ndef shipping_prices():"),
            Accept(assistant.SHIPPING, brings=("B506",)),
            ApplyFix("B506"),
            GoTo("settings.py", after="# one document"),
            Accept(assistant.EXCHANGE, brings=("B113", "B501")),
            ApplyFix("B501"),
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
            Accept(assistant.ORDERS_FROM, brings=("B608",)),
            ApplyFix("B608"),
            GoTo("reports.py", after="return rows.all()"),
            Accept(assistant.ORDERS_SINCE),
            GoTo("reports.py", after='{total:.2f} EUR"}, timeout=10)'),
            Accept(assistant.ANNOUNCE, brings=("B113",)),
        ),
    ),
    Chapter(
        "Shop: coupons, and carts that are still there tomorrow",
        (
            GoTo("app.py", after='return "", 204'),
            Accept(assistant.COUPON, brings=("B311",)),
            Type("\n\n\ndef load_cart():"),
            Accept(assistant.CART_PICKLED, brings=("B403", "B301")),
            TakeBack("No edit makes this safe: the completion is taken back"),
            Accept(assistant.CART_FROM_SESSION),
        ),
    ),
    Chapter(
        "Shop: thumbnails, in a completion that breaks off",
        (
            Accept(assistant.PICTURE_URL, brings=("B324",)),
            GoTo("app.py", after="import random"),
            Type("\nimport subprocess", brings=("B404",)),
            GoTo("app.py", after='?v={digest}"'),
            Accept(assistant.THUMBNAIL, unfinished=True),
            ExpectFindings(("B311", "B311", "B324", "B404"), "app.py doesn't parse now; its findings stay"),
            Accept(assistant.THUMBNAIL_REST, brings=("B602",)),
            ApplyFix("B602", brings=("B603", "B607")),
            ApplyFix("B324", title="Declare that it isn't used for security"),
        ),
    ),
    Chapter(
        "Shop: search, and a look at an error page",
        (
            GoTo("app.py", after="return response"),
            Type("\n\n\ndef conditions():"),
            Accept(assistant.CONDITIONS, brings=("B307",)),
            ApplyFix("B307"),
            GoTo("app.py", after="app.run(port=8000"),
            Type(", debug=True", brings=("B201",)),
            ApplyFix("B201"),
        ),
    ),
    Chapter(
        "Clean up: fix all that is safe to fix, and say why the rest may stay",
        (
            FixAll("settings.py", removes=("B113",)),
            FixAll("reports.py", removes=("B113",)),
            FixAll("app.py", removes=("B311",)),
            GoTo("app.py", after="shown = "),
            Suppress("B311", "false positive"),
            ExpectFindings(("B404", "B603", "B607"), "What is left in app.py is advice on starting programs"),
        ),
    ),
)
