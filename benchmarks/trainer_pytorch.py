"""PyTorch's side of trainer_vs_pytorch.sh: the reference trial, once.

usage: trainer_pytorch.py FOLDER_OF_BIN_FILES
Prints SECONDS VALIDATION_ACCURACY TRAINING_ACCURACY BLAS. Exits with 3 where
PyTorch multiplies with the reference BLAS, which is many times slower than what
anyone would train with.
"""
import pathlib
import sys
import time

import numpy
import torch
from torch import nn

TRAIN, BATCH, HIDDEN, CLASSES = 45_000, 100, 50, 10
ETA_MIN, ETA_MAX, HALF_CYCLE, UPDATES = 1e-5, 1e-1, 900, 3600
PENALTY = 1e-3


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
    ]).reshape(-1, 1 + 3072)
    images = torch.from_numpy(records[:, 1:].astype(numpy.float32))
    labels = torch.from_numpy(records[:, 0].astype(numpy.int64))
    deviation, mean = torch.std_mean(images[:TRAIN], dim=0, unbiased=False)
    return (images - mean) / deviation, labels


def learning_rate(update):
    phase = update % (2 * HALF_CYCLE) / HALF_CYCLE
    return ETA_MIN + (ETA_MAX - ETA_MIN) * min(phase, 2 - phase)


def build():
    layers = [nn.Linear(3072, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, CLASSES)]
    for layer in layers[::2]:
        nn.init.normal_(layer.weight, std=layer.in_features**-0.5)
        nn.init.zeros_(layer.bias)
    return nn.Sequential(*layers)


@torch.no_grad()
def accuracy(model, images, labels):
    return (model(images).argmax(dim=1) == labels).float().mean().item()


def main():
    torch.set_num_threads(1)
    torch.manual_seed(0)
    blas = blas_in_use()
    if blas is None:
        sys.exit(3)
    images, labels = read(pathlib.Path(sys.argv[1]))
    validation = images[TRAIN:], labels[TRAIN:]
    model = build()
    weights = [p for p in model.parameters() if p.ndim == 2]
    biases = [p for p in model.parameters() if p.ndim == 1]
    optimizer = torch.optim.SGD(
        [{"params": weights, "weight_decay": 2 * PENALTY}, {"params": biases}],
        lr=ETA_MIN)
    loss_function = nn.CrossEntropyLoss()

    start = time.monotonic()
    for update in range(UPDATES):
        step = update % (TRAIN // BATCH)
        if step == 0:
            order = torch.randperm(TRAIN)
        for group in optimizer.param_groups:
            group["lr"] = learning_rate(update)
        rows = order[step * BATCH:(step + 1) * BATCH]
        optimizer.zero_grad()
        loss_function(model(images[rows]), labels[rows]).backward()
        optimizer.step()
        if step == TRAIN // BATCH - 1:
            validated = accuracy(model, *validation)
    trained = accuracy(model, images[:TRAIN], labels[:TRAIN])
    seconds = time.monotonic() - start
    print(f"{seconds:.3f} {validated:.4f} {trained:.4f} {blas}")


main()
