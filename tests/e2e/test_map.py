"""The course as a whole: map, skills, help of a session; evidence, aid stations, personas and leads of a plan, from the file to the screen."""

import re

import pytest

from harness import wait_for
from plan_text import plan_text
from test_cli import ESCAPE, on_terminal
from test_plan_show import page

HEAD = ["X-PACER-DONE:85 % or better", "X-PACER-STATION:2 Ask Ines at the back office\\, before ten", "X-PACER-STATION:1 Ask your buddy",
        "X-PACER-PERSONA:rushed-rana Rana has four minutes between two trains"]
SESSIONS = [
    {"day": 0, "time": "09:30", "uid": "m-1", "title": "Lace up", "type": "easy", "skill": "plan", "minutes": 20},
    {"day": 1, "time": "09:30", "uid": "m-2", "title": "Listen twice", "skill": "listening", "minutes": 25,
     "lines": ["X-PACER-PERSONA:rushed-rana", "X-PACER-PERSONA:odd-ole", "X-PACER-FALLBACK:Listen once", "X-PACER-WITH:role=mentor"]},
    {"day": 4, "time": "14:00", "uid": "m-3", "title": "A whole case", "type": "long", "skill": "crm", "minutes": 60, "effort": 5,
     "lines": ["X-PACER-MILESTONE:First case closed", "X-PACER-EVIDENCE:The number of the case"]},
    {"day": 7, "time": "09:30", "uid": "m-4", "title": "Listen again", "skill": "listening", "minutes": 30},
    {"day": 11, "time": "14:00", "uid": "m-5", "title": "Race day", "type": "race", "skill": "assessment", "minutes": 90, "effort": 8,
     "lines": ["X-PACER-MILESTONE:Certified", "X-PACER-EVIDENCE:The signed sheet", "X-PACER-PASS;VALUE=INTEGER:85", "X-PACER-RUBRIC:Calm",
               "X-PACER-RUBRIC:Clear"]},
]


def course(**more):
    return plan_text("course", SESSIONS, title="Small course", head=HEAD, **more)


def put(world, name, data):
    """A plan file the daemon has seen, as it is now."""
    path = world.plans / f"{name}.ics"
    before = next((p.get("revision") for p in world.ask("plans")["plans"] if p["name"] == name), None)
    path.write_bytes(data)
    wait_for(lambda: next((p.get("revision") or p.get("error") for p in world.ask("plans")["plans"] if p["name"] == name), None)
             not in (None, before), f"{name} is seen")
    return path


@pytest.fixture
def enrolled(world):
    """Wednesday of week 1; Monday's session was done, Tuesday's partly."""
    world.start(at="2026-11-30 09:00")
    put(world, "course", course())
    world.pacer("enroll", "course", "--start", "2026-11-30", "--yes")
    world.pacer("done", "w01-mo", "--minutes", "18")
    world.pacer("done", "w01-tu", "--minutes", "10", "--partly")
    return world


# --- the map -----------------------------------------------------------------------------------------------------------------------


def test_map_tells_the_whole_course(enrolled):
    got = enrolled.ask("map")
    assert (got["goal"], got["done"], got["enrollment"]["id"], got["enrollment"]["has_race"]) == ("Tested", "85 % or better", "e1", True)
    assert [(w["week"], w["start"], w["minutes"], w["minutes_done"], w["milestone"], w["milestone_day"], w["milestone_reached"])
            for w in got["weeks"]] == [(1, "2026-11-30", 105, 28, "First case closed", "2026-12-04", False),
                                       (2, "2026-12-07", 120, 0, "Certified", "2026-12-11", False)]
    assert [(s["week"], s["start"], s["text"]) for s in got["stations"]] == [
        (1, "2026-11-30", "Ask your buddy"), (2, "2026-12-07", "Ask Ines at the back office, before ten")]


def test_map_to_read(enrolled):
    text = page(enrolled, "map")
    for part in ("Small course  e1\nweek 1 of 2, race day Fri 11 Dec 2026, 2 of 5 sessions done\n", "goal        Tested",
                 "done means  85 % or better", "◇ 4 Dec First case closed", "▶ you are here  ◇ milestone  ✚ aid station",
                 "Aid stations\n  ✚  week 1  Mon 30 Nov  Ask your buddy\n  ✚  week 2  Mon 7 Dec   Ask Ines at the back office, before ten"):
        assert part in text, f"{part!r} is not in\n{text}"
    assert re.search(r"^▶  base  1  30 Nov  28/105  ▆+▁+ +✚  ◇", text, re.M), text
    assert re.search(r"^ +2   7 Dec     120  ▁{10}  ✚  ◇ 11 Dec Certified$", text, re.M), text
    assert ESCAPE in on_terminal(enrolled, "map")[1] and ESCAPE not in enrolled.pacer("map")
    assert page(enrolled, "map", LANG="C", LC_ALL="C").isascii()


def test_a_milestone_is_reached(enrolled):
    enrolled.pacer("done", "w01-fr", "--minutes", "60")
    assert [w["milestone_reached"] for w in enrolled.ask("map")["weeks"]] == [True, False]
    text = page(enrolled, "map")
    assert "◆ 4 Dec First case closed" in text and "◇ 11 Dec Certified" in text and "◆ reached" in text, text


def test_a_moved_milestone_has_its_new_day(enrolled):
    enrolled.pacer("move", "w01-fr", "2026-12-03", "14:00", "--yes")
    assert enrolled.ask("map")["weeks"][0]["milestone_day"] == "2026-12-03"


@pytest.mark.parametrize("columns", [40, 60, 80, 120])
@pytest.mark.parametrize("command", [["map"], ["skills"], ["help", "w18-fr"]], ids=lambda words: words[0])
def test_the_pages_fit(world, command, columns):
    world.start(at="2026-11-29 12:00")
    world.pacer("enroll", "customer-service-18", "--start", "2026-11-30", "--yes")
    text = page(world, *command, columns=columns)
    lines = [line for line in text.split("\n") if "https://" not in line]
    assert len(max(lines, key=len)) <= columns, max(lines, key=len)
    assert not [line for line in lines if line != line.rstrip()]
    for week in (4, 8, 13, 16):
        assert command != ["map"] or f"week {week}" in text
    if command == ["map"]:
        assert "begins Mon 30 Nov 2026, 18 weeks" in text and "you are here" not in text
        assert len([line for line in text.split("\n") if "↓" in line]) == 4


def test_the_map_outlives_its_plan(enrolled):
    (enrolled.plans / "course.ics").unlink()
    wait_for(lambda: "course" not in {p["name"] for p in enrolled.ask("plans")["plans"]}, "the plan is gone")
    got = enrolled.ask("map")
    assert "goal" not in got and "done" not in got and got["stations"] == [] and len(got["weeks"]) == 2
    assert got["weeks"][0]["milestone"] == "First case closed"
    assert "is gone" in page(enrolled, "map")
    helped = enrolled.ask("help", "w01-tu")
    assert set(helped) == {"session", "personas", "stations"} and helped["personas"] == helped["stations"] == []


def test_which_enrolment(enrolled):
    put(enrolled, "other", plan_text("other", SESSIONS[:1]))
    enrolled.pacer("enroll", "other", "--start", "2026-12-07", "--yes")
    for command in ("map", "skills"):
        assert enrolled.ask(command, "e2")["enrollment"]["plan"] == "other"
        assert "NoSuchEnrollment" in enrolled.refused(4, command, "e7")["error"]
        assert "NoSuchEnrollment" in enrolled.refused(4, command)["error"]


def test_without_an_enrolment(world):
    world.start(at="2026-11-29 12:00")
    for command in ("map", "skills"):
        assert "NothingEnrolled" in world.try_pacer(command, "--json").json["error"]


# --- skills ------------------------------------------------------------------------------------------------------------------------


def test_skills_add_up_to_the_sessions(enrolled):
    got = enrolled.ask("skills")
    assert [(s["skill"], s["family"], s["sessions"], s["minutes"], s["minutes_done"]) for s in got["skills"]] == [
        ("listening", "soft", 2, 55, 10), ("crm", "tech", 1, 60, 0), ("assessment", "meta", 1, 90, 0), ("plan", "meta", 1, 20, 18)]
    for total, part in (("minutes", "minutes"), ("minutes_done", "minutes_done"), ("sessions", "sessions")):
        assert got["enrollment"][total] == sum(s[part] for s in got["skills"])
    text = page(enrolled, "skills")
    assert re.search(r"^  together +5 +0:28 +3:45$", text, re.M) and re.search(r"^  soft +2 +0:10 +0:55$", text, re.M), text
    assert re.search(r"^    listening +2 +0:10 +0:55  ▆+▁+$", text, re.M), text


def test_skills_of_a_shipped_plan(world):
    world.start(at="2026-11-29 12:00")
    plan = world.ask("plan", "show", "customer-service-18")
    world.pacer("enroll", "customer-service-18", "--start", "2026-11-30", "--yes")
    got = world.ask("skills")["skills"]
    assert [{k: s[k] for k in ("skill", "family", "sessions", "minutes")} for s in got] == plan["skills"]
    assert sum(s["minutes"] for s in got) == plan["plan"]["minutes"] and not any(s["minutes_done"] for s in got)


# --- help --------------------------------------------------------------------------------------------------------------------------


def test_help_tells_what_the_file_says(enrolled):
    got = enrolled.ask("help", "w01-tu")
    assert (got["fallback"], got["with"]) == ("Listen once", "role=mentor") and "evidence" not in got and "pass" not in got
    assert got["personas"] == [{"slug": "rushed-rana", "text": "Rana has four minutes between two trains"}, {"slug": "odd-ole"}]
    assert got["stations"] == [{"week": 1, "start": "2026-11-30", "text": "Ask your buddy"}]
    race = enrolled.ask("help", "w02-fr")
    assert (race["evidence"], race["pass"], race["rubric"], race["stations"][0]["week"]) == ("The signed sheet", 85, "Calm; Clear", 2)
    text = page(enrolled, "help", "w01-tu")
    for part in ("aid station of this week\n    Ask your buddy", "who you meet\n    rushed-rana  Rana has four minutes", "in ten minutes instead\n    Listen once",
                 "who takes part\n    mentor"):
        assert part in text, text
    text = page(enrolled, "help", "w02-fr")
    assert "to show for it\n    The signed sheet" in text and "pass mark\n    85 %" in text, text


def test_help_follows_the_session_not_its_place(enrolled):
    """The plan's file moves the session: the enrolment's copy is found by its UID."""
    enrolled.pacer("move", "w01-fr", "2026-12-03", "14:00", "--yes")
    sessions = [dict(s) for s in SESSIONS]
    sessions[2].update(day=3, lines=["X-PACER-MILESTONE:First case closed", "X-PACER-EVIDENCE:A photo"])
    put(enrolled, "course", plan_text("course", sessions, title="Small course", head=HEAD))
    assert enrolled.ask("help", "w01-fr")["evidence"] == "A photo"


# --- from the file to the page -----------------------------------------------------------------------------------------------------


def test_plan_show_has_it_all(world):
    world.start(at="2026-11-29 12:00")
    touched = [dict(s) for s in SESSIONS]
    data = plan_text("course", touched, title="Small course", head=[*HEAD, "X-PACER-LEAD:team-lead-12"])
    put(world, "course", data.replace(b"CATEGORIES:training,easy,plan", b"CATEGORIES:training,easy,plan,greet")
        .replace(b"CATEGORIES:training,short,listening", b"CATEGORIES:training,short,listening,interact"))
    got = world.ask("plan", "show", "course")
    assert got["lead"] == "team-lead-12" and got["personas"] == [{"slug": "rushed-rana", "text": "Rana has four minutes between two trains"}]
    assert got["stations"] == [{"week": 1, "text": "Ask your buddy"}, {"week": 2, "text": "Ask Ines at the back office, before ten"}]
    assert got["touches"] == [{"touch": "greet", "sessions": 1, "minutes": 20}, {"touch": "interact", "sessions": 2, "minutes": 55},
                              {"touch": "serve", "sessions": 0, "minutes": 0}, {"touch": "process", "sessions": 0, "minutes": 0}]
    text = page(world, "plan", "show", "course")
    for part in ("led from    team-lead-12", "Aid stations\n  ✚  week 1  Ask your buddy", "Touch points\n", "rushed-rana  w01-tu",
                 "Rana has four minutes between two trains"):
        assert part in text, text
    text = page(world, "plan", "show", "course", "--week", "1")
    assert re.search(r"to show +The number of the case", text) and "rushed-rana  Rana has four minutes" in text, text
    assert world.ask("plan", "show", "course", "--week", "1")["sessions"][2]["evidence"] == "The number of the case"


@pytest.mark.parametrize("line, says", [
    ("X-PACER-STATION:3 Ask", "a week of the plan"), ("X-PACER-STATION:0 Ask", "a week of the plan"), ("X-PACER-STATION:two Ask", "'two Ask'"),
    ("X-PACER-STATION:2", "a week of the plan"), ("X-PACER-STATION:", "a week of the plan"), ("X-PACER-PERSONA:Rana runs", "a slug"),
    ("X-PACER-PERSONA:rana", "a slug"), ("X-PACER-PERSONA:rushed-rana Twice", "no other card has"), ("X-PACER-LEAD:../team", "'../team'"),
    ("X-PACER-LEAD:team lead", "without '.ics'"),
])
def test_values_that_are_none(world, line, says):
    world.start(at="2026-11-29 12:00")
    data = plan_text("odd", SESSIONS, head=[*HEAD, line])
    number = next(i for i, text in enumerate(data.split(b"\r\n"), 1) if text == line.encode())
    path = world.root / "odd.ics"
    path.write_bytes(data)
    found = world.try_pacer("plan", "lint", path, "--json").json["plans"][0]["findings"]
    found = [f for f in found if f["code"] == "E-VALUE"]
    assert len(found) == 1 and found[0]["line"] == number and says in found[0]["text"], found


def lines_of(path, name):
    text = path.read_bytes().replace(b"\r\n ", b"").decode()
    return [line for line in text.split("\r\n") if line.startswith(name)]


def test_set_and_unset(world):
    world.start(at="2026-11-29 12:00")
    path = put(world, "course", course())
    before = path.read_bytes()
    world.pacer("plan", "set", "course", "w01-mo", "evidence", "The ticked list, signed")
    world.pacer("plan", "set", "course", "lead", "team-lead-12")
    world.pacer("plan", "set", "course", "stations", "2 Ask Ines at the back office, before ten\n\n1 Ask the trainer; she knows")
    world.pacer("plan", "set", "course", "personas", "rushed-rana Rana has four minutes between two trains\nodd-ole Ole asks why")
    assert lines_of(path, "X-PACER-EVIDENCE:The t") == ["X-PACER-EVIDENCE:The ticked list\\, signed"]
    assert lines_of(path, "X-PACER-LEAD") == ["X-PACER-LEAD:team-lead-12"]
    assert lines_of(path, "X-PACER-STATION") == ["X-PACER-STATION:2 Ask Ines at the back office\\, before ten",
                                                 "X-PACER-STATION:1 Ask the trainer\\; she knows"]
    assert lines_of(path, "X-PACER-PERSONA:odd-ole ") == ["X-PACER-PERSONA:odd-ole Ole asks why"]
    got = world.ask("plan", "show", "course")
    assert [s["text"] for s in got["stations"]] == ["Ask the trainer; she knows", "Ask Ines at the back office, before ten"]
    for words in (["stations", "3 Nobody"], ["stations", "Ask"], ["personas", "Rana runs"], ["personas", "a b\na c"], ["lead", "../x"]):
        assert "OutOfRange" in world.refused(2, "plan", "set", "course", *words)["error"]
    for _ in range(4):
        world.pacer("plan", "undo", "course")
    assert path.read_bytes() == before
    for field in ("stations", "personas"):
        world.pacer("plan", "set", "course", field, "--unset")
    world.pacer("plan", "set", "course", "w01-fr", "evidence", "--unset")
    assert not lines_of(path, "X-PACER-STATION") and not lines_of(path, "X-PACER-PERSONA:rushed-rana ")
    assert lines_of(path, "X-PACER-EVIDENCE") == ["X-PACER-EVIDENCE:The signed sheet"]


def test_sheet_spreadsheet_and_diff(world):
    world.start(at="2026-11-29 12:00")
    path = put(world, "course", course())
    sheet = world.pacer("plan", "export", "course", "--sheet")
    assert "stations: 2 Ask Ines at the back office, before ten\n| 1 Ask your buddy\n" in sheet
    assert "    evidence: The number of the case\n" in sheet
    file = world.root / "course.sheet"
    file.write_text(sheet.replace("| 1 Ask your buddy", "| 1 Ask your mentor").replace("The number of the case", "A photo"))
    world.pacer("plan", "import", file, "--as", "course", "--yes")
    assert lines_of(path, "X-PACER-STATION:1") == ["X-PACER-STATION:1 Ask your mentor"]
    (world.root / "was.ics").write_bytes(course())
    found = {(d.get("session"), d["field"]): (d.get("from"), d.get("to"))
             for d in world.ask("plan", "diff", str(world.root / "was.ics"), "course")["differences"]}
    assert found == {(None, "stations"): ("2 Ask Ines at the back office, before ten\n1 Ask your buddy",
                                          "2 Ask Ines at the back office, before ten\n1 Ask your mentor"),
                     ("w01-fr", "evidence"): ("The number of the case", "A photo")}
    table = world.root / "course.csv"
    table.write_text(world.pacer("plan", "export", "course", "--csv").replace("A photo", "Two photos"))
    world.pacer("plan", "import", table, "--as", "course", "--yes")
    assert lines_of(path, "X-PACER-EVIDENCE")[0] == "X-PACER-EVIDENCE:Two photos"
    world.pacer("plan", "fmt", "course")
    assert not world.ask("plan", "fmt", "course", "--dry-run")["changed"]


# --- leads -------------------------------------------------------------------------------------------------------------------------


def lead_notes(world, *args):
    reply = world.ask("enroll", "led", "--start", *args, "--dry-run")
    return [check["text"] for check in reply["preflight"] if check["name"] == "lead" and check["result"] == "note"]


def test_leads_go_first(world):
    world.start(at="2026-11-30 08:00")
    put(world, "lead", plan_text("lead", SESSIONS, weeks=2))
    put(world, "led", plan_text("led", [dict(s, uid=f"l{s['uid']}") for s in SESSIONS], head=["X-PACER-LEAD:lead"]))
    note = ["this plan counts on leads who are two weeks into lead: ask yours"]
    assert lead_notes(world, "2026-11-30") == note
    world.pacer("enroll", "lead", "--start", "2026-11-30", "--yes")
    assert lead_notes(world, "2026-11-30") == lead_notes(world, "2026-12-07") == note
    assert lead_notes(world, "2026-12-14") == lead_notes(world, "2027-03-01") == []
    world.pacer("enroll", "led", "--start", "2026-11-30", "--yes")
    assert len(world.ask("map", "led")["weeks"]) == 2, "a note stops nobody"


def test_leaving_the_lead_plan_early_does_not_count(world):
    world.start(at="2026-11-30 08:00")
    put(world, "lead", plan_text("lead", SESSIONS, weeks=2))
    put(world, "led", plan_text("led", [dict(s, uid=f"l{s['uid']}") for s in SESSIONS], head=["X-PACER-LEAD:lead"]))
    world.pacer("enroll", "lead", "--start", "2026-11-30", "--yes")
    world.pacer("leave", "--yes")
    assert lead_notes(world, "2026-12-14") != []
