"""A learner's machine in a directory: private homes, bus, notification server, clock, and the real programs in it.

Nothing here knows how Pacer works inside; it starts programs, presses buttons, reads what programs print, and cleans up by pid.
Waiting is always for a condition with a deadline, never for a length of time."""

import contextlib
import ctypes
import datetime
import json
import os
import pathlib
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
import zoneinfo

from plan_text import plan_text
from wire import DEADLINE_S, connects, peer_pid, varlink

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
BUILD = (ROOT / os.environ.get("PACER_BUILD", "build/release")).resolve()
INTERFACE = "org.pacer.Pacer"
PR_SET_PDEATHSIG, PR_SET_CHILD_SUBREAPER = 1, 36

# What our programs leave behind when they end (a detached daemon, a server the bus started) becomes our child: ours to reap.
ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)


def wait_for(condition, what, deadline_s=DEADLINE_S):
    """Calls condition until it gives something true, and returns that. what: text, or a function that makes it."""
    end = time.monotonic() + deadline_s
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"not within {deadline_s:g} s: {what() if callable(what) else what}")
        time.sleep(0.01)


def as_from_a_terminal():
    """Ends with us; and what a terminal sends ends it, also where nohup or a shell in the background has turned that off for all below."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP):
        signal.signal(number, signal.SIG_DFL)


class Process:
    """A program we started, its log in a file."""

    def __init__(self, argv, env, log, **more):
        self.argv = [str(a) for a in argv]
        self.log = pathlib.Path(log)
        with open(self.log, "ab") as out:
            self.popen = subprocess.Popen(self.argv, env=env, stdin=subprocess.DEVNULL, stdout=more.pop("stdout", out), stderr=out,
                                          preexec_fn=as_from_a_terminal, **more)
        self.pid = self.popen.pid

    def alive(self):
        return self.popen.poll() is None

    def text(self):
        return self.log.read_text(errors="replace")

    def send(self, number):
        self.popen.send_signal(number)

    def wait(self, deadline_s=DEADLINE_S):
        try:
            return self.popen.wait(deadline_s)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"{self.argv[0]} did not end within {deadline_s:g} s; its log:\n{self.text()}") from None

    def kill(self):
        if self.alive():
            self.popen.kill()
        return self.popen.wait()

    def stop(self, number=signal.SIGTERM):
        if self.alive():
            self.popen.send_signal(signal.SIGCONT)
            self.popen.send_signal(number)
        try:
            return self.popen.wait(5)
        except subprocess.TimeoutExpired:
            return self.kill()


class Answer:
    """What one run of pacer gave."""

    def __init__(self, argv, run):
        self.argv, self.status = argv, run.returncode
        self.bytes = run.stdout
        self.out, self.err = run.stdout.decode(errors="replace"), run.stderr.decode(errors="replace")

    @property
    def json(self):
        try:
            return json.loads(self.out)
        except ValueError as why:
            raise AssertionError(f"no JSON ({why}) from {self}") from None

    def __repr__(self):
        return f"<{' '.join(self.argv)}: status {self.status}\n--- stdout\n{self.out}--- stderr\n{self.err}---\n>"


class Bubble:
    """One Notify call as the bus carried it."""

    def __init__(self, event, bubble_id):
        self.time, self.sender, self.serial = event["time"], event["sender"], event["serial"]
        self.app, self.replaces, self.icon, self.summary, self.body, actions, self.hints, self.expire_ms = event["args"]
        self.actions = dict(zip(actions[::2], actions[1::2]))
        self.id = bubble_id

    @property
    def labels(self):
        """Answers as a person sees them: Help, on the bubble itself or in a menu, is none."""
        return [label for action, label in self.actions.items() if action not in ("default", "more")]

    def __repr__(self):
        return f"<bubble {self.id} (replaces {self.replaces}) {self.summary!r} {self.body!r} {self.labels}>"


class Recorder:
    """Everything that passes on the bus, from a monitor in a process of its own (recorder.py)."""

    def __init__(self, world):
        self.path = world.root / f"bus-{len(world.processes)}.jsonl"
        self.seen, self.read_bytes = [], 0
        self.process = world.spawn([sys.executable, HERE / "recorder.py", world.bus_address, self.path], "recorder")
        wait_for(lambda: self.path.exists() and self.path.stat().st_size, "the recorder listens")

    def events(self):
        with open(self.path, "rb") as file:
            file.seek(self.read_bytes)
            for line in file:
                if not line.endswith(b"\n"):
                    break
                self.seen.append(json.loads(line))
                self.read_bytes += len(line)
        return self.seen

    def named(self, member):
        return [e for e in self.events() if e["member"] == member]

    def bubbles(self):
        events = self.events()
        ids = {(e["destination"], e["reply_to"]): e["args"][0] for e in events if e["kind"] == "return" and len(e["args"]) == 1}
        return [Bubble(e, ids.get((e["sender"], e["serial"]))) for e in events if e["kind"] == "call" and e["member"] == "Notify"]


# Without what comes by itself, so that a test sees what it is about; test_moment.py has the defaults.
PLAIN_SETTINGS = "[notices]\na_day = off\nspacing = off\nagain = off\n[digest]\nrhythm = return\n[prompts]\nbreathing = off\n"


class World:
    def __init__(self, display=None):
        for program in ("pacerd", "pacer"):
            assert os.access(BUILD / program, os.X_OK), f"{BUILD / program} is not there: run make first, or set PACER_BUILD"
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="pcr-", dir="/tmp"))
        self.display = display
        self.zone = "Europe/Berlin"
        self.processes = []
        self.bus_address = None
        self.bus_process = self.server = self.daemon = self.recorder = None
        self.shown_at = self.real_at = None
        self.speed = 1.0
        self.expect_clean = True
        for name in ("home", "run", "state", "data", "config", "cache", "share"):
            (self.root / name).mkdir(mode=0o700)
        self.runtime, self.state, self.config = self.root / "run", self.root / "state", self.root / "config"
        self.plans = self.root / "data" / "pacer" / "plans"
        self.system_plans = self.root / "share" / "pacer" / "plans"
        self.plans.mkdir(parents=True)
        self.system_plans.mkdir(parents=True)
        for plan in (ROOT / "plans").glob("*.ics"):
            shutil.copy(plan, self.system_plans)
        self.socket = self.runtime / "pacer" / INTERFACE
        self.database = self.state / "pacer" / "pacer.db"
        self.settings = self.config / "pacer" / "pacer.conf"
        self.configure(PLAIN_SETTINGS)

    # --- processes -------------------------------------------------------------------------------------------------------------
    def env(self, **more):
        env = {
            "PATH": f"{BUILD}:/usr/bin:/bin",
            "HOME": str(self.root / "home"),
            "XDG_RUNTIME_DIR": str(self.runtime),
            "XDG_STATE_HOME": str(self.state),
            "XDG_DATA_HOME": str(self.root / "data"),
            "XDG_DATA_DIRS": str(self.root / "share"),
            "XDG_CONFIG_HOME": str(self.config),
            "XDG_CACHE_HOME": str(self.root / "cache"),
            "XDG_CONFIG_DIRS": str(self.root / "none"),
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={self.root}/no-system-bus",
            "LANG": "C.UTF-8",
            "TZ": self.zone,
        }
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS", "TSAN_OPTIONS", "LSAN_OPTIONS"):
            if name in os.environ:
                env[name] = os.environ[name]
        if self.bus_address:
            env["DBUS_SESSION_BUS_ADDRESS"] = self.bus_address
        if self.display:
            env["DISPLAY"] = self.display
        env.update(more)
        return {name: value for name, value in env.items() if value is not None}

    def spawn(self, argv, name, env=None, **more):
        process = Process(argv, env or self.env(), self.root / f"{name}.log", **more)
        self.processes.append(process)
        return process

    def run(self, argv, env=None, **more):
        more.setdefault("timeout", DEADLINE_S + 10)
        return subprocess.run([str(a) for a in argv], env=env or self.env(), stdin=more.pop("stdin", subprocess.DEVNULL),
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, **more)

    # --- bus and notification server -------------------------------------------------------------------------------------------
    def start_bus(self, servicedirs=False):
        """A session bus at $XDG_RUNTIME_DIR/bus; with servicedirs it starts dunst when somebody asks for the name."""
        path = self.runtime / "bus"
        services = self.root / "services"
        services.mkdir(exist_ok=True)
        if servicedirs:
            (services / "dunst.service").write_text(
                f"[D-BUS Service]\nName=org.freedesktop.Notifications\nExec=/usr/bin/dunst -conf {self.dunst_config()}\n")
        config = self.root / "bus.conf"
        config.write_text(
            '<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"\n'
            ' "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">\n'
            f"<busconfig><type>session</type><listen>unix:path={path}</listen><auth>EXTERNAL</auth>\n"
            + (f"<servicedir>{services}</servicedir>\n" if servicedirs else "")
            + '<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy>\n'
            "</busconfig>\n")
        self.bus_address = f"unix:path={path}"
        self.bus_process = self.spawn(["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile"], "bus")
        wait_for(lambda: connects(path), self.bus_process.text)

    def record(self):
        self.recorder = Recorder(self)

    def dunst_config(self):
        picker = self.root / "pick"
        if not picker.exists():
            (self.root / "wanted").write_text("nothing")
            picker.write_text(f'#!/bin/sh\nexec grep -m1 -F -- "$(cat {self.root}/wanted)"\n')
            picker.chmod(0o755)
        config = self.root / "dunstrc"
        config.write_text(f'[global]\ndmenu = {picker}\nidle_threshold = 0\nhistory_length = 200\nnotification_limit = 0\nfont = DejaVu Sans 10\n'
                          "enable_recursive_icon_lookup = false\nshow_indicators = no\n"
                          "[urgency_low]\ntimeout = 0\n[urgency_normal]\ntimeout = 0\n[urgency_critical]\ntimeout = 0\n")
        return config

    def start_server(self):
        self.server = self.spawn(["/usr/bin/dunst", "-conf", self.dunst_config()], "dunst")
        wait_for(self.server_owner, self.server.text)

    def stop_server(self):
        self.server.kill()
        wait_for(lambda: not self.server_owner(), "the bus sees the server go")

    def server_owner(self):
        run = self.run(["dbus-send", "--session", "--print-reply=literal", "--dest=org.freedesktop.DBus", "/org/freedesktop/DBus",
                        "org.freedesktop.DBus.GetNameOwner", "string:org.freedesktop.Notifications"])
        return run.stdout.decode().strip() if run.returncode == 0 else None

    def dunstctl(self, *args):
        run = self.run(["dunstctl", *args])
        assert run.returncode == 0, run.stderr
        return run.stdout.decode()

    def displayed(self):
        return int(self.dunstctl("count", "displayed"))

    def history(self):
        """Bubbles that left the screen, newest first: dunst's own account."""
        data = json.loads(self.dunstctl("history"))["data"][0]
        return [{key: field["data"] for key, field in item.items()} for item in data]

    def bubbles(self, text=""):
        return [b for b in self.recorder.bubbles() if text in b.summary + b.body]

    def bubble(self, text="", label=None, after=0):
        """The first bubble past `after` that says text and has such a button; waits until the server has answered with an id, and the
        daemon has written that down."""
        def find():
            for bubble in self.recorder.bubbles()[after:]:
                if text in bubble.summary + bubble.body and (label is None or label in bubble.labels) and bubble.id is not None:
                    return bubble
            return None
        found = wait_for(find, lambda: f"a bubble with {text!r} {label or ''}; there were {self.recorder.bubbles()[after:]}\n{self.log()}")
        # Killed between the two, the daemon would have to show it once more: the one repeat it is allowed.
        if self.database.exists():  # else it lies in a mount of the daemon's own
            wait_for(lambda: not self.rows("select key from notice where state = 'sent'"), "the daemon has kept what is on the screen")
        return found

    def press(self, bubble, label):
        """Presses the button in dunst's menu and waits until dunst says so on the bus."""
        action = next(a for a, shown in bubble.actions.items() if shown == label)

        def pressed():
            return sum(1 for e in self.recorder.named("ActionInvoked") if e["args"] == [bubble.id, action])
        before = pressed()
        (self.root / "wanted").write_text(f"#{label} ({bubble.summary}) [{bubble.id},")
        self.dunstctl("context")
        wait_for(lambda: pressed() > before, lambda: f"dunst reports {label!r} of {bubble}\n{self.server.text()}")

    def closed(self, bubble):
        return any(e["args"][0] == bubble.id for e in self.recorder.named("NotificationClosed"))

    # --- daemon ----------------------------------------------------------------------------------------------------------------
    def local(self, text):
        """'2026-11-30 09:30' on the learner's wall clock, as an aware datetime."""
        return datetime.datetime.fromisoformat(text).replace(tzinfo=zoneinfo.ZoneInfo(self.zone))

    def now(self):
        """What the daemon's clock shows; in UTC, where adding seconds means seconds."""
        return self.shown_at + datetime.timedelta(seconds=(time.time() - self.real_at) * self.speed)

    def shown_time(self, bubble):
        """What the daemon's clock showed when the bubble was on the bus."""
        return self.shown_at + datetime.timedelta(seconds=(bubble.time - self.real_at) * self.speed)

    def start(self, at=None, speed=None, ready=True, wrap=(), **env):
        """Starts pacerd at a time of the learner's wall clock; without one, where the last one's clock stands now."""
        if at is None:
            self.shown_at = (self.now() + datetime.timedelta(seconds=1)).replace(microsecond=0)
            argument = self.shown_at.astimezone(zoneinfo.ZoneInfo(self.zone)).strftime("%Y-%m-%d %H:%M:%S")
        else:
            self.shown_at, argument = self.local(at).astimezone(datetime.timezone.utc), at
        self.speed = self.speed if speed is None else float(speed)
        self.real_at = time.time()
        self.daemon = self.spawn([*wrap, BUILD / "pacerd", "--at", argument, "--speed", f"{self.speed:g}"], "pacerd", env=self.env(**env))
        if ready:
            self.wait_ready()
        return self.daemon

    # --- a clock that can be set ---------------------------------------------------------------------------------------------------
    @property
    def clock_file(self):
        return self.root / "clock" / "now"

    def write_clock(self, at, speed=None):
        """Replaces the file of pacerd --clock: a time of the learner's wall clock, and the speed it had unless a new one is given."""
        self.clock_file.parent.mkdir(exist_ok=True)
        self.speed = self.speed if speed is None else float(speed)
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(f"{at} {self.speed:g}\n")
        self.shown_at, self.real_at = self.local(at).astimezone(datetime.timezone.utc), time.time()
        fresh.rename(self.clock_file)

    def start_clocked(self, at, speed=1, wrap=(), **env):
        """Starts pacerd on a clock that set_clock() sets while it runs."""
        self.write_clock(at, speed)
        self.daemon = self.spawn([*wrap, BUILD / "pacerd", "--clock", self.clock_file], "pacerd", env=self.env(**env))
        self.wait_ready()
        return self.daemon

    def set_clock(self, at, speed=None):
        """Steps the clock of the running daemon, which has looked at everything when this returns."""
        def taken():
            return self.log().count("the clock was set to ")
        before = taken()
        self.write_clock(at, speed)
        wait_for(lambda: taken() > before, lambda: f"the clock file is read; the log:\n{self.log()}")
        self.call("ListEnrollments")  # answered after the step

    def configure(self, text):
        """Adds to the settings file, which the daemon reads when it starts."""
        self.settings.parent.mkdir(parents=True, exist_ok=True)
        with open(self.settings, "a", encoding="utf-8") as settings:
            settings.write(text)

    def settled(self):
        """Every bubble there was, once all that was handed over stands on the screen and the recorder has written it down."""
        self.call("ListEnrollments")  # whatever came before is decided
        wait_for(lambda: not self.rows("select key from notice where state = 'sent'"), "all is shown that was handed over")
        marks = len(self.recorder.named("Mark"))
        self.run(["dbus-send", "--session", "--type=signal", "/", "org.pacer.Test.Mark"])
        wait_for(lambda: len(self.recorder.named("Mark")) > marks, "the recorder sees a mark")
        return self.recorder.bubbles()

    def wait_ready(self):
        def answers():
            assert self.daemon.alive(), f"pacerd ended with {self.daemon.popen.poll()}:\n{self.log()}"
            return connects(self.socket) and varlink(self.socket, "org.varlink.service.GetInfo")
        wait_for(answers, lambda: f"pacerd answers; its log:\n{self.log()}")

    def stop(self):
        """SIGTERM, as a service manager does it: ends cleanly."""
        self.daemon.send(signal.SIGTERM)
        status = self.daemon.wait()
        assert status == 0, f"pacerd ended with {status}:\n{self.log()}"

    def kill(self):
        self.daemon.kill()

    def restart(self, at=None, speed=None):
        self.stop()
        return self.start(at, speed)

    def log(self):
        path = self.root / "pacerd.log"
        return path.read_text(errors="replace") if path.exists() else ""

    # --- command line ----------------------------------------------------------------------------------------------------------
    def try_pacer(self, *args, env=None, **more):
        argv = [str(BUILD / "pacer"), *map(str, args)]
        return Answer(["pacer", *map(str, args)], self.run(argv, env=env, **more))

    def pacer(self, *args, **more):
        """Plain text of a command that works."""
        answer = self.try_pacer(*args, **more)
        assert answer.status == 0, answer
        return answer.out

    def ask(self, *args, **more):
        """--json of a command that works."""
        answer = self.try_pacer(*args, "--json", **more)
        assert answer.status == 0, f"{answer}\n{self.log()}"
        return answer.json

    def refused(self, status, *args, **more):
        """--json of a command that ends with this status: its error object. The text for people is on stderr."""
        answer = self.try_pacer(*args, "--json", **more)
        assert answer.status == status, f"expected {status}: {answer}\n{self.log()}"
        assert answer.err.strip(), f"nothing on stderr: {answer}"
        return answer.json

    def enroll(self, plan="customer-service-18", start="2026-11-30"):
        return self.ask("enroll", plan, "--start", start, "--yes")

    def session(self, session_id, enrollment=None):
        name = f"{enrollment}/{session_id}" if enrollment else session_id
        return self.ask("why", name)["session"]

    def until_state(self, session_id, *states):
        def look():
            session = self.session(session_id)
            return session if session["state"] in states else None
        return wait_for(look, lambda: f"{session_id} becomes {states}: {self.session(session_id)}\n{self.log()}")

    def call(self, method, parameters=None):
        return varlink(self.socket, f"{INTERFACE}.{method}", parameters)

    def rows(self, query, *parameters):
        """Reads a copy of the state database: the daemon keeps its own to itself, and a test must not get in its way."""
        def copied():
            with tempfile.TemporaryDirectory(dir=self.root) as place:
                for name in ("pacer.db", "pacer.db-wal"):
                    if (self.database.parent / name).exists():
                        shutil.copy(self.database.parent / name, place)
                try:
                    with contextlib.closing(sqlite3.connect(f"{place}/pacer.db")) as database:
                        database.row_factory = sqlite3.Row
                        return [[dict(row) for row in database.execute(query, parameters)]]
                except sqlite3.DatabaseError:
                    return None  # it was copied while it was written
        return wait_for(copied, "a copy of the database that can be read")[0]

    # --- plans -----------------------------------------------------------------------------------------------------------------
    def add_plan(self, name, sessions, **more):
        path = self.plans / f"{name}.ics"
        temporary = path.with_suffix(".tmp")
        temporary.write_bytes(plan_text(name, sessions, **more))
        temporary.rename(path)
        return path

    # --- end -------------------------------------------------------------------------------------------------------------------
    def close(self):
        problems = []
        try:
            if self.daemon and self.daemon.alive():
                self.daemon.send(signal.SIGCONT)
                status = self.daemon.stop()
                if self.expect_clean and status != 0:
                    problems.append(f"pacerd ended with {status} on SIGTERM")
            stray = peer_pid(self.socket)
            if stray and stray != os.getpid():
                end_stranger(stray)
            for sign in ("AddressSanitizer", "LeakSanitizer", "ThreadSanitizer", "runtime error:", "Assertion"):
                if sign in self.log():
                    problems.append(f"'{sign}' in the log of pacerd")
        finally:
            for process in reversed(self.processes):
                process.stop()
            reap_orphans({process.pid for process in self.processes})
            log = self.log()
            shutil.rmtree(self.root, ignore_errors=True)
        assert not problems, f"{problems}\n{log}"


def end_stranger(pid):
    """Ends a daemon that pacer started for itself: ours through the socket in our directory, but no child of ours."""
    try:
        os.kill(pid, signal.SIGTERM)
        wait_for(lambda: not os.path.exists(f"/proc/{pid}") or pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z", f"process {pid} ends")
    except (ProcessLookupError, FileNotFoundError):
        pass


def reap_orphans(known):
    """Ended processes that came to us as the nearest reaper."""
    for task in pathlib.Path("/proc/self/task").iterdir():
        for pid in map(int, (task / "children").read_text().split()):
            if pid not in known and pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z":
                os.waitpid(pid, 0)
