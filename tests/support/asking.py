"""An asker whose clocks a test moves."""

from __future__ import annotations

from collections.abc import Callable

from digest.http_client.client import Client
from digest.model.fetching import Answer, Request
from digest.sources.asking import Asker

START = 1_795_000_000.0  # 2026-11-18T11:06:40Z


class FakeTime:
    """A clock that only moves when somebody sleeps. ``slept`` are the seconds of each sleep."""

    def __init__(self) -> None:
        self.elapsed, self.clock_ahead, self.slept = 0.0, 0.0, list[float]()

    def monotonic(self) -> float:
        """Return the seconds since the start."""
        return self.elapsed

    def clock(self) -> float:
        """Return the seconds since 1970, as a clock shows them that may be wrong."""
        return START + self.elapsed + self.clock_ahead

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.slept.append(round(seconds, 6))
        self.elapsed += seconds


class ScriptedClient(Client):
    """Answers each request with the next of ``answers``, after ``takes`` seconds.

    ``starts`` has the moment and the host of each request, ``seconds`` what it was given.
    """

    def __init__(self, time: FakeTime, *answers: Answer | Exception, takes: float = 0.0) -> None:
        super().__init__("x")
        self.time, self.takes, self.answers = time, takes, list(answers)
        self.starts, self.seconds = list[tuple[float, str]](), list[float]()

    def ask(self, request: Request, seconds: float) -> Answer:
        """Return or raise the next answer."""
        self.starts.append((round(self.time.elapsed, 6), request.url.split("/")[2]))
        self.seconds.append(round(seconds, 6))
        self.time.elapsed += self.takes
        answer = self.answers.pop(0) if self.answers else Answer(200, {}, b"x", request.url)
        if isinstance(answer, Exception):
            raise answer
        return answer


def asker(
    client: Client,
    time: FakeTime,
    not_before: dict[str, float] | None = None,
    seconds: float = 300,
    jitter: Callable[[], float] = lambda: 0.5,
) -> Asker:
    """Return an asker that runs on the fake time. Its pauses are exactly 1, 4, 15 and 60 s."""
    return Asker(
        client,
        {} if not_before is None else not_before,
        seconds=seconds,
        clock=time.clock,
        monotonic=time.monotonic,
        sleep=time.sleep,
        jitter=jitter,
    )
