from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memview.guard.checksums import is_card_number, is_iban, is_national_number
from memview.guard.sensitive import Finding, find_sensitive, mask

SECRETS = {
    "credential: aws key": ["AKIAIOSFODNN7EXAMPLE"],
    "credential: github token": ["ghp_" + "a1B2" * 9],
    "credential: gitlab token": ["glpat-abcDEF123456_abcdef7"],
    "credential: slack token": ["xoxb-123456789012-abcdefGHIJ"],
    "credential: google key": ["AIza" + "Sy0aB" * 7],
    "credential: stripe key": ["sk_live_" + "a1b2" * 6],
    "credential: api key": ["sk-proj-" + "a1B2c3" * 6],
    "credential: huggingface token": ["hf_" + "aB3" * 11],
    "credential: npm token": ["npm_" + "aB3x" * 9],
    "credential: web token": ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"],
    "credential: private key": ["-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----"],
    "credential: connection string": ["postgres://bob:s3cr3t@db.example"],
    "personal: e-mail address": ["ana.silva+tea@mail.example.org"],
    "personal: bank account": ["DE89 3704 0044 0532 0130 00", "GB82WEST12345698765432"],
    "personal: payment card": ["4111 1111 1111 1111", "5500-0000-0000-0004", "340000000000009"],
    "personal: national number": ["123-45-6789", "AB 12 34 56 C", "12345678Z"],
    "personal: phone number": ["+49 30 1234567", "(555) 123-4567", "555-123-4567"],
    "personal: network address": ["192.168.1.20"],
    "personal: street address": ["12 Mill Road", "Hauptstraße 7"],
}
PLAIN = [
    "ISBN 978-3-16-148410-0",
    "order 88-1204 of 2026-02-03, delivered 12.05.2026 at 10:30",
    "version 3.12.1, build 10.2.3",
    "v1.2.3.4 and version 10.20.30.40",
    "parcel 00340434161094042557",
    "card 4111 1111 1111 1112 does not exist",
    "the password is required and the token expired",
    "password: required",
    "SHA d41d8cd98f00b204e9800998ecf8427e",
    "127.0.0.1 and 999.1.1.1",
    "CHG-4471, INC-0931, RB-12, 61,204 of 61,204",
    "https://example.org/path?id=123456789",
    "room 52, six nights, 888 euros, reference CR-0519",
    "@ana wrote 3/4 of it in 1998-2003",
]


@pytest.mark.parametrize(("kind", "secret"), [(kind, one) for kind, found in SECRETS.items() for one in found])
def test_a_secret_is_found_where_it_stands(kind: str, secret: str) -> None:
    text = f"Ana wrote it down: {secret} and left."
    start = text.index(secret)
    assert find_sensitive(text) == (Finding(kind, start, start + len(secret)),)
    assert mask(text) == f"Ana wrote it down: [{kind}] and left."


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("DB_PASSWORD=abc123!def", "abc123!def"),
        ('{"api_key": "q9-xyz-12"}', '"q9-xyz-12'),
        ("The passphrase is tango-4417.", "tango-4417"),
        ("Portal token of the lab: lab-4417-portal. Valid until May.", "lab-4417-portal"),
    ],
)
def test_a_password_is_what_is_assigned(text: str, secret: str) -> None:
    (found,) = find_sensitive(text)
    assert found.kind == "credential: password"
    assert text[found.start : found.end] == secret


def test_a_bearer_token_is_masked_without_its_word() -> None:
    assert mask("Authorization: Bearer abc123def456ghi789") == "Authorization: Bearer [credential: bearer token]"


@pytest.mark.parametrize("text", PLAIN)
def test_plain_numbers_are_left_alone(text: str) -> None:
    assert find_sensitive(text) == ()
    assert mask(text) == text


def test_several_findings_keep_their_order() -> None:
    text = "ana@x.example, then 4111111111111111, then 192.168.7.9"
    assert [found.kind.split(": ")[1] for found in find_sensitive(text)] == [
        "e-mail address",
        "payment card",
        "network address",
    ]


@given(st.text(max_size=300))
def test_findings_are_apart_and_inside_and_masked_text_is_calm(text: str) -> None:
    found = find_sensitive(text)
    place = 0
    for finding in found:
        assert place <= finding.start < finding.end <= len(text)
        place = finding.end
    assert len(mask(text)) <= len(text) + 40 * len(found)


@given(st.integers(0, 10**14 - 1))
def test_one_digit_wrong_is_no_card(number: int) -> None:
    body = f"4{number:014}"
    valid = [digit for digit in "0123456789" if is_card_number(body + digit)]
    assert len(valid) == (1 if len(set(body)) > 1 else len(valid))


def test_check_digits() -> None:
    assert is_iban("FR1420041010050500013M02606")
    assert not is_iban("FR1420041010050500013M02607")
    assert not is_iban("XX1420041010050500013M02606")
    assert is_national_number("12345678Z")
    assert not is_national_number("12345678A")
    assert not is_national_number("000-12-3456")
    assert not is_card_number("1234567890123")
