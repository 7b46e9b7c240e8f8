"""Before, during and after a session as a learner types it: checklists, intentions, addresses, second thoughts, presets, meetings."""

import os
import pty
import re
import select

import pytest

from harness import BUILD, wait_for

PREP = ["Two customers to play", "The card of week three", "A quiet room", "Headset charged", "Water"]
LINK = "https://learn.example/long?week=1&part=2"
PLAN = [
    {"day": 4, "time": "09:30", "minutes": 60, "title": "Long block", "type": "long",
     "lines": [f"URL:{LINK}", "CONTACT:Mara", "X-PACER-TIP:Breathe first", *(f"X-PACER-PREP:{item}" for item in PREP)]},
    {"day": 4, "time": "13:00", "minutes": 30, "title": "Short call"},
    {"day": 4, "time": "15:00", "minutes": 30, "title": "Hard call", "effort": 6},
]


@pytest.fixture
def learner(world):
    world.add_plan("answers-1", PLAN)
    world.start(at="2026-11-29 12:00")
    world.ask("enroll", "answers-1", "--start", "2026-11-30", "--yes")
    world.restart(at="2026-12-04 09:00")
    return world


def at_terminal(world, *words, typed=(), columns=80):
    """Runs pacer on a terminal of its own. typed: what appears there -> what is typed then, in this order. Returns status and what was seen."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execve(BUILD / "pacer", ["pacer", *words], world.env(TERM="xterm-256color", COLUMNS=str(columns), NO_COLOR="1"))
    shown, waiting, seen = "", list(typed), 0
    try:
        while True:
            ready, _, _ = select.select([terminal], [], [], 20)
            assert ready, f"pacer waits for something: {shown!r}"
            data = os.read(terminal, 65536)
            if not data:
                break
            shown += data.decode(errors="replace")
            if waiting and waiting[0][0] in shown[seen:]:
                seen = len(shown)
                os.write(terminal, waiting.pop(0)[1].encode())
    except OSError:
        pass  # the terminal's other end was closed: pacer ended
    finally:
        os.close(terminal)
        _, status = os.waitpid(pid, 0)
    assert not waiting, f"never asked {waiting[0][0]!r}: {shown!r}"
    return os.waitstatus_to_exitcode(status), shown.replace("\r", "")


def ticked(world, session="w01-fr"):
    return [item["number"] for item in world.ask("prep", session)["items"] if item["ticked"]]


# --- prep, and the start that asks for it --------------------------------------------------------------------------------------------------


def test_prep_lists_ticks_and_says_whether_it_is_enough(learner):
    reply = learner.ask("prep", "w01-fr")
    assert [item["text"] for item in reply["items"]][:5] == PREP and reply["ticked"] == 0 and not reply["ready"]
    count = len(reply["items"])
    text = learner.pacer("prep", "w01-fr", "1", "3")
    assert "[x]  1  Two customers to play" in text and "[ ]  2  The card" in text and "[x]  3  A quiet room" in text
    assert f"2 of {count} laid out, not enough to start yet." in text and "Type: pacer prep w01-fr 2 4 5" in text
    assert learner.pacer("prep", "w01-fr", "1,3") == text, "safe to repeat"
    assert ticked(learner) == [1, 3]
    learner.pacer("prep", "w01-fr", "3", "--untick")
    assert ticked(learner) == [1]
    text = learner.pacer("prep", "w01-fr", "--all")
    assert f"{count} of {count} laid out, enough to start." in text and "Type: pacer start w01-fr" in text and "[ ]" not in text
    learner.restart()
    assert len(ticked(learner)) == count, "ticks are kept"


def test_prep_without_a_session_means_the_next(learner):
    assert "Long block" in learner.pacer("prep")
    assert "[x]  2" in learner.pacer("prep", "2") and ticked(learner) == [2]


def test_prep_shows_where_an_item_comes_from(learner):
    learner.ask("config", "kit.place", "remote")
    items = learner.ask("prep", "w01-fr")["items"]
    assert {item["source"] for item in items} == {"plan", "kit"}
    assert re.search(r"\[ \]  6  .*  kit$", learner.pacer("prep", "w01-fr"), re.M)


@pytest.mark.parametrize("words, status, says", [
    (["prep", "w01-fr", "99"], 2, "99"),
    (["prep", "w01-fr", "0"], 2, "0"),
    (["prep", "w01-fr", "two"], 2, "'two'"),
    (["prep", "w01-fr", "--untick"], 2, "pacer prep SESSION N... --untick"),
    (["prep", "w01-fr", "--all", "--untick"], 2, "keep one"),
    (["prep", "w09-xx"], 4, "w09-xx"),
    (["start", "w01-fr2", "--untick"], 2, "--untick"),
    (["done", "w01-fr2", "--feel", "great"], 2, "good (1), hard (2) or nofun (3)"),
    (["intend", "w01-fr", "--want", "x" * 5000], 2, "x"),
    (["intend", "w09-xx", "--want", "y"], 4, "w09-xx"),
    (["open", "w01-fr2"], 1, "pacer help w01-fr2"),
    (["open", "w09-xx"], 4, "w09-xx"),
    (["snooze", "w01-fr2", "30m", "--until", "14:00"], 2, "keep one"),
    (["snooze", "w01-fr2", "sometime"], 2, "meeting"),
    (["busy", "13:00"], 2, "pacer busy 45m"),
    (["busy", "13:00..soon"], 2, "soon"),
    (["busy", "0m"], 2, "0m"),
    (["busy", "--dry-run"], 2, "pacer busy FROM..TO"),
])
def test_what_is_wrong_is_named_and_changes_nothing(learner, words, status, says):
    before = learner.rows("select count(*) as n from journal")
    answer = learner.try_pacer(*words)
    assert answer.status == status and says in answer.err and not answer.out.strip() and len(answer.err) < 6000, answer
    assert learner.refused(status, *words)["error"]
    assert learner.rows("select count(*) as n from journal") == before


def test_start_without_a_terminal_says_what_is_missing(learner):
    learner.pacer("prep", "w01-fr", "1", "2", "3")
    refused = learner.try_pacer("start", "w01-fr")
    assert refused.status == 1 and not refused.out, refused
    for part in ("'Headset charged'", "'Water'", "pacer prep w01-fr", "pacer start w01-fr --anyway"):
        assert part in refused.err, refused
    assert "Two customers" not in refused.err
    error = learner.refused(1, "start", "w01-fr")
    assert (error["error"], error["ticked"], error["missing"]) == ("NotPrepared", 3, PREP[3:]), error
    assert learner.session("w01-fr")["state"] != "running"
    assert learner.ask("start", "w01-fr", "--anyway")["session"]["state"] == "running"


@pytest.mark.parametrize("typed, status, state", [("y\n", 0, "running"), ("n\n", 1, None), ("\n", 1, None), ("\x04", 1, None)])
def test_start_on_a_terminal_asks(learner, typed, status, state):
    before = learner.session("w01-fr")["state"]
    ended, shown = at_terminal(learner, "start", "w01-fr", typed=[("[y/N] ", typed)])
    assert ended == status and "[ ] Water" in shown and "Start all the same?" in shown, shown
    assert learner.session("w01-fr")["state"] == (state or before)
    assert ("Started: Long block" in shown) == (status == 0) and ("Nothing was changed. pacer prep w01-fr" in shown) == (status == 1), shown


def test_four_of_five_start_at_once_and_a_short_one_always(learner):
    learner.pacer("prep", "w01-fr", *map(str, range(1, len(learner.ask("prep", "w01-fr")["items"]))))
    status, shown = at_terminal(learner, "start", "w01-fr")
    assert status == 0 and "Started: Long block" in shown and "[y/N]" not in shown
    learner.pacer("done", "w01-fr")
    assert "Started: Short call" in learner.pacer("start", "w01-fr2")


# --- intentions --------------------------------------------------------------------------------------------------------------------------


def test_intention_is_noted_shown_and_told_at_the_end(learner):
    started = learner.pacer("start", "w01-fr", "--anyway")
    assert "pacer intend w01-fr" in started
    learner.pacer("undo")
    text = learner.pacer("intend", "w01-fr", "--want", "stay calm", "--customer", "heard", "--act", "repeat it first")
    for part in ("I want          stay calm", "customer feels  heard", "I do            repeat it first"):
        assert part in text, text
        assert part in learner.pacer("intend", "w01-fr") and part in learner.pacer("help", "w01-fr")
    assert learner.ask("intend", "w01-fr", "--customer", "")["session"]["intention"] == {"want": "stay calm", "act": "repeat it first"}
    started = learner.pacer("start", "w01-fr", "--anyway")
    assert "stay calm" in started and "pacer intend" not in started
    assert learner.pacer("intend").startswith("Long block"), "without a session: the one that runs"
    done = learner.pacer("done", "w01-fr")
    assert "what you meant to do" in done and "repeat it first" in done


@pytest.mark.parametrize("session, offered", [("w01-fr2", False), ("w01-fr3", True)])
def test_intention_is_offered_before_hard_ones_only(learner, session, offered):
    assert (f"pacer intend {session}" in learner.pacer("start", session)) == offered


def test_intention_is_asked_for_on_a_terminal(learner):
    status, shown = at_terminal(learner, "intend", "w01-fr", typed=[("What do I want? ", "stay calm\n"), ("to feel? ", "heard\n"), ("do for it? ", "\n")])
    assert status == 0 and "customer feels  heard" in shown, shown
    assert learner.session("w01-fr")["intention"] == {"want": "stay calm", "feel": "heard"}
    status, shown = at_terminal(learner, "intend", "w01-fr", typed=[("[stay calm] ", "\n"), ("[heard] ", "-\n"), ("do for it? ", "Grüße zuerst\n")])
    assert status == 0 and learner.session("w01-fr")["intention"] == {"want": "stay calm", "act": "Grüße zuerst"}, shown
    before = learner.rows("select count(*) as n from journal")
    status, shown = at_terminal(learner, "intend", "w01-fr", typed=[("[stay calm] ", "\x04")])
    assert status == 0 and "Nothing was changed." in shown and learner.rows("select count(*) as n from journal") == before
    status, shown = at_terminal(learner, "intend")
    assert status == 0 and "Long block" in shown and "Grüße zuerst" in shown, "without a session nothing is asked"


# --- the address -------------------------------------------------------------------------------------------------------------------------


def opener(world, status=0):
    """An xdg-open of our own; returns where it notes what it was given, and the PATH that finds it."""
    programs, noted = world.root / "programs", world.root / "opened"
    programs.mkdir(exist_ok=True)
    (programs / "xdg-open").write_text(f'#!/bin/sh\nprintf "%s\\n" "$#" "$@" >> {noted}\nexit {status}\n')
    (programs / "xdg-open").chmod(0o755)
    return noted, f"{programs}:/usr/bin:/bin"


def test_open_opens_the_address_of_the_plan(learner):
    noted, path = opener(learner)
    learner.stop()
    learner.start(PATH=path)
    assert LINK in learner.pacer("open", "w01-fr")
    wait_for(noted.exists, "the opener ran")
    assert noted.read_text().splitlines() == ["1", LINK]
    assert learner.ask("open", "w01-fr")["way"] == "xdg-open"
    learner.pacer("start", "w01-fr", "--anyway")
    assert LINK in learner.pacer("open"), "without a session: the one that runs"


def test_what_cannot_be_opened_is_printed(learner):
    _, path = opener(learner, status=3)
    learner.stop()
    learner.start(PATH=path)
    refused = learner.try_pacer("open", "w01-fr")
    assert refused.status == 1 and f"'{LINK}'" in refused.err and not refused.out, refused
    assert learner.refused(1, "open", "w01-fr")["link"] == LINK


def test_the_address_stands_where_it_is_needed(learner):
    for command in (["help", "w01-fr"], ["next"], ["today"]):
        text = learner.pacer(*command)
        assert f"link (pacer open w01-fr)\n    {LINK}\n" in text, text
    assert "link" not in learner.pacer("help", "w01-fr2")


# --- feel, and five more minutes ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word, number", [("good", 1), ("hard", 2), ("nofun", 3), ("1", 1), ("3", 3)])
def test_feel_in_words_and_numbers(learner, word, number):
    learner.pacer("start", "w01-fr2")
    text = learner.pacer("done", "w01-fr2", "--minutes", "30", "--feel", word)
    assert learner.session("w01-fr2")["feel"] == number
    assert ("no fun" in text) == (number == 3), text


def running(world, minutes=4):
    """w01-fr2 has run for so long."""
    world.restart(at="2026-12-04 13:00")
    world.pacer("start", "w01-fr2")
    world.restart(at=f"2026-12-04 13:{minutes:02d}:30")


@pytest.mark.parametrize("words, state", [(["done", "--partly"], "partial"), (["skip"], "dropped"), (["skip", "--reason", "energy"], "dropped")])
def test_five_more_minutes_once_without_a_terminal(learner, words, state):
    running(learner)
    refused = learner.try_pacer(*words)
    assert refused.status == 1 and not refused.out, refused
    for part in ("4 min", "the first ten are the hardest", "the same command again ends it"):
        assert part in refused.err, refused
    assert learner.session("w01-fr2")["state"] == "running"
    assert learner.ask(*words)["session"]["state"] == state


@pytest.mark.parametrize("typed, status, state", [("\n", 1, "running"), ("y\n", 1, "running"), ("\x04", 1, "running"), ("n\n", 0, "partial")])
def test_five_more_minutes_on_a_terminal(learner, typed, status, state):
    running(learner)
    ended, shown = at_terminal(learner, "done", "--partly", typed=[("[Y/n] ", typed)])
    assert ended == status and "Five more minutes?" in shown and "4 min in" in shown, shown
    assert learner.session("w01-fr2")["state"] == state
    assert ("nothing was changed" in shown) == (status == 1), shown


@pytest.mark.parametrize("words, minutes", [(["done"], 4), (["done", "--partly"], 11), (["skip", "--reason", "sick"], 4)])
def test_who_has_to_go_or_is_past_ten_is_not_asked(learner, words, minutes):
    running(learner, minutes)
    status, shown = at_terminal(learner, *words)
    assert status == 0 and "[Y/n]" not in shown, shown


# --- later, and meetings -----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words, until", [
    (["w01-fr", "30m"], "2026-12-04T09:30"),
    (["w01-fr", "1h30m"], "2026-12-04T10:30"),
    (["w01-fr", "14:00"], "2026-12-04T14:00"),
    (["w01-fr", "tomorrow"], "2026-12-07T09:30"),
    (["w01-fr", "tomorrow", "16:00"], "2026-12-05T16:00"),
    (["w01-fr", "meeting"], "2026-12-04T09:30"),
    (["w01-fr", "--until", "meeting"], "2026-12-04T09:30"),
    (["w01-fr", "--for", "45m"], "2026-12-04T09:45"),
])
def test_snooze_presets(learner, words, until):
    assert learner.ask("snooze", *words)["session"]["snoozed_until"].startswith(until)


def test_snooze_preset_without_a_session(learner):
    assert "Snoozed: Long block" in learner.pacer("snooze", "tomorrow")
    assert learner.session("w01-fr")["snoozed_until"].startswith("2026-12-07T09:30")


def test_busy_is_listed_snoozed_to_and_ended(learner):
    text = learner.pacer("busy", "45m")
    assert text.startswith("Busy: Fri 4 Dec 09:00 to Fri 4 Dec 09:45") and "Long block" in text, text
    assert re.search(r"busy +Fri 4 Dec 09:00 +Fri 4 Dec 09:45", learner.pacer("away"))
    assert learner.pacer("busy") == learner.pacer("away")
    assert learner.ask("snooze", "w01-fr", "meeting")["session"]["snoozed_until"].startswith("2026-12-04T09:4")
    assert "Ended: busy" in learner.pacer("resume")
    assert learner.ask("away")["absences"] == []


def test_busy_ahead_and_dry(learner):
    span = ["busy", "13:00..14:30"]
    assert "Would be busy: Fri 4 Dec 13:00 to Fri 4 Dec 14:30" in learner.pacer(*span, "--dry-run")
    assert learner.ask("away")["absences"] == []
    absence = learner.ask(*span)["absence"]
    assert (absence["kind"], absence["from"][:16], absence["to"][:16]) == ("busy", "2026-12-04T13:00", "2026-12-04T14:30")


# --- a session that is over --------------------------------------------------------------------------------------------------------------


def end_of(world, how):
    if how == "missed":
        world.restart(at="2026-12-20 09:00")
        return
    if how == "done":
        world.pacer("start", "w01-fr", "--anyway")
    world.pacer(*{"done": ["done", "w01-fr"], "dropped": ["skip", "w01-fr"], "excused": ["skip", "w01-fr", "--reason", "sick"]}[how])


@pytest.mark.parametrize("state", ["done", "dropped", "excused", "missed"])
def test_prep_of_a_session_that_is_over(learner, state):
    learner.pacer("prep", "w01-fr", "1")
    end_of(learner, state)
    assert learner.session("w01-fr")["state"] == state
    text = learner.pacer("prep", "w01-fr")
    assert "[x]  1  Two customers to play" in text and "[ ]  2  The card" in text
    assert f"1 of 5 laid out; the session is over ({state})." in text
    assert "enough to start" not in text and "Type:" not in text, text


def test_prep_while_the_session_runs_and_after_undo(learner):
    learner.pacer("start", "w01-fr", "--anyway")
    text = learner.pacer("prep", "w01-fr")
    assert "0 of 5 laid out, and it has begun." in text and "enough to start" not in text
    learner.pacer("done", "w01-fr")
    learner.pacer("undo")
    learner.pacer("undo")
    assert "0 of 5 laid out, not enough to start yet." in learner.pacer("prep", "w01-fr")


def test_prep_of_a_session_that_is_over_and_needs_nothing(learner):
    assert "  Nothing is to be laid out for it.\n" in learner.pacer("prep", "w01-fr2")
    learner.pacer("skip", "w01-fr2")
    assert "  Nothing is to be laid out for it; the session is over (dropped).\n" in learner.pacer("prep", "w01-fr2")


# --- what is taken back ------------------------------------------------------------------------------------------------------------------

NOTED = "noted Fri 4 Dec 09:00 for"


@pytest.mark.parametrize("words, action, stands", [
    (["start", "w01-fr", "--anyway"], "started", "Long block  e1/w01-fr\n  it stands now: Fri 4 Dec 09:30, 60 min, long, week 1  \u25cb planned"),
    (["skip", "w01-fr3"], None, "Hard call  e1/w01-fr3\n  it stands now: Fri 4 Dec 15:00"),
    (["move", "w01-fr2", "16:00", "--yes"], "moved to 16:00", "Short call  e1/w01-fr2\n  it stands now: Fri 4 Dec 13:00"),
], ids=["start", "skip", "move"])
def test_undo_names_action_session_and_time(learner, words, action, stands):
    learner.pacer(*words)
    action = action or learner.ask("undo", "--dry-run")["undone"]["text"]
    dry = learner.pacer("undo", "--dry-run")
    assert dry.startswith(f"Would take back: {action}") and f"{NOTED} {stands.splitlines()[0]}" in dry, dry
    text = learner.pacer("undo")
    assert text.startswith(f"Taken back: {action}") and f"{NOTED} {stands}" in text, text


def test_undo_of_an_enrolment_names_it(learner):
    text = learner.pacer("undo")
    assert text == "Taken back: enrolled in answers-1 from 2026-11-30\n  noted Sun 29 Nov 12:00 for e1\n", text


def test_undo_passes_over_what_it_does_not_take_back(learner):
    learner.pacer("move", "w01-fr2", "16:00", "--yes")
    for words in (["prep", "w01-fr", "1"], ["intend", "w01-fr", "--act", "listen"], ["away", "next mon..next tue"], ["busy", "45m"], ["pause", "2h"], ["resume"]):
        learner.pacer(*words)
        assert learner.ask("undo", "--dry-run")["undone"]["what"] == "move", words
    learner.pacer("undo")
    assert ticked(learner) == [1] and learner.session("w01-fr")["intention"] == {"act": "listen"}
    assert [absence["kind"] for absence in learner.ask("away")["absences"]] == ["away"], "absences to come stay"


# --- why, of all -------------------------------------------------------------------------------------------------------------------------


def lines_of(world, *words):
    """The lines of a story, with single blanks and what was wrapped in one."""
    return [" ".join(line.split()) for line in re.sub(r"\n {20,}(?! )", " ", world.pacer(*words)).splitlines()]


def test_why_of_all_before_anything_happened(world):
    world.start(at="2026-11-29 12:00")
    assert world.ask("why") == {"entries": [], "notices": []}
    assert "Nothing has happened yet." in world.pacer("why")


def test_why_of_all_tells_one_story_with_names(learner):
    learner.pacer("start", "w01-fr", "--anyway")
    learner.pacer("busy", "45m")
    reply = learner.ask("why")
    assert "session" not in reply and [entry["seq"] for entry in reply["entries"]] == sorted(entry["seq"] for entry in reply["entries"])
    lines = lines_of(learner, "why")
    assert lines[0] == "What happened lately"
    assert lines[2] == "Sun 29 Nov 12:00 you e1 enrolled in answers-1 from 2026-11-30"
    assert "Fri 4 Dec 09:00 you e1/w01-fr started, ends 10:00" in lines
    assert lines[-1].startswith("Fri 4 Dec 09:00 you busy from"), "it is about no session"
    assert all("e1/" not in line for line in lines_of(learner, "why", "w01-fr")[1:]), "the story of one needs no names"
    learner.pacer("undo")
    learner.pacer("leave", "--yes")
    assert lines_of(learner, "why")[-1] == "Fri 4 Dec 09:00 you e1 left answers-1", "also when nothing is enrolled any more"


def test_why_of_all_gives_the_newest_sixty(learner):
    for turn in range(35):
        for way in ("tick", "untick"):
            learner.call("Prepare", {"session": "w01-fr", way: [1]})
    newest = learner.rows("select max(seq) as seq from journal")[0]["seq"]
    seqs = [entry["seq"] for entry in learner.ask("why")["entries"]]
    assert seqs == list(range(newest - 59, newest + 1))
    assert len(learner.ask("why", "w01-fr")["entries"]) > 60, "the story of one is told from its beginning"


def test_why_of_all_fits_the_terminal(learner):
    learner.pacer("prep", "w01-fr", "1")
    for columns in (30, 40, 60, 80):
        status, shown = at_terminal(learner, "why", columns=columns)
        assert status == 0 and "e1/w01-fr" in shown and all(len(line) <= max(columns, 40) for line in shown.splitlines()), shown


@pytest.fixture
def mornings(desk):
    """With Monday's preview and the line of each working day, from Monday 08:00 on."""
    desk.settings.unlink()
    desk.configure("[digest]\nrhythm = daily\n[notices]\nspacing = off\n")
    desk.add_plan("days-1", [{"day": day, "time": "16:00", "minutes": 30, "title": f"Day {day}"} for day in range(5)])
    desk.start_clocked("2026-11-29 12:00")
    desk.enroll("days-1")
    desk.set_clock("2026-11-30 08:00")
    return desk


@pytest.mark.parametrize("day, shown_day, kind", [("2026-11-30", "Mon 30 Nov", "week"), ("2026-12-01", "Tue 1 Dec", "morning")])
def test_why_of_all_tells_why_the_week_and_the_day_wait(mornings, day, shown_day, kind):
    mornings.set_clock(f"{day} 08:00")
    mornings.ask("busy", "09:00..09:40")
    mornings.set_clock(f"{day} 09:16")
    notice = mornings.ask("why")["notices"][-1]
    assert (notice["key"], notice["state"], notice["cause"], "shown" in notice) == (f"{kind}/{day}", "due", "in a meeting", False)
    text = " ".join(mornings.pacer("why").split())
    assert f"{shown_day} 09:15 notice the {kind} notice is due: in a meeting" in text, text
    assert f"the {kind} notice waits: in a meeting, until 09:40 (busy)" in text, text
    mornings.set_clock(f"{day} 09:40:01")
    mornings.settled()
    text = wait_for(lambda: [line for line in lines_of(mornings, "why") if f"notice the {kind} notice was on the screen" in line], lambda: mornings.pacer("why"))
    assert text[-1].startswith(f"{shown_day} 09:40")


def test_why_of_all_tells_of_summaries_and_forgets_after_fourteen_days(mornings):
    mornings.stop()
    mornings.start_clocked("2026-12-01 17:20")
    digest = wait_for(lambda: [n for n in mornings.ask("why")["notices"] if n["key"].startswith("digest/") and n.get("shown")], "a summary is shown")[0]
    assert any("notice the digest notice was on the screen" in line for line in lines_of(mornings, "why")), mornings.pacer("why")
    mornings.set_clock("2026-12-15 17:19")
    assert digest["key"] in [n["key"] for n in mornings.ask("why")["notices"]]
    mornings.set_clock("2026-12-15 17:22")
    assert digest["key"] not in [n["key"] for n in mornings.ask("why")["notices"]]


# --- as programs use it ------------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("words, fields", [
    (["prep", "w01-fr"], {"session", "items", "ticked", "ready"}), (["prep", "w01-fr", "--all"], {"session", "items", "ticked", "ready"}),
    (["intend"], {"session"}), (["intend", "w01-fr", "--act", "listen"], {"session"}), (["busy"], {"absences"}),
    (["busy", "13:00..14:00"], {"absence", "sessions"}), (["start", "w01-fr", "--anyway"], {"session", "changed"}),
    (["done", "w01-fr2", "--feel", "good"], {"session", "changed", "week_minutes", "week_minutes_done", "notes"}),
    (["snooze", "w01-fr", "tomorrow"], {"session", "changed"}), (["why"], {"entries", "notices"}),
    (["why", "w01-fr"], {"session", "entries", "notices"})], ids=lambda value: " ".join(value) if isinstance(value, list) else "")
def test_json_plain_and_help(learner, words, fields):
    assert fields <= set(learner.ask(*words)), "what the interface names is there"
    plain = learner.try_pacer(*words)
    assert plain.status == 0 and plain.out.strip() and "\x1b" not in plain.out + plain.err, plain
    assert learner.pacer(words[0], "--help").startswith(f"usage: pacer {words[0]}")


def test_json_never_asks(learner):
    status, shown = at_terminal(learner, "start", "w01-fr", "--json")
    assert status == 1 and '"error": "NotPrepared"' in shown and "[y/N]" not in shown, shown
    status, shown = at_terminal(learner, "intend", "w01-fr", "--json")
    assert status == 0 and "What do I want?" not in shown, shown
