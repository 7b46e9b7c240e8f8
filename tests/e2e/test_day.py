"""A working day: questions appear in dunst, answers count the same from the bubble and from the command line."""

import datetime
import json
import select
import signal
import subprocess

import pytest

from harness import BUILD, wait_for
from wire import Connection

LACE_UP = "Lace up: meet your plan"
START, END = ["Start", "Snooze", "Not today"], ["Done", "Partly", "More time"]


PACE = 20


def at_work(world, at, plan="customer-service-18", start="2026-11-30", speed=PACE):
    """Enrolled on the Sunday before, daemon running at this time: what is seconds away comes at once, what is minutes away stays away."""
    world.start(at="2026-11-29 12:00")
    world.enroll(plan, start)
    world.restart(at=at, speed=speed)


@pytest.fixture
def monday(desk):
    """Two seconds before the first session."""
    at_work(desk, "2026-11-30 09:29:58")
    return desk


@pytest.fixture
def asked(monday):
    """The start question stands on the screen."""
    monday.question = monday.bubble(LACE_UP, "Start")
    return monday


@pytest.fixture
def ended(asked):
    """Started by its button, and the end question stands on the screen."""
    asked.press(asked.question, "Start")
    asked.until_state("w01-mo", "running")
    seen = len(asked.recorder.bubbles())
    end = asked.session("w01-mo")["end"]
    asked.restart(at=(datetime.datetime.fromisoformat(end) - datetime.timedelta(seconds=2)).strftime("%Y-%m-%d %H:%M:%S"))
    asked.question = asked.bubble(LACE_UP, "Done", after=seen)
    return asked


def test_start_question(asked):
    bubble = asked.question
    assert bubble.labels == START
    assert bubble.hints.get("desktop-entry"), "desktops show name, icon and settings through it"
    assert bubble.hints.get("urgency", 1) <= 1
    assert asked.displayed() == 1
    session = asked.ask("today")["sessions"][0]
    assert (session["state"], session["question"]) == ("prompted", "start")
    question = asked.ask("inbox")["questions"][0]
    assert (question["session"]["id"], question["question"]) == ("w01-mo", "start")


def test_question_comes_when_it_is_due(asked):
    due = asked.local("2026-11-30 09:30")
    assert due - datetime.timedelta(seconds=0.1 * PACE) <= asked.shown_time(asked.question), "never early"
    assert len(asked.bubbles(LACE_UP)) == 1


@pytest.mark.parametrize("label, state", [("Start", "running"), ("Snooze", "planned"), ("Not today", "dropped")])
def test_start_answers_in_the_bubble(asked, label, state):
    asked.press(asked.question, label)
    session = asked.until_state("w01-mo", state)
    assert asked.ask("today")["sessions"][0]["state"] == state
    if label == "Snooze":
        until = datetime.datetime.fromisoformat(session["snoozed_until"]) - datetime.timedelta(minutes=10)
        assert asked.local("2026-11-30 09:30") <= until <= asked.now(), "ten minutes from the press"
    screen_is_clear(asked, asked.question)


def screen_is_clear(world, bubble):
    """The answered bubble leaves the screen: dunst keeps it unless it is told."""
    wait_for(lambda: world.displayed() == 0, lambda: f"{bubble} leaves the screen")


@pytest.mark.parametrize("label, state", [("Done", "done"), ("Partly", "partial"), ("More time", "running")])
def test_end_answers_in_the_bubble(ended, label, state):
    assert ended.question.labels == END
    ended.press(ended.question, label)
    session = ended.until_state("w01-mo", state)
    if label == "More time":
        wait_for(lambda: ended.session("w01-mo").get("question") is None, "the question is answered")
        end = datetime.datetime.fromisoformat(ended.session("w01-mo")["end"])
        assert end > ended.now()
    else:
        today = ended.ask("today")
        assert today["sessions"][0]["state"] == state
        assert today["week_minutes_done"] == session["actual_minutes"] > 0
    screen_is_clear(ended, ended.question)


def test_end_question_after_more_time(ended):
    ended.press(ended.question, "More time")
    wait_for(lambda: ended.session("w01-mo").get("question") is None, "the question is answered")
    end = datetime.datetime.fromisoformat(ended.session("w01-mo")["end"])
    seen = len(ended.recorder.bubbles())
    ended.restart(at=(end - datetime.timedelta(seconds=1)).strftime("%Y-%m-%d %H:%M:%S"))
    again = ended.bubble(LACE_UP, "Done", after=seen)
    ended.press(again, "Done")
    assert ended.until_state("w01-mo", "done")["actual_minutes"] in range(30, 35)


EFFECTS = [("Start", ["start"], "start", "running", None), ("Snooze", ["snooze"], "snooze", "planned", None),
           ("Not today", ["skip"], "drop", "dropped", "unknown")]


@pytest.mark.parametrize("way", ["bubble", "cli"])
@pytest.mark.parametrize("label, command, what, state, reason", EFFECTS, ids=[effect[0] for effect in EFFECTS])
def test_same_effect_from_bubble_and_command_line(asked, way, label, command, what, state, reason):
    if way == "bubble":
        asked.press(asked.question, label)
    else:
        asked.ask(*command, "w01-mo")
    session = asked.until_state("w01-mo", state)
    assert session.get("reason") == reason and session.get("question") is None
    screen_is_clear(asked, asked.question)
    why = asked.ask("why", "w01-mo")
    last = why["entries"][-1]
    assert (last["what"], last["by"], last["via"]) == (what, "learner", way)
    assert (why["notices"][-1]["state"], why["notices"][-1]["answer"]) == ("answered", what)
    assert asked.ask("inbox")["questions"] == []


def test_answers_are_safe_to_repeat(asked):
    assert asked.ask("start", "w01-mo")["changed"] is True
    entries = len(asked.ask("why", "w01-mo")["entries"])
    assert asked.ask("start", "w01-mo")["changed"] is False
    assert len(asked.ask("why", "w01-mo")["entries"]) == entries
    assert asked.ask("done", "w01-mo", "--minutes", "20", "--effort", "3")["changed"] is True
    entries = len(asked.ask("why", "w01-mo")["entries"])
    for _ in range(3):
        assert asked.ask("done", "w01-mo", "--minutes", "20", "--effort", "3")["changed"] is False
    assert len(asked.ask("why", "w01-mo")["entries"]) == entries
    reply = asked.ask("today")
    assert reply["week_minutes_done"] == 20 and reply["sessions"][0]["actual_effort"] == 3


def test_closing_is_no_answer(asked):
    asked.dunstctl("close")
    wait_for(lambda: asked.closed(asked.question), "dunst says closed")
    assert asked.history()[0]["id"] == asked.question.id
    wait_for(lambda: asked.ask("why", "w01-mo")["notices"][-1].get("cause"), "the ledger notes the closing")
    assert asked.session("w01-mo")["state"] == "prompted"
    assert [q["session"]["id"] for q in asked.ask("inbox")["questions"]] == ["w01-mo"]
    asked.ask("start")
    assert asked.session("w01-mo")["state"] == "running"


def test_one_bubble_a_session(ended):
    """The end question takes the place of the start question when that was not answered."""
    ended.press(ended.question, "Done")
    ended.until_state("w01-mo", "done")
    ended.restart(at="2026-12-01 09:29:59")
    start = ended.bubble("First mile", "Start")
    seen = len(ended.recorder.bubbles())
    ended.restart(at="2026-12-01 09:54:59")
    end = ended.bubble("First mile", "Done", after=seen)
    assert (end.replaces, end.id) == (start.id, start.id)
    assert ended.displayed() == 1


def test_button_works_after_the_daemon_came_back(asked):
    """dunst answers whoever sent the bubble: a daemon that came back has to make it its own again."""
    asked.kill()
    seen = len(asked.recorder.bubbles())
    asked.start()
    mine = asked.bubble(LACE_UP, after=seen)
    assert mine.id == asked.question.id and asked.displayed() == 1, "in its place, not beside it"
    asked.press(mine, "Start")
    asked.until_state("w01-mo", "running")


def test_server_restarted_while_the_daemon_was_away(asked):
    """The bubble is gone with its server; the question is not."""
    asked.kill()
    asked.stop_server()
    asked.start_server()
    seen = len(asked.recorder.bubbles())
    asked.start()
    again = asked.bubble(LACE_UP, "Start", after=seen)
    asked.press(again, "Start")
    asked.until_state("w01-mo", "running")


def test_reminder_one_working_day_before_a_long_session(desk):
    at_work(desk, "2026-12-03 16:29:58")
    for done in ("w01-mo", "w01-tu", "w01-we", "w01-th"):
        desk.ask("done", done)
    reminder = desk.bubble("Long 1")
    assert not set(reminder.labels) & set(START + END), "it informs, it asks nothing"
    assert "Access checklist" in reminder.body, "what to lay out is in it"
    assert desk.session("w01-fr")["state"] == "planned"


def test_reminder_for_a_monday_comes_on_friday(desk):
    desk.add_plan("long-2", [{"day": 0, "time": "10:00", "title": "Warm"}, {"day": 7, "time": "10:00", "title": "Monday long", "type": "long", "minutes": 60}])
    at_work(desk, "2026-12-04 16:29:58", plan="long-2")
    desk.ask("done", "w01-mo")
    assert "Monday 10:00" in desk.bubble("Monday long").body


def focus(desk):
    desk.add_plan("second-1", [{"day": 0, "time": "09:40", "title": "Second thing", "minutes": 15}])
    desk.start(at="2026-11-29 12:00")
    desk.enroll()
    desk.enroll("second-1")
    desk.restart(at="2026-11-30 09:29:59", speed=PACE)
    desk.press(desk.bubble(LACE_UP, "Start"), "Start")
    desk.until_state("e1/w01-mo", "running")
    desk.restart(at="2026-11-30 09:39:59")
    # Due before the server was found again it would wait for that first.
    held = wait_for(lambda: [n for n in desk.ask("why", "e2/w01-mo")["notices"] if "running" in n.get("cause", "")], "the second question waits for the first")
    assert held[-1]["state"] == "due"
    assert not desk.bubbles("Second thing")


def test_a_running_session_is_not_disturbed(desk):
    focus(desk)
    assert desk.refused(1, "start", "e2/w01-mo")["error"]
    desk.ask("done", "e1/w01-mo")
    question = desk.bubble("Second thing", "Start")
    desk.press(question, "Start")
    desk.until_state("e2/w01-mo", "running")
    assert len(desk.bubbles("Second thing")) == 1


def test_snooze_survives_a_kill_and_fires_on_time(asked):
    asked.press(asked.question, "Snooze")
    until = asked.until_state("w01-mo", "planned")["snoozed_until"]
    asked.kill()
    seen = len(asked.recorder.bubbles())
    due = datetime.datetime.fromisoformat(until)
    asked.start(at=(due - datetime.timedelta(seconds=2)).strftime("%Y-%m-%d %H:%M:%S"))
    assert asked.session("w01-mo").get("snoozed_until", until) == until, "kept, or fired by now"
    again = asked.bubble(LACE_UP, "Start", after=seen)
    assert due - datetime.timedelta(seconds=0.1 * PACE) <= asked.shown_time(again), "never early"
    assert len(asked.bubbles(LACE_UP)) == 2


def test_snooze_by_command_line(asked):
    assert asked.ask("snooze", "w01-mo", "--for", "25m")["session"]["snoozed_until"].startswith("2026-11-30T09:55")
    screen_is_clear(asked, asked.question)
    assert asked.ask("snooze", "w01-mo", "--until", "11:00")["session"]["snoozed_until"].startswith("2026-11-30T11:00:00")
    assert "InvalidDate" in asked.refused(2, "snooze", "w01-mo", "--until", "soonish")["error"]


def test_move(asked):
    assert asked.ask("move", "w01-mo", "14:00", "--dry-run")["session"]["start"] == "2026-11-30T14:00:00+01:00"
    assert asked.session("w01-mo")["start"] == "2026-11-30T09:30:00+01:00"
    reply = asked.ask("move", "w01-mo", "14:00", "--yes")
    assert reply["session"]["state"] == "moved" and reply["outside"] is False
    assert reply["session"]["moved_from"] == "2026-11-30T09:30:00+01:00"
    screen_is_clear(asked, asked.question)
    seen = len(asked.recorder.bubbles())
    asked.restart(at="2026-11-30 13:59:59")
    asked.press(asked.bubble(LACE_UP, "Start", after=seen), "Start")
    asked.until_state("w01-mo", "running")


def test_move_against_the_taper(monday):
    error = monday.refused(1, "move", "w15-th", "2027-03-16", "--yes")
    assert "AgainstRule" in error["error"] and error["rule"]
    assert monday.session("w15-th")["state"] == "planned"


def test_move_outside_hours_says_so(monday):
    assert monday.ask("move", "w01-tu", "2026-12-01 19:00", "--dry-run")["outside"] is True


@pytest.mark.parametrize("reason, state", [("sick", "excused"), ("incident", "excused"), ("meeting", "dropped"), ("energy", "dropped")])
def test_skip_with_a_reason(asked, reason, state):
    session = asked.ask("skip", "w01-mo", "--reason", reason)["session"]
    assert (session["state"], session["reason"]) == (state, reason)
    screen_is_clear(asked, asked.question)


def test_skip_with_an_unknown_reason(asked):
    answer = asked.try_pacer("skip", "w01-mo", "--reason", "rain")
    assert answer.status == 2 and "rain" in answer.err and "sick" in answer.err, answer
    assert asked.session("w01-mo")["state"] == "prompted"


def test_done_with_minutes_and_effort(asked):
    reply = asked.ask("done", "w01-mo", "--minutes", "25", "--effort", "4")
    assert (reply["session"]["actual_minutes"], reply["session"]["actual_effort"], reply["session"]["band"]) == (25, 4, "yellow")
    assert (reply["week_minutes"], reply["week_minutes_done"], reply["next"]["id"]) == (140, 25, "w01-tu")
    for wrong in (["--minutes", "-3"], ["--minutes", "many"], ["--effort", "11"], ["--minutes", "100000"]):
        assert asked.try_pacer("done", "w01-mo", *wrong).status == 2, wrong
    assert asked.session("w01-mo")["actual_minutes"] == 25


def test_undo(asked):
    asked.ask("done", "w01-mo", "--minutes", "5")
    assert asked.ask("undo", "--dry-run")["undone"]["what"] == "done"
    assert asked.session("w01-mo")["state"] == "done"
    reply = asked.ask("undo")
    assert reply["undone"]["session"] == "w01-mo" and reply["session"]["state"] == "prompted"
    assert asked.ask("today")["week_minutes_done"] == 0
    whats = [e["what"] for e in asked.ask("why", "w01-mo")["entries"]]
    assert whats[-1] == "undo" and "done" in whats, "nothing is erased"


def test_undo_with_nothing_to_take_back(world):
    world.start(at="2026-11-27 12:00")
    assert "NothingToUndo" in world.refused(1, "undo")["error"]


def test_why_tells_the_story(ended):
    ended.press(ended.question, "Done")
    ended.until_state("w01-mo", "done")
    why = ended.ask("why", "w01-mo")
    whats = [e["what"] for e in why["entries"]]
    assert [w for w in whats if w in ("prompt", "start", "done")] == ["prompt", "start", "prompt", "done"]
    assert [e["by"] for e in why["entries"] if e["what"] == "start"] == ["learner"]
    notices = {n["key"]: n for n in why["notices"]}
    assert len(notices) == 2 and {n["state"] for n in notices.values()} == {"answered"}
    assert [n["answer"] for n in notices.values()] == ["start", "done"]
    assert all(n["due"] and n["sent"] and n["shown"] for n in notices.values())
    text = ended.pacer("why", "w01-mo")
    assert LACE_UP in text and "answered: done" in text


def test_watch_streams_every_entry(asked):
    with Connection(asked.socket) as stream:
        stream.send("org.pacer.Pacer.Watch", more=True)
        asked.ask("start", "w01-mo")
        first = stream.receive()
        assert first["continues"] is True
        assert first["parameters"]["entry"]["what"] == "start" and first["parameters"]["session"]["state"] == "running"
        asked.ask("done", "w01-mo")
        seen = stream.receive()["parameters"]
        while seen["entry"]["what"] != "done":
            seen = stream.receive()["parameters"]
        assert seen["session"]["state"] == "done"


def test_watch_by_command_line(asked):
    watch = asked.spawn([BUILD / "pacer", "watch", "--json"], "watch", stdout=subprocess.PIPE)
    minutes = iter(range(5, 100))

    def something_seen():
        # Only what happens after watch has its stream is seen, and it does not say when that is.
        asked.ask("snooze", "w01-mo", "--for", f"{next(minutes)}m")
        return select.select([watch.popen.stdout], [], [], 0.2)[0]
    wait_for(something_seen, watch.text)
    seen = json.loads(watch.popen.stdout.readline())
    assert (seen["entry"]["what"], seen["session"]["id"]) == ("snooze", "w01-mo")
    watch.send(signal.SIGINT)
    watch.wait()


def test_text_of_plans_is_never_markup(desk):
    title = "<b>Bold & <img src=x> \"quoted\"</b>"
    desk.add_plan("markup-1", [{"day": 0, "time": "09:30", "title": title, "minutes": 20}])
    at_work(desk, "2026-11-30 09:29:59", plan="markup-1")
    bubble = desk.bubble("", "Start")
    assert bubble.summary == title, "the summary is no markup by the specification"
    desk.dunstctl("close")
    shown = wait_for(desk.history, "dunst's history")[0]
    assert shown["summary"] == title
