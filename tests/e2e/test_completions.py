"""What Tab offers, in real shells: bash and zsh on a terminal, fish by its own question."""

import os
import pty
import re
import select
import shutil
import time

import pytest

from harness import BUILD, DEADLINE_S, ROOT, wait_for
from plan_text import plan_text

SCRIPTS = ROOT / "cli" / "completions"
MARK = "<<%s>>"


def git(world, *words):
    run = world.run(["git", "-C", world.plans, *words])
    assert run.returncode == 0, run


@pytest.fixture
def learner(world):
    shutil.copytree(BUILD / "holidays", world.root / "share" / "pacer" / "holidays")
    (world.plans / "side-1.ics").write_bytes(plan_text("side-1", [{"day": 0, "time": "11:00", "title": "Side `touch owned` $(touch owned)"}]))
    tracked = plan_text("tracked", [{"day": 0, "time": "11:00", "title": "One"}])
    (world.plans / "tracked.ics").write_bytes(tracked.replace(b"BEGIN:VEVENT", b"X-PACER-TRACKS:phone chat\r\nBEGIN:VEVENT", 1))
    git(world, "init", "-q", "-b", "main")
    git(world, "add", "side-1.ics")
    git(world, "-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-q", "-m", "one")
    for words in (("tag", "v1"), ("branch", "trial/two"), ("tag", "odd$(touch\u00a0owned)")):
        git(world, *words)
    world.start(at="2026-11-29 12:00")
    world.enroll()
    world.restart(at="2026-11-30 08:00")
    return world


def offered(world, *words, env=None):
    run = world.run([BUILD / "pacer", "__complete", *words], env=env)
    assert run.returncode == 0 and not run.stderr, run
    return [line.split("\t")[0] for line in run.stdout.decode().splitlines()]


@pytest.mark.parametrize("words, has, has_not", [
    ([""], ["today", "plan", "plans", "config"], ["list", "--json", "plan show"]),
    (["pl"], ["plan", "plans"], ["today"]),
    (["plan", ""], ["list", "show", "diff"], ["today", "plan"]),
    (["plan", "d"], ["diff"], ["show"]),
    (["plan", "show", ""], ["customer-service-18", "side-1"], [":files"]),
    (["plan", "show", "s"], ["side-1"], ["customer-service-18"]),
    (["plan", "show", "--json", ""], ["side-1"], []),
    (["plan", "show", "--week", ""], [], ["side-1"]),
    (["plan", "show", "side-1", "--"], ["--week", "--json", "--help"], ["--reason"]),
    (["plan", "show", "side-1", ""], [], ["side-1"]),
    (["plan", "diff", ""], ["side-1", ":files"], []),
    (["plan", "simulate", "side-1", "--region", ""], ["DE", "GB-ENG", "US"], ["side-1", ":files"]),
    (["plan", "simulate", "--region", "G"], ["GB-ENG"], ["DE"]),
    (["plan", "simulate", "side-1", "--region", "DE,"], ["DE,US", "DE,GB-ENG"], ["DE,DE", "US"]),
    (["plan", "simulate", "side-1", "--region", "GB-ENG,DE,U"], ["GB-ENG,DE,US"], ["GB-ENG,DE,GB-ENG"]),
    (["plan", "simulate", "side-1", "--region=DE,U"], ["--region=DE,US"], ["--region=DE,DE"]),
    (["plan", "simulate", "side-1", "--region", "=", "DE,U"], ["DE,US"], []),
    (["plan", "simulate", "side-1", "--workdays", ""], ["mon-fri", "mo", "su"], ["side-1"]),
    (["plan", "simulate", "side-1", "--workdays", "su-"], ["su-th"], ["su-su", "su-mon-fri"]),
    (["plan", "simulate", "side-1", "--workdays", "mo,we-t"], ["mo,we-tu", "mo,we-th"], ["mo,we-mo"]),
    (["plan", "simulate", "side-1", "--workdays=sa-w"], ["--workdays=sa-we"], []),
    (["plan", "diff", "side-1", "c"], ["customer-service-18", ":files"], ["side-1"]),
    (["enroll", ""], ["side-1"], []),
    (["plan", "set", "side-1", ""], ["w01-mo", "title", "goal"], ["minutes"]),
    (["plan", "set", "side-1", "w01-mo", ""], ["title", "tip", "type", "alarms"], ["w01-mo", "goal", "tracks"]),
    (["plan", "set", "customer-service-18", "w01-mo", "type", ""], ["long", "race"], ["title", "w01-mo"]),
    (["plan", "set", "customer-service-18", "w01-mo", "skill", "li"], ["listening"], ["writing"]),
    (["plan", "set", "tracked", "w01-mo", "track", ""], ["phone", "chat"], []),
    (["plan", "set", "customer-service-18", "w02-mo", "depends", "w01-m"], ["w01-mo"], ["w01-tu"]),
    (["plan", "set", "side-1", "w01-mo", "title", ""], [], ["title", "w01-mo"]),
    (["plan", "set", "side-1", "class", ""], ["10k", "marathon"], ["title"]),
    (["plan", "add", "customer-service-18", "--skill", "li"], ["listening"], []),
    (["enroll", "tracked", "--track", ""], ["phone", "chat"], ["tracked"]),
    (["enroll", "tracked", "--track", "phone,"], ["phone,chat"], ["phone,phone", "chat"]),
    (["enroll", "--track", ""], [], ["phone"]),
    (["plan", "diff", "side-1", "--git", ""], ["HEAD", "main", "v1", "trial/two"], ["odd", "side-1"]),
    (["plan", "diff", "customer-service-18", "--git", ""], ["HEAD"], ["v1"]),
    (["plan", "move", "side-1", "w"], ["w01-mo", "we", "with"], ["w01-tu"]),
    (["plan", "remove", "s"], ["side-1"], []),
    (["plan", "new", "x", "--from", "s"], ["side-1"], []),
    (["plan", "new", ""], [], ["side-1", "prompts.snooze"]),
    (["plan", "import", ""], [":files"], ["side-1"]),
    (["plan", "export", "side-1", "-o", ""], [":files"], ["side-1"]),
    (["plan", "add", "side-1", "--type", "l"], ["long"], ["short"]),
    (["plan", "lint", "side-1", ""], ["customer-service-18", ":files"], []),
    (["away", ""], [], ["side-1"]),
    (["start", ""], ["next", "w01-mo", "w01-fr"], ["w02-mo"]),
    (["start", "w01-t"], ["w01-tu", "w01-th"], ["w01-mo"]),
    (["leave", ""], ["e1"], []),
    (["week", "--enrollment", ""], ["e1"], []),
    (["skip", "--reason", "p"], ["pto", "prep"], ["sick"]),
    (["done", "--feel", ""], ["good", "hard", "nofun"], []),
    (["today", "--color=a"], ["--color=auto", "--color=always"], ["--color=never"]),
    (["today", "--color", "=", "n"], ["never"], ["auto"]),
    (["config", "prompts."], ["prompts.snooze"], ["hours.work_days"]),
    (["help", "w"], ["week", "why", "w01-mo"], []),
    (["start", "--", "--"], [], ["--json"]),
    (["juggle", ""], [], ["today"]),
    (["juggle", "it", ""], [], ["today"]),
    ([], ["today"], []),
])
def test_offered(learner, words, has, has_not):
    found = offered(learner, *words)
    assert set(has) <= set(found), found
    assert not set(has_not) & set(found), found
    assert len(found) == len(set(found)), "nothing twice"


def test_every_command_and_option_is_offered(learner):
    overview = learner.pacer("--help") + learner.pacer("plan", "--help").split("Examples")[0]
    names = [line.split("  ")[1] for line in overview.splitlines() if re.match(r"  [a-z]", line) and "--" not in line[:6]]
    assert len(names) > 40, names
    for name in names:
        words = name.split()
        assert words[-1] in offered(learner, *words[:-1], words[-1]), name
        described = learner.pacer(*words, "--help")
        options = re.findall(r"^  (--[a-z-]+)", described, re.M)
        assert set(options) <= set(offered(learner, *words, "--")), f"{name}: {options}"


def test_several_enrolments_are_told_apart(learner):
    learner.enroll("side-1", start="2026-11-30")
    assert {"e1/w01-mo", "e2/w01-mo", "next"} <= set(offered(learner, "start", ""))


def test_a_broken_plan_and_hostile_texts_harm_nothing(learner):
    (learner.plans / "evil-2.ics").write_bytes(plan_text("evil-2", [{"day": 0, "time": "10:00"}], title="T@X@").replace(b"@X@", b"\x1b[2J\tx"))
    (learner.plans / "broken.ics").write_bytes(b"BEGIN:VCALENDAR\r\n")
    wait_for(lambda: "evil-2" in offered(learner, "plan", "show", "e"), "the plan is seen")
    out = learner.run([BUILD / "pacer", "__complete", "plan", "show", ""]).stdout
    assert b"\x1b" not in out and all(line.count(b"\t") <= 1 for line in out.splitlines())
    assert "broken" in offered(learner, "plan", "show", "b")


def test_without_a_daemon_none_is_started(world):
    before = time.monotonic()
    assert offered(world, "plan", "show", "") == [] and "today" in offered(world, "")
    assert time.monotonic() - before < DEADLINE_S
    assert not world.socket.exists() and not world.database.exists()


def test_a_silent_daemon_does_not_hold_the_shell(learner):
    learner.daemon.send(19)  # SIGSTOP
    before = time.monotonic()
    assert offered(learner, "plan", "show", "") == []
    assert time.monotonic() - before < 3
    learner.daemon.send(18)  # SIGCONT
    wait_for(lambda: offered(learner, "plan", "show", "s") == ["side-1"], "it answers again")


# --- real shells -------------------------------------------------------------------------------------------------------------------------

class Shell:
    """A shell on a terminal. Every line is read to its mark, which the shell itself prints."""

    def __init__(self, world, argv, setup):
        pid, self.terminal = pty.fork()
        if pid == 0:
            os.chdir(world.root)
            os.execve(argv[0], argv, world.env(TERM="dumb", PS1="$ ", HISTFILE="/dev/null"))
        self.pid, self.shown, self.number = pid, "", 0
        for line in setup:
            self.run(line)

    def read_until(self, text):
        end = time.monotonic() + DEADLINE_S
        while text not in self.shown:
            ready, _, _ = select.select([self.terminal], [], [], max(0, end - time.monotonic()))
            assert ready, f"{text!r} did not appear: {self.shown!r}"
            self.shown += os.read(self.terminal, 65536).decode(errors="replace")
        found, self.shown = self.shown.split(text, 1)
        return found

    def type(self, text):
        os.write(self.terminal, text.encode())

    def run(self, line):
        """Types the line and Enter; answers with what appeared. The mark is typed in two parts, so that its echo is not taken for it."""
        self.number += 1
        self.type(f"{line}; echo '<<''{self.number}>>'\r")
        return self.read_until(MARK % self.number)

    def close(self):
        os.close(self.terminal)
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)


SHELLS = {
    "bash": (["/bin/bash", "--norc", "--noprofile", "-i"],
             [f". {SCRIPTS}/pacer.bash", "bind 'set bell-style none'", "bind 'set enable-bracketed-paste off'"]),
    "zsh": (["/usr/bin/zsh", "-f", "-i"],
            [f"fpath=({SCRIPTS} $fpath)", "unsetopt beep auto_remove_slash", "unset zle_bracketed_paste", "autoload -Uz compinit", "compinit -D"]),
}


@pytest.fixture(params=["bash", "zsh"])
def shell(request, learner):
    argv, setup = SHELLS[request.param]
    assert os.access(argv[0], os.X_OK), f"{argv[0]} is not there: run make deps"
    started = Shell(learner, argv, setup)
    started.name = request.param
    yield started
    started.close()


@pytest.mark.parametrize("start, word", [
    ("pacer snoo", "snooze"),
    ("pacer plan sh", "show"),
    ("pacer plan show cust", "customer-service-18"),
    ("pacer start w01-f", "w01-fr"),
    ("pacer plan show --we", "--week"),
    ("pacer done --feel ha", "hard"),
    ("pacer config prompts.sno", "prompts.snooze"),
    ("pacer plan diff ho", "home/"),
    ("pacer plan simulate side-1 --region GB", "GB-ENG"),
    ("pacer plan simulate side-1 --region DE,US,GB", "DE,US,GB-ENG"),
    ("pacer plan simulate side-1 --workdays mo,sa-w", "mo,sa-we"),
    ("pacer plan set side-1 w01-mo type me", "medium"),
    ("pacer plan set side-1 w01-mo evi", "evidence"),
    ("pacer plan set customer-service-18 w01-mo skill lis", "listening"),
    ("pacer enroll tracked --track ph", "phone"),
    ("pacer enroll tracked --track phone,c", "phone,chat"),
    ("pacer plan diff side-1 --git tri", "trial/two"),
])
def test_tab_completes(shell, learner, start, word):
    """The completed line runs with printf in place of pacer: a function of its name prints its arguments."""
    shell.run("pacer() { printf '[%s]' \"$@\"; }")
    shell.type(f"{start}\t")
    shown = shell.run(" 'end'")
    assert f"[{word}]" in shown.replace("\r", "") and "[end]" in shown, shown
    assert not (learner.root / "owned").exists()


def test_fish_completes(learner):
    assert shutil.which("fish"), "fish is not there: run make deps"

    def asked(line):
        run = learner.run(["fish", "--no-config", "-c", f"source {SCRIPTS}/pacer.fish; complete -C '{line}'"], cwd=learner.root)
        assert run.returncode == 0, run
        return [entry.split("\t")[0] for entry in run.stdout.decode().splitlines()]

    assert asked("pacer snoo") == ["snooze"]
    assert asked("pacer plan sh") == ["show"]
    assert asked("pacer plan show cust") == ["customer-service-18"]
    assert asked("pacer start w01-f") == ["w01-fr"]
    assert "--week" in asked("pacer plan show side-1 --w")
    assert asked("pacer plan diff ho") == ["home/"]
    assert asked("pacer plan simulate side-1 --region DE,G") == ["DE,GB-ENG"]
    assert set(asked("pacer plan simulate side-1 --workdays su-t")) == {"su-tu", "su-th"}
    assert set(asked("pacer done --feel ")) == {"good", "hard", "nofun"}
    assert asked("pacer plan set side-1 w01-mo type me") == ["medium"]
    assert asked("pacer plan set side-1 w01-mo evi") == ["evidence"]
    assert asked("pacer plan set customer-service-18 w01-mo skill lis") == ["listening"]
    assert set(asked("pacer enroll tracked --track ")) == {"phone", "chat"}
    assert asked("pacer enroll tracked --track phone,c") == ["phone,chat"]
    assert asked("pacer plan diff side-1 --git tri") == ["trial/two"]
    assert not (learner.root / "owned").exists()
