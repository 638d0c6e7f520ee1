"""What names a paper in an id field or an address: arXiv ids, DOIs, and safe addresses.

Each function takes the whole text of one field; only `cited` looks inside a text.
"""

from __future__ import annotations

import re
from urllib.parse import unquote

_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|"
    "cond-mat|cs|dg-ga|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin|"
    "nucl-ex|nucl-th|patt-sol|physics|plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_ID = rf"(?P<id>\d{{4}}\.\d{{4,5}}|(?P<archive>{_ARCHIVES})(?:\.[a-z-]+)?/(?P<number>\d{{7}}))"
_HOSTS = (
    r"(?:[\w-]+\.)*arxiv\.org/(?:abs|pdf|html|format|ps|src|e-print)"
    r"|(?:www\.)?ar5iv\.org/(?:abs|html)"
    r"|(?:www\.)?alphaxiv\.org/\w+"
    r"|(?:huggingface|hf)\.co/(?:api/)?papers"
    r"|(?:www\.)?papers\.cool/arxiv"
)
_RESOLVER = r"(?:https?://)?(?:(?:dx|www)\.)?doi\.org/"
_ARXIV = re.compile(
    rf"(?:(?:arxiv:|oai:arxiv\.org:)?\s*{_ID}(?:v\d+)?(?:\s*\[.*)?"
    rf"|(?:https?://)?(?:{_HOSTS})/{_ID.replace('P<', 'P<at_')}(?:v\d+)?(?:\.pdf)?(?:[/?#].*)?"
    rf"|(?:{_RESOLVER}|doi:\s*)?10\.48550/arxiv\.{_ID.replace('P<', 'P<doi_')}(?:v\d+)?)",
    re.IGNORECASE | re.ASCII,
)
_CITED = re.compile(rf"\barxiv:\s{{0,3}}{_ID}(?!\d)", re.IGNORECASE | re.ASCII)
_DOI = re.compile(
    rf"(?:{_RESOLVER}|doi:\s*|https?://[^/\s]+/doi/(?:[a-z]+/)?)?(10\.\d{{4,9}}(?:/|%2f)\S+)",
    re.IGNORECASE | re.ASCII,
)
_HARMLESS = r"[^\s\x00-\x20\x7f<>\"\\^`{|}]"
_ADDRESS = re.compile(rf"https?://(?![/?#]){_HARMLESS}+", re.IGNORECASE)
_LONGEST = 2048  # characters; longer ones name no paper


def arxiv_id(text: str) -> str | None:
    """The versionless arXiv id a field consists of, or None.

    Takes ids (``2606.00683v2``, ``arXiv:astro-ph/0601001v1``, ``oai:arXiv.org:...``), the
    addresses of arXiv and of sites that list its papers, and arXiv's own DOIs. The subject
    class of an old id is dropped: ``math.GT/0309136`` and ``math/0309136`` are one paper
    (https://info.arxiv.org/help/arxiv_identifier.html).
    """
    match = _ARXIV.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None:
        return None
    for form in ("", "at_", "doi_"):
        if match[f"{form}archive"]:
            return f"{match[f'{form}archive'].lower()}/{match[f'{form}number']}"
        if found := match[f"{form}id"]:
            return found
    return None


def cited(text: str) -> str | None:
    """The first arXiv id a reference names as such (``arXiv preprint arXiv:2606.00683``)."""
    match = _CITED.search(text)
    return arxiv_id(match[0]) if match else None


def doi(text: str) -> str | None:
    """The DOI a field consists of, lower case, without resolver, or None.

    Never one of arXiv's: those are arXiv ids written differently.
    """
    match = _DOI.fullmatch(text.strip()) if len(text) <= _LONGEST else None
    if match is None:
        return None
    found = match[1] if text.strip().startswith("10.") else unquote(match[1].split("?")[0])
    found = found.rstrip(".,;").lower()
    return None if found.startswith("10.48550/arxiv.") or found.endswith("/") else found


def address(text: str) -> str | None:
    """The web address a field consists of, or None for anything that could do harm.

    Only http and https, with a host, without blanks, control characters or markup.
    """
    stripped = text.strip()
    return stripped if len(text) <= _LONGEST and _ADDRESS.fullmatch(stripped) else None
