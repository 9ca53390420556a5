#!/usr/bin/env python3
"""Negative control of .ci/check-layers: each violation planted in a copy of the project must be found, and nothing else."""

import os
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.abspath(os.path.join(os.path.dirname(__file__), "..", ".."))

# (file, its content, what the check must say). A header's guard is planted right unless the guard is the point.
PLANTED = [
    ("engine/answer/planted.cc", '#include "grpcpp/grpcpp.h"\n', "includes what only server"),
    ("engine/train/planted.cc", '#include <awase/v1/types.pb.h>\n', "includes what only server"),
    ("engine/ledger/planted.cc", '#include <google/protobuf/message.h>\n', "includes what only server"),
    ("engine/facts/planted.cc", '#include "spdlog/spdlog.h"\n', "includes what only server"),
    ("engine/base/planted.cc", '#include <CLI/CLI.hpp>\n', "includes what only server"),
    ("engine/kernels/planted.cc", '#include "absl/status/status.h"\n', "kernels know"),
    ("engine/kernels/planted.cc", '#include "engine/base/ids.h"\n', "kernels know"),
    ("engine/base/planted.cc", '#include "engine/facts/facts.h"\n', "engine/base may not depend on engine/facts"),
    ("engine/facts/planted.cc", '#include "engine/ledger/ledger.h"\n', "engine/facts may not depend on engine/ledger"),
    ("engine/history/planted.cc", '#include "engine/train/train.h"\n', "engine/history may not depend on engine/train"),
    ("engine/answer/planted.cc", '#include <tbb/parallel_for.h>\n', "includes what only engine/history"),
    ("engine/answer/planted.cc", '#include "engine/ledger/ledger.h"\n', "engine/answer may not depend on engine/ledger"),
    ("engine/answer/planted.cc", '#include "engine/history/history.h"\n', "engine/answer may not depend on engine/history"),
    ("engine/answer/planted.cc", '#include "engine/train/train.h"\n', "engine/answer may not depend on engine/train"),
    ("engine/train/planted.cc", '#include "server/commands/commands.h"\n', "engine may not depend on server"),
    ("engine/train/planted.cc", '#include "engine/evaluate/evaluate.h"\n', "engine/train may not depend on engine/evaluate"),
    ("engine/profile/planted.cc", '#include <sqlite3.h>\n', "includes what only engine/ledger"),
    ("engine/train/planted.cc", '#include <immintrin.h>\n', "includes what only engine/kernels"),
    ("engine/train/planted.cc", '#include <ranges>\n', "nobody may include"),
    ("engine/train/planted.cc", '#include "train.h"\n', "by their full path"),
    ("clients/cpp/planted.cc", '#include "engine/base/ids.h"\n', "clients may not depend on engine"),
    ("server/planted.cc", '#include "clients/cpp/client.h"\n', "server may not depend on clients"),
    ("engine/newroom/planted.cc", "int a = 1;\n", "room without a place"),
    ("helpers/planted.cc", "int a = 1;\n", "not a name of the top level"),
    ("engine/base/planted.cc", "int a = 1;\n" * 321, "longer than 320 lines"),
    ("engine/base/planted.h", "int a = 1;\n", "lacks its include guard"),
    ("engine/base/planted.cc", "class ThingManager {};\n", "a noun that a shopkeeper knows"),
    ("engine/base/planted.cc", "int a = 1;  // TO" "DO later\n", "unfinished work"),
    ("engine/base/CMakeLists.txt", "file(GLOB sources *.cc)\n", "listed by name"),
    ("proto/awase/v1/types.pb.h", "int a = 1;\n", "is generated"),
]
CLEAN = [
    ("engine/answer/planted.cc", '#include "engine/filter/filter.h"\n#include <vector>\n'),
    ("engine/kernels/planted.cc", "#include <hwy/highway.h>\n#include <span>\n"),
    ("engine/ledger/planted.cc", "#include <sqlite3.h>\n"),
    ("server/planted.cc", "#include <grpcpp/grpcpp.h>\n#include \"engine/answer/answer.h\"\n"),
    ("clients/cpp/planted.cc", '#include "awase/v1/types.pb.h"\n'),
]


def check(root):
    done = subprocess.run([sys.executable, os.path.join(ROOT, ".ci", "check-layers"), root], capture_output=True, text=True)
    return done.returncode, done.stdout


def with_file(root, path, text):
    """What the check says with one more file; the tree is as before afterwards."""
    full = os.path.join(root, path)
    folder = os.path.dirname(full)
    made = not os.path.isdir(folder)
    os.makedirs(folder, exist_ok=True)
    with open(full, "w", encoding="utf-8") as file:
        file.write(text)
    result = check(root)
    os.remove(full)
    if made:
        os.removedirs(folder)
    return result


def main():
    failures = []
    with tempfile.TemporaryDirectory(prefix="awase_house_") as folder:
        # A bare skeleton keeps violations of the project itself, which house_layers reports, out of this test.
        for name in ("CMakeLists.txt", "engine/base", "engine/answer", "engine/kernels", "engine/train", "engine/ledger",
                     "engine/facts", "engine/history", "engine/profile", "clients/cpp", "server", "proto/awase/v1"):
            target = os.path.join(folder, name)
            if os.path.splitext(name)[1]:
                shutil.copy(os.path.join(ROOT, name), target)
            else:
                os.makedirs(target)
        status, out = check(folder)
        if status != 0:
            failures.append(f"the bare copy is not clean: {out}")
        for path, text, says in PLANTED:
            status, out = with_file(folder, path, text)
            if status != 1 or says not in out or f"{path.split('/')[0]}" not in out:
                failures.append(f"{path} with {text[:60]!r}: expected {says!r}, got status {status}: {out}")
        for path, text in CLEAN:
            status, out = with_file(folder, path, text)
            if status != 0:
                failures.append(f"{path} with {text[:60]!r} is allowed, got: {out}")
    print("\n".join(failures + [f"{len(PLANTED)} planted violations, {len(CLEAN)} clean files, {len(failures)} failures"]))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
