"""The right moment, with the settings as they come: previews, second prompts, meetings, the day's budget, what comes in a run."""

import pytest

from harness import wait_for
from test_day import LACE_UP

DRILL = "Queue block"


def as_it_comes(desk):
    """No settings file: what a new learner has."""
    desk.settings.unlink()
    return desk


def texts(desk):
    return [b.summary for b in desk.settled()]


@pytest.fixture
def defaults(desk):
    return as_it_comes(desk)


def enrolled(desk, plan="customer-service-18", at="2026-11-30 08:00"):
    desk.start_clocked("2026-11-29 12:00")
    desk.enroll(plan)
    desk.set_clock(at)


def run_of(desk, minutes=95, **more):
    """A plan with one long session on Friday 14:00."""
    desk.add_plan("long-one", [{"day": 4, "time": "14:00", "minutes": minutes, "type": "long", "title": DRILL, **more}])
    enrolled(desk, "long-one", "2026-12-04 13:00")


def test_a_day_as_it_comes(defaults):
    """Monday: the preview at 09:15, the prompt at 09:30, once more at 09:40, the end in its place, nothing else."""
    enrolled(defaults)
    defaults.set_clock("2026-11-30 09:14:50")
    assert texts(defaults) == []
    defaults.set_clock("2026-11-30 09:15:00")
    week = defaults.bubble("Week 1 of 18")
    assert week.summary == "Week 1 of 18, base: 5 sessions, 140 min" and "Friday 14:00" in week.body and week.labels == []
    defaults.set_clock("2026-11-30 09:30:01")
    first = defaults.bubble(LACE_UP, "Start")
    defaults.set_clock("2026-11-30 09:39:50")
    assert len(defaults.settled()) == 2
    defaults.set_clock("2026-11-30 09:40:02")
    second = defaults.bubble(LACE_UP, "Start", after=2)
    assert second.replaces == first.id and second.body == f"Asked once more \u00b7 {first.body}"
    defaults.set_clock("2026-11-30 09:50:01")
    end = defaults.bubble(LACE_UP, "Done")
    for at in ("10:05", "13:16", "16:31", "17:29", "23:00"):
        defaults.set_clock(f"2026-11-30 {at}")
    assert len(defaults.settled()) == 4
    defaults.press(end, "Done")
    defaults.until_state("w01-mo", "done")
    assert len(defaults.settled()) == 4


def test_four_a_day(defaults):
    """The fifth waits in the inbox and says why; the next working morning tells of it in one."""
    defaults.configure("[notices]\nagain = off\n")
    defaults.add_plan("six", [{"day": 0, "time": f"{9 + k:02}:30", "minutes": 20, "title": f"Piece {k}"} for k in range(6)] + [{"day": 1, "time": "16:00"}])
    enrolled(defaults, "six")
    for hour in range(9, 16):
        for minute in ("00", "16", "31", "51"):
            defaults.set_clock(f"2026-11-30 {hour:02}:{minute}")
    shown = texts(defaults)
    assert len(shown) == 4, shown
    held = {row["cause"] for row in defaults.rows("select cause from notice where state = 'due'")}
    assert held == {"the day's notices are used up"}
    assert "today's 4 notices are used" in defaults.call("Today")["notice"]
    assert defaults.call("Today")["questions"] == 6, "every question is in the inbox"
    assert "the day's notices are used up" in defaults.pacer("why", "w01-mo4")
    defaults.restart(at="2026-12-01 08:00", speed=1)
    assert len(defaults.settled()) == 4
    defaults.stop()
    defaults.start_clocked("2026-12-01 09:16")
    digest = defaults.bubble("sessions passed", after=4)
    assert len(defaults.settled()) == 5 and digest.labels == []


def test_asked_at_the_end_of_a_meeting(desk):
    desk.start_clocked("2026-12-04 08:00")  # the days before are not held against anyone
    desk.enroll()
    reply = desk.ask("busy", "13:30..15:00")
    assert reply["absence"]["kind"] == "busy" and [s["id"] for s in reply["sessions"]] == ["w01-fr"]
    desk.set_clock("2026-12-04 14:20")
    assert texts(desk) == [] and "in a meeting until 2026-12-04 15:00" in desk.call("Today")["notice"]
    desk.kill()
    desk.start_clocked("2026-12-04 14:30")
    assert texts(desk) == []
    desk.set_clock("2026-12-04 15:00:01")
    desk.bubble("", "Start")
    assert len(desk.settled()) == 1
    assert "waits: in a meeting, until 15:00" in " ".join(desk.pacer("why", "w01-fr").split())


def test_a_click_asks_for_more(desk):
    """The bubble itself opens the help card in its place: whom to ask, what it is about, and two more answers."""
    desk.add_plan("one", [{"day": 0, "time": "09:30", "minutes": 30, "title": DRILL,
                           "lines": ["X-PACER-HELP:Ida at the service desk", "DESCRIPTION:Take ten tickets."]}, {"day": 4, "time": "10:00"}])
    enrolled(desk, "one", "2026-11-30 09:30:01")
    prompt = desk.bubble(DRILL, "Start")
    assert prompt.actions["more"] == "Help" and prompt.labels == ["Start", "Snooze", "Not today"]
    desk.press(prompt, "Help")
    card = desk.bubble("Ask: Ida at the service desk")
    assert card.labels == ["Start", "At the next half hour", "Tomorrow"] and "Take ten tickets." in card.body
    assert desk.session("w01-mo")["question"] == "start", "it is still asked"
    desk.press(card, "At the next half hour")
    assert desk.until_state("w01-mo", "planned")["snoozed_until"][:16] == "2026-11-30T10:00"
    desk.set_clock("2026-11-30 10:00:01")
    desk.bubble(DRILL, "Start", after=2)
    story = desk.pacer("why", "w01-mo")
    assert "more" in story and "snoozed until 10:00" in story


def test_laid_out_first(desk):
    """Start of a long session asks for what is not laid out; all set starts, and the list has its ticks."""
    run_of(desk, 50, lines=[f"X-PACER-PREP:{item}" for item in ("Headset", "Notes", "Water", "Room", "Script")])
    desk.pacer("prep", "w01-fr", "1", "3")
    desk.set_clock("2026-12-04 14:00:01")
    desk.press(desk.bubble(DRILL, "Start"), "Start")
    asks = desk.bubble("First lay out", "All set")
    assert asks.labels == ["All set", "Start anyway", "Snooze"] and asks.body == "Not laid out yet: Notes; Room; Script"
    assert desk.session("w01-fr")["state"] == "prompted"
    desk.press(asks, "All set")
    desk.until_state("w01-fr", "running")
    assert desk.call("Prepare", {"session": "w01-fr"})["ticked"] == 5


def test_marks_and_a_break(defaults):
    """95 minutes: a minute to breathe, water at 47, the wall at 72, the end, and one word about a break."""
    run_of(defaults)
    defaults.set_clock("2026-12-04 14:00:01")
    defaults.press(defaults.bubble(DRILL, "Start"), "Start")
    breathe = defaults.bubble("A minute to breathe")
    assert breathe.labels == ["Ready", "Skip"] and breathe.expire_ms == 60000
    defaults.press(breathe, "Ready")
    began = len(defaults.settled())
    for minute, expected in ((46, []), (48, ["Half way"]), (71, []), (73, ["You have come this far"]), (94, [])):
        before = len(defaults.settled())
        defaults.set_clock(f"2026-12-04 {14 + minute // 60}:{minute % 60:02}:30")
        assert texts(defaults)[before:] == expected, minute
    defaults.set_clock("2026-12-04 15:35:30")
    end = defaults.bubble(DRILL, "Done", after=began)
    defaults.press(end, "Done")
    refuel = defaults.bubble("Well earned")
    assert "minutes of Queue block behind you" in refuel.body
    assert len(defaults.settled()) == began + 4
    defaults.set_clock("2026-12-04 17:00")
    assert len(defaults.settled()) == began + 4


def test_breathing_skipped_three_times(defaults):
    """Three skips in a row, also over a kill, and it is not offered any more; the setting brings it back."""
    days = [{"day": k, "time": "10:00", "minutes": 20, "effort": 7, "title": f"Hard {k}"} for k in range(5)]
    defaults.add_plan("hard", days)
    enrolled(defaults, "hard", "2026-11-30 09:59")
    for k in range(4):
        defaults.set_clock(f"2026-{'11-30' if k == 0 else f'12-0{k}'} 10:00:01")
        defaults.press(defaults.bubble(f"Hard {k}", "Start"), "Start")
        if k < 3:
            defaults.press(defaults.bubble(f"Hard {k}\nIn for four"), "Skip")
            wait_for(lambda: defaults.rows("select value from value where name = 'breath_skips'") == [{"value": str(k + 1)}], "the skip is counted")
        defaults.until_state(f"w01-{('mo', 'tu', 'we', 'th')[k]}", "running")
        defaults.ask("done")
        if k == 2:
            defaults.kill()
            defaults.start_clocked("2026-12-02 11:00")
    assert defaults.bubbles("Hard 3\nIn for four") == []
    defaults.pacer("config", "prompts.breathing", "off")
    defaults.pacer("config", "prompts.breathing", "on")
    defaults.set_clock("2026-12-04 10:00:01")
    defaults.press(defaults.bubble("Hard 4", "Start"), "Start")
    defaults.bubble("Hard 4\nIn for four")


def test_kept_quiet_is_not_ignored(defaults):
    """Do-not-disturb is the server's; what it keeps back is not raised again, and the story says so."""
    defaults.start_clocked("2026-12-01 08:00")
    defaults.enroll()
    defaults.dunstctl("set-paused", "true")
    wait_for(lambda: "do not disturb is on" in defaults.try_pacer("doctor").out, defaults.log)
    defaults.set_clock("2026-12-01 09:30:01")
    defaults.bubble("First mile", "Start")
    defaults.set_clock("2026-12-01 09:41")
    assert len(defaults.settled()) == 1
    assert "do not disturb is on" in " ".join(defaults.pacer("why", "w01-tu").split())


def test_no_sound_unless_asked(desk):
    """Silent as it comes; with the setting questions have a sound, what informs never has."""
    desk.start_clocked("2026-12-03 08:00")
    desk.enroll()
    desk.set_clock("2026-12-03 13:30:01")
    quiet = desk.bubble("", "Start")
    assert quiet.hints["suppress-sound"] is True and "sound-name" not in quiet.hints
    desk.pacer("config", "prompts.sound", "on")
    desk.ask("done", "w01-th")
    before = len(desk.settled())
    desk.set_clock("2026-12-03 16:30:01")
    prep = desk.bubble("Coming up", after=before)
    desk.set_clock("2026-12-04 14:00:01")
    loud = desk.bubble("Long 1", "Start", after=before)
    assert prep.hints["suppress-sound"] is True
    assert loud.hints["suppress-sound"] is False and loud.hints["sound-name"] == "message-new-instant"


@pytest.mark.parametrize("rhythm, expected", [("none", 0), ("return", 0), ("weekly", 1), ("daily", 5)])
def test_rhythm(desk, rhythm, expected):
    """One in seven days with weekly, a line each working morning with daily; a kill in between repeats none."""
    desk.configure(f"[digest]\nrhythm = {rhythm}\n")
    desk.add_plan("week", [{"day": d, "time": "10:00", "title": f"Day {d}"} for d in range(5)])
    enrolled(desk, "week")
    for day in range(7):
        date = f"2026-{'11-30' if day == 0 else f'12-0{day}'}"
        desk.set_clock(f"{date} 09:15:01")
        # Killed while one is on its way, it would come once more: the one repeat that is allowed.
        wait_for(lambda: not desk.rows("select key from notice where kind in ('week', 'morning') and state in ('due', 'sent')"), desk.log)
        desk.kill()
        desk.start_clocked(f"{date} 09:20")
        desk.settled()
        desk.set_clock(f"{date} 09:40")
    shown = [b.summary for b in desk.settled() if b.labels == []]
    assert len([s for s in shown if s.startswith(("Week 1", "Today 10:00: Day"))]) == expected, shown
