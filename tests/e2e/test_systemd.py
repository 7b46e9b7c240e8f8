"""The installed units under a real `systemd --user` in namespaces of its own (user-systemd)."""

import os
import pathlib
import shutil
import subprocess
import tempfile

import pytest

import harness

SCRIPT = pathlib.Path(__file__).resolve().parent / "user-systemd"

# Runs inside, as the user: words the tests share. ask: one call, one reply; it waits as long as the socket lets it.
PRELUDE = r"""
set -eu
SOCKET=$XDG_RUNTIME_DIR/pacer/org.pacer.Pacer
ask() { printf '{"method":"%s"}\0' "$1" | timeout 20 nc -U -N "$SOCKET" | tr -d '\0'; }
show() { systemctl --user show -P "$1" pacerd.service; }
until_true() { what=$1; shift; n=0; until "$@"; do n=$((n + 1)); [ $n -lt 400 ] || { echo "not in time: $what"; systemctl --user status pacerd.service pacerd.socket --no-pager; exit 1; }; sleep 0.05; done; }
pid_differs() { now=$(show MainPID); [ "$now" != 0 ] && [ "$now" != "$1" ]; }
active() { [ "$(show ActiveState)" = "$1" ]; }
"""


@pytest.fixture(scope="module")
def installed():
    """What make install puts under /usr/local, in a directory everybody may read."""
    with tempfile.TemporaryDirectory(prefix="pcr-local-", dir="/tmp") as place:
        build = pathlib.Path(place, "build")
        build.mkdir()
        for program in ("pacerd", "pacer"):
            os.symlink(harness.BUILD / program, build / program)
        done = subprocess.run(["make", "-f", "systemd/install.mk", "install", f"B={build}", f"MAN_BUILD={place}/man", f"DESTDIR={place}",
                               "PREFIX=/usr/local"], cwd=harness.ROOT, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
        yield pathlib.Path(place, "usr/local")


@pytest.fixture
def manager(installed):
    """run(script) -> its output; the user manager starts before and ends after it."""
    root = pathlib.Path(tempfile.mkdtemp(prefix="pcr-sd-", dir="/tmp"))
    shutil.copytree(installed, root / "local", symlinks=True)

    def run(script, config=None):
        config_dir = root / "home" / ".config" / "systemd" / "user"
        for name, text in (config or {}).items():
            (config_dir / name).parent.mkdir(parents=True, exist_ok=True)
            (config_dir / name).write_text(text)
        for path in (root / "home").rglob("*"):
            os.chown(path, 61184, 61184)
        done = subprocess.run([SCRIPT, root, "sh", "-c", PRELUDE + script], capture_output=True, text=True, timeout=120,
                              preexec_fn=harness.as_from_a_terminal, stdin=subprocess.DEVNULL)
        assert done.returncode == 0, f"status {done.returncode}\n{done.stdout}\n{done.stderr}\n{(root / 'manager.log').read_text()}"
        return done.stdout
    try:
        yield run
    finally:
        shutil.rmtree(root, ignore_errors=True)


def test_first_connection_starts_the_service(manager):
    out = manager(r"""
        systemctl --user start pacerd.socket
        active inactive
        [ "$(stat -c %a "$SOCKET")" = 600 ] && [ "$(stat -c %a "$(dirname "$SOCKET")")" = 700 ]
        ask org.varlink.service.GetInfo
        active active && [ "$(show Type)" = notify ] && [ "$(show SubState)" = running ]
    """)
    assert "org.pacer.Pacer" in out


def test_pacer_finds_the_unit_and_starts_it(manager):
    """Nothing runs: pacer asks the user manager, not a daemon of its own."""
    out = manager(r"""
        pacer plans
        active active
        [ "$(grep -lx pacerd /proc/[0-9]*/comm)" = "/proc/$(show MainPID)/comm" ]
        pacer enroll customer-service-18 --start 'next mon' --yes
        pacer next
    """)
    assert "customer-service-18" in out and "Lace up" in out


def test_killed_service_comes_back(manager):
    manager(r"""
        systemctl --user start pacerd.socket
        pacer enroll customer-service-18 --start 'next mon' --yes
        first=$(show MainPID)
        kill -KILL "$first"
        pacer next | grep -q 'Lace up'
        until_true 'another process' pid_differs "$first"
        [ "$(show NRestarts)" -ge 1 ]
    """)


def test_hanging_service_is_restarted(manager):
    manager(r"""
        pacer enroll customer-service-18 --start 'next mon' --yes
        first=$(show MainPID)
        [ "$(show WatchdogUSec)" = 2s ]
        kill -STOP "$first"
        until_true 'the watchdog ends it' pid_differs "$first"
        pacer next | grep -q 'Lace up'
    """, config={"pacerd.service.d/watchdog.conf": "[Service]\nWatchdogSec=2\n"})


def test_healthy_service_outlives_its_watchdog(manager):
    manager(r"""
        pacer plans >/dev/null
        first=$(show MainPID)
        # Three watchdog periods: what is waited for here is that nothing happens.
        sleep 3
        [ "$(show MainPID)" = "$first" ] && [ "$(show NRestarts)" = 0 ]
    """, config={"pacerd.service.d/watchdog.conf": "[Service]\nWatchdogSec=1\n"})


def test_stop_leaves_the_socket(manager):
    manager(r"""
        systemctl --user start pacerd.socket
        ask org.varlink.service.GetInfo >/dev/null
        systemctl --user stop pacerd.service
        active inactive && [ "$(show Result)" = success ] && [ -S "$SOCKET" ]
        ask org.varlink.service.GetInfo | grep -q org.pacer.Pacer
        active active
    """)


def test_reload(manager):
    manager(r"""
        pacer plans >/dev/null
        pid=$(show MainPID)
        mkdir -p ~/.config/pacer && printf '[prompts]\nsnooze = 25\n' >~/.config/pacer/pacer.conf
        systemctl --user reload pacerd.service
        until_true 'the setting is read' sh -c "pacer config prompts.snooze --json | grep -q '\"25\"'"
        [ "$(show MainPID)" = "$pid" ]
    """)


def test_sandbox_is_in_force(manager):
    out = manager(r"""
        pacer plans >/dev/null
        grep -E '^(NoNewPrivs|Seccomp):' /proc/"$(show MainPID)"/status
        pacer doctor || [ $? = 8 ]
    """)
    assert "NoNewPrivs:\t1" in out and "Seccomp:\t2" in out


def test_units_are_what_systemd_knows(manager):
    out = manager(r"""
        systemd-analyze --user --man=no verify /usr/local/lib/systemd/user/pacerd.service /usr/local/lib/systemd/user/pacerd.socket 2>&1
        systemctl --user enable pacerd.socket pacerd.service 2>&1
        systemctl --user is-enabled pacerd.socket
    """)
    assert not [line for line in out.splitlines() if "pacerd" in line and ("Unknown" in line or "ignoring" in line)], out
