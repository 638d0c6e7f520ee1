"""Mail addresses: what is one, which are the same, and what a server is given."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.text import addresses

LOCALS = st.text(min_size=1, max_size=20)
DOMAINS = st.sampled_from(["example.org", "MÜLLER.example", "straße.example", "xn--mller-kva.de"])


@pytest.mark.parametrize(
    ("text", "name", "address"),
    [
        ("me@example.org", "", "me@example.org"),
        ("  me@example.org ", "", "me@example.org"),
        ("Me+Papers@Example.ORG", "", "Me+Papers@Example.ORG"),
        ("Ada Byron <ada@example.org>", "Ada Byron", "ada@example.org"),
        ('"Byron, Ada \\"A\\"" <ada@example.org>', 'Byron, Ada "A"', "ada@example.org"),
        ("<ada@example.org>", "", "ada@example.org"),
        ("root@localhost", "", "root@localhost"),
        ("o'neil/x=y@example.org", "", "o'neil/x=y@example.org"),
        ("ада@пример.example", "", "ада@пример.example"),
    ],
)
def test_an_address_is_kept_as_it_was_given(text: str, name: str, address: str) -> None:
    """With the name before it, unquoted."""
    assert (name, address) == addresses.parse_named(text)
    assert address == addresses.parse(text)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "no @"),
        ("me", "no @"),
        ("@example.org", "before the @"),
        ("me@", "after the @"),
        ("me@example.org\n", "line break"),
        ("me@example.org\r\nBcc: you@example.org", "line break"),
        ("Me\n <me@example.org>", "line break"),
        ("me\u2028@example.org", "invisible"),
        ("me\u202e@example.org", "invisible"),
        ("me@example.org\0", "invisible"),
        ("a b@example.org", "' ' must not stand"),
        ("a,b@example.org", "',' must not stand"),
        ("a@b@example.org", "more than one @"),
        ("a..b@example.org", "a dot before the @"),
        (".a@example.org", "a dot before the @"),
        ('"a b"@example.org', "quotation marks"),
        ("me@example..org", "a dot stands alone"),
        ("me@example.org.", "a dot stands alone"),
        ("me@-example.org", "no part of a domain"),
        ("me@exa_mple.org", "no part of a domain"),
        ("me@exam ple.org", "no part of a domain"),
        ("me@\N{SNOWMAN}.example", "no part of a domain"),
        ("me@[192.0.2.1]", "no part of a domain"),
        ("me@192.0.2.1", "an address of numbers"),
        (f"{'a' * 65}@example.org", "64 octets"),
        (f"{'ü' * 33}@example.org", "64 octets"),
        (f"me@{'a' * 64}.org", "no part of a domain"),
        (f"me@{'.'.join(['a' * 60] * 5)}.org", "254 octets"),
        ("me@example.org <me@example.org", "more than one @"),
        ("<me@example.org> me", "must not stand"),
        ("a <b@example.org> <c@example.org>", "more than one @"),
    ],
)
def test_what_is_no_address_is_refused_with_the_reason(text: str, reason: str) -> None:
    """A line break above all: it would be a header line of its own."""
    with pytest.raises(ValueError, match=reason):
        addresses.parse(text)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Me@Example.org", "me@example.ORG"),
        ("me@müller.example", "me@MÜLLER.example"),
        ("me@müller.example", "me@xn--mller-kva.example"),
        ("me@mu\u0308ller.example", "me@m\u00fcller.example"),
        ("rene\u0301@example.org", "ren\u00e9@example.org"),
        ("me@example\N{IDEOGRAPHIC FULL STOP}org", "me@example.org"),
        ("STRASSE@example.org", "straße@example.org"),
    ],
)
def test_addresses_of_one_mailbox_fold_to_the_same(one: str, other: str) -> None:
    """Capitals, composed letters and punycode make no difference."""
    assert addresses.fold(addresses.parse(one)) == addresses.fold(addresses.parse(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("me@strasse.example", "me@straße.example"),
        ("me@example.org", "me@example.com"),
        ("me+a@example.org", "me+b@example.org"),
        ("m.e@example.org", "me@example.org"),
    ],
)
def test_addresses_of_two_people_do_not(one: str, other: str) -> None:
    """By the rules of 2003, straße would be strasse, which belongs to somebody else."""
    assert addresses.fold(one) != addresses.fold(other)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("Me@MÜLLER.example", "Me@xn--mller-kva.example"),
        ("me@straße.example", "me@xn--strae-oqa.example"),
        ("me@ΣΑΣ.example", "me@xn--mxa9ab.example"),
        ("ада@пример.example", "ада@xn--e1afmkfd.example"),
    ],
)
def test_a_server_is_given_the_domain_in_punycode(address: str, expected: str) -> None:
    """What stands before the @ stays as it was given."""
    assert expected == addresses.envelope(addresses.parse(address))


def test_a_domain_of_thousands_of_letters_costs_nothing() -> None:
    """Anybody can type one into the form, and its punycode takes time by the square of it."""
    letters = "".join(map(chr, range(0x4E00, 0x4E00 + 2600)))
    started = time.process_time()
    with pytest.raises(ValueError, match="is no part of a domain"):
        addresses.parse(f"me@{letters}.example")
    assert 0.5 > time.process_time() - started


@given(LOCALS, DOMAINS)
def test_whatever_is_accepted_is_one_word_and_folds_once(local: str, domain: str) -> None:
    """No white space, no bracket; folding twice is folding once; folding keeps an address one."""
    try:
        address = addresses.parse(f"{local}@{domain}")
    except ValueError:
        return
    assert not {*' \t\r\n<>,;:"()[]\\'} & {*addresses.envelope(address).rpartition("@")[0]}
    folded = addresses.fold(address)
    assert folded == addresses.fold(folded)
    assert addresses.envelope(folded).isascii() == folded.rpartition("@")[0].isascii()
