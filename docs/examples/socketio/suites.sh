#!/usr/bin/env bash
# Starts the packaged gateway as the public test suites of Engine.IO and Socket.IO want it: port 3000, ping 300/200 ms,
# connect timeout 1 s, CORS *, their handlers. Then runs the suites whose folders are given, unchanged, or waits so
# that anybody can:
#
#   git clone https://github.com/socketio/engine.io-protocol    (and socket.io-protocol)
#   (cd engine.io-protocol/test-suite && npm install)
#   docs/examples/socketio/suites.sh engine.io-protocol/test-suite socket.io-protocol/test-suite
#
# The second suite loses the second of two messages that its client reads at once, at the reference server as well: its
# six cases that need "auth" in time fail some third of the time. Judge them with `npm install --no-save ws@8.16.0`, which tells of
# one message at a time, and all over several runs, RUNS=5: a standstill of 200 ms is a ping timeout.
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../../.." && pwd)
jar=${SLUICE_JAR:-$root/target/quarkus-app/quarkus-run.jar}
work=$(mktemp -d)
chmod 711 "$work"
gateway_pid= echo_pid= failed=0

finish() {
  [[ -n $gateway_pid ]] && kill -TERM "$gateway_pid" 2>/dev/null && wait "$gateway_pid" 2>/dev/null
  [[ -n $echo_pid ]] && kill -TERM "$echo_pid" 2>/dev/null
  rm -rf "$work"
}
trap finish EXIT

. "$here/gateway.sh"

application=$(free_port)
"${PYTHON:-python3}" "$here/echo.py" "$application" &
echo_pid=$!
port=3000
start_gateway SLUICE_ENGINEIO_PING_INTERVAL=300ms SLUICE_ENGINEIO_PING_TIMEOUT=200ms \
  SLUICE_SOCKETIO_CONNECT_TIMEOUT=1s SLUICE_SOCKETIO_NAMESPACES=/custom SLUICE_SOCKETIO_RECOVERY=false \
  SLUICE_ENGINEIO_ECHO_PATH=/engine.io SOCKET_IO_CORS_ORIGIN='*' SLUICE_UPSTREAM_URL="http://127.0.0.1:$application/" \
  SLUICE_LIMITS_REQUESTS_PER_SECOND=100000 SLUICE_LIMITS_MESSAGES_PER_SECOND=100000 || exit 1
if [[ $# -eq 0 ]]; then
  echo "ready on http://localhost:3000, path /engine.io/ for the first suite, /socket.io/ for the second; ^C ends it"
  wait "$gateway_pid"
fi
for suite in "$@"; do
  for ((run = 1; run <= ${RUNS:-1}; run++)); do
    (cd "$suite" && npm test) || failed=1
  done
done
exit "$failed"
