"""Live plans: a file that changes under a running enrolment, by whatever hand, and what the learner sees of it."""

import pytest

from harness import wait_for

WEEK = [{"day": d, "time": "09:30", "minutes": 30, "title": f"Day {d}"} for d in (0, 1, 2, 3, 4, 7, 8)]


def version(sessions, *changes):
    """The same sessions with changes: (day, None) takes one out, (day, dict) changes it."""
    edits = dict(changes)
    return [{**s, **(edits.get(s["day"]) or {}), "uid": f"uid-{s['day']}"} for s in sessions if edits.get(s["day"], {}) is not None]


def published(world, sessions):
    """Writes the plan, and waits until the daemon has taken it over."""
    before = len(world.rows("select seq from journal where what = 'update' and session is null"))
    world.add_plan("live", sessions, weeks=2)
    wait_for(lambda: len(world.rows("select seq from journal where what = 'update' and session is null")) > before, world.log)


@pytest.fixture
def running(desk):
    desk.add_plan("live", version(WEEK), weeks=2)
    desk.start_clocked("2026-11-30 09:00")
    desk.enroll("live")
    desk.set_clock("2026-12-01 12:00")
    desk.ask("done", "w01-mo")
    desk.ask("move", "w01-th", "2026-12-04", "16:00")
    return desk


def test_version_two_reaches_the_learner(running):
    shown = len(running.settled())
    new = [{"day": 2, "time": "14:00", "title": "New ahead", "uid": "new-1"}, {"day": 0, "time": "08:00", "title": "New behind", "uid": "new-2"}]
    published(running, version(WEEK, (0, {"time": "10:00"}), (3, {"time": "11:00"}), (7, {"time": "13:00"}), (8, None), (4, {"title": "Day four"})) + new)
    sessions = {s["id"]: s for week in (1, 2) for s in running.ask("week", week)["sessions"]}
    assert sessions["w01-mo"]["state"] == "done" and sessions["w01-mo"]["start"][:16] == "2026-11-30T09:30", "done never moves"
    assert sessions["w01-th"]["start"][:16] == "2026-12-04T16:00", "the learner's own move stays"
    assert sessions["w02-mo"]["start"][:16] == "2026-12-07T13:00"
    assert (sessions["w02-tu"]["state"], sessions["w02-tu"]["reason"]) == ("excused", "withdrawn")
    assert sessions["w01-fr"]["title"] == "Day four"
    by_title = {s["title"]: s for s in sessions.values()}
    assert by_title["New ahead"]["state"] == "planned" and by_title["New behind"]["state"] == "excused"
    assert "moved by the plan to Mon 2026-12-07 13:00" in " ".join(running.pacer("why", "w02-mo").split())
    assert "your own time stays" in " ".join(running.pacer("why", "w01-th").split())
    assert running.ask("plan", "update", "--dry-run")["changes"] == [], "a conflict is told once"
    note = running.bubble("Your plan has a new version", after=shown)
    assert note.labels == []
    running.set_clock("2026-12-02 14:00:01")
    running.bubble("New ahead", "Start")


def test_it_is_kept(running):
    """A kill right after, and the daemon off while the file changes: the same end."""
    published(running, version(WEEK, (7, {"time": "13:00"})))
    running.kill()
    running.add_plan("live", version(WEEK, (7, {"time": "13:00"}), (8, {"time": "15:00"})), weeks=2)
    running.start_clocked("2026-12-01 12:10")
    wait_for(lambda: running.session("w02-tu")["start"][:16] == "2026-12-08T15:00", running.log)
    assert running.session("w02-mo")["start"][:16] == "2026-12-07T13:00"
    assert running.session("w01-th")["start"][:16] == "2026-12-04T16:00"


def test_shown_before_it_happens(world):
    """Dry: what would change, and nothing does."""
    world.add_plan("live", version(WEEK), weeks=2)
    world.start(at="2026-11-30 08:00")
    world.enroll("live")
    assert world.ask("plan", "update", "--dry-run")["changes"] == []
    assert "as the plan has it" in world.pacer("plan", "update")
    assert world.refused(4, "plan", "update", "e7")["error"] == "NoSuchEnrollment"


@pytest.mark.parametrize("damage", ["broken", "gone"])
def test_a_plan_that_breaks_or_goes(running, damage):
    """The enrolment lives on with the last good version, says so, and follows again when the file is back."""
    path = running.plans / "live.ics"
    good = path.read_bytes()
    if damage == "broken":
        path.write_bytes(good[: len(good) // 2])
    else:
        path.unlink()
    said = {"broken": "cannot be used", "gone": "is gone"}[damage]
    wait_for(lambda: said in running.ask("today")["enrollments"][0].get("plan_problem", ""), running.log)
    assert said in " ".join(running.pacer("today").split())
    running.set_clock("2026-12-02 09:30:01")
    running.bubble("Day 2", "Start")
    published(running, version(WEEK, (8, {"time": "15:00"})))
    assert "plan_problem" not in running.ask("today")["enrollments"][0]
    assert running.session("w02-tu")["start"][:16] == "2026-12-08T15:00"


def test_other_enrolments_are_left_alone(running):
    running.add_plan("other", [{"day": 0, "time": "10:00", "title": "Other"}])
    wait_for(lambda: any(p["name"] == "other" for p in running.ask("plans")["plans"]), "the plan is found")
    running.enroll("other", "2026-12-07")
    published(running, version(WEEK, (7, {"time": "13:00"})))
    assert running.session("w01-mo", "e2")["start"][:16] == "2026-12-07T10:00"
    assert running.rows("select seq from journal where enrolment = 'e2' and what = 'update'") == []
