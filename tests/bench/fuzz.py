#!/usr/bin/python3
"""make fuzz: runs each fuzz program for a while from its corpus; what it finds goes to build/fuzz/runs. Status 1: something was found.

    fuzz.py --seconds N PROGRAM...

tests/fuzz/corpus/NAME holds the inputs of fuzz_NAME; new ones are kept in build/fuzz/runs/NAME and used again by the next run."""

import argparse
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CORPUS = ROOT / "tests" / "fuzz" / "corpus"
PLACE = ROOT / "build" / "fuzz" / "runs"
INPUT_S, MEMORY_MIB = 10, 1024  # for one input: DESIGN 10, bounded time and memory
RUNS, RATE, EDGES = r"stat::number_of_executed_units: *(\d+)", r"stat::average_exec_per_sec: *(\d+)", r"cov: (\d+)"
MORE_S = 60  # for starting and for reading the corpus, beyond the time of the run


def number(pattern, text):
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


def fuzz(program, seconds):
    """One line about the run, and whether it found something."""
    name = program.name.removeprefix("fuzz_")
    kept, seeds, log = PLACE / name, CORPUS / name, PLACE / f"{name}.log"
    kept.mkdir(parents=True, exist_ok=True)
    before = set(PLACE.glob(f"{name}-*-*"))
    argv = [program, f"-max_total_time={seconds}", f"-timeout={INPUT_S}", f"-rss_limit_mb={MEMORY_MIB}", f"-artifact_prefix={PLACE}/{name}-",
            "-print_final_stats=1", kept, *([seeds] if seeds.is_dir() else [])]
    with open(log, "wb") as out:
        try:
            status = subprocess.run(argv, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=out, stderr=out, timeout=seconds + MORE_S, check=False).returncode
        except subprocess.TimeoutExpired:
            status = "no end"
    text = log.read_text(errors="replace")
    found = sorted(path.name for path in set(PLACE.glob(f"{name}-*-*")) - before)
    line = (f"{number(RUNS, text):>9} runs {number(RATE, text):>6} a second {number(EDGES, text):>6} edges "
            f"{len(list(kept.iterdir())):>5} inputs kept")
    good = status == 0 and not found and number(RUNS, text) > 0
    print(f"  {'ok    ' if good else 'NOT OK'} {program.name:<16} {line}" + ("" if good else f"  status {status}, {' '.join(found)}, see {log}"), flush=True)
    if not good:
        print(text[-4000:], flush=True)
    return good


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=int, default=120)
    parser.add_argument("programs", nargs="+", type=pathlib.Path)
    options = parser.parse_args()
    PLACE.mkdir(parents=True, exist_ok=True)
    results = [fuzz(program.resolve(), options.seconds) for program in options.programs]
    sys.exit(0 if all(results) else 1)


main()
