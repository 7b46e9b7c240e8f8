"""kill -9 at random moments while sessions fall due: nothing is lost, and no key is shown twice except the one in flight."""

import collections
import contextlib
import datetime
import os
import random
import sqlite3
import time

from harness import wait_for

KILLS = 50
DAYS = ("mo", "tu", "we", "th", "fr")
SESSIONS_A_DAY = 80  # from 08:00 on, one every ten minutes: more than any learner bears
SPEED = 1200


def dense_plan(world):
    world.configure("[hours]\nwork_days = mon-sun\nfrom = 06:00\nto = 23:59\nlunch = none\n")
    world.add_plan("dense-1", [
        {"day": day, "time": f"{8 + minute // 60:02d}:{minute % 60:02d}", "title": f"Day {day} at minute {minute}", "minutes": 5}
        for day in range(len(DAYS)) for minute in range(0, SESSIONS_A_DAY * 10, 10)])


def session_id(day, number):
    return f"w01-{DAYS[day]}{number + 1 if number else ''}"


def integrity(world):
    with contextlib.closing(sqlite3.connect(world.database)) as database:
        return database.execute("pragma integrity_check").fetchone()[0]


def in_flight(world):
    return [row["key"] for row in world.rows("select key from notice where state = 'sent'")]


def test_fifty_kills(desk):
    seed = int(os.environ.get("PACER_TEST_SEED") or time.time_ns() % 10**9)
    dice, hint = random.Random(seed), f"repeat with PACER_TEST_SEED={seed}"
    flying, answered = collections.Counter(), {}
    dense_plan(desk)
    desk.start(at="2026-11-29 12:00")
    desk.enroll("dense-1")
    desk.restart(at="2026-11-30 07:59:00", speed=SPEED)
    for kill in range(KILLS):
        # The random moment of the kill, not a wait for anything.
        time.sleep(dice.uniform(0.0, 0.3))
        if dice.random() < 0.3:
            reply = desk.try_pacer("done", "--json", "--minutes", str(kill % 5 + 1))
            if reply.status == 0:
                answered[reply.json["session"]["id"]] = kill % 5 + 1
            else:
                assert reply.json["error"] == "NothingToAnswer", f"{reply}; {hint}"
        desk.kill()
        assert integrity(desk) == "ok", hint
        flying.update(in_flight(desk))
        desk.start()
    wait_for(lambda: not in_flight(desk), "the last ones are shown")
    for session, minutes in answered.items():
        got = desk.session(session)
        assert (got["state"], got.get("actual_minutes")) == ("done", minutes), f"pacer had its reply: {got}; {hint}\n{desk.pacer('why', session)}"
    desk.stop()
    nothing_lost(desk, answered, hint)
    nothing_twice(desk, flying, hint)


def nothing_lost(world, answered, hint):
    """Each session that came due has a row in the ledger, unless it was done before its time."""
    rung = {row["session"] for row in world.rows("select session from notice where session is not null")}
    until = world.now() - datetime.timedelta(minutes=20)
    due = {session_id(0, number) for number in range(SESSIONS_A_DAY)
           if world.local("2026-11-30 08:00") + datetime.timedelta(minutes=10 * number) < until}
    assert len(due) > 10, f"the clock hardly moved; {hint}"
    assert due - rung <= set(answered), f"{sorted(due - rung - set(answered))} never rang; {hint}"
    waiting = world.rows("select key, due_s from notice where state = 'due' and due_s < ?", until.timestamp() - 3600)
    assert not waiting, f"{waiting} still wait; {hint}"


def nothing_twice(world, flying, hint):
    """The monitor's record against the ledger: a key is shown once, and once more for each kill that found it in flight."""
    titles = {f"Day {day} at minute {number * 10}": session_id(day, number) for day in range(len(DAYS)) for number in range(SESSIONS_A_DAY)}
    allowed, shown, on_screen = collections.Counter(), collections.Counter(), {}
    for row in world.rows("select key from notice where kind in ('start', 'end')"):
        _, session, kind, _ = row["key"].split("/")
        allowed[session, kind] += 1 + flying[row["key"]]
    for bubble in world.recorder.bubbles():
        if not bubble.labels:
            continue
        title = next(title for title in sorted(titles, key=len, reverse=True) if bubble.summary.endswith(title))
        what = titles[title], "start" if "Start" in bubble.labels else "end"
        # The same words in the same place are the bubble that stands there already, taken over by the next daemon.
        if on_screen.get(bubble.replaces) != what:
            shown[what] += 1
        on_screen[bubble.id] = what
    assert sum(shown.values()) > 10, f"hardly anything was shown; {hint}"
    twice = {what: times for what, times in shown.items() if times > allowed[what]}
    assert not twice, f"{twice} were shown more often than {[allowed[what] for what in twice]}; {hint}"
