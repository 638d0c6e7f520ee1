"""Make the Jinja environment of each kind of page: how values are escaped, and the filters.

A kind is the suffix of a template's name: ``html``, ``md`` or ``txt``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import jinja2

from digest.render import escape
from digest.render.site.template_cache import BytecodeCache

SHIPPED = "shipped"


def make(kind: str, folders: Sequence[Path], cache: BytecodeCache | None) -> jinja2.Environment:
    """Return the environment of a kind of page, with the templates in ``folders``.

    Those in the last folder are also named ``shipped/<name>``.
    """
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [
                jinja2.FileSystemLoader([str(folder) for folder in folders]),
                jinja2.PrefixLoader({SHIPPED: jinja2.FileSystemLoader(str(folders[-1]))}),
            ]
        ),
        bytecode_cache=cache,
        # A misspelt name is an error, not an empty text.
        undefined=jinja2.StrictUndefined,
        # A run uses its templates as they were when it read them first.
        auto_reload=False,
        keep_trailing_newline=True,
        lstrip_blocks=True,
        trim_blocks=True,
        autoescape=kind == "html",  # noqa: S701 - `finalize` escapes in its place
        finalize={"md": _markdown, "txt": _plain}.get(kind),
    )
    if kind == "html":
        environment.filters["unbroken"] = lambda words: EscapedText(escape.html_with_dates(words))
    elif kind == "md":
        environment.filters["link"] = _link
    else:
        _add_layout(environment)
    return environment


class EscapedText(str):
    """Text that is escaped already, for its kind of page, and is printed unchanged."""

    __slots__ = ()

    # Autoescape calls this in place of escaping.
    def __html__(self) -> str:
        return self


def _markdown(value: object) -> str:
    return value if isinstance(value, EscapedText) else escape.markdown(str(value))


def _link(words: str, address: str) -> EscapedText:
    label, target = escape.markdown(words), escape.markdown_address(address)
    return EscapedText(f"[{label}]({target})" if target else label)


def _plain(value: object) -> str:
    # One line, because a line that a paper begins could pass for another part of the mail.
    return value if isinstance(value, EscapedText) else " ".join(str(value).split())


def _add_layout(environment: jinja2.Environment) -> None:
    from digest.render import plain_text  # mails alone need it

    environment.filters["wrapped"] = lambda *options: EscapedText(plain_text.wrap(*options))
    environment.filters["lines"] = lambda text: EscapedText(plain_text.wrap_lines(text))
