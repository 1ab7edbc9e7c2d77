# shellcheck shell=bash
# The image through a Docker daemon; sourced by run.sh.

CONTAINER=dltrain-test-$$

build_image() {
    docker build --build-arg "VARIANT=$VARIANT" --secret "id=ca,src=$CA" \
        --secret "id=pip,src=$PIP_CONFIG" -t "$IMAGE" .
}

entrypoint() { docker inspect --format '{{.Config.Entrypoint}}' "$IMAGE"; }
account() { docker inspect --format '{{.Config.User}}' "$IMAGE"; }

mounts() {
    printf -- '-v\n%s:ro\n' "${MOUNTS[@]}"
    printf -- '-v\n%s:/dltrain/runs\n' "$RUNS"
}

# in_image USER ARGUMENT...: dltrain with these arguments, to its end.
in_image() {
    local options
    mapfile -t options < <(mounts)
    docker run --rm --network none --user "$1" "${options[@]}" "$IMAGE" "${@:2}"
}

# start_in_image USER ARGUMENT...: the same in the background.
start_in_image() {
    local options
    mapfile -t options < <(mounts)
    docker run --detach --name "$CONTAINER" --network none --user "$1" "${options[@]}" \
        "$IMAGE" "${@:2}" >/dev/null
}

runs_in_image() { [ "$(docker inspect --format '{{.State.Running}}' "$CONTAINER")" = true ]; }
said_in_image() { docker logs "$CONTAINER" 2>&1; }

# stop_in_image: SIGTERM to what was started; its exit code in EXIT_CODE.
stop_in_image() {
    docker stop --time 120 "$CONTAINER" >/dev/null
    EXIT_CODE=$(docker inspect --format '{{.State.ExitCode}}' "$CONTAINER")
    docker rm "$CONTAINER" >/dev/null
}

# empty_runs: the files belong to the image's accounts, so the image deletes them.
empty_runs() {
    docker run --rm --user 0:0 --entrypoint find -v "$RUNS:/dltrain/runs" "$IMAGE" \
        /dltrain/runs -mindepth 1 -delete
}

close_image() { docker rm --force "$CONTAINER" >/dev/null 2>&1 || true; }
