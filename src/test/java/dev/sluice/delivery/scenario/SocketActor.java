package dev.sluice.delivery.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.core.Payload;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One client of several namespaces: it reads and says packets as the library does, over one line at a time. */
final class SocketActor {
    private static final int CONNECT = 0;
    private static final int DISCONNECT = 1;
    private static final int EVENT = 2;
    private static final int ACK = 3;
    private static final int CONNECT_ERROR = 4;
    private static final int BINARY_EVENT = 5;
    private static final int BINARY_ACK = 6;

    /** A packet whose attachments are not all there. */
    private record Unfinished(SocketView view, int type, JsonNode args, int due, List<Payload> attachments) {}

    /** A request that waits for its answer. */
    private record Asked(String room, boolean joins) {}

    final String name;
    final List<SocketView> views = new ArrayList<>();
    /** Lines that it has given up. */
    final List<SocketLine> old = new ArrayList<>();

    private final SocketGateway gateway;
    private final Script script;
    private final Map<Integer, Asked> asked = new HashMap<>();
    private @Nullable Unfinished unfinished;
    /** Those that are still to come of a packet for a namespace that it left. */
    private int attachmentsOfNobody;

    private int lines;
    private int requests;
    /** It connects later to some of its namespaces. */
    boolean hesitates;

    @Nullable
    SocketLine line;

    SocketActor(String name, SocketGateway gateway) {
        this.name = name;
        this.gateway = gateway;
        this.script = gateway.script;
        List<String> namespaces = new ArrayList<>(SocketGateway.NAMESPACES);
        for (int i = 1 + script.below(namespaces.size()); i > 0; i--) {
            views.add(new SocketView(name, namespaces.remove(script.below(namespaces.size())), gateway));
        }
    }

    // ---- connections

    boolean isUp() {
        return line != null && line.up;
    }

    /** A handshake; whatever it had before it gives up. */
    void comeBack(SocketCut.Way way) {
        leaveLine();
        String fresh = name + "L" + ++lines;
        StoryHome home = gateway.anyLoop();
        line = new SocketLine(fresh, home, gateway.connection(fresh, home), script, this::read);
        line.begin(way);
    }

    private void leaveLine() {
        if (line != null) {
            line.abandon("is given up");
            old.add(line);
            line = null;
        }
        unfinished = null;
        attachmentsOfNobody = 0;
        asked.clear();
        views.forEach(SocketView::cut);
    }

    /** Anything that the client does by itself. */
    boolean receive() {
        if (line == null || !line.receive()) {
            return false;
        }
        if (!line.up) {
            leaveLine();
        }
        return true;
    }

    void cut() {
        if (line != null) {
            line.cut();
            leaveLine();
        }
    }

    void cutUnnoticed() {
        if (line != null) {
            line.cutUnnoticed();
            leaveLine();
        }
    }

    void gatewayDied() {
        line = null;
        old.clear();
        unfinished = null;
        attachmentsOfNobody = 0;
        asked.clear();
        for (SocketView view : views) {
            view.cut();
            view.gatewayDied();
        }
    }

    // ---- what it says

    private void say(String namespace, String packet, Payload... attachments) {
        if (!isUp()) {
            return;
        }
        String text = packet.replace("@", namespace.equals(SocketGateway.ROOT) ? "" : namespace + ",");
        script.say("%s says %s", line.name, text);
        List<Payload> packets = new ArrayList<>();
        packets.add(Payload.text("4" + text));
        packets.addAll(List.of(attachments));
        line.send(packets);
    }

    void connect(SocketView view) {
        if (isUp() && !view.connected && !view.connecting) {
            say(view.namespace, "0@" + view.auth());
        }
    }

    void subscribe(SocketView view, String room) {
        if (isUp() && view.connected) {
            view.rooms.asks(room, ++requests);
            ask(view, "subscribe", new Asked(room, true));
        }
    }

    void unsubscribe(SocketView view, String room) {
        if (isUp() && view.connected) {
            view.rooms.leaves(room, ++requests);
            ask(view, "unsubscribe", new Asked(room, false));
        }
    }

    private void ask(SocketView view, String event, Asked what) {
        asked.put(requests, what);
        say(view.namespace, "2@" + requests + "[\"" + event + "\",\"" + what.room() + "\"]");
    }

    /** It leaves the namespace, and goes on in the others. */
    void leave(SocketView view) {
        if (isUp() && view.connected) {
            say(view.namespace, "1@");
            view.leaves();
        }
    }

    /** @return what the application is to hear; null where nobody listens */
    @Nullable
    String talk(SocketView view) {
        if (!isUp() || !view.connected) {
            return null;
        }
        String said = gateway.model.nextOf(line.name);
        String id = script.chance(50) ? "" : Integer.toString(++requests);
        if (script.chance(30)) {
            int middle = said.length() / 2;
            say(
                    view.namespace,
                    "52-@" + id + "[\"say\"," + placeholder(0) + "," + placeholder(1) + "]",
                    binary(said.substring(0, middle)),
                    binary(said.substring(middle)));
        } else {
            say(view.namespace, "2@" + id + "[\"say\",\"" + said + "\"]");
        }
        return said;
    }

    private static String placeholder(int number) {
        return "{\"_placeholder\":true,\"num\":" + number + "}";
    }

    private static Payload binary(String text) {
        return new Payload(text.getBytes(StandardCharsets.UTF_8), false);
    }

    // ---- what it reads

    private void read(Payload packet) {
        if (!packet.text() && attachmentsOfNobody > 0) {
            attachmentsOfNobody--;
            return;
        }
        if (!packet.text()) {
            script.check(unfinished != null, "%s got an attachment of nothing", name);
            unfinished.attachments().add(packet);
            if (unfinished.attachments().size() == unfinished.due()) {
                Unfinished whole = unfinished;
                unfinished = null;
                if (whole.type() == BINARY_EVENT && !whole.view().hasLeft()) {
                    whole.view().event(whole.args(), whole.attachments());
                }
            }
            return;
        }
        script.check(unfinished == null, "%s got %s ahead of an attachment", name, packet.asString());
        String text = packet.asString();
        script.say("%s reads %s", name, text);
        if (text.charAt(0) == '0') {
            views.stream().filter(view -> !hesitates || script.chance(70)).forEach(this::connect);
        } else {
            read(text);
        }
    }

    private void read(String text) {
        int type = text.charAt(1) - '0';
        int at = 2;
        int attachments = 0;
        if (type == BINARY_EVENT || type == BINARY_ACK) {
            int dash = text.indexOf('-');
            attachments = Integer.parseInt(text.substring(at, dash));
            at = dash + 1;
        }
        String namespace = SocketGateway.ROOT;
        if (at < text.length() && text.charAt(at) == '/') {
            int comma = text.indexOf(',', at);
            namespace = text.substring(at, comma);
            at = comma + 1;
        }
        SocketView view = view(namespace);
        int digits = at;
        while (digits < text.length() && Character.isDigit(text.charAt(digits))) {
            digits++;
        }
        int id = digits == at ? -1 : Integer.parseInt(text.substring(at, digits));
        handle(view, type, id, attachments, SocketGateway.json(text.substring(digits)));
    }

    private SocketView view(String namespace) {
        return views.stream()
                .filter(view -> view.namespace.equals(namespace))
                .findAny()
                .orElseThrow(() -> script.failed(name + " never asked for " + namespace, null));
    }

    private void handle(SocketView view, int type, int id, int attachments, JsonNode data) {
        if (view.hasLeft() && type != CONNECT && type != CONNECT_ERROR) {
            attachmentsOfNobody = attachments;
            return;
        }
        switch (type) {
            case CONNECT -> {
                view.connected(data);
                line.pids.add(view.pid);
                old.forEach(each -> each.takenOver |= each.pids.contains(view.pid));
            }
            case CONNECT_ERROR -> view.refused(data);
            case EVENT -> {
                if (id < 0) {
                    view.event(data, List.of());
                } else {
                    view.asked(data);
                    String text = data.path(1).asText();
                    gateway.model.asks.answers(text);
                    say(view.namespace, "3@" + id + "[\"" + text + "\"]");
                }
            }
            case BINARY_EVENT, BINARY_ACK ->
                unfinished = new Unfinished(view, type, data, attachments, new ArrayList<>());
            case ACK -> {
                script.check(view.connected, "%s got an answer before it was connected", name);
                Asked what = asked.remove(id);
                if (what != null) {
                    answered(view, id, what, data.path(0));
                }
            }
            case DISCONNECT -> script.check(false, "%s was sent out of %s", name, view.namespace);
            default -> script.check(false, "%s got %d %s", name, type, data);
        }
    }

    private static void answered(SocketView view, int id, Asked what, JsonNode told) {
        if (!told.path("ok").asBoolean()) {
            view.rooms.refused(what.room(), id);
        } else if (what.joins()) {
            view.rooms.joined(id, told);
        } else {
            view.rooms.left(id, told);
        }
    }
}
