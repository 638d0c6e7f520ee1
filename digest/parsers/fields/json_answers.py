"""Tell empty answers of services and their errors from other JSON without papers."""

from __future__ import annotations

from typing import Any

MAX_DEPTH = 5  # wrappers around a list; {"data": {"daily": {"papers": {"items": []}}}} is four
LISTS = (
    "papers data items results entries records articles list hits collection notes message result "
    "resultList recommendedPapers response docs"
).split()
_EMPTY = frozenset(
    {"no_data", "empty", "no_papers", "no papers found for this date", "no posts found"}
)
# Where services put the words of an error. A message alone may be good news, so it comes after.
_ERRORS = ("error", "errors", "errMsg", "fault", "messages")
_MESSAGES = ("message", "detail", "result")
_WORDS = (*_ERRORS, *_MESSAGES, "faultstring", "msg", "reason", "status", "title", "text")
_MAX_CHARS = 200  # of the words of an error answer


def is_empty(root: Any, depth: int = 0) -> bool:
    """Return whether a value is an empty list, an object around one, or a "no data" answer."""
    if not isinstance(root, dict):
        return bool(root == [])
    if any(root.get(key) for key in ("error", "errors")):
        return False
    states = [root, *(item for item in _list(root.get("messages")) if isinstance(item, dict))]
    words = [state.get(key) for state in states for key in ("status", "message")]
    texts = [word.strip().lower() for word in words if isinstance(word, str)]
    if any(word.startswith("error") for word in texts):
        return False
    # DBLP leaves the list out if it is empty.
    if any(word in _EMPTY for word in texts) or root.get("@total") == "0":
        return True
    return depth < MAX_DEPTH and any(is_empty(root.get(key, 0), depth + 1) for key in LISTS)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def complaint(root: Any) -> str:
    """Return why a value without any record is not read."""
    if not isinstance(root, dict | list):
        return "a bare JSON value, not a list of papers"
    if words := error_words(root):
        return f"an error answer: {words}"
    return "JSON, but not a list of papers"


def error_words(root: Any) -> str:
    """Return the words of an error answer, "" if it is none."""
    if not isinstance(root, dict):
        return ""
    words = next((words for key in _ERRORS if (words := _words(root.get(key)))), "")
    for key in _MESSAGES:
        words = words or _words(root.get(key))
    return words[:_MAX_CHARS]


def _words(value: Any, depth: int = 0) -> str:
    """Return the first words in a value that explain an error."""
    if isinstance(value, str):
        return " ".join(value.split())
    if isinstance(value, list) and value and depth < MAX_DEPTH:
        return _words(value[0], depth + 1)
    if isinstance(value, dict) and depth < MAX_DEPTH:
        return next((w for key in _WORDS if (w := _words(value.get(key), depth + 1))), "")
    return ""
