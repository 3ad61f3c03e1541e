package dev.sluice.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.testkit.AgentSocketClient;
import dev.sluice.testkit.Gateway;
import dev.sluice.testkit.Reply;
import dev.sluice.testkit.TestAgent;
import dev.sluice.testkit.Wire;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * One agent's life over real connections while commands are posted to it: it connects, polls, leaves, is cut and comes
 * back by whichever way its dice say, and tells the {@link Model} what it sees.
 */
final class Story {
    /** One way to be served for a while, and to come to its end. */
    enum Chapter {
        SOCKET_LEAVES,
        SOCKET_CUT,
        SOCKET_SUPERSEDED,
        SOCKET_TAKES_OVER_A_POLL,
        POLL_TAKES_OVER_A_SOCKET,
        POLLS,
        WAITING_POLLS,
        POLL_CUT
    }

    /** More take-overs of a live socket within a minute are a fight of two agents, which is another story. */
    private static final int TAKE_OVERS = 3;

    private static final int SUPERSEDED = 4409;

    private final Gateway gateway;
    private final TestAgent agent;
    private final List<Chapter> chapters;
    private final int commands;
    private final Random dice;
    private final Model model = new Model();
    private final List<AgentSocketClient> sockets = new ArrayList<>();
    private final List<Chapter> lived = new ArrayList<>();
    private volatile @Nullable Throwable postingFailed;
    private int takeOversLeft = TAKE_OVERS;
    /** The last poll's cursor, while it is this agent's latest word. */
    private @Nullable String cursor;
    /**
     * A poll's answer was lost: polls name where the agent is from then on, until a socket takes over.
     */
    private boolean lostAnAnswer;

    Story(Gateway gateway, List<Chapter> chapters, int commands, long seed) {
        this.gateway = gateway;
        this.agent = gateway.agent();
        this.chapters = chapters;
        this.commands = commands;
        this.dice = new Random(seed);
    }

    /** Lives it to the end and answers what did not hold. */
    List<String> live() {
        agent.register();
        CompletableFuture<Void> posting = CompletableFuture.runAsync(this::post);
        // A post that fails fails the story where it stands: what was not posted never comes.
        posting.whenComplete((posted, failure) -> postingFailed = failure);
        try {
            while (model.acknowledgedCount() < commands) {
                Chapter chapter = chapters.get(dice.nextInt(chapters.size()));
                lived.add(chapter);
                live(chapter);
                askWhatIsAcknowledged();
                if (!model.violations(false).isEmpty()) {
                    return model.violations(false);
                }
            }
            nothingComesAfterTheEnd();
        } finally {
            posting.orTimeout(60, TimeUnit.SECONDS).join();
        }
        return model.violations(true);
    }

    /** The chapters so far, for whoever has to find out what went wrong. */
    List<Chapter> lived() {
        return lived;
    }

    private void post() {
        for (int i = 0; i < commands; i++) {
            model.accepted(gateway.command(agent, Map.of("i", i)));
        }
    }

    /** An acknowledgement that was cut may have arrived or not; the gateway knows. */
    private void askWhatIsAcknowledged() {
        gateway.admin()
                .get("/api/v1/clusters/%s/commands?limit=500&status=acknowledged".formatted(agent.clusterId()))
                .json(200)
                .path("commands")
                .forEach(command -> model.acknowledged(command.path("id").asText()));
    }

    private void nothingComesAfterTheEnd() {
        until("the last poll is answered", () -> {
            Reply last = agent.poll("");
            if (last.status() == 200) {
                read(last, "the last poll");
            }
            return last.status() == 200;
        });
    }

    /** Waits, unless something went wrong where nobody waits for it: that is told at once, and not as a wait too long. */
    private void until(String what, BooleanSupplier holds) {
        try {
            Awaitility.await(what)
                    .atMost(60, TimeUnit.SECONDS)
                    .pollInterval(Duration.ofMillis(20))
                    .pollInSameThread()
                    .until(() -> {
                        failWhereSomethingFailed();
                        return holds.getAsBoolean();
                    });
        } catch (ConditionTimeoutException e) {
            throw new AssertionError(
                    "%s: waited in vain; received %d, acknowledged %d; lived %s"
                            .formatted(what, model.receivedCount(), model.acknowledgedCount(), lived),
                    e);
        }
    }

    private void failWhereSomethingFailed() {
        sockets.forEach(AgentSocketClient::closed);
        Throwable failure = postingFailed;
        if (failure != null) {
            throw new AssertionError("posting failed: " + failure.getMessage(), failure);
        }
    }

    private void live(Chapter chapter) {
        switch (chapter) {
            case SOCKET_LEAVES -> {
                Line line = new Line(agent.connect());
                line.serveForAWhile();
                line.settle();
                line.socket.leave();
            }
            case SOCKET_CUT -> {
                Line line = new Line(agent.connect());
                line.serveForAWhile();
                line.socket.cut();
                line.socket.awaitClose();
                comeBackAfterACut();
            }
            case SOCKET_SUPERSEDED -> {
                if (takeOversLeft > 0) {
                    supersede();
                }
            }
            case SOCKET_TAKES_OVER_A_POLL -> takeOverAPoll();
            case POLL_TAKES_OVER_A_SOCKET -> {
                if (takeOversLeft > 0) {
                    pollTakesOver();
                }
            }
            case POLLS -> polls("");
            case WAITING_POLLS -> polls("wait=2");
            case POLL_CUT -> pollCut();
        }
    }

    private void comeBackAfterACut() {
        if (takeOversLeft > 0 && dice.nextBoolean()) {
            // At once: the gateway may not have noticed the cut, and then this is a take-over.
            takeOversLeft--;
            return;
        }
        awaitDisconnected();
    }

    private void awaitDisconnected() {
        until("the gateway notices the cut", () -> "disconnected"
                .equals(agent.api()
                        .get(agent.path("tunnel-info"))
                        .json()
                        .path("tunnel_status")
                        .asText()));
    }

    private void supersede() {
        takeOversLeft--;
        Line older = new Line(agent.connect());
        older.serveForAWhile();
        Line newer = new Line(agent.connect());
        if (older.socket.awaitClose() != SUPERSEDED) {
            throw new AssertionError("not superseded");
        }
        newer.serveForAWhile();
        newer.settle();
        newer.socket.leave();
    }

    private void takeOverAPoll() {
        String where = lostAnAnswer ? "&after=" + cursor : "";
        CompletableFuture<Reply> parked = agent.pollLater("?wait=30" + where);
        Line line = new Line(agent.connect());
        read(await(parked), "the poll that was taken over");
        line.serveForAWhile();
        line.settle();
        line.socket.leave();
        if (line.socket.awaitClose() == SUPERSEDED) {
            // The poll came late: it was not taken over but took over, which counts as any other.
            takeOversLeft--;
        }
    }

    private void pollTakesOver() {
        takeOversLeft--;
        Line line = new Line(agent.connect());
        line.serveForAWhile();
        read(agent.poll("?wait=2"), "the poll that took over");
        line.socket.awaitClose();
    }

    /** One socket: acknowledges most of what comes on it. */
    private final class Line {
        private final AgentSocketClient socket;
        private final List<String> acknowledged = new ArrayList<>();

        Line(AgentSocketClient socket) {
            this.socket = socket;
            cursor = null;
            lostAnAnswer = false;
            sockets.add(socket);
            socket.onFrame(this::heard);
        }

        private void heard(JsonNode frame) {
            String type = frame.path("type").asText();
            if (type.equals("error")) {
                throw new AssertionError(frame.toString());
            }
            if (!type.equals("command")) {
                return;
            }
            String id = frame.path("request_id").asText();
            model.received(id, "a socket");
            synchronized (acknowledged) {
                // Every third is left for the lease, or for whatever comes next.
                if (id.hashCode() % 3 != 0
                        || frame.path("payload").path("attempt").intValue() > 1) {
                    socket.acknowledge(id);
                    acknowledged.add(id);
                }
            }
        }

        void serveForAWhile() {
            int before = model.receivedCount();
            int enough = Math.min(commands, before + dice.nextInt(25));
            if (before < commands) {
                until("%d come".formatted(enough), () -> socket.closed() || model.receivedCount() >= enough);
            } else {
                until("all leftovers come", () -> socket.closed() || nothingIsLeft());
            }
        }

        /**
         * What was not acknowledged here need not come: it may have been on a connection before, and the gateway got
         * that acknowledgement although nobody waited until it had.
         */
        private boolean nothingIsLeft() {
            List<String> left = new ArrayList<>(model.unsettled());
            left.removeAll(sent());
            return left.stream().noneMatch(this::isOpen);
        }

        private boolean isOpen(String id) {
            String status = gateway.seen(agent, id).path("status").asText();
            return status.equals("queued") || status.equals("delivered");
        }

        private List<String> sent() {
            synchronized (acknowledged) {
                return List.copyOf(acknowledged);
            }
        }

        /** Waits until the gateway is known to know: an acknowledgement over a socket is not answered. */
        void settle() {
            List<String> sent = sent();
            if (sent.isEmpty()) {
                return;
            }
            String last = sent.get(sent.size() - 1);
            until("the acknowledgement of %s arrives".formatted(last), () -> socket.closed() || !isOpen(last));
            if (!isOpen(last)) {
                sent.forEach(model::acknowledged);
            }
        }
    }

    private void polls(String wait) {
        int times = 1 + dice.nextInt(5);
        for (int i = 0; i < times; i++) {
            // What a cursor covers is the gateway's to say: it stays behind what an earlier, perhaps lost answer held.
            boolean names = cursor != null && (lostAnAnswer || dice.nextBoolean());
            String query = names ? wait + "&after=" + cursor : wait;
            read(agent.poll("?" + query), "a poll with ?" + query);
            acknowledgeSome();
        }
    }

    /**
     * The answer is lost on its way. An agent that goes on polling says where it is, and gets
     * everything from there at once; without a word it would get what is new, and the lost ones after their lease.
     */
    private void pollCut() {
        if (cursor == null || model.acknowledgedCount() == 0) {
            // To an agent that never settled anything, polling again means that it has the answer before.
            return;
        }
        String request = "GET %s HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n\r\n"
                .formatted(agent.path("poll"), agent.token());
        try {
            Wire wire = new Wire(gateway.uri());
            wire.write(request.getBytes(StandardCharsets.US_ASCII));
            // Unread by the agent. Cut any earlier, the request might reach the gateway after whatever comes next.
            wire.readReply();
            wire.reset();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        lostAnAnswer = true;
    }

    private static Reply await(CompletableFuture<Reply> poll) {
        return poll.orTimeout(60, TimeUnit.SECONDS).join();
    }

    private void read(Reply reply, String how) {
        if (reply.status() == 429) {
            return;
        }
        reply.json(200)
                .path("commands")
                .forEach(command -> model.received(command.path("id").asText(), how));
        cursor = reply.json().path("cursor").asText();
    }

    private void acknowledgeSome() {
        Set<String> some = new HashSet<>(model.unsettled());
        some.removeIf(id -> dice.nextInt(3) == 0);
        for (String id : some) {
            // The budget is a hundred a second; a story in a hurry waits for it.
            until(
                    "%s is acknowledged".formatted(id),
                    () -> agent.acknowledge(id).status() == 200);
            model.acknowledged(id);
        }
    }
}
