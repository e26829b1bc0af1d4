"""Checks the accuracies that test/models/README.md and the project's README promise."""
import json
import subprocess
import sys

DATA = "/usr/share/datasets/fashion-mnist/"
PYTORCH = {"lenet": 8993, "resnet20": 9336}
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
    for name, expected in PYTORCH.items():
        model = f"{models}/{name}_fmnist.onnx"
        exact = correct(bin_dir, model, program, ["--digital"])
        ideal = correct(bin_dir, model, program,
                        ["--precision=w8a8", f"--calibration={DATA}train-images-idx3-ubyte.gz"])
        print(f"{name}: PyTorch {expected}, float {exact}, w8a8 ideal {ideal}")
        failed |= abs(exact - expected) > ALLOWED_IMAGES
        failed |= abs(ideal - exact) > ALLOWED_POINTS * 100
    sys.exit(failed)


main()
