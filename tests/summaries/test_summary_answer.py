"""What is read in the answer of an endpoint."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.summaries import answer
from tests.support.model_server import content

LINE = "Lanterns are moored by sound."
STATED = json.dumps({"summary": LINE})


def read(text: object, **more: Any) -> answer.AnswerText:
    """Read an answer with this content."""
    return answer.read(content(text, **more).body)


@pytest.mark.parametrize(
    "text",
    [
        STATED,
        f"\n{STATED}\n",
        f"```json\n{STATED}\n```",
        f"Here you are:\n\n```\n{STATED}\n```\nAnything else?",
        f'<think>The JSON {{}} must hold a "summary".\n</think>\n\n{STATED}',
        f"<think>Perhaps {json.dumps({'summary': 'Another.'})}?</think>{STATED}",
        f"I think first, without a tag at the start </think> {STATED}",
        f"Draft: {json.dumps({'summary': 'A draft.'})}, and at last {STATED}",
        json.dumps({"summary": LINE, "confidence": {"a": [1]}}),
        LINE,
        f'"{LINE}"',
        f"<think>Hm.</think>{LINE}",
        [{"type": "thinking", "thinking": [{"text": "Hm"}]}, {"type": "text", "text": STATED}],
    ],
)
def test_the_sentence_is_found(text: object) -> None:
    """As JSON, alone, in a fence, and behind what the model thought."""
    assert (LINE, "", 500) == read(text)


@pytest.mark.parametrize(
    ("text", "more", "fault"),
    [
        ('{"summary": "Lanterns are', {}, "broken, or has no summary"),
        ('{"line": "Lanterns are moored."}', {}, "broken, or has no summary"),
        ('{"summary": 7}', {}, "broken, or has no summary"),
        ("", {}, "is empty"),
        (f"<think>Perhaps {STATED}?", {}, "within the model's thoughts"),
        (None, {}, "is empty"),
        ("<think>So long a thought", {"finish": "length"}, "cut at the model's limit"),
        (None, {"refusal": "I will not."}, "refused to answer"),
        (STATED, {"finish": "content_filter"}, "refused to answer"),
        ('{"a":' * 5000, {}, "broken, or has no summary"),
        ("{" * 900_000, {}, "broken, or has no summary"),
        (f"```{'a' * 900_000}{{", {}, "broken, or has no summary"),
    ],
)
def test_an_answer_without_a_sentence_says_why(text: Any, more: Any, fault: str) -> None:
    """Its tokens count all the same."""
    found = read(text, **more)
    assert fault in found.fault
    assert ("", 500) == (found.text, found.tokens)


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"[]", b"null", b"<html><h1>Gateway</h1></html>", b'{"choices": 7}', b"\xff\xfe",
        b'{"choices": [{}]}', b'{"choices": [{"message": null}]}', b"[" * 200_000,
    ],
)  # fmt: skip
def test_another_form_is_no_answer(body: bytes) -> None:
    """Nothing is raised."""
    assert "form of chat completions" in answer.read(body).fault


def test_an_answer_without_a_choice_says_so() -> None:
    """As some endpoints give it when they are overloaded."""
    assert "no choice" in answer.read(b'{"choices": []}').fault
    assert "no choice" in answer.read(b'{"error": {"message": "overloaded"}}').fault


def test_tokens_are_none_where_the_endpoint_does_not_count() -> None:
    """Or counts nothing."""
    assert read(LINE, usage=None).tokens is None
    body = b'{"choices": [], "usage": {"prompt_tokens": 7, "completion_tokens": 2}}'
    assert answer.read(body).tokens == 9
    assert answer.read(b'{"choices": [], "usage": {"total_tokens": 0}}').tokens is None


def test_a_count_of_tokens_that_cannot_be_true_is_bounded() -> None:
    """Other programs read it in the report, as a number of 64 bits."""
    assert answer.read(content(LINE, usage=10**30).body).tokens == 10**9


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: content(text).body))
def test_nothing_is_raised(body: bytes) -> None:
    """Whatever comes."""
    answer.read(body)
