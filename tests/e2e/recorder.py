"""Writes every message of a session bus to a file, one JSON object a line: recorder.py ADDRESS FILE.

A monitor (org.freedesktop.DBus.Monitoring) sees calls, replies and signals in the order of the bus and may send nothing itself."""

import json
import sys
import time

import dbus.bus
import dbus.lowlevel
import dbus.mainloop.glib
from gi.repository import GLib

KINDS = {dbus.lowlevel.MethodCallMessage: "call", dbus.lowlevel.MethodReturnMessage: "return",
         dbus.lowlevel.ErrorMessage: "error", dbus.lowlevel.SignalMessage: "signal"}


def plain(value):
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (dbus.ByteArray, bytes)):
        return bytes(value).hex()
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, (dbus.Boolean, bool)):
        return bool(value)
    if isinstance(value, float):
        return float(value)
    if isinstance(value, int):
        return int(value)
    return str(value)


def main():
    address, path = sys.argv[1:]
    loop = dbus.mainloop.glib.DBusGMainLoop()
    bus = dbus.bus.BusConnection(address, mainloop=loop)
    main_loop = GLib.MainLoop()
    out = open(path, "w", buffering=1, encoding="utf-8")

    def record(_, message):
        if message.get_interface() == "org.freedesktop.DBus.Local":
            main_loop.quit()
            return dbus.lowlevel.HANDLER_RESULT_HANDLED
        out.write(json.dumps({
            "time": time.time(), "kind": KINDS[type(message)], "member": message.get_member() or message.get_error_name()
            if isinstance(message, dbus.lowlevel.ErrorMessage) else message.get_member(), "sender": message.get_sender(),
            "destination": message.get_destination(), "serial": message.get_serial(), "reply_to": message.get_reply_serial(),
            "args": plain(message.get_args_list())}) + "\n")
        # Handled: libdbus would answer calls it does not know, and a monitor that speaks is thrown off the bus.
        return dbus.lowlevel.HANDLER_RESULT_HANDLED

    bus.add_message_filter(record)
    bus.call_blocking("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus.Monitoring", "BecomeMonitor", "asu", ([], 0))
    out.write(json.dumps({"time": time.time(), "kind": "begin", "member": "", "sender": "", "destination": "", "serial": 0, "reply_to": 0,
                          "args": []}) + "\n")
    main_loop.run()


main()
