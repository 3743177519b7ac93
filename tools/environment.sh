#!/bin/sh
# tools/environment.sh VENV serve|dev|bench: make the virtual environment VENV hold what the lock names, and
# the project itself. Does nothing where it does already. Uses uv where there is one, else pip.
set -eu
venv=$1
want=$2
sqlalchemy=${SQLALCHEMY:-}
here=$(pwd -P)

# The place belongs to it: scripts and editable installations hold absolute paths.
wanted() {
    echo "$1 $sqlalchemy $here"
    cat "requirements/$1.txt" pyproject.toml examples/shop/pyproject.toml tools/environment.sh
    if [ -n "$sqlalchemy" ]; then cat "requirements/sqlalchemy-$sqlalchemy.txt"; fi
}
runs() { "$venv/bin/python" -c 'pass' >/dev/null 2>&1; }
holds() {
    [ -f "$venv/.installed-$1" ] && [ "$(wanted "$1" | cksum)" = "$(cat "$venv/.installed-$1")" ] && runs
}
# What `make test` needs holds all that `make serve` needs.
if holds dev || { [ "$want" = serve ] && holds serve; }; then exit 0; fi

python=$(sh tools/python.sh)
# uv resolves a bare name by its own rules; the one that was tried is the one that is meant.
python=$("$python" -c 'import sys; print(sys.executable)')
if ! runs || [ "$(cat "$venv/.made" 2>/dev/null || echo "$here")" != "$here" ]; then rm -rf "$venv"; fi

# An index that is named for the one tool is meant for the other as well.
share_index() {
    if [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}${UV_INDEX:-}${UV_EXTRA_INDEX_URL:-}" ]; then
        if [ -n "${PIP_INDEX_URL:-}" ]; then export UV_DEFAULT_INDEX="$PIP_INDEX_URL"; fi
        if [ -n "${PIP_EXTRA_INDEX_URL:-}" ]; then
            export UV_INDEX="$PIP_EXTRA_INDEX_URL" UV_INDEX_STRATEGY=unsafe-best-match
        fi
    fi
    if [ -z "${PIP_INDEX_URL:-}" ] && [ -n "${UV_DEFAULT_INDEX:-${UV_INDEX_URL:-}}" ]; then
        export PIP_INDEX_URL="${UV_DEFAULT_INDEX:-$UV_INDEX_URL}"
    fi
    if [ -n "${PIP_CERT:-}" ]; then export SSL_CERT_FILE="${SSL_CERT_FILE:-$PIP_CERT}"; fi
}
with_uv() {
    runs || uv venv --quiet --python "$python" "$venv" || return
    fill uv pip install --quiet --python "$venv/bin/python"
}
with_pip() {
    if [ ! -x "$venv/bin/pip" ]; then
        if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
            echo "$python cannot make a virtual environment; install its venv package" \
                "(on Debian and Ubuntu: apt-get install python3-venv) or uv" >&2
            return 1
        fi
        "$python" -m venv "$venv" || return
    fi
    # As uv does: of what is installed Python compiles what is imported, once.
    fill "$venv/bin/python" -m pip install -qq --disable-pip-version-check --no-compile
}
fill() {
    echo "$here" >"$venv/.made"
    rm -f "$venv"/.installed-*
    # The lock is whole. Older versions of pip, left to resolve what a package asks for with an extra, take the
    # newest version instead of the one that is pinned.
    "$@" --no-deps -r "requirements/$want.txt" || return
    if [ -n "$sqlalchemy" ]; then
        "$@" --no-deps -r "requirements/sqlalchemy-$sqlalchemy.txt" || return
    fi
    "$@" --no-deps --no-build-isolation -e . -e examples/shop
}

echo "Setting up $venv ($want) ..." >&2
share_index
if ! command -v uv >/dev/null 2>&1; then
    with_pip
# pip has settings of its own, an index among them, in files that uv does not read.
elif ! with_uv; then
    echo "uv did not succeed; trying pip" >&2
    with_pip
fi
wanted "$want" | cksum >"$venv/.installed-$want"
