"""Plan files in the search path: watched while the daemon runs, and a bad one harms nobody."""

import os

import icalendar
import pytest

from harness import BUILD, ROOT, wait_for
from plan_text import plan_text

GOOD = [{"day": 0, "time": "10:00", "title": "Good"}]


def plans(world):
    return {plan["name"]: plan for plan in world.ask("plans")["plans"]}


@pytest.fixture
def served(world):
    world.start(at="2026-11-27 12:00")
    return world


def test_new_changed_and_removed_files_are_seen(served):
    assert set(plans(served)) == {p.stem for p in (ROOT / "plans").glob("*.ics")}
    path = served.add_plan("fresh-1", GOOD)
    wait_for(lambda: plans(served).get("fresh-1"), lambda: plans(served))
    assert plans(served)["fresh-1"]["sessions"] == 1
    served.add_plan("fresh-1", GOOD + [{"day": 1, "time": "10:00", "title": "Second"}])
    wait_for(lambda: plans(served)["fresh-1"]["sessions"] == 2, lambda: plans(served))
    path.unlink()
    wait_for(lambda: "fresh-1" not in plans(served), lambda: plans(served))


def test_directory_that_appears_later(world):
    os.rmdir(world.plans)
    os.rmdir(world.plans.parent)
    world.start(at="2026-11-27 12:00")
    assert plans(world)
    world.plans.mkdir(parents=True)
    world.add_plan("fresh-1", GOOD)
    wait_for(lambda: plans(world).get("fresh-1"), lambda: plans(world))


def test_own_file_goes_before_the_system_s(served):
    served.add_plan("customer-service-18", GOOD, title="My own")
    wait_for(lambda: plans(served)["customer-service-18"]["sessions"] == 1, lambda: plans(served))
    assert plans(served)["customer-service-18"]["file"] == str(served.plans / "customer-service-18.ics")


def broken(text):
    """name -> (bytes, the line that is named, a word of the reason)"""
    lines = text.decode().split("\r\n")

    def line_of(start, nth=1):
        return [n for n, line in enumerate(lines, 1) if line.startswith(start)][nth - 1]

    def put(start, new):
        changed = list(lines)
        changed[line_of(start) - 1] = new
        return "\r\n".join(changed).encode()
    event = line_of("BEGIN:VEVENT")
    twice = lines[event - 1:line_of("END:VEVENT")]
    yield "truncated", text[:len(text) // 2], None, ""
    yield "empty-file", b"", None, ""
    yield "no-calendar", b"Dear diary,\r\ntoday I trained.\r\n", 1, ""
    yield "utf16", text.decode().encode("utf-16"), 1, ""
    yield "latin1", put("SUMMARY", "SUMMARY:Gr\xfc\xdfe").decode().encode("latin-1"), line_of("SUMMARY"), ""
    yield "nul", put("SUMMARY", "SUMMARY:a\0b"), line_of("SUMMARY"), ""
    yield "long-line", put("SUMMARY", "SUMMARY:" + "x" * 10_000_000), line_of("SUMMARY"), ""
    yield "nested", b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n" + b"BEGIN:X-DEEP\r\n" * 10_000, None, ""
    yield "secondly", put("SUMMARY", "SUMMARY:x\r\nRRULE:FREQ=SECONDLY"), line_of("SUMMARY") + 1, ""
    yield "never", put("SUMMARY", "SUMMARY:x\r\nRRULE:FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), None, ""
    yield "same-uid", "\r\n".join(lines[:event - 1] + twice + lines[event - 1:]).encode(), None, "UID"
    yield "no-uid", "\r\n".join(lines[:line_of("UID:", 2) - 1] + lines[line_of("UID:", 2):]).encode(), event, "UID"
    yield "backwards", put("DURATION", "DTEND:20010101T090000"), line_of("DURATION"), "DTEND"
    yield "unknown-zone", put("DTSTART", "DTSTART;TZID=Mars/Olympus:20010101T100000"), line_of("DTSTART"), "Mars/Olympus"
    yield "bad-date", put("DTSTART", "DTSTART:20010231T100000"), line_of("DTSTART"), "20010231"
    yield "unknown-type", put("X-PACER-TYPE", "X-PACER-TYPE:swim"), line_of("X-PACER-TYPE"), "swim"
    yield "five-hours", put("DURATION", "DURATION:PT5H"), None, ""
    yield "no-session", "\r\n".join(lines[:event - 1] + ["END:VCALENDAR", ""]).encode(), None, ""


BAD = list(broken(plan_text("template", GOOD)))


def test_each_bad_file_is_listed_and_the_good_ones_work(world):
    for name, data, _, _ in BAD:
        (world.plans / f"{name}.ics").write_bytes(data)
    world.add_plan("good-1", GOOD)
    world.start(at="2026-11-27 12:00")
    found = plans(world)
    drafts = {name for name in found if found[name]["draft"]}
    assert drafts == {"same-uid"}, "one of the two with that UID stands; in the others nothing does"
    for name, _, line, word in BAD:
        plan = found[name]
        if name in drafts:
            continue
        assert plan["error"], f"{name} is listed as good"
        assert plan["file"].endswith(f"{name}.ics") and plan["line"] >= 0
        assert line is None or plan["line"] == line, f"{name}: line {plan['line']}, expected {line}: {plan['error']}"
        assert word in plan["error"], plan
    assert not found["good-1"].get("error")
    text = world.pacer("plans")
    for name, _, line, _ in BAD:
        if name in drafts:
            assert f"pacer plan lint {name}" in " ".join(text.split())
            continue
        assert f"{name}.ics" in text and (line is None or f"{name}.ics:{line}" in text), f"{name} in:\n{text}"
    assert world.ask("enroll", "good-1", "--start", "2026-11-30", "--yes")["sessions"] == 1
    error = world.refused(6, "enroll", "unknown-zone", "--start", "2026-11-30", "--yes")
    assert "LintFailed" in error["error"] and error["findings"][0]["line"]
    assert len(world.call("ListEnrollments")["enrollments"]) == 1


@pytest.mark.parametrize("name, data, line, word", BAD, ids=[bad[0] for bad in BAD])
def test_check_says_where(world, name, data, line, word):
    path = world.root / f"{name}.ics"
    path.write_bytes(data)
    run = world.run([BUILD / "pacerd", "--check", path])
    text = run.stdout.decode()
    assert run.returncode == 6, run
    assert f"{path}:{line if line is not None else ''}" in text and word in text, text
    assert len(text) < 100_000, "a hostile file does not make a flood"


@pytest.mark.parametrize("make", ["directory", "fifo", "dangling", "huge", "unreadable-name"])
def test_things_that_are_no_files(world, make):
    path = world.plans / "odd.ics"
    if make == "directory":
        path.mkdir()
    elif make == "fifo":
        os.mkfifo(path)
    elif make == "dangling":
        path.symlink_to("/nonexistent/plan.ics")
    elif make == "huge":
        with open(path, "wb") as file:
            file.truncate(16 * 1024 * 1024 + 1)
    else:
        path = world.plans / os.fsdecode(b"odd\x1b[31m\xff.ics")
        path.write_bytes(plan_text("odd", GOOD))
    world.add_plan("good-1", GOOD)
    world.start(at="2026-11-27 12:00")
    assert not plans(world)["good-1"].get("error")
    assert "\x1b" not in world.pacer("plans")


def test_enrolment_survives_its_file(served):
    path = served.add_plan("fresh-1", GOOD)
    wait_for(lambda: plans(served).get("fresh-1"), "the file is seen")
    served.enroll("fresh-1")
    path.unlink()
    wait_for(lambda: "fresh-1" not in plans(served), "the file is gone")
    served.restart(at="2026-11-30 08:00")
    assert [s["title"] for s in served.ask("today")["sessions"]] == ["Good"]


def test_dated_file_of_another_program(served):
    """No X-PACER at all: a calendar somebody drew. Its first Monday is the anchor, its categories give the types."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Somebody//Else//EN"]
    for day, kind in ((5, "long"), (6, "short")):
        lines += ["BEGIN:VEVENT", f"UID:{day}", "DTSTAMP:20260901T080000Z", f"DTSTART:202610{day:02d}T100000", f"DTEND:202610{day:02d}T104500",
                  f"SUMMARY:Drawn {day}", f"CATEGORIES:{kind}", "END:VEVENT"]
    (served.plans / "drawn.ics").write_text("\n".join([*lines, "END:VCALENDAR", ""]))
    wait_for(lambda: plans(served).get("drawn"), "the file is seen")
    served.enroll("drawn")
    sessions = served.ask("week", "1")["sessions"]
    assert [(s["title"], s["type"], s["start"][:16], s["minutes"]) for s in sessions] == [
        ("Drawn 5", "long", "2026-11-30T10:00", 45), ("Drawn 6", "short", "2026-12-01T10:00", 45)]


def test_independent_reader_sees_ninety_events():

    calendar = icalendar.Calendar.from_ical((ROOT / "plans" / "customer-service-18.ics").read_bytes())
    events = calendar.walk("VEVENT")
    assert len(events) == 90
    assert all(len(event.walk("VALARM")) == 2 for event in events)
    assert {(event["DTSTART"].dt.isocalendar()[1]) for event in events} == set(range(1, 19)), "the ISO week is the plan week"
