"""What the mail of an issue shows, and how much of it."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest import errors
from digest.editorial.calendar import OPEN
from digest.model.issues import Issue, Period, RisingPaper, UpdatedPaper
from digest.model.settings import Edition, Settings, Site
from digest.render import paths
from digest.render.mail import content, message, recipient, samples, subject
from digest.render.site import notes
from digest.render.site.templates import Templates
from tests.support import mails
from tests.support.mails import PERSON, SETTINGS, part, send
from tests.support.pages import TEMPLATES, element_texts, parse

HOSTILE = "<script>alert(1)</script> {{7*7}} & \"x\" 'y' \u202eright\u202c 😀 =?utf-8?q?z?= \0"
SIZES = (1, 17, 36, 114, 328, 1000)
LIMIT = 90_000


def with_kilobytes(kilobytes: int) -> Settings:
    """Return the settings with another budget."""
    mail = msgspec.structs.replace(mails.MAIL, kilobytes=kilobytes)
    return msgspec.structs.replace(SETTINGS, mail=mail)


def links(html: str) -> list[str]:
    """Return the addresses of all links."""
    return [str(link) for link in parse(html.encode()).xpath("//a/@href")]


@pytest.mark.parametrize("count", SIZES)
def test_the_html_part_stays_within_its_budget(count: int) -> None:
    """With CRLF, after decoding; up to 328 papers with every title and address in both parts."""
    whole = mails.issue(count)
    data = send(whole, note=True)
    html, text = part(data, "html"), part(data, "plain")
    assert LIMIT >= len(html.encode())
    shown = mails.render(whole, note=True).papers
    if count <= 328:
        assert [item.guid for item in whole.papers] == list(shown)
    else:
        assert 328 < len(shown) < count
        assert " more on the web" in html
        assert " more in the issue" in text
    words = " ".join(text.split())
    addresses = links(html)
    for item in whole.papers:
        is_shown = item.guid in set(shown)
        assert is_shown == (item.title in html)
        assert is_shown == (item.title in words)
        assert is_shown == (item.url in addresses)
        assert is_shown == (f"  {item.url}\r\n" in text)


@given(st.integers(0, 60), st.integers(20, 200))
def test_levels_come_one_after_the_other(count: int, kilobytes: int) -> None:
    """No abstract before all teasers, no teaser before all titles; both parts show the same."""
    whole, settings = mails.issue(count), with_kilobytes(kilobytes)
    data = send(whole, settings)
    html, text = part(data, "html"), " ".join(part(data, "plain").split())
    assert kilobytes * 1000 >= len(html.encode())
    flat = " ".join(parse(html.encode()).text_content().split())
    lines = [item.one_line.text for item in whole.papers if item.one_line]
    abstracts = [" ".join((item.abstract or "").split()) for item in whole.papers]
    teasers = [f"“{line}”" in flat for line in lines]
    folded = [abstract in flat for abstract in abstracts]
    assert teasers == [f"“{line}”" in text for line in lines]
    assert folded == [abstract in text for abstract in abstracts]
    if any(folded):
        assert all(teasers)
    if any(teasers):
        assert count == len(mails.render(whole, settings).papers)


def test_papers_to_read_first_and_followed_ones_get_room_first() -> None:
    """Where few teasers fit, those are the ones; a reason of one's own shows beside any title."""
    whole = mails.issue(328)
    html = part(send(whole), "html")
    items = {item.guid: item for item in whole.papers}
    for guid in (*whole.picks, *whole.followed):
        line = items[guid].one_line
        assert line
        assert f"“{line.text}”" in html
    last = whole.papers[-1]
    after = html.partition(f"<b>{last.title}</b></a></p>\r\n")[2]
    assert after.startswith('<p class="end"')  # the foot
    followed = msgspec.structs.replace(whole, picks=(), followed={last.guid: ("Follows Ada",)})
    assert "follows Ada" in part(send(followed, with_kilobytes(75)), "html")


def test_teasers_are_spread_over_all_headings() -> None:
    """No heading is without teasers while another has several."""
    root = parse(part(send(mails.issue(328)), "html").encode())
    counts = [0]
    for element in root.xpath("//h2 | //p[@class='line']"):
        if element.tag == "h2":
            counts.append(0)
        else:
            counts[-1] += 1
    under = [count for count in counts[1:] if count]
    assert 8 == len(under)
    assert max(under) - min(under) <= 2


@pytest.mark.parametrize("count", [0, 36, 328])
def test_lines_are_short(count: int) -> None:
    """In text 78 characters but for addresses; in HTML below 998 octets; 76 as sent, in ASCII."""
    data = send(mails.issue(count), note=True)
    assert data.isascii()
    _, _, body = data.partition(b"\r\n\r\n")
    assert 76 >= max(len(line) for line in body.split(b"\r\n") if b"boundary" not in line)
    assert b"\n" not in data.replace(b"\r\n", b"")
    assert 998 > max(map(len, part(data, "html").encode().split(b"\r\n")))
    for line in part(data, "plain").split("\r\n"):
        assert 78 >= len(line) or "://" in line or "mailto:" in line, line


def test_the_html_part_keeps_to_what_mail_programs_show() -> None:
    """Styles in the elements, tables for layout alone, nothing loaded, no rule within a rule."""
    html = part(send(mails.issue(36), note=True), "html")
    root = parse(html.encode())
    assert {"presentation"} == {table.get("role") for table in root.iter("table")}
    assert [] == root.xpath("//img | //script | //link | //*[@src] | //*[@background]")
    assert "url(" not in html
    assert "@import" not in html
    (style,) = root.xpath("//style/text()")
    assert 8192 > len(style)
    assert 1 == style.count("@")
    for element in root.xpath("//body//*[self::p or self::h1 or self::h2 or self::a]"):
        assert element.get("style"), element.text
    for element in root.xpath("//td[contains(@style, ' color:')] | //body"):
        assert "background-color:" in element.get("style")
    (scheme,) = root.xpath("//meta[@name='color-scheme']/@content")
    assert "light dark" == scheme
    assert "<!--[if mso]><table" in html
    assert "max-width: 600px" in html


def test_the_same_inputs_give_the_same_bytes() -> None:
    """Also with templates compiled anew, so that a second try sends the same."""
    again = content.render_content(mails.issue(36), SETTINGS, Templates([TEMPLATES], None))
    assert mails.render(mails.issue(36)) == again
    assert send(mails.issue(36)) == send(mails.issue(36))


def test_nothing_of_a_paper_is_markup_or_a_header_line() -> None:
    """Its words are text in both parts, and no mark of a recipient's words can be forged."""
    secret = recipient.marks(mails.issue(1), Settings(root="", mail=mails.MAIL)).why
    hostile = mails.paper(0, title=f"{HOSTILE} {secret}", abstract=HOSTILE * 3, url="javascript:x")
    whole = msgspec.structs.replace(
        mails.issue(1),
        sections=(msgspec.structs.replace(mails.issue(1).sections[0], papers=(hostile,)),),
    )
    data = send(whole)
    html, text = part(data, "html"), part(data, "plain")
    assert "<script" not in html
    assert "javascript:" not in html + text
    assert secret in html  # stays what it is: words of a title
    for words in ("<script>alert(1)</script> {{7*7}}", "=?utf-8?q?z?="):
        assert words in " ".join(text.split())
        assert words in parse(html.encode()).text_content()
    for sign in "\0\u202e\u202c":
        assert sign not in html + text


def test_a_paper_without_an_address_leads_to_our_page() -> None:
    """So does one whose address is but a search for its title, which is as long as two titles."""
    search = "https://huggingface.co/papers?q=Lanterns"
    papers = (mails.paper(0, url=""), mails.paper(1, url=search))
    section = msgspec.structs.replace(mails.issue(2).sections[0], papers=papers, parts=())
    whole = msgspec.structs.replace(mails.issue(2), sections=(section,))
    page = "https://papers.example.org/daily/2026-11-20.html"
    data = send(whole)
    for item in papers:
        assert f"{page}#{paths.anchor(item.guid)}" in links(part(data, "html"))
        assert f"{page}#{paths.anchor(item.guid)}" in part(data, "plain")
    here = msgspec.structs.replace(SETTINGS, site=Site())
    data = send(whole, here)
    assert "localhost" not in part(data, "html") + part(data, "plain")
    assert search in links(part(data, "html"))


def test_an_issue_without_papers_says_why() -> None:
    """The verdict is the lead, and the subject says it too."""
    whole = mails.issue(0)
    read = mails.parse(send(whole))
    assert "No papers, Friday 20 November" == read["Subject"]
    for kind in ("plain", "html"):
        assert "a weekday on which the listing always rests" in " ".join(
            part(send(whole), kind).split()
        )


def test_nothing_of_yours_is_one_line() -> None:
    """It names the number of papers that came, and holds none of them."""
    whole = mails.issue(36)
    made = content.render_nothing(whole, SETTINGS, mails.TEMPLATES)
    assert () == made.papers
    data = message.make_message(made, SETTINGS, PERSON, "urn:1", whole.moment)
    assert "Nothing of yours, Friday 20 November" == mails.parse(data)["Subject"]
    for kind in ("plain", "html"):
        words = part(data, kind)
        assert "Nothing of yours was among the 36 papers of this issue." in words
        assert whole.papers[0].title not in words
        assert "https://papers.example.org/daily/2026-11-20.html" in words


def test_a_week_is_named_by_its_days() -> None:
    """A weekly issue has its own title and day of issue, and its edition in the subject."""
    span = Period(first="2026-11-09", last="2026-11-15", main="daily")
    whole = mails.issue(3, edition="weekly", date="2026-11-16", span=span)
    editions = (Edition(), Edition(name="weekly", period="week"))
    data = send(whole, msgspec.structs.replace(SETTINGS, editions=editions))
    assert mails.parse(data)["Subject"].startswith("3 papers, week of 9 November 2026: ")
    assert "Issued Monday 16 November 2026" in part(data, "plain")
    assert '"Shore Letters, weekly" <weekly.papers.example.org>' == mails.parse(data)["List-Id"]
    since = msgspec.structs.replace(span, incomplete=True)
    assert OPEN in since.interval
    data = send(mails.issue(3, span=since))
    assert "Since 9 November 2026" in part(data, "html")
    assert mails.parse(data)["Subject"].startswith("3 papers, since 9 November 2026: ")


def test_follow_ups_lead_to_our_pages() -> None:
    """A paper of an earlier issue without an address leads to its place there."""
    updated = UpdatedPaper(
        guid="urn:digest:1", title="Old", url="", issue="2026-11-14", changes=("abstract added",)
    )
    rising = [
        RisingPaper(
            guid=f"urn:digest:{number}", title=f"Up {number}", url=f"https://example.org/{number}",
            issue="2026-11-15", issued="2026-11-15", upvotes=(4, 37),
        )
        for number in range(12)
    ]  # fmt: skip
    data = send(mails.issue(2, updated=(updated,), rising=tuple(rising)))
    place = f"https://papers.example.org/daily/2026-11-14.html#{paths.anchor('urn:digest:1')}"
    assert place in links(part(data, "html"))
    assert place in part(data, "plain")
    for kind in ("plain", "html"):
        assert "Up 9" in part(data, kind)
        assert "Up 10" not in part(data, kind)
        assert "and 2 more in the issue" in part(data, kind)


def test_papers_beyond_the_limit_stand_by_title() -> None:
    """They have no teaser, and their heading says so."""
    whole = mails.issue(6)
    more = whole.papers[4:]
    data = send(msgspec.structs.replace(whole, more=tuple(item.guid for item in more)))
    assert "2 papers by title" in part(data, "html")
    for item in more:
        assert item.one_line
        assert item.title in " ".join(part(data, "plain").split())
        assert item.one_line.text not in " ".join(part(data, "plain").split())


def test_the_editors_note_is_shown_unless_it_is_too_long() -> None:
    """One that takes more than half of the mail stays on the page, to which it is linked."""
    data = send(mails.issue(3), note=True)
    assert "the ferries" in part(data, "html")
    assert "A *quiet* one; see [the ferries](https://ferries.example/timetable)." in part(
        data, "plain"
    )
    note = notes.render_note("long words " * 4500)
    made = content.render_content(mails.issue(3), SETTINGS, mails.TEMPLATES, note=note)
    data = message.make_message(made, SETTINGS, PERSON, "urn:1", mails.issue(3).moment)
    for kind in ("plain", "html"):
        assert "long words" not in part(data, kind)
        assert "https://papers.example.org/daily/2026-11-20.html" in part(data, kind)
        assert "too long for a mail" in part(data, kind)


@pytest.mark.parametrize("count", [0, 1, 2, 36])
def test_a_preheader_fills_the_inbox_line(count: int) -> None:
    """It is hidden, and has 40 to 130 characters."""
    html = part(send(mails.issue(count)), "html")
    (words,) = element_texts(parse(html.encode()), "//div[contains(@style, 'display: none')]")
    assert 40 <= len(words) <= 130
    if count == 36:
        assert words.startswith("36 new papers under 8 headings.")


@pytest.mark.parametrize(
    ("expected", "whole"),
    [
        ("36 papers, Friday 20 November: Deilebapei and four more", mails.issue(36)),
        ("1 paper, Friday 20 November: Deilebapei", mails.issue(1)),
        ("3 papers, Friday 20 November: Deilebapei and two more", mails.issue(3, picks=())),
        ("1 paper, Friday 20 November, second issue: Deilebapei", mails.issue(1, ordinal=2)),
        ("1 paper, Friday 20 November, mine: Deilebapei", mails.issue(1, edition="mine")),
    ],
)
def test_the_subject_names_what_is_inside(expected: str, whole: Issue) -> None:
    """The number, the day, the first paper's name and how many others are to be read first."""
    assert expected == subject.subject(whole, {"daily"})


def test_a_block_of_ones_own_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    """The rest stays, styles are inlined there too, and the foot cannot be left out."""
    own = '{% extends "shipped/mail.html" %}{% block mast %}<h1>Mine: {{ day }}</h1>{% endblock %}'
    (tmp_path / "mail.html").write_text(own)
    templates = Templates([tmp_path, TEMPLATES], None)
    made = content.render_content(mails.issue(3), SETTINGS, templates)
    data = message.make_message(made, SETTINGS, PERSON, "urn:1", mails.issue(3).moment)
    assert re.search(r"<h1 style=\"[^\"]+\">Mine: Friday 20 November 2026</h1>", part(data, "html"))
    (tmp_path / "mail.html").write_text(
        '{% extends "shipped/mail.html" %}{% block foot %}{% endblock %}'
    )
    with pytest.raises(errors.SettingsError, match=r"mail\.html: does not print recipient\.why"):
        content.render_content(mails.issue(3), SETTINGS, Templates([tmp_path, TEMPLATES], None))


def test_without_a_mailbox_for_it_nothing_offers_to_unsubscribe() -> None:
    """As for one's own address: then there is nothing to leave."""
    mail = msgspec.structs.replace(mails.MAIL, unsubscribe=None, reply_to=None, postal=None)
    person = msgspec.structs.replace(PERSON, origin="configuration")
    data = send(mails.issue(3), msgspec.structs.replace(SETTINGS, mail=mail), person)
    assert None is mails.parse(data)["List-Unsubscribe"]
    for kind in ("plain", "html"):
        assert "nsubscribe" not in part(data, kind)
        assert "hange what you get" not in part(data, kind)
        assert "this address stands in its configuration." in " ".join(part(data, kind).split())


def test_the_samples_of_the_check_fill_every_part() -> None:
    """`digest check` finds a template of one's own that only fails with a paper, or without."""
    made = samples.render_samples(SETTINGS, mails.TEMPLATES)
    assert [2, 0, 0] == [len(mail.papers) for mail in made]
