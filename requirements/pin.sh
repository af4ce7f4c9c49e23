#!/usr/bin/env bash
# Rewrites the pins from pyproject.toml: `requirements/pin.sh [--upgrade]`. Needs uv on the path.
# Pins that still satisfy pyproject.toml stay as they are, unless --upgrade is given.
set -euo pipefail
cd "$(dirname "$0")/.."

pin() {  # pin FILE [uv options]
  local file=$1
  shift
  uv pip compile pyproject.toml --universal --python-version 3.11 --quiet --no-header \
    --annotation-style line --output-file "requirements/$file" "$@"
  # torch's CUDA libraries are its own business: a CPU build wants none of them.
  grep -vE '^(cuda|nvidia)-|^(triton|setuptools)==' "requirements/$file" > "requirements/$file.new"
  mv "requirements/$file.new" "requirements/$file"
}

pin base.txt "$@"
pin deep.txt --extra deep "$@"
pin dev.txt --extra dev "$@"
pin spark.txt --extra spark -c requirements/dev.txt "$@"
