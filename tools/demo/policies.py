#!/usr/bin/python3
"""Costs the published policies of CIM-AQ on real networks and compares with the published latencies.

Every row compiles a model as far as its costs need: mapped, with the widths of the policy, without calibration data. The
latency of the mapping dc is the published one (test/Cost/latencies.csv), those of of and dr follow the published formula
(test/Cost/mappings.csv). Costs do not depend on weights, so the models get any.
"""
import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile

import onnx

from table import print_table

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
COSTS = os.path.join(ROOT, "test/Cost")
sys.path += [COSTS, os.path.join(ROOT, "test/models/topologies")]
import fill
import published

FILES = {"resnet18": "resnet18", "vgg16": "vgg16", "vitb32": "vit_b_32"}
COLUMNS = ["model", "constraint", "drop", "cell bits", "mapping", "latency us", "published us", "writes", "published",
           "MVMs", "published", "speedup"]
HARDWARE = """crossbar:
  size: {{m: 256, n: 256}}
  resolution_weight_bits: {cell_bits}
  resolution_input_bits: 1
  mvm_write_latency: 56
  mvm_execute_latency: 1.4
mapper: {{mapping_type: {mapping}}}
"""


def read_rows(args):
    """The rows of mappings.csv that are asked for, as dictionaries."""
    with open(os.path.join(COSTS, "mappings.csv"), encoding="utf-8") as file:
        return [row for row in csv.DictReader(file)
                if row["mapping"] in args.mapping and (not args.model or row["model"] in args.model)]


def cost(args, row, policy, model, scratch):
    """The total of the report of one compilation."""
    target, widths, report = (os.path.join(scratch, name) for name in ("hardware_config.yaml", "policy.csv", "report.json"))
    with open(target, "w", encoding="utf-8") as file:
        file.write(HARDWARE.format(cell_bits=row["rcell"], mapping=row["mapping"]))
    with open(widths, "w", encoding="utf-8") as file:
        file.write("w_bits,a_bits\n" + "".join(f"{w},{a}\n" for w, a in policy))
    command = [os.path.join(args.bin, "cim-compile"), model, "--target=" + target, "--policy=" + widths, "--report=" + report]
    shape = fill.get_shapes(onnx.load(model, load_external_data=False))
    command += ["--shape={}={}".format(name, "x".join(map(str, sizes))) for name, sizes in shape.items()]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with open(report, encoding="utf-8") as file:
        return json.load(file)["total"]


def compare(row, total):
    """One row of the result, with whether everything is as published."""
    result = {key: row[key] for key in ("model", "constraint", "acc", "rcell", "mapping")}
    result["latency_us"], result["published_us"] = total["latency_us"], float(row["latency_us"])
    result["writes"], result["published_writes"] = total["writes"], int(row["mvm_writes"])
    result["executes"], result["published_executes"] = total["executes"], int(row["mvm_executes"])
    result["equal"] = abs(result["latency_us"] - result["published_us"]) < 0.05 and \
        result["writes"] == result["published_writes"] and result["executes"] == result["published_executes"]
    return result


def measure(args):
    """The results of all rows, model by model."""
    policies, results = published.policies(), []
    for name in FILES:
        rows = [row for row in read_rows(args) if row["model"] == name]
        with tempfile.TemporaryDirectory() as scratch:
            model = os.path.join(args.models or scratch, FILES[name] + ".onnx")
            if rows and not args.models:
                onnx.save(fill.fill(FILES[name]), model)
            for row in rows:
                policy = policies[row["model"], row["constraint"], row["acc"], int(row["rcell"])]
                results.append(compare(row, cost(args, row, policy, model, scratch)))
    return results


def print_results(results):
    """The table; speedups are against w8a8 on the same cells and mapping."""
    base = {(r["model"], r["rcell"], r["mapping"]): r["latency_us"] for r in results if r["constraint"] == "-"}
    lines = []
    for r in results:
        speedup = base[r["model"], r["rcell"], r["mapping"]] / r["latency_us"]
        lines.append([r["model"], "w8a8" if r["constraint"] == "-" else r["constraint"], r["acc"], r["rcell"], r["mapping"],
                      f"{r['latency_us']:.1f}", f"{r['published_us']:.1f}", str(r["writes"]), str(r["published_writes"]),
                      str(r["executes"]), str(r["published_executes"]), f"{speedup:.3f}"])
    print_table([COLUMNS] + lines, right=True)


def main():
    parser = argparse.ArgumentParser(prog="tools/dev policies", description=__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--models", metavar="FOLDER", help="a folder of models NAME.onnx (default: made without torch)")
    parser.add_argument("--model", action="append", choices=list(FILES), help="one of the models (may be repeated)")
    parser.add_argument("--mapping", action="append", choices=published.MAPPINGS,
                        help="how weights become cells (default: dc, the published one; may be repeated)")
    parser.add_argument("--json", action="store_true", help="print a list of objects")
    parser.add_argument("--bin", required=True, help=argparse.SUPPRESS)
    args = parser.parse_args()
    args.mapping = args.mapping or ["dc"]
    results = measure(args)
    if args.json:
        print(json.dumps(results, indent=2))
    else:
        print_results(results)
    different = sum(not result["equal"] for result in results)
    if different:
        sys.exit(f"policies: {different} of {len(results)} are not as published")


if __name__ == "__main__":
    main()
