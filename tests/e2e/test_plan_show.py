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
                 "tip          Breathe out first", "pass, %      85", "rubric       Tone: calm", "needs first  w01-fr", "rings        at the start, at the end"):
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
    {"kind": "changed", "session": "w01-mo", "title": "Lace up", "field": "title", "from": "Lace up: meet the plan", "to": "Lace up"},
    {"kind": "changed", "session": "w01-mo", "title": "Lace up", "field": "minutes", "from": "20", "to": "35"},
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
    assert "not in the last commit" in complaint(two, 1, "plan", "diff", "small")
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
                               ("almost.ics", 7, "too long"), ("pipe.ics", 2, "no file"), ("gone.ics", 4, "No such file")):
        answer = two.try_pacer("plan", "diff", "small", str(root / file))
        assert answer.status == status and says in answer.err, answer
        assert two.try_pacer("plan", "diff", "small", str(root / file), "--json").json["error"]
    assert "is no file" in complaint(two, 2, "plan", "diff", "small", str(root) + "/")
    assert "nope" in complaint(two, 4, "plan", "diff", "small", "nope")
    assert "nope" in complaint(two, 4, "plan", "diff", "nope")
    assert "needs A" in complaint(two, 2, "plan", "diff")
    for parameters in ({}, {"a": "small"}, {"a": "small", "a_text": "x", "b": "other"}, {"b": "small"}):
        with pytest.raises(Exception, match="OutOfRange"):
            reply = two.call("DiffPlans", parameters)
            raise RuntimeError(json.dumps(reply))


def test_texts_of_a_plan_cannot_steer_the_terminal(two):
    evil = small().replace(b"Race day", b"Race\x1b[2J\x9b31m").replace(b"Breathe", b"\x1b]0;owned\x07Breathe")
    (two.root / "evil.ics").write_bytes(evil.replace(b"\x9b", b"\xc2\x9b"))
    for args in (["plan", "diff", "small", str(two.root / "evil.ics")],):
        text = on_terminal(two, *args)[1]
        rest = re.sub(r"\x1b\[[0-9;]*m", "", text)
        assert ESCAPE not in rest and "\x9b" not in rest and "\x07" not in rest, text
