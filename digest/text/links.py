"""Build the web addresses that follow from a paper's identifiers or its title.

Parsers, editorial rules and pages share these functions, because an address that is stored in a
sighting or an issue must equal the one on the page.
"""

from __future__ import annotations

from urllib.parse import quote

# Characters that need no encoding in a path, besides letters and digits (RFC 3986, section 3.3).
# All others are encoded, among them those of the DOI handbook: "%", "#", "?", '"', "<", ">".
_PATH = "/:@!$&'()*+,;="

_LISTING = "https://huggingface.co/papers"
_TITLE_SEARCH = f"{_LISTING}?q="


def arxiv_page(arxiv_id: str) -> str:
    """Return the address of a paper's abstract page at arXiv."""
    return f"https://arxiv.org/abs/{_path(arxiv_id)}"


def arxiv_pdf(arxiv_id: str) -> str:
    """Return the address of a paper's PDF at arXiv."""
    return f"https://arxiv.org/pdf/{_path(arxiv_id)}"


def doi_page(doi: str) -> str:
    """Return the address that resolves a DOI, given as a name and not percent-encoded."""
    return f"https://doi.org/{_path(doi)}"


def identifier_page(arxiv_id: str | None, doi: str | None = None) -> str | None:
    """Return the address of the better identifier, arXiv before DOI; None without any."""
    if arxiv_id:
        return arxiv_page(arxiv_id)
    return doi_page(doi) if doi else None


def title_search(title: str) -> str:
    """Return the address of a search for a title, for papers without identifier and page."""
    return _TITLE_SEARCH + quote(title, safe="", errors="ignore")


def is_title_search(url: str) -> bool:
    """Return whether an address was made by `title_search`."""
    return url.startswith(_TITLE_SEARCH)


def is_listing_page(url: str) -> bool:
    """Return whether an address is a paper's page at Hugging Face."""
    return url.startswith(f"{_LISTING}/")


def _path(identifier: str) -> str:
    # Halves of surrogate pairs, which a damaged dump may hold, have no encoding: leave them out.
    return quote(identifier, safe=_PATH, errors="ignore")
