"""Answers that several pages of a person give."""

from __future__ import annotations

import math

from werkzeug import Response

from digest.text.counting import count
from digest.web import answers
from digest.web.context import WebContext


def unknown(context: WebContext) -> Response:
    """Answer that a link stands for nobody."""
    page = context.pages.message(
        "This link is not known",
        "It may be incomplete, too old, or what it stood for was deleted.",
        "If a mail brought you here, open the link in it once more.",
    )
    return answers.page(page, 404)


def way_back(context: WebContext) -> str:
    """Return the sentence that says how who left comes back."""
    if context.settings.takes_subscriptions:
        return "To get issues again, subscribe once more on the front page."
    return "To get issues again, write to the editor."


def too_many(context: WebContext, wait: int) -> Response:
    """Answer that too many forms were sent, and how many seconds to wait."""
    minutes = math.ceil(wait / 60)
    words = f"Many forms were sent just now. Try again in {count(minutes, 'minute')}."
    response = answers.page(context.pages.message("Too many at once", words), 429)
    response.headers["Retry-After"] = str(wait)
    return response


def only_these(context: WebContext) -> str:
    """Return the sentence that says which addresses `[web] allow` lets subscribe."""
    return f"Only these may subscribe here: {', '.join(context.settings.web.allow)}."


def sentence(error: ValueError) -> str:
    """Return what is wrong with a value of a form as a sentence."""
    words = str(error)
    return f"{words[:1].upper()}{words[1:]}{'' if words.endswith('?') else '.'}"
