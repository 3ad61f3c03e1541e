import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problem, randomOf, scene } from './harness.mjs';

/** Every event that a handler gets, as `channel:offset`. */
const collect = (client, channel, options = {}) => {
  const events = [];
  const subscription = client.subscribe(channel, options, (event) => events.push(event));
  return { events, subscription, offsets: () => events.map((event) => event.offset) };
};
const upTo = (n) => Array.from({ length: n }, (_, i) => i + 1);

test('connects as the gateway says, subscribes, receives in order and acknowledges', async () => {
  const { clock, gateway, client, got } = await scene();
  assert.equal(client.health.state, 'connected');
  assert.equal(client.health.transport, 'websocket');
  const news = collect(client, 'news');
  await clock.settle();
  assert.deepEqual({ ...(await news.subscription.ready) }, { channel: 'news', epoch: 'e1', offset: 0, recovered: true });
  for (let n = 1; n <= 5; n++) gateway.publish('news', { n });
  assert.deepEqual(news.events.map((event) => event.data.n), upTo(5));
  await clock.advance(1_100);
  assert.equal([...gateway.sessions.values()][0].acked, 6);
  assert.equal(client.health.rtt, 0);
  assert.deepEqual(got('error'), []);
  assert.deepEqual(gateway.telemetry, [{ client_id: 'c-1', event: 'connect_ok', transport: 'websocket', ms: 0 }]);
});

test('a page on https asks for a secure WebSocket, whatever the gateway believes its scheme to be', async () => {
  const { gateway } = await scene();
  const [socket] = gateway.log.filter((entry) => entry.type === 'WS');
  assert.equal(socket.url.protocol, 'wss:');
  assert.equal(socket.url.searchParams.get('client_id'), 'c-1');
});

test('a blocked WebSocket is given up after three failures, for the event stream', async () => {
  const { clock, gateway, client, got } = await scene({ gateway: { blocked: new Set(['websocket']) } });
  const news = collect(client, 'news');
  await clock.advance(10_000);
  assert.equal(client.health.transport, 'sse');
  assert.equal(gateway.log.filter((entry) => entry.type === 'WS').length, 3);
  assert.deepEqual(got('fallback').map(({ from, to, retryIn }) => ({ from, to, retryIn })), [{ from: 'websocket', to: 'sse', retryIn: 60_000 }]);
  assert.deepEqual(gateway.telemetry.map((report) => `${report.event} ${report.transport}`), [
    'connect_failed websocket', 'connect_failed websocket', 'connect_failed websocket', 'fallback websocket', 'connect_ok sse',
  ]);
  gateway.publish('news', 1);
  await clock.settle();
  assert.deepEqual(news.offsets(), [1]);
});

test('where streams do not come through either, it polls', async () => {
  for (const blocked of ['sse', 'sse-silent']) {
    const { clock, gateway, client } = await scene({ gateway: { blocked: new Set(['websocket', blocked]) } });
    const news = collect(client, 'news');
    await clock.advance(60_000);
    assert.equal(client.health.transport, 'polling', blocked);
    gateway.publish('news', 1);
    await clock.advance(100);
    gateway.publish('news', 2);
    await clock.advance(100);
    assert.deepEqual(news.offsets(), [1, 2]);
  }
});

test('transports that failed again and again are tried beside one that works, never instead of it', async () => {
  const blocked = new Set(['websocket', 'sse']);
  const { clock, gateway, client, got } = await scene({ gateway: { blocked }, fallback: { period: 3_000, maxPeriod: 3_000 } });
  await clock.advance(60_000);
  assert.equal(client.health.transport, 'polling');
  const polling = got('transport').length;
  await clock.advance(60_000);
  assert.equal(got('transport').length, polling);
  assert.ok(gateway.log.filter((entry) => entry.type === 'WS').length > 10);
  gateway.up = false;
  gateway.cut();
  await clock.advance(20_000);
  gateway.log.length = 0;
  gateway.up = true;
  await clock.advance(31_000);
  const asked = gateway.log.map((entry) => entry.type);
  const before = asked.slice(0, asked.indexOf('WS'));
  assert.deepEqual(before, ['POST /api/v1/sessions', 'POST /api/v1/sessions'], 'whether it is there, and then the poll');
});

test('a gateway that goes away again and again, soon after each connect, does not drive it off the WebSocket', async () => {
  const { clock, gateway, got } = await scene({}, { random: () => 0.1 });
  for (let i = 0; i < 6; i++) {
    await clock.advance(2_000);
    gateway.up = false;
    gateway.cut();
    await clock.advance(100_000);
    gateway.up = true;
    await clock.advance(4_000);
  }
  assert.deepEqual(got('fallback'), []);
});

test('a stream that ends while the WebSocket is being tried does not disturb that', async () => {
  const { clock, gateway, client } = await scene({ gateway: { mode: 'polling' } });
  assert.equal(client.health.transport, 'sse');
  gateway.blocked.add('websocket-silent');
  gateway.switchTo('websocket');
  await clock.advance(4_000);
  assert.equal(gateway.log.filter((entry) => entry.type === 'WS').length, 1);
  gateway.blocked.clear();
  await clock.advance(20_000);
  assert.equal(client.health.transport, 'websocket');
});

test('goes back to the WebSocket when the fallback is over, losing and doubling nothing', async () => {
  for (const blocked of [['websocket'], ['websocket', 'sse']]) {
    const { clock, gateway, client } = await scene({ gateway: { blocked: new Set(blocked) } });
    const news = collect(client, 'news');
    let n = 0;
    for (; n < 200; n++) {
      if (n === 20) gateway.blocked.clear();
      gateway.publish('news', n);
      await clock.advance(1_000);
    }
    assert.equal(client.health.transport, 'websocket');
    const first = news.offsets()[0];
    assert.deepEqual(news.offsets(), upTo(200).slice(first - 1));
  }
});

test('each fallback that does not help lasts twice as long, up to ten minutes', async () => {
  const { clock, got } = await scene({ gateway: { blocked: new Set(['websocket']) } });
  await clock.advance(3_600_000);
  assert.deepEqual(got('fallback').slice(0, 6).map((each) => each.retryIn / 60_000), [1, 2, 4, 8, 10, 10]);
});

test('a gateway that is away is no fault of the WebSocket', async () => {
  const { clock, gateway, client, got } = await scene();
  await clock.advance(20_000);
  gateway.up = false;
  gateway.cut();
  await clock.advance(300_000);
  assert.equal(client.health.state, 'reconnecting');
  gateway.up = true;
  await clock.advance(31_000);
  assert.equal(client.health.transport, 'websocket');
  assert.deepEqual(got('fallback'), []);
});

test('close 4503 and the switch frame move it to polling within the time given, in the same session', async () => {
  for (const act of [(gateway) => { gateway.mode = 'polling'; gateway.cut(4503, 'drain'); }, (gateway) => gateway.switchTo('polling')]) {
    const { clock, gateway, client } = await scene();
    const news = collect(client, 'news');
    await clock.settle();
    gateway.publish('news', 1);
    act(gateway);
    gateway.publish('news', 2);
    await clock.advance(10);
    assert.equal(client.health.transport, 'sse');
    gateway.publish('news', 3);
    await clock.settle();
    assert.deepEqual(news.offsets(), [1, 2, 3]);
    assert.equal(gateway.sessions.size, 1);
    gateway.switchTo('websocket', 0, 'in-rollout');
    gateway.publish('news', 4);
    await clock.advance(10);
    assert.equal(client.health.transport, 'websocket');
    assert.deepEqual(news.offsets(), [1, 2, 3, 4]);
    assert.equal(gateway.log.filter((entry) => entry.type === 'WS').length, 2);
  }
});

test('a poll that says websocket brings it there', async () => {
  const { clock, gateway, client } = await scene({ gateway: { mode: 'polling', blocked: new Set(['sse']) } });
  await clock.advance(30_000);
  assert.equal(client.health.transport, 'polling');
  const news = collect(client, 'news');
  await clock.advance(200);
  gateway.publish('news', 1);
  await clock.settle();
  gateway.switchTo('websocket');
  await clock.advance(1_000);
  gateway.publish('news', 2);
  await clock.settle();
  assert.equal(client.health.transport, 'websocket');
  assert.deepEqual(news.offsets(), [1, 2]);
});

test('a cut resumes behind the last event, repeats what was not answered, and is answered once', async () => {
  const { clock, gateway, client, got } = await scene();
  const news = collect(client, 'news');
  await clock.advance(15_000);
  gateway.publish('news', 1);
  gateway.answers = false;
  const answers = [];
  client.publish('news', 'said', { n: 1 }).then((place) => answers.push(place));
  await clock.settle();
  gateway.answers = true;
  gateway.cut();
  gateway.publish('news', 2);
  await clock.advance(1_000);
  assert.deepEqual(news.offsets(), [1, 2]);
  assert.equal(answers.length, 1);
  assert.equal(gateway.effects.length, 1);
  const said = gateway.log.filter((entry) => entry.type === 'publish');
  assert.equal(said.length, 2);
  assert.equal(said[0].request_id, said[1].request_id);
  const sockets = gateway.log.filter((entry) => entry.type === 'WS');
  assert.equal(sockets[0].url.searchParams.get('after'), null);
  assert.match(sockets[1].url.searchParams.get('after'), /\.2$/);
  assert.equal(client.health.reconnects, 1);
  assert.deepEqual(got('session').filter((each) => each.lost), []);
});

test('what is said while it is away is kept, in order, up to a bound and a deadline', async () => {
  const { clock, gateway, client } = await scene({ maxQueue: 3, requestTimeout: 5_000 });
  gateway.up = false;
  gateway.cut();
  await clock.settle();
  const said = [1, 2, 3, 4].map((n) => client.publish('news', 'said', n).then(() => n, (error) => error.code));
  assert.equal(await said[3], 'queue-full');
  gateway.up = true;
  await clock.advance(4_000);
  assert.deepEqual(await Promise.all(said), [1, 2, 3, 'queue-full']);
  assert.deepEqual(gateway.effects.map((effect) => effect.data), [1, 2, 3]);
  gateway.up = false;
  gateway.cut();
  const late = client.send('hello', {}).catch((error) => error.code);
  await clock.advance(5_000);
  assert.equal(await late, 'timeout');
  assert.equal(client.health.queue, 0);
});

test('over HTTP requests are posted in batches, and a bad one does not take the others with it', async () => {
  const { clock, gateway, client } = await scene({ transports: ['polling'], gateway: { mode: 'polling' } });
  await clock.settle();
  const posts = [];
  gateway.quirk.post = (frames) => {
    posts.push(frames.length);
    if (frames.some((frame) => frame.payload.data === 'bad')) return problem(400, 'invalid-field');
    const [session] = gateway.sessions.values();
    frames.forEach((frame) => gateway.handle(session, frame));
    return new Response('{}', { status: 202 });
  };
  const said = ['a', 'bad', 'c'].map((data) => client.send('x', data).catch((error) => error.code));
  await clock.advance(10_000);
  assert.deepEqual(await Promise.all(said), ['a', 'invalid-field', 'c']);
  assert.equal(posts.includes(2), true);
});

test('a session that is gone is begun anew: subscriptions go on where the page is, what may be done is not done again', async () => {
  const { clock, gateway, client, got } = await scene();
  const news = collect(client, 'news');
  await clock.advance(15_000);
  gateway.publish('news', 1);
  gateway.answers = false;
  const said = client.publish('news', 'said', 1).catch((error) => error.code);
  await clock.settle();
  gateway.answers = true;
  gateway.restart();
  gateway.publish('news', 2);
  await clock.advance(5_000);
  assert.equal(await said, 'outcome-unknown');
  gateway.publish('news', 3);
  assert.deepEqual(news.offsets(), [1, 2, 3]);
  assert.deepEqual(got('lost'), []);
  assert.equal(client.health.state, 'connected');
});

test('a history that is gone is told, never passed over', async () => {
  const { clock, gateway, client, got } = await scene();
  const news = collect(client, 'news');
  const told = [];
  news.subscription.on('lost', (lost) => told.push(lost));
  await clock.advance(15_000);
  gateway.publish('news', 1);
  gateway.restart({ keepHistory: false });
  await clock.advance(5_000);
  gateway.publish('news', 'new');
  assert.deepEqual(told, [{ channel: 'news', from: { epoch: 'e1', offset: 1 }, to: { epoch: 'e1+', offset: 0 } }]);
  assert.equal(got('lost').length, 1);
  assert.deepEqual(news.events.map((event) => event.data), [1, 'new']);
});

test('gaps, presence and positions lost in a standing session are told', async () => {
  const { clock, gateway, client, got } = await scene();
  collect(client, 'news', { presence: true });
  await clock.settle();
  const [session] = gateway.sessions.values();
  gateway.put(session, { type: 'gap', payload: { channel: 'news', epoch: 'e1', from: 1, to: 3 } });
  gateway.put(session, { type: 'presence', payload: { channel: 'news', action: 'join', members: [{ client_id: 'x' }] } });
  gateway.put(session, { type: 'subscribed', payload: { channel: 'news', epoch: 'e2', offset: 7, recovered: false } });
  assert.equal(got('gap')[0].to, 3);
  assert.equal(got('presence')[0].action, 'join');
  assert.deepEqual(got('lost')[0].to, { epoch: 'e2', offset: 7 });
});

test('frames that it has are dropped by their cursor', async () => {
  const { clock, gateway, client } = await scene();
  const news = collect(client, 'news');
  await clock.settle();
  gateway.publish('news', 1);
  const [session] = gateway.sessions.values();
  const [socket] = gateway.sockets;
  const again = session.mailbox.at(-1).frame;
  socket.onmessage({ data: JSON.stringify({ ...again, payload: { ...again.payload, offset: 99 } }) });
  gateway.publish('news', 2);
  assert.deepEqual(news.offsets(), [1, 2]);
});

test('a second handler may begin in the past; the first is not bothered', async () => {
  const { clock, gateway, client } = await scene();
  const first = collect(client, 'news');
  await clock.settle();
  for (let n = 1; n <= 3; n++) gateway.publish('news', n);
  const second = collect(client, 'news', { since: 'e1:1' });
  await clock.settle();
  gateway.publish('news', 4);
  assert.deepEqual(first.offsets(), [1, 2, 3, 4]);
  assert.deepEqual(second.offsets(), [2, 3, 4]);
  first.subscription.unsubscribe();
  gateway.publish('news', 5);
  assert.equal(first.events.length, 4);
  assert.equal(second.events.length, 4);
  second.subscription.unsubscribe();
  await clock.settle();
  assert.deepEqual([...[...gateway.sessions.values()][0].channels], []);
});

test('a refused subscription says why and is not asked again', async () => {
  const { clock, gateway, client, got } = await scene({ gateway: { quirk: { subscribe: { code: 'forbidden', error: 'no' } } } });
  const secret = collect(client, 'private-x');
  await assert.rejects(secret.subscription.ready, { code: 'forbidden', message: 'no' });
  assert.equal(got('error')[0].code, 'forbidden');
  gateway.cut();
  await clock.advance(60_000);
  assert.equal(gateway.log.filter((entry) => entry.type === 'subscribe').length, 1);
});

test('a channel that a newer token does not open is let go, and the page is told', async () => {
  const { clock, gateway, client, got } = await scene();
  const secret = collect(client, 'private-x');
  await clock.settle();
  const [session] = gateway.sessions.values();
  session.channels.delete('private-x');
  gateway.put(session, { type: 'unsubscribed', payload: { channel: 'private-x' } });
  assert.deepEqual([got('error')[0].code, got('error')[0].channel], ['forbidden', 'private-x']);
  gateway.cut();
  await clock.advance(60_000);
  assert.equal(gateway.log.filter((entry) => entry.type === 'subscribe').length, 1);
  assert.deepEqual(secret.events, []);
});

test('no JWT stands in a URL; it is shown by HTTP before the WebSocket', async () => {
  const jwts = ['a.b.c', 'd.e.f'];
  const { clock, gateway, client } = await scene({ token: () => jwts.shift(), gateway: { vouched: true, credential: 'a.b.c' } });
  assert.equal(client.health.transport, 'websocket');
  gateway.credential = 'd.e.f';
  gateway.cut(4401, 'expired');
  await clock.advance(100);
  assert.equal(client.health.transport, 'websocket');
  const sockets = gateway.log.filter((entry) => entry.type === 'WS');
  assert.equal(sockets.some((socket) => socket.url.searchParams.has('token')), false);
  assert.ok(gateway.log.some((entry) => entry.type === 'POST /api/v1/sessions'));
});

test('told that the gateway goes down, and refused when it is back: it asks what is the matter', async () => {
  const { clock, gateway, client } = await scene();
  await clock.advance(15_000);
  gateway.switchTo('websocket', 1_000, 'shutdown');
  gateway.cut(1012);
  gateway.mode = 'polling';
  await clock.advance(20_000);
  assert.equal(client.health.transport, 'sse');
});

test('a subscription that cannot be had right now is asked for again', async () => {
  const { clock, gateway, client } = await scene({ gateway: { quirk: { subscribe: { code: 'store-unavailable', error: 'later' } } } });
  const news = collect(client, 'news');
  await clock.settle();
  gateway.quirk = {};
  await clock.advance(60_000);
  gateway.publish('news', 1);
  assert.deepEqual(news.offsets(), [1]);
});

test('4401 asks the page for a token; 4409 is the end; 1012 comes back', async () => {
  const asked = [];
  const token = ({ refresh }) => {
    asked.push(refresh);
    return `token-${asked.length}`;
  };
  const { clock, gateway, client, got } = await scene({ token, gateway: { credential: 'token-1' } });
  assert.equal(client.health.transport, 'websocket');
  gateway.credential = 'token-2';
  gateway.cut(4401, 'expired');
  await clock.advance(100);
  assert.deepEqual(asked, [false, true]);
  assert.equal(client.health.state, 'connected');
  gateway.cut(1012, 'restarting');
  await clock.settle();
  assert.equal(client.health.state, 'reconnecting');
  await clock.advance(1_000);
  assert.equal(client.health.state, 'connected');
  assert.equal(gateway.sessions.size, 1);
  gateway.cut(4409, 'superseded');
  await clock.advance(600_000);
  assert.equal(client.health.state, 'closed');
  assert.equal(got('closed')[0].code, 'superseded');
});

test('a page that has no better token is told, and the client stops', async () => {
  const { client, got } = await scene({ token: 'old', gateway: { credential: 'new' } });
  assert.equal(client.health.state, 'closed');
  assert.equal(got('closed')[0].code, 'unauthorized');
  const again = await scene({ token: () => 'old', gateway: { credential: 'new' } });
  await again.clock.advance(60_000);
  assert.equal(again.client.health.state, 'closed');
});

test('comes back at any time within a bound that doubles: full jitter', async () => {
  const { clock, gateway, client } = await scene({}, { random: () => 0.999 });
  await clock.advance(15_000);
  gateway.up = false;
  gateway.cut();
  await clock.settle();
  const waits = [];
  for (let i = 0; i < 8; i++) {
    const wait = client.health.nextAttemptAt - clock.now;
    waits.push(Math.round(wait / 1_000));
    await clock.advance(wait + 1);
  }
  assert.deepEqual(waits, [1, 2, 4, 8, 16, 30, 30, 30]);
});

test('a socket that is silent is found out by its ping', async () => {
  const { clock, gateway, client } = await scene();
  await clock.advance(15_000);
  gateway.answers = false;
  await clock.advance(60_000);
  assert.ok(client.health.reconnects >= 1);
  gateway.answers = true;
  await clock.advance(60_000);
  assert.equal(client.health.state, 'connected');
});

test('waking up, a dead socket is noticed within seconds', async () => {
  const { clock, gateway, client } = await scene();
  await clock.advance(15_000);
  gateway.answers = false;
  gateway.document.dispatchEvent(new Event('visibilitychange'));
  await clock.advance(5_100);
  assert.equal(client.health.state, 'reconnecting');
});

test('offline it rests; online it comes back at once, in the same session', async () => {
  const { clock, gateway, client } = await scene();
  const news = collect(client, 'news');
  await clock.advance(15_000);
  gateway.up = false;
  gateway.window.dispatchEvent(new Event('offline'));
  gateway.publish('news', 1);
  await clock.advance(10_000);
  assert.equal(client.health.state, 'offline');
  gateway.up = true;
  gateway.window.dispatchEvent(new Event('online'));
  await clock.advance(600);
  assert.equal(client.health.state, 'connected');
  assert.deepEqual(news.offsets(), [1]);
});

test('long polls that are cut again and again become short ones, every ten seconds', async () => {
  const { clock, gateway, client } = await scene({ transports: ['polling'], gateway: { mode: 'polling', quirk: { cutPollsAfter: 8_000 } } });
  await clock.advance(60_000);
  gateway.log.length = 0;
  await clock.advance(50_000);
  const polls = gateway.log.filter((entry) => entry.type.startsWith('GET'));
  assert.equal(polls.every((poll) => poll.query.wait === '0'), true);
  assert.equal(polls.length, 5);
  assert.equal(client.health.state, 'connected');
});

test('a transport is forced, and given back', async () => {
  const { clock, client } = await scene();
  for (const kind of ['sse', 'polling', 'websocket', 'polling']) {
    client.force(kind);
    await clock.advance(100);
    assert.equal(client.health.transport, kind);
    assert.equal(client.health.forced, kind);
  }
  client.auto();
  await clock.advance(30_000);
  assert.equal(client.health.transport, 'websocket');
  assert.throws(() => client.force('pigeon'), TypeError);
});

test('reconnect keeps the session; close ends it and everything that waits', async () => {
  const { clock, gateway, client } = await scene();
  client.reconnect();
  await clock.advance(10);
  assert.equal(client.health.state, 'connected');
  assert.equal(gateway.sessions.size, 1);
  gateway.answers = false;
  const waiting = client.send('x', 1).catch((error) => error.code);
  client.close();
  assert.equal(await waiting, 'closed');
  await clock.settle();
  assert.equal(gateway.sessions.size, 0);
  await clock.advance(600_000);
  assert.equal(client.health.state, 'closed');
  client.open();
  await clock.settle();
  assert.equal(client.health.state, 'connected');
});

test('a queue that waited is said at a pace that the gateway bears', async () => {
  const { clock, gateway, client } = await scene();
  for (let n = 0; n < 200; n++) client.publish('news', 'n', n).catch(() => {});
  await clock.settle();
  const at = gateway.effects.length;
  assert.ok(at <= 100, `${at} at once`);
  await clock.advance(3_000);
  assert.equal(gateway.effects.length, 200);
  assert.deepEqual(gateway.effects.map((effect) => effect.data), Array.from({ length: 200 }, (_, n) => n));
});

test('a handler that throws costs no events', async () => {
  const { clock, gateway, client } = await scene();
  const quiet = console.error;
  console.error = () => {};
  try {
    let seen = 0;
    client.subscribe('news', () => {
      seen++;
      throw new Error('the page');
    });
    await clock.settle();
    gateway.publish('news', 1);
    gateway.publish('news', 2);
    assert.equal(seen, 2);
  } finally {
    console.error = quiet;
  }
});

test('what is wrong with its options is said at once', async () => {
  const { SluiceClient } = await import('../../main/resources/META-INF/resources/sluice.js');
  assert.throws(() => new SluiceClient({ url: 'gateway.test' }), TypeError);
  assert.throws(() => new SluiceClient({ url: 'http://x', transports: ['carrier'] }), TypeError);
});

test('latency is reported where the clock of the gateway is known', async () => {
  const { clock, gateway, client } = await scene();
  collect(client, 'news');
  await clock.settle();
  for (let n = 0; n < 70; n++) {
    gateway.publish('news', n);
    await clock.advance(1_000);
  }
  const [report] = gateway.telemetry.filter((each) => each.event === 'latency');
  assert.deepEqual(report, { client_id: 'c-1', event: 'latency', transport: 'websocket', ms: 0 });
  assert.equal(client.health.latency, 0);
});

const SEEDS = Number(process.env.SLUICE_SEEDS ?? 40);
const FROM = Number(process.env.SLUICE_SEED ?? 1);
test(`numbered events through everything that happens to a network: ${SEEDS} seeds`, async () => {
  for (let seed = FROM; seed < FROM + SEEDS; seed++) {
    const random = randomOf(seed);
    const pick = (...choices) => choices[Math.floor(random() * choices.length)];
    const { clock, gateway, client, got } = await scene({}, { random });
    const channels = ['a', 'b', 'c'].map((name) => collect(client, name));
    await clock.advance(1_000);
    const sent = { a: 0, b: 0, c: 0 };
    const answered = [];
    for (let step = 0; step < 120; step++) {
      const channel = pick('a', 'b', 'c');
      gateway.publish(channel, ++sent[channel]);
      if (random() < 0.3) client.publish('said', 'n', step, { timeout: 600_000 }).then(() => answered.push(step), () => {});
      switch (Math.floor(random() * 14)) {
        case 0: gateway.cut(pick(1006, 1012, 4408, 4510)); break;
        case 1: gateway.switchTo(pick('polling', 'websocket')); break;
        case 2: gateway.mode = pick('polling', 'websocket'); gateway.cut(gateway.mode === 'polling' ? 4503 : 1006); break;
        case 3: gateway.blocked.add(pick('websocket', 'sse', 'websocket-silent')); break;
        case 4: gateway.blocked.clear(); break;
        case 5: gateway.up = !gateway.up; if (!gateway.up) gateway.cut(); break;
        case 6: client.force(pick('websocket', 'sse', 'polling')); break;
        case 7: client.auto(); break;
        case 8: if (random() < 0.3) gateway.restart(); break;
        case 9: client.reconnect(); break;
        case 10: gateway.window.dispatchEvent(new Event(pick('offline', 'online'))); break;
      }
      await clock.advance(pick(0, 1, 20, 500, 3_000, 20_000));
    }
    gateway.up = true;
    gateway.blocked.clear();
    gateway.mode = pick('websocket', 'polling');
    client.auto();
    gateway.window.dispatchEvent(new Event('online'));
    await clock.advance(700_000);
    const ledger = channels.map((channel) => channel.offsets());
    const expected = Object.values(sent).map(upTo);
    assert.deepEqual(ledger, expected, `seed ${seed}`);
    assert.deepEqual(got('lost'), [], `seed ${seed}`);
    assert.equal(client.health.queue, 0, `seed ${seed}`);
    const effects = gateway.effects.map((effect) => effect.data);
    assert.equal(new Set(effects).size, effects.length, `seed ${seed}: something was done twice`);
    assert.equal(new Set(answered).size, answered.length, `seed ${seed}`);
    client.close();
  }
});
