// Many socket.io-client clients, unchanged, while the percentage goes up and down beneath them. Every event is numbered;
// in the end each client has every one of them once and in order.
//
//   SLUICE_URL=http://localhost:8080 SLUICE_TOKEN=dev-admin-token node wandering.mjs
import { io } from "socket.io-client";

const url = process.env.SLUICE_URL ?? "http://localhost:8080";
const token = process.env.SLUICE_TOKEN ?? "dev-admin-token";
const clients = Number(process.env.CLIENTS ?? 100);
const events = Number(process.env.EVENTS ?? 500);
const channel = process.env.CHANNEL ?? "pipelines;wandering-" + Date.now();
const room = channel.slice(channel.indexOf(";") + 1);

const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function call(method, path, body) {
  const answer = await fetch(url + path, {
    method,
    headers: { "content-type": "application/json", authorization: "Bearer " + token },
    body: body === undefined ? undefined : JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? null : answer.json();
}

const percentage = (percent) => call("PUT", "/api/v1/admin/rollout", { percentage: percent, reason: "wandering" });

class Client {
  got = [];
  upgrades = 0;
  fresh = 0;
  recovered = 0;
  transports = new Set();

  constructor(n) {
    this.socket = io(url + "/pipelines", {
      forceNew: true,
      query: { client_id: "wanderer-" + n },
      reconnectionDelay: 100,
      reconnectionDelayMax: 1000,
    });
    this.ready = new Promise((resolve) => {
      this.socket.on("connect", () => {
        const engine = this.socket.io.engine;
        this.transports.add(engine.transport.name);
        engine.on("upgrade", (transport) => {
          this.upgrades++;
          this.transports.add(transport.name);
        });
        if (this.socket.recovered) {
          this.recovered++;
          return;
        }
        this.fresh++;
        this.socket.timeout(20_000).emit("subscribe", { channel: room }, (failure, answer) => {
          if (failure || !answer.ok) throw new Error("not subscribed: " + JSON.stringify(failure ?? answer));
          resolve();
        });
      });
    });
    this.socket.on("number", (data) => this.got.push(data.n));
  }

  get transport() {
    return this.socket.connected ? this.socket.io.engine.transport.name : "none";
  }
}

async function until(what, condition, seconds = 60) {
  for (const end = Date.now() + seconds * 1000; Date.now() < end; await wait(100)) if (condition()) return;
  throw new Error("in vain: " + what);
}

await percentage(100);
const all = [];
for (let n = 0; n < clients; n++) {
  all.push(new Client(n));
  if (n % 10 === 9) await wait(200); // newcomers of one address are bounded
}
const publishing = (async () => {
  await all[0].ready;
  await Promise.all(all.map((client) => client.ready));
  for (let n = 1; n <= events; n++) {
    await call("POST", "/api/v1/events", { channel, event: "number", data: { n } });
    await wait(20);
  }
})();

const seen = [];
const look = (when) => {
  const by = { websocket: 0, polling: 0, none: 0 };
  all.forEach((client) => by[client.transport]++);
  seen.push(`${when}: ${by.websocket} on websocket, ${by.polling} on polling, ${by.none} between`);
};
await Promise.all(all.map((client) => client.ready));
await until("all upgraded", () => all.every((client) => client.transport === "websocket"));
look("at 100 %");
await percentage(0);
await until("all on polling", () => all.every((client) => client.transport === "polling"));
look("at 0 %");
if (all.some((client) => client.socket.io.engine.transport.name !== "polling")) throw new Error("somebody upgraded at 0 %");
await percentage(50);
await wait(2_000);
await percentage(100);
await until("all upgraded again", () => all.every((client) => client.transport === "websocket"));
look("at 100 % again");
await publishing;
await until("everything came", () => all.every((client) => client.got.length >= events), 60).catch(() => {});

let lost = 0;
let doubled = 0;
let disordered = 0;
for (const { got } of all) {
  const distinct = new Set(got);
  lost += events - distinct.size;
  doubled += got.length - distinct.size;
  disordered += got.filter((n, i) => i > 0 && n < got[i - 1]).length;
}
const sum = (of) => all.reduce((total, client) => total + client[of], 0);
seen.forEach((line) => console.log(line));
console.log(
  `clients ${clients}, events ${events}: expected ${clients * events}, delivered ${all.reduce((t, c) => t + c.got.length, 0)},`,
  `lost ${lost}, doubled ${doubled}, out of order ${disordered};`,
  `recovered ${sum("recovered")}, begun anew ${sum("fresh")}, upgrades ${sum("upgrades")}`,
);
all.forEach((client) => client.socket.close());
const passed = lost === 0 && doubled === 0 && disordered === 0 && sum("fresh") === clients;
console.log(passed ? "PASS wandering" : "FAIL wandering");
process.exit(passed ? 0 : 1);
