"""Read the answer of an endpoint for chat completions, as OpenAI defined it and many copy it."""

from __future__ import annotations

import json
import re
from typing import Any, NamedTuple

import msgspec

_MOST_TOKENS = 1_000_000_000  # believed of one answer
_MOST = 20_000  # characters at the end of a text in which the JSON is looked for
_THOUGHTS = ("think", "thinking", "thought", "reasoning")  # tags
# Possessive: else a fence that never closes takes quadratic time.
_FENCE = re.compile(r"```[\w-]*+\n?+(.*?)```", re.DOTALL)
_DECODER = json.JSONDecoder()


class BadAnswer(Exception):
    """An answer without a summary. ``str()`` is the reason."""


class Message(msgspec.Struct):
    """The text of a choice; a list of parts from some endpoints, None from a refusal."""

    content: Any = None
    refusal: Any = None


class Choice(msgspec.Struct):
    """One answer, and why it ends."""

    message: Message
    finish_reason: str | None = None


class Usage(msgspec.Struct):
    """The tokens of question and answer; 0 if the endpoint does not count."""

    total_tokens: int | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None

    @property
    def total(self) -> int:
        """All tokens, thinking included."""
        return self.total_tokens or (self.prompt_tokens or 0) + (self.completion_tokens or 0)


class Completion(msgspec.Struct):
    """The body of an answer, as far as it is read."""

    choices: list[Choice] = []
    usage: Usage | None = None


class AnswerText(NamedTuple):
    """The sentence of an answer, not checked yet, or why it has none; and its tokens.

    ``tokens`` is None if the endpoint did not count them.
    """

    text: str = ""
    fault: str = ""
    tokens: int | None = None


def read(body: bytes) -> AnswerText:
    """Return what an answer says. Raises nothing: ``fault`` has the reason if it has no text."""
    try:
        completion = msgspec.json.decode(body, type=Completion)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        return AnswerText(fault="the answer is not of the form of chat completions")
    usage = completion.usage
    tokens = min(max(usage.total, 0), _MOST_TOKENS) or None if usage else None
    try:
        return AnswerText(_sentence(completion), tokens=tokens)
    except BadAnswer as error:
        return AnswerText(fault=str(error), tokens=tokens)


def _sentence(completion: Completion) -> str:
    if not completion.choices:
        raise BadAnswer("the answer has no choice")
    choice = completion.choices[0]
    if choice.finish_reason == "length":
        raise BadAnswer("the answer was cut at the model's limit")
    if choice.message.refusal or choice.finish_reason == "content_filter":
        raise BadAnswer("the model refused to answer")
    text = _without_thoughts(_text(choice.message.content))
    stated = _stated(text)
    if not (stated or text).strip():
        raise BadAnswer("the answer is empty")
    # An endpoint that asks its model for no form gives the sentence alone, perhaps quoted.
    return stated.strip() if stated is not None else text.strip().strip('"“”').strip()


def _text(content: object) -> str:
    """Return the text of a message. Of a list of parts only those that are text count."""
    if isinstance(content, list):
        parts = (part.get("text") for part in content if isinstance(part, dict))
        return "".join(part for part in parts if isinstance(part, str))
    return content if isinstance(content, str) else ""


def _without_thoughts(text: str) -> str:
    """Return the text behind what a reasoning model thought first, and within a code fence."""
    # Only the end counts: some templates open the thought themselves.
    ends = (text.rfind(tag) + len(tag) for name in _THOUGHTS if (tag := f"</{name}>") in text)
    text = text[max(ends, default=0) :]
    if text.lstrip().startswith(tuple(f"<{name}>" for name in _THOUGHTS)):
        raise BadAnswer("the answer ends within the model's thoughts")
    fenced = _FENCE.search(text)
    return fenced[1] if fenced else text


def _stated(text: str) -> str | None:
    """Return the summary that the last JSON object of the text states; None without an object.

    Raises `BadAnswer` if there is an object without one.
    """
    text = text[-_MOST:]
    if "{" not in text:
        return None
    for match in reversed(list(re.finditer(r"\{", text))):
        try:
            value, _ = _DECODER.raw_decode(text, match.start())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) and isinstance(value.get("summary"), str):
            return str(value["summary"])
    raise BadAnswer("the JSON of the answer is broken, or has no summary")
