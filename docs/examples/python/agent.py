#!/usr/bin/env python3
"""An example agent for Sluice: WebSocket first, long polling where WebSocket cannot be had.

The whole protocol is in docs/agents-websocket-api.md and docs/agents-http-api.md. Replace `handle` with your work.
"""

import asyncio
import json
import os
import random
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
import uuid
from datetime import datetime, timezone

from websockets.exceptions import ConnectionClosed, InvalidHandshake

try:  # websockets 13 and later
    from websockets.asyncio.client import connect

    HEADERS = "additional_headers"
except ImportError:  # Debian 12 has version 10
    from websockets.client import connect

    HEADERS = "extra_headers"

BASE = (os.environ.get("SLUICE_URL") or "http://localhost:8080").rstrip("/")
TOKEN = os.environ.get("SLUICE_TOKEN") or "dev-agent-token"
# Stable over restarts: a new process of this instance replaces its own dead connection at once, and never that of
# another replica.
INSTANCE_ID = socket.gethostname()
AGENT_ID = os.environ.get("AGENT_ID") or f"example-python-{INSTANCE_ID}"
AGENT_NAME = os.environ.get("AGENT_NAME") or AGENT_ID

HEARTBEAT = 30
POLL_WAIT = 25  # below the 30 s at which many proxies cut a request that stays silent
WEBSOCKET_TRIES = 3  # failures in a row before we poll
FALLBACK = 60  # then leave WebSocket alone for as long as the gateway does
REMEMBERED = 1000  # commands that may wait, and outcomes we keep at least, so that none runs twice
# Closes after which coming back at once would only repeat what went wrong, in seconds.
PAUSE_AFTER_CLOSE = {1009: 30, 1013: 5, 4400: 30, 4409: 30, 4429: 10, 4510: 5}


async def handle(command):
    """Your work goes here: what it returns becomes the command's output, what it raises its error."""
    return json.dumps(command.get("payload"))


class Fatal(Exception):
    """An end that no retry can mend."""


class Refused(Exception):
    """An HTTP answer other than 2xx; status 0 is none at all."""

    def __init__(self, status, detail, retry_after=0.0):
        super().__init__(f"{status} {detail}" if status else detail)
        self.status, self.retry_after = status, retry_after


def log(text):
    print(text, flush=True)


def now():
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def backoff(failures):
    """Full jitter: anywhere between nothing and 1, 2, 4 … 60 s, so that a fleet does not come back in step."""
    return random.random() * min(60, 2 ** (min(failures, 7) - 1))


def seconds(retry_after):
    return float(retry_after) if (retry_after or "").isdigit() else 0.0  # the gateway never sends a date


async def call(method, path, body=None, wait=0):
    """One HTTP request. On a daemon thread, so that a parked poll holds up neither the loop nor the exit."""
    loop, done = asyncio.get_running_loop(), asyncio.get_running_loop().create_future()
    data = None if body is None else json.dumps(body).encode()
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    ask = urllib.request.Request(f"{BASE}/api/v1/clusters/agent{path}", data, headers, method=method)

    def settle(answer, error):
        if not done.done():
            done.set_exception(error) if error else done.set_result(answer)

    def request():
        answer, error = None, None
        try:
            with urllib.request.urlopen(ask, timeout=wait + 15) as response:
                answer = json.loads(response.read())
        except urllib.error.HTTPError as e:
            try:
                detail = json.loads(e.read())["detail"]
            except (ValueError, KeyError, TypeError, OSError):
                detail = e.reason
            error = Refused(e.code, detail, seconds(e.headers.get("Retry-After")))
        except Exception as e:  # refused, cut, timed out, not JSON: all the same to a poller
            error = Refused(0, str(e))
        if not loop.is_closed():
            loop.call_soon_threadsafe(settle, answer, error)

    threading.Thread(target=request, daemon=True).start()
    return await done


class HttpLink:
    """How acknowledgements and results leave while we poll."""

    def __init__(self, cluster_id):
        self.commands = f"/{cluster_id}/commands"

    async def tell(self, command_id, what, body):
        try:
            await call("POST", f"{self.commands}/{urllib.parse.quote(command_id, '')}/{what}", body)
            return True
        except Refused as e:
            return e.status in (400, 404, 409)  # cancelled or expired: nobody waits for it

    async def ack(self, command_id):
        await self.tell(command_id, "ack", {})  # not heard: it is offered again

    async def result(self, command_id, result):
        return await self.tell(command_id, "result", result)


class SocketLink:
    """How frames leave while we are connected."""

    def __init__(self, ws):
        self.ws = ws

    async def send(self, kind, payload, request_id=None):
        frame = {"type": kind, "request_id": request_id or str(uuid.uuid4()), "payload": payload, "timestamp": now()}
        try:
            await self.ws.send(json.dumps(frame))
        except ConnectionClosed:
            pass  # the reader sees it too, and decides what it means

    async def ack(self, command_id):
        await self.send("command_ack", {"id": command_id}, command_id)

    async def result(self, command_id, result):
        await self.send("command_result", result, command_id)
        return False  # sent is not stored: a later heartbeat_ack settles it


class Agent:
    def __init__(self):
        self.stopping = False
        self.failures = 0  # WebSocket attempts in a row that never got as far as register_success
        self.websocket_from = 0.0  # not before this time do we follow an invitation back to WebSocket
        self.link = None
        self.commands = {}  # id → {result, sent_at, settled}, oldest first
        self.queue = asyncio.Queue()
        self.registration = {
            "agent_id": AGENT_ID,
            "name": AGENT_NAME,
            "instance_id": INSTANCE_ID,
            "agent_version": "1.0.0",
            "hostname": socket.gethostname(),
            "features": {"supports_switch": True, "supports_polling": True},
        }

    # --- commands: the same over both transports ---

    async def receive(self, command):
        known = self.commands.get(command["id"])
        if known is None:
            if self.stopping or self.queue.qsize() >= REMEMBERED:
                return  # without an acknowledgement it stays the gateway's: it offers it again, to us or the next process
            self.commands[command["id"]] = {"result": None, "sent_at": 0.0, "settled": False}
            if len(self.commands) > 2 * REMEMBERED:
                del self.commands[next(iter(self.commands))]
            self.queue.put_nowait(command)
        await self.link.ack(command["id"])
        if known and known["result"]:
            await self.report(command["id"], known)  # our first answer got lost: say it again, do not do it again

    async def execute(self):
        """Runs commands one by one, in the order of their delivery, beside the reading of the connection."""
        while True:
            command = await self.queue.get()
            log(f"command {command['id']} {command['type']}")
            try:
                result = {"success": True, "output": await handle(command), "timestamp": now()}
            except Exception as e:
                result = {"success": False, "error": str(e), "timestamp": now()}
            entry = self.commands.get(command["id"], {})
            entry["result"] = result
            await self.report(command["id"], entry)
            self.queue.task_done()

    async def report(self, command_id, entry):
        entry["sent_at"] = time.monotonic()
        link = self.link
        entry["settled"] = await link.result(command_id, entry["result"]) if link else False

    async def report_unsettled(self):
        """Results that may have been lost with an earlier connection. An acknowledged command is not offered again."""
        for command_id, entry in list(self.commands.items()):
            if entry["result"] and not entry["settled"]:
                await self.report(command_id, entry)
                await asyncio.sleep(0.02)  # well below the 100 messages a second that the gateway allows

    # --- WebSocket ---

    async def websocket(self):
        """One connection from dial to close; says what to do next: (transport, reason, pause)."""
        url = f"{BASE.replace('http', 'ws', 1)}/api/v1/clusters/agent/ws?agent_id={urllib.parse.quote(AGENT_ID, '')}"
        options = {HEADERS: {"Authorization": f"Bearer {TOKEN}"}, "open_timeout": 10, "close_timeout": 3}
        self.failures += 1  # until register_success
        try:
            # The library answers the gateway's pings, and its own find out when nobody is there any more.
            ws = await connect(url, ping_interval=30, ping_timeout=30, max_size=16 << 20, **options)
        except InvalidHandshake as e:
            response = getattr(e, "response", e)  # version 10 has status_code and headers on the exception itself
            status, headers = getattr(response, "status_code", 0), getattr(response, "headers", {})
            why = f"refused with {status}" if status else str(e)
            return self.after_websocket(why, status, headers.get("Retry-After"))
        except (OSError, asyncio.TimeoutError, EOFError) as e:
            return self.after_websocket(f"no connection {e}".strip())
        heartbeat = switch = None
        register_id = str(uuid.uuid4())
        link = SocketLink(ws)
        try:
            await link.send("register", self.registration, register_id)
            async for frame in self.frames(ws):
                kind, payload = frame.get("type"), frame.get("payload") or {}
                if kind == "register_success":
                    log(f"websocket: registered as cluster {payload.get('cluster_id')}")
                    self.failures, self.link = 0, link
                    heartbeat = asyncio.create_task(self.heartbeat(link))
                elif kind == "heartbeat_ack":
                    # The connection still answers, so what we sent a while ago has arrived.
                    for entry in self.commands.values():
                        entry["settled"] |= 0 < entry["sent_at"] < time.monotonic() - HEARTBEAT
                elif kind == "command":
                    await self.receive(payload)
                elif kind == "ping":
                    await link.send("pong", payload, frame.get("request_id"))
                elif kind == "switch":
                    switch = payload
                    break
                elif kind == "error":
                    log(f"websocket: error {payload.get('code', '')}: {payload.get('error')}")
                    if frame.get("request_id") == register_id and not self.link:
                        break
                # Unknown types are for agents newer than this one.
        except asyncio.TimeoutError:
            pass  # no register_success in time
        finally:
            self.link = None
            if heartbeat:
                heartbeat.cancel()
            await ws.close()
        if switch and switch.get("mode") == "polling":
            # Anywhere within the first half of the time we were given: the rest is for the request itself.
            pause = random.random() * switch.get("within_ms", 0) / 2000
            return self.to_polling(f"asked to switch ({switch.get('reason')})", 0, pause)
        # 1006 is no code on the wire but the library's word for a connection that was cut.
        lost = ws.close_code in (None, 1006)
        why = "connection lost" if lost else f"closed {ws.close_code} {ws.close_reason}".strip()
        return self.after_websocket(why, code=ws.close_code)

    async def frames(self, ws):
        deadline = time.monotonic() + 10  # for register_success
        while True:
            try:
                limit = None if self.link else max(0.0, deadline - time.monotonic())
                yield json.loads(await asyncio.wait_for(ws.recv(), limit))
            except ConnectionClosed:
                return

    async def heartbeat(self, link):
        await self.report_unsettled()
        while True:
            await asyncio.sleep(HEARTBEAT)
            await link.send("heartbeat", {"status": "available"})

    def after_websocket(self, why, status=0, retry_after=None, code=None):
        """What the end of a connection means: where to go next, why, and after how many seconds."""
        if status == 401 or code == 4401:
            raise Fatal("the token is unknown or revoked")
        if status == 403:  # outside the rollout; a token that may not do this is refused there too, with the reason
            return self.to_polling(why, backoff(self.failures))
        if code == 4503:
            return self.to_polling(why, random.random())
        if status and retry_after:
            self.failures -= 1  # an orderly "later" is no failure of WebSocket
            return "websocket", why, seconds(retry_after) + random.random()
        if self.failures >= WEBSOCKET_TRIES:
            return self.to_polling(f"{why}, {self.failures} failures in a row", FALLBACK)
        return "websocket", why, PAUSE_AFTER_CLOSE.get(code, 0) + backoff(max(1, self.failures))

    def to_polling(self, why, not_before, pause=0.0):
        self.websocket_from = time.monotonic() + not_before
        return "polling", why, pause

    # --- polling ---

    async def poll(self):
        """Polls until the gateway offers WebSocket again."""
        cluster_id, cursor, heartbeat_due, misses = None, None, 0.0, 0
        wait = 0  # the first poll asks at once: what is there, and which mode
        try:
            while True:
                try:
                    if not cluster_id:
                        cluster_id = (await call("POST", "/register", self.registration))["cluster_id"]
                        log(f"polling: registered as cluster {cluster_id}")
                        heartbeat_due = time.monotonic() + HEARTBEAT
                        self.link = HttpLink(cluster_id)
                    if time.monotonic() + wait > heartbeat_due:
                        body = {"cluster_id": cluster_id, "status": "available"}
                        await call("POST", f"/{cluster_id}/heartbeat", body)
                        heartbeat_due = time.monotonic() + HEARTBEAT
                    await self.report_unsettled()
                    asked = time.monotonic()
                    query = urllib.parse.urlencode({"wait": wait, **({"after": cursor} if cursor else {})})
                    answer = await call("GET", f"/{cluster_id}/poll?{query}", wait=wait)
                    cursor, misses = answer.get("cursor"), 0
                    commands = answer.get("commands") or []
                    for command in commands:
                        await self.receive(command)
                    if answer.get("mode") == "websocket" and time.monotonic() >= self.websocket_from:
                        return
                    # An empty answer long before its time must not become a loop without a pause.
                    if wait and not commands and time.monotonic() - asked < 1:
                        await asyncio.sleep(1)
                    wait = POLL_WAIT
                except Refused as e:
                    wait = 0
                    if e.status == 426:  # polling is switched off for us
                        return await asyncio.sleep(backoff(self.failures))
                    if e.status == 410 and cursor:
                        cursor = None  # perhaps only our position is gone
                    elif e.status == 410:
                        raise Fatal("polling has been switched off for good (410): this agent needs WebSocket")
                    elif e.status == 404:
                        cluster_id = None  # forgotten: register again
                    elif e.status in (400, 401, 403, 409):
                        raise Fatal(str(e))
                    elif not e.status or e.status >= 500:
                        self.websocket_from = 0.0  # HTTP is away as well, so WebSocket is not to blame
                    misses += 1
                    pause = e.retry_after + backoff(misses)
                    log(f"polling: {e}; again in {pause:.1f} s")
                    await asyncio.sleep(pause)
        finally:
            self.link = None

    # --- the agent ---

    async def connect_and_serve(self):
        log(f"agent {AGENT_ID} for {BASE}")
        while True:
            transport, why, pause = await self.websocket()
            log(f"{transport}: {why}; in {pause:.1f} s")
            await asyncio.sleep(pause)
            if transport == "polling":
                await self.poll()
                log("websocket: offered")

    async def run(self):
        loop, asked_to_stop = asyncio.get_running_loop(), asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, asked_to_stop.set)
        worker = asyncio.create_task(self.execute())
        serving = asyncio.create_task(self.connect_and_serve())
        waiting = asyncio.create_task(asked_to_stop.wait())
        await asyncio.wait({serving, waiting}, return_when=asyncio.FIRST_COMPLETED)
        self.stopping = True
        if waiting.done():
            # What we acknowledged is ours to finish: nobody offers it to another process.
            await asyncio.wait({asyncio.create_task(self.queue.join())}, timeout=10)
        for task in (serving, worker, waiting):
            task.cancel()  # leaves the connection by its finally: a close with 1000
        ends = await asyncio.gather(serving, worker, waiting, return_exceptions=True)
        if isinstance(ends[0], Exception):
            raise ends[0]


async def main():
    await Agent().run()


if __name__ == "__main__":
    try:
        asyncio.run(main())
    except Fatal as e:
        sys.exit(f"stopped: {e}")
    log("stopped")
