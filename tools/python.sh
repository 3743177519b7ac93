#!/bin/sh
# Print a Python that runs and is at least 3.11: the one in $PYTHON, else the first on this machine.
set -eu

fits() {
    "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1
}

if [ -n "${PYTHON:-}" ]; then
    if fits "$PYTHON"; then
        printf '%s\n' "$PYTHON"
        exit 0
    fi
    echo "PYTHON=$PYTHON does not run or is older than Python 3.11" >&2
    exit 1
fi
# A shim on PATH may name a Python that is not chosen there, so each is tried.
for candidate in python3 python3.13 python3.12 python3.11 python \
    "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.1[1-9]*/bin/python3; do
    if fits "$candidate"; then
        printf '%s\n' "$candidate"
        exit 0
    fi
done
echo "taskbound needs Python 3.11 or newer; install it, or name it: make test PYTHON=/path/to/python3" >&2
exit 1
