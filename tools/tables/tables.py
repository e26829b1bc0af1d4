#!/usr/bin/python3
"""Runs a grid of this folder with cim-sweep and prints its tables in Markdown.

A comment of the grid says how a table looks:
    # table: rows = precision; columns = weights.granularity, adc.granularity; value = top1
A row for each combination of values that the row keys have, a column for each of the column keys (none: one for each
value), in the order of the grid. Points that have other values of a key than `where = KEY=VALUE, ...` says are left out.
"""
import argparse
import glob
import json
import os
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "../demo"))
from table import print_table  # noqa: E402


def layouts(grid):
    """What the comments say: a dictionary of lists for each table."""
    for line in open(grid, encoding="utf-8"):
        if found := re.match(r"# table: (.*)", line):
            layout = {"rows": [], "columns": [], "value": ["top1"], "where": []}
            for part in found.group(1).split(";"):
                key, _, names = part.partition("=")
                if key.strip() not in layout:
                    sys.exit(f"tables: {grid}: a table has {', '.join(layout)}, got '{key.strip()}'")
                # A comma inside a value, such as that of a variation, is followed by no blank.
                layout[key.strip()] = [name.strip() for name in names.split(", ")]
            yield layout


def show(name, value):
    """A number as a table has it: accuracies and shares in percent."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if name in ("top1", "top1_std", "top1_worst", "clip_rate"):
        return f"{100 * value:.2f}"
    return f"{value:,.0f}" if abs(value) >= 1000 or value == int(value) else f"{value:.4g}"


def label(point, keys):
    """The values of the keys; of files the name alone."""
    return tuple(re.sub(r"\.(onnx|yaml)$", "", os.path.basename(point[key])) if key in point else "-" for key in keys)


def pivot(points, layout):
    """Lines of texts, the first of them the header."""
    known = set().union(*points)
    for name in layout["value"] + layout["rows"] + layout["columns"] + [condition.partition("=")[0] for condition in layout["where"]]:
        if name not in known:
            sys.exit(f"tables: no point has the key '{name}'")
    for condition in layout["where"]:
        key, _, value = condition.partition("=")
        points = [point for point in points if point.get(key) == value]
    cells, rows, columns = {}, [], []
    for point in points:
        row, column = label(point, layout["rows"]), label(point, layout["columns"])
        rows += [row] if row not in rows else []
        columns += [column] if column not in columns else []
        for name in layout["value"]:
            text = "failed" if "error" in point else show(name, point.get(name))
            cells.setdefault((row, column, name), []).append(text)
    named = len(layout["value"]) > 1 or not layout["columns"]
    heads = [(column, name) for column in columns for name in layout["value"]]
    header = layout["rows"] + [" / ".join(column + ((name,) if named else ())) for column, name in heads]
    return [header] + [list(row) + [" ".join(cells.get((row, *head), ["-"])) for head in heads] for row in rows]


def main():
    names = sorted(os.path.basename(path)[:-5] for path in glob.glob(os.path.join(HERE, "*.yaml")))
    parser = argparse.ArgumentParser(prog="tools/dev tables", description=__doc__.split("\n")[0])
    parser.add_argument("name", choices=names)
    parser.add_argument("--jobs", help="programs at a time (default: one per core)")
    parser.add_argument("--bin", required=True, help=argparse.SUPPRESS)
    args = parser.parse_args()
    grid = os.path.join(HERE, args.name + ".yaml")
    output = os.path.join(args.bin, "../tables", args.name)
    os.makedirs(os.path.dirname(output), exist_ok=True)
    command = [os.path.join(args.bin, "cim-sweep"), grid, "-o", output] + ([f"--jobs={args.jobs}"] if args.jobs else [])
    status = subprocess.run(command, check=False).returncode
    if not os.path.exists(output + ".jsonl"):
        sys.exit(status)
    with open(output + ".jsonl", encoding="utf-8") as file:
        points = [json.loads(line) for line in file]
    for number, layout in enumerate(layouts(grid)):
        if number:
            print()
        if layout["columns"]:
            print(f"columns: {' / '.join(layout['columns'] + ['value'] * (len(layout['value']) > 1))}\n")
        print_table(pivot(points, layout), right=True)
    sys.exit(status)


if __name__ == "__main__":
    main()
