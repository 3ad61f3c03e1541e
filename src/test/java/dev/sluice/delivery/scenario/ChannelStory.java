package dev.sluice.delivery.scenario;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.core.SluiceException;
import dev.sluice.core.TransportKind;
import dev.sluice.delivery.ManualClock;
import dev.sluice.delivery.channel.Answers;
import dev.sluice.delivery.channel.ChannelLimits;
import dev.sluice.delivery.channel.ChannelPolicies;
import dev.sluice.delivery.channel.ChannelPolicy;
import dev.sluice.delivery.channel.ChannelPolicy.Overflow;
import dev.sluice.delivery.channel.ChannelSession;
import dev.sluice.delivery.channel.ChannelSessions;
import dev.sluice.delivery.channel.MemoryDurableLog;
import dev.sluice.delivery.channel.MemoryNode;
import dev.sluice.delivery.channel.MemorySessionStore;
import dev.sluice.delivery.channel.NewPublication;
import dev.sluice.delivery.channel.Reply;
import dev.sluice.delivery.channel.StreamPosition;
import dev.sluice.delivery.mailbox.MailboxLimits;
import dev.sluice.delivery.mailbox.Message;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.SessionId;
import dev.sluice.delivery.session.SessionLimits;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Several clients, several channels, one gateway that may die; event loops that run when the story lets them. */
final class ChannelStory {
    private static final long MANY_BYTES = 1L << 40;
    private static final Map<String, ChannelPolicy> POLICIES = policies();

    final Script script;
    final ChannelModel model;
    final ManualClock clock = new ManualClock();
    private final MemoryDurableLog log = new MemoryDurableLog();
    private final MemorySessionStore store = new MemorySessionStore();
    private final List<ChannelActor> actors = new ArrayList<>();
    private final List<StoryHome> homes =
            List.of(new StoryHome("broker"), new StoryHome("writer"), new StoryHome("one"), new StoryHome("two"));
    private final ChannelLimits limits;
    private final List<String> channels = new ArrayList<>();
    private final MemoryNode.Ground ground =
            new MemoryNode.Ground(clock, log, store, homes.get(0), homes.get(1), this::text);
    private MemoryNode node;
    private int texts;
    private int events;
    private boolean restarted;

    private static Map<String, ChannelPolicy> policies() {
        Map<String, ChannelPolicy> all = new LinkedHashMap<>();
        all.put("v", policy(200, false, Overflow.CLOSE));
        all.put("few", policy(4, false, Overflow.CLOSE));
        all.put("d", policy(200, true, Overflow.CLOSE));
        all.put("dfew", policy(6, true, Overflow.CLOSE));
        all.put("own", policy(200, false, Overflow.CLOSE));
        all.put("old", policy(200, false, Overflow.DROP_OLDEST));
        all.put("key", policy(200, false, Overflow.CONFLATE));
        all.put("present", policy(200, false, Overflow.CLOSE));
        return all;
    }

    private static ChannelPolicy policy(int size, boolean durable, Overflow overflow) {
        return new ChannelPolicy(size, 1 << 20, Duration.ofHours(10), durable, overflow);
    }

    private ChannelStory(Script script) {
        this.script = script;
        this.model = new ChannelModel(script);
        MailboxLimits mailbox =
                script.chance(50) ? MailboxLimits.DEFAULT : new MailboxLimits(1_500, 9, Duration.ofSeconds(30));
        this.limits = new ChannelLimits(
                new SessionLimits(Duration.ofSeconds(100), Duration.ofMinutes(2), Duration.ofSeconds(30)),
                mailbox,
                100,
                5,
                100,
                100_000,
                script.perTurn(),
                Duration.ofSeconds(30));
        List<String> all = new ArrayList<>(POLICIES.keySet());
        for (int i = 2 + script.below(3); i > 0; i--) {
            channels.add(all.remove(script.below(all.size())));
        }
        start();
        for (int i = 1 + script.below(3); i > 0; i--) {
            actors.add(new ChannelActor(this, "c" + i, homes.get(2 + i % 2)));
        }
    }

    static void play(CutPoint cut, TransportKind from, TransportKind to, long seed) {
        Script script = new Script("channels %s from %s to %s".formatted(cut, from.wire(), to.wire()), seed);
        try {
            ChannelStory story = new ChannelStory(script);
            story.tell(cut, from, to);
            script.failIfBroken();
        } catch (RuntimeException e) {
            script.failIfBroken();
            throw script.failed("an exception: " + e, e);
        }
    }

    private void tell(CutPoint cut, TransportKind from, TransportKind to) {
        script.say(
                "channels %s, %d clients, mailbox %d",
                channels, actors.size(), limits.mailbox().maxFrames());
        for (ChannelActor each : actors) {
            each.attach(from);
            each.subscribe(anyChannel(), false);
            if (script.chance(50)) {
                channels.forEach(channel -> each.subscribe(channel, false));
            }
        }
        some(25);
        script.say("— %s", cut);
        cutAt(cut, to);
        some(25);
        heal();
    }

    private void some(int most) {
        for (int i = script.below(most + 1); i > 0; i--) {
            anything();
            script.failIfBroken();
        }
    }

    // ---- the gateway

    private void start() {
        ChannelPolicies.Rule[] rules = POLICIES.entrySet().stream()
                .map(each -> new ChannelPolicies.Rule(each.getKey(), each.getValue()))
                .toArray(ChannelPolicies.Rule[]::new);
        ChannelPolicies policies = new ChannelPolicies(List.of(rules), ChannelPolicy.DEFAULT);
        node = ground.start(policies, limits, MANY_BYTES);
    }

    private String text() {
        return "t" + ++texts;
    }

    private void kill() {
        script.say("the gateway is killed");
        homes.forEach(StoryHome::dropAll);
        restarted = true;
        log.mood(MemoryDurableLog.Mood.WELL);
        store.away(false);
        actors.forEach(ChannelActor::gatewayDied);
        start();
    }

    ChannelSessions sessions() {
        return node.sessions();
    }

    ChannelSession restored(StoryHome home, SessionId id) {
        // Where it cannot be read the client is told 503, and comes again: here it comes when it can be.
        store.away(false);
        ChannelSession[] made = new ChannelSession[1];
        node.sessions().restore(home, id).subscribe().with(found -> made[0] = found, failure -> {
            throw script.failed("a session could not be restored: " + failure, failure);
        });
        for (int i = 0; i < 200 && made[0] == null; i++) {
            home.runNext();
        }
        script.say("restored %s: %s", id.value(), made[0] != null);
        return made[0];
    }

    boolean wasRestarted() {
        return restarted;
    }

    boolean isDurable(String channel) {
        return policy(channel).durable();
    }

    ChannelPolicy policy(String channel) {
        return POLICIES.get(channel);
    }

    boolean hasHoles(String channel) {
        return channel.equals("own");
    }

    /** Whether the history can have let go of that offset, or of the channel's life. */
    boolean mayBeGone(String channel, long offset) {
        // What is read from the log does not say where its trimmed part ended: one next to it counts as gone.
        boolean trimmedLog = restarted
                && isDurable(channel)
                && model.mayBeGone(channel, 1, policy(channel).size());
        return trimmedLog || model.mayBeGone(channel, offset, policy(channel).size());
    }

    // ---- what may happen at any time

    private String anyChannel() {
        return channels.get(script.below(channels.size()));
    }

    private ChannelActor anybody() {
        return actors.get(script.below(actors.size()));
    }

    private void anything() {
        ChannelActor who = anybody();
        switch (script.below(20)) {
            case 0, 1, 2, 3, 4 -> publish();
            case 5 -> who.accept();
            case 6 -> {
                while (who.accept()) {}
            }
            case 7 -> who.receive();
            case 8 -> receiveAll(who);
            case 9 -> who.acknowledge();
            case 10 -> who.subscribe(anyChannel(), script.chance(50));
            case 11 -> {
                if (script.chance(40)) {
                    who.unsubscribe(anyChannel());
                } else {
                    who.subscribe(anyChannel(), script.chance(50));
                }
            }
            case 12 -> {
                String channel = anyChannel();
                boolean except = hasHoles(channel) && script.chance(50);
                who.publish(channel, "e" + ++events, except);
            }
            case 13 -> who.comeBack();
            case 14 -> {
                if (script.chance(30)) {
                    who.cut();
                } else if (script.chance(20)) {
                    who.attach(script.oneOf(TransportKind.values()));
                }
            }
            case 15 -> pass(Duration.ofSeconds(script.oneOf(1, 1, 5, 11, 31)));
            case 16 -> {
                if (script.chance(20)) {
                    script.say("memory runs short for %s", who.name);
                    who.cutDown();
                } else if (script.chance(30)) {
                    shake(who);
                } else if (script.chance(20)) {
                    mood();
                }
            }
            default -> run(script.below(6));
        }
        run(script.below(4));
    }

    /** It is filled again and again, and each time loses its connection in the middle of that. */
    private void shake(ChannelActor who) {
        for (int i = 2 + script.below(3); i > 0; i--) {
            script.say("%s is shaken", who.name);
            who.cut();
            publishSome();
            if (script.chance(60)) {
                who.cutDown();
            } else if (script.chance(30)) {
                who.subscribe(anyChannel(), true);
            }
            who.attach(script.oneOf(TransportKind.values()));
            run(5 + script.below(15));
            for (int taken = script.below(4); taken > 0; taken--) {
                who.accept();
                who.receive();
                run(script.below(6));
            }
        }
    }

    private void mood() {
        MemoryDurableLog.Mood mood = script.oneOf(MemoryDurableLog.Mood.values());
        boolean away = script.chance(30);
        script.say("the log is %s, the store is %s", mood, away ? "away" : "well");
        log.mood(mood);
        store.away(away);
    }

    void memoryRunsShort(StoryHome home) {
        node.budget().add(MANY_BYTES);
        node.sessions().tick(home, clock.millis());
        node.budget().add(-MANY_BYTES);
    }

    private void publish() {
        List<NewPublication> batch = new ArrayList<>();
        List<String> data = new ArrayList<>();
        for (int i = 1 + (script.chance(30) ? script.below(4) : 0); i > 0; i--) {
            String channel = anyChannel();
            String event = "e" + ++events;
            model.attempted(channel);
            data.add(event);
            batch.add(new NewPublication(new ChannelName(channel), "e", Payload.text(event), keyOf(event), null, null));
        }
        script.say(
                "publish %s on %s",
                data, batch.stream().map(each -> each.channel().value()).toList());
        node.broker()
                .publish(batch)
                .subscribe()
                .with(
                        places -> {
                            script.say("  %s are at %s", data, places);
                            for (int i = 0; i < places.size(); i++) {
                                is(batch.get(i).channel().value(), places.get(i), data.get(i));
                            }
                        },
                        failure -> script.say("  %s are refused: %s", data, failure));
    }

    private void is(String channel, StreamPosition place, String data) {
        model.isAt(channel, place.epoch(), place.offset(), data);
    }

    String keyOf(String data) {
        return "k" + (data.length() + data.charAt(data.length() - 1)) % 3;
    }

    Answers<StreamPosition> placed(String request, String channel, String data) {
        return new Answers<>() {
            @Override
            public Message done(StreamPosition place) {
                is(channel, place, data);
                return new Reply(Payload.text("ack|" + request), 0);
            }

            @Override
            public Message failed(SluiceException why) {
                return new Reply(Payload.text("failed|" + request + "|" + why.code()), 0);
            }
        };
    }

    private void run(int tasks) {
        for (int i = 0; i < tasks; i++) {
            homes.get(script.below(homes.size())).runNext();
        }
    }

    private void runAll() {
        boolean ran = true;
        for (int i = 0; ran && i < 10_000; i++) {
            ran = false;
            for (StoryHome home : homes) {
                ran |= home.runNext();
            }
        }
        script.check(!ran, "the gateway never comes to rest");
    }

    private void receiveAll(ChannelActor who) {
        while (who.receive()) {}
    }

    private void pass(Duration time) {
        script.say("%d s pass", time.toSeconds());
        clock.advance(time);
        for (StoryHome home : homes) {
            home.here(() -> {
                node.registry().tick((Home) home, clock.millis());
                node.sessions().tick(home, clock.millis());
            });
        }
        node.broker().tick(clock.millis());
    }

    // ---- the moments at which connections are lost

    private void cutAt(CutPoint cut, TransportKind to) {
        ChannelActor who = anybody();
        who.comeBack();
        switch (cut) {
            case BEFORE_THE_WRITE -> {
                publishSome();
                runAll();
                who.cut();
            }
            case AFTER_THE_WRITE -> {
                publishSome();
                runAll();
                while (who.accept()) {}
                who.cut();
            }
            case HALF_RECEIVED -> {
                publishSome();
                publishSome();
                runAll();
                who.accept();
                who.receive();
                who.cut();
            }
            case BEFORE_THE_ACKNOWLEDGEMENT -> {
                publishSome();
                runAll();
                while (who.accept()) {}
                receiveAll(who);
                who.cut();
            }
            case DURING_AN_ATTACH, BOTH_ATTACHED, SUPERSEDED -> {
                publishSome();
                run(3);
                who.attach(to);
                publishSome();
                run(3);
                who.attach(script.oneOf(TransportKind.values()));
            }
            case RESPONSE_LOST_UNNOTICED -> {
                who.cutUnnoticed();
                publishSome();
                runAll();
                while (who.accept()) {}
                who.cut();
            }
            case CLEAN -> {
                runAll();
                while (who.accept()) {}
                receiveAll(who);
                who.acknowledge();
                who.cut();
            }
            case AWAY_FOR_LONG -> {
                who.cut();
                for (int i = 0; i < 12; i++) {
                    publish();
                    run(8);
                }
                pass(Duration.ofSeconds(script.oneOf(5, 100, 130)));
            }
            case KILLED -> {
                publishSome();
                run(script.below(12));
                kill();
                if (script.chance(20)) {
                    some(5);
                    kill();
                }
            }
        }
        if (!who.isAttached()) {
            who.attach(to);
        }
    }

    private void publishSome() {
        for (int i = 1 + script.below(3); i > 0; i--) {
            publish();
        }
    }

    /** Everything works from now on; then every client has everything. */
    private void heal() {
        script.say("— heal");
        log.mood(MemoryDurableLog.Mood.WELL);
        store.away(false);
        // What was doubtful is found by the next publication.
        for (String channel : channels) {
            node.broker()
                    .publish(List.of(new NewPublication(
                            new ChannelName(channel), "e", Payload.text("last-" + channel), "last", null, null)))
                    .subscribe()
                    .with(places -> {}, failure -> script.check(false, "not published: %s", failure));
            model.attempted(channel);
        }
        int quiet = 0;
        for (int round = 0; round < 200; round++) {
            runAll();
            boolean moved = false;
            for (ChannelActor each : actors) {
                if (!each.isAttached() || each.line.isHalfOpen()) {
                    each.attach(TransportKind.WEBSOCKET);
                    moved = true;
                }
                while (each.accept()) {
                    moved = true;
                }
                while (each.receive()) {
                    moved = true;
                }
                each.acknowledge();
            }
            if (!moved) {
                if (++quiet > 3) {
                    break;
                }
                pass(Duration.ofSeconds(1));
            }
        }
        everybodyHasEverything();
        model.holesAreTheirOwn(restarted);
    }

    private void everybodyHasEverything() {
        for (ChannelActor each : actors) {
            each.channels().forEach((channel, at) -> {
                StreamPosition[] head = new StreamPosition[1];
                node.broker().head(new ChannelName(channel)).subscribe().with(found -> head[0] = found);
                runAll();
                script.check(
                        at.equals(new ChannelView.At(head[0].epoch(), head[0].offset())),
                        "%s has %s of %s, whose head is %s",
                        each.name,
                        at,
                        channel,
                        head[0]);
            });
        }
    }
}
