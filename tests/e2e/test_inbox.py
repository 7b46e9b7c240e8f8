"""The inbox as a full-screen list: the real pacer on a terminal of its own, keys pressed one by one."""

import codecs
import fcntl
import json
import os
import pty
import re
import select
import signal
import socket
import struct
import subprocess
import termios
import threading

import pytest

from harness import BUILD, as_from_a_terminal, wait_for

OTHER_SCREEN, HIDDEN_CURSOR = "?1049", "?25"
DOWN, UP, HOME, END, PAGE_DOWN = b"\x1b[B", b"\x1b[A", b"\x1b[H", b"\x1b[F", b"\x1b[6~"
TOKEN = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])|(\x1b.)|([\r\n])|([^\x1b\r\n])", re.DOTALL)


class Terminal:
    """A pty with pacer on it, and what a person sees there: the few sequences pacer may use, and no others."""

    def __init__(self, world, *args, rows=24, columns=80, program=None, **env):
        self.world = world
        self.main, self.side = pty.openpty()
        self.cells, self.row, self.column = {}, 0, 0
        self.modes, self.raw, self.rest, self.strange = {}, "", "", []
        self.decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.resize(rows, columns)
        self.before = termios.tcgetattr(self.side)
        self.popen = subprocess.Popen(program or [BUILD / "pacer", *args], env=world.env(**{"TERM": "xterm-256color", **env}), stdin=self.side,
                                      stdout=self.side, stderr=self.side, start_new_session=True, preexec_fn=self.take_terminal)

    def take_terminal(self):
        as_from_a_terminal()
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)

    def resize(self, rows, columns):
        self.rows, self.columns = rows, columns
        fcntl.ioctl(self.main, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, patience_s=0.02):
        ready, _, _ = select.select([self.main], [], [], patience_s)
        if not ready:
            return
        text = self.rest + self.decoder.decode(os.read(self.main, 65536))
        cut = text.rfind("\x1b") if "\x1b" in text[-12:] and not re.search(r"\x1b\[[?0-9;]*[A-Za-z][^\x1b]*$", text) else len(text)
        self.rest = text[cut:]
        self.raw += text[:cut]
        for match in TOKEN.finditer(text[:cut]):
            self.take(*match.groups())

    def take(self, parameters, final, other, blank, char):
        if char:
            self.cells[self.row, min(self.column, self.columns - 1)] = char
            self.column += 1
        elif blank == "\n":
            self.row += 1
        elif blank == "\r":
            self.column = 0
        elif final in ("h", "l") and parameters.startswith("?"):
            self.modes[parameters] = final == "h"
        elif final == "H" and not parameters:
            self.row = self.column = 0
        elif final == "K" and not parameters:
            self.cells = {at: c for at, c in self.cells.items() if at[0] != self.row or at[1] < self.column}
        elif final == "J" and not parameters:
            self.cells = {at: c for at, c in self.cells.items() if at < (self.row, self.column)}
        elif final != "m":
            self.strange.append((parameters, final, other))

    def lines(self):
        widest = max((at[1] for at in self.cells), default=0) + 1
        return ["".join(self.cells.get((row, column), " ") for column in range(widest)).rstrip()
                for row in range(max((at[0] for at in self.cells), default=0) + 1)]

    def text(self):
        return "\n".join(self.lines())

    def until(self, condition, what):
        def look():
            self.read()
            return condition(self.text())
        return wait_for(look, lambda: f"{what}; the screen:\n{self.text()}\nended: {self.popen.poll()}")

    def see(self, *texts):
        self.until(lambda screen: all(text in screen for text in texts), f"{texts} on the screen")

    def see_gone(self, text):
        self.until(lambda screen: text not in screen, f"{text!r} gone")

    def press(self, keys):
        os.write(self.main, keys if isinstance(keys, bytes) else keys.encode())

    def chosen(self):
        """The title of the chosen question, from the line with the pointer."""
        lines = [line for line in self.lines() if line.startswith(("▸", ">"))]
        assert len(lines) <= 1, self.text()
        return lines[0] if lines else ""

    def choose(self, keys, title):
        self.press(keys)
        self.until(lambda _: title in self.chosen(), f"{title!r} chosen")

    def end(self, status=0):
        """Waits for the end; the terminal must be as it was."""
        wait_for(lambda: (self.read(), self.popen.poll())[1] is not None, lambda: f"pacer ends; the screen:\n{self.text()}")
        for _ in range(3):
            self.read()
        assert self.popen.returncode == status, self.raw[-500:]
        self.is_restored()

    def is_restored(self):
        assert termios.tcgetattr(self.side) == self.before
        assert self.modes[OTHER_SCREEN] is False and self.modes[HIDDEN_CURSOR] is True and self.modes["?7"] is True
        assert not self.strange, self.strange

    def is_open(self):
        self.until(lambda _: self.modes.get(OTHER_SCREEN), "the other screen")
        assert self.modes[HIDDEN_CURSOR] is False
        assert not termios.tcgetattr(self.side)[3] & (termios.ICANON | termios.ECHO)

    def close(self):
        if self.popen.poll() is None:
            self.popen.kill()
        self.popen.wait()
        os.close(self.main)
        os.close(self.side)


TITLES = ["Alpha", "Beta", "Gamma", "Delta", "Epsilon"]


def plan(world, titles):
    """Sessions a quarter of an hour apart from eight on, all of which were asked about."""
    world.add_plan("busy-1", [{"day": 0, "time": f"{8 + n // 4:02d}:{n % 4 * 15:02d}", "minutes": 10, "title": title}
                              for n, title in enumerate(titles)])
    world.start(at="2026-11-29 12:00")
    world.ask("enroll", "busy-1", "--start", "2026-11-30", "--yes")
    world.restart(at="2026-11-30 12:00")
    wait_for(lambda: len(world.ask("inbox")["questions"]) == len(titles), lambda: f"the questions: {world.ask('inbox')}")


@pytest.fixture
def busy(world):
    plan(world, TITLES)
    return world


@pytest.fixture
def terminal():
    opened = []

    def open_one(world, *args, **more):
        opened.append(Terminal(world, *(args or ("inbox",)), **more))
        return opened[-1]
    yield open_one
    for one in opened:
        one.close()


def test_keys_choose_and_quit_restores(busy, terminal):
    here = terminal(busy)
    here.see("1 of 5 questions", "Alpha", "Epsilon", "quit")
    here.is_open()
    for keys, title in ((DOWN, "Beta"), (b"j", "Gamma"), (UP, "Beta"), (b"k", "Alpha"), (UP, "Alpha"), (END, "Epsilon"), (b"\x1bOA", "Delta"),
                        (HOME, "Alpha"), (b"3", "Gamma"), (PAGE_DOWN, "Epsilon"), (b"\x1b[1~", "Alpha"), (b"5", "Epsilon")):
        here.choose(keys, title)
    here.press("q")
    here.end()
    assert len(busy.ask("inbox")["questions"]) == 5, "looking answers nothing"


@pytest.mark.parametrize("key, word, state", [("\r", "Done: Beta", "done"), ("d", "Done: Beta", "done"), ("p", "Partly done: Beta", "partial"),
                                              ("z", "Snoozed: Beta", "planned"), ("m", "Snoozed: Beta", "planned"),
                                              ("t", "Snoozed: Beta", "planned"), ("n", "Left out: Beta", "dropped")])
def test_each_answer_is_one_key(busy, terminal, key, word, state):
    here = terminal(busy)
    here.see("1 of 5", "quit")
    here.choose("2", "Beta")
    here.press(key)
    here.see(word, "2 of 4", "quit")
    assert "Gamma" in here.chosen(), "the next one moved up"
    assert busy.session("w01-mo2")["state"] == state
    here.press("u")
    here.see("Taken back: Beta", "2 of 5", "quit")
    assert "Beta" in here.chosen(), "what asks again is chosen"
    assert [q["session"]["title"] for q in busy.ask("inbox")["questions"]] == TITLES
    here.press("u")
    here.see("nothing was answered here yet")
    here.press("q")
    here.end()


def test_start_question_is_started_and_given_more_time(world, terminal):
    world.add_plan("soon-1", [{"day": 0, "time": "09:30", "minutes": 30, "title": "Warm-up", "lines": ["X-PACER-TIP:Breathe"]}])
    world.start(at="2026-11-29 12:00")
    world.ask("enroll", "soon-1", "--start", "2026-11-30", "--yes")
    world.restart(at="2026-11-30 09:31")
    wait_for(lambda: world.ask("inbox")["questions"], "a question")
    here = terminal(world)
    here.see("1 question waits", "start now?", "Enter/s start", "quit")
    here.press("p")
    here.see("p is no answer to this question")
    here.press("\r")
    here.see("Started: Warm-up", "Nothing waits for an answer", "any other key ends")
    assert world.session("w01-mo")["state"] == "running"
    here.press("u")
    here.see("Taken back", "start now?")
    here.press("q")
    here.end()


def test_empty_list_is_kind_and_any_key_ends(world, terminal):
    world.start(at="2026-11-29 12:00")
    here = terminal(world)
    here.see("Nothing waits for an answer", "any key ends")
    here.press("x")
    here.end()


def test_help_shows_where_to_turn_and_scrolls(world, terminal):
    tip = " ".join(f"word{n}" for n in range(80))
    world.add_plan("help-1", [{"day": 0, "time": "08:00", "title": "Call", "lines": [f"X-PACER-TIP:{tip[:60]}", "DESCRIPTION:" + tip[:60], "CONTACT:Mara"]}])
    world.start(at="2026-11-29 12:00")
    world.ask("enroll", "help-1", "--start", "2026-11-30", "--yes")
    world.restart(at="2026-11-30 12:00")
    wait_for(lambda: world.ask("inbox")["questions"], "a question")
    here = terminal(world, rows=8, columns=40)
    here.see("quit")
    assert "open" not in here.text()
    here.press("o")  # without an address: the help
    here.see("where to turn", "any other key back")
    here.press("x")
    here.see("quit")
    here.press("h")
    here.see("where to turn", "any other key back")
    here.press(END)
    here.see_gone("where to turn")
    here.resize(40, 80)
    here.see("where to turn", "any key back")
    here.press("x")
    here.see("1 question waits", "quit")
    here.press("q")
    here.end()


LONG = {"day": 0, "time": "09:30", "minutes": 60, "title": "Long block", "type": "long",
        "lines": ["URL:https://learn.example/long", "X-PACER-PREP:Two customers to play", "X-PACER-PREP:A quiet room", "DESCRIPTION:Three calls in a row"]}


@pytest.fixture
def long(world):
    """A long session that asks to be started, with an address and a list nobody has ticked."""
    world.add_plan("long-1", [LONG])
    world.start(at="2026-11-29 12:00")
    world.ask("enroll", "long-1", "--start", "2026-11-30", "--yes")
    world.restart(at="2026-11-30 09:31")
    wait_for(lambda: world.ask("inbox")["questions"], "a question")
    return world


@pytest.mark.parametrize("key, until", [("m", "2026-11-30T10:00"), ("t", "2026-12-01T09:30")])
def test_presets_are_one_key(long, terminal, key, until):
    here = terminal(long)
    here.see("m after meeting  t tomorrow", "quit")
    here.press(key)
    here.see("Snoozed: Long block", "Nothing waits for an answer")
    assert long.session("w01-mo")["snoozed_until"].startswith(until)
    here.press("q")
    here.end()


def test_the_address_is_opened_and_the_card_shows_everything(long, terminal):
    programs, noted = long.root / "programs", long.root / "opened"
    programs.mkdir()
    (programs / "xdg-open").write_text(f'#!/bin/sh\necho "$@" >> {noted}\n')
    (programs / "xdg-open").chmod(0o755)
    long.stop()
    long.start(PATH=f"{programs}:/usr/bin:/bin")
    long.pacer("intend", "w01-mo", "--want", "stay calm")
    here = terminal(long)
    here.see("o open", "quit")
    here.press("o")
    here.see("Opened: Long block", "https://learn.example/long")
    assert noted.read_text() == "https://learn.example/long\n"
    here.press("h")
    here.see("link (pacer open w01-mo)", "A quiet room", "stay calm", "Three calls in a row", "any key back")
    here.press("x")
    here.see("1 question waits", "quit")
    here.press("q")
    here.end()


@pytest.mark.parametrize("key, started", [("y", True), ("n", False), ("\r", False), ("s", False), (b"\x1b", False)])
def test_what_is_not_laid_out_is_asked_about(long, terminal, key, started):
    here = terminal(long)
    here.see("quit")
    here.press("s")
    here.see("0 of 2 things are laid out", "[ ] Two customers to play", "Start all the same?", "y start all the same  Enter/n not yet")
    here.resize(8, 40)
    here.see("↑↓ more", "y start all the same", "Enter/n not yet")
    here.press(END)
    here.see("A quiet room", "Start all the same?")
    here.resize(24, 80)
    here.press(key)
    here.see("Started: Long block" if started else "Nothing was changed. pacer prep w01-mo")
    assert (long.session("w01-mo")["state"] == "running") == started
    here.press("q")
    here.end()


@pytest.mark.parametrize("key, ended", [("n", True), ("y", False), ("\r", False), ("q", False)])
def test_five_more_minutes_are_asked_for(long, terminal, key, ended):
    here = terminal(long)
    here.see("quit")
    long.ask("start", "w01-mo", "--anyway")  # elsewhere
    here.press("n")
    here.see("0 min in, and the first ten are the hardest", "Enter/y five more minutes  n end it now")
    here.press(key)
    here.see("Left out: Long block" if ended else "Good: on it goes, and nothing was changed", "Nothing waits for an answer")
    assert long.session("w01-mo")["state"] == ("dropped" if ended else "running")
    here.press("q")
    here.end()


@pytest.mark.parametrize("rows, columns, locale", [(10, 40, "C.UTF-8"), (10, 40, "C"), (24, 80, "C.UTF-8"), (60, 200, "C")])
def test_every_size_and_locale(busy, terminal, rows, columns, locale):
    here = terminal(busy, rows=rows, columns=columns, LANG=locale)
    here.see("Alpha")
    for title in TITLES:
        here.until(lambda _: title in here.chosen(), f"{title} chosen and visible")
        here.press(DOWN)
    assert max(at[0] for at in here.cells) < rows and max(at[1] for at in here.cells) < columns
    here.see("quit")
    assert locale != "C" or here.raw.isascii()
    here.press("q")
    here.end()


def test_resizing_draws_again(busy, terminal):
    here = terminal(busy)
    here.see("quit", "how did it go?")
    here.choose("4", "Delta")
    for rows, columns in ((10, 40), (60, 200), (24, 80)):
        here.cells.clear()
        here.resize(rows, columns)
        here.see("Delta", "4 of 5", "quit")
        here.until(lambda _: here.lines()[-1].startswith(" ") and len(here.lines()) == rows, f"the foot in row {rows}")
    here.press("q")
    here.end()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGABRT])
def test_a_signal_restores_the_terminal(busy, terminal, number):
    here = terminal(busy)
    here.see("quit")
    here.is_open()
    here.popen.send_signal(number)
    here.end(-number)


def test_ctrl_c_restores_the_terminal(busy, terminal):
    here = terminal(busy)
    here.see("quit")
    here.press(b"\x03")
    here.end(-signal.SIGINT)


def test_stop_gives_the_terminal_back_and_continue_takes_it(busy, terminal):
    """On a terminal with a shell: Ctrl-Z reaches a process group that somebody can continue."""
    script = f"set -m; {BUILD}/pacer inbox; echo stopped; stty -a; read -r line; fg >/dev/null; echo over"
    shell = terminal(busy, program=["/bin/bash", "-c", script])
    shell.see("quit")
    shell.press(b"\x1a")
    shell.see("stopped", " icanon", " echo ")
    assert shell.modes[OTHER_SCREEN] is False and shell.modes[HIDDEN_CURSOR] is True
    shell.cells.clear()
    shell.press("\n")
    shell.see("1 of 5 questions", "quit")
    shell.choose("2", "Beta")
    shell.press("q")
    shell.see("over")
    shell.end()


def test_a_daemon_that_goes_restores_the_terminal(busy, terminal):
    here = terminal(busy)
    here.see("quit")
    busy.stop()
    here.press("d")
    here.end(7)
    assert "pacer: " in here.raw.rsplit("\x1b[?1049l", 1)[1], "the reason stands on the screen that stays"


@pytest.mark.parametrize("more", [{"args": ("inbox", "--plain")}, {"TERM": "dumb"}, {"TERM": ""}, {"args": ("inbox", "--json")}])
def test_plain_where_asked_or_needed(busy, terminal, more):
    here = terminal(busy, *more.pop("args", ("inbox",)), **more)
    wait_for(lambda: (here.read(), here.popen.poll())[1] is not None, "pacer ends by itself")
    for _ in range(5):
        here.read()
    assert here.popen.returncode == 0 and "?1049" not in here.raw and "Alpha" in here.raw
    assert termios.tcgetattr(here.side) == here.before


def test_piped_is_plain(busy):
    assert "pacer done w01-mo, " in busy.pacer("inbox")


def test_no_color_is_honoured(busy, terminal):
    coloured, plain = terminal(busy), terminal(busy, NO_COLOR="1")
    for here in (coloured, plain):
        here.see("quit")
        here.press("q")
        here.end()
    assert "\x1b[36m" in coloured.raw
    assert not re.search(r"\x1b\[[1-9][0-9]*m", plain.raw)


class Impostor:
    """Another program at the daemon's socket: says what it is told to each method, and nothing at all to the others."""

    def __init__(self, world, **replies):
        self.replies, self.heard = replies, []
        world.socket.parent.mkdir(mode=0o700, exist_ok=True)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(str(world.socket))
        self.listener.listen()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        connection, _ = self.listener.accept()
        with connection:
            rest = b""
            while data := connection.recv(65536):
                *messages, rest = (rest + data).split(b"\0")
                for message in messages:
                    method = json.loads(message)["method"].rsplit(".", 1)[1]
                    self.heard.append(method)
                    if method in self.replies:
                        connection.sendall(json.dumps({"parameters": self.replies[method]}).encode() + b"\0")


EVIL = "Evil \x1b[2J\x1b]0;name\x07\x9b31m\u202eend\nline"
SESSION = {"id": "w01-mo", "enrollment": "e1", "title": EVIL, "start": "2026-11-30T09:30:00+01:00", "minutes": 10, "state": EVIL, "help": EVIL, "tip": EVIL}
MORE = {"link": EVIL, "intention": {"want": EVIL, "act": EVIL}}
FROM_PLAN = {"fallback": EVIL, "evidence": EVIL, "rubric": EVIL, "with": EVIL, "personas": [{"slug": EVIL, "text": EVIL}],
             "stations": [{"week": 1, "text": EVIL}]}


def evil_inbox(count=1):
    return {"questions": [{"session": {**SESSION, "id": f"w01-{n}"}, "question": "end", "since": EVIL, "answers": [EVIL, "done"]} for n in range(count)]}


@pytest.mark.parametrize("locale", ["C", "C.UTF-8"])
def test_text_is_shown_and_never_carried_out(world, terminal, locale):
    Impostor(world, Inbox=evil_inbox(), Help={"session": {**SESSION, **MORE}, **FROM_PLAN},
             Done={"session": SESSION, "changed": True, "week_minutes": 1, "week_minutes_done": 1, "notes": [EVIL]})
    here = terminal(world, columns=120, LANG=locale)
    here.see("Evil", "quit")
    here.press("h")
    here.see("key back", "Evil")
    here.press("x")
    here.see("quit")
    here.press("d")
    here.see("Done: Evil", "quit")
    here.press("q")
    here.end()
    for bad in ("\x1b[2J", "\x1b]", "\x07", "\x9b", "\u202e"):
        assert bad not in here.raw


@pytest.mark.parametrize("ending", [b"\x03", signal.SIGTERM])
def test_a_silent_daemon_does_not_hold_the_terminal(world, terminal, ending):
    impostor = Impostor(world, Inbox=evil_inbox())
    here = terminal(world)
    here.see("quit")
    here.press("d")
    wait_for(lambda: "Done" in impostor.heard, "the call")
    here.press(ending) if isinstance(ending, bytes) else here.popen.send_signal(ending)
    here.end(-signal.SIGINT if isinstance(ending, bytes) else -ending)


def test_a_hundred_questions_scroll(world, terminal):
    Impostor(world, Inbox=evil_inbox(100))
    here = terminal(world, rows=10, columns=40)
    here.see("1 of 100", "quit")
    here.choose(PAGE_DOWN, " 7 ")
    here.choose(END, "100 ")
    here.choose("9", " 9 ")
    here.press("q")
    here.end()


def test_keys_typed_ahead_answer_nothing_more(busy, terminal):
    """Pasted text or a key held down: the first one answers what was on the screen, the rest is thrown away."""
    here = terminal(busy)
    here.see("1 of 5", "quit")
    here.press("ddddddd")
    here.see("Done: Alpha", "1 of 4")
    here.press("q")
    here.end()
    assert len(busy.ask("inbox")["questions"]) == 4


def test_what_was_answered_elsewhere_is_told_and_leaves_the_list(busy, terminal):
    here = terminal(busy)
    here.see("1 of 5", "quit")
    busy.ask("done", "w01-mo")
    here.press("d")
    here.see("Done already: Alpha", "1 of 4", "quit")
    busy.ask("done", "w01-mo2")
    here.press("n")
    here.see("is not possible for", "1 of 3", "quit")
    busy.ask("done", "w01-mo3")
    here.press("r")
    here.see("1 of 2", "quit")
    here.press("u")
    here.see("nothing was answered here yet")
    here.press("q")
    here.end()
