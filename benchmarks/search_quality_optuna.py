"""Optuna's samplers on the functions of search_quality.

Prints one line of JSON a study, as search_quality does. Run by
search_quality_report.py.
"""
import argparse
import csv
import json
import math
import warnings

import optuna

# That the QMC sampler is experimental.
warnings.simplefilter("ignore")


def branin(point):
    x, y = -5 + 15 * point[0], 15 * point[1]
    a = y - 5.1 / (4 * math.pi**2) * x**2 + 5 / math.pi * x - 6
    return a * a + 10 * (1 - 1 / (8 * math.pi)) * math.cos(x) + 10


HEIGHTS = (1.0, 1.2, 3.0, 3.2)
WIDTHS = ((10, 3, 17, 3.5, 1.7, 8), (0.05, 10, 17, 0.1, 8, 14),
          (3, 3.5, 1.7, 10, 17, 8), (17, 8, 0.05, 10, 0.1, 14))
CENTRES = ((0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886),
           (0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991),
           (0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650),
           (0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381))


def hartmann6(point):
    return -sum(
        height * math.exp(-sum(w * (x - c)**2
                               for w, x, c in zip(widths, point, centres)))
        for height, widths, centres in zip(HEIGHTS, WIDTHS, CENTRES))


def rosenbrock(point):
    x, y = -5 + 15 * point[0], -5 + 15 * point[1]
    return 100 * (y - x * x)**2 + (1 - x)**2


class Landscape:
    """As Landscape of search_quality/functions.h."""

    def __init__(self, file):
        with open(file, encoding="utf-8") as lines:
            rows = list(csv.DictReader(lines))
        last = max(int(row["epoch"]) for row in rows)
        rows = [row for row in rows if int(row["epoch"]) == last]
        self.etas = len({row["eta"] for row in rows})
        self.lambdas = len({row["lambda"] for row in rows})
        self.accuracies = [float(row["accuracy"] or 0.1) for row in rows]
        self.best = max(self.accuracies)

    def at(self, i, j):
        return self.accuracies[min(i, self.lambdas - 1) * self.etas +
                               min(j, self.etas - 1)]

    def __call__(self, point):
        x, y = point[0] * (self.lambdas - 1), point[1] * (self.etas - 1)
        i, j = int(x), int(y)
        u, v = x - i, y - j
        return self.best - (
            (1 - u) * ((1 - v) * self.at(i, j) + v * self.at(i, j + 1)) +
            u * ((1 - v) * self.at(i + 1, j) + v * self.at(i + 1, j + 1)))


SAMPLERS = {
    "random": lambda seed: optuna.samplers.RandomSampler(seed=seed),
    "qmc": lambda seed: optuna.samplers.QMCSampler(scramble=True, seed=seed),
    "tpe": lambda seed: optuna.samplers.TPESampler(seed=seed),
    "tpe, multivariate":
        lambda seed: optuna.samplers.TPESampler(seed=seed, multivariate=True),
    "cma_es": lambda seed: optuna.samplers.CmaEsSampler(seed=seed),
}


def study(function, dimensions, minimum, sampler, trials):
    regrets = []

    def objective(trial):
        point = [trial.suggest_float(f"x{i}", 0, 1) for i in range(dimensions)]
        value = function(point)
        regrets.append(min([value - minimum] + regrets[-1:]))
        return value

    optuna.create_study(sampler=sampler).optimize(objective, n_trials=trials)
    return regrets


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--landscape")
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--trials", type=int, default=100)
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    functions = [("branin", branin, 2, 0.39788735772973816),
                 ("hartmann6", hartmann6, 6, -3.32236801141551),
                 ("rosenbrock", rosenbrock, 2, 0)]
    if options.landscape:
        functions.append(
            ("landscape", Landscape(options.landscape), 2, 0))
    for name, function, dimensions, minimum in functions:
        for sampler, make in SAMPLERS.items():
            for seed in range(1, options.seeds + 1):
                try:
                    regrets = study(function, dimensions, minimum, make(seed),
                                    options.trials)
                except ModuleNotFoundError as error:
                    # Its CMA-ES needs a module that may not be there.
                    print(json.dumps({"function": name, "sampler": sampler,
                                      "missing": error.name}), flush=True)
                    break
                print(json.dumps({"function": name, "sampler": sampler,
                                  "seed": seed, "regrets": regrets}),
                      flush=True)


main()
