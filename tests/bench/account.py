"""The account of a soak: the ledger of notices against what the server saw and what happened to the daemon.

All times are seconds of the shown clock. A machine that is fast-forwarded is late by what it needs for its work times the speed: that much
is LAG_S of real time. Whatever waited longer was held, and a hold is explained when ledger or journal name a cause that was so, or when the
story (away, stopped, no server, a session that runs, ...) covers it."""

import collections
import datetime
import os
import re
import zoneinfo

LAG_S = 0.25 * float(os.environ.get("PACER_SLOW") or 1)
STEP_S = 300
STATE_RUNNING, RUNG_END = 2, 1 << 2  # as session_life_text() writes them
INFORM = {"prep", "digest", "week", "morning", "refuel"}
# What the ledger says, and the spans of the story of which one must touch it.
TRUE_IN = {"away": {"away"}, "paused": {"pause"}, "in a meeting": {"busy"}, "a session is running": {"run"},
           "no notification server": {"server", "down"}, "the notification server does not answer": {"server"}}
HOLD = re.compile(r"the (\S+) notice waits: (.*?)(?:, until .*)?$")
ENDS_RUN = {"done", "partly", "excuse", "drop", "expire"}
HOURS, LUNCH = (9 * 3600, 17 * 3600 + 1800), (12 * 3600 + 1800, 13 * 3600 + 900)  # as the settings have them when nobody says


def life(text):
    return dict(word.split("=") for word in text.split())


def runs(journal):
    """Spans in which a session ran and its end had not been asked about; by what the journal says of each."""
    found, open_at, by_seq = [], {}, {}
    for row in journal:
        name, what, now = row["session"], row["what"], row["time_s"]
        by_seq[row["seq"]] = row
        if not name:
            continue
        begins = what in ("start", "more-time")
        if what == "undo":
            before = life(by_seq[row["undoes"]]["before"] or "") if row["undoes"] else {}
            begins = int(before.get("state", 0)) == STATE_RUNNING and not int(before.get("rung", 0)) & RUNG_END
        ends = what in ENDS_RUN or what == "undo" or (what == "prompt" and "end came due" in row["text"])
        if (begins or ends) and name in open_at:
            found.append(("run", open_at.pop(name), now))
        if begins:
            open_at[name] = now
    return found + [("run", begin, float("inf")) for begin in open_at.values()]


class Account:
    def __init__(self, rows, spans, seen, zones, lag_s):
        """rows: a function that asks the database; spans: (what, from, to); seen: key -> causes; zones: (from, name), ascending."""
        self.notices = rows("select rowid, * from notice order by rowid")
        self.journal = rows("select * from journal order by seq")
        absences = rows("select kind, from_s, to_s from absence")
        self.spans = [*spans, *((a["kind"], a["from_s"], a["to_s"]) for a in absences), *runs(self.journal)]
        self.seen, self.zones, self.lag_s = seen, zones, lag_s
        told = ((row, HOLD.match(row["text"] or "")) for row in self.journal if row["what"] == "hold")
        self.holds = [(row["session"], match[1], row["time_s"], match[2]) for row, match in told if match]
        self.end_s = max([row["time_s"] for row in self.journal], default=0)
        self.held, self.unexplained = collections.Counter(), []

    # --- holds -----------------------------------------------------------------------------------------------------------------------
    def touches(self, kinds, since, until):
        return any(kind in kinds and begin <= until + self.lag_s and end >= since - self.lag_s for kind, begin, end in self.spans)

    def out_of_hours(self, moment):
        zone = [name for begin, name in self.zones if begin <= moment][-1:] or [self.zones[0][1]]
        local = datetime.datetime.fromtimestamp(moment, zoneinfo.ZoneInfo(zone[0]))
        second = local.hour * 3600 + local.minute * 60
        return local.weekday() > 4 or not HOURS[0] <= second < HOURS[1] or LUNCH[0] <= second < LUNCH[1]

    def story(self, row, since, until):
        """What covers the hold, or None when more of it than the lag is open."""
        near = [(kind, begin, end) for kind, begin, end in self.spans if begin <= until and end >= since]
        told, open_s, moment = collections.Counter(), 0, since
        while moment < until:
            kind = next((kind for kind, begin, end in near if begin <= moment <= end), None)
            if not kind and row["kind"] in INFORM and self.out_of_hours(moment):
                kind = "outside working hours"
            told[kind] += 1
            open_s += 0 if kind else STEP_S
            moment += STEP_S
        del told[None]
        return told.most_common(1)[0][0] if told and open_s <= self.lag_s else None

    def came(self):
        """Key -> since when the notice could be shown: when it was due, or when it took the place of an earlier one."""
        last, since = {}, {}
        for row in self.notices:
            before = last.get(row["session"]) if row["session"] else None
            replaced = before and before["cause"] == "replaced" and before["closed_s"] is not None
            since[row["key"]] = max(row["due_s"], before["closed_s"] if replaced else row["due_s"])
            last[row["session"]] = row
        return since

    def explain(self, row, since, shown):
        """shown: when the server had it first, or None. Counts a hold by its cause."""
        until = shown if shown is not None else row["closed_s"] if row["closed_s"] is not None else self.end_s
        causes = set(self.seen.get(row["key"], ()))
        causes |= {cause for name, kind, at_s, cause in self.holds if (name, kind) == (row["session"], row["kind"]) and since <= at_s <= until}
        held = min(causes, default=None)
        if shown is None and row["cause"]:
            causes.add(row["cause"])
        for cause in causes:
            if cause in TRUE_IN and not self.touches(TRUE_IN[cause], since, until):
                self.unexplained.append(f"{row['key']} waited from {since} to {until}: '{cause}' was not so")
        if causes:
            self.held[held or min(causes)] += 1
            return
        if until - since <= self.lag_s and (shown is not None or row["answer"]):
            return
        told = self.story(row, since, until) if until - since > self.lag_s else row["answer"]
        if told:
            self.held[told] += 1
        else:
            self.unexplained.append(f"{row['key']} waited from {since} to {until} without a cause: {row}")

    def judge_holds(self, first_shown):
        """first_shown(row, since): when the server first had it, as the server's own record says, or None."""
        since = self.came()
        for row in self.notices:
            shown = row["shown_s"]
            if shown is not None:
                witnessed = first_shown(row, since[row["key"]])
                shown = shown if witnessed is None else min(shown, witnessed)
            self.explain(row, since[row["key"]], shown)

    # --- counts ----------------------------------------------------------------------------------------------------------------------
    def lost(self):
        """What is neither told, answered, nor over for a reason, nor waits for one."""
        return [row["key"] for row in self.notices
                if row["shown_s"] is None and not row["cause"] and not row["answer"] and row["state"] not in ("digested", "sent")]

    def line(self):
        states = collections.Counter(row["state"] for row in self.notices)
        shown = sum(row["shown_s"] is not None for row in self.notices)
        held = ", ".join(f"{number} {cause}" for cause, number in self.held.most_common()) or "none"
        return (f"notices due {len(self.notices)}, shown {shown}, answered {states['answered']}, digested {states['digested']}, "
                f"expired {states['expired']}, waiting {states['due']}, held by cause ({held})")
