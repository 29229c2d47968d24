"""Trials a second of Optuna: ask and tell, random sampler, two parameters.

Prints one line of JSON. Run by coordinator_report.py.
"""
import argparse
import json
import math
import multiprocessing
import time
import warnings

import optuna
from optuna.storages import JournalFileStorage, JournalStorage, RDBStorage


# That the journal is experimental.
warnings.simplefilter("ignore")


def open_storage(kind, folder):
    if kind == "sqlite":
        return RDBStorage(f"sqlite:///{folder}/optuna.db")
    return JournalStorage(JournalFileStorage(f"{folder}/optuna.journal"))


def work(kind, folder, seconds, seed, ready, rates):
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    study = optuna.load_study(
        study_name="benchmark", storage=open_storage(kind, folder),
        sampler=optuna.samplers.RandomSampler(seed=seed))
    ready.wait()
    start = time.monotonic()
    trials = 0
    while time.monotonic() < start + seconds:
        trial = study.ask()
        x = math.log10(trial.suggest_float("lambda", 1e-5, 1, log=True))
        y = math.log10(trial.suggest_float("eta", 1e-5, 1, log=True))
        study.tell(trial, 0.1 + 0.4 * math.exp(-(x + 3)**2 / 4 - (y + 2)**2 / 4))
        trials += 1
    rates.put(trials / (time.monotonic() - start))


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--storage", choices=["sqlite", "journal"],
                        required=True)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--folder", required=True)
    options = parser.parse_args()
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    optuna.create_study(study_name="benchmark", direction="maximize",
                        storage=open_storage(options.storage, options.folder))
    rates = multiprocessing.Queue()
    ready = multiprocessing.Barrier(options.processes)
    processes = [
        multiprocessing.Process(
            target=work, args=(options.storage, options.folder,
                               options.seconds, seed, ready, rates))
        for seed in range(options.processes)]
    for process in processes:
        process.start()
    rate = sum(rates.get() for _ in processes)
    for process in processes:
        process.join()
    print(json.dumps({"trials_per_second": rate,
                      "version": optuna.__version__}))


if __name__ == "__main__":
    main()
