#!/bin/bash
# setup.sh LOCK: make .venv with exactly what LOCK names, and the project itself on top. Safe to repeat.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/apt.sh
lock=${1:?a requirements lock}

fits() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

# Prints the first Python that is new enough.
find_python() {
    local name
    for name in ${PYTHON:-} python3 /usr/bin/python3 python3.11 python3.12 python3.13 python3.14; do
        if fits "$name"; then echo "$name"; return; fi
    done
    return 1
}

if ! .venv/bin/python -m pip --version >/dev/null 2>&1 || ! fits .venv/bin/python; then
    python=$(find_python) || { apt_install python3; python=$(find_python); } \
        || { echo "Missing: Python 3.11 or newer" >&2; exit 1; }
    # Debian keeps the module that puts pip into an environment in a package of its own
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        apt_install "$("$python" -c 'import sys; print("python3.%d-venv" % sys.version_info[1])')"
    fi
    echo "Making .venv with $("$python" --version)"
    fits .venv/bin/python || rm -rf .venv
    "$python" -m venv .venv
fi
pip=(.venv/bin/python -m pip --quiet --disable-pip-version-check --no-input)
"${pip[@]}" install --require-hashes --no-deps -r "$lock"
"${pip[@]}" install --no-deps --editable .
