// socket.io with the least that the benchmark's clients need: rooms to subscribe to, and a URL to publish at.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer((request, response) => {
  let body = "";
  request.on("data", (part) => (body += part));
  request.on("end", () => {
    for (const { channel, event, data } of JSON.parse(body)) {
      io.to(channel).emit(event, data, { channel, epoch: "0123456789ab", offset: 1 });
    }
    response.end("{}");
  });
});
const io = new Server(http);
io.on("connection", (socket) =>
  socket.on("subscribe", ({ channel }, answer) => {
    socket.join(channel);
    answer({ ok: true });
  }),
);
process.on("SIGUSR2", () => globalThis.gc());
http.listen(Number(process.argv[2]), "127.0.0.1", 4096);
