"""The shipped plans, read by someone else: python3-icalendar knows nothing of Pacer, and neither do the golden numbers here."""

import collections
import dataclasses
import datetime
import functools
import re
import subprocess

import icalendar
import pytest

import harness

ANCHOR = datetime.date(2001, 1, 1)
DAYS = ["MO", "TU", "WE", "TH", "FR"]
BLOCKING = ("long", "tuneup", "race")  # these block the time in calendars and have something to lay out

# A row a week, a cell a session: type, minutes x effort.
MARATHON = """
easy 20x2, short 25x3, medium 30x4, cross 20x3, long 45x4
easy 20x2, short 25x4, medium 30x4, cross 20x3, long 50x4
easy 20x2, short 30x4, medium 30x4, cross 20x3, long 55x4
easy 15x2, short 20x4, medium 25x4, checkin 20x2, long 40x4
easy 20x2, short 30x4, medium 35x4, cross 20x3, long 60x4
easy 20x2, short 30x4, medium 35x5, cross 20x3, long 65x4
easy 20x2, short 35x4, medium 35x5, speed 20x4, long 70x4
easy 15x2, short 25x4, medium 25x5, checkin 30x2, tuneup 50x5
easy 20x2, short 35x4, medium 40x5, speed 25x4, long 75x4
easy 20x2, short 35x5, medium 40x5, speed 25x4, long 80x4
easy 20x2, short 35x5, medium 45x5, speed 25x5, long 85x4
easy 20x2, short 30x5, medium 35x5, cross 20x3, long 60x4
checkin 30x2, short 40x5, medium 45x5, speed 25x6, long 90x4
easy 20x2, short 35x5, medium 40x5, speed 25x6, long 80x4
easy 20x2, short 40x5, medium 50x5, speed 30x6, long 95x4
easy 15x2, short 30x5, medium 35x5, speed 25x6, long 70x4
easy 15x2, short 25x5, medium 25x5, speed 20x6, long 45x4
easy 10x2, short 20x5, speed 15x4, rest 5x1, race 120x8
"""
HALF = """
easy 15x2, short 25x4, medium 35x4, long 40x4
easy 15x2, short 25x4, medium 40x4, long 45x4
easy 15x2, short 30x4, cross 40x4, long 50x4
easy 15x2, short 20x4, medium 30x4, checkin 40x4
easy 15x2, short 30x4, medium 35x5, long 55x4
easy 20x2, short 30x5, medium 40x4, long 60x4
easy 20x2, short 35x5, medium 40x4, long 65x4
easy 15x2, short 25x4, tuneup 25x5, checkin 45x5
easy 20x2, short 35x5, cross 45x4, long 70x4
easy 20x2, short 35x5, medium 45x5, long 75x4
easy 15x2, short 25x5, speed 30x5, long 40x4
easy 10x2, short 20x5, rest 5x1, race 90x8
"""
TEN = """
short 25x4, speed 20x5, long 40x4
short 25x4, speed 20x6, long 40x4
short 30x4, speed 20x6, long 45x4
short 30x4, speed 20x7, long 50x4
short 25x4, speed 15x7, long 30x4
short 15x4, rest 5x1, race 60x8
"""
MARATHON_MINUTES = [140, 145, 155, 120, 165, 170, 180, 145, 195, 200, 210, 165, 230, 200, 235, 175, 130, 170]
MARATHON_LOADS = [475, 520, 560, 410, 600, 655, 715, 565, 780, 835, 905, 665, 995, 885, 1050, 785, 580, 1145]
MARATHON_PHASES = "base=1-4 build=5-12 peak=13-15 taper=16-17 race=18"
MARATHON_PASS = {"W08-FR": 70, "W13-FR": 80, "W15-FR": 80, "W18-FR": 85}


@dataclasses.dataclass(frozen=True)
class Golden:
    """What the outlines publish about a plan: load is minutes times effort."""
    title: str
    distance: str
    phases: str
    cutbacks: str
    grid: str
    minutes: list
    loads: list
    days: str  # of every week
    passes: dict
    early: range  # weeks whose Friday begins at 13:30

    @property
    def weeks(self):
        return len(self.minutes)

    @property
    def keys(self):
        return [f"W{week:02}-{day}" for week in range(1, self.weeks + 1) for day in self.days.split()]

    def cells(self):
        for key, cell in zip(self.keys, re.split(r"[,\n] ?", self.grid.strip()), strict=True):
            kind, minutes, effort = re.fullmatch(r"(\w+) (\d+)x(\d+)", cell).groups()
            yield key, kind, int(minutes), int(effort)

    def start(self, key):
        week, day = int(key[1:3]), DAYS.index(key[4:])
        friday = "10:00" if week == self.weeks else "13:30" if week in self.early else "14:00"
        clock = ["09:30", "09:30", "10:30", "13:30", friday][day]
        return datetime.datetime.combine(ANCHOR + datetime.timedelta(weeks=week - 1, days=day), datetime.time.fromisoformat(clock))


PLANS = {
    "customer-service-18": Golden("Customer service marathon", "marathon", MARATHON_PHASES, "4 8 12", MARATHON, MARATHON_MINUTES,
                                  MARATHON_LOADS, "MO TU WE TH FR", MARATHON_PASS, range(13, 17)),
    "technical-support-18": Golden("Technical support marathon", "marathon", MARATHON_PHASES, "4 8 12", MARATHON, MARATHON_MINUTES,
                                   MARATHON_LOADS, "MO TU WE TH FR", MARATHON_PASS, range(13, 17)),
    "team-lead-12": Golden("Team lead half marathon", "half", "base=1-4 build=5-8 peak=9-10 taper=11 race=12", "4 8", HALF,
                           [115, 125, 135, 105, 135, 150, 160, 110, 170, 175, 110, 125],
                           [430, 470, 510, 390, 545, 590, 635, 480, 675, 740, 465, 845], "MO TU TH FR",
                           {"W08-TH": 70, "W10-FR": 80, "W12-FR": 85}, range(0)),
    "incident-communication-6": Golden("Incident communication 10k", "10k", "base=1-2 build=3 peak=4 taper=5 race=6", "", TEN,
                                       [85, 85, 95, 100, 70, 80], [360, 380, 420, 460, 325, 545], "TU TH FR",
                                       {"W04-FR": 80, "W06-FR": 85}, range(0)),
}

SKILLS = {
    "soft": "empathy listening deescalation writing expectations rapport resilience mindfulness teamwork adaptability",
    "tech": "product crm troubleshooting triage sla logs network sql incident rca data",
    "meta": "plan retrieval review shadowing roleplay assessment mixed",
}
FAMILY = {skill: family for family, skills in SKILLS.items() for skill in skills.split()}
PERSONAS = ["Rushed Rana", "Careful Cem", "Quiet Quinn", "Stormy Sol", "New-here Noor", "Expert Eli"]
ONCE = {"UID", "DTSTAMP", "DTSTART", "DURATION", "TRANSP", "SUMMARY", "DESCRIPTION", "CATEGORIES", "CONCEPT",
        "X-PACER-TYPE", "X-PACER-SKILL", "X-PACER-EFFORT", "X-PACER-TIP", "X-PACER-FALLBACK", "X-PACER-HELP"}
SOMETIMES = {"RELATED-TO", "X-PACER-PREP", "X-PACER-PASS", "X-PACER-MILESTONE", "X-PACER-REVIEW", "X-PACER-WITH", "X-PACER-PERSONA",
             "X-PACER-RUBRIC", "X-PACER-EVIDENCE"}
TOUCHES = ["greet", "interact", "serve", "process"]


def banned_words():
    """The list that the daemon's own texts are held to."""
    source = (harness.ROOT / "daemon" / "core" / "text.c").read_text()
    words = re.findall(r'"([a-z ]+)"', re.search(r"text_banned\[\] = \{(.*?)\}", source, re.DOTALL)[1])
    assert "overdue" in words and len(words) >= 8
    return re.compile(r"\b(" + "|".join(words) + r")\b", re.IGNORECASE)


BANNED = banned_words()


def path_of(name):
    return harness.ROOT / "plans" / f"{name}.ics"


@functools.cache
def read(name):
    return icalendar.Calendar.from_ical(path_of(name).read_bytes())


@pytest.fixture(params=PLANS)
def name(request):
    return request.param


@pytest.fixture
def golden(name):
    return PLANS[name]


@pytest.fixture
def calendar(name):
    return read(name)


@pytest.fixture
def events(calendar):
    return calendar.walk("VEVENT")


def key(event):
    return str(event["UID"])[-6:]


def kind_of(event):
    return str(event["X-PACER-TYPE"])


def week_of(event):
    return event["DTSTART"].dt.isocalendar()[1]


def minutes_of(event):
    return int(event["DURATION"].dt.total_seconds()) // 60


def load_of(event):
    return minutes_of(event) * int(event["X-PACER-EFFORT"])


def values(event, prop):
    """Of a property that may stand several times or not at all."""
    found = event.get(prop, [])
    return [str(value) for value in (found if isinstance(found, list) else [found])]


def by_week(events):
    weeks = collections.defaultdict(list)
    for event in events:
        weeks[week_of(event)].append(event)
    return weeks


def test_the_catalogue_is_these_four():
    assert sorted(path.stem for path in (harness.ROOT / "plans").glob("*.ics")) == sorted(PLANS)


def test_bytes_are_legal_content_lines(name):
    raw = path_of(name).read_bytes()
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r")
    for number, line in enumerate(raw.split(b"\r\n"), 1):
        assert len(line) <= 75, f"line {number} is {len(line)} octets long"
        line.decode("utf-8")  # a fold never cuts a character
    assert raw.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")


def test_a_second_reader_finds_every_event_and_nothing_else(golden, calendar, events):
    assert [c.name for c in calendar.subcomponents] == ["VEVENT"] * len(golden.keys)
    assert [key(e) for e in events] == golden.keys
    assert {c.name for c in calendar.walk()} == {"VCALENDAR", "VEVENT", "VALARM"}
    assert not [(c.name, c.errors) for c in calendar.walk() if c.errors]


def test_calendar_says_what_it_is(golden, calendar):
    expected = {
        "NAME": golden.title, "X-WR-CALNAME": golden.title, "X-PACER-FORMAT": "1", "X-PACER-VERSION": "1", "X-PACER-LICENSE": "MIT",
        "X-PACER-ANCHOR": "20010101", "X-PACER-WEEKS": str(golden.weeks), "X-PACER-CLASS": golden.distance,
        "X-PACER-CUTBACK": golden.cutbacks, "X-PACER-PHASES": golden.phases,
    }
    assert {prop: str(calendar.get(prop, "")) for prop in expected} == expected
    assert str(calendar["X-PACER-GOAL"]) and str(calendar["X-PACER-DONE"])
    assert "heuristic" in str(calendar["DESCRIPTION"])
    assert not {"METHOD", "ORGANIZER", "ATTENDEE"} & set(calendar.keys())


def test_every_name_is_used_once(golden, calendar, events):
    plan = str(calendar["UID"])
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", plan)
    uids = [str(c["UID"]) for c in calendar.walk()]
    assert len(set(uids)) == len(uids) == 1 + 3 * len(golden.keys)
    assert [str(e["UID"]) for e in events] == [f"{plan}-{session}" for session in golden.keys]


def test_no_two_plans_share_a_name_or_a_text():
    assert len({str(read(name)["UID"]) for name in PLANS}) == len(PLANS)
    seen = {}
    for name in PLANS:
        for event in read(name).walk("VEVENT"):
            for prop in ("DESCRIPTION", "X-PACER-FALLBACK"):
                other = seen.setdefault(str(event[prop]), (name, key(event)))
                assert other == (name, key(event)), (other, name, key(event))


def test_each_event_has_the_properties_of_a_session_and_no_others(calendar, events):
    for event in events:
        names = set(event.keys())
        assert ONCE <= names <= ONCE | SOMETIMES, key(event)
        assert all(not isinstance(event[prop], list) for prop in ONCE), key(event)
        assert event["DTSTAMP"].dt == calendar["LAST-MODIFIED"].dt


def test_dates_float_on_the_wall_clock_and_the_iso_week_is_the_plan_week(golden, events):
    for event in events:
        start = event["DTSTART"].dt
        assert start.tzinfo is None and not event["DTSTART"].params, key(event)
        assert start.isocalendar()[:2] == (2001, int(key(event)[1:3])), key(event)
        assert start == golden.start(key(event)), key(event)


def test_golden_sessions(golden, events):
    found = [(key(e), kind_of(e), minutes_of(e), int(e["X-PACER-EFFORT"])) for e in events]
    assert found == list(golden.cells())


@pytest.mark.parametrize("name, week", [(name, week) for name, golden in PLANS.items() for week in range(1, golden.weeks + 1)])
def test_golden_week(name, week):
    sessions, golden = by_week(read(name).walk("VEVENT"))[week], PLANS[name]
    assert sum(map(minutes_of, sessions)) == golden.minutes[week - 1]
    assert sum(map(load_of, sessions)) == golden.loads[week - 1]
    milestones = [value for event in sessions for value in values(event, "X-PACER-MILESTONE")]
    assert len(milestones) == 1 and 5 <= len(milestones[0].encode()) <= 200
    if week < golden.weeks:  # every week but the last trains both
        assert {"soft", "tech"} <= {FAMILY[str(event["X-PACER-SKILL"])] for event in sessions}


def test_golden_totals_of_customer_service():
    events = read("customer-service-18").walk("VEVENT")
    assert (len(events), sum(map(minutes_of, events)), sum(map(load_of, events))) == (90, 3130, 13125)
    assert [load_of(e) for e in events[:5]] == [40, 75, 120, 60, 180]
    assert collections.Counter(map(kind_of, events)) == {
        "short": 18, "easy": 17, "medium": 17, "long": 16, "speed": 10, "cross": 6, "checkin": 3, "tuneup": 1, "rest": 1, "race": 1}
    families = collections.Counter()
    for event in events:
        families[FAMILY[str(event["X-PACER-SKILL"])]] += minutes_of(event)
    assert families == {"soft": 1035, "tech": 1150, "meta": 945}


def test_the_phases_cover_each_week_once(golden):
    weeks = []
    for part in golden.phases.split():
        first, _, last = part.partition("=")[2].partition("-")
        weeks += range(int(first), int(last or first) + 1)
    assert weeks == list(range(1, golden.weeks + 1))


def test_the_portable_properties_say_what_the_exact_ones_say(events):
    for event in events:
        kind, skill = kind_of(event), str(event["X-PACER-SKILL"])
        words = [str(c) for c in event["CATEGORIES"].cats]
        assert words[:4] == ["training", kind, FAMILY[skill], skill]
        assert words[4:] == [touch for touch in TOUCHES if touch in words[4:]]
        assert str(event["CONCEPT"]) == f"urn:example:skill:{FAMILY[skill]}:{skill}"
        assert str(event["TRANSP"]) == ("OPAQUE" if kind in BLOCKING else "TRANSPARENT")


def test_every_touch_point_is_met(events):
    assert {str(c) for e in events for c in e["CATEGORIES"].cats} >= set(TOUCHES)


def test_every_milestone_says_what_to_show_for_it(events):
    shown = [str(e["X-PACER-EVIDENCE"]) for e in events if "X-PACER-MILESTONE" in e]
    assert all("X-PACER-MILESTONE" in e for e in events if "X-PACER-EVIDENCE" in e)
    assert all(20 <= len(text) <= 120 for text in shown), shown


def test_everybody_who_appears_has_a_card(calendar, events):
    cards = dict(card.split(" ", 1) for card in values(calendar, "X-PACER-PERSONA"))
    assert set(cards) == {slug for e in events for slug in values(e, "X-PACER-PERSONA")}
    for slug, text in cards.items():
        name = next(name for name in PERSONAS if name.lower().replace(" ", "-") == slug)
        assert text.startswith(name.split()[-1] + " "), text


def test_pass_marks_stand_with_a_rubric_to_score_by(golden, events):
    assert {key(e): int(e["X-PACER-PASS"]) for e in events if "X-PACER-PASS" in e} == golden.passes
    for event in events:
        rows = values(event, "X-PACER-RUBRIC")
        assert len(rows) == len(set(rows)), key(event)
        assert len(rows) >= 5 if key(event) in golden.passes else not rows, key(event)
        if rows:
            assert f"{golden.passes[key(event)]} % or better" in str(event["DESCRIPTION"]), key(event)


def test_what_a_session_needs_is_in_the_plan_and_comes_before_it(golden, events):
    starts = {str(e["UID"]): e["DTSTART"].dt for e in events}
    needy = 0
    for event in events:
        needs = event.get("RELATED-TO", [])
        for need in needs if isinstance(needs, list) else [needs]:
            assert dict(need.params) == {"RELTYPE": "DEPENDS-ON"}, key(event)
            assert starts[str(need)] < event["DTSTART"].dt, key(event)
            needy += 1
        assert len(values(event, "RELATED-TO")) == len(set(values(event, "RELATED-TO"))), key(event)
    assert needy >= golden.weeks // 3 and "RELATED-TO" in events[-1]


def test_needs_of_customer_service():
    events = read("customer-service-18").walk("VEVENT")
    assert {key(e): str(e["RELATED-TO"])[-6:] for e in events if "RELATED-TO" in e} == {
        "W08-WE": "W06-WE", "W10-WE": "W07-WE", "W13-WE": "W09-WE", "W14-WE": "W11-WE", "W15-WE": "W12-WE", "W18-FR": "W15-FR"}


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
        items = values(event, "X-PACER-PREP")
        assert len(items) >= 2 or kind_of(event) not in BLOCKING, key(event)
        assert items or not key(event).endswith("MO"), key(event)
        assert len(items) == len(set(items)), key(event)


@pytest.mark.parametrize("name", ["customer-service-18", "team-lead-12"])
def test_what_friday_needs_is_named_on_monday(events):
    for monday, *_, friday in by_week(events).values():
        assert values(monday, "X-PACER-PREP") == values(friday, "X-PACER-PREP"), key(monday)


def test_who_takes_part_and_what_comes_back(events):
    for event in events:
        reviews = values(event, "X-PACER-REVIEW")
        assert reviews == ["1 3 7 21"] or not reviews and kind_of(event) not in ("short", "medium"), key(event)
        assert all(re.fullmatch(r"role=[a-z]+", role) for role in values(event, "X-PACER-WITH")), key(event)
        assert kind_of(event) != "checkin" or values(event, "X-PACER-WITH") == ["role=manager"], key(event)
        named = {persona.lower().replace(" ", "-") for persona in PERSONAS if persona in str(event["DESCRIPTION"])}
        assert set(values(event, "X-PACER-PERSONA")) == named, key(event)


def own_texts(component):
    """Property values of ours by name."""
    for prop in component:
        if prop.startswith("X-PACER-") or prop in ("DESCRIPTION", "SUMMARY", "NAME"):
            for text in values(component, prop):
                yield prop, text


def test_texts_are_kind(calendar):
    for component in calendar.walk():
        for prop, text in own_texts(component):
            assert not BANNED.search(text), (str(component["UID"]), prop, text)
            assert not prop.startswith("X-") or not re.search(r"[,;\\]", text), (str(component["UID"]), prop, text)
            assert text == " ".join(text.split()), (str(component["UID"]), prop)


def test_texts_are_short_and_say_what_to_do(events):
    for event in events:
        assert 10 <= len(event["SUMMARY"].encode()) <= 200
        assert len(event["X-PACER-TIP"]) <= 120, key(event)
        sentences = re.findall(r"[.?!](?:\s|$)", str(event["DESCRIPTION"]))
        assert 2 <= len(sentences) <= 4 and str(event["DESCRIPTION"])[-1] in ".?!", key(event)
        assert re.fullmatch(r"[^.?!]{15,119}[.?!]", event["X-PACER-FALLBACK"]), (key(event), "one sentence")


def test_no_text_stands_twice(events):
    seen = collections.Counter(str(e[prop]) for e in events for prop in ("SUMMARY", "DESCRIPTION", "X-PACER-TIP", "X-PACER-FALLBACK"))
    assert [text for text, count in seen.items() if count > 1] == []


def test_the_daemon_knows_no_better(name, golden):
    """Hard speed before a long session is customary; nothing else is to be said."""
    check = subprocess.run([harness.BUILD / "pacerd", "--check", path_of(name)], capture_output=True, text=True, timeout=20)
    assert (check.returncode, check.stderr) == (0, "")
    *findings, verdict = check.stdout.splitlines()
    assert verdict == f"{path_of(name)}: good: {len(golden.keys)} sessions in {golden.weeks} weeks"
    assert [line for line in findings if ": I-SPEED-LONG: " not in line] == []


def test_the_daemon_reads_what_the_second_reader_reads(world):
    world.start(at="2026-11-27 09:00")
    for name in PLANS:
        shown = world.ask("plan", "show", name)
        ours = [(s["id"], s["week"], s["weekday"], s["time"], s["minutes"], s["effort"], s["type"], s["skill"], s["title"])
                for s in shown["sessions"]]
        theirs = [(key(e).lower(), week_of(e), DAYS[e["DTSTART"].dt.weekday()].lower(), f"{e['DTSTART'].dt:%H:%M}", minutes_of(e),
                   int(e["X-PACER-EFFORT"]), kind_of(e), str(e["X-PACER-SKILL"]), str(e["SUMMARY"])) for e in read(name).walk("VEVENT")]
        assert ours == theirs
        assert [(w["minutes"], w["load"]) for w in shown["weeks"]] == list(zip(PLANS[name].minutes, PLANS[name].loads))


# --- pacer-plan(5) ---------------------------------------------------------------------------------------------------------------

MANUAL = harness.ROOT / "plans" / "pacer-plan.5.scd"


def manual_cells(heading, columns):
    """Rows of the table in the manual whose first heading is this."""
    table = MANUAL.read_text().split(f"[[ *{heading}*", 1)[1].split("\n\n", 1)[0]
    cells = [line[2:].strip() for line in table.splitlines()[1:]]
    return [cells[i:i + columns] for i in range(columns - 1, len(cells), columns)]


def test_the_example_of_the_manual_is_a_plan(tmp_path):
    example = tmp_path / "first-week.ics"
    lines = MANUAL.read_text().split("# EXAMPLE\n")[1].split("```\n")[1]
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
