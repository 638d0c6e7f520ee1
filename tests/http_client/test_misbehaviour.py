"""The client before servers that misbehave in every way of `tests.support.misbehaviours`."""

from __future__ import annotations

import ipaddress
import itertools
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from digest.errors import FetchError
from digest.http_client.client import Client, Times
from digest.model.fetching import Answer, Request
from tests.support import transport_faults
from tests.support.fault_cases import HERE, Case
from tests.support.misbehaviours import CASES
from tests.support.source_certificates import Certificates
from tests.support.source_server import SourceServer
from tests.support.wires import Act, Asked

HOST, INNER = "source.example", "inner.example"
SECRET = "7hushhush"
TOGETHER = 60  # ways to misbehave that the table must have at least
LONGEST = 10.0  # seconds of an answer; for slow servers a fraction of a second
MONTH = 31 * 86_400


@pytest.fixture(scope="module")
def certificates() -> Certificates:
    """Issue certificates for the host."""
    return Certificates([HOST])


@pytest.fixture
def trusted(
    certificates: Certificates, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Certificates:
    """Trust the authority of the certificates, as a system does."""
    file = certificates.write_authority(tmp_path / "authority.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(file))
    return certificates


def _server(case: Case, certificates: Certificates) -> SourceServer:
    turns = itertools.count()

    def answer(_: Asked) -> Act:
        return case.acts[min(next(turns), len(case.acts) - 1)]

    return SourceServer(answer, tls=certificates.context(case.certificate), greet=case.greet)


def _client(case: Case) -> Client:
    names = {HOST: case.addresses, INNER: ("192.168.1.1",)}

    def resolve(host: str, port: int) -> list[tuple[str, int]]:
        try:
            found = names.get(host) or (str(ipaddress.ip_address(host)),)
        except ValueError:
            raise socket.gaierror(socket.EAI_NONAME, "no such name") from None
        return [(address, port) for address in found]

    return Client(
        "papers-digest/1 (test@example.org)",
        answer_mb=1,
        private=["127.0.0.0/8", "::1"],
        resolve=resolve,
        times=_times(case),
    )


def _times(case: Case) -> Times:
    return Times(0.6, 0.3, 0.6) if case in transport_faults.SLOW else Times(5, 5, LONGEST)


def _outcomes(case: Case, certificates: Certificates) -> Iterator[Answer | FetchError]:
    """Ask as often as the server has acts."""
    with _server(case, certificates) as server:
        client = _client(case)
        headers = (("Authorization", f"Bearer {SECRET}"),)
        url = f"{case.scheme}://{HOST}:{server.port}/listing"
        for _ in case.acts:
            try:
                yield client.ask(Request(url, headers), LONGEST)
            except FetchError as error:
                yield error
        assert all(asked.is_tls == (case.scheme == "https") for asked in server.asked)
        assert all(asked.host == HOST for asked in server.asked)


def _judge(case: Case, outcome: Answer | FetchError) -> None:
    if isinstance(outcome, FetchError):
        assert case.outcome != "good", outcome.reason
        assert case.outcome in {"fails", "strange", "again" if outcome.again else "final"}, (
            outcome.reason
        )
        assert outcome.wait is None or 0 <= outcome.wait <= MONTH
        assert outcome.reason.isprintable()
        assert SECRET not in outcome.reason
        assert "listing" not in outcome.reason
        assert len(outcome.reason) < 200
        return
    assert case.outcome in {"good", "strange"}, outcome.status
    if case.outcome == "good":
        assert case.body == outcome.body
    assert 200 == outcome.status


def _check(case: Case, certificates: Certificates) -> None:
    *before, last = _outcomes(case, certificates)
    for error in before:
        assert isinstance(error, FetchError)
        assert error.again
    _judge(case, last)


QUICK = [case for case in CASES if case not in transport_faults.SLOW]


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in QUICK])
def test_misbehaviour(case: Case, trusted: Certificates) -> None:
    """The answer comes whole, or an error says what is wrong; in time, and from nobody else."""
    _check(case, trusted)


def test_slow_misbehaviour(trusted: Certificates) -> None:
    """The same for servers that keep a client waiting; all at once, since it only waits."""
    with ThreadPoolExecutor(len(transport_faults.SLOW)) as threads:
        checks = {
            case.name: threads.submit(_check, case, trusted) for case in transport_faults.SLOW
        }
    assert {} == {name: check.exception() for name, check in checks.items() if check.exception()}


def test_the_table_has_enough() -> None:
    """Every name stands once, and there are sixty at least."""
    names = {case.name for case in CASES}
    assert len(CASES) == len(names)
    assert len(names) >= TOGETHER


@pytest.mark.parametrize(
    ("name", "wait"),
    [
        ("429 with seconds", 3600),
        ("429 with a date", 3600),
        ("429 with RateLimit", 900),
        ("429 with RateLimit-Reset", 900),
        ("429 with a date gone by", None),
        ("429 with -1 second", None),
        ("429 with 10^12 seconds", None),
        ("429 with words", None),
        ("429 with nan", None),
    ],
)
def test_waits(name: str, wait: float | None, trusted: Certificates) -> None:
    """A wait that a server states in either notation is believed, and an absurd one is not."""
    (case,) = (case for case in CASES if case.name == name)
    (error,) = _outcomes(case, trusted)
    assert isinstance(error, FetchError)
    assert wait == error.wait


def test_nothing_is_read_of_an_address_that_is_refused(trusted: Certificates) -> None:
    """One private address among several is enough: no connection is made to any of them."""
    case = Case("two", "final", addresses=(HERE, "10.0.0.7"))
    with _server(case, trusted) as server, pytest.raises(FetchError):
        _client(case).ask(Request(f"http://{HOST}:{server.port}/listing"), LONGEST)
    assert 0 == server.connections
