#!/usr/bin/python3
"""Models with data in other files: external_data.py convert IN OUT | write FOLDER | shared OUT TENSORS. The second writes models that are read to
FOLDER/read, and models that are refused, with the diagnostic, to FOLDER/refused."""
import os
import struct
import sys

import onnx

DATA = struct.pack("<2f", 1.5, -2.5)

MODEL = """ir_version: 7
opset_import {{ version: 13 }}
graph {{
  input {{ name: "x" type {{ tensor_type {{ elem_type: 1 shape {{ dim {{ dim_value: 2 }} }} }} }} }}
  output {{ name: "y" }}
  node {{ op_type: "Add" input: "x" input: "w" output: "y" }}
  initializer {{ name: "w" data_type: 1 dims: 2 data_location: EXTERNAL {entries} }}
}}
"""

READ = {
    "plain": {"location": "data.bin"},
    "odd": {"location": "odd.bin", "offset": "1", "length": "8", "checksum": "unknown"},
    "folder": {"location": "./folder/data.bin", "length": "8"},
    "link": {"location": "link.bin", "offset": "0"},
    "large": {"location": "large.bin", "offset": str((10 << 30) - 8)},
}

REFUSED = {
    "error: 'location' is missing": [{}, {"location": ""}, {"offset": "0"}],
    "error: the location must be in the model's folder": [
        {"location": "/etc/passwd"}, {"location": "../read/data.bin"}, {"location": "folder/../data.bin"}],
    "error: the location contains a null character": [{"location": "data.bin\\000.txt"}],
    "error: a symbolic link leaves the model's folder": [
        {"location": "out.bin"}, {"location": "out/data.bin"}, {"location": "device"}, {"location": "sibling.bin"}],
    "error: cannot read the file: not a regular file": [
        {"location": "folder"}, {"location": "pipe"}],
    "error: cannot read the file: No such file or directory": [{"location": "none.bin"}],
    "error: cannot read the file: Too many levels of symbolic links": [{"location": "loop"}],
    "error: 'offset' must be a number, got '-4'": [{"location": "data.bin", "offset": "-4"}],
    "error: 'offset' must be a number, got '18446744073709551616'": [
        {"location": "data.bin", "offset": "18446744073709551616"}],
    "error: 'length' must be a number, got '8.0'": [{"location": "data.bin", "length": "8.0"}],
    "error: 'length' must be a number, got ''": [{"location": "data.bin", "length": ""}],
    "error: the data begins at 9, the file has 8 bytes": [{"location": "data.bin", "offset": "9"}],
    "error: the data has 9 bytes from 0 on, the file has 8": [{"location": "data.bin", "length": "9"}],
    "error: the data has 8 bytes from 4 on, the file has 8": [
        {"location": "data.bin", "offset": "4", "length": "8"}],
    "error: the data has 18446744073709551615 bytes from 4 on, the file has 8": [
        {"location": "data.bin", "offset": "4", "length": "18446744073709551615"}],
    "error: tensor 'w' of shape [2] needs 8 bytes of data, got 4": [
        {"location": "data.bin", "length": "4"}, {"location": "data.bin", "offset": "4"}],
}


def write_data(folder):
    os.makedirs(folder + "/folder")
    for name, data in {"data.bin": DATA, "odd.bin": b"?" + DATA + b"?", "folder/data.bin": DATA}.items():
        with open(f"{folder}/{name}", "wb") as file:
            file.write(data)


def write_model(path, entries, first_line=""):
    fields = " ".join(f'external_data {{ key: "{key}" value: "{value}" }}' for key, value in entries.items())
    with open(path, "w", encoding="utf-8") as file:
        file.write(first_line + MODEL.format(entries=fields))


def write_read(folder):
    write_data(folder)
    os.symlink("folder/data.bin", folder + "/link.bin")
    with open(folder + "/large.bin", "wb") as file:
        file.seek((10 << 30) - 8)
        file.write(DATA)
    for name, entries in READ.items():
        write_model(f"{folder}/{name}.pbtxt", entries)
    # As a cache of models has it: links to a model and its data elsewhere; and to the model alone.
    store = folder + "-store"
    write_data(store)
    os.rename(store + "/data.bin", store + "/blob")
    write_model(store + "/model", {"location": "cached.bin"})
    write_model(store + "/alone", {"location": "blob"})
    for link, target in {"cached.bin": "blob", "cached.pbtxt": "model", "alone.pbtxt": "alone"}.items():
        os.symlink(f"../read-store/{target}", f"{folder}/{link}")


def write_refused(root):
    folder = root + "/refused"
    data = root + "/refused-data"  # A sibling whose name begins like the folder's.
    write_data(folder)
    write_data(data)
    for link, target in {"out.bin": "../read/data.bin", "out": "../read", "device": "/dev/null",
                         "sibling.bin": "../refused-data/data.bin", "loop": "loop"}.items():
        os.symlink(target, f"{folder}/{link}")
    os.mkfifo(folder + "/pipe")
    cases = [(error, entries) for error, all_entries in REFUSED.items() for entries in all_entries]
    for number, (error, entries) in enumerate(cases):
        text = error.removeprefix("error: ")
        if not text.startswith("tensor"):
            location = entries.get("location", "").split("\\0")[0]
            text = f"tensor 'w': external data '{location}': {text}"
        write_model(f"{folder}/{number}.pbtxt", entries, f"# error: node 'y' (Add): {text}\n")


def write_shared(path, tensors):
    """Each of some tensors is all of a file of 256 MiB, which has two names."""
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    with open(folder + "/shared.bin", "wb") as file:
        file.truncate(1 << 28)
    info = [onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, [1 << 26]) for name in ("x", f"y{tensors}")]
    weights = []
    for i in range(tensors):
        weight = onnx.TensorProto(name=f"w{i}", data_type=1, dims=[1 << 26], data_location=onnx.TensorProto.EXTERNAL)
        weight.external_data.add(key="location", value=("./" if i % 2 else "") + "shared.bin")
        weights.append(weight)
    nodes = [onnx.helper.make_node("Add", [f"y{i}" if i else "x", f"w{i}"], [f"y{i + 1}"]) for i in range(tensors)]
    graph = onnx.helper.make_graph(nodes, "g", info[:1], info[1:], weights)
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 13)], ir_version=7)
    with open(path, "wb") as file:
        file.write(model.SerializeToString())


if sys.argv[1] == "shared":
    write_shared(sys.argv[2], int(sys.argv[3]))
elif sys.argv[1] == "convert":
    onnx.save(onnx.load(sys.argv[2]), sys.argv[3], save_as_external_data=True, size_threshold=0)
else:
    write_read(sys.argv[2] + "/read")
    write_refused(sys.argv[2])
