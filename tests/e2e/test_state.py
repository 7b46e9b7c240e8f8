"""State that cannot be written or read: a clear word, nothing half done, the old state kept, no crash."""

import contextlib
import os
import pathlib
import shutil
import sqlite3
import subprocess

import pytest

from harness import BUILD, wait_for
from test_day import LACE_UP, PACE

MOUNTED = 'mount --make-rprivate / && {mount} && exec "$@"'


def in_namespace(mount):
    """Runs what follows where the mount exists for nobody else; it ends with the process."""
    return ["unshare", "--mount", "--", "sh", "-c", MOUNTED.format(mount=mount), "sh"]


def test_mounts_are_possible_here():
    run = subprocess.run([*in_namespace("mount -t tmpfs -o size=64k tmpfs /mnt"), "true"], stderr=subprocess.PIPE, check=False)
    assert run.returncode == 0, f"the tests of a full disk and of read-only state need a private mount (root): {run.stderr.decode()}"


def inside(world, path):
    """The path as the daemon sees it."""
    return pathlib.Path(f"/proc/{world.daemon.pid}/root{path}")


@pytest.fixture
def small_disk(desk):
    """The state lives on a file system of 1 MiB, which only the daemon sees."""
    desk.start(at="2026-11-30 09:00", wrap=in_namespace(f"mount -t tmpfs -o size=1m,mode=0700 tmpfs {desk.state}"))
    desk.enroll()
    return desk


def fill(world):
    with open(inside(world, world.state) / "ballast", "wb", buffering=0) as ballast:
        size = 65536
        while size:
            try:
                ballast.write(b"\0" * size)
            except OSError:
                size //= 2


def empty(world):
    (inside(world, world.state) / "ballast").unlink()


def test_full_disk(small_disk):
    fill(small_disk)
    error = small_disk.refused(5, "start", "w01-mo")
    assert "StorageFailed" in error["error"] and error["reason"]
    assert small_disk.session("w01-mo")["state"] == "planned", "nothing was changed"
    assert small_disk.refused(5, "enroll", "customer-service-18", "--start", "2026-12-07", "--yes")["error"]
    assert len(small_disk.call("ListEnrollments")["enrollments"]) == 1
    checks = small_disk.try_pacer("doctor", "--json")
    assert checks.status == 8 and [c for c in checks.json["checks"] if c["result"] == "problem" and c["remedy"]]
    empty(small_disk)
    assert small_disk.ask("start", "w01-mo")["changed"] is True


def test_session_due_on_a_full_disk(desk):
    """What cannot be written down is not shown; it comes as soon as there is room."""
    desk.start(at="2026-11-30 09:28:30", speed=PACE, wrap=in_namespace(f"mount -t tmpfs -o size=1m,mode=0700 tmpfs {desk.state}"))
    desk.enroll()
    fill(desk)
    wait_for(lambda: desk.now() > desk.local("2026-11-30 09:30:01"), "it is due")
    assert desk.ask("today")["sessions"][0]["state"] == "planned" and not desk.bubbles(LACE_UP)
    assert desk.daemon.alive()
    empty(desk)
    desk.press(desk.bubble(LACE_UP, "Start"), "Start")
    desk.until_state("w01-mo", "running")


def test_read_only_state(world):
    world.start(at="2026-11-30 09:00")
    world.enroll()
    world.stop()
    before = world.database.read_bytes()
    mount = f"mount --bind {world.state} {world.state} && mount -o remount,ro,bind {world.state}"
    world.start(at="2026-11-30 09:00", ready=False, wrap=in_namespace(mount))
    assert world.daemon.wait() == 1
    assert str(world.database) in world.log() and "writable" in world.log(), world.log()
    assert world.database.read_bytes() == before
    world.start(at="2026-11-30 09:00")
    assert world.session("w01-mo")["state"] == "planned"


def test_newer_database(world):
    world.start(at="2026-11-30 09:00")
    world.enroll()
    world.stop()
    with contextlib.closing(sqlite3.connect(world.database, isolation_level=None)) as database:
        database.execute("pragma user_version = 99")
    before = world.database.read_bytes()
    world.start(at="2026-11-30 09:00", ready=False)
    assert world.daemon.wait() == 1
    assert "newer" in world.log() and str(world.database) in world.log(), world.log()
    assert world.database.read_bytes() == before, "not touched"
    answer = world.try_pacer("today")
    assert answer.status == 3, answer


@pytest.mark.parametrize("damage", ["garbage", "header", "truncated", "row"])
def test_damaged_database(world, damage):
    world.start(at="2026-11-30 09:00")
    world.enroll()
    world.stop()
    data = world.database.read_bytes()
    if damage == "row":
        with contextlib.closing(sqlite3.connect(world.database, isolation_level=None)) as database:
            database.execute("pragma ignore_check_constraints = on")
            database.execute("update session set state = 'dancing' where id = 'w01-mo'")
    else:
        world.database.write_bytes({"garbage": os.urandom(8192), "header": b"\0" * 100 + data[100:], "truncated": data[:len(data) // 2]}[damage])
    before = world.database.read_bytes()
    world.start(at="2026-11-30 09:00", ready=False)
    assert world.daemon.wait() == 1, world.log()
    assert str(world.database) in world.log(), world.log()
    assert world.database.read_bytes() == before, "evidence is kept"


def test_state_directory_is_a_file(world):
    shutil.rmtree(world.state)
    world.state.write_text("a file of yours")
    run = world.run([BUILD / "pacerd"])
    assert run.returncode == 1 and str(world.state) in run.stderr.decode(), run
    assert world.state.read_text() == "a file of yours"


def test_home_that_cannot_be(world):
    env = world.env(HOME="/proc/nobody", XDG_STATE_HOME=None, XDG_DATA_HOME=None, XDG_CONFIG_HOME=None)
    run = world.run([BUILD / "pacerd"], env=env)
    assert run.returncode == 1 and b"/proc/nobody" in run.stderr, run
    assert not world.socket.exists()
