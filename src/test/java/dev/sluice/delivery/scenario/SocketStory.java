package dev.sluice.delivery.scenario;

import dev.sluice.delivery.scenario.SocketCut.Way;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Clients of several namespaces, each over one engine connection at a time that is cut in the middle of the story. */
final class SocketStory {
    private final Script script;
    private final SocketModel model;
    final SocketGateway gateway;
    final List<SocketActor> actors = new ArrayList<>();
    /** Its database has moods. */
    private final boolean fails;

    private SocketStory(Script script) {
        this.script = script;
        this.model = new SocketModel(script);
        this.gateway = new SocketGateway(script, model);
        this.fails = script.chance(25);
        for (int i = 1 + script.below(2); i > 0; i--) {
            actors.add(new SocketActor("c" + i, gateway));
        }
    }

    static void play(SocketCut cut, Way from, long seed) {
        Script script = new Script("socketio %s from %s".formatted(cut, from), seed);
        try {
            new SocketStory(script).tell(cut, from, script.oneOf(Way.values()));
            script.failIfBroken();
        } catch (RuntimeException e) {
            script.failIfBroken();
            throw script.failed("an exception: " + e, e);
        }
    }

    private void tell(SocketCut cut, Way from, Way to) {
        script.say("%d clients, roomy %s", actors.size(), gateway.roomy);
        for (SocketActor each : actors) {
            each.hesitates = script.chance(30);
            each.comeBack(from);
            if (script.chance(70)) {
                settle(each, from);
            }
        }
        some(25);
        script.say("— %s", cut);
        SocketActor who = anybody();
        settle(who, cut == SocketCut.DURING_THE_PROBE || cut == SocketCut.AFTER_THE_UPGRADE ? Way.POLLING : from);
        if (!who.isUp()) {
            who.comeBack(from);
        }
        new SocketCuts(this).at(cut, who, to);
        script.failIfBroken();
        if (!who.isUp()) {
            who.comeBack(to);
        }
        some(25);
        heal();
    }

    void some(int most) {
        for (int i = script.below(most + 1); i > 0; i--) {
            anything();
            script.failIfBroken();
        }
    }

    // ---- what may happen at any time

    private SocketActor anybody() {
        return actors.get(script.below(actors.size()));
    }

    SocketView anyView(SocketActor who) {
        return who.views.get(script.below(who.views.size()));
    }

    private void anything() {
        SocketActor who = anybody();
        SocketLine line = who.line;
        switch (script.below(22)) {
            case 0, 1, 2 -> publish();
            case 3, 4 -> gateway.tell(anyView(who).pid);
            case 5 -> accept(line);
            case 6, 7 -> acceptAll(line);
            case 8 -> who.receive();
            case 9, 10 -> readAll(who);
            case 11 -> {
                if (line != null) {
                    line.pong();
                    line.arrive();
                    line.get();
                }
            }
            case 12 -> {
                who.connect(anyView(who));
                who.talk(anyView(who));
            }
            case 13 -> {
                if (script.chance(70)) {
                    subscribe(who);
                } else {
                    unsubscribe(who);
                }
            }
            case 14 -> {
                if (!who.isUp()) {
                    who.comeBack(script.oneOf(Way.values()));
                } else if (line.isPolling() && script.chance(60)) {
                    step(line);
                }
            }
            case 15 -> harm(who);
            case 16 -> pass(Duration.ofSeconds(script.oneOf(1, 1, 5, 11, 26, 31)));
            case 17 -> stir(who);
            case 18 -> gateway.ask(anyView(who).sid(), script.chance(50));
            default -> gateway.run(script.below(6));
        }
        gateway.run(script.below(4));
    }

    private void harm(SocketActor who) {
        SocketLine line = who.line;
        switch (script.below(13)) {
            case 0, 1 -> who.cut();
            case 2, 3 -> who.cutUnnoticed();
            case 4 -> who.comeBack(script.oneOf(Way.values()));
            case 5 -> {
                if (line != null) {
                    line.moveAway();
                }
            }
            case 6 -> {
                if (line != null) {
                    line.cutProbe();
                }
            }
            case 7 -> {
                if (script.chance(30)) {
                    actors.forEach(each -> each.views.forEach(SocketView::mayBeLost));
                    gateway.memoryRunsShort();
                }
            }
            case 8 -> {
                if (fails) {
                    actors.forEach(each -> each.views.forEach(SocketView::mayBeLost));
                    gateway.mood();
                }
            }
            case 9 -> {
                if (script.chance(40)) {
                    who.leave(anyView(who));
                }
            }
            case 10 -> gateway.isBusy(gateway.anyLoop());
            default -> gateway.ring();
        }
    }

    /** A line that its client gave up goes on, or is found out. */
    private void stir(SocketActor who) {
        if (who.old.isEmpty()) {
            return;
        }
        SocketLine one = who.old.get(script.below(who.old.size()));
        one.arrive();
        if (script.chance(60)) {
            one.accept();
        } else {
            script.say("the old %s ends", one.name);
            one.cut();
        }
    }

    void publish() {
        SocketActor who = anybody();
        String namespace = anyView(who).namespace;
        gateway.publish(
                namespace.equals(SocketGateway.ROOT)
                        ? SocketGateway.ROOMS.get(script.below(SocketGateway.ROOMS.size()))
                        : namespace.substring(1));
    }

    void subscribe(SocketActor who) {
        for (SocketView view : who.views) {
            if (view.namespace.equals(SocketGateway.ROOT)) {
                // A volatile room is a loss with every kill: most sockets have none.
                who.subscribe(view, script.chance(25) ? "v" : script.oneOf("kept", "kept", "old", "key"));
            }
        }
    }

    void unsubscribe(SocketActor who) {
        for (SocketView view : who.views) {
            if (view.namespace.equals(SocketGateway.ROOT)) {
                who.unsubscribe(view, SocketGateway.ROOMS.get(script.below(SocketGateway.ROOMS.size())));
            }
        }
    }

    void pass(Duration time) {
        for (SocketActor each : actors) {
            if (each.isUp() && !each.line.connection.isClosed()) {
                each.views.stream().filter(view -> view.connected).forEach(SocketView::isAlive);
            }
        }
        gateway.pass(time);
    }

    boolean accept(SocketLine line) {
        return line != null && line.accept();
    }

    void acceptAll(SocketLine line) {
        while (accept(line)) {}
    }

    void readAll(SocketActor who) {
        while (who.receive()) {}
    }

    /** One step of an upgrade, or the next GET. */
    boolean step(SocketLine line) {
        return line.upgrade() || !line.isProbing() && line.probe() || line.get();
    }

    // ---- everything works for a moment

    void settle(SocketActor who, Way way) {
        for (int round = 0; round < 30; round++) {
            if (!who.isUp()) {
                who.comeBack(way);
            }
            if (!goOn(who, way)) {
                return;
            }
        }
    }

    /** @return whether anything moved */
    private boolean goOn(SocketActor who, Way way) {
        if (who.line != null) {
            who.line.arrive();
        }
        gateway.runAll();
        gateway.ring();
        gateway.runAll();
        boolean moved = false;
        while (accept(who.line)) {
            gateway.runAll();
            moved = true;
        }
        while (who.receive()) {
            moved = true;
        }
        if (!who.isUp()) {
            return true;
        }
        while (who.line.pong()) {
            moved = true;
        }
        boolean climbs = way == Way.UPGRADING || who.line.isProbing();
        moved |= climbs ? step(who.line) | who.line.get() : who.line.get();
        for (SocketView view : who.views) {
            if (!view.connected && !view.connecting) {
                who.connect(view);
                moved |= view.connecting;
            }
        }
        return moved;
    }

    // ---- the end

    /** Everything works from now on; then every client has everything. */
    private void heal() {
        script.say("— heal");
        gateway.isWell();
        come();
        actors.forEach(each -> each.old.forEach(SocketLine::arrive));
        // Who was sent away is waited for so long.
        pass(Duration.ofSeconds(5));
        come();
        for (String channel : List.of("d", "few", "kept", "v", "old", "key")) {
            gateway.publish(channel);
        }
        List<String> said = new ArrayList<>();
        for (SocketActor each : actors) {
            for (SocketView view : each.views) {
                gateway.tell(view.pid);
                said.add(each.talk(view));
            }
        }
        come();
        for (SocketActor each : actors) {
            each.views.forEach(SocketView::hasEverything);
            for (SocketLine old : each.old) {
                script.check(
                        !old.takenOver || old.connection.isClosed(), "%s was taken over and is still open", old.name);
            }
        }
        pass(SocketGateway.PATIENCE);
        gateway.runAll();
        model.asks.areSettled();
        said.forEach(word -> script.check(word != null && model.wasHeard(word), "%s was never heard", word));
    }

    private void come() {
        int quiet = 0;
        for (int round = 0; round < 200 && quiet < 2; round++) {
            boolean moved = false;
            for (SocketActor each : actors) {
                if (!each.isUp()) {
                    each.comeBack(script.oneOf(Way.values()));
                    moved = true;
                }
                moved |= goOn(each, Way.POLLING);
            }
            script.failIfBroken();
            if (!moved) {
                quiet++;
                pass(Duration.ofSeconds(1));
            }
        }
        script.check(quiet == 2, "it never comes to rest");
    }
}
