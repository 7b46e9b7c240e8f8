"""Legal plan files for tests, a line of Python a session."""

import datetime


def fold(line):
    """RFC 5545 3.1: at most 75 octets, folds at UTF-8 boundaries."""
    data, out = line.encode(), []
    while len(data) > 74:
        cut = 74
        while data[cut] & 0xC0 == 0x80:
            cut -= 1
        out.append(data[:cut])
        data = b" " + data[cut:]
    return b"\r\n".join([*out, data])


def escape(text):
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def plan_text(name, sessions, weeks=None, title=None, extra=(), head=(), **replace):
    """A legal plan. sessions: dicts with day (from the first Monday), time 'HH:MM', and what else a session has."""
    weeks = weeks or max(s["day"] for s in sessions) // 7 + 1
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Pacer//Tests//EN", f"UID:00000000-0000-4000-8000-{abs(hash_text(name)) % 10**12:012d}",
             "LAST-MODIFIED:20260901T080000Z", f"NAME:{escape(title or name)}", "X-PACER-FORMAT;VALUE=INTEGER:1", "X-PACER-GOAL:Tested",
             *([] if any(line.startswith("X-PACER-DONE") for line in head) else ["X-PACER-DONE:Tested"]),
             "X-PACER-ANCHOR;VALUE=DATE:20010101", f"X-PACER-WEEKS;VALUE=INTEGER:{weeks}", f"X-PACER-PHASES:base=1-{weeks}", *head]
    for number, session in enumerate(sessions):
        day = datetime.date(2001, 1, 1) + datetime.timedelta(days=session["day"])
        hour, minute = session["time"].split(":")
        kind = session.get("type", "short")
        lines += ["BEGIN:VEVENT", f"UID:{session.get('uid', f'{name}-{number:04d}')}", "DTSTAMP:20260901T080000Z",
                  f"DTSTART:{day:%Y%m%d}T{hour}{minute}00", f"DURATION:PT{session.get('minutes', 20)}M",
                  f"SUMMARY:{escape(session.get('title', f'Session {number}'))}", f"CATEGORIES:training,{kind},{session.get('skill', 'crm')}",
                  f"X-PACER-TYPE:{kind}", f"X-PACER-SKILL:{session.get('skill', 'crm')}", f"X-PACER-EFFORT;VALUE=INTEGER:{session.get('effort', 3)}",
                  *session.get("lines", ()),
                  "BEGIN:VALARM", f"UID:{name}-{number:04d}-A1", "ACTION:DISPLAY", "TRIGGER:PT0S", "DESCRIPTION:Starts now", "END:VALARM",
                  "BEGIN:VALARM", f"UID:{name}-{number:04d}-A2", "ACTION:DISPLAY", "TRIGGER;RELATED=END:PT0S", "DESCRIPTION:Done?", "END:VALARM",
                  "END:VEVENT"]
    lines += [*extra, "END:VCALENDAR", ""]
    return b"\r\n".join(fold(line) for line in lines)


def hash_text(text):
    value = 0
    for byte in text.encode():
        value = (value * 131 + byte) % 10**15
    return value
