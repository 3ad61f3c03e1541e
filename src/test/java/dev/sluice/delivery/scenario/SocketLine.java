package dev.sluice.delivery.scenario;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.protocol.engineio.EngineCodec;
import dev.sluice.protocol.engineio.EngineConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One engine connection: the gateway's end of it is real, the other end does with its carriers what the client library
 * does. It has one GET at a time, asks for none once it heard that the WebSocket works, and says nothing in between.
 */
final class SocketLine {
    private static final String SEPARATOR = "\u001e";
    private static final Pattern EVENT = Pattern.compile("\"e(\\d+)\"");

    final String name;
    final StoryHome home;
    final EngineConnection connection;
    private final Script script;
    private final Consumer<Payload> reader;
    private final List<List<Payload>> outbox = new ArrayList<>();
    /** What its client said and the gateway has not heard so far, and may hear after the client gave it up. */
    private final List<Runnable> underway = new ArrayList<>();

    private @Nullable StoryPoll poll;
    private @Nullable StorySocket socket;
    private @Nullable StorySocket probe;
    private boolean opened;
    private boolean pausing;
    /** The gateway has heard that the WebSocket takes over. */
    private boolean upgraded;
    /** The gateway refused what was said. */
    private boolean refused;

    private int pings;
    /** Events with a higher number came after it was sent away, and have to wait for the next connection. */
    private int quietFrom = Integer.MAX_VALUE;

    /** The client still counts on it. */
    boolean up = true;
    /** One of its sessions goes on over another line: it has to be closed. */
    boolean takenOver;

    final Set<String> pids = new HashSet<>();

    /** @param reader gets the messages, and the open packet */
    SocketLine(String name, StoryHome home, EngineConnection connection, Script script, Consumer<Payload> reader) {
        this.name = name;
        this.home = home;
        this.connection = connection;
        this.script = script;
        this.reader = reader;
    }

    // ---- the network

    /** Whatever a carrier is handed, before it goes anywhere. */
    private void handed(StoryPoll onto, List<Payload> packets) {
        script.say("  a GET of %s is answered with %s", name, new Script.Frames(packets));
        handed(packets);
        boolean bye = packets.get(packets.size() - 1).asString().equals("1");
        script.check(!bye || packets.size() == 1, "an answer says goodbye behind something else");
        for (Payload packet : packets) {
            script.check(!upgraded || isOwn(packet), "a GET was answered with %s after the upgrade", packet.asString());
        }
    }

    private static boolean isOwn(Payload packet) {
        return packet.text() && packet.asString().length() == 1;
    }

    private void handed(List<Payload> packets) {
        if (quietFrom == Integer.MAX_VALUE) {
            return;
        }
        for (Payload packet : packets) {
            Matcher event = EVENT.matcher(packet.text() ? packet.asString() : "");
            boolean late = event.find() && Integer.parseInt(event.group(1)) > quietFrom;
            script.check(!late, "%s was sent %s after it was told to go", name, packet.asString());
        }
    }

    private StorySocket newSocket() {
        return new StorySocket(script, 1 + script.below(3), packets -> {
            script.say("  a WebSocket of %s is handed %s", name, new Script.Frames(packets));
            handed(packets);
        });
    }

    private StoryPoll newPoll() {
        StoryPoll[] made = new StoryPoll[1];
        made[0] = new StoryPoll(script, packets -> handed(made[0], packets));
        return made[0];
    }

    /** A socket takes what it was handed first. */
    boolean accept() {
        boolean[] took = new boolean[1];
        home.here(() -> {
            took[0] = poll != null && poll.accept();
            StorySocket on = socket == null ? probe : socket;
            if (on != null && on.accept()) {
                took[0] = true;
                connection.writable(on);
            }
        });
        return took[0];
    }

    /** It breaks, and both ends notice. */
    void cut() {
        abandon("is cut");
        underway.clear();
        home.execute(() -> {
            if (poll != null && !poll.isAnswered()) {
                connection.pollGone(poll);
            } else if (poll != null) {
                poll.fail();
            }
            cut(socket);
            cut(probe);
        });
    }

    private void cut(@Nullable StorySocket broken) {
        if (broken != null) {
            broken.cut();
            connection.socketGone(broken, broken.closed);
        }
    }

    /** It breaks, and only the client notices: the gateway goes on writing into the void. */
    void cutUnnoticed() {
        abandon("is cut and the gateway does not notice");
        if (socket != null) {
            socket.cutUnnoticed();
        }
        if (probe != null) {
            probe.cutUnnoticed();
        }
    }

    /** Only the WebSocket that probes breaks. */
    void cutProbe() {
        StorySocket broken = probe;
        if (broken != null) {
            script.say("the probe of %s is cut", name);
            probe = null;
            pausing = false;
            home.execute(() -> cut(broken));
            flush();
        }
    }

    /** The gateway is to send it away. */
    void moveAway() {
        script.say("%s is sent away", name);
        home.execute(() -> connection.moveAway(Disconnect.SWITCH_TO_POLLING, Duration.ofSeconds(5)));
    }

    /** It was sent away and everything that was under way is through: events beyond that number are not for it. */
    void quietFrom(int number) {
        quietFrom = number;
    }

    // ---- the client

    void abandon(String why) {
        if (up) {
            script.say("%s %s", name, why);
            up = false;
        }
    }

    void begin(SocketCut.Way way) {
        script.say("%s begins by %s on %s", name, way, home.name);
        Payload open = Payload.text("0{}");
        if (way == SocketCut.Way.WEBSOCKET) {
            StorySocket first = newSocket();
            socket = first;
            home.here(() -> {
                connection.begin(first);
                connection.send(open);
            });
        } else {
            StoryPoll first = newPoll();
            poll = first;
            home.here(() -> {
                connection.send(open);
                connection.poll(first);
            });
        }
    }

    boolean isPolling() {
        return socket == null;
    }

    boolean isProbing() {
        return probe != null;
    }

    /** Asks for more, where a client would. */
    boolean get() {
        if (!up || !opened || socket != null || poll != null || pausing) {
            return false;
        }
        StoryPoll next = newPoll();
        poll = next;
        script.say("%s polls", name);
        home.execute(() -> connection.poll(next));
        return true;
    }

    boolean probe() {
        if (!up || !opened || socket != null || probe != null) {
            return false;
        }
        StorySocket fresh = newSocket();
        probe = fresh;
        script.say("%s probes", name);
        home.execute(() -> connection.probe(fresh));
        home.execute(() -> connection.message(fresh, Payload.text("2probe")));
        return true;
    }

    /** Goes over to the WebSocket once no GET is under way. */
    boolean upgrade() {
        StorySocket carrier = probe;
        if (!up || carrier == null || !pausing || poll != null) {
            return false;
        }
        script.say("%s upgrades", name);
        arrive();
        socket = carrier;
        probe = null;
        pausing = false;
        home.execute(() -> {
            connection.message(carrier, Payload.text("5"));
            upgraded = true;
        });
        flush();
        return true;
    }

    private void flush() {
        outbox.forEach(this::transmit);
        outbox.clear();
    }

    /** Packets that stay together. */
    void send(List<Payload> packets) {
        if (pausing) {
            outbox.add(packets);
        } else if (up) {
            transmit(packets);
        }
    }

    private void transmit(List<Payload> packets) {
        StorySocket over = socket;
        if (over == null) {
            post(packets);
        } else {
            packets.forEach(packet -> underway.add(() -> connection.message(over, packet)));
        }
        if (script.chance(80)) {
            arrive();
        }
    }

    /** What is on its way gets there. */
    void arrive() {
        underway.forEach(home::execute);
        underway.clear();
    }

    private void post(List<Payload> packets) {
        List<String> parts = new ArrayList<>();
        for (Payload packet : packets) {
            parts.add(
                    packet.text()
                            ? packet.asString()
                            : "b" + Base64.getEncoder().encodeToString(packet.bytes()));
        }
        byte[] body = String.join(SEPARATOR, parts).getBytes(StandardCharsets.UTF_8);
        underway.add(() -> refused |= !connection.post(EngineCodec.decodePayload(body)));
    }

    boolean pong() {
        if (!up || pings == 0) {
            return false;
        }
        pings--;
        script.say("%s pongs", name);
        send(List.of(Payload.text("3")));
        return true;
    }

    /** The client reads one thing, whatever it is. */
    boolean receive() {
        if (!up) {
            return false;
        }
        script.check(
                socket == null || socket.closed != Disconnect.SUPERSEDED,
                "%s is taken over by one that its client gave up before",
                name);
        if (refused || poll != null && poll.refused != null || socket != null && socket.isOver()) {
            abandon("finds that the gateway has closed it");
            return true;
        }
        return receiveFromProbe() || receiveFromSocket() || receiveFromPoll();
    }

    private boolean receiveFromProbe() {
        StorySocket from = probe;
        if (from == null) {
            return false;
        }
        Payload said = from.read();
        if (said != null) {
            script.check(said.asString().equals("3probe"), "a probe was told %s", said.asString());
            pausing = true;
        } else if (from.isOver()) {
            probe = null;
            pausing = false;
            flush();
        }
        return said != null || probe == null;
    }

    private boolean receiveFromSocket() {
        Payload said = socket == null ? null : socket.read();
        if (said == null) {
            return false;
        }
        read(said);
        return true;
    }

    private boolean receiveFromPoll() {
        List<Payload> said = poll == null ? null : poll.read();
        if (said == null) {
            return false;
        }
        poll = null;
        for (String part : EngineCodec.payload(said).asString().split(SEPARATOR)) {
            read(
                    part.startsWith("b")
                            ? new Payload(Base64.getDecoder().decode(part.substring(1)), false)
                            : Payload.text(part));
        }
        return true;
    }

    private void read(Payload packet) {
        switch (packet.text() ? packet.asString().charAt(0) : '4') {
            case '0' -> {
                opened = true;
                reader.accept(packet);
            }
            case '1' -> abandon("is told that it is closed");
            case '2' -> pings++;
            case '4' -> reader.accept(packet);
            case '6' -> {
                // Ends a GET, and says nothing.
            }
            default -> script.check(false, "%s was sent %s", name, packet.asString());
        }
    }
}
