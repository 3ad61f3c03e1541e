#!/usr/bin/env bash
# Runs the example agents against the packaged gateway: over WebSocket, through a rollback to polling and back, and
# through a gateway that is killed. Prints PASS, FAIL or SKIPPED for each language; any FAIL is the exit status.
#
#   docs/examples/run.sh [go|node|python ...]        SLUICE_JAR=path/to/quarkus-run.jar, PYTHON=python3, KEEP_LOGS=1
set -uo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
jar=${SLUICE_JAR:-$root/target/quarkus-app/quarkus-run.jar}
work=$(mktemp -d)
chmod 711 "$work" # where we are root the embedded database runs as somebody else, who must get to its directory
gateway_pid=
agent_pid=
language=
failed=0

# --- processes: every one is stopped by its own id ---

end_process() { # pid: asks, waits 30 s, then insists
  [[ -n $1 ]] || return 0
  kill -TERM "$1" 2>/dev/null
  for _ in {1..150}; do
    kill -0 "$1" 2>/dev/null || break
    sleep 0.2
  done
  kill -KILL "$1" 2>/dev/null
  wait "$1" 2>/dev/null
}

finish() {
  trap '' INT TERM
  end_process "$agent_pid"
  end_process "$gateway_pid"
  # The embedded database ends with the gateway; one whose gateway we killed, and that no other took over, is left.
  local pidfile
  find "$work/data" -name postmaster.pid 2>/dev/null | while read -r pidfile; do
    kill -QUIT "$(head -n 1 "$pidfile")" 2>/dev/null
  done
  if [[ -n ${KEEP_LOGS:-} ]]; then echo "logs: $work"; else rm -rf "$work"; fi
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# --- small tools: JSON through node or python3, HTTP through curl ---

if command -v node >/dev/null; then
  field() { # a field of the JSON object on standard input, empty where it is not there
    node -e 'let s = ""; process.stdin.on("data", (d) => (s += d)).on("end", () => {
      try { const v = JSON.parse(s)[process.argv[1]]; console.log(v === undefined || v === null ? "" : v); } catch {}
    })' "$1"
  }
  free_ports() { # both are held before either is named, so that they differ
    node -e 'const net = require("net"), a = net.createServer(), b = net.createServer();
      a.listen(0, "127.0.0.1", () => b.listen(0, "127.0.0.1", () => {
        console.log(a.address().port, b.address().port); a.close(); b.close();
      }))'
  }
elif command -v python3 >/dev/null; then
  field() {
    python3 -c 'import json, sys
try: v = json.load(sys.stdin).get(sys.argv[1])
except Exception: v = None
print("" if v is None else v)' "$1"
  }
  free_ports() {
    python3 -c 'import socket
a, b = socket.socket(), socket.socket()
a.bind(("127.0.0.1", 0)); b.bind(("127.0.0.1", 0))
print(a.getsockname()[1], b.getsockname()[1])'
  }
else
  echo "needs node or python3 to read JSON" >&2
  exit 2
fi

random() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

# The token goes through a file: arguments are visible to everybody in the list of processes.
admin() { curl -sS --noproxy '*' --max-time 10 -H "@$work/admin-header" "$@" 2>>"$work/curl.log"; }

eventually() { # seconds, command...: true as soon as the command is
  local deadline=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < deadline)) || return 1
    sleep 0.2
  done
}

fail() {
  echo "FAIL $language: $1"
  if [[ $language != gateway ]]; then
    echo "  the agent's last lines:"
    tail -n 15 "$work/$language.log" 2>/dev/null | sed 's/^/    /'
  fi
  echo "  the gateway's last lines:"
  tail -n 10 "$work/gateway.log" 2>/dev/null | sed 's/^/    /'
  return 1
}

# --- the gateway ---

ready() { curl -sf --noproxy '*' --max-time 2 -o /dev/null "http://127.0.0.1:$QUARKUS_MANAGEMENT_PORT/q/health/ready"; }
ready_or_dead() { ready || ! kill -0 "$gateway_pid" 2>/dev/null; } # a gateway that refuses to start is known at once

start_gateway() {
  # From the work directory, so that no configuration of the place where we were called is picked up.
  (cd "$work" && exec java -jar "$jar") >>"$work/gateway.log" 2>&1 &
  gateway_pid=$!
  eventually 120 ready_or_dead
  ready
}

percentage() { # written beside and renamed: the gateway never sees half a file
  echo "ROLLOUT_PERCENTAGE=$1" >"$work/flags.new"
  mv "$work/flags.new" "$SLUICE_FLAGS_FILE"
}

post_command() { # number → the command's id
  admin -X POST -H 'Content-Type: application/json' -d "{\"type\":\"echo\",\"payload\":{\"number\":$1}}" \
    "$SLUICE_URL/api/v1/clusters/$cluster_id/commands" | field id
}

succeeded() { [[ $(admin "$SLUICE_URL/api/v1/clusters/$cluster_id/commands/$1" | field status) == succeeded ]]; }

commands_work() { # first number, how many: each succeeds, with our payload in its result
  local number id
  for ((number = $1; number < $1 + $2; number++)); do
    id=$(post_command "$number")
    [[ -n $id ]] || { why="command $number was not accepted"; return 1; }
    eventually 30 succeeded "$id" || { why="command $number ($id) has not succeeded"; return 1; }
    # The output is JSON in a JSON string. Its escaped quotes tell it from the payload that we sent.
    admin "$SLUICE_URL/api/v1/clusters/$cluster_id/commands/$id" | grep -Eq "number\\\\\": ?$number[^0-9]" ||
      { why="the result of command $number ($id) is not the payload"; return 1; }
    (($(grep -c "^command $id " "$work/$language.log") == 1)) ||
      { why="command $number ($id) was not executed exactly once"; return 1; }
  done
}

# --- the agents ---

said() { (($(grep -c "^$1" "$work/$language.log") > $2)); } # line start, more often than
times() { grep -c "^$1" "$work/$language.log"; }
agent_alive() { kill -0 "$agent_pid" 2>/dev/null; }
clusters_named() { sed -nE 's/^(websocket|polling): registered as cluster ([^ ]+).*/\2/p' "$work/$language.log" | sort -u; }

# Each of these leaves its start command in the array `agent`, or a reason in `why`.
prepare_go() {
  command -v go >/dev/null || { why="no go"; return 1; }
  if [[ -d /usr/share/gocode/src/github.com/gorilla/websocket ]]; then # Debian's package, no network needed
    (cd "$here/go" && GO111MODULE=off GOPATH=/usr/share/gocode go build -o "$work/go-agent" .) >"$work/build.log" 2>&1
  else
    (cd "$here/go" && go build -o "$work/go-agent" .) >"$work/build.log" 2>&1
  fi || { why="does not build: $(tail -n 1 "$work/build.log")"; return 1; }
  agent=("$work/go-agent")
}

prepare_node() {
  command -v node >/dev/null || { why="no node"; return 1; }
  # In a copy, so that the working tree stays as it is.
  mkdir -p "$work/node" && cp "$here"/node/*.{mjs,json} "$work/node"
  if [[ -d $here/node/node_modules/ws ]]; then
    cp -R "$here/node/node_modules" "$work/node"
  else
    (cd "$work/node" && npm ci --no-audit --no-fund) >"$work/build.log" 2>&1 || { why="cannot install ws"; return 1; }
  fi
  agent=(node "$work/node/agent.mjs")
}

prepare_python() {
  local python
  for python in ${PYTHON:-} /usr/bin/python3 python3; do
    if "$python" -c 'import websockets.client' 2>/dev/null; then
      agent=("$python" "$here/python/agent.py")
      return
    fi
  done
  command -v python3 >/dev/null || { why="no python3"; return 1; }
  python3 -m venv "$work/venv" >"$work/build.log" 2>&1 &&
    "$work/venv/bin/pip" install -q -r "$here/python/requirements.txt" >>"$work/build.log" 2>&1 ||
    { why="cannot install websockets"; return 1; }
  agent=("$work/venv/bin/python" "$here/python/agent.py")
}

check() {
  local before id
  AGENT_ID="example-$language" AGENT_NAME="example-$language" PYTHONDONTWRITEBYTECODE=1 \
    "${agent[@]}" >"$work/$language.log" 2>&1 &
  agent_pid=$!

  eventually 30 said 'websocket: registered as cluster ' 0 || { fail 'not registered over WebSocket'; return 1; }
  cluster_id=$(clusters_named)
  commands_work 1 3 || { fail "over WebSocket: $why"; return 1; }

  before=$(times 'polling: registered')
  percentage 0
  eventually 30 said 'polling: registered' "$before" || { fail 'at 0 % not on polling'; return 1; }
  commands_work 11 3 || { fail "over polling: $why"; return 1; }

  before=$(times 'websocket: registered')
  percentage 100
  eventually 60 said 'websocket: registered' "$before" || { fail 'at 100 % not back on WebSocket'; return 1; }
  commands_work 21 3 || { fail "back on WebSocket: $why"; return 1; }

  id=$(post_command 31)
  [[ -n $id ]] || { fail 'the command before the kill was not accepted'; return 1; }
  before=$(times 'websocket: registered')
  kill -KILL "$gateway_pid" && wait "$gateway_pid" 2>/dev/null
  start_gateway || { fail 'the gateway does not come back after a kill'; return 1; }
  # A minute of backoff, and perhaps a stay on polling in between.
  eventually 120 succeeded "$id" || { fail "the command accepted just before the kill ($id) was lost"; return 1; }
  (($(grep -c "^command $id " "$work/$language.log") == 1)) || { fail "command $id was executed twice"; return 1; }
  eventually 120 said 'websocket: registered' "$before" || { fail 'not back on WebSocket after the kill'; return 1; }
  commands_work 41 3 || { fail "after the kill: $why"; return 1; }
  [[ $(clusters_named) == "$cluster_id" ]] || { fail "more than one cluster id: $(clusters_named | xargs)"; return 1; }

  agent_alive || { fail 'the agent has ended by itself'; return 1; }
  kill -TERM "$agent_pid"
  eventually 15 eval '! agent_alive' || { fail 'SIGTERM does not end the agent'; return 1; }
  wait "$agent_pid" || { fail "the agent ends with status $? after SIGTERM"; return 1; }
  agent_pid=
  ! grep -qF "$SLUICE_TOKEN" "$work/$language.log" || { fail "the agent's log has its token"; return 1; }
  echo "PASS $language"
}

# --- the run ---

for tool in java curl; do
  command -v "$tool" >/dev/null || { echo "needs $tool" >&2; exit 2; }
done
[[ -f $jar ]] || { echo "no gateway at $jar: build it with ./mvnw package, or set SLUICE_JAR" >&2; exit 2; }
jar=$(cd "$(dirname "$jar")" && pwd)/$(basename "$jar")

read -r QUARKUS_HTTP_PORT QUARKUS_MANAGEMENT_PORT < <(free_ports)
export QUARKUS_HTTP_PORT QUARKUS_MANAGEMENT_PORT
export SLUICE_INGRESS_PORT=-1 SLUICE_DATA_DIR=$work/data SLUICE_FLAGS_FILE=$work/flags.properties
SLUICE_ADMIN_TOKEN=$(random) SLUICE_AGENT_TOKEN=$(random)
export SLUICE_ADMIN_TOKEN SLUICE_AGENT_TOKEN
export SLUICE_URL=http://127.0.0.1:$QUARKUS_HTTP_PORT SLUICE_TOKEN=$SLUICE_AGENT_TOKEN
export no_proxy=127.0.0.1,localhost NO_PROXY=127.0.0.1,localhost
# What the caller's environment says would win over nothing here but is not what we test.
unset ROLLOUT_PERCENTAGE WEBSOCKET_ROLLOUT_PERCENTAGE WEBSOCKET_ENABLED FALLBACK_ENABLED SLUICE_DB_URL SLUICE_REDIS_URL
(umask 077 && echo "Authorization: Bearer $SLUICE_ADMIN_TOKEN" >"$work/admin-header")
percentage 100

language=gateway
start_gateway || { fail 'it does not become ready'; exit 1; }

languages=("$@")
((${#languages[@]})) || languages=(go node python)
for language in "${languages[@]}"; do
  why=
  case $language in
    go | node | python) ;;
    *) echo "no example for $language" >&2; failed=1; continue ;;
  esac
  if ! "prepare_$language"; then
    echo "SKIPPED $language: $why"
    continue
  fi
  check || failed=1
  end_process "$agent_pid"
  agent_pid=
  percentage 100
  ready || start_gateway || { fail 'the gateway is gone'; exit 1; }
done
exit "$failed"
