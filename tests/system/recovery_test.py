"""What a crash or a broken file may do: nothing that shows."""

import json
import os
import random
import shutil
import subprocess
import tempfile
import threading
import time
import unittest

import served_shop
from served_shop import BIN, SOAK, STORE, Failed, ServedShop, awased

EVENTS = 200  # of a batch


def model_files(data):
    folder = os.path.join(data, STORE, "models", "default")
    return sorted(os.path.join(folder, name) for name in os.listdir(folder) if name.endswith(".awm"))


class KilledImport(unittest.TestCase):
    def test_import_killed_at_any_moment_and_run_again_gives_the_same_ledger(self):
        seed = int.from_bytes(os.urandom(4), "big")
        dice = random.Random(seed)
        with tempfile.TemporaryDirectory(prefix="awase_kill_") as folder:
            files = os.path.join(folder, "files")
            awased("generate", "--out", files, "--items", 500, "--customers", 2000, "--orders", 60000 if SOAK else 20000, "--seed", 5)
            orders = ["--orders", os.path.join(files, "orders.csv.gz")]
            whole = os.path.join(folder, "whole")
            started = time.monotonic()
            awased("import", "--data", whole, "--store", STORE, *orders)
            seconds = time.monotonic() - started
            expected = served_shop.dump(whole)
            killed = partly = 0
            for cycle in range(50 if SOAK else 6):
                data = os.path.join(folder, "killed")
                for _ in range(dice.randint(1, 3)):
                    process = subprocess.Popen([os.path.join(BIN, "awased"), "import", "--data", data, "--store", STORE, *orders],
                                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
                    time.sleep(dice.uniform(0, seconds))
                    killed += process.poll() is None
                    process.kill()
                    process.wait()
                kept = served_shop.query(data, "SELECT count(*) FROM sales")[0][0] if self.has_tables(data) else 0
                partly += 0 < kept < len(expected[0])
                report = awased("import", "--data", data, "--store", STORE, *orders)
                self.assertEqual(report["accepted"] + report["duplicates"], len(expected[0]), report)
                self.assertEqual(served_shop.dump(data), expected, f"seed {seed}, cycle {cycle}")
                self.assertTrue(awased("verify", "--data", data)["ok"])
                shutil.rmtree(data)
            self.assertGreater(killed, 0, f"seed {seed}: no kill hit a running import")
            print(f"{killed} kills, {partly} left a part of the file")

    @staticmethod
    def has_tables(data):
        try:
            return bool(served_shop.query(data, "SELECT 1 FROM sqlite_schema WHERE name = 'sales'"))
        except Exception:  # no file yet, or nothing in it
            return False


class KilledServer(unittest.TestCase):
    def test_acknowledged_events_survive_and_none_counts_twice(self):
        seed = int.from_bytes(os.urandom(4), "big")
        dice = random.Random(seed)
        with ServedShop(items=60, customers=50, orders=400) as shop:
            item = shop.companions[0]["anchor"] if shop.companions else "PHONE-001-B"
            batches = [self.batch(shop.folder, number, item) for number in range(1000 if SOAK else 60)]
            acknowledged, kills = set(), 0
            waiting = list(enumerate(batches))
            while waiting:
                number, path = waiting.pop(0)
                killer = None
                if dice.random() < 0.15:
                    killer = threading.Timer(dice.uniform(0, 0.03), shop.server.process.kill)
                    killer.start()
                try:
                    report = shop.awase("events", "--file", path, "--deadline-ms", 2000)
                    self.assertEqual(report["accepted"] + report["duplicates"], EVENTS, report)
                    acknowledged.add(number)
                except Failed:
                    waiting.append((number, path))  # as a shop would: later again, the same ids
                if killer is not None:
                    killer.join()
                    shop.server.process.wait()
                    kills += 1
                    kept = dict(served_shop.query(
                        shop.data, "SELECT order_id, sum(quantity) FROM sales WHERE order_id LIKE 'K%' GROUP BY 1"))
                    for done in acknowledged:
                        for event in range(EVENTS):
                            self.assertEqual(kept.get(f"K{done}-{event}"), 1, f"seed {seed}, batch {done}, after {kills} kills")
                    shop.server.close()
                    shop.serve()
            self.assertGreater(kills, 0)
            (lines, orders), = served_shop.query(
                shop.data, "SELECT count(*), count(DISTINCT order_id) FROM sales WHERE order_id LIKE 'K%'")
            self.assertEqual((lines, orders), (len(batches) * EVENTS, len(batches) * EVENTS), f"seed {seed}")
            print(f"{kills} kills under {len(batches)} batches of {EVENTS} events")

    @staticmethod
    def batch(folder, number, item):
        path = os.path.join(folder, f"batch-{number}.jsonl")
        now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        with open(path, "w", encoding="utf-8") as file:
            for event in range(EVENTS):
                file.write(json.dumps({
                    "eventId": f"k{number}-{event}", "eventTime": now, "customer": {"customerId": f"c{event % 7}"},
                    "order": {"orderId": f"K{number}-{event}", "lines": [{"itemId": item, "quantity": 1}]}}) + "\n")
        return path


class Training(unittest.TestCase):
    def test_digest_is_the_same_on_any_number_of_threads_and_again(self):
        with ServedShop(train=False, serve=False) as shop:
            for flags in ((), ("--measure", "llr"), ("--window", "90d", "--unit", "customer")):
                digests = {shop.train(*flags, "--threads", threads)["digest"] for threads in (1, 2, 1, 4)}
                self.assertEqual(len(digests), 1, flags)
            # Negative control: another option is another model.
            others = {shop.train("--measure", measure)["digest"] for measure in ("llr", "cosine", "count", "lift")}
            self.assertEqual(len(others), 4)

    def test_a_ledger_brought_in_twice_trains_to_the_same_digest(self):
        with ServedShop(items=100, customers=200, orders=1500, serve=False) as shop:
            shop.bring_in("--orders", shop.file("orders.csv.gz"))
            self.assertEqual(shop.train()["digest"], shop.trained["digest"])


class BrokenModel(unittest.TestCase):
    def test_broken_file_is_refused_and_the_old_one_serves(self):
        with ServedShop() as shop:
            cart = shop.companions[0]["anchor"]
            before = shop.recommend("--cart", cart)
            serving = model_files(shop.data)[-1]
            version = int(os.path.basename(serving)[:-4])
            # A next version that is half a file, as if a disk had lost the rest, and that is to serve from now on.
            broken = os.path.join(os.path.dirname(serving), f"{version + 1:08d}.awm")
            with open(serving, "rb") as file:
                half = file.read()[: os.path.getsize(serving) // 2]
            with open(broken, "wb") as file:
                file.write(half)
            with open(os.path.join(os.path.dirname(serving), "serving.json"), "w", encoding="utf-8") as file:
                json.dump({"active": version + 1, "previous": version}, file)
            time.sleep(2.5)  # more than two polls of the folder
            self.assertIsNone(shop.server.process.poll(), shop.server.log_text())
            after = shop.recommend("--cart", cart)
            self.assertEqual(after["recommendations"], before["recommendations"])
            self.assertEqual(after["model_version"], before["model_version"])
            self.assert_problem(shop.data, os.path.basename(broken))
            # The next good one takes over.
            shop.train()
            shop.server.wait_for(lambda: shop.recommend("--cart", cart)["model_version"] != before["model_version"], 15,
                                 "on the next good model")

    def test_a_server_started_on_a_broken_file_says_so_and_does_not_answer_wrongly(self):
        with ServedShop() as shop:
            cart = shop.companions[0]["anchor"]
            first = shop.recommend("--cart", cart)
            second = shop.train("--measure", "llr")
            shop.server.wait_for(lambda: shop.recommend("--cart", cart)["model_version"] != first["model_version"], 15,
                                 f"on {second['model']}")
            self.assertEqual(shop.server.stop()[0], 0)
            newest = model_files(shop.data)[-1]
            with open(newest, "r+b") as file:
                file.seek(os.path.getsize(newest) // 2)
                file.write(b"\xff" * 64)
                file.truncate(os.path.getsize(newest) * 3 // 4)
            shop.serve()
            answer = shop.recommend("--cart", cart)
            self.assertEqual(answer["model_version"], first["model_version"], "the version before it serves")
            self.assertEqual(answer["recommendations"], first["recommendations"])
            self.assert_problem(shop.data, os.path.basename(newest))

    def assert_problem(self, data, name):
        """`awased verify` names the file."""
        with self.assertRaises(Failed) as failed:
            awased("verify", "--data", data)
        self.assertEqual(failed.exception.status, 1)
        report = json.loads(failed.exception.stdout)
        self.assertFalse(report["ok"])
        self.assertIn(name, str(report["problems"]))


if __name__ == "__main__":
    unittest.main(verbosity=2)
