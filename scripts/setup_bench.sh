#!/bin/sh
# What `make bench` compares with, in .venv/bench, which is on no path but the benchmark's.
set -eu
cd "$(dirname "$0")/.."

if ! cmp -s requirements-bench.lock .venv/bench/requirements-bench.lock; then
    echo "Installing the packages of requirements-bench.lock ..."
    rm -rf .venv/bench
    .venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check --no-input --no-deps --require-hashes \
        --target .venv/bench --requirement requirements-bench.lock
    cp requirements-bench.lock .venv/bench/
fi
