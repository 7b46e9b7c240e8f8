"""A notification server that shows nothing, answers at once and writes down when what came: server.py ADDRESS FILE [SEED].

One JSON object a line: time, id, replaces, summary, category, actions. With a SEED it is a learner as well: after a moment most
questions are answered by one of their buttons."""

import json
import random
import sys
import time

import dbus.bus
import dbus.lowlevel
import dbus.mainloop.glib
from gi.repository import GLib

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
ANSWERED = 0.8
THINKING_MS = 250


class Server:
    def __init__(self, address, path, seed):
        self.bus = dbus.bus.BusConnection(address, mainloop=dbus.mainloop.glib.DBusGMainLoop())
        self.loop = GLib.MainLoop()
        self.out = open(path, "a", buffering=1, encoding="utf-8")
        self.dice = random.Random(seed) if seed is not None else None
        self.last_id, self.open = 0, set()
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

    def notify(self, reply, args, now):
        _app, replaces, _icon, summary, _body, actions, hints, _expire = args
        bubble = int(replaces) if replaces in self.open else self.last_id + 1
        self.last_id = max(self.last_id, bubble)
        self.open.add(bubble)
        buttons = [str(a) for a in actions[::2]]
        self.out.write(json.dumps({"time": now, "id": bubble, "replaces": int(replaces), "summary": str(summary),
                                   "category": str(hints.get("category", "")), "actions": buttons}) + "\n")
        self.send(reply, bubble, signature="u")  # after it is written down: what the daemon knows to be shown is on record
        if self.dice and buttons and self.dice.random() < ANSWERED:
            GLib.timeout_add(self.dice.randrange(THINKING_MS), self.press, bubble, self.dice.choice(buttons))

    def press(self, bubble, action):
        if bubble in self.open:
            self.signal("ActionInvoked", bubble, action, signature="us")
        return False

    def close(self, reply, args, _now):
        self.bus.send_message(reply)
        if args[0] in self.open:
            self.open.remove(args[0])
            self.signal("NotificationClosed", args[0], 3, signature="uu")

    def signal(self, member, *values, signature):
        message = dbus.lowlevel.SignalMessage(PATH, NAME, member)
        message.append(*values, signature=signature)
        self.bus.send_message(message)
        self.bus.flush()


def main():
    address, path = sys.argv[1:3]
    Server(address, path, int(sys.argv[3]) if len(sys.argv) > 3 else None).loop.run()


main()
