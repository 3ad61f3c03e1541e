#!/usr/bin/env node
// An example agent for Sluice: WebSocket first, long polling where WebSocket cannot be had.
//
// The whole protocol is in docs/agents-websocket-api.md and docs/agents-http-api.md. Replace `handle` with your work.
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import WebSocket from 'ws';

const BASE = (process.env.SLUICE_URL || 'http://localhost:8080').replace(/\/+$/, '');
const TOKEN = process.env.SLUICE_TOKEN || 'dev-agent-token';
// Stable over restarts: a new process of this instance replaces its own dead connection at once, and
// never that of another replica.
const INSTANCE_ID = hostname();
const AGENT_ID = process.env.AGENT_ID || `example-node-${INSTANCE_ID}`;
const AGENT_NAME = process.env.AGENT_NAME || AGENT_ID;

const HEARTBEAT_MS = 30_000;
const SILENCE_MS = 75_000; // the gateway pings every 30 s; two missed and a margin mean that nobody is there
const POLL_WAIT_S = 25; // below the 30 s at which many proxies cut a request that stays silent
const WEBSOCKET_TRIES = 3; // failures in a row before we poll
const FALLBACK_MS = 60_000; // then leave WebSocket alone for as long as the gateway does
const REMEMBERED = 1000; // commands that may wait, and outcomes we keep at least, so that none runs twice
// Closes after which coming back at once would only repeat what went wrong, in seconds.
const PAUSE_AFTER_CLOSE = { 1009: 30, 1013: 5, 4400: 30, 4409: 30, 4429: 10, 4510: 5 };

/** Your work goes here: what it returns becomes the command's output, what it throws its error. */
async function handle(command) {
  return JSON.stringify(command.payload ?? null);
}

/** An end that no retry can mend. */
class Fatal extends Error {}

/** An HTTP answer other than 2xx. */
class Refused extends Error {
  constructor(status, detail, retryAfter) {
    super(`${status} ${detail}`);
    Object.assign(this, { status, retryAfter });
  }
}

const log = (text) => console.log(text);
const stop = new AbortController();
const sleep = (seconds) => delay(seconds * 1000, undefined, { signal: stop.signal });
/** Full jitter: anywhere between nothing and 1, 2, 4 … 60 s, so that a fleet does not come back in step. */
const backoff = (failures) => Math.random() * Math.min(60, 2 ** (failures - 1));
const seconds = (retryAfter) => Math.max(0, Number(retryAfter) || (Date.parse(retryAfter) - Date.now()) / 1000 || 0);

let stopping = false;
let failures = 0; // WebSocket attempts in a row that never got as far as register_success
let webSocketFrom = 0; // not before this time do we follow an invitation back to WebSocket
let link = null; // how acknowledgements and results leave at the moment: { ack(id), result(id, result) → settled }

// --- commands: the same over both transports ---

const commands = new Map(); // id → { result?, sentAt?, settled? }, oldest first
let waiting = 0;
let work = Promise.resolve(); // a chain, so that commands run one by one in the order of their delivery

function receive(command) {
  const known = commands.get(command.id);
  // Without an acknowledgement it stays the gateway's: it offers it again, to us or to the process after us.
  if (!known && (stopping || waiting >= REMEMBERED)) return;
  link?.ack(command.id);
  if (known?.result) report(command.id, known); // our first answer got lost: say it again, do not do it again
  if (known) return;
  const entry = {};
  commands.set(command.id, entry);
  if (commands.size > 2 * REMEMBERED) commands.delete(commands.keys().next().value);
  waiting += 1;
  work = work.then(async () => {
    waiting -= 1;
    log(`command ${command.id} ${command.type}`);
    try {
      entry.result = { success: true, output: await handle(command), timestamp: new Date().toISOString() };
    } catch (e) {
      entry.result = { success: false, error: String(e?.message ?? e), timestamp: new Date().toISOString() };
    }
    await report(command.id, entry);
  });
}

async function report(id, entry) {
  entry.sentAt = Date.now();
  entry.settled = (await link?.result(id, entry.result)) ?? false;
}

/** Results that may have been lost with an earlier connection. An acknowledged command is not offered again. */
async function reportUnsettled() {
  for (const [id, entry] of commands) {
    if (!entry.result || entry.settled) continue;
    await report(id, entry);
    await sleep(0.02); // well below the 100 messages a second that the gateway allows
  }
}

const registration = () => ({
  agent_id: AGENT_ID,
  name: AGENT_NAME,
  instance_id: INSTANCE_ID,
  agent_version: '1.0.0',
  hostname: hostname(),
  features: { supports_switch: true, supports_polling: true },
});

// --- WebSocket ---

/** One connection from dial to close. Resolves, never rejects: { status } refused, { code } closed, { next } switched. */
function webSocket() {
  return new Promise((resolve) => {
    const url = `${BASE.replace(/^http/, 'ws')}/api/v1/clusters/agent/ws?agent_id=${encodeURIComponent(AGENT_ID)}`;
    const ws = new WebSocket(url, { headers: { authorization: `Bearer ${TOKEN}` }, handshakeTimeout: 10_000 });
    const end = { registered: false };
    const registerId = randomUUID();
    const send = (type, request_id, payload) => {
      if (ws.readyState !== WebSocket.OPEN) return;
      ws.send(JSON.stringify({ type, request_id, payload, timestamp: new Date().toISOString() }));
    };
    const leave = () => {
      ws.close(1000);
      setTimeout(() => ws.terminate(), 3000).unref(); // a peer that is gone never answers the close
    };
    let silence = setTimeout(() => ws.terminate(), 10_000); // for register_success; later for anything at all
    const heard = () => {
      if (!end.registered) return;
      clearTimeout(silence);
      silence = setTimeout(() => ws.terminate(), SILENCE_MS);
    };
    let heartbeat;
    const mine = {
      ack: (id) => send('command_ack', id, { id }),
      result: (id, result) => void send('command_result', id, result), // sent is not stored: heartbeat_ack settles it
    };

    const on = {
      register_success({ payload }) {
        log(`websocket: registered as cluster ${payload.cluster_id}`);
        end.registered = true;
        link = mine;
        heartbeat = setInterval(() => send('heartbeat', undefined, { status: 'available' }), HEARTBEAT_MS);
        reportUnsettled().catch(() => {});
      },
      heartbeat_ack() {
        // The connection still answers, so what we sent a while ago has arrived.
        for (const entry of commands.values()) {
          if (entry.sentAt < Date.now() - HEARTBEAT_MS) entry.settled = true;
        }
      },
      command: ({ payload }) => receive(payload),
      ping: ({ request_id, payload }) => send('pong', request_id, payload ?? {}),
      switch({ payload }) {
        Object.assign(end, { next: payload.mode, reason: payload.reason, withinMs: payload.within_ms ?? 0 });
        leave();
      },
      error({ request_id, payload }) {
        log(`websocket: error ${payload.code ?? ''}: ${payload.error}`);
        if (request_id === registerId && !end.registered) leave();
      },
    };

    stop.signal.addEventListener('abort', leave, { once: true });
    ws.on('open', () => send('register', registerId, registration()));
    ws.on('ping', heard); // the library answers with the pong
    ws.on('message', (data) => {
      heard();
      const message = JSON.parse(data);
      on[message.type]?.(message); // unknown types are for agents newer than this one
    });
    ws.on('unexpected-response', (request, response) => {
      end.status = response.statusCode;
      end.retryAfter = response.headers['retry-after'];
      response.resume();
      ws.terminate();
    });
    ws.on('error', (e) => (end.error ??= e.message));
    ws.on('close', (code, reason) => {
      clearTimeout(silence);
      clearInterval(heartbeat);
      stop.signal.removeEventListener('abort', leave);
      if (link === mine) link = null;
      resolve({ ...end, code, reason: end.reason || String(reason) || end.error || '' });
    });
  });
}

/** What the end of a connection means: throws Fatal, or says where to go next and after how many seconds. */
function afterWebSocket(end) {
  failures = end.registered ? 0 : failures + 1;
  const polling = (why, pause) => {
    webSocketFrom = Date.now() + 1000 * pause;
    return { next: 'polling', why, pause: 0 };
  };
  if (end.status === 401 || end.code === 4401) throw new Fatal('the token is unknown or revoked');
  if (end.status === 403) return polling('websocket refused with 403', backoff(failures)); // a bad token shows there too
  if (end.status && end.retryAfter) {
    failures -= 1; // an orderly "later" is no failure of WebSocket
    return { next: 'websocket', why: `refused with ${end.status}`, pause: seconds(end.retryAfter) + Math.random() };
  }
  if (end.next === 'polling') {
    // Anywhere within the first half of the time we were given: the rest is for the request itself.
    return { ...polling(`asked to switch (${end.reason})`, 0), pause: (Math.random() * end.withinMs) / 2000 };
  }
  if (end.code === 4503) return polling(`closed 4503 ${end.reason}`, Math.random());
  // 1006 is no code on the wire but the library's word for a connection that was cut or never came to be.
  const closed = end.code === 1006 ? `no connection ${end.reason}` : `closed ${end.code} ${end.reason}`;
  const why = end.status ? `refused with ${end.status}` : closed.trim();
  if (failures >= WEBSOCKET_TRIES) return polling(`${why}, ${failures} failures in a row`, FALLBACK_MS / 1000);
  return { next: 'websocket', why, pause: (PAUSE_AFTER_CLOSE[end.code] ?? 0) + backoff(Math.max(1, failures)) };
}

// --- polling ---

async function call(method, path, body, waitSeconds = 0) {
  const answer = await fetch(`${BASE}/api/v1/clusters/agent${path}`, {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
    signal: AbortSignal.any([stop.signal, AbortSignal.timeout(1000 * (waitSeconds + 15))]),
  });
  const json = await answer.json().catch(() => ({}));
  if (answer.ok) return json;
  throw new Refused(answer.status, json.detail ?? answer.statusText, seconds(answer.headers.get('retry-after')));
}

/** Polls until the gateway offers WebSocket again. */
async function poll() {
  let clusterId, cursor, heartbeatDue, misses = 0, wait = 0; // the first poll asks at once: what is there, and which mode
  try {
    for (;;) {
      try {
        if (!clusterId) {
          ({ cluster_id: clusterId } = await call('POST', '/register', registration()));
          log(`polling: registered as cluster ${clusterId}`);
          heartbeatDue = Date.now() + HEARTBEAT_MS;
          const to = (id) => `/${clusterId}/commands/${encodeURIComponent(id)}`;
          link = {
            ack: (id) => call('POST', `${to(id)}/ack`, {}).catch(() => {}), // not heard: it is offered again
            result: (id, result) =>
              call('POST', `${to(id)}/result`, result).then(
                () => true,
                (e) => [400, 404, 409].includes(e.status), // cancelled or expired: nobody waits for it
              ),
          };
        }
        if (Date.now() + wait * 1000 > heartbeatDue) {
          await call('POST', `/${clusterId}/heartbeat`, { cluster_id: clusterId, status: 'available' });
          heartbeatDue = Date.now() + HEARTBEAT_MS;
        }
        await reportUnsettled();
        const asked = Date.now();
        const after = cursor ? `&after=${encodeURIComponent(cursor)}` : '';
        const answer = await call('GET', `/${clusterId}/poll?wait=${wait}${after}`, undefined, wait);
        cursor = answer.cursor;
        misses = 0;
        answer.commands?.forEach(receive);
        if (answer.mode === 'websocket' && Date.now() >= webSocketFrom) return;
        // An empty answer long before its time must not become a loop without a pause.
        if (wait && !answer.commands?.length && Date.now() - asked < 1000) await sleep(1);
        wait = POLL_WAIT_S;
      } catch (e) {
        if (stopping) throw e;
        wait = 0;
        if (e.status === 426) {
          await sleep(backoff(failures));
          return; // polling is switched off for us
        }
        if (e.status === 410 && cursor) cursor = undefined; // perhaps only our position is gone
        else if (e.status === 410) throw new Fatal('polling has been switched off for good (410): this agent needs WebSocket');
        else if (e.status === 404) clusterId = undefined; // forgotten: register again
        else if ([400, 401, 403, 409].includes(e.status)) throw new Fatal(e.message);
        if (!e.status || e.status >= 500) webSocketFrom = 0; // HTTP is away as well, so WebSocket is not to blame
        misses += 1;
        const pause = (e.retryAfter ?? 0) + backoff(misses);
        log(`polling: ${e.cause?.code ?? e.message}; again in ${pause.toFixed(1)} s`);
        await sleep(pause);
      }
    }
  } finally {
    link = null;
  }
}

// --- the agent ---

async function run() {
  log(`agent ${AGENT_ID} for ${BASE}`);
  while (!stopping) {
    const end = await webSocket();
    if (stopping) return;
    const { next, why, pause } = afterWebSocket(end);
    log(`${next}: ${why}; in ${pause.toFixed(1)} s`);
    await sleep(pause);
    if (next !== 'polling') continue;
    await poll();
    log('websocket: offered');
  }
}

for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, async () => {
    stopping = true;
    // What we acknowledged is ours to finish: nobody offers it to another process.
    await Promise.race([work, delay(10_000, undefined, { ref: false })]);
    stop.abort();
  });
}

run().then(
  () => log('stopped'),
  (e) => {
    if (stopping) return log('stopped');
    log(`stopped: ${e instanceof Fatal ? e.message : e.stack}`);
    process.exitCode = 1;
  },
);
