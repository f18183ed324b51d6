#!/bin/sh
# Prints the first Python that Créneau runs on (3.11 to 3.13, with venv). A name on the PATH may be a shim that
# leads nowhere, so each candidate is asked, not looked up.
for candidate in ${PYTHON:+"$PYTHON"} python3.13 python3.12 python3.11 python3 python; do
    if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; then
        echo "$candidate"
        exit 0
    fi
done
echo "Créneau needs Python 3.11, 3.12 or 3.13 with its venv module (Debian and Ubuntu: the package python3-venv)." >&2
exit 1
