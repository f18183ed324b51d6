#!/bin/sh
# Makes .venv and node_modules as the lock files say. Each holds a copy of the lock file that it was made from, written
# last: an unchanged lock costs milliseconds, an interrupted installation is taken up again.
set -eu
cd "$(dirname "$0")/.."

python_stamp=.venv/requirements-dev.lock
node_stamp=node_modules/.package-lock.creneau.json

if ! { cmp -s requirements-dev.lock "$python_stamp" && .venv/bin/python -c '' 2>/dev/null; }; then
    python=$(sh scripts/find_python.sh)
    if ! .venv/bin/python -c 'import sys, pip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
        echo "Creating .venv with $("$python" --version) ..."
        "$python" -m venv --clear .venv
    fi
    rm -f "$python_stamp"
    echo "Installing the Python packages of requirements-dev.lock (a few minutes the first time) ..."
    # Without --no-compile pip would compile all of msgraph-sdk, of which the bot imports a small part.
    .venv/bin/python -m pip install --quiet --quiet --disable-pip-version-check --no-input --no-compile --no-deps \
        --require-hashes --requirement requirements-dev.lock
    cp requirements-dev.lock "$python_stamp"
fi

if ! cmp -s package-lock.json "$node_stamp"; then
    node_version=$(node --version 2>/dev/null || echo none)
    node_major=${node_version#v}
    node_major=${node_major%%.*}
    if ! [ "$node_major" -ge 20 ] 2>/dev/null || ! command -v npm >/dev/null; then
        echo "Créneau's demo and tests need Node.js 20 or newer with npm (found: $node_version)." >&2
        exit 1
    fi
    echo "Installing the npm packages of package-lock.json ..."
    npm ci --silent --no-audit --no-fund --ignore-scripts </dev/null
    cp package-lock.json "$node_stamp"
fi
