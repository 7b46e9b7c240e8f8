"""plan edit, export, import: sheets in an editor, spreadsheets through other programs, calendars of other programs."""

import csv
import io
import os
import pathlib
import pty
import re
import select
import shutil
import socket
import stat
import subprocess

import pytest

from harness import BUILD, ROOT, wait_for
from plan_text import plan_text

KEEP = ["X-TEAM-COLOUR;X-A=b:teal\\, dark", "LOCATION:Room 3"]
SESSIONS = [
    {"day": 0, "time": "09:30", "title": "One", "uid": "p-W01-MO", "lines": [*KEEP, "X-PACER-TIP:Breathe\\, then write"]},
    {"day": 4, "time": "14:00", "title": "Two; with \"quotes\"", "type": "long", "minutes": 60, "uid": "p-W01-FR",
     "lines": ["DESCRIPTION:First line\\nSecond: # line", "RELATED-TO;RELTYPE=DEPENDS-ON:p-W01-MO"]},
    {"day": 9, "time": "11:00", "title": "Drei äöü", "uid": "p-W02-WE", "lines": ["X-PACER-PREP;VALUE=URI:https://example.org/a", "X-PACER-PREP:Pen"]},
]


@pytest.fixture
def plan(world):
    """A daemon and a plan of two weeks, p."""
    path = world.plans / "p.ics"
    path.write_bytes(plan_text("p", SESSIONS))
    world.start(at="2026-11-30 08:00")
    return path


def lines_of(data):
    return data.replace(b"\r\n ", b"").split(b"\r\n")


def changed_lines(before, after):
    """Lines that are new or gone, without the stamps of a revision."""
    stamps = re.compile(rb"(DTSTAMP|LAST-MODIFIED|SEQUENCE):")
    old, new = ([line for line in lines_of(data) if not stamps.match(line)] for data in (before, after))
    return [line for line in old if line not in new], [line for line in new if line not in old]


# --- an editor on a terminal ---------------------------------------------------------------------------------------------------------

def script(world, name, text):
    path = world.root / name
    path.write_text("#!/bin/sh\n" + text)
    path.chmod(0o755)
    return str(path)


def edit(world, editor, name="p", attended=True, during=None, **env):
    """pacer plan edit; on a terminal unless not attended. Returns status and what was printed."""
    env = world.env(TERM="xterm", TMPDIR=str(world.root), **{"EDITOR": editor, **env})
    argv = [str(BUILD / "pacer"), "plan", "edit", name]
    if not attended:
        run = subprocess.run(argv, env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=30)
        return run.returncode, (run.stdout + run.stderr).decode()
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(argv[0], argv, env)
    shown = b""
    try:
        while True:
            ready, _, _ = select.select([terminal], [], [], 20)
            assert ready, f"pacer waits for something: {shown!r}"
            data = os.read(terminal, 65536)
            if not data:
                break
            shown += data
    except OSError:
        pass
    finally:
        os.close(terminal)
        _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status), shown.decode()


def sheets(world):
    return list(world.root.glob("pacer-*.sheet"))


def test_one_field_is_one_line(world, plan):
    before = plan.read_bytes()
    status, shown = edit(world, script(world, "ed", r"""sed -i 's/\bOne\b/Uno, dos/' "$1" """))
    assert status == 0, shown
    assert changed_lines(before, plan.read_bytes()) == ([b"SUMMARY:One"], [b"SUMMARY:Uno\\, dos"])
    assert "Uno, dos" in shown and "was: One" in shown and not sheets(world)


@pytest.mark.parametrize("text", ["true", 'touch "$1"', 'printf "# a note\\n" >> "$1"', 'sed -i "s/  */ /g" "$1"', """sed -i 's/$/\\r/' "$1" """])
def test_nothing_changed_says_so(world, plan, text):
    before = plan.read_bytes()
    status, shown = edit(world, script(world, "ed", text))
    assert status == 0 and "Nothing was changed" in shown, shown
    assert plan.read_bytes() == before and not sheets(world)


def test_add_move_and_remove(world, plan):
    before = plan.read_bytes()
    status, shown = edit(world, script(world, "ed", r"""
        sed -i -e '/Drei/d' -e '/example.org/d' -e '/^## week 2/a th 10:15 25 speed e5 triage A new one\n    tip: Fast\n    depends: w01-mo' "$1"
        sed -i -e 's/^fr 14:00/we 08:00/' "$1" """))
    assert status == 0, shown
    after = plan.read_bytes()
    gone, new = changed_lines(before, after)
    assert b"DTSTART:20010105T140000" in gone and b"DTSTART:20010103T080000" in new
    assert b"UID:p-W02-WE" in gone and b"UID:p-W01-FR" not in gone
    assert any(line.startswith(b"UID:") and line.endswith(b"-W02-TH") for line in new), new
    assert b"RELATED-TO;RELTYPE=DEPENDS-ON:p-W01-MO" in lines_of(after) and after.count(b"BEGIN:VALARM") == 6
    ids = [s["id"] for s in world.call("ShowPlan", {"plan": "p"})["sessions"]]
    assert ids == ["w01-mo", "w01-we", "w02-th"]
    for line in KEEP:
        assert line.encode() in lines_of(after)


def test_the_sheet_is_private_and_visual_goes_first(world, plan):
    mode = world.root / "mode"
    status, _ = edit(world, "false", VISUAL=script(world, "visual", f"stat -c %a \"$1\" > {mode}"))
    assert status == 0 and mode.read_text().strip() == "600"


def test_an_error_stands_above_its_line_and_is_asked_again(world, plan):
    """First save: wrong type. The second finds the mark above the line, mends it and saves."""
    seen = world.root / "seen"
    status, shown = edit(world, script(world, "ed", f"""
        if [ -e {seen} ]; then cp "$1" {seen}.2; sed -i 's/ lang / speed /' "$1"; else touch {seen}; sed -i 's/ long  / lang  /' "$1"; fi"""))
    assert status == 0, shown
    text = (world.root / "seen.2").read_text().splitlines()
    at = next(i for i, line in enumerate(text) if "lang" in line and not line.startswith("#"))
    assert text[at - 1].startswith("#! type is not usable: 'lang'"), text[at - 1:at + 1]
    assert b"X-PACER-TYPE:speed" in plan.read_bytes() and b"#!" not in plan.read_bytes() and not sheets(world)


def test_giving_up_after_an_error_keeps_the_sheet(world, plan):
    before, seen = plan.read_bytes(), world.root / "seen"
    status, shown = edit(world, script(world, "ed", f"""[ -e {seen} ] || sed -i 's/14:00/25:00/' "$1"; touch {seen}"""))
    assert status == 1 and "is kept in" in shown and "25:00" in shown, shown
    assert plan.read_bytes() == before and "25:00" in sheets(world)[0].read_text()


def test_a_sheet_that_is_no_utf8_is_asked_for_again(world, plan):
    seen = world.root / "seen"
    status, shown = edit(world, script(world, "ed", f"""
        if [ -e {seen} ]; then cp "$1" {seen}.2; iconv -f latin1 -t utf-8 "$1" > {seen}.3; cat {seen}.3 > "$1"
        else touch {seen}; sed -i 's/\\bOne\\b/Gr\\xfc\\xdfe/' "$1"; fi"""))
    assert status == 0 and "no UTF-8 text" in shown, shown
    text = (world.root / "seen.2").read_bytes().splitlines()
    at = next(i for i, line in enumerate(text) if b"Gr\xfc\xdfe" in line)
    assert text[at - 1].startswith(b"#! the line below is no UTF-8 text") and sum(line.startswith(b"#! the line") for line in text) == 1
    assert "SUMMARY:Gr\u00fc\u00dfe".encode() in plan.read_bytes() and not sheets(world)


def test_a_sheet_that_is_no_utf8_is_kept(world, plan):
    before = plan.read_bytes()
    status, shown = edit(world, script(world, "ed", """sed -i 's/\\bOne\\b/\\xfc/' "$1" """), attended=False)
    assert status == 6 and "no UTF-8 text" in shown and "is kept in" in shown, shown
    assert plan.read_bytes() == before and b"\xfc" in sheets(world)[0].read_bytes()


def test_with_nobody_there_the_error_is_told_once(world, plan):
    before = plan.read_bytes()
    status, shown = edit(world, script(world, "ed", """sed -i 's/14:00/25:00/' "$1" """), attended=False)
    assert status == 6 and "time is not usable: '25:00'" in shown and "is kept in" in shown, shown
    assert plan.read_bytes() == before and len(sheets(world)) == 1


def test_an_editor_that_fails_changes_nothing(world, plan):
    before = plan.read_bytes()
    status, shown = edit(world, script(world, "ed", """sed -i 's/One/Two/' "$1"; exit 3"""))
    assert status == 1 and "did not end well" in shown, shown
    assert plan.read_bytes() == before and len(sheets(world)) == 1


def test_a_change_meanwhile_is_a_conflict(world, plan):
    """While the editor is open another program changes the file: it stays as that left it, and the sheet is kept."""
    other = plan.read_bytes().replace(b"SUMMARY:One", b"SUMMARY:Someone else's")
    (world.root / "other.ics").write_bytes(other)
    status, shown = edit(world, script(world, "ed", f"""sed -i 's/One/Mine/' "$1"; cp {world.root}/other.ics {plan}.new; mv {plan}.new {plan}"""))
    assert status == 1 and "meanwhile" in shown and "is kept in" in shown, shown
    assert plan.read_bytes() == other and "Mine" in sheets(world)[0].read_text()


def test_a_daemon_that_was_restarted_meanwhile(world, plan):
    status, shown = edit(world, script(world, "ed", f"""sed -i 's/One/Mine/' "$1"; kill {world.daemon.pid}; while [ -e /proc/{world.daemon.pid}/fd/0 ]; do sleep 0.05; done"""))
    assert status == 0, shown
    assert b"SUMMARY:Mine" in plan.read_bytes()


def test_no_such_plan(world, plan):
    status, shown = edit(world, "true", name="q")
    assert status == 4 and "no plan is called 'q'" in shown


def test_a_shipped_plan_becomes_ones_own(world, plan):
    system = world.system_plans / "customer-service-18.ics"
    before = system.read_bytes()
    status, shown = edit(world, script(world, "ed", """sed -i 's/^goal: .*/goal: Mine/' "$1" """), name="customer-service-18")
    assert status == 0, shown
    assert system.read_bytes() == before
    assert changed_lines(before, (world.plans / system.name).read_bytes())[1] == [b"X-PACER-GOAL:Mine"]


def test_escape_sequences_are_shown_and_never_carried_out(world):
    """C1 controls are legal in a plan's text; on a terminal they would act."""
    world.plans.joinpath("evil.ics").write_bytes(plan_text("evil", [{"day": 0, "time": "09:00", "title": "a\u009b2Jb", "uid": "e-1"}]))
    world.start(at="2026-11-30 08:00")
    status, shown = edit(world, script(world, "ed", """sed -i 's/ 20 / 25 /; s/2Jb/2Jc/' "$1" """), name="evil")
    assert status == 0, shown
    assert "\u009b" not in shown and "\x1b[2J" not in shown
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(BUILD / "pacer", ["pacer", "plan", "export", "evil"], world.env(TERM="xterm"))
    shown = b""
    try:
        while data := os.read(terminal, 65536):
            shown += data
    except OSError:
        pass
    os.close(terminal)
    os.waitpid(pid, 0)
    assert b"2Jc" in shown and b"\xc2\x9b" not in shown


# --- spreadsheets --------------------------------------------------------------------------------------------------------------------

def rows(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_every_form_goes_round_without_a_difference(world, plan):
    for name in ["p", *(path.stem for path in world.system_plans.glob("*.ics"))]:
        file = next(p for p in (world.plans / f"{name}.ics", world.system_plans / f"{name}.ics") if p.exists())
        before = file.read_bytes()
        for ending in ("csv", "sheet", "ics"):
            out = world.root / f"{name}.{ending}"
            world.pacer("plan", "export", name, "-o", out)
            reply = world.try_pacer("plan", "import", out, "--yes", "--json")
            assert reply.status == 0 and reply.json["differences"] == [], reply
        assert file.read_bytes() == before and out.read_bytes() == before


def test_another_reader_sees_the_same(world, plan):
    table = rows(world.pacer("plan", "export", "p", "--csv"))
    assert [row["id"] for row in table] == ["w01-mo", "w01-fr", "w02-we"]
    assert table[1]["title"] == 'Two; with "quotes"' and table[1]["description"] == "First line\nSecond: # line"
    assert table[1]["depends"] == "w01-mo" and table[2]["prep"] == "https://example.org/a; Pen" and table[2]["time"] == "11:00"


@pytest.mark.parametrize("mark,end,separator", [("", "\n", ","), ("\ufeff", "\r\n", ";"), ("", "\r\n", "\t"), ("\ufeff", "\n", ";")])
def test_a_changed_table_changes_what_it_says(world, plan, mark, end, separator):
    before = plan.read_bytes()
    table = rows(world.pacer("plan", "export", "p", "--csv"))
    table[0]["minutes"], table[1]["tip"] = "25", "Slow; then, fast"
    columns = list(reversed(table[0]))
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, delimiter=separator, lineterminator=end)
    writer.writeheader()
    writer.writerows(table)
    file = world.root / "p.csv"
    file.write_bytes((mark + out.getvalue()).encode())
    reply = world.try_pacer("plan", "import", file, "--yes", "--json")
    assert sorted((d["session"], d["field"], d["to"]) for d in reply.json["differences"]) == [
        ("w01-fr", "tip", "Slow; then, fast"), ("w01-mo", "minutes", "25")], reply
    gone, new = changed_lines(before, plan.read_bytes())
    assert gone == [] and new == [b"DURATION:PT25M", b"X-PACER-TIP:Slow\\; then\\, fast"], (gone, new)


def through_office(world, file):
    """Opened and saved by LibreOffice: into its own format and back."""
    program = shutil.which("soffice")
    assert program, "LibreOffice Calc is not installed: make deps"
    own = file.with_suffix(".ods")
    for source, target in ((file, "ods"), (own, "csv")):
        argv = [program, f"-env:UserInstallation=file://{world.root}/home/office", "--headless", "--convert-to",
                "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false" if target == "csv" else target,
                "--infilter=CSV:44,34,76,1" if target == "ods" else "--infilter=calc8", "--outdir", world.root, source]
        subprocess.run([str(a) for a in argv], env={**world.env(), "LANG": "C.UTF-8"}, check=True, timeout=120, capture_output=True)
        if target == "ods":
            file.unlink()
    assert file.exists()


def test_through_a_spreadsheet_program(world, plan):
    file = world.root / "p.csv"
    for name in ("p", "customer-service-18"):
        world.pacer("plan", "export", name, "-o", file)
        exported = file.read_bytes()
        through_office(world, file)
        reply = world.try_pacer("plan", "import", file, "--as", name, "--dry-run", "--json")
        assert reply.status == 0 and reply.json["differences"] == [], (reply, exported == file.read_bytes())


def test_no_cell_is_carried_out_as_a_formula(world):
    """Texts that a spreadsheet would compute stay texts, in LibreOffice as in the plan."""
    titles = ["=1+1", "+49 30 1234", "-5 to go", "@team", "'=quoted", "=cmd|' /C calc'!A0", "'plain'"]
    sessions = [{"day": i, "time": "09:30", "title": title, "uid": f"f-{i}"} for i, title in enumerate(titles)]
    (world.plans / "f.ics").write_bytes(plan_text("f", sessions))
    world.start(at="2026-11-30 08:00")
    file = world.root / "f.csv"
    world.pacer("plan", "export", "f", "-o", file)
    assert [row["title"][0] for row in rows(file.read_text())] == ["'"] * len(titles)
    through_office(world, file)
    seen = [row["title"] for row in rows(file.read_text())]
    assert seen == ["'" + title if title != "'plain'" else title for title in titles], seen
    reply = world.try_pacer("plan", "import", file, "--dry-run", "--json")
    assert reply.status == 0 and reply.json["differences"] == [], reply


def test_no_title_becomes_a_number(world):
    """What a spreadsheet would take for a number, a date or a truth value comes back as it was; other texts have no apostrophe."""
    titles = ["007", "1e3", "2026-01-01", "TRUE", "3 May", "1/2", "50%", "9:30 AM", "'007", "1,000", "Jan 2026", "5 calls", "12", "Long 5"]
    sessions = [{"day": i, "time": "09:30", "title": title, "uid": f"n-{i}", "lines": ["X-PACER-REVIEW:1 3 7 21"]} for i, title in enumerate(titles)]
    (world.plans / "n.ics").write_bytes(plan_text("n", sessions))
    world.start(at="2026-11-30 08:00")
    file = world.root / "n.csv"
    world.pacer("plan", "export", "n", "-o", file)
    through_office(world, file)
    table = rows(file.read_text())
    assert [row["title"] for row in table] == ["'" + title for title in titles[:11]] + titles[11:], table
    assert {row["review"] for row in table} == {"1 3 7 21"}
    reply = world.try_pacer("plan", "import", file, "--dry-run", "--json")
    assert reply.status == 0 and reply.json["differences"] == [], reply
    text = file.read_text().replace(",20,short,", ",20.0,short,").replace(",1,", ",1.0,")
    assert text != file.read_text()
    file.write_text(text)
    reply = world.try_pacer("plan", "import", file, "--dry-run", "--json")
    assert reply.status == 0 and reply.json["differences"] == [], reply


HEAD = "id,week,weekday,time,minutes,type,title\n"


@pytest.mark.parametrize("text,place,says", [
    ("", ": row 1:", "'week' is missing"),
    ("id,wek,weekday,time,type,title\n", ": row 1:", "row 1, column B: unknown column: 'wek', did you mean 'week'"),
    (HEAD + "w01-mo,1,mo,09:30,20,short,One\nw01-fr,1,fr,25:00,60,long,Two\n", ": row 3, column D (time):", "time is not usable: '25:00'"),
    (HEAD + "w01-mo,1,mo,09:30,1h,short,One\n", ": row 2, column E (minutes):", "minutes is not usable: '1h'"),
    (HEAD + "w09-mo,1,mo,09:30,20,short,One\n", ": row 2, column A (id):", "no session is called 'w09-mo'"),
    (HEAD + "w01-mo,1,mo,09:30,20,short,One\n\nw01-mo,1,mo,09:30,20,short,One\n", ": row 4, column A (id):", "'w01-mo'"),
    (HEAD + "w01-mo,7,mo,09:30,20,short,One\n", ": row 2, column B (week):", "ends with week 2"),
    (HEAD + "w01-mo,1,mo,09:30,20,\"short,One\n", ": row 2, column F (type):", "a quote that is not closed"),
    (HEAD.replace("id,", "") + "1,mo,09:30,20,short,One\n", ": row 1:", "'id' is missing"),
    (HEAD.strip() + ",depends\nw01-mo,1,mo,09:30,20,short,One,w01-xx\n", ": row 2, column H (depends):", "'w01-xx'"),
])
def test_bad_tables_name_row_and_value(world, plan, text, place, says):
    before = plan.read_bytes()
    file = world.root / "p.csv"
    file.write_text(text)
    answer = world.try_pacer("plan", "import", file, "--yes")
    assert answer.status == 6 and f"p.csv{place}" in answer.err and says in answer.err, answer
    assert plan.read_bytes() == before
    assert world.try_pacer("plan", "import", file, "--yes", "--json").json["error"] == "InvalidImport"


def test_every_fault_of_a_table_is_told(world, plan):
    """All at once, by row and column; after twenty only how many more there are."""
    before, file = plan.read_bytes(), world.root / "p.csv"
    file.write_text(HEAD + "w01-mo,x,mo,09:30,1h,short,One\nw01-fr,1,fr,14:00,60,lang,Two\n")
    answer = world.try_pacer("plan", "import", file, "--yes")
    assert answer.status == 6, answer
    lines = answer.err.splitlines()
    assert lines[0].startswith(f"pacer: {file}: row 2, column B (week): week is not usable: 'x'"), lines
    assert lines[1].startswith("  row 2, column E (minutes): minutes is not usable: '1h'"), lines
    assert lines[2].startswith("  row 3, column F (type): type is not usable: 'lang'") and len(lines) == 3, lines
    file.write_text(HEAD + "w01-mo,1,mo,9.30,20,short,One\n" * 33)
    answer = world.try_pacer("plan", "import", file, "--yes")
    assert len(answer.err.splitlines()) == 21 and answer.err.splitlines()[-1] == "  and 14 more", answer  # the id twice is one of them
    reply = world.try_pacer("plan", "import", file, "--yes", "--json").json
    assert (reply["line"], reply["column"], len(reply["more"]), reply["unlisted"]) == (2, "time", 19, 14), reply
    assert plan.read_bytes() == before


def test_files_that_are_no_tables(world, plan):
    for name, data, status in (("utf16.csv", HEAD.encode("utf-16"), 6), ("be.csv", b"\xfe\xff" + HEAD.encode("utf-16-be"), 6), ("latin.csv", (HEAD + "w01-mo,1,mo,09:30,20,short,\xe4").encode("latin-1"), 6),
                               ("p.xlsx", b"PK", 2), ("missing.csv", None, 4)):
        file = world.root / name
        if data is not None:
            file.write_bytes(data)
        answer = world.try_pacer("plan", "import", file, "--as", "p", "--yes")
        assert answer.status == status if status else answer.status != 0, answer
        assert answer.err.startswith("pacer: ") and name in answer.err
        assert ("UTF-16 text" in answer.err) == (name in ("utf16.csv", "be.csv")) and ("save it as UTF-8" in answer.err) == (status == 6), answer


def test_a_table_becomes_a_new_plan(world, plan):
    file = world.root / "fresh.csv"
    file.write_text(HEAD.strip() + ",depends\n,1,mo,09:30,20,short,One,\nw02-fr,2,fr,14:00,,long,Two,w01-mo\nw01-mo,1,mo,11:00,,easy,Three,\n")
    answer = world.try_pacer("plan", "import", file)
    assert answer.status == 2 and "--yes" in answer.err and not (world.plans / "fresh.ics").exists(), answer
    reply = world.try_pacer("plan", "import", file, "--yes", "--json").json
    assert reply["plan"]["weeks"] == 2 and reply["plan"]["sessions"] == 3
    shown = world.call("ShowPlan", {"plan": "fresh"})["sessions"]
    assert [(s["id"], s["title"]) for s in shown] == [("w01-mo2", "One"), ("w01-mo", "Three"), ("w02-fr", "Two")]
    data = (world.plans / "fresh.ics").read_bytes()
    assert data.count(b"BEGIN:VALARM") == 6 and re.search(rb"RELTYPE=DEPENDS-ON:[0-9a-f-]{36}-W01-MO\r\n", data.replace(b"\r\n ", b""))


def test_a_table_lacks_the_head_of_its_plan(world, plan):
    """As a new plan it says what is missing, and the commands it names make it whole; the plan it is of keeps its own head."""
    world.pacer("plan", "new", "six", "--weeks", "6")
    world.pacer("plan", "set", "six", "goal", "Calm")
    file = world.root / "six.csv"
    assert "holds the sessions and nothing else" in " ".join(world.pacer("plan", "export", "six", "-o", file).split())
    before = (world.plans / "six.ics").read_bytes()
    assert world.try_pacer("plan", "import", file, "--as", "six", "--yes", "--json").json["differences"] == []
    file.write_text("\ufeff" + file.read_text().replace("Listen", "Hear"))
    world.pacer("plan", "import", file, "--as", "six", "--yes")
    after = (world.plans / "six.ics").read_bytes()
    assert after != before and all(line in lines_of(after) for line in lines_of(before) if line.startswith((b"X-PACER-GOAL", b"X-PACER-PHASES", b"X-PACER-DONE")))
    reply = world.try_pacer("plan", "import", file, "--as", "copy", "--yes", "--json").json
    told = " ".join(reply["report"])
    for text in ("title from the plan's name: copy", "phases from the number of weeks: base=1-2 build=3 peak=4 taper=5 race=6", "no class", "no stations",
                 "a draft: nobody is enrolled in it"):
        assert text in told, told
    assert {f["code"] for f in reply["findings"] if f["severity"] == "error"} == {"E-GOAL"}, reply
    assert world.try_pacer("enroll", "copy", "--start", "next mon", "--yes").status == 6
    for field in ("goal", "done"):
        command = re.search(rf'which is needed: pacer (plan set copy {field}) "..."', told).group(1)
        world.pacer(*command.split(), "Calm")
    world.pacer("enroll", "copy", "--start", "next mon", "--yes")


def test_export_goes_where_it_is_told(world, plan):
    """Links stay links, a pipe gets the bytes, '-' is the standard output, and what is no file is refused."""
    expected = world.pacer("plan", "export", "p", "--csv")
    assert world.pacer("plan", "export", "p", "--csv", "-o", "-") == expected and not pathlib.Path("-").exists()
    target, link, second = world.root / "target.csv", world.root / "link.csv", world.root / "second.csv"
    target.write_text("old")
    target.chmod(0o640)
    link.symlink_to("target.csv")
    second.symlink_to(link)
    assert f"Written: {second}" in world.pacer("plan", "export", "p", "-o", second)
    assert second.is_symlink() and link.is_symlink() and not target.is_symlink()
    assert target.read_bytes().decode() == expected
    assert target.stat().st_mode & 0o777 == 0o640
    pipe = world.root / "pipe.csv"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    assert world.try_pacer("plan", "export", "p", "-o", pipe).status == 0
    assert os.read(reader, 65536) == target.read_bytes() and stat.S_ISFIFO(pipe.stat().st_mode)
    os.close(reader)
    lost, folder, door = world.root / "lost.csv", world.root / "folder.csv", world.root / "door.csv"
    lost.symlink_to("nowhere.csv")
    folder.mkdir()
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(door))
    for path, says in ((lost, "a file that is not there"), (folder, "it is a folder"), (door, "it is no file")):
        answer = world.try_pacer("plan", "export", "p", "-o", path)
        assert answer.status == 5 and says in answer.err and "Written" not in answer.out, answer
    assert lost.is_symlink() and not (world.root / "nowhere.csv").exists() and not list(world.root.glob(".*.tmp"))


def test_a_full_disk_leaves_the_old_file(world, plan):
    target = world.root / "p.csv"
    target.write_text("old")
    argv = ["bash", "-c", 'ulimit -f 0; trap "" XFSZ; exec "$@"', "bash", BUILD / "pacer", "plan", "export", "p", "-o", target]
    run = subprocess.run([str(a) for a in argv], env=world.env(), stdin=subprocess.DEVNULL, capture_output=True, timeout=30)
    assert run.returncode == 5 and b"cannot write" in run.stderr and b"Written" not in run.stdout, run
    assert target.read_text() == "old" and not list(world.root.glob(".*.tmp"))


def test_export_writes_whole_files_only(world, plan):
    target = world.root / "no" / "p.csv"
    answer = world.try_pacer("plan", "export", "p", "-o", target)
    assert answer.status == 5 and "cannot write" in answer.err
    assert world.try_pacer("plan", "export", "p", "--csv", "--ics").status == 2


# --- calendars of other programs -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name,anchor,sessions,says", [
    ("thunderbird", "2026-11-30", 4, ["categories: long 1", "'quiz' tuneup 1", "1 task: 'Order a headset'", "each time: 'Stand-up quiz' 3",
                                      "Europe/Berlin 4"]),
    ("google", "2026-11-30", 2, ["weekday: short 1, cross 1", "1 event: 'Away day'", "effort not said", "Europe/Berlin 1", "clock of Europe/Berlin (X-WR-TIMEZONE)", "tags: 1 event"]),
    ("outlook", "2026-11-30", 2, ["'W. Europe Standard Time' is read as Europe/Berlin", "categories: short 1", "weekday: long 1"]),
])
def test_foreign_calendars_are_kept_and_guesses_told(world, name, anchor, sessions, says):
    world.start(at="2026-11-20 08:00")
    source = ROOT / "tests" / "data" / "ical" / f"foreign-{name}.ics"
    answer = world.try_pacer("plan", "import", source, "--as", name, "--dry-run")
    assert answer.status == 0 and anchor in answer.out, answer
    told = " ".join(answer.out.split())
    for text in says:
        assert text in told, answer
    reply = world.try_pacer("plan", "import", source, "--as", name, "--yes", "--json").json
    assert reply["plan"]["sessions"] == sessions
    kept, given = (world.plans / f"{name}.ics").read_bytes(), source.read_bytes()
    if name == "outlook":
        assert b"TZID=Europe/Berlin:20261130T093000" in kept
        kept = kept.replace(b";TZID=Europe/Berlin", b';TZID="W. Europe Standard Time"').replace(b"TZID:Europe/Berlin", b"TZID:W. Europe Standard Time")
    if name == "thunderbird":  # the type that was guessed stands before the alarm, or the end
        assert kept.count(b"X-PACER-TYPE:tuneup\r\nEND:VEVENT\r\n") == 1
        kept = kept.replace(b"X-PACER-TYPE:tuneup\r\n", b"")
    assert kept == given
    world.pacer("enroll", name, "--start", "2026-11-30", "--yes")
    assert world.try_pacer("plan", "import", source, "--as", name, "--dry-run").out.count("nothing to change") == 1


def test_a_calendar_with_errors_becomes_a_draft(world):
    """It is kept byte for byte and says that it is a draft; a sheet of it tells what is missing, and leaves it where it is."""
    world.start(at="2026-11-20 08:00")
    lost = "BEGIN:VEVENT\r\nUID:x-9\r\nDTSTART:2001010xT100000\r\nSUMMARY:Lost one\r\nX-A:b\r\nEND:VEVENT\r\n".encode()
    given = plan_text("d", SESSIONS).replace(b"END:VCALENDAR", lost + b"END:VCALENDAR")
    source = world.root / "d.ics"
    source.write_bytes(given)
    answer = world.try_pacer("plan", "import", source, "--yes")
    assert answer.status == 0 and "a draft: 1 session cannot be used" in answer.out, answer
    file = world.plans / "d.ics"
    assert file.read_bytes() == given
    sheet = world.pacer("plan", "export", "d")
    assert "kept in the file as it is" in sheet and "Lost one" in sheet and len(rows(world.pacer("plan", "export", "d", "--csv"))) == 3
    status, shown = edit(world, script(world, "ed", r"""sed -i -e 's/\bOne\b/Uno/' -e '/Drei/d' -e '/example.org/d' "$1" """), name="d")
    assert status == 0, shown
    after = file.read_bytes()
    assert lost in after and b"SUMMARY:Uno" in after and b"Drei" not in after
    table = world.root / "d.csv"
    world.pacer("plan", "export", "d", "-o", table)
    table.write_text(table.read_text().replace("Uno", "Un"))
    assert world.try_pacer("plan", "import", table, "--yes").status == 0
    assert lost in file.read_bytes() and b"SUMMARY:Un\r\n" in file.read_bytes()


def test_a_foreign_calendar_can_be_edited(world):
    """Dates, zones and everything unknown stay; a session of a series cannot be changed, which is told at its line."""
    world.start(at="2026-11-20 08:00")
    source = ROOT / "tests" / "data" / "ical" / "foreign-thunderbird.ics"
    world.pacer("plan", "import", source, "--as", "t", "--yes")
    before = (world.plans / "t.ics").read_bytes()
    status, shown = edit(world, script(world, "ed", """sed -i 's/^fr 14:00   60/fr 15:30   45/' "$1" """), name="t")
    assert status == 0, shown
    gone, new = changed_lines(before, (world.plans / "t.ics").read_bytes())
    assert b"DTSTART;TZID=Europe/Berlin:20261204T153000" in new and b"DURATION:PT45M" in new, new
    assert gone == [b"DTSTART;TZID=Europe/Berlin:20261204T140000", b"DTEND;TZID=Europe/Berlin:20261204T150000"]
    status, shown = edit(world, script(world, "ed", """sed -i 's/Stand-up quiz/Other/' "$1" """), name="t", attended=False)
    assert status == 6, shown


def test_times_in_utc_stay_on_the_clock_of_their_calendar(world):
    """08:30Z of a calendar in Berlin is 09:30, in summer too; a move writes UTC again, and nothing else."""
    world.start(at="2026-11-20 08:00")
    world.pacer("plan", "import", ROOT / "tests" / "data" / "ical" / "foreign-google.ics", "--as", "g", "--yes")
    file = world.plans / "g.ics"
    before = file.read_bytes()
    assert "09:30" in world.pacer("plan", "simulate", "g", "--start", "2027-06-07")
    sheet = world.pacer("plan", "export", "g")
    assert "tu 09:30" in sheet and "<a href" not in sheet, sheet
    status, shown = edit(world, script(world, "ed", """sed -i 's/^tu 09:30/tu 10:15/' "$1" """), name="g")
    assert status == 0, shown
    gone, new = changed_lines(before, file.read_bytes())
    assert b"DTSTART:20261201T091500Z" in new and b"DTEND:20261201T094500Z" in new and not [x for x in gone if b"DESCRIPTION" in x], (gone, new)
    assert "tu 10:15" in world.pacer("plan", "export", "g")


# --- findings and conflicts ------------------------------------------------------------------------------------------------------------

def test_what_the_checks_refuse_stands_at_its_line(world, plan):
    before, seen = plan.read_bytes(), world.root / "seen"
    status, shown = edit(world, script(world, "ed", f"""[ -e {seen} ] || sed -i 's/14:00   60/14:00  200/' "$1"; touch {seen}"""))
    assert status == 1 and "E-RANGE" in shown, shown
    text = sheets(world)[0].read_text().splitlines()
    at = next(i for i, line in enumerate(text) if line.startswith("fr 14:00"))
    assert text[at - 1].startswith("#! E-RANGE"), text
    assert plan.read_bytes() == before


@pytest.fixture
def training(world):
    """A daemon and a plan without errors, t; adding a second long session to its weeks is one."""
    world.start(at="2026-11-30 08:00")
    world.pacer("plan", "new", "t", "--weeks", "6")
    return world.plans / "t.ics"


def pair(seen, after="true"):
    """The editor: first a second long session into week 2, then `after`; what it is given the second time goes into seen."""
    return f"""if [ -e {seen} ]; then cp "$1" {seen}.2; {after}
        else touch {seen}; sed -i '/^## week 2/a sa 10:00  40  long  e4  -  Extra' "$1"; fi"""


def test_bad_training_stands_at_its_lines(world, training):
    """The editor opens again, with the error at its session; saved as it is then, the sheet becomes a draft."""
    seen = world.root / "seen"
    status, shown = edit(world, script(world, "ed", pair(seen)), name="t")
    assert status == 0 and "Saved" in shown and "a draft" in shown, shown
    text = (world.root / "seen.2").read_text().splitlines()
    assert text[0].startswith("#! ") and "draft" in text[0] and "give up" in text[0], text[0]
    at = [i for i, line in enumerate(text) if line.startswith("#! E-LONG-2")]
    assert len(at) == 1, text
    below = next(line for line in text[at[0]:] if not line.startswith("#"))
    week = next(line for line in reversed(text[:at[0]]) if line.startswith("## week"))
    assert week.startswith("## week 2") and " long " in below, (week, below)
    data = training.read_bytes()
    assert b"SUMMARY:Extra" in data and b"#!" not in data and b"#~" not in data and not sheets(world)
    assert world.try_pacer("plan", "lint", "t").status == 6


def test_bad_training_is_mended_in_the_second_round(world, training):
    status, shown = edit(world, script(world, "ed", pair(world.root / "seen", """sed -i 's/ long  e4  -  Extra/ easy e2 - Extra/' "$1" """)), name="t")
    assert status == 0 and "Saved" in shown and "a draft" not in shown, shown
    assert b"SUMMARY:Extra" in training.read_bytes() and world.try_pacer("plan", "lint", "t").status == 0


def test_bad_training_is_given_up(world, training):
    before = training.read_bytes()
    status, shown = edit(world, script(world, "ed", pair(world.root / "seen", ': > "$1"')), name="t")
    assert status == 1 and "Nothing was changed" in shown, shown
    assert training.read_bytes() == before and not sheets(world)


def test_bad_training_is_told_where_nobody_is(world, training):
    """Kept as a draft at once: there is nobody to be asked, and the editor may be a program that does the same twice."""
    status, shown = edit(world, script(world, "ed", pair(world.root / "seen")), name="t", attended=False)
    assert status == 0 and "E-LONG-2" in shown and "a draft" in shown and "Saved" in shown, shown
    assert b"SUMMARY:Extra" in training.read_bytes() and not (world.root / "seen.2").exists()


def test_a_draft_that_stays_one_is_not_asked_about_nothing(world, training):
    world.pacer("plan", "set", "t", "goal", "--unset")
    status, shown = edit(world, script(world, "ed", """echo >> "$1" """), name="t")
    assert status == 0 and "Nothing was changed" in shown and "Saved" not in shown, shown


def test_a_conflict_names_what_changed_since(world, plan):
    first = world.call("ExportPlan", {"plan": "p", "format": "sheet"})

    def put(text):
        return world.try_pacer("plan", "import", text, "--as", "p", "--yes")

    mine = world.root / "p.sheet"
    mine.write_text(first["text"].replace("One", "Eins"))
    assert put(mine).status == 0
    with pytest.raises(Exception) as caught:
        world.call("ImportPlan", {"text": first["text"].replace("Drei", "Three"), "format": "sheet", "name": "p", "based_on": first["revision"]})
    assert "RevisionConflict" in str(caught.value) and "Eins" in str(caught.value), caught.value
    assert b"SUMMARY:Eins" in plan.read_bytes() and b"Three" not in plan.read_bytes()


def test_a_kept_sheet_rests_on_what_it_was_made_of(world, plan):
    """After a conflict the sheet lies there for later. Taken in later, it does not go over what changed meanwhile unasked."""
    other = plan.read_bytes().replace(b"SUMMARY:One", b"SUMMARY:Someone else's")
    (world.root / "other.ics").write_bytes(other)
    status, shown = edit(world, script(world, "ed", f"""sed -i 's/Drei/Trois/' "$1"; cp {world.root}/other.ics {plan}.new; mv {plan}.new {plan}"""))
    assert status == 1 and "# Made of p" in shown, shown
    kept = sheets(world)[0]
    answer = world.try_pacer("plan", "import", kept, "--as", "p", "--yes")
    assert answer.status == 1 and "meanwhile" in answer.err and "w01-mo" not in answer.out, answer
    assert plan.read_bytes() == other
    now = world.call("ExportPlan", {"plan": "p", "format": "ics"})["revision"]
    wait_for(lambda: now in [p.get("revision") for p in world.call("ListPlans")["plans"]], "the list of plans to know the file")
    kept.write_text("".join(line for line in kept.read_text().splitlines(True) if not line.startswith("# Made of")))
    assert world.try_pacer("plan", "import", kept, "--as", "p", "--yes").status == 0  # asked for
    assert "Trois".encode() in plan.read_bytes() and b"Someone" not in plan.read_bytes()


def test_the_parameters_of_a_changed_line_stay(world, plan):
    plan.write_bytes(plan.read_bytes().replace(b"SUMMARY:One", b"SUMMARY;LANGUAGE=en;ALTREP=\"cid:1\";X-TEAM=a:One"))
    before = plan.read_bytes()
    status, shown = edit(world, script(world, "ed", r"""sed -i 's/\bOne\b/Uno/' "$1" """))
    assert status == 0, shown
    assert changed_lines(before, plan.read_bytes()) == ([b'SUMMARY;LANGUAGE=en;ALTREP="cid:1";X-TEAM=a:One'], [b"SUMMARY;LANGUAGE=en;X-TEAM=a:Uno"])


@pytest.mark.parametrize("name", ["../x", "a/b", ".hidden", "", "x" * 65])
def test_names_that_leave_the_folder_are_refused(world, plan, name):
    answer = world.try_pacer("plan", "import", ROOT / "tests" / "data" / "ical" / "plan.ics", "--as", name, "--yes")
    assert answer.status == 2, answer
    assert [path.name for path in world.plans.iterdir()] == ["p.ics"]
