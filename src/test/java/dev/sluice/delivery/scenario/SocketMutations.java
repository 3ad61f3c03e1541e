package dev.sluice.delivery.scenario;

import java.util.List;

/** Ways to break what Engine.IO and Socket.IO promise, for the stories of their clients. */
final class SocketMutations {
    private static final String FAMILY = "socketio";
    private static final String CONNECTION = "protocol.engineio.EngineConnection";
    private static final String POLLS = "protocol.engineio.PollAnswers";
    private static final String BRANCH = "protocol.engineio.Branch";
    private static final String HEARTBEAT = "protocol.engineio.Heartbeat";
    private static final String SOCKET = "protocol.socketio.SocketIoSocket";
    private static final String FRAMES = "protocol.socketio.SocketIoFrames";
    private static final String DECODER = "protocol.socketio.SocketIoDecoder";
    private static final String SESSION = "delivery.channel.ChannelSession";
    private static final String MAILBOX = "delivery.channel.ChannelMailbox";
    private static final String RECOVERIES = "edge.socketio.Recoveries";

    private SocketMutations() {}

    static List<Mutation> all() {
        return List.of(
                of(
                        CONNECTION,
                        "takes the answer of a GET for arrived at once",
                        "polls.park(fresh, branches::mark);",
                        "polls.park(fresh, () -> { branches.mark(); branches.acknowledge(); });"),
                of(
                        CONNECTION,
                        "marks when the pong comes",
                        "        if (carrier.isSocket()) {\n            branches.acknowledge();",
                        "        if (carrier.isSocket()) {\n            branches.mark();\n            branches.acknowledge();"),
                of(CONNECTION, "leaves behind what waits at the upgrade", "        polls.moveTo(to);\n", ""),
                of(
                        CONNECTION,
                        "does not go on after the upgrade",
                        "polls.moveTo(to);\n        branches.grant();",
                        "polls.moveTo(to);"),
                of(
                        CONNECTION,
                        "goes on granting to who is to go",
                        "    boolean takes() {\n        if (state != State.OPEN) {",
                        "    boolean takes() {\n        if (state == State.CLOSED) {"),
                of(
                        CONNECTION,
                        "keeps for the next GET what comes after the upgrade",
                        "} else if (socket != null) {\n            socket.send(packets, done);",
                        "} else if (socket != null && heartbeat == null) {\n            socket.send(packets, done);"),
                of(
                        POLLS,
                        "says goodbye behind something else",
                        "if (packets.isEmpty()) {\n            answerWith(lastWord);",
                        "if (bytes >= 0) {\n            answerWith(lastWord);"),
                of(
                        POLLS,
                        "answers a GET twice",
                        "        parked = null;\n        answered = true;",
                        "answered = true;"),
                of(
                        POLLS,
                        "answers the next GET with the same",
                        "packets = NOTHING;\n        completions = NOBODY;",
                        "completions = NOBODY;"),
                of(
                        BRANCH,
                        "acknowledges what is written and not what was marked",
                        "acknowledged = marked;\n            long upTo = marked;",
                        "acknowledged = written;\n            long upTo = written;"),
                of(
                        HEARTBEAT,
                        "takes a pong to an earlier ping for one to the last",
                        "!isAwaiting() || ++pongs != pings",
                        "!isAwaiting() || ++pongs < 0"),
                of(
                        FRAMES,
                        "forgets the offset behind the arguments",
                        "SessionCursor cursor = epoch == null ? null",
                        "SessionCursor cursor = epoch == null || outbound.attempt() > 0 ? null"),
                of(
                        FRAMES,
                        "names the place of the next message",
                        "SessionCursor.of(epoch, outbound);",
                        "SessionCursor.of(epoch, new Outbound(outbound.position() + 1, 1, outbound.message()));"),
                of(
                        FRAMES,
                        "says again what made sense on another connection",
                        "&& said.only() != connection;",
                        "&& said.only() != said.only();"),
                of(
                        SOCKET,
                        "goes on where it stopped and not where its client is",
                        "ResumeAt.LAST_ACKNOWLEDGED : seat.from());",
                        "ResumeAt.LAST_ACKNOWLEDGED : ResumeAt.CONTINUE);"),
                of(SOCKET, "leaves the old connection open", "engine.close(Disconnect.SUPERSEDED);", ""),
                of(
                        SOCKET,
                        "ends a session whose client leaves before it is back",
                        "        if (seat.from() == null) {\n",
                        "        if (seat.from() == null || seat.from().cursor() == null) {\n"),
                of(DECODER, "turns attachments round", "attachments().add(message);", "attachments().add(0, message);"),
                of(
                        SOCKET,
                        "does what was asked over a connection given up since",
                        "            if (session.admits(engine.opened())) {\n                request.run();\n            }",
                        "            request.run();"),
                of(SESSION, "lets an older connection take over", "return opened == newest;", "return opened > 0;"),
                of(MAILBOX, "takes what it let go of for what its client has", "lacked = held.position();", ""),
                of(
                        RECOVERIES,
                        "lets everybody come back",
                        "            if (whole || ",
                        "            if (from != null || "));
    }

    private static Mutation of(String type, String promise, String from, String to) {
        return new Mutation(promise, type, FAMILY, from, to);
    }
}
