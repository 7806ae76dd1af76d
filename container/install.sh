#!/bin/sh
# Builds what runs in the container: an environment from the locks and the program beside it. The Dockerfile
# calls it, and so does a drill where no builder of containers is at hand.
# Usage: container/install.sh SOURCE TARGET
set -eu
source=$1
target=$2
python3 -m venv --without-pip "$target/venv"
python3 -m pip --python "$target/venv/bin/python" install --no-cache-dir --disable-pip-version-check \
    --require-hashes -r "$source/requirements-container.lock"
mkdir "$target/app"
cp -R "$source/bot" "$source/cogs" "$target/app/"
find "$target/app" -name __pycache__ -prune -exec rm -rf {} +
"$target/venv/bin/python" -m compileall -q "$target/app"
chmod -R a+rX,go-w "$target"
