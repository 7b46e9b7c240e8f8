"""Fixtures: a display for the whole session; for each test a world of its own (harness.py), swept whatever the test did."""

import collections
import os
import re
import subprocess
import tempfile

import pytest

import harness


def pytest_terminal_summary(terminalreporter):
    """How often each real server, each set of capabilities and each disturbance of time passed: lines that the run of everything shows."""
    passed = [report.nodeid for report in terminalreporter.stats.get("passed", ()) if report.when == "call"]
    servers = collections.Counter(re.search(r"\[([^\]]*)", node)[1] for node in passed
                                  if re.search(r"test_(servers|mako)\.py", node) and "[" in node)
    times = collections.Counter(re.search(r"(\w+)\.py::", node)[1] for node in passed if re.search(r"test_(time|dst|late|moment|logind|crash)\.py", node))
    for title, counts in (("notification servers and capabilities", servers), ("time and its disturbances", times)):
        if counts:
            terminalreporter.write_line(f"# {title}: " + ", ".join(f"{name} {count}" for name, count in sorted(counts.items())))


@pytest.fixture(scope="session")
def display():
    """Xvfb on a display number nobody uses."""
    read, write = os.pipe()
    with tempfile.TemporaryFile() as log:
        server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1024x768x24", "-nolisten", "tcp"],
                                  pass_fds=[write], stdin=subprocess.DEVNULL, stdout=log, stderr=log, preexec_fn=harness.as_from_a_terminal)
        os.close(write)
        try:
            with os.fdopen(read) as pipe:
                number = pipe.readline().strip()
            assert number, "Xvfb did not come up"
            yield f":{number}"
        finally:
            server.terminate()
            server.wait()


@pytest.fixture
def world():
    """Private directories and the real programs; no bus."""
    here = harness.World()
    try:
        yield here
    finally:
        here.close()


@pytest.fixture
def bus(display):
    """With a recorded session bus on which nobody shows notifications."""
    here = harness.World(display)
    try:
        here.start_bus()
        here.record()
        yield here
    finally:
        here.close()


@pytest.fixture
def desk(bus):
    """And with dunst: a desktop."""
    bus.start_server()
    return bus
