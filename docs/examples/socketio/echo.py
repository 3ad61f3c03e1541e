"""The application that the public suites expect behind the gateway; see suites.sh. Argument: the port."""

import json
import sys
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


def said(kind, data):
    if kind.endswith(".connected"):
        return {"events": [{"event": "auth", "args": [data["auth"]]}]}
    if data.get("event") == "message":
        return {"events": [{"event": "message-back", "args": data["data"]}]}
    if data.get("event") == "message-with-ack":
        return {"ack": data["data"]}
    return {}


class Application(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body go out apart: without this the body waits 40 ms for the head's acknowledgement.
    disable_nagle_algorithm = True

    def do_POST(self):
        event = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        body = json.dumps(said(event["type"], event["data"])).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Application).serve_forever()
