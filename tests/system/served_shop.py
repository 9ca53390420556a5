"""A generated shop, imported, trained and served by the real binaries on loopback: what the system and the client tests share.

    with ServedShop() as shop:                  # or ServedShop(items=300, orders=4000, serve=False)
        answer = shop.awase("recommend", "--cart", shop.companions[0]["anchor"])

Binaries are those of the folder named by AWASE_BIN (ctest sets it), else build/release/bin. Python's standard library only.
"""

import csv
import gzip
import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))
BIN = os.path.abspath(os.environ.get("AWASE_BIN", os.path.join(ROOT, "build", "release", "bin")))
SOAK = bool(os.environ.get("AWASE_SOAK"))
STORE = "demo"


class Failed(Exception):
    """A command that ended with another status than 0."""

    def __init__(self, command, done):
        super().__init__(f"{' '.join(command)}: status {done.returncode}\n{done.stderr}")
        self.status = done.returncode
        self.stdout = done.stdout
        self.stderr = done.stderr


def run(program, *arguments, stdin=None, timeout=120):
    """The JSON object that `program ... --json` prints; Failed with its standard error where it ends otherwise than with 0."""
    command = [os.path.join(BIN, program), *map(str, arguments), "--json"]
    done = subprocess.run(command, capture_output=True, text=True, input=stdin, timeout=timeout, check=False)
    if done.returncode != 0:
        raise Failed(command, done)
    return json.loads(done.stdout)


def awased(*arguments, **options):
    return run("awased", *arguments, **options)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def real_data(name):
    """Path of a public data set, None where it is not there."""
    folder = os.environ.get("AWASE_DATA", os.path.join(ROOT, "..", "shared", "data"))
    path = os.path.join(folder, name)
    return path if os.path.exists(path) else None


def rows_of(path):
    with (gzip.open(path, "rt", encoding="utf-8") if path.endswith(".gz") else open(path, encoding="utf-8")) as file:
        return list(csv.DictReader(file))


def ledger_path(data, store=STORE):
    return os.path.join(data, store, "ledger.sqlite3")


def query(data, sql, *parameters, store=STORE):
    """What the documented schema answers, as the sqlite3 shell would show it. Beside a live server or import too."""
    connection = sqlite3.connect(f"file:{ledger_path(data, store)}?mode=ro", uri=True, timeout=20)
    try:
        return connection.execute(sql, parameters).fetchall()
    finally:
        connection.close()


def dump(data, store=STORE):
    """All facts of a ledger in a canonical order, without the numbers that tell when each arrived."""
    return (query(data, "SELECT order_id, return_event, customer_id, time, item_id, quantity, unit_price FROM sales ORDER BY"
                  " 1, 2, 3, 4, 5, 6, 7", store=store),
            query(data, "SELECT session_id, customer_id, time, item_id FROM browsing ORDER BY 1, 2, 3, 4", store=store),
            query(data, "SELECT item_id, title, titles, category, price, item_group, available, repeatable, attributes"
                  " FROM catalogue ORDER BY 1", store=store))


def http_get(address, path, timeout=5):
    """(status, body) of a page of the http port."""
    try:
        with urllib.request.urlopen(f"http://{address}{path}", timeout=timeout) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


class Server:
    """`awased serve` on free loopback ports and a Unix socket. `stop` sends SIGTERM and returns (exit status, seconds)."""

    def __init__(self, data, *flags):
        self.folder = tempfile.mkdtemp(prefix="awase_server_")
        self.address = f"127.0.0.1:{free_port()}"
        self.socket = "unix:" + os.path.join(self.folder, "awase.sock")
        self.http = f"127.0.0.1:{free_port()}"
        self.log = os.path.join(self.folder, "log")
        command = [os.path.join(BIN, "awased"), "serve", "--data", data, "--listen", self.address, "--listen", self.socket,
                   "--http", self.http, *map(str, flags)]
        with open(self.log, "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)

    def wait_ready(self, seconds=30):
        self.wait_for(lambda: self.page("/readyz")[0] == 200, seconds, "ready")

    def wait_for(self, true, seconds, what):
        until = time.monotonic() + seconds
        while not true():
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}:\n{self.log_text()}")
            if time.monotonic() > until:
                raise AssertionError(f"not {what} after {seconds} s:\n{self.log_text()}")
            time.sleep(0.05)

    def page(self, path):
        try:
            return http_get(self.http, path)
        except OSError:
            return 0, ""

    def log_text(self):
        with open(self.log, encoding="utf-8") as log:
            return log.read()[-5000:]

    def stop(self, seconds=20):
        started = time.monotonic()
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        try:
            status = self.process.wait(timeout=seconds)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"the server did not end in {seconds} s:\n{self.log_text()}") from None
        return status, time.monotonic() - started

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class ServedShop:
    """A generated shop in a folder of its own. Attributes: files, data, truth, companions, server, address."""

    def __init__(self, items=400, customers=1000, orders=8000, seed=11, train=True, serve=True, flags=()):
        self.folder = tempfile.mkdtemp(prefix="awase_shop_")
        self.files = os.path.join(self.folder, "files")
        self.data = os.path.join(self.folder, "data")
        self.server = None
        try:
            awased("generate", "--out", self.files, "--items", items, "--customers", customers, "--orders", orders, "--seed",
                   seed)
            with open(self.file("truth.json"), encoding="utf-8") as file:
                self.truth = json.load(file)
            self.companions = self.truth["companions"]
            self.imported = self.bring_in("--items", self.file("items.csv"), "--orders", self.file("orders.csv.gz"),
                                          "--currency", "JPY")
            awased("settings", "--data", self.data, "--store", STORE,
                   "non_product_patterns=" + ",".join(self.truth["non_product_patterns"]))
            self.trained = self.train() if train else None
            if serve:
                self.serve(*flags)
        except BaseException:
            self.close()
            raise

    def file(self, name):
        return os.path.join(self.files, name)

    def bring_in(self, *flags):
        return awased("import", "--data", self.data, "--store", STORE, *flags)

    def train(self, *flags):
        return awased("train", "--data", self.data, "--store", STORE, *flags)

    def serve(self, *flags):
        self.server = Server(self.data, *flags)
        self.address = self.server.address
        if self.trained:
            self.server.wait_ready()

    def awase(self, command, *flags, server=None, **options):
        """What the client command answers about this store."""
        where = ["--server", server or self.address]
        if command != "status":
            where += ["--store", STORE]
        return run("awase", command, *where, *flags, **options)

    def recommend(self, *flags, **options):
        return self.awase("recommend", *flags, **options)

    def close(self):
        if self.server is not None:
            self.server.close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()
