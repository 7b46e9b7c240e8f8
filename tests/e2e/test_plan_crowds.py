"""Plans at their limits through the interface: thousands of sessions at one place, and sessions where none should be."""

import contextlib
import re
import sqlite3

import pytest

from harness import ROOT, wait_for
from plan_text import plan_text
from wire import Connection

MANY = 5000


def answer(world, method, **parameters):
    """The reply, whichever it is; one that does not come in time is none."""
    with Connection(world.socket) as connection:
        connection.send(f"org.pacer.Pacer.{method}", parameters)
        return connection.receive()


def crowd(count, place, **more):
    return plan_text("crowd", [{"minutes": 20, "title": f"Session {n}", "uid": f"u-{n}", **place(n)} for n in range(count)], **more)


@pytest.fixture
def quiet(world):
    world.start(at="2026-11-02 08:00")
    return world


def known(world, name, text):
    (world.plans / f"{name}.ics").write_bytes(text)
    wait_for(lambda: name in [p["name"] for p in world.ask("plans")["plans"]], world.log)


def test_two_full_days_become_one(quiet):
    known(quiet, "crowd", crowd(MANY, lambda n: {"day": n % 2, "time": "09:00"}, weeks=2))
    reply = answer(quiet, "EditPlan", plan="crowd", dry_run=True, changes=[{"action": "move-weekday", "weekday": "tu", "to_weekday": "mo"}])
    clashes = reply["parameters"]["clashes"]
    assert len(clashes) == 10 and clashes[-1] == f"and {MANY // 2 * (MANY // 2) - 8} more that overlap", clashes


def test_a_thousand_at_one_place(quiet):
    known(quiet, "crowd", crowd(2, lambda n: {"day": n, "time": "09:00"}))
    add = {"action": "add", "week": 1, "weekday": "mo", "time": "10:00", "title": "One of many", "type": "short", "minutes": 10}
    reply = answer(quiet, "EditPlan", plan="crowd", changes=[add] * 1000)["parameters"]
    assert reply["plan"]["sessions"] == 1002 and len(reply["done"]) == 201 and reply["done"][-1].startswith("and ")
    text = (quiet.plans / "crowd.ics").read_text()
    uids = re.findall(r"^UID:.*-W01-MO\d*$", text, re.MULTILINE)
    assert len(uids) == len(set(uids)) == 1000


def test_what_a_change_does_is_told_within_a_reply(quiet):
    """1 500 new titles of characters that JSON writes with two: the file is changed, and the reply is there."""
    known(quiet, "crowd", crowd(1500, lambda n: {"day": n % 14, "time": f"{8 + n // 14 // 60:02d}:{n // 14 % 60:02d}"}, head=["X-PACER-DONE:Tested"]))
    quiet.ask("enroll", "crowd", "--start", "2026-11-09", "--yes")
    ids = [s["id"] for week in (1, 2) for s in quiet.ask("plan", "show", "crowd", "--week", week)["sessions"]]
    assert len(ids) == 1500
    reply = answer(quiet, "EditPlan", plan="crowd", changes=[{"action": "set", "session": i, "field": "title", "value": '"' * 190 + i} for i in ids])
    assert "error" not in reply, reply["error"]
    assert reply["parameters"]["learners"][0]["changes"][-1]["text"].startswith("and ")


def test_a_session_before_week_one_is_moved_and_removed(quiet):
    text = plan_text("early", [{"day": d, "time": "09:00", "title": f"Day {d}", "uid": f"u-{d}"} for d in (0, 1)])
    known(quiet, "early", text.replace(b"DTSTART:20010102T090000", b"DTSTART:20001222T090000"))
    shown = answer(quiet, "EditPlan", plan="early", dry_run=True, changes=[{"action": "move-weekday", "weekday": "fr", "to_weekday": "tu"}])
    assert "error" not in shown, shown
    reply = answer(quiet, "EditPlan", plan="early", changes=[{"action": "remove", "session": "w-1-fr"}])
    assert "Friday" in " ".join(reply["parameters"]["done"]) or "w-1-fr" in " ".join(reply["parameters"]["done"]), reply
    assert b"DTSTART:20001222" not in (quiet.plans / "early.ics").read_bytes()


@pytest.mark.parametrize("byte, says", [(b"\0", "NUL bytes"), (b"\xff", "not UTF-8")])
def test_a_file_that_is_no_text_is_not_exported(quiet, byte, says):
    path = quiet.plans / "odd.ics"
    path.write_bytes(plan_text("odd", [{"day": 0, "time": "09:00"}]).replace(b"SUMMARY:", b"SUMMARY:" + byte))
    wait_for(lambda: "odd" in [p["name"] for p in quiet.ask("plans")["plans"]], quiet.log)
    reply = answer(quiet, "ExportPlan", plan="odd", format="ics")
    assert reply["error"].endswith("StorageFailed") and says in reply["parameters"]["reason"]


@pytest.mark.parametrize("version", [1, 2, 3, 4])
def test_plans_are_edited_beside_enrolments_of_any_time(world, version):
    """Rows of older databases may lack the plan's UID."""
    world.database.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(world.database)) as database:
        database.executescript((ROOT / f"tests/data/store/v{version}.sql").read_text())
        database.execute("update enrolment set left_s = null")
        database.commit()
    world.database.chmod(0o600)
    sessions = [{"day": n, "time": "09:00", "title": f"Day {n}"} for n in range(3)]
    (world.plans / "two-weeks.ics").write_bytes(plan_text("two-weeks", sessions, weeks=2))
    world.start(at="2026-11-02 08:00")
    reply = answer(world, "EditPlan", plan="two-weeks", changes=[{"action": "set", "session": "w01-mo", "field": "title", "value": "New"}])
    assert "error" not in reply, reply
    assert [e["id"] for e in world.ask("today")["enrollments"]] == ["e1", "e2"]


def test_long_replies_lose_the_ends_of_lists_and_nothing_else(quiet):
    """What is done is not answered with an error: descriptions of 16 KB changed, 2 500 sessions outside of the hours."""
    known(quiet, "long", plan_text("long", [{"day": n % 5, "time": f"{8 + n // 5}:00", "title": f"Long {n}"} for n in range(62)], weeks=2))
    ids = [s["id"] for s in quiet.ask("plan", "show", "long", "--week", 1)["sessions"]]
    reply = answer(quiet, "EditPlan", plan="long", changes=[{"action": "set", "session": i, "field": "description", "value": "x" * 16300} for i in ids])
    assert "error" not in reply, reply["error"]
    known(quiet, "night", crowd(2500, lambda n: {"day": n % 14, "time": f"{n // 14 // 60:02d}:{n // 14 % 60:02d}", "lines": ["X-PACER-TIP:" + "t" * 300]}, weeks=2))
    reply = answer(quiet, "Enroll", plan="night", start="2026-11-09")["parameters"]
    assert reply["outside_count"] == 2500 > len(reply["outside"]) > 100 and reply["enrollment"] == "e1"
