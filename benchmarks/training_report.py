"""Runs what training.sh compares, in turn, and prints one table of medians."""
import argparse
import json
import os
import pathlib
import platform
import statistics
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
FEATURES, CLASSES, BATCH = 3072, 10, 100
# The network's title, hidden units, updates, validations of 5,000 images; the
# 45,000 training images are evaluated once.
NETWORKS = {
    "reference": ("3072-50-10", [50], 3600, 8),
    "course": ("3072-50-30-10, batch norm, momentum", [50, 30], 3600, 8),
    "wide": ("3072-2000-10, one epoch", [2000], 450, 1),
}
# Trials side by side; wide networks are trained apart.
WIDTHS = {"reference": (1, 4, 10, 16), "course": (1, 10), "wide": (1,)}


# OpenBLAS takes its AVX2 path on processors newer than itself, unless told.
AVX512 = "avx512bw" in pathlib.Path("/proc/cpuinfo").read_text()
AVX512_CORE = "SKYLAKEX"


def work(network):
    """GFLOP of a trial's products: of its updates, and of its evaluations."""
    _, hidden, updates, validations = NETWORKS[network]
    layers = list(zip([FEATURES] + hidden, hidden + [CLASSES]))
    forward = 2 * sum(a * b for a, b in layers)
    backward = 2 * sum(a * b for a, b in layers[1:])
    training = updates * BATCH * (2 * forward + backward)
    evaluation = (validations * 5_000 + 45_000) * forward
    return training / 1e9, evaluation / 1e9


class Line:
    """One line of the table: a command and what its runs gave."""

    def __init__(self, network, title, command, precision="float32"):
        self.network, self.title = network, title
        self.command, self.precision = command, precision
        self.seconds, self.accuracies = [], []

    def run(self):
        environment = dict(os.environ, OMP_NUM_THREADS="1",
                           OPENBLAS_NUM_THREADS="1")
        if AVX512:
            environment["OPENBLAS_CORETYPE"] = AVX512_CORE
        done = subprocess.run(self.command, capture_output=True, text=True,
                              env=environment, check=False)
        if done.returncode != 0:
            hint = (": PyTorch found no optimised BLAS, install "
                    "libopenblas0-pthread" if done.returncode == 3 else "")
            sys.exit(f"{' '.join(self.command)} ended with "
                     f"{done.returncode}{hint}\n{done.stderr}")
        seconds, accuracy = done.stdout.split()[:2]
        self.seconds.append(float(seconds))
        self.accuracies.append(float(accuracy))

    def median(self):
        return statistics.median(self.seconds)


def make_lines(data, bin_folder):
    pytorch = ["/usr/bin/python3", str(HERE / "trainer_pytorch.py"),
               str(pytorch_folder(data))]
    etalon = [str(bin_folder / "trainer_benchmark"), str(data)]
    lines = []
    for network in NETWORKS:
        chosen = ["--network", network]
        lines.append(Line(network, "PyTorch, one at a time", pytorch + chosen))
        if network == "reference":
            lines.append(Line(network, "PyTorch, 10 fused by hand",
                              pytorch + chosen + ["--fused", "10"]))
        for precision in ("float32", "bfloat16"):
            for width in WIDTHS[network]:
                lines.append(Line(
                    network, f"Etalon, {precision}, {width} side by side",
                    etalon + chosen + ["--precision", precision, "--width",
                                       str(width)], precision))
        if network == "reference":
            for precision in ("float32", "bfloat16"):
                lines.append(Line(
                    network, f"Etalon, {precision}, 10 side by side, 2 cores",
                    etalon + ["--precision", precision, "--width", "10",
                              "--threads", "2"], precision))
    return lines


def pytorch_folder(data):
    nested = data / "cifar-10-batches-bin"
    return nested if nested.is_dir() else data


def peaks(bin_folder):
    """GFLOP/s of multiply-adds in registers, by precision; 0 where it has none."""
    done = subprocess.run(
        [str(bin_folder / "kernels_benchmark"), "--benchmark_filter=peak/",
         "--benchmark_format=json"],
        capture_output=True, text=True, check=True)
    found = {"float32": 0.0, "bfloat16": 0.0}
    for entry in json.loads(done.stdout)["benchmarks"]:
        precision = entry["name"].split("/")[1]
        # Absent where the processor has no such instruction.
        found[precision] = entry.get("FLOP/s", 0.0) / 1e9
    return found


def table(lines, peak):
    yield ("| network | who | s per trial | GFLOP/s | share of the peak | "
           "PyTorch's time over this | validation accuracy |")
    yield "|---|---|---|---|---|---|---|"
    base = {line.network: line.median() for line in lines
            if line.title == "PyTorch, one at a time"}
    for line in lines:
        rate = sum(work(line.network)) / line.median()
        cores = 2 if line.title.endswith("2 cores") else 1
        top = cores * peak[line.precision]
        share = f"{100 * rate / top:.0f} %" if top else "–"
        yield (f"| {NETWORKS[line.network][0]} | {line.title} | "
               f"{line.median():.3f} | {rate:.0f} | {share} | "
               f"{base[line.network] / line.median():.2f} | "
               f"{100 * statistics.mean(line.accuracies):.1f} % |")


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def report(lines, peak, runs):
    commit = subprocess.run(["git", "-C", str(HERE), "describe", "--always",
                             "--dirty"], capture_output=True, text=True,
                            check=False).stdout.strip()
    yield "# Training, against PyTorch"
    yield ""
    yield (f"Written by `benchmarks/training.sh DATA --report FILE` at commit "
           f"{commit}, on {os.cpu_count()} cores of {processor()}. Medians of "
           f"{runs} {'run' if runs == 1 else 'runs'}, alternating, one core but where two are said; the "
           "time holds the 5,000 validation images after every epoch and the "
           "45,000 training images once at the end. GFLOP/s and the share of "
           "the peak count all products, those of evaluations too; of the "
           f"reference trial's {sum(work('reference')):.0f} GFLOP "
           f"{work('reference')[0]:.0f} are its updates.")
    yield ""
    yield (f"The peaks, measured in the same run: {peak['float32']:.0f} GFLOP/s "
           "of float32 multiply-adds" +
           (f", {peak['bfloat16']:.0f} of bfloat16 products"
            if peak["bfloat16"] else "") + ", one core.")
    yield ""
    yield from table(lines, peak)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--report", type=pathlib.Path)
    options = parser.parse_args()
    if options.runs < 1:
        parser.error("--runs must be at least 1")
    lines = make_lines(options.data, options.bin)
    measured = []
    for run in range(options.runs):
        measured.append(peaks(options.bin))
        for line in lines:
            line.run()
            print(f"run {run + 1} of {options.runs}: {line.title}, "
                  f"{NETWORKS[line.network][0]}: {line.seconds[-1]:.3f} s",
                  file=sys.stderr)
        peak = {precision: statistics.median(each[precision]
                                             for each in measured)
                for precision in ("float32", "bfloat16")}
        text = "\n".join(report(lines, peak, run + 1)) + "\n"
        # After every run, so that one that is stopped keeps those before.
        if options.report:
            options.report.write_text(text, encoding="utf-8")
    print(text)


main()
