"""PyTorch's side of training.sh: trials of the same work as trainer_benchmark's.

Prints, per trial: SECONDS VALIDATION_ACCURACY BLAS. Exits with 3 where PyTorch
multiplies with the reference BLAS, which is many times slower than what anyone
would train with.
"""
import argparse
import pathlib
import sys
import time

import numpy
import torch
from torch import nn

TRAIN, BATCH, FEATURES, CLASSES = 45_000, 100, 3072, 10
EPOCH = TRAIN // BATCH
EVALUATION_ROWS = 1000


def cyclical(update, low=1e-5, high=1e-1, half_cycle=900):
    phase = update % (2 * half_cycle) / half_cycle
    return low + (high - low) * min(phase, 2 - phase)


# Hidden units, batch normalisation, momentum, learning rate, updates.
NETWORKS = {
    "reference": ([50], False, 0.0, cyclical, 8 * EPOCH),
    "course": ([50, 30], True, 0.7, lambda update: 0.03, 8 * EPOCH),
    "wide": ([2000], False, 0.0, lambda update: 0.01, EPOCH),
}


def blas_in_use():
    """The name of the optimised BLAS that this process has loaded, or None."""
    torch.ones(64, 64) @ torch.ones(64, 64)
    loaded = pathlib.Path("/proc/self/maps").read_text()
    known = ("openblas", "libmkl", "libblis", "libatlas")
    return next((name for name in known if name in loaded), None)


def read(folder):
    records = numpy.concatenate([
        numpy.fromfile(folder / f"data_batch_{i}.bin", numpy.uint8)
        for i in range(1, 6)
    ]).reshape(-1, 1 + FEATURES)
    images = torch.from_numpy(records[:, 1:].astype(numpy.float32))
    labels = torch.from_numpy(records[:, 0].astype(numpy.int64))
    deviation, mean = torch.std_mean(images[:TRAIN], dim=0, unbiased=False)
    return (images - mean) / deviation, labels


class OneAtATime:
    """The usual way: a model, its gradients and an optimiser."""

    def __init__(self, hidden, batch_norm, momentum):
        layers, inputs = [], FEATURES
        for units in hidden:
            layers.append(nn.Linear(inputs, units))
            if batch_norm:
                layers.append(nn.BatchNorm1d(units))
            layers.append(nn.ReLU())
            inputs = units
        self.model = nn.Sequential(*layers, nn.Linear(inputs, CLASSES))
        for layer in self.model:
            if isinstance(layer, nn.Linear):
                nn.init.normal_(layer.weight, std=layer.in_features**-0.5)
                nn.init.zeros_(layer.bias)
        parameters = list(self.model.parameters())
        self.optimizer = torch.optim.SGD(
            [{"params": [p for p in parameters if p.ndim == 2],
              "weight_decay": 2e-3},
             {"params": [p for p in parameters if p.ndim == 1]}],
            lr=1.0, momentum=momentum)

    def update(self, images, labels, rate):
        for group in self.optimizer.param_groups:
            group["lr"] = rate
        self.optimizer.zero_grad()
        nn.functional.cross_entropy(self.model(images), labels).backward()
        self.optimizer.step()

    def correct(self, images, labels):
        self.model.eval()
        right = (self.model(images).argmax(dim=1) == labels).sum().item()
        self.model.train()
        return right


class Fused:
    """Trials of two layers by hand as one: the first layers as one matrix, the
    second ones as a batched product, each trial with its own lambda."""

    def __init__(self, trials, units):
        self.trials, self.units = trials, units
        decay = 2 * torch.logspace(-5, -1, trials)
        first = torch.randn(trials * units, FEATURES) * FEATURES**-0.5
        second = torch.randn(trials, units, CLASSES) * units**-0.5
        self.parameters = [p.requires_grad_() for p in (
            first, torch.zeros(trials * units), second,
            torch.zeros(trials, 1, CLASSES))]
        self.decays = (decay.repeat_interleave(units)[:, None], None,
                       decay[:, None, None], None)

    def scores(self, images):
        first, first_bias, second, second_bias = self.parameters
        hidden = torch.addmm(first_bias, images, first.t()).relu()
        hidden = hidden.view(-1, self.trials, self.units).transpose(0, 1)
        return torch.baddbmm(second_bias, hidden, second)

    def update(self, images, labels, rate):
        scores = self.scores(images).reshape(-1, CLASSES)
        loss = nn.functional.cross_entropy(
            scores, labels.repeat(self.trials), reduction="sum") / len(images)
        gradients = torch.autograd.grad(loss, self.parameters)
        with torch.no_grad():
            for parameter, gradient, decay in zip(
                    self.parameters, gradients, self.decays):
                if decay is not None:
                    parameter.mul_(1 - rate * decay)
                parameter.sub_(gradient, alpha=rate)

    def correct(self, images, labels):
        right = self.scores(images).argmax(dim=2) == labels
        return right.sum().item() / self.trials


@torch.no_grad()
def accuracy(trained, images, labels):
    right = 0
    for first in range(0, len(images), EVALUATION_ROWS):
        rows = slice(first, first + EVALUATION_ROWS)
        right += trained.correct(images[rows], labels[rows])
    return right / len(images)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=pathlib.Path)
    parser.add_argument("--network", choices=NETWORKS, default="reference")
    parser.add_argument("--fused", type=int, metavar="TRIALS",
                        help="trials by hand as one; of the reference network")
    options = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(0)
    blas = blas_in_use()
    if blas is None:
        sys.exit(3)
    hidden, batch_norm, momentum, rate, updates = NETWORKS[options.network]
    images, labels = read(options.data)
    training = images[:TRAIN], labels[:TRAIN]
    validation = images[TRAIN:], labels[TRAIN:]
    trials = options.fused or 1
    trained = (Fused(trials, hidden[0]) if options.fused else
               OneAtATime(hidden, batch_norm, momentum))

    start = time.monotonic()
    for update in range(updates):
        step = update % EPOCH
        if step == 0:
            order = torch.randperm(TRAIN)
        rows = order[step * BATCH:(step + 1) * BATCH]
        trained.update(training[0][rows], training[1][rows], rate(update))
        if step == EPOCH - 1:
            validated = accuracy(trained, *validation)
    accuracy(trained, *training)
    seconds = time.monotonic() - start
    print(f"{seconds / trials:.4f} {validated:.4f} {blas}")


main()
