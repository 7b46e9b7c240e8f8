"""The real pacerd in front of the notification servers people really have, and of some that can do less.

Three servers draw buttons: they are pressed by a mouse, at the place the accessibility bus gives, and what stands on the screen is read
there too. dunst draws no buttons: it is answered through its own menu and tells what it drew. A picture of each is left in
build/servers-shots, to be looked at."""

import collections
import contextlib
import html
import os
import re
import shutil
import tempfile

import gi
import pytest

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

import harness  # noqa: E402
from harness import ROOT, connects, wait_for  # noqa: E402
from test_day import END, LACE_UP, START, at_work  # noqa: E402
from test_desktop_thread import NAME, PATH, Server  # noqa: E402

SHOTS = ROOT / "build" / "servers-shots"
FAR_CORNER = 10, 700
CLICK_S = 3
COLOURS_MIN = 20
TAG = re.compile("<[^>]*>")
SUMMARY_BYTES_MAX, BODY_BYTES_MAX, TITLE_BYTES_MAX, TEXT_BYTES_MAX = 120, 1000, 200, 16384
BURST, BURST_S = 1000, 90
TURNS_DIRECTION = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

ACCESSIBLE = "org.a11y.atspi.Accessible"
ACCESSIBILITY_BUS = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>accessibility</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>
"""

# before: what has to run first. reported: how doctor names it. clears: a bubble that its program closes leaves the screen at once
# (notification-daemon says so at once and takes the window away five seconds later).
Real = collections.namedtuple("Real", "program before reported draws_buttons clears")
# Without a setting dunst 1.9 says that it knows no markup, and reads what it gets as markup all the same; with "no" it says the same
# and does not.
DUNST_MARKUP = {"dunst": "markup = full", "dunst-plain": "markup = no", "dunst-unset": ""}
LOOK_ALIKES = str.maketrans("\uff06\u2039\u203a", "&<>")
LIB = "/usr/lib/x86_64-linux-gnu/xfce4"
REAL = {
    "dunst": Real("/usr/bin/dunst", None, "dunst 1.", False, True),
    "dunst-plain": Real("/usr/bin/dunst", None, "dunst 1.", False, True),
    "dunst-unset": Real("/usr/bin/dunst", None, "dunst 1.", False, True),
    "xfce4-notifyd": Real(f"{LIB}/notifyd/xfce4-notifyd", f"{LIB}/xfconf/xfconfd", "Xfce Notify Daemon 0.", True, True),
    "mate-notification-daemon": Real("/usr/lib/mate-notification-daemon/mate-notification-daemon", None, "Notification Daemon 1.", True,
                                     True),
    "notification-daemon": Real("/usr/lib/notification-daemon/notification-daemon", None, "Notification Daemon 3.", True, False),
}


def connect(address):
    flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
    connection = Gio.DBusConnection.new_for_address_sync(address, flags, None, None)
    connection.set_exit_on_close(False)
    return connection


class Screen:
    """What GTK programs say about their windows on an accessibility bus of their own: role, text and place of everything in them."""

    def __init__(self, world):
        path, config = world.root / "a11y", world.root / "a11y.conf"
        config.write_text(ACCESSIBILITY_BUS.format(path=path))
        self.address = f"unix:path={path}"
        process = world.spawn(["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile"], "a11y")
        wait_for(lambda: connects(path), process.text)
        self.bus = connect(self.address)

    def call(self, name, path, interface, method, *parameters):
        return self.bus.call_sync(name, path, interface, method, *parameters, None, Gio.DBusCallFlags.NONE, 2000, None).unpack()[0]

    def below(self, name, path):
        role = self.call(name, path, ACCESSIBLE, "GetRoleName", None)
        if role in ("push button", "label"):
            text = self.call(name, path, "org.freedesktop.DBus.Properties", "Get", GLib.Variant("(ss)", (ACCESSIBLE, "Name")))
            place = self.call(name, path, "org.a11y.atspi.Component", "GetExtents", GLib.Variant("(u)", (0,)))
            yield role, text, tuple(place)
        for child in self.call(name, path, ACCESSIBLE, "GetChildren", None):
            yield from self.below(*child)

    def items(self):
        """A window may go while it is read: then it is not there."""
        items = []
        for name in self.call("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "ListNames", None):
            if name.startswith(":") and name != self.bus.get_unique_name():
                with contextlib.suppress(GLib.Error):
                    items += self.below(name, "/org/a11y/atspi/accessible/root")
        return items

    def texts(self):
        return [text for role, text, _ in self.items() if role == "label" and text]

    def place(self, wanted_role, wanted_text):
        """The middle of it, once it keeps still; None while it is not there."""
        def look():
            return [place for role, text, place in self.items() if (role, text) == (wanted_role, wanted_text)]
        found = look()
        if not found or found != look():
            return None
        x, y, width, height = found[0]
        return (x + width // 2, y + height // 2) if x >= 0 and width > 1 else None


class Desktop:
    """A world and one real server in it."""

    def __init__(self, world, name):
        self.world, self.name, self.real = world, name, REAL[name]
        assert os.access(self.real.program, os.X_OK), f"{self.real.program} is not installed: make deps"
        icons = world.root / "share" / "icons" / "hicolor" / "scalable" / "apps"
        icons.mkdir(parents=True)
        shutil.copy(ROOT / "systemd" / "pacer.svg", icons)
        self.screen = Screen(world)
        self.env = world.env(XDG_DATA_DIRS=f"{world.root}/share:/usr/share", GSETTINGS_BACKEND="memory",
                             AT_SPI_BUS_ADDRESS=self.screen.address)
        if self.real.before:
            world.spawn([self.real.before], "before", env=self.env)
        self.start_server()

    def start_server(self):
        self.world.server = self.world.spawn([self.real.program, *self.arguments()], self.name, env=self.env)
        wait_for(self.world.server_owner, self.world.server.text)

    def arguments(self):
        if self.name not in DUNST_MARKUP:
            return []
        config = self.world.root / "dunstrc-markup"
        config.write_text(self.world.dunst_config().read_text().replace("[global]\n", f"[global]\n{DUNST_MARKUP[self.name]}\n"))
        return ["-conf", config]

    def mouse(self, *words):
        run = self.world.run(["xdotool", *words])
        assert run.returncode == 0, run.stderr

    def on_screen(self):
        """The texts of all bubbles; of dunst, which tells nobody, a word for each."""
        return self.screen.texts() if self.real.draws_buttons else ["bubble"] * self.world.displayed()

    def hold(self, bubble):
        """Some expire after a few seconds, but not while the mouse rests on them; it counts when it comes in from outside."""
        place = wait_for(lambda: self.screen.place("label", bubble.summary), lambda: f"{bubble} on the screen: {self.screen.items()}")
        self.mouse("mousemove", *FAR_CORNER, "mousemove", *place)

    def stands(self, bubble):
        """The bubble, as a person sees it, and nothing else."""
        if self.real.draws_buttons:
            self.hold(bubble)
        expected = [bubble.summary, self.plain(bubble)] if self.real.draws_buttons else ["bubble"]
        wait_for(lambda: self.on_screen() == expected, lambda: f"{self.name} shows {expected}: {self.on_screen()}")

    def gone(self, bubble):
        wait_for(lambda: self.world.closed(bubble), lambda: f"{self.name} says that it closed {bubble}")
        if self.real.clears:
            wait_for(lambda: not self.on_screen(), lambda: f"{self.name} shows nothing: {self.on_screen()}")

    def capabilities(self):
        bus = connect(self.world.bus_address)
        try:
            return bus.call_sync(NAME, PATH, NAME, "GetCapabilities", None, None, Gio.DBusCallFlags.NONE, -1, None).unpack()[0]
        finally:
            bus.close_sync(None)

    def drew(self, bubble):
        """dunst tells afterwards what it gave to Pango: its own <b> around the summary, and nothing else that could be a tag."""
        self.world.dunstctl("close")
        message = wait_for(self.world.history, "dunst's history")[0]["message"]
        assert TAG.findall(message) == ["<b>", "</b>"], message
        assert html.unescape(TAG.sub("", message)) == f"{bubble.summary}\n{self.plain(bubble)}"

    def plain(self, bubble):
        return html.unescape(bubble.body) if "body-markup" in self.capabilities() else bubble.body

    def pressed(self, bubble, action):
        return any(e["args"] == [bubble.id, action] for e in self.world.recorder.named("ActionInvoked"))

    def press(self, bubble, label):
        if not self.real.draws_buttons:
            self.world.press(bubble, label)
            return
        action = next(a for a, shown in bubble.actions.items() if shown == label)
        for _ in range(3):  # a click is lost when the window is just being drawn
            x, y = wait_for(lambda: self.screen.place("push button", label), lambda: f"a button {label!r}: {self.screen.items()}")
            self.mouse("mousemove", x, y, "click", 1)
            with contextlib.suppress(AssertionError):
                return wait_for(lambda: self.pressed(bubble, action), "the click", CLICK_S)
        raise AssertionError(f"{self.name} heard no click on {label!r}")

    def picture(self, what):
        """Taken when it keeps still: two in a row are the same. Others may run the same test: it comes to its place whole."""
        path, before = self.world.root / f"{what}.png", None

        def still():
            nonlocal before
            run = self.world.run(["import", "-silent", "-window", "root", "-strip", "-define", "png:exclude-chunks=date,time", path])
            assert run.returncode == 0, run.stderr
            last, before = before, path.read_bytes()
            return last == before
        wait_for(still, f"the picture {what} keeps still")
        assert int(self.world.run(["identify", "-format", "%k", path]).stdout) > COLOURS_MIN, f"{self.name} shows nothing: {what}"
        SHOTS.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=SHOTS, delete=False) as whole:
            whole.write(before)
        os.chmod(whole.name, 0o644)
        os.replace(whole.name, SHOTS / f"{self.name}-{what}.png")


@pytest.fixture(params=REAL)
def desktop(bus, request):
    return Desktop(bus, request.param)


def mock(world, *capabilities):
    """A server that can do just that; the caller stops it."""
    class Address:
        @staticmethod
        def connect():
            return connect(world.bus_address)
    return contextlib.closing(Closable(Address, capabilities=capabilities))


class Closable(Server):
    def close(self):
        self.stop()


def check(world, name):
    return next(c for c in world.try_pacer("doctor", "--json").json["checks"] if c["name"] == name)


# --- a session in front of each real server -------------------------------------------------------------------------------------------

def test_a_session(desktop):
    """Asked, lost with its server, asked once more, started by a click; the next day's end question takes the place of its start question
    and goes when the command line answers."""
    world = desktop.world
    at_work(world, "2026-11-30 09:29:59")
    first = world.bubble(LACE_UP, "Start")
    assert first.labels == START
    desktop.stands(first)
    desktop.picture("start")
    assert desktop.real.reported in check(world, "notifications")["text"]
    assert ("can carry buttons" in check(world, "buttons")["text"]) == (desktop.name != "mako")

    world.stop_server()
    wait_for(lambda: check(world, "notifications")["result"] == "problem", "the loss is seen")
    desktop.start_server()
    again = world.bubble(LACE_UP, "Start", after=1)
    desktop.stands(again)
    desktop.press(again, "Start")
    world.until_state("w01-mo", "running")
    desktop.gone(again)
    assert len(world.recorder.bubbles()) == 2, "lost and shown again: once"
    world.ask("done", "w01-mo")

    world.restart(at="2026-12-01 09:29:59")
    start = world.bubble("First mile", "Start")
    desktop.stands(start)
    seen = len(world.recorder.bubbles())
    world.restart(at="2026-12-01 09:54:59")
    end = world.bubble("First mile", "Done", after=seen)
    assert (end.labels, end.replaces, end.id) == (END, start.id, start.id)
    desktop.stands(end)
    desktop.picture("end")
    world.ask("done", "w01-tu")
    desktop.gone(end)
    assert [e["args"][0] for e in world.recorder.named("CloseNotification")] == [again.id, end.id]
    assert [e["args"] for e in world.recorder.named("ActionInvoked")] == [[again.id, "start"]]


# --- text is data -----------------------------------------------------------------------------------------------------------------------

def filled(text, filler, bytes_max):
    """Up to the limit in bytes, in whole characters and then in dots."""
    while len((text + filler).encode()) <= bytes_max:
        text += filler
    return text + "." * (bytes_max - len(text.encode()))


TITLE = filled("<b>Bold</b> & <a href='x:y'>\u202e\u2066txt.exe\u2069\u202c &amp; \"q\" ", "é漢", TITLE_BYTES_MAX)
TIP = filled("<img src='file:///etc/hostname'/> &lt;i&gt; </body> %s $(id) `id` \u202etfel ot thgir\u202c ", "𝄞ß", TEXT_BYTES_MAX)


def without_turns(text):
    return "".join(c for c in text if c not in TURNS_DIRECTION)


def add_hostile(world):
    return world.add_plan("hostile-1", [{"day": 0, "time": "09:30", "title": TITLE, "lines": [f"X-PACER-TIP:{TIP}"]}])


def assert_cut(shown, whole, bytes_max):
    """At most so long, ending in an ellipsis at a character's boundary, and no shorter than the longest character explains."""
    assert shown.endswith("…") and whole.startswith(shown[:-1]), shown
    assert bytes_max - 4 < len(shown.encode()) <= bytes_max


def assert_harmless(bubble, markup, buttons=True):
    for text in (bubble.summary, bubble.body):
        assert not set(text) & set(TURNS_DIRECTION) and all(c.isprintable() or c == "\n" for c in text)
    assert_cut(bubble.summary, without_turns(TITLE), SUMMARY_BYTES_MAX)
    assert not markup or ("<" not in bubble.body and "&lt;img" in bubble.body and "&amp;lt;i&amp;gt;" in bubble.body)
    body = html.unescape(bubble.body) if markup else bubble.body.translate(LOOK_ALIKES)
    head, tip = body.split("\n", 1)
    command = "" if buttons else "\nType: pacer start w01-mo"
    assert head.startswith("20 min") and tip.endswith(command)
    assert_cut(tip.removesuffix(command), without_turns(TIP), BODY_BYTES_MAX - len(f"{head}\n{command}".encode()))


def test_text_is_data(desktop):
    """What the server was given, and what it made of it on the screen: the same words, none of them obeyed."""
    add_hostile(desktop.world)
    at_work(desktop.world, "2026-11-30 09:29:59", plan="hostile-1")
    bubble = desktop.world.bubble("<b>", "Start")
    assert_harmless(bubble, "body-markup" in desktop.capabilities(), buttons=desktop.name != "mako")  # it has them, and shows none
    desktop.stands(bubble)
    desktop.picture("text")
    if not desktop.real.draws_buttons:
        desktop.drew(bubble)


def test_control_characters_are_shown_as_signs(bus):
    """Two of them in a title, a bell in what is told when somebody asks: kept in the file, shown, and never carried out."""
    title = "Ring \a and \x1b[31mred"
    path = bus.add_plan("bell-1", [{"day": 0, "time": "09:30", "title": title, "lines": ["X-PACER-TIP:Bell \a"]}])
    run = bus.run([harness.BUILD / "pacerd", "--check", path])
    assert run.returncode == 0 and run.stdout.decode().count("W-VALUE: a control character") == 2, run.stdout
    bus.start_server()
    at_work(bus, "2026-11-30 09:29:59", plan="bell-1")
    bubble = bus.bubble("Ring", "Start")
    assert bubble.summary == "Ring \u2407 and \u241b[31mred" and "Bell \u2407" in bubble.body
    assert title.encode() in path.read_bytes()


@pytest.mark.parametrize("lines, title, said", [
    (["DESCRIPTION:" + "<b>" * 350_000], "Much text", "a line of more than 65536 bytes"),
    ([], TITLE + ".", f"title too long: {TITLE_BYTES_MAX + 1} bytes"),
    ([f"X-PACER-TIP:{TIP}."], "Tip", f"tip too long: {TEXT_BYTES_MAX + 1} bytes"),
], ids=["description-of-1-MB", "title-past-its-limit", "tip-past-its-limit"])
def test_too_much_is_refused_with_its_line(world, lines, title, said):
    path = world.add_plan("large-1", [{"day": 0, "time": "09:30", "title": title, "lines": lines}])
    run = world.run([harness.BUILD / "pacerd", "--check", path])
    report = (run.stdout + run.stderr).decode()
    assert run.returncode == 6 and f"{path}:" in report and said in report, report[:2000]
    assert len(report) < 4096, "it quotes no more than it must"
    world.start(at="2026-11-29 12:00")
    finding, = world.refused(6, "enroll", "large-1", "--start", "2026-11-30", "--yes")["findings"]
    assert (finding["file"], said in finding["text"]) == (str(path), True) and finding["line"] > 1
    world.enroll()
    assert [e["plan"] for e in world.ask("today")["enrollments"]] == ["customer-service-18"]


# --- servers that can do less -----------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("capabilities", [
    ("actions", "body", "body-markup", "persistence"),
    ("body", "body-markup", "persistence"),
    ("actions", "body", "persistence"),
    ("actions", "body", "body-markup"),
    ("body",),
    (),
], ids=lambda names: "+".join(names) or "nothing")
def test_capabilities(bus, capabilities):
    """Buttons and escapes just where the server has them; a bubble that expired is no answer, and is not shown again."""
    buttons, markup = "actions" in capabilities, "body-markup" in capabilities
    add_hostile(bus)
    with mock(bus, *capabilities) as server:
        at_work(bus, "2026-11-30 09:29:59", plan="hostile-1")
        bubble = bus.bubble("<b>")
        assert bubble.labels == (START if buttons else []) and ("default" in bubble.actions) == buttons
        assert_harmless(bubble, markup, buttons)
        assert "fake 1 answers" in check(bus, "notifications")["text"]
        assert check(bus, "buttons")["result"] == ("ok" if buttons else "note")
        assert ("no buttons" in check(bus, "buttons")["text"]) is not buttons
        server.emit("NotificationClosed", "(uu)", bubble.id, 1)
        wait_for(lambda: bus.ask("why", "w01-mo")["notices"][-1].get("cause"), "the ledger knows that it went")
        assert [q["session"]["id"] for q in bus.ask("inbox")["questions"]] == ["w01-mo"]
        bus.ask("start", "w01-mo")
        assert len(bus.recorder.bubbles()) == 1


def test_a_stranger_answers(desk):
    """Anybody on the bus can send the server's signals; they count when the server sent them."""
    at_work(desk, "2026-11-30 09:29:59")
    bubble = desk.bubble(LACE_UP, "Start")
    stranger = connect(desk.bus_address)
    names = [n for n in call_bus(stranger, "ListNames") if n.startswith(":")]
    for to in (None, *names):
        stranger.emit_signal(to, PATH, NAME, "ActionInvoked", GLib.Variant("(us)", (bubble.id, "drop")))
        stranger.emit_signal(to, PATH, NAME, "NotificationClosed", GLib.Variant("(uu)", (bubble.id, 2)))
    call_bus(stranger, "GetId")  # the bus has passed on all that came before
    desk.press(bubble, "Start")  # and what the server says comes after it
    desk.until_state("w01-mo", "running")
    told = desk.rows("select what, via from journal where session = 'w01-mo' and via = 'bubble'")
    assert [row["what"] for row in told] == ["start"]
    stranger.close_sync(None)


def call_bus(connection, method):
    return connection.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", method, None, None,
                                Gio.DBusCallFlags.NONE, -1, None).unpack()[0]


def test_the_bus_goes_and_comes_back(bus):
    """Nothing stood on the screen; what falls due after the bus came back at its address is shown by the same daemon."""
    with mock(bus, "actions", "body"):
        at_work(bus, "2026-11-30 09:29:59")
        first = bus.bubble(LACE_UP, "Start")
        bus.ask("snooze", "w01-mo", "--for", "1m")
        wait_for(lambda: [first.id] in [e["args"] for e in bus.recorder.named("CloseNotification")], "the bubble is taken back")
        bus.bus_process.kill()
        wait_for(lambda: check(bus, "notifications")["result"] == "problem", "the loss is seen")
    daemon = bus.daemon
    bus.start_bus()
    bus.record()
    with mock(bus, "actions", "body"):
        again = bus.bubble(LACE_UP, "Start")
        wait_for(lambda: check(bus, "notifications")["result"] == "ok", lambda: bus.pacer("doctor"))
    assert again.replaces == 0 and len(bus.recorder.bubbles()) == 1
    assert bus.daemon is daemon and daemon.alive()


# --- bursts -----------------------------------------------------------------------------------------------------------------------------

def add_burst(world):
    world.add_plan("burst-1", [{"day": 0, "time": "09:30", "title": f"At once {n}", "minutes": 60} for n in range(BURST)])


def ledger(world):
    return {row["state"]: row["count(*)"] for row in world.rows("select state, count(*) from notice where kind = 'start' group by state")}


def test_a_thousand_at_once(bus):
    """Each question reaches the screen once and stands in the ledger once; meanwhile everybody else is served."""
    add_burst(bus)
    with mock(bus, "actions", "body"):
        at_work(bus, "2026-11-30 09:29:59", plan="burst-1", speed=1)

        def through():
            bus.ask("next")
            return len(bus.recorder.bubbles()) >= BURST
        wait_for(through, lambda: f"{len(bus.recorder.bubbles())} of {BURST} shown", BURST_S)
        wait_for(lambda: ledger(bus) == {"shown": BURST}, lambda: ledger(bus))
        titles = collections.Counter(b.summary for b in bus.recorder.bubbles())
    assert titles == {f"At once {n}": 1 for n in range(BURST)}
    assert bus.rows("select count(distinct session) as sessions from notice")[0]["sessions"] == BURST


def test_a_thousand_while_no_server_was_there(bus):
    """They come as one digest, and a later server is told nothing again."""
    add_burst(bus)
    at_work(bus, "2026-11-30 09:29:59", plan="burst-1", speed=1)
    wait_for(lambda: ledger(bus) == {"due": BURST}, lambda: ledger(bus))
    bus.restart(at="2026-11-30 10:01:00")
    for _ in range(2):
        with mock(bus, "actions", "body") as server:
            wait_for(lambda: check(bus, "notifications")["result"] == "ok" and bus.recorder.bubbles(), lambda: bus.pacer("doctor"))
            wait_for(lambda: ledger(bus) == {"digested": BURST}, lambda: ledger(bus))
            server.emit("NotificationClosed", "(uu)", 1, 1)
        wait_for(lambda: check(bus, "notifications")["result"] == "problem", "the loss is seen")
    digest, = bus.recorder.bubbles()
    assert f"{BURST} sessions" in digest.summary and not digest.labels
    assert len(bus.ask("inbox")["questions"]) == BURST, "the questions stay"
