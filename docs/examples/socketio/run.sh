#!/usr/bin/env bash
# Runs the Socket.IO clients of this folder against the packaged gateway. Prints PASS, FAIL or SKIPPED; any FAIL is the
# exit status.
#
#   docs/examples/socketio/run.sh [node|python|wandering ...]     SLUICE_JAR=path/to/quarkus-run.jar, PYTHON=python3
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
jar=${SLUICE_JAR:-$root/target/quarkus-app/quarkus-run.jar}
work=$(mktemp -d)
chmod 711 "$work" # where we are root the embedded database runs as somebody else, who must get to its directory
gateway_pid=
failed=0

finish() {
  if [[ -n $gateway_pid ]]; then
    kill -TERM "$gateway_pid" 2>/dev/null
    wait "$gateway_pid" 2>/dev/null
  fi
  rm -rf "$work"
}
trap finish EXIT

. "$here/gateway.sh"

node_client() {
  have_node || return
  run "$work/node/client.mjs" node "$work/node/client.mjs"
}

wandering() {
  have_node || return
  run "$work/node/wandering.mjs" node "$work/node/wandering.mjs"
}

have_node() {
  command -v npm >/dev/null || { echo "SKIPPED node: npm is not installed"; return 1; }
  [[ -d $work/node/node_modules ]] && return 0
  mkdir -p "$work/node" && cp "$here"/*.mjs "$here"/package*.json "$work/node" || return 1
  (cd "$work/node" && npm ci --no-audit --no-fund >npm.log 2>&1) || { echo "SKIPPED node: npm ci failed"; return 1; }
}

python_client() {
  local python=${PYTHON:-/usr/bin/python3}
  "$python" -c 'import socketio, websocket, requests' 2>/dev/null || {
    echo "SKIPPED python: python-socketio, websocket-client and requests are not installed"
    return
  }
  run client.py "$python" "$here/client.py"
}

run() {
  shift
  timeout 300 "$@" || failed=1
}

# Newcomers without a token are bounded by address, and all of these come from one.
start_gateway SLUICE_LIMITS_REQUESTS_PER_SECOND=1000 SLUICE_LIMITS_MESSAGES_PER_SECOND=1000 || exit 1
export SLUICE_URL="http://localhost:$port" SLUICE_TOKEN=examples-admin-token
for each in "${@:-node python wandering}"; do
  for one in $each; do
    case $one in
      node) node_client ;;
      python) python_client ;;
      wandering) wandering ;;
      *) echo "no such client: $one" >&2 && exit 2 ;;
    esac
  done
done
exit "$failed"
