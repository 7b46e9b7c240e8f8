"""Time as it is: clocks that are set, zones that change, sleep. Each time exactly the notices that are promised (a question younger than half
an hour is asked, what is older comes in one digest, nothing comes twice), counted on the bus.

The machine's clock is never touched: pacerd --clock takes its steps from a file."""

import contextlib
import datetime
import os
import signal
import subprocess
import time

import pytest

from harness import BUILD, HERE, wait_for
from plan_text import plan_text
from test_desktop_thread import Bus
from test_logind import Logind
from test_state import in_namespace

PACE = 20
# Monday, Tuesday and Friday of the first week, and the Monday after. The end is asked about as well, after 55 minutes.
WEEK = [{"day": day, "time": clock, "title": title, "minutes": 55} for day, clock, title in (
    (0, "09:30", "First"), (0, "14:00", "Second"), (1, "09:30", "Third"), (4, "16:00", "Fourth"), (7, "09:30", "Fifth"))]


def enrolled(world, at, plan=WEEK, **more):
    """Enrolled in the plan for the week of 2026-11-30; then the clock is set to `at`."""
    world.add_plan("steps-1", plan)
    world.start_clocked("2026-11-29 12:00", **more)
    world.enroll("steps-1")
    world.set_clock(at)
    assert not world.settled()


def told(world):
    """What stood on the bus, in its order: the title of a question, or the count of a digest."""
    def name(bubble):
        if {"Start", "Done"} & set(bubble.labels):
            return f"{bubble.labels[0]} {next(t for t in ('First', 'Second', 'Third', 'Fourth', 'Fifth', 'Night') if t in bubble.summary + bubble.body)}"
        return bubble.summary.split(" passed")[0]
    return [name(bubble) for bubble in world.settled()]


def pass_by(world, begin, end):
    """Lets the clock run from begin to end."""
    minutes = (datetime.datetime.fromisoformat(end) - datetime.datetime.fromisoformat(begin)).total_seconds() / 60
    world.set_clock(begin, speed=minutes * 30)  # two seconds
    wait_for(lambda: world.now() > world.local(end), "it passes by")
    world.set_clock(end, speed=1)


# --- the file ----------------------------------------------------------------------------------------------------------------------


def test_clock_file_at_the_start(world):
    for text, said in ((None, "No such file"), ("", ":1: there is no time"), ("noon\n", ":1: not a time: 'noon'"),
                       ("2026-11-30 09:00 0\n", ":1: not a speed: '0'"), ("# now\n2026-02-30 09:00\n", ":2: not a time")):
        world.clock_file.parent.mkdir(exist_ok=True)
        if text is not None:
            world.clock_file.write_text(text)
        run = world.run([BUILD / "pacerd", "--clock", world.clock_file])
        assert run.returncode == 2 and run.stderr.decode().count("\n") == 1, run
        assert str(world.clock_file) in run.stderr.decode() and said in run.stderr.decode(), run
    for more in (["--at", "2026-11-30 09:00"], ["--speed", "2"]):
        run = world.run([BUILD / "pacerd", "--clock", world.clock_file, *more])
        assert run.returncode == 2 and b"--clock goes without --at and --speed" in run.stderr, run


def shown(world):
    """What the daemon's clock shows, and that doctor says that it is no real one."""
    check = next(c for c in world.try_pacer("doctor", "--json").json["checks"] if "shifted" in c["text"])
    assert check["result"] == "note"
    return check["text"]


def test_clock_file_while_it_runs(world):
    world.start_clocked("2026-11-30 09:00")
    assert shown(world).startswith("2026-11-30T09:00:")
    world.clock_file.write_text("\n2026-13-30 09:00\n")  # written in its place: emptied first
    wait_for(lambda: f"{world.clock_file}:2: not a time: '2026-13-30 09:00'" in world.log(), world.log)
    world.clock_file.unlink()
    assert shown(world).startswith("2026-11-30T09:0"), "the old clock stays"
    assert world.log().count("not a time") == 1 and "there is no time" not in world.log()
    world.clock_file.write_text("2026-11-30 21:00")
    wait_for(lambda: shown(world).startswith("2026-11-30T21:00"), world.log)
    world.set_clock("2026-11-30 07:00:30", speed=60)
    wait_for(lambda: shown(world) > "2026-11-30T07:01:30", "a minute passes in a second")
    assert not [line for line in world.log().splitlines() if "cannot" in line]


# --- set forward -------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("before, after, notices", [
    ("2026-11-30 09:15", "2026-11-30 09:35", ["Start First"]),
    ("2026-11-30 09:15", "2026-11-30 09:59:00", ["Start First"]),
    ("2026-11-30 09:15", "2026-11-30 10:00:10", ["1 session"]),
    ("2026-11-30 09:15", "2026-11-30 12:15", ["1 session"]),
    ("2026-11-30 09:15", "2026-11-30 14:10", ["Start Second", "1 session"]),
    ("2026-11-30 09:15", "2026-11-30 15:10", ["Done Second", "1 session"]),
    ("2026-11-30 09:15", "2026-11-30 15:40", ["2 sessions"]),
    # over midnight: a digest waits for the working day
    ("2026-11-30 13:30", "2026-12-01 00:30", []),
    ("2026-11-30 13:30", "2026-12-01 09:10", ["1 session"]),
    ("2026-11-30 13:30", "2026-12-01 09:40", ["Start Third", "1 session"]),
    # over a weekend, the whole week, and the end of the plan
    ("2026-12-04 15:30", "2026-12-05 12:00", []),
    ("2026-12-04 15:30", "2026-12-07 09:10", ["1 session"]),
    ("2026-12-04 15:30", "2026-12-07 09:40", ["Start Fifth", "1 session"]),
    ("2026-11-30 09:15", "2026-12-07 09:40", ["Start Fifth", "4 sessions"]),
    ("2026-11-30 09:15", "2026-12-14 12:00", ["5 sessions"]),
])
def test_set_forward(desk, before, after, notices):
    enrolled(desk, "2026-11-30 09:00", [s for s in WEEK if before < f"{datetime.date(2026, 11, 30) + datetime.timedelta(s['day'])} {s['time']}"])
    desk.set_clock(before)
    desk.set_clock(after)
    assert sorted(told(desk)) == sorted(notices)
    # Nothing comes a second time: not with another step, not with time, not with the next start.
    later = (datetime.datetime.fromisoformat(after) + datetime.timedelta(minutes=5)).isoformat(" ")
    desk.set_clock(later)
    desk.set_clock(after)
    desk.set_clock(later)
    assert sorted(told(desk)) == sorted(notices)


def test_what_a_step_passed_stays_in_the_inbox(desk):
    enrolled(desk, "2026-11-30 09:15")
    desk.set_clock("2026-11-30 12:15")
    assert told(desk) == ["1 session"]
    digest = desk.recorder.bubbles()[0]
    assert "First" in digest.body and not set(digest.labels) & {"Start", "Done"}
    assert [q["session"]["id"] for q in desk.ask("inbox")["questions"]] == ["w01-mo"]
    assert [n["state"] for n in desk.ask("why", "w01-mo")["notices"]] == ["digested"]


def test_a_night_of_steps_ends_in_one_digest(desk):
    """Steps over several sessions, none of which could be told about: one digest when the working day begins."""
    enrolled(desk, "2026-11-30 13:30", WEEK[1:])
    for at in ("2026-11-30 20:00", "2026-11-30 23:59:59", "2026-12-01 00:00", "2026-12-01 08:59:00"):
        desk.set_clock(at)
        assert told(desk) == []
    desk.set_clock("2026-12-01 08:59:58", speed=PACE)
    wait_for(lambda: told(desk) == ["1 session"], lambda: desk.recorder.bubbles())
    assert desk.shown_time(desk.recorder.bubbles()[0]) >= desk.local("2026-12-01 09:00") - datetime.timedelta(seconds=0.1 * PACE)


# --- set back ----------------------------------------------------------------------------------------------------------------------


def test_set_back_before_a_question(desk):
    """Neither early nor twice: at its hour on the new clock."""
    enrolled(desk, "2026-11-30 09:25")
    desk.set_clock("2026-11-30 08:25")
    assert told(desk) == []
    desk.set_clock("2026-11-30 09:20", speed=600)
    question = desk.bubble("First", "Start")
    assert desk.shown_time(question) >= desk.local("2026-11-30 09:30") - datetime.timedelta(seconds=0.1 * 600)
    wait_for(lambda: desk.now() > desk.local("2026-11-30 09:50"), "twenty minutes pass")
    desk.set_clock("2026-11-30 09:50", speed=1)
    assert told(desk) == ["Start First"]


def test_set_back_after_a_question(desk):
    """Its hour comes a second time, the question does not."""
    enrolled(desk, "2026-11-30 09:29:59")
    question = desk.bubble("First", "Start")
    desk.set_clock("2026-11-30 08:30")
    assert desk.session("w01-mo")["state"] == "prompted", "it was asked, and stays asked"
    pass_by(desk, "2026-11-30 09:20", "2026-11-30 09:50")
    assert told(desk) == ["Start First"]
    desk.press(question, "Start")
    desk.until_state("w01-mo", "running")
    assert len(desk.settled()) == 1


def test_set_back_after_an_answer(desk):
    enrolled(desk, "2026-11-30 09:29:59")
    desk.press(desk.bubble("First", "Start"), "Start")
    desk.until_state("w01-mo", "running")
    desk.set_clock("2026-11-30 08:30")
    assert desk.session("w01-mo")["state"] == "running"
    desk.ask("done", "w01-mo")
    pass_by(desk, "2026-11-30 09:20", "2026-11-30 10:20")
    assert told(desk) == ["Start First"]
    assert desk.session("w01-mo")["state"] == "done"
    desk.set_clock("2026-11-30 14:00:01")
    assert told(desk) == ["Start First", "Start Second"]


@pytest.mark.parametrize("back", ["2026-11-30 08:30", "2026-11-29 12:00"])
def test_set_back_with_the_settings_of_everyone(desk, back):
    """An ignored question is asked once more, ten minutes after it was shown, and that once is once on any clock."""
    desk.settings.write_text("[digest]\nrhythm = return\n")
    enrolled(desk, "2026-11-30 09:29:59")
    desk.bubble("First", "Start")
    desk.set_clock(back)
    assert told(desk) == ["Start First"]
    desk.set_clock("2026-11-30 09:39:00")
    assert told(desk) == ["Start First"]
    desk.set_clock("2026-11-30 09:40:10")
    assert told(desk) == ["Start First"] * 2
    for at in (back, "2026-11-30 09:31", "2026-11-30 09:51", "2026-11-30 10:20"):
        desk.set_clock(at)
        assert told(desk) == ["Start First"] * 2, at


def test_set_back_after_a_digest(desk):
    enrolled(desk, "2026-11-30 09:15")
    desk.set_clock("2026-11-30 12:15")
    assert told(desk) == ["1 session"]
    desk.set_clock("2026-11-30 09:15")
    pass_by(desk, "2026-11-30 09:20", "2026-11-30 12:20")
    assert told(desk) == ["1 session"]


def test_set_back_while_a_question_waits_for_a_server(bus):
    """Due by the old clock, not by the new one: it waits for its hour."""
    enrolled(bus, "2026-11-30 09:25")
    bus.set_clock("2026-11-30 09:31")
    bus.until_state("w01-mo", "prompted")
    bus.set_clock("2026-11-30 08:31")
    bus.start_server()
    wait_for(lambda: "dunst" in bus.try_pacer("doctor").out, lambda: bus.try_pacer("doctor"))
    assert told(bus) == []
    assert [c["remedy"] for c in bus.try_pacer("doctor", "--json").json["checks"] if c["result"] == "problem" and "set back" in c["text"]]
    assert "set back" in bus.ask("why", "w01-mo")["notices"][-1]["cause"]
    bus.set_clock("2026-11-30 09:29:58", speed=PACE)
    bus.bubble("First", "Start")
    assert bus.shown_time(bus.recorder.bubbles()[0]) >= bus.local("2026-11-30 09:30") - datetime.timedelta(seconds=0.1 * PACE)
    bus.set_clock("2026-11-30 09:45", speed=1)
    assert told(bus) == ["Start First"]


def test_to_and_fro_over_a_whole_plan(desk):
    """However the clock jumps about: no question twice, and the digests count each session once."""
    enrolled(desk, "2026-11-30 09:00")
    for at in ("2026-11-30 09:35", "2026-11-30 08:00", "2026-11-30 15:40", "2026-11-30 13:50", "2026-11-30 14:10", "2026-12-01 09:45",
               "2026-11-30 09:31", "2026-12-07 09:45", "2026-11-30 09:00", "2026-12-14 12:00"):
        desk.set_clock(at)
    notices = told(desk)
    questions = [notice for notice in notices if notice.startswith("Start")]
    assert sorted(questions) == ["Start Fifth", "Start First", "Start Third"]
    assert [notice for notice in notices if not notice.startswith("Start")] == ["2 sessions", "2 sessions", "1 session"], \
        "the first and the second, neither answered; the third and the fourth; the fifth"


# --- the machine's own clock -------------------------------------------------------------------------------------------------------


@pytest.fixture
def logind(desk, tmp_path):
    (tmp_path / "system").mkdir()
    with contextlib.ExitStack() as undo:
        system = Bus(tmp_path / "system").start()
        undo.callback(system.stop)
        mock = Logind(system)
        undo.callback(mock.stop)
        mock.address = system.address
        yield mock


class Machine:
    """A daemon without --clock or --at, whose calls for the time pass through skew.c."""

    def __init__(self, world):
        self.world, self.file = world, world.root / "skew"
        self.library = world.root / "skew.so"
        subprocess.run(["gcc", "-std=gnu17", "-O1", "-Wall", "-Wextra", "-Werror", "-shared", "-fPIC", "-o", self.library, HERE / "skew.c"], check=True)
        self.real = self.boot = 0

    def write(self, wake):
        fresh = self.file.with_suffix(".new")
        fresh.write_text(f"{self.real} {self.boot} {wake:d}\n")
        fresh.rename(self.file)

    def start(self, at, **more):
        self.real = int(self.world.local(at).timestamp() - time.time())
        self.write(-1)
        asan = os.environ.get("ASAN_OPTIONS", "") + ":verify_asan_link_order=0"
        env = self.world.env(LD_PRELOAD=str(self.library), PACER_SKEW=str(self.file), ASAN_OPTIONS=asan, **more)
        self.world.daemon = self.world.spawn([BUILD / "pacerd"], "pacerd", env=env)
        self.world.wait_ready()

    def goes_on(self, real_s, boot_s, wake):
        """The wall clock and the one that counts sleep go ahead by so much."""
        self.real, self.boot = self.real + real_s, self.boot + boot_s
        self.write(wake)

    def passes(self, real_s, boot_s=0, announced=True):
        """They do, and the daemon is woken; returns what its log says of it."""
        def lines():
            return [line for line in self.world.log().splitlines() if "looking at everything again" in line]
        before = len(lines())
        self.goes_on(real_s, boot_s, announced)
        return wait_for(lambda: lines()[before:], self.world.log)[0]


@pytest.fixture
def machine(desk, logind):
    """At 09:15 of the Monday."""
    desk.add_plan("steps-1", WEEK)
    machine = Machine(desk)
    machine.start("2026-11-29 12:00", DBUS_SYSTEM_BUS_ADDRESS=logind.address)
    desk.enroll("steps-1")
    assert "was set by +" in machine.passes(21 * 3600 + 15 * 60)
    assert not desk.settled()
    return machine


def vias(world):
    return {row["via"] for row in world.rows("select via from journal where what in ('prompt', 'digest')")}


@pytest.mark.parametrize("slept, announced, via, said", [
    (0, True, "clock-set", "the wall clock was set by {:+d} s:"),
    (0, False, "clock-set", "the wall clock was set by {:+d} s, unannounced:"),
    (1, True, "resume", "woke after {min:d} min:"),
    (1, False, "resume", "woke after {min:d} min:"),
])
@pytest.mark.parametrize("minutes, notices", [(20, ["Start First"]), (180, ["1 session"]), (3 * 24 * 60 + 25, ["3 sessions"])])
def test_set_or_slept(desk, machine, slept, announced, via, said, minutes, notices):
    """The daemon tells a clock that was set from a night's sleep, with the kernel's word and without it."""
    line = machine.passes(minutes * 60, slept * minutes * 60, announced)
    assert said.format(minutes * 60, min=minutes) in line
    assert told(desk) == notices
    assert vias(desk) == {via}
    machine.passes(40)
    assert told(desk) == notices


def test_the_machine_is_set_back(desk, machine):
    machine.passes(16 * 60)
    assert told(desk) == ["Start First"]
    assert "was set by -3600 s:" in machine.passes(-3600)
    machine.passes(3600)
    machine.passes(300, 300)
    assert told(desk) == ["Start First"]


@pytest.mark.parametrize("minutes, notices", [(20, ["Start First"]), (180, ["1 session"])])
def test_logind_alone_says_that_it_woke(desk, machine, logind, minutes, notices):
    """The kernel's timer is silent, and does not know better: logind's word is enough."""
    machine.goes_on(minutes * 60, minutes * 60, -1)
    assert told(desk) == []

    def woke():
        logind.sleep(True)
        logind.sleep(False)
        return told(desk)
    wait_for(woke, desk.log)
    assert told(desk) == notices
    assert vias(desk) == {"resume"}
    assert f"woke after {minutes + 1} min:" in machine.passes(60, 60), "the timer tells of it later"
    assert told(desk) == notices


# --- two at a time -----------------------------------------------------------------------------------------------------------------


def test_two_sessions_in_one_minute(desk):
    """Of two plans: two bubbles, each with its own buttons."""
    desk.add_plan("left-1", [{"day": 0, "time": "09:30", "title": "Left"}])
    desk.add_plan("right-1", [{"day": 0, "time": "09:30", "title": "Right"}])
    desk.start_clocked("2026-11-29 12:00")
    desk.enroll("left-1")
    desk.enroll("right-1")
    desk.set_clock("2026-11-30 09:29:59")
    left, right = desk.bubble("Left", "Start"), desk.bubble("Right", "Start")
    assert left.id != right.id and not left.replaces and not right.replaces
    assert len(desk.settled()) == 2 and desk.displayed() == 2
    desk.press(right, "Start")
    desk.until_state("e2/w01-mo", "running")
    assert desk.session("e1/w01-mo")["state"] == "prompted"
    desk.press(left, "Not today")
    desk.until_state("e1/w01-mo", "dropped")
    assert len(desk.settled()) == 2


def test_a_step_over_two_sessions_in_one_minute(desk):
    enrolled(desk, "2026-11-30 09:00", [WEEK[0], {**WEEK[0], "title": "Second"}])
    desk.set_clock("2026-11-30 09:40")
    assert sorted(told(desk)) == ["Start First", "Start Second"]
    desk.set_clock("2026-11-30 09:10")
    desk.set_clock("2026-11-30 09:55")
    assert len(told(desk)) == 2


def test_a_long_step_over_two_sessions_in_one_minute(desk):
    enrolled(desk, "2026-11-30 09:00", [WEEK[0], {**WEEK[0], "title": "Second"}])
    desk.set_clock("2026-11-30 12:00")
    assert told(desk) == ["2 sessions"]


def test_two_alarms_of_one_session(desk):
    """The plan rings at the start and at the end: a step over both asks once, about the later one."""
    enrolled(desk, "2026-11-30 09:29", [{**WEEK[0], "minutes": 15}])
    desk.set_clock("2026-11-30 09:50")
    assert told(desk) == ["Done First"]
    desk.set_clock("2026-11-30 09:29")
    pass_by(desk, "2026-11-30 09:29", "2026-11-30 09:58")
    assert told(desk) == ["Done First"]


def test_start_and_end_of_one_session(desk):
    enrolled(desk, "2026-11-30 09:29:59")
    desk.press(desk.bubble("First", "Start"), "Start")
    desk.until_state("w01-mo", "running")
    desk.set_clock("2026-11-30 10:26")
    assert told(desk) == ["Start First", "Done First"]
    desk.set_clock("2026-11-30 09:00")
    pass_by(desk, "2026-11-30 09:25", "2026-11-30 10:40")
    assert told(desk) == ["Start First", "Done First"]
    desk.press(desk.recorder.bubbles()[1], "Done")
    desk.until_state("w01-mo", "done")


def test_the_same_alarm_twice(desk):
    """A calendar program wrote the alarm a second time: still one question."""
    text = plan_text("twice-1", [WEEK[0]])
    alarm = text[text.index(b"BEGIN:VALARM"):text.index(b"END:VALARM") + len(b"END:VALARM\r\n")]
    (desk.plans / "twice-1.ics").write_bytes(text.replace(alarm, alarm + alarm.replace(b"-A1", b"-A9"), 1))
    desk.start_clocked("2026-11-29 12:00")
    desk.enroll("twice-1")
    pass_by(desk, "2026-11-30 09:25", "2026-11-30 09:45")
    assert told(desk) == ["Start First"]


# --- another zone ------------------------------------------------------------------------------------------------------------------


class Traveller:
    """A daemon with an /etc of its own, whose localtime is changed as timedatectl does it."""

    def __init__(self, world, zone="Europe/Berlin"):
        self.world, self.etc = world, world.root / "etc"
        self.etc.mkdir()
        for name in ("passwd", "nsswitch.conf"):
            (self.etc / name).write_bytes(open(f"/etc/{name}", "rb").read())
        self.link(zone)

    def link(self, zone):
        fresh = self.etc / ".#localtime"
        fresh.symlink_to(f"/usr/share/zoneinfo/{zone}")
        fresh.rename(self.etc / "localtime")
        self.world.zone = zone

    def enrolled(self, at, plan=None):
        (self.world.plans / "steps-1.ics").write_bytes(plan or plan_text("steps-1", WEEK))
        self.world.start_clocked("2026-11-29 12:00", wrap=in_namespace(f"mount --bind {self.etc} /etc"), TZ=None)
        self.world.enroll("steps-1")
        self.world.set_clock(at)
        assert not self.world.settled()

    def flies_to(self, zone, offset="", session="w01-mo"):
        """The link changes; the daemon has taken it in when the session shows the offset."""
        self.link(zone)
        wait_for(lambda: self.world.session(session)["start"].endswith(offset), lambda: self.world.session(session))


@pytest.fixture
def traveller(desk):
    return Traveller(desk)


def test_sessions_follow_the_wall_clock(desk, traveller):
    """09:30 in Berlin, then in New York, then in Tokyo: the hour stays, the instant moves, nothing comes twice."""
    traveller.enrolled("2026-11-30 08:00")
    assert desk.session("w01-mo")["start"] == "2026-11-30T09:30:00+01:00"
    traveller.flies_to("America/New_York", "-05:00")
    assert desk.session("w01-mo")["start"] == "2026-11-30T09:30:00-05:00"
    desk.set_clock("2026-11-30 09:00")  # 15:00 in Berlin: long past
    assert told(desk) == []
    desk.set_clock("2026-11-30 09:29:58", speed=PACE)
    question = desk.bubble("First", "Start")
    assert desk.shown_time(question) >= desk.local("2026-11-30 09:30") - datetime.timedelta(seconds=0.1 * PACE)
    desk.set_clock("2026-11-30 09:35", speed=1)
    traveller.flies_to("Asia/Tokyo", "+09:00", "w01-tu")
    assert told(desk) == ["Start First"]
    desk.set_clock("2026-12-01 09:31")
    assert told(desk)[0] == "Start First" and told(desk).count("Start First") == 1
    assert sorted(told(desk)[1:]) == ["2 sessions", "Start Third"], "what Monday asked stayed without an answer"


def test_what_was_asked_is_not_asked_again_in_another_zone(desk, traveller):
    """West of it the hour comes once more, the question does not."""
    traveller.enrolled("2026-11-30 09:29:59")
    question = desk.bubble("First", "Start")
    traveller.flies_to("America/New_York", "-05:00", "w01-tu")
    desk.set_clock("2026-11-30 03:31")
    pass_by(desk, "2026-11-30 09:20", "2026-11-30 09:50")
    assert told(desk) == ["Start First"]
    desk.press(question, "Start")
    desk.until_state("w01-mo", "running")
    assert told(desk) == ["Start First"]


@pytest.mark.parametrize("at, zone, offset, notices", [
    ("2026-11-30 01:15", "Asia/Tokyo", "+09:00", []),  # 09:15 there: a quarter of an hour to go
    ("2026-11-30 01:35", "Asia/Tokyo", "+09:00", ["Start First"]),  # 09:35 there: young
    ("2026-11-30 04:00", "Asia/Tokyo", "+09:00", ["1 session"]),  # 12:00 there: passed
    ("2026-11-30 08:50", "Asia/Kolkata", "+05:30", ["1 session"]),  # 13:20 there: half hours count
])
def test_a_journey_east(desk, traveller, at, zone, offset, notices):
    """What the journey skipped is late like anything else."""
    traveller.enrolled(at)
    traveller.flies_to(zone, offset)
    assert told(desk) == notices
    traveller.flies_to("Europe/Berlin", "+01:00", "w01-tu")
    traveller.flies_to(zone, offset, "w01-tu")
    assert told(desk) == notices, "to and fro tells nothing twice"


def test_a_journey_west_before_the_question(desk, traveller):
    traveller.enrolled("2026-11-30 09:25")
    traveller.flies_to("America/New_York", "-05:00")
    desk.set_clock("2026-11-30 03:40")  # 09:40 in Berlin
    assert told(desk) == []
    desk.set_clock("2026-11-30 09:30:01")
    assert told(desk) == ["Start First"]


def test_a_pinned_session_stays_in_its_zone(desk, traveller):
    """One follows the learner, one the zone it is written in."""
    text = plan_text("steps-1", [WEEK[0], {**WEEK[1], "minutes": 110}])
    traveller.enrolled("2026-11-30 09:00", plan=text.replace(b"DTSTART:20010101T140000", b"DTSTART;TZID=Europe/Berlin:20010101T140000"))
    traveller.flies_to("America/New_York", "-05:00")
    assert desk.session("w01-mo")["start"] == "2026-11-30T09:30:00-05:00"
    pinned = datetime.datetime.fromisoformat(desk.session("w01-mo2")["start"])
    assert pinned == datetime.datetime.fromisoformat("2026-11-30T14:00:00+01:00")
    desk.set_clock("2026-11-30 08:00:01")  # 14:00 in Berlin
    assert told(desk) == ["Start Second"]
    desk.set_clock("2026-11-30 09:30:01")
    assert told(desk) == ["Start Second", "Start First"]


def test_a_pinned_session_is_told_and_moved_on_the_learners_clock(desk, traveller):
    """14:00 in New York is 20:00 in Berlin: that is what is shown, what is typed, and when it rings."""
    text = plan_text("steps-1", [WEEK[0], {**WEEK[1], "minutes": 20}])
    traveller.enrolled("2026-11-30 09:00", plan=text.replace(b"DTSTART:20010101T140000", b"DTSTART;TZID=America/New_York:20010101T140000"))
    assert desk.session("w01-mo2")["start"] == "2026-11-30T20:00:00+01:00"
    assert "20:00" in desk.pacer("today") and "14:00" not in desk.pacer("today")
    moved = desk.ask("move", "w01-mo2", "2026-12-01 10:30")
    assert (moved["session"]["start"], moved["outside"]) == ("2026-12-01T10:30:00+01:00", False)
    assert moved["session"]["moved_from"] == "2026-11-30T20:00:00+01:00"
    assert desk.session("w01-mo2")["start"] == "2026-12-01T10:30:00+01:00"
    desk.set_clock("2026-12-01 10:30:01")
    assert "Start Second" in told(desk)


def test_a_fixed_zone_ignores_the_journey(desk, traveller):
    desk.configure("[time]\nzone = Europe/Berlin\n")
    traveller.enrolled("2026-11-30 09:00")
    traveller.link("Asia/Tokyo")
    desk.set_clock("2026-11-30 17:25")  # Tokyo's wall clock: 09:25 in Berlin
    assert desk.session("w01-mo")["start"] == "2026-11-30T09:30:00+01:00"
    assert told(desk) == []
    desk.set_clock("2026-11-30 17:29:59")
    assert desk.bubble("First", "Start") and told(desk) == ["Start First"]


def test_other_files_in_etc_are_no_journey(desk, traveller):
    traveller.enrolled("2026-11-30 09:00")
    (traveller.etc / "hosts").write_text("127.0.0.1 localhost\n")
    (traveller.etc / "localtime.bak").symlink_to("/usr/share/zoneinfo/Asia/Tokyo")
    desk.set_clock("2026-11-30 09:30:01")
    assert desk.session("w01-mo")["start"] == "2026-11-30T09:30:00+01:00"
    assert told(desk) == ["Start First"]


def test_the_link_is_missing_for_a_moment(desk, traveller):
    """Removed and made again, as ln -sf does it: no detour over UTC is told about."""
    traveller.enrolled("2026-11-30 13:10")
    traveller.world.zone = "America/New_York"
    desk.daemon.send(signal.SIGSTOP)
    (traveller.etc / "localtime").unlink()
    (traveller.etc / "localtime").symlink_to("/usr/share/zoneinfo/America/New_York")
    desk.daemon.send(signal.SIGCONT)
    wait_for(lambda: desk.session("w01-tu")["start"].endswith("-05:00"), lambda: desk.session("w01-tu"))
    assert told(desk) == []


def test_no_link_for_a_while(desk, traveller):
    """Without the link nobody knows the zone: the old one stays, and no detour over UTC is told about."""
    traveller.enrolled("2026-11-30 13:10")
    traveller.flies_to("America/New_York", "-05:00")
    desk.set_clock("2026-11-30 07:10")
    (traveller.etc / "localtime").unlink()
    desk.set_clock("2026-11-30 07:11")  # seen: what came first is read first
    assert desk.session("w01-mo")["start"] == "2026-11-30T09:30:00-05:00"
    traveller.link("America/New_York")
    desk.set_clock("2026-11-30 07:12")
    assert told(desk) == []


# --- sleep -------------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asleep_min, notices", [(20, ["Start First"]), (180, ["1 session"]), (3 * 24 * 60, ["3 sessions"])])
def test_suspend_and_resume(desk, logind, asleep_min, notices):
    """logind says that the machine sleeps, all stands still while time goes on, logind says that it woke."""
    enrolled(desk, "2026-11-30 09:15", [*WEEK[:3], *WEEK[4:]], DBUS_SYSTEM_BUS_ADDRESS=logind.address)
    logind.sleep(True)
    desk.daemon.send(signal.SIGSTOP)
    back = datetime.datetime.fromisoformat("2026-11-30 09:15") + datetime.timedelta(minutes=asleep_min)
    desk.write_clock(back.isoformat(" "), speed=1)
    logind.sleep(False)
    desk.daemon.send(signal.SIGCONT)
    wait_for(lambda: told(desk) == notices, lambda: f"{desk.recorder.bubbles()}\n{desk.log()}")
    for _ in range(3):
        logind.sleep(True)
        logind.sleep(False)
    desk.set_clock((back + datetime.timedelta(minutes=1)).isoformat(" "))
    assert told(desk) == notices


def test_frozen_over_its_hour(desk, logind):
    """Frozen over the hour of a session while its clock ran on: asked once, however often logind says that it woke."""
    enrolled(desk, "2026-11-30 09:20", [{**WEEK[0], "minutes": 170}], DBUS_SYSTEM_BUS_ADDRESS=logind.address)
    desk.set_clock("2026-11-30 09:20", speed=1200)
    logind.sleep(True)
    desk.daemon.send(signal.SIGSTOP)
    wait_for(lambda: desk.now() > desk.local("2026-11-30 10:15"), "it sleeps over the hour")
    desk.daemon.send(signal.SIGCONT)
    logind.sleep(False)
    logind.sleep(False)
    wait_for(lambda: told(desk) == ["1 session"], lambda: f"{desk.recorder.bubbles()}\n{desk.log()}")
    desk.set_clock("2026-11-30 12:00", speed=1)
    assert told(desk) == ["1 session"]
