#!/usr/bin/env bash
# Build the image on a Debian machine that has no container engine, as root: build-without-engine.sh [NAME [ARCHIVE]]
# ARCHIVE: a file for `docker load` or `podman load` on another machine; without it the image is only tried.
# A base made by debootstrap stands in for the public one; buildah needs no daemon.
# All else that it makes is in one folder (under BUILD_DIR, default: the temporary one) and removed at the end.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
name=${1:-referral-hub}
archive=${2:-}
suite=${SUITE:-bookworm}
[ "$(id -u)" -eq 0 ] || { echo "Only root can build this way." >&2; exit 2; }

missing=()
for tool in debootstrap podman buildah; do
    command -v "$tool" >/dev/null || missing+=("$tool")
done
if [ ${#missing[@]} -gt 0 ]; then
    echo "Installing ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -qq --yes --no-install-recommends "${missing[@]}" >/dev/null
fi

work=$(mktemp -d -p "${BUILD_DIR:-${TMPDIR:-/tmp}}" image.XXXXXX)
store=(--storage-driver vfs --root "$work/store" --runroot "$work/run")
trap 'rm -rf "$work"' EXIT
stage() { # stage NAME COMMAND...: run it and say how long it took
    local title=$1 start=$SECONDS
    shift
    "$@"
    echo "== $title: $((SECONDS - start)) s"
}

base() {
    debootstrap --variant=minbase --include=python3,python3-venv,python3-pip,ca-certificates "$suite" "$work/base" >"$work/debootstrap.log" ||
        { tail -20 "$work/debootstrap.log" >&2; return 1; }
    rm -rf "$work"/base/var/cache/apt/archives/*.deb "$work"/base/var/lib/apt/lists/*
    tar -C "$work/base" -c . | podman "${store[@]}" import - localhost/base:1 >/dev/null
    rm -rf "$work/base"
}

build() {
    # What this machine knows of its package index goes in as a secret, never into a layer or a file of the project.
    local secrets=() bundle=${SSL_CERT_FILE:-/etc/ssl/certs/ca-certificates.crt}
    [ -s "$bundle" ] && secrets+=(--secret "id=ca,src=$bundle")
    [ -s "${PIP_CONFIG_FILE:-/etc/pip.conf}" ] && secrets+=(--secret "id=pip,src=${PIP_CONFIG_FILE:-/etc/pip.conf}")
    buildah "${store[@]}" bud --isolation chroot --network host --format docker "${secrets[@]}" \
        --build-arg BASE_IMAGE=localhost/base:1 -f docker/Dockerfile -t "$name" .
}

try() {
    local container
    container=$(buildah "${store[@]}" from --pull-never "localhost/$name")
    for command in "hub --help" "airflow version" "id -un"; do
        echo "\$ $command"
        # shellcheck disable=SC2086
        buildah "${store[@]}" run --isolation chroot "$container" -- $command
    done
    buildah "${store[@]}" rm "$container" >/dev/null
}

save() {
    mkdir -p "$(dirname "$archive")"
    rm -f "$archive"
    buildah "${store[@]}" push --quiet "localhost/$name" "docker-archive:$archive:$name:latest"
}

stage "base" base
stage "image" build
stage "trial" try
buildah "${store[@]}" images "localhost/$name"
[ -z "$archive" ] || stage "archive $archive" save
