"""The words that `samples` makes its outputs of: tables of text, no code."""

from collections.abc import Mapping, Sequence

MARKETS: Sequence[tuple[str, str]] = (
    *[("DE", "EUR")] * 5,
    *[("FR", "EUR")] * 3,
    *[("US", "USD")] * 4,
    *[("GB", "GBP")] * 3,
    *[("JP", "JPY")] * 2,
    ("PL", "PLN"),
    ("SE", "SEK"),
    ("CH", "CHF"),
    ("ES", "EUR"),
)
PROVIDERS = ("adyen", "adyen", "stripe", "paypal")

BACKGROUND = (
    "checkout.outbox: published {few} events in {some} ms",
    "checkout.outbox: published {few} events in {some} ms",
    "uvicorn.access: 127.0.0.1 GET /healthz 200",
    "uvicorn.access: 127.0.0.1 GET /healthz 200",
    "checkout.db: pool size=12 idle={few} waiting=0",
    "checkout.rates: 31 exchange rates refreshed in {some} ms",
    "checkout.stock: reserved stock released lines={few} after 900 s",
    "checkout.cache: evicted {many} entries, {some} % of budget in use",
    "checkout.mail: {few} order confirmations handed to smtp-relay-2",
    "checkout.metrics: pushed {many} samples",
)
QUERIES = (
    "SELECT o.id, o.status FROM orders o JOIN order_lines l ON l.order_id = o.id WHERE l.sku = $1 LIMIT 500",
    "UPDATE carts SET expires_at = $1 WHERE customer_id = $2 AND state = 'open'",
    "SELECT count(*) FROM events WHERE published_at IS NULL",
)
FAILED_JOB = (
    "2026-03-03 09:45:00,052 INFO  -          checkout.refunds: nightly refunds: 14 to do",
    """2026-03-03 09:45:00,431 ERROR -          checkout.refunds: refund ref_5be0c2 of order ord_90d1c7aa42 failed
Traceback (most recent call last):
  File "/srv/checkout/src/checkout/refunds/tasks.py", line 64, in run
    await self.service.refund(order, lines)
  File "/srv/checkout/src/checkout/refunds/service.py", line 45, in refund
    weights = [to_minor_units(line.price, order.currency) for line in order.lines]
              ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/srv/checkout/src/checkout/money.py", line 23, in to_minor_units
    rounded = amount.quantize(quantum(currency), rounding=ROUND_HALF_EVEN)
                              ^^^^^^^^^^^^^^^^^
  File "/srv/checkout/src/checkout/money.py", line 16, in quantum
    return Decimal(1).scaleb(-EXPONENTS[currency])
                              ~~~~~~~~~^^^^^^^^^^
KeyError: 'JPY'""",
)

FAILING = (
    "tests/test_money.py::test_to_minor_units[JPY-1200-1200]",
    "tests/test_refunds.py::test_a_partial_refund_in_a_currency_without_decimals",
)
TESTS: Mapping[str, Sequence[str]] = {
    "tests/test_money.py": (
        "test_to_minor_units[EUR-12.34-1234]",
        "test_to_minor_units[USD-0.01-1]",
        "test_to_minor_units[GBP-199.995-20000]",
        "test_to_minor_units[KWD-1.2345-1234]",
        "test_to_minor_units[JPY-1200-1200]",
        "test_from_minor_units[EUR-1234-12.34]",
        "test_from_minor_units[BHD-1234-1.234]",
        "test_split_adds_up[weights0]",
        "test_split_adds_up[weights1]",
        "test_split_adds_up[weights2]",
        "test_split_by_no_weights_is_refused",
        "test_an_unknown_currency_is_named_in_the_error[eur]",
        "test_an_unknown_currency_is_named_in_the_error[EURO]",
    ),
    "tests/test_refunds.py": (
        "test_a_whole_refund_gives_back_shipping",
        "test_a_partial_refund_keeps_shipping",
        "test_a_partial_refund_in_a_currency_without_decimals",
        "test_a_line_is_refunded_once",
        "test_a_refund_is_announced_through_the_outbox",
    ),
}
TEST_FILES: Mapping[str, Sequence[str]] = {
    "test_carts.py": ("line", "voucher", "expired_cart", "guest_cart", "gift_wrap"),
    "test_customers.py": ("address", "consent", "merged_account", "vat_id"),
    "test_events.py": ("event", "outbox", "subscriber"),
    "test_idempotency.py": ("key", "second_call", "lost_answer"),
    "test_invoices.py": ("invoice", "credit_note", "tax_line", "pdf", "due_date"),
    "test_mail.py": ("confirmation", "reminder", "bounce"),
    "test_orders_api.py": ("order", "page", "filter", "unknown_order", "cancelled_order"),
    "test_orders_service.py": ("order", "reservation", "total", "status", "comment"),
    "test_payments.py": ("authorisation", "capture", "timeout", "declined_card", "webhook"),
    "test_pricing.py": ("discount", "rule", "bundle", "tier", "rounding"),
    "test_rates.py": ("rate", "missing_rate", "stale_rate"),
    "test_reports.py": ("daily_report", "export", "empty_day", "time_zone"),
    "test_shipping.py": ("parcel", "carrier", "label", "pickup_point"),
    "test_stock.py": ("reservation", "backorder", "warehouse"),
}
VERBS = (
    "creates",
    "keeps",
    "refuses",
    "updates",
    "finds",
    "deletes",
    "counts",
    "lists",
    "restores",
    "locks",
    "logs",
)
PARAMETERS: Sequence[Sequence[str]] = (
    ("EUR", "USD", "GBP"),
    ("0", "1", "99", "100"),
    ("DE-19", "DE-7", "FR-20", "PL-23", "SE-25"),
    ("adyen", "stripe", "paypal"),
    ("True", "False"),
    ("empty", "one", "many"),
    ("draft", "open", "paid", "cancelled"),
)
TESTS_HEAD = """\
============================= test session starts ==============================
platform linux -- Python 3.12.8, pytest-8.3.4, pluggy-1.5.0 -- /srv/checkout/.venv/bin/python
cachedir: .pytest_cache
rootdir: /srv/checkout
configfile: pyproject.toml
plugins: asyncio-0.25.2, cov-6.0.0, anyio-4.8.0
asyncio: mode=Mode.AUTO, asyncio_default_fixture_loop_scope=function
collecting ... collected 400 items

"""
TESTS_TAIL = """
=================================== FAILURES ===================================
_____________________ test_to_minor_units[JPY-1200-1200] ______________________

currency = 'JPY', amount = '1200', units = 1200

    @pytest.mark.parametrize(("currency", "amount", "units"), CASES)
    def test_to_minor_units(currency: str, amount: str, units: int) -> None:
>       assert to_minor_units(Decimal(amount), currency) == units

tests/test_money.py:27:
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _
src/checkout/money.py:23: in to_minor_units
    rounded = amount.quantize(quantum(currency), rounding=ROUND_HALF_EVEN)
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _

currency = 'JPY'

    def quantum(currency: str) -> Decimal:
        \"\"\"Return the smallest amount that can be paid in a currency.\"\"\"
        if len(currency) != 3 or not currency.isupper():
            raise UnknownCurrency(currency)
>       return Decimal(1).scaleb(-EXPONENTS[currency])
E       KeyError: 'JPY'

src/checkout/money.py:16: KeyError
_____________ test_a_partial_refund_in_a_currency_without_decimals _____________

service = <checkout.refunds.service.RefundService object at 0x7f3c1a5e2d50>

    async def test_a_partial_refund_in_a_currency_without_decimals(service: RefundService) -> None:
        order = await an_order(currency="JPY", lines=[("SKU-1042", 1200), ("SKU-2213", 800)], discount=150)
>       refund = await service.refund(order, order.lines[:1])

tests/test_refunds.py:71:
_ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _ _
src/checkout/refunds/service.py:45: in refund
    weights = [to_minor_units(line.price, order.currency) for line in order.lines]
src/checkout/money.py:23: in to_minor_units
    rounded = amount.quantize(quantum(currency), rounding=ROUND_HALF_EVEN)
src/checkout/money.py:16: KeyError
------------------------------ Captured log call -------------------------------
INFO     checkout.orders:service.py:88 placed order=ord_000000000001 items=2 total=1850 JPY
=========================== short test summary info ============================
FAILED tests/test_money.py::test_to_minor_units[JPY-1200-1200] - KeyError: 'JPY'
FAILED tests/test_refunds.py::test_a_partial_refund_in_a_currency_without_decimals - KeyError: 'JPY'
======================== 2 failed, 398 passed in 14.83s ========================
"""

SOURCE_FILES = (
    "src/checkout/carts/pricing.py", "src/checkout/carts/service.py", "src/checkout/carts/vouchers.py",
    "src/checkout/customers/credit.py", "src/checkout/events.py", "src/checkout/invoices/models.py",
    "src/checkout/invoices/pdf.py", "src/checkout/invoices/service.py", "src/checkout/invoices/tax.py",
    "src/checkout/money.py", "src/checkout/orders/api.py", "src/checkout/orders/models.py",
    "src/checkout/orders/schemas.py", "src/checkout/orders/service.py", "src/checkout/payments/adyen.py",
    "src/checkout/payments/paypal.py", "src/checkout/payments/service.py", "src/checkout/payments/stripe.py",
    "src/checkout/payments/webhooks.py", "src/checkout/rates.py", "src/checkout/refunds/service.py",
    "src/checkout/refunds/tasks.py", "src/checkout/reports/daily.py", "src/checkout/reports/export.py",
    "src/checkout/shipping/costs.py", "src/checkout/shipping/customs.py", "tests/conftest.py",
    "tests/test_carts.py", "tests/test_invoices.py", "tests/test_money.py", "tests/test_orders_service.py",
    "tests/test_payments.py", "tests/test_refunds.py", "tests/test_reports.py",
)  # fmt: skip
IMPORTS = (
    "from checkout.money import to_minor_units",
    "from checkout.money import from_minor_units, to_minor_units",
    "from checkout.money import from_minor_units",
    "from checkout.money import quantum, to_minor_units",
)
USES = (
    "    units = to_minor_units({owner}.{amount}, {owner}.currency)",
    "        return from_minor_units({owner}.{amount}_units, {owner}.currency)",
    '        "amount": to_minor_units({owner}.{amount}, {owner}.currency),',
    "    {amount} = from_minor_units(payload[\"{amount}\"], payload[\"currency\"])",
    "            {owner}.{amount}_units += to_minor_units(line.{amount}, {owner}.currency)",
    "        if to_minor_units({owner}.{amount}, {owner}.currency) < MINIMUM_UNITS[{owner}.currency]:",
    '    log.info("{owner} %s: {amount} in minor_units=%d", {owner}.id, units)',
    "    # providers want whole minor_units, also for currencies without any",
    "    return sum(to_minor_units(item.{amount}, currency) for item in {owner}.items)",
    "    {owner}.{amount} = from_minor_units(row.{amount}_minor_units, row.currency)",
)  # fmt: skip
TEST_USES = (
    '    assert to_minor_units({owner}.{amount}, "EUR") == {number}',
    '    assert from_minor_units({number}, "USD") == {owner}.{amount}',
    "    {owner} = an_{owner}({amount}=from_minor_units({number}, currency))",
    '    stub.expect("{amount}", to_minor_units(Decimal("{number}"), currency))',
)
OWNERS = ("order", "cart", "invoice", "refund", "payment", "line", "credit_note")
AMOUNTS = ("total", "price", "shipping", "tax", "discount", "balance")

LOCK_HEAD = (
    "diff --git a/poetry.lock b/poetry.lock\nindex 6d1b0f4..0fe2c58 100644\n--- a/poetry.lock\n+++ b/poetry.lock\n"
)
UPGRADES = (
    (
        "anyio",
        "4.7.0",
        "4.8.0",
        "High level compatibility layer for multiple asynchronous event loop implementations",
    ),
    ("certifi", "2024.12.14", "2025.1.31", "Python package for providing Mozilla's CA Bundle."),
    ("fastapi", "0.115.6", "0.115.8", "FastAPI framework, high performance, easy to learn, fast to code"),
    ("pydantic", "2.10.4", "2.10.6", "Data validation using Python type hints"),
    ("sqlalchemy", "2.0.36", "2.0.38", "Database Abstraction Library"),
    ("starlette", "0.41.3", "0.45.3", "The little ASGI library that shines."),
)
