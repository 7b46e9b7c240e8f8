#!/usr/bin/python3
"""make soak: the shipped plan's 18 weeks lived through by the real daemon in SOAK_SECONDS (300), with accidents all the way; in make check
its first weeks: SOAK_WEEKS=2 SOAK_SECONDS=28.

A learner answers from bubbles and from the command line, goes away, pauses, sits in meetings, travels. The daemon is killed (often while
a command waits for its reply), ended and left away for a while; the notification server crashes, hangs and is started again.
Accidents are dealt like cards: each hand has every kind, in an order that SOAK_SEED repeats, as far as a machine repeats itself.
Afterwards the ledger is held against what the server saw and what happened (account.py). One line a judgement, then all counts in one."""

import collections
import datetime
import functools
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import zoneinfo

import desk
from account import LAG_S, Account
from desk import harness

SEED = int(os.environ.get("SOAK_SEED") or time.time_ns() % 10**9)
WEEKS = min(18, int(os.environ.get("SOAK_WEEKS", "18")))
WHOLE = WEEKS == 18
PLAN, MONDAY, BEGIN = "customer-service-18", "2027-01-04", "2027-01-04 08:00"
GRACE = datetime.timedelta(days=14 if WHOLE else 0)  # by then every catch window of the plan has closed, but for the race, which has none
SPEED_MAX = 90000  # pacerd knows none above 100 000
SPAN = datetime.timedelta(weeks=WEEKS) + GRACE
SECONDS = max(SPAN.total_seconds() / SPEED_MAX, float(os.environ.get("SOAK_SECONDS", "300")))
SPEED = SPAN.total_seconds() / SECONDS
# So fast a day is over within two seconds: what is late by the machine's own doing is not to go into a digest for it.
LATE_MIN = 240
SETTINGS = f"[prompts]\nlate = {LATE_MIN}\n"
LOOK_S = 0.1
RECOVERS_S, HANG_RECOVERS_S = 1.0, 6.5  # when the daemon has found a server again; a hung one is asked every 5 s at first
FINAL = {"done", "partial", "missed", "excused", "merged", "dropped", "bailed"}
ANSWERED = {"done", "partly", "excuse", "drop", "undo"}
# What a learner types, and the word the journal has for it.
COMMANDS = [
    (["start"], {"start"}), (["start", "--anyway"], {"start"}), (["done", "--minutes", "20"], {"done"}), (["done", "--partly"], {"partly"}),
    (["skip", "--reason", "sick"], {"excuse"}), (["skip", "--reason", "meeting"], {"drop"}), (["snooze"], {"snooze", "more-time"}), (["undo"], {"undo"}),
]
REFUSED = {1, 4}  # as things stand, and no such session: both are answers
ABSENCES = (["away", "today", "tomorrow"], ["pause", "8h"], ["busy", "6h"])
JUDGEMENTS = ("it went to its end", "every kind of accident happened", "nothing is lost", "nothing is doubled", "every hold is explained",
              "what pacer was told is true", "the state is sound")
ZONES = ("Europe/Berlin", "Europe/Lisbon", "America/New_York", "Asia/Tokyo")


class Soak:
    def __init__(self, world):
        self.world, self.dice = world, random.Random(SEED)
        world.zone = ZONES[0]
        self.etc = desk.OwnEtc(world)
        self.server = desk.RecordingServer(world, "--seed", SEED)
        self.count = collections.Counter()
        self.again = collections.Counter()   # keys that may come once more: in state `sent` when the daemon went
        self.standing = collections.Counter()  # and in their own place: on the screen then, the next daemon takes them over
        self.accepted = []                   # (session, words of the journal): pacer had its reply
        self.spans, self.seen, self.bare = [], collections.defaultdict(set), set()
        self.zones, self.clocks = [], []
        self.verdicts = {what: [] for what in JUDGEMENTS}  # what speaks against it

    # --- clocks --------------------------------------------------------------------------------------------------------------------
    def now_s(self):
        return self.world.now().timestamp()

    def shown_s(self, real):
        """What the daemon's clock showed at a real time, by the start of the daemon before it."""
        base, shown, speed = max(clock for clock in self.clocks if clock[0] <= real)
        return shown.timestamp() + (real - base) * speed

    def span(self, what, begin_s, more_s=0.0):
        """It was so from then until now, and has consequences for so much real time more."""
        self.spans.append((what, begin_s, self.now_s() + more_s * self.world.speed))

    def start(self, at=None, speed=None):
        self.world.start(at=at, speed=speed, wrap=self.etc.wrap, TZ=None)
        self.clocks.append((self.world.real_at, self.world.shown_at, self.world.speed))

    # --- the weeks -----------------------------------------------------------------------------------------------------------------
    def enrol(self):
        desk.set_settings(self.world, SETTINGS)
        self.world.start_bus()
        self.server.start()
        self.start(at="2027-01-03 12:00", speed=1)
        self.world.enroll(PLAN, MONDAY)
        self.world.stop()

    def live(self):
        end = self.world.local(BEGIN) + SPAN
        self.start(at=BEGIN, speed=SPEED)
        self.zones.append((self.now_s(), self.world.zone))
        hand, dealt = [], 0
        while self.world.now() < end or (hand and dealt == 1):  # the first hand is played out on a slow machine too
            dealt += not hand
            hand = hand or self.deal()
            self.wait(self.dice.uniform(0.05, 1.2))
            assert self.world.daemon.alive(), f"pacerd ended by itself:\n{self.world.log()}"
            hand.pop()()

    def deal(self):
        kinds = [self.command] * 8 + [self.kill] * 4 + [functools.partial(self.absence, words) for words in ABSENCES] + [
            self.end, self.server_crashes, self.server_restarts, self.server_stutters, self.server_hangs, self.zone_changes, self.resume]
        self.dice.shuffle(kinds)
        return kinds

    def wait(self, seconds):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.look()
            time.sleep(LOOK_S)

    def look(self):
        """What waits says why. The files are copied while they are written: only what two looks say counts."""
        rows = self.world.rows("select key, cause from notice where state = 'due'")
        bare = {row["key"] for row in rows if not row["cause"]}
        self.verdicts["every hold is explained"] += [f"{key} waits and the ledger does not say why" for key in bare & self.bare]
        self.bare = bare
        for row in rows:
            if row["cause"]:
                self.seen[row["key"]].add(row["cause"])

    # --- the learner ---------------------------------------------------------------------------------------------------------------
    def type(self, words):
        return subprocess.Popen([harness.BUILD / "pacer", *words, "--json", "--no-start"], env=self.world.env(), stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def take_reply(self, pacer, journal, broken_ok=False):
        out, err = pacer.communicate(timeout=harness.DEADLINE_S)
        if pacer.returncode == 0:
            reply = harness.json.loads(out)
            if reply.get("changed", True) and journal:
                self.accepted.append(((reply.get("session") or {}).get("id"), journal))
                self.count["answers by pacer"] += 1
        elif pacer.returncode not in REFUSED and not broken_ok:
            self.verdicts["what pacer was told is true"].append(f"{pacer.args}: status {pacer.returncode}: {err.decode(errors='replace')}")

    def choose(self):
        """Words and what the journal calls them. Never more undoing than answers: the next to be undone would be the enrolment."""
        words, journal = self.dice.choice(COMMANDS)
        if words == ["undo"]:
            if self.count["undo"] >= self.count["answers by pacer"] - self.count["undo"]:
                return COMMANDS[0]
            self.count["undo"] += 1
        return words, journal

    def command(self):
        words, journal = self.choose()
        self.take_reply(self.type(words), journal)

    def absence(self, words):
        self.take_reply(self.type(words), None)
        self.count["absences"] += 1

    def resume(self):
        self.take_reply(self.type(["resume"]), None)

    def zone_changes(self):
        self.etc.set_zone(self.dice.choice([zone for zone in ZONES if zone != self.world.zone]))
        self.zones.append((self.now_s(), self.world.zone))
        self.count["zone changes"] += 1

    # --- accidents -----------------------------------------------------------------------------------------------------------------
    def kill(self):
        """Half of the kills fall while a command is on its way: what pacer was told then must be true afterwards."""
        words, journal = self.choose()
        typed = self.type(words) if self.dice.random() < 0.5 else None
        time.sleep(self.dice.uniform(0, 0.005))
        gone_s = self.now_s()
        self.world.kill()
        if typed:
            self.take_reply(typed, journal, broken_ok=True)
        self.count["kills"] += 1
        self.come_back(gone_s)

    def end(self):
        gone_s = self.now_s()
        self.world.stop()
        self.count["daemon restarts"] += 1
        self.come_back(gone_s)

    def note_repeats(self):
        """The daemon is gone: what the next one may show again."""
        fresh_s = int(self.now_s()) - LATE_MIN * 60
        rows = self.world.rows("select key, state from notice where state = 'sent' or (state = 'shown' and closed_s is null and cause is null "
                               "and shown_s > ?)", fresh_s)
        self.again.update(row["key"] for row in rows if row["state"] == "sent")
        self.standing.update(row["key"] for row in rows if row["state"] == "shown")

    def come_back(self, gone_s):
        self.note_repeats()
        self.wait(self.dice.choice((0, 0, self.dice.uniform(0, 1.5))))
        self.start()
        self.span("down", gone_s)

    def server_goes(self, number):
        gone_s = self.now_s()
        self.server.stop(number)
        self.wait(self.dice.choice((0, self.dice.uniform(0, 1.5))))
        self.server.start()
        self.span("server", gone_s, RECOVERS_S)

    def server_crashes(self):
        self.server_goes(signal.SIGKILL)
        self.count["server crashes"] += 1

    def server_restarts(self):
        self.server_goes(signal.SIGTERM)
        self.count["server restarts"] += 1

    def hang(self, seconds, recovers_s, meanwhile):
        begin_s = self.now_s()
        self.server.process.send(signal.SIGSTOP)
        self.wait(seconds / 2)
        meanwhile()
        self.wait(seconds / 2)
        self.server.process.send(signal.SIGCONT)
        self.span("server", begin_s, recovers_s)
        self.count["server hangs"] += 1

    def server_stutters(self):
        """Shorter than the limit for an answer: it comes late."""
        self.hang(self.dice.uniform(0.1, 0.8), RECOVERS_S, self.command)

    def server_hangs(self):
        self.hang(self.dice.uniform(1.8, 3), HANG_RECOVERS_S, self.dice.choice((self.command, self.kill)))

    def settle(self):
        """Ordinary time on a working morning, until all that waits has a reason to."""
        self.wait(HANG_RECOVERS_S if WHOLE else RECOVERS_S)
        self.take_reply(self.type(["resume"]), None)
        gone_s = self.now_s()
        self.world.stop()
        day = self.world.now().astimezone(zoneinfo.ZoneInfo(self.world.zone)) + datetime.timedelta(days=1)
        while day.weekday() > 4:
            day += datetime.timedelta(days=1)
        self.note_repeats()
        self.start(at=f"{day:%Y-%m-%d} 10:00:00", speed=1)
        self.span("down", gone_s)
        waits = "select key, cause from notice where state = 'sent' or (state = 'due' and cause is null) or (state = 'due' and cause like '%server%')"
        harness.wait_for(lambda: not self.world.rows(waits), lambda: str(self.world.rows(waits)), 60)
        self.look()

    # --- the account ---------------------------------------------------------------------------------------------------------------
    def judge(self, what, problems):
        self.verdicts[what] += problems

    def judge_accidents(self):
        wanted = ("kills", "daemon restarts", "server crashes", "server hangs", "server restarts", "zone changes", "absences", "answers by pacer")
        noticed = self.world.rows("select count(*) as n from journal where what = 'zone'")[0]["n"]
        self.judge("every kind of accident happened", [f"no {what}" for what in wanted if not self.count[what]]
                   + ([] if noticed else ["the daemon noticed no change of zone"]))

    def judge_sessions(self):
        """Each session that lies behind is final and the journal says why, or its question waits; and each was asked about or acted upon."""
        journal = collections.defaultdict(set)
        for row in self.world.rows("select session, what from journal where session is not null"):
            journal[row["session"]].add(row["what"])
        waiting = {question["session"]["id"] for question in self.world.ask("inbox")["questions"]}
        rung = {row["session"] for row in self.world.rows("select session from notice where kind in ('start', 'end')")}
        sessions = self.world.rows("select id, state, start_day from session")
        behind = (self.world.now().date() - datetime.date(1970, 1, 1)).days - 1
        problems = [] if len(sessions) == 90 else [f"{len(sessions)} sessions"]
        for session in sessions:
            name, state, words = session["id"], session["state"], journal[session["id"]]
            if session["start_day"] >= behind:
                continue
            self.count["sessions"] += 1
            if state not in FINAL and name not in waiting:
                problems.append(f"{name} is {state} and nobody asks about it")
            if not words & {*ANSWERED, "expire"} and name not in waiting:
                problems.append(f"{name} is {state}: the journal has {words}")
            if name not in rung and not words & ANSWERED:
                problems.append(f"{name} never rang: {words}")
        self.judge("nothing is lost", problems)

    def read_bubbles(self, account):
        """The server's record, each bubble with its session and kind. A kind whose bubbles do not name their session is counted as one."""
        titles = sorted(((row["title"], row["id"]) for row in self.world.rows("select id, title from session")), key=lambda pair: -len(pair[0]))
        of_session = {row["kind"] for row in account.notices if row["session"]}
        bubbles = [(bubble["category"].rsplit(".", 1)[1], bubble) for bubble in self.server.bubbles()]
        named = [(next((name for title, name in titles if title in bubble["summary"]), None), kind, bubble) for kind, bubble in bubbles]
        self.nameless = {kind for name, kind, _ in named if not name} | {row["kind"] for row in account.notices} - of_session
        self.bubbles = collections.defaultdict(list)
        for name, kind, bubble in named:
            self.bubbles[self.what(name, kind)].append((self.shown_s(bubble["time"]), bubble["stands"]))

    def what(self, name, kind):
        return (None if kind in self.nameless else name, kind)

    def judge_bubbles(self, account):
        """Each key once, and once more for each time it was under way when the daemon went or the server did not answer in time; and in its
        own place for each daemon that found it on the screen."""
        log = self.world.log()
        once, standing, told, shown, anew = (collections.Counter() for _ in range(5))
        for row in account.notices:
            what = self.what(row["session"], row["kind"])
            once[what] += 1 + self.again[row["key"]] + log.count(f"notice {row['key']} not shown")
            standing[what] += self.standing[row["key"]]
            told[what] += row["shown_s"] is not None
        for what, bubbles in self.bubbles.items():
            shown[what] += len(bubbles)
            anew[what] += sum(not stands for _, stands in bubbles)
        self.count["repeats allowed"] = sum(self.again.values()) + log.count(" not shown: ")
        doubled = [f"{what} was shown {shown[what]} times, {anew[what]} of them anew; {once[what]} and {standing[what]} in its place are right"
                   for what in shown if anew[what] > once[what] or shown[what] > once[what] + standing[what]]
        lost = [f"{what} was told {times} times says the ledger, the server saw {shown[what]}" for what, times in told.items() if times > shown[what]]
        if sum(shown.values()) < 5 * WEEKS / 2:
            lost.append(f"hardly anything was shown: {dict(shown)}")
        self.judge("nothing is doubled", doubled)
        self.judge("nothing is lost", lost + [f"{key} is nowhere" for key in account.lost()])

    def first_shown(self, row, since):
        """When the server first had it: a later one may be the same bubble, taken over by the next daemon."""
        slack = LAG_S * SPEED
        times = [when for when, _ in self.bubbles.get(self.what(row["session"], row["kind"]), ()) if since - slack <= when]
        return min(times, default=None)

    def judge_answers(self):
        """What pacer was told is true: as many entries of the journal as answers it had."""
        entries = collections.Counter((row["session"], row["what"]) for row in self.world.rows("select session, what from journal where via = 'cli'"))
        problems = []
        for (session, words), times in collections.Counter((session, frozenset(words)) for session, words in self.accepted).items():
            kept = sum(entries[session, word] for word in words)
            if kept < times:
                problems.append(f"pacer was told {times} times that {sorted(words)} of {session} is noted; the journal has {kept}")
        self.judge("what pacer was told is true", problems)

    def judge_state(self):
        state = self.world.rows("pragma integrity_check")[0]["integrity_check"]
        signs = [f"'{sign}' in the log" for sign in ("Assertion", "bug in") if sign in self.world.log()]
        self.judge("the state is sound", signs + ([] if state == "ok" else [f"the database: {state}"]))

    def account(self):
        self.judge_accidents()
        self.judge_sessions()
        account = Account(self.world.rows, self.spans, self.seen, self.zones, LAG_S * SPEED)
        self.read_bubbles(account)
        self.judge_bubbles(account)
        account.judge_holds(self.first_shown)
        self.judge("every hold is explained", account.unexplained)
        self.judge_answers()
        self.judge_state()
        self.count["answers by bubble"] = self.world.rows("select count(*) as n from journal where via = 'bubble' and by_learner = 1")[0]["n"]
        return account.line()

    def counts(self):
        names = ("kills", "daemon restarts", "server crashes", "server hangs", "server restarts", "zone changes", "absences", "answers by bubble",
                 "answers by pacer", "sessions", "repeats allowed")
        verdicts = (("lost", "nothing is lost"), ("doubled", "nothing is doubled"), ("unexplained", "every hold is explained"))
        return ", ".join([*(f"{name} {self.count[name]}" for name in names), *(f"{name} {len(self.verdicts[what])}" for name, what in verdicts)])


def run(world):
    soak, line = Soak(world), "no account"
    try:
        soak.enrol()
        soak.live()
        soak.settle()
        line = soak.account()
    except (AssertionError, sqlite3.Error, subprocess.TimeoutExpired) as why:
        soak.judge("it went to its end", [str(why)])
    soak.verdicts = {what: list(dict.fromkeys(problems)) for what, problems in soak.verdicts.items()}
    for number, (what, problems) in enumerate(soak.verdicts.items(), 1):
        print(f"{'not ok' if problems else 'ok'} {number} - {what}" + "".join(f"\n# {problem}" for problem in problems[:20]))
    print(f"# {WEEKS} weeks in {SECONDS:g} s, SOAK_SEED={SEED}: {line}, {soak.counts()}")
    bad = any(soak.verdicts.values())
    if bad:
        print(f"# the end of the log:\n{world.log()[-3000:]}\n# repeat with SOAK_SEED={SEED}")
    return bad


def main():
    with desk.world() as world:
        sys.exit(1 if run(world) else 0)


if __name__ == "__main__":
    main()
