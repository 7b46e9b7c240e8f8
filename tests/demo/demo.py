#!/usr/bin/python3
"""make demo: a new hire's first Monday and first Friday, lived through in less than a minute.

The real daemon on a shifted and scaled clock, the shipped plan, real notifications. With a session bus and a notification server the
bubbles appear there and are answered by the command line; without, they appear in dunst on a display of our own, are answered by
their buttons, and screenshots are left in build/demo/. Status 0: every bubble and every state was as expected. Nothing keeps running."""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "e2e"))
sys.dont_write_bytecode = True

import harness  # noqa: E402

SHOTS = harness.ROOT / "build" / "demo"
SCREEN = "1160x520x24"
LACE_UP = "Lace up: meet your plan"
LONG = "Long 1: sit in on live contacts, note what you hear"
BOLD, DIM, BLUE, PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[36m", "\x1b[0m"

TERMINAL = ["-geometry", "144x34+0+0", "-fa", "DejaVu Sans Mono", "-fs", "10", "-bg", "#101820", "-fg", "#d7dee2", "-b", "14", "+sb",
            "-xrm", "*borderWidth: 0", "-xrm", "*color1: #e0726c", "-xrm", "*color2: #57b894", "-xrm", "*color3: #d9a657",
            "-xrm", "*color6: #5fb0c9", "-xrm", "*cursorColor: #101820"]

DUNSTRC = """[global]
width = (300, 430)
height = 260
origin = top-right
offset = 24x24
padding = 16
horizontal_padding = 18
frame_width = 1
frame_color = "#3c6e71"
corner_radius = 10
font = DejaVu Sans 11
markup = full
format = "<b>%s</b>\\n%b"
alignment = left
word_wrap = yes
ellipsize = end
show_indicators = yes
idle_threshold = 0
enable_recursive_icon_lookup = false
dmenu = {picker}
[urgency_low]
background = "#20343a"
foreground = "#e8f1f2"
timeout = 0
[urgency_normal]
background = "#20343a"
foreground = "#e8f1f2"
timeout = 0
"""


class Wrong(Exception):
    pass


def expect(what, got, wanted):
    if got != wanted:
        raise Wrong(f"{what}: expected {wanted!r}, got {got!r}")


def desktop_of_yours():
    """The address of a session bus with somebody on it who shows notifications, or None."""
    address = os.environ.get("DBUS_SESSION_BUS_ADDRESS")
    if not address:
        return None
    run = subprocess.run(["dbus-send", "--session", "--print-reply=literal", "--reply-timeout=2000", "--dest=org.freedesktop.DBus",
                          "/org/freedesktop/DBus", "org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.Notifications"],
                         stdin=subprocess.DEVNULL, capture_output=True, check=False)
    return address if b"true" in run.stdout else None


class Demo:
    """What happens is told on the terminal; how bubbles are seen and answered is for the two kinds below."""

    def __init__(self, world):
        self.world = world

    def say(self, text, style=""):
        self.write(f"{style}{text}{PLAIN if style else ''}\n")

    def write(self, text):
        colours = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        sys.stdout.write(text if colours else strip(text))
        sys.stdout.flush()

    def chapter(self, at, title, speed=1):
        self.say(f"\n== {self.world.local(at):%A %H:%M} · {title}", BOLD)
        if self.world.daemon and self.world.daemon.alive():
            self.world.stop()
        self.world.start(at=at, speed=speed)

    def faster(self, speed):
        """The same moment, another pace."""
        self.world.restart(speed=speed)

    def pacer(self, *words):
        self.say(f"$ pacer {' '.join(words)}", BLUE)
        self.write(self.world.pacer(*words, "--color", "always"))

    def state(self, session, *wanted):
        self.world.until_state(session, *wanted)
        self.say(f"  {session} is {self.world.session(session)['state']}", DIM)

    def notice(self, session, kind):
        """The newest notice of the kind, once the server has shown it and nobody has answered it."""
        def shown():
            found = [n for n in self.world.ask("why", session)["notices"] if n["key"].split("/")[2] == kind]
            return found[-1] if found and found[-1].get("shown") and not found[-1].get("answer") else None
        return harness.wait_for(shown, lambda: f"the {kind} bubble of {session}: {self.world.ask('why', session)['notices']}\n{self.world.log()}")


class OnYourDesktop(Demo):
    def see(self, session, kind, _title, labels, _shot):
        self.notice(session, kind)
        self.say(f"  [bubble] on your desktop: {' / '.join(labels) or 'no question'}", BOLD)

    def answer(self, session, label, command):
        self.pacer(*command, session)

    def wipe(self):
        pass

    def read(self):
        pass

    def picture(self, _shot):
        pass


class OnOurOwn(Demo):
    """Private bus, display and dunst; the terminal in the pictures shows this very story."""

    def __init__(self, world):
        super().__init__(world)
        shutil.rmtree(SHOTS, ignore_errors=True)
        SHOTS.mkdir(parents=True)
        self.story = world.root / "story"
        self.story.touch()
        self.seen = 0
        self.bubble = None

    def write(self, text):
        super().write(text)
        with open(self.story, "a", encoding="utf-8") as story:
            story.write(text)

    def open(self):
        world = self.world
        display_read, display_write = os.pipe()
        world.spawn(["Xvfb", "-displayfd", str(display_write), "-screen", "0", SCREEN, "-nolisten", "tcp"], "xvfb", pass_fds=[display_write])
        os.close(display_write)
        with os.fdopen(display_read) as pipe:
            world.display = f":{pipe.readline().strip()}"
        world.start_bus()
        world.record()
        world.dunst_config().write_text(DUNSTRC.format(picker=world.root / "pick"))
        world.server = world.spawn(["/usr/bin/dunst", "-conf", world.root / "dunstrc"], "dunst")
        harness.wait_for(world.server_owner, world.server.text)
        world.spawn(["xterm", *TERMINAL, "-e", "tail", "-n", "+1", "-f", str(self.story)], "xterm", env=world.env(TERM="xterm-256color"))
        harness.wait_for(lambda: world.run(["xdotool", "search", "--onlyvisible", "--class", "xterm"]).returncode == 0, "the terminal is open")

    def chapter(self, at, title, speed=1):
        self.wipe()
        super().chapter(at, title, speed)

    def wipe(self):
        """A new page in the terminal of the pictures; the story on the real one goes on."""
        with open(self.story, "a", encoding="utf-8") as story:
            story.write("\x1b[2J\x1b[H")

    def see(self, session, kind, title, labels, shot):
        self.notice(session, kind)
        self.bubble = self.world.bubble(title, labels[0] if labels else None, after=self.seen)
        self.seen = len(self.world.recorder.bubbles())
        expect(f"buttons of the {kind} bubble", self.bubble.labels, list(labels))
        self.say(f"  [bubble] {self.bubble.summary}: {' / '.join(labels) or 'no question'}", BOLD)
        if shot:
            self.pacer("today")
            self.picture(shot)

    def read(self):
        """What only informs is read and put away."""
        self.say("  read, and closed", BLUE)
        self.world.dunstctl("close")
        harness.wait_for(lambda: self.world.closed(self.bubble), "the bubble is put away")

    def answer(self, session, label, command):
        if label is None:
            self.pacer(*command, session)
            return
        self.say(f"  pressed in the bubble: {label}", BLUE)
        self.world.press(self.bubble, label)

    def picture(self, shot):
        """Once two pictures in a row are the same, everything is drawn."""
        path, before = SHOTS / f"{shot}.png", None

        def still():
            nonlocal before
            run = self.world.run(["import", "-window", "root", str(path)])
            assert run.returncode == 0, run.stderr
            picture = self.world.run(["identify", "-format", "%#", str(path)]).stdout
            same, before = picture == before, picture
            return same
        harness.wait_for(still, f"the picture {shot} stands still")


def strip(text):
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


START, END = ("Start", "Snooze", "Not today"), ("Done", "Partly", "More time")


def enrol(demo):
    demo.chapter("2026-11-27 16:00:00", "a new hire finds a plan")
    demo.pacer("plans")
    demo.pacer("enroll", "customer-service-18", "--start", "2026-11-30", "--yes")
    expect("enrolments", [e["id"] for e in demo.world.call("ListEnrollments")["enrollments"]], ["e1"])


def monday(demo):
    demo.chapter("2026-11-30 09:29:58", "the first session")
    demo.see("w01-mo", "start", LACE_UP, START, "1-monday-start")
    demo.answer("w01-mo", "Start", ["start"])
    demo.state("w01-mo", "running")
    demo.say("  (twenty minutes in four seconds)", DIM)
    demo.faster(300)
    demo.see("w01-mo", "end", LACE_UP, END, "2-monday-end")
    demo.answer("w01-mo", "Done", ["done"])
    demo.state("w01-mo", "done")
    demo.pacer("today")
    expect("Monday", [(s["id"], s["state"]) for s in demo.world.ask("today")["sessions"]], [("w01-mo", "done")])
    expect("minutes", demo.world.ask("today")["week_minutes_done"], 20)


def days_between(demo):
    for session, day in (("w01-tu", "2026-12-01 09:55:01"), ("w01-we", "2026-12-02 11:00:01"), ("w01-th", "2026-12-03 13:50:01")):
        demo.chapter(day, f"the end of {session}")
        demo.see(session, "end", demo.world.session(session)["title"], END, None)
        demo.answer(session, "Done", ["done"])
        demo.state(session, "done")


def thursday(demo):
    demo.chapter("2026-12-03 16:29:59", "tomorrow is long")
    demo.see("w01-fr", "prep", LONG, (), "3-thursday-reminder")
    expect("Friday's session", demo.world.session("w01-fr")["state"], "planned")
    demo.pacer("prep", "w01-fr", "--all")
    demo.read()


def friday(demo):
    demo.chapter("2026-12-04 13:59:59", "the long session")
    demo.see("w01-fr", "start", LONG, START, "4-friday-start")
    demo.answer("w01-fr", "Snooze", ["snooze"])
    harness.wait_for(lambda: demo.world.session("w01-fr").get("snoozed_until"), "it is snoozed")
    expect("snoozed until", demo.world.session("w01-fr")["snoozed_until"][11:16], "14:10")
    demo.say("  (ten minutes in two seconds)", DIM)
    demo.faster(300)
    demo.see("w01-fr", "start", LONG, START, None)
    demo.answer("w01-fr", "Start", ["start"])
    demo.state("w01-fr", "running")
    demo.say("  (forty-five minutes in nine seconds)", DIM)
    demo.see("w01-fr", "end", LONG, END, "5-friday-end")
    demo.answer("w01-fr", None, ["done", "--minutes", "50", "--effort", "5"])
    demo.state("w01-fr", "done")
    session = demo.world.session("w01-fr")
    expect("what was logged", (session["actual_minutes"], session["actual_effort"]), (50, 5))


def look_back(demo):
    demo.wipe()
    demo.say("\n== What the week looks like", BOLD)
    demo.pacer("today")
    demo.pacer("week")
    demo.picture("6-terminal")
    demo.pacer("why", "w01-fr")
    week = demo.world.ask("week", "1")
    expect("the week", [(s["id"], s["state"]) for s in week["sessions"]], [(f"w01-{day}", "done") for day in ("mo", "tu", "we", "th", "fr")])
    # 20 + 25 + 30 + 20 as planned, and 50 on Friday.
    expect("minutes of the week", (week["minutes"], week["minutes_done"]), (140, 145))


def live(demo):
    for part in (enrol, monday, days_between, thursday, friday, look_back):
        part(demo)


def main():
    began = time.monotonic()
    world = harness.World()
    try:
        address = desktop_of_yours()
        if address:
            world.bus_address, world.display = address, os.environ.get("DISPLAY")
            demo = OnYourDesktop(world)
            demo.say("Bubbles appear on your desktop; the answers are given here.", DIM)
        else:
            demo = OnOurOwn(world)
            demo.open()
        live(demo)
        world.stop()
    except (Wrong, AssertionError) as wrong:
        print(f"\npacer demo: not as expected: {wrong}\n{world.log()[-4000:]}", file=sys.stderr)
        return 1
    finally:
        world.close()
    print(f"\nAll bubbles and states were as expected ({time.monotonic() - began:.0f} s).")
    if not address:
        for shot in sorted(SHOTS.glob("*.png")):
            print(f"  {shot.relative_to(harness.ROOT)}")
    return 0


sys.exit(main())
