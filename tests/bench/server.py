"""A notification server that shows nothing, answers at once and writes down when what came.

    server.py ADDRESS FILE [--seed N | --press ACTION --after MS]

One JSON object a line. A bubble: time, id, replaces, stands, summary, body, category, actions. stands: it takes the place of an open one
that says the same. A button: time (just before the signal is sent), pressed, action, summary.
With --seed it is a learner as well: after a moment most questions are answered by one of their buttons. With --press it answers each
that has this button, after MS. SIGUSR1: from now on it takes bubbles and answers none; SIGUSR2: it answers again."""

import argparse
import json
import random
import signal
import time

import dbus.bus
import dbus.lowlevel
import dbus.mainloop.glib
from gi.repository import GLib

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
ANSWERED = 0.8
THINKING_MS = 250


class Server:
    def __init__(self, words):
        self.words = words
        self.bus = dbus.bus.BusConnection(words.address, mainloop=dbus.mainloop.glib.DBusGMainLoop())
        self.loop = GLib.MainLoop()
        self.out = open(words.file, "a", buffering=1, encoding="utf-8")
        self.dice = random.Random(words.seed) if words.seed is not None else None
        self.last_id, self.open = 0, {}  # id: what the bubble says
        self.mute = False
        for number, mute in ((signal.SIGUSR1, True), (signal.SIGUSR2, False)):
            GLib.unix_signal_add(GLib.PRIORITY_HIGH, number, self.set_mute, mute)
        self.bus.add_message_filter(self.on_message)
        self.bus.request_name(NAME)

    def on_message(self, _, message):
        now = time.time()
        if message.get_interface() == "org.freedesktop.DBus.Local":
            self.loop.quit()
        if message.get_path() != PATH or not isinstance(message, dbus.lowlevel.MethodCallMessage):
            return dbus.lowlevel.HANDLER_RESULT_NOT_YET_HANDLED
        answers = {"GetServerInformation": self.information, "GetCapabilities": self.capabilities, "Notify": self.notify,
                   "CloseNotification": self.close}
        answer = answers.get(message.get_member())
        if not answer:
            return dbus.lowlevel.HANDLER_RESULT_NOT_YET_HANDLED
        reply = dbus.lowlevel.MethodReturnMessage(message)
        answer(reply, message.get_args_list(), now)
        return dbus.lowlevel.HANDLER_RESULT_HANDLED

    def send(self, reply, *values, signature):
        reply.append(*values, signature=signature)
        self.bus.send_message(reply)
        self.bus.flush()

    def information(self, reply, _args, _now):
        self.send(reply, "recorder", "Pacer", "1", "1.2", signature="ssss")

    def capabilities(self, reply, _args, _now):
        self.send(reply, ["actions", "body"], signature="as")

    def set_mute(self, mute):
        self.mute = mute
        return True

    def write(self, **what):
        self.out.write(json.dumps(what) + "\n")

    def notify(self, reply, args, now):
        _app, replaces, _icon, summary, body, actions, hints, _expire = args
        bubble = int(replaces) if replaces in self.open else self.last_id + 1
        says = (str(summary), str(hints.get("category", "")))
        stands = self.open.get(bubble) == says
        self.last_id = max(self.last_id, bubble)
        self.open[bubble] = says
        buttons = [str(a) for a in actions[::2]]
        self.write(time=now, id=bubble, replaces=int(replaces), stands=stands, summary=says[0], body=str(body), category=says[1], actions=buttons)
        if self.mute:
            return
        self.send(reply, bubble, signature="u")  # after it is written down: what the daemon knows to be shown is on record
        if self.words.press in buttons:
            GLib.timeout_add(self.words.after, self.press, bubble, self.words.press)
        elif self.dice and buttons and self.dice.random() < ANSWERED:
            GLib.timeout_add(self.dice.randrange(THINKING_MS), self.press, bubble, self.dice.choice(buttons))

    def press(self, bubble, action):
        if bubble in self.open:
            summary, now = self.open[bubble][0], time.time()
            self.signal("ActionInvoked", bubble, action, signature="us")
            self.write(time=now, pressed=bubble, action=action, summary=summary)
        return False

    def close(self, reply, args, _now):
        self.bus.send_message(reply)
        if args[0] in self.open:
            del self.open[args[0]]
            self.signal("NotificationClosed", args[0], 3, signature="uu")

    def signal(self, member, *values, signature):
        message = dbus.lowlevel.SignalMessage(PATH, NAME, member)
        message.append(*values, signature=signature)
        self.bus.send_message(message)
        self.bus.flush()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("address")
    parser.add_argument("file")
    parser.add_argument("--seed", type=int)
    parser.add_argument("--press", metavar="ACTION")
    parser.add_argument("--after", type=int, metavar="MS", default=0)
    Server(parser.parse_args()).loop.run()


main()
