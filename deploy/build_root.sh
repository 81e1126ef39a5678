#!/bin/sh
# Makes what the image holds besides its base: the worker and its locked dependencies in ROOT/app. The Dockerfile runs it with ROOT=/,
# a machine without Docker with any folder: the same files come out, and `ROOT/app/bin/rawi run` is the worker.
#
#   deploy/build_root.sh ROOT        PYTHON=python3.11 names the interpreter; UV=path names uv
set -eu

root=${1:?usage: deploy/build_root.sh ROOT}
repository=$(cd "$(dirname "$0")/.." && pwd)
uv=${UV:-uv}
mkdir -p "$root"
app=$(cd "$root" && pwd)
app=${app%/}/app

unset VIRTUAL_ENV CONDA_PREFIX PYTHONHOME PYTHONPATH
export UV_PROJECT_ENVIRONMENT="$app" UV_PYTHON_DOWNLOADS=never UV_LINK_MODE="${UV_LINK_MODE:-copy}" UV_COMPILE_BYTECODE=1 UV_NO_PROGRESS=1
# Relocatable: the scripts in bin/ find their Python beside them, so the folder can be built in one place and run in another.
"$uv" venv --quiet --clear --relocatable --python "${PYTHON:-python3.11}" "$app"
sync="$uv sync --quiet --project $repository --locked --no-dev --no-editable --extra container --extra otel --python $app/bin/python"
sync="$sync --require-build-hashes --preview-features build-dependency-hashes"
# The one package besides our own that pyproject.toml has made from source, without a compiler; any other without a wheel is said here.
$sync --no-install-project --no-install-package faust-streaming --no-build
$sync --reinstall-package rawi  # our own, built from this folder, never taken from the cache of an earlier build
# What no worker reads: shells' activation, sources and stubs of compiled modules, the tests that packages ship.
rm -f "$app"/bin/activate* "$app"/bin/deactivate* "$app"/bin/pydoc.bat
find "$app" \( -name '*.a' -o -name '*.pyx' -o -name '*.pxd' -o -name '*.pyi' \) -type f -delete
find "$app" -type d \( -name tests -o -name test \) -path '*site-packages*' -prune -exec rm -rf {} +
# Nothing in it is anybody's to change but root's, and everything is everybody's to read.
chmod -R u=rwX,go=rX "$app"
