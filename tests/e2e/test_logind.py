"""logind through the notification thread, on a private system bus: dbusmock's logind in the first place, and what it lacks by hand.

The program under test is desktop_driver, as in test_desktop_thread.py, whose buses and driver are used here."""

import contextlib
import os
import pathlib
import queue
import signal
import socket
import subprocess
import sys
import threading
import time

import gi
import pytest

from test_desktop_thread import BOUND, SLOW, Bus, Driver, Server, until

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

NAME = "org.freedesktop.login1"
PATH = "/org/freedesktop/login1"
MANAGER, USER, SESSION = (f"{NAME}.{kind}" for kind in ("Manager", "User", "Session"))
MOCK = "org.freedesktop.DBus.Mock"
USER_PATH = f"{PATH}/user/{os.getuid()}"

LOOK_UP = """ret = "/org/freedesktop/login1/{kind}/" + str(args[0])
if ret not in objects: raise dbus.exceptions.DBusException("none", name="org.freedesktop.login1.{missing}")"""


class Logind:
    """The mock on a bus: a process, and a connection to tell it what to do."""

    def __init__(self, bus):
        self.bus = bus.connect()
        self.bus.set_exit_on_close(False)
        self.process = subprocess.Popen([*BOUND, sys.executable, "-m", "dbusmock", "--system", "--template", "logind"],
                                        env={**os.environ, "DBUS_SYSTEM_BUS_ADDRESS": bus.address}, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(self.answers, "logind")
        self.method("GetUser", "u", LOOK_UP.format(kind="user", missing="NoSuchUser"))  # the mock's own cannot be called, ...
        self.method("GetSession", "s", LOOK_UP.format(kind="session", missing="NoSuchSession"))  # ... and knows every session

    def method(self, name, signature, code):
        self.call(PATH, MOCK, "AddMethod", GLib.Variant("(sssss)", (MANAGER, name, signature, "o", code)))

    def call(self, path, interface, method, parameters=None, name=NAME):
        answer = self.bus.call_sync(name, path, interface, method, parameters, None, Gio.DBusCallFlags.NO_AUTO_START, -1, None)
        return answer.unpack()

    def answers(self):
        with contextlib.suppress(GLib.Error):
            self.call(PATH, MANAGER, "ListInhibitors")
            return True
        return False

    def emit(self, interface, name, signature="", *values, path=PATH):
        self.call(path, MOCK, "EmitSignal", GLib.Variant("(sssav)", (interface, name, signature, values)))

    def sleep(self, asleep):
        self.emit(MANAGER, "PrepareForSleep", "b", GLib.Variant("b", asleep))

    def session(self, name, display=True):
        """Logged in, as the one the user's programs are shown on."""
        self.call(PATH, MOCK, "AddSession", GLib.Variant("(ssusb)", (name, "seat0", os.getuid(), "learner", True)))
        if display:
            self.display(name)
        self.emit(MANAGER, "UserNew", "uo", GLib.Variant("u", os.getuid()), GLib.Variant("o", USER_PATH))
        return self

    def session_path(self, name):
        return f"{PATH}/session/{name}"

    def display(self, name):
        place = (name, self.session_path(name)) if name else ("", "/")
        self.set(USER_PATH, USER, "Display", GLib.Variant("(so)", place))

    def set(self, path, interface, name, value):
        self.call(path, "org.freedesktop.DBus.Properties", "Set", GLib.Variant("(ssv)", (interface, name, value)))

    def update(self, path, interface, **values):
        self.call(path, MOCK, "UpdateProperties", GLib.Variant("(sa{sv})", (interface, values)))

    def hint(self, name, **hints):
        self.update(self.session_path(name), SESSION, **{f"{hint}Hint": GLib.Variant("b", value) for hint, value in hints.items()})

    def remove(self, name):
        self.call(PATH, MOCK, "RemoveObject", GLib.Variant("(s)", (self.session_path(name),)))
        self.emit(MANAGER, "SessionRemoved", "so", GLib.Variant("s", name), GLib.Variant("o", self.session_path(name)))

    def stop(self):
        self.process.kill()
        self.process.wait()
        if not self.bus.is_closed():
            self.bus.close_sync(None)


class Learner(Driver):
    """The thread without a session bus, unless there is one in env."""

    def __init__(self, system, **env):
        super().__init__(None, **{"DBUS_SYSTEM_BUS_ADDRESS": system, "XDG_SESSION_ID": "", **env})
        self.next("down", "up")

    def listening(self, logind):
        """Returns when the thread listens to logind; all it was told before, and nothing else, is taken."""
        while True:
            logind.sleep(False)
            with contextlib.suppress(queue.Empty):
                assert self.lines.get(timeout=0.1)["event"] == "wake"
                break
        logind.sleep(True)
        while self.next("wake", "sleep")["event"] == "wake":
            pass
        logind.sleep(False)
        self.next("wake")
        return self

    def nothing_more(self, logind):
        """What came before from this logind told nothing."""
        logind.sleep(True)
        self.next("sleep")
        logind.sleep(False)
        self.next("wake")

    def follows(self, logind, name):
        """The session is the one that counts."""
        logind.hint(name, Locked=True)
        self.next("locked")
        logind.hint(name, Locked=False)
        self.next("unlocked")


QUICK_XML = f"""<node><interface name="{MANAGER}"><method name="GetUser"><arg type="u" direction="in"/><arg type="o" direction="out"/></method>
</interface><interface name="{USER}"><property name="Display" type="(so)" access="read"/></interface>
<interface name="{SESSION}"><property name="LockedHint" type="b" access="read"/></interface></node>"""


class QuickLogind:
    """One in a thread of this process that takes the name from whoever has it. Its one session is locked at first."""

    def __init__(self, bus):
        self.bus, self.asked, self.locked = bus, [], True
        self.context = GLib.MainContext.new()
        self.loop = GLib.MainLoop.new(self.context, False)
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        assert self.ready.wait(15 * SLOW)

    def run(self):
        self.context.push_thread_default()
        self.connection = self.bus.connect()
        self.connection.set_exit_on_close(False)
        places = PATH, f"{PATH}/user/_1000", f"{PATH}/session/_31"
        for path, interface in zip(places, Gio.DBusNodeInfo.new_for_xml(QUICK_XML).interfaces):
            self.connection.register_object(path, interface, self.on_call, self.on_get, None)
        self.connection.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                                  GLib.Variant("(su)", (NAME, 3)), None, Gio.DBusCallFlags.NONE, -1, None)
        self.ready.set()
        self.loop.run()

    def on_call(self, _connection, _sender, _path, _interface, method, _parameters, invocation):
        self.asked.append(method)
        invocation.return_value(GLib.Variant("(o)", (f"{PATH}/user/_1000",)))

    def on_get(self, _connection, _sender, _path, _interface, name):
        self.asked.append(name)
        return GLib.Variant("b", self.locked) if name == "LockedHint" else GLib.Variant("(so)", ("1", f"{PATH}/session/_31"))

    def emit(self, path, interface, name, parameters):
        self.connection.emit_signal(None, path, interface, name, parameters)

    def stop(self):
        self.loop.quit()
        self.thread.join()
        if not self.connection.is_closed():
            self.connection.close_sync(None)


@pytest.fixture
def house(tmp_path):
    """Makes the system bus, loginds and learners, and sweeps them: house.bus (running), .logind(), .quick_logind(), .learner(**env), .undo."""
    class House:
        def __init__(self, undo):
            self.undo = undo
            (tmp_path / "system").mkdir()
            self.bus = Bus(tmp_path / "system").start()
            undo.callback(self.bus.stop)

        def logind(self):
            logind = Logind(self.bus)
            self.undo.callback(logind.stop)
            return logind

        def quick_logind(self):
            logind = QuickLogind(self.bus)
            self.undo.callback(logind.stop)
            return logind

        def learner(self, **env):
            learner = Learner(self.bus.address, **env)
            self.undo.callback(lambda: learner.process.poll() is not None or learner.process.kill())
            self.undo.callback(lambda: learner.process.poll() is not None or learner.stop())
            return learner

    with contextlib.ExitStack() as undo:
        yield House(undo)


# --- what is told ------------------------------------------------------------------------------------------------------------------


def test_sleep_and_wake(house):
    logind = house.logind()
    learner = house.learner().listening(logind)
    for asleep, told in ((True, "sleep"), (False, "wake"), (True, "sleep"), (True, None), (False, "wake"), (False, "wake")):
        logind.sleep(asleep)
        if told:
            learner.next(told)
    assert logind.call(PATH, MANAGER, "ListInhibitors") == ([],)  # nothing waits for us


def test_locked_or_idle_is_away(house):
    logind = house.logind().session("c1")
    learner = house.learner().listening(logind)
    rows = [
        ({"Locked": True}, "locked"), ({"Locked": False}, "unlocked"),
        ({"Idle": True}, "locked"), ({"Idle": False}, "unlocked"),
        ({"Idle": True}, "locked"), ({"Locked": True}, None), ({"Idle": False}, None), ({"Idle": True}, None), ({"Locked": False}, None),
        ({"Idle": False}, "unlocked"),
        ({"Locked": True, "Idle": True}, "locked"), ({"Locked": True}, None), ({"Locked": False, "Idle": False}, "unlocked"),
    ]
    for hints, told in rows:
        logind.hint("c1", **hints)
        if told:
            learner.next(told)
        else:
            learner.nothing_more(logind)


@pytest.mark.parametrize("hints, away", [({}, False), ({"Locked": True}, True), ({"Idle": True}, True), ({"Locked": True, "Idle": True}, True)])
def test_at_start(house, hints, away):
    logind = house.logind().session("c1")
    logind.hint("c1", **hints)
    learner = house.learner()
    if away:
        learner.next("locked")
        logind.hint("c1", Locked=False, Idle=False)
        learner.next("unlocked")
    else:
        learner.listening(logind).follows(logind, "c1")


def test_what_is_no_news(house):
    """Other properties, other sessions, other types, other senders."""
    logind = house.logind().session("c1").session("c2", display=False)
    learner = house.learner().listening(logind)
    learner.follows(logind, "c1")
    path = logind.session_path("c1")
    logind.hint("c2", Locked=True)
    logind.update(path, SESSION, Active=GLib.Variant("b", False))
    for values in ((GLib.Variant("s", "yes"),), (GLib.Variant("b", True),) * 2, ()):
        logind.emit(MANAGER, "PrepareForSleep", "".join(v.get_type_string() for v in values), *values)
    changed = "org.freedesktop.DBus.Properties", "PropertiesChanged"
    wrong = GLib.Variant("a{sv}", {"LockedHint": GLib.Variant("s", "yes"), "IdleHint": GLib.Variant("u", 1)})
    none = GLib.Variant("as", [])
    logind.emit(*changed, "sa{sv}as", GLib.Variant("s", SESSION), wrong, none, path=path)
    logind.emit(*changed, "sas", GLib.Variant("s", SESSION), none, path=path)
    logind.emit(*changed, "sa{sv}as", GLib.Variant("s", USER), wrong, none, path=USER_PATH)
    stranger = house.bus.connect()
    names = logind.call("/org/freedesktop/DBus", "org.freedesktop.DBus", "ListNames", name="org.freedesktop.DBus")[0]
    locked = GLib.Variant("(sa{sv}as)", (SESSION, {"LockedHint": GLib.Variant("b", True)}, []))
    for to in (None, *(n for n in names if n.startswith(":"))):
        stranger.emit_signal(to, PATH, MANAGER, "PrepareForSleep", GLib.Variant("(b)", (True,)))
        stranger.emit_signal(to, path, *changed, locked)
    stranger.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId", None, None,
                       Gio.DBusCallFlags.NONE, -1, None)  # the bus has passed on all that came before
    learner.nothing_more(logind)
    learner.follows(logind, "c1")


def test_a_change_without_its_value_is_asked_for(house):
    logind = house.quick_logind()
    learner = house.learner()
    learner.next("locked")
    logind.locked = False
    logind.emit(f"{PATH}/session/_31", "org.freedesktop.DBus.Properties", "PropertiesChanged",
                GLib.Variant("(sa{sv}as)", (SESSION, {}, ["LockedHint"])))
    learner.next("unlocked")


# --- which session -----------------------------------------------------------------------------------------------------------------


def test_the_session_of_the_environment_comes_first(house):
    logind = house.logind().session("c1").session("c2", display=False)
    learner = house.learner(XDG_SESSION_ID="c2").listening(logind)
    learner.follows(logind, "c2")
    logind.hint("c1", Idle=True)
    learner.nothing_more(logind)


def test_an_environment_of_yesterday_is_no_session(house):
    logind = house.logind().session("c1")
    for name in ("c7", "not \udcff UTF-8"):
        house.learner(XDG_SESSION_ID=name).listening(logind).follows(logind, "c1")


def test_sessions_come_and_go(house):
    logind = house.logind()
    learner = house.learner().listening(logind)  # nobody is logged in
    logind.emit(MANAGER, "UserNew", "uo", GLib.Variant("u", os.getuid() + 1), GLib.Variant("o", USER_PATH))
    logind.session("c1", display=False)  # services start before the session is shown anywhere
    logind.hint("c1", Locked=True)
    learner.nothing_more(logind)
    logind.display("c1")
    learner.next("locked")
    logind.session("c2", display=False)
    logind.display("c2")  # in use
    learner.next("unlocked")
    learner.follows(logind, "c2")
    logind.hint("c2", Idle=True)
    learner.next("locked")
    logind.display("")
    learner.next("unlocked")
    logind.display("c2")
    learner.next("locked")


def test_the_session_of_the_environment_ends(house):
    logind = house.logind().session("c1").session("c2", display=False)
    logind.hint("c2", Locked=True)
    learner = house.learner(XDG_SESSION_ID="c2")
    learner.next("locked")
    logind.emit(MANAGER, "SessionRemoved", "so", GLib.Variant("s", "c1"), GLib.Variant("o", logind.session_path("c1")))
    learner.listening(logind)
    logind.remove("c2")
    learner.next("unlocked")
    learner.follows(logind, "c1")


# --- buses and loginds that come and go ----------------------------------------------------------------------------------------------


def test_without_a_system_bus_nothing_happens(house):
    house.bus.stop()
    learner = house.learner()
    fds = pathlib.Path(f"/proc/{learner.process.pid}/fd")
    assert [os.readlink(fd) for fd in fds.iterdir()].count("anon_inode:inotify") == 1  # the socket is waited for
    assert learner.stop() < 2 * SLOW
    learner = house.learner(DBUS_SYSTEM_BUS_ADDRESS="autolaunch:")
    learner.send("info")
    learner.next("info")
    learner.stop()


def test_the_bus_and_logind_may_come_later(house):
    house.bus.stop()
    learner = house.learner()
    house.bus.start()
    logind = house.logind().session("c1")
    logind.hint("c1", Idle=True)
    learner.next("locked")
    logind.hint("c1", Idle=False)
    learner.next("unlocked")


def test_the_bus_dies_and_returns(house):
    logind = house.logind().session("c1")
    learner = house.learner().listening(logind)
    logind.sleep(True)
    learner.next("sleep")
    house.bus.stop()
    learner.next("wake")
    logind.stop()
    house.bus.start()
    logind = house.logind().session("c1")
    learner.listening(logind).follows(logind, "c1")


def test_logind_restarts(house):
    logind = house.logind().session("c1")
    logind.hint("c1", Locked=True)
    learner = house.learner()
    learner.next("locked")
    logind.sleep(True)
    learner.next("sleep")
    logind.stop()
    learner.next("wake")  # a pair, always
    assert learner.next("unlocked", wait_s=10 * SLOW)  # it does not return
    logind = house.logind().session("c1")
    learner.listening(logind).follows(logind, "c1")


def test_a_quick_restart_unlocks_nothing(house):
    """The next logind has the name at once, and the learner is still away."""
    first = house.quick_logind()
    learner = house.learner()
    learner.next("locked")
    second = house.quick_logind()
    until(lambda: len(second.asked) == 3, "the questions")
    second.emit(PATH, MANAGER, "PrepareForSleep", GLib.Variant("(b)", (True,)))
    learner.next("sleep")
    assert first.asked == second.asked == ["GetUser", "Display", "LockedHint"]


# --- what hangs --------------------------------------------------------------------------------------------------------------------


def test_a_logind_that_does_not_answer(house, tmp_path):
    """Neither bubbles nor the stop wait for it, and it is asked again."""
    session_bus = Bus(tmp_path).start()
    house.undo.callback(session_bus.stop)
    server = Server(session_bus)
    house.undo.callback(server.stop)
    logind = house.logind().session("c1")
    logind.hint("c1", Locked=True)
    os.kill(logind.process.pid, signal.SIGSTOP)
    try:
        learner, leaving = (house.learner(DBUS_SESSION_BUS_ADDRESS=session_bus.address) for _ in range(2))
        begin = time.monotonic()
        leaving.shown("k")
        learner.shown("k")
        assert leaving.stop() < 2 * SLOW
        time.sleep(max(0.0, 2.5 - (time.monotonic() - begin)))  # past the limit of the first question
    finally:
        os.kill(logind.process.pid, signal.SIGCONT)
    learner.next("locked")
    learner.shown("l")


def test_a_mute_bus(house, tmp_path):
    """It takes the connection and says nothing: shown, and stopped, all the same."""
    session_bus = Bus(tmp_path).start()
    house.undo.callback(session_bus.stop)
    server = Server(session_bus)
    house.undo.callback(server.stop)
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(tmp_path / "mute"))
        mute.listen(1)
        learner = house.learner(DBUS_SESSION_BUS_ADDRESS=session_bus.address, DBUS_SYSTEM_BUS_ADDRESS=f"unix:path={tmp_path}/mute")
        peer, _ = mute.accept()
        with peer:
            assert peer.recv(1) == b"\0"
            learner.shown("k")
            assert learner.stop() < 2 * SLOW


# --- cost --------------------------------------------------------------------------------------------------------------------------


def threads_and_switches(process):
    found = {}
    for task in pathlib.Path(f"/proc/{process.pid}/task").iterdir():
        with contextlib.suppress(FileNotFoundError):
            name = (task / "comm").read_text().strip()
            if name != "desktop_driver" or task.name == str(process.pid):  # a sanitizer's own thread
                found[name] = [line for line in (task / "status").read_text().splitlines() if "voluntary_ctxt" in line]
    return found


@pytest.mark.parametrize("running", ["logind", "bus", "nothing"])
def test_idle_means_idle(house, running):
    logind = house.logind().session("c1") if running == "logind" else None
    if running == "nothing":
        house.bus.stop()
    learner = house.learner()
    if logind:
        learner.listening(logind).follows(logind, "c1")

    def quiet():
        """Three seconds in which no thread was woken, none came and none went. Nothing tells when the start is over: on a busy machine
        the answers of the bus, and the end of the thread of GLib's pool that connects, come late."""
        before = threads_and_switches(learner.process)
        time.sleep(3)
        return threads_and_switches(learner.process) == before
    until(quiet, "three quiet seconds")
