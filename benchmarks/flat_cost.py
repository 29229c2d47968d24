"""Runs what flat_cost.sh compares and prints one table."""
import argparse
import pathlib
import tempfile

from coordinator_million import fill
from coordinator_processes import Programs

SMALL = 1_000
LARGEST = 100_000


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--bin", required=True)
    parser.add_argument("--folder", default=".")
    parser.add_argument("--rounds", type=int, default=300)
    parser.add_argument("--trials", type=int, default=1_000_000)
    options = parser.parse_args()
    programs = Programs(options.bin)
    with tempfile.TemporaryDirectory(prefix="flat-cost-",
                                     dir=options.folder) as name:
        folder = pathlib.Path(name)
        for part in ("a", "b"):
            (folder / part).mkdir()
        few, many = folder / "a" / "etalon.db", folder / "b" / "etalon.db"
        fill(programs, folder, few, SMALL, prefix="small")
        fill(programs, folder, many, SMALL, prefix="small")
        fill(programs, folder, many, options.trials, prefix="filler")
        largest = f"filler-{max(1, options.trials // LARGEST)}"
        with programs.server(folder / "a", few) as a, \
                programs.server(folder / "b", many) as b:
            for server in (a, b):
                # Each pair takes one, twice where a server is asked twice.
                programs.load("create", "--server", server.address, "--prefix",
                              "queued", "--trials", 2 * options.rounds + 10)
            times = programs.load(
                "queries", "--rounds", options.rounds,
                "--server", a.address, "--search", "small-1",
                "--server", b.address, "--search", "small-1",
                "--server", b.address, "--search", largest)
    print(f"medians of {options.rounds} rounds, in ms")
    print(f"{'':44} {'1,000':>8} {options.trials:>9,} {'ratio':>6} "
          f"{'largest':>8} {'ratio':>6}")
    for question, (small, large, huge) in times.items():
        print(f"{question:44} {small:8.3f} {large:9.3f} {large / small:6.2f} "
              f"{huge:8.3f} {huge / small:6.2f}")


main()
