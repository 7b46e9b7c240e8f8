"""The doctor: every link of the chain from plan to bubble broken once, and what is then said about it, and that what it says helps."""

import contextlib
import os
import re
import shlex
import shutil
import signal
import socket
import threading

import pytest

from harness import wait_for
from test_day import LACE_UP, at_work
from test_servers import mock
from test_state import empty, fill, in_namespace, small_disk  # noqa: F401  a fixture
from test_systemd import installed, manager  # noqa: F401  fixtures
from wire import peer_pid

CHAIN = ["bus", "notifications", "buttons", "capabilities", "quiet", "desktop", "settings", "state", "disk", "plans", "enrolment",
         "presence", "budget", "clock", "zone", "units", "socket"]
EVERYTHING = ("actions", "body", "body-markup", "persistence")
UNITS = ("pacerd.service", "pacerd.socket")
ENABLE = "systemctl --user enable --now pacerd.socket pacerd.service"
BANNED = re.compile(r"\b(fail|failed|lazy|overdue|disappointed)\b", re.IGNORECASE)
SUNDAY = "2026-11-29 12:00"


def checks(world):
    """By name; the exit status is 8 just when one of them is a problem."""
    answer = world.try_pacer("doctor", "--json")
    found = {check["name"]: check for check in answer.json["checks"]}
    assert list(found) == CHAIN
    assert all(check["result"] in ("ok", "note", "problem") and check["text"] for check in found.values()), found
    assert not [check for check in found.values() if BANNED.search(check["text"] + check.get("remedy", ""))], found
    assert all(check.get("remedy") for check in found.values() if check["result"] == "problem"), found
    assert answer.status == (8 if any(check["result"] == "problem" for check in found.values()) else 0), answer
    return found


def until(world, name, result, text=""):
    """The check, once it says so."""
    def look():
        check = checks(world)[name]
        return check if check["result"] == result and text in check["text"] else None
    return wait_for(look, lambda: f"{name} is {result} with {text!r}: {checks(world)[name]}\n{world.log()}")


# --- a machine on which nothing is missing ---------------------------------------------------------------------------------------------

PLACES = "/etc/systemd/user /usr/local/lib/systemd/user /usr/lib/systemd/user"
HIDDEN = f"for dir in {PLACES}; do [ ! -d $dir ] || mount -t tmpfs tmpfs $dir; done"


def alone():
    """Without units that are installed on this machine."""
    return in_namespace(HIDDEN)


def put(path, text="x"):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def enable(world, unit, target):
    wants = world.config / "systemd" / "user" / f"{target}.wants"
    wants.mkdir(parents=True, exist_ok=True)
    (wants / unit).symlink_to(f"../{unit}")


def install(world):
    """As `make install` with the prefix of a home, and then `systemctl --user enable`."""
    for unit in UNITS:
        put(world.root / "data" / "systemd" / "user" / unit, "[Unit]\n")
    put(world.root / "data" / "applications" / "pacer.desktop")
    put(world.root / "share" / "icons" / "hicolor" / "scalable" / "apps" / "pacer.svg")
    enable(world, "pacerd.service", "graphical-session.target")
    enable(world, "pacerd.socket", "sockets.target")


@contextlib.contextmanager
def service_manager(world):
    """Somebody who listens to what a service says of itself."""
    path = world.root / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as ear:
        ear.bind(str(path))
        yield str(path)


def test_the_whole_chain(bus):
    """In order, and nothing to complain about; the clock of the test alone is a note."""
    install(bus)
    with service_manager(bus) as ear, mock(bus, *EVERYTHING):
        bus.start(at=SUNDAY)
        bus.enroll()
        bus.stop()
        bus.start(at=SUNDAY, NOTIFY_SOCKET=ear)
        until(bus, "notifications", "ok", "fake 1 answers")
        found = checks(bus)
        assert {name: check for name, check in found.items() if check["result"] != "ok"}.keys() == {"clock"}, found
        assert "--at" in found["clock"]["remedy"]
        text = bus.pacer("doctor")
        assert all(f"{name}: " in text for name in CHAIN) and "All is well." in text
        bus.stop()


def test_nothing_is_started_to_look(desk):
    """The daemon makes no process for any of it."""
    trace = desk.root / "trace"
    # The leak checker of a sanitizer cannot work in a process that is traced.
    options = f"{os.environ.get('ASAN_OPTIONS', '')}:detect_leaks=0"
    desk.start(at=SUNDAY, ASAN_OPTIONS=options, wrap=["strace", "-f", "-qq", "-e", "trace=execve,fork,vfork,clone,clone3", "-o", trace])
    until(desk, "notifications", "ok")

    def made():
        return [line for line in trace.read_text().splitlines() if "CLONE_THREAD" not in line and re.search("exec|fork|clone", line)]
    before = made()
    for _ in range(3):
        checks(desk)
    assert made() == before and len(before) == 1, made()
    os.kill(peer_pid(desk.socket), signal.SIGTERM)  # desk.daemon is the tracer, which ends with it
    assert desk.daemon.wait() == 0


# --- bus, server, screen ---------------------------------------------------------------------------------------------------------------

def test_no_bus(world):
    world.start(at=SUNDAY)
    check = until(world, "bus", "problem")
    found = checks(world)
    assert "log in" in check["remedy"]
    assert found["notifications"]["result"] == "problem" and "no session bus" in found["notifications"]["text"]
    assert "first" in found["notifications"]["remedy"]
    for name in ("buttons", "capabilities", "quiet"):
        assert (found[name]["result"], "not known" in found[name]["text"]) == ("note", True)
    text = world.try_pacer("doctor").out
    assert "2 problems found" in text, text


def test_no_server(bus):
    bus.start(at=SUNDAY)
    check = until(bus, "notifications", "problem", "no notification server")
    found = checks(bus)
    assert found["bus"]["result"] == "ok" and bus.bus_address in found["bus"]["text"]
    assert "dunst" in check["remedy"]
    bus.start_server()
    until(bus, "notifications", "ok", "dunst 1.")


@pytest.mark.parametrize("capabilities, buttons, result, says", [
    (EVERYTHING, "ok", "ok", "stay until they are answered"),
    (("body", "body-markup", "persistence"), "note", "ok", "stay until they are answered"),
    (("actions", "body-markup", "persistence"), "ok", "note", "'pacer next'"),
    (("actions", "body", "body-markup"), "ok", "note", "'pacer inbox'"),
    (("actions", "body", "persistence"), "ok", "ok", "without bold"),
    ((), "note", "note", "'pacer next'"),
], ids=["everything", "no-actions", "no-body", "no-persistence", "no-markup", "nothing"])
def test_capabilities(bus, capabilities, buttons, result, says):
    with mock(bus, *capabilities):
        bus.start(at=SUNDAY)
        until(bus, "notifications", "ok", "fake 1")
        found = checks(bus)
        assert found["buttons"]["result"] == buttons
        assert ("pacer start" in found["buttons"].get("remedy", "")) is (buttons == "note")
        assert (found["capabilities"]["result"], says in found["capabilities"]["text"]) == (result, True), found["capabilities"]


def test_do_not_disturb(desk):
    desk.dunstctl("set-paused", "true")
    at_work(desk, "2026-11-30 09:29:58")
    desk.until_state("w01-mo", "prompted")
    check = until(desk, "quiet", "note", "do not disturb is on")
    assert "pacer inbox" in check["text"] and "switch it off" in check["remedy"]
    assert [q["session"]["id"] for q in desk.ask("inbox")["questions"]] == ["w01-mo"]
    desk.dunstctl("set-paused", "false")
    until(desk, "quiet", "ok")


def test_desktop_entry_and_icon(world):
    world.start(at=SUNDAY)
    check = checks(world)["desktop"]
    assert check["result"] == "note" and "GNOME and KDE" in check["text"] and "make install" in check["remedy"]
    entry = world.root / "share" / "applications" / "pacer.desktop"
    put(entry)
    check = checks(world)["desktop"]
    assert check["result"] == "note" and str(entry) in check["text"] and "icon" in check["text"]
    put(world.root / "data" / "icons" / "hicolor" / "scalable" / "apps" / "pacer.svg")
    check = checks(world)["desktop"]
    assert (check["result"], check["text"], check.get("remedy")) == ("ok", str(entry), None)


# --- settings, state, disk -------------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("section, line, says", [
    ("notices", "a_day = 0", "2 to 20"),
    ("notices", "spacing = soon", "0 to 120"),
    ("notices", "again = 0", "or off"),
    ("notices", "slots = 13:15,09:15", "in order"),
    ("notices", "channel = loud", "prompt, digest or none"),
    ("digest", "rhythm = hourly", "weekly"),
    ("prompts", "breathing = deep", "on or off"),
    ("kit", "place = beach", "office"),
    ("kit", "channel = fax", "phone"),
])
def test_wrong_settings_line(world, section, line, says):
    put(world.settings, f"# mine\n[{section}]\n{line}\n")
    world.start(at=SUNDAY)
    check = checks(world)["settings"]
    assert check["result"] == "problem" and check["text"].startswith(f"{world.settings}:3: ") and says in check["text"], check
    name = f"{section}.{line.split(' ')[0]}"
    world.pacer("config", name, "--unset")
    assert checks(world)["settings"]["result"] == "ok", "the remedy helps"


def test_disk(small_disk):  # noqa: F811
    """1 MiB is little from the start; once it is full nothing can be kept, and the state says so until it can."""
    assert checks(small_disk)["disk"]["result"] == "problem" and "0 MiB free" in checks(small_disk)["disk"]["text"]
    assert checks(small_disk)["state"]["result"] == "ok"
    fill(small_disk)
    small_disk.refused(5, "start", "w01-mo")
    check = checks(small_disk)["state"]
    assert check["result"] == "problem" and "make room" in check["remedy"]
    empty(small_disk)
    small_disk.ask("start", "w01-mo")
    assert checks(small_disk)["state"]["result"] == "ok"


def test_room_on_the_disk(world):
    world.start(at=SUNDAY)
    found = checks(world)
    assert found["disk"]["result"] == "ok" and "MiB free" in found["disk"]["text"]
    assert str(world.database) in found["state"]["text"]


def test_plans(world):
    world.start(at=SUNDAY)
    assert checks(world)["plans"]["result"] == "ok"
    put(world.plans / "broken.ics", "nonsense")
    check = until(world, "plans", "note", "1 of ")
    assert str(world.plans / "broken.ics") in check["text"] and "--check" in check["remedy"]
    shutil.rmtree(world.system_plans)
    (world.plans / "broken.ics").unlink()
    check = until(world, "plans", "problem", str(world.plans))
    assert "make install" in check["remedy"]


# --- what holds notices back -----------------------------------------------------------------------------------------------------------

def test_enrolment_and_presence(world):
    world.start(at="2026-11-30 08:00")
    found = checks(world)
    assert found["enrolment"]["result"] == "note" and "pacer enroll" in found["enrolment"]["remedy"]
    assert found["presence"]["result"] == "ok"
    world.enroll()
    world.ask("pause", "2h")
    found = checks(world)
    assert found["enrolment"]["result"] == "ok"
    assert found["presence"]["result"] == "note" and "10:00" in found["presence"]["text"] and "pacer resume" in found["presence"]["remedy"]
    world.ask("resume")
    assert checks(world)["presence"]["result"] == "ok"


def test_budget_of_notices(desk):
    """What was shown counts; a day has its own."""
    put(desk.settings, "[notices]\na_day = 2\nagain = off\n[digest]\nrhythm = return\n")
    at_work(desk, "2026-11-30 09:20:00", speed=1)
    assert (checks(desk)["budget"]["result"], "0 of 2" in checks(desk)["budget"]["text"]) == ("ok", True)
    desk.restart(at="2026-11-30 09:29:58")
    desk.bubble(LACE_UP, "Start")
    until(desk, "budget", "ok", "1 of 2")
    desk.restart(at="2026-11-30 09:49:58")
    desk.bubble(LACE_UP, "Done")
    check = until(desk, "budget", "note", "2 of 2")
    assert "notices.a_day" in check["remedy"]
    desk.pacer("config", "notices.a_day", "3")
    assert (checks(desk)["budget"]["result"], "2 of 3" in checks(desk)["budget"]["text"]) == ("ok", True)
    desk.ask("done", "w01-mo")
    desk.restart(at="2026-12-01 08:00:00", speed=1)
    assert "0 of 3" in checks(desk)["budget"]["text"]


def test_channel(world):
    world.start(at=SUNDAY)
    world.pacer("config", "notices.channel", "digest")
    check = checks(world)["budget"]
    assert check["result"] == "ok" and "summaries" in check["text"]
    world.pacer("config", "notices.channel", "none")
    check = checks(world)["budget"]
    assert check["result"] == "note" and "pacer inbox" in check["text"]
    world.pacer(*shlex.split(check["remedy"])[1:])
    assert checks(world)["budget"]["result"] == "ok", "the remedy helps"


# --- clock and zone --------------------------------------------------------------------------------------------------------------------

def test_clock_set_back(world):
    world.start(at="2026-12-02 10:00:00")
    world.enroll()
    world.restart(at="2026-12-02 09:59:30")
    assert checks(world)["clock"]["result"] == "note", "half a minute is no step"
    world.restart(at="2026-11-30 08:00:00")
    check = checks(world)["clock"]
    assert check["result"] == "problem" and "set back" in check["text"] and "date" in check["remedy"]
    assert "2026-11-30T08:00" in check["text"] and "2026-12-02T10:00" in check["text"]
    world.ask("start", "w01-fr", "--anyway")
    assert world.rows("select what from journal where session = 'w01-fr'")
    assert checks(world)["clock"]["result"] == "problem", "what is written now does not hide it"
    world.restart(at="2026-12-02 10:05:00")
    assert checks(world)["clock"]["result"] == "note"


def etc(world, change):
    """Runs what follows with an /etc in which localtime is another one."""
    copy, localtime = world.root / "etc", world.root / "etc" / "localtime"
    changed = f"rm -f {localtime} && {change.format(localtime=localtime)}"
    return in_namespace(f"cp -a /etc {copy} && {changed} && mount --bind {copy} /etc")


@pytest.mark.parametrize("change, result, says", [
    ("true", "note", "no /etc/localtime"),
    ("ln -s /usr/share/zoneinfo/Mars/Olympus {localtime}", "note", "Mars/Olympus"),
    ("cp /usr/share/zoneinfo/Europe/Berlin {localtime}", "note", "no link"),
    ("ln -s /usr/share/zoneinfo/Europe/Berlin {localtime}", "ok", "Europe/Berlin, from /etc/localtime"),
    ("ln -s /usr/share/zoneinfo/UTC {localtime}", "ok", "UTC, from /etc/localtime"),
    ("ln -s ../usr/share/zoneinfo/Etc/UTC {localtime}", "ok", "Etc/UTC, from /etc/localtime"),
], ids=["missing", "dangling", "copied", "berlin", "utc", "etc-utc"])
def test_zone_of_the_system(world, change, result, says):
    world.start(at=SUNDAY, TZ=None, wrap=etc(world, change))
    check = checks(world)["zone"]
    assert (check["result"], says in check["text"]) == (result, True), check
    if result == "note":
        assert "in UTC" in check["text"] and "time.zone" in check["remedy"]
        assert "+00:00" in checks(world)["clock"]["text"]
        world.pacer("config", "time.zone", "Europe/Berlin")
        check = checks(world)["zone"]
        assert (check["result"], "Europe/Berlin" in check["text"]) == ("ok", True), "the remedy helps"
        assert "+01:00" in checks(world)["clock"]["text"]


@pytest.mark.parametrize("tz, result, says", [
    ("Europe/Berlin", "ok", "Europe/Berlin, from TZ"),
    (":America/New_York", "ok", "America/New_York, from TZ"),
    ("UTC", "ok", "UTC, from TZ"),
    ("CET-1CEST", "note", "CET-1CEST"),
    ("Europe/Atlantis", "note", "Europe/Atlantis"),
])
def test_zone_of_the_environment(world, tz, result, says):
    world.start(at=SUNDAY, TZ=tz)
    check = checks(world)["zone"]
    assert (check["result"], says in check["text"]) == (result, True), check


# --- who starts the daemon -------------------------------------------------------------------------------------------------------------

def test_units(world):
    """Looked for anew each time: installed, enabled, masked, with the command for what is missing."""
    mine = world.config / "systemd" / "user"
    world.start(at=SUNDAY, wrap=alone())

    def says(text, remedy):
        check = checks(world)["units"]
        assert check["result"] == "note" and check["text"].startswith("started without systemd"), check
        assert text in check["text"] and (remedy in check["remedy"] if remedy else "remedy" not in check), check

    says("not both installed", f"daemon-reload && {ENABLE}")
    put(mine / "pacerd.socket", "[Unit]\n")
    says("not both installed", "make install")
    put(mine / "pacerd.service", "[Unit]\n")
    says("installed and not enabled", ENABLE)
    enable(world, "pacerd.socket", "sockets.target")
    says("pacerd.service is not: after a login", ENABLE)
    enable(world, "pacerd.service", "graphical-session.target")
    says("starts at login", None)
    (mine / "pacerd.service").unlink()
    (mine / "pacerd.service").symlink_to("/dev/null")
    says("masked", "unmask")
    shutil.rmtree(mine)
    says("not both installed", "make install")


def test_autostart_entry(world):
    """Where no units are, a desktop can start it; unless the learner took that back."""
    entry = world.root / "none" / "autostart" / "pacerd-autostart.desktop"
    world.start(at=SUNDAY, wrap=alone())
    put(entry, "[Desktop Entry]\nName=Pacer\n")
    assert "autostart entry starts it" in checks(world)["units"]["text"]
    put(world.config / "autostart" / entry.name, "[Desktop Entry]\nHidden=true\n")
    assert "not both installed" in checks(world)["units"]["text"]


def test_started_by_a_service_manager(world):
    install(world)
    with service_manager(world) as ear:
        world.start(at=SUNDAY, NOTIFY_SOCKET=ear, wrap=alone())
        check = checks(world)["units"]
        assert check["result"] == "ok" and check["text"].startswith("started by systemd; pacerd.service is enabled"), check
        shutil.rmtree(world.config / "systemd")
        check = checks(world)["units"]
        assert check["result"] == "note" and "not enabled" in check["text"] and check["remedy"] == ENABLE
        world.stop()


def test_what_it_says_to_type_helps(manager):  # noqa: F811
    """Under a real service manager: the command of the remedy, typed as it stands."""
    out = manager(r"""
        PICK='import json, sys; print(*[c.get(sys.argv[1], "-") for c in json.load(sys.stdin)["checks"] if c["name"] == "units"])'
        units() { pacer doctor --json --no-test >~/doctor.json || [ $? = 8 ]
                  /usr/bin/python3 -c "$PICK" "$1" <~/doctor.json; }
        systemctl --user start pacerd.socket
        units text
        units result
        command=$(units remedy)
        sh -c "$command" 2>/dev/null
        units text
        units result
        units remedy
        systemctl --user is-enabled pacerd.service pacerd.socket
    """)
    before, first, after, second, remedy, *enabled = out.splitlines()
    assert before.startswith("started by systemd; ") and "not enabled" in before and first == "note"
    assert after.startswith("started by systemd; ") and "starts at login" in after and (second, remedy) == ("ok", "-")
    assert enabled == ["enabled", "enabled"]


# --- the end of the chain --------------------------------------------------------------------------------------------------------------

def test_it_ends_with_a_bubble_and_its_answer(desk):
    desk.start(at=SUNDAY)
    until(desk, "notifications", "ok")
    answers = []
    asking = threading.Thread(target=lambda: answers.append(desk.try_pacer("doctor", "--test", timeout=40)))
    asking.start()
    desk.press(desk.bubble("A test from Pacer", "I see it"), "I see it")
    asking.join()
    assert answers[0].status == 0 and "your answer came back" in answers[0].out, answers


def test_the_bubble_that_cannot_appear(bus):
    bus.start(at=SUNDAY)
    until(bus, "notifications", "problem")
    answer = bus.try_pacer("doctor", "--test")
    assert answer.status == 8 and "could not be shown" in answer.out, answer
