"""Runs the studies of search_quality.sh and prints one table."""
import argparse
import collections
import concurrent.futures
import json
import pathlib
import statistics
import subprocess
import sys
import tempfile

from coordinator_processes import Programs

HERE = pathlib.Path(__file__).resolve().parent
AFTER = (25, 50, 100)
# Studies of one part of the seeds each.
PARTS = 2
# Configurations of the random search that rules are judged by, and of theirs:
# halving takes a quarter of the epochs for as many, at rungs of 1, 3 and 9.
RANDOM_TRIALS, RULE_TRIALS = 40, 40
RULES = "median,halving,asynchronous_halving,hyperband"


def ours(options, folder, part, arguments):
    programs = Programs(options.bin)
    share = -(-options.seeds // PARTS)
    first = 1 + part * share
    seeds = min(share, options.seeds + 1 - first)
    if seeds <= 0:
        return []
    own = pathlib.Path(tempfile.mkdtemp(dir=folder))
    command = [str(options.bin / "search_quality"), "--first-seed", str(first),
               "--seeds", str(seeds), *arguments]
    if options.landscape:
        command += ["--landscape", str(options.landscape)]
    with programs.server(own, own / "etalon.db") as server:
        done = subprocess.run(command + ["--server", server.address],
                              capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return [dict(json.loads(line), who="Etalon")
            for line in done.stdout.splitlines()]


def optunas(options):
    command = ["/usr/bin/python3", str(HERE / "search_quality_optuna.py"),
               "--seeds", str(options.seeds), "--trials", str(options.trials)]
    if options.landscape:
        command += ["--landscape", str(options.landscape)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(done.stderr)
    return [dict(json.loads(line), who="Optuna")
            for line in done.stdout.splitlines()]


def commit():
    return subprocess.run(["git", "-C", str(HERE), "describe", "--always",
                           "--dirty"], capture_output=True, text=True,
                          check=False).stdout.strip()


def best_after(course, epochs):
    """The best accuracy that was found within so many epochs."""
    return max((best for spent, best in course if spent <= epochs), default=0)


def report_rules(options, studies):
    courses = collections.defaultdict(dict)
    for study in studies:
        courses[study["rule"]][study["seed"]] = study["course"]
    length = studies[0]["epochs"]
    full = RANDOM_TRIALS * length
    goals = {seed: course[-1][1] for seed, course in courses["random"].items()}
    yield "# How much stopping saves"
    yield ""
    yield (f"Written by `benchmarks/search_quality.sh --data DIR --stopping "
           f"--report FILE` at commit {commit()}: medians of {options.seeds} "
           f"seeds. A random search trains {RANDOM_TRIALS} configurations for "
           f"{length} epochs each, {full} in all. The rules have as many, the "
           "same ones, hyperband those in its first bracket. Only accuracies "
           "of configurations that were trained to their end count; what a "
           "rule lacks is the difference to the random search of its seed.")
    yield ""
    yield ("| rule | epochs | of the random search's | best | lacks | seeds "
           "that lack nothing | best after a quarter of the epochs |")
    yield "|---|---|---|---|---|---|---|"
    for rule, runs in courses.items():
        spent = statistics.median(run[-1][0] for run in runs.values())
        best = statistics.median(run[-1][1] for run in runs.values())
        lacks = [goals[seed] - run[-1][1] for seed, run in runs.items()]
        quarter = statistics.median(best_after(run, full / 4)
                                    for run in runs.values())
        whole = sum(lack <= 0 for lack in lacks)
        yield (f"| {rule} | {spent:.0f} | {100 * spent / full:.0f} % | "
               f"{100 * best:.2f} % | "
               f"{100 * statistics.median(lacks):.2f} points | "
               f"{whole} of {len(lacks)} | {100 * quarter:.2f} % |")


def report(options, studies):
    regrets = collections.defaultdict(list)
    missing = {}
    for study in studies:
        key = study["function"], study["who"], study["sampler"]
        if "missing" in study:
            missing[key] = study["missing"]
        else:
            regrets[key].append(study["regrets"])
    after = [n for n in AFTER if n <= options.trials]
    yield "# How well searches search"
    yield ""
    yield (f"Written by `benchmarks/search_quality.sh --report FILE` at commit "
           f"{commit()}: the regret, by which the best so far is above the "
           f"function's minimum, after so many trials, as the median of "
           f"{options.seeds} seeds; for the landscape in points of accuracy. "
           "Every configuration is chosen knowing all before it, but that "
           "CMA-ES and coarse-to-fine work in generations.")
    for function in dict.fromkeys(key[0] for key in [*regrets, *missing]):
        yield ""
        yield f"## {function}"
        yield ""
        yield "| who | sampler | " + " | ".join(map(str, after)) + " |"
        yield "|---|---|" + "---|" * len(after)
        rows = {key: [statistics.median(run[n - 1] for run in runs)
                      for n in after]
                for key, runs in regrets.items() if key[0] == function}
        for (_, who, sampler), row in sorted(rows.items(),
                                             key=lambda item: item[1][-1]):
            scale = 100 if function == "landscape" else 1
            yield (f"| {who} | {sampler} | " +
                   " | ".join(f"{scale * regret:.3g}" for regret in row) + " |")
        for (name, who, sampler), module in missing.items():
            if name == function:
                yield (f"| {who} | {sampler} | " + " | ".join(
                    [f"needs the module {module}"] + [""] * (len(after) - 1)) +
                       " |")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--landscape", type=pathlib.Path)
    parser.add_argument("--samplers")
    parser.add_argument("--stopping", action="store_true")
    parser.add_argument("--seeds", type=int, default=30)
    parser.add_argument("--trials", type=int, default=100)
    parser.add_argument("--report", type=pathlib.Path)
    options = parser.parse_args()
    if options.stopping and not options.landscape:
        parser.error("--stopping needs --data: what is trained for a while")
    if options.stopping:
        jobs = [["--rules", "random", "--trials", str(RANDOM_TRIALS)],
                ["--rules", RULES, "--trials", str(RULE_TRIALS)]]
    else:
        jobs = [["--trials", str(options.trials)] +
                (["--samplers", options.samplers] if options.samplers else [])]
    with tempfile.TemporaryDirectory(prefix="search-quality-") as folder, \
            concurrent.futures.ThreadPoolExecutor(PARTS + 1) as pool:
        parts = [pool.submit(ours, options, folder, part, job)
                 for job in jobs for part in range(PARTS)]
        if not options.stopping:
            parts.append(pool.submit(optunas, options))
        studies = [study for part in parts for study in part.result()]
    lines = (report_rules if options.stopping else report)(options, studies)
    text = "\n".join(lines) + "\n"
    print(text)
    if options.report:
        options.report.write_text(text, encoding="utf-8")


main()
