"""Published figures, on real data where it is present."""

import tempfile
import unittest

from served_shop import STORE, awased, query, real_data


class Groceries(unittest.TestCase):
    """{Instant food products, soda} => {hamburger meat}: support 0.001220, confidence 0.631579, lift 18.995654 (arules)."""

    @classmethod
    def setUpClass(cls):
        orders, items = real_data("groceries.csv.gz"), real_data("groceries.items.csv.gz")
        if not orders or not items:
            raise unittest.SkipTest("groceries.csv.gz is not here (set AWASE_DATA to its folder)")
        cls.folder = tempfile.TemporaryDirectory(prefix="awase_golden_")
        cls.data = cls.folder.name
        cls.report = awased("import", "--data", cls.data, "--store", STORE, "--items", items, "--orders", orders)
        awased("train", "--data", cls.data, "--store", STORE, "--measure", "confidence", "--min-support", 1, "--top", 200)
        cls.ids = dict(query(cls.data, "SELECT title, item_id FROM catalogue"))

    @classmethod
    def tearDownClass(cls):
        cls.folder.cleanup()

    def edge(self, anchor, candidate):
        """Counts of one edge as the engine shows them."""
        answer = awased("related", "--data", self.data, "--store", STORE, "--item", self.ids[anchor], "--top", 200)
        rows = next(value for value in answer.values() if isinstance(value, list))
        row = next(row for row in rows if row["item_id"] == self.ids[candidate])
        return row.get("evidence", row)

    def test_whole_milk_and_density(self):
        self.assertEqual((self.report["rows"], self.report["accepted"], self.report["rejected"]), (43367, 43367, 0))
        sql = "SELECT count(DISTINCT order_id) FROM sales WHERE item_id = ?"
        self.assertEqual(query(self.data, sql, self.ids["whole milk"])[0][0], 2513)
        (baskets, items, lines), = query(
            self.data, "SELECT count(DISTINCT order_id), count(DISTINCT item_id), count(DISTINCT order_id || ' ' || item_id) FROM sales")
        self.assertEqual((baskets, items), (9835, 169))
        self.assertAlmostEqual(lines / (baskets * items), 0.02609146, places=8)

    def test_published_rule(self):
        instant, soda, meat = "Instant food products", "soda", "hamburger meat"
        antecedent = self.edge(instant, soda)["joint_count"]
        both, = query(
            self.data,
            "SELECT count(*) FROM (SELECT order_id FROM sales WHERE item_id IN (?, ?, ?) GROUP BY order_id"
            " HAVING count(DISTINCT item_id) = 3)", self.ids[instant], self.ids[soda], self.ids[meat])[0]
        meat_count = self.edge(instant, meat)["candidate_count"]
        self.assertAlmostEqual(both / 9835, 0.001220, places=6)
        self.assertAlmostEqual(both / antecedent, 0.631579, places=6)
        self.assertAlmostEqual(both / antecedent / (meat_count / 9835), 18.995654, places=6)

    def test_counts_of_edges_are_those_of_the_baskets(self):
        pair = self.edge("butter", "whole milk")
        sql = ("SELECT count(*) FROM (SELECT order_id FROM sales WHERE item_id IN (?, ?) GROUP BY order_id"
               " HAVING count(DISTINCT item_id) = 2)")
        self.assertEqual(pair["joint_count"], query(self.data, sql, self.ids["butter"], self.ids["whole milk"])[0][0])
        self.assertEqual(pair["candidate_count"], 2513)


if __name__ == "__main__":
    unittest.main(verbosity=2)
