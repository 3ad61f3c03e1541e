/** Sluice's client for browsers and Node.js: docs/browser-client.md says what it does and why, sluice.d.ts what to call. */

const LADDER = ['websocket', 'sse', 'polling'];
const DEFAULTS = {
  transports: LADDER,
  connectTimeout: 5_000,
  requestTimeout: 30_000,
  maxQueue: 256,
  maxQueueBytes: 4 << 20,
  maxMessageBytes: 1 << 20,
  telemetry: true,
  credentials: 'same-origin',
  fallback: {},
  backoff: {},
  env: {},
};
const FALLBACK = { polling: true, pollingInterval: 10_000, maxFailures: 3, period: 60_000, maxPeriod: 600_000 };
const BACKOFF = { base: 1_000, max: 30_000 };

const STABLE = 10_000;
const PONG_WITHIN = 10_000;
const PONG_WITHIN_ON_WAKE = 5_000;
const STREAM_SILENCE = 45_000;
const TICK = 5_000;
const SEEN = 2_048;
const ACK_FRAMES = 200;
const ACK_EVERY = 1_000;
const ACK_AT_MOST_EVERY = 100;
const BURST = 100;
const PER_SECOND = 50;
const BATCH = 50;
const LATENCY_EVERY = 60_000;
const OFFLINE_RETRY = 30_000;
const AUTH_TRIES = 3;
const IN_MAILBOX = new Set(['event', 'subscribed', 'unsubscribed', 'ack', 'presence', 'gap']);

export class SluiceError extends Error {
  constructor(code, message, more) {
    super(message || code);
    this.name = 'SluiceError';
    this.code = code;
    Object.assign(this, more);
  }
}

const placeOf = (since) => {
  if (typeof since !== 'string') return since ? { epoch: since.epoch, offset: since.offset } : null;
  const colon = since.lastIndexOf(':');
  return { epoch: since.slice(0, colon), offset: Number(since.slice(colon + 1)) };
};
const covers = (at, place) => !!at && at.epoch === place.epoch && at.offset >= place.offset;
const bytesOf = (text) => new TextEncoder().encode(text).length;
const dataOf = (payload) =>
  payload.data_base64 === undefined
    ? payload.data
    : Uint8Array.from(atob(payload.data_base64), (character) => character.charCodeAt(0));
const tell = (listener, ...args) => {
  try {
    listener(...args);
  } catch (failure) {
    if (typeof reportError === 'function') reportError(failure);
    else console.error(failure);
  }
};

class Emitter {
  #listeners = new Map();

  on(name, listener) {
    if (!this.#listeners.has(name)) this.#listeners.set(name, new Set());
    this.#listeners.get(name).add(listener);
    return () => this.off(name, listener);
  }

  off(name, listener) {
    this.#listeners.get(name)?.delete(listener);
  }

  emit(name, detail) {
    for (const listener of [...(this.#listeners.get(name) ?? [])]) tell(listener, detail);
  }
}

// --- the three transports: `on` ignores what was let go ---

function socketLink(env, url, on) {
  let socket;
  const down = (code, reason) => on.down({ code, reason });
  try {
    socket = new env.WebSocket(url);
    socket.onmessage = (message) => on.text(message.data);
    socket.onclose = (close) => down(close.code, close.reason || `close ${close.code}`);
  } catch (failure) {
    queueMicrotask(() => down(1006, failure.message));
  }
  return {
    send: (texts) => socket.readyState === 1 && (texts.forEach((text) => socket.send(text)), true),
    close: () => socket?.close(1000),
  };
}

function streamLink(http, url, on) {
  const stop = new AbortController();
  const read = async () => {
    const response = await http('GET', url, { accept: 'text/event-stream', stop });
    if (!response.body?.getReader) throw new SluiceError('no-streams');
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let text = '';
    let data = [];
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      on.heard();
      text += decoder.decode(value, { stream: true });
      const lines = text.split(/\r\n|\n|\r(?!$)/);
      text = lines.pop();
      for (const line of lines) {
        if (line.startsWith('data:')) data.push(line.slice(line[5] === ' ' ? 6 : 5));
        if (line === '' && data.length) on.text(data.splice(0).join('\n'));
      }
    }
  };
  read().then(
    () => on.down({ clean: true, reason: 'ended' }),
    (error) => on.down({ error, reason: error.code || 'network' }),
  );
  return { close: () => stop.abort() };
}

function pollLink(env, polls, on) {
  let held = null;
  let release = () => {};
  const stop = new AbortController();
  const over = () => stop.signal.aborted;
  const run = async () => {
    on.welcome(await polls.begin(stop));
    for (;;) {
      await held;
      if (over()) return;
      const began = env.now();
      const answer = await polls.poll(stop);
      // Whoever took over gets it again.
      if (over()) return;
      on.answer(answer);
      const pause = polls.pause(answer, env.now() - began);
      if (pause) await new Promise((done) => env.setTimeout(done, pause));
    }
  };
  run().catch((error) => on.down({ error, reason: error.code || 'network' }));
  return {
    /** A further poll would acknowledge what the transport that is being tried counts on. */
    hold() {
      held ??= new Promise((done) => (release = done));
    },
    release() {
      held = null;
      release();
    },
    close() {
      stop.abort();
      release();
    },
  };
}

export class SluiceClient extends Emitter {
  #o;
  #env;
  #base;
  #timers = new Map();
  #listening = [];
  #state = 'idle';
  #round = 0;
  #attempts = 0;
  #forced = null;
  #link = null;
  #trying = null;
  #suspect = null;
  #failures = { websocket: 0, sse: 0, polling: 0 };
  #periods = { websocket: 0, sse: 0 };
  #until = { websocket: 0, sse: 0 };
  #cuts = 0;
  #hasty = 0;
  #pollingRefused = false;

  #told = { mode: 'websocket', reason: undefined };
  #ticket = null;
  #session = null;
  #cursor = null;
  #seen = new Set();
  #credential = null;
  #authTries = 0;

  #channels = new Map();
  #pending = new Map();
  #queuedBytes = 0;
  #ids = 0;
  #name;
  #posting = false;
  #oneByOne = false;
  #budget = BURST;
  #budgetAt = 0;

  #unacked = 0;
  #ackedAt = 0;
  #ping = null;
  #clockAhead = null;
  #latency = { sum: 0, count: 0, mean: null, at: 0 };
  #health = { rtt: null, lastHeard: null, reconnects: 0, connectedSince: null, nextAttemptAt: null };

  constructor(options = {}) {
    super();
    const g = globalThis;
    const o = { ...DEFAULTS, ...options };
    o.fallback = { ...FALLBACK, ...options.fallback };
    o.backoff = { ...BACKOFF, ...options.backoff };
    this.#o = o;
    this.#env = {
      fetch: g.fetch?.bind(g),
      WebSocket: g.WebSocket,
      setTimeout: g.setTimeout.bind(g),
      clearTimeout: g.clearTimeout.bind(g),
      now: () => Date.now(),
      random: Math.random,
      window: g.window,
      document: g.document,
      navigator: g.navigator,
      ...o.env,
    };
    this.#base = String(o.url ?? g.location?.origin ?? '').replace(/\/+$/, '');
    if (!/^https?:\/\//.test(this.#base)) throw new TypeError('url: http:// or https:// and a host');
    const unknown = o.transports.filter((kind) => !LADDER.includes(kind));
    if (unknown.length || !o.transports.length) throw new TypeError(`transports: some of ${LADDER.join(', ')}`);
    this.#name = Math.floor(this.#env.random() * 2 ** 40).toString(36);
  }

  // --- what a page calls ---

  open() {
    if (this.#state !== 'idle' && this.#state !== 'closed') return this;
    this.#listen();
    this.#attempts = 0;
    this.#authTries = 0;
    this.#become('connecting');
    this.#attempt();
    this.#tick();
    return this;
  }

  close() {
    this.#end('closed', 'closed by the page');
  }

  reconnect() {
    this.#forgive();
    this.#again(0);
  }

  force(kind) {
    if (!LADDER.includes(kind)) throw new TypeError(`transport: one of ${LADDER.join(', ')}`);
    this.#forced = kind;
    this.#forgive();
    if (this.#link?.kind !== kind || this.#trying) this.#again(0);
  }

  auto() {
    this.#forced = null;
    this.#forgive();
    if (!this.#link) this.#again(0);
    else if (this.#link.kind === 'websocket' && this.#choose() !== 'websocket') this.#again(0);
    else this.#rise();
  }

  get health() {
    return {
      ...this.#health,
      state: this.#state,
      transport: this.#link?.kind ?? null,
      mode: this.#told.mode,
      reason: this.#told.reason,
      forced: this.#forced,
      latency: this.#latency.mean,
      queue: this.#pending.size,
      fallbackUntil: Math.max(this.#until.websocket, this.#until.sse) || null,
    };
  }

  subscribe(name, options, handler) {
    if (typeof options === 'function') [options, handler] = [{}, options];
    if (typeof handler !== 'function') throw new TypeError('handler: a function');
    const since = placeOf(options?.since);
    let channel = this.#channels.get(name);
    const fresh = !channel;
    if (!channel) {
      channel = { name, takers: new Set(), at: null, from: since, presence: false, live: false, again: 0 };
      this.#channels.set(name, channel);
    }
    const morePresence = !!options?.presence && !channel.presence;
    channel.presence ||= !!options?.presence;
    const taker = { handler, at: since ?? channel.at, since };
    const ready = new Promise((resolve, reject) => Object.assign(taker, { resolve, reject }));
    ready.catch(() => {}); // Told as `error` as well.
    const unsubscribe = () => this.#leave(channel, taker);
    const subscription = Object.assign(new Emitter(), { channel: name, ready, unsubscribe });
    taker.subscription = subscription;
    channel.takers.add(taker);
    if (fresh || since || morePresence) this.#ask(channel, since);
    else if (channel.live) taker.resolve({ channel: name, ...channel.at, recovered: true });
    return subscription;
  }

  unsubscribe(name) {
    const channel = this.#channels.get(name);
    if (channel) for (const taker of [...channel.takers]) this.#leave(channel, taker);
  }

  publish(channel, event, data, options = {}) {
    const payload = { channel, event, data, conflation_key: options.conflationKey };
    return this.#request('publish', payload, options.timeout ?? this.#o.requestTimeout);
  }

  send(event, data, options = {}) {
    const payload = { event, data, channel: options.channel };
    return this.#request('message', payload, options.timeout ?? this.#o.requestTimeout).then(dataOf);
  }

  authenticate(token) {
    this.#credential = token;
    return this.#request('auth', { token }, this.#o.requestTimeout).then(() => {});
  }

  // --- getting connected ---

  #allowed(kind) {
    if (kind === 'websocket') return this.#o.transports.includes(kind) && !!this.#env.WebSocket;
    return this.#o.transports.includes(kind);
  }

  #choose() {
    if (this.#forced) return this.#forced;
    const possible = LADDER.filter((kind) => this.#allowed(kind));
    const wanted = (kind) => (kind === 'websocket' ? this.#told.mode === kind : !this.#pollingRefused);
    const due = possible.filter((kind) => wanted(kind) && !(this.#until[kind] > this.#env.now()));
    // What failed again and again is tried beside one that works.
    const good = due.filter((kind) => this.#link || this.#failures[kind] < this.#o.fallback.maxFailures);
    return good[0] ?? due[0] ?? possible.at(this.#pollingRefused ? 0 : -1);
  }

  #again(delay) {
    if (this.#state === 'idle' || this.#state === 'closed') return;
    this.#drop();
    if (this.#state !== 'offline') this.#become(this.#session ? 'reconnecting' : 'connecting');
    this.#health.nextAttemptAt = this.#env.now() + delay;
    this.#timer('retry', delay, () => this.#attempt());
    this.#changed();
  }

  #drop() {
    this.#round++;
    this.#link?.close();
    this.#trying?.close();
    this.#link = this.#trying = null;
    this.#ping = null;
    for (const name of ['open', 'ack', 'moving', 'rise', 'retry']) this.#cancel(name);
  }

  #backoff() {
    const { base, max } = this.#o.backoff;
    return this.#env.random() * Math.min(max, base * 2 ** Math.min(this.#attempts++, 20));
  }

  async #attempt() {
    const round = ++this.#round;
    const suspect = this.#suspect;
    this.#health.nextAttemptAt = null;
    try {
      if (!this.#session) {
        if (suspect || !(this.#ticket?.until > this.#env.now())) await this.#negotiate();
      } else if (suspect) {
        // Is the gateway away, the session gone, or only the transport blocked? HTTP says.
        this.#heed(await this.#resume());
      }
    } catch (error) {
      if (round !== this.#round) return;
      if (suspect && !error.status) suspect.cleared = true;
      this.#stumbled(error);
      return;
    }
    if (round !== this.#round) return;
    this.#suspect = null;
    const refused = suspect?.kind === 'websocket' && this.#told.mode !== 'websocket';
    if (suspect && !suspect.cleared && !refused) this.#count(suspect.kind, suspect.reason);
    this.#try(this.#choose());
  }

  async #negotiate() {
    const words = LADDER.filter((kind) => this.#allowed(kind)).map((kind) => (kind === 'polling' ? 'poll' : kind));
    const query = new URLSearchParams({ transports: words.join() });
    if (this.#o.clientId) query.set('client_id', this.#o.clientId);
    if (words.join() === 'websocket') query.set('fallback', 'none');
    this.#ticket = null;
    const answer = await this.#json('GET', `/api/v1/connect?${query}`);
    const validFor = answer.expires_in_ms ?? 60_000;
    this.#ticket = { token: answer.resume_token, until: this.#env.now() + validFor - validFor / 10 };
    this.#heed(answer);
  }

  #resume(stop) {
    const body = { resume_token: this.#session?.token ?? this.#ticket?.token, client_id: this.#o.clientId };
    if (this.#session && this.#cursor) body.after = this.#cursor;
    return this.#json('POST', '/api/v1/sessions', { body, stop });
  }

  #heed(told) {
    if (told.mode) this.#told = { ...this.#told, ...told, messages: undefined };
  }

  #try(kind) {
    const link = { kind, began: this.#env.now(), frames: 0, cursor: null };
    const mine = (act) => (value) => (link === this.#link || link === this.#trying) && act(value);
    const on = {
      text: mine((text) => this.#read(link, text)),
      welcome: mine((welcome) => this.#welcome(link, welcome, welcome.cursor)),
      answer: mine((answer) => this.#answer(link, answer)),
      heard: mine(() => this.#heard()),
      down: mine((why) => this.#down(link, why)),
    };
    this.#trying = link;
    this.#link?.hold?.();
    this.#timer('open', this.#o.connectTimeout, () => this.#down(link, { reason: 'timeout' }));
    const path = `/api/v1/sessions/${this.#session?.id ?? this.#ticket?.token}`;
    let pipe;
    if (kind === 'websocket') pipe = socketLink(this.#env, this.#socketUrl(), on);
    else if (kind === 'sse') {
      const after = this.#session && this.#cursor ? `?after=${encodeURIComponent(this.#cursor)}` : '';
      pipe = streamLink((...call) => this.#http(...call), `${path}/events${after}`, on);
    } else {
      pipe = pollLink(
        this.#env,
        {
          begin: (stop) => this.#resume(stop),
          poll: (stop) => this.#poll(stop),
          pause: (answer, took) => this.#pause(answer, took),
        },
        on,
      );
    }
    Object.assign(link, pipe);
    this.#changed();
  }

  #socketUrl() {
    const url = new URL(this.#told.websocket_url ?? '/ws', this.#base);
    // Behind a balancer a gateway may not know that its clients speak TLS.
    const secure = url.protocol === 'wss:' || this.#base.startsWith('https:');
    url.protocol = secure ? 'wss:' : 'ws:';
    url.searchParams.set('resume_token', this.#session?.token ?? this.#ticket?.token);
    if (this.#session && this.#cursor) url.searchParams.set('after', this.#cursor);
    // A ticket or session vouches for a user; the holder of another token shows it each time.
    const user = this.#credential?.split('.').length === 3 && !this.#pollingRefused;
    if (this.#credential && !user) url.searchParams.set('token', this.#credential);
    if (this.#o.clientId) url.searchParams.set('client_id', this.#o.clientId);
    return url.href;
  }

  #poll(stop) {
    const wait = this.#plain() ? 0 : (this.#told.poll_wait_seconds ?? 25);
    const query = new URLSearchParams({ after: this.#cursor, wait, limit: 100 });
    const path = `/api/v1/sessions/${this.#session.id}/messages?${query}`;
    return this.#json('GET', path, { stop, timeout: wait * 1_000 + 10_000 });
  }

  #plain() {
    return this.#cuts >= this.#o.fallback.maxFailures;
  }

  #pause(answer, took) {
    const { pollingInterval } = this.#o.fallback;
    const some = answer.messages.length > 0;
    if (this.#plain()) return some ? 0 : pollingInterval;
    if (some || took >= 1_000) return (this.#cuts = this.#hasty = 0);
    return Math.min(pollingInterval, 100 * 2 ** ++this.#hasty);
  }

  #welcome(link, welcome, cursor) {
    const resumed = this.#session?.id === welcome.session_id;
    if (this.#session && !resumed) this.#sessionLost();
    this.#session = { id: welcome.session_id, token: welcome.resume_token, grace: welcome.grace_ms };
    this.#ticket = null;
    this.#heed(welcome);
    if (!resumed) {
      this.#cursor = cursor;
      this.#seen.clear();
    }
    this.#heard();
    if (link !== this.#trying) return;
    this.#trying = null;
    this.#cancel('open');
    const before = this.#link;
    before?.close();
    this.#link = link;
    this.#ping = null;
    this.#authTries = 0;
    if (this.#health.connectedSince) this.#health.reconnects++;
    link.since = this.#health.connectedSince = this.#env.now();
    this.#report('connect_ok', link.kind, { ms: link.since - link.began });
    this.#become('connected');
    this.emit('transport', { transport: link.kind, before: before?.kind ?? null, resumed });
    if (!resumed) this.#begin();
    if (link.kind === 'websocket') this.#sendPing(PONG_WITHIN);
    this.#rise();
    this.#flush();
  }

  #begin() {
    for (const channel of this.#channels.values()) {
      if (!channel.asked) this.#ask(channel, this.#placeOf(channel));
    }
    this.emit('session', { resumed: false });
  }

  // --- losing it ---

  #down(link, why) {
    link.close?.();
    if (link === this.#trying) {
      this.#trying = null;
      this.#cancel('open');
      this.#report('connect_failed', link.kind, { reason: why.reason });
      if (this.#link) {
        this.#failures[link.kind] = this.#o.fallback.maxFailures;
        if (why.code === 4503) this.#told.mode = 'polling';
        else this.#count(link.kind, why.reason);
        this.#link.release?.();
        this.#rise();
        return;
      }
    } else {
      this.#link = null;
      if (this.#env.now() - link.since >= STABLE) this.#attempts = 0;
      if (this.#trying) return this.#become('reconnecting');
    }
    this.#closed(link, why);
  }

  #closed(link, { code, error, clean, reason }) {
    const served = link.since !== undefined;
    const settled = served && this.#env.now() - link.since >= STABLE;
    if (settled) this.#worked(link.kind);
    if (error?.status) return this.#stumbled(error, link.kind);
    switch (code) {
      case 4401:
        return this.#unauthorized(new SluiceError('unauthorized', reason));
      case 4409:
        return this.#end('superseded', reason);
      case 4410:
        return this.#sessionLost(), this.#again(this.#backoff());
      case 4503:
        this.#told.mode = 'polling';
        this.emit('switch', { mode: 'polling', reason });
        return this.#again(0);
      case 1009:
        this.#tooLong();
        return this.#again(this.#backoff());
      case 1012:
      case 1013:
        return this.#again(this.#backoff());
      case 4429:
        return this.#again(1_000 + this.#backoff());
    }
    if (served && link.kind === 'polling' && !error?.status) this.#cuts++;
    if (clean && served && !link.leaving && (settled || link.frames)) return this.#again(0);
    // One that held shows that the transport works: the network went, or the gateway.
    if (!settled && !link.leaving) this.#suspect = { kind: link.kind, reason };
    this.#again(this.#backoff());
  }

  #stumbled(error, kind) {
    const after = (error.retryAfter ?? 0) * 1_000;
    switch (error.status) {
      case 401:
        return this.#unauthorized(error);
      case 400:
      case 403:
      case 404:
      case 410:
        this.#suspect = null;
        if (this.#session) {
          this.#sessionLost();
          return this.#again(this.#attempts ? this.#backoff() : (this.#attempts++, 0));
        }
        this.#ticket = null;
        if (error.status < 404) return this.#end(error.code, error.message, error);
        break;
      case 426:
        this.#pollingRefused = true;
        this.#told.mode = 'websocket';
        this.#suspect = null;
        break;
      case undefined:
        if (kind) this.#suspect = { kind, reason: error.code };
    }
    this.emit('error', error);
    this.#again(after + this.#backoff());
  }

  async #unauthorized(error) {
    const round = ++this.#round;
    this.#drop();
    this.#round = round;
    this.#credential = null;
    if (typeof this.#o.token !== 'function' || ++this.#authTries > AUTH_TRIES) {
      return this.#end('unauthorized', error.message, error);
    }
    this.#become('reconnecting');
    try {
      await this.#token(true);
      this.#suspect = { cleared: true }; // It is shown by HTTP first.
      if (round === this.#round) this.#again(this.#authTries > 1 ? this.#backoff() : 0);
    } catch (failure) {
      if (round === this.#round) this.#stumbled(new SluiceError('token-callback', failure?.message));
    }
  }

  async #token(refresh) {
    const source = this.#o.token;
    this.#credential ??= typeof source === 'function' ? await source({ refresh }) : source;
    return this.#credential;
  }

  #count(kind, reason) {
    const { maxFailures, period, maxPeriod, polling } = this.#o.fallback;
    if (++this.#failures[kind] < maxFailures || !(kind in this.#until)) return;
    const below = LADDER.slice(LADDER.indexOf(kind) + 1).filter((each) => this.#allowed(each));
    if (this.#forced || !polling || this.#pollingRefused || !below.length) return;
    const retryIn = Math.min(maxPeriod, period * 2 ** this.#periods[kind]++);
    this.#until[kind] = this.#env.now() + retryIn;
    this.#attempts = 0;
    this.emit('fallback', { from: kind, to: this.#choose(), reason, retryIn });
    if (kind === 'websocket') this.#report('fallback', kind, { reason });
  }

  #worked(kind) {
    this.#failures[kind] = 0;
    if (kind in this.#until) this.#until[kind] = this.#periods[kind] = 0;
  }

  #forgive() {
    LADDER.forEach((kind) => this.#worked(kind));
    this.#cuts = this.#attempts = this.#authTries = 0;
    this.#pollingRefused = false;
    this.#suspect = null;
  }

  #rise() {
    this.#cancel('rise');
    const link = this.#link;
    if (!link || this.#trying || this.#forced) return;
    const best = this.#choose();
    if (LADDER.indexOf(best) < LADDER.indexOf(link.kind)) {
      this.#try(best);
      return;
    }
    const now = this.#env.now();
    const next = LADDER.filter((kind) => this.#until[kind] > now && this.#allowed(kind)).map((k) => this.#until[k]);
    if (next.length) this.#timer('rise', Math.min(...next) - now, () => this.#rise());
  }

  #end(code, message, error) {
    if (this.#state === 'closed' || this.#state === 'idle') return;
    if (this.#session && code === 'closed') {
      const path = `/api/v1/sessions/${this.#session.id}`;
      this.#http('DELETE', path, { keepalive: true }).catch(() => {}); // Else its grace ends it.
    }
    this.#drop();
    [...this.#timers.keys()].forEach((name) => this.#cancel(name));
    this.#listening.splice(0).forEach((off) => off());
    this.#session = this.#ticket = this.#cursor = null;
    const failure = error ?? new SluiceError(code, message);
    for (const request of [...this.#pending.values()]) this.#settle(request, failure);
    for (const channel of this.#channels.values()) {
      channel.live = channel.asked = false;
      channel.takers.forEach((taker) => taker.reject(failure));
    }
    this.#health.connectedSince = null;
    this.#become('closed');
    if (code !== 'closed') this.emit('error', failure);
    this.emit('closed', { code, message });
  }

  /** Places are kept: subscriptions go on from there in the next one. */
  #sessionLost() {
    this.#session = this.#ticket = this.#cursor = null;
    this.#seen.clear();
    for (const channel of this.#channels.values()) channel.live = channel.asked = false;
    for (const request of [...this.#pending.values()]) {
      if (request.channel) this.#forget(request);
      else if (request.tried) {
        // Done or not, nobody can say: to do it again could do it twice.
        this.#settle(request, new SluiceError('outcome-unknown', 'The session ended first.'));
      }
    }
    this.emit('session', { lost: true });
  }

  // --- what the gateway says ---

  #read(link, text) {
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      this.emit('error', new SluiceError('malformed-frame'));
      return;
    }
    this.#heard();
    this.#frame(link, frame);
  }

  #answer(link, answer) {
    this.#heard();
    for (const frame of answer.messages) {
      if (link !== this.#link) return;
      this.#frame(link, frame);
    }
    if (link !== this.#link) return;
    if (answer.messages.length) this.#cursor = answer.cursor;
    this.#heed(answer);
    this.#rise();
  }

  #frame(link, frame) {
    const { type, payload = {}, request_id: id, cursor } = frame;
    if (type === 'welcome') return this.#welcome(link, payload, cursor);
    if (link !== this.#link && type !== 'error') return;
    if (IN_MAILBOX.has(type) && cursor) {
      link.frames++;
      link.cursor = cursor;
      this.#acknowledge(link);
      if (this.#seen.has(cursor)) return;
      this.#seen.add(cursor);
      if (this.#seen.size > SEEN) this.#seen.delete(this.#seen.values().next().value);
      this.#cursor = cursor;
    }
    switch (type) {
      case 'event':
        return this.#event(frame, payload);
      case 'subscribed':
        if (!id) return this.#subscribed(payload, null);
      // falls through
      case 'unsubscribed':
        if (!id) return this.#refused(this.#channels.get(payload.channel), new SluiceError('forbidden'));
      // falls through
      case 'ack':
        return this.#settle(this.#pending.get(id), null, payload);
      case 'error':
        return this.#problem(id, new SluiceError(payload.code ?? 'error', payload.error, { requestId: id }));
      case 'gap':
      case 'presence':
        return this.#aside(type, payload);
      case 'pong':
        return this.#pong(id, frame);
      case 'ping':
        return void link.send?.([JSON.stringify({ type: 'pong', request_id: id })]);
      case 'switch':
        return this.#moved(link, payload);
    }
  }

  #event(frame, payload) {
    const channel = this.#channels.get(payload.channel);
    if (!channel) return;
    const place = { epoch: payload.epoch, offset: payload.offset };
    if (!covers(channel.at, place)) {
      channel.at = place;
      this.#timed(frame.timestamp);
    }
    const event = { ...place, channel: channel.name, event: payload.event, data: dataOf(payload) };
    event.timestamp = frame.timestamp;
    for (const taker of [...channel.takers]) {
      if (covers(taker.at, place)) continue;
      taker.at = place;
      tell(taker.handler, event);
    }
  }

  #aside(type, payload) {
    const channel = this.#channels.get(payload.channel);
    if (!channel) return;
    if (type === 'gap') {
      const place = { epoch: payload.epoch, offset: payload.to };
      for (const one of [channel, ...channel.takers]) if (!covers(one.at, place)) one.at = place;
    }
    this.#about(channel, type, payload);
  }

  #about(channel, name, detail) {
    this.emit(name, detail);
    for (const taker of [...channel.takers]) taker.subscription.emit(name, detail);
  }

  #problem(id, error) {
    const request = this.#pending.get(id);
    if (request) this.#settle(request, error);
    else this.emit('error', error);
  }

  #moved(link, { mode, reason, within_ms: within = 0, resume_token: token }) {
    if (token && this.#session) this.#session.token = token;
    this.emit('switch', { mode, reason, within });
    const here = link.kind === 'websocket' ? 'websocket' : 'polling';
    this.#told.mode = mode;
    this.#told.reason = reason;
    if (this.#forced) return;
    if (mode === here) {
      link.leaving = true;
      this.#timer('moving', within + 1_000, () => this.#again(this.#backoff()));
    } else if (here === 'websocket') {
      link.kind === this.#link?.kind && this.#again(0);
    } else {
      this.#rise();
    }
  }

  // --- subscriptions ---

  #placeOf(channel) {
    let place = channel.at ?? channel.from;
    for (const { at } of channel.takers) if (place && at?.epoch === place.epoch && at.offset < place.offset) place = at;
    return place;
  }

  #ask(channel, since) {
    channel.asked = true;
    const payload = { channel: channel.name, since: since ?? undefined, presence: channel.presence || undefined };
    this.#request('subscribe', payload, 0, channel).then(
      (answer) => this.#subscribed(answer, since ?? undefined),
      (error) => this.#refused(channel, error),
    );
  }

  /** @param since undefined: none; null: nobody asked */
  #subscribed(answer, since) {
    const channel = this.#channels.get(answer.channel);
    if (!channel) return;
    const place = { epoch: answer.epoch, offset: answer.offset };
    const before = since ?? channel.at;
    const lost = answer.recovered === false && since !== undefined;
    for (const one of [channel, ...channel.takers]) {
      if (lost ? !covers(one.at, place) : !one.at && since !== null) one.at = lost ? place : (since ?? place);
    }
    if (lost) this.#about(channel, 'lost', { channel: channel.name, from: before, to: place });
    if (since === null) return;
    channel.live = true;
    channel.again = 0;
    channel.takers.forEach((taker) => taker.resolve(answer));
  }

  #refused(channel, error) {
    if (!channel || this.#channels.get(channel.name) !== channel || this.#state === 'closed') return;
    this.#about(channel, 'error', Object.assign(error, { channel: channel.name }));
    const final = /^(forbidden|unauthorized|invalid|missing|too-many-sub|malformed|unknown)/.test(error.code);
    if (final && (!channel.live || error.code === 'forbidden')) {
      this.#channels.delete(channel.name);
      channel.takers.forEach((taker) => taker.reject(error));
    } else if (!final) {
      const delay = this.#env.random() * Math.min(this.#o.backoff.max, this.#o.backoff.base * 2 ** ++channel.again);
      this.#timer(`ask ${channel.name}`, delay, () => {
        if (this.#channels.get(channel.name) === channel) this.#ask(channel, this.#placeOf(channel));
      });
    }
  }

  #leave(channel, taker) {
    channel.takers.delete(taker);
    taker.reject(new SluiceError('unsubscribed'));
    if (channel.takers.size || this.#channels.get(channel.name) !== channel) return;
    this.#channels.delete(channel.name);
    this.#cancel(`ask ${channel.name}`);
    let unsent = false;
    for (const request of [...this.#pending.values()]) {
      if (request.channel !== channel) continue;
      unsent ||= !request.tried;
      this.#forget(request);
    }
    if (this.#session && !unsent) {
      this.#request('unsubscribe', { channel: channel.name }, 0, channel).catch((error) => this.emit('error', error));
    }
  }

  // --- requests ---

  #request(type, payload, timeout, channel) {
    return new Promise((resolve, reject) => {
      if (this.#state === 'closed' && !channel) {
        reject(new SluiceError('closed'));
        return;
      }
      const id = `${this.#name}-${++this.#ids}`;
      const text = JSON.stringify({ type, request_id: id, payload });
      const request = { id, text, size: bytesOf(text), channel, resolve, reject, on: null, tried: false };
      if (request.size > this.#o.maxMessageBytes) {
        reject(new SluiceError('message-too-large', `At most ${this.#o.maxMessageBytes} bytes.`));
        return;
      }
      const full = this.#pending.size >= this.#o.maxQueue || this.#queuedBytes + request.size > this.#o.maxQueueBytes;
      if (full && !channel) {
        reject(new SluiceError('queue-full', 'Too many requests wait.'));
        return;
      }
      this.#pending.set(id, request);
      this.#queuedBytes += request.size;
      if (timeout > 0) {
        const late = () => this.#settle(request, new SluiceError('timeout', 'No answer in time.'));
        request.timer = this.#env.setTimeout(late, timeout);
      }
      this.#changed();
      this.#flush();
    });
  }

  #forget(request) {
    if (!this.#pending.delete(request.id)) return;
    this.#queuedBytes -= request.size;
    if (request.timer !== undefined) this.#env.clearTimeout(request.timer);
  }

  #settle(request, error, value) {
    if (!request || !this.#pending.has(request.id)) return;
    this.#forget(request);
    if (error) request.reject(error);
    else request.resolve(value);
    this.#changed();
  }

  #tooLong() {
    const sent = [...this.#pending.values()].filter((request) => request.tried);
    const longest = sent.sort((a, b) => b.size - a.size)[0];
    this.#settle(longest, new SluiceError('message-too-large', 'The gateway does not take it.'));
  }

  #flush() {
    const link = this.#link;
    if (!link || this.#state !== 'connected') return;
    const waiting = [...this.#pending.values()].filter((request) => request.on !== link);
    if (!waiting.length) return;
    const now = this.#env.now();
    this.#budget = Math.min(BURST, this.#budget + ((now - this.#budgetAt) / 1_000) * PER_SECOND);
    this.#budgetAt = now;
    const part = waiting.slice(0, Math.min(Math.floor(this.#budget), BATCH));
    if (!part.length) {
      this.#timer('flush', 1_000 / PER_SECOND, () => this.#flush());
      return;
    }
    if (link.kind !== 'websocket') {
      this.#post(link, this.#oneByOne ? part.slice(0, 1) : part);
      return;
    }
    if (!link.send(part.map((request) => request.text))) return;
    this.#budget -= part.length;
    for (const request of part) Object.assign(request, { on: link, tried: true });
    this.#flush();
  }

  async #post(link, requests) {
    if (this.#posting) return;
    this.#posting = true;
    this.#budget -= requests.length;
    const round = this.#round;
    const began = this.#env.now();
    let delay = 0;
    for (const request of requests) request.tried = true;
    try {
      const body = `[${requests.map((request) => request.text).join()}]`;
      await this.#json('POST', `/api/v1/sessions/${this.#session.id}/messages`, { text: body });
      for (const request of requests) request.on = link;
      this.#oneByOne = false;
      this.#health.rtt = this.#env.now() - began;
    } catch (error) {
      delay = (error.retryAfter ?? 0) * 1_000 + 500 + this.#env.random() * 1_000;
      const bad = [400, 403, 413, 415, 422].includes(error.status);
      if (bad && requests.length > 1) [this.#oneByOne, delay] = [true, 0]; // Which of them it is, the next ones show.
      else if (bad) [, delay] = [this.#settle(requests[0], error), 0];
      else if ([401, 404, 410].includes(error.status) && round === this.#round) this.#stumbled(error);
    } finally {
      this.#posting = false;
    }
    if (delay) this.#timer('flush', delay, () => this.#flush());
    else this.#flush();
  }

  #acknowledge(link) {
    if (link.kind !== 'websocket') return;
    const due = ++this.#unacked >= ACK_FRAMES && this.#env.now() - this.#ackedAt >= ACK_AT_MOST_EVERY;
    if (!due && this.#timers.has('ack')) return;
    const say = () => {
      this.#cancel('ack');
      this.#unacked = 0;
      this.#ackedAt = this.#env.now();
      if (link === this.#link) link.send([JSON.stringify({ type: 'ack', payload: { cursor: link.cursor } })]);
    };
    if (due) queueMicrotask(say);
    else this.#timer('ack', ACK_EVERY, say);
  }

  // --- health ---

  #heard() {
    this.#health.lastHeard = this.#env.now();
  }

  #sendPing(within) {
    if (this.#link?.kind !== 'websocket') return;
    const at = this.#env.now();
    if (this.#ping) {
      this.#ping.until = Math.min(this.#ping.until, at + within);
    } else {
      this.#ping = { id: `${this.#name}-p${++this.#ids}`, at, until: at + within };
    }
    this.#timer('pong', this.#ping.until - at, () => this.#look());
    if (this.#ping.at === at) this.#link.send([JSON.stringify({ type: 'ping', request_id: this.#ping.id })]);
  }

  #pong(id, frame) {
    if (id !== this.#ping?.id) return;
    const now = this.#env.now();
    const rtt = (this.#health.rtt = now - this.#ping.at);
    const theirs = Date.parse(frame.timestamp);
    if (!Number.isNaN(theirs)) this.#clockAhead = theirs - (this.#ping.at + rtt / 2);
    this.#ping = null;
    this.#cancel('pong');
    this.#changed();
  }

  #tick() {
    this.#timer('tick', TICK, () => {
      this.#look();
      this.#tick();
    });
  }

  #look() {
    const link = this.#link;
    const now = this.#env.now();
    if (!link) return;
    if (now - link.since >= STABLE && !link.settled) {
      link.settled = true;
      this.#attempts = 0;
      this.#worked(link.kind);
    }
    const quiet = now - this.#health.lastHeard;
    if (link.kind === 'websocket') {
      const every = Math.min(this.#told.ping_interval_ms ?? 30_000, 30_000);
      if (this.#ping && now >= this.#ping.until) this.#down(link, { reason: 'silent' });
      else if (!this.#ping && (quiet >= every || now - (link.pinged ?? link.since) >= every)) {
        link.pinged = now;
        this.#sendPing(PONG_WITHIN);
      }
    } else if (link.kind === 'sse' && quiet >= STREAM_SILENCE) {
      this.#down(link, { reason: 'silent' });
    }
    this.#changed();
  }

  #timed(timestamp) {
    const theirs = Date.parse(timestamp);
    if (this.#clockAhead === null || Number.isNaN(theirs)) return;
    const sent = theirs - this.#clockAhead;
    const now = this.#env.now();
    if (sent < this.#link.since) return;
    const latency = this.#latency;
    latency.at ||= now;
    latency.sum += Math.max(0, now - sent);
    latency.mean = latency.sum / ++latency.count;
    if (now - latency.at >= LATENCY_EVERY) {
      this.#report('latency', this.#link.kind, { ms: Math.round(latency.mean) });
      this.#latency = { sum: 0, count: 0, mean: latency.mean, at: now };
    }
  }

  #become(state) {
    if (state === this.#state) return this.#changed();
    const before = this.#state;
    this.#state = state;
    this.emit('state', { state, before });
    this.#changed();
  }

  #changed() {
    this.emit('health', this.health);
  }

  #report(event, transport, more) {
    if (!this.#o.telemetry) return;
    const client = this.#o.clientId ?? this.#told.client_id ?? `anonymous-${this.#name}`;
    const report = { client_id: client, event, transport, ...more };
    if (report.reason) report.reason = String(report.reason).slice(0, 200);
    const body = JSON.stringify(report);
    const { navigator } = this.#env;
    try {
      // As plain text: for other types browsers ask other origins beforehand.
      navigator?.sendBeacon?.(`${this.#base}/api/v1/telemetry`, body);
    } catch {
      // Blocked.
    }
  }

  #listen() {
    const { window, document } = this.#env;
    const hear = (target, name, listener) => {
      if (!target?.addEventListener) return;
      target.addEventListener(name, listener);
      this.#listening.push(() => target.removeEventListener(name, listener));
    };
    hear(window, 'offline', () => {
      if (this.#state === 'closed') return;
      this.#become('offline');
      this.#again(OFFLINE_RETRY);
    });
    hear(window, 'online', () => {
      this.#attempts = 0;
      if (this.#state === 'offline') this.#become('reconnecting');
      if (this.#link) this.#sendPing(PONG_WITHIN_ON_WAKE);
      else if (!this.#trying) this.#again(this.#env.random() * 500);
    });
    hear(document, 'visibilitychange', () => {
      if (document.visibilityState !== 'visible') return;
      if (this.#link) this.#sendPing(PONG_WITHIN_ON_WAKE);
      else if (this.#timers.has('retry') && this.#state !== 'offline') this.#again(this.#env.random() * 500);
    });
    hear(window, 'pagehide', (event) => event.persisted || this.close());
  }

  // --- HTTP and time ---

  async #json(method, path, how = {}) {
    const began = this.#env.now();
    const response = await this.#http(method, path, how);
    if (!how.timeout) this.#health.rtt = this.#env.now() - began;
    return response.status === 204 ? null : await response.json();
  }

  async #http(method, path, { body, text, accept = 'application/json', stop, timeout, keepalive } = {}) {
    const abort = stop ?? new AbortController();
    const late = this.#env.setTimeout(() => abort.abort(), timeout ?? 2 * this.#o.connectTimeout);
    const headers = { Accept: accept };
    let response;
    try {
      const token = await this.#token(false);
      if (token) headers.Authorization = `Bearer ${token}`;
      if (body) text = JSON.stringify(body);
      if (text) headers['Content-Type'] = 'application/json';
      const { credentials } = this.#o;
      response = await this.#env.fetch(this.#base + path, {
        method, headers, body: text, credentials, keepalive, signal: abort.signal, cache: 'no-store',
      });
    } catch (failure) {
      throw new SluiceError(abort.signal.aborted ? 'timeout' : 'network', failure?.message);
    } finally {
      this.#env.clearTimeout(late);
    }
    if (response.ok) return response;
    const problem = await response.json().catch(() => ({}));
    const code = /([^/]+)$/.exec(problem.type ?? '')?.[1] ?? `http-${response.status}`;
    throw new SluiceError(code, problem.detail ?? response.statusText, {
      status: response.status,
      retryAfter: Number(response.headers.get('Retry-After')) || undefined,
    });
  }

  #timer(name, delay, act) {
    this.#cancel(name);
    const run = () => {
      this.#timers.delete(name);
      act();
    };
    this.#timers.set(name, this.#env.setTimeout(run, Math.max(0, delay)));
  }

  #cancel(name) {
    if (this.#timers.has(name)) this.#env.clearTimeout(this.#timers.get(name));
    this.#timers.delete(name);
  }
}

export const connect = (options) => new SluiceClient(options).open();
export default connect;
