"""The real pacerd in front of mako, on a Wayland screen: sway in a window of the test's X display, so that a mouse can click.

mako draws no buttons. A click runs its menu, as its manual shows it, and the menu's choice is the answer; what it was given it lists, and
what it made of that is compared as a picture. The tests of a session and of text as data are those of the other servers."""

import contextlib
import html
import json
import os
import pwd

import pytest
from gi.repository import GLib

from harness import connects, wait_for
from test_desktop_thread import NAME, PATH
from test_servers import CLICK_S, COLOURS_MIN, FAR_CORNER, Desktop, Real, connect
from test_servers import test_a_session, test_text_is_data  # noqa: F401: with the desktop of this file

WIDTH, HEIGHT = 1024, 768
ON_BUBBLE = WIDTH - 150, 30
COMPOSITOR = f"xwayland disable\nswaynag_command -\noutput X11-1 resolution {WIDTH}x{HEIGHT}\n"
# Tall enough for all of the longest text. The format has no tags of its own: with and without markup it is then the same.
MAKO = ("format=%s\\n%b\nfont=DejaVu Sans 10\nwidth=700\nheight=700\nmarkup={markup}\n"
        "on-button-left=exec makoctl menu -n \"$id\" grep -m1 -Fx -- \"$(cat {wanted})\"\n")
OTHER_USER = "nobody"


class Mako(Desktop):
    """A world, a Wayland screen in it, and mako on that."""

    def __init__(self, world, name="mako"):
        self.world, self.name = world, name
        self.real = Real("/usr/bin/mako", "/usr/bin/sway", "mako", draws_buttons=False, clears=True)
        for program in (self.real.program, self.real.before):
            assert os.access(program, os.X_OK), f"{program} is not installed: make deps"
        self.wanted, self.config = world.root / "wanted", world.root / "mako"
        self.configure(markup=1)
        self.env = world.env(WAYLAND_DISPLAY=str(self.start_compositor()), DISPLAY=None)
        self.start_server()

    def configure(self, markup):
        self.config.write_text(MAKO.format(markup=markup, wanted=self.wanted))

    def start_compositor(self):
        """sway refuses root, who may become root again: for root it runs as somebody else, in a directory of theirs."""
        runtime, wrap = self.world.root / "wayland", []
        runtime.mkdir(mode=0o700)
        (runtime / "config").write_text(COMPOSITOR)
        if os.geteuid() == 0:
            other = pwd.getpwnam(OTHER_USER)
            os.chown(runtime, other.pw_uid, other.pw_gid)
            self.world.root.chmod(0o711)
            wrap = ["setpriv", f"--reuid={other.pw_uid}", f"--regid={other.pw_gid}", "--clear-groups", "--pdeathsig=KILL"]
        env = self.world.env(XDG_RUNTIME_DIR=str(runtime), HOME=str(runtime), WLR_BACKENDS="x11", WLR_RENDERER="pixman")
        sway = self.world.spawn([*wrap, self.real.before, "-c", runtime / "config"], "sway", env=env)

        def up():
            assert sway.alive(), sway.text()
            return next((path for path in runtime.glob("wayland-?") if connects(path)), None)
        return wait_for(up, sway.text)

    def arguments(self):
        return ["--config", self.config]

    def makoctl(self, *words):
        run = self.world.run(["makoctl", *words], env=self.env)
        assert run.returncode == 0, run.stderr
        return run.stdout.decode()

    def on_screen(self):
        """Of every bubble mako shows: its summary, its text and its choices."""
        listed = json.loads(self.makoctl("list"))["data"][0]
        return [(b["summary"]["data"], b["body"]["data"], b["actions"]["data"]) for b in listed]

    def stands(self, bubble):
        expected = [(bubble.summary, bubble.body, bubble.actions)]
        wait_for(lambda: self.on_screen() == expected, lambda: f"mako shows {expected}: {self.on_screen()}")

    def gone(self, bubble):
        super().gone(bubble)
        wait_for(lambda: self.colours() == 1, "an empty screen")

    def colours(self):
        run = self.world.run(["import", "-silent", "-window", "root", "-format", "%k", "info:-"])
        assert run.returncode == 0, run.stderr
        return int(run.stdout)

    def picture(self, what):
        wait_for(lambda: self.colours() > COLOURS_MIN, lambda: f"mako draws: {self.on_screen()}")
        super().picture(what)

    def press(self, bubble, label):
        """A click opens the menu, which picks the label."""
        action = next(a for a, shown in bubble.actions.items() if shown == label)
        self.wanted.write_text(label)
        for _ in range(3):  # a click is lost when the window is just being drawn
            self.mouse("mousemove", *FAR_CORNER, "mousemove", *ON_BUBBLE, "click", 1)
            with contextlib.suppress(AssertionError):
                return wait_for(lambda: self.pressed(bubble, action), "the click", CLICK_S)
        raise AssertionError(f"mako heard no click for {label!r}: {self.world.server.text()}")

    def drew(self, bubble):
        """Told to take everything as it is, mako draws the same picture of the words a person is meant to read."""
        self.makoctl("dismiss", "-n", str(bubble.id))
        self.gone(bubble)
        self.configure(markup=0)
        self.makoctl("reload")
        bus = connect(self.world.bus_address)
        bus.call_sync(NAME, PATH, NAME, "Notify", GLib.Variant("(susssasa{sv}i)", (
            bubble.app, 0, bubble.icon, bubble.summary, html.unescape(bubble.body), [], {}, 0)), None, 0, -1, None)
        self.picture("text-plain")
        bus.close_sync(None)
        pictures = [(self.world.root / f"{what}.png").read_bytes() for what in ("text", "text-plain")]
        assert pictures[0] == pictures[1], "mako obeyed something in the text"


@pytest.fixture(params=["mako"])
def desktop(bus, request):
    return Mako(bus, request.param)
