# The lit suite: structure and diagnostics of the compiler, unit tests, lint.
#
# Tiers: `quick` is everything but the folder `integration/slow`; `slow` is that
# folder; `all` is both (parameter `tier`, see tools/dev).
import os

import lit.formats

config.name = "cim-mlir"
config.test_format = lit.formats.ShTest(True)
config.suffixes = [".mlir", ".test", ".onnxtxt", ".pbtxt"]
config.excludes = ["Inputs", "models", "CMakeLists.txt", "README.md"]
config.test_source_root = os.path.dirname(__file__)
config.test_exec_root = config.cim_build + "/test"

if lit_config.params.get("tier", "quick") == "quick":
    config.excludes.append("slow")

bin_dir = config.cim_build + "/bin"
config.environment["PATH"] = os.pathsep.join([bin_dir, config.llvm_tools, config.environment["PATH"]])
config.environment["FILECHECK_OPTS"] = "--enable-var-scope --dump-input-filter=error"
for name in ("CIM_TEST_SEED", "CIM_TEST_RUNS", "CIM_RUNTIME_ISA"):
    if name in os.environ:
        config.environment[name] = os.environ[name]

config.substitutions += [
    ("%python", "/usr/bin/python3"),
    ("%models", config.test_source_root + "/models"),
    ("%fashion_mnist", "/usr/share/datasets/fashion-mnist"),
    ("%build", config.cim_build),
    ("%source", config.cim_source),
]
# Of the package libonnx-testdata, which nothing else needs.
if os.path.isdir("/usr/share/libonnx-testdata"):
    config.available_features.add("onnx-testdata")
# Of the packages g++-aarch64-linux-gnu and qemu-user-static, which nothing else needs.
if os.path.isdir("/usr/aarch64-linux-gnu/include/c++") and os.path.exists("/usr/bin/qemu-aarch64-static"):
    config.available_features.add("aarch64")
# One switch checks that every module any test prints can be read back.
roundtrip = " --verify-roundtrip" if "roundtrip" in lit_config.params else ""
config.substitutions.append((r"\bcim-opt\b", "cim-opt" + roundtrip))
