"""Live plans: a file that changes under a running enrolment, by whatever hand, and what the learner sees of it."""

import os
import subprocess
import time

import pytest

from harness import wait_for
from plan_text import plan_text

WEEK = [{"day": d, "time": "09:30", "minutes": 30, "title": f"Day {d}"} for d in (0, 1, 2, 3, 4, 7, 8)]


def version(sessions, *changes):
    """The same sessions with changes: (day, None) takes one out, (day, dict) changes it."""
    edits = dict(changes)
    return [{**s, **(edits.get(s["day"]) or {}), "uid": f"uid-{s['day']}"} for s in sessions if edits.get(s["day"], {}) is not None]


def updates(world):
    """What new versions did, one text a version and enrolment."""
    return [row["text"] for row in world.rows("select text from journal where what = 'update' and session is null order by seq")]


def published(world, sessions):
    """Writes the plan, and waits until the daemon has taken it over."""
    before = len(updates(world))
    world.add_plan("live", sessions, weeks=2)
    wait_for(lambda: len(updates(world)) > before, world.log)


def problem(world):
    return world.ask("today")["enrollments"][0].get("plan_problem", "")


def words(text):
    return " ".join(text.split())


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


def test_the_story_of_a_withdrawn_session(running):
    """It is told under its name, also when a new session has its place in the copy by now; nothing else is done with it."""
    published(running, version(WEEK, (8, None)))
    assert running.ask("why", "w02-tu")["session"]["state"] == "excused"
    published(running, version(WEEK, (8, None)) + [{"day": 9, "time": "14:00", "title": "New ahead", "uid": "new-1"}])
    assert running.ask("why", "w02-we")["session"]["title"] == "New ahead"
    for name in ("w02-tu", "e1/w02-tu", "E1/w02-tu"):
        reply = running.ask("why", name)
        assert reply["gone"] == "e1/w02-tu" and "session" not in reply, reply
        assert [entry["text"] for entry in reply["entries"]] == ["withdrawn: the plan has it no more"]
    told = words(running.pacer("why", "w02-tu"))
    assert "e1/w02-tu no longer in your plan" in told and "withdrawn: the plan has it no more" in told and "lately" not in told, told
    for command in (["start", "w02-tu"], ["done", "w02-tu"], ["move", "w02-tu", "2026-12-09", "10:00"]):
        assert running.refused(4, *command)["error"] == "NoSuchSession"
    for name in ("w03-tu", "e2/w02-tu", "e1/", "/w02-tu", ""):
        assert running.try_pacer("why", name).status, name


def test_the_story_of_one_of_several(running):
    """A session that is there goes first; of several that went the learner says which."""
    running.enroll("live", start="2026-12-07")
    published(running, version(WEEK, (8, None)))
    published(running, version(WEEK, (8, None)) + [{"day": 9, "time": "14:00", "title": "New ahead", "uid": "new-1"}])
    assert running.refused(2, "why", "w02-tu")["candidates"] == ["e1/w02-tu", "e2/w02-tu"]
    assert running.ask("why", "e2/w02-tu")["gone"] == "e2/w02-tu"
    running.ask("leave", "e1", "--yes")
    assert running.ask("why", "w02-tu")["gone"] == "e2/w02-tu"
    running.add_plan("other", version(WEEK), weeks=2)
    wait_for(lambda: "other" in [plan["name"] for plan in running.ask("plans")["plans"]], running.log)
    running.enroll("other", start="2026-12-07")
    reply = running.ask("why", "w02-tu")
    assert reply["session"]["enrollment"] == "e3" and "gone" not in reply


def test_another_track_is_no_loss(desk):
    """The plan still has the session, for others: the story says so."""
    head = ["X-PACER-TRACKS:phone chat", "X-PACER-DONE:Tested"]
    sessions = [{**s, "lines": ["X-PACER-TRACK:phone"]} if s["day"] in (3, 7) else s for s in version(WEEK)]
    desk.add_plan("live", sessions, weeks=2, head=head)
    desk.start_clocked("2026-11-30 09:00")
    desk.ask("enroll", "live", "--start", "2026-11-30", "--yes", "--track", "phone")
    desk.ask("move", "w01-th", "2026-12-04", "16:00")
    desk.add_plan("live", [{**s, "lines": [line.replace("phone", "chat") for line in s.get("lines", [])]} for s in sessions if s["day"] != 8],
                  weeks=2, head=head)
    wait_for(lambda: updates(desk), desk.log)
    assert "withdrawn: no longer on your track" in words(desk.pacer("why", "w02-mo"))
    assert "no longer on your track; you set its time yourself, so it stays" in words(desk.pacer("why", "w01-th"))
    assert "withdrawn: the plan has it no more" in words(desk.pacer("why", "w02-tu"))


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


def test_another_version_beforehand(running):
    """--with: what a file that lies elsewhere would do, to one enrolment or to all; nothing changes."""
    draft = running.root / "live.ics"
    draft.write_bytes(plan_text("live", version(WEEK, (7, {"time": "13:00"}), (8, None), (3, {"time": "11:00"})), weeks=2))
    changes = running.ask("plan", "update", "--dry-run", "--with", draft)["changes"]
    assert {(c["kind"], c["session"]) for c in changes} == {("moved", "w02-mo"), ("withdrawn", "w02-tu"), ("conflict", "w01-th")}
    shown = words(running.pacer("plan", "update", "e1", "--dry-run", "--with", draft))
    assert "live: 3 changes" in shown and "your own time stays" in shown
    assert running.session("w02-mo")["start"][:16] == "2026-12-07T09:30" and updates(running) == []
    running.enroll("live", "2026-12-07")
    reply = running.ask("plan", "update", "--dry-run", "--with", draft)
    assert [(e["enrollment"], len(e["changes"])) for e in reply["learners"]] == [("e1", 3), ("e2", 3)], "all who run on the plan"
    assert "learners" not in running.ask("plan", "update", "e2", "--dry-run", "--with", draft)
    shown = running.pacer("plan", "update", "--dry-run", "--with", draft)
    assert "live (e1): 3 changes" in shown and "live (e2): 3 changes" in shown
    same = running.root / "copy.ics"  # known by its UID
    same.write_bytes((running.plans / "live.ics").read_bytes())
    assert running.pacer("plan", "update", "--dry-run", "--with", same).count("this version would change nothing") == 2


def test_another_version_that_is_none(running):
    """What cannot be shown is refused with a reason, and says what to do."""
    def refused(status, content, *args, name="live.ics"):
        path = running.root / name
        path.write_bytes(content)
        return running.refused(status, "plan", "update", *args, "--with", path)
    good = (running.plans / "live.ics").read_bytes()
    assert "add --dry-run" in refused(2, good)["message"]
    assert running.refused(4, "plan", "update", "--dry-run", "--with", running.root / "none.ics")["error"] == "File"
    assert "too long" in refused(6, good + b"X-LONG:" + b"x" * (2 << 20), "--dry-run")["message"]
    assert "NUL" in refused(6, b"BEGIN:VCALENDAR\0", "--dry-run")["message"]
    assert "UTF-8" in refused(6, good.replace(b"Day 1", b"Day \xff"), "--dry-run")["message"]
    assert refused(6, good[: len(good) // 2], "--dry-run")["error"] == "LintFailed"
    assert refused(6, good.replace(b"X-PACER-EFFORT;VALUE=INTEGER:3", b"X-PACER-EFFORT;VALUE=INTEGER:30", 1), "--dry-run")["error"] == "LintFailed"
    stranger = refused(2, plan_text("other", WEEK), "--dry-run", name="other.ics")
    assert stranger["error"] == "OutOfRange" and "UID" in running.try_pacer("plan", "update", "--dry-run", "--with", running.root / "other.ics").err
    assert refused(2, plan_text("other", WEEK), "e1", "--dry-run", name="other.ics")["error"] == "OutOfRange"
    assert running.refused(4, "plan", "update", "e7", "--dry-run", "--with", running.plans / "live.ics")["error"] == "NoSuchEnrollment"
    assert problem(running) == "" and updates(running) == []


def test_what_came_last(running):
    """After the take-over nothing is waiting; what came, and when, is said."""
    assert "The last change came" not in running.pacer("plan", "update", "--dry-run")
    published(running, version(WEEK, (7, {"time": "13:00"})))
    running.set_clock("2026-12-02 10:00")
    published(running, version(WEEK, (7, {"time": "14:00"}), (8, None)))
    said = words(running.pacer("plan", "update", "--dry-run"))
    assert "nothing is waiting" in said and "The last change came Wed 2 Dec 10:00: live has a new version: 1 withdrawn, 1 moved." in said
    last = running.ask("plan", "update", "--dry-run")["last"]
    assert last["time"][:16] == "2026-12-02T10:00" and last["enrollment"] == "e1"


def test_conflicts_are_told(running):
    """Both want something else: the learner's stays, and why says so; the words of a version that came by while a session ran are new."""
    running.set_clock("2026-12-02 09:30:01")
    running.until_state("w01-we", "prompted")
    published(running, version(WEEK, (2, {"time": "16:00"})))
    assert "the plan moved it to Wed 2026-12-02 16:00; it waits for your answer, so it stays" in words(running.pacer("why", "w01-we"))
    running.ask("start", "w01-we")
    published(running, version(WEEK, (2, {"time": "16:00", "minutes": 45})))
    assert "the plan gives it 45 min now; the run goes on as you began it" in words(running.pacer("why", "w01-we"))
    published(running, version(WEEK, (2, {"time": "17:00", "minutes": 45})))
    assert "the plan moved it to Wed 2026-12-02 17:00; it runs, so it stays" in words(running.pacer("why", "w01-we"))
    published(running, version(WEEK, (2, None)))
    assert "the plan has it no more; it runs, so it stays" in words(running.pacer("why", "w01-we"))
    assert running.session("w01-we")["state"] == "running" and running.session("w01-we")["start"][:16] == "2026-12-02T09:30"
    published(running, version(WEEK, (2, None), (8, {"day": 1, "time": "08:00"})))
    assert "moved it to Tue 2026-12-01 08:00, which has passed; it stays" in words(running.pacer("why", "w02-tu"))
    published(running, version(WEEK, (2, None), (3, None)))
    assert "the plan has it no more; you set its time yourself, so it stays" in words(running.pacer("why", "w01-th"))
    assert running.session("w01-th")["start"][:16] == "2026-12-04T16:00"
    conflicts = running.rows("select text from journal where what = 'update' and session in ('w01-we', 'w01-th') and text like '%stays%'")
    assert len(conflicts) == 4, f"each once: {conflicts}"


def test_one_quiet_note(running):
    """Ten sessions change: one bubble, of low urgency, without buttons. Nothing that concerns the learner: none."""
    more = [{"day": 8 + n, "time": "15:00", "title": f"More {n}", "uid": f"more-{n}"} for n in range(5)]
    published(running, version(WEEK) + more)
    wait_for(lambda: len(running.bubbles("Your plan has a new version")) == 1, running.log)
    later = [{**m, "time": "16:00"} for m in more]
    published(running, version(WEEK, *((d, {"minutes": 35}) for d in (2, 3, 4, 7, 8))) + later)
    assert "10 changes" in running.bubble("10 changes").body
    running.settled()
    notes = running.bubbles("Your plan has a new version")
    assert len(notes) == 2 and notes[1].replaces == notes[0].id, "in one place"
    assert [note.hints["urgency"] for note in notes] == [0, 0] and notes[1].labels == []
    before, revision = len(running.settled()), running.rows("select revision from enrolment")
    running.add_plan("live", version(WEEK, (0, {"title": "Done, with another title"}), *((d, {"minutes": 35}) for d in (2, 3, 4, 7, 8))) + later, weeks=2)
    wait_for(lambda: running.rows("select revision from enrolment") != revision, "the version is taken over")
    assert len(running.settled()) == before and len(updates(running)) == 2, "the session is done: nothing to tell"


DAMAGES = {
    "half of it": (lambda good: good[: len(good) // 2], "cannot be used"),
    "garbage": (lambda good: bytes(range(256)) * 20, "cannot be used"),
    "empty": (lambda good: b"", "cannot be used"),
    "out of range": (lambda good: good.replace(b"X-PACER-EFFORT;VALUE=INTEGER:3", b"X-PACER-EFFORT;VALUE=INTEGER:30", 1), "draft"),
    "no time": (lambda good: good.replace(b"DTSTART:20010103T093000", b"DTSTART:someday", 1), "draft"),
    "gone": (None, "is gone"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_plan_that_breaks_or_goes(running, damage):
    """The enrolment lives on with the last good version, says so, and follows again when the file is back."""
    path = running.plans / "live.ics"
    good = path.read_bytes()
    spoil, said = DAMAGES[damage]
    if spoil:
        assert spoil(good) != good
        path.write_bytes(spoil(good))
    else:
        path.unlink()
    wait_for(lambda: said in problem(running), running.log)
    assert "your copy goes on" in problem(running)
    assert said in words(running.pacer("today"))
    assert running.try_pacer("plan", "update").status != 0, "there is nothing to take over"
    running.set_clock("2026-12-02 09:30:01")
    running.bubble("Day 2", "Start")
    assert updates(running) == []
    published(running, version(WEEK, (8, {"time": "15:00"})))
    assert problem(running) == "" and updates(running) == ["live has a new version: 1 moved"]
    assert running.session("w02-tu")["start"][:16] == "2026-12-08T15:00"


def test_drafts_on_the_way(running):
    """One draft after the other changes nothing; with the last error gone all of it comes at once."""
    path = running.plans / "live.ics"
    bad = version(WEEK, (7, {"time": "13:00", "effort": 30}))
    path.write_bytes(plan_text("live", bad, weeks=2))
    wait_for(lambda: "draft" in problem(running), running.log)
    path.write_bytes(plan_text("live", [*bad, {"day": 9, "time": "10:00", "title": "Ninth", "uid": "ninth", "minutes": 9000}], weeks=2))
    wait_for(lambda: running.ask("plan", "show", "live")["plan"]["revision"] is not None and "draft" in problem(running), running.log)
    assert updates(running) == [] and running.session("w02-mo")["state"] == "planned", "no session is withdrawn for a typo"
    published(running, [*version(WEEK, (7, {"time": "13:00"})), {"day": 9, "time": "10:00", "title": "Ninth", "uid": "ninth"}])
    assert updates(running) == ["live has a new version: 1 added, 1 moved"]


def test_a_copy_without_room(world):
    """A version that does not fit beside what the learner keeps: said, refused, and followed again when one fits."""
    def dense(count, version_number):
        return [{"day": 7 * (n // 100) + n % 100 // 20, "time": f"{8 + n % 20 // 2:02}:{n % 2 * 30:02}", "title": f"Session {n}", "uid": f"v{version_number}-{n}",
                 "type": "race" if n == count - 1 else "short"} for n in range(count)]
    path = world.add_plan("dense", dense(5000, 1), weeks=50)
    world.start(at="2026-11-30 07:00")
    world.enroll("dense")
    world.ask("move", "w01-mo", "2026-12-04", "16:00")
    fresh = plan_text("dense", [{**s, "day": s["day"] + 2} for s in dense(5000, 2)], weeks=50)
    path.write_bytes(fresh)
    wait_for(lambda: "no room" in problem(world), world.log)
    assert updates(world) == [] and world.session("w01-mo")["start"][:16] == "2026-12-04T16:00"
    assert world.refused(1, "plan", "update")["error"] == "LimitReached"
    assert "no room" in world.ask("plan", "update", "--dry-run")["changes"][0]["text"]
    world.stop()
    world.start()
    wait_for(lambda: "no room" in problem(world), "said also after a start")
    path.write_bytes(plan_text("dense", dense(4999, 2), weeks=50))
    wait_for(lambda: updates(world), world.log)
    assert problem(world) == "" and world.rows("select count(*) as n from session")[0]["n"] == 5000


def test_by_git(running):
    """A checkout of another branch: the file goes and another comes, and back again."""
    def git(*args):
        subprocess.run(["git", "-C", running.plans, "-c", "user.name=T", "-c", "user.email=t@example.org", *args], env=running.env(), check=True,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    path = running.plans / "live.ics"
    git("init", "--initial-branch=one")
    git("add", "live.ics")
    git("commit", "-m", "Version 1")
    git("checkout", "-b", "two")
    path.write_bytes(plan_text("live", version(WEEK, (7, {"time": "13:00"})), weeks=2))
    git("commit", "-am", "Version 2")
    wait_for(lambda: len(updates(running)) == 1, running.log)
    for number, (branch, clock) in enumerate([("one", "09:30"), ("two", "13:00")], start=2):
        git("checkout", branch)
        wait_for(lambda: len(updates(running)) == number, running.log)
        assert running.session("w02-mo")["start"][:16] == f"2026-12-07T{clock}"
    git("checkout", "--orphan", "empty")
    git("rm", "-rf", ".")
    wait_for(lambda: "is gone" in problem(running), running.log)
    git("checkout", "two")
    wait_for(lambda: problem(running) == "", running.log)
    assert len(updates(running)) == 3, "the same version again is none"


def test_by_a_sync_tool(running):
    """Half a file first, in its place; then a temporary one beside it, renamed over it."""
    path, new = running.plans / "live.ics", plan_text("live", version(WEEK, (7, {"time": "13:00"})), weeks=2)
    path.write_bytes(new[: len(new) // 2])
    wait_for(lambda: "cannot be used" in problem(running), running.log)
    beside = running.plans / ".live.ics.part"
    with open(beside, "wb") as part:
        for at in range(0, len(new), 500):
            part.write(new[at: at + 500])
            part.flush()
    assert updates(running) == []
    os.replace(beside, path)
    wait_for(lambda: updates(running), running.log)
    assert problem(running) == "" and updates(running) == ["live has a new version: 1 moved"]


def test_a_file_that_flaps(running):
    """Twenty versions within a second: the last one is taken over, once."""
    before = len(running.settled())
    took_in = running.log().count("plans changed on disk")
    for turn in range(20):
        running.add_plan("live", version(WEEK, (7, {"time": f"{10 + turn % 2}:{turn:02}"})), weeks=2)
        time.sleep(0.05)
    wait_for(lambda: updates(running), running.log)
    assert running.session("w02-mo")["start"][:16] == "2026-12-07T11:19"
    running.bubble("Your plan has a new version", after=before)
    assert len(updates(running)) == 1 and len(running.settled()) == before + 1
    assert running.log().count("plans changed on disk") == took_in + 1


MANY = [{"day": 7 * week + day, "time": "09:30", "title": f"Session {week}.{day}", "uid": f"s-{week}-{day}", "type": "race" if week == 17 and day == 4 else "short"}
        for week in range(18) for day in range(5)]


def test_all_enrolments_or_none(world):
    """Killed while a version for eight enrolments is being written: afterwards all have it, or none, and in the end all."""
    world.expect_clean = False
    mondays = [f"2026-{month}-{day:02}" for month, day in (("11", 30), ("12", 7), ("12", 14), ("12", 21), ("12", 28))] + ["2027-01-04", "2027-01-11", "2027-01-18"]
    world.add_plan("many", MANY)
    world.start(at="2026-11-30 08:00")
    for monday in mondays:
        world.enroll("many", monday)
    log = world.database.with_name("pacer.db-wal")
    for number in range(1, 11):
        clock = f"{10 + number}:00"
        before = log.stat().st_size if log.exists() else 0
        world.add_plan("many", [{**s, "time": clock} for s in MANY])
        end = time.monotonic() + 10
        while (log.stat().st_size if log.exists() else 0) == before and time.monotonic() < end:
            pass  # no rest: the moment is short
        time.sleep(0.003 * (number - 1))  # the list of plans is written first; then comes the version
        world.kill()
        revisions = {row["revision"] for row in world.rows("select distinct revision from enrolment")}
        seconds = {row["start_second"] for row in world.rows("select distinct start_second from session where state = 'planned' and day > 7")}
        assert len(revisions) == len(seconds) == 1, f"round {number}: {revisions} {seconds}"
        world.start()
        wait_for(lambda: world.rows("select count(distinct revision) as n, min(revision) as r from enrolment")[0]["r"] not in revisions
                 or seconds == {(10 + number) * 3600}, world.log)
        rows = world.rows("select distinct start_second from session where state = 'planned' and day > 7")
        assert [row["start_second"] for row in rows] == [(10 + number) * 3600]


def test_other_enrolments_are_left_alone(running):
    running.add_plan("other", [{"day": 0, "time": "10:00", "title": "Other"}])
    wait_for(lambda: any(p["name"] == "other" for p in running.ask("plans")["plans"]), "the plan is found")
    running.enroll("other", "2026-12-07")
    published(running, version(WEEK, (7, {"time": "13:00"})))
    assert running.session("w01-mo", "e2")["start"][:16] == "2026-12-07T10:00"
    assert running.rows("select seq from journal where enrolment = 'e2' and what = 'update'") == []
