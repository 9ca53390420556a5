"""The inputs of the comparison: seeded synthetic baskets and the real sets, as binary CSR files.

File, little-endian: u64 rows, u64 cols, u64 nnz, u64 offsets[rows + 1], u32 items[nnz]; items rise in a row.
"""

import csv
import dataclasses
import gzip
import os
import pathlib

import numpy as np


@dataclasses.dataclass(frozen=True)
class Synthetic:
    """Baskets of geometric size over items of Zipf popularity; an item's number says nothing about it."""

    baskets: int
    purchases: int  # aimed at, after an item's repetitions within a basket are dropped
    items: int
    exponent: float = 1.0
    seed: int = 1


SYNTHETIC = {
    "small": Synthetic(baskets=20_000, purchases=200_000, items=2_000),
    "medium": Synthetic(baskets=1_000_000, purchases=10_000_000, items=100_000),
    "large": Synthetic(baskets=5_000_000, purchases=57_000_000, items=300_000),
}
# name -> (file, the column that makes a basket)
REAL = {
    "groceries": ("groceries.csv.gz", "order_id"),
    "serenade": ("serenade_example.csv.gz", "order_id"),
    "retail_order": ("online_retail.csv.gz", "order_id"),
    "retail_customer": ("online_retail.csv.gz", "customer_id"),
}


def data_dir():
    """Where the real sets lie, or None."""
    here = pathlib.Path(
        os.environ.get("AWASE_DATA", pathlib.Path(__file__).resolve().parents[3] / "shared" / "data")
    )
    return here if here.is_dir() else None


def write_csr(path, baskets, items, rows, cols):
    """Writes (basket, item) pairs; repetitions are dropped."""
    keys = np.unique(baskets.astype(np.uint64) * np.uint64(cols) + items.astype(np.uint64))
    columns = (keys % np.uint64(cols)).astype("<u4")
    offsets = np.zeros(rows + 1, dtype="<u8")
    np.cumsum(np.bincount((keys // np.uint64(cols)).astype(np.int64), minlength=rows), out=offsets[1:])
    partial = path.with_suffix(".partial")
    with open(partial, "wb") as file:
        np.array([rows, cols, len(columns)], dtype="<u8").tofile(file)
        offsets.tofile(file)
        columns.tofile(file)
    partial.rename(path)


def read_csr(path):
    """(rows, cols, offsets, items)."""
    with open(path, "rb") as file:
        rows, cols, size = (int(n) for n in np.fromfile(file, dtype="<u8", count=3))
        offsets = np.fromfile(file, dtype="<u8", count=rows + 1)
        items = np.fromfile(file, dtype="<u4", count=size)
    return rows, cols, offsets, items


def draw(world):
    """(baskets, items) of a synthetic world. The same seed gives the same purchases."""
    random = np.random.Generator(np.random.PCG64(world.seed))
    weights = 1.0 / np.arange(1, world.items + 1) ** world.exponent
    reach = np.cumsum(weights / weights.sum())
    names = random.permutation(world.items).astype(np.uint32)

    def sizes_for(mean):
        return np.random.Generator(np.random.PCG64(world.seed + 1)).geometric(1.0 / mean, world.baskets)

    # Repetitions within a basket are lost: the drawn mean is raised until the distinct ones that it lets
    # expect fit the aim.
    aim, mean = world.purchases / world.baskets, world.purchases / world.baskets
    for _ in range(20):
        sample = sizes_for(mean)[:20_000]
        counts = np.bincount(sample)
        probabilities = weights / weights.sum()
        distinct = sum(
            n * -np.expm1(size * np.log1p(-probabilities)).sum()
            for size, n in enumerate(counts)
            if n and size
        ) / len(sample)
        if abs(distinct - aim) < 0.002 * aim:
            break
        mean *= aim / distinct
    sizes = sizes_for(mean)
    baskets = np.repeat(np.arange(world.baskets, dtype=np.uint32), sizes)
    ranks = np.searchsorted(reach, random.random(len(baskets), dtype=np.float64), side="right")
    return baskets, names[np.minimum(ranks, world.items - 1)]


def real_pairs(folder, name):
    """(baskets, items, rows, cols): purchases only (quantity > 0); lines that name no basket are dropped."""
    file, unit = REAL[name]
    baskets, items = [], []
    with gzip.open(folder / file, "rt", newline="", encoding="utf-8") as lines:
        for line in csv.DictReader(lines):
            if line[unit] and float(line["quantity"] or 1) > 0 and not line["order_id"].startswith("C"):
                baskets.append(line[unit])
                items.append(line["item_id"])
    basket_names, basket_numbers = np.unique(np.array(baskets), return_inverse=True)
    item_names, item_numbers = np.unique(np.array(items), return_inverse=True)
    return basket_numbers, item_numbers, len(basket_names), len(item_names)


def provide(name, folder):
    """The input file of a set, made once; None where its data is missing."""
    path = folder / f"{name}.csr"
    if path.exists():
        return path
    if name in SYNTHETIC:
        world = SYNTHETIC[name]
        baskets, items = draw(world)
        write_csr(path, baskets, items, world.baskets, world.items)
        return path
    source = data_dir()
    if source is None or not (source / REAL[name][0]).exists():
        return None
    baskets, items, rows, cols = real_pairs(source, name)
    write_csr(path, baskets, items, rows, cols)
    return path


def describe(path):
    """Sizes of an input: baskets, items, purchases and madds (the sum of the squared basket sizes)."""
    rows, cols, offsets, items = read_csr(path)
    sizes = np.diff(offsets.astype(np.int64))
    return {"baskets": rows, "items": cols, "purchases": len(items), "madds": int((sizes * sizes).sum())}
