#!/usr/bin/python3
"""make soak: the shipped plan's 18 weeks lived through by the real daemon in SOAK_SECONDS (300; not under 150), with accidents all the way.

A learner answers from bubbles and from the command line; the daemon is killed (often while a command waits for its reply), ended and
left away for a while; the notification server dies and comes back. Afterwards the database and what the server saw are held against
each other. The seed is printed; SOAK_SEED repeats it, as far as a machine repeats itself."""

import collections
import datetime
import os
import random
import sqlite3
import subprocess
import sys
import time

import desk
from desk import harness

SECONDS = max(150.0, float(os.environ.get("SOAK_SECONDS", "300")))  # pacerd knows no speed above 100 000
SEED = int(os.environ.get("SOAK_SEED") or time.time_ns() % 10**9)
PLAN, MONDAY, BEGIN = "customer-service-18", "2027-01-04", "2027-01-04 08:00"
WEEKS, GRACE = 18, datetime.timedelta(days=14)  # by then every catch window has closed, but for the race, which has none
KINDS = {"x-pacer.session.start": "start", "x-pacer.session.end": "end", "x-pacer.session.prep": "prep", "x-pacer.session.digest": "digest"}
FINAL = {"done", "partial", "missed", "excused", "merged", "dropped", "bailed"}
# What a learner types, and the word the journal has for it.
COMMANDS = [
    (["start"], {"start"}), (["start"], {"start"}), (["done", "--minutes", "20"], {"done"}), (["done", "--partly"], {"partly"}),
    (["skip", "--reason", "sick"], {"excuse"}), (["skip", "--reason", "meeting"], {"drop"}), (["snooze"], {"snooze", "more-time"}), (["undo"], {"undo"}),
]
REFUSED = {1, 4}  # as things stand, and no such session: both are answers


class Soak:
    def __init__(self, world):
        self.world, self.dice = world, random.Random(SEED)
        self.server = desk.RecordingServer(world, seed=SEED)
        self.count = collections.Counter()
        self.flying = collections.Counter()  # keys in state `sent` when the daemon was killed: each may come once more
        self.accepted = []                   # (session, words of the journal): pacer had its reply
        self.problems = []

    # --- the weeks -----------------------------------------------------------------------------------------------------------------
    def enrol(self):
        self.world.start_bus()
        self.server.start()
        self.world.start(at="2027-01-03 12:00")
        self.world.enroll(PLAN, MONDAY)
        self.world.stop()

    def live(self):
        begin = self.world.local(BEGIN)
        end = begin + datetime.timedelta(weeks=WEEKS) + GRACE
        self.world.start(at=BEGIN, speed=(end - begin).total_seconds() / SECONDS)
        while self.world.now() < end:
            time.sleep(self.dice.uniform(0.05, 1.5))
            assert self.world.daemon.alive(), f"pacerd ended by itself:\n{self.world.log()}"
            self.dice.choices((self.command, self.kill, self.end, self.server_restarts), (4, 3, 1, 1))[0]()

    def type_command(self):
        words, journal = self.dice.choice(COMMANDS)
        pacer = subprocess.Popen([harness.BUILD / "pacer", *words, "--json", "--no-start"], env=self.world.env(), stdin=subprocess.DEVNULL,
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        return pacer, journal

    def take_reply(self, pacer, journal, broken_ok):
        out, err = pacer.communicate(timeout=harness.DEADLINE_S)
        if pacer.returncode == 0:
            reply = harness.json.loads(out)
            if reply.get("changed", True):
                session = reply.get("session") or {}
                self.accepted.append((session.get("id"), journal))
                self.count["answers by pacer"] += 1
        elif pacer.returncode not in REFUSED and not broken_ok:
            self.problems.append(f"{pacer.args}: status {pacer.returncode}: {err.decode(errors='replace')}")

    def command(self):
        self.take_reply(*self.type_command(), broken_ok=False)

    def kill(self):
        """Half of the kills fall while a command is on its way: what pacer was told then must be true afterwards."""
        typed = self.type_command() if self.dice.random() < 0.5 else None
        time.sleep(self.dice.uniform(0, 0.005))
        self.world.kill()
        if typed:
            self.take_reply(*typed, broken_ok=True)
        self.flying.update(row["key"] for row in self.world.rows("select key from notice where state = 'sent'"))
        self.count["kills"] += 1
        self.come_back()

    def end(self):
        self.world.stop()
        self.count["stops"] += 1
        self.come_back()

    def come_back(self):
        time.sleep(self.dice.choice((0, 0, self.dice.uniform(0, 2))))
        self.world.start()

    def server_restarts(self):
        self.server.stop()
        time.sleep(self.dice.choice((0, self.dice.uniform(0, 2))))
        self.server.start()
        self.count["server restarts"] += 1

    def settle(self):
        """Ordinary time again, until nothing waits to be shown."""
        self.world.restart(speed=1)
        harness.wait_for(lambda: not self.world.rows("select key from notice where state in ('due', 'sent')"),
                         lambda: str(self.world.rows("select * from notice where state in ('due', 'sent')")), 60)

    # --- the account ---------------------------------------------------------------------------------------------------------------
    def check(self, good, text):
        if not good:
            self.problems.append(text)

    def check_sessions(self):
        """Each session is final and the journal says why, or its question still waits; and each was asked about or acted upon."""
        journal = collections.defaultdict(set)
        for row in self.world.rows("select session, what from journal where session is not null"):
            journal[row["session"]].add(row["what"])
        waiting = {question["session"]["id"] for question in self.world.ask("inbox")["questions"]}
        rung = {row["session"] for row in self.world.rows("select session from notice where kind in ('start', 'end')")}
        sessions = self.world.rows("select id, state, type from session")
        self.check(len(sessions) == 90, f"{len(sessions)} sessions")
        for session in sessions:
            self.count[f"sessions {session['state']}"] += 1
            name, words = session["id"], journal[session["id"]]
            self.check(session["state"] in FINAL or name in waiting, f"{name} is {session['state']} and nobody asks about it")
            self.check(words & {"done", "partly", "excuse", "drop", "expire", "undo"} or name in waiting, f"{name} is {session['state']}: the journal has {words}")
            self.check(name in rung or words & {"done", "partly", "excuse", "drop", "undo"}, f"{name} never rang: {words}")

    def check_bubbles(self):
        """The server's record against the ledger: each key once, and once more for each kill that found it in flight."""
        titles = {row["title"]: row["id"] for row in self.world.rows("select id, title from session")}
        allowed, told, shown = collections.Counter(), collections.Counter(), collections.Counter()
        for row in self.world.rows("select key, kind, session, shown_s from notice"):
            allowed[row["session"], row["kind"]] += 1 + self.flying[row["key"]]
            told[row["session"], row["kind"]] += row["shown_s"] is not None
        for bubble in self.server.bubbles():
            kind = KINDS[bubble["category"]]
            title = bubble["summary"].removeprefix({"end": "Time: ", "prep": "Coming up: "}.get(kind, ""))
            shown[None if kind == "digest" else titles[title], kind] += 1
            self.count[f"{kind} bubbles"] += 1
        for what, times in shown.items():
            self.check(times <= allowed[what], f"{what} was shown {times} times, {allowed[what]} at most")
        for what, times in told.items():
            self.check(times <= shown[what], f"{what} was told {times} times says the ledger, the server saw {shown[what]}")
        self.check(sum(shown.values()) > 30, "hardly anything was shown")

    def check_answers(self):
        """What pacer was told is true: as many entries of the journal as answers it had."""
        entries = collections.Counter((row["session"], row["what"]) for row in self.world.rows("select session, what from journal where via = 'cli'"))
        for (session, words), times in collections.Counter((session, frozenset(words)) for session, words in self.accepted).items():
            kept = sum(entries[session, word] for word in words)
            self.check(kept >= times, f"pacer was told {times} times that {sorted(words)} of {session} is noted; the journal has {kept}")

    def account(self):
        self.check_sessions()
        self.check_bubbles()
        self.check_answers()
        state = self.world.rows("pragma integrity_check")[0]["integrity_check"]
        self.check(state == "ok", f"the database: {state}")
        pressed = self.world.rows("select count(*) as n from journal where via = 'bubble' and by_learner = 1")[0]["n"]
        self.count["answers by bubble"] = pressed
        for sign in ("Assertion", "bug in"):
            self.check(sign not in self.world.log(), f"'{sign}' in the log")


def main():
    print(f"  18 weeks in {SECONDS:g} s, SOAK_SEED={SEED}", flush=True)
    with desk.world() as world:
        soak = Soak(world)
        try:
            soak.enrol()
            soak.live()
            soak.settle()
            soak.account()
        except (AssertionError, sqlite3.Error, subprocess.TimeoutExpired) as why:
            soak.problems.append(str(why))
        print("  " + ", ".join(f"{number} {what}" for what, number in sorted(soak.count.items())))
        if soak.problems:
            print("\n".join(f"  NOT OK {problem}" for problem in soak.problems))
            print(f"  the end of the log:\n{world.log()[-3000:]}\n  repeat with SOAK_SEED={SEED}")
            sys.exit(1)
        print("  nothing lost, nothing shown twice")


if __name__ == "__main__":
    main()
