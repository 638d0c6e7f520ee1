"""An issue as a post of each chat service: below its limit, and without markup of papers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, get_args

import markdown
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.model.issues import Issue, Section, Teaser
from digest.model.mail_settings import Chat, ChatKind
from digest.model.settings import Site
from digest.render import chat, escape
from digest.render.chat import inert, services
from tests.support.builders import guids, issue, item

KINDS: tuple[ChatKind, ...] = get_args(ChatKind)
SITE = Site(url="https://digest.example.org/", title="Harbour Papers")
PAGE = "https://digest.example.org/daily/2026-11-22.html"
# By service: of these numbers of papers, those that do not fit with long teasers.
SHORTENED: dict[str, tuple[int, ...]] = {
    "discord": (17, 36, 100), "ntfy": (17, 36, 100), "telegram": (17, 36, 100),
    "zulip": (36, 100), "mattermost": (36, 100), "teams": (100,), "matrix": (100,),
}  # fmt: skip
HOSTILE = (
    "<!channel> <@U1> @everyone @here #general [x](https://e.example) ![i](//e) **b** _i_ ~s~ `c`"
    " ||spoiler|| :tada: /remind $x$ $TSLA www.e.example \\* <b>b</b> &lt; https://e.example/?a|b>"
)
# What acts in one of the services. None of it may stand in a paper's words.
ACTING = re.compile(
    r"[<>@`*&|#\[\]\\~$]|://|www\.|:[\w+'-]+:|(?<![^\W_])_|_(?![^\W_])|(?<![\w/.])/[^\W_]|\n"
)


def channel(kind: ChatKind = "slack", **fields: Any) -> Chat:
    """Return a channel of this service."""
    return Chat(name="lab", kind=kind, url="env:LAB", **fields)


def choose(made: Issue, **fields: Any) -> chat.ChatPost:
    """Return the post of an issue for a channel, which must have one."""
    post = chat.choose(made, channel(**fields), SITE, {"daily"})
    assert post is not None
    return post


def strings(value: Any) -> Iterator[str]:
    """Yield all texts of a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from strings(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from strings(part)


def shown(kind: ChatKind, made: Issue, **fields: Any) -> str:
    """Return all texts of a post as one."""
    return "\n".join(strings(chat.fields(kind, choose(made, kind=kind, **fields))))


def issue_of(count: int, words: int = 30, **fields: Any) -> Issue:
    """Return an issue of so many papers with a teaser of so many words."""
    teaser = Teaser(text="lantern " * words, source="abstract")
    papers = (item(n, f"Paper {n} on Lanterns", one_line=teaser) for n in range(1, count + 1))
    return issue(*papers, **fields)


@pytest.mark.parametrize("kind", KINDS)
def test_a_post_has_title_counts_papers_and_the_issue(kind: ChatKind) -> None:
    """In each service, with the link of each paper."""
    text = shown(kind, issue_of(3, 4))
    for words in ("Harbour Papers: Sunday 22 November 2026", "3 new papers", "lantern lantern"):
        assert words in text
    for number in (1, 2, 3):
        assert f"Paper {number} on Lanterns" in text
        assert f"https://example.org/{number}" in text
    assert PAGE in text


def test_posts_look_so() -> None:
    """The forms of all services, of an issue with one paper to read first and one withdrawn."""
    first = item(1, "Kelp & Tides", one_line=Teaser(text="Tides turn.", source="abstract"))
    last = item(2, "Gulls", retracted=True)
    made = choose(issue(last, first, picks=(first.guid,)))
    texts = {
        "discord": (
            "**Harbour Papers: Sunday 22 November 2026**\n2 new papers.\n\n"
            "• [Kelp ＆ Tides](<https://example.org/1>)\nTides turn.\n\n"
            f"• [Gulls (withdrawn)](<https://example.org/2>)\n\n[The issue on its page](<{PAGE}>)"
        ),
        "telegram": (
            "<b>Harbour Papers: Sunday 22 November 2026</b>\n2 new papers.\n\n"
            '• <a href="https://example.org/1">Kelp ＆ Tides</a>\nTides turn.\n\n'
            '• <a href="https://example.org/2">Gulls (withdrawn)</a>\n\n'
            f'<a href="{PAGE}">The issue on its page</a>'
        ),
        "ntfy": (
            "2 new papers.\n\n• Kelp ＆ Tides\nhttps://example.org/1\nTides turn.\n\n"
            f"• Gulls (withdrawn)\nhttps://example.org/2\n\nThe issue on its page\n{PAGE}"
        ),
    }
    assert texts["discord"] == chat.fields("discord", made)["content"]
    plain_links = re.sub(r"<(https[^>]*)>", r"\1", texts["discord"])
    assert plain_links == chat.fields("mattermost", made)["text"]
    assert plain_links == chat.fields("zulip", made)["content"]
    assert texts["telegram"] == chat.fields("telegram", made)["text"]
    assert texts["ntfy"] == chat.fields("ntfy", made)["message"]
    event = chat.fields("matrix", made)
    assert texts["telegram"].replace("\n", "<br>") == event["formatted_body"]
    assert f"Harbour Papers: Sunday 22 November 2026\n{texts['ntfy']}" == event["body"]
    header, lead, papers, tail = chat.fields("slack", made)["blocks"]
    assert "Harbour Papers: Sunday 22 November 2026" == header["text"]["text"]
    assert "2 new papers." == lead["text"]["text"]
    assert (
        "• <https://example.org/1|Kelp ＆ Tides>\nTides turn.\n\n"
        "• <https://example.org/2|Gulls (withdrawn)>"
    ) == papers["text"]["text"]
    assert f"<{PAGE}|The issue on its page>" == tail["text"]["text"]
    card = chat.fields("teams", made)["attachments"][0]["content"]
    assert [
        "Harbour Papers: Sunday 22 November 2026", "2 new papers.",
        "[Kelp ＆ Tides](https://example.org/1)", "Tides turn.",
        "[Gulls (withdrawn)](https://example.org/2)", f"[The issue on its page]({PAGE})",
    ] == [block["text"] for block in card["body"]]  # fmt: skip
    assert {
        "title": "Harbour Papers: Sunday 22 November 2026",
        "lead": "2 new papers.",
        "url": PAGE,
        "total": 2,
        "papers": [
            {"guid": first.guid, "title": "Kelp & Tides", "url": "https://example.org/1",
             "teaser": "Tides turn.", "topic": "Vision"},
            {"guid": last.guid, "title": "Gulls (withdrawn)", "url": "https://example.org/2",
             "teaser": "", "topic": "Vision"},
        ],
    } == chat.fields("webhook", made)  # fmt: skip


def test_papers_to_read_first_come_first_and_the_rest_is_counted() -> None:
    """Then the order of the page, up to the channel's number of papers."""
    made = issue_of(36, 3)
    names = guids(made.papers)
    made = msgspec.structs.replace(made, picks=(names[20], names[5], "urn:gone"))
    post = choose(made, papers=4)
    assert [names[20], names[5], names[0], names[1]] == [paper.guid for paper in post.papers]
    assert (36, "32 more in the issue") == (post.total, _tail(post))


def _tail(post: chat.ChatPost) -> str:
    return str(chat.fields("ntfy", post)["message"]).splitlines()[-2]


def test_a_channel_may_want_some_topics_and_words() -> None:
    """Both must fit, as `[profile]` compares words; the post says how many of all it has."""
    tides, kelp, gulls = item(1, "Tides"), item(2, "Kélp", abstract="Tide pools"), item(3, "Gulls")
    sections = (
        Section(topic="sea", name="The sea", papers=(tides, kelp)),
        Section(topic="air", name="The air", papers=(gulls,)),
    )
    made = issue(sections=sections)
    for topics, words, papers, counts in (
        (["sea"], [], [tides, kelp], "2 of 3 papers"),
        ([], ["kelp", "gull"], [kelp, gulls], "2 of 3 papers"),
        (["air"], ["gulls"], [gulls], "1 of 3 papers"),
        (["sea", "air"], [], [tides, kelp, gulls], "3 papers"),
    ):
        post = choose(made, topics=tuple(topics), words=tuple(words))
        assert guids(papers) == [paper.guid for paper in post.papers]
        assert f"{counts} for this channel." == post.lead
    assert chat.choose(made, channel(topics=("air",), words=("tide",)), SITE) is None


def test_an_issue_without_papers_says_why() -> None:
    """But not to a channel that wants certain papers."""
    made = issue(verdict="weekend")
    assert "the listing rests at the weekend" in shown("discord", made)
    assert chat.choose(made, channel(topics=("vision",)), SITE) is None


def test_a_second_edition_of_a_period_is_named() -> None:
    """As in the feed of issues."""
    post = chat.choose(issue_of(1), channel(), SITE)
    assert post is not None
    assert "Harbour Papers: Sunday 22 November 2026, daily" == post.title


def test_a_paper_without_an_address_links_to_its_place_on_the_page() -> None:
    """And one with an address that is no link, or longer than a post can spare."""
    for url in ("", "javascript:alert(1)", f"https://example.org/{'a' * 500}"):
        post = choose(issue(item(1, url=url)))
        assert f"{PAGE}#p-000000000000" == post.papers[0].url


def test_what_a_model_wrote_is_marked() -> None:
    """As everywhere."""
    line = Teaser(text="A lamp.", source="model", model="qwen3:8b")
    assert "A lamp. (summary by qwen3:8b)" in shown("discord", issue(item(one_line=line)))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [0, 1, 17, 36, 100])
def test_a_post_is_cut_between_papers_below_the_limit(kind: ChatKind, count: int) -> None:
    """What does not fit is counted."""
    made = issue_of(count, 60)
    fields = chat.fields(kind, choose(made, papers=100))
    _check_limits(kind, fields)
    text = "\n".join(strings(fields))
    named = set(map(int, re.findall(r"Paper (\d+) on Lanterns", text)))
    assert set(range(1, len(named) + 1)) == named
    assert min(count, 1) <= len(named)
    rest = count - len(named)
    if kind != "webhook":
        assert (f"{rest} more in the issue" in text) == bool(rest)
    assert bool(rest) == (count in SHORTENED.get(kind, ()))


def _check_limits(kind: ChatKind, fields: dict[str, Any]) -> None:
    def units(text: str) -> int:
        return len(text.encode("utf-16-le")) // 2

    data = msgspec.json.encode(fields)
    if kind == "slack":
        blocks = fields["blocks"]
        assert len(blocks) <= 50
        assert units(blocks[0]["text"]["text"]) <= 150
        assert all(0 < units(block["text"]["text"]) <= 3000 for block in blocks)
    limits = {
        "discord": ("content", 2000), "mattermost": ("text", 16_383), "telegram": ("text", 4096),
        "zulip": ("content", 10_000),
    }  # fmt: skip
    if kind in limits:
        name, most = limits[kind]
        assert 0 < units(fields[name]) <= most
    if kind == "ntfy":
        assert len(fields["message"].encode()) <= 4096
    assert len(data) <= {"teams": 28_000, "matrix": 60_000}.get(kind, 1 << 20)


TEXTS = st.text(st.characters() | st.sampled_from("<>@#*_~`|[]()\\:/$&\n-1.) "), max_size=60)


@given(st.lists(st.tuples(TEXTS, TEXTS, st.integers(1, 200)), max_size=12), TEXTS, st.data())
def test_no_text_is_markup_and_no_post_too_long(
    texts: list[tuple[str, str, int]], title: str, data: st.DataObject
) -> None:
    """Whatever papers are called, and however long."""
    kind = data.draw(st.sampled_from(KINDS))
    papers = [
        item(n, name * times, url=f"https://example.org/{times * '('}",
             one_line=Teaser(text=teaser * times, source="abstract"))
        for n, (name, teaser, times) in enumerate(texts, start=1)
    ]  # fmt: skip
    site = Site(title=title * 3, url="https://digest.example.org/")
    post = chat.choose(issue(*papers), channel(kind, papers=100), site)
    assert post is not None
    fields = chat.fields(kind, post)
    _check_limits(kind, fields)
    assert not any(_is_steered(text) for text in strings(fields)) or kind == "webhook"
    for paper in papers:
        assert not ACTING.search(inert.text(paper.title))
        assert not re.match(r"[-+=]|\d+[.)](\s|$)", inert.text(paper.title))


# Some parsers take "&#0" for a character also without a semicolon; no address of a paper has it.
PATHS = TEXTS.filter(lambda path: "&#" not in path)


@given(st.lists(st.tuples(TEXTS, TEXTS, PATHS), min_size=1, max_size=4))
def test_real_parsers_find_our_links_alone(texts: list[tuple[str, str, str]]) -> None:
    """Of Markdown and of HTML: a bold title, and a link for each paper and the issue."""
    papers = [
        item(n, title or "-", url=f"https://example.org/{url}",
             one_line=Teaser(text=teaser, source="abstract"))
        for n, (title, teaser, url) in enumerate(texts, start=1)
    ]  # fmt: skip
    post = choose(issue(*papers))
    links = [*(paper.url for paper in post.papers), PAGE]
    for fields, name in ((chat.fields("telegram", post), "text"), *_markdown_posts(post)):
        source = fields[name]
        is_html = name != "content"
        parser = _Tags()
        parser.feed(source if is_html else markdown.markdown(source))
        assert {"b", "a", "strong", "p"} >= set(parser.tags)
        encoded = links if is_html else list(map(_encoded, links))
        assert encoded == parser.links


def _markdown_posts(post: chat.ChatPost) -> list[tuple[dict[str, Any], str]]:
    # The same text as for Mattermost and Teams.
    return [(chat.fields("zulip", post), "content")]


def _encoded(url: str) -> str:
    return re.sub(r"[()\[\]*|';@]", lambda match: f"%{ord(match[0]):02X}", url)


def _is_steered(text: str) -> bool:
    return text != escape.xml_chars(text)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "webhook"])
def test_hostile_titles_are_words(kind: ChatKind) -> None:
    """They mention nobody, link nowhere, and look like what they are."""
    teaser = Teaser(text=f"- {HOSTILE}", source="abstract")
    text = shown(kind, issue(item(1, f"# {HOSTILE}", one_line=teaser)))
    for sign in (
        "<!", "<@", "@everyone", "@here", "#general", "](https://e.example", "**b**", "`c`", "||",
        ":tada:", " /remind", "$x$", "www.e", "<b>b", "&lt;", "\n- ", "https://e.example/?a",
    ):  # fmt: skip
        assert sign not in text, sign
    for look in ("‹!channel›", "＠everyone", "＃general", "ˋcˋ", "∗∗b∗∗", "∶tada:", "∕remind"):
        assert look in text


def test_ordinary_words_stay_as_they_are() -> None:
    """Titles of real papers have signs that act nowhere."""
    for words in ("CLIP: R-CNN at 10-20% (v2), 3:1 and/or p=0.05 in snake_case, C++ 1.5x – “ok”?",
                  "2.5D Vision", "3 Ways", "./run", ") a", "O(n log n)", "Ünïcödé 光"):  # fmt: skip
        assert words == inert.text(words)


@pytest.mark.parametrize(
    ("words", "inert_words"),
    [("- a", "‐ a"), ("+ a", "＋ a"), ("1. a", "1․ a"), ("12) a", "12） a"), ("=", "＝"),
     ("7.", "7․"), (" \n# a", "＃ a"), ("__init__", "ˍˍinitˍˍ"), ("_www.a.b", "ˍwww․a.b"),
     ("", "")],
)  # fmt: skip
def test_what_begins_a_line_is_no_list(words: str, inert_words: str) -> None:
    """Nor a heading, and dunders are no emphasis."""
    assert inert_words == inert.text(words)


def test_long_words_are_cut_at_a_blank() -> None:
    """With an ellipsis, below the number of characters."""
    assert "one two…" == inert.shortened("one two three", 10)
    assert "abcdefghi…" == inert.shortened("abcdefghijklmnop", 10)
    assert "one two" == inert.shortened("one two", 7)
    assert "𝐚…" == inert.shortened("𝐚𝐛𝐜", 4)  # of two units each


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags = list[str]()
        self.links = list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for _, value in attrs]


@pytest.mark.parametrize("kind", ["telegram", "matrix"])
def test_html_has_our_tags_alone(kind: ChatKind) -> None:
    """And the addresses come out as they are."""
    url = "https://example.org/?a=1&lt=2&b=\"'><b>"
    fields = chat.fields(kind, choose(issue(item(1, HOSTILE, url=url)), kind=kind))
    parser = _Tags()
    parser.feed(fields["text" if kind == "telegram" else "formatted_body"])
    assert {"b", "a"} | ({"br"} if kind == "matrix" else set()) == set(parser.tags)
    assert [escape.address(url), PAGE] == parser.links


def test_addresses_cannot_end_a_link() -> None:
    """Parentheses and brackets are percent-encoded where Markdown would end the link.

    So is the sign of a mention, which some services look for in the text before its markup.
    """
    url = "https://example.org/a_(b)[c]*|d@channel"
    for kind in ("discord", "mattermost", "zulip", "teams"):
        assert "https://example.org/a_%28b%29%5Bc%5D%2A%7Cd%40channel" in shown(
            kind, issue(item(url=url))
        )
    assert "<https://example.org/a_(b)[c]*%7Cd@channel|" in shown("slack", issue(item(url=url)))


def test_nobody_is_notified() -> None:
    """Where a service has a switch for that, and none shows previews of ten links."""
    post = choose(issue_of(1))
    assert {"parse": []} == chat.fields("discord", post)["allowed_mentions"]
    assert 4 == chat.fields("discord", post)["flags"]
    assert {} == chat.fields("matrix", post)["m.mentions"]
    assert (False, False) == (
        chat.fields("slack", post)["unfurl_links"], chat.fields("slack", post)["unfurl_media"],
    )  # fmt: skip
    assert {"is_disabled": True} == chat.fields("telegram", post)["link_preview_options"]


def test_limits_are_those_of_the_services() -> None:
    """As `conventions` have them."""
    assert (2000, 3000, 150, 4096, 4096, 16_383, 28_000) == (
        services.DISCORD, services.SLACK_BLOCK, services.SLACK_HEADER, services.TELEGRAM,
        services.NTFY, services.MATTERMOST, services.TEAMS,
    )  # fmt: skip
