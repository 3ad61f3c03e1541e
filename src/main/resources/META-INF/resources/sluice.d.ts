/** Types of sluice.js: Sluice's client for browsers and Node.js. See docs/browser-client.md. */

export type TransportKind = 'websocket' | 'sse' | 'polling';
export type Mode = 'websocket' | 'polling';
export type State = 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'offline' | 'closed';

/** A place in a channel's history. */
export interface Place {
  epoch: string;
  offset: number;
}

/** An event of a channel. Binary data is a Uint8Array. */
export interface ChannelEvent<T = unknown> extends Place {
  channel: string;
  event: string;
  data: T;
  /** RFC 3339 */
  timestamp?: string;
}

export interface Subscribed extends Place {
  channel: string;
  /** false: what was asked for with `since` is no longer in the history */
  recovered: boolean;
}

export interface Member {
  client_id: string;
  info?: unknown;
  transport?: TransportKind;
  since: string;
}

export interface Presence {
  channel: string;
  action: 'join' | 'leave' | 'sync';
  members: Member[];
}

/** The gateway left these out, since this client was too slow for the channel's policy. */
export interface Gap {
  channel: string;
  epoch: string;
  from: number;
  to: number;
}

/** What lies between could not be recovered: load the state afresh. */
export interface Lost {
  channel: string;
  from: Place | null;
  to: Place;
}

export interface Health {
  state: State;
  /** the transport that carries the session now */
  transport: TransportKind | null;
  /** how the gateway wants to serve this client, and why */
  mode: Mode;
  reason?: string;
  forced: TransportKind | null;
  /** milliseconds since 1970, as all times here */
  lastHeard: number | null;
  /** last round trip, in milliseconds */
  rtt: number | null;
  /** mean age of live events on arrival, in milliseconds; null where the gateway's clock is not known */
  latency: number | null;
  reconnects: number;
  connectedSince: number | null;
  nextAttemptAt: number | null;
  /** until then a transport that failed is left alone */
  fallbackUntil: number | null;
  /** requests that wait for their answer */
  queue: number;
}

export interface ClientEvents {
  state: { state: State; before: State };
  health: Health;
  transport: { transport: TransportKind; before: TransportKind | null; resumed: boolean };
  /** `lost`: the gateway does not know the session any more; `resumed: false`: a new one has begun */
  session: { lost?: true; resumed?: false };
  switch: { mode: Mode; reason?: string; within?: number };
  fallback: { from: TransportKind; to: TransportKind; reason?: string; retryIn: number };
  lost: Lost;
  gap: Gap;
  presence: Presence;
  error: SluiceError;
  /** it will not come back by itself: `closed`, `superseded`, `unauthorized`, or the gateway's word */
  closed: { code: string; message?: string };
}

export interface SubscriptionEvents {
  lost: Lost;
  gap: Gap;
  presence: Presence;
  error: SluiceError;
}

interface Listening<E> {
  /** Calls the listener each time; answers a function that takes it away again. */
  on<K extends keyof E>(name: K, listener: (detail: E[K]) => void): () => void;
  off<K extends keyof E>(name: K, listener: (detail: E[K]) => void): void;
}

export interface Subscription extends Listening<SubscriptionEvents> {
  readonly channel: string;
  /** Resolves when the gateway has subscribed the channel; rejects where it refuses for good. */
  readonly ready: Promise<Subscribed>;
  unsubscribe(): void;
}

export interface Options {
  /** The gateway, e.g. `https://gateway.example`; in a page its own origin is the default. */
  url?: string;
  /** What the rollout decides this client on; without it the user of the token, or the browser's cookie. */
  clientId?: string;
  /** A JWT, or what gets one; called again with `refresh: true` when the gateway refuses the last one. */
  token?: string | ((why: { refresh: boolean }) => string | Promise<string>);
  /** Those it may use. Only `websocket` says that it cannot live on polling. */
  transports?: TransportKind[];
  fallback?: {
    /** false: never leaves the WebSocket by itself */
    polling?: boolean;
    /** between two polls where long polls do not come through; 10,000 ms */
    pollingInterval?: number;
    /** failures in a row until the next transport is taken; 3 */
    maxFailures?: number;
    /** until a transport that failed is tried again; doubles from 60,000 ms up to `maxPeriod`, 600,000 ms */
    period?: number;
    maxPeriod?: number;
  };
  /** Full jitter: any time up to `base` (1,000 ms), doubled with each attempt up to `max` (30,000 ms). */
  backoff?: { base?: number; max?: number };
  /** 5,000 ms */
  connectTimeout?: number;
  /** 30,000 ms; 0 is for ever */
  requestTimeout?: number;
  /** Requests that may wait for their answer; 256 and 4 MiB. */
  maxQueue?: number;
  maxQueueBytes?: number;
  /** 1 MiB, as at the gateway */
  maxMessageBytes?: number;
  /** Reports what it saw to the gateway's telemetry; true. */
  telemetry?: boolean;
  /** As of fetch; `same-origin`. */
  credentials?: RequestCredentials;
  /** What it needs of its surroundings, where they do not have it or a test brings its own. */
  env?: {
    fetch?: typeof fetch;
    WebSocket?: unknown;
    setTimeout?: (act: () => void, delay: number) => unknown;
    clearTimeout?: (timer: any) => void;
    now?: () => number;
    random?: () => number;
    window?: EventTarget;
    document?: EventTarget & { visibilityState: string };
    navigator?: { sendBeacon?(url: string, body: string): boolean };
  };
}

export class SluiceError extends Error {
  constructor(code: string, message?: string, more?: object);
  /** the gateway's word for the problem, or `timeout`, `network`, `queue-full`, `message-too-large`, `closed`,
   * `outcome-unknown`, `unsubscribed`, `superseded`, `malformed-frame`, `no-streams` */
  readonly code: string;
  /** of an HTTP answer */
  readonly status?: number;
  /** seconds */
  readonly retryAfter?: number;
  readonly channel?: string;
  readonly requestId?: string;
}

export class SluiceClient implements Listening<ClientEvents> {
  constructor(options?: Options);
  readonly health: Health;
  on<K extends keyof ClientEvents>(name: K, listener: (detail: ClientEvents[K]) => void): () => void;
  off<K extends keyof ClientEvents>(name: K, listener: (detail: ClientEvents[K]) => void): void;
  /** Connects; does nothing where it does already. */
  open(): this;
  /** Ends the session for good. What was not answered is rejected with `closed`. */
  close(): void;
  /** Drops the connection and connects afresh, to the same session. */
  reconnect(): void;
  /** Stays on that transport, whatever the gateway offers, until `auto()`. */
  force(transport: TransportKind): void;
  /** Follows the gateway again. */
  auto(): void;
  /** Calls the handler with each event of the channel, in order, each once. */
  subscribe<T = unknown>(channel: string, handler: (event: ChannelEvent<T>) => void): Subscription;
  subscribe<T = unknown>(
    channel: string,
    options: { since?: Place | string | null; presence?: boolean },
    handler: (event: ChannelEvent<T>) => void,
  ): Subscription;
  /** Takes every handler of the channel away. */
  unsubscribe(channel: string): void;
  /** Resolves when the event is in the channel. */
  publish(
    channel: string,
    event: string,
    data: unknown,
    options?: { conflationKey?: string; timeout?: number },
  ): Promise<Place & { channel: string }>;
  /** Says something to the application; resolves with what it answers. */
  send<T = unknown>(event: string, data: unknown, options?: { channel?: string; timeout?: number }): Promise<T>;
  /** Shows the gateway a newer token before the present one expires. */
  authenticate(token: string): Promise<void>;
}

/** Makes a client and connects it. */
export function connect(options?: Options): SluiceClient;
export default connect;
