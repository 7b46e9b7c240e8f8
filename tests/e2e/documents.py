"""Documents as somebody follows them: their commands as they stand there, a person who types them into a terminal, and judgements."""

import os
import pty
import re
import select
import shutil

import pytest

from harness import BUILD, ROOT

README = (ROOT / "README.md").read_text()
MANUAL = (ROOT / "cli" / "pacer.1.scd").read_text()
FRIDAY, MONDAY = "2026-11-27 12:00", "2026-11-30 09:30"


def section(text, heading):
    """What stands between this heading and the next of its kind."""
    level = heading.split(" ")[0]
    found = re.search(rf"^{re.escape(heading)}\n(.*?)(?=^#{{1,{len(level)}}} |\Z)", text, re.M | re.S)
    assert found, f"no section is called {heading!r}"
    return found[1]


def commands(text):
    """Lines of indented blocks (Markdown) or of fenced ones with a prompt (scdoc), with their comments."""
    return [line.strip() for line in re.findall(r"^(?:    |\$ )(pacer\b.*)$", text, re.M)]


def bare(line):
    """The command without its comment; a # in quotes is none."""
    return re.match(r"""(?:"[^"]*"|'[^']*'|[^#"'])*""", line)[0].strip()


class Person:
    """Somebody who types the lines of a document into a terminal, and says yes."""

    def __init__(self, world, answer="y\n"):
        self.world, self.answer = world, answer
        self.place = world.root / "home"

    def types(self, line, meanwhile=None):
        """Runs a line. meanwhile: what appears -> what is done then. Returns status and what was shown."""
        pid, terminal = pty.fork()
        if pid == 0:
            os.chdir(self.place)
            os.execve("/bin/sh", ["sh", "-c", line], self.world.env(TERM="xterm", NO_COLOR="1", COLUMNS="100", TMPDIR=str(self.world.root),
                                                                  EDITOR=str(self.world.root / "editor")))
        shown = asked = ""
        try:
            while True:
                ready, _, _ = select.select([terminal], [], [], 20)
                assert ready, f"{line} waits for something: {shown!r}"
                data = os.read(terminal, 65536)
                if not data:
                    break
                shown += data.decode(errors="replace").replace("\r", "")
                if shown.endswith("N] ") and shown != asked:
                    asked = shown
                    os.write(terminal, self.answer.encode())
                if meanwhile and meanwhile[0] in shown:
                    meanwhile[1]()
                    meanwhile = None
        except OSError:
            pass  # the terminal's other end was closed: the line is done
        finally:
            os.close(terminal)
            _, status = os.waitpid(pid, 0)
        return os.waitstatus_to_exitcode(status), shown

    def follows(self, lines, judged):
        """Types every line and judges it. judged: command -> a function of (world, what was shown), in the same order."""
        assert [bare(line) for line in lines] == list(judged), "each line of the document has its judgement here"
        for line in lines:
            judge = judged[bare(line)]
            status, shown = self.types(line, getattr(judge, "meanwhile", lambda world: None)(self.world))
            assert status == 0, f"$ {line}\nended with {status}:\n{shown}"
            verdict = judge(self.world, shown)
            assert verdict is not False, f"$ {line}\ndid not show what its text promises:\n{shown}"


def says(*texts):
    """A judgement: all of these are shown, however the lines break."""
    def judge(_, shown):
        flat = " ".join(shown.split())
        missing = [text for text in texts if text not in flat]
        assert not missing, f"{missing} not in:\n{shown}"
    return judge


def states(**sessions):
    """A judgement: sessions (w01_mo for w01-mo) are in these states."""
    def judge(world, _):
        found = {name: world.session(name.replace("_", "-"))["state"] for name in sessions}
        assert found == sessions
    return judge


def both(*judges):
    def judge(world, shown):
        return not any(one(world, shown) is False for one in judges)
    return judge


@pytest.fixture
def desk_with_holidays(desk):
    shutil.copytree(BUILD / "holidays", desk.root / "share" / "pacer" / "holidays")
    return desk


def press_the_test_button(world):
    before = len(world.recorder.bubbles())
    return "test bubble is on its way", lambda: world.press(world.bubble(after=before), world.bubble(after=before).labels[0])


def edit_the_sheet(world):
    """What somebody does in the editor: another title for one session."""
    editor = world.root / "editor"
    editor.write_text(f'#!/bin/sh\ncp "$1" {world.root}/sheet\nsed -i "/\\[w02-mo\\]$/s/Warm-up: ten questions from memory/Ten questions before the phones open/" "$1"\n')
    editor.chmod(0o755)
