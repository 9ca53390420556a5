"""From samples to figures: medians, spread, ratios per repeat; JSON, a Markdown table and a plot."""

import importlib.metadata
import json
import os
import pathlib
import platform
import re
import statistics
import subprocess

import plot

BEGIN, END = "<!-- peers: written by bench/peers/run -->", "<!-- peers: end -->"
# The processor's seconds of all threads stand in where load from elsewhere stretches the clock's.
TIMES = ("compute_s", "whole_s", "compute_cpu_s", "whole_cpu_s")
DISTRIBUTIONS = {"sklearn": "scikit-learn"}
PACKAGES = {"eigen": "libeigen3-dev", "graphblas": "libgraphblas-dev"}

# (name, peer, figure, must on real sets, must on synthetic sets, stretch); ratios at the most threads.
TARGETS = [
    ("implicit, compute", "implicit_kernel", "compute_s", 7, 9, 15),
    ("similaripy, compute", "similaripy_kernel", "compute_s", 6, 6, 10),
    ("SciPy, end to end", "scipy", "whole_s", 10, 10, 20),
    ("GraphBLAS and select, end to end", "graphblas", "whole_s", 15, 15, 30),
    ("DuckDB, end to end", "duckdb", "whole_s", 40, 40, 80),
    ("DuckDB, peak memory", "duckdb", "peak_kb", 15, 15, None),
]


def version_of(peer):
    """The version of a Python peer, or nothing."""
    try:
        return importlib.metadata.version(DISTRIBUTIONS.get(peer, peer))
    except importlib.metadata.PackageNotFoundError:
        return None


def middle_run(sample):
    """The run of the median whole time in one process's report, with its memory."""
    runs = sorted(sample["runs"], key=lambda run: run["whole_s"])
    run = runs[(len(runs) - 1) // 2]
    if "prepare_cpu_s" in run:
        run["whole_cpu_s"] = run["prepare_cpu_s"] + run["compute_cpu_s"]
    return {**run, "input_kb": sample["input_kb"], "peak_kb": sample["peak_kb"]}


def _output(*command):
    try:
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def machine():
    """CPU model, cores, memory: what the figures depend on, and nothing that names the machine."""
    cpu = re.search(r"model name\s*:\s*(.*)", pathlib.Path("/proc/cpuinfo").read_text())
    cache = re.search(r"L3 cache:\s*(.*?)(?:\s*\(|$)", _output("lscpu"), re.MULTILINE)
    total = int(re.search(r"MemTotal:\s*(\d+)", pathlib.Path("/proc/meminfo").read_text())[1])
    return {
        "cpu": cpu[1].strip() if cpu else platform.machine(),
        "cores": os.cpu_count(),
        "l3": cache[1] if cache else "",
        "memory_gib": round(total / 1024**2, 1),
        "compiler": _output("g++", "--version").split("\n")[0],
    }


def commit(here):
    """Short hash of what was measured; `+` where files that git tracks differ from it."""
    name = _output("git", "-C", str(here), "rev-parse", "--short", "HEAD")
    changed = _output(
        "git", "-C", str(here), "status", "--porcelain", "--untracked-files=no", "--", "../../engine", ".."
    )
    return name + ("+" if changed else "")


def spread(values):
    return {"median": statistics.median(values), "min": min(values), "max": max(values), "n": len(values)}


def figures(contest, command):
    """All figures of one set. A ratio is taken within each repeat, then its median and spread."""
    rows = []
    for (peer, threads), samples in contest.samples.items():
        ours = contest.samples[("awase", threads)]
        row = {"peer": peer, "threads": threads}
        for figure in TIMES:
            if figure in samples[0]:
                row[figure] = spread([sample[figure] for sample in samples])
                row[f"{figure}_ratio"] = spread([a[figure] / b[figure] for a, b in zip(samples, ours)])
        for figure in ("peak_kb", "input_kb"):
            row[figure] = statistics.median(sample[figure] for sample in samples)
        row["peak_kb_ratio"] = {"median": row["peak_kb"] / statistics.median(s["peak_kb"] for s in ours)}
        rows.append(row)
    versions = {
        peer: version_of(peer) or package_version(peer) for peer, _ in contest.samples if peer != "awase"
    }
    load = os.getloadavg()
    return {
        "size": contest.size,
        "machine": machine(),
        "commit": contest.arguments.commit,
        "command": " ".join(["bash bench/peers/run", *_without_build(command)]),
        "versions": {peer: version for peer, version in versions.items() if version},
        "load_after": round(load[0], 2),
        "rows": rows,
    }


def package_version(peer):
    if peer.endswith("_kernel"):
        return version_of(peer.removesuffix("_kernel"))
    if peer == "sqlite":
        import sqlite3

        return sqlite3.sqlite_version
    return _output("dpkg-query", "-W", "-f", "${Version}", PACKAGES.get(peer, peer))


def _without_build(command):
    return [part for n, part in enumerate(command) if part != "--build" and command[n - 1 : n] != ["--build"]]


def _find(measured, peer, threads):
    return next((row for row in measured["rows"] if (row["peer"], row["threads"]) == (peer, threads)), None)


def targets(results):
    """(target, set, must, stretch, measured spread) for every target and set that was measured."""
    lines = []
    for name, peer, figure, real, synthetic, stretch in TARGETS:
        for set_name, measured in results.items():
            most = max(row["threads"] for row in measured["rows"])
            row = _find(measured, peer, most)
            if row is not None and set_name != "small":
                must = synthetic if set_name in ("medium", "large") else real
                lines.append((name, set_name, must, stretch, row[f"{figure}_ratio"]))
    return lines


def own_figures(results):
    """Lines on Awase alone: two threads against one, preparation, memory above the input, per purchase."""
    lines = [
        "| set | two threads against one, whole (compute) | preparation, ns a purchase, 1 / 2 threads "
        "| memory above the input, bytes a purchase |",
        "| --- | --- | --- | --- |",
    ]
    for name, measured in results.items():
        one, two = _find(measured, "awase", 1), _find(measured, "awase", 2)
        if one is None or two is None:
            continue
        size = measured["size"]["purchases"]
        gain = [one[figure]["median"] / two[figure]["median"] for figure in ("whole_s", "compute_s")]
        fetch = [(row["whole_s"]["median"] - row["compute_s"]["median"]) / size * 1e9 for row in (one, two)]
        above = (two["peak_kb"] - two["input_kb"]) * 1024 / size
        lines.append(
            f"| {name} | {gain[0]:.2f}× ({gain[1]:.2f}×) | {fetch[0]:.1f} / {fetch[1]:.1f} | {above:.1f} |"
        )
    return lines


def _ratio(value):
    if value["median"] >= 100:
        return f"{value['median']:.0f}×"
    text = f"{value['median']:.1f}×"
    return f"{text} ({value['min']:.1f}–{value['max']:.1f})" if "min" in value else text


def _seconds(value):
    return f"{value['median']:.4g} ({value['min']:.4g}–{value['max']:.4g})"


def _cpu(row, part):
    ratio = row.get(f"{part}_cpu_s_ratio")
    return f"{ratio['median']:.1f}×" if ratio else "—"


def _verdict(must, stretch, value):
    if stretch is not None and value >= stretch:
        return "stretch"
    return "must" if value >= must else "**missed**"


def busy(results):
    """A warning where the load was more than the run's own: such figures settle no target."""
    sets = [name for name, one in results.items() if one["load_after"] > 1.5 * one["machine"]["cores"]]
    text = (
        "**Measured on a busy machine (load average below each heading), provisional, settles no target:** "
    )
    return [text + ", ".join(sets) + ".", ""] if sets else []


def markdown(results):
    """The results part of bench/README.md."""
    lines = [
        "### Awase and its peers, same input, same run",
        "",
        "For every item the best 50 items by binary cosine over baskets. Median (least–most) of the repeats; a "
        "ratio is the peer's time over Awase's in the same repeat. *whole*: from the library's own form of the "
        "input to ids and scores; *compute*: the kernel alone, both orientations prepared. Every answer was "
        "checked against a slow twin. How, and with what settings: `bench/peers/README.md`.",
        "",
        *busy(results),
        "![ratios](peers/ratios.png)",
        "",
        "| target, most threads | set | must | stretch | measured | reached |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, set_name, must, stretch, value in targets(results):
        aim = f"{stretch}×" if stretch else "—"
        verdict = _verdict(must, stretch, value["median"])
        lines.append(f"| {name} | {set_name} | {must}× | {aim} | {_ratio(value)} | {verdict} |")
    lines += ["", *own_figures(results)]
    for name, measured in results.items():
        lines += ["", *_set_table(name, measured)]
    return "\n".join(lines)


def _set_table(name, measured):
    size, box = measured["size"], measured["machine"]
    versions = ", ".join(f"{peer} {version}" for peer, version in measured["versions"].items())
    lines = [
        f"#### {name}",
        "",
        f"{size['baskets']:,} baskets, {size['items']:,} items, {size['purchases']:,} purchases, "
        f"{size['madds']:,} multiply-adds. {box['cpu']}, {box['cores']} cores, L3 {box['l3']}, "
        f"{box['memory_gib']} GiB; {box['compiler']}; commit {measured['commit']}; `{measured['command']}`; "
        f"{measured['rows'][0]['whole_s']['n']} repeats; load average at the end {measured['load_after']}. "
        f"{versions}.",
        "",
        "| peer | threads | compute, s | whole, s | compute ratio | whole ratio | CPU time ratio, compute / whole "
        "| peak MB | above the input MB |",
        "| --- | --- | --- | --- | --- | --- | --- | --- | --- |",
    ]
    for row in measured["rows"]:
        compute = row.get("compute_s")
        lines.append(
            f"| {row['peer']} | {row['threads']} "
            f"| {_seconds(compute) if compute else '—'} | {_seconds(row['whole_s'])} "
            f"| {_ratio(row['compute_s_ratio']) if compute else '—'} | {_ratio(row['whole_s_ratio'])} "
            f"| {_cpu(row, 'compute')} / {_cpu(row, 'whole')} "
            f"| {row['peak_kb'] / 1024:.0f} | {(row['peak_kb'] - row['input_kb']) / 1024:.0f} |"
        )
    return lines


def write(measured, here, publish):
    """Returns the Markdown. Publishing keeps earlier sets, each with its own machine and commit."""
    if not publish:
        return markdown(measured)
    store = here / "results.json"
    results = json.loads(store.read_text()) if store.exists() else {}
    results = {**results, **measured}
    store.write_text(json.dumps(results, indent=1) + "\n")
    plot.draw(results, here / "ratios.png")
    readme = here.parent / "README.md"
    text = readme.read_text() if readme.exists() else "# Benchmarks\n"
    part = f"{BEGIN}\n{markdown(results)}\n{END}"
    if BEGIN in text and END in text:
        text = text[: text.index(BEGIN)] + part + text[text.index(END) + len(END) :]
    else:
        text = text.rstrip("\n") + "\n\n" + part + "\n"
    readme.write_text(text)
    return markdown(results)
