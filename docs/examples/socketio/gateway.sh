# Sourced: starts the packaged gateway ($jar) in $work on a free port, or on $port where that is set.

start_gateway() { # NAME=value ...: its environment
  [[ -f $jar ]] || { echo "no $jar: run ./mvnw package first" >&2; return 1; }
  port=${port:-$(free_port)}
  management=$(free_port)
  env QUARKUS_HTTP_PORT="$port" QUARKUS_MANAGEMENT_PORT="$management" SLUICE_INGRESS_PORT=-1 \
    SLUICE_DATA_DIR="$work/data" SLUICE_FLAGS_FILE="$work/flags.properties" \
    SLUICE_ADMIN_TOKEN=examples-admin-token SLUICE_AGENT_TOKEN=examples-agent-token "$@" \
    java -jar "$jar" >"$work/gateway.log" 2>&1 &
  gateway_pid=$!
  for _ in {1..300}; do
    curl -sf "localhost:$management/q/health/ready" >/dev/null && return 0
    kill -0 "$gateway_pid" 2>/dev/null || break
    sleep 0.2
  done
  cat "$work/gateway.log" >&2
  return 1
}

free_port() {
  "${PYTHON:-python3}" -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}
