"""Checking plans: by name and as files, for people, for editors and for scripts; and what a draft may not do."""

import json
import os
import re
import shutil
import subprocess

import pytest

from harness import BUILD, ROOT, wait_for
from plan_text import plan_text
from test_cli import on_terminal
from wire import VarlinkError

DATA = ROOT / "tests" / "data" / "lint"
CLEAN = DATA / "clean.ics"
SHIPPED = sorted((ROOT / "plans").glob("*.ics"))


@pytest.fixture
def served(world):
    world.start(at="2026-11-27 12:00")
    return world


def draft(world, name, fixture):
    """A fixture as a plan of one's own, seen by the daemon."""
    path = world.plans / f"{name}.ics"
    shutil.copy(DATA / fixture, path)
    wait_for(lambda: name in {p["name"] for p in world.ask("plans")["plans"]}, name)
    return path


def check(world, *words):
    run = world.run([BUILD / "pacerd", "--check", *words])
    return run.returncode, run.stdout.decode()


# --- pacer plan lint ---------------------------------------------------------------------------------------------------------------


def test_a_clean_plan(served):
    answer = served.try_pacer("plan", "lint", CLEAN)
    assert (answer.status, answer.out, answer.err) == (0, f"{CLEAN}  nothing to mend\n", "")
    answer = served.try_pacer("plan", "lint", CLEAN, "--short", "--strict")
    assert (answer.status, answer.out) == (0, "")


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_plans_are_clean(served, path):
    found = served.ask("plan", "lint", path.stem, "--strict")
    assert (found["errors"], found["warnings"]) == (0, 0), found
    assert found["notes"] == len(found["plans"][0]["findings"])
    assert check(served, "--strict", path)[0] == 0


def test_for_people(served):
    path = draft(served, "taper-8", "E-TAPER.bad.ics")
    answer = served.try_pacer("plan", "lint", "taper-8")
    assert answer.status == 6 and answer.err == "", answer
    assert answer.out.startswith("taper-8  1 error, 0 warnings, 0 notes\n"), answer
    text = " ".join(answer.out.split())
    assert "E-TAPER error:" in text and "line 372: long session of taper week 7 is too long: '42' minutes" in text, text
    assert "Why it matters: learners come to the race tired" in text and "To mend it: keep the number of sessions" in text, text
    # The same as a file, by its path.
    again = served.try_pacer("plan", "lint", path)
    assert again.out.split("\n", 1)[1] == answer.out.split("\n", 1)[1]


def test_errors_stand_first_and_codes_together(served):
    out = served.try_pacer("plan", "lint", DATA / "E-G1.bad.ics").out
    codes = re.findall(r"^([EWI]-[A-Z0-9-]+)  ", out, re.M)
    assert codes == ["E-G1", "E-G2", "W-CUTBACK", "W-PEAK"], out
    served.add_plan("three-1", [{"day": k, "time": "10:00", "title": "x", "skill": "juggling"} for k in range(3)])
    wait_for(lambda: len(served.ask("plans")["plans"]) > len(SHIPPED), "the plan is seen")
    out = served.pacer("plan", "lint", "three-1")
    assert out.count("W-SKILL") == 1 and out.count("juggling") == 3 and out.count("Why it matters") == out.count("To mend it"), out


def test_short_is_what_pacerd_check_prints(served):
    for fixture in ("E-TAPER.bad.ics", "E-G1.bad.ics", "E-VALUE.bad.ics", "W-SKILL.bad.ics", "I-HELP.bad.ics", "I-TOUCH.bad.ics"):
        path = DATA / fixture
        answer = served.try_pacer("plan", "lint", path, "--short")
        lines = answer.out.splitlines()
        assert lines and all(re.fullmatch(rf"{re.escape(str(path))}:\d+: [EWI]-[A-Z0-9-]+: .+", line) for line in lines), answer
        status, printed = check(served, "--notes", path)
        assert [line for line in printed.splitlines() if ": good: " not in line] == lines
        assert status == answer.status == (6 if fixture.startswith("E") else 0)


def test_exit_status_by_severity(served):
    for fixture, plain, strict in (("E-GOAL.bad.ics", 6, 6), ("W-TIP.bad.ics", 0, 6), ("I-PLAN-B.bad.ics", 0, 0), ("clean.ics", 0, 0)):
        for words, status in (((), plain), (("--strict",), strict)):
            assert served.try_pacer("plan", "lint", DATA / fixture, *words).status == status, (fixture, words)
            assert served.try_pacer("plan", "lint", DATA / fixture, "--json", *words).status == status, (fixture, words)
            assert check(served, *words, DATA / fixture)[0] == status, (fixture, words)


def test_json(served):
    answer = served.try_pacer("plan", "lint", DATA / "E-G1.bad.ics", CLEAN, "--json")
    assert answer.status == 6 and answer.err == ""
    found = answer.json
    assert (found["errors"], found["warnings"], found["notes"]) == (2, 2, 0)
    first, second = found["plans"]
    assert (first["plan"], second["plan"], second["findings"], second["codes"]) == (str(DATA / "E-G1.bad.ics"), str(CLEAN), [], [])
    assert first["findings"][0] == {"code": "E-G1", "severity": "error", "file": str(DATA / "E-G1.bad.ics"), "line": 121,
                                    "text": first["findings"][0]["text"]}
    assert {row["code"] for row in first["codes"]} == {row["code"] for row in first["findings"]}
    assert all(row["meaning"] and row["remedy"] and row["condition"] and row["severity"] for row in first["codes"])


def test_several_and_odd_names(served):
    spaced = served.root / "my own plan.ics"
    shutil.copy(DATA / "W-TIP.bad.ics", spaced)
    answer = served.try_pacer("plan", "lint", spaced, served.root / "none.ics", "nonsuch", CLEAN)
    assert answer.status == 4, answer
    assert str(spaced) in answer.out and f"{CLEAN}  nothing to mend" in answer.out and "W-TIP" in answer.out
    assert "none.ics" in answer.err and "no plan is called 'nonsuch'" in answer.err
    served.refused(2, "plan", "lint")


def test_files_that_are_no_plans(served):
    for name, data in (("utf16", "x".encode("utf-16")), ("latin1", b"BEGIN:VCALENDAR\r\nNAME:\xfc\r\n"), ("nul", b"BEGIN:VCALENDAR\0")):
        path = served.root / f"{name}.ics"
        path.write_bytes(data)
        answer = served.try_pacer("plan", "lint", path)
        assert answer.status not in (0, 7) and str(path) in answer.err + answer.out, answer
    os.mkfifo(served.root / "pipe.ics")
    for name, says in (("nul", "a NUL byte is in it"), ("latin1", "save it as UTF-8"), ("pipe", "not a regular file")):
        assert says in served.try_pacer("plan", "lint", served.root / f"{name}.ics").err, name
    evil = served.root / "evil.ics"
    evil.write_bytes(plan_text("evil", [{"day": 0, "time": "10:00", "skill": "red\u202e"}]))
    answer = served.try_pacer("plan", "lint", evil)
    assert answer.status == 0 and "\u202e" not in answer.out and "\x1b" not in answer.out, answer


@pytest.mark.parametrize("parameters", [{}, {"plan": "customer-service-18", "text": "BEGIN:VCALENDAR"}], ids=["neither", "both"])
def test_the_call_takes_one_of_the_two(served, parameters):
    with pytest.raises(VarlinkError, match="OutOfRange") as caught:
        served.call("LintPlan", parameters)
    assert "exactly one" in str(caught.value)


def test_control_characters_are_shown_and_do_nothing(served):
    """The plan stays usable, the file keeps its bytes, and no way out lets them act."""
    acting = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
    sessions = [{"day": 0, "time": "10:00", "title": "Ring\x1b[2J\x07 \x9b31m\x7f", "uid": "r",
                 "lines": ["X-PACER-TIP:Ta\x0bke\x0cit", "DESCRIPTION:One\\ntwo\x1b]0;owned\x07"]}, {"day": 1, "time": "10:00", "uid": "s"}]
    path = served.add_plan("rings-1", sessions)
    wait_for(lambda: "rings-1" in {p["name"] for p in served.ask("plans")["plans"]}, "the plan is seen")
    raw = path.read_bytes()
    assert b"\x1b[2J" in raw and not next(p for p in served.ask("plans")["plans"] if p["name"] == "rings-1")["draft"]
    found = served.ask("plan", "lint", "rings-1")["plans"][0]["findings"]
    lines = [number for number, line in enumerate(raw.decode().split("\r\n"), 1) if acting.search(line)]
    assert [f["line"] for f in found if f["code"] == "W-VALUE"] == lines and len(lines) == 3, found
    assert served.try_pacer("plan", "lint", "rings-1").status == 0 and served.try_pacer("plan", "lint", "rings-1", "--strict").status == 6
    served.pacer("enroll", "rings-1", "--start", "2026-11-30", "--yes")
    title = "Ring\u241b[2J\u2407 \ufffd31m\u2421"
    assert next(s for s in served.ask("week", "1")["sessions"] if s["id"] == "w01-mo")["title"] == title
    for words in (["plan", "show", "rings-1"], ["week", "1"], ["plan", "export", "rings-1", "--csv"], ["plan", "export", "rings-1", "--sheet"]):
        text = served.pacer(*words)
        assert not acting.search(text.replace("\r\n", "\n")) and title in text, (words, text)
    for words in (["plan", "show", "rings-1"], ["plan", "export", "rings-1"]):
        text = on_terminal(served, *words, NO_COLOR="1")[1].replace("\r\n", "\n")
        assert not acting.search(text), (words, text)
    served.pacer("plan", "set", "rings-1", "w01-mo", "minutes", "25", "--yes")
    assert all(line in path.read_bytes() for line in raw.split(b"\r\n") if acting.search(line.decode()))
    assert "control characters" in served.refused(2, "plan", "set", "rings-1", "w01-mo", "title", "Ding\x1b[2J")["expected"]


def test_values_with_a_form_are_refused_where_they_are_written(served):
    path = draft(served, "clean-8", "clean.ics")
    for words, says in ((["w01-mo", "review", "a b"], "1 3 7 21"), (["w01-mo", "review", "3 1"], "1 3 7 21"),
                        (["w01-fr", "with", "boss"], "role=manager"), (["version", "new"], "whole number")):
        assert says in served.refused(2, "plan", "set", "clean-8", *words)["expected"], words
    assert path.read_bytes() == CLEAN.read_bytes()
    for words in (["w01-mo", "review", "1 3"], ["w01-fr", "with", "role=buddy role=peer"], ["version", "3"], ["w01-mo", "review", ""]):
        served.pacer("plan", "set", "clean-8", *words, "--yes")
    assert served.try_pacer("plan", "lint", "clean-8", "--strict").status == 0


def test_no_line_that_is_taken_out_makes_a_plan_better(served):
    """IDEAS 57 and 80, RULES 5.5: without goal and phases it is still a plan of one's own."""
    text = CLEAN.read_bytes()
    for gone in (b"X-PACER-PHASES", b"X-PACER-GOAL"):
        at = text.index(gone)
        text = text[:at] + text[text.index(b"\n", at) + 1:]
    (served.plans / "bare-8.ics").write_bytes(text)
    wait_for(lambda: "bare-8" in {p["name"] for p in served.ask("plans")["plans"]}, "the plan is seen")
    error = served.refused(6, "enroll", "bare-8", "--start", "2026-11-30", "--dry-run")
    assert [f["code"] for f in error["findings"]] == ["E-GOAL"]
    at = text.index(b"X-PACER-TYPE:race")
    (served.root / "raceless.ics").write_bytes(text[:at] + text[at:].replace(b"race", b"easy", 1))
    found = served.try_pacer("plan", "lint", served.root / "raceless.ics", "--json").json["plans"][0]["findings"]
    assert {f["code"] for f in found if f["severity"] == "error"} >= {"E-GOAL", "E-RACE"}


def test_one_cause_is_one_finding(served):
    path = served.root / "short.ics"
    path.write_bytes(CLEAN.read_bytes().replace(b"INTEGER:8", b"INTEGER:3", 1).replace(b"X-PACER-PHASES", b"X-OLD-PHASES"))
    found = served.try_pacer("plan", "lint", path, "--json").json["plans"][0]["findings"]
    weeks = [f["text"] for f in found if f["code"] == "E-WEEKS"]
    assert len(weeks) == 1 and re.match(r"\d\d sessions lie outside the plan's weeks, which are 1 to 3, the first: 'w04-mo' in week '4'", weeks[0]), found


# --- drafts ------------------------------------------------------------------------------------------------------------------------


def test_a_draft_is_not_enrolled_in_by_accident(served):
    path = draft(served, "draft-3", "E-GOAL.bad.ics")
    error = served.refused(6, "enroll", "draft-3", "--start", "2026-11-30", "--yes")
    assert "LintFailed" in error["error"] and [f["code"] for f in error["findings"]] == ["E-GOAL"]
    assert error["findings"][0]["file"] == str(path)
    assert served.call("ListEnrollments") == {"enrollments": []}
    # It can be looked at all the same.
    assert served.ask("plan", "show", "draft-3")["plan"]["sessions"] == 12
    look = served.ask("enroll", "draft-3", "--start", "2026-11-30", "--dry-run", "--force")
    checks = [c for c in look["preflight"] if c["name"] == "plan"]
    assert len(checks) == 1 and "E-GOAL" in checks[0]["text"] and checks[0]["remedy"]
    text = served.pacer("enroll", "draft-3", "--start", "2026-11-30", "--yes", "--force")
    assert "Before the first day" in text and "E-GOAL" in text and "nobody can tell when they have got there" in " ".join(text.split())
    assert len(served.call("ListEnrollments")["enrollments"]) == 1


GAPS = ["Drill", "Block", "Quiz", "Drill", "Block", "Quiz", "Drill"]  # of draft.ics, in the order of the file


def test_what_cannot_be_read_is_left_out_and_said(served):
    """Every finding at once; the sessions that can be read can be looked at, and with --force be enrolled in."""
    path = draft(served, "draft-8", "draft.ics")
    row = next(p for p in served.ask("plans")["plans"] if p["name"] == "draft-8")
    assert (row["draft"], row["sessions"], row["weeks"]) == (True, 25, 8) and "error" not in row
    found = served.try_pacer("plan", "lint", "draft-8", "--json").json["plans"][0]
    codes = {f["code"] for f in found["findings"] if f["severity"] == "error"}
    assert codes == {"E-GOAL", "E-WEEKS", "E-VALUE", "E-TYPE", "E-ZONE", "E-UID", "E-RANGE", "E-RECUR", "E-G1"}
    lines = [f["line"] for f in found["findings"]]
    assert lines == sorted(lines) and lines[0] > 0
    assert len({(f["line"], f["text"]) for f in found["findings"]}) == len(lines), "nothing is told twice"
    assert len(served.ask("plan", "show", "draft-8")["sessions"]) == 25
    assert "SUMMARY" not in served.pacer("plan", "export", "draft-8", "--csv") and served.pacer("plan", "simulate", "draft-8", "--start", "2026-11-30")
    error = served.refused(6, "enroll", "draft-8", "--start", "2026-11-30", "--yes")
    assert {f["code"] for f in error["findings"]} == codes and error["findings"][0]["file"] == str(path)
    text = served.try_pacer("enroll", "draft-8", "--start", "2026-11-30", "--yes").err
    assert "pacer: a draft that can be read is taken as it stands with --force\n" in text
    assert "--force" not in served.try_pacer("plan", "update", "--dry-run").err and "unknown type: 'marathon'" in " ".join(text.split()), text
    assert served.call("ListEnrollments") == {"enrollments": []}
    look = served.ask("enroll", "draft-8", "--start", "2026-11-30", "--dry-run", "--force")
    checks = [c["text"] for c in look["preflight"] if c["name"] == "plan"]
    assert look["sessions"] == 25 and checks[0] == "the plan is a draft: 7 of its 32 sessions will be missing"
    assert [c.split("'")[1] for c in checks if c.startswith("left out")] == GAPS
    assert "of line 40: unknown type: 'marathon'" in checks[2]
    rest = [c.split(":")[0] for c in checks[1 + len(GAPS):]]
    assert rest == ["E-GOAL", "E-WEEKS", "E-VALUE", "E-G1", "E-G1"], "each other error once"
    out = " ".join(served.pacer("enroll", "draft-8", "--start", "2026-11-30", "--yes", "--force").split())
    assert "7 of its 32 sessions will be missing" in out and "left out: 'Block' of line 40" in out
    assert served.ask("today")["enrollments"][0]["sessions"] == 25
    assert "plan_problem" not in served.ask("today")["enrollments"][0], "it is the version that was enrolled in"


def test_drafts_are_marked(served):
    assert "draft" not in served.pacer("plans") and not any(p["draft"] for p in served.ask("plans")["plans"])
    draft(served, "draft-3", "E-GOAL.bad.ics")
    draft(served, "thin-1", "W-SKILL.bad.ics")
    out = served.pacer("plans")
    assert re.search(r"^draft-3 .*draft$", out, re.M) and not re.search(r"^thin-1 .*draft", out, re.M), out
    assert "A draft has errors: type pacer plan lint draft-3 to see why." in " ".join(out.split())
    shown = served.ask("plan", "show", "draft-3")["plan"]
    assert shown["draft"] is True
    served.restart(at="2026-11-27 12:10")
    assert [p["name"] for p in served.ask("plans")["plans"] if p["draft"]] == ["draft-3"], "the index knows it, too"


@pytest.mark.parametrize("fixture, code", [("E-FILE.bad.ics", "E-FILE"), ("E-EMPTY.bad.ics", "E-EMPTY"), ("E-LIMIT.bad.ics", "E-LIMIT")])
def test_what_leaves_no_plan_cannot_be_forced(served, fixture, code):
    draft(served, "broken-1", fixture)
    row = next(p for p in served.ask("plans")["plans"] if p["name"] == "broken-1")
    assert row["error"] and row["draft"] is False
    error = served.refused(6, "enroll", "broken-1", "--start", "2026-11-30", "--yes", "--force")
    assert [f["code"] for f in error["findings"]] == [code]


def test_not_one_session_can_be_read(served):
    lines = plan_text("none", [{"day": 0, "time": "10:00"}]).decode().replace("X-PACER-TYPE", "X-PACER-TYPE:swim\r\nX-OLD-TYPE", 1)
    (served.plans / "none-1.ics").write_bytes(lines.encode())
    wait_for(lambda: "none-1" in {p["name"] for p in served.ask("plans")["plans"]}, "it is seen")
    error = served.refused(6, "enroll", "none-1", "--start", "2026-11-30", "--yes", "--force")
    assert [f["code"] for f in error["findings"]] == ["E-TYPE"]


def test_a_draft_is_not_brought_to_those_who_run_on_it(desk):
    """Sessions that cannot be read just now are not gone: the enrolment keeps them, says so, and follows when the file is good again."""
    path = desk.plans / "live.ics"
    good = (DATA / "clean.ics").read_bytes()
    path.write_bytes(good)
    desk.start_clocked("2026-11-30 08:00")
    desk.enroll("live")
    path.write_bytes((DATA / "draft.ics").read_bytes())

    def problem():
        return desk.ask("today")["enrollments"][0].get("plan_problem", "")
    wait_for(lambda: "is a draft just now" in problem(), desk.log)
    assert f"({path}:6; pacer plan lint live says why)" in problem()
    assert desk.ask("today")["enrollments"][0]["sessions"] == 32
    assert desk.session("w01-we")["state"] == "planned"
    for words in ((), ("--dry-run",)):
        assert desk.refused(6, "plan", "update", *words)["error"] == "LintFailed"
    assert desk.rows("select seq from journal where what = 'update'") == []
    path.write_bytes(good.replace(b"SUMMARY:Quiz", b"SUMMARY:Quick quiz", 1))
    wait_for(lambda: desk.session("w01-mo")["title"] == "Quick quiz", desk.log)
    assert problem() == "" and desk.session("w01-we")["state"] == "planned"


def test_a_calendar_with_errors_is_imported_as_a_draft(served):
    answer = served.try_pacer("plan", "import", DATA / "draft.ics", "--as", "brought-8", "--yes")
    assert answer.status == 0 and "a draft" in answer.out, answer
    assert (served.plans / "brought-8.ics").read_bytes() == (DATA / "draft.ics").read_bytes()
    assert next(p for p in served.ask("plans")["plans"] if p["name"] == "brought-8")["draft"]


def test_warnings_stop_nobody(served):
    draft(served, "steep-8", "W-G1.bad.ics")
    reply = served.ask("enroll", "steep-8", "--start", "2026-11-30", "--yes")
    assert reply["sessions"] == 32 and not [c for c in reply["preflight"] if c["name"] == "plan"]


# --- pacerd --check ----------------------------------------------------------------------------------------------------------------


def test_check_needs_no_daemon(world):
    assert check(world, "--notes", DATA / "I-HELP.bad.ics") == (
        0, f"{DATA}/I-HELP.bad.ics:80: I-HELP: 2 of 12 sessions say nowhere whom to ask, first 'w02-tu': add X-PACER-HELP\n"
        f"{DATA}/I-HELP.bad.ics: good: 12 sessions in 3 weeks\n")
    assert check(world, DATA / "I-HELP.bad.ics") == (0, f"{DATA}/I-HELP.bad.ics: good: 12 sessions in 3 weeks\n")
    status, printed = check(world, "--strict", DATA / "W-TIP.bad.ics", CLEAN)
    assert status == 6 and "W-TIP" in printed and f"{CLEAN}: good: 32 sessions in 8 weeks\n" in printed
    assert "W-TIP.bad.ics: good" not in printed
    assert not world.socket.exists() and not world.database.exists()
    for option in ("--strict", "--notes", "--json"):
        run = world.run([BUILD / "pacerd", option])
        assert run.returncode == 2 and b"--check" in run.stderr


def test_check_as_json_is_what_plan_lint_says(served):
    files = [DATA / "draft.ics", DATA / "I-HELP.bad.ics", DATA / "E-FILE.bad.ics", CLEAN]
    status, printed = check(served, "--json", *files)
    answer = served.try_pacer("plan", "lint", *files, "--json")
    assert json.loads(printed) == answer.json and status == answer.status == 6
    status, printed = check(served, "--json", "--strict", DATA / "W-TIP.bad.ics")
    assert status == 6 and json.loads(printed)["warnings"] == 1
    assert check(served, "--json", CLEAN) == (0, '{\n  "plans": [\n    {\n      "plan": "' + str(CLEAN) + printed_rest(CLEAN))


def printed_rest(path):
    """The rest of the object for a file with nothing to find."""
    sums = '"errors": 0,\n{0}"warnings": 0,\n{0}"notes": 0'
    return ('",\n      "findings": [],\n      ' + sums.format(" " * 6) + ',\n      "more": 0,\n      "codes": []\n    }\n  ],\n  '
            + sums.format("  ") + "\n}\n")


def test_things_that_cannot_be_opened(world):
    """Once each, at line 0, with what helps; what could be opened names a line."""
    link, locked, huge, folder = (world.root / name for name in ("link.ics", "locked.ics", "huge.ics", "folder.ics"))
    link.symlink_to("/nonexistent/plan.ics")
    folder.mkdir()
    with open(huge, "wb") as file:
        file.truncate(16 * 1024 * 1024 + 1)
    for path, line, word in ((link, 0, "where a link leads"), (folder, 0, "not a regular file"), (huge, 1, "split it"),
                             (world.root / "none.ics", 0, "check its name")):
        status, printed = check(world, path)
        assert status == 6 and printed.count("E-FILE") == 1 and printed.startswith(f"{path}:{line}: E-FILE: ") and word in printed, printed


def test_check_tells_when_its_words_get_lost(world):
    for words in ((), ("--json",)):
        with open("/dev/full", "wb") as full:
            run = subprocess.run([BUILD / "pacerd", "--check", *words, DATA / "draft.ics", CLEAN], env=world.env(), stdout=full, stderr=subprocess.PIPE)
        assert run.returncode == 5 and b"could not be written: 'No space left on device'" in run.stderr, run


def test_a_file_too_long_for_a_call(served):
    path = served.root / "long.ics"
    # Below a mebibyte on the disk, above it with its line ends escaped.
    for length in (900_000, 1_100_000):
        path.write_bytes(CLEAN.read_bytes().replace(b"END:VCALENDAR", b"X-PAD:\r\n" * (length // 8) + b"END:VCALENDAR"))
        answer = served.try_pacer("plan", "lint", path)
        assert answer.status == 6 and f"pacerd --check '{path}'" in " ".join(answer.err.split()), answer
        assert check(served, path)[0] == 0
