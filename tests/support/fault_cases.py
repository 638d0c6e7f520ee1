"""One way in which a server misbehaves, and what must come of it.

The outcome is what a caller gets that asks /listing of the server's host:

    good     the answer, with `Case.body`
    again    an error, worth another try
    final    an error that another try would meet again
    fails    an error of either kind
    strange  an error, or an answer whose body is no listing: never a file
"""

from __future__ import annotations

from typing import NamedTuple

from tests.support.misbehaving import GOOD, good
from tests.support.wires import Act, Greeting

HERE = "127.0.0.1"  # where the server listens


class Case(NamedTuple):
    """One way to misbehave.

    The n-th request gets the n-th act, and every later one the last. ``addresses`` are what the
    host's name resolves to, ``certificate`` is a name of `Certificates`, and ``greet`` takes the
    connection before anything is read.
    """

    name: str
    outcome: str
    acts: tuple[Act, ...] = (good,)
    scheme: str = "http"
    certificate: str = "good"
    addresses: tuple[str, ...] = (HERE,)
    greet: Greeting | None = None
    body: bytes = GOOD


def case(name: str, outcome: str, *acts: Act) -> Case:
    """Return a case of plain HTTP with these acts."""
    return Case(name, outcome, acts)


def tls(name: str, outcome: str, certificate: str = "good", greet: Greeting | None = None) -> Case:
    """Return a case of TLS."""
    return Case(name, outcome, scheme="https", certificate=certificate, greet=greet)
