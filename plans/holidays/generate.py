#!/usr/bin/python3
"""Writes the public holidays of rules.txt as calendars, one REGION.ics a region: all-day events, the same bytes each time.

    generate.py [--list] [--years 2026-2030] RULES [DIRECTORY]

--list prints the regions instead. The kinds of rules and their limits stand at the head of rules.txt."""

import argparse
import datetime
import pathlib
import re
import sys

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SATURDAY, SUNDAY = 5, 6
ONE_DAY = datetime.timedelta(days=1)
STAMP = "20260101T000000Z"  # of the rules: the files are to be the same whenever they are built
LIMITS = "Days of the whole country or of the part named. Holidays of states and towns, one-off days and bridge days are not in."


class Wrong(Exception):
    """A rule that cannot be read; the text says where and why."""


# --- dates -----------------------------------------------------------------------------------------------------------------------

def easter(year):
    """Easter Sunday by the Gregorian computus: golden number, century corrections, epact, the Sunday after the full moon."""
    golden, century = year % 19, year // 100
    solar, lunar = century - century // 4, (8 * century + 13) // 25
    epact = (solar - lunar + 19 * golden + 15) % 30
    epact -= (epact // 28) * (1 - (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + epact + 2 - solar) % 7
    offset = epact - weekday
    month = 3 + (offset + 40) // 44
    return datetime.date(year, month, offset + 28 - 31 * (month // 4))


def orthodox(year):
    """Easter Sunday by the Julian computus, as a date of the Gregorian calendar (13 days later from 1900 to 2099)."""
    moon = (19 * (year % 19) + 15) % 30
    weekday = (2 * (year % 4) + 4 * (year % 7) - moon + 34) % 7
    total = moon + weekday + 114
    return datetime.date(year, total // 31, total % 31 + 1) + 13 * ONE_DAY


def month_day(year, text):
    return datetime.date(year, int(text[:2]), int(text[3:]))


def nth(year, day, number, month):
    days = [d for d in (datetime.date(year, month, 1) + n * ONE_DAY for n in range(31)) if d.month == month and d.weekday() == day]
    return days[number if number < 0 else number - 1]


def seek(date, day, step):
    while date.weekday() != day:
        date += step
    return date


# kind: how many words, and what they mean in a year.
KINDS = {
    "fixed": (1, lambda year, date: month_day(year, date)),
    "easter": (1, lambda year, days: easter(year) + int(days) * ONE_DAY),
    "orthodox": (1, lambda year, days: orthodox(year) + int(days) * ONE_DAY),
    "nth": (3, lambda year, day, number, month: nth(year, DAYS.index(day), int(number), int(month))),
    "from": (2, lambda year, day, date: seek(month_day(year, date), DAYS.index(day), ONE_DAY)),
    "until": (2, lambda year, day, date: seek(month_day(year, date), DAYS.index(day), -ONE_DAY)),
}


# --- rules -----------------------------------------------------------------------------------------------------------------------

class Rule:
    def __init__(self, words):
        self.kind = words.pop(0)
        if self.kind not in KINDS:
            raise Wrong(f"no such kind of rule: '{self.kind}', write one of {' '.join(KINDS)}")
        count, self.date_of = KINDS[self.kind]
        self.words = [words.pop(0) for _ in range(count)]
        self.options = {}
        while words and re.fullmatch(r"[a-z]+=\S+", words[0]):
            key, value = words.pop(0).split("=")
            self.options[key] = value
        if unknown := set(self.options) - {"move", "only", "not", "since", "until"}:
            raise Wrong(f"no such option: '{unknown.pop()}', write move, only, not, since or until")
        if self.options.get("move", "us") not in ("us", "next", "sun-1"):
            raise Wrong(f"no such move: '{self.options['move']}', write us, next or sun-1")
        self.name = " ".join(words)
        if not self.name:
            raise Wrong("a rule without a name: write what the day is called")
        self.date(2028)  # what cannot be a date is told here

    def date(self, year):
        """The day itself; None: not in that year."""
        date = self.date_of(year, *self.words)
        only, never = self.options.get("only"), self.options.get("not")
        if not int(self.options.get("since", 1)) <= year <= int(self.options.get("until", 9999)):
            return None
        if only and date.weekday() != DAYS.index(only):
            return None
        if never and month_day(year, never[:5]).weekday() == DAYS.index(never[6:]):
            return None
        if self.options.get("move") == "sun-1" and date.weekday() == SUNDAY:
            date -= ONE_DAY
        return date


class Region:
    def __init__(self, code, title):
        self.code, self.title, self.source, self.rules = code, title, None, []

    def days(self, first, last):
        """(date, name) of the years, sorted. A year more on either side: a day may be observed in the year before or after its own."""
        own = [(date, rule) for year in range(first - 1, last + 2) for rule in self.rules if (date := rule.date(year))]
        own.sort(key=lambda pair: pair[0])
        taken = {date for date, _ in own}
        days = [(date, rule.name) for date, rule in own]
        for date, rule in own:
            free = free_instead(date, rule.options.get("move"), taken)
            if free:
                taken.add(free)
                days.append((free, f"{rule.name} ({'observed' if rule.options['move'] == 'us' else 'substitute day'})"))
        return sorted((date, name) for date, name in days if first <= date.year <= last)


def free_instead(date, move, taken):
    """The working day that is free as well because the holiday lies on a weekend; None: none."""
    if date.weekday() < SATURDAY or move not in ("us", "next"):
        return None
    if move == "us":
        return date - ONE_DAY if date.weekday() == SATURDAY else date + ONE_DAY
    while date.weekday() >= SATURDAY or date in taken:
        date += ONE_DAY
    return date


def read(path):
    regions = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        try:
            if words[0] == "region":
                regions.append(Region(words[1], " ".join(words[2:])))
            elif words[0] == "source":
                regions[-1].source = " ".join(words[1:])
            else:
                regions[-1].rules.append(Rule(words))
        except Wrong as why:
            raise Wrong(f"{path}:{number}: {why}") from None
        except (IndexError, ValueError):
            raise Wrong(f"{path}:{number}: cannot be read: '{line}', see the head of the file") from None
    for region in regions:
        if not (region.source and region.title and region.rules and re.fullmatch(r"[A-Z]{2}(-[A-Z0-9]{1,3})?", region.code)):
            raise Wrong(f"{path}: region '{region.code}' needs a code such as DE or GB-ENG, a title, a source and rules")
    return regions


# --- calendars -------------------------------------------------------------------------------------------------------------------

def fold(line):
    """RFC 5545 3.1. The texts are ASCII."""
    parts = [line[:75]]
    parts += [" " + line[at:at + 74] for at in range(75, len(line), 74)]
    return "\r\n".join(parts)


def escape(text):
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")


def event(region, date, name):
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return ["BEGIN:VEVENT", f"UID:holiday-{region.code}-{date:%Y%m%d}-{slug}", f"DTSTAMP:{STAMP}", f"DTSTART;VALUE=DATE:{date:%Y%m%d}",
            f"DTEND;VALUE=DATE:{date + ONE_DAY:%Y%m%d}", f"SUMMARY:{escape(name)}", "CATEGORIES:holiday", "TRANSP:TRANSPARENT", "END:VEVENT"]


def calendar(region, first, last):
    title = f"Public holidays: {region.title}"
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Pacer//Holidays 1//EN", "CALSCALE:GREGORIAN", f"NAME:{escape(title)}",
             f"X-WR-CALNAME:{escape(title)}", f"DESCRIPTION:{escape(f'{first} to {last}. {LIMITS} Source: {region.source}.')}"]
    for date, name in region.days(first, last):
        lines += event(region, date, name)
    return "\r\n".join([fold(line) for line in lines] + ["END:VCALENDAR", ""])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--years", default="2026-2030")
    parser.add_argument("rules", type=pathlib.Path)
    parser.add_argument("directory", type=pathlib.Path, nargs="?")
    given = parser.parse_args()
    try:
        regions = read(given.rules)
    except (Wrong, OSError) as why:
        sys.exit(f"{parser.prog}: {why}")
    if given.list or not given.directory:
        print(*(region.code for region in regions))
        return
    first, last = map(int, given.years.split("-"))
    given.directory.mkdir(parents=True, exist_ok=True)
    for region in regions:
        (given.directory / f"{region.code}.ics").write_bytes(calendar(region, first, last).encode("ascii"))


main()
