"""What bench.py and soak.py need of a machine beyond the harness of the end-to-end tests: a display, a server that only records."""

import contextlib
import json
import os
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
sys.dont_write_bytecode = True

import harness  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent
OPEN_HOURS = "[hours]\nwork_days = mon-sun\nfrom = 00:00\nto = 23:59\nlunch = none\n"


@contextlib.contextmanager
def display():
    """Xvfb on a display number nobody uses."""
    read, write = os.pipe()
    with subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1024x768x24", "-nolisten", "tcp"], pass_fds=[write],
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          preexec_fn=harness.die_with_parent) as server:
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
    """server.py on the world's bus. Started again, it goes on writing to the same file."""

    def __init__(self, here, seed=None):
        self.world, self.seed, self.process = here, seed, None
        self.path = here.root / "bubbles.jsonl"

    def start(self):
        more = [] if self.seed is None else [self.seed]
        self.process = self.world.spawn([sys.executable, "-B", HERE / "server.py", self.world.bus_address, self.path, *more], "server")
        harness.wait_for(self.world.server_owner, self.process.text)

    def stop(self):
        self.process.kill()
        harness.wait_for(lambda: not self.world.server_owner(), "the bus sees the server go")

    def bubbles(self):
        if not self.path.exists():
            return []
        return [json.loads(line) for line in self.path.read_text().splitlines()]
