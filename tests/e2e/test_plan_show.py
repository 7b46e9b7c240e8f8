"""plan show and plan diff: a plan on one page, and what differs between two."""

import json
import os
import re
import shutil

import pytest

from harness import BUILD, ROOT, wait_for
from plan_text import plan_text
from test_cli import ESCAPE, on_terminal

SESSIONS = [
    {"day": 0, "time": "09:30", "uid": "u-mo", "title": "Lace up: meet the plan", "type": "easy", "skill": "plan", "effort": 2},
    {"day": 4, "time": "14:00", "uid": "u-fr", "title": "Long 1: a whole case", "type": "long", "skill": "crm", "minutes": 60, "effort": 5,
     "lines": ["X-PACER-MILESTONE:First case closed", "X-PACER-PERSONA:rushed-rana"]},
    {"day": 7, "time": "09:30", "uid": "u-mo2", "title": "Listen twice", "skill": "listening", "effort": 3},
    {"day": 7, "time": "11:00", "uid": "u-mo3", "title": "Note it", "type": "easy", "skill": "crm", "effort": 2},
    {"day": 11, "time": "14:00", "uid": "u-race", "title": "Race day", "type": "race", "skill": "assessment", "minutes": 90, "effort": 8,
     "lines": ["X-PACER-MILESTONE:Certified", "X-PACER-PASS;VALUE=INTEGER:85", "X-PACER-RUBRIC:Tone: calm",
               "X-PACER-PERSONA:rushed-rana", "RELATED-TO;RELTYPE=DEPENDS-ON:u-fr", "X-PACER-TIP:Breathe out first"]},
]
HEAD = ["X-PACER-DONE:85 % or better", "X-PACER-CLASS:sprint", "X-PACER-LICENSE:MIT", "X-PACER-VERSION;VALUE=INTEGER:3"]

GRID_80 = """\
   week  Mon       Fri     min  load
base  1  easy      long ◆   80  ████▏
      2  short +1  race ◆  130  ██████████ peak
"""
GRID_120 = """\
   week  Mon                       Fri                       min  load
base  1  e Lace up: meet the plan  L ◆ Long 1: a whole case   80  ████▏
      2  s Listen twice +1         R ◆ Race day              130  ██████████ peak
"""
GRID_60 = """\
   week  Mon  Fri  min  load
base  1  e    L◆    80  ████▏
      2  se   R◆   130  ██████████ peak
"""


def small(name="small", sessions=SESSIONS, **more):
    return plan_text(name, sessions, title="Small plan", head=HEAD, **more)


@pytest.fixture
def shown(world):
    (world.plans / "small.ics").write_bytes(small())
    world.start(at="2026-11-29 12:00")
    return world


def complaint(world, status, *args):
    """What pacer says to people when it ends with this status."""
    answer = world.try_pacer(*args)
    assert answer.status == status, answer
    return answer.err


def page(world, *args, columns=80, **env):
    status, text = on_terminal(world, *args, columns=columns, **env)
    assert status == 0, text
    return re.sub(r"\x1b\[[0-9;]*m", "", text).replace("\r", "")


def grid(text):
    """The block that begins with the titles of the weekdays, without its indent."""
    block = text[text.index("week  Mon"):].split("\n\n")[0].split("\n")
    rows = [" " * 3 + block[0], *(line[2:] for line in block[1:])]
    return "\n".join(rows) + "\n"


@pytest.mark.parametrize("columns, expected", [(60, GRID_60), (80, GRID_80), (120, GRID_120)])
def test_grid_by_width(shown, columns, expected):
    assert grid(page(shown, "plan", "show", "small", columns=columns)) == expected


@pytest.mark.parametrize("columns", [40, 60, 76, 80, 111, 112, 120, 200])
@pytest.mark.parametrize("args", [[], ["--week", "8"]], ids=["page", "week"])
def test_the_page_fits(world, columns, args):
    world.start(at="2026-11-29 12:00")
    text = page(world, "plan", "show", "customer-service-18", *args, columns=columns)
    lines = [line for line in text.split("\n") if "/" not in line and not line.startswith("Type:")]
    widest = max(lines, key=len)
    assert len(widest) <= columns, f"at {columns}: {widest!r}"
    assert not [line for line in lines if line != line.rstrip()], "no line ends in blanks"


def test_page_says_everything(shown):
    text = page(shown, "plan", "show", "small", columns=100)
    for part in ("Small plan", "sprint, 2 weeks, 5 sessions, 3 h 30 min, peak in week 2\nversion 3, licence MIT", "goal        Tested",
                 "done means  85 % or better", "w01-fr  First case closed", "w02-fr  after w01-fr", "rushed-rana  w01-fr, w02-fr",
                 "technical", "assessment  1:30", "listening  0:20", "pacer plan show small --week 2"):
        assert part in text, f"{part!r} is not in\n{text}"
    assert re.search(r"meta +2 sessions +110 min +52 %", text) and re.search(r"soft +1 session +20 min +10 %", text), text


def test_without_unicode_it_is_ascii(shown):
    text = page(shown, "plan", "show", "small", LANG="C", LC_ALL="C")
    assert text.isascii() and "long *" in text and "##########" in text, text


def test_colours_only_where_wanted(shown):
    assert ESCAPE in on_terminal(shown, "plan", "show", "small")[1]
    assert ESCAPE not in on_terminal(shown, "plan", "show", "small", NO_COLOR="1")[1]
    assert ESCAPE not in shown.pacer("plan", "show", "small")


def test_a_week_in_full(shown):
    text = page(shown, "plan", "show", "small", "--week", "2")
    for part in ("week 2 of 2, base, 3 sessions", "w02-fr  Race day", "Friday 14:00, 90 min, race, effort 8, assessment",
                 "tip           Breathe out first", "pass, %       85", "rubric        Tone: calm", "needs first   w01-fr", "rings         at the start, at the end"):
        assert part in text, f"{part!r} is not in\n{text}"
    assert "Lace up" not in text
    full = shown.ask("plan", "show", "small", "--week", "2")
    assert [s["id"] for s in full["sessions"]] == ["w02-mo", "w02-mo2", "w02-fr"] and full["sessions"][2]["tip"] == "Breathe out first"
    assert len(full["weeks"]) == 2
    for week, says in (("0", "1 to 2"), ("3", "1 to 2"), ("-1", "1 to 2"), ("two", "whole number")):
        assert says in complaint(shown, 2, "plan", "show", "small", "--week", week)


def test_the_object_adds_up(shown):
    reply = shown.ask("plan", "show", "customer-service-18")
    assert sum(s["minutes"] for s in reply["skills"]) == reply["plan"]["minutes"] == sum(w["minutes"] for w in reply["weeks"])
    assert sum(s["sessions"] for s in reply["skills"]) == len(reply["sessions"]) == 90
    order = [("soft", "tech", "meta", "none").index(s["family"]) for s in reply["skills"]]
    assert order == sorted(order)
    ids = {s["id"] for s in reply["sessions"]}
    assert all(need in ids for s in reply["sessions"] for need in s.get("needs", []))
    assert not any("description" in s for s in reply["sessions"]), "the longer texts come by the week"
    small_reply = shown.ask("plan", "show", "small")
    assert small_reply["sessions"][4]["needs"] == ["w01-fr"] and small_reply["sessions"][4]["personas"] == ["rushed-rana"]
    assert (small_reply["class"], small_reply["version"], small_reply["licence"]) == ("sprint", "3", "MIT")


# --- diff ------------------------------------------------------------------------------------------------------------------------------

def changed():
    """Another version: one session away, one new, one moved, one changed, and another goal."""
    sessions = [dict(s) for s in SESSIONS]
    del sessions[3]
    sessions[0].update(minutes=35, title="Lace up")
    sessions[2].update(day=8, time="10:30")
    sessions.append({"day": 10, "time": "09:30", "uid": "u-new", "title": "Strides", "effort": 3})
    return small(sessions=sessions).replace(b"X-PACER-GOAL:Tested", b"X-PACER-GOAL:Calm")


DIFFERENCES = [
    {"kind": "plan", "field": "goal", "from": "Tested", "to": "Calm"},
    {"kind": "changed", "session": "w01-mo", "title": "Lace up", "field": "minutes", "from": "20", "to": "35"},
    {"kind": "changed", "session": "w01-mo", "title": "Lace up", "field": "title", "from": "Lace up: meet the plan", "to": "Lace up"},
    {"kind": "removed", "session": "w02-mo2", "title": "Note it"},
    {"kind": "moved", "session": "w02-tu", "title": "Listen twice", "from": "week 2 Monday 09:30", "to": "week 2 Tuesday 10:30"},
    {"kind": "added", "session": "w02-th", "title": "Strides"},
]


@pytest.fixture
def two(shown):
    (shown.plans / "other.ics").write_bytes(changed())
    wait_for(lambda: shown.try_pacer("plan", "show", "other").status == 0, "the second plan is seen")
    return shown


def test_names_and_paths_tell_the_same(two):
    first, second = str(two.plans / "small.ics"), str(two.plans / "other.ics")
    for a, b in (("small", "other"), (first, "other"), ("small", second), (first, second)):
        reply = two.ask("plan", "diff", a, b)
        assert reply["differences"] == DIFFERENCES
        assert [w["load"] for w in reply["weeks_a"]] == [340, 820] and [w["load"] for w in reply["weeks_b"]] == [370, 840]
    assert two.ask("plan", "diff", "small", first)["differences"] == []
    assert "Nothing differs." in two.pacer("plan", "diff", "small", first)


def test_diff_to_read(two):
    text = page(two, "plan", "diff", "small", "other")
    for part in ("From small to other", "goal         Tested → Calm", "+ w02-th   Strides", "- w02-mo2  Note it", "> w02-tu   Listen twice",
                 "week 2 Monday 09:30 → week 2 Tuesday 10:30", "minutes      20 → 35"):
        assert part in text, f"{part!r} is not in\n{text}"
    assert re.search(r"1 +80 +340 +█+.? +95 +370 +█+.? +\+30", text), text
    assert text.count("~ w01-mo") == 1, "the session is named once for its two fields"
    for columns in (40, 60, 120):
        widest = max(page(two, "plan", "diff", "small", "other", columns=columns).split("\n"), key=len)
        assert len(widest) <= max(columns, 60), widest
    assert page(two, "plan", "diff", "small", "other", LC_ALL="C").isascii()
    moved_only = [dict(s) for s in SESSIONS]
    moved_only[0]["time"] = "10:30"
    (two.root / "later.ics").write_bytes(small(sessions=moved_only))
    assert "The load is the same in every week." in two.pacer("plan", "diff", "small", str(two.root / "later.ics"))


def git(world, *args):
    run = world.run(["git", "-c", "user.name=T", "-c", "user.email=t@example.org", "-c", "init.defaultBranch=main", "-C", world.plans, *args])
    assert run.returncode == 0, run


def test_against_git(two):
    text = complaint(two, 1, "plan", "diff", "small")
    assert "lies in no git repository" in text and "plan diff A B" in text
    git(two, "init", "-q")
    assert "nothing has been committed" in complaint(two, 1, "plan", "diff", "small")
    git(two, "add", "other.ics")
    git(two, "commit", "-q", "-m", "one")
    assert "it is not in that commit" in complaint(two, 1, "plan", "diff", "small")
    git(two, "add", "small.ics")
    git(two, "commit", "-q", "-m", "two")
    assert two.ask("plan", "diff", "small")["differences"] == []
    (two.plans / "small.ics").write_bytes(changed())
    wait_for(lambda: two.ask("plan", "show", "small")["goal"] == "Calm", "the change is seen")
    assert two.ask("plan", "diff", "small")["differences"] == DIFFERENCES
    assert two.ask("plan", "diff", str(two.plans / "small.ics"))["differences"] == DIFFERENCES
    assert "small since the last commit" in two.pacer("plan", "diff", "small")
    # A file outside that is a link into the repository is the repository's file.
    (two.root / "link.ics").symlink_to(two.plans / "small.ics")
    assert two.ask("plan", "diff", str(two.root / "link.ics"))["differences"] == DIFFERENCES


@pytest.fixture
def history(two):
    """small.ics in three commits: as it was, with another goal (tagged v2, and on a branch with a slash), and as other.ics is."""
    git(two, "init", "-q")
    for number, text in enumerate((small(), small().replace(b"X-PACER-GOAL:Tested", b"X-PACER-GOAL:Quick"), changed())):
        (two.plans / "small.ics").write_bytes(text)
        git(two, "add", "small.ics")
        git(two, "commit", "-q", "-m", f"number {number}")
        if number == 1:
            git(two, "tag", "v2")
            git(two, "branch", "draft/quick")
    wait_for(lambda: two.ask("plan", "show", "small")["goal"] == "Calm", "the last version is seen")
    return two


def test_against_any_revision(history):
    quick = [{"kind": "plan", "field": "goal", "from": "Quick", "to": "Calm"}, *DIFFERENCES[1:]]
    for revision, differences in (("HEAD", []), ("HEAD~2", DIFFERENCES), ("HEAD^", quick), ("v2", quick), ("draft/quick", quick), ("main", []),
                                  ("HEAD^{/number 0}", DIFFERENCES)):
        assert history.ask("plan", "diff", "small", "--git", revision)["differences"] == differences, revision
        assert history.ask("plan", "diff", str(history.plans / "small.ics"), f"--git={revision}")["differences"] == differences, revision
    assert "small since HEAD~2\n" in history.pacer("plan", "diff", "small", "--git", "HEAD~2")


def diff_in(world, folder, *args):
    """plan diff typed in a folder; its status, and what it said."""
    run = world.run([BUILD / "pacer", "plan", "diff", *args], cwd=folder)
    return run.returncode, (run.stdout + run.stderr).decode()


def test_a_version_of_a_file(history):
    (history.plans / "team").mkdir()
    status, text = diff_in(history, history.plans, "HEAD~2:small.ics", "small.ics")
    assert status == 0 and "From HEAD~2:small.ics to small.ics" in text and "Tested → Calm" in text.replace("->", "→"), text
    for folder, a, b in ((history.plans, "HEAD~2:small.ics", "HEAD:small.ics"), (history.plans / "team", "HEAD~2:small.ics", "small"),
                         (history.plans / "team", "HEAD~2:../small.ics", "draft/quick:./../small.ics"), (history.plans, "v2:small.ics", "small"),
                         (history.plans, "small", ":small.ics")):
        status, text = diff_in(history, folder, a, b)
        assert status == 0 and f"From {a} to {b}" in text, text
    (history.plans / "a:b.ics").write_bytes(changed())
    status, text = diff_in(history, history.plans, "HEAD:small.ics", "./a:b.ics")
    assert status == 0 and "Nothing differs." in text, text


@pytest.mark.parametrize("args, status, says", [
    (["small", "--git", "nowhere"], 1, "'nowhere:small': git knows no such revision"),
    (["small", "--git", "v2:small.ics"], 1, "'v2:small.ics:small': "),
    (["small", "--git", "-1"], 2, "no revision begins with a dash"),
    (["small", "--git=--help"], 2, "no revision begins with a dash"),
    (["small", "--git", ""], 2, "--git"),
    (["--", "--help:small.ics", "small"], 2, "no revision begins with a dash"),
    (["other", "--git", "HEAD"], 1, "it is not in that commit"),
    (["HEAD:gone.ics", "small"], 1, "it is not in that commit"),
    (["HEAD:", "small"], 1, "it is no file there"),
    (["nowhere:small.ics", "small"], 1, "git knows no such revision"),
    (["HEAD~9:small.ics", "small"], 1, "git knows no such revision"),
    (["HEAD:small.ics"], 2, "pacer plan diff HEAD:small.ics FILE"),
    (["small", "other", "--git", "HEAD"], 2, "HEAD:PATH"),
    (["$(touch owned):small.ics", "small"], 1, "git knows no such revision"),
    (["small", "--git", "HEAD; touch owned"], 1, "git knows no such revision"),
])
def test_revisions_that_are_none(history, args, status, says):
    ended, text = diff_in(history, history.plans, *args)
    assert ended == status and says in text.replace(str(history.plans / "small.ics"), "small"), text
    assert not (history.plans / "owned").exists()


def test_a_version_outside_of_git(two):
    status, text = diff_in(two, two.root, "HEAD:small.ics", "small")
    assert status == 1 and "'HEAD:small.ics': it lies in no git repository" in text, text
    assert "it lies in no git repository" in complaint(two, 1, "plan", "diff", "small", "--git", "v1")


def test_findings_name_the_file(history):
    (history.plans / "bad.ics").write_bytes(small().replace(b"DURATION:PT60M", b"DURATION:PT600M"))
    git(history, "add", "bad.ics")
    git(history, "commit", "-q", "-m", "bad")
    for args, name in ((["small", "./bad.ics"], "./bad.ics"), (["./bad.ics", "small"], "./bad.ics"), (["HEAD:bad.ics", "small"], "HEAD:bad.ics")):
        status, text = diff_in(history, history.plans, *args)
        assert status == 6 and f"the plan cannot be used as it stands: '{name}'" in text and f"{name}:" in text.split("\n", 1)[1], text
        assert "second plan" not in text and "first plan" not in text


def test_git_runs_nothing_of_the_repository(two):
    """A repository may name programs for its files; looking at a plan runs none of them."""
    git(two, "init", "-q")
    git(two, "add", "small.ics")
    git(two, "commit", "-q", "-m", "one")
    (two.plans / ".gitattributes").write_text("*.ics diff=evil filter=evil\n")
    for key in ("diff.evil.textconv", "diff.evil.command", "filter.evil.smudge", "core.pager", "core.fsmonitor"):
        git(two, "config", key, f"touch {two.root}/owned; cat")
    assert two.ask("plan", "diff", "small")["differences"] == []
    assert not (two.root / "owned").exists()


def test_without_git(two):
    bare = two.root / "bin"
    bare.mkdir()
    for program in ("pacer", "pacerd"):
        (bare / program).symlink_to(BUILD / program)
    answer = two.try_pacer("plan", "diff", "small", env=two.env(PATH=str(bare)))
    assert answer.status == 1 and "git is not installed" in answer.err, answer


def test_what_cannot_be_compared(two):
    root = two.root
    (root / "bad.ics").write_bytes(small().replace(b"DURATION:PT60M", b"DURATION:PT600M"))
    (root / "latin.ics").write_bytes(small().replace(b"Race day", b"Race d\xe4y"))
    (root / "nul.ics").write_bytes(small().replace(b"Race day", b"Race\0day"))
    (root / "long.ics").write_bytes(small() + b"X" * (1024 * 1024))
    (root / "almost.ics").write_bytes(small() + b"X" * (1024 * 1024 - len(small()) - 10))
    os.mkfifo(root / "pipe.ics")
    for file, status, says in (("bad.ics", 6, "E-RANGE"), ("latin.ics", 6, "UTF-8"), ("nul.ics", 2, "NUL"), ("long.ics", 2, "too long"),
                               ("almost.ics", 7, "too long"), ("pipe.ics", 2, "regular file"), ("gone.ics", 4, "No such file")):
        answer = two.try_pacer("plan", "diff", "small", str(root / file))
        assert answer.status == status and says in answer.err, answer
        assert two.try_pacer("plan", "diff", "small", str(root / file), "--json").json["error"]
    assert "not a regular file" in complaint(two, 2, "plan", "diff", "small", str(root) + "/")
    assert "nope" in complaint(two, 4, "plan", "diff", "small", "nope")
    assert "nope" in complaint(two, 4, "plan", "diff", "nope")
    assert "needs A" in complaint(two, 2, "plan", "diff")
    for parameters in ({}, {"a": "small"}, {"a": "small", "a_text": "x", "b": "other"}, {"b": "small"}):
        with pytest.raises(Exception, match="OutOfRange"):
            reply = two.call("DiffPlans", parameters)
            raise RuntimeError(json.dumps(reply))


def evil_plan():
    """Texts that would clear the screen, colour it, name the window, move the cursor and ask the terminal who it is."""
    text = small().replace(b"Race day", "Race\x1b[2J\x9b31m".encode()).replace(b"Breathe", b"\x1b]0;owned\x07Breathe")
    text = text.replace(b"Certified", b"Cert\x1b[5n").replace(b"X-PACER-GOAL:Tested", b"X-PACER-GOAL:Tes\x1b[c\x08ted")
    return text.replace(b"rushed-rana", "rushed\x1b[1;1H\u202erana".encode())


@pytest.mark.parametrize("args", [
    ["plan", "show", "evil"],
    ["plan", "show", "evil", "--week", "2"],
    ["plan", "diff", "small", "{root}/evil.ics"],
    ["plan", "diff", "evil", "small"],
    ["plan", "simulate", "evil", "--start", "2027-01-04", "--notices"],
    ["plan", "simulate", "evil", "--start", "2027-01-04", "--region", "EVIL", "--notices"],
    ["plan", "simulate", "evil", "--starts", "2027-01-01..2027-03-01", "--region", "EVIL"],
    ["plan", "simulate", "evil", "--start", "2027-01-04", "--region", "WORSE"],
    ["plan", "lint", "evil"],
    ["plan", "lint", "{root}/evil.ics"],
    ["plan", "lint", "--short", "{root}/worse.ics"],
], ids=" ".join)
def test_texts_of_a_plan_cannot_steer_the_terminal(shown, args):
    holidays = shown.root / "data" / "pacer" / "holidays"
    holidays.mkdir(parents=True)
    event = ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\n{}\r\nSUMMARY:Fest\x1b[2Jival\x07\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n")
    (holidays / "EVIL.ics").write_text(event.format("DTSTART;VALUE=DATE:20270108"))
    (holidays / "WORSE.ics").write_text(event.format("DTSTART;VALUE=DATE:2027\x1b[2J"))
    (shown.root / "evil.ics").write_bytes(evil_plan())
    (shown.root / "worse.ics").write_bytes(evil_plan().replace(b"X-PACER-WEEKS", b"X-PACER-CLASS:\x1b[2J\x9b\r\nX-PACER-WEEKS"))
    (shown.plans / "evil.ics").write_bytes(evil_plan())
    wait_for(lambda: "evil" in [plan["name"] for plan in shown.ask("plans")["plans"]], "the plan is seen")
    for env in ({}, {"LC_ALL": "C"}):
        text = on_terminal(shown, *(arg.format(root=shown.root) for arg in args), columns=200, **env)[1]
        assert text.strip()
        rest = re.sub(r"\x1b\[[0-9;]*m", "", text)
        found = [hex(ord(c)) for c in rest if ord(c) < 32 and c not in "\r\n" or 0x7F <= ord(c) < 0xA0 or c == "\u202e"]
        assert not found, text
        assert not any(sign in rest for sign in ("2J", "5n", "0;owned")) or "\x1b" not in rest
