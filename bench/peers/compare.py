"""The same task on the same input for Awase and its peers, in turn: verified, timed, compared. See README.md."""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import time

import check
import inputs
import report

HERE = pathlib.Path(__file__).resolve().parent
K = 50
SETS = {
    "small": ["small", "groceries"],
    "medium": [*inputs.REAL, "medium"],
    "large": ["large"],
}
PROGRAMS = ["implicit_kernel", "similaripy_kernel", "eigen", "graphblas"]
MODULES = ["implicit", "similaripy", "scipy", "sklearn", "duckdb", "polars", "sqlite"]
# Peers that only manage so much within a benchmark's patience or this machine's memory.
MANAGES = {
    "sklearn": lambda size: size["items"] <= 5_000,
    "sqlite": lambda size: size["madds"] <= 1_000_000,
    "duckdb": lambda size: size["madds"] <= 400_000_000,
    "polars": lambda size: size["madds"] <= 400_000_000,
}
# Past this many multiply-adds the slow ones run with the most threads only.
SLOW = {"eigen", "graphblas", "duckdb", "polars", "sklearn"}
SLOW_MADDS = 100_000_000


class Wrong(Exception):
    """A peer, or Awase, answered wrongly or not at all: nothing is reported."""


def log(text):
    print(text, file=sys.stderr, flush=True)


def command_of(peer, build, core_run, path, threads, dump, min_seconds):
    if peer == "awase":
        start = [core_run]
    elif peer in PROGRAMS or peer == "twin":
        start = [build / peer]
    else:
        start = [sys.executable, HERE / "peer.py", peer]
    options = ["--threads", threads, "--k", K, "--min-seconds", min_seconds]
    return [str(part) for part in [*start, path, *options, *(["--dump", dump] if dump else [])]]


def run_once(peer, command, threads):
    """One process of one peer: its report as a dict."""
    environment = {**os.environ, "OMP_NUM_THREADS": str(threads), "OPENBLAS_NUM_THREADS": str(threads)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment)
    if done.returncode != 0:
        raise Wrong(f"{peer}: exit {done.returncode}: {done.stderr.strip()[-400:]}")
    return json.loads(done.stdout)


class Contest:
    """One input, all peers, all thread numbers."""

    def __init__(self, name, path, peers, arguments):
        self.name, self.path, self.arguments = name, path, arguments
        self.size = inputs.describe(path)
        managing = [peer for peer in peers if MANAGES.get(peer, lambda size: True)(self.size)]
        most = max(arguments.threads)
        self.entries = [
            (peer, threads)
            for peer in managing
            for threads in arguments.threads
            if not (peer in SLOW and self.size["madds"] > SLOW_MADDS and threads < most)
        ]
        self.samples = {entry: [] for entry in self.entries}

    def expected(self):
        """The slow twin's answer; kept beside the input, since it never changes."""
        path = self.path.with_suffix(".expected")
        if not path.exists():
            log(f"{self.name}: the slow twin counts")
            command = command_of("twin", self.arguments.build, "", self.path, 1, path, 0)
            run_once("twin", command, os.cpu_count())
        expected = check.Answer.read(path, K)
        for corrupted in (expected.corrupted(), expected.misplaced()):
            if check.disagreement(expected, corrupted) is None:
                raise Wrong(f"{self.name}: the check does not notice a corrupted answer")
        return expected

    def verify(self, expected, entry, dump):
        answer = check.Answer.read(dump, K)
        if entry[0] == self.arguments.corrupt:
            answer = answer.corrupted()
        trouble = check.disagreement(expected, answer)
        dump.unlink()
        if trouble is not None:
            raise Wrong(f"{self.name}: {entry[0]} on {entry[1]} threads answers wrongly: {trouble}")

    def run(self):
        """Each repeat runs every entry once, the order turned by one place: none is always first or last."""
        expected = self.expected()
        dump = self.arguments.build / "answer.knn"
        for repeat in range(self.arguments.repeats):
            begun = time.monotonic()
            turn = repeat % len(self.entries)
            for entry in self.entries[turn:] + self.entries[:turn]:
                peer, threads = entry
                wanted = dump if repeat == 0 else None
                command = command_of(
                    peer, self.arguments.build, self.arguments.core_run, self.path, threads, wanted, 0.25
                )
                started = time.monotonic()
                sample = report.middle_run(run_once(peer, command, threads))
                if wanted:
                    self.verify(expected, entry, dump)
                self.samples[entry].append(sample)
                log(
                    f"{self.name} {repeat + 1}/{self.arguments.repeats} {peer} x{threads}: "
                    f"{sample['whole_s']:.4f} s whole ({time.monotonic() - started:.1f} s)"
                )
            if 2 * time.monotonic() - begun > self.arguments.end:
                log(f"{self.name}: no time for another repeat, {repeat + 1} of {self.arguments.repeats} done")
                break


def available(arguments):
    """The peers that this machine has, Awase first."""
    programs = [peer for peer in PROGRAMS if (arguments.build / peer).exists()]
    modules = [peer for peer in MODULES if peer == "sqlite" or report.version_of(peer)]
    if arguments.peers:
        wanted = arguments.peers.split(",")
        unknown = [peer for peer in wanted if peer not in programs + modules]
        if unknown:
            raise Wrong(f"--peers: not here: {', '.join(unknown)}; here: {', '.join(programs + modules)}")
        return ["awase", *[peer for peer in programs + modules if peer in wanted]]
    for peer in PROGRAMS + MODULES:
        if peer not in programs + modules:
            log(f"{peer}: not installed, left out")
    return ["awase", *programs, *modules]


def parse():
    parser = argparse.ArgumentParser(prog="bash bench/peers/run", description=__doc__)
    for size in SETS:
        parser.add_argument(
            f"--{size}", dest="size", action="store_const", const=size, help=" ".join(SETS[size])
        )
    parser.add_argument("--sets", help="comma-separated names instead of a size")
    parser.add_argument("--threads", default="1,2", help="comma-separated (default 1,2)")
    parser.add_argument("--repeats", type=int, default=5, help="repeats per peer (default 5)")
    parser.add_argument("--minutes", type=float, default=120, help="start no repeat that would end later")
    parser.add_argument("--peers", default="", help="comma-separated names (default all that are here)")
    parser.add_argument("--preset", default="release", help="build/<preset>/bench/core_run is measured")
    parser.add_argument(
        "--commit", default="", help="what core_run was built from, if not what is checked out"
    )
    parser.add_argument("--corrupt", default="", metavar="PEER", help="spoil one score of PEER: must fail")
    parser.add_argument("--no-publish", action="store_true", help="leave bench/README.md as it is")
    parser.add_argument("--build", type=pathlib.Path, required=True, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    arguments.threads = [int(n) for n in arguments.threads.split(",")]
    arguments.sets = arguments.sets.split(",") if arguments.sets else SETS[arguments.size or "medium"]
    arguments.core_run = HERE.parents[1] / "build" / arguments.preset / "bench" / "core_run"
    arguments.end = time.monotonic() + 60 * arguments.minutes
    arguments.commit = arguments.commit or report.commit(HERE)
    return arguments


def main():
    arguments = parse()
    folder = arguments.build / "inputs"
    folder.mkdir(exist_ok=True)
    measured = {}
    try:
        if not arguments.core_run.exists():
            build = f"cmake --build --preset {arguments.preset} --target core_run"
            raise Wrong(f"{arguments.core_run}: not built; {build}")
        peers = available(arguments)
        for name in arguments.sets:
            if name not in inputs.SYNTHETIC and name not in inputs.REAL:
                raise Wrong(f"--sets: unknown {name}; known: {', '.join([*inputs.SYNTHETIC, *inputs.REAL])}")
            path = inputs.provide(name, folder)
            if path is None:
                log(f"{name}: left out, no {inputs.REAL[name][0]} (AWASE_DATA names the folder)")
                continue
            contest = Contest(name, path, peers, arguments)
            contest.run()
            measured[name] = report.figures(contest, sys.argv[1:])
    except Wrong as wrong:
        log(f"stopped: {wrong}")
        return 1
    if not measured:
        log("stopped: no set could be run")
        return 1
    print(report.write(measured, HERE, publish=not arguments.no_publish and arguments.size != "small"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
