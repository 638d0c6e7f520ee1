"""Write a post in the form of each chat service, below its limit.

A post is cut at the border of a paper. Lengths of texts are counted in units of UTF-16; services
that count whole characters count fewer.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

import msgspec

from digest.model.mail_settings import ChatKind
from digest.render import escape
from digest.render.chat import inert
from digest.render.chat.post import ChatPost, PostedPaper

DISCORD = 2000  # https://discord.com/developers/docs/resources/webhook#execute-webhook
SLACK_BLOCK, SLACK_HEADER, SLACK_BLOCKS = 3000, 150, 50  # docs.slack.dev, Block Kit
MATTERMOST = 16_383
TEAMS = 28_000  # bytes of the whole JSON
TELEGRAM = 4096
MATRIX = 40_000  # bytes of both texts: an event has 65,536 with its signatures
ZULIP = 10_000
NTFY = 4096  # bytes; longer messages become a file
_TITLE, _TEASER, _LEAD = 250, 450, 500  # units shown, so that a paper fits everywhere
_NO_EMBEDS = 1 << 2  # the flag of Discord that shows no preview of links
_NOT_IN_MARKDOWN = re.compile(r"[()\[\]*|';@]")

Fields = dict[str, Any]
Written = TypeVar("Written")


class _Dialect(NamedTuple):
    """How a service writes bold words and links; both get words that are inert already."""

    bold: Callable[[str], str]
    link: Callable[[str, str], str]


def fields(kind: ChatKind, post: ChatPost) -> Fields:
    """Return the fields of the request by which a service takes the post."""
    return _webhook(post) if kind == "webhook" else _WRITERS[kind](_inert(post))


def _inert(post: ChatPost) -> ChatPost:
    """Return the post with words that are markup nowhere, none of them too long."""
    papers = (
        paper._replace(
            title=inert.shortened(paper.title, _TITLE),
            teaser=inert.shortened(paper.teaser, _TEASER),
        )
        for paper in post.papers
    )
    return post._replace(
        title=inert.shortened(post.title, SLACK_HEADER),
        lead=inert.shortened(post.lead, _LEAD),
        papers=tuple(papers),
    )


def _discord(post: ChatPost) -> Fields:
    content = _cut(post, _DISCORD, lambda text: inert.units(text) <= DISCORD)
    # Nobody is notified, even if a text should come through as a mention.
    return {"content": content, "allowed_mentions": {"parse": []}, "flags": _NO_EMBEDS}


def _mattermost(post: ChatPost) -> Fields:
    return {"text": _cut(post, _MARKDOWN, lambda text: inert.units(text) <= MATTERMOST)}


def _telegram(post: ChatPost) -> Fields:
    text = _cut(post, _HTML, lambda text: inert.units(text) <= TELEGRAM)
    return {"text": text, "parse_mode": "HTML", "link_preview_options": {"is_disabled": True}}


def _zulip(post: ChatPost) -> Fields:
    return {"content": _cut(post, _MARKDOWN, lambda text: inert.units(text) <= ZULIP)}


def _ntfy(post: ChatPost) -> Fields:
    untitled = post._replace(title="")
    message = _cut(untitled, _PLAIN, lambda text: len(text.encode()) <= NTFY)
    return {"title": post.title, "message": message, "click": post.url}


def _matrix(post: ChatPost) -> Fields:
    def write(shown: int) -> Fields:
        return {
            "msgtype": "m.notice",
            "body": _text(post, _PLAIN, shown),
            "format": "org.matrix.custom.html",
            "formatted_body": _text(post, _HTML, shown).replace("\n", "<br>"),
            "m.mentions": {},  # nobody
        }

    return _longest(post, write, lambda event: _size(event) <= MATRIX)


def _slack(post: ChatPost) -> Fields:
    def write(shown: int) -> Fields:
        papers = [_paper(paper, _SLACK) for paper in post.papers[:shown]]
        texts = [post.lead, *_packed(papers, SLACK_BLOCK), _tail(post, _SLACK, shown)]
        header = {"type": "plain_text", "text": post.title, "emoji": False}
        sections = ({"type": "section", "text": {"type": "mrkdwn", "text": text}} for text in texts)
        return {
            "text": f"{post.title}. {post.lead}",  # shown in notifications
            "blocks": [{"type": "header", "text": header}, *sections],
            "unfurl_links": False,
            "unfurl_media": False,
        }

    return _longest(post, write, lambda message: len(message["blocks"]) <= SLACK_BLOCKS)


def _teams(post: ChatPost) -> Fields:
    def write(shown: int) -> Fields:
        lines = [_block(post.title, weight="Bolder", size="Medium"), _block(post.lead)]
        for paper in post.papers[:shown]:
            lines.append(_block(_MARKDOWN.link(paper.title, paper.url), spacing="Medium"))
            if paper.teaser:
                lines.append(_block(paper.teaser, spacing="None", isSubtle=True))
        lines.append(_block(_tail(post, _MARKDOWN, shown), spacing="Medium"))
        card = {
            "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
            "type": "AdaptiveCard",
            "version": "1.4",
            "body": lines,
        }
        kind = "application/vnd.microsoft.card.adaptive"
        return {"type": "message", "attachments": [{"contentType": kind, "content": card}]}

    return _longest(post, write, lambda message: _size(message) <= TEAMS)


def _block(text: str, **look: Any) -> Fields:
    return {"type": "TextBlock", "text": text, "wrap": True, **look}


def _webhook(post: ChatPost) -> Fields:
    """Return the form of our own, whose words are as they are: the receiver escapes them."""
    return {
        "title": escape.json_text(post.title),
        "lead": escape.json_text(post.lead),
        "url": post.url,
        "total": post.total,
        "papers": [
            {name: escape.json_text(words) for name, words in paper._asdict().items()}
            for paper in post.papers
        ],
    }


def _cut(post: ChatPost, dialect: _Dialect, fits: Callable[[str], bool]) -> str:
    return _longest(post, lambda shown: _text(post, dialect, shown), fits)


def _longest(
    post: ChatPost, write: Callable[[int], Written], fits: Callable[[Written], bool]
) -> Written:
    """Return what is written of as many papers as fit; without any it is taken to fit."""
    for shown in range(len(post.papers), 0, -1):
        if fits(written := write(shown)):
            return written
    return write(0)


def _text(post: ChatPost, dialect: _Dialect, shown: int) -> str:
    title = [dialect.bold(post.title)] if post.title else []
    papers = [_paper(paper, dialect) for paper in post.papers[:shown]]
    head = "\n".join([*title, post.lead])
    return "\n\n".join([head, *papers, _tail(post, dialect, shown)])


def _paper(paper: PostedPaper, dialect: _Dialect) -> str:
    line = f"• {dialect.link(paper.title, paper.url)}"
    return f"{line}\n{paper.teaser}" if paper.teaser else line


def _tail(post: ChatPost, dialect: _Dialect, shown: int) -> str:
    rest = post.total - shown
    words = f"{rest:,} more in the issue" if rest and shown else post.link
    return dialect.link(words, post.url)


def _packed(papers: Iterable[str], most: int) -> Sequence[str]:
    """Return the papers in as few texts of at most ``most`` units as their order allows."""
    texts: list[str] = []
    for paper in papers:
        joined = f"{texts[-1]}\n\n{paper}" if texts else paper
        if texts and inert.units(joined) <= most:
            texts[-1] = joined
        else:
            texts.append(paper)
    return texts


def _size(value: Fields) -> int:
    return len(msgspec.json.encode(value))


def _markdown_address(url: str) -> str:
    return _NOT_IN_MARKDOWN.sub(lambda match: f"%{ord(match[0]):02X}", url)


def _and(url: str) -> str:
    return url.replace("&", "&amp;")


# Angle brackets, so that Discord shows no preview.
_DISCORD = _Dialect("**{}**".format, lambda words, url: f"[{words}](<{_markdown_address(url)}>)")
_MARKDOWN = _Dialect("**{}**".format, lambda words, url: f"[{words}]({_markdown_address(url)})")
_SLACK = _Dialect("*{}*".format, lambda words, url: f"<{_and(url)}|{words}>")
_HTML = _Dialect("<b>{}</b>".format, lambda words, url: f'<a href="{_and(url)}">{words}</a>')
_PLAIN = _Dialect(str, lambda words, url: f"{words}\n{url}")
_WRITERS: dict[ChatKind, Callable[[ChatPost], Fields]] = {
    "slack": _slack,
    "discord": _discord,
    "mattermost": _mattermost,
    "teams": _teams,
    "telegram": _telegram,
    "matrix": _matrix,
    "zulip": _zulip,
    "ntfy": _ntfy,
}
