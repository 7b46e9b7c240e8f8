"""Wall-clock times across the two nights that have one hour more or less, and in another zone."""

import datetime

import pytest

from harness import wait_for

UTC = datetime.timezone.utc


def instant(text):
    return datetime.datetime.fromisoformat(text).astimezone(UTC)


def night_plan(world):
    world.add_plan("night-1", [
        {"day": 4, "time": "14:00", "title": "Before"},
        {"day": 6, "time": "02:30", "title": "In the night", "minutes": 20},
        {"day": 7, "time": "09:30", "title": "After"}])


@pytest.mark.parametrize("monday, before, night, after", [
    # Spring: 02:30 does not exist, so it is read with the offset before the gap (RFC 5545 3.3.5).
    ("2027-03-22", "2027-03-26T14:00:00+01:00", "2027-03-28T01:30:00+00:00", "2027-03-29T09:30:00+02:00"),
    # Autumn: 02:30 exists twice, so it is the first.
    ("2026-10-19", "2026-10-23T14:00:00+02:00", "2026-10-25T00:30:00+00:00", "2026-10-26T09:30:00+01:00"),
])
def test_times_across_the_change(world, monday, before, night, after):
    night_plan(world)
    world.start(at="2026-10-01 12:00")
    world.enroll("night-1", start=monday)
    sessions = {s["title"]: s for week in ("1", "2") for s in world.ask("week", week)["sessions"]}
    assert sessions["Before"]["start"] == before
    assert instant(sessions["In the night"]["start"]) == instant(night)
    assert sessions["After"]["start"] == after
    assert instant(sessions["In the night"]["end"]) - instant(night) == datetime.timedelta(minutes=20)


@pytest.mark.parametrize("monday, begin, night, after", [
    ("2027-03-22", "2027-03-28 01:59:00", "2027-03-28T01:30:00+00:00", "2027-03-29T09:30:00+02:00"),
    ("2026-10-19", "2026-10-25 02:29:00", "2026-10-25T00:30:00+00:00", "2026-10-26T09:30:00+01:00"),
])
def test_daemon_lives_through_the_night(desk, monday, begin, night, after):
    """It runs while the clocks change: each session rings once, at its instant, and the second 02:30 of the autumn rings nothing."""
    night_plan(desk)
    desk.start(at="2026-10-01 12:00")
    desk.enroll("night-1", start=monday)
    desk.stop()
    desk.start(at=begin, speed=900)
    start = desk.bubble("In the night", "Start")
    assert instant(night) - datetime.timedelta(minutes=2) <= desk.shown_time(start).astimezone(UTC)
    desk.ask("done", "w01-su")
    wait_for(lambda: desk.now() > instant(night) + datetime.timedelta(minutes=70), "more than an hour passes")
    assert len(desk.bubbles("In the night")) == 1
    desk.stop()
    desk.start(at=(datetime.datetime.fromisoformat(after) - datetime.timedelta(seconds=1)).strftime("%Y-%m-%d %H:%M:%S"), speed=1)
    desk.bubble("After", "Start")


NIGHTS = {  # the Sunday of the change, and the Monday of its week
    "gap": ("2027-03-28", "2027-03-22"),
    "overlap": ("2026-10-25", "2026-10-19"),
}


def night(world, kind, *times, minutes=10):
    """Enrolled in sessions at these times of the night, which are called by them."""
    sunday, monday = NIGHTS[kind]
    world.add_plan("night-2", [{"day": 6, "time": clock, "title": f"Night {clock}", "minutes": minutes} for clock in times])
    world.start_clocked("2026-10-01 12:00")
    world.enroll("night-2", start=monday)
    world.set_clock(f"{sunday} 01:00")
    assert not world.settled()
    return sunday


def rung(world):
    return [bubble.summary.removeprefix("Night ") for bubble in world.settled() if "Start" in bubble.labels]


def offset(world):
    return world.now().astimezone(world.local("2026-01-01").tzinfo).utcoffset()


def test_gap_with_sessions_in_it(desk):
    """01:59, 02:30 (which there is not) and 03:30, which is the same moment, and 04:00: each once, those two together."""
    sunday = night(desk, "gap", "01:59", "02:30", "03:30", "04:00", minutes=90)
    desk.set_clock(f"{sunday} 01:58", speed=600)
    wait_for(lambda: desk.now() > desk.local(f"{sunday} 03:03"), "the change passes")
    desk.set_clock(f"{sunday} 03:25", speed=1)
    assert rung(desk) == ["01:59"]
    desk.set_clock(f"{sunday} 03:29:58", speed=20)
    wait_for(lambda: len(rung(desk)) == 3, lambda: desk.recorder.bubbles())
    assert sorted(rung(desk)) == ["01:59", "02:30", "03:30"]
    assert min(desk.shown_time(b) for b in desk.recorder.bubbles()[1:]) >= desk.local(f"{sunday} 03:30") - datetime.timedelta(seconds=2)
    desk.set_clock(f"{sunday} 03:45", speed=1)
    desk.set_clock(f"{sunday} 04:00:01")
    assert sorted(rung(desk)) == ["01:59", "02:30", "03:30", "04:00"]


def test_overlap_with_sessions_in_it(desk):
    """01:30, 02:30 and 03:00: the first 02:30 rings, in the second hour nothing does, and 03:00 comes an hour and a half after 02:30."""
    sunday, speed = night(desk, "overlap", "01:30", "02:30", "03:00", minutes=150), 2400
    desk.set_clock(f"{sunday} 01:30")
    desk.set_clock(f"{sunday} 02:29:59", speed=20)
    desk.bubble("Night 02:30", "Start")
    assert rung(desk) == ["01:30", "02:30"]
    assert desk.now().astimezone(desk.local(sunday).tzinfo).utcoffset() == datetime.timedelta(hours=2)
    desk.set_clock(f"{sunday} 02:59:30", speed=speed)
    wait_for(lambda: desk.now() > instant(f"{sunday}T02:00:00+00:00"), "the second hour passes")
    third = desk.bubble("Night 03:00", "Start")
    assert desk.shown_time(third) >= instant(f"{sunday}T02:00:00+00:00") - datetime.timedelta(seconds=0.1 * speed)
    desk.set_clock(f"{sunday} 03:00:30", speed=1)
    assert rung(desk) == ["01:30", "02:30", "03:00"]


@pytest.mark.parametrize("kind", NIGHTS)
def test_set_back_and_forward_in_the_night(desk, kind):
    """Somebody sets by hand what the computer changes by itself: an hour back, an hour forward, and nothing rings twice."""
    sunday = night(desk, kind, "02:30", minutes=180)
    desk.set_clock(f"{sunday} 03:35" if kind == "gap" else f"{sunday} 02:35")
    assert rung(desk) == ["02:30"]
    for at in ("01:35", "04:00", "01:35", "03:31", "02:31", "04:20"):
        desk.set_clock(f"{sunday} {at}")
    assert rung(desk) == ["02:30"] and len(desk.settled()) == 1


@pytest.mark.parametrize("kind", NIGHTS)
def test_off_during_the_night(desk, kind):
    """The daemon sleeps through the change: one digest in the morning of the next working day."""
    sunday = night(desk, kind, "01:30", "02:30", "03:30")
    desk.stop()
    desk.start_clocked(f"{sunday} 12:00")
    assert not desk.settled(), "a Sunday"
    monday = (datetime.date.fromisoformat(sunday) + datetime.timedelta(1)).isoformat()
    desk.set_clock(f"{monday} 08:59")
    assert not desk.settled()
    desk.set_clock(f"{monday} 09:00:01")
    assert [b.summary.split(" passed")[0] for b in desk.settled()] == ["3 sessions"]


def test_shipped_plan_keeps_its_hour_through_both_changes(world):
    world.start(at="2026-09-01 12:00")
    reply = world.ask("enroll", "customer-service-18", "--start", "2026-10-12", "--yes")
    hours = {s["start"][11:16] for week in range(1, reply["weeks"] + 1) for s in world.ask("week", str(week))["sessions"] if s["id"].endswith("-mo")}
    assert hours == {"09:30"}
    offsets = {week: world.ask("week", str(week))["sessions"][0]["start"][19:] for week in (2, 3)}
    assert offsets == {2: "+02:00", 3: "+01:00"}


def test_another_zone_after_a_journey(world):
    """A session at 09:30 is at 09:30 where the learner is (RULES 5.6 no. 20); a fixed zone stays."""
    world.start(at="2026-11-27 12:00")
    world.enroll()
    world.stop()
    world.zone = "America/New_York"
    world.start(at="2026-11-29 12:00")
    assert world.session("w01-mo")["start"] == "2026-11-30T09:30:00-05:00"
    world.stop()
    world.settings.parent.mkdir(parents=True, exist_ok=True)
    with open(world.settings, "a", encoding="utf-8") as settings:
        settings.write("[time]\nzone = Asia/Tokyo\n")
    world.start(at="2026-11-29 12:00")
    assert world.session("w01-mo")["start"] == "2026-11-30T09:30:00+09:00"
