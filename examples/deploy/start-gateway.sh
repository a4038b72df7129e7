#!/bin/sh
# Starts the gateway so that Node itself lets it do no more than it needs: read its own program, its configuration and its secrets,
# write its spool, and load the add-on that matches expressions. It can't start other programs.
#
#   SCRIM_HOME            where scrim is installed, with node_modules
#   STATE_DIRECTORY       where the spool lies; systemd sets it
#   CREDENTIALS_DIRECTORY folder of secrets that ${file:…} may name; systemd sets it
#   SCRIM_CONFIG_FILES    further such folders, with a colon between them
#   SCRIM_TLS             folder of the certificate and its key
#   SCRIM_NODE_FLAGS      further flags for Node: --allow-child-process where service.workers is over 1
set -eu

config=${1:?usage: start-gateway.sh CONFIGURATION}
home=${SCRIM_HOME:?where is scrim installed?}
state=${STATE_DIRECTORY:?where may the spool lie?}
main=${SCRIM_MAIN:-$home/node_modules/scrim/dist/main.js}

umask 077
mkdir -p "$state"
# Not links, as systemd names one with DynamicUser=: Node allows what is named, and the gateway reads and writes where that leads to.
state=$(realpath "$state")
home=$(realpath "$home")
main=$(realpath "$main")
export STATE_DIRECTORY="$state"
# A core would hold what passes by.
ulimit -c 0

# The C library gives back what was freed, rather than keep all that a moment of overload took: some 60 MiB less.
export MALLOC_ARENA_MAX=2 MALLOC_MMAP_THRESHOLD_=65536 MALLOC_TRIM_THRESHOLD_=1048576
# Space for what is young in memory, which grows to tens of MiB unless told otherwise: a gateway at rest needs 50 MiB less this way.
set -- --max-semi-space-size=4 --disable-warning=SecurityWarning --disable-warning=ExperimentalWarning --permission --allow-addons --allow-worker "--allow-fs-write=$state" "--allow-fs-read=$state"
folders="$home:$(dirname "$config"):${CREDENTIALS_DIRECTORY:-}:${SCRIM_CONFIG_FILES:-}:${SCRIM_TLS:-}"
IFS=:
for folder in $folders; do
  if [ -n "$folder" ]; then set -- "$@" "--allow-fs-read=$folder"; fi
done
unset IFS
# Where Node can keep a program from the network as well, a gateway is one that needs it.
if node -e 'process.exit(process.allowedNodeEnvironmentFlags.has("--allow-net") ? 0 : 1)'; then
  set -- "$@" --allow-net
fi

# shellcheck disable=SC2086 # flags are words
exec node "$@" ${SCRIM_NODE_FLAGS:-} "$main" gateway --config "$config"
