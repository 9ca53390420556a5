"""A server that lives: new models, new orders, the end, and what it refuses to begin."""

import json
import os
import subprocess
import tempfile
import threading
import time
import unittest

import served_shop
from served_shop import BIN, SOAK, STORE, Failed, ServedShop


class Askers:
    """Threads that ask one cart question after the other, each through a client process of its own."""

    def __init__(self, shop, threads=3):
        self.shop = shop
        self.cart = shop.companions[0]["anchor"]
        self.answers = []  # (seconds at the start, model version)
        self.failures = []  # (seconds at the start, message)
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.ask) for _ in range(threads)]
        for thread in self.threads:
            thread.start()

    def ask(self):
        while not self.stopping.is_set():
            started = time.monotonic()
            try:
                answer = self.shop.recommend("--cart", self.cart)
                if not answer["recommendations"]:
                    self.failures.append((started, "empty answer"))
                self.answers.append((started, answer["model_version"]))
            except (Failed, subprocess.TimeoutExpired, json.JSONDecodeError) as error:
                self.failures.append((started, str(error)))

    def stop(self):
        self.stopping.set()
        for thread in self.threads:
            thread.join()


class Swap(unittest.TestCase):
    def test_models_trained_beside_a_live_server_take_over_without_a_failed_question(self):
        with ServedShop() as shop:
            askers = Askers(shop)
            versions = {shop.recommend("--cart", askers.cart)["model_version"]}
            try:
                for swap in range(40 if SOAK else 4):
                    shop.train("--measure", "jaccard", "--top", 20 + swap)
                    shop.server.wait_for(
                        lambda: shop.recommend("--cart", askers.cart)["model_version"] not in versions, 15, "on the new model")
                    versions.add(shop.recommend("--cart", askers.cart)["model_version"])
            finally:
                askers.stop()
            self.assertEqual(askers.failures, [])
            self.assertGreater(len(askers.answers), 10)
            # No asker saw an older model after a newer one: versions rise in time.
            numbers = [int(version.rsplit("/", 1)[1]) for _, version in sorted(askers.answers)]
            self.assertFalse(any(later < earlier for earlier, later in zip(numbers, numbers[4:])), numbers)

    def test_server_without_a_model_becomes_ready_with_the_first_training(self):
        with ServedShop(train=False, serve=False) as shop:
            # Else the server trains by itself, which may be done before it is asked.
            served_shop.awased("settings", "--data", shop.data, "--store", STORE, "retrain_after_events=0")
            shop.serve()
            shop.server.wait_for(lambda: shop.server.page("/livez")[0] == 200, 20, "alive")
            self.assertNotEqual(shop.server.page("/readyz")[0], 200)
            with self.assertRaises(Failed) as refused:
                shop.recommend("--cart", shop.companions[0]["anchor"])
            self.assertEqual(refused.exception.status, 1)
            shop.train()
            shop.server.wait_ready(15)
            self.assertTrue(shop.recommend("--cart", shop.companions[0]["anchor"])["recommendations"])


class NewOrders(unittest.TestCase):
    def test_orders_imported_beside_a_live_server_change_the_customer_s_answers(self):
        with ServedShop() as shop:
            item = next(row["item_id"] for row in served_shop.rows_of(shop.file("items.csv"))
                        if row["repeatable"] == "true" and row["available"] == "true")
            ask = lambda: shop.recommend("--customer", "newcomer")["recommendations"]  # noqa: E731
            self.assertNotIn("RESULT_SOURCE_PERSONAL_HISTORY", [row["source"] for row in ask()])
            with tempfile.NamedTemporaryFile("w", suffix=".csv") as orders:
                orders.write("order_id,customer_id,timestamp,item_id,quantity,unit_price\n"
                             f"N1,newcomer,2026-04-02T10:00:00Z,{item},1,500\nN2,newcomer,2026-04-09T10:00:00Z,{item},2,500\n")
                orders.flush()
                self.assertEqual(shop.bring_in("--orders", orders.name)["accepted"], 2)
            shop.server.wait_for(lambda: (item, "RESULT_SOURCE_PERSONAL_HISTORY")
                                 in [(row["item_id"], row["source"]) for row in ask()], 10, "personal")

    def test_events_over_the_wire_count_once_and_reach_the_ledger(self):
        with ServedShop() as shop:
            now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
            item = shop.companions[0]["anchor"]
            event = {"eventId": "e1", "eventTime": now, "customer": {"customerId": "wired"},
                     "order": {"orderId": "W1", "lines": [{"itemId": item, "quantity": 2}]}}
            with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
                file.write(json.dumps(event) + "\n" + json.dumps(event) + "\n" + "{\"nonsense\": 1}\n")
                file.flush()
                report = self.send(shop, file.name)
                self.assertEqual((report["accepted"], report["duplicates"], len(report["errors"])), (1, 1, 1), report)
                self.assertEqual(self.send(shop, file.name)["accepted"], 0)
            self.assertEqual(served_shop.query(shop.data, "SELECT item_id, quantity FROM sales WHERE order_id = 'W1'"),
                             [(item, 2)])

    def test_a_model_of_new_orders_is_that_of_a_complete_training(self):
        with ServedShop(train=False, serve=False) as shop:
            first = shop.trained = shop.train("--measure", "jaccard")
            shop.serve("--retrain-interval-s", 1, "--poll-interval-ms", 100)
            # The facts in the server's memory grow twice: the second time on top of what it read anew.
            for fresh in ("fresh", "fresher"):
                self.sell_together(shop, fresh + "-a", fresh + "-b")
                shop.server.wait_for(lambda: fresh + "-b" in self.related(shop, fresh + "-a"), 30, "trained on the new orders")
            served = next(model for model in self.models(shop) if model["state"] == "active")
            self.assertEqual(served["digest"], shop.train("--measure", "jaccard", "--dry-run")["digest"])
            self.assertNotEqual(served["digest"], first["digest"])

    def sell_together(self, shop, *items):
        """An order of these items by each of six customers."""
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        with tempfile.NamedTemporaryFile("w", suffix=".jsonl") as file:
            for buyer in range(6):
                name = f"{items[0]}-{buyer}"
                file.write(json.dumps({"eventId": name, "eventTime": now, "customer": {"customerId": name}, "order":
                                       {"orderId": name, "lines": [{"itemId": item, "quantity": 1} for item in items]}}) + "\n")
            file.flush()
            self.assertEqual(self.send(shop, file.name)["accepted"], 6)

    @staticmethod
    def models(shop):
        return served_shop.awased("models", "--data", shop.data, "--store", STORE)["models"]

    @staticmethod
    def related(shop, item):
        try:
            return [row["item_id"] for row in shop.awase("related", "--item", item)["related_items"]]
        except Failed:
            return []

    @staticmethod
    def send(shop, path):
        """The report, whether or not the client calls a file with errors failed."""
        command = [os.path.join(BIN, "awase"), "events", "--server", shop.address, "--store", STORE, "--file", path, "--json"]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode in (0, 1), done.stderr
        return json.loads(done.stdout)


class End(unittest.TestCase):
    def test_sigterm_under_load_drains_and_exits_0_within_5_seconds(self):
        with ServedShop() as shop:
            askers = Askers(shop, threads=4)
            time.sleep(1.5)
            ended = time.monotonic()
            status, seconds = shop.server.stop()
            askers.stop()
            self.assertEqual(status, 0, shop.server.log_text())
            self.assertLess(seconds, 5)
            self.assertGreater(len(askers.answers), 5)
            self.assertEqual([message for started, message in askers.failures if started < ended - 0.5], [])
            # Who comes later is told to go elsewhere; nobody whom the server took in was cut off with an inner error.
            for _, message in askers.failures:
                self.assertRegex(message, "UNAVAILABLE|DEADLINE_EXCEEDED")

    def test_no_customer_data_in_the_log(self):
        with ServedShop() as shop:
            canary = "canary-7f3a"
            shop.recommend("--cart", canary + "-item", "--customer", canary)
            with self.assertRaises(Failed):
                shop.recommend("--cart", "x", "--filter", f"{canary} <")
            shop.server.stop()
            self.assertNotIn(canary, shop.server.log_text())
            self.assertTrue(shop.server.log_text(), "the server logs something")


class Refusals(unittest.TestCase):
    def refuse(self, *flags):
        with tempfile.TemporaryDirectory() as data:
            os.makedirs(os.path.join(data, STORE))
            done = subprocess.run([os.path.join(BIN, "awased"), "serve", "--data", data, *flags], capture_output=True, text=True,
                                  timeout=20, check=False)
            self.assertIn(done.returncode, (1, 2), done.stderr)
            return done.stderr

    def test_address_beyond_loopback_without_tls(self):
        for address in ("0.0.0.0:0", "[::]:0", "192.0.2.1:50051"):
            self.assertRegex(self.refuse("--listen", address), r"(?i)tls", address)
        self.assertTrue(self.refuse("--listen", "127.0.0.1:0", "--http", "0.0.0.0:8080"))

    def test_port_that_is_taken(self):
        with ServedShop(items=50, customers=50, orders=300) as shop:
            self.assertIn(shop.address.rsplit(":", 1)[1], self.refuse("--listen", shop.address))


if __name__ == "__main__":
    unittest.main(verbosity=2)
