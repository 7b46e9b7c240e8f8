"""Tracks: sessions of a plan that not everybody takes; and two files that are the same plan."""

import re

import pytest

from harness import wait_for
from plan_text import plan_text

TRACKED = [
    {"day": 0, "time": "09:30", "minutes": 30, "title": "For all", "uid": "u-0"},
    {"day": 1, "time": "09:30", "minutes": 30, "title": "On the phone", "uid": "u-1", "lines": ["X-PACER-TRACK:phone"]},
    {"day": 2, "time": "09:30", "minutes": 40, "title": "In chat", "uid": "u-2", "lines": ["X-PACER-TRACK:chat"]},
    {"day": 3, "time": "09:30", "minutes": 20, "title": "Both", "uid": "u-3", "lines": ["X-PACER-TRACK:phone chat"]},
]
HEAD = ["X-PACER-TRACKS:phone chat field", "X-PACER-DONE:Tested"]


@pytest.fixture
def tracked(desk):
    desk.add_plan("desk", TRACKED, head=HEAD)
    desk.start_clocked("2026-11-29 12:00")
    return desk


def titles(world):
    return [s["title"] for s in world.ask("week", 1)["sessions"] if s["state"] != "excused"]


def enrol(world, *words):
    return world.ask("enroll", "desk", "--start", "2026-11-30", "--yes", *words)


def test_a_learner_takes_one_track(tracked):
    reply = enrol(tracked, "--track", "phone")
    assert (reply["sessions"], reply["minutes"]) == (3, 80)
    assert titles(tracked) == ["For all", "On the phone", "Both"]
    assert tracked.ask("today")["enrollments"][0]["tracks"] == "phone"
    assert "phone" in tracked.pacer("map")


def test_a_track_is_kept_over_a_restart_and_a_new_version(tracked):
    enrol(tracked, "--track", "chat")
    tracked.stop()
    tracked.start_clocked("2026-11-29 12:05")
    later = [{"day": 4, "time": "09:30", "title": "New by phone", "uid": "u-4", "lines": ["X-PACER-TRACK:phone"]},
             {"day": 4, "time": "10:30", "title": "New in chat", "uid": "u-5", "lines": ["X-PACER-TRACK:chat"]}]
    shown = tracked.ask("plan", "update", "--dry-run", "--with", str(written(tracked, TRACKED + later)))
    assert "New in chat" in str(shown) and "New by phone" not in str(shown)
    tracked.add_plan("desk", TRACKED + later, head=HEAD)
    wait_for(lambda: "New in chat" in titles(tracked), tracked.log)
    assert titles(tracked) == ["For all", "In chat", "Both", "New in chat"]


def written(world, sessions):
    path = world.root / "next.ics"
    path.write_bytes(plan_text("desk", sessions, head=HEAD))
    return path


def test_several_tracks_and_all(tracked):
    reply = enrol(tracked, "--track", "chat,phone", "--dry-run")
    assert reply["sessions"] == 4 and not [c for c in reply["preflight"] if c["name"] == "tracks"]
    reply = enrol(tracked)
    assert reply["sessions"] == 4
    assert "phone chat field" in next(c["text"] for c in reply["preflight"] if c["name"] == "tracks"), "without a choice it says what there is"
    assert "tracks" not in tracked.ask("today")["enrollments"][0]


@pytest.mark.parametrize("track, says", [("fax", "phone chat field"), ("", "--track is empty"), ("phone fax", "'fax'")])
def test_a_track_nobody_knows(tracked, track, says):
    answer = tracked.try_pacer("enroll", "desk", "--start", "2026-11-30", "--yes", "--track", track)
    assert answer.status and says in answer.err and "track" in answer.err, answer
    assert tracked.ask("today")["enrollments"] == []


def test_a_plan_without_tracks(tracked):
    answer = tracked.try_pacer("enroll", "customer-service-18", "--start", "2026-11-30", "--yes", "--track", "phone")
    assert answer.status and "no tracks" in answer.err, answer


def test_simulating_a_track(tracked):
    notices = tracked.ask("plan", "simulate", "desk", "--start", "2026-11-30", "--track", "chat")["notices"]
    assert {n["title"] for n in notices} == {"For all", "In chat", "Both"}


# --- two files with one UID --------------------------------------------------------------------------------------------------------

def rows(world):
    return {p["name"]: p for p in world.ask("plans")["plans"]}


def modified(sessions, when):
    return plan_text("desk", sessions).replace(b"LAST-MODIFIED:20260901T080000Z", f"LAST-MODIFIED:{when}".encode())


def test_of_two_files_of_a_plan_the_newer_wins(desk):
    (desk.plans / "desk.ics").write_bytes(modified(TRACKED, "20260901T080000Z"))
    desk.start_clocked("2026-11-29 12:00")
    enrol(desk)
    # A second download of the same plan, newer by what it says itself, under another name.
    moved = [dict(s, time="11:00") if s["uid"] == "u-0" else s for s in TRACKED]
    (desk.plans / "desk-1.ics").write_bytes(modified(moved, "20261001T080000Z"))
    wait_for(lambda: desk.session("w01-mo")["start"][11:16] == "11:00", desk.log)
    assert rows(desk)["desk"]["copy_of"] == "desk-1" and "copy_of" not in rows(desk)["desk-1"]
    assert re.search(r"desk +.*older copy of desk-1", desk.pacer("plans")), desk.pacer("plans")
    # An older one changes nothing.
    (desk.plans / "desk-0.ics").write_bytes(modified([dict(s, time="15:00") for s in TRACKED], "20260101T080000Z"))
    wait_for(lambda: "desk-0" in rows(desk), desk.log)
    assert desk.session("w01-mo")["start"][11:16] == "11:00"
    # Its file gone, the next newest is followed.
    (desk.plans / "desk-1.ics").unlink()
    wait_for(lambda: desk.session("w01-mo")["start"][11:16] == "09:30", desk.log)


def test_a_copy_with_its_own_uid_is_another_plan(desk):
    desk.add_plan("desk", TRACKED)
    desk.start_clocked("2026-11-29 12:00")
    desk.pacer("plan", "new", "desk-2", "--from", "desk")
    assert not [row for row in rows(desk).values() if "copy_of" in row]
