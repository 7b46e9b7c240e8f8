"""Starting, stopping, reloading; one daemon at a time; the conventions of service managers."""

import os
import shutil
import signal
import socket
import subprocess

import pytest

from harness import BUILD, ROOT, end_stranger, wait_for
from wire import connects, peer_pid, varlink


class Manager:
    """The other end of NOTIFY_SOCKET."""

    def __init__(self, world):
        self.path = world.root / "notify"
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(str(self.path))
        self.socket.settimeout(20)
        self.lines = []

    def until(self, line):
        while line not in self.lines:
            self.lines += self.socket.recv(4096).decode().splitlines()
        return self.lines


def test_ready_and_stopping(world):
    manager = Manager(world)
    world.start(at="2026-11-30 08:00", ready=False, NOTIFY_SOCKET=str(manager.path))
    manager.until("READY=1")
    assert connects(world.socket), "ready means that the socket answers"
    world.stop()
    assert "STOPPING=1" in manager.until("STOPPING=1")


def test_watchdog(world):
    manager = Manager(world)
    world.start(at="2026-11-30 08:00", NOTIFY_SOCKET=str(manager.path), WATCHDOG_USEC="400000")
    for _ in range(3):
        manager.lines = []
        manager.until("WATCHDOG=1")


def test_term_ends_cleanly(world):
    world.start(at="2026-11-30 08:00")
    world.enroll()
    with socket.socket(socket.AF_UNIX) as open_connection:
        open_connection.connect(str(world.socket))
        world.stop()
    assert not world.socket.exists(), "the socket we bound is gone"
    assert not list(world.database.parent.glob("*-wal")), "the database is closed"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_signals_that_end(world, number):
    world.start(at="2026-11-30 08:00")
    world.daemon.send(number)
    assert world.daemon.wait() == 0


def test_hup_reads_the_settings_again(world):
    world.start(at="2026-11-30 08:00")
    world.enroll()
    world.configure("[prompts]\nsnooze = 25\n")
    world.daemon.send(signal.SIGHUP)

    def value():
        return next(s for s in world.ask("config")["settings"] if s["name"] == "prompts.snooze")["value"]
    wait_for(lambda: value() == "25", value)
    assert world.ask("snooze", "w01-mo")["session"]["snoozed_until"].startswith("2026-11-30T09:55"), "25 minutes after its start"


@pytest.mark.parametrize("shared", ["socket", "state"])
def test_second_daemon_refuses(world, shared):
    world.start(at="2026-11-30 08:00")
    other = world.root / "other"
    other.mkdir(mode=0o700)
    second = world.run([BUILD / "pacerd"], env=world.env(**{"XDG_STATE_HOME" if shared == "socket" else "XDG_RUNTIME_DIR": str(other)}))
    assert second.returncode == 1
    assert str(world.socket if shared == "socket" else world.database) in second.stderr.decode(), second
    assert world.call("Today"), "the first one is not disturbed"
    assert world.daemon.alive() and world.socket.exists()


def test_stale_socket_is_replaced(world):
    world.start(at="2026-11-30 08:00")
    world.enroll()
    world.kill()
    assert world.socket.exists() and not connects(world.socket)
    world.start()
    assert [s["id"] for s in world.ask("today")["sessions"]] == ["w01-mo"]


def test_something_else_at_the_socket_path(world):
    world.socket.parent.mkdir(mode=0o700)
    world.socket.write_text("a file of yours")
    run = world.run([BUILD / "pacerd"])
    assert run.returncode == 1 and str(world.socket) in run.stderr.decode(), run
    assert world.socket.read_text() == "a file of yours"


def test_socket_path_too_long(world):
    deep = world.runtime / ("d" * 100)
    deep.mkdir(mode=0o700)
    for program in (["pacerd"], ["pacer", "today"]):
        run = world.run([BUILD / program[0], *program[1:]], env=world.env(XDG_RUNTIME_DIR=str(deep)))
        assert run.returncode not in (0, -6, -11) and b"XDG_RUNTIME_DIR" in run.stderr, run


def test_socket_passed_by_a_service_manager(world):
    """systemd-socket-activate listens, the first connection starts pacerd, and the socket stays when it ends."""
    world.socket.parent.mkdir(mode=0o700)
    world.spawn(["systemd-socket-activate", "-l", world.socket, *(f"-E{name}" for name in world.env()), BUILD / "pacerd"], "activate")
    wait_for(lambda: world.socket.exists(), "it listens")
    assert varlink(world.socket, "org.varlink.service.GetInfo")["product"]


def test_version_and_help(world):
    for program in ("pacerd", "pacer"):
        run = world.run([BUILD / program, "--version"])
        assert run.returncode == 0 and run.stdout.decode().split()[:1] == [program], run
        run = world.run([BUILD / program, "--help"])
        assert run.returncode == 0 and b"usage: " + program.encode() in run.stdout, run


@pytest.mark.parametrize("words, says", [
    (["--at", "yesterday"], "yesterday"),
    (["--at", "2026-02-30 10:00"], "2026-02-30"),
    (["--at", "2026-11-30 10:00", "--speed", "fast"], "fast"),
    (["--at", "2026-11-30 10:00", "--speed", "-1"], "-1"),
    (["--speed", "2"], "--at"),
    (["--wings"], "wings"),
    (["word"], "word"),
    (["--check"], "--check"),
])
def test_wrong_arguments(world, words, says):
    run = world.run([BUILD / "pacerd", *words])
    assert run.returncode == 2 and says in run.stderr.decode(), run
    assert not world.socket.exists()


def test_check_good_and_bad(world):
    good = ROOT / "plans" / "customer-service-18.ics"
    run = world.run([BUILD / "pacerd", "--check", good])
    assert run.returncode == 0 and "90 sessions" in run.stdout.decode(), run
    bad = world.root / "bad.ics"
    bad.write_bytes(good.read_bytes().replace(b"DURATION:PT25M", b"DURATION:soon", 1))
    line = good.read_bytes().split(b"DURATION:PT25M")[0].count(b"\n") + 1
    run = world.run([BUILD / "pacerd", "--check", good, bad])
    assert run.returncode == 6, run
    assert f"{bad}:{line}:" in run.stdout.decode(), run
    run = world.run([BUILD / "pacerd", "--check", world.root / "none.ics"])
    assert run.returncode == 6 and "none.ics" in run.stdout.decode() + run.stderr.decode(), run
    assert not world.socket.exists() and not world.database.exists(), "no daemon, no socket, no state"


# --- pacer starts the daemon --------------------------------------------------------------------------------------------------------


def test_no_start(world):
    answer = world.try_pacer("today", "--no-start")
    assert answer.status == 3 and "--no-start" in answer.err and str(world.socket) in answer.err, answer
    assert not connects(world.socket)


def test_pacer_starts_a_daemon_of_its_own(world):
    assert world.ask("plans")["plans"]
    pid = peer_pid(world.socket)
    try:
        assert os.readlink(f"/proc/{pid}/exe") == str(BUILD / "pacerd")
        assert os.getsid(pid) not in (os.getsid(0),), "detached from our session"
        assert os.readlink(f"/proc/{pid}/cwd") == "/", "keeps no directory busy"
        for fd in (0, 1):
            assert "pipe" not in os.readlink(f"/proc/{pid}/fd/{fd}"), "holds no pipe of ours open"
        world.ask("today")
        assert peer_pid(world.socket) == pid, "one is enough"
    finally:
        end_stranger(pid)
    wait_for(lambda: not connects(world.socket), "it is gone")


def test_two_at_once_start_one_daemon(world):
    runs = [subprocess.Popen([BUILD / "pacer", "plans", "--json"], env=world.env(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE) for _ in range(4)]
    for run in runs:
        out, err = run.communicate(timeout=30)
        assert run.returncode == 0 and b"plans" in out, err
    end_stranger(peer_pid(world.socket))
    wait_for(lambda: not connects(world.socket), "there was one and no other")


def test_no_daemon_program(world):
    """Says what it looked for and what to do."""
    lonely = world.root / "lonely"
    lonely.mkdir()
    shutil.copy(BUILD / "pacer", lonely)
    run = world.run([lonely / "pacer", "today"], env=world.env(PATH="/usr/bin:/bin"))
    assert run.returncode == 3 and b"pacerd" in run.stderr, run
