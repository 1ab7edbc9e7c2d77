# shellcheck shell=bash
# The image without a daemon, as root on Debian; sourced by run.sh.
#
# No registry is needed: what `FROM debian:bookworm-slim` resolves to is made with debootstrap.
# dltrain is process 1 of a process namespace of its own, as under Docker, because the kernel
# withholds from process 1 every signal that it does not handle.

# vfs works everywhere, but copies the whole file system, gigabytes of it, for every layer.
storage_driver() {
    local at=$SCRATCH/overlay
    mkdir -p "$at"/{lower,upper,work,merged}
    if mount -t overlay -o "lowerdir=$at/lower,upperdir=$at/upper,workdir=$at/work" overlay \
        "$at/merged" 2>/dev/null; then
        umount "$at/merged"
        echo overlay
    else
        echo vfs
    fi
}

STORAGE_DRIVER=${STORAGE_DRIVER:-$(storage_driver)}
BUILDAH_ISOLATION=${BUILDAH_ISOLATION:-chroot}
export STORAGE_DRIVER BUILDAH_ISOLATION
BASE=docker.io/library/debian:bookworm-slim
declare -A CONTAINERS=()
STARTED=

make_base() {
    local root=$SCRATCH/base base
    debootstrap --variant=minbase bookworm "$root" ${DEBIAN_MIRROR:+"$DEBIAN_MIRROR"}
    rm -rf "$root"/var/cache/apt/archives/*.deb "$root"/var/lib/apt/lists/*
    base=$(buildah from scratch)
    buildah add --quiet "$base" "$root" / >/dev/null
    buildah config --cmd bash "$base"
    buildah commit --quiet --rm "$base" "$BASE" >/dev/null
    rm -rf "$root"
}

build_image() {
    buildah inspect --type image "$BASE" >/dev/null 2>&1 || make_base
    buildah bud --pull=false --layers --build-arg "VARIANT=$VARIANT" \
        --secret "id=ca,src=$CA" --secret "id=pip,src=$PIP_CONFIG" -t "$IMAGE" .
}

entrypoint() { buildah inspect --type image --format '{{.OCIv1.Config.Entrypoint}}' "$IMAGE"; }
account() { buildah inspect --type image --format '{{.OCIv1.Config.User}}' "$IMAGE"; }

# make_container USER: each account has its own, as it would under Docker.
make_container() {
    [ -n "${CONTAINERS[$1]:-}" ] || CONTAINERS[$1]=$(buildah from --pull=false "$IMAGE")
}

# in_image USER ARGUMENT...: dltrain with these arguments, to its end.
in_image() {
    local options=(--volume "$RUNS:/dltrain/runs") mount
    make_container "$1"
    for mount in "${MOUNTS[@]}"; do options+=(--volume "$mount:ro"); done
    buildah run --user root --cap-add CAP_SYS_ADMIN "${options[@]}" "${CONTAINERS[$1]}" -- \
        unshare --fork --pid --mount-proc --kill-child \
        setpriv --reuid "${1%:*}" --regid "${1#*:}" --clear-groups --inh-caps=-all --bounding-set=-all \
        dltrain "${@:2}"
}

# start_in_image USER ARGUMENT...: the same in the background.
start_in_image() {
    make_container "$1"
    in_image "$@" >"$SCRATCH/started.log" 2>&1 &
    STARTED=$!
}

runs_in_image() { kill -0 "$STARTED" 2>/dev/null; }
said_in_image() { cat "$SCRATCH/started.log"; }

# stop_in_image: SIGTERM to what was started; its exit code in EXIT_CODE.
stop_in_image() {
    local process=$STARTED
    while [ "$(cat "/proc/$process/comm")" != dltrain ]; do
        process=$(pgrep --parent "$process" | head -n 1)
        [ -n "$process" ] || fail "dltrain is not running: $(said_in_image)"
    done
    kill -TERM "$process"
    EXIT_CODE=0
    wait "$STARTED" || EXIT_CODE=$?
    STARTED=
}

empty_runs() { find "$RUNS" -mindepth 1 -delete; }

close_image() {
    if [ -n "$STARTED" ]; then stop_in_image; fi
    if [ ${#CONTAINERS[@]} -gt 0 ]; then buildah rm "${CONTAINERS[@]}" >/dev/null; fi
}
