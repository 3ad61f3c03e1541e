// socket.io-client as it is: connects in each way, subscribes, hears what is published, and recovers.
//
//   SLUICE_URL=http://localhost:8080 SLUICE_TOKEN=dev-admin-token node client.mjs
import { io } from "socket.io-client";

const url = process.env.SLUICE_URL ?? "http://localhost:8080";
const token = process.env.SLUICE_TOKEN ?? "dev-admin-token";
let failed = 0;

async function call(method, path, body) {
  const answer = await fetch(url + path, {
    method,
    headers: { "content-type": "application/json", authorization: "Bearer " + token },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? null : answer.json();
}

const publish = (channel, event, data) => call("POST", "/api/v1/events", { channel, event, data });
const percentage = (percent) => call("PUT", "/api/v1/admin/rollout", { percentage: percent, reason: "example" });

const next = (socket, event) =>
  new Promise((resolve, reject) => {
    const late = setTimeout(() => reject(new Error("no " + event)), 15_000);
    socket.once(event, (...args) => (clearTimeout(late), resolve(args)));
  });

function equal(got, expected) {
  if (JSON.stringify(got) !== JSON.stringify(expected))
    throw new Error(`${JSON.stringify(got)} instead of ${JSON.stringify(expected)}`);
}

async function check(name, namespace, options, steps) {
  const socket = io(url + namespace, { forceNew: true, reconnectionDelay: 100, ...options });
  try {
    await steps(socket);
    console.log("PASS", name);
  } catch (problem) {
    failed++;
    console.log("FAIL", name, problem.message);
  } finally {
    socket.close();
  }
}

const room = "example-" + Date.now();
for (const transports of [["polling"], ["websocket"], ["polling", "websocket"]]) {
  await check("subscribes over " + transports.join(" and "), "/", { transports }, async (socket) => {
    await next(socket, "connect");
    const answer = await socket.timeout(5_000).emitWithAck("subscribe", { channel: room });
    equal(answer.ok, true);
    const heard = next(socket, "hello");
    const { epoch, offset } = await publish(room, "hello", { n: 1 });
    equal((await heard).slice(0, 2), [{ n: 1 }, { channel: room, epoch, offset }]);
  });
}
await check("hears its namespace", "/pipelines", {}, async (socket) => {
  await next(socket, "connect");
  const heard = next(socket, "pipeline_status");
  await call("PUT", "/api/v1/pipelines/" + room, { status: "processing", progress: 12.5 });
  equal((await heard)[0].pipeline_id, room);
  await call("DELETE", "/api/v1/pipelines/" + room, {});
});
await check("recovers what it missed, again and again", "/pipelines", {}, async (socket) => {
  await next(socket, "connect");
  await socket.timeout(5_000).emitWithAck("subscribe", { channel: room });
  const id = socket.id;
  for (let n = 1; n <= 3; n++) {
    socket.io.engine.close();
    await publish("pipelines;" + room, "missed", n);
    const heard = next(socket, "missed");
    await next(socket, "connect");
    equal([socket.recovered, socket.id], [true, id]);
    equal((await heard)[0], n);
  }
});
await check("answers what the application asks", "/", {}, async (socket) => {
  await next(socket, "connect");
  socket.on("sure", (a, b, answer) => answer(b, a, Buffer.from([1, 2, 3])));
  const said = await call("POST", `/api/v1/sockets/${socket.id}/emit`, { event: "sure", args: [1, "two"], ack: true });
  equal(said.ack, ["two", 1, { data_base64: "AQID" }]);
});
await check("is told of a namespace that does not exist", "/random", {}, async (socket) => {
  equal((await next(socket, "connect_error"))[0].message, "Invalid namespace");
});
await percentage(0);
await check("stays on polling outside the rollout", "/", {}, async (socket) => {
  await next(socket, "connect");
  await socket.timeout(5_000).emitWithAck("subscribe", { channel: room });
  equal(socket.io.engine.transport.name, "polling");
  equal(socket.io.engine.upgrades ?? [], []);
});
await percentage(100);
await check("upgrades inside it", "/", {}, async (socket) => {
  const upgraded = new Promise((resolve) =>
    socket.io.on("open", () => socket.io.engine.once("upgrade", resolve)),
  );
  await upgraded;
  equal(socket.io.engine.transport.name, "websocket");
});
process.exit(failed === 0 ? 0 : 1);
