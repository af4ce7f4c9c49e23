import pytest

from omakase_service.platform.money import money


@pytest.mark.parametrize(
    ("amount", "code", "text"),
    [
        (12.5, "USD", "$12.50"),
        (1234.0, "USD", "$1,234.00"),
        (12900, "KRW", "₩12,900"),
        (980.4, "JPY", "¥980"),
        (0.0, "EUR", "€0.00"),
        (1.2345, "KWD", "KWD 1.234"),
        (7, "CHF", "CHF 7.00"),
        (12.5, "", "12.50"),
        (1200.0, "", "1,200"),
    ],
)
def test_money_has_the_sign_and_the_decimals_of_its_currency(amount, code, text):
    assert money(amount, code) == text
