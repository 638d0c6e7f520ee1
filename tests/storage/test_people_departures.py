"""The ways out, and the log by which nobody who is out ever comes back by our doing."""

from __future__ import annotations

import shutil
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.errors import PeopleError
from digest.storage.people import People, database, departing
from digest.storage.people.departure_log import FILE, LeftState
from tests.support.people import LATER, NOW, add_people, address, files_with, states

WEIGHT = ["active", "bounced", "left", "complained"]


class Broken(Exception):
    """Stands for a kill between the log and the database."""


def log_lines(folder: Path) -> int:
    """Return how many lines the departure log has."""
    return (folder / FILE).read_bytes().count(b"\n")


@pytest.mark.parametrize("first", WEIGHT[1:])
@pytest.mark.parametrize("second", WEIGHT[1:])
def test_a_heavier_departure_replaces_a_lighter_one(
    tmp_path: Path, first: LeftState, second: LeftState
) -> None:
    """Complained, left, bounced; doing the same twice writes nothing."""
    with database.opened(tmp_path) as people:
        (person,) = add_people(people, [1])
        assert departing.leave(people, person, first, NOW)
        lines = log_lines(tmp_path)
        is_heavier = WEIGHT.index(second) > WEIGHT.index(first)
        assert is_heavier is departing.leave(people, person, second, LATER)
        assert max(first, second, key=WEIGHT.index) == states(people)[1]
        assert lines + is_heavier == log_lines(tmp_path)
        is_suppressed = people.suppressions.find(person.folded) is not None
        assert is_suppressed is ("complained" in {first, second})


def test_a_departure_says_since_when(tmp_path: Path) -> None:
    """And keeps consents and wish."""
    with database.opened(tmp_path) as people:
        (person,) = add_people(people, [1])
        departing.leave(people, person, "left", LATER)
        assert LATER == people.subscribers.get(person.id).since
        assert NOW == people.subscribers.consents(person.id)[0].moment


def test_an_address_is_suppressed_and_allowed_again(tmp_path: Path) -> None:
    """Whether it is a subscriber's or not; the state of a subscriber stays."""
    with database.opened(tmp_path) as people:
        add_people(people, [1])
        for number in (1, 2):
            departing.suppress(people, address(number), "asked by telephone", NOW)
            found = people.suppressions.find(address(number))
            assert found
            assert ("asked by telephone", NOW) == (found.reason, found.moment)
            assert departing.unsuppress(people, address(number), LATER)
            assert people.suppressions.find(address(number)) is None
            assert not departing.unsuppress(people, address(number), LATER)
        assert {1: "active"} == states(people)


def test_the_log_holds_no_address(tmp_path: Path) -> None:
    """Nor what could be guessed without its salt: equal addresses differ in two folders."""
    hashes = set()
    for name in ("a", "b"):
        with database.opened(tmp_path / name) as people:
            (person,) = add_people(people, [1])
            departing.leave(people, person, "left", NOW)
            hashes.add(people.suppressions.hash(person.folded))
        assert FILE not in files_with(tmp_path, "example.org")
    assert 2 == len(hashes)


def test_what_a_kill_kept_from_the_database_is_done_when_it_is_opened(tmp_path: Path) -> None:
    """A kill after the log was written, played by a transaction that is rolled back."""
    with database.opened(tmp_path) as people:
        one, two, three = add_people(people, [1, 2, 3])
        with suppress(Broken), people.transaction():
            departing.leave(people, one, "left", NOW)
            departing.leave(people, two, "complained", NOW)
            departing.suppress(people, address(9), "asked", NOW)
            raise Broken
        assert "active" == states(people)[1]
    with database.opened(tmp_path) as people:
        assert {1: "left", 2: "complained", 3: "active"} == states(people)
        assert people.suppressions.find(address(9))
        assert people.suppressions.find(address(2))
        assert three == people.subscribers.get(three.id)


def test_an_old_copy_of_the_database_learns_what_it_lacks(tmp_path: Path) -> None:
    """Also if it is put back by hand, without `digest restore`."""
    with database.opened(tmp_path) as people:
        one, two, *_ = add_people(people, range(1, 6))
        departing.leave(people, two, "left", NOW)
    shutil.copy(tmp_path / database.FILE, tmp_path / "copy")
    with database.opened(tmp_path) as people:
        people.subscribers.set_state(two.id, "active", LATER)  # subscribes again
        departing.leave(people, one, "bounced", LATER)
        departing.forget(people, address(3), LATER)
        departing.suppress(people, address(4), "asked", LATER)
    shutil.copy(tmp_path / "copy", tmp_path / database.FILE)
    with database.opened(tmp_path) as people:
        assert {1: "bounced", 2: "left", 4: "active", 5: "active"} == states(people)
        assert people.suppressions.find(address(4))
        assert people.suppressions.find(address(3))


def test_who_came_back_before_the_copy_stays(tmp_path: Path) -> None:
    """Their departure is older than the copy, and was undone in it, whatever the clocks said."""
    with database.opened(tmp_path) as people:
        one, two = add_people(people, [1, 2])
        departing.leave(people, one, "left", LATER)
        people.subscribers.set_state(one.id, "active", NOW)
    shutil.copy(tmp_path / database.FILE, tmp_path / "copy")
    with database.opened(tmp_path) as people:
        departing.leave(people, two, "left", NOW)
    shutil.copy(tmp_path / "copy", tmp_path / database.FILE)
    with database.opened(tmp_path) as people:
        assert {1: "active", 2: "left"} == states(people)


def test_a_lost_database_does_not_lose_who_is_out(tmp_path: Path) -> None:
    """A new one takes the salt of the log, so an import of everybody revives nobody."""
    with database.opened(tmp_path) as people:
        one, _, three, four, _ = add_people(people, range(1, 6))
        departing.leave(people, three, "left", NOW)
        departing.leave(people, one, "left", NOW)
        departing.leave(people, one, "complained", NOW)
        departing.forget(people, address(2), NOW)
        departing.leave(people, four, "bounced", LATER)
    for path in tmp_path.glob("people*"):
        path.unlink()
    with database.opened(tmp_path) as people:
        found = [people.suppressions.find(address(number)) for number in range(1, 6)]
        expected = ["complained", "forgotten", "left", "bounced", None]
        assert expected == [one and one.reason for one in found]
        assert [NOW, LATER] == [one.moment for one in found[2:4] if one]


def test_a_lost_log_is_made_again_from_the_database(tmp_path: Path) -> None:
    """An older copy of it counts as lost: the database knows more."""
    for older in (False, True):
        folder = tmp_path / str(older)
        with database.opened(folder) as people:
            one, two, *_ = add_people(people, range(1, 6))
            departing.leave(people, one, "bounced", NOW)
            shutil.copy(folder / FILE, folder / "older")
            departing.leave(people, two, "left", NOW)
            departing.forget(people, address(3), NOW)
            departing.suppress(people, address(4), "asked", NOW)
        (folder / FILE).unlink()
        if older:
            (folder / "older").replace(folder / FILE)
        with database.opened(folder) as people:
            expected = states(people)
        (folder / database.FILE).unlink()
        with database.opened(folder) as people:
            found = [people.suppressions.find(address(number)) for number in range(1, 6)]
            reasons = ["bounced", "left", "forgotten", "asked", None]
            assert reasons == [one and one.reason for one in found]
        assert {1: "bounced", 2: "left", 4: "active", 5: "active"} == expected


def test_a_torn_last_line_harms_nobody(tmp_path: Path) -> None:
    """What it was to record was not done; the next line begins anew."""
    with database.opened(tmp_path) as people:
        add_people(people, [1, 2])
    with (tmp_path / FILE).open("ab") as log:
        log.write(b'{"hash":"00')
    with database.opened(tmp_path) as people:
        person = people.subscribers.find(address(1))
        assert person
        departing.leave(people, person, "left", NOW)
    shutil.copy(tmp_path / FILE, tmp_path / "log")
    with database.opened(tmp_path) as people:
        assert {1: "left", 2: "active"} == states(people)
    assert 3 == log_lines(tmp_path)
    assert (tmp_path / "log").read_bytes() == (tmp_path / FILE).read_bytes()


@pytest.mark.parametrize("content", [b"", b"\n", b"{}\n", b"\xff\xfe\n", b'{"id":1}\n'])
def test_a_log_that_cannot_be_read_stops_everything(tmp_path: Path, content: bytes) -> None:
    """Nothing is sent, and the message says what to do."""
    with database.opened(tmp_path) as people:
        add_people(people, [1])
    (tmp_path / FILE).write_bytes(content)
    with pytest.raises(PeopleError, match="move it away"), database.opened(tmp_path):
        pass
    assert content == (tmp_path / FILE).read_bytes()
    (tmp_path / FILE).unlink()
    with database.opened(tmp_path) as people:
        assert {1: "active"} == states(people)


def test_a_log_that_is_a_link_is_not_followed(tmp_path: Path) -> None:
    """It could lead anywhere."""
    state, other = tmp_path / "state", tmp_path / "other"
    with database.opened(state) as people:
        (person,) = add_people(people, [1])
    (state / FILE).rename(other)
    (state / FILE).symlink_to(other)
    before = other.read_bytes()
    with pytest.raises(PeopleError, match="symbolic link"), database.opened(state) as people:
        departing.leave(people, person, "left", NOW)
    assert before == other.read_bytes()


def test_many_suppressions_do_not_hash_everybody_each_time(tmp_path: Path) -> None:
    """Suppressing one address asks for no other."""
    with database.opened(tmp_path) as people:
        with people.transaction():
            add_people(people, range(300))
        asked: list[str] = []
        people.connection.set_trace_callback(asked.append)
        departing.suppress(people, address(999), "asked", NOW)
    assert asked
    assert not [sql for sql in asked if "subscriber" in sql and "folded = " not in sql]


ACTIONS = st.sampled_from(
    [
        *("add", "left", "bounced", "complained", "forget", "suppress", "unsuppress", "back"),
        *("move", "copy"),
    ]
)


MOVED = 10  # is between the number of a person's address and that of their second one


def act(people: People, action: str, number: int) -> None:
    """Do something with the person of a number, who has their address or their second one."""
    second = people.subscribers.find(address(number + MOVED))
    person = people.subscribers.find(address(number)) or second
    match action:
        case "suppress":
            departing.suppress(people, address(number), "asked", NOW)
        case "unsuppress":
            departing.unsuppress(people, address(number), NOW)
        case "forget":
            departing.forget(people, address(number), NOW)
        case "add" if not (person or people.suppressions.find(address(number))):
            add_people(people, [number])
        case "back" if person:
            people.subscribers.set_state(person.id, "active", NOW)
        case "move" if person and person.state == "active" and not second:
            given = address(number + MOVED)
            if people.suppressions.find(given) is None:
                people.subscribers.set_address(person.id, given, given)
                departing.note_move(people, person, NOW)
        case "left" | "bounced" | "complained" if person:
            departing.leave(people, person, action, NOW)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(ACTIONS, st.integers(1, 3)), min_size=5, max_size=25))
def test_after_any_life_an_old_copy_brings_back_nobody(
    tmp_path_factory: pytest.TempPathFactory, life: list[tuple[str, int]]
) -> None:
    """Who is out or suppressed at the end is not written to from any copy taken on the way."""
    folder = tmp_path_factory.mktemp("life")
    copies = [folder / "none"]
    for number, (action, person) in enumerate(life):
        if action == "copy" and database.exists(folder):
            shutil.copy(folder / database.FILE, copy := folder / f"copy-{number}")
            copies.append(copy)
            continue
        with database.opened(folder) as people:
            act(people, action, person)
    with database.opened(folder) as people:
        reached = mailed(people)
    for copy in copies[1:]:
        shutil.copy(copy, folder / database.FILE)
        with database.opened(folder) as people:
            assert mailed(people) <= reached, copy.name
    shutil.rmtree(folder)


def mailed(people: People) -> set[str]:
    """Return the addresses that would be written to."""
    return {
        one.address
        for one in people.subscribers.list_all("active")
        if people.suppressions.find(one.folded) is None
    }
