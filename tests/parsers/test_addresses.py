"""Taking web addresses out of the wrappings of archives, mail filters and translators."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.parsers.fields import addresses, ids
from digest.parsers.listing_page import furniture

INNER = "https://huggingface.co/papers/2606.00683"
ENCODED = quote(INNER, safe="")

WRAPPED = [
    f"https://web.archive.org/web/20260116000000/{INNER}",
    f"http://web.archive.org/web/20260116000000id_/{INNER}",
    f"/web/20260116000000/{INNER}",
    f"//web.archive.org/web/20260116/{INNER.replace('//', '/')}",
    f"https://archive.ph/2026.01.16-120000/{INNER}",
    f"https://archive.today/o/AbCdE/{INNER}",
    f"https://arquivo.pt/wayback/20260116000000/{INNER}",
    f"https://www.google.com/url?q={INNER}&sa=D&source=editors",
    f"https://www.google.co.uk/url?sa=t&url={ENCODED}&usg=x",
    f"https://scholar.google.com/scholar_url?url={ENCODED}&hl=en&sa=X",
    f"https://nam02.safelinks.protection.outlook.com/?url={ENCODED}&data=05%7C02&reserved=0",
    f"https://eur01.safelinks.protection.outlook.com/ap/w-59584e83/?url={ENCODED}&data=x",
    "https://urldefense.proofpoint.com/v2/url?u=https-3A__huggingface.co_papers_2606.00683&d=x&e=",
    f"https://urldefense.com/v3/__{INNER}__;!!Abc!def$",
    f"https://urldefense.com/v3/__{INNER.replace('://', ':/')}__;!!Abc!def$",
    f"https://linkprotect.cudasvc.com/url?a={ENCODED}&c=E,1,abc&typo=1",
    f"https://secure-web.cisco.com/1AbC-d_e/{ENCODED}",
    f"https://imsva91-ctp.trendmicro.com:443/wis/clicktime/v1/query?url={ENCODED}&umid=1",
    f"https://l.facebook.com/l.php?u={ENCODED}&h=AT0",
    f"https://www.linkedin.com/safety/go?url={ENCODED}&trk=x",
    "https://huggingface-co.translate.goog/papers/2606.00683?_x_tr_sl=en&_x_tr_tl=de",
    f"https://translate.google.com/translate?sl=en&tl=de&u={ENCODED}",
]


@pytest.mark.parametrize("wrapped", WRAPPED)
def test_a_known_wrapping_is_opened(wrapped: str) -> None:
    """The address inside comes out as it was, and names the paper."""
    assert addresses.unwrap(wrapped) == INNER
    assert ids.arxiv_id(wrapped) == "2606.00683"
    assert furniture.link_target(wrapped) == furniture.LinkTarget("paper", "2606.00683")


@pytest.mark.parametrize(
    "stranger",
    [
        f"https://stranger.example/?url={ENCODED}",
        f"https://stranger.example/{INNER}",
        f"https://safelinks.protection.outlook.com.stranger.example/?url={ENCODED}",
        f"https://stranger.example/web/20260116000000/{INNER}",
        f"https://web.archive.org/about/{INNER}",
        f"https://www.google.com/search?q={ENCODED}",
        f"https://protect-us.mimecast.com/s/AbCd?domain={ENCODED}",
        "https://huggingface-co.translate.example/papers/2606.00683",
        f"https://urldefense.com/v4/__{INNER}__;!!Abc!def$",
        f"/web/papers/{INNER}",
    ],
)
def test_any_other_address_stays_closed(stranger: str) -> None:
    """An address that only contains one of a paper is a page of somebody else."""
    assert addresses.unwrap(stranger) == stranger
    assert ids.arxiv_id(stranger) is None
    target = furniture.link_target(stranger)
    assert target is None or target.kind != "paper"


def test_parts_that_a_wrapping_moves_come_back() -> None:
    """Fragments behind a wrapping, replaced bytes, other queries and the listing's mirror."""
    safe = f"https://nam02.safelinks.protection.outlook.com/?url={ENCODED}&reserved=0#community"
    assert f"{INNER}#community" == addresses.unwrap(safe)
    run = "https://urldefense.com/v3/__https://x.org/**A__;YWI!!Abc!def$"
    assert "https://x.org/ab" == addresses.unwrap(run)
    assert "https://x.org/a#b" == addresses.unwrap(
        "https://urldefense.com/v3/__https://x.org/a*b__;Iw!!Abc!def$"
    )
    translated = "https://a--b-example-org.translate.goog/?q=1&_x_tr_sl=en#top"
    assert "https://a-b.example.org/?q=1#top" == addresses.unwrap(translated)
    assert "https://huggingface.co/google" == addresses.unwrap("https://hf-mirror.com/google")


def test_a_doi_and_the_address_of_a_sighting_are_unwrapped() -> None:
    """An archive's or a filter's address of a publisher's page names the page itself."""
    archived = "https://web.archive.org/web/2026/https://doi.org/10.1000/abc"
    assert "10.1000/abc" == ids.doi(archived)
    assert "https://doi.org/10.1000/abc" == ids.address(archived)
    unsafe = "https://www.google.com/url?q=https%3A%2F%2Fx.org%2F%3Cb%3E"
    assert unsafe == ids.address(unsafe)


@given(
    st.lists(
        st.sampled_from(
            [
                "https://web.archive.org/web/20260116000000/{}",
                "https://www.google.com/url?q={quoted}",
                "https://nam02.safelinks.protection.outlook.com/?url={quoted}&data=x",
                "https://secure-web.cisco.com/1A/{quoted}",
            ]
        ),
        max_size=4,
    )
)
def test_wrappings_inside_wrappings_are_opened(wrappings: list[str]) -> None:
    """In any order: a mail filter wraps the address of an archive, and so on."""
    address = INNER
    for wrapping in wrappings:
        address = wrapping.format(address, quoted=quote(address, safe=""))
    assert addresses.unwrap(address) == INNER


@given(st.text(max_size=60), st.sampled_from(WRAPPED))
def test_unwrapping_again_changes_nothing(text: str, wrapped: str) -> None:
    """Whatever stands before or behind an address."""
    for written in (wrapped + text, text + wrapped, text):
        once = addresses.unwrap(written)
        assert once == addresses.unwrap(once)
