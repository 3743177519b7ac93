#!/bin/sh
# tools/environment.sh VENV serve|dev: make the virtual environment VENV hold what the lock names, and
# the project itself. Does nothing where it does already. Uses uv where there is one, else pip.
set -eu
venv=$1
want=$2
sqlalchemy=${SQLALCHEMY:-}

wanted() {
    echo "$1 $sqlalchemy"
    cat "requirements/$1.txt" pyproject.toml examples/shop/pyproject.toml tools/environment.sh
    if [ -n "$sqlalchemy" ]; then cat "requirements/sqlalchemy-$sqlalchemy.txt"; fi
}
holds() {
    [ -x "$venv/bin/python" ] && [ -f "$venv/.installed-$1" ] &&
        [ "$(wanted "$1" | cksum)" = "$(cat "$venv/.installed-$1")" ]
}
# What `make test` needs holds all that `make serve` needs.
if holds dev || { [ "$want" = serve ] && holds serve; }; then exit 0; fi

python=$(sh tools/python.sh)
if command -v uv >/dev/null 2>&1; then
    # An index that is named for pip is meant for uv as well.
    if [ -z "${UV_DEFAULT_INDEX:-}${UV_INDEX_URL:-}${UV_INDEX:-}${UV_EXTRA_INDEX_URL:-}" ]; then
        if [ -n "${PIP_INDEX_URL:-}" ]; then export UV_DEFAULT_INDEX="$PIP_INDEX_URL"; fi
        if [ -n "${PIP_EXTRA_INDEX_URL:-}" ]; then
            export UV_INDEX="$PIP_EXTRA_INDEX_URL" UV_INDEX_STRATEGY=unsafe-best-match
        fi
    fi
    if [ -n "${PIP_CERT:-}" ]; then export SSL_CERT_FILE="${SSL_CERT_FILE:-$PIP_CERT}"; fi
    # uv resolves a bare name by its own rules; the one that was tried is the one that is meant.
    interpreter=$("$python" -c 'import sys; print(sys.executable)')
    [ -x "$venv/bin/python" ] || uv venv --quiet --python "$interpreter" "$venv"
    install() { uv pip install --quiet --python "$venv/bin/python" "$@"; }
else
    if [ -n "${UV_DEFAULT_INDEX:-${UV_INDEX_URL:-}}" ] && [ -z "${PIP_INDEX_URL:-}" ]; then
        export PIP_INDEX_URL="${UV_DEFAULT_INDEX:-$UV_INDEX_URL}"
    fi
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null && [ ! -x "$venv/bin/pip" ]; then
        echo "$python cannot make a virtual environment; install its venv package" \
            "(on Debian and Ubuntu: python3-venv) or uv" >&2
        exit 1
    fi
    [ -x "$venv/bin/pip" ] || "$python" -m venv "$venv"
    install() { "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"; }
fi

echo "Setting up $venv ($want) ..." >&2
rm -f "$venv"/.installed-*
install -r "requirements/$want.txt"
if [ -n "$sqlalchemy" ]; then install --no-deps -r "requirements/sqlalchemy-$sqlalchemy.txt"; fi
install --no-deps --no-build-isolation -e . -e examples/shop
wanted "$want" | cksum >"$venv/.installed-$want"
