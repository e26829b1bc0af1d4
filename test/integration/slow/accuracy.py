"""Checks the accuracies that the READMEs of test/models and of the project promise."""
import json
import subprocess
import sys

DATA = "/usr/share/datasets/fashion-mnist/"
PRODUCERS = {"lenet_fmnist.onnx": 8993, "tosa/lenet_torch_mlir.mlirbc": 8993,
             "tosa/lenet_tflite.mlirbc": 8993, "resnet20_fmnist.onnx": 9336,
             "tosa/lenet_int8_tflite.mlirbc": 8993, "tosa/resnet20_int8_tflite.mlirbc": 9334,
             "tosa/resnet20_torch_mlir.mlirbc": 9336, "tosa/vit_torch_mlir.mlirbc": 8685,
             "tosa/vit_tflite.mlirbc": 8687}
ALLOWED_IMAGES, ALLOWED_POINTS = 2, 0.3


def correct(bin_dir, model, program, arguments):
    """Correct test images of a model compiled with the arguments."""
    subprocess.run([f"{bin_dir}/cim-compile", model, "-o", program] + arguments, check=True)
    run = subprocess.run([f"{bin_dir}/cim-run", program, "--json",
                          f"--dataset={DATA}t10k-images-idx3-ubyte.gz",
                          f"--labels={DATA}t10k-labels-idx1-ubyte.gz"],
                         check=True, stdout=subprocess.PIPE, text=True)
    return json.loads(run.stdout)["correct"]


def main():
    bin_dir, models, program = sys.argv[1:]
    failed = False
    for name, expected in PRODUCERS.items():
        model = f"{models}/{name}"
        exact = correct(bin_dir, model, program, ["--digital"])
        ideal = correct(bin_dir, model, program,
                        ["--precision=w8a8", f"--calibration={DATA}train-images-idx3-ubyte.gz"])
        print(f"{name}: producer {expected}, float {exact}, w8a8 ideal {ideal}")
        failed |= abs(exact - expected) > ALLOWED_IMAGES
        failed |= abs(ideal - exact) > ALLOWED_POINTS * 100
    sys.exit(failed)


main()
