"""README's and the manual's commands, run as they stand there by a shell on a terminal; each is judged by what its text promises."""

import datetime
import re

import pytest

from documents import (FRIDAY, MANUAL, MONDAY, README, Person, both, commands, desk_with_holidays, edit_the_sheet, press_the_test_button,  # noqa: F401
                       says, section, states)
from harness import BUILD, ROOT, wait_for


# --- the learner ---------------------------------------------------------------------------------------------------------------------

def snoozed(world, shown):
    session = world.session("w01-mo")
    assert session["snoozed_until"][11:16] == "09:50", session
    for words, until in (("next tomorrow", "2026-12-01T09:30"), ("next meeting", "2026-11-30T10:00")):
        world.pacer("snooze", *words.split())
        assert world.session("w01-mo")["snoozed_until"][:16] == until
        world.pacer("undo")
    assert world.session("w01-mo")["snoozed_until"][11:16] == "09:50"


def enrolled_after_a_question(world, shown):
    outline, _, rest = shown.partition("Enrol? [y/N]")
    says("18 weeks", "peak in week 15", "race day Fri 2 Apr 2027")(world, outline)
    says("Enrolled as e1")(world, rest)
    backwards = world.ask("enroll", "customer-service-18", "--race", "2027-04-02", "--dry-run")
    assert backwards["start"] == "2026-11-30", "counted back from the race"


def paused(world, _):
    assert {a["kind"] for a in world.ask("away")["absences"]} == {"busy", "pause"}
    dry = world.ask("away", "2026-12-21..2026-12-24", "--dry-run")
    assert dry["absence"]["kind"] == "away"
    world.pacer("resume")
    assert world.ask("away")["absences"] == []


def taken_back(world, shown):
    says("Taken back")(world, shown)
    assert world.session("w01-th")["state"] == "planned", "the last action was to leave it out"


def doctor(world, shown):
    says("From the plan to the bubble", "your answer came back")(world, shown)


doctor.meanwhile = press_the_test_button


def in_week_five(world, shown):
    says("Week 1 of 18", "w01-mo", "w01-fr")(world, shown)
    assert "Week 5 of 18" in world.pacer("week", "5")


BEFORE = {
    "pacer plans": says("customer-service-18", "technical-support-18", "team-lead-12", "incident-communication-6"),
    'pacer enroll customer-service-18 --start "next mon"': enrolled_after_a_question,
    "pacer": says("Friday 27 November 2026", "Next: Mon 30 Nov 09:30"),
}

ON_MONDAY = {
    "pacer snooze --for 20m": snoozed,
    "pacer start": states(w01_mo="running"),
    "pacer done --minutes 25 --effort 4": both(states(w01_mo="done"), says("25 of 20 min")),
    'pacer move w01-we "tomorrow 14:00"': lambda world, _: world.session("w01-we")["start"][:16] == "2026-12-01T14:00",
    "pacer skip next --reason meeting": states(w01_tu="dropped"),
    "pacer prep w01-fr 1 3": lambda world, _: [i["number"] for i in world.ask("prep", "w01-fr")["items"] if i["ticked"]] == [1, 3],
    'pacer intend w01-fr --want "hear the customer out"': lambda world, _: world.session("w01-fr")["intention"]["want"] == "hear the customer out",
    "pacer busy 45m": says("Busy: Mon 30 Nov 09:30 to Mon 30 Nov 10:15", "asked at its end"),
    "pacer pause 2h": paused,
    "pacer week": in_week_five,
    "pacer map": says("race day Fri 2 Apr 2027", "you are here", "Equipment check passed"),
    "pacer skills": says("done", "planned", "empathy", "together"),
    "pacer help w01-we": says("where to turn", "tip"),
    "pacer why w01-we": says("moved to Tue 2026-12-01 14:00"),
    "pacer undo": both(says("Taken back"), states(w01_tu="planned")),
    "pacer doctor": doctor,
}


def test_the_readmes_first_day_as_a_learner(desk):
    enrolling, _, answering = section(README, "## A first day as a learner").partition("Enrolling shows")
    person = Person(desk)
    desk.start_clocked(FRIDAY)
    person.follows(commands(enrolling), BEFORE)
    desk.set_clock(MONDAY)
    bubble = desk.bubble("Lace up")
    offered = re.findall(r"\*([^*]+)\*", re.search(r"a notification offers (.*?);", answering, re.S)[1])
    assert offered and set(offered) <= set(bubble.labels), f"{offered} are the text's buttons: {bubble}"
    person.follows(commands(answering), ON_MONDAY)


# Paragraph by paragraph: when it happens, and what its commands show.
MANUAL_LEARNER = [
    (FRIDAY, {
        "pacer plans": says("customer-service-18", "incident-communication-6"),
        "pacer plan show customer-service-18": says("18 weeks", "90 sessions", "Milestones"),
        'pacer enroll customer-service-18 --start "next mon" --dry-run': lambda world, shown: "Enrol?" not in shown and not world.call("ListEnrollments")["enrollments"],
        'pacer enroll customer-service-18 --start "next mon"': says("Enrolled as e1"),
    }),
    ("2026-11-30 09:10", {
        "pacer": says("Monday 30 November 2026", "Lace up"),
        "pacer next": says("Lace up", "w01-mo"),
        "pacer help w01-mo": says("where to turn"),
    }),
    (MONDAY, {
        "pacer snooze --for 10m": lambda world, _: world.session("w01-mo")["snoozed_until"][11:16] == "09:40",
        "pacer start": states(w01_mo="running"),
    }),
    ("2026-11-30 09:55", {"pacer done --minutes 25 --effort 2 --feel good": both(states(w01_mo="done"), lambda world, _: world.session("w01-mo")["feel"] == 1)}),
    (None, {
        "pacer prep w01-fr": says("0 of 3 laid out"),
        "pacer prep w01-fr 1 2": says("2 of 3 laid out"),
        'pacer intend w01-fr --want "stay calm" --customer "heard" --act "repeat it"':
            lambda world, _: world.session("w01-fr")["intention"] == {"want": "stay calm", "feel": "heard", "act": "repeat it"},
    }),
    (None, {
        "pacer move w01-fr mon 10:00 --dry-run": lambda world, _: world.session("w01-fr")["start"][:16] == "2026-12-04T14:00",
        "pacer move w01-fr fri 15:30": lambda world, _: world.session("w01-fr")["start"][:16] == "2026-12-04T15:30",
    }),
    ("2026-12-01 09:30", {
        "pacer busy 45m": says("Busy: Tue 1 Dec 09:30 to Tue 1 Dec 10:15"),
        "pacer snooze next meeting": lambda world, _: world.session("w01-tu")["snoozed_until"][11:16] == "10:15",
        "pacer snooze w01-tu tomorrow": lambda world, _: world.session("w01-tu")["snoozed_until"][:16] == "2026-12-02T09:30",
    }),
    (None, {
        "pacer away thu 13:00..thu 17:00 --dry-run": lambda world, _: [a["kind"] for a in world.ask("away")["absences"]] == ["busy"],
        "pacer away thu 13:00..thu 17:00": lambda world, _: [a["kind"] for a in world.ask("away")["absences"]] == ["busy", "away"],
        "pacer pause 1h": lambda world, _: "pause" in [a["kind"] for a in world.ask("away")["absences"]],
        "pacer resume": lambda world, _: [a["kind"] for a in world.ask("away")["absences"]] == ["away"],
    }),
    (None, {
        "pacer undo --dry-run": lambda world, _: world.session("w01-tu")["snoozed_until"][:10] == "2026-12-02",
        "pacer undo": says("Taken back"),
    }),
]


def test_the_manuals_first_weeks_of_a_learner(desk):
    scenes = section(MANUAL, "## A learner's first weeks").split("```")[1::2]
    assert len(scenes) == len(MANUAL_LEARNER)
    desk.start_clocked(FRIDAY)
    for scene, (when, judged) in zip(scenes, MANUAL_LEARNER):
        if when and when != FRIDAY:
            desk.set_clock(when)
        Person(desk).follows(commands(scene), judged)


# --- the trainer ---------------------------------------------------------------------------------------------------------------------

def plan_of(world):
    return world.ask("plan", "show", "front-desk-6")


def titles(world):
    return {session["id"]: session["title"] for session in plan_of(world)["sessions"]}


def made(world, shown):
    says("6 weeks", "30 sessions")(world, shown)
    weeks = plan_of(world)["weeks"]
    assert weeks[-1]["phase"] == "race" and "taper" in {week["phase"] for week in weeks}


def edited(world, _):
    sheet = (world.root / "sheet").read_text()
    assert len(re.findall(r"^(?:mo|tu|we|th|fr) .*\[w0\d-..\]$", sheet, re.M)) == 30, "a line a session"
    assert re.findall(r"^## week (\d)", sheet, re.M) == list("123456"), "weeks as headings"
    assert titles(world)["w02-mo"] == "Ten questions before the phones open"


def changed_in_the_spreadsheet(world, _):
    """Out, changed there, and back: this is the change."""
    sheet = world.root / "home" / "six.csv"
    text = sheet.read_text()
    assert text.count("\n") == 31, "a row a session, and a header"
    sheet.write_text(text.replace("w05-th,5,th,13:30", "w05-th,5,th,13:00"))
    assert sheet.read_text() != text


def imported(world, shown):
    before, _, after = shown.partition("Import? [y/N]")
    says("w05-th")(world, before)
    says("Imported as front-desk-6")(world, after)
    assert {s["id"]: s["time"] for s in plan_of(world)["sessions"]}["w05-th"] == "13:00"


def shown_only(world, shown):
    says("w05-th")(world, shown)
    assert "Import?" not in shown and {s["id"]: s["time"] for s in plan_of(world)["sessions"]}["w05-th"] == "13:30"


def a_year_of_starts(world, shown):
    says("52 starts", "Best", "Worst", "Good Friday")(world, shown)


def moved_by_the_learner(world, _):
    assert world.session("w01-we")["start"][:16] == "2026-12-03T15:00"


def set_aside(world, _):
    assert (world.root / "home" / "version-1.ics").read_bytes() == (world.plans / "front-desk-6.ics").read_bytes()


def longer_for_the_learner(world, _):
    wait_for(lambda: world.session("w02-tu")["minutes"] == 25, world.log)


def not_yet(world, shown):
    says("Would change", "would reach e1")(world, shown)
    assert {s["id"]: s["minutes"] for s in plan_of(world)["sessions"]}["w02-tu"] == 20


def moved_in_the_plan(world, _):
    assert {s["id"]: s["time"] for s in plan_of(world)["sessions"]}["w01-we"] == "13:30"


def version_two(world, _):
    assert plan_of(world)["version"] == "2" and b"X-PACER-VERSION;VALUE=INTEGER:2" in (world.plans / "front-desk-6.ics").read_bytes()


def kept_and_told(world, shown):
    says("your own time stays")(world, shown)
    moved_by_the_learner(world, shown)


def undone(world, shown):
    says("Taken back")(world, shown)
    assert plan_of(world)["version"] == "1", "the last change was the version"


def changed_in_the_copy(world, _):
    """Made in a copy of the file, at leisure: this is what."""
    copy = world.root / "home" / "version-2.ics"
    before, session, after = re.split(r"(?s)(BEGIN:VEVENT\r\nUID:[^\r]*-W03-TU\r\n.*?END:VEVENT)", copy.read_bytes().decode(), maxsplit=1)
    assert "DURATION:PT20M" in session
    copy.write_bytes((before + session.replace("DURATION:PT20M", "DURATION:PT15M") + after).encode())


DIFFERS = says("version", "w02-tu", "minutes", "w01-we", "13:30")
UP_TO_DATE = says("your copy is as the plan has it")

README_TRAINER = {
    "pacer plan new front-desk-6 --weeks 6": made,
    "pacer plan edit front-desk-6": edited,
    'pacer plan set front-desk-6 goal "Calm at the desk"': lambda world, _: plan_of(world)["goal"] == "Calm at the desk",
    "pacer plan lint front-desk-6": says("nothing to mend"),
    "pacer plan show front-desk-6": says("Calm at the desk", "load", "Mon", "Fri", "Skills"),
    "pacer plan simulate front-desk-6 --starts 2027-01-04..2027-12-27 --region DE": a_year_of_starts,
    "pacer plan export front-desk-6 --csv -o six.csv": changed_in_the_spreadsheet,
    "pacer plan import six.csv --as front-desk-6": imported,
    'pacer enroll front-desk-6 --start "next mon"': says("6 weeks", "Enrolled as e1"),
    "pacer move w01-we next thu 15:00": moved_by_the_learner,
    "pacer plan export front-desk-6 -o version-1.ics": set_aside,
    "pacer plan set front-desk-6 w02-tu minutes 25": both(longer_for_the_learner, says("reaches e1")),
    "pacer plan move front-desk-6 w01-we 13:30": moved_in_the_plan,
    "pacer plan set front-desk-6 version 2": version_two,
    "pacer plan diff version-1.ics front-desk-6": DIFFERS,
    "pacer plan update": UP_TO_DATE,
    "pacer why w01-we": kept_and_told,
    "pacer plan undo front-desk-6": undone,
}

MANUAL_TRAINER = {
    "pacer plan new front-desk-6 --weeks 6": made,
    "pacer plan edit front-desk-6": edited,
    'pacer plan set front-desk-6 title "Front desk in six weeks"': lambda world, _: plan_of(world)["plan"]["title"] == "Front desk in six weeks",
    'pacer plan set front-desk-6 goal "Calm at the front desk, also on a Monday"': lambda world, _: "also on a Monday" in plan_of(world)["goal"],
    'pacer plan set front-desk-6 w01-tu title "Greet ten visitors"': lambda world, _: titles(world)["w01-tu"] == "Greet ten visitors",
    "pacer plan lint front-desk-6": says("nothing to mend"),
    "pacer plan show front-desk-6": says("Front desk in six weeks", "load", "Skills"),
    "pacer plan show front-desk-6 --week 1": says("Greet ten visitors", "Do one round with the example"),
    "pacer plan simulate front-desk-6 --starts 2027-01-04..2027-12-27 --region DE": a_year_of_starts,
    "pacer plan simulate front-desk-6 --start 2027-03-01 --region DE,US --notices": says("Good Friday", "Ten questions before the phones open", "1 clock change"),
    "pacer plan export front-desk-6 --csv -o six.csv": changed_in_the_spreadsheet,
    "pacer plan import six.csv --as front-desk-6 --dry-run": shown_only,
    "pacer plan import six.csv --as front-desk-6": imported,
    "pacer plan export front-desk-6 -o version-1.ics": set_aside,
    'pacer enroll front-desk-6 --start "next mon"': says("Front desk in six weeks", "Enrolled as e1"),
    "pacer move w01-we next thu 15:00": moved_by_the_learner,
    "pacer plan set front-desk-6 w02-tu minutes 25 --dry-run": not_yet,
    "pacer plan set front-desk-6 w02-tu minutes 25": both(longer_for_the_learner, says("reaches e1")),
    "pacer plan move front-desk-6 w01-we 13:30": moved_in_the_plan,
    "pacer plan set front-desk-6 version 2": version_two,
    "pacer plan diff version-1.ics front-desk-6": DIFFERS,
    "pacer plan update --dry-run": UP_TO_DATE,
    "pacer week 2": lambda world, shown: re.search(r"25 min .*w02-tu", shown) is not None,
    "pacer why w02-tu": says("changed by the plan: minutes"),
    "pacer why w01-we": kept_and_told,
    "pacer plan undo front-desk-6 --dry-run": both(version_two, says("version")),
    "pacer plan undo front-desk-6": undone,
    "pacer plan export front-desk-6 -o version-2.ics": changed_in_the_copy,
    "pacer plan update --dry-run --with version-2.ics": both(says("w03-tu"), lambda world, _: world.session("w03-tu")["minutes"] == 20),
    "pacer plan import version-2.ics --as front-desk-6": both(says("Imported"), lambda world, _: wait_for(lambda: world.session("w03-tu")["minutes"] == 15, world.log)),
}


@pytest.mark.parametrize("text, heading, judged", [
    (README, "## A first day as a trainer", README_TRAINER),
    (MANUAL, "## A trainer's first plan", MANUAL_TRAINER),
], ids=["readme", "manual"])
def test_from_an_empty_file_to_a_shipped_version_two(desk_with_holidays, text, heading, judged):
    world = desk_with_holidays
    edit_the_sheet(world)
    world.start_clocked(FRIDAY)
    Person(world).follows(commands(section(text, heading)), judged)
    world.set_clock(MONDAY)
    world.bubble("Your plan has a new version")


# --- a plan by hand ----------------------------------------------------------------------------------------------------------------------

def test_a_plan_can_be_written_by_hand_from_the_manual(world):
    text = section((ROOT / "plans" / "pacer-plan.5.scd").read_text(), "# WRITING ONE BY HAND")
    path = world.plans / "by-hand.ics"
    path.write_text(text.split("```\n")[1])
    assert "\\" not in path.read_text(), "scdoc takes a backslash of an example away"
    check = world.run([BUILD / "pacerd", "--check", "--strict", path])
    assert check.returncode == 0 and b"good: 2 sessions in 2 weeks" in check.stdout, check
    world.start_clocked(FRIDAY)
    sessions = world.ask("plan", "show", "by-hand")["sessions"]
    assert [(s["id"], s["weekday"], s["time"], s["minutes"]) for s in sessions] == [("w01-tu", "tu", "09:30", 25), ("w02-th", "th", "14:00", 40)]
    assert world.enroll("by-hand")["sessions"] == 2
    numbers = [int(n) for n in re.findall(r"^[|:]- (\d+)$", text, re.M)]
    mondays = dict(zip(numbers[::2], numbers[1::2]))
    assert sorted(mondays) == list(range(1, 28))
    for week, monday in mondays.items():
        assert f"{datetime.date(2001, 1, 1) + datetime.timedelta(weeks=week - 1):%Y%m%d}" == str(monday)
