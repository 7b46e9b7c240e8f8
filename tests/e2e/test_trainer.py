"""A trainer's day with the real programs: from an empty file to a version 2 that reaches a learner in the middle of the plan."""

import csv
import shutil

from harness import BUILD, wait_for

PLAN = "six"


def rows_of(path):
    with open(path, encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def write_rows(path, rows):
    """As a spreadsheet writes it: semicolons, a byte order mark, CRLF."""
    with open(path, "w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)


def test_from_an_empty_file_to_version_two(desk):
    shutil.copytree(BUILD / "holidays", desk.root / "share" / "pacer" / "holidays")
    desk.start_clocked("2026-11-30 08:00")
    # A complete skeleton without an error or a warning.
    made = desk.ask("plan", "new", PLAN, "--weeks", "6")
    assert made["plan"]["weeks"] == 6 and made["plan"]["sessions"] == 30
    lint = desk.ask("plan", "lint", PLAN, "--strict")
    assert [(p["errors"], p["warnings"]) for p in lint["plans"]] == [(0, 0)], lint
    path = desk.plans / f"{PLAN}.ics"
    assert b"good: 30 sessions in 6 weeks" in desk.run([BUILD / "pacerd", "--check", "--strict", path]).stdout
    # A field, by the daemon: that line and the stamps.
    first = path.read_bytes().splitlines()
    desk.ask("plan", "set", PLAN, "w02-tu", "title", "Listen, then say it back in your words")
    second = path.read_bytes().splitlines()
    changed = {line.split(b":")[0].split(b";")[0] for line in set(second) - set(first)}
    assert changed <= {b"SUMMARY", b"SEQUENCE", b"DTSTAMP", b"LAST-MODIFIED"}, changed
    # A year of starts.
    fares = desk.ask("plan", "simulate", PLAN, "--starts", "2027-01-04..2027-12-27", "--region", "DE")["fares"]
    assert len(fares) == 52 and {f["verdict"] for f in fares} > {"good"}, "some starts are better than others"
    # A learner takes it up, does a session and moves another.
    start = "2026-11-30"
    desk.ask("enroll", PLAN, "--start", start, "--yes")
    desk.set_clock("2026-12-01 08:00")
    desk.ask("done", "w01-mo")
    desk.ask("move", "w02-we", "2026-12-11", "11:00")
    # Out to a spreadsheet, changed there, and back.
    sheet = desk.root / "six.csv"
    desk.pacer("plan", "export", PLAN, "--csv", "-o", sheet)
    old = desk.root / "old.ics"
    shutil.copy(path, old)
    rows = rows_of(sheet)
    assert len(rows) == 30
    for row in rows:
        row["minutes"] = "25" if row["id"] == "w03-tu" else row["minutes"]
        row["time"] = {"w02-we": "13:30", "w03-we": "13:30", "w01-mo": "11:00"}.get(row["id"], row["time"])
    write_rows(sheet, rows)
    dry = desk.ask("plan", "import", sheet, "--as", PLAN, "--dry-run")
    assert {d["session"] for d in dry["differences"]} == {"w01-mo", "w02-we", "w03-we", "w03-tu"}
    assert path.read_bytes() == old.read_bytes()
    desk.ask("plan", "import", sheet, "--as", PLAN, "--yes")
    differences = desk.ask("plan", "diff", old, path)["differences"]
    assert {(d["session"], d["kind"]) for d in differences} == {("w01-mo", "moved"), ("w02-we", "moved"), ("w03-we", "moved"), ("w03-tu", "changed")}
    # The file says that it is another version now.
    desk.ask("plan", "set", PLAN, "version", "2")
    assert desk.ask("plan", "show", PLAN)["version"] == "2"
    assert {(d["field"], d["from"], d["to"]) for d in desk.ask("plan", "diff", old, path)["differences"] if d["kind"] == "plan"} == {("version", "1", "2")}
    # And it has reached the learner: done stays, the own move stays, the rest follows, once told.
    wait_for(lambda: desk.session("w03-we")["start"][11:16] == "13:30", desk.log)
    assert desk.session("w01-mo")["start"][:16] == f"{start}T09:30"
    assert desk.session("w02-we")["start"][:16] == "2026-12-11T11:00"
    assert desk.session("w03-tu")["minutes"] == 25
    assert "your own time stays" in " ".join(desk.pacer("why", "w02-we").split())
    desk.set_clock("2026-12-01 09:15")
    desk.bubble("Your plan has a new version")
