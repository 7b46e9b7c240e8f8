"""Away, paused, locked: notices wait, say why, and come when the learner is back; a test bubble proves the chain."""

import threading

import pytest

from harness import wait_for
from test_day import LACE_UP, at_work
from wire import VarlinkError


def held(world, session, cause):
    wait_for(lambda: world.rows("select cause from notice where session = ? and state = 'due' and cause = ?", session, cause),
             lambda: f"{session} is held: {cause}; {world.rows('select key, state, cause from notice')}")


def refusal(world, method, parameters=None):
    with pytest.raises(VarlinkError) as refused:
        world.call(method, parameters)
    return refused.value.error.rsplit(".", 1)[1]


def nothing_shown(world):
    assert world.recorder.bubbles() == []


def test_pause_holds_and_resume_tells(desk):
    at_work(desk, "2026-11-30 09:29:50")
    pause = desk.call("Pause", {"for": "2h"})["absence"]
    assert (pause["kind"], pause["to"][:16]) == ("pause", "2026-11-30T11:29")
    assert "paused until 2026-11-30 11:29" in desk.call("Today")["notice"]
    held(desk, "w01-mo", "paused")
    nothing_shown(desk)
    assert [e["number"] for e in desk.call("Resume")["ended"]] == [pause["number"]]
    bubble = desk.bubble(LACE_UP, "Start")
    assert len(desk.recorder.bubbles()) == 1
    desk.press(bubble, "Start")
    desk.until_state("w01-mo", "running")
    assert desk.call("Resume")["ended"] == []
    assert "notice" not in desk.call("Today")


def test_away_survives_kill_and_ends_in_one_digest(desk):
    at_work(desk, "2026-11-29 12:00")
    reply = desk.call("Away", {"from": "tomorrow", "to": "+2d", "dry_run": True})
    assert [s["id"] for s in reply["sessions"]] == ["w01-mo", "w01-tu"] and desk.call("ListAbsences")["absences"] == []
    absence = desk.call("Away", {"from": "tomorrow", "to": "+2d"})["absence"]
    assert (absence["from"][:16], absence["to"][:16]) == ("2026-11-30T00:00", "2026-12-02T00:00")
    desk.kill()
    desk.start(at="2026-12-01 15:00")
    held(desk, "w01-tu", "away")
    nothing_shown(desk)
    assert desk.call("ListAbsences")["absences"] == [absence]
    desk.restart(at="2026-12-02 09:05")
    digest = desk.bubble("2 sessions passed, 1 still worth doing")
    assert len(desk.recorder.bubbles()) == 1 and "First mile" in digest.body


def test_spans_as_people_say_them(world):
    world.start(at="2026-12-02 08:00")  # a Wednesday
    spans = {("next mon", "fri"): ("2026-12-07T00:00", "2026-12-12T00:00"), ("today 13:00", "today 17:00"): ("2026-12-02T13:00", "2026-12-02T17:00"),
             ("thu", "fri"): ("2026-12-03T00:00", "2026-12-05T00:00"), ("2026-12-24", "2026-12-24"): ("2026-12-24T00:00", "2026-12-25T00:00")}
    for (first, last), expected in spans.items():
        absence = world.call("Away", {"from": first, "to": last})["absence"]
        assert (absence["from"][:16], absence["to"][:16]) == expected
    starts = [a["from"] for a in world.call("ListAbsences")["absences"]]
    assert starts == sorted(starts) and len(starts) == len(spans)


@pytest.mark.parametrize("parameters, error", [
    ({"from": "today", "to": "yesterdayish"}, "InvalidDate"),
    ({"from": "+3d", "to": "+1d"}, "OutOfRange"),
    ({"from": "2026-01-01", "to": "2026-01-02"}, "OutOfRange"),
    ({"from": "today", "to": "2029-01-01"}, "OutOfRange"),
])
def test_spans_that_make_no_sense(world, parameters, error):
    world.start(at="2026-11-30 08:00")
    assert refusal(world, "Away", parameters) == error
    assert refusal(world, "Pause", {"for": "soon"}) == "InvalidDate"
    assert world.call("ListAbsences")["absences"] == []


def test_a_digest_waits_for_working_hours(desk):
    at_work(desk, "2026-11-30 08:00")
    desk.restart(at="2026-11-30 21:00")
    held(desk, "w01-mo", "outside working hours")
    nothing_shown(desk)
    desk.restart(at="2026-12-01 09:00:01")
    desk.bubble("1 session passed")


def test_bubble_that_proves_the_chain(desk):
    desk.start(at="2026-11-30 08:00")
    answer = {}
    asking = threading.Thread(target=lambda: answer.update(desk.call("TestBubble")))
    asking.start()
    bubble = desk.bubble("A test from Pacer", "I see it")
    assert refusal(desk, "TestBubble") == "LimitReached"
    desk.press(bubble, "I see it")
    asking.join(20)
    assert (answer["shown"], answer["answered"]) == (True, True)
    wait_for(lambda: desk.closed(bubble), "the test bubble leaves the screen")


def test_bubble_without_a_server(bus):
    bus.start(at="2026-11-30 08:00")
    reply = bus.call("TestBubble")
    assert (reply["shown"], reply["answered"]) == (False, False) and "notification server" in reply["text"]
