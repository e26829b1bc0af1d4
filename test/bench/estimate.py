#!/usr/bin/python3
"""Estimates the innermost loops of the AVX-512 kernels of a build by llvm-mca: estimate.py BUILD.

For machines that have no AVX-512 to measure with. A loop counts if it is mostly vpdpbusd, or vpshufb and additions of bytes.
Its rate is that of multiplications of such instructions, 64 or 256 each, in a cycle; the share is that of the bare
vpdpbusd loop. What is outside of innermost loops is not part of the estimate.
"""
import re
import subprocess
import sys

CPUS = ("icelake-server", "sapphirerapids", "znver4")
# Multiplications of an instruction on 512 bits.
PRODUCTS = {"vpdpbusd": 64, "vpmaddubsw": 64, "vpshufb": 256}


def functions(path):
    """(name, [(address, instruction)]) of each function."""
    text = subprocess.run(["llvm-objdump-22", "-d", "-C", "--no-show-raw-insn", "--no-leading-headers", path],
                          check=True, capture_output=True, text=True).stdout
    for name, body in re.findall(r"^[0-9a-f]+ <(.*)>:\n((?: .*\n)*)", text, re.M):
        yield name, [(int(address, 16), code.split(" #")[0].strip())
                     for address, code in re.findall(r"^ *([0-9a-f]+):\s+(.*)$", body, re.M)]


def innermost_loops(code):
    """Instructions from the target of a backward jump to the jump, with no other such jump between."""
    position = {address: i for i, (address, _) in enumerate(code)}
    begin = -1
    for i, (address, instruction) in enumerate(code):
        jump = re.match(r"j\w+\s+0x([0-9a-f]+) <", instruction)
        if not jump or int(jump[1], 16) > address or int(jump[1], 16) not in position:
            continue
        target = position[int(jump[1], 16)]
        if target > begin:
            yield [text for _, text in code[target:i]]
        begin = max(begin, target)


def products(loop):
    """Multiplications of one round; 0 if they are less than a sixth of the instructions: tables are made, say."""
    counts = {name: sum(line.split()[0] == name and "%zmm" in line for line in loop) for name in PRODUCTS}
    name = max(PRODUCTS, key=lambda name: counts[name] * PRODUCTS[name])
    if counts[name] * 6 < len(loop) or (name == "vpshufb" and not any(line.startswith("vpaddb") for line in loop)):
        return 0
    return counts[name] * PRODUCTS[name]


def cycles(loop, cpu):
    body = "\n".join(re.sub(r"^(j\w+)\s+.*", r"\1 0", line) for line in loop)
    out = subprocess.run(["llvm-mca-22", "-mcpu=" + cpu, "-mattr=+avx512vnni", "--instruction-info=0",
                          "--resource-pressure=0", "-iterations=200"],
                         input=body, check=True, capture_output=True, text=True).stdout
    return int(re.search(r"Total Cycles: +(\d+)", out)[1]) / 200


def rates(path):
    for name, code in functions(path):
        for loop in innermost_loops(code):
            if products(loop):
                yield name, loop, [products(loop) / cycles(loop, cpu) for cpu in CPUS]


def main(build):
    bare = list(rates(build + "/test/bench/CMakeFiles/cim-bench.dir/BareLoops.cpp.o"))
    kernels = list(rates(build + "/runtime/CMakeFiles/CimMvm.dir/lib/kernels/MvmAvx512.cpp.o"))
    reference = next(rate for name, _, rate in bare if "dotAvx512" in name)
    print("| loop | instructions | " + " | ".join(CPUS) + " |\n|---|--:|" + "--:|" * len(CPUS))
    rows = []
    for name, loop, rate in bare + kernels:
        name = re.sub(r"\(anonymous namespace\)::|cim::\w+::|^void |\(.*", "", name)
        shares = (f"{value:.0f} ({100 * value / dot:.0f} %)" for value, dot in zip(rate, reference))
        rows.append(f"| {name} | {len(loop)} | " + " | ".join(shares) + " |")
    print("\n".join(dict.fromkeys(rows)))


if len(sys.argv) != 2:
    sys.exit("usage: estimate.py BUILD")
main(sys.argv[1])
