"""The main job over a real socket: files in, a cart question out, with good, explained answers."""

import os
import tempfile
import unittest

import served_shop
from served_shop import Failed, ServedShop, awased, query, rows_of


def succeeds(ask):
    try:
        return bool(ask()["related_items"])
    except Failed:
        return False


class MainJob(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.shop = ServedShop()

    @classmethod
    def tearDownClass(cls):
        cls.shop.close()

    def strong_pair(self):
        """A planted pair whose anchor has no second companion."""
        anchors = [pair["anchor"] for pair in self.shop.companions]
        return next(pair for pair in self.shop.companions if anchors.count(pair["anchor"]) == 1)

    def test_import_reports_what_it_took(self):
        report = self.shop.imported
        for key in ("rows", "accepted", "duplicates", "rejected", "reasons", "returns", "orders", "customers", "items", "seconds"):
            self.assertIn(key, report)
        rows = rows_of(self.shop.file("orders.csv.gz"))
        self.assertEqual(report["rejected"], 0, report)
        self.assertEqual(report["duplicates"], 0, report)
        self.assertEqual(report["returns"], sum(int(row["quantity"]) < 0 for row in rows))

    def test_training_reports_what_it_did(self):
        for key in ("model", "items", "units", "pairs_counted", "edges", "seconds", "peak_rss_bytes", "digest"):
            self.assertIn(key, self.shop.trained)
        self.assertGreaterEqual(set(self.shop.trained["seconds"]), {"read", "count", "score", "write"})

    def test_the_stages_that_are_reported_are_nearly_all_of_the_time(self):
        with ServedShop(items=3000, customers=20000, orders=150000, serve=False) as shop:
            imported = shop.imported
            stages = imported["stage_seconds"]
            self.assertEqual(set(stages), {"read", "parse", "write"})
            self.assertGreaterEqual(sum(stages.values()), 0.8 * imported["seconds"], imported)
            # Reading and parsing run beside the writing, so that they may only add to it.
            self.assertLessEqual(stages["write"], imported["seconds"], imported)
            seconds = dict(shop.trained["seconds"])
            whole = seconds.pop("all")
            self.assertGreaterEqual(set(seconds), {"read", "history", "prepare", "count", "score", "assemble", "write", "publish"})
            self.assertGreaterEqual(sum(seconds.values()), 0.8 * whole, shop.trained)
            self.assertLessEqual(sum(seconds.values()), 1.01 * whole, shop.trained)
            self.assertTrue(all(stage >= 0 for stage in seconds.values()), seconds)

    def test_cart_question_is_answered_with_reasons(self):
        pair = self.strong_pair()
        answer = self.shop.recommend("--cart", pair["anchor"], "--lang", "en")
        self.assertTrue(answer["recommendations"])
        self.assertTrue(answer["model_version"].startswith(f"stores/{served_shop.STORE}/models/"), answer["model_version"])
        self.assertIn("shortfalls", answer)
        first = answer["recommendations"][0]
        for key in ("item_id", "title", "score", "source", "reason", "evidence"):
            self.assertIn(key, first)
        self.assertEqual(first["source"], "RESULT_SOURCE_CO_PURCHASE")
        evidence = first["evidence"][0]
        for key in ("anchor_item_id", "joint_count", "anchor_count", "candidate_count"):
            self.assertIn(key, evidence)
        self.assertEqual(evidence["anchor_item_id"], pair["anchor"])
        self.assertIsInstance(evidence["joint_count"], int)
        self.assertLessEqual(evidence["joint_count"], min(evidence["anchor_count"], evidence["candidate_count"]))
        self.assertIn(str(evidence["joint_count"]), first["reason"].replace(",", ""))
        scores = [row["score"] for row in answer["recommendations"]]
        self.assertEqual(scores, sorted(scores, reverse=True))
        self.assertNotIn(pair["anchor"], [row["item_id"] for row in answer["recommendations"]])

    def test_planted_companions_are_found(self):
        available = {row["item_id"] for row in rows_of(self.shop.file("items.csv")) if row["available"] == "true"}
        asked = [pair for pair in self.shop.companions if pair["companion"] in available][:60]
        self.assertGreater(len(asked), 20)
        found = 0
        for pair in asked:
            answer = self.shop.recommend("--cart", pair["anchor"], "--top", 3)
            found += pair["companion"] in [row["item_id"] for row in answer["recommendations"]]
        self.assertGreaterEqual(found, len(asked) * 95 // 100)

    def test_titles_and_reasons_are_japanese_on_request(self):
        pair = self.strong_pair()
        titles = {row["item_id"]: row for row in rows_of(self.shop.file("items.csv"))}
        for language, column in (("ja", "title_ja"), ("en", "title")):
            first = self.shop.recommend("--cart", pair["anchor"], "--lang", language)["recommendations"][0]
            self.assertEqual(first["title"], titles[first["item_id"]][column])
            self.assertEqual(any("ぁ" <= char <= "鿿" for char in first["reason"].replace(first["title"], "")), language == "ja",
                             first["reason"])

    def test_unknown_items_and_guests_are_no_errors(self):
        answer = self.shop.recommend("--cart", "no-such-item", "--customer", "no-such-customer")
        self.assertEqual(answer["unknown_item_ids"], ["no-such-item"])
        self.assertTrue(answer["recommendations"], "best sellers of the store")
        self.assertIn("POPULARITY", answer["recommendations"][0]["source"])
        none = self.shop.recommend("--cart", "no-such-item", "--fallback", "none")
        self.assertEqual(none["recommendations"], [])
        self.assertTrue(none["shortfalls"])

    def test_never_more_than_asked_for_and_the_filter_holds(self):
        prices = {row["item_id"]: float(row["price"]) for row in rows_of(self.shop.file("items.csv"))}
        answer = self.shop.recommend("--cart", self.strong_pair()["anchor"], "--top", 5, "--filter", "price < 2000")
        self.assertLessEqual(len(answer["recommendations"]), 5)
        self.assertTrue(answer["recommendations"])
        for row in answer["recommendations"]:
            self.assertLess(prices[row["item_id"]], 2000)

    def test_postage_is_never_recommended(self):
        answer = self.shop.recommend("--cart", self.strong_pair()["anchor"], "--top", 100)
        self.assertNotIn("POST", [row["item_id"] for row in answer["recommendations"]])
        self.assertGreater(query(self.shop.data, "SELECT count(*) FROM sales WHERE item_id = 'POST'")[0][0], 100)

    def test_unix_socket_gives_the_same_answer(self):
        cart = self.strong_pair()["anchor"]
        tcp = self.shop.recommend("--cart", cart)
        unix = self.shop.recommend("--cart", cart, server=self.shop.server.socket)
        self.assertEqual(tcp["recommendations"], unix["recommendations"])

    def test_related_row_agrees_with_the_engine_s_own(self):
        item = self.strong_pair()["anchor"]
        served = self.shop.awase("related", "--item", item)
        offline = awased("related", "--data", self.shop.data, "--store", served_shop.STORE, "--item", item)
        rows, own = served["related_items"], next(value for value in offline.values() if isinstance(value, list))
        self.assertTrue(rows)
        self.assertEqual([row["item_id"] for row in rows][:10], [row["item_id"] for row in own][:10])
        self.assertEqual([row["evidence"]["joint_count"] for row in rows][:10],
                         [row.get("evidence", row)["joint_count"] for row in own][:10])

    def test_also_viewed_is_a_model_of_its_own(self):
        self.shop.bring_in("--views", self.shop.file("views.csv.gz"))
        report = self.shop.train("--signal", "view")
        self.assertTrue(report["model"].startswith("also-viewed"), report["model"])
        item = self.strong_pair()["anchor"]
        ask = lambda: self.shop.awase("related", "--item", item, "--model", "also-viewed")  # noqa: E731
        self.shop.server.wait_for(lambda: succeeds(ask), 15, "serving also-viewed")
        row = ask()["related_items"][0]
        # People compare before they buy: what is viewed with an item is of its own kind, what is bought with it is not.
        self.assertEqual(row["item_id"].split("-")[0], item.split("-")[0])
        bought = self.shop.awase("related", "--item", item)["related_items"][0]
        self.assertNotEqual(bought["item_id"].split("-")[0], item.split("-")[0])

    def test_status_names_store_and_model(self):
        text = str(self.shop.awase("status"))
        self.assertIn(f"stores/{served_shop.STORE}", text)
        self.assertIn("models/default", text)

    def test_operators_pages(self):
        self.shop.recommend("--cart", "anything")
        self.assertEqual(self.shop.server.page("/livez")[0], 200)
        self.assertEqual(self.shop.server.page("/readyz")[0], 200)
        status, metrics = self.shop.server.page("/metrics")
        self.assertEqual(status, 200)
        self.assertRegex(metrics, r"(?m)^awase_\w+(\{[^}]*\})? [0-9.e+]+$")
        self.assertEqual(self.shop.server.page("/no-such-page")[0], 404)

    def test_wrong_questions_are_refused_with_status_1_and_wrong_flags_with_2(self):
        with self.assertRaises(Failed) as refused:
            self.shop.recommend("--cart", "x", "--filter", "price <")
        self.assertEqual(refused.exception.status, 1)
        self.assertIn("filter", refused.exception.stderr)
        with self.assertRaises(Failed) as refused:
            self.shop.recommend("--cart", "x", "--no-such-flag")
        self.assertEqual(refused.exception.status, 2)
        with self.assertRaises(Failed) as refused:
            served_shop.run("awase", "recommend", "--server", self.shop.address, "--store", "no-such-store", "--cart", "x")
        self.assertEqual(refused.exception.status, 1)
        self.assertIn("no-such-store", refused.exception.stderr)


class Ledger(unittest.TestCase):
    def test_schema_answers_a_person_s_questions(self):
        with ServedShop(items=100, customers=200, orders=1500, train=False, serve=False) as shop:
            rows = rows_of(shop.file("orders.csv.gz"))
            (lines,), = query(shop.data, "SELECT count(*) FROM sales")
            self.assertEqual(lines, len(rows))
            (pieces,), = query(shop.data, "SELECT sum(quantity) FROM sales WHERE quantity > 0")
            self.assertEqual(pieces, sum(max(int(row["quantity"]), 0) for row in rows))
            (money,), = query(shop.data, "SELECT sum(quantity * unit_price) FROM sales")
            self.assertAlmostEqual(money, sum(int(row["quantity"]) * float(row["unit_price"]) for row in rows), places=2)
            (customers,), = query(shop.data, "SELECT count(DISTINCT customer_id) FROM sales")
            self.assertEqual(customers, len({row["customer_id"] for row in rows} - {""}))
            self.assertEqual(query(shop.data, "PRAGMA journal_mode")[0][0], "wal")
            self.assertEqual(query(shop.data, "PRAGMA foreign_key_check"), [])
            ja, = query(shop.data, "SELECT json_extract(titles, '$.ja') FROM catalogue WHERE item_id = 'COFFEE-001'")[0]
            self.assertIn("コーヒー豆", ja)

    def test_same_file_twice_changes_nothing(self):
        with ServedShop(items=100, customers=200, orders=1500, train=False, serve=False) as shop:
            shop.bring_in("--views", shop.file("views.csv.gz"))
            before = served_shop.dump(shop.data)
            self.assertTrue(all(before))
            again = shop.bring_in("--items", shop.file("items.csv"), "--orders", shop.file("orders.csv.gz"))
            self.assertEqual(again["accepted"], 0, again)
            self.assertEqual(again["duplicates"], len(before[0]), again)
            views = shop.bring_in("--views", shop.file("views.csv.gz"))
            self.assertEqual((views["accepted"], views["duplicates"]), (0, len(before[1])), views)
            self.assertEqual(served_shop.dump(shop.data), before)


class Import(unittest.TestCase):
    """A bad line never stops a file unless asked to, and every one is named."""

    BAD = ("order_id,customer_id,timestamp,item_id,quantity,unit_price\n"
           "1,c,2024-01-01T00:00:00Z,A,1,2.50\n"
           "2,c,not-a-time,A,1,2.50\n"
           "3,c,2024-01-01T00:00:00Z,,1,2.50\n"
           "4,c,2024-01-01T00:00:00Z,B,many,2.50\n"
           "5,c,2024-01-02T00:00:00Z,B,1,-3\n"
           "6,c,2024-01-03T00:00:00Z,B,2,3\n")

    def bring_in(self, text, *flags):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "orders.csv")
            with open(path, "w", encoding="utf-8") as file:
                file.write(text)
            rejects = os.path.join(folder, "rejects.csv")
            data = os.path.join(folder, "data")
            report = awased("import", "--data", data, "--store", served_shop.STORE, "--orders", path, "--rejects", rejects, *flags)
            with open(rejects, encoding="utf-8") as file:
                return report, file.read(), query(data, "SELECT order_id, item_id, quantity, unit_price FROM sales ORDER BY 1")

    def test_bad_lines_are_counted_by_reason_and_listed(self):
        report, rejects, kept = self.bring_in(self.BAD)
        self.assertEqual((report["rows"], report["accepted"], report["rejected"]), (6, 2, 4), report)
        self.assertEqual(sum(report["reasons"].values()), 4)
        self.assertGreaterEqual(len(report["reasons"]), 4, report["reasons"])
        for line in ("3", "4", "5", "6"):
            self.assertRegex(rejects, rf"(?m)^{line},|orders\.csv:{line}\b")
        self.assertEqual(kept, [("1", "A", 1, 2.5), ("6", "B", 2, 3.0)])

    def test_strict_stops_at_the_first_and_names_it(self):
        with self.assertRaises(Failed) as refused:
            self.bring_in(self.BAD, "--strict")
        self.assertEqual(refused.exception.status, 1)
        self.assertRegex(refused.exception.stderr, r"orders\.csv:3: .*not-a-time")

    def test_standard_input_and_returns(self):
        text = ("order_id,customer_id,timestamp,item_id,quantity,unit_price\n"
                "1,c,2024-01-01T00:00:00Z,A,3,2\n1,c,2024-01-01T00:00:00Z,A,3,2\n2,c,2024-01-05T00:00:00Z,A,-1,2\n")
        with tempfile.TemporaryDirectory() as data:
            report = awased("import", "--data", data, "--store", served_shop.STORE, "--orders", "-", stdin=text)
            self.assertEqual((report["accepted"], report["returns"], report["duplicates"]), (3, 1, 0), report)
            self.assertEqual(query(data, "SELECT sum(quantity) FROM sales")[0][0], 5, "exact copies in an order are lines of their own")


if __name__ == "__main__":
    unittest.main(verbosity=2)
