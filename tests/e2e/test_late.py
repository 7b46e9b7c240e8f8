"""Late is a decision: what nobody could be told while it was young comes in one digest; nothing is lost, nothing rings twice."""

import signal

import pytest

from harness import World, wait_for
from test_day import LACE_UP, at_work


def enrolled(world):
    world.start(at="2026-11-29 12:00")
    world.enroll()
    world.stop()


def only_bubble(world):
    """The one bubble there is, once the ledger says that nothing waits any more."""
    bubble = world.bubble()
    wait_for(lambda: not world.rows("select * from notice where state in ('due', 'sent')"), "nothing waits to be shown")
    assert len(world.recorder.bubbles()) == 1, world.recorder.bubbles()
    return bubble


@pytest.mark.parametrize("back, passed", [("2026-11-30 12:20", 1), ("2026-12-03 10:00", 3)])
def test_daemon_was_off(desk, back, passed):
    enrolled(desk)
    desk.start(at=back)
    digest = only_bubble(desk)
    assert f"{passed} session" in digest.summary
    assert LACE_UP in digest.body or passed == 3
    assert not set(digest.labels) & {"Start", "Done"}
    states = {n["state"] for n in desk.ask("why", "w01-mo")["notices"]}
    assert states == {"digested"}
    # Another start tells nobody a second time.
    desk.restart()
    assert len(desk.recorder.bubbles()) == 1


def test_daemon_was_off_for_ten_minutes(desk):
    enrolled(desk)
    desk.start(at="2026-11-30 09:40:00")
    bubble = only_bubble(desk)
    assert bubble.labels[0] == "Start" and LACE_UP in bubble.summary


# Every working day at 09:30, for five weeks.
DAILY = [{"day": 7 * week + day, "time": "09:30", "title": f"Day {week}-{day}", "minutes": 90, "type": "race" if (week, day) == (4, 4) else "short"}
         for week in range(5) for day in range(5)]


@pytest.mark.parametrize("back, passed, young", [
    ("2026-11-30 12:15", 1, None),  # three hours after it went off
    ("2026-12-03 09:10", 3, None),  # three days
    ("2026-12-03 09:45", 3, "Day 0-3"),
    ("2026-12-21 09:10", 15, None),  # three weeks
    ("2026-12-21 09:45", 15, "Day 3-0"),
    ("2026-12-21 12:15", 16, None),
    ("2026-12-20 12:00", 15, None),  # a Sunday: in the morning after
])
def test_daemon_was_off_for_long(desk, back, passed, young):
    """One digest with the number of all that passed, and a question that is still young; then nothing more."""
    desk.add_plan("daily-1", DAILY)
    desk.start_clocked("2026-11-29 12:00")
    desk.enroll("daily-1")
    desk.set_clock("2026-11-30 09:15")
    assert not desk.settled()
    desk.stop()
    desk.start_clocked(back)
    if back.startswith("2026-12-20"):
        assert not desk.settled()
        desk.set_clock("2026-12-21 09:00:30")

    def counted():
        bubbles = desk.settled()
        return [b.summary.split(" passed")[0] for b in bubbles if not b.labels], [b.summary for b in bubbles if "Start" in b.labels], len(bubbles)
    expected = [f"{passed} session{'s' * (passed != 1)}"], [young] if young else [], 1 + bool(young)
    wait_for(lambda: counted()[2] >= expected[2], lambda: f"{desk.recorder.bubbles()}\n{desk.log()}")
    assert counted() == expected
    assert len(desk.ask("inbox")["questions"]) >= 1
    desk.stop()
    desk.start_clocked(back)
    wait_for(lambda: "dunst" in desk.try_pacer("doctor").out, lambda: desk.try_pacer("doctor"))
    # Taking over what stands on the screen, the same bubble may be shown once more in its own place; nothing else is.
    assert all(b.replaces for b in desk.settled()[expected[2]:])


def test_limit_between_young_and_old(desk):
    desk.add_plan("edge-1", [{"day": 0, "time": "10:00", "title": "Edge", "minutes": 60}])
    desk.start(at="2026-11-29 12:00")
    desk.enroll("edge-1")
    desk.restart(at="2026-11-30 10:29:30")
    assert only_bubble(desk).labels[0] == "Start"


def test_no_bus(world):
    at_work(world, "2026-11-30 09:29:59")
    world.until_state("w01-mo", "prompted")
    notice = world.ask("today")["notice"]
    assert "bus" in notice
    assert notice in world.pacer("today")
    assert [q["session"]["id"] for q in world.ask("inbox")["questions"]] == ["w01-mo"]
    assert "bus" in world.ask("why", "w01-mo")["notices"][-1]["cause"] or world.ask("why", "w01-mo")["notices"][-1]["state"] == "due"
    checks = world.try_pacer("doctor", "--json")
    assert checks.status == 8
    assert [c for c in checks.json["checks"] if c["result"] == "problem" and "bus" in c["text"] and c["remedy"]]
    world.ask("start")
    assert world.session("w01-mo")["state"] == "running"


def test_doctor_finds_nothing_wrong(desk):
    at_work(desk, "2026-11-30 08:00")
    wait_for(lambda: "dunst" in desk.try_pacer("doctor").out, lambda: desk.try_pacer("doctor"))
    assert all(c["result"] != "problem" for c in desk.ask("doctor")["checks"])


def test_no_server_then_one_appears_while_the_question_is_young(bus):
    at_work(bus, "2026-11-30 09:29:59")
    bus.until_state("w01-mo", "prompted")
    checks = bus.try_pacer("doctor", "--json")
    assert checks.status == 8 and [c for c in checks.json["checks"] if c["result"] == "problem" and "server" in c["text"]], checks
    assert bus.ask("why", "w01-mo")["notices"][-1]["state"] == "due"
    bus.start_server()
    question = only_bubble(bus)
    bus.press(question, "Start")
    bus.until_state("w01-mo", "running")
    wait_for(lambda: bus.try_pacer("doctor", "--json").status == 0, lambda: bus.try_pacer("doctor"))


def test_no_server_until_the_questions_are_old(bus):
    """One digest for a whole day, however many questions there were."""
    bus.add_plan("dense-1", [{"day": 0, "time": f"{hour:02d}:00", "title": f"Hour {hour}", "minutes": 20} for hour in range(9, 17)])
    bus.start(at="2026-11-29 12:00")
    bus.enroll("dense-1")
    bus.restart(at="2026-11-30 08:59:00", speed=20000)
    wait_for(lambda: bus.session("w01-mo8")["state"] == "prompted", "the last one is asked about")
    wait_for(lambda: bus.now() > bus.local("2026-11-30 17:30"), "the working day is over")
    bus.restart(at="2026-12-01 09:01:00", speed=1)  # a digest waits for working hours
    bus.start_server()
    digest = only_bubble(bus)
    assert "8 sessions" in digest.summary
    assert {n["state"] for i in ("", "4", "8") for n in bus.ask("why", f"w01-mo{i}")["notices"]} <= {"digested", "expired"}
    assert len(bus.ask("inbox")["questions"]) == 8, "the questions stay"


def test_server_hangs(desk):
    """A server that takes calls and does not answer: pacer answers all the same, the question is shown once it lives again."""
    at_work(desk, "2026-11-30 09:29:58")
    desk.server.send(signal.SIGSTOP)
    desk.until_state("w01-mo", "prompted")
    for command in (["today"], ["next"], ["inbox"], ["why", "w01-mo"]):
        desk.ask(*command)
    checks = wait_for(lambda: [c for c in desk.try_pacer("doctor", "--json").json["checks"] if c["result"] == "problem" and "answer" in c["text"]],
                      lambda: desk.try_pacer("doctor"))
    assert checks[0]["remedy"]
    desk.server.send(signal.SIGCONT)
    question = desk.bubble(LACE_UP, "Start")
    desk.press(question, "Start")
    desk.until_state("w01-mo", "running")
    assert desk.displayed() == 0, "no orphan stays behind"


def test_answer_while_the_server_hangs(desk):
    at_work(desk, "2026-11-30 09:29:58")
    desk.bubble(LACE_UP, "Start")
    desk.server.send(signal.SIGSTOP)
    assert desk.ask("start", "w01-mo")["changed"] is True
    assert desk.ask("today")["sessions"][0]["state"] == "running"
    desk.stop()
    desk.server.send(signal.SIGCONT)


def test_server_restarts(desk):
    """A server that went took its bubbles along: open questions are asked again by the next one, and ids do not get mixed up."""
    at_work(desk, "2026-11-30 09:29:59")
    desk.bubble(LACE_UP, "Start")
    desk.stop_server()
    wait_for(lambda: desk.try_pacer("doctor").status == 8, "the loss is seen")
    seen = len(desk.recorder.bubbles())
    desk.start_server()
    again = desk.bubble(LACE_UP, "Start", after=seen)
    desk.press(again, "Start")
    desk.until_state("w01-mo", "running")
    assert len(desk.recorder.bubbles()) == seen + 1


def test_server_is_started_by_the_bus(display):
    """Nobody owns the name, but the bus knows who could: the question starts the server."""
    world = World(display)
    try:
        world.start_bus(servicedirs=True)
        world.record()
        at_work(world, "2026-11-30 09:29:59")
        question = world.bubble(LACE_UP, "Start")
        world.press(question, "Start")
        world.until_state("w01-mo", "running")
    finally:
        world.close()


def test_bus_restarts(bus):
    """The session bus goes and comes back at its address: the daemon lives on and asks again."""
    bus.start_server()
    at_work(bus, "2026-11-30 09:29:59")
    bus.bubble(LACE_UP, "Start")
    bus.bus_process.kill()
    wait_for(lambda: bus.try_pacer("doctor").status == 8, "the loss is seen")
    assert bus.daemon.alive()
    (bus.runtime / "bus").unlink(missing_ok=True)
    bus.start_bus()
    bus.record()
    bus.start_server()
    question = bus.bubble(LACE_UP, "Start")
    bus.press(question, "Start")
    bus.until_state("w01-mo", "running")


def test_many_at_once_come_as_they_are_due(desk):
    """Sessions that fall due in one moment are all told, and a slow server is not flooded again after a restart."""
    desk.add_plan("burst-1", [{"day": 0, "time": "09:30", "title": f"Same time {n}", "minutes": 20} for n in range(6)])
    at_work(desk, "2026-11-30 09:29:59", plan="burst-1")
    wait_for(lambda: len({b.summary for b in desk.bubbles("Same time")}) == 6, lambda: desk.recorder.bubbles())
    assert len(desk.recorder.bubbles()) == 6
