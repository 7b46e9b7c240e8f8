"""The shipped plan, read by someone else: python3-icalendar knows nothing of Pacer, and neither do the golden numbers here."""

import collections
import datetime
import re
import subprocess

import icalendar
import pytest

import harness

PLAN = harness.ROOT / "plans" / "customer-service-18.ics"
ANCHOR = datetime.date(2001, 1, 1)
DAYS = ["MO", "TU", "WE", "TH", "FR"]

# week: (minutes, load, phase, milestone); load is minutes times effort.
WEEKS = {
    1: (140, 475, "base", "Equipment check passed - all tools open"),
    2: (145, 520, "base", "First practice ticket closed"),
    3: (155, 560, "base", "Troubleshooting card redrawn from memory"),
    4: (120, 410, "base", "30-day check-in - supervised replies unlocked"),
    5: (165, 600, "build", "First hour on a live queue beside a pacer"),
    6: (170, 655, "build", "A week of promises logged and kept"),
    7: (180, 715, "build", "Persona circuit finished"),
    8: (145, 565, "build", "60-day check-in - tune-up 70 % or better"),
    9: (195, 780, "build", "First unassisted block"),
    10: (200, 835, "build", "Three clean handovers"),
    11: (210, 905, "build", "Outage drill completed"),
    12: (165, 665, "build", "Knowledge article published"),
    13: (230, 995, "peak", "90-day check-in - rehearsal 80 % or better"),
    14: (200, 885, "peak", "Change-of-plan drill passed"),
    15: (235, 1050, "peak", "Longest session done"),
    16: (175, 785, "taper", "Weak spots down to two"),
    17: (130, 580, "taper", "Playbook page approved - kit laid out"),
    18: (170, 1145, "race", "Certified and live - celebrate"),
}
LONGEST = [45, 50, 55, 40, 60, 65, 70, 50, 75, 80, 85, 60, 90, 80, 95, 70, 45, 120]
TYPES = {"short": 18, "easy": 17, "medium": 17, "long": 16, "speed": 10, "cross": 6, "checkin": 3, "tuneup": 1, "rest": 1, "race": 1}
FAMILY_MINUTES = {"soft": 1035, "tech": 1150, "meta": 945}
SKILLS = {
    "soft": "empathy listening deescalation writing expectations rapport resilience mindfulness teamwork adaptability",
    "tech": "product crm troubleshooting triage sla logs network sql incident rca data",
    "meta": "plan retrieval review shadowing roleplay assessment mixed",
}
FAMILY = {skill: family for family, skills in SKILLS.items() for skill in skills.split()}
PASS = {"W08-FR": 70, "W13-FR": 80, "W15-FR": 80, "W18-FR": 85}
NEEDS = {"W08-WE": "W06-WE", "W10-WE": "W07-WE", "W13-WE": "W09-WE", "W14-WE": "W11-WE", "W15-WE": "W12-WE", "W18-FR": "W15-FR"}
ONCE = {"UID", "DTSTAMP", "DTSTART", "DURATION", "TRANSP", "SUMMARY", "DESCRIPTION", "CATEGORIES", "CONCEPT",
        "X-PACER-TYPE", "X-PACER-SKILL", "X-PACER-EFFORT", "X-PACER-TIP"}
SOMETIMES = {"RELATED-TO", "X-PACER-PREP", "X-PACER-PASS", "X-PACER-MILESTONE", "X-PACER-REVIEW", "X-PACER-WITH", "X-PACER-PERSONA",
             "X-PACER-HELP"}
BANNED = re.compile(r"\b(fail|failed|lazy|behind schedule|overdue|broken streak|disappointed|(?<!read-)only)\b", re.IGNORECASE)


@pytest.fixture(scope="module")
def raw():
    return PLAN.read_bytes()


@pytest.fixture(scope="module")
def calendar(raw):
    return icalendar.Calendar.from_ical(raw)


@pytest.fixture(scope="module")
def events(calendar):
    return calendar.walk("VEVENT")


def key(event):
    return str(event["UID"])[-6:]


def week_of(event):
    return event["DTSTART"].dt.isocalendar()[1]


def minutes_of(event):
    return int(event["DURATION"].dt.total_seconds()) // 60


def load_of(event):
    return minutes_of(event) * int(event["X-PACER-EFFORT"])


def by_week(events):
    weeks = collections.defaultdict(list)
    for event in events:
        weeks[week_of(event)].append(event)
    return weeks


def test_bytes_are_legal_content_lines(raw):
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    for number, line in enumerate(raw.split(b"\r\n"), 1):
        assert len(line) <= 75, f"line {number} is {len(line)} octets long"
        line.decode("utf-8")  # a fold never cuts a character
    assert raw.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")


def test_a_second_reader_finds_ninety_events(calendar, events):
    assert len(events) == 90
    assert [c.name for c in calendar.subcomponents] == ["VEVENT"] * 90
    assert {c.name for c in calendar.walk()} == {"VCALENDAR", "VEVENT", "VALARM"}
    assert not [(c.name, c.errors) for c in calendar.walk() if c.errors]


def test_calendar_says_what_it_is(calendar):
    expected = {
        "NAME": "Customer service marathon", "X-PACER-FORMAT": "1", "X-PACER-VERSION": "1", "X-PACER-LICENSE": "MIT",
        "X-PACER-ANCHOR": "20010101", "X-PACER-WEEKS": "18", "X-PACER-CLASS": "marathon", "X-PACER-CUTBACK": "4 8 12",
        "X-PACER-PHASES": "base=1-4 build=5-12 peak=13-15 taper=16-17 race=18",
    }
    assert {name: str(calendar[name]) for name in expected} == expected
    assert str(calendar["X-PACER-GOAL"]) and str(calendar["X-PACER-DONE"])
    assert "heuristic" in str(calendar["DESCRIPTION"])
    assert not {"METHOD", "ORGANIZER", "ATTENDEE"} & set(calendar.keys())


def test_every_name_is_used_once(calendar, events):
    plan = str(calendar["UID"])
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", plan)
    uids = [str(c["UID"]) for c in calendar.walk()]
    assert len(set(uids)) == len(uids) == 1 + 90 + 180
    assert [str(e["UID"]) for e in events] == [f"{plan}-W{week:02}-{day}" for week in WEEKS for day in DAYS]


def test_each_event_has_the_properties_of_a_session_and_no_others(calendar, events):
    for event in events:
        names = set(event.keys())
        assert ONCE <= names <= ONCE | SOMETIMES, key(event)
        assert all(not isinstance(event[name], list) for name in ONCE), key(event)
        assert event["DTSTAMP"].dt == calendar["LAST-MODIFIED"].dt


def test_dates_float_on_the_wall_clock_and_the_iso_week_is_the_plan_week(events):
    for event in events:
        week, day = int(key(event)[1:3]), DAYS.index(key(event)[4:])
        start = event["DTSTART"].dt
        assert start.tzinfo is None and not event["DTSTART"].params, key(event)
        assert start.isocalendar()[:2] == (2001, week), key(event)
        assert start.date() == ANCHOR + datetime.timedelta(weeks=week - 1, days=day)
        friday = "10:00" if week == 18 else "13:30" if 13 <= week <= 16 else "14:00"
        assert start.strftime("%H:%M") == ["09:30", "09:30", "10:30", "13:30", friday][day], key(event)


@pytest.mark.parametrize("week", WEEKS)
def test_golden_week(events, week):
    sessions = by_week(events)[week]
    minutes, load, _, milestone = WEEKS[week]
    assert sum(map(minutes_of, sessions)) == minutes
    assert sum(map(load_of, sessions)) == load
    assert minutes_of(sessions[-1]) == LONGEST[week - 1] == max(map(minutes_of, sessions))
    assert [str(e["X-PACER-MILESTONE"]) for e in sessions if "X-PACER-MILESTONE" in e] == [milestone]
    assert "X-PACER-MILESTONE" in sessions[-1]


def test_golden_totals(events):
    assert sum(map(minutes_of, events)) == 3130
    assert sum(map(load_of, events)) == 13125
    assert [load_of(e) for e in events[:5]] == [40, 75, 120, 60, 180]
    assert collections.Counter(str(e["X-PACER-TYPE"]) for e in events) == TYPES
    families = collections.Counter()
    for event in events:
        families[FAMILY[str(event["X-PACER-SKILL"])]] += minutes_of(event)
    assert families == FAMILY_MINUTES


def test_phases_cover_the_weeks_of_the_table(calendar):
    phases = {}
    for part in str(calendar["X-PACER-PHASES"]).split():
        name, span = part.split("=")
        first, _, last = span.partition("-")
        phases.update({week: name for week in range(int(first), int(last or first) + 1)})
    assert phases == {week: row[2] for week, row in WEEKS.items()}


def test_the_portable_properties_say_what_the_exact_ones_say(events):
    for event in events:
        kind, skill = str(event["X-PACER-TYPE"]), str(event["X-PACER-SKILL"])
        assert [str(c) for c in event["CATEGORIES"].cats] == ["training", kind, FAMILY[skill], skill]
        assert str(event["CONCEPT"]) == f"urn:example:skill:{FAMILY[skill]}:{skill}"
        assert str(event["TRANSP"]) == ("OPAQUE" if kind in ("long", "tuneup", "race") else "TRANSPARENT")


def test_pass_marks_and_needs(events):
    assert {key(e): int(e["X-PACER-PASS"]) for e in events if "X-PACER-PASS" in e} == PASS
    assert {key(e): str(e["RELATED-TO"])[-6:] for e in events if "RELATED-TO" in e} == NEEDS
    starts = {str(e["UID"]): e["DTSTART"].dt for e in events}
    for event in events:
        if "RELATED-TO" in event:
            assert event["RELATED-TO"].params["RELTYPE"] == "DEPENDS-ON"
            assert starts[str(event["RELATED-TO"])] < event["DTSTART"].dt


def test_each_session_rings_at_its_start_and_at_its_end(events):
    for event in events:
        start, end = event.walk("VALARM")
        for number, alarm, related in ((1, start, "START"), (2, end, "END")):
            assert str(alarm["UID"]) == f"{event['UID']}-A{number}"
            assert str(alarm["ACTION"]) == "DISPLAY" and str(alarm["DESCRIPTION"])
            assert alarm["TRIGGER"].dt == datetime.timedelta(0)
            assert alarm["TRIGGER"].params.get("RELATED", "START") == related
            assert set(alarm.keys()) == {"UID", "ACTION", "TRIGGER", "DESCRIPTION"}


def test_what_to_lay_out_stands_where_a_learner_needs_it(events):
    for event in events:
        wanted = str(event["X-PACER-TYPE"]) in ("long", "tuneup", "race") or key(event).endswith("MO")
        assert ("X-PACER-PREP" in event) == wanted, key(event)
    for sessions in by_week(events).values():
        assert sessions[0]["X-PACER-PREP"] == sessions[-1]["X-PACER-PREP"]


def test_there_is_someone_to_turn_to(events):
    for event in events:
        if str(event["X-PACER-TYPE"]) in ("long", "medium", "tuneup", "checkin", "race"):
            assert str(event.get("X-PACER-HELP", "")), key(event)


def own_texts(component):
    """Property values of ours by name; titles are checked apart."""
    for name, values in component.items():
        if name.startswith("X-PACER-") or name == "DESCRIPTION":
            for value in values if isinstance(values, list) else [values]:
                yield name, str(value)


def test_texts_are_kind_and_short(events):
    for event in events:
        assert 10 <= len(event["SUMMARY"].encode()) <= 200
        assert len(event["X-PACER-TIP"]) <= 120, key(event)
        sentences = re.findall(r"[.?!](?:\s|$)", str(event["DESCRIPTION"]))
        assert 2 <= len(sentences) <= 5, key(event)
        for name, text in own_texts(event):
            assert not BANNED.search(text), (key(event), name, text)
            assert not name.startswith("X-") or not re.search(r"[,;\\]", text), (key(event), name, text)
            assert text == " ".join(text.split()), (key(event), name)
        for alarm in event.walk("VALARM"):
            assert not BANNED.search(alarm["DESCRIPTION"].replace(event["SUMMARY"], "")), key(event)
    descriptions = [str(e["DESCRIPTION"]) for e in events]
    tips = [str(e["X-PACER-TIP"]) for e in events]
    assert len(set(descriptions)) == len(set(tips)) == 90


def test_the_daemon_has_nothing_to_say_about_it():
    check = subprocess.run([harness.BUILD / "pacerd", "--check", PLAN], capture_output=True, text=True, timeout=20)
    assert (check.returncode, check.stdout, check.stderr) == (0, f"{PLAN}: good: 90 sessions in 18 weeks\n", "")


# --- pacer-plan(5) ---------------------------------------------------------------------------------------------------------------

MANUAL = harness.ROOT / "plans" / "pacer-plan.5.scd"


def manual_cells(heading, columns):
    """Rows of the table in the manual whose first heading is this."""
    table = MANUAL.read_text().split(f"[[ *{heading}*", 1)[1].split("\n\n", 1)[0]
    cells = [line[2:].strip() for line in table.splitlines()[1:]]
    return [cells[i:i + columns] for i in range(columns - 1, len(cells), columns)]


def test_the_example_of_the_manual_is_a_plan(tmp_path):
    example = tmp_path / "first-week.ics"
    lines = MANUAL.read_text().split("```\n")[1]
    example.write_bytes(lines.replace("\n", "\r\n").encode())
    calendar = icalendar.Calendar.from_ical(example.read_bytes())
    assert len(calendar.walk("VEVENT")) == 3 and max(map(len, lines.splitlines())) <= 75
    check = subprocess.run([harness.BUILD / "pacerd", "--check", example], capture_output=True, text=True, timeout=20)
    assert (check.returncode, check.stderr) == (0, "") and check.stdout.startswith(f"{example}: good: 3 sessions in 1 week")


def test_the_manual_lists_every_code_skill_and_type():
    source = (harness.ROOT / "daemon" / "core" / "lint.c").read_text()
    codes = re.findall(r'\{"([EWI]-[A-Z0-9-]+)"', source)
    assert codes and [row[0] for row in manual_cells("Code", 2)] == codes
    assert {family: skills for family, skills in manual_cells("Family", 2)} == SKILLS
    source = (harness.ROOT / "daemon" / "core" / "plan.c").read_text()
    types = re.findall(r'\{"(\w+)",\s*\d+,\s*(-?\d+),\s*\w+,\s*\w+,\s*(\d+),\s*(\d+)\}', source)
    rows = {row[0]: (row[4].split()[0].replace("no", "-1"), row[2], row[3]) for row in manual_cells("Type", 5)}
    assert len(types) == 10 and rows == {name: (grace, minutes, effort) for name, grace, minutes, effort in types}
