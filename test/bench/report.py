#!/usr/bin/python3
"""Tables of what cim-bench measures: report.py table BUILD [FILTER] | report.py compare BUILD_A BUILD_B [FILTER].

`table` prints each case in Markdown. `compare` runs each case of both builds by turns and prints the medians; it exits
with 1 if a case of B takes over 10 % more time than in A, or is gone, and with 2 if a build cannot be run.
"""
import argparse
import json
import re
import statistics
import subprocess
import sys

LIMIT = 1.10
MILLISECONDS = {"ns": 1e-6, "us": 1e-3, "ms": 1, "s": 1e3}
COLUMNS = ("MAC/s", "bound%", "dot%", "digits%", "lookup%", "/float", "/int8")


class BuildError(Exception):
    pass


def call(build, *arguments):
    try:
        return subprocess.run([f"{build}/bin/cim-bench", *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=True).stdout.decode()
    except (OSError, ValueError, subprocess.CalledProcessError) as error:
        raise BuildError(f"{build}: {error}") from None


def names(build, pattern):
    return call(build, "--benchmark_list_tests", f"--benchmark_filter={pattern}").split()


def measure(build, name, seconds):
    """The median of three repetitions of one case, with its time by Google Benchmark, a mean, in milliseconds."""
    text = call(build, f"--benchmark_filter=^{re.escape(name)}$", "--benchmark_format=json",
                f"--benchmark_min_time={seconds / 3}", "--benchmark_repetitions=3")
    try:
        found = next(case for case in json.loads(text)["benchmarks"] if case["name"] == f"{name}_median")
        return dict(found, mean=found["real_time"] * MILLISECONDS[found["time_unit"]])
    except (ValueError, KeyError, TypeError, StopIteration):
        raise BuildError(f"{build}: no median of '{short(name)}' in the JSON of Google Benchmark") from None


def median_times(*builds):
    """Of each build's cases, in milliseconds: by means where some have nothing else (attention, older builds)."""
    key = "ms" if all("ms" in case for cases in builds for case in cases) else "mean"
    return [statistics.median(case[key] for case in cases) for cases in builds]


def short(name):
    return name.removesuffix("/manual_time")


def table(options):
    print("| case | ms | G MAC/s | bound % | dot % | digits % | lookup % | / float | / int8 |")
    print("|---|" + "--:|" * 8)
    for name in names(options.build, options.filter):
        case = measure(options.build, name, options.seconds)
        values = [case.get(column) for column in COLUMNS]
        if values[0]:
            values[0] /= 1e9
        shown = ("" if value is None else f"{value:.2f}" if column.startswith("/") else f"{value:.0f}"
                 for column, value in zip(COLUMNS, values))
        print(f"| {short(name)} | {median_times([case])[0]:.3g} | " + " | ".join(shown) + " |", flush=True)
    return 0


def time_ratio(options, name):
    """Medians of both builds in milliseconds. A case that seems slower is measured up to three times as often."""
    cases = [], []
    while True:
        for turn in range(options.rounds):
            for i in (0, 1) if turn % 2 else (1, 0):
                cases[i].append(measure((options.before, options.after)[i], name, options.seconds))
        before, after = median_times(*cases)
        if after <= LIMIT * before or len(cases[0]) >= 3 * options.rounds:
            return before, after


def compare(options):
    before, after = names(options.before, options.filter), names(options.after, options.filter)
    failures = 0
    print("| case | A, ms | B, ms | B / A | |\n|---|--:|--:|--:|---|")
    for name in before + [name for name in after if name not in before]:
        numbers, verdict = "| |", "new"
        if name in before and name not in after:
            verdict = "GONE"
        elif name in before:
            a, b = time_ratio(options, name)
            numbers = f"{a:.3g} | {b:.3g} | {b / a:.2f}"
            verdict = "SLOWER" if b > LIMIT * a else "faster" if a > LIMIT * b else ""
        failures += verdict.isupper()
        print(f"| {short(name)} | {numbers} | {verdict} |", flush=True)
    print(f"\ncases that are gone or over 10 % slower: {failures}")
    return 1 if failures else 0


parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
commands = parser.add_subparsers(dest="command", required=True)
for function, builds in ((table, ["build"]), (compare, ["before", "after"])):
    command = commands.add_parser(function.__name__)
    command.set_defaults(function=function)
    for build in builds:
        command.add_argument(build)
    command.add_argument("filter", nargs="?", default=".")
    command.add_argument("--seconds", type=float, default=0.3, help="of a case in each run")
commands.choices["compare"].add_argument("--rounds", type=int, default=3, help="runs of each build")
options = parser.parse_args()
try:
    sys.exit(options.function(options))
except BuildError as error:
    print(f"error: {error}", file=sys.stderr)
    sys.exit(2)
except KeyboardInterrupt:
    sys.exit(130)
