"""Addresses are opened by the desktop portal, else by xdg-open: a portal that records what it was asked and does what it is told, and a
program in PATH that writes down how it was started.

The program under test is desktop_driver, as in test_desktop_thread.py, whose buses, servers and driver are used here."""

import json
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

import gi
import pytest

gi.require_version("Gio", "2.0")
from gi.repository import Gio, GLib  # noqa: E402

import harness  # noqa: E402
from test_desktop_thread import DRIVER, SLOW, WAIT_S, notifier, notifier_display, until  # noqa: E402, F401

PORTAL, PORTAL_PATH = "org.freedesktop.portal.Desktop", "/org/freedesktop/portal/desktop"
PORTAL_XML = """<node><interface name="org.freedesktop.portal.OpenURI"><method name="OpenURI">
<arg type="s" direction="in"/><arg type="s" direction="in"/><arg type="a{sv}" direction="in"/><arg type="o" direction="out"/>
</method></interface></node>"""
LIMIT_S = 1.5
USER_SYSTEMD = pathlib.Path(__file__).resolve().parent / "user-systemd"
PAGE = "https://example.org/page?a=1&b=$(touch%20x);c='d'#e"
NOWHERE = "no portal and no xdg-open: open it yourself"
FAILED = "xdg-open could not open it: open it yourself"

# How it was started: arguments, blocked and ignored signals, session, environment, where its descriptors lead to.
XDG_OPEN = """#!/usr/bin/python3 -BIS
import json, os, pathlib, sys, time
status = dict(line.split(":", 1) for line in pathlib.Path("/proc/self/status").read_text().splitlines())
fds = {{fd: os.readlink(f"/proc/self/fd/{{fd}}") for fd in os.listdir("/proc/self/fd") if os.path.exists(f"/proc/self/fd/{{fd}}")}}
place = pathlib.Path({place!r}, f"started-{{os.getpid()}}")
place.with_suffix(".new").write_text(json.dumps(dict(argv=sys.argv[1:], blocked=int(status["SigBlk"], 16), leader=os.getsid(0) == os.getpid(),
                                                     pid=os.getpid(), env=dict(os.environ), fds=fds)))
place.with_suffix(".new").rename(place)
time.sleep({sleep_s})
sys.exit({status})
"""


SERVICE_XDG_OPEN = """#!/usr/bin/python3 -BIS
import os, pathlib, socket, sys
try:
    socket.socket(socket.AF_INET).close()
    said = "internet"
except OSError:
    said = "walled in"
with open(os.path.expanduser("~/opened"), "a") as out:
    print(said, *sys.argv[1:], file=out)
"""
SERVICE_SCRIPT = r"""
set -eu
mkfifo "$HOME/lines"
systemd-run --user --quiet --unit driver -p RestrictAddressFamilies=AF_UNIX -p NoNewPrivileges=yes drive
exec 3>"$HOME/lines"
printf 'open\tk\t%s\n' "$1" >&3
n=0
until grep -q opened "$HOME/events"; do n=$((n + 1)); [ $n -lt 400 ] || { cat "$HOME/events"; exit 1; }; sleep 0.05; done
cat "$HOME/opened"
"""


class Portal:
    """Answers with an error, or not at all, when it is told to."""

    def __init__(self, bus):
        self.error, self.mute, self.asked = False, False, []
        self.context = GLib.MainContext.new()
        self.loop = GLib.MainLoop.new(self.context, False)
        self.ready = threading.Event()
        self.thread = threading.Thread(target=self.run, args=(bus,), daemon=True)
        self.thread.start()
        assert self.ready.wait(WAIT_S)

    def run(self, bus):
        self.context.push_thread_default()
        self.connection = bus.connect()
        self.connection.set_exit_on_close(False)
        self.connection.register_object(PORTAL_PATH, Gio.DBusNodeInfo.new_for_xml(PORTAL_XML).interfaces[0], self.on_call, None, None)
        self.connection.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                                  GLib.Variant("(su)", (PORTAL, 4)), None, Gio.DBusCallFlags.NONE, -1, None)
        self.ready.set()
        self.loop.run()

    def on_call(self, _connection, _sender, _path, _interface, _method, parameters, invocation):
        self.asked.append(parameters.unpack())
        if self.error:
            invocation.return_dbus_error("org.freedesktop.portal.Error.NotAllowed", "not here")
        elif not self.mute:
            invocation.return_value(GLib.Variant("(o)", (f"{PORTAL_PATH}/request/1/1",)))

    def stop(self):
        self.loop.quit()
        self.thread.join()
        if not self.connection.is_closed():
            self.connection.close_sync(None)


class Place:
    """A driver with a PATH of its own, in which there is an xdg-open or none."""

    def __init__(self, notifier, tmp_path):
        self.notifier, self.bin = notifier, tmp_path / "bin"
        self.bin.mkdir()

    def xdg_open(self, status=0, sleep_s=0):
        program = self.bin / "xdg-open"
        program.write_text(XDG_OPEN.format(place=str(self.bin), status=status, sleep_s=sleep_s))
        program.chmod(0o755)

    def shell_file(self, text):
        path = self.bin / "start.sh"
        path.write_text(text + "\n")
        return path

    def started(self):
        """What each xdg-open wrote down."""
        return [json.loads(path.read_text()) for path in self.bin.glob("started-*") if path.suffix != ".new"]

    def addresses(self):
        return [started["argv"] for started in self.started()]

    def driver(self, address, **env):
        driver = self.notifier.driver(address, PATH=str(self.bin), **env)
        self.notifier.undo.callback(self.end_programs)
        return driver

    def end_programs(self):
        for started in self.started():
            try:
                os.kill(started["pid"], signal.SIGKILL)
            except ProcessLookupError:
                pass

    def portal(self, bus):
        portal = Portal(bus)
        self.notifier.undo.callback(portal.stop)
        return portal


@pytest.fixture
def place(notifier, tmp_path):  # noqa: F811
    return Place(notifier, tmp_path)


def opened(driver, address, key="o"):
    """How it went: way, problem, seconds."""
    begin = time.monotonic()
    driver.send("open", key, address)
    event = driver.next("opened")
    assert event["key"] == key
    return event["action"], event["text"], time.monotonic() - begin


def on_bus(place, server=True):
    """bus, portal, driver that knows its bus."""
    bus = place.notifier.bus()
    portal = place.portal(bus)
    if server:
        place.notifier.server(bus)
    driver = place.driver(bus.address)
    driver.next("up" if server else "down")
    return bus, portal, driver


# --- the portal --------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [PAGE, "http://localhost:8080", "HTTPS://example.org", "mailto:coach@example.org?subject=Week%203"])
def test_the_portal_is_asked_first(place, address):
    place.xdg_open()
    _, portal, driver = on_bus(place)
    assert opened(driver, address)[:2] == ("portal", None)
    assert portal.asked == [("", address, {})]
    assert place.started() == []


def test_a_portal_that_refuses(place):
    place.xdg_open()
    _, portal, driver = on_bus(place)
    portal.error = True
    assert opened(driver, PAGE)[:2] == ("xdg-open", None)
    assert portal.asked == [("", PAGE, {})]
    assert place.addresses() == [[PAGE]]


def test_a_portal_that_hangs(place):
    """It costs its limit, holds up neither bubbles nor other addresses, and comes back to life."""
    place.xdg_open()
    _, portal, driver = on_bus(place)
    portal.mute = True
    begin = time.monotonic()
    driver.send("open", "a", PAGE)
    driver.send("open", "b", "http://example.org/b")
    driver.shown("k")
    assert time.monotonic() - begin < 1.2 * SLOW
    assert [driver.next("opened")["action"] for _ in "ab"] == ["xdg-open"] * 2
    assert LIMIT_S - 0.1 < time.monotonic() - begin < 2 * LIMIT_S * SLOW
    assert sorted(place.addresses()) == [["http://example.org/b"], [PAGE]]
    portal.mute = False
    assert opened(driver, PAGE)[:2] == ("portal", None)


def test_a_portal_that_dies(place):
    place.xdg_open()
    _, portal, driver = on_bus(place)
    portal.mute = True
    driver.send("open", "a", PAGE)
    until(lambda: portal.asked, "OpenURI")
    begin = time.monotonic()
    portal.stop()
    assert driver.next("opened")["action"] == "xdg-open"
    assert time.monotonic() - begin < 1.2 * SLOW


def test_the_bus_starts_a_portal(place, tmp_path):
    """One that cannot be started, and one that takes too long, are not waited for longer than the limit, and asked nothing later."""
    services = tmp_path / "services"
    services.mkdir()
    service = services / "portal.service"
    service.write_text(f"[D-BUS Service]\nName={PORTAL}\nExec=/bin/false\n")
    place.xdg_open()
    bus = place.notifier.bus(services)
    place.notifier.server(bus)
    driver = place.driver(bus.address)
    driver.next("up")
    assert opened(driver, PAGE)[:2] == ("xdg-open", None)
    service.write_text(f"[D-BUS Service]\nName={PORTAL}\nExec=/bin/sleep 20\n")
    bus.connect().call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "ReloadConfig", None, None,
                            Gio.DBusCallFlags.NONE, -1, None)
    begin = time.monotonic()
    driver.send("open", "slow", PAGE)
    time.sleep(0.2)
    driver.shown("k")
    assert driver.next("opened")["action"] == "xdg-open"
    assert LIMIT_S - 0.1 < time.monotonic() - begin < 2 * LIMIT_S * SLOW
    portal = place.portal(bus)
    driver.shown("k2")
    assert opened(driver, PAGE)[:2] == ("portal", None)
    assert len(portal.asked) == 1


def test_a_hung_server_delays_no_address(place):
    bus = place.notifier.bus()
    server = place.notifier.server(bus)
    place.portal(bus)
    driver = place.driver(bus.address)
    driver.next("up")
    server.deaf = True
    driver.show("k")
    driver.show("l")
    until(lambda: len([c for c in server.calls if c[0] == "GetServerInformation"]) > 1, "the probe")
    assert opened(driver, PAGE)[0] == "portal"
    driver.next("down")
    assert [driver.next("failed")["key"] for _ in "kl"] == ["k", "l"]


# --- no bus ------------------------------------------------------------------------------------------------------------------------


def test_without_a_bus(place):
    place.xdg_open()
    driver = place.driver(None)
    driver.next("down")
    way, problem, took_s = opened(driver, PAGE)
    assert (way, problem) == ("xdg-open", None)
    assert took_s < 1.2 * SLOW
    assert place.addresses() == [[PAGE]]


def test_the_first_address_waits_for_the_bus(place):
    bus = place.notifier.bus()
    place.portal(bus)
    place.xdg_open()
    driver = place.driver(bus.address)
    driver.send("open", "first", PAGE)
    while (event := driver.next("opened", "down"))["event"] == "down":
        pass
    assert event["action"] == "portal"


def test_a_bus_that_says_nothing(place, tmp_path):
    place.xdg_open()
    with socket.socket(socket.AF_UNIX) as mute:
        mute.bind(str(tmp_path / "mute"))
        mute.listen(1)
        driver = place.driver(f"unix:path={tmp_path}/mute")
        peer, _ = mute.accept()
        with peer:
            driver.show("waits")
            for _ in range(2):
                way, _, took_s = opened(driver, PAGE)
                assert way == "xdg-open"
                assert LIMIT_S - 0.1 < took_s < 2 * LIMIT_S * SLOW
            assert driver.stop() < 2 * SLOW


def test_a_bus_that_stops(place):
    """It took the connection, so the bus is asked; then it goes altogether."""
    place.xdg_open()
    bus, _, driver = on_bus(place)
    os.kill(bus.process.pid, signal.SIGSTOP)
    way, _, took_s = opened(driver, PAGE)
    assert way == "xdg-open"
    assert LIMIT_S - 0.1 < took_s < 2 * LIMIT_S * SLOW
    bus.stop()
    driver.next("down")
    way, _, took_s = opened(driver, PAGE)
    assert way == "xdg-open"
    assert took_s < 1.2 * SLOW


# --- xdg-open ----------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", [
    PAGE, "https://example.org/;reboot", "http://example.org/?q=$HOME&r=$(id)&s=%60id%60", "http://example.org/'*'!(x)~/",
    "http://[::1]:8080/", "mailto:a@example.org,b@example.org?cc=c@example.org&body=--help%0Anow"])
def test_an_address_is_one_argument(place, address):
    place.xdg_open()
    driver = place.driver(None)
    driver.next("down")
    assert opened(driver, address)[:2] == ("xdg-open", None)
    assert place.addresses() == [[address]]


def test_how_the_program_is_started(place):
    place.xdg_open()
    driver = place.driver(None, NOTIFY_SOCKET="/nowhere", LISTEN_FDS="1", WATCHDOG_USEC="1", COLOUR="blue")
    driver.next("down")
    assert opened(driver, PAGE)[:2] == ("xdg-open", None)
    started, = place.started()
    assert started["blocked"] == 0
    assert started["leader"]
    assert {name: led for name, led in started["fds"].items() if led != "/dev/null"} == {}
    assert set(started["fds"]) == {"0", "1", "2"}
    assert started["env"]["COLOUR"] == "blue"
    assert not {"NOTIFY_SOCKET", "LISTEN_FDS", "WATCHDOG_USEC", "NOTIFY_IGNORE_PORTAL"} & set(started["env"])


def test_neither_portal_nor_program(place):
    _, portal, driver = on_bus(place)
    portal.stop()
    assert opened(driver, PAGE)[:2] == ("xdg-open", NOWHERE)
    (place.bin / "xdg-open").write_text("not for running")
    assert "open it yourself" in opened(driver, PAGE)[1]


@pytest.mark.parametrize("status", [1, 3, 4])
def test_a_program_that_fails(place, status):
    place.xdg_open(status=status)
    driver = place.driver(None)
    driver.next("down")
    assert opened(driver, PAGE)[:2] == ("xdg-open", FAILED)


def test_a_program_that_stays(place):
    """The answer comes after a moment; the program outlives us, and is reaped when it ends before."""
    place.xdg_open(sleep_s=60)
    driver = place.driver(None)
    driver.next("down")
    way, problem, took_s = opened(driver, PAGE)
    assert (way, problem) == ("xdg-open", None)
    assert LIMIT_S - 0.1 < took_s < 2 * LIMIT_S * SLOW
    first, = place.started()
    os.kill(first["pid"], signal.SIGTERM)
    until(lambda: not os.path.exists(f"/proc/{first['pid']}"), "the program to be reaped")
    opened(driver, "http://example.org/other")
    second, = (s for s in place.started() if s["pid"] != first["pid"])
    assert driver.stop() < 2 * SLOW
    os.kill(second["pid"], 0)


def test_the_end_does_not_wait(place):
    place.xdg_open(sleep_s=60)
    _, portal, driver = on_bus(place)
    portal.mute = True
    driver.send("open", "a", PAGE)
    until(lambda: portal.asked, "OpenURI")
    assert driver.stop() < 1 * SLOW


# --- as a service ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("manager", ["works", "fails", "missing"])
def test_a_service_asks_its_manager(place, monkeypatch, manager):
    """So that the browser is not bound by what binds the service. A mention in an inherited environment is not meant."""
    place.xdg_open()
    systemd_run = place.bin / "systemd-run"
    if manager != "missing":
        ending = 'while [ "$1" != -- ]; do shift; done; shift; exec "$@"' if manager == "works" else "exit 1"
        systemd_run.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{place.bin}/asked\n{ending}\n')
        systemd_run.chmod(0o755)
    inherited = place.driver(None, SYSTEMD_EXEC_PID="1")
    inherited.next("down")
    assert opened(inherited, PAGE)[:2] == ("xdg-open", None)
    assert place.addresses() == [[PAGE]]
    assert not (place.bin / "asked").exists()
    monkeypatch.setenv("PACER_WRAPPER", shutil.which("sh") + " " + str(place.shell_file('SYSTEMD_EXEC_PID=$$ exec "$@"')))
    driver = place.driver(None)
    driver.next("down")
    assert opened(driver, "https://example.org/$$a$(b)")[:2] == ("xdg-open", None)
    if manager != "missing":
        assert (place.bin / "asked").read_text().splitlines() == ["--user", "--quiet", "--collect", "--wait",
                                                                  "--description=Pacer opens an address", "--", "xdg-open",
                                                                  "https://example.org/$$$$a$$(b)"]
    reached = "https://example.org/$$$$a$$(b)" if manager == "works" else "https://example.org/$$a$(b)"
    assert sorted(place.addresses()) == sorted([[PAGE], [reached]])


def test_what_binds_a_service_does_not_bind_its_browser():
    """A real `systemd --user` (user-systemd): the driver is a service without the internet, the program it has opened is not."""
    root = pathlib.Path(tempfile.mkdtemp(prefix="pcr-ol-", dir="/tmp"))
    try:
        programs = root / "local" / "bin"
        programs.mkdir(parents=True)
        shutil.copy(DRIVER, programs)
        (programs / "xdg-open").write_text(SERVICE_XDG_OPEN)
        (programs / "drive").write_text('#!/bin/sh\nexec desktop_driver <"$HOME/lines" >"$HOME/events"\n')
        for program in programs.iterdir():
            program.chmod(0o755)
        for directory in (root, root / "local", programs):
            directory.chmod(0o755)
        address = "https://example.org/$HOME$$x$(id)%20;c&d='*'"
        done = subprocess.run([USER_SYSTEMD, root, "sh", "-c", SERVICE_SCRIPT, "sh", address], capture_output=True, text=True, timeout=60,
                              stdin=subprocess.DEVNULL, preexec_fn=harness.as_from_a_terminal)
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stdout == f"internet {address}\n"
    finally:
        shutil.rmtree(root)


# --- limits ------------------------------------------------------------------------------------------------------------------------


def test_refused_addresses_go_nowhere(place):
    """The rules themselves: tests/unit/test_desktop.c."""
    place.xdg_open()
    _, portal, driver = on_bus(place)
    for address in ("", "--help", "file:///etc/passwd", "javascript:alert(1)", "https://example.org/a b", "mailto:a@b?attach=/etc/passwd",
                    "https://example.org/" + "x" * 2048, "\x1b[31mhttp://x"):
        way, problem, _ = opened(driver, address)
        assert way is None
        assert problem.startswith("not an address to open: '")
    assert portal.asked == []
    assert place.started() == []


def test_sixteen_at_a_time(place):
    _, portal, driver = on_bus(place)
    place.xdg_open()
    portal.mute = True
    for number in range(17):
        driver.send("open", number, PAGE)
    refused = driver.next("opened")
    assert (refused["key"], refused["text"]) == ("16", "too many addresses are being opened: try again in a moment")
    assert sorted(int(driver.next("opened")["key"]) for _ in range(16)) == list(range(16))
    portal.mute = False
    assert opened(driver, PAGE)[:2] == ("portal", None)
