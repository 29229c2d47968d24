"""Runs what coordinator.sh compares and prints one table."""
import argparse
import json
import os
import pathlib
import platform
import shutil
import sqlite3
import statistics
import subprocess
import sys
import tempfile

from coordinator_million import fill
from coordinator_processes import (Programs, boot_time, database_bytes,
                                   free_port)

HERE = pathlib.Path(__file__).resolve().parent
PARTS = ("pairs", "tls", "optuna", "swarm", "million", "restart")
WORKERS, CONNECTIONS = 64, 16
# What a worker with --fuse trains at once where networks are small.
SIDE_BY_SIDE = 10
# More than any load completes while it is measured.
QUEUED_PER_SECOND = 40_000


def log(text):
    print(text, file=sys.stderr, flush=True)


class Runs:
    """What every part measures with, and the rows that it adds."""

    def __init__(self, options):
        self.programs = Programs(options.bin)
        self.parent, self.runs = options.folder, options.runs
        self.seconds = options.seconds
        self.swarm_seconds = options.swarm_seconds
        self.rows = []
        # Pairs a second with WORKERS, the medians.
        self.rate = self.fused_rate = None

    def row(self, what, figure, beside=""):
        self.rows.append((what, figure, beside))
        log(f"{what}: {figure} {beside}")

    def folder(self):
        return tempfile.TemporaryDirectory(prefix="coordinator-benchmark-",
                                           dir=self.parent)

    def create(self, server, seconds, prefix="queued", flags=()):
        self.programs.load("create", "--server", server.address, "--prefix",
                           prefix, "--trials",
                           int(QUEUED_PER_SECOND * (seconds + 1)), *flags)

    def load(self, server, *flags, workers=WORKERS, seconds=None):
        return self.programs.load(
            "load", "--server", server.address, "--workers", workers,
            "--channels", CONNECTIONS, "--warm-up-seconds", 1, "--seconds",
            seconds or self.seconds, *flags)


def milliseconds(latencies):
    return (f"p50 {latencies['p50_ms']:.1f} ms, p99 {latencies['p99_ms']:.1f} ms")


def median(values):
    return statistics.median(values)


def measure_pairs(runs):
    bare, pairs, separate, ratios, sqlite = [], [], [], [], []
    fused, fused_ratios = [], []
    last = last_fused = None
    with runs.folder() as folder, runs.programs.nothing_server(folder) as nothing:
        for run in range(runs.runs):
            # A database of its own for each, so that none inherits a queue.
            with runs.folder() as own:
                database = pathlib.Path(own) / "etalon.db"
                with runs.programs.server(own, database) as server:
                    runs.create(server, runs.seconds)
                    calls = [runs.programs.load(
                        "rpc", "--server", nothing.address, "--seconds",
                        runs.seconds)["calls_per_second"]]
                    last = runs.load(server)
                    calls.append(runs.programs.load(
                        "rpc", "--server", nothing.address, "--seconds",
                        runs.seconds)["calls_per_second"])
                    separate.append(runs.load(
                        server, "--separate")["pairs_per_second"])
                    size = database_bytes(database)
                    memory, threads = server.status("VmHWM"), server.status(
                        "Threads")
                with runs.programs.server(
                        own, pathlib.Path(own) / "fused.db") as server:
                    runs.create(server, runs.seconds)
                    last_fused = runs.load(server, "--side-by-side",
                                           SIDE_BY_SIDE)
                pairs.append(last["pairs_per_second"])
                fused.append(last_fused["pairs_per_second"])
                bare.append(statistics.mean(calls))
                ratios.append(pairs[-1] / bare[-1])
                fused_ratios.append(fused[-1] / bare[-1])
                sqlite.append(runs.programs.load(
                    "sqlite", "--file", pathlib.Path(own) / "bare.db")
                    ["pairs_per_second"])
                log(f"run {run + 1}: {pairs[-1]:.0f} pairs/s, "
                    f"{fused[-1]:.0f} of {SIDE_BY_SIDE} side by side, "
                    f"{bare[-1]:.0f} bare calls/s")
    runs.rate, runs.fused_rate = median(pairs), median(fused)
    runs.row("bare gRPC unary calls, 16 callers", f"{median(bare):,.0f}/s")
    runs.row("bare SQLite, 64 pairs a commit", f"{median(sqlite):,.0f} pairs/s")
    runs.row(f"coordinator, {WORKERS} workers", f"{runs.rate:,.0f} pairs/s",
             f"{100 * median(ratios):.0f} % of the bare calls; "
             f"{milliseconds(last['pair'])}")
    runs.row(f"the same with {SIDE_BY_SIDE} trials side by side, in one call",
             f"{runs.fused_rate:,.0f} pairs/s",
             f"{100 * median(fused_ratios):.0f} % of the bare calls; "
             f"{milliseconds(last_fused['pair'])}")
    runs.row("completion and lease in two calls, one trial at a time",
             f"{median(separate):,.0f} pairs/s")
    runs.row("its memory, threads and database",
             f"{memory / 1024:.0f} MiB, {threads}, {size / 2**20:.0f} MiB")
    for name, rate, flags in (
            ("at half its load, one at a time", runs.rate, ()),
            (f"at half its load, {SIDE_BY_SIDE} side by side", runs.fused_rate,
             ("--side-by-side", SIDE_BY_SIDE))):
        with runs.folder() as own:
            with runs.programs.server(
                    own, pathlib.Path(own) / "etalon.db") as server:
                runs.create(server, runs.seconds)
                half = runs.load(server, "--rate", rate / 2, *flags)
        runs.row(name, f"{half['pairs_per_second']:,.0f} pairs/s",
                 milliseconds(half["pair"]))


def measure_tls(runs):
    ratios = {"one at a time": [], f"{SIDE_BY_SIDE} side by side": []}
    rates = {name: [] for name in ratios}
    for _ in range(runs.runs):
        for name, flags in zip(ratios,
                               ((), ("--side-by-side", SIDE_BY_SIDE))):
            rate = {}
            for secure in (False, True):
                with runs.folder() as own:
                    access = runs.programs.access(own) if secure else None
                    show = access.caller if secure else ()
                    with runs.programs.server(
                            own, pathlib.Path(own) / "etalon.db",
                            *(access.server if secure else ())) as server:
                        runs.create(server, runs.seconds, flags=show)
                        rate[secure] = runs.load(server, *flags, *show)[
                            "pairs_per_second"]
            ratios[name].append(rate[True] / rate[False])
            rates[name].append(rate[True])
    for name, values in ratios.items():
        runs.row(f"with mutual TLS and tokens, {name}",
                 f"{median(rates[name]):,.0f} pairs/s",
                 f"{median(values):.2f} of it without")


def measure_optuna(runs):
    for storage in ("journal", "sqlite"):
        for processes in (1, 4):
            with runs.folder() as own:
                done = subprocess.run(
                    ["/usr/bin/python3", str(HERE / "coordinator_optuna.py"),
                     "--storage", storage, "--processes", str(processes),
                     "--seconds", str(runs.seconds), "--folder", own],
                    capture_output=True, text=True, check=False)
            if done.returncode != 0:
                sys.exit(done.stderr)
            result = json.loads(done.stdout)
            rate = result["trials_per_second"]
            beside = (f"the coordinator has {runs.rate / rate:,.0f} times this,"
                      f" {runs.fused_rate / rate:,.0f} times with "
                      f"{SIDE_BY_SIDE} side by side" if runs.rate else "")
            runs.row(f"Optuna {result['version']}, {storage}, "
                     f"{processes} processes", f"{rate:.1f} trials/s", beside)


def count(database, sql):
    connection = sqlite3.connect(f"file:{database}?mode=ro", uri=True)
    try:
        return connection.execute(sql).fetchone()[0]
    finally:
        connection.close()


def measure_swarm(runs):
    with runs.folder() as own:
        database = pathlib.Path(own) / "etalon.db"
        with runs.programs.server(own, database) as server:
            runs.create(server, 2)
            swarm = runs.programs.load(
                "load", "--server", server.address, "--workers", 10_000,
                "--channels", 100, "--trial-seconds", 60,
                "--heartbeat-seconds", 10, "--warm-up-seconds", 20, "--seconds",
                runs.swarm_seconds)
            lost = count(database,
                         "SELECT count(*) FROM attempts WHERE state = 'LOST'")
            runs.row("10,000 workers, trials of 60 s, heartbeats every 10 s",
                     f"{swarm['pairs_per_second']:.0f} pairs/s",
                     f"a pair: {milliseconds(swarm['pair'])}; a heartbeat: "
                     f"{milliseconds(swarm['heartbeat'])}; "
                     f"{lost + swarm['refused'] + swarm['dropped']} leases "
                     f"lost; server {server.status('VmHWM') / 1024:.0f} MiB, "
                     f"{server.status('Threads')} threads")


def measure_million(runs):
    with runs.folder() as small_folder, runs.folder() as large_folder:
        folders = {1_000: small_folder, 1_000_000: large_folder}
        rates = {trials: [] for trials in folders}
        for trials, own in folders.items():
            log(f"filling a database with {trials} ended trials")
            fill(runs.programs, own, pathlib.Path(own) / "etalon.db", trials)
        for run in range(runs.runs):
            for trials, own in folders.items():
                with runs.programs.server(
                        own, pathlib.Path(own) / "etalon.db") as server:
                    if run == 0:
                        # Behind what has ended, once for all runs.
                        runs.create(server, runs.runs * (runs.seconds + 1))
                    rates[trials].append(
                        runs.load(server)["pairs_per_second"])
        ratio = median(large / small for small, large in
                       zip(rates[1_000], rates[1_000_000]))
        size = database_bytes(pathlib.Path(large_folder) / "etalon.db")
        runs.row("with a million ended trials in the database",
                 f"{median(rates[1_000_000]):,.0f} pairs/s",
                 f"{ratio:.2f} of {median(rates[1_000]):,.0f} with a thousand; "
                 f"{size / 2**30:.2f} GiB")
        port, start = free_port(), boot_time()
        load = runs.programs.start_load(
            "load", "--server", f"127.0.0.1:{port}", "--workers", 1,
            "--channels", 1, "--warm-up-seconds", 0, "--seconds", 1)
        with runs.programs.server(large_folder,
                                  pathlib.Path(large_folder) / "etalon.db",
                                  port=port):
            first = runs.programs.result(load)["first_lease_at"]
        runs.row("its start to the first lease", f"{first - start:.2f} s")


def measure_restart(runs):
    with runs.folder() as own:
        database, port = pathlib.Path(own) / "etalon.db", free_port()
        server = runs.programs.server(own, database, port=port)
        runs.create(server, 5)
        load = runs.programs.start_load(
            "load", "--server", server.address, "--workers", 500, "--channels",
            500, "--trial-seconds", 1, "--heartbeat-seconds", 10,
            "--warm-up-seconds", 0, "--seconds", 20)
        try:
            load.wait(timeout=8)
            sys.exit("the load has ended before the coordinator was killed")
        except subprocess.TimeoutExpired:
            pass
        killed = boot_time()
        server.kill()
        with runs.programs.server(own, database, port=port) as server:
            result = runs.programs.result(load)
        runs.row("coordinator killed and started again with 500 workers",
                 f"{result['recovered_at'] - killed:.2f} s until the last has a "
                 "lease again",
                 f"{result['errors']} calls failed meanwhile, "
                 f"{result['refused'] + result['dropped']} results refused")


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def report(runs):
    commit = subprocess.run(["git", "-C", str(HERE), "describe", "--always",
                             "--dirty"], capture_output=True, text=True,
                            check=False).stdout.strip()
    yield "# The coordinator"
    yield ""
    yield (f"Written by `benchmarks/coordinator.sh --report FILE` at commit "
           f"{commit}, on {os.cpu_count()} cores of {processor()}, which server "
           f"and load share. Rates are medians of {runs.runs} runs of "
           f"{runs.seconds:g} s, alternating. A pair is a completion and the "
           "next lease, acknowledged after a commit that survives a power cut; "
           "its time is from when it was due to its answer.")
    yield ""
    yield "| what | | beside it |"
    yield "|---|---|---|"
    for row in runs.rows:
        yield "| " + " | ".join(row) + " |"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", type=pathlib.Path, required=True)
    parser.add_argument("--folder", type=pathlib.Path,
                        default=pathlib.Path("."))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--swarm-seconds", type=float, default=120)
    parser.add_argument("--only", default=",".join(PARTS))
    parser.add_argument("--report", type=pathlib.Path)
    options = parser.parse_args()
    parts = options.only.split(",")
    if options.runs < 1 or options.seconds <= 0:
        parser.error("--runs and --seconds must be positive")
    for part in parts:
        if part not in PARTS:
            parser.error(f"--only: '{part}' is none of {', '.join(PARTS)}")
    if shutil.disk_usage(options.folder).free < 4 * 2**30:
        parser.error(f"--folder: {options.folder} has less than 4 GiB free")
    runs = Runs(options)
    for part in parts:
        globals()[f"measure_{part}"](runs)
        text = "\n".join(report(runs)) + "\n"
        # After every part, so that a run that is stopped keeps those before.
        if options.report:
            options.report.write_text(text, encoding="utf-8")
    print(text)


main()
