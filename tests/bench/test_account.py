"""The judge of the soak can say no: ledgers of one notice, and what it says of each."""

import pytest

from account import Account

DUE, LAG_S, LATE = 1_799_226_000, 3600, 50_000  # a Wednesday morning
KEY = "e1/w01-we/start/0"
AWAY = {"kind": "away", "from_s": DUE - 9, "to_s": DUE + LATE}
HALF_AWAY = {**AWAY, "to_s": DUE + LATE // 2}


def entry(seq, what, after_s, text=""):
    return {"seq": seq, "session": "w01-we" if what == "hold" else "w01-mo", "what": what, "time_s": DUE + after_s, "text": text, "before": None, "undoes": None}


END = entry(9, "drop", 10 * LATE)
HELD = [entry(1, "hold", 5, "the start notice waits: away, until Thu 2027-01-07 00:00")]
RAN = [entry(1, "start", -5), entry(2, "prompt", LATE, "the end came due")]


def judged(notice, absences, journal, seen, witnessed):
    row = {"rowid": 1, "key": KEY, "kind": "start", "enrolment": "e1", "session": "w01-we", "due_s": DUE, "sent_s": None, "shown_s": None,
           "closed_s": None, "state": "shown", "cause": None, "answer": None, **notice}
    tables = {"notice": [row], "absence": absences, "journal": [*journal, END]}
    account = Account(lambda query: next(rows for name, rows in tables.items() if f"from {name}" in query), [], {KEY: seen}, [(0, "Europe/Berlin")],
                      LAG_S)
    account.judge_holds(lambda _row, _since: witnessed)
    return len(account.unexplained), dict(account.held), bool(account.lost())


@pytest.mark.parametrize("notice, absences, journal, seen, witnessed, expected", [
    ({"shown_s": DUE + 5}, [], [], set(), None, (0, {}, False)),
    ({"shown_s": DUE + LATE}, [], [], set(), None, (1, {}, False)),
    ({"shown_s": DUE + LATE}, [AWAY], [], {"away"}, None, (0, {"away": 1}, False)),
    ({"shown_s": DUE + LATE}, [], [], {"away"}, None, (1, {"away": 1}, False)),  # the ledger says what was not so
    ({"shown_s": DUE + LATE}, [AWAY], [], set(), None, (0, {"away": 1}, False)),
    ({"shown_s": DUE + LATE}, [HALF_AWAY], HELD, set(), None, (0, {"away": 1}, False)),
    ({"shown_s": DUE + LATE}, [], HELD, set(), None, (1, {"away": 1}, False)),
    ({"shown_s": DUE + LATE}, [HALF_AWAY], [], set(), None, (1, {}, False)),
    ({"shown_s": DUE + LATE}, [], RAN, set(), None, (0, {"run": 1}, False)),
    ({"shown_s": DUE + LATE}, [], [], set(), DUE + 9, (0, {}, False)),  # shown in time, taken over later
    ({"state": "expired", "closed_s": DUE + 9, "cause": "its moment was over"}, [], [], set(), None, (0, {"its moment was over": 1}, False)),
    ({"state": "expired", "closed_s": DUE + 9}, [], [], set(), None, (1, {}, True)),
    ({"state": "answered", "closed_s": DUE + 9, "answer": "done"}, [], [], set(), None, (0, {}, False)),
    ({"state": "due"}, [], [], set(), None, (1, {}, True)),
])
def test_verdict(notice, absences, journal, seen, witnessed, expected):
    assert judged(notice, absences, journal, seen, witnessed) == expected
