"""plan simulate with the real programs and the shipped holidays: one start, a year of starts, other days, and what cannot be asked."""

import re
import shutil
import time

import pytest

from harness import BUILD, wait_for
from plan_text import plan_text

PLAN = "customer-service-18"
COMMAND = ("plan", "simulate", PLAN)


@pytest.fixture
def trainer(world):
    assert list((BUILD / "holidays").glob("*.ics")), "make holidays builds them"
    shutil.copytree(BUILD / "holidays", world.root / "share" / "pacer" / "holidays")
    world.start(at="2026-06-01 12:00")
    return world


def simulate(world, *args):
    answer = world.try_pacer(*COMMAND, *args, "--json")
    assert answer.status == 0, answer
    return answer.json


def test_one_start(trainer):
    reply = simulate(trainer, "--start", "2026-09-14", "--region", "de")
    (fare,) = reply["fares"]
    assert fare == {"start": "2026-09-14", "race": "2027-01-15", "verdict": "fair", "holidays_hit": 2, "outside": 0, "overloaded_weeks": 1, "dst": 1,
                    "reasons": fare["reasons"]}
    assert fare["reasons"][0] == "week 15 gets too full"
    assert "w15-fr (Christmas Day, Fri 25 Dec 2026)" in fare["reasons"][-1]
    assert {"AT", "DE", "GB-ENG", "US"} <= set(reply["regions"]) and len(reply["regions"]) >= 12
    assert [week["start"] for week in reply["weeks"]][:2] == ["2026-09-14", "2026-09-21"] and len(reply["weeks"]) == 18
    hit = [(n["time"], n["session"]) for n in reply["notices"] if n.get("note") == "holiday" and n["kind"] == "start"]
    assert [(time[:10], session) for time, session in hit] == [("2026-12-25", "w15-fr"), ("2027-01-01", "w16-fr")]


def test_notices_are_those_an_enrolment_gets(trainer):
    """The starts that an enrolment shows are the ones that were simulated, across the end of summer time."""
    notices = simulate(trainer, "--start", "2026-09-14")["notices"]
    starts = {n["session"]: n["time"] for n in notices if n["kind"] == "start"}
    assert [n["time"] for n in notices] == sorted(n["time"] for n in notices) and len(starts) == 90
    trainer.pacer("enroll", PLAN, "--start", "2026-09-14", "--yes")
    for week in (1, 6, 7, 18):  # summer time ends between weeks 6 and 7
        for session in trainer.ask("week", str(week))["sessions"]:
            assert starts[session["id"]] == session["start"]
    assert starts["w06-fr"].endswith("+02:00") and starts["w07-mo"].endswith("+01:00")


def test_enrols_nobody(trainer):
    simulate(trainer, "--start", "2026-09-14", "--region", "DE")
    assert trainer.call("ListEnrollments")["enrollments"] == []
    assert trainer.rows("select * from journal") == []


def test_a_year_of_starts(trainer):
    reply = simulate(trainer, "--starts", "2026-06-01..2027-05-31", "--region", "DE")
    fares = {fare["start"]: fare for fare in reply["fares"]}
    assert len(fares) == 53 and reply["notices"] == []
    assert fares["2026-06-22"]["verdict"] == "good" and fares["2026-06-22"]["reasons"] == []
    assert fares["2026-08-24"]["verdict"] == "bad" and fares["2026-08-24"]["race"] == "2026-12-25"
    assert {fare["verdict"] for fare in fares.values()} == {"good", "fair", "bad"}
    one = simulate(trainer, "--start", "2026-08-24", "--region", "DE")["fares"][0]
    assert fares["2026-08-24"] == one


def test_ten_years_fit_into_one_answer(trainer):
    assert len(simulate(trainer, "--starts", "2026-01-01..2035-12-20", "--region", "US", "--workdays", "mon-thu")["fares"]) == 520


def test_a_year_of_a_large_plan_is_quick(trainer):
    """52 starts of a plan of 500 sessions, from the command to its answer."""
    sessions = [{"day": week * 7 + day, "time": f"{9 + nth:02}:30", "title": f"Session {week} {day} {nth}", "minutes": 20, "effort": 3}
                for week in range(25) for day in range(5) for nth in range(4)]
    assert len(sessions) == 500
    (trainer.plans / "large.ics").write_bytes(plan_text("large", sessions))
    wait_for(lambda: trainer.try_pacer("plan", "show", "large").status == 0, "the plan is seen")
    before = time.monotonic()
    text = trainer.pacer("plan", "simulate", "large", "--starts", "2027-01-04..2027-12-27", "--region", "DE,US")
    assert time.monotonic() - before < 1 and "large: 52 starts" in text


def test_the_screen(trainer):
    env = trainer.env(COLUMNS="80")
    year = trainer.pacer(*COMMAND, "--starts", "2026-06-01..2027-05-31", "--region", "DE", env=env)
    assert "53 starts, 27 good, 23 fair, 3 bad" in year
    assert re.search(r"2026  Jun   Jul   Aug +Sep +Oct +Nov +Dec\n +ggggg gggg  gggBB ffff", year), year
    assert "Best" in year and "Worst" in year and "race on a day off: w18-fr (Good Friday, Fri 26 Mar 2027)" in " ".join(year.split())
    one = trainer.pacer(*COMMAND, "--start", "2026-09-14", "--region", "DE", env=env)
    assert "from Mon 14 Sep 2026 to Fri 15 Jan 2027: fair" in one and "Fri 25 Dec" in one
    both = year + one
    assert max(len(line) for line in both.splitlines()) <= 80 and "\x1b" not in both
    full = trainer.pacer(*COMMAND, "--start", "2026-09-14", "--region", "DE", "--notices", env=env)
    assert full.count(" end ") == 90 and "Thu 17 Sep 16:30" in full
    assert full.count("Christmas Day\n") == 3, "the day is named with both its notices, and above with what does not fit"
    colour = trainer.pacer(*COMMAND, "--starts", "2026-06-01..2026-09-30", "--region", "DE", "--color", "always", env=env)
    assert "\x1b[32m\u2582" in colour and "\u2588" in colour


def test_other_working_days(trainer):
    thursday = simulate(trainer, "--start", "2026-06-22", "--workdays", "mon-thu")["fares"][0]
    assert thursday["outside"] == 18 and thursday["verdict"] == "bad"
    assert simulate(trainer, "--start", "2026-06-22")["fares"][0]["verdict"] == "good"
    assert trainer.pacer("config", "hours.work_days").split()  # the settings are as they were
    assert simulate(trainer, "--start", "2026-06-22")["fares"][0]["outside"] == 0


def test_the_learners_own_holidays_go_first(trainer):
    own = trainer.root / "data" / "pacer" / "holidays"
    own.mkdir(parents=True)
    event = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nDTSTART;VALUE=DATE:{}\r\nSUMMARY:{}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    (own / "DE.ics").write_text(event.format("20260624", "Town fair"))
    reasons = simulate(trainer, "--start", "2026-06-22", "--region", "DE")["fares"][0]["reasons"]
    assert reasons == ["1 session lies on a holiday: w01-we (Town fair, Wed 24 Jun 2026)"]
    (own / "DE.ics").write_text(event.format("20260631", "No such day"))
    for regions in ("DE", "US,DE", "de , us"):
        answer = trainer.try_pacer(*COMMAND, "--start", "2026-06-22", "--region", regions)
        assert answer.status == 6 and f"the holidays of 'DE' cannot be read: {own}/DE.ics:4: not a whole day: '20260631'" in answer.err, answer
        error = trainer.try_pacer(*COMMAND, "--start", "2026-06-22", "--region", regions, "--json").json
        assert (error["error"], error["file"], error["line"]) == ("InvalidHolidays", str(own / "DE.ics"), 4), error
    assert len(simulate(trainer, "--start", "2026-06-22", "--region", "US,AT")["fares"]) == 1, "the others go on"


def test_several_regions_count_together(trainer):
    """Germany has no holiday in the plan's weeks, the United States three; together the days of both."""
    hits = {region: simulate(trainer, "--start", "2026-06-22", "--region", region)["fares"][0]["holidays_hit"] for region in ("DE", "US", "us, DE", "DE,US,de")}
    assert hits["DE"] == 0 and hits["US"] == hits["us, DE"] == hits["DE,US,de"] == 3
    reply = simulate(trainer, "--start", "2026-09-14", "--region", "DE,US")
    named = {(n["time"][:10], n["holiday"]) for n in reply["notices"] if n.get("holiday")}
    assert {("2026-10-12", "Columbus Day"), ("2026-11-26", "Thanksgiving Day"), ("2026-12-25", "Christmas Day"), ("2027-01-01", "New Year's Day")} <= named
    assert all(("holiday" in n) == (n.get("note") == "holiday") for n in reply["notices"])


def test_working_days_over_the_end_of_the_week(trainer):
    def outside(days):
        return simulate(trainer, "--start", "2026-06-22", "--workdays", days)["fares"][0]["outside"]

    assert outside("su-th") == outside("sun-thu") == outside("Sunday - Thursday".replace(" ", "")) == 18
    assert outside("sa-we") == outside("mo-we") == 36 and outside("fr-fr,mo-th") == outside("mo,tu,we,th,fr") == 0
    assert outside("fr-th") == 0, "all seven"


@pytest.mark.parametrize("args, status, says", [
    ((), 2, "--starts FROM..TO"),
    (("--start", "2026-06-22", "--starts", "2026-06-22..2026-07-22"), 2, "keep one of them"),
    (("--starts", "2026-06-22"), 2, "2027-01-01..2027-12-31"),
    (("--starts", "..2026-06-22"), 2, "2027-01-01..2027-12-31"),
    (("--starts", "2026-06-22..2026-07-22", "--notices"), 2, "--notices belongs to one start"),
    (("--start", "2026-06-23"), 2, "--start 2026-06-22"),
    (("--start", "2026-02-30"), 2, "2026-02-30"),
    (("--starts", "2026-06-23..2026-06-28"), 2, "a span with a Monday in it"),
    (("--starts", "2026-06-22..2026-06-21"), 2, "a span with a Monday in it"),
    (("--starts", "2026-01-01..2035-12-24"), 2, "at most 520 Mondays"),
    (("--start", "2026-06-22", "--region", "XX"), 4, "'GB-ENG'"),
    (("--start", "2026-06-22", "--region", "../plans/DE"), 4, "'../plans/DE'"),
    (("--start", "2026-06-22", "--region", "DE,XX,US"), 4, "a region called 'XX'"),
    (("--start", "2026-06-22", "--region", "DE,"), 4, "a region called ''"),
    (("--start", "2026-06-22", "--workdays", "someday"), 2, "someday"),
    (("--start", "2026-06-22", "--workdays", "mo-"), 2, "mon-fri"),
])
def test_what_cannot_be_asked(trainer, args, status, says):
    answer = trainer.try_pacer(*COMMAND, *args)
    assert answer.status == status and says in answer.err, answer
    assert answer.out == ""


def test_no_such_plan(trainer):
    answer = trainer.try_pacer("plan", "simulate", "customer-servic-18", "--start", "2026-06-22")
    assert answer.status == 4 and PLAN in answer.err, answer


def test_without_holiday_files(world):
    world.start(at="2026-06-01 12:00")
    assert simulate(world, "--start", "2026-06-22")["regions"] == []
    answer = world.try_pacer(*COMMAND, "--start", "2026-06-22", "--region", "DE")
    assert answer.status == 4 and "pacer/holidays" in answer.err, answer
