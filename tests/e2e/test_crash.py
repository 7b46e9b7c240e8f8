"""kill -9 at random moments while sessions fall due: nothing is lost, and no key is shown twice except the one in flight."""

import collections
import os
import random
import sqlite3
import time

from harness import BUILD, wait_for

KILLS = 50
SESSIONS_A_DAY = 40


def dense_plan(world):
    """A session every ten minutes of a long working day: 40 a day for a week, too many for any learner."""
    world.settings.parent.mkdir(parents=True)
    world.settings.write_text("[hours]\nwork_days = mon-sun\nfrom = 06:00\nto = 23:00\nlunch = none\n")
    world.add_plan("dense-1", [
        {"day": day, "time": f"{8 + minute // 60:02d}:{minute % 60:02d}", "title": f"Day {day} at minute {minute}", "minutes": 5}
        for day in range(5) for minute in range(0, SESSIONS_A_DAY * 10, 10)])


def test_fifty_kills(desk):
    seed = int(os.environ.get("PACER_TEST_SEED", "") or time.time_ns() % 10**9)
    dice = random.Random(seed)
    hint = f"seed {seed}: repeat with PACER_TEST_SEED={seed}"
    dense_plan(desk)
    desk.start(at="2026-11-29 12:00")
    desk.enroll("dense-1")
    desk.restart(at="2026-11-30 07:59:00", speed=600)
    in_flight, answered = set(), {}
    for kill in range(KILLS):
        time.sleep(dice.uniform(0.0, 0.25))
        if dice.random() < 0.3:
            # A decision just before the kill: once pacer has its reply, it has to last.
            reply = desk.try_pacer("done", "--json", "--minutes", str(kill % 5 + 1))
            if reply.status == 0:
                session = reply.json["session"]
                answered[session["id"]] = session["actual_minutes"]
        desk.kill()
        assert integrity(desk) == "ok", hint
        in_flight |= {row["key"] for row in desk.rows("select key from notice where state = 'sent'")}
        desk.start()
    wait_for(lambda: not desk.rows("select 1 from notice where state = 'sent'"), "the last ones are shown")
    desk.stop()
    check_ledger(desk, in_flight, hint)
    check_answers(desk, answered, hint)


def integrity(world):
    with sqlite3.connect(f"file:{world.database}", uri=True) as database:
        return database.execute("pragma integrity_check").fetchone()[0]


def check_ledger(world, in_flight, hint):
    """Every alarm that came due has exactly one row a ring, and the monitor saw each key at most once more than it was in flight."""
    now = int(world.now().timestamp())
    due = world.rows("select id from session where start_at <= ?", now - 60) if has_column(world, "session", "start_at") else []
    rung = {row["session"] for row in world.rows("select distinct session from notice where session is not null")}
    shipped = expected_ids(world, now - 60)
    assert shipped <= rung, f"{sorted(shipped - rung)} never rang; {hint}"
    assert {row["id"] for row in due} <= rung or not due, hint
    keys = collections.Counter(row["key"] for row in world.rows("select key from notice"))
    assert all(count == 1 for count in keys.values()), hint
    shown = collections.Counter((b.summary, tuple(b.labels)) for b in world.recorder.bubbles() if b.labels)
    rows = world.rows("select session, kind, count(*) as times from notice where state not in ('due', 'digested') group by session, kind")
    titles = {row["id"]: row["title"] for row in world.rows("select id, title from session")}
    allowed = collections.Counter()
    for row in rows:
        if row["session"]:
            allowed[(titles[row["session"]], row["kind"])] = row["times"]
    for (summary, labels), times in shown.items():
        kind = "start" if "Start" in labels else "end"
        title = next(t for t in titles.values() if summary.endswith(t))
        session = next(i for i, t in titles.items() if t == title)
        flying = sum(1 for key in in_flight if key.split("/")[1:3] == [session, kind])
        assert times <= allowed[(title, kind)] + flying, f"{summary} was shown {times} times; {hint}"


def expected_ids(world, until_s):
    start = int(world.local("2026-11-30 08:00").timestamp())
    days = ("mo", "tu", "we", "th", "fr")
    found = set()
    for day, name in enumerate(days):
        for number in range(SESSIONS_A_DAY):
            if start + day * 86400 + number * 600 <= until_s:
                found.add(f"w01-{name}{number + 1 if number else ''}")
    return found


def has_column(world, table, column):
    return any(row["name"] == column for row in world.rows(f"pragma table_info({table})"))


def check_answers(world, answered, hint):
    assert answered, hint
    world.start()
    for session, minutes in answered.items():
        got = world.session(session)
        assert (got["state"], got["actual_minutes"]) == ("done", minutes), f"{session}; {hint}"
    assert BUILD
