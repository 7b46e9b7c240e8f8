"""The notification thread against real buses, the real dunst, and a server that misbehaves on command.

The program under test is desktop_driver (desktop_driver.c): lines in, one JSON object per event out."""

import contextlib
import json
import os
import pathlib
import queue
import shutil
import signal
import socket
import subprocess
import threading
import time

import gi
import pytest

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
DRIVER = ROOT / os.environ.get("PACER_BUILD", "build/release") / "tests/e2e/desktop_driver"
# Under sanitizers and valgrind (PACER_WRAPPER="valgrind ...") everything is slower; the limits that are measured grow with PACER_SLOW.
SLOW = float(os.environ.get("PACER_SLOW", "1"))
WAIT_S = 15 * SLOW
NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
CATEGORIES = [f"x-pacer.session.{name}" for name in "prep start end digest water wall refuel breathe ready more more-end".split()]
CATEGORIES += ["x-pacer.morning", "x-pacer.week"]
QUESTIONS = {"start", "end", "ready", "more", "more-end"}
PREP, START, END, DIGEST = range(4)
BOUND = [shutil.which("setpriv"), "--pdeathsig", "KILL", "--"]  # ends with us, whatever ends us

BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth>{services}
<policy context="default"><allow send_destination="*"/><allow receive_sender="*"/><allow own="*"/></policy></busconfig>
"""

SERVER_XML = """<node><interface name="org.freedesktop.Notifications">
<method name="GetServerInformation"><arg type="s" direction="out"/><arg type="s" direction="out"/>
 <arg type="s" direction="out"/><arg type="s" direction="out"/></method>
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="Notify"><arg type="s" direction="in"/><arg type="u" direction="in"/><arg type="s" direction="in"/>
 <arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="as" direction="in"/><arg type="a{sv}" direction="in"/>
 <arg type="i" direction="in"/><arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>{property}
</interface></node>"""
INHIBITED = '<property name="Inhibited" type="b" access="read"/>'
PROPERTIES = "org.freedesktop.DBus.Properties"


def until(condition, what):
    end = time.monotonic() + WAIT_S
    while not condition():
        assert time.monotonic() < end, f"waited for {what}"
        time.sleep(0.01)


class Bus:
    """A private session bus at a path, which can die and come back."""

    def __init__(self, directory, services=None):
        self.socket = directory / "bus"
        self.address = f"unix:path={self.socket}"
        self.config = directory / "bus.conf"
        self.config.write_text(BUS_CONFIG.format(path=self.socket, services=f"<servicedir>{services}</servicedir>" if services else ""))
        self.process = None

    def start(self, **env):
        self.process = subprocess.Popen([*BOUND, "dbus-daemon", f"--config-file={self.config}", "--nofork", "--nopidfile"],
                                        env={**os.environ, **env}, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(self.answers, "the bus")
        return self

    def answers(self):
        try:
            with socket.socket(socket.AF_UNIX) as s:
                s.connect(str(self.socket))
            return True
        except OSError:
            return False

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
        self.process = None
        self.socket.unlink(missing_ok=True)

    def connect(self):
        flags = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
        return Gio.DBusConnection.new_for_address_sync(self.address, flags, None, None)


class Server:
    """A notification server in a thread of this process. What it does is set by its attributes; what it was asked is in calls."""

    def __init__(self, bus, name="fake", capabilities=("actions", "body", "body-markup"), inhibited=None):
        self.name, self.capabilities = name, capabilities
        self.inhibited = inhibited  # None: it has no such property
        self.calls, self.reads = [], []
        self.fixed_id = None    # answer every Notify with this id
        self.refuse = False
        self.hold = False       # keep Notify unanswered until release()
        self.deaf = False       # keep GetServerInformation unanswered
        self.held = []
        self.last_id = 0
        self.context = GLib.MainContext.new()
        self.loop = GLib.MainLoop.new(self.context, False)
        self.ready = threading.Event()
        self.bus = bus
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        assert self.ready.wait(WAIT_S)

    def run(self):
        self.context.push_thread_default()
        self.connection = self.bus.connect()
        self.connection.set_exit_on_close(False)
        xml = SERVER_XML.replace("{property}", "" if self.inhibited is None else INHIBITED)
        self.connection.register_object(PATH, Gio.DBusNodeInfo.new_for_xml(xml).interfaces[0], self.on_call, self.on_get, None)
        self.connection.add_filter(self.on_message)
        self.connection.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                                  GLib.Variant("(su)", (NAME, 4)), None, Gio.DBusCallFlags.NONE, -1, None)
        self.ready.set()
        self.loop.run()

    def on_message(self, _connection, message, incoming):
        """What is read, also where there is nothing to read."""
        if incoming and message.get_interface() == PROPERTIES and message.get_member() == "Get":
            self.reads.append(message.get_body().unpack())
        return message

    def on_get(self, *_):
        return GLib.Variant("b", self.inhibited)

    def on_call(self, _connection, _sender, _path, _interface, method, parameters, invocation):
        values = parameters.unpack()
        self.calls.append((method, *values))
        if method == "GetServerInformation":
            if not self.deaf:
                invocation.return_value(GLib.Variant("(ssss)", (self.name, "tests", "1", "1.2")))
        elif method == "GetCapabilities":
            invocation.return_value(GLib.Variant("(as)", (list(self.capabilities),)))
        elif method == "CloseNotification":
            invocation.return_value(None)
        elif self.refuse:
            invocation.return_dbus_error("org.freedesktop.Notifications.Error.ExcessNotificationGeneration", "too many today")
        elif self.hold:
            self.held.append((invocation, values[1]))
        else:
            self.answer(invocation, values[1])

    def answer(self, invocation, replaces):
        if not replaces:
            self.last_id += 1
        self.id = self.fixed_id if self.fixed_id is not None else replaces or self.last_id
        invocation.return_value(GLib.Variant("(u)", (self.id,)))

    def release(self):
        """Answers what was held."""
        self.hold = False
        done = threading.Event()

        def answer_all():
            while self.held:
                self.answer(*self.held.pop(0))
            done.set()
        self.context.invoke_full(GLib.PRIORITY_DEFAULT, answer_all)
        assert done.wait(WAIT_S)

    def emit(self, signal_name, types, *values, connection=None, to=None):
        connection = connection or self.connection
        connection.emit_signal(to, PATH, NAME, signal_name, GLib.Variant(types, values))
        connection.flush_sync(None)

    def announce(self, inhibited, along=True):
        """Says that Inhibited changed, and to what, or only the former."""
        self.inhibited = inhibited
        values, stale = ({"Inhibited": GLib.Variant("b", inhibited)}, []) if along else ({}, ["Inhibited"])
        self.connection.emit_signal(None, PATH, PROPERTIES, "PropertiesChanged", GLib.Variant("(sa{sv}as)", (NAME, values, stale)))

    def press(self, number, action):
        self.emit("ActionInvoked", "(us)", number, action)

    def notified(self):
        keys = ("app", "replaces", "icon", "summary", "body", "actions", "hints", "expire")
        return [dict(zip(keys, call[1:])) for call in self.calls if call[0] == "Notify"]

    def closes(self):
        return [call[1] for call in self.calls if call[0] == "CloseNotification"]

    def owner(self):
        return self.connection.get_unique_name()

    def stop(self):
        self.loop.quit()
        self.thread.join()
        if not self.connection.is_closed():
            self.connection.close_sync(None)


class Driver:
    def __init__(self, address, **env):
        base = {k: v for k, v in os.environ.items() if k not in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "DISPLAY")}
        base["DBUS_SYSTEM_BUS_ADDRESS"] = "unix:path=/nowhere/system_bus_socket"  # the screen of whoever runs this stays out of it
        if address:
            base["DBUS_SESSION_BUS_ADDRESS"] = address
        wrapper = os.environ.get("PACER_WRAPPER", "").split()
        self.process = subprocess.Popen([*BOUND, *wrapper, str(DRIVER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                                        env={**base, **env})
        self.lines = queue.Queue()
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.put(json.loads(line))

    def send(self, *fields):
        self.process.stdin.write("\t".join(map(str, fields)) + "\n")
        self.process.stdin.flush()

    def show(self, key, slot="s", kind=START, actions="start,snooze", number=0, owner="", summary="Call listening", body="30 minutes",
             command="pacer start w01-mo", click=0, expire=0):
        self.send("show", key, slot, kind, actions, number, owner, summary, body, command, click, expire)

    def next(self, *kinds, wait_s=None):
        """The next event; it must be one of kinds."""
        try:
            event = self.lines.get(timeout=wait_s or WAIT_S)
        except queue.Empty:
            raise AssertionError(f"no event, waited for {kinds}") from None
        assert event["event"] in kinds, event
        return event

    def shown(self, *args, **named):
        self.show(*args, **named)
        event = self.next("shown")
        assert event["key"] == args[0]
        return event

    def quiet(self):
        """Nothing was told because of what the server sent so far: signals and answers of one sender come in order."""
        self.shown("barrier", slot="barrier", summary="Barrier")  # dunst stacks what looks the same

    def info(self):
        self.send("info")
        return self.next("info")

    def stop(self):
        """How long desktop_stop took, in seconds. Events that nobody asked about are passed over."""
        self.process.stdin.close()
        while (stopped := self.lines.get(timeout=WAIT_S))["event"] != "stopped":
            pass
        assert self.process.wait(WAIT_S) == 0
        return stopped["ms"] / 1000


@pytest.fixture
def notifier(tmp_path):
    """Makes buses, servers and drivers, and sweeps them: notifier.bus(), .server(), .driver(), .run(argv)."""
    class Maker:
        def __init__(self, undo):
            self.undo = undo

        def bus(self, services=None, **env):
            bus = Bus(tmp_path, services).start(**env)
            self.undo.callback(bus.stop)
            return bus

        def server(self, bus, **options):
            server = Server(bus, **options)
            self.undo.callback(server.stop)
            return server

        def driver(self, address, **env):
            driver = Driver(address, **env)
            self.undo.callback(lambda: driver.process.poll() is not None or driver.process.kill())
            self.undo.callback(lambda: driver.process.poll() is not None or driver.stop())
            return driver

        def up(self, bus):
            driver = self.driver(bus.address)
            driver.next("up")
            return driver

        def run(self, *argv, **env):
            process = subprocess.Popen([*BOUND, *argv], env={**os.environ, **env}, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                       stderr=subprocess.DEVNULL)

            def stop():
                process.kill()
                process.wait()
            self.undo.callback(stop)
            return process

    with contextlib.ExitStack() as undo:  # all of it, also when one of them raises
        yield Maker(undo)


@pytest.fixture(scope="module")
def notifier_display():
    read, write = os.pipe()
    server = subprocess.Popen([*BOUND, "Xvfb", "-displayfd", str(write), "-screen", "0", "800x600x24", "-nolisten", "tcp"],
                              pass_fds=[write], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    os.close(write)
    with os.fdopen(read) as pipe:
        number = pipe.readline().strip()
    yield f":{number}"
    server.terminate()
    server.wait()


@pytest.fixture
def dunst(notifier, notifier_display, tmp_path):
    """bus, start() -> dunst process, ctl(*words) -> what dunstctl says."""
    class Dunst:
        config = tmp_path / "dunstrc"

        def __init__(self):
            self.config.write_text("[global]\nfont = DejaVu Sans 9\nmarkup = full\n[urgency_normal]\ntimeout = 0\n")
            self.bus = notifier.bus()
            self.env = {"DISPLAY": notifier_display, "DBUS_SESSION_BUS_ADDRESS": self.bus.address}

        def start(self):
            return notifier.run("dunst", "-conf", str(self.config), **self.env)

        def ctl(self, *words):
            done = subprocess.run(["dunstctl", *words], env={**os.environ, **self.env}, capture_output=True, text=True, check=True,
                                  timeout=10 * SLOW)
            return done.stdout.strip()
    return Dunst()


# --- no bus, a bus that comes and goes ---------------------------------------------------------------------------------------------


def test_without_a_bus_none_is_started(notifier, notifier_display, tmp_path):
    trap = tmp_path / "dbus-launch"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/launched\n")
    trap.chmod(0o755)
    for address in (None, "autolaunch:"):
        driver = notifier.driver(address, DISPLAY=notifier_display, PATH=f"{tmp_path}:{os.environ['PATH']}")
        assert driver.next("down")["text"] == "no session bus"
        for key in ("a", "b"):
            driver.show(key)
            assert driver.next("failed")["key"] == key
        info = driver.info()
        assert (info["bus"], info["server"], info["problem"]) == (0, 0, "no session bus")
        assert driver.stop() < 2 * SLOW
    assert not (tmp_path / "launched").exists()


def test_the_bus_of_the_runtime_directory_may_come_later(notifier, tmp_path):
    driver = notifier.driver(None, XDG_RUNTIME_DIR=str(tmp_path))
    assert driver.next("down")["text"] == "no session bus"
    bus = notifier.bus()
    assert driver.next("down")["text"] == "no notification server"
    server = notifier.server(bus)
    driver.next("up")
    assert driver.shown("k")["owner"] == server.owner()


def test_bus_dies_and_returns(notifier):
    bus = notifier.bus()
    server = notifier.server(bus)
    driver = notifier.up(bus)
    driver.shown("before")
    bus.stop()
    server.stop()
    assert driver.next("down")["text"] == "no session bus"
    driver.show("meanwhile")
    assert driver.next("failed")["text"] == "no session bus"
    bus.start()
    server = notifier.server(bus)
    while driver.next("down", "up")["event"] == "down":
        pass
    driver.shown("after")
    assert [call["replaces"] for call in server.notified()] == [0]


# --- what is sent ------------------------------------------------------------------------------------------------------------------


def test_what_a_question_looks_like(notifier):
    bus = notifier.bus()
    server = notifier.server(bus)
    driver = notifier.driver(bus.address, NOTIFY_FORCE_PORTAL="1")
    driver.next("up")
    driver.shown("k", kind=END, actions="done,partly,snooze", summary="Tone & <b>voice</b>", body="5 < 6 & so\\non")
    driver.shown("d", slot="d", kind=DIGEST, actions="")
    question, digest = server.notified()
    hints = question.pop("hints")
    assert hints.pop("sender-pid") > 0
    assert hints == {"urgency": 1, "category": "x-pacer.session.end", "desktop-entry": "pacer", "resident": False, "suppress-sound": True}
    assert question == {"app": "Pacer", "replaces": 0, "icon": "pacer", "summary": "Tone & <b>voice</b>", "body": "5 &lt; 6 &amp; so\non",
                        "actions": ["snooze", "Snooze", "done", "Done", "partly", "Partly"], "expire": -1}
    assert (digest["hints"]["urgency"], digest["hints"]["category"], digest["actions"]) == (0, "x-pacer.session.digest", [])
    info = driver.info()
    assert (info["bus"], info["server"], info["name"], info["actions"], info["markup"]) == (1, 1, "fake", 1, 1)


def test_every_kind_has_a_look(notifier):
    bus = notifier.bus()
    server = notifier.server(bus)
    driver = notifier.up(bus)
    for kind, category in enumerate(CATEGORIES):
        driver.shown(category, slot=category, kind=kind)
    expected = [(category, 1 if category.split(".")[-1] in QUESTIONS else 0) for category in CATEGORIES]
    assert [(call["hints"]["category"], call["hints"]["urgency"]) for call in server.notified()] == expected


def test_a_click_on_the_bubble(notifier):
    """One more action, beside three buttons; where it is not wanted any more, a click that comes late is nothing."""
    bus = notifier.bus()
    server = notifier.server(bus)
    driver = notifier.up(bus)
    driver.shown("k", actions="start,snooze,not-today", click=1)
    assert server.notified()[-1]["actions"] == ["start", "Start", "snooze", "Snooze", "not-today", "Not today", "default", "Help"]
    server.press(1, "default")
    server.press(1, "start")
    action = driver.next("action")
    assert (action["key"], action["action"]) == ("k", "more")
    closed = driver.next("closed")
    assert (closed["key"], closed["reason"]) == ("k", 3)
    driver.quiet()
    assert server.closes() == [1]
    driver.shown("alone", slot="alone", actions="", click=1)
    assert server.notified()[-1]["actions"] == ["default", "Help"]
    driver.shown("again", slot="alone", click=0)
    assert "default" not in server.notified()[-1]["actions"]
    server.press(driver.shown("again", slot="alone", click=0)["id"], "default")
    driver.quiet()


def test_no_click_without_actions(notifier):
    bus = notifier.bus()
    server = notifier.server(bus, capabilities=["body"])
    driver = notifier.up(bus)
    driver.shown("k", click=1)
    assert server.notified()[-1]["actions"] == []


def test_how_long_a_bubble_stays(notifier):
    bus = notifier.bus()
    server = notifier.server(bus)
    driver = notifier.up(bus)
    for seconds in (90, 0, 2**31 - 1, -5):
        driver.shown("k", expire=seconds)
    assert [call["expire"] for call in server.notified()] == [90_000, -1, 2_147_483_000, -1]


@pytest.mark.parametrize("name, capabilities", [("plain", ["body"]), ("notify-osd", ["body", "actions"]), ("bare", [])])
def test_without_buttons_the_command_is_in_the_body(notifier, name, capabilities):
    bus = notifier.bus()
    server = notifier.server(bus, name=name, capabilities=capabilities)
    server.fixed_id = 0
    driver = notifier.up(bus)
    assert driver.shown("k", body="5 < 6")["id"] == 0
    driver.shown("k2")
    first, second = server.notified()
    assert (first["actions"], first["body"], first["replaces"]) == ([], "5 < 6\nType: pacer start w01-mo", 0)
    assert second["replaces"] == 0
    server.press(0, "start")
    server.emit("NotificationClosed", "(uu)", 0, 1)
    driver.quiet()


def test_a_refusal_is_told(notifier):
    bus = notifier.bus()
    server = notifier.server(bus)
    server.refuse = True
    driver = notifier.up(bus)
    driver.show("k")
    assert "too many today" in driver.next("failed")["text"]
    server.refuse = False
    driver.shown("k")


# --- one bubble a slot -------------------------------------------------------------------------------------------------------------


def test_a_slot_has_one_bubble(notifier):
    bus = notifier.bus()
    server = notifier.server(bus)
    driver = notifier.up(bus)
    assert [driver.shown("k1")["id"], driver.shown("k2", actions="done")["id"], driver.shown("o", slot="other")["id"]] == [1, 1, 2]
    assert [call["replaces"] for call in server.notified()] == [0, 1, 0]
    server.press(1, "start")  # of the earlier question
    server.press(1, "default")
    server.emit("NotificationClosed", "(uu)", 1, 2)
    closed = driver.next("closed")
    assert (closed["key"], closed["reason"]) == ("k2", 2)
    assert driver.shown("k3")["id"] == 3
    assert server.notified()[-1]["replaces"] == 0
    server.emit("NotificationClosed", "(uu)", 3, 1)
    assert driver.next("closed")["reason"] == 1
    driver.send("close", "other")
    closed = driver.next("closed")
    assert (closed["key"], closed["reason"]) == ("o", 3)
    driver.send("close", "other")
    driver.send("close", "unknown")
    driver.quiet()
    assert server.closes() == [2]


def test_the_first_press_wins(notifier):
    bus = notifier.bus()
    server = notifier.server(bus)
    driver = notifier.up(bus)
    driver.shown("k")
    server.press(1, "snooze")
    server.press(1, "start")
    action = driver.next("action")
    assert (action["key"], action["action"]) == ("k", "snooze")
    assert driver.next("closed")["reason"] == 3
    server.emit("NotificationClosed", "(uu)", 1, 3)
    driver.quiet()
    assert server.closes() == [1]


def test_nobody_else_presses_our_buttons(notifier):
    bus = notifier.bus()
    server = notifier.server(bus)
    driver = notifier.up(bus)
    driver.shown("k")
    stranger = bus.connect()
    names = stranger.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "ListNames", None, None,
                               Gio.DBusCallFlags.NONE, -1, None).unpack()[0]
    for to in (None, *(n for n in names if n.startswith(":"))):
        server.emit("ActionInvoked", "(us)", 1, "start", connection=stranger, to=to)
        server.emit("NotificationClosed", "(uu)", 1, 2, connection=stranger, to=to)
    stranger.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId", None, None, Gio.DBusCallFlags.NONE,
                       -1, None)  # the bus has passed on all that came before
    driver.quiet()
    server.press(1, "start")
    driver.next("action")


def test_a_later_process_adopts_the_id_of_the_same_server_only(notifier):
    bus = notifier.bus()
    server = notifier.server(bus)
    driver = notifier.up(bus)
    first = driver.shown("k")
    driver.stop()
    driver = notifier.up(bus)
    assert driver.shown("k", number=first["id"], owner=first["owner"])["id"] == first["id"]
    server.press(first["id"], "start")
    driver.next("action")
    driver.next("closed")
    driver.shown("m", slot="m", number=41, owner=":1.4096")
    driver.shown("n", slot="n", number=2**32 - 1, owner=first["owner"])
    assert [call["replaces"] for call in server.notified()] == [0, 1, 0, 0]


# --- do-not-disturb ------------------------------------------------------------------------------------------------------------------


def quiet_is(driver, quiet):
    until(lambda: driver.info()["quiet"] == quiet, f"quiet to be {quiet}")


def test_a_server_that_keeps_quiet(notifier):
    bus = notifier.bus()
    server = notifier.server(bus, inhibited=True)
    driver = notifier.up(bus)
    assert driver.shown("k")["quiet"] == 1
    assert driver.info()["quiet"] == 1
    server.inhibited = False  # without a word: asked before each show
    assert driver.shown("l")["quiet"] == 0
    assert driver.info()["quiet"] == 0
    for quiet, along in ((True, True), (False, False), (True, False), (False, True)):
        server.announce(quiet, along)
        quiet_is(driver, int(quiet))
    server.announce(True)
    quiet_is(driver, 1)
    server.stop()
    assert driver.next("down")["text"] == "no notification server"
    assert driver.info()["quiet"] == 0
    assert set(server.reads) == {("org.dunstproject.cmd0", "paused"), (NAME, "Inhibited")}
    assert server.reads.count(("org.dunstproject.cmd0", "paused")) == 1


def test_what_a_server_has_not_is_asked_for_once(notifier):
    bus = notifier.bus()
    server = notifier.server(bus)
    driver = notifier.up(bus)
    for key in "abc":
        assert driver.shown(key)["quiet"] == 0
    assert sorted(server.reads) == sorted([("org.dunstproject.cmd0", "paused"), (NAME, "Inhibited")])
    server.stop()
    driver.next("down")
    other = notifier.server(bus, inhibited=True)
    driver.next("up")
    assert driver.shown("d")["quiet"] == 1
    assert (NAME, "Inhibited") in other.reads


def test_nobody_else_says_that_it_is_quiet(notifier):
    """Nor does the server itself with something else than yes or no."""
    bus = notifier.bus()
    server = notifier.server(bus, inhibited=False)
    driver = notifier.up(bus)

    def announced(connection, types, *values):
        """Sent, and heard by the driver: what the server tells comes after it."""
        number = driver.shown("k")["id"]
        connection.emit_signal(None, PATH, PROPERTIES, "PropertiesChanged", GLib.Variant(types, values))
        connection.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId", None, None,
                             Gio.DBusCallFlags.NONE, -1, None)
        server.emit("NotificationClosed", "(uu)", number, 2)
        driver.next("closed")
        return driver.info()["quiet"]
    yes = {"Inhibited": GLib.Variant("b", True)}
    assert announced(bus.connect(), "(sa{sv}as)", NAME, yes, []) == 0
    assert announced(server.connection, "(sa{sv}as)", "org.example.Other", yes, []) == 0
    assert announced(server.connection, "(s)", "odd") == 0
    assert announced(server.connection, "(sa{sv}as)", NAME, {"Inhibited": GLib.Variant("s", "yes")}, []) == 0
    assert announced(server.connection, "(sa{sv}as)", NAME, yes, []) == 1


def test_paused_dunst(notifier, dunst):
    """It answers as always and keeps the bubble until the pause ends."""
    dunst.start()
    driver = notifier.driver(dunst.bus.address)
    while driver.next("up", "down")["event"] != "up":
        pass
    assert driver.shown("a")["quiet"] == 0
    dunst.ctl("set-paused", "true")
    quiet_is(driver, 1)  # dunst says so
    assert driver.shown("b", slot="b", summary="Case drill")["quiet"] == 1
    assert dunst.ctl("count", "waiting") != "0"
    dunst.ctl("set-paused", "false")
    quiet_is(driver, 0)
    assert driver.shown("c", slot="c", summary="Role play")["quiet"] == 0


# --- servers that hang, die, restart, start ------------------------------------------------------------------------------------------


def test_a_server_that_keeps_notify(notifier):
    """It answers the probe and then nothing more: the wait has a limit, and a bubble that comes late is neither doubled nor left over."""
    bus = notifier.bus()
    server = notifier.server(bus)
    patient, leaving, changed = (notifier.up(bus) for _ in range(3))
    patient.shown("ok", slot="ok")
    server.hold = True
    begin = time.monotonic()
    for number, driver in enumerate((patient, leaving, changed), 1):
        driver.show("late")
        until(lambda: len(server.held) == number, "Notify")
    patient.show("queued", slot="q")
    patient.send("close", "ok")
    assert leaving.stop() < 8 * SLOW
    assert patient.next("failed")["key"] == "late"
    assert patient.next("down")["text"] == "the notification server does not answer"
    assert patient.next("failed")["key"] == "queued"
    assert patient.next("closed")["key"] == "ok"
    assert time.monotonic() - begin < 12 * SLOW
    changed.next("failed")
    changed.next("down")
    changed.send("close", "s")
    assert changed.next("closed")["key"] == "late"
    server.release()
    until(lambda: server.closes() == [1, 4], "CloseNotification")
    patient.next("up")  # 5 s later
    assert patient.shown("late")["id"] == 2
    assert [call["replaces"] for call in server.notified()] == [0, 0, 0, 0, 2]


def test_stopped_dunst(notifier, dunst):
    process = dunst.start()
    driver = notifier.driver(dunst.bus.address)
    while driver.next("up", "down")["event"] != "up":
        pass
    driver.shown("a")
    os.kill(process.pid, signal.SIGSTOP)
    try:
        begin = time.monotonic()
        driver.show("b")
        driver.show("c", slot="c")
        assert driver.next("down")["text"] == "the notification server does not answer"
        assert driver.next("failed")["key"] == "b"
        assert 1.4 < time.monotonic() - begin < 10 * SLOW
        assert driver.next("failed")["key"] == "c"
        begin = time.monotonic()
        driver.show("d")
        driver.next("failed")
        assert time.monotonic() - begin < 1.2 * SLOW
        info = driver.info()
        assert (info["bus"], info["server"], info["problem"]) == (1, 1, "the notification server does not answer")
    finally:
        os.kill(process.pid, signal.SIGCONT)
    driver.next("up")
    driver.shown("d")
    assert dunst.ctl("count", "displayed") == "1"


def test_dunst_dies_and_another_takes_over(notifier, dunst):
    driver = notifier.driver(dunst.bus.address)
    assert driver.next("down")["text"] == "no notification server"
    driver.show("early")
    driver.next("failed")
    process = dunst.start()
    driver.next("up")
    first = driver.shown("a")
    driver.shown("b", slot="b", summary="Case drill")
    process.kill()
    assert driver.next("down")["text"] == "no notification server"
    dunst.start()
    driver.next("up")
    again = driver.shown("c", slot="c", actions="done", kind=END)
    assert again["owner"] != first["owner"]
    assert again["id"] == first["id"]  # ids begin anew: only the new object may hear of it
    dunst.ctl("action", "0")
    action = driver.next("action")
    assert (action["key"], action["action"]) == ("c", "done")
    assert driver.next("closed")["key"] == "c"
    until(lambda: dunst.ctl("count", "displayed") == "0", "dunst to close the bubble")
    history = json.loads(dunst.ctl("history"))["data"][0]
    assert [(n["summary"]["data"], n["appname"]["data"]) for n in history] == [("Call listening", "Pacer")]
    driver.quiet()


def test_dunst_close_is_dismissed(notifier, dunst):
    dunst.start()
    driver = notifier.driver(dunst.bus.address)
    while driver.next("up", "down")["event"] != "up":
        pass
    driver.shown("a", body="5 < 6 & <i>so</i>")
    dunst.ctl("close")
    closed = driver.next("closed")
    assert (closed["key"], closed["reason"]) == ("a", 2)
    message = json.loads(dunst.ctl("history"))["data"][0][0]["body"]["data"]
    assert message == "5 &lt; 6 &amp; &lt;i&gt;so&lt;/i&gt;"


def test_dunst_keeps_the_time(notifier, dunst):
    dunst.start()
    driver = notifier.driver(dunst.bus.address)
    while driver.next("up", "down")["event"] != "up":
        pass
    driver.shown("long", slot="long", summary="Case drill")  # its urgency has no timeout in this configuration
    begin = time.monotonic()
    driver.shown("short", expire=1)
    closed = driver.next("closed")
    assert (closed["key"], closed["reason"]) == ("short", 1)
    assert 0.9 < time.monotonic() - begin < 3 * SLOW
    assert dunst.ctl("count", "displayed") == "1"


def test_the_bus_starts_a_server_for_the_first_bubble(notifier, notifier_display, tmp_path):
    services = tmp_path / "services"
    services.mkdir()
    started = tmp_path / "started"
    service = services / "server.service"
    service.write_text(f"[D-BUS Service]\nName={NAME}\nExec=/bin/sh -c 'echo $$ >{started}; exec dunst -conf /dev/null'\n")
    bus = notifier.bus(services, DISPLAY=notifier_display)
    driver = notifier.up(bus)
    info = driver.info()
    assert (info["server"], info["problem"]) == (0, None)
    assert not started.exists()
    driver.shown("k")
    driver.quiet()
    # One that cannot be started: said once, not tried over and over.
    service.write_text(f"[D-BUS Service]\nName={NAME}\nExec=/bin/false\n")
    bus.connect().call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "ReloadConfig", None, None,
                            Gio.DBusCallFlags.NONE, -1, None)
    os.kill(int(started.read_text()), signal.SIGKILL)
    assert driver.next("down")["text"] == "no notification server"
    driver.next("up")  # after the pause: the bus could start one
    driver.show("l")
    assert driver.next("down")["text"] == "the notification server could not be started"
    assert driver.next("failed")["text"] == "the notification server could not be started"


# --- cost --------------------------------------------------------------------------------------------------------------------------


def test_a_close_just_before_the_end_is_carried_out(notifier):
    bus = notifier.bus()
    server = notifier.server(bus)
    driver = notifier.up(bus)
    driver.shown("k")
    driver.send("close", "s")
    driver.stop()
    until(lambda: server.closes() == [1], "CloseNotification")


def test_idle_means_idle(notifier):
    bus = notifier.bus()
    notifier.server(bus)
    driver = notifier.up(bus)
    driver.shown("k")
    tasks = {}

    def only_lasting_ones():
        """The thread in which GLib connected waits half a second for more to do."""
        pid = driver.process.pid
        tasks.clear()
        with contextlib.suppress(FileNotFoundError):
            for task in pathlib.Path(f"/proc/{pid}/task").iterdir():
                tasks["main" if task.name == str(pid) else (task / "comm").read_text().strip()] = task / "status"
        tasks.pop("desktop_driver", None)  # a sanitizer's own thread
        return set(tasks) == {"main", "pacer-desktop", "gdbus", "gmain"}  # the last two are GLib's and always there
    until(only_lasting_ones, "GLib to let its thread go")

    def switches():
        return {name: [line for line in status.read_text().splitlines() if "voluntary_ctxt" in line] for name, status in tasks.items()}
    time.sleep(0.2)
    before = switches()
    time.sleep(1)
    assert switches() == before
