#!/bin/sh
# Write requirements/*.txt anew from pyproject.toml and requirements/*.in. Needs uv.
set -eu
compile() {
    output=$1
    shift
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --custom-compile-command "make lock" --output-file "$output" "$@"
}
compile requirements/dev.txt pyproject.toml --extra all requirements/serve.in requirements/dev.in
compile requirements/serve.txt --constraint requirements/dev.txt \
    pyproject.toml --extra fastapi requirements/serve.in
compile requirements/bench.txt --constraint requirements/dev.txt \
    pyproject.toml --extra all requirements/serve.in requirements/bench.in
uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-deps \
    --custom-compile-command "make lock" --output-file requirements/sqlalchemy-2.0.txt \
    requirements/sqlalchemy-2.0.in
