"""Take web addresses out of the wrappings that archives, mail filters and translators add.

Only wrappings that are known are opened, by their host. Any other address that contains the
address of a paper is a page of its own, and names no paper.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from urllib.parse import parse_qsl, unquote, urlencode

_MAX_CHARS = 4096  # longer texts are no addresses

_SCHEME = r"(?:https?:)?//"
# Strings, which `re` compiles on first use: nearly no address is wrapped.
# Hosts that put the whole address behind their own path, as it is or percent-encoded.
_IN_PATH = (
    rf"(?is)(?:{_SCHEME}(?:web|wayback|web-beta|liveweb)\.archive\.org(?::\d+)?)?"
    r"/web/(?:\d{4,14}|\*|2)(?:[a-z]{2}_)?/(?P<wayback>.+)"
    rf"|{_SCHEME}(?:www\.)?(?:"
    r"archive\.(?:ph|today|is|li|vn|fo|md)/(?:o/\w+|newest|oldest|[\d.-]{8,20})"
    r"|arquivo\.pt/(?:noFrame/)?wayback/\d{4,14}(?:[a-z]{2}_)?"
    r"|webarchive\.org\.uk/wayback/(?:archive|en/archive)/\d{4,14}(?:[a-z]{2}_)?"
    r"|secure-web\.cisco\.com/[\w-]+"
    r"|r\.jina\.ai"
    r")/(?P<path>https?(?::|%3a).+)"
)
# Hosts that put the address into a parameter: the host and path, and the parameter's names.
_GOOGLE = r"(?:www\.)?google\.(?:com|[a-z]{2}|com?\.[a-z]{2})"
_SAFE_LINKS = r"(?:[\w-]+\.)?safelinks\.protection\.(?:outlook\.(?:com|cn)|office365\.us)"
_IN_QUERY = tuple(
    (rf"(?i){_SCHEME}{place}\?", names)
    for place, names in (
        (rf"{_GOOGLE}/url", ("q", "url")),
        (r"scholar\.google\.(?:com|[a-z]{2}|com?\.[a-z]{2})/scholar_url", ("url",)),
        (rf"(?:translate\.google\.[a-z.]{{2,6}}|{_GOOGLE})/translate(?:_c)?", ("u",)),
        (r"translate\.yandex\.[a-z]{2,3}/translate", ("url",)),
        (rf"{_SAFE_LINKS}/[^?#]*", ("url",)),
        (r"urldefense\.(?:proofpoint\.)?com/v1/url", ("u",)),
        (r"linkprotect\.cudasvc\.com/url", ("a",)),
        (r"[\w.-]+\.trendmicro\.com(?::\d+)?/wis/clicktime/v\d/query", ("url",)),
        (r"clicktime\.(?:cloud\.(?:postoffice\.net|symantec\.com)|symantec\.com)/[^?#]*", ("u",)),
        (r"protect\d?\.fireeye\.com/(?:v\d/)?url", ("u",)),
        (r"(?:l|lm)\.facebook\.com/l\.php", ("u",)),
        (r"l\.instagram\.com/", ("u",)),
        (r"(?:www\.)?linkedin\.com/(?:redir/redirect|safety/go)/?", ("url",)),
        (r"(?:www\.)?youtube\.com/redirect", ("q",)),
        (r"out\.reddit\.com/[^?#]*", ("url",)),
        (r"slack-redir\.net/link", ("url",)),
        (r"(?:www\.)?duckduckgo\.com/l/", ("uddg",)),
        (r"link\.(?:zhihu\.com|juejin\.cn|csdn\.net)/", ("target",)),
        (r"vk\.com/away\.php", ("to",)),
    )
)  # fmt: skip
_PROOFPOINT_2 = rf"(?i){_SCHEME}urldefense\.proofpoint\.com/v2/url\?"
_PROOFPOINT_3 = (
    rf"(?is){_SCHEME}urldefense\.(?:com|us|proofpoint\.com)/v3/__(?P<url>.+?)__;(?P<bytes>[^!]*)!"
)
_PROOFPOINT_SIGN = r"(?s)\*(?:\*(.))?"
_RUN_LENGTHS = {
    letter: length
    for length, letter in enumerate(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", start=2
    )
}
_TRANSLATED = r"(?is)(?:https?:)?//([a-z0-9-]+)\.translate\.goog(/[^?#]*)?(?:\?([^#]*))?(#.*)?"
_MIRRORS = rf"(?i){_SCHEME}(?:www\.)?hf-mirror\.com(?=[/?#]|$)"
# Parts of the hosts above. Nearly no address is wrapped, and all are asked about.
_HOST_PARTS = frozenset(
    "archive arquivo webarchive cisco jina google translate safelinks urldefense proofpoint cudasvc"
    " trendmicro symantec postoffice fireeye facebook instagram linkedin youtube reddit slack-redir"
    " duckduckgo zhihu juejin csdn vk hf-mirror yandex".split()
)

# Most addresses are on these sites.
_OWN_SITES = (
    "https://huggingface.co/",
    "https://arxiv.org/",
    "http://arxiv.org/",
    "https://doi.org/",
)


def unwrap(address: str) -> str:
    """Return the address inside all known wrappings, or the same text if there is none.

    Opens web archives (also their relative ``/web/2026.../https://...``), redirects of search
    engines and networks, mail filters, and translated pages. A mirror of the listing gets the
    listing's own name. A fragment behind the wrapping stays. Addresses that cannot be told from
    the wrapping alone (Mimecast, ``t.co``) stay wrapped.
    """
    if len(address) > _MAX_CHARS or not _may_be_wrapped(address):
        return address
    # A mail filter may wrap the address of an archive. Each step shortens the address.
    while inner := next(filter(None, (take_out(address) for take_out in _WRAPPINGS)), None):
        if len(inner) >= len(address):
            break
        address = inner
    return re.sub(_MIRRORS, "https://huggingface.co", address, count=1)


def _may_be_wrapped(address: str) -> bool:
    if address.startswith(_OWN_SITES):
        return False
    if address.startswith("/web/"):
        return True
    host = address.partition("//")[2][:200].partition("/")[0].partition("?")[0].partition(":")[0]
    return not _HOST_PARTS.isdisjoint(host.lower().split("."))


def _from_path(address: str) -> str | None:
    match = re.fullmatch(_IN_PATH, address)
    if match is None:
        return None
    inner = match["wayback"] or match["path"]
    if re.match(r"(?i)https?%3a", inner):
        inner = unquote(inner)
    # An archive's own pages merge the two slashes, and need no scheme.
    inner = re.sub(r"(?i)^(https?):/{1,3}", r"\1://", inner)
    if not re.match(r"(?i)https?://", inner):
        inner = f"http://{inner}" if re.match(r"[\w-]+(?:\.[\w-]+)+(?:[:/?#]|$)", inner) else ""
    return inner or None


def _from_query(address: str) -> str | None:
    for place, names in _IN_QUERY:
        if match := re.match(place, address):
            return _parameter(address[match.end() :], names)
    return None


def _parameter(query: str, names: tuple[str, ...]) -> str | None:
    """Return the first of the named parameters that is a web address, with the fragment."""
    query, _, fragment = query.partition("#")
    values = dict(reversed(parse_qsl(query)))
    for name in names:
        if re.match(r"(?i)https?://", value := values.get(name, "")):
            return f"{value}#{fragment}" if fragment and "#" not in value else value
    return None


def _from_proofpoint_2(address: str) -> str | None:
    """Decode version 2, where ``-`` stands for ``%`` and ``_`` for ``/``."""
    match = re.match(_PROOFPOINT_2, address)
    if match is None:
        return None
    query, _, fragment = address[match.end() :].partition("#")
    written = dict(parse_qsl(query)).get("u", "")
    decoded = unquote(written.replace("-", "%").replace("_", "/"))
    return _parameter(f"{urlencode({'u': decoded})}#{fragment}", ("u",))


def _from_proofpoint_3(address: str) -> str | None:
    """Decode version 3, where ``*`` stands for the next of the bytes behind the address."""
    match = re.match(_PROOFPOINT_3, address)
    if match is None:
        return None
    try:
        encoded = match["bytes"].encode("ascii")
        replaced = base64.urlsafe_b64decode(encoded + b"=" * (-len(encoded) % 4)).decode()
    except (ValueError, binascii.Error):
        return None
    position = 0

    def restore(token: re.Match[str]) -> str:
        nonlocal position
        length = _RUN_LENGTHS.get(token[1], 0) if token[1] else 1
        position += length
        return replaced[position - length : position]

    inner = re.sub(_PROOFPOINT_SIGN, restore, match["url"])
    inner = re.sub(r"(?i)^(https?):/{1,3}", r"\1://", inner)
    return inner if re.match(r"(?i)https?://", inner) else None


def _from_translation(address: str) -> str | None:
    """Return the page that Google translates: its host is a name with hyphens for dots."""
    match = re.fullmatch(_TRANSLATED, address)
    if match is None:
        return None
    host = match[1].replace("--", "\0").replace("-", ".").replace("\0", "-")
    kept = [item for item in (match[3] or "").split("&") if item and not item.startswith("_x_tr_")]
    query = "?" + "&".join(kept) if kept else ""
    return f"https://{host}{match[2] or '/'}{query}{match[4] or ''}"


_WRAPPINGS: tuple[Callable[[str], str | None], ...] = (
    _from_path,
    _from_query,
    _from_proofpoint_2,
    _from_proofpoint_3,
    _from_translation,
)
