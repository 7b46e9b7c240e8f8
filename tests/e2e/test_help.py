"""What --help, README and the manuals say in passing: examples run, commands and options exist."""

import contextlib
import re
import threading

import pytest

from documents import BUILD, FRIDAY, MONDAY, README, ROOT, Person, desk_with_holidays, edit_the_sheet, press_the_test_button  # noqa: F401
from harness import wait_for
from wire import VarlinkError

NOT_PARSED = re.compile(r"unknown (command|option)|takes no '|takes no value|word too many|do not go together|did you mean '--")


@pytest.mark.parametrize("name", ["README.md", "daemon/pacerd.1.scd", "plans/pacer-plan.5.scd", "cli/pacer.1.scd"])
def test_commands_in_running_text_are_understood(world, name):
    """Without a daemon: what the parser takes ends because nobody answers, before anything happens."""
    text = (ROOT / name).read_text()
    words = re.findall(r"`(pacer\b[^`]*)`", text) if name.endswith(".md") else re.findall(r"\*(pacer\b[^*]*)\*(?!\()", text)
    words = {" ".join(word.split()) for word in words}
    assert len(words) > (40 if "pacer.1" in name else 3), words
    for word in sorted(words - {"pacer COMMAND --help"}):
        run = world.run(["sh", "-c", f"{word} --no-start"])
        assert not NOT_PARSED.search(run.stderr.decode()), f"{name}: {word}: {run.stderr.decode()}"


def helped(world):
    """Every command's name with the page that --help shows."""
    names = re.findall(r"^  ([a-z]+) ", world.pacer("--help").split("Options for")[0], re.M)
    names += re.findall(r"^  (plan [a-z]+) ", world.pacer("plan", "--help").split("Examples")[0], re.M)
    return {name: world.pacer(*name.split(), "--help") for name in names}


def test_every_option_of_the_readme_exists(world):
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", README)) - {"--user", "--now"}  # systemctl's
    pages = "".join([world.pacer("--help"), *helped(world).values(), world.run([BUILD / "pacerd", "--help"]).stdout.decode()])
    assert len(named) > 15 and named <= set(re.findall(r"--[a-z][a-z-]*", pages)), named


# Examples that cannot end well beside the others of this world: their status, and what is said instead.
WHICH = (4, "you have several enrolments")
NOT_HERE = {**{f"pacer {words}": WHICH for words in ("leave", "week", "week 5", "map", "skills", "plan update --dry-run")}, "pacer watch": (124, "Watching")}
# Would take the whole screen, ask more than yes or no, or wait for a button: no terminal for these.
WITHOUT_TERMINAL = ("pacer inbox", "pacer intend w05-fr", "pacer doctor")


def examples(page):
    lines = page.split("\nExamples\n")[1].split("\n\n")[0].splitlines()
    assert lines and all(line.startswith("  pacer") for line in lines), page
    return [line.strip() for line in lines]


def run_example(world, line):
    """Done, or refused as the day stands; never misunderstood, and never about something that is not there."""
    if line in WITHOUT_TERMINAL:
        run = world.run(["sh", "-c", line], cwd=world.root / "home")
        status, shown = run.returncode, (run.stdout + run.stderr).decode()
    else:
        status, shown = Person(world).types(re.sub("^pacer watch", "timeout -s INT 0.3 pacer watch", line))
    expected, text = NOT_HERE.get(line.removesuffix(" --json"), (None, ""))
    good = text in shown and (status == expected or (expected is None and status in (0, 1)))
    return None if good else f"$ {line}\nended with {status}:\n{shown}"


def put_back(world, plans):
    """The plan files as they were, and the daemon has seen it."""
    for path in world.plans.iterdir():
        if path.name not in plans:
            path.unlink()
    for name, data in plans.items():
        (world.plans / name).write_bytes(data)

    def seen():
        with contextlib.suppress(VarlinkError):
            return all(world.call("ExportPlan", {"plan": name[:-4], "format": "ics"})["text"].encode() == data for name, data in plans.items())
    wait_for(seen, "the plans are as they were")


def test_every_help_page_has_examples_that_run(desk_with_holidays):
    """In a world where the names of the examples mean something. Before each page the plans are as they were."""
    world, home = desk_with_holidays, desk_with_holidays.root / "home"
    edit_the_sheet(world)
    world.add_plan("side-1", [{"day": 5, "time": "11:00", "title": "Side"}, {"day": 33, "time": "11:00", "title": "Side", "type": "race"}])
    world.start_clocked(FRIDAY)
    for plan in ("my-team", "first-steps-6"):
        world.pacer("plan", "new", plan, "--weeks", "6")
    for plan in ("customer-service-18", "side-1"):
        world.enroll(plan)
    world.set_clock(MONDAY)
    (home / "drafts").mkdir()
    for file, plan in (("draft.ics", "my-team"), ("my-team.csv", "my-team"), ("holiday-cover.ics", "my-team"), ("drafts/team.ics", "customer-service-18")):
        world.pacer("plan", "export", plan, "-o", home / file)
    pages, plans = helped(world), {path.name: path.read_bytes() for path in world.plans.iterdir()}
    bad = []
    assert len(pages) > 40, list(pages)
    for page in pages.values():
        for line in examples(page):
            pressed = threading.Thread(target=press_the_test_button(world)[1])
            if "--test" in line:
                pressed.start()
            bad.append(run_example(world, line))
            if "--test" in line:
                pressed.join()
        put_back(world, plans)
        world.pacer("resume")
        for more in {e["id"] for e in world.call("ListEnrollments")["enrollments"]} - {"e1", "e2"}:
            world.pacer("leave", more, "--yes")
    assert not any(bad), "\n".join(filter(None, bad))
