/**
 * A gateway of a few lines, a network that can be broken and a clock that stands still until it is told: what the
 * client's logic is tested against without waiting. It keeps to the rules of sessions that the real one has: a mailbox
 * in one order, `after` acknowledges, the newest attachment wins, requests are remembered.
 */
import { SluiceClient } from '../../main/resources/META-INF/resources/sluice.js';

export const BASE = 'https://gateway.test';

export class Clock {
  now = 1_700_000_000_000;
  #timers = new Map();
  #next = 1;

  setTimeout = (act, delay = 0) => {
    const id = this.#next++;
    this.#timers.set(id, { at: this.now + Math.max(0, delay), act, id });
    return id;
  };

  clearTimeout = (id) => void this.#timers.delete(id);

  /** Lets promises and streams that can go on do so. */
  async settle() {
    for (let i = 0; i < 12; i++) await new Promise((done) => setImmediate(done));
  }

  async advance(millis) {
    const end = this.now + millis;
    await this.settle();
    for (;;) {
      const due = [...this.#timers.values()].filter((timer) => timer.at <= end).sort((a, b) => a.at - b.at || a.id - b.id)[0];
      if (!due) break;
      this.now = Math.max(this.now, due.at);
      this.#timers.delete(due.id);
      due.act();
      await this.settle();
    }
    this.now = end;
  }
}

/** The same numbers each time. */
export const randomOf = (seed) => () => {
  seed = (seed + 0x6d2b79f5) | 0;
  let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
};

export class Gateway {
  mode = 'websocket';
  up = true;
  blocked = new Set();
  /** What a credential has to be, where one is needed. */
  credential = null;
  /** Whether a ticket or a resume token is enough for a WebSocket, as for a user it is. */
  vouched = false;
  sessions = new Map();
  history = new Map();
  epoch = 'e1';
  historyFrom = 0;
  log = [];
  telemetry = [];
  effects = [];
  sockets = new Set();
  quirk = {};
  answers = true;
  #tickets = 0;

  constructor(clock) {
    this.clock = clock;
  }

  // --- what happens at the gateway ---

  publish(channel, data, event = 'n') {
    const events = this.history.get(channel) ?? [];
    this.history.set(channel, events);
    events.push({ channel, event, data, epoch: this.epoch, offset: events.length + 1 });
    for (const session of this.sessions.values()) {
      if (session.channels.has(channel)) this.put(session, { type: 'event', payload: events.at(-1) });
    }
  }

  put(session, frame) {
    const seq = ++session.seq;
    const whole = { ...frame, timestamp: new Date(this.clock.now).toISOString(), cursor: `${session.id}.${seq}` };
    session.mailbox.push({ seq, frame: whole });
    session.attachment?.push();
  }

  /** Everything kept in memory is gone: sessions, and histories unless they are kept. */
  restart({ keepHistory = true } = {}) {
    this.cut(1006);
    this.sessions.clear();
    if (!keepHistory) {
      this.history.clear();
      this.epoch += '+';
    }
  }

  cut(code = 1006, reason = '') {
    for (const socket of [...this.sockets]) socket.fail(code, reason);
    for (const session of this.sessions.values()) session.attachment?.end(true);
  }

  switchTo(mode, within_ms = 1_000, reason = 'outside-rollout') {
    this.mode = mode;
    for (const session of this.sessions.values()) {
      session.attachment?.tell({ type: 'switch', payload: { mode, reason, within_ms, resume_token: session.token } });
    }
  }

  // --- sessions ---

  #open(ticket) {
    const session = {
      id: `s${this.sessions.size + 1}-${ticket}`, token: `r-${ticket}`, seq: 0, acked: 0, mailbox: [], channels: new Set(),
      requests: new Map(), attachment: null,
    };
    this.sessions.set(session.id, session);
    return session;
  }

  find(name) {
    return [...this.sessions.values()].find((session) => session.id === name || session.token === name);
  }

  /** null: gone */
  arrive(name, after) {
    const session = this.find(name);
    if (session) {
      const seq = after ? Number(after.split('.').at(-1)) : session.acked;
      if (after && (after.split('.')[0] !== session.id || seq > session.seq || seq < session.acked)) {
        throw new Error(`a place that is not held: ${after}`);
      }
      session.acked = seq;
      session.mailbox = session.mailbox.filter((each) => each.seq > seq);
      return { session, seq, recovered: true };
    }
    if (!/^t\d+$/.test(name) || after) return null;
    return { session: this.#open(name), seq: 0, recovered: false };
  }

  serving() {
    return { mode: this.mode, reason: this.mode === 'websocket' ? 'in-rollout' : 'outside-rollout', websocket_url: 'ws://gateway.test/ws' };
  }

  welcome(found) {
    return {
      session_id: found.session.id, resume_token: found.session.token, recovered: found.recovered, ...this.serving(),
      ping_interval_ms: 30_000, grace_ms: 120_000,
    };
  }

  attach(session, attachment) {
    session.attachment?.end(false);
    session.attachment = attachment;
  }

  handle(session, frame) {
    const { type, request_id: id, payload = {} } = frame;
    this.log.push({ ...frame, session: session.id });
    if (type === 'ping') {
      if (this.answers) session.attachment?.tell({ type: 'pong', request_id: id });
      return;
    }
    if (type === 'ack') {
      session.acked = Math.max(session.acked, Number(payload.cursor.split('.').at(-1)));
      session.mailbox = session.mailbox.filter((each) => each.seq > session.acked);
      return;
    }
    if (!this.answers) return;
    if (session.requests.has(id)) return this.put(session, session.requests.get(id));
    const answer = this.#effect(session, type, id, payload);
    session.requests.set(id, answer);
    this.put(session, answer);
    if (type === 'subscribe' && answer.type === 'subscribed' && answer.replay) answer.replay();
  }

  #effect(session, type, id, payload) {
    const { channel } = payload;
    const events = this.history.get(channel) ?? [];
    if (this.quirk[type]) return { type: 'error', request_id: id, payload: this.quirk[type] };
    switch (type) {
      case 'subscribe': {
        const { since } = payload;
        const recovered = !since || (since.epoch === this.epoch && since.offset >= this.historyFrom);
        session.channels.add(channel);
        const answer = { type: 'subscribed', request_id: id, payload: { channel, epoch: this.epoch, offset: events.length, recovered } };
        const missed = since && recovered ? events.slice(since.offset) : [];
        Object.defineProperty(answer, 'replay', {
          value: () => missed.forEach((event) => this.put(session, { type: 'event', payload: event })),
        });
        return answer;
      }
      case 'unsubscribe':
        session.channels.delete(channel);
        return { type: 'unsubscribed', request_id: id, payload: { channel } };
      default:
        this.effects.push({ type, ...payload });
        return { type: 'ack', request_id: id, payload: { channel, epoch: this.epoch, offset: events.length, data: payload.data } };
    }
  }

  // --- as the client's surroundings ---

  env(random = () => 0.5) {
    const window = new EventTarget();
    const document = new EventTarget();
    document.visibilityState = 'visible';
    this.window = window;
    this.document = document;
    const gateway = this;
    return {
      now: () => this.clock.now,
      setTimeout: this.clock.setTimeout,
      clearTimeout: this.clock.clearTimeout,
      random,
      window,
      document,
      navigator: {
        sendBeacon: (url, body) => this.telemetry.push(JSON.parse(body)) > 0,
      },
      fetch: (url, init) => this.fetch(new URL(url), init),
      WebSocket: class extends FakeSocket {
        constructor(url) {
          super(gateway, new URL(url));
        }
      },
    };
  }

  client(options = {}, random) {
    return new SluiceClient({ url: BASE, clientId: 'c-1', ...options, env: { ...this.env(random), ...options.env } });
  }

  async fetch(url, init) {
    const { method, signal } = init;
    this.log.push({ type: `${method} ${url.pathname.replace(/sessions\/[^/]+/, 'sessions/*')}`, query: Object.fromEntries(url.searchParams), at: this.clock.now });
    await null;
    if (!this.up || this.blocked.has('http')) throw new TypeError('network');
    if (this.credential && init.headers.Authorization !== `Bearer ${this.credential}`) return problem(401, 'unauthorized');
    const parts = url.pathname.split('/').slice(3);
    if (parts[0] === 'connect') {
      return json(200, { ...this.serving(), resume_token: `t${++this.#tickets}`, poll_wait_seconds: 25, expires_in_ms: 120_000, grace_ms: 120_000 });
    }
    if (method === 'DELETE') {
      this.sessions.delete(this.find(parts[1])?.id);
      return new Response(null, { status: 204 });
    }
    if (parts[0] === 'sessions' && parts.length === 1) {
      if (this.blocked.has('polling')) throw new TypeError('network');
      const body = JSON.parse(init.body);
      const found = this.arrive(body.resume_token, body.after);
      if (!found) return problem(410, 'gone');
      this.attach(found.session, null);
      return json(200, { ...this.welcome(found), cursor: `${found.session.id}.${found.seq}` });
    }
    if (parts[2] === 'events') return this.#stream(parts[1], url, signal);
    if (method === 'POST') {
      const session = this.find(parts[1]);
      if (!session) return problem(410, 'gone');
      if (this.quirk.post) return this.quirk.post(JSON.parse(init.body));
      for (const frame of JSON.parse(init.body)) this.handle(session, frame);
      return json(202, { accepted: 1 });
    }
    return this.#poll(parts[1], url, signal);
  }

  #stream(name, url, signal) {
    if (this.blocked.has('sse')) throw new TypeError('network');
    const found = this.arrive(name, url.searchParams.get('after'));
    if (!found) return problem(410, 'gone');
    const { session } = found;
    let control;
    let sent = found.seq;
    const encoder = new TextEncoder();
    const write = (frame) => control?.enqueue(encoder.encode(`id: ${frame.cursor}\r\ndata: ${JSON.stringify(frame)}\r\n\r\n`));
    const attachment = {
      kind: 'sse',
      push: () => {
        for (const { seq, frame } of session.mailbox) if (seq > sent) write(frame), (sent = seq);
      },
      tell: (frame) => {
        write({ ...frame, cursor: `${session.id}.${sent}`, timestamp: new Date(this.clock.now).toISOString() });
        if (frame.type === 'switch') attachment.end();
      },
      end: () => {
        try {
          control?.close();
        } catch {
          // Cancelled by its reader.
        }
        control = null;
        if (session.attachment === attachment) session.attachment = null;
      },
    };
    signal.addEventListener('abort', () => attachment.end());
    const body = new ReadableStream({
      start: (controller) => {
        control = controller;
        this.attach(session, attachment);
        if (!this.blocked.has('sse-silent')) {
          attachment.tell({ type: 'welcome', payload: this.welcome(found) });
          attachment.push();
        }
      },
    });
    return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
  }

  #poll(name, url, signal) {
    if (this.blocked.has('polling')) throw new TypeError('network');
    const found = this.arrive(name, url.searchParams.get('after'));
    if (!found) return problem(410, 'gone');
    const { session, seq } = found;
    const wait = Number(url.searchParams.get('wait'));
    return new Promise((resolve, reject) => {
      let over = false;
      const answer = (frames) => {
        if (over) return;
        over = true;
        this.clock.clearTimeout(timer);
        if (session.attachment === attachment) session.attachment = null;
        const cursor = frames.at(-1)?.cursor ?? `${session.id}.${seq}`;
        resolve(json(200, { messages: frames, cursor, ...this.serving() }));
      };
      const attachment = {
        kind: 'polling',
        push: () => {
          const frames = session.mailbox.filter((each) => each.seq > seq).map((each) => each.frame);
          if (frames.length) answer(frames);
        },
        tell: (frame) => frame.type === 'switch' && answer([]),
        end: (cut) => {
          if (cut && !over) {
            over = true;
            this.clock.clearTimeout(timer);
            session.attachment = null;
            reject(new TypeError('network'));
          } else answer([]);
        },
      };
      signal.addEventListener('abort', () => reject(new DOMException('aborted', 'AbortError')));
      const cutAfter = this.quirk.cutPollsAfter;
      const timer = this.clock.setTimeout(() => (cutAfter && wait ? attachment.end(true) : answer([])), cutAfter && wait ? cutAfter : wait * 1_000);
      this.attach(session, attachment);
      if (wait === 0) attachment.push(), answer([]);
      else attachment.push();
    });
  }
}

class FakeSocket {
  readyState = 0;

  constructor(gateway, url) {
    this.gateway = gateway;
    gateway.log.push({ type: 'WS', url, at: gateway.clock.now });
    queueMicrotask(() => this.#arrive(url));
  }

  #arrive(url) {
    const { gateway } = this;
    if (this.readyState === 3) return;
    if (gateway.blocked.has('websocket-silent')) return;
    if (!gateway.up || gateway.blocked.has('websocket') || gateway.mode !== 'websocket') return this.fail(1006, '');
    if (gateway.credential && !gateway.vouched && url.searchParams.get('token') !== gateway.credential) return this.fail(1006, '');
    const found = gateway.arrive(url.searchParams.get('resume_token'), url.searchParams.get('after'));
    if (!found) return this.fail(1006, '');
    this.readyState = 1;
    this.session = found.session;
    gateway.sockets.add(this);
    let sent = found.seq;
    const { session } = found;
    const write = (frame) => this.readyState === 1 && this.onmessage?.({ data: JSON.stringify(frame) });
    this.attachment = {
      kind: 'websocket',
      push: () => {
        for (const { seq, frame } of [...session.mailbox]) if (seq > sent) (sent = seq), write(frame);
      },
      tell: (frame) => write({ ...frame, cursor: `${session.id}.${sent}`, timestamp: new Date(gateway.clock.now).toISOString() }),
      end: () => this.fail(4409, 'superseded'),
    };
    gateway.attach(session, this.attachment);
    this.attachment.tell({ type: 'welcome', payload: gateway.welcome(found) });
    this.attachment.push();
  }

  send(text) {
    if (this.readyState === 1) this.gateway.handle(this.session, JSON.parse(text));
  }

  close() {
    this.fail(1000, '');
  }

  fail(code, reason) {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.gateway.sockets.delete(this);
    if (this.session?.attachment === this.attachment) this.session && (this.session.attachment = null);
    queueMicrotask(() => this.onclose?.({ code, reason }));
  }
}

const json = (status, body) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
export const problem = (status, slug, headers = {}) =>
  new Response(JSON.stringify({ type: `https://sluice.dev/problems/${slug}`, status, detail: slug }), { status, headers });

/** A gateway, a client of it and what the client told. */
export async function scene(options = {}, { random, start = true } = {}) {
  const clock = new Clock();
  const gateway = new Gateway(clock);
  Object.assign(gateway, options.gateway);
  delete options.gateway;
  const client = gateway.client(options, random);
  const told = [];
  for (const name of ['state', 'transport', 'fallback', 'switch', 'lost', 'gap', 'presence', 'error', 'closed', 'session']) {
    client.on(name, (detail) => told.push({ ...detail, name }));
  }
  if (start) {
    client.open();
    await clock.settle();
  }
  return { clock, gateway, client, told, got: (name) => told.filter((each) => each.name === name) };
}
