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


def test_a_newer_copy_that_cannot_be_used_wins_nothing(desk):
    (desk.plans / "desk.ics").write_bytes(modified(TRACKED, "20260901T080000Z"))
    desk.start_clocked("2026-11-29 12:00")
    enrol(desk)
    later = [dict(s, time="11:00") if s["uid"] == "u-0" else s for s in TRACKED]
    (desk.plans / "desk-draft.ics").write_bytes(modified(later, "20261001T080000Z").replace(b"DURATION:PT40M", b"DURATION:PT900M"))
    (desk.plans / "desk-undated.ics").write_bytes(modified(later, "20261001T080000Z").replace(b"LAST-MODIFIED:20261001T080000Z\r\n", b""))
    wait_for(lambda: {"desk-draft", "desk-undated"} <= set(rows(desk)), desk.log)
    desk.ask("plan", "set", "desk", "w01-tu", "title", "By the phone", "--yes")
    wait_for(lambda: desk.session("w01-tu")["title"] == "By the phone", desk.log)
    assert desk.session("w01-mo")["start"][11:16] == "09:30"
    assert "plan_problem" not in desk.ask("today")["enrollments"][0]


def test_an_edit_of_a_copy_says_whom_it_reaches(desk):
    for name in ("desk", "desk-copy"):
        (desk.plans / f"{name}.ics").write_bytes(modified(TRACKED, "20260901T080000Z"))
    desk.start_clocked("2026-11-29 12:00")
    enrol(desk)
    change = desk.ask("plan", "set", "desk-copy", "w01-tu", "time", "15:00", "--yes")
    assert [learner["enrollment"] for learner in change["learners"]] == ["e1"]
    wait_for(lambda: desk.session("w01-tu")["start"][11:16] == "15:00", desk.log)


def test_another_plan_under_the_name_is_not_followed(desk):
    (desk.plans / "desk.ics").write_bytes(modified(TRACKED, "20260901T080000Z"))
    desk.start_clocked("2026-11-29 12:00")
    enrol(desk)
    stranger = plan_text("stranger", [{"day": 0, "time": "15:00", "title": "Of another plan"}])
    (desk.plans / "desk.ics").write_bytes(stranger)
    problem = wait_for(lambda: desk.ask("today")["enrollments"][0].get("plan_problem"), desk.log)
    assert "another plan by now" in problem
    assert titles(desk) == [s["title"] for s in TRACKED]
    # Back again, the plan is followed as before.
    (desk.plans / "desk.ics").write_bytes(modified([dict(s, title=s["title"] + "!") for s in TRACKED], "20261001T080000Z"))
    wait_for(lambda: titles(desk) == [s["title"] + "!" for s in TRACKED], desk.log)


@pytest.mark.parametrize("words", [["enroll", "desk", "--start", "9998-08-03", "--yes"], ["enroll", "desk", "--race", "1901-01-04", "--yes"],
                                   ["plan", "simulate", "desk", "--start", "9998-08-03"], ["plan", "simulate", "desk", "--starts", "9998-01-01..9998-03-01"]])
def test_a_day_too_far_away(tracked, words):
    answer = tracked.try_pacer(*words)
    assert answer.status == 2 and "within 50 years" in answer.err, answer


def test_an_older_backup_is_no_way_out_of_a_draft(desk):
    """The last good version is the learner's own copy, not what an old file says."""
    good = modified(TRACKED, "20260901T080000Z")
    (desk.plans / "desk.ics").write_bytes(good)
    (desk.plans / "desk-backup.ics").write_bytes(modified([dict(s, title="Old") for s in TRACKED], "20260801T080000Z"))
    desk.start_clocked("2026-11-29 12:00")
    enrol(desk)
    (desk.plans / "desk.ics").write_bytes(good.replace(b"DURATION:PT40M", b"DURATION:PT900M"))
    problem = wait_for(lambda: desk.ask("today")["enrollments"][0].get("plan_problem"), desk.log)
    assert "draft" in problem and titles(desk) == [s["title"] for s in TRACKED]
    (desk.plans / "desk.ics").write_bytes(good)
    wait_for(lambda: "plan_problem" not in desk.ask("today")["enrollments"][0], desk.log)
