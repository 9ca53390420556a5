"""One peer from Python, in a process of its own: peer.py NAME INPUT [--threads N] [--k N] [--dump FILE].

Prints what peer.h prints: the resident memory once the input lies in the library's own form (not timed), the
peak after that, and for each run `whole_s`, from that form to ids and scores. Answers hold the item itself where
the library counts it; the check drops it.
"""

import argparse
import json
import os
import pathlib
import sys
import time
import warnings

import numpy as np

import check
import inputs


class Task:
    """The input as a library's user has it: a CSR matrix of baskets by items, or two columns."""

    def __init__(self, path, threads, k):
        self.baskets, self.items, offsets, columns = inputs.read_csr(pathlib.Path(path))
        self.offsets, self.columns = offsets.astype(np.int32), columns.astype(np.int32)
        self.threads, self.k = threads, k

    def matrix(self, dtype=np.float32):
        import scipy.sparse

        ones = np.ones(len(self.columns), dtype=dtype)
        return scipy.sparse.csr_matrix((ones, self.columns, self.offsets), shape=(self.baskets, self.items))

    def column_of_baskets(self):
        return np.repeat(np.arange(self.baskets, dtype=np.int32), np.diff(self.offsets))

    def square(self, rows, columns, scores):
        """Triples in any order to rows x width ids and scores."""
        order = np.argsort(rows, kind="stable")
        rows, columns, scores = rows[order], columns[order], scores[order]
        sizes = np.bincount(rows, minlength=self.items)
        place = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        width = max(self.k, int(sizes.max(initial=0)))
        ids = np.full((self.items, width), check.NONE, dtype=np.uint32)
        values = np.zeros((self.items, width), dtype=np.float32)
        ids[rows, place], values[rows, place] = columns, scores
        return ids, values


def triples(matrix):
    """(rows, columns, scores) of a COO matrix without the zeros that pad short rows."""
    there = matrix.data != 0
    return matrix.row[there], matrix.col[there], matrix.data[there]


def implicit(task):
    from implicit.nearest_neighbours import CosineRecommender

    baskets = task.matrix()

    def run():
        model = CosineRecommender(K=task.k + 1, num_threads=task.threads)
        model.fit(baskets, show_progress=False)
        return model.similarity.tocoo()

    return run, lambda found: task.square(*triples(found))


def similaripy(task):
    import similaripy as library

    baskets = task.matrix()

    def run():
        return library.cosine(
            baskets.T, k=task.k + 1, verbose=False, num_threads=task.threads, format_output="coo"
        )

    return run, lambda found: task.square(*triples(found))


def scipy(task):
    """In blocks of rows, on threads: SciPy's product lets other threads run, so blocks beat one product."""
    from concurrent.futures import ThreadPoolExecutor

    baskets, k, block = task.matrix(), task.k, 2048

    def run():
        by_item = baskets.T.tocsr()
        supports = np.diff(by_item.indptr)
        norms = np.divide(1.0, np.sqrt(supports), out=np.zeros(len(supports)), where=supports > 0).astype(
            np.float32
        )
        ids = np.full((task.items, k + 1), check.NONE, dtype=np.uint32)
        scores = np.zeros((task.items, k + 1), dtype=np.float32)

        def rows_from(start):
            product = by_item[start : start + block] @ baskets
            weighed = product.data * norms[product.indices]
            ends = product.indptr
            for row in range(product.shape[0]):
                values = weighed[ends[row] : ends[row + 1]]
                columns = product.indices[ends[row] : ends[row + 1]]
                if len(values) > k + 1:
                    best = np.argpartition(values, len(values) - k - 1)[-k - 1 :]
                    values, columns = values[best], columns[best]
                ids[start + row, : len(columns)] = columns
                scores[start + row, : len(values)] = values * norms[start + row]

        with ThreadPoolExecutor(task.threads) as pool:
            list(pool.map(rows_from, range(0, task.items, block)))
        return ids, scores

    return run, lambda found: found


def sklearn(task):
    """In doubles, its default: floats add up thousands of small products and lose the sixth digit."""
    from sklearn.neighbors import NearestNeighbors

    baskets = task.matrix(np.float64)

    def run():
        by_item = baskets.T.tocsr()
        width = min(task.k + 1, task.items)
        search = NearestNeighbors(n_neighbors=width, metric="cosine", algorithm="brute", n_jobs=task.threads)
        return search.fit(by_item).kneighbors(by_item)

    return run, lambda found: (found[1].astype(np.uint32), (1.0 - found[0]).astype(np.float32))


# Half of the pairs joined and counted, both directions ranked: about a third faster than joining both.
PAIRS = """
WITH n AS (SELECT item, count(*) AS support FROM t GROUP BY item),
half AS (SELECT a.item AS i, b.item AS j, count(*) AS together
         FROM t a JOIN t b ON a.basket = b.basket AND a.item < b.item GROUP BY 1, 2),
scored AS (SELECT i, j, {score} AS score FROM half JOIN n p ON p.item = i JOIN n q ON q.item = j),
pairs AS (SELECT i, j, score FROM scored UNION ALL SELECT j, i, score FROM scored)
"""


def duckdb(task):
    """Its own in-memory table. max_by(…, k) of each item ranks faster here than row_number() in a window."""
    import duckdb as library

    connection = library.connect()
    connection.execute(f"SET threads = {task.threads}")
    connection.execute("SET preserve_insertion_order = false")
    connection.register("source", {"basket": task.column_of_baskets(), "item": task.columns})
    connection.execute("CREATE TABLE t AS SELECT basket, item FROM source")
    connection.unregister("source")
    query = PAIRS.format(score="(together / sqrt(p.support::DOUBLE * q.support))::FLOAT") + (
        "SELECT i, unnest(max_by({'j': j, 'score': score}, score, %d), recursive := true) "
        "FROM pairs GROUP BY i" % task.k
    )
    return lambda: connection.execute(query).fetchnumpy(), lambda found: task.square(
        found["i"], found["j"], found["score"]
    )


def sqlite(task):
    import sqlite3

    connection = sqlite3.connect(":memory:")
    connection.execute(f"PRAGMA threads = {task.threads}")
    connection.execute(
        "CREATE TABLE t (basket INTEGER, item INTEGER, PRIMARY KEY (basket, item)) WITHOUT ROWID"
    )
    pairs = zip(task.column_of_baskets().tolist(), task.columns.tolist())
    connection.executemany("INSERT INTO t VALUES (?, ?)", pairs)
    query = PAIRS.format(score="together / sqrt(CAST(p.support AS REAL) * q.support)") + (
        "SELECT i, j, score FROM "
        "(SELECT *, row_number() OVER (PARTITION BY i ORDER BY score DESC) AS place FROM pairs)"
        f" WHERE place <= {task.k}"
    )

    def result(found):
        rows, columns, scores = (np.array(column) for column in zip(*found))
        return task.square(rows, columns, scores)

    return lambda: connection.execute(query).fetchall(), result


def polars(task):
    """Streaming engine; sort and head ranked faster here than top_k per group."""
    os.environ["POLARS_MAX_THREADS"] = str(task.threads)
    import polars as pl

    table = pl.DataFrame({"basket": task.column_of_baskets(), "item": task.columns}).lazy()

    def run():
        supports = table.group_by("item").len("support")
        half = (
            table.join(table, on="basket", suffix="_j")
            .filter(pl.col("item") < pl.col("item_j"))
            .group_by("item", "item_j")
            .len("together")
        )
        score = (pl.col("together") / (pl.col("support").cast(pl.Float64) * pl.col("support_j")).sqrt()).cast(
            pl.Float32
        )
        scored = (
            half.join(supports, on="item")
            .join(supports, left_on="item_j", right_on="item", suffix="_j")
            .select(i="item", j="item_j", score=score)
        )
        pairs = pl.concat([scored, scored.select(i="j", j="i", score="score")])
        ranked = pairs.sort("score", descending=True).group_by("i", maintain_order=True).head(task.k)
        return ranked.collect(engine="streaming")

    return run, lambda found: task.square(
        found["i"].to_numpy(), found["j"].to_numpy(), found["score"].to_numpy()
    )


PEERS = {peer.__name__: peer for peer in (implicit, similaripy, scipy, sklearn, duckdb, polars, sqlite)}


def status_kilobytes(key):
    for line in pathlib.Path("/proc/self/status").read_text().splitlines():
        if line.startswith(key):
            return int(line.split()[1])
    return 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=sorted(PEERS))
    parser.add_argument("input")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--k", type=int, default=50)
    parser.add_argument("--dump", default="")
    parser.add_argument("--min-seconds", type=float, default=0.25)
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    run, result = PEERS[arguments.name](Task(arguments.input, arguments.threads, arguments.k))
    before = status_kilobytes("VmRSS:")
    pathlib.Path("/proc/self/clear_refs").write_text("5")
    runs, found, peak = [], None, 0
    while sum(one["whole_s"] for one in runs) < arguments.min_seconds:
        found = None
        start, start_cpu = time.perf_counter(), time.process_time()
        found = run()
        runs.append({"whole_s": time.perf_counter() - start, "whole_cpu_s": time.process_time() - start_cpu})
        peak = peak or status_kilobytes("VmHWM:")  # of one run: repeats only show what malloc keeps
    if arguments.dump:
        ids, scores = result(found)
        with open(arguments.dump, "wb") as file:
            np.array(ids.shape, dtype="<u8").tofile(file)
            ids.astype("<u4").tofile(file)
            scores.astype("<f4").tofile(file)
    json.dump({"input_kb": before, "peak_kb": peak, "runs": runs}, sys.stdout)
    print()


if __name__ == "__main__":
    main()
