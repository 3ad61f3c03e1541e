"""python-socketio as it is: connects in each way, subscribes and hears what is published.

SLUICE_URL=http://localhost:8080 SLUICE_TOKEN=dev-admin-token python3 client.py
"""

import json
import os
import queue
import sys
import time
import urllib.request

import socketio

URL = os.environ.get("SLUICE_URL", "http://localhost:8080")
TOKEN = os.environ.get("SLUICE_TOKEN", "dev-admin-token")
ROOM = "example-%d" % time.time_ns()


def publish(channel, event, data):
    body = json.dumps({"channel": channel, "event": event, "data": data}).encode()
    request = urllib.request.Request(
        URL + "/api/v1/events",
        body,
        {"Content-Type": "application/json", "Authorization": "Bearer " + TOKEN},
    )
    return json.load(urllib.request.urlopen(request, timeout=15))


def subscribes_and_hears(transports, namespace, channel):
    client = socketio.Client()
    heard = queue.Queue()
    client.on("hello", lambda *args: heard.put(args), namespace=namespace)
    client.connect(URL, transports=transports, namespaces=[namespace], wait_timeout=15)
    try:
        answer = client.call("subscribe", {"channel": ROOM}, namespace=namespace, timeout=15)
        assert answer["ok"] and answer["channel"] == channel, answer
        publish(channel, "hello", {"n": 1})
        data, place = heard.get(timeout=15)[:2]
        assert data == {"n": 1} and place["channel"] == channel, (data, place)
    finally:
        client.disconnect()


def main():
    failed = False
    for transports in (["polling"], ["websocket"], ["polling", "websocket"]):
        for namespace, channel in (("/", ROOM), ("/pipelines", "pipelines;" + ROOM)):
            name = "python over %s in %s" % (" and ".join(transports), namespace)
            try:
                subscribes_and_hears(transports, namespace, channel)
                print("PASS", name)
            except Exception as problem:  # whatever it is, the others go on
                failed = True
                print("FAIL", name, repr(problem))
    sys.exit(1 if failed else 0)


main()
