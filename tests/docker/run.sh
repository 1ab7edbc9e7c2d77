#!/usr/bin/env bash
# Builds an image and runs it for real: accounts, the caps recipe, a stop by SIGTERM, a resume.
#
#   tests/docker/run.sh                     CPU image, a short training
#   WHOLE=1 tests/docker/run.sh             the caps recipe as it stands
#   ENGINE=buildah tests/docker/run.sh      without a daemon: root on Debian with buildah, debootstrap
#   CA=FILE, PIP_CONFIG=FILE                certificates and pip.conf for the build alone
set -euo pipefail
cd "$(dirname "$0")/../.."

VARIANT=${VARIANT:-cpu}
IMAGE=${IMAGE:-localhost/dltrain:$VARIANT}
CA=${CA:-/etc/ssl/certs/ca-certificates.crt}
PIP_CONFIG=${PIP_CONFIG:-/dev/null}
[ -e "$CA" ] || CA=/dev/null
TRAINING=(--set train.epochs=2)
if [ -n "${WHOLE:-}" ]; then TRAINING=(); fi
if [ -z "${ENGINE:-}" ]; then
    if docker info >/dev/null 2>&1; then ENGINE=docker; else ENGINE=buildah; fi
fi

SCRATCH=$(mktemp -d)
RUNS=$SCRATCH/runs
install -d -m 1777 "$RUNS"
EXIT_CODE=0
MOUNTS=("$PWD/recipes:/dltrain/recipes" "$PWD/examples:/dltrain/examples")

# shellcheck source=tests/docker/docker.sh
source "tests/docker/$ENGINE.sh"
trap 'close_image; empty_runs; rm -rf "$SCRATCH"' EXIT

step() { printf '\n== %s\n' "$*"; }
fail() { printf 'FAILED: %s\n' "$*" >&2; exit 1; }
expect() { [ "$1" = "$2" ] || fail "$3: expected $2, received $1"; }
newest_run() { find "$RUNS" -mindepth 2 -maxdepth 2 -type d -name '[0-9]*' | sort | tail -n 1; }
status_of() { sed -n 's/.*"status": "\([a-z]*\)".*/\1/p' "$1/status.json"; }

step "build ($ENGINE, $VARIANT)"
time build_image

step "version, and whose process it is"
version=$(sed -n 's/^version = "\(.*\)"/\1/p' pyproject.toml)
in_image 1000:1000 --version >"$SCRATCH/version"
expect "$(cat "$SCRATCH/version")" "dltrain $version" "dltrain --version"
expect "$(entrypoint)" '[dltrain]' "entry point in exec form"
expect "$(account)" "1000:1000" "account"

step "an account that the image does not know"
in_image 12345:12345 doctor
in_image 12345:12345 check recipes/caps.yaml
empty_runs

step "a run stopped by SIGTERM is interrupted and can be resumed"
start_in_image 1000:1000 run recipes/caps.yaml --set train.epochs=500
checkpointed() { [ -n "$(find "$RUNS" -path '*/checkpoints/*' -type f -print -quit)" ]; }
until checkpointed; do
    runs_in_image || fail "the run ended before its first checkpoint: $(said_in_image)"
    sleep 1
done
run=$(newest_run)
stop_in_image
expect "$EXIT_CODE" 130 "exit code after SIGTERM"
expect "$(status_of "$run")" interrupted "status after SIGTERM"
inside=runs/${run#"$RUNS"/}
start_in_image 1000:1000 run "$inside/recipe.yaml" --resume "$inside"
sleep "${RESUMED_FOR_S:-40}"
runs_in_image || fail "the resumed run ended: $(said_in_image)"
stop_in_image
expect "$EXIT_CODE" 130 "exit code of the resumed run after SIGTERM"
expect "$(status_of "$run")" interrupted "status of the resumed run"

step "the caps recipe, to its report"
time in_image 1000:1000 run recipes/caps.yaml "${TRAINING[@]}"
run=$(newest_run)
expect "$(status_of "$run")" done "status"
[ -s "$run/report/report.html" ] || fail "no report in $run"
expect "$(stat -c %u:%g "$run/report/report.html")" 1000:1000 "owner of the report"

step "all passed"
