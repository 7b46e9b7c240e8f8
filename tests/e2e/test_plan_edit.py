"""Plan files changed through the daemon: one line at a time, never half a file, never outside the folder, and back again."""

import concurrent.futures
import difflib
import os
import pty
import random
import re
import shlex
import signal
import time

import pytest

from harness import BUILD, wait_for
from wire import VarlinkError

STAMPS = ("LAST-MODIFIED:", "DTSTAMP:", "SEQUENCE:")


@pytest.fixture
def served(world):
    world.start(at="2026-11-27 12:00")
    return world


def lines(path):
    return path.read_bytes().decode().split("\r\n")


def unstamped(before, after):
    """The lines that differ beside the revision stamps: (taken, put)."""
    diff = list(difflib.unified_diff(before, after, n=0, lineterm=""))[2:]
    kept = [d for d in diff if not d.startswith("@@") and not d[1:].startswith(STAMPS)]
    return [d[1:] for d in kept if d[0] == "-"], [d[1:] for d in kept if d[0] == "+"]


def new_plan(world, name="first-6", weeks=6):
    reply = world.pacer("plan", "new", name, "--weeks", weeks, "--json")
    assert name in reply
    return world.plans / f"{name}.ics"


def show(world, plan):
    return world.call("ShowPlan", {"plan": plan})


def edit(world, plan, *changes, **more):
    return world.call("EditPlan", {"plan": plan, "changes": list(changes), **more})


def refused(world, plan, *changes, **more):
    with pytest.raises(VarlinkError) as caught:
        edit(world, plan, *changes, **more)
    return caught.value


def words(text):
    return " ".join(text.split())


def at_terminal(world, *typed, answer):
    """Runs pacer on a terminal; answer() gives what is typed when it asks. Returns status and what was seen."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(BUILD / "pacer", ["pacer", *typed], world.env(TERM="xterm-256color", COLUMNS="160", NO_COLOR="1"))
    shown, asked = "", False
    try:
        while data := os.read(terminal, 65536):
            shown += data.decode(errors="replace")
            if "[y/N] " in shown and not asked:
                asked = True
                os.write(terminal, answer().encode())
    except OSError:
        pass  # the terminal's other end was closed: pacer ended
    finally:
        os.close(terminal)
        _, status = os.waitpid(pid, 0)
    assert asked, f"never asked: {shown!r}"
    return os.waitstatus_to_exitcode(status), words(shown)


def test_alarms(served):
    """Minutes before the start, beside the two at start and end; the rest of the session is untouched."""
    path = new_plan(served)
    before = lines(path)
    served.ask("plan", "set", "first-6", "w02-tu", "alarms", "10 1440")
    added = [line for line in lines(path) if line not in before]
    assert {"TRIGGER:-PT10M", "TRIGGER:-P1D"} <= set(added), added
    served.ask("plan", "set", "first-6", "w02-tu", "alarms", "--unset")
    assert "TRIGGER:-PT10M" not in lines(path) and "TRIGGER:-P1D" not in lines(path)
    assert served.refused(2, "plan", "set", "first-6", "w02-tu", "alarms", "soon")["error"] == "OutOfRange"


@pytest.mark.parametrize("weeks", [1, 2, 3, 4, 5, 6, 12, 18, 26, 52])
def test_new_plan_is_clean_and_can_be_taken_up(served, weeks):
    new_plan(served, "fresh", weeks)
    assert not served.call("LintPlan", {"plan": "fresh"})["findings"]
    assert served.pacer("enroll", "fresh", "--start", "next mon", "--yes")


@pytest.mark.parametrize("weeks, source", [(4, "customer-service-18"), (9, "customer-service-18"), (16, "team-lead-12"), (26, "team-lead-12")])
def test_new_plan_with_the_words_of_another(served, weeks, source):
    served.pacer("plan", "new", "fresh", "--weeks", weeks, "--from", source)
    new_plan(served, "bare", weeks)
    assert not [f for f in served.call("LintPlan", {"plan": "fresh"})["findings"] if f["severity"] != "info"]
    fresh, bare, old = (show(served, plan) for plan in ("fresh", "bare", source))
    shape = [(s["id"], s["type"], s["minutes"], s["effort"], s["time"]) for s in bare["sessions"]]
    assert [(s["id"], s["type"], s["minutes"], s["effort"], s["time"]) for s in fresh["sessions"]] == shape
    titles = {re.sub(r"^Long \d+", "Long", s["title"]) for s in old["sessions"]}
    shared = [s for s in fresh["sessions"] if re.sub(r"^Long \d+", "Long", s["title"]) in titles]
    assert len(shared) >= min(len(shape), len(old["sessions"])) * 0.75
    assert all(f"Long {s['week']}:" in s["title"] for s in fresh["sessions"] if s["type"] == "long")
    assert fresh["goal"] == old["goal"] and fresh["licence"] == old["licence"]


def test_new_plan_of_the_same_length_is_a_copy(served):
    served.pacer("plan", "new", "ours", "--weeks", "12", "--from", "team-lead-12")
    assert not served.call("DiffPlans", {"a": "team-lead-12", "b": "ours"})["differences"]


@pytest.mark.parametrize("weeks", ["0", "53", "-1"])
def test_number_of_weeks_that_cannot_be_is_quoted(served, weeks):
    for more in ((), ("--from", "team-lead-12")):
        answer = served.try_pacer("plan", "new", "fresh", "--weeks", weeks, *more)
        assert answer.status == 2 and f"'{weeks}'" in answer.err and "1 to 52" in answer.err, answer
    assert not list(served.plans.iterdir())


@pytest.mark.parametrize("arguments, taken, put", [
    (("w02-fr", "title", "Long 2: the morning queue"), ["SUMMARY:Long 2: play the week's situations through"], ["SUMMARY:Long 2: the morning queue"]),
    (("w02-fr", "minutes", "50"), ["DURATION:PT45M"], ["DURATION:PT50M"]),
    (("w02-fr", "milestone", "First, really"), [], ["X-PACER-MILESTONE:First\\, really"]),
    (("goal", "Calm on the phone"), ["X-PACER-GOAL:Say in one line what a learner can do at the end"], ["X-PACER-GOAL:Calm on the phone"]),
    (("w02-fr", "time", "13:30"), ["DTSTART:20010112T140000"], ["DTSTART:20010112T133000"]),
])
def test_one_field_is_one_line(served, arguments, taken, put):
    path = new_plan(served)
    before = lines(path)
    assert served.pacer("plan", "set", "first-6", *arguments)
    assert unstamped(before, lines(path)) == (taken, put)
    stamps = [line for line in lines(path) if line.startswith("SEQUENCE:")]
    assert stamps == ([] if arguments[0] == "goal" else ["SEQUENCE:1"])


def test_dry_run_and_nothing_to_change_write_nothing(served):
    path = new_plan(served)
    before = path.read_bytes()
    assert "w02-fr" in served.pacer("plan", "set", "first-6", "w02-fr", "title", "Other", "--dry-run")
    assert "nothing to change" in served.pacer("plan", "set", "first-6", "w02-fr", "minutes", "45")
    assert path.read_bytes() == before


def test_add_move_swap_remove(served):
    path = new_plan(served)
    uids = {line for line in lines(path) if line.startswith("UID:") and line.count("-") == 6}
    assert "w02-we2" in served.pacer("plan", "add", "first-6", "2", "we", "15:00", "Read the logs", "--type", "medium", "--minutes", "20")
    assert "w02-th2" in served.pacer("plan", "move", "first-6", "w02-fr", "th", "15:00")
    assert served.pacer("plan", "move", "first-6", "mo", "tu", "--yes")
    assert served.pacer("plan", "move", "first-6", "w01", "with", "w02")
    sessions = {s["id"]: s for s in show(served, "first-6")["sessions"]}
    assert not [i for i in sessions if i.endswith("-mo")]
    assert [s["week"] for s in sessions.values() if s["title"] == "Read the logs"] == [1]
    assert uids <= set(lines(path)), "moving keeps UIDs"
    added = next(i for i, s in sessions.items() if s["title"] == "Read the logs")
    nobody = served.try_pacer("plan", "remove", "first-6", added)
    assert nobody.status == 2 and "--yes" in nobody.err
    served.pacer("plan", "remove", "first-6", added, "--yes")
    assert "Read the logs" not in [s["title"] for s in show(served, "first-6")["sessions"]]
    for _ in range(5):
        served.pacer("plan", "undo", "first-6")
    assert "nothing older is kept" in words(served.pacer("plan", "undo", "first-6", "--dry-run"))
    assert not [s for s in show(served, "first-6")["sessions"] if s["title"] == "Read the logs"]


def test_week_moves_to_an_empty_one_only(served):
    new_plan(served)
    full = served.try_pacer("plan", "move", "first-6", "w01", "w02")
    assert full.status == 2 and "'with' between" in full.err and "_" not in full.err
    served.pacer("plan", "set", "first-6", "weeks", "7")
    served.pacer("plan", "move", "first-6", "w06", "w07")
    weeks = {s["week"] for s in show(served, "first-6")["sessions"]}
    assert weeks == {1, 2, 3, 4, 5, 7}


def test_second_editor_is_told_what_changed(served):
    path = new_plan(served)
    revision = show(served, "first-6")["plan"]["revision"]
    first = edit(served, "first-6", {"action": "set", "session": "w02-fr", "field": "title", "value": "Mine"}, based_on=revision)
    saved = path.read_bytes()
    error = refused(served, "first-6", {"action": "set", "session": "w02-fr", "field": "title", "value": "Theirs"}, based_on=revision)
    assert error.error.endswith(".RevisionConflict"), error
    fields = error.parameters
    assert fields["revision"] == first["revision"] and fields["based_on"] == revision
    assert [(d["session"], d["field"], d["to"]) for d in fields["differences"]] == [("w02-fr", "title", "Mine")]
    assert path.read_bytes() == saved


def test_all_changes_or_none(served):
    path = new_plan(served)
    before = path.read_bytes()
    error = refused(served, "first-6", {"action": "set", "session": "w02-fr", "field": "title", "value": "Mine"},
                    {"action": "set", "session": "w02-fr", "field": "effort", "value": "eleven"})
    assert error.error.endswith(".OutOfRange") and error.parameters["parameter"] == "effort"
    assert path.read_bytes() == before


@pytest.mark.parametrize("changes, status, word", [
    (("set", "first-6", "w99-fr", "title", "x"), 4, "w99-fr"),
    (("set", "first-6", "w02-fr", "colour", "red"), 2, "colour"),
    (("set", "first-6", "w99-fr", "title", "x"), 4, "pacer plan show first-6"),
    (("move", "first-6", "w02-fr", "with", "w99-fr"), 4, "pacer plan show first-6"),
    (("set", "first-6", "w02-fr", "minutes", "soon', or so"), 2, "expected: a number from 5 to 180"),
    (("set", "first-6", "w02-fr", "minutes", "--unset"), 2, "every session has one"),
    (("set", "first-6", "w02-fr", "time", "late"), 2, "a time like 09:30"),
    (("set", "first-6", "w02-fr", "tittle", "x"), 2, "such as title"),
    (("set", "first-6", "gaol", "x"), 2, "such as goal"),
    (("set", "first-6", "w02-fr", "week", "3"), 2, "move changes week"),
    (("set", "first-6", "w02-fr", "type", "swim"), 2, "swim"),
    (("set", "first-6", "w02-fr", "link", "file:///etc/passwd"), 2, "https"),
    (("set", "first-6", "w02-fr", "depends", "w07-mo"), 4, "w07-mo"),
    (("set", "first-6", "w02-fr", "depends", "w01-mo W02-FR"), 2, "none can need itself first"),
    (("set", "first-6", "phases", "base=1-9"), 2, "phases"),
    (("set", "first-6", "w02-fr", "title"), 2, "--unset"),
    (("set", "nowhere", "goal", "x"), 4, "nowhere"),
    (("move", "first-6", "w02-fr", "w09"), 2, "1 to 6"),
    (("move", "first-6", "w02-fr", "someday"), 2, "what moves where"),
    (("add", "first-6", "2", "we", "25:00", "x", "--type", "short"), 2, "time"),
    (("add", "first-6", "2", "we", "10:00", "x"), 2, "--type"),
    (("rename", "first-6", "../out"), 2, "../out"),
    (("rename", "first-6", "customer-service-18"), 1, "already"),
    (("new", "first-6", "--weeks", "6"), 1, "already"),
    (("new", "help", "--weeks", "2"), 2, "not a name for a plan"),
    (("move", "first-6", "w02", "w99"), 2, "week cannot be '99'"),
    (("new", "fresh"), 2, "--weeks"),
    (("remove", "customer-service-18", "--yes"), 1, "system"),
    (("undo", "customer-service-18"), 1, "nothing older is kept"),
    (("undo", "nowhere"), 4, "nowhere"),
    (("set", "first-6", "goal", "x", "--revision", "0f3a"), 1, "meanwhile"),
    (("remove", "first-6", "--yes", "--revision", "0f3a"), 1, "meanwhile"),
    (("undo", "first-6", "--yes", "--revision", "0f3a"), 1, "meanwhile"),
])
def test_refusals_say_what_and_change_nothing(served, changes, status, word):
    path = new_plan(served)
    before = path.read_bytes()
    answer = served.try_pacer("plan", *changes)
    assert answer.status == status and word in answer.err, answer
    assert path.read_bytes() == before and list(served.plans.iterdir()) == [path]


@pytest.mark.parametrize("name", ["../out", "/tmp/out", "a/b", "..", ".hidden", "-x", "x.ics", "x" * 65, "a\nb", "\x1b[2J"])
def test_names_never_leave_the_folder(served, name):
    before = sorted(served.root.rglob("*.ics"))
    answer = served.try_pacer("plan", "new", "--weeks", "6", "--", name)
    assert answer.status == 2 and "\x1b" not in answer.err, answer
    assert sorted(served.root.rglob("*.ics")) == before


def test_link_out_of_the_folder_is_not_followed(served):
    outside = served.root / "outside.ics"
    outside.write_bytes(new_plan(served).read_bytes())
    (served.plans / "linked.ics").symlink_to(outside)
    before = outside.read_bytes()
    answer = served.try_pacer("plan", "set", "linked", "goal", "Elsewhere")
    assert answer.status != 0, answer
    answer = served.try_pacer("plan", "rename", "linked", "elsewhere")
    assert answer.status != 0 and "leads out of your plan directory" in words(answer.err), answer
    assert outside.read_bytes() == before and (served.plans / "linked.ics").is_symlink()


def test_system_plan_is_copied_by_the_first_edit(served):
    system = served.system_plans / "customer-service-18.ics"
    shipped = system.read_bytes()
    assert "copy of your own" in served.pacer("plan", "set", "customer-service-18", "w02-fr", "title", "Ours")
    own = served.plans / "customer-service-18.ics"
    assert system.read_bytes() == shipped
    taken, put = unstamped(shipped.decode().split("\r\n"), lines(own))
    assert len(taken) == 1 and put == ["SUMMARY:Ours"]
    assert "came with the system" in words(served.pacer("plan", "undo", "customer-service-18", "--yes"))
    assert not own.exists() and system.read_bytes() == shipped


def test_copy_is_a_plan_of_its_own(served):
    served.pacer("plan", "new", "ours", "--from", "customer-service-18")
    shipped, copy = (served.system_plans / "customer-service-18.ics").read_bytes(), (served.plans / "ours.ics").read_bytes()
    old = next(line[4:] for line in shipped.decode().split("\r\n") if line.startswith("UID:"))
    new = next(line[4:] for line in copy.decode().split("\r\n") if line.startswith("UID:"))
    assert old != new and old.encode() not in copy.replace(b"\r\n ", b"")
    assert copy.replace(b"\r\n ", b"").replace(new.encode(), old.encode()).count(b"\r\n") == shipped.replace(b"\r\n ", b"").count(b"\r\n")
    assert len(copy) == len(shipped)


def test_removed_plan_comes_back(served):
    path = new_plan(served)
    before = path.read_bytes()
    served.pacer("enroll", "first-6", "--start", "next mon", "--yes")
    answer = served.pacer("plan", "remove", "first-6", "--yes", "--json")
    assert '"enrollments"' in answer and not path.exists()
    assert "first-6" not in [p["name"] for p in served.call("ListPlans")["plans"]]
    served.pacer("plan", "undo", "first-6")
    assert path.read_bytes() == before


def test_undo_leaves_a_change_by_hand_alone(served):
    """The refusal says how to look at it and how to get back, and both work as they stand there."""
    path = new_plan(served)
    before = path.read_bytes()
    served.pacer("plan", "set", "first-6", "goal", "Mine")
    path.write_bytes(path.read_bytes().replace(b"Mine", b"Hand"))
    answer = served.try_pacer("plan", "undo", "first-6")
    assert answer.status == 1 and "outside of pacer meanwhile" in answer.err and "git checkout" in answer.err, answer
    assert b"Hand" in path.read_bytes()
    diff, back = re.search(r"pacer (plan diff \S+ first-6) ", answer.err), re.search(r"pacer (plan import \S+ --as first-6) ", answer.err)
    assert "Hand" in served.pacer(*shlex.split(diff.group(1)))
    served.pacer(*shlex.split(back.group(1)), "--yes")
    assert not served.call("DiffPlans", {"a_text": before.decode(), "b": "first-6"})["differences"]


def test_undo_says_what_it_takes_back(served):
    new_plan(served)
    changes = [(("set", "w03-tu", "minutes", "25"), "w03-tu: minutes is '25', was '20'"), (("set", "goal", "Calm"), "goal is 'Calm', was 'Say in"),
               (("set", "w03-tu", "tip", "--unset"), "w03-tu: tip is taken out, was 'Say it"), (("move", "w02-fr", "th", "16:00"), "is in week 2 Thursday"),
               (("add", "2", "we", "15:00", "Logs", "--type", "medium"), "'Logs' is new"), (("remove", "w02-mo", "--yes"), "is taken out"),
               (("move", "w01", "with", "w02"), "and 7 more")]
    for number, (typed, text) in enumerate(changes):
        served.pacer("plan", typed[0], "first-6", *typed[1:])
        told = words(served.pacer("plan", "undo", "first-6", "--dry-run"))
        assert text in told and "today at 12:0" in told and f"{number + 1} older change" in told, told
    revision = show(served, "first-6")["plan"]["revision"]
    reply = served.ask("plan", "undo", "first-6", "--dry-run")
    assert reply["revision"] == revision and not reply["removes"] and show(served, "first-6")["plan"]["revision"] == revision
    for _, text in reversed(changes):
        assert text in words(served.pacer("plan", "undo", "first-6"))
    served.pacer("plan", "rename", "first-6", "renamed")
    assert "renamed was called first-6: it gets that name back" in words(served.pacer("plan", "undo", "ren", "--dry-run"))
    assert "first-6 is as it was before" in words(served.pacer("plan", "undo", "renamed"))
    assert "first-6 is new: its file goes" in words(served.pacer("plan", "undo", "first-6", "--dry-run"))


def test_undo_of_a_rename(served):
    """The history goes with the name, there and back; a name that is taken by now is not taken from anybody."""
    path = new_plan(served)
    before = path.read_bytes()
    served.pacer("plan", "set", "first-6", "goal", "Calm")
    served.pacer("plan", "rename", "first-6", "renamed")
    served.pacer("plan", "set", "renamed", "goal", "Calmer")
    assert "goal is 'Calmer'" in words(served.pacer("plan", "undo", "renamed"))
    renamed = served.plans / "renamed.ics"
    other = new_plan(served, "first-6", 3).read_bytes()
    for more in ((), ("--dry-run",)):
        answer = served.try_pacer("plan", "undo", "renamed", *more)
        assert answer.status == 1 and "another plan is called that by now" in words(answer.err), answer
        assert "pacer plan rename first-6 OTHER" in words(answer.err), answer
    assert path.read_bytes() == other and b"Calm" in renamed.read_bytes()
    served.pacer("plan", "rename", "first-6", "third")
    reply = served.ask("plan", "undo", "renamed")
    assert reply["plan"]["name"] == "first-6" and not reply["removes"] and not renamed.exists()
    assert "goal is 'Calm'" in words(served.pacer("plan", "undo", "first-6")) and path.read_bytes() == before
    assert "it was called first-6" in words(served.try_pacer("plan", "undo", "third").err)


def test_undo_after_the_file_was_deleted_by_hand(served):
    """There is nothing to compare with: what is advised works as it stands there."""
    path = new_plan(served)
    before = path.read_bytes()
    served.pacer("plan", "set", "first-6", "goal", "Mine")
    path.unlink()
    wait_for(lambda: "first-6" not in [p["name"] for p in served.call("ListPlans")["plans"]], served.log)
    answer = served.try_pacer("plan", "undo", "first-6")
    assert answer.status == 1 and "deleted outside of pacer meanwhile" in words(answer.err) and "plan diff" not in words(answer.err), answer
    back = re.search(r"pacer (plan import \S+ --as first-6) ", words(answer.err))
    served.pacer(*shlex.split(back.group(1)), "--yes")
    assert not served.call("DiffPlans", {"a_text": before.decode(), "b": "first-6"})["differences"]


def test_undo_of_a_rename_after_the_file_was_deleted_by_hand(served):
    new_plan(served)
    served.pacer("plan", "rename", "first-6", "renamed")
    (served.plans / "renamed.ics").unlink()
    answer = served.try_pacer("plan", "undo", "renamed")
    assert answer.status == 1 and "pacer keeps no older text of it" in words(answer.err), answer


def test_one_instance_of_an_event_that_repeats_is_left_alone(served):
    """Every command says what it is, instead of looking for a change that nobody made."""
    path = new_plan(served)
    text = path.read_bytes()
    at = text.index(b"SUMMARY:")
    path.write_bytes(text[:at] + b"RRULE:FREQ=WEEKLY;COUNT=3\r\nSUMMARY:Again\r\n" + text[text.index(b"\r\n", at) + 2:])
    before = path.read_bytes()
    again = [s["id"] for s in show(served, "first-6")["sessions"] if s["title"] == "Again"]
    assert len(again) == 3, again
    for command in (["move", "first-6", again[1], "08:00"], ["set", "first-6", again[1], "time", "08:00"],
                    ["set", "first-6", again[2], "title", "X"], ["remove", "first-6", again[2], "--yes"]):
        answer = served.try_pacer("plan", *command)
        assert answer.status == 1 and "an event that repeats (RRULE)" in words(answer.err) and "UID" not in answer.err, answer
    assert path.read_bytes() == before


def test_undo_of_a_rename_after_a_change_by_hand(served):
    new_plan(served)
    served.pacer("plan", "rename", "first-6", "renamed")
    path = served.plans / "renamed.ics"
    path.write_bytes(path.read_bytes().replace(b"Say in one", b"Hand in one"))
    answer = served.try_pacer("plan", "undo", "renamed")
    assert answer.status == 1 and "outside of pacer meanwhile" in answer.err, answer
    back = re.search(r"pacer (plan rename renamed first-6) ", answer.err)
    served.pacer(*shlex.split(back.group(1)))
    assert b"Hand in one" in (served.plans / "first-6.ics").read_bytes() and not path.exists()


def test_undo_of_a_new_plan_asks(served):
    path = new_plan(served)
    nobody = served.try_pacer("plan", "undo", "first-6")
    assert nobody.status == 2 and "--yes" in nobody.err and "its file goes" in words(nobody.out), nobody
    assert served.refused(2, "plan", "undo", "first-6")["error"] == "Usage" and path.exists()
    status, shown = at_terminal(served, "plan", "undo", "first-6", answer=lambda: "n\n")
    assert status == 1 and "Nothing was changed" in shown and path.exists()
    status, shown = at_terminal(served, "plan", "undo", "first-6", answer=lambda: "y\n")
    assert status == 0 and "is gone" in shown and not path.exists()


def test_undo_takes_back_what_it_said_or_nothing(served):
    """Somebody changes the plan while the question stands there."""
    path = new_plan(served)

    def meanwhile():
        edit(served, "first-6", {"action": "set", "field": "goal", "value": "Theirs"})
        return "y\n"
    status, shown = at_terminal(served, "plan", "undo", "first-6", answer=meanwhile)
    assert status == 1 and "meanwhile" in shown and "goal: Theirs" in shown, shown
    assert b"X-PACER-GOAL:Theirs" in path.read_bytes()


def test_second_editor_on_the_command_line_is_refused(served):
    """One has the question before them while another one writes: what they saw is not what would be changed."""
    path = new_plan(served)

    def meanwhile():
        served.pacer("plan", "set", "first-6", "w02-tu", "title", "Theirs")
        return "y\n"
    status, shown = at_terminal(served, "plan", "remove", "first-6", "w02-th", answer=meanwhile)
    assert status == 1 and "changed by somebody else meanwhile" in shown, shown
    assert re.search(r"~ w02-tu title: Theirs was: ", shown) and "pacer plan show first-6" in shown, shown
    assert "w02-th" in [s["id"] for s in show(served, "first-6")["sessions"]]
    status, shown = at_terminal(served, "plan", "remove", "first-6", answer=lambda: served.pacer("plan", "set", "first-6", "goal", "x") and "y\n")
    assert status == 1 and "goal: x" in shown and path.exists(), shown


def test_revision_pins_what_was_seen(served):
    new_plan(served)
    revision = served.ask("plan", "show", "first-6")["plan"]["revision"]
    second = served.ask("plan", "set", "first-6", "goal", "One", "--revision", revision)["revision"]
    answer = served.try_pacer("plan", "move", "first-6", "w02-mo", "with", "w02-tu", "--revision", revision)
    assert answer.status == 1 and answer.err.count("~ goal: One") == 1, answer
    error = served.refused(1, "plan", "set", "first-6", "goal", "Two", "--revision", revision)
    assert error["error"] == "RevisionConflict" and error["revision"] == second and error["differences"][0]["to"] == "One"
    assert served.ask("plan", "move", "first-6", "w02-mo", "with", "w02-tu", "--revision", second)


def test_many_at_the_command_line_lose_nothing(served):
    """Each is taken or told: as many changes are kept as were said to be made, and none was made over another."""
    new_plan(served)
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda n: served.try_pacer("plan", "set", "first-6", f"w0{n + 1}-tu", "title", f"Title {n}"), range(6)))
    taken = [n for n, answer in enumerate(answers) if answer.status == 0]
    assert taken and all(answer.status == 1 and "meanwhile" in answer.err for answer in answers if answer.status), answers
    titles = {s["title"] for s in show(served, "first-6")["sessions"]}
    assert {n for n in range(6) if f"Title {n}" in titles} == set(taken)


def test_taken_places_are_told_before(served):
    path = new_plan(served)
    before = path.read_bytes()
    told = words(served.pacer("plan", "move", "first-6", "mo", "tu", "--dry-run"))
    assert "Tuesday of weeks 1 to 6 then holds more than one session" in told, told
    assert "week 2, Tuesday: " in told and "overlaps w02-tu" in told, "both stand at 09:30"
    for typed, clash in ((("move", "first-6", "fr", "th"), "Thursday of weeks 1 to 6 then holds more than one session"),
                         (("add", "first-6", "2", "tu", "09:40", "Logs", "--type", "medium"), "'Logs' then overlaps w02-tu 'Listen"),
                         (("move", "first-6", "w02-we", "tu", "09:15"), "then overlaps w02-tu"),
                         (("set", "first-6", "w02-we", "minutes", "180"), None)):
        if not clash:
            assert "then overlaps" not in words(served.pacer("plan", *typed, "--dry-run")), "13:30 is the day after"
            continue
        status, shown = at_terminal(served, "plan", *typed, answer=lambda: "n\n")
        assert status == 1 and clash in shown and "Nothing was changed" in shown, shown
        assert path.read_bytes() == before
    status, shown = at_terminal(served, "plan", "move", "first-6", "fr", "th", answer=lambda: "y\n")
    assert status == 0 and shown.count("more than one session") == 1 and path.read_bytes() != before
    for typed in (("move", "first-6", "w02-mo", "with", "w02-tu"), ("move", "first-6", "w03-mo", "su"), ("move", "first-6", "w01", "with", "w02")):
        assert "then " not in served.pacer("plan", *typed, "--dry-run"), typed
    reply = edit(served, "first-6", {"action": "move", "session": "w02-mo", "weekday": "tu"}, dry_run=True)
    assert len(reply["clashes"]) == 1
    reply = edit(served, "customer-service-18", {"action": "move-weekday", "weekday": "mo", "to_weekday": "tu"}, dry_run=True)
    assert len(reply["clashes"]) == 10 and reply["clashes"][-1] == "and 10 more that overlap"


def test_taken_places_take_a_yes_where_nobody_is(served):
    path = new_plan(served)
    before = path.read_bytes()
    answer = served.try_pacer("plan", "move", "first-6", "fr", "th")
    assert answer.status == 2 and "add --yes to change" in words(answer.err) and "more than one session" in answer.out, answer
    error = served.refused(2, "plan", "move", "first-6", "fr", "th")
    assert error["error"] == "Usage" and "--yes" in error["message"] and path.read_bytes() == before
    assert "more than one session" in served.pacer("plan", "move", "first-6", "fr", "th", "--yes") and path.read_bytes() != before
    assert served.ask("plan", "move", "first-6", "mo", "tu", "--yes")["clashes"]
    assert not served.ask("plan", "set", "first-6", "goal", "Calm")["clashes"]


def test_change_says_whom_it_reaches(served):
    new_plan(served)
    served.pacer("enroll", "first-6", "--start", "next mon", "--yes")
    typed = ("plan", "set", "first-6", "w03-tu", "minutes", "25")
    told = words(served.pacer(*typed, "--dry-run"))
    assert re.search(r"would reach e1: w03-tu .*minutes", told), told
    told = words(served.pacer(*typed))
    assert re.search(r"reaches e1: w03-tu .*minutes", told) and "would reach" not in told, told
    reply = served.ask("plan", "move", "first-6", "w04-mo", "15:00", "--dry-run")
    assert [(l["enrollment"], [(c["kind"], c["session"]) for c in l["changes"]]) for l in reply["learners"]] == [("e1", [("moved", "w04-mo")])]
    assert "reach" not in served.pacer("plan", "set", "first-6", "version", "2")


def test_lines_of_a_field_stay_lines(served):
    path = new_plan(served)
    served.pacer("plan", "set", "first-6", "w02-fr", "description", "Read it.\nThen write.")
    assert "DESCRIPTION:Read it.\\nThen write." in lines(path)
    served.pacer("plan", "set", "first-6", "goal", "Calm", "and", "quick")
    assert "X-PACER-GOAL:Calm and quick" in lines(path)
    for changes, told in ((("w02-fr", "title", "Two\nlines"), "w02-fr: title is 'Two lines'"), (("goal", "Two\nlines"), "plan: goal is 'Two lines'"),
                          (("w02-fr", "time", "9:05"), "w02-fr: time is '09:05'"), (("w02-fr", "depends", "w01-mo"), "depends is 'w01-mo'")):
        answer = served.ask("plan", "set", "first-6", *changes)
        assert any(told in done for done in answer["done"]), "told as it is stored"
    assert "SUMMARY:Two lines" in lines(path)


def test_draft_with_errors_is_kept_and_mended(served):
    new_plan(served)
    reply = edit(served, "first-6", {"action": "remove", "session": "w06-fr"})
    assert "E-RACE" in [f["code"] for f in reply["findings"]]
    refused = served.try_pacer("enroll", "first-6", "--start", "next mon", "--yes")
    assert refused.status == 6, refused
    served.pacer("plan", "add", "first-6", "6", "fr", "10:00", "Race day", "--type", "race", "--minutes", "60")
    assert served.pacer("enroll", "first-6", "--start", "next mon", "--yes")


def test_becoming_a_draft_is_told(served):
    new_plan(served)
    makes, mends = "makes it a draft: nobody enrols in it without --force, and learners stay on the last good version", "is no draft any more"
    would = words(served.pacer("plan", "set", "first-6", "w04-we", "type", "long", "--dry-run"))
    assert "would make it a draft" in would and "E-LONG-2" in would, would
    assert makes in words(served.pacer("plan", "set", "first-6", "w04-we", "type", "long"))
    still = words(served.pacer("plan", "set", "first-6", "goal", "Calm"))
    assert "draft" not in still, still
    assert "would be no draft any more" in words(served.pacer("plan", "set", "first-6", "w04-we", "type", "medium", "--dry-run"))
    assert mends in words(served.pacer("plan", "set", "first-6", "w04-we", "type", "medium"))
    assert "draft" not in words(served.pacer("plan", "set", "first-6", "goal", "Calmer"))


def test_only_new_findings_are_told(served):
    new_plan(served)
    assert "E-RACE" in served.pacer("plan", "remove", "first-6", "w06-fr", "--yes")
    told = served.pacer("plan", "set", "first-6", "w02-fr", "tip", "y" * 150)
    assert "E-RACE" not in told and "W-TIP" in told and "as before: pacer plan lint first-6" in told, told


def test_fmt_twice_is_once(served):
    path = new_plan(served)
    wild = path.read_bytes().replace(b"\r\n ", b"").replace(b"\r\n", b"\n").replace(b"BEGIN:VEVENT", b"begin:vevent\nX-KEEP;A=\"b;c\":as it is", 3)
    path.write_bytes(wild)
    assert "would" in served.pacer("plan", "fmt", "first-6", "--dry-run") and path.read_bytes() == wild
    served.pacer("plan", "fmt", "first-6")
    once = path.read_bytes()
    assert once.count(b'X-KEEP;A="b;c":as it is') == 3 and max(map(len, once.split(b"\r\n"))) <= 75
    assert "already" in served.pacer("plan", "fmt", "first-6") and path.read_bytes() == once


@pytest.mark.parametrize("more", [("--weeks", "7"), ("--weeks", "9", "--from", "team-lead-12"), ("--from", "team-lead-12")])
def test_new_plan_is_in_its_usual_form(served, more):
    told = served.pacer("plan", "new", "fresh", *more)
    assert "pacer plan edit fresh" in told
    path = served.plans / "fresh.ics"
    before = path.read_bytes()
    assert "already" in served.pacer("plan", "fmt", "fresh") and path.read_bytes() == before
    served.pacer("plan", "add", "fresh", "2", "we", "15:00", "Read the logs", "--type", "medium", "--minutes", "20")
    served.pacer("plan", "add", "fresh", "2", "we", "15:00", "And again", "--type", "medium", "--yes")
    assert "already" in served.pacer("plan", "fmt", "fresh")
    sheet = served.root / "fresh.csv"
    served.pacer("plan", "export", "fresh", "-o", sheet)
    served.pacer("plan", "import", sheet, "--as", "again", "--yes")
    assert "already" in served.pacer("plan", "fmt", "again")


def test_what_a_killed_daemon_left_goes_at_the_start(served):
    new_plan(served)
    left, kept = served.plans / ".first-6.ics.new", served.plans / ".notes.new"
    served.stop()
    left.write_bytes(b"BEGIN:VCAL")
    kept.write_bytes(b"mine")
    served.start()
    assert served.pacer("plan", "show", "first-6") and not left.exists() and kept.exists()


def test_many_editors_at_once(served):
    path = new_plan(served)
    revision = show(served, "first-6")["plan"]["revision"]

    def one(number):
        try:
            return edit(served, "first-6", {"action": "set", "field": "goal", "value": f"Goal of {number}"}, based_on=revision)
        except VarlinkError as error:
            assert error.error.endswith(".RevisionConflict")
            return None
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        replies = list(pool.map(one, range(8)))
    won = [n for n, reply in enumerate(replies) if reply]
    assert len(won) == 1, replies
    assert f"X-PACER-GOAL:Goal of {won[0]}" in lines(path)


def test_kill_while_writing_leaves_a_whole_plan(served):
    seed = int(os.environ.get("PACER_TEST_SEED") or time.time_ns() % 10**9)
    dice, hint = random.Random(seed), f"repeat with PACER_TEST_SEED={seed}"
    path = new_plan(served)
    goals = 0
    for kill in range(8):
        with concurrent.futures.ThreadPoolExecutor(1) as pool:
            daemon = served.daemon
            pool.submit(lambda: (time.sleep(dice.uniform(0.0, 0.15)), daemon.send(signal.SIGKILL)))
            for number in range(40):
                answer = served.try_pacer("plan", "set", "first-6", "--no-start", "goal", f"Goal {kill} {number} " + "x" * 200)
                if answer.status:
                    break
                goals += 1
        daemon.wait()
        text = path.read_bytes()
        assert text.startswith(b"BEGIN:VCALENDAR\r\n") and text.endswith(b"END:VCALENDAR\r\n"), hint
        assert text.count(b"BEGIN:VEVENT") == 30 == text.count(b"END:VEVENT"), hint
        served.start()
        assert show(served, "first-6")["plan"]["sessions"] == 30, hint
    assert goals, f"nothing was ever written; {hint}"


def test_full_disk_leaves_the_old_plan(world):
    world.start(at="2026-11-27 12:00", wrap=("bash", "-c", 'ulimit -f 400; trap "" XFSZ; exec "$@"', "bash"))
    path = new_plan(world)
    before = path.read_bytes()
    changes = [{"action": "set", "session": f"w{week:02d}-{day}", "field": "description", "value": "x" * 16000}
               for week in range(1, 7) for day in ("mo", "tu", "we", "th", "fr")]
    error = refused(world, "first-6", *changes)
    assert error.error.endswith(".StorageFailed") and "nothing was changed" in error.parameters["reason"], error
    assert path.read_bytes() == before
    assert [p.name for p in world.plans.iterdir()] == ["first-6.ics"]
    world.pacer("plan", "set", "first-6", "goal", "Small enough")
    wait_for(lambda: b"Small enough" in path.read_bytes(), "a small change still fits")
