"""Copy the newest issue of an edition under a name that is always the same."""

from __future__ import annotations

from collections.abc import Iterable

from digest.model.files import Page
from digest.render import paths


def copy_as_latest(pages: Iterable[Page]) -> tuple[Page, ...]:
    """Copy the HTML and Markdown pages of an issue under the name ``latest``.

    The copies lie in the same folder, so their links hold. The HTML page has the dated page as
    its canonical address. Pages of headings are not copied.
    """
    copies = []
    for page in pages:
        edition, *folder, name = page.path.split("/")
        suffix = name.rpartition(".")[2]
        if suffix in {"html", "md"} and not folder:
            copies.append(Page(paths.latest(edition, suffix), page.body))
    return tuple(copies)
