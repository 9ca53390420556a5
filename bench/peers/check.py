"""Do two answers to the same task agree? Tie-aware: ids are compared only where the scores decide them."""

import numpy as np

NONE = np.uint32(0xFFFFFFFF)
# Single precision against double: a few units in the last place of a score of at most 1.
TOLERANCE = 1e-6


class Answer:
    """The neighbours of every item, best first, without the item itself.

    ids      rows x k, NONE where a row is short
    scores   rows x k, falling, 0 where a row is short
    """

    def __init__(self, ids, scores):
        self.ids = ids
        self.scores = scores

    @staticmethod
    def of(ids, scores, k):
        """From ids and scores in any order, rows x width with width >= k, that may hold the item itself."""
        rows = len(ids)
        scores = scores.astype(np.float64)
        absent = (ids == NONE) | (ids == np.arange(rows, dtype=np.uint32)[:, None]) | (scores <= 0.0)
        scores[absent] = 0.0
        ids = np.where(absent, NONE, ids)
        order = np.lexsort((ids, -scores), axis=1)[:, :k]
        return Answer(np.take_along_axis(ids, order, axis=1), np.take_along_axis(scores, order, axis=1))

    @staticmethod
    def read(path, k):
        """From a result file: u64 rows, u64 width, u32 ids, f32 scores."""
        with open(path, "rb") as file:
            rows, width = (int(n) for n in np.fromfile(file, dtype="<u8", count=2))
            ids = np.fromfile(file, dtype="<u4", count=rows * width).reshape(rows, width)
            scores = np.fromfile(file, dtype="<f4", count=rows * width).reshape(rows, width)
        return Answer.of(ids, scores, k)

    def corrupted(self):
        """A copy with one score wrong by a thousandth: what the check must notice."""
        scores = self.scores.copy()
        row = int(np.argmax((scores > 0.0).sum(axis=1)))
        scores[row, 0] += 1e-3
        return Answer(self.ids, scores)

    def misplaced(self):
        """A copy with the right scores but one wrong neighbour in the best place."""
        ids = self.ids.copy()
        row = int(np.argmax(self.scores[:, 0] - self.scores[:, -1]))
        others = np.setdiff1d(np.arange(len(ids), dtype=np.uint32), np.append(ids[row], np.uint32(row)))
        ids[row, 0] = others[0] if len(others) else ids[row, 1]
        return Answer(ids, self.scores)


def disagreement(expected, got):
    """Nothing, or one sentence on the first row that differs.

    Agreement means, row for row: the same scores as multisets (so the same number of neighbours), and the
    same ids with the same scores wherever a score is clear of the row's last one, at which ties may be cut
    anywhere.
    """
    if expected.scores.shape != got.scores.shape:
        return f"shape {got.scores.shape}, expected {expected.scores.shape}"
    apart = np.abs(expected.scores - got.scores) > TOLERANCE
    if apart.any():
        row, place = (int(n) for n in np.argwhere(apart)[0])
        return (
            f"row {row}, place {place}: score {got.scores[row, place]:.9f}, "
            f"expected {expected.scores[row, place]:.9f} ({int(apart.any(axis=1).sum())} rows differ)"
        )
    full = expected.ids[:, -1] != NONE
    edge = np.where(full, expected.scores[:, -1], 0.0) + 2 * TOLERANCE
    want, have = _decided(expected, edge), _decided(got, edge - TOLERANCE)
    position = np.searchsorted(have[0], want[0])
    position[position == len(have[0])] = 0
    if len(want[0]) == 0:
        return None
    missing = have[0][position] != want[0] if len(have[0]) else np.ones(len(want[0]), bool)
    wrong = missing | (np.abs(have[1][position] - want[1]) > TOLERANCE if len(have[0]) else missing)
    if wrong.any():
        key = int(want[0][np.argmax(wrong)])
        pair = f"row {key >> 32}, item {key & 0xFFFFFFFF}"
        return f"{pair}: missing or with another score ({int(wrong.sum())} pairs)"
    return None


def _decided(answer, edge):
    """(keys, scores), by key, of the pairs whose score lies above their row's edge."""
    chosen = answer.scores > edge[:, None]
    rows = np.nonzero(chosen)[0].astype(np.uint64)
    keys = (rows << np.uint64(32)) | answer.ids[chosen].astype(np.uint64)
    order = np.argsort(keys)
    return keys[order], answer.scores[chosen][order]
