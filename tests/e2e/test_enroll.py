"""Enrolling in the shipped plan, and what the plain questions about it answer."""

import pytest

SESSION_NAMES = {"id", "enrollment", "title", "type", "skill", "start", "minutes", "effort", "state"}


@pytest.fixture
def friday(world):
    """The Friday before: nobody has enrolled yet."""
    world.start(at="2026-11-27 12:00")
    return world


def test_enroll_answers_with_the_names_other_programs_use(friday):
    reply = friday.enroll()
    expected = {"enrollment": "e1", "plan": "customer-service-18", "start": "2026-11-30", "race": "2027-04-02", "has_race": True, "weeks": 18,
                "sessions": 90, "minutes": 3130, "peak_week": 15}
    assert {name: reply.get(name) for name in expected} == expected


def test_outline_shows_every_week(friday):
    outline = friday.enroll()["outline"]
    assert [week["week"] for week in outline] == list(range(1, 19))
    # RULES 2.5, the computed profile of the plan.
    assert [week["minutes"] for week in outline] == [140, 145, 155, 120, 165, 170, 180, 145, 195, 200, 210, 165, 230, 200, 235, 175, 130, 170]
    assert [week["load"] for week in outline] == [475, 520, 560, 410, 600, 655, 715, 565, 780, 835, 905, 665, 995, 885, 1050, 785, 580, 1145]
    assert [week["week"] for week in outline if week["cutback"]] == [4, 8, 12]
    assert [week["phase"] for week in outline] == ["base"] * 4 + ["build"] * 8 + ["peak"] * 3 + ["taper"] * 2 + ["race"]


def test_outline_for_people(friday):
    text = friday.pacer("enroll", "customer-service-18", "--start", "2026-11-30", "--yes")
    for word in ("18 weeks", "90 sessions", "52 h", "week 15", "2 Apr 2027", "Lace up"):
        assert word in text, text


def test_a_plan_without_a_race_has_a_last_day(desk):
    """Its end is called what it is, in the outline, today and on the map; no other word for it stands there."""
    desk.add_plan("short", [{"day": 0, "time": "09:30", "title": "One"}, {"day": 9, "time": "09:30", "title": "Two"}], weeks=2)
    desk.start_clocked("2026-11-27 12:00")
    outline = desk.pacer("enroll", "short", "--start", "2026-11-30", "--yes", "--force")
    assert "last day  Wed 9 Dec 2026" in outline and "race day" not in outline, outline
    desk.set_clock("2026-11-30 09:00")
    for command, says in ((["today"], "last day Wed 9 Dec"), (["map"], "last day Wed 9 Dec 2026")):
        text = desk.pacer(*command)
        assert says in " ".join(text.split()) and "race day" not in text, text
    assert desk.ask("today")["enrollments"][0]["has_race"] is False


def test_today(friday):
    friday.enroll()
    friday.restart(at="2026-11-30 08:00")
    reply = friday.ask("today")
    assert reply["date"] == "2026-11-30"
    assert len(reply["sessions"]) == 1
    session = reply["sessions"][0]
    assert SESSION_NAMES <= set(session)
    expected = {"id": "w01-mo", "enrollment": "e1", "title": "Lace up: meet your plan", "type": "easy", "skill": "plan",
                "start": "2026-11-30T09:30:00+01:00", "minutes": 20, "effort": 2, "state": "planned"}
    assert {name: session[name] for name in expected} == expected
    assert friday.ask()["sessions"] == reply["sessions"], "pacer alone is today"


def test_today_of_a_day_without_sessions(friday):
    friday.enroll()
    assert friday.ask("today")["sessions"] == []


def test_week(friday):
    friday.enroll()
    reply = friday.ask("week", "2")
    assert reply["week"] == 2
    assert [(s["id"], s["start"], s["minutes"]) for s in reply["sessions"]] == [
        ("w02-mo", "2026-12-07T09:30:00+01:00", 20), ("w02-tu", "2026-12-08T09:30:00+01:00", 25), ("w02-we", "2026-12-09T10:30:00+01:00", 30),
        ("w02-th", "2026-12-10T13:30:00+01:00", 20), ("w02-fr", "2026-12-11T14:00:00+01:00", 50)]
    assert all(SESSION_NAMES <= set(s) for s in reply["sessions"])
    friday.refused(2, "week", "19")


def test_running_week_is_the_default(friday):
    friday.enroll()
    friday.restart(at="2026-12-09 12:00")
    assert friday.ask("week")["week"] == 2


def test_next(friday):
    friday.enroll()
    assert friday.ask("next")["session"]["id"] == "w01-mo"
    friday.ask("skip", "w01-mo")
    for done in ("w01-tu", "w01-we"):
        friday.ask("done", done)
    assert friday.ask("next")["session"]["id"] == "w01-th"
    milestone = friday.ask("next")
    assert (milestone["milestone"], milestone["milestone_week"]) == ("Equipment check passed - all tools open", 1)


def test_plans_and_plan_show(friday):
    plans = {plan["name"]: plan for plan in friday.ask("plans")["plans"]}
    shipped = plans["customer-service-18"]
    assert (shipped["weeks"], shipped["sessions"], shipped["minutes"], shipped["enrolled"]) == (18, 90, 3130, False)
    assert not shipped.get("error")
    friday.enroll()
    assert {plan["name"]: plan["enrolled"] for plan in friday.ask("plans")["plans"]}["customer-service-18"] is True
    shown = friday.ask("plan", "show", "customer-service-18")
    assert shown["plan"]["name"] == "customer-service-18"
    assert len(shown["weeks"]) == 18 and len(shown["sessions"]) == 90 and shown["peak_week"] == 15
    assert {"id", "week", "weekday", "time", "title", "type", "skill", "minutes", "effort"} <= set(shown["sessions"][0])
    assert not [finding for finding in shown["findings"] if finding["severity"] == "error"]
    assert "Lace up: meet your plan" in friday.pacer("plan", "show", "customer-service-18")


def test_back_from_a_race_day(world):
    world.start(at="2026-06-01 09:00")
    reply = world.ask("enroll", "customer-service-18", "--race", "2026-10-25", "--yes")
    assert (reply["start"], reply["weeks"]) == ("2026-06-22", 18)
    assert "2026-10-19" <= reply["race"] <= "2026-10-25"
    race = world.ask("week", "18")["sessions"][-1]
    assert (race["id"], race["type"], race["start"]) == ("w18-fr", "race", "2026-10-23T10:00:00+02:00")


def test_start_that_is_no_monday(friday):
    error = friday.refused(2, "enroll", "customer-service-18", "--start", "2026-12-01", "--yes")
    assert (error["date"], error["before"], error["after"]) == ("2026-12-01", "2026-11-30", "2026-12-07")
    assert "NotAMonday" in error["error"]
    assert friday.call("ListEnrollments") == {"enrollments": []}


def test_race_too_near(friday):
    error = friday.refused(1, "enroll", "customer-service-18", "--race", "2027-02-26", "--yes")
    assert "NotEnoughWeeks" in error["error"] and error["weeks"] == 18 and error["weeks_left"] < 18
    assert friday.call("ListEnrollments") == {"enrollments": []}
    friday.ask("enroll", "customer-service-18", "--race", error["earliest"], "--yes")


def test_twice(friday):
    friday.enroll()
    error = friday.refused(1, "enroll", "customer-service-18", "--start", "2026-11-30", "--yes")
    assert "AlreadyEnrolled" in error["error"] and error["enrollment"] == "e1"
    assert len(friday.call("ListEnrollments")["enrollments"]) == 1


def test_several_at_once(friday):
    friday.add_plan("tea-2", [{"day": 0, "time": "11:00", "title": "Tea"}, {"day": 7, "time": "11:00", "title": "More tea"}])
    friday.restart()
    friday.enroll()
    friday.enroll("tea-2")
    friday.enroll("customer-service-18", start="2026-12-07")
    friday.restart(at="2026-12-07 08:00")
    found = {(s["enrollment"], s["id"]) for s in friday.ask("today")["sessions"]}
    assert found == {("e1", "w02-mo"), ("e2", "w02-mo"), ("e3", "w01-mo")}
    error = friday.refused(2, "why", "w02-mo")
    assert "AmbiguousSession" in error["error"] and sorted(error["candidates"]) == ["e1/w02-mo", "e2/w02-mo", "e3/w02-mo"]
    assert friday.session("w02-mo", "e2")["title"] == "More tea"
    friday.refused(4, "week", "1", "--enrollment", "e9")


def test_leave(friday):
    friday.enroll()
    assert friday.ask("leave", "--dry-run")["enrollment"]["id"] == "e1"
    assert len(friday.call("ListEnrollments")["enrollments"]) == 1
    assert friday.ask("leave", "e1", "--yes")["enrollment"]["id"] == "e1"
    assert friday.call("ListEnrollments") == {"enrollments": []}
    assert friday.ask("today")["sessions"] == []
    assert "NothingEnrolled" in friday.refused(1, "week")["error"]
    # The journal keeps what was, and a new enrolment gets a new name.
    assert friday.enroll()["enrollment"] == "e2"


def test_dry_run_keeps_nothing(friday):
    reply = friday.ask("enroll", "customer-service-18", "--start", "2026-11-30", "--dry-run")
    assert reply["enrollment"] == "" and reply["sessions"] == 90 and len(reply["outline"]) == 18
    assert friday.call("ListEnrollments") == {"enrollments": []}


def test_outside_hours_are_shown_before_anything_is_kept(friday):
    friday.add_plan("late-1", [{"day": 0, "time": "18:30", "title": "Evening walk"}, {"day": 1, "time": "10:00", "title": "Inside"}])
    friday.restart()
    reply = friday.ask("enroll", "late-1", "--start", "2026-11-30", "--dry-run")
    assert [s["title"] for s in reply["outside"]] == ["Evening walk"]
    question = friday.try_pacer("enroll", "late-1", "--start", "2026-11-30")
    assert question.status != 0, "nobody said yes"
    assert "Evening walk" in question.out + question.err, question
    assert friday.call("ListEnrollments") == {"enrollments": []}
    friday.ask("enroll", "late-1", "--start", "2026-11-30", "--yes")


def test_what_lay_before_enrolling_is_excused(world):
    """Days gone by are not held against anyone; what lay earlier on the first day is still worth doing."""
    world.start(at="2026-12-02 12:00")
    world.enroll()
    states = {s["id"]: s["state"] for s in world.ask("week", "1")["sessions"]}
    assert states == {"w01-mo": "excused", "w01-tu": "excused", "w01-we": "prompted", "w01-th": "planned", "w01-fr": "planned"}


def test_unknown_plan_suggests(friday):
    error = friday.refused(4, "enroll", "customer-servise-18", "--start", "2026-11-30", "--yes")
    assert "NoSuchPlan" in error["error"] and error["suggestions"] == ["customer-service-18"]


@pytest.mark.parametrize("dates", [(), ("--start", "2026-11-30", "--race", "2027-04-02")])
def test_exactly_one_of_start_and_race(friday, dates):
    answer = friday.try_pacer("enroll", "customer-service-18", *dates, "--yes")
    assert answer.status == 2 and "--start" in answer.err and "--race" in answer.err, answer
