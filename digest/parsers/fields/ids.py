"""Read arXiv ids, DOIs and web addresses out of fields.

Each function takes the whole text of one field; only `cited_arxiv_id` searches inside a text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from urllib.parse import unquote

from digest.parsers.fields import addresses

_ARCHIVES = (
    "acc-phys|adap-org|alg-geom|ao-sci|astro-ph|atom-ph|bayes-an|chao-dyn|chem-ph|cmp-lg|comp-gas|"
    "cond-mat|cs|dg-ga|funct-an|gr-qc|hep-ex|hep-lat|hep-ph|hep-th|math|math-ph|mtrl-th|nlin|"
    "nucl-ex|nucl-th|patt-sol|physics|plasm-ph|q-alg|q-bio|quant-ph|solv-int|supr-con"
)
_MONTH = r"(?:0[1-9]|1[0-2])"
# The years and months of each scheme (https://info.arxiv.org/help/arxiv_identifier.html): four
# digits from April 2007 to December 2014, five since then, and before that the archive's name.
_FOUR_DIGITS = rf"(?:070[4-9]|071[0-2]|(?:0[89]|1[0-4]){_MONTH})\.\d{{4}}"
_FIVE_DIGITS = rf"(?:1[5-9]|[2-9]\d){_MONTH}\.\d{{5}}"
_OLD_NUMBER = r"\d{7}"  # the archive before it is enough of a mark
_ID = (
    rf"(?P<id>{_FOUR_DIGITS}|{_FIVE_DIGITS}"
    rf"|(?P<archive>{_ARCHIVES})(?:\.[a-z-]+)?/(?P<number>{_OLD_NUMBER}))"
)
_MIRRORS = (
    r"(?:www\.)?(?:xxx|arxiv|eprints)\.lanl\.gov|xxx\.itp\.ac\.cn|xxx\.(?:tau\.ac\.il|itep\.ru)"
    r"|arxiv\.org\.cn"
)
_HOSTS = (
    rf"(?:(?:[\w-]+\.)*arxiv\.org|{_MIRRORS})(?::(?:80|443))?"
    r"/{1,2}(?:abs|pdf|html|format|ps|src|e-print|bibtex)"
    r"|(?:www\.)?ar5iv\.org/(?:abs|html|papers)"
    r"|(?:www\.)?alphaxiv\.org/(?:\w+/)?\w+"
    r"|(?:www\.)?(?:huggingface|hf)\.co(?::(?:80|443))?/(?:api/)?papers"
    r"|(?:www\.)?hf-mirror\.com/(?:api/)?papers"
    r"|(?:www\.)?papers\.cool/arxiv"
    r"|(?:www\.)?scirate\.com/arxiv"
    r"|(?:www\.)?arxiv-vanity\.com/papers"
)
_RESOLVER = r"(?:https?://)?(?:(?:dx|www)\.)?doi\.org/"
# Strings, which `re` compiles on first use: many a page holds no id, and this takes long.
# The id is in the pattern three times, and each time its groups need names of their own.
_ARXIV = (
    rf"(?ai)(?:(?:arxiv:|oai:arxiv\.org:)?\s*{_ID}(?:v\d+)?(?:\s*\[.*)?"
    rf"|(?:(?:https?:)?//)?(?:{_HOSTS})/(?:arxiv:)?{_ID.replace('P<', 'P<at_')}(?:v\d+)?"
    rf"(?:\.pdf)?(?:[/?#].*)?"
    rf"|(?:{_RESOLVER}|doi:\s*)?10\.48550/arxiv\.{_ID.replace('P<', 'P<doi_')}(?:v\d+)?)"
)
_CITED = rf"(?ai)\barxiv:\s{{0,3}}{_ID}(?!\d)"
_DOI = (
    rf"(?ai)(?:{_RESOLVER}|doi:\s*|https?://[^/\s]+/doi/(?:[a-z]+/)?)?(10\.\d{{4,9}}(?:/|%2f)\S+)"
)
_ADDRESS_CHARACTER = r"[^\s\x00-\x20\x7f<>\"\\^`{|}]"
_ADDRESS = rf"(?i)https?://(?![/?#]){_ADDRESS_CHARACTER}+"
_MAX_CHARS = 2048  # longer fields hold no id; the limit keeps the patterns fast


def first(parse: Callable[[str], str | None], fields: Iterable[str]) -> str | None:
    """Return the first result of one of this module's functions that is not None."""
    return next((result for field in fields if (result := parse(field))), None)


def arxiv_id(field: str) -> str | None:
    """Return the arXiv id a field consists of, without its version, or None.

    Takes ids (``2606.00683v2``, ``arXiv:astro-ph/0601001v1``, ``oai:arXiv.org:...``), the
    addresses of arXiv and of sites that list its papers, and arXiv's own DOIs. The subject
    class of an old id is dropped: ``math.GT/0309136`` and ``math/0309136`` are one paper
    (https://info.arxiv.org/help/arxiv_identifier.html).
    """
    match = _fullmatch(_ARXIV, field)
    if match is None:
        return None
    for prefix in ("", "at_", "doi_"):
        if match[f"{prefix}archive"]:
            return f"{match[f'{prefix}archive'].lower()}/{match[f'{prefix}number']}"
        if arxiv_id := match[f"{prefix}id"]:
            return arxiv_id
    return None


def cited_arxiv_id(text: str) -> str | None:
    """Return the first arXiv id that a text marks as one (``arXiv preprint arXiv:2606.00683``)."""
    match = re.search(_CITED, text)
    return arxiv_id(match[0]) if match else None


def doi(field: str) -> str | None:
    """Return the DOI a field consists of, in lower case and without resolver, or None.

    Returns None for DOIs that arXiv gave: `arxiv_id` reads those. None also for one with
    invisible characters.
    """
    if "10." not in field:  # most fields that are asked about
        return None
    match = _fullmatch(_DOI, field)
    if match is None:
        return None
    # In an address a DOI is percent-encoded and may have a query after it; a bare one is as it is.
    doi = match[1] if match[0].startswith("10.") else unquote(match[1].split("?")[0])
    doi = doi.rstrip(".,;").lower()
    if doi.startswith("10.48550/arxiv.") or doi.endswith("/"):
        return None
    # Controls and marks of direction would reach terminals and exports.
    return doi if re.fullmatch(_DOI, doi) and doi.isprintable() else None


def address(field: str) -> str | None:
    """Return the web address a field consists of, or None if it is unsafe.

    A safe address is http or https with a host, and has no blanks, control characters or
    markup. It is taken out of known wrappings (`addresses.unwrap`).
    """
    stripped = field.strip()
    if len(field) > _MAX_CHARS or not re.fullmatch(_ADDRESS, stripped):
        return None
    inner = addresses.unwrap(stripped)
    return inner if re.fullmatch(_ADDRESS, inner) else stripped


def _fullmatch(pattern: str, field: str) -> re.Match[str] | None:
    """Return the match of a whole field, or of the address in the wrapping that it is."""
    if len(field) > _MAX_CHARS:
        return None
    stripped = field.strip()
    if match := re.fullmatch(pattern, stripped):
        return match
    if not stripped.startswith(("http", "/", "HTTP")):
        return None
    inner = addresses.unwrap(stripped)
    return re.fullmatch(pattern, inner) if inner != stripped else None
