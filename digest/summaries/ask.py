"""Ask an endpoint for summaries, one paper a call, within a budget of seconds and tokens."""

from __future__ import annotations

import math
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple, Protocol

from digest.errors import FetchError
from digest.model.fetching import Answer, Request
from digest.model.source_settings import Summary
from digest.summaries import answer, check, prompt
from digest.summaries.prompt import Question

MOST_FAILURES = 5  # in a row, of calls and of answers
_SHARE = 2  # one call takes half of the seconds at most: a call that hangs leaves time for others
_LEAST = 0.05  # seconds; with less left nothing is asked
_POLL = 0.2  # seconds between two looks at whether to stop
_HOST = re.compile(r"^\S+: ")
_REFUSED_FORM = frozenset({400, 422})
_FINAL = {
    401: "the key is not accepted",
    402: "the account has no credit",
    403: "the key is not accepted for this",
    404: "no such address, or no such model",
}


class Asks(Protocol):
    """What sends a request: `http_client.client.Client`."""

    def ask(self, request: Request, seconds: float, /) -> Answer:
        """Return the answer with the status 200, or raise `FetchError`."""


class Attempt(NamedTuple):
    """The answer for one paper: its sentence, and why it is refused or did not come."""

    text: str = ""
    fault: str = ""


class Summariser:
    """Asks for the summaries of a run, which together take at most ``seconds`` and ``tokens``.

    ``stopped`` says why nothing more is asked, and is empty until then. ``calls`` and ``tokens``
    count what was asked, ``faults`` the answers that were refused, by reason. Tokens that an
    endpoint does not count are estimated. The budget of tokens is looked at before each call, so
    the last one may exceed it.

    ``wait`` waits up to so many seconds, and returns True if the run is to end: then a call in
    progress is left to itself.
    """

    def __init__(
        self,
        client: Asks,
        config: Summary,
        key: str | None,
        *,
        wait: Callable[[float], bool] | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.stopped, self.calls, self.tokens = "", 0, 0
        self.faults = Counter[str]()
        self._client, self._config, self._key, self._wait = client, config, key, wait
        self._url = f"{(config.url or '').rstrip('/')}/chat/completions"
        secret = (("Authorization", f"Bearer {key}"),) if key else ()
        self._headers = (("Content-Type", "application/json"), *secret)
        self._monotonic = monotonic
        self._end = monotonic() + config.seconds
        self._form = self._failures = 0  # failures in a row
        self._last_failure = ""

    def ask(self, question: Question) -> Attempt:
        """Return the summary of a paper, or why it has none. Never raises for what comes back."""
        while not self._is_over(question):
            try:
                body = self._send(question)
            except FetchError as error:
                self.stopped = self.stopped or self._reason_to_stop(error)
                if self.stopped or not self._may_repeat(error):
                    return Attempt(fault=self._reason(error))
            else:
                return self._judge(question, body)
        return Attempt(fault=self.stopped)

    def _is_over(self, question: Question) -> bool:
        """Return whether nothing more may be asked, and say why in ``stopped``."""
        if self._is_told_to_stop(0):
            self.stopped = "the program was told to end"
        elif not self.stopped and self._left() < _LEAST:
            self.stopped = f"the time that summary.seconds gives was used up{self._last_failure}"
        elif not self.stopped and self._tokens_left() < sum(self._estimate(question)):
            self.stopped = "the tokens that summary.tokens gives were used up"
        return bool(self.stopped)

    def _left(self) -> float:
        return self._end - self._monotonic()

    def _tokens_left(self) -> int:
        return self._config.tokens - self.tokens

    def _estimate(self, question: Question) -> tuple[int, int]:
        return prompt.estimate(question, self._config)

    def _is_told_to_stop(self, seconds: float) -> bool:
        return self._wait(seconds) if self._wait else False

    def _send(self, question: Question) -> bytes:
        """Return the body of the answer. Raises `FetchError`."""
        request = Request(self._url, self._headers, prompt.body(question, self._config, self._form))
        seconds = min(self._left(), self._config.seconds / _SHARE)
        self.calls += 1
        try:
            return self._answer(request, seconds).body
        except FetchError as error:
            # What was sent to an endpoint that then says nothing may well be charged.
            self.tokens += 0 if error.status else self._estimate(question)[0]
            raise
        except Exception as error:  # a fault of our own must not fail the run either
            raise FetchError(f"the call failed: {type(error).__name__}") from error

    def _answer(self, request: Request, seconds: float) -> Answer:
        if self._wait is None:
            return self._client.ask(request, seconds)
        answers, failures = list[Answer](), list[Exception]()

        def work() -> None:
            try:
                answers.append(self._client.ask(request, seconds))
            except Exception as error:  # noqa: BLE001 - raised again below
                failures.append(error)

        # A daemon: no request can be broken off, and the order to stop must not wait for it.
        thread = threading.Thread(target=work, name="summary", daemon=True)
        thread.start()
        while thread.is_alive():
            thread.join(_POLL)
            if thread.is_alive() and self._wait(0):
                raise FetchError("the program was told to end")
        if failures:
            raise failures[0]
        return answers[0]

    def _reason_to_stop(self, error: FetchError) -> str:
        """Return why nothing more is asked after this failure, or ""."""
        if error.status in _REFUSED_FORM and self._form < len(prompt.FORMS) - 1:
            return ""
        self._failures += 1
        reason = self._reason(error)
        self._last_failure = f"; the last failure: {reason}"
        if error.status in _FINAL:
            return reason
        if self._failures >= MOST_FAILURES:
            return f"{self._failures} failures in a row, the last: {reason}"
        if error.wait is not None and error.wait >= self._left():
            seconds = math.ceil(error.wait)
            return f"{reason}, and wants to be left alone for {seconds} s, longer than is left"
        return ""

    def _may_repeat(self, error: FetchError) -> bool:
        """Return whether the same paper may be asked for again, after the pause that this takes."""
        if error.status in _REFUSED_FORM and self._form < len(prompt.FORMS) - 1:
            self._form += 1  # for the rest of the run
            return True
        if not error.again:
            return False
        pause = float(1 << (self._failures - 1)) if error.wait is None else error.wait
        self._pause(min(pause, max(self._left(), 0.0)))
        # A busy endpoint says so at once; one that was silent may not know this very paper.
        return error.status is not None

    def _pause(self, seconds: float) -> None:
        if self._wait:
            self._wait(seconds)
        else:
            time.sleep(seconds)

    def _reason(self, error: FetchError) -> str:
        # Without the host, or that of a proxy: the reason stands on the status page, which is
        # public.
        reason = _HOST.sub("", error.reason)
        remedy = _FINAL.get(error.status or 0)
        return f"{reason}: {remedy}" if remedy else reason

    def _judge(self, question: Question, body: bytes) -> Attempt:
        """Return the summary of an answer, or why it is refused, and count its tokens."""
        reading = answer.read(body)
        estimate = self._estimate(question)[0] + prompt.count_tokens(reading.text)
        self.tokens += reading.tokens or estimate
        if self._key and self._key in reading.text:
            reading = answer.AnswerText(fault="it holds the key")  # which nothing may show
        fault = reading.fault or check.find_fault(reading.text, question, self._config.language)
        if not fault:
            self._failures, self._last_failure = 0, ""
            return Attempt(reading.text)
        self.faults[fault] += 1
        self._failures += 1
        if self._failures >= MOST_FAILURES:
            self.stopped = f"{self._failures} failures in a row, the last: refused, {fault}"
        return Attempt(reading.text, fault)
