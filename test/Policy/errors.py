#!/usr/bin/python3
"""Policies that are refused, one each, with what is said: errors.py MODULE FOLDER.

MODULE has the matrix product `fc` of 4 rows and 2 columns, the attention product `qk` and the
convolution `g` of 2 groups. A case is the text of a policy with a ^ where the error is, and a part of
what it says; those of other files tell the place. The run must end by that one error.
"""
import io
import os
import subprocess
import sys

import numpy


def layer(name, text):
    """A policy of one layer, which is where the error is if not marked otherwise."""
    return '{"layers": [%s{"name": "%s", %s}]}' % ("" if "^" in text else "^", name, text)


def part(text):
    """A policy that sets a part of the layer `fc`."""
    return layer("fc", text)


WORDS = "layer, channel, array, column"
JSON = [
    # The text.
    ("^", "a policy must be an object, got the end of the file"),
    ("^[]", "a policy must be an object, got an array"),
    ("{} ^{}", "expected the end of the file, got an object"),
    ("{^", "a key must be a string, got the end of the file"),
    ("{^1: 2}", "a key must be a string, got '1'"),
    ('{"layers" ^[]}', "expected ':', got an array"),
    ('{"layers": []^', "expected '}' or ',', got the end of the file"),
    ('{"layers": [],^}', "a key must be a string, got '}'"),
    ('{"layers": [^{} {}]}', "layers[0]: the key 'name' is missing"),
    ('{"layers": [{"name": "fc"} ^{"name": "g"}]}', "expected ']' or ',', got an object"),
    ('{"layers": [{"name": "fc^\n"}]}', "invalid control character in a string"),
    ('{"layers": [{"name": "fc^', "a string does not end"),
    ('{"layers": [{"name": "\\x^"}]}', "invalid escape in a string"),
    ('{"layers": [{"name": "\\u^00g0"}]}', "invalid escape in a string"),
    ('{"layers": [{"name": "\\ud800^"}]}', "invalid escape in a string"),
    ('{"layers": [{"name": "\\ud800\\u0041^"}]}', "invalid escape in a string"),
    ('{"layers": [{"name": "\\udc00^"}]}', "invalid escape in a string"),
    ('{"layers": [{"name": "\\u^', "invalid escape in a string"),
    (b'{"layers": [{"name": "^\xff"}]}', "a policy must be UTF-8 text, got byte 255"),
    (b"^\xff\xfe{\x00}\x00", "a policy must be UTF-8 text, got byte 255"),
    ("^" + "[" * 1000000, "a policy must be an object, got an array"),
    ('{"default": {^' + '"default": {' * 1000000, "'default' has the unknown key 'default'"),
    # Keys.
    ('{^"layer": []}', "a policy has the unknown key 'layer', expected one of calibration, default, "
     "layers"),
    ('{"calibration": ^"data"}', "'calibration' must be random, got 'data'"),
    ('{"calibration": ^true}', "'calibration' must be a string, got 'true'"),
    ('{\n "layers": [],\n ^"layers": []}', "the key 'layers' of a policy is given twice"),
    ('{"layers": ^{}}', "'layers' must be an array, got an object"),
    ('{"layers": [^5]}', "layers[0] must be an object, got '5'"),
    ('{"layers": [{"name": ^5}]}', "layers[0]: 'name' must be a string, got '5'"),
    ('{"layers": [^{"name": ""}]}', "the key 'name' is missing"),
    ('{"default": {^"name": "fc"}}',
     "'default' has the unknown key 'name', expected one of weight, activation, adc, mapping"),
    ('{"layers": [{"name": "fc"},\n ^{"name": "fc"}]}', "layer 'fc': the layer is given twice"),
    ('{"layers": [^{"name": "fd"}]}',
     "layer 'fd': there is no mapped layer of this name; '--dump-policy' lists the mapped layers"),
    (part('^"bits": 3'), "unknown key 'bits', expected one of name, weight, activation, adc, mapping"),
    (part('"weight": {^"zero_point": 3}'),
     "layer 'fc': 'weight' has the unknown key 'zero_point', expected one of bits, granularity, range, scale"),
    (part('"activation": {^"range": "full"}'),
     "layer 'fc': 'activation' has the unknown key 'range', expected one of bits, zero_point, scale"),
    (part('"adc": {^"step": 1}'), "layer 'fc': 'adc' has the unknown key 'step', expected one of kind, bits"),
    (part('"mapping": {^"crossbar": {}}'),
     "layer 'fc': 'mapping' has the unknown key 'crossbar', expected one of kind, tiling, input_encoding, slice_rule"),
    ('{"layers": [^{"name": "%s"}]}' % ("x" * 1000000), f"layer '{'x' * 200}...': there is no mapped layer of this name"),
    (layer("x" * 1000000, '"adc": {^"bias": 1}'), f"layer '{'x' * 200}...': 'adc' has the unknown key 'bias', expected"),
    ('{^"%s": 1}' % ("x" * 1000000), f"a policy has the unknown key '{'x' * 200}...', expected"),
    (part('"adc": {"kind": ^"%s"}' % ("x" * 1000000)), f"got '{'x' * 200}...'"),
    (part('"weight": ^4'), "layer 'fc': 'weight' must be an object, got '4'"),
    (part('"weight": {"bits": 4, ^"bits": 4}'), "the key 'bits' of layer 'fc': 'weight' is given twice"),
    # Values.
    (part('"weight": {"bits": ^0}'), "layer 'fc': 'weight.bits' must be an integer in 1..8, got '0'"),
    (part('"weight": {"bits": ^9}'), "layer 'fc': 'weight.bits' must be an integer in 1..8, got '9'"),
    (part('"weight": {"bits": ^4.0}'), "'weight.bits' must be an integer in 1..8, got '4.0'"),
    (part('"weight": {"bits": ^04}'), "'weight.bits' must be an integer in 1..8, got '04'"),
    (part('"weight": {"bits": ^"4"}'), "'weight.bits' must be an integer in 1..8, got '4'"),
    (part('"weight": {"bits": ^null}'), "'weight.bits' must be an integer in 1..8, got 'null'"),
    (part('"weight": {"bits": ^99999999999999999999}'), "must be an integer in 1..8, got '99999999999999999999'"),
    (part('"weight": {"bits": ^[4]}'), "'weight.bits' must be an integer in 1..8, got an array"),
    (part('"weight": {"granularity": ^"row"}'), f"'weight.granularity' must be one of {WORDS}, got 'row'"),
    (part('"weight": {"granularity": ^1}'), "layer 'fc': 'weight.granularity' must be a string, got '1'"),
    (part('"weight": {"range": ^"wide"}'), "'weight.range' must be one of narrow, full, got 'wide'"),
    (part('"activation": {"bits": ^0}'), "'activation.bits' must be an integer in 1..8, got '0'"),
    (part('"activation": {"bits": ^9}'), "'activation.bits' must be an integer in 1..8, got '9'"),
    (part('"activation": {"zero_point": ^-1}'), "'activation.zero_point' must be an integer in 0..255, got '-1'"),
    (part('"activation": {"zero_point": ^256}'), "'activation.zero_point' must be an integer in 0..255, got '256'"),
    (part('"adc": {"kind": ^"cubic"}'), "'adc.kind' must be one of ideal, linear, table, got 'cubic'"),
    (part('"adc": {"bits": ^0}'), "'adc.bits' must be an integer in 1..16, got '0'"),
    (part('"adc": {"bits": ^17}'), "'adc.bits' must be an integer in 1..16, got '17'"),
    (part('"adc": {"granularity": ^"row"}'), f"'adc.granularity' must be one of {WORDS}, got 'row'"),
    (part('"adc": {"range": ^"wide"}'), "'adc.range' must be one of narrow, full, got 'wide'"),
    (part('"adc": {"placement": ^"input"}'), "'adc.placement' must be one of partial_sum, preactivation, got 'input'"),
    (part('"mapping": {"kind": ^"none"}'), "'mapping.kind' must be one of differential_column, "
     "differential_row, offset, twos_complement, got 'none'"),
    (part('"mapping": {"tiling": ^"none"}'), "'mapping.tiling' must be one of kernel_intact, dense, got 'none'"),
    (part('"mapping": {"input_encoding": ^"none"}'),
     "'mapping.input_encoding' must be one of offset, twos_complement, differential, got 'none'"),
    (part('"mapping": {"slice_rule": ^"none"}'), "'mapping.slice_rule' must be one of published, magnitude, got 'none'"),
    (part('"mapping": {"slices": ^2}'), "layer 'fc': 'mapping.slices' must be an array, got '2'"),
    (part('"mapping": {"slices": [1, ^0]}'), "layer 'fc': 'mapping.slices' must be an integer in 1..8, got '0'"),
    (part('"mapping": {"slices": [1, ^9]}'), "layer 'fc': 'mapping.slices' must be an integer in 1..8, got '9'"),
    ('{"default": {"weight": {"bits": ^9}}}', "default: 'weight.bits' must be an integer in 1..8, got '9'"),
    # What a layer makes of values that are good alone.
    (part('"weight": {"granularity": "column", "scale": [0.5, 0.25]}'),
     "layer 'fc': 'weight': 'scale' must have rank 2 for its granularity, got 1"),
    (part('"weight": {"granularity": "column", "scale": [[0.5, 0.25, 0.125]]}'),
     "layer 'fc': 'cim.matmul' op 'weight.scale' must have shape [1, 2], got [1, 3]"),
    (part('"weight": {"scale": [0.5, 0.25, 0.125]}'), "op 'weight.scale' must have shape [2], got [3]"),
    (part('"weight": {"bits": 1, "range": "full"}'), "layer 'fc': 'weight': 'range' must be narrow for 1 bit, got full"),
    (part('"weight": {"bits": 1, "beta": [0.5, 1]}'),
     "layer 'fc': 'weight.split' and 'weight.beta' need a 'weight.scale', got none"),
    (part('"weight": {"bits": 1, "split": [0.5, 1]}'),
     "layer 'fc': 'weight.split' and 'weight.beta' need a 'weight.scale', got none"),
    (part('"weight": {"bits": 1, "scale": [1, 1], "beta": [1, 2, 3]}'),
     "layer 'fc': 'weight': 'beta' must have the shape of 'scale', got 'tensor<3xf32>'"),
    (part('"weight": {"bits": 2, "scale": [1, 1], "split": [1, 2]}'),
     "layer 'fc': 'weight': 'split' must be absent unless there is 1 bit, got 2 bits"),
    (part('"weight": {"beta": ^1e39}'), "'weight.beta' must be a finite float32, got '1e39'"),
    (part('"activation": {"zero_point": 3}'),
     "layer 'fc': 'activation.zero_point' needs an 'activation.scale', got none"),
    (part('"activation": {"bits": 4, "zero_point": 16, "scale": 1}'),
     "layer 'fc': 'activation': 'zero_point' must be in 0..15, got 16"),
    (part('"adc": {"granularity": "channel"}'),
     "layer 'fc': 'adc': 'granularity' must be layer, array or column, got channel"),
    (part('"adc": {"kind": "ideal", "scale": 2}'), "layer 'fc': 'adc': 'scale' and 'offset' must be absent for kind ideal"),
    (part('"adc": {"bits": 4, "offset": 2}'), "layer 'fc': 'adc': 'offset' must have the shape of 'scale'"),
    (part('"adc": {"bits": 4, "granularity": "column", "scale": [[[1, 2]]]}'),
     "op 'adc.scale' must have shape [1, 4, 2], got [1, 1, 2]"),
    (part('"adc": {"kind": "table", "bits": 2, "scale": 1, "thresholds": [0, 1]}'),
     "layer 'fc': 'adc': 'scale', 'thresholds' and 'levels' must be given together, got 2 of them"),
    (part('"adc": {"kind": "table", "bits": 2, "scale": 1, "thresholds": [1, 1], "levels": [1, 2, 3]}'),
     "layer 'fc': 'adc': 'thresholds' must increase strictly along the last axis, got 1 after 1"),
    (part('"adc": {"kind": "table", "bits": 2, "scale": 1, "thresholds": [1, 2], "levels": [1, 2, 3], "reference_unit": 2}'),
     "layer 'fc': 'adc': 'thresholds' must be multiples of the 'reference_unit' 2, got 1"),
    (part('"adc": {"kind": "linear", "reference_unit": 2}'),
     "layer 'fc': 'adc': 'reference_unit' must be 1 unless the kind is table, got 2"),
    (part('"adc": {"kind": "table", "reference_unit": ^257}'),
     "layer 'fc': 'adc.reference_unit' must be an integer in 1..256, got '257'"),
    (part('"adc": {"kind": "table", "bits": 8, "scale": 1, "thresholds": %s, "levels": %s}'
          % ([*range(100), 98], [0] * 102)),
     "layer 'fc': 'adc': 'thresholds' must increase strictly along the last axis, got 98 after 99"),
    (part('"adc": {"kind": "table", "bits": 2, "scale": 1, "thresholds": [0, 16777216], "levels": [1, 2, 3]}'),
     "layer 'fc': 'adc': 'thresholds' must be in -16777215..16777215, got 16777216"),
    (part('"adc": {"kind": "linear", "placement": "preactivation"}'),
     "layer 'fc': 'adc': 'adc.placement' must be partial_sum unless the kind of the ADC is table, got preactivation"),
    (part('"adc": {"kind": "table", "placement": "preactivation", "granularity": "array"}'),
     "layer 'fc': 'adc': 'adc.granularity' must be layer or column for placement preactivation, got array"),
    (part('"weight": {"granularity": "column"}, "adc": {"kind": "table", "placement": "preactivation"}'),
     "'weight.granularity' must be layer or channel for an ADC of placement preactivation, got column"),
    (part('"adc": {"kind": "table", "bits": 1, "scale": 1, "thresholds": [0, 1], "levels": [0, 1, 2]}'),
     "layer 'fc': 'adc': 'thresholds' must have a last axis of 1..1 for 1 bits, got 2"),
    (part('"mapping": {"slices": [1, 1]}'), "layer 'fc': "),
    (part('"mapping": {"slices": [3]}'), "layer 'fc': 'mapping': 'slices' must be"),
    (part('"adc": {"kind": "linear", "bits": 1}'), "'adc.bits' must be"),
    (part('"mapping": {"kind": "offset", "slice_rule": "magnitude"}'), "layer 'fc': 'mapping': 'slice_rule' must be"),
    (part('"mapping": {"input_encoding": "twos_complement"}, "activation": {"bits": 4, "scale": 1}'),
     "op 'activation.zero_point' must be 8 for input_encoding twos_complement, got 0"),
    (layer("qk", '"weight": {"granularity": "column"}'), "op 'weight.granularity' must be layer for a computed weight"),
    (layer("g", '"weight": {"granularity": "array", "scale": [1]}'), "op 'weight.scale' must have shape [2, 1], got [1]"),
    ('{"default": ^{"weight": {"granularity": "layer", "scale": 1}, "mapping": {"kind": "offset", '
     '"slice_rule": "magnitude"}}}', "layer 'g': 'mapping': 'slice_rule' must be"),
]
for section in ("weight", "activation", "adc"):
    for value in ("0", "-0.5", "1e-39", "1e400", "-1e400", "NaN", "Infinity", "1.", ".5", "1e", "+1", "0x1", "1_0",
                  "true", '"1"'):
        JSON.append((part(f'"{section}": {{"scale": ^{value}}}'),
                     f"layer 'fc': '{section}.scale' must be a normal and positive float32, got '{value.strip(chr(34))}'"))
for section in ("weight", "adc"):
    for value, message in (
            ("[[[[^[1]]]]]", "must be nested at most 4 deep, got an array"),
            ("[[[[^" + "[" * 1000000, "must be nested at most 4 deep, got an array"),
            ("[1, ^[2]]", "must be a number here as before, got an array"),
            ("[[1], ^2]", "must be an array here as before, got '2'"),
            ("[[1, 2], ^[3]]", "must have arrays of one size, 1 or more, at each depth, got 2 and 1 elements"),
            ("^[]", "must have arrays of one size, 1 or more, at each depth, got 1 and 0 elements"),
            ("^{}", "must be a normal and positive float32, got an object")):
        JSON.append((part(f'"{section}": {{"scale": {value}}}'), f"'{section}.scale' {message}"))
for key, low, high in (("offset", -16777215, 16777215), ("thresholds", -2147483648, 2147483647), ("levels", -32768, 32767)):
    for value in (low - 1, high + 1, 0.5):
        JSON.append((part(f'"adc": {{"{key}": [{high}, {low}, ^{value}]}}'),
                     f"layer 'fc': 'adc.{key}' must be an integer in {low}..{high}, got '{value}'"))


def npy(array):
    buffer = io.BytesIO()
    numpy.save(buffer, array)
    return buffer.getvalue()


HINT = "; '--dump-policy' lists the mapped layers"
OTHERS = [
    ("p.csv", "", "0:0", "the first line must be 'w_bits,a_bits', got an empty file"),
    ("p.csv", "w,a\n", "1:1", "the first line must be 'w_bits,a_bits', got 'w,a'"),
    ("p.csv", "w_bits,a_bits\n8,8\n8,9\n8,8\n", "3:1", "row 1: 'a_bits' must be an integer in 1..8, got '9'"),
    ("p.csv", "w_bits,a_bits\n8,8\n0,8\n8,8\n", "3:1", "row 1: 'w_bits' must be an integer in 1..8, got '0'"),
    ("p.csv", "w_bits,a_bits\n8\n", "2:1", "row 0: 'a_bits' must be an integer in 1..8, got ''"),
    ("p.csv", "w_bits,a_bits\n8,8,8\n", "2:1", "row 0: 'a_bits' must be an integer in 1..8, got '8,8'"),
    ("p.csv", "w_bits,a_bits\n8,8\n8,8\n1,8", "4:1", "op 'weight.bits' must be at least 2 for a computed weight, got 1"),
    ("p.csv", "w_bits,a_bits\r\n8,8\r\n", "0:0", "must have a row for each of 3 mapped layers, got 1" + HINT),
    ("p.csv", "w" * 10000000, "1:1", f"the first line must be 'w_bits,a_bits', got '{'w' * 40}'"),
    ("p.csv", b"\xff\xfe", "1:1", "a policy must be UTF-8 text, got byte 255"),
    ("p.npy", npy(numpy.full((4, 2), 8)), "0:0", "must have a row for each of 3 mapped layers, got 4" + HINT),
    ("p.npy", npy(numpy.full((3, 3), 8)), "0:0", "an array of shape [layers, 2] is needed, got [3, 3]"),
    ("p.npy", npy(numpy.full((6,), 8)), "0:0", "an array of shape [layers, 2] is needed, got [6]"),
    ("p.npy", npy(numpy.array([[8, 8], [8, 9], [8, 8]])), "0:0", "row 1: 'a_bits' must be an integer in 1..8, got 9"),
    ("p.npy", npy(numpy.array([[8, 8], [0, 8], [8, 8]])), "0:0", "row 1: 'w_bits' must be an integer in 1..8, got 0"),
    ("p.npy", npy(numpy.array([[8, 8], [8, 4.5], [8, 8]])), "0:0", "row 1: 'a_bits' must be an integer in 1..8, got 4.5"),
    ("p.npy", npy(numpy.array([[8, 8], [8, numpy.nan], [8, 8]])), "0:0", "row 1: 'a_bits' must be an integer in 1..8, got nan"),
    ("p.npy", npy(numpy.array([[8, 8], [numpy.inf, 8], [8, 8]])), "0:0", "row 1: 'w_bits' must be an integer in 1..8, got INF"),
    ("p.npy", npy(numpy.full((3, 2), 8))[:-1], "0:0", "p.npy"),
    ("p.npy", b"", "0:0", "p.npy"),
    ("p.txt", "", "0:0", "a policy must end in .json, .csv or .npy"),
    ("huge.json", "", "0:0", "a policy must have at most 1073741824 bytes, got 1073741825"),
    ("p.json", None, "0:0", "there is no such regular file"),
    ("p.csv", None, "0:0", "there is no such regular file"),
    ("p.npy", None, "0:0", "p.npy"),
]


def find_place(text):
    """The text without the mark, and the line and column of the mark."""
    mark = text.find(b"^")
    before = text[:max(mark, 0)]
    return text.replace(b"^", b"", 1), f"{before.count(10) + 1}:{mark - before.rfind(10)}"


def run(module, path, place, message):
    """Returns what is wrong with how a policy is refused, or nothing."""
    result = subprocess.run(["cim-opt", module, "--cim-assign-precision", "--cim-apply-policy=file=" + path],
                            capture_output=True, text=True, errors="replace", timeout=60)
    errors = [line for line in result.stderr.splitlines() if "error: " in line]
    if result.returncode != 1 or len(errors) != 1:
        return f"exit code {result.returncode}, {result.stderr[:300]!r}"
    if message not in errors[0] or not errors[0].startswith(f"{path}:{place}: error: "):
        return errors[0]
    return None


def main(module, folder):
    wrong = 0
    cases = [("p.json", *find_place(text if isinstance(text, bytes) else text.encode()), message)
             for text, message in JSON] + OTHERS
    for name, content, place, message in cases:
        path = os.path.join(folder, name)
        if os.path.exists(path):
            os.remove(path)
        if content is not None:
            with open(path, "wb") as file:
                file.write(content if isinstance(content, bytes) else content.encode())
                if name == "huge.json":
                    file.truncate((1 << 30) + 1)
        found = run(module, path, place, message)
        if found:
            wrong += 1
            print(f"{str(content)[:120]!r}\n  expected {place}: {message}\n  got      {found}")
    os.remove(os.path.join(folder, "huge.json"))
    print(f"{len(cases)} policies, {wrong} refused wrongly or not at all")
    return wrong != 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
