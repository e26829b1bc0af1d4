#!/usr/bin/python3
"""Checks reports of cim-compile against report.schema.json, and that their numbers add up: check-report.py FILE...

Knows the words of JSON schema that report.schema.json uses and refuses others.
"""
import json
import math
import os
import sys

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
SUMS = ["write_latency_us", "execute_latency_us", "latency_us", "writes", "executes", "arrays", "conversions",
        "dequantize_multiplications", "energy_uj", "area_mm2", "tilings"]


def check(value, schema, root, path):
    """Fails unless the value is as the schema says."""
    def require(holds, rule):
        if not holds:
            sys.exit(f"{path}: must be {rule}, got {json.dumps(value)[:80]}")
    for word, rule in schema.items():
        if word == "$ref":
            check(value, root["$defs"][rule.rsplit("/", 1)[1]], root, path)
        elif word == "type":
            require(isinstance(value, TYPES[rule]) and (rule == "boolean" or not isinstance(value, bool)), rule)
        elif word == "enum":
            require(value in rule, rule)
        elif word in ("minimum", "maximum"):
            require(math.isfinite(value) and (value >= rule if word == "minimum" else value <= rule), f"{word} {rule}")
        elif word == "required":
            require(not set(rule) - set(value), f"an object with {sorted(set(rule) - set(value))}")
        elif word == "items":
            for i, item in enumerate(value):
                check(item, rule, root, f"{path}[{i}]")
        elif word == "properties":
            for key in set(rule) & set(value):
                check(value[key], rule[key], root, f"{path}.{key}")
        elif word == "additionalProperties":
            unknown = set(value) - set(schema.get("properties", {}))
            require(rule or not unknown, f"without {sorted(unknown)}")
            for key in unknown:
                check(value[key], rule, root, f"{path}.{key}")
        elif word not in ("$schema", "$defs", "title", "description"):
            sys.exit(f"report.schema.json: unknown word {word}")


def flatten(value):
    """The numbers of a nested object, in the order of its keys."""
    return [number for key in sorted(value) for number in flatten(value[key])] if isinstance(value, dict) else [value]


def check_sums(report):
    """Totals are sums over the layers, parts sum to their total, and latencies follow from their counts."""
    total, layers = report["total"], report["layers"]
    close = lambda a, b: math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9)
    for key in SUMS:
        sums = [math.fsum(numbers) for numbers in zip(*(flatten(layer[key]) for layer in layers))]
        assert all(map(close, flatten(total[key]), sums)), f"total.{key} is no sum"
    for costs in [total] + layers:
        for key in "energy_uj", "area_mm2":
            assert close(2 * costs[key]["total"], sum(costs[key].values())), f"{key}.total is no sum"
        assert close(costs["latency_us"], costs["write_latency_us"] + costs["execute_latency_us"])
    for layer in layers:
        crossbar = layer["crossbar"]
        assert close(layer["write_latency_us"], layer["writes"] * crossbar["write_latency_us"])
        tiling = layer["tilings"][layer["tiling"]]
        assert (tiling["arrays"], tiling["latency_us"]) == (layer["arrays"], layer["latency_us"])


def main():
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "report.schema.json"), encoding="utf-8") as file:
        schema = json.load(file)
    for name in sys.argv[1:]:
        with open(name, encoding="utf-8") as file:
            report = json.load(file)
        check(report, schema, schema, name)
        check_sums(report)
        print(f"{name}: {len(report['layers'])} layers")


if __name__ == "__main__":
    main()
