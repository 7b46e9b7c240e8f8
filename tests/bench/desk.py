"""What bench.py and soak.py need of a machine beyond the harness of the end-to-end tests: a display, a server that only records."""

import contextlib
import json
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
sys.dont_write_bytecode = True

import harness  # noqa: E402
from wire import Connection  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
OPEN_HOURS = "[hours]\nwork_days = mon-sun\nfrom = 00:00\nto = 23:59\nlunch = none\n"


@contextlib.contextmanager
def display():
    """Xvfb on a display number nobody uses."""
    read, write = os.pipe()
    with subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1024x768x24", "-nolisten", "tcp"], pass_fds=[write],
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          preexec_fn=harness.as_from_a_terminal) as server:
        os.close(write)
        try:
            with os.fdopen(read) as pipe:
                number = pipe.readline().strip()
            assert number, "Xvfb did not come up"
            yield f":{number}"
        finally:
            server.terminate()


@contextlib.contextmanager
def world(screen=None):
    here = harness.World(screen)
    try:
        yield here
    finally:
        here.close()


def set_settings(here, text):
    here.settings.parent.mkdir(parents=True, exist_ok=True)
    here.settings.write_text(text)


class RecordingServer:
    """server.py on the world's bus, with more words for it. Started again, it goes on writing to the same file."""

    def __init__(self, here, *more):
        self.world, self.more, self.process = here, more, None
        self.path = here.root / "bubbles.jsonl"

    def start(self):
        self.process = self.world.spawn([sys.executable, "-B", HERE / "server.py", self.world.bus_address, self.path, *self.more], "server")
        harness.wait_for(self.world.server_owner, self.process.text)

    def stop(self, number=signal.SIGKILL):
        self.process.send(number)
        self.process.wait()
        harness.wait_for(lambda: not self.world.server_owner(), "the bus sees the server go")

    def lines(self):
        if not self.path.exists():
            return []
        whole, _, _ = self.path.read_text().rpartition("\n")  # the last one may be half written
        return [json.loads(line) for line in whole.splitlines()]

    def bubbles(self):
        return [line for line in self.lines() if "pressed" not in line]

    def presses(self):
        return [line for line in self.lines() if "pressed" in line]


class Watcher(threading.Thread):
    """Every entry of the journal with the real time at which a client of Watch has it: the daemon writes it to its clients after the
    commit, so that time is never too early."""

    def __init__(self, here):
        super().__init__(daemon=True)
        self.entries = []  # (time, entry, session)
        self.connection = Connection(here.socket, None)
        self.connection.send(f"{harness.INTERFACE}.Watch", more=True)
        self.start()

    def run(self):
        while (message := self.connection.receive()) is not None:
            now, parameters = time.time(), message["parameters"]
            self.entries.append((now, parameters["entry"], parameters.get("session")))

    def times(self, what):
        """Title of a session: when its first such entry was there."""
        found = {}
        for now, entry, session in list(self.entries):
            if entry["what"] == what and session:
                found.setdefault(session["title"], now)
        return found


class OwnEtc:
    """An /etc that only pacerd sees (in `wrap`, as root), so that the machine's time zone can be changed for it alone."""

    FILES = ("passwd", "group", "nsswitch.conf", "ld.so.cache", "machine-id")
    MOUNT = 'mount --make-rprivate / && mount --bind "$0" /etc && exec "$@"'

    def __init__(self, here):
        self.world, self.place = here, here.root / "etc"
        self.place.mkdir()
        for name in self.FILES:
            if os.path.exists(f"/etc/{name}"):
                shutil.copy(f"/etc/{name}", self.place)
        self.wrap = ["unshare", "--mount", "--", "sh", "-c", self.MOUNT, self.place]
        self.set_zone(here.zone)

    def set_zone(self, zone):
        """As timedatectl does it: a new link takes the old one's place."""
        fresh = self.place / ".localtime"
        fresh.symlink_to(f"/usr/share/zoneinfo/{zone}")
        fresh.rename(self.place / "localtime")
        self.world.zone = zone
