"""Check digits: what tells a card, an account or an identity from any other long number."""

from __future__ import annotations

_IBAN_LENGTHS = {
    "AT": 20, "BE": 16, "BG": 22, "CH": 21, "CY": 28, "CZ": 24, "DE": 22, "DK": 18, "EE": 20, "ES": 24,
    "FI": 18, "FR": 27, "GB": 22, "GR": 27, "HR": 21, "HU": 28, "IE": 22, "IS": 26, "IT": 27, "LI": 21,
    "LT": 20, "LU": 20, "LV": 21, "MC": 27, "MT": 31, "NL": 18, "NO": 15, "PL": 28, "PT": 25, "RO": 24,
    "SE": 24, "SI": 19, "SK": 24, "SM": 27, "TR": 26, "UA": 29,
}  # fmt: skip
_SPANISH_LETTERS = "TRWAGMYFPDXBNJZSQVHLCKE"


def is_card_number(text: str) -> bool:
    """Luhn's check (ISO/IEC 7812) over 13 to 19 digits of a known issuer's first digits."""
    digits = [int(char) for char in text if char.isdigit()]
    if (
        not 13 <= len(digits) <= 19
        or len(set(digits)) < 2
        or not _is_issued("".join(map(str, digits[:4])), len(digits))
    ):
        return False
    total = sum(digits[-1::-2]) + sum(sum(divmod(2 * digit, 10)) for digit in digits[-2::-2])
    return total % 10 == 0


def _is_issued(first: str, length: int) -> bool:
    """Visa, Mastercard, American Express, Discover, JCB, Maestro: an ISBN (978...) is none of them."""
    if first[0] == "4":
        return length in (13, 16, 19)
    if "51" <= first[:2] <= "55" or "2221" <= first <= "2720":
        return length == 16
    if first[:2] in ("34", "37"):
        return length == 15
    return (first == "6011" or first[:2] in ("65", "35", "50", "56", "57", "58", "63", "67")) and length >= 15


def is_iban(text: str) -> bool:
    """Length by country and the check of ISO 13616 (mod 97)."""
    bare = text.replace(" ", "")
    if _IBAN_LENGTHS.get(bare[:2]) != len(bare) or not bare.isascii():
        return False
    number = "".join(str(int(char, 36)) for char in bare[4:] + bare[:4])
    return int(number) % 97 == 1


def is_national_number(text: str) -> bool:
    """United States, United Kingdom, France and Spain, whose numbers have a shape or check digits of their own."""
    bare = text.replace(" ", "")
    if "-" in bare:
        area, group, serial = bare.split("-")
        return area not in ("000", "666") and area < "900" and group != "00" and serial != "0000"
    if bare[:2].isalpha():
        return bare[:2] not in ("BG", "GB", "KN", "NK", "NT", "TN", "ZZ")
    if bare[-1].isalpha():
        return _SPANISH_LETTERS[int(bare[:-1]) % 23] == bare[-1]
    return "01" <= bare[3:5] <= "12" and 97 - int(bare[:13]) % 97 == int(bare[13:])
