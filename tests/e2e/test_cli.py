"""pacer as people and programs use it: errors, statuses, colours, settings."""

import json
import os
import pty
import re
import select
import socket
import subprocess
import threading

import pytest

from harness import BUILD
from plan_text import plan_text

ESCAPE = "\x1b"

# Every command of the interface's learner and what it needs to say something; all of them take --json.
COMMANDS = [[], ["plans"], ["plan", "show", "customer-service-18"], ["today"], ["week"], ["week", "2"], ["next"], ["inbox"], ["why", "w01-mo"],
            ["start", "w01-mo"], ["done", "w01-mo"], ["snooze", "w01-tu"], ["move", "w01-we", "2026-12-03 11:00", "--yes"], ["skip", "w01-th"],
            ["undo"], ["config"], ["config", "prompts.snooze"], ["enroll", "customer-service-18", "--start", "2026-12-07", "--dry-run"],
            ["leave", "--dry-run"]]


@pytest.fixture
def working(world):
    world.start(at="2026-11-29 12:00")
    world.enroll()
    world.restart(at="2026-11-30 08:00")
    return world


def on_terminal(world, *args, columns=100, answer=None, **env):
    """Runs pacer on a terminal of its own; returns status and what appeared there."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(BUILD / "pacer", ["pacer", *args], world.env(TERM="xterm-256color", COLUMNS=str(columns), **env))
    shown = b""
    try:
        while True:
            ready, _, _ = select.select([terminal], [], [], 20)
            assert ready, f"pacer waits for something: {shown!r}"
            data = os.read(terminal, 65536)
            if not data:
                break
            shown += data
            if answer is not None and b"[y/N]" in shown:
                os.write(terminal, answer)
                answer = None
    except OSError:
        pass  # the terminal's other end was closed: pacer ended
    finally:
        os.close(terminal)
        _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), shown.decode(errors="replace")


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_command_speaks_json_and_plain(working, command):
    for action in ("start", "done") if command == ["undo"] else ():
        working.ask(action, "w01-mo")
    reply = working.try_pacer(*command, "--json")
    assert reply.status == 0, f"{reply}\n{working.log()}"
    assert isinstance(reply.json, dict) and reply.out.count("\n") >= 1
    plain = working.try_pacer(*command)
    assert plain.status == 0 and plain.out.strip(), plain
    assert ESCAPE not in plain.out + plain.err, "no colours in a pipe"
    assert not re.search(r"\s+$", plain.out.rstrip("\n").split("\n")[0]), "no trailing blanks"


@pytest.mark.parametrize("command", [["today"], ["week"], ["plans"], ["why", "w01-mo"], ["doctor"]], ids=" ".join)
def test_terminal_gets_colours_unless_told_not_to(working, command):
    assert ESCAPE in on_terminal(working, *command)[1]
    assert ESCAPE not in on_terminal(working, *command, NO_COLOR="1")[1]
    assert ESCAPE not in on_terminal(working, *command, "--color", "never")[1]
    assert ESCAPE in working.try_pacer(*command, "--color", "always").out


@pytest.mark.parametrize("columns", [40, 60, 80, 200])
def test_lines_fit_the_terminal(working, columns):
    for command in (["today"], ["week"], ["plans"]):
        shown = re.sub(r"\x1b\[[0-9;]*m", "", on_terminal(working, *command, columns=columns)[1])
        widest = max(shown.replace("\r", "").split("\n"), key=len)
        assert len(widest) <= max(columns, 60), f"{command} at {columns}: {widest!r}"


def test_escape_sequences_in_a_plan_stay_text(world):
    """A title is data: it must not clear the screen, rename the window or colour anything."""
    evil = plan_text("evil-1", [{"day": 0, "time": "10:00", "title": "Evil@ABC@ red@DEF@ end@GHI@"}])
    for mark, sequence in ((b"@ABC@", b"\x1b[2J\x1b[31m"), (b"@DEF@", b"\x1b]0;owned\x07"), (b"@GHI@", b"\xc2\x9b31m\xe2\x80\xae")):
        evil = evil.replace(mark, sequence)
    (world.plans / "evil-1.ics").write_bytes(evil)
    world.start(at="2026-11-29 12:00")
    listed = {p["name"]: p for p in world.ask("plans")["plans"]}["evil-1"]
    if not listed.get("error"):
        world.enroll("evil-1")
        world.restart(at="2026-11-30 08:00")
    for command in (["plans"], ["plan", "show", "evil-1"], ["today"], ["week"], ["next"], ["why", "w01-mo"]):
        for shown in (on_terminal(world, *command)[1], world.try_pacer(*command).out, world.try_pacer(*command).err):
            rest = re.sub(r"\x1b\[[0-9;]*m", "", shown)
            assert ESCAPE not in rest and "\x9b" not in rest and "\x07" not in rest and "\u202e" not in rest, f"{command}: {shown!r}"
            assert "\x1b[2J" not in shown and "\x1b[31mred" not in shown
    run = world.run([BUILD / "pacerd", "--check", world.plans / "evil-1.ics"])
    assert b"\x1b" not in run.stdout


@pytest.mark.parametrize("words, status, says", [
    (["tody"], 2, "today"),
    (["juggle"], 2, "help"),
    (["plan"], 2, "plan COMMAND"),
    (["plan", "lnit"], 2, "did you mean 'plan lint'?"),
    (["help", "plan", "lnit"], 2, "did you mean 'plan lint'?"),
    (["plan", "dance"], 2, "dance"),
    (["today", "extra"], 2, "extra"),
    (["today", "--wings"], 2, "wings"),
    (["today", "--reason", "sick"], 2, "--reason"),
    (["week", "two"], 2, "two"),
    (["week", "0"], 2, "18"),
    (["week", "99"], 2, "18"),
    (["done", "w01-mo", "--minutes"], 2, "--minutes"),
    (["done", "w01-mo", "--minutes", "soon"], 2, "soon"),
    (["done", "w01-mo", "--effort", "11"], 2, "11"),
    (["move"], 2, "SESSION"),
    (["why", "w99-xx"], 4, "w99-xx"),
    (["why", "w01-mp"], 4, "w01-mo"),
    (["start", "w01"], 2, "w01-mo"),
    (["start", "w01-mo/../x"], 4, "w01-mo"),
    (["move", "w01-mo", "whenever"], 2, "tomorrow"),
    (["move", "w01-mo", "2026-13-01 10:00"], 2, "2026-13-01"),
    (["move", "w01-mo", "2020-01-01 10:00"], 1, "passed"),
    (["move", "w18-fr", "2027-04-01 10:00"], 1, "race"),
    (["plan", "show", "nope"], 4, "nope"),
    (["enroll", "customer-service-18", "--start", "someday"], 2, "someday"),
    (["enroll", "customer-service-18", "--start", "2026-02-30"], 2, "2026-02-30"),
    (["enroll"], 2, "PLAN"),
    (["leave", "e7", "--yes"], 4, "e7"),
    (["config", "prompts.snoze"], 4, "prompts.snooze"),
    (["config", "prompts.snooze", "1000"], 2, "120"),
    (["config", "prompts.snooze", "ten"], 2, "ten"),
    (["config", "time.zone", "Mars/Olympus"], 2, "Mars/Olympus"),
    (["today", "--color", "pink"], 2, "pink"),
])
def test_what_is_wrong_is_named(working, words, status, says):
    before = working.rows("select count(*) as n from journal")
    answer = working.try_pacer(*words)
    assert answer.status == status, answer
    assert says in answer.err and not answer.out.strip(), answer
    assert len(answer.err) < 2000
    error = working.try_pacer(*words, "--json")
    assert error.status == status and error.json["error"], error
    assert working.rows("select count(*) as n from journal") == before, "nothing half done"


def test_prefixes_and_words_for_sessions(working):
    assert working.session("w05-f")["id"] == "w05-fr"
    assert working.session("e1/w05-fr")["id"] == "w05-fr"
    assert working.session("next")["id"] == "w01-mo"


def test_question_before_leaving(working):
    status, shown = on_terminal(working, "leave", answer=b"n\n")
    assert status != 0 and "[y/N]" in shown, shown
    assert len(working.call("ListEnrollments")["enrollments"]) == 1
    status, shown = on_terminal(working, "leave", answer=b"y\n")
    assert status == 0, shown
    assert working.call("ListEnrollments")["enrollments"] == []


def test_help_of_every_command(working):
    overview = working.pacer("--help") + working.pacer("plan", "--help")
    for command in COMMANDS:
        words = [word for word in command[:2] if word in ("plan", "show")] or command[:1]
        if words:
            assert " ".join(words) in overview
            text = working.pacer(*words, "--help")
            assert text.startswith("usage: pacer " + " ".join(words)), text


# --- settings ----------------------------------------------------------------------------------------------------------------------


def value(world, name):
    return next(s for s in world.ask("config")["settings"] if s["name"] == name)


def test_settings_are_read_and_written(working):
    assert value(working, "prompts.snooze")["value"] == "10"
    setting = working.ask("config", "prompts.snooze", "15")["setting"]
    assert (setting["value"], setting["default"]) == ("15", "10")
    assert "snooze = 15" in working.settings.read_text()
    assert working.ask("snooze", "w01-mo")["session"]["snoozed_until"].startswith("2026-11-30T09:45")
    working.restart()
    assert value(working, "prompts.snooze")["value"] == "15"
    working.ask("config", "prompts.snooze", "--unset")
    assert value(working, "prompts.snooze")["value"] == "10"
    assert "snooze = " not in working.settings.read_text()


def test_comments_and_unknown_lines_stay(working):
    text = "# mine\n[prompts]\n; why not\nsnooze = 12   \ncolour = red\n\n[people]\nhelp = Ann\n"
    working.settings.parent.mkdir(parents=True, exist_ok=True)
    working.settings.write_text(text)
    working.restart()
    working.ask("config", "prompts.snooze", "20")
    changed = working.settings.read_text()
    assert changed.replace("20", "12").split() == text.split(), changed
    assert value(working, "people.help")["value"] == "Ann"


@pytest.mark.parametrize("line", ["snooze = never", "snooze = 100000", "snooze", "late = -5"])
def test_wrong_values_name_file_and_line(working, line):
    working.stop()
    working.settings.parent.mkdir(parents=True, exist_ok=True)
    working.settings.write_text(f"[prompts]\n# a comment\n{line}\nmore_time = 7\n")
    working.start(at="2026-11-30 08:00")
    place = f"{working.settings}:3"
    assert place in working.log(), working.log()
    checks = working.try_pacer("doctor", "--json")
    assert checks.status == 8 and [c for c in checks.json["checks"] if place in c["text"]], checks
    assert value(working, "prompts.snooze")["value"] == "10" and value(working, "prompts.more_time")["value"] == "7"


def test_settings_file_that_cannot_be_written(working):
    working.settings.parent.mkdir(parents=True, exist_ok=True)
    working.settings.write_text("[prompts]\nsnooze = 12\n")
    working.restart()
    working.settings.unlink()
    working.settings.mkdir()
    answer = working.try_pacer("config", "prompts.snooze", "20")
    assert answer.status != 0 and str(working.settings) in answer.err, answer
    assert value(working, "prompts.snooze")["value"] == "12"


def test_output_into_a_closed_pipe(working):
    run = subprocess.run(f"{BUILD}/pacer plan show customer-service-18 --json | head -c 10", shell=True, env=working.env(), capture_output=True,
                         timeout=20, check=False)
    assert run.stderr == b"", run


def test_output_on_a_full_device(working):
    with open("/dev/full", "wb") as full:
        run = subprocess.run([BUILD / "pacer", "today"], env=working.env(), stdout=full, stderr=subprocess.PIPE, timeout=20, check=False)
    assert run.returncode != 0 and b"space" in run.stderr, run


def test_json_is_one_object_on_one_stream(working):
    reply = working.try_pacer("today", "--json")
    assert reply.err == "" and json.loads(reply.out)["date"] == "2026-11-30"
    error = working.try_pacer("why", "w99-xx", "--json")
    assert "NoSuchSession" in error.json["error"] and error.json["id"] == "w99-xx" and error.err


def test_daemon_that_answers_nonsense(world):
    """pacer does not believe everything on the socket."""
    world.socket.parent.mkdir(mode=0o700)
    for reply in (b"not json\0", b'{"parameters":[]}\0', b"", b"[" * 100000 + b"\0", b'{"error":5}\0'):
        world.socket.unlink(missing_ok=True)
        with socket.socket(socket.AF_UNIX) as listener:
            listener.bind(str(world.socket))
            listener.listen()

            def serve():
                try:
                    peer, _ = listener.accept()
                    with peer:
                        peer.recv(65536)
                        peer.sendall(reply)
                except OSError:
                    pass
            thread = threading.Thread(target=serve)
            thread.start()
            answer = world.try_pacer("today", "--no-start")
            thread.join(20)
        assert answer.status in (3, 7) and answer.err.strip(), f"{reply[:40]!r}: {answer}"
