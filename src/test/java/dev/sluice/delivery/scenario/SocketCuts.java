package dev.sluice.delivery.scenario;

import dev.sluice.delivery.scenario.SocketCut.Way;
import java.time.Duration;

/** How a Socket.IO story loses its connection, moment by moment. */
final class SocketCuts {
    private final SocketStory story;
    private final SocketGateway gateway;
    private final Script script;

    SocketCuts(SocketStory story) {
        this.story = story;
        this.gateway = story.gateway;
        this.script = gateway.script;
    }

    void at(SocketCut cut, SocketActor who, Way to) {
        SocketLine line = who.line;
        switch (cut) {
            case BEFORE_THE_WRITE -> {
                sayMuch(who);
                gateway.runAll();
                who.cut();
            }
            case AFTER_THE_WRITE -> {
                sayMuch(who);
                gateway.runAll();
                story.acceptAll(line);
                gateway.run(script.below(6));
                lose(who);
            }
            case BEFORE_THE_ACKNOWLEDGEMENT -> {
                sayMuch(who);
                gateway.runAll();
                story.acceptAll(line);
                story.readAll(who);
                lose(who);
            }
            case BEHIND_THE_PING -> {
                story.pass(Duration.ofSeconds(25));
                gateway.runAll();
                story.acceptAll(line);
                who.receive();
                sayMuch(who);
                gateway.runAll();
                if (script.chance(40)) {
                    line.moveAway();
                    gateway.runAll();
                }
                line.pong();
                story.acceptAll(line);
                gateway.runAll();
                lose(who);
            }
            case DURING_THE_ATTACH -> {
                who.cutUnnoticed();
                sayMuch(who);
                who.comeBack(to);
                for (int i = script.below(12); i > 0; i--) {
                    gateway.run(2);
                    story.accept(who.line);
                    who.receive();
                }
                lose(who);
            }
            case DURING_THE_PROBE -> {
                climb(who, script.below(4));
                if (script.chance(50)) {
                    line.cutProbe();
                } else {
                    lose(who);
                }
            }
            case AFTER_THE_UPGRADE -> {
                climb(who, 10);
                sayMuch(who);
                gateway.run(script.below(12));
                if (script.chance(60)) {
                    lose(who);
                }
            }
            case BOTH_ATTACHED -> {
                who.cutUnnoticed();
                who.comeBack(to);
                sayMuch(who);
                story.some(5);
                line.accept();
            }
            case SUPERSEDED -> {
                who.comeBack(to);
                sayMuch(who);
                story.some(5);
                who.comeBack(script.oneOf(Way.values()));
            }
            case OVERTAKEN -> {
                // Its sessions live on the loop that it began on, and one that is busy would hold them up as well.
                who.comeBack(to);
                story.settle(who, to);
                SocketLine before = who.line;
                gateway.isBusy(before.home);
                if (script.chance(40)) {
                    who.leave(story.anyView(who));
                } else {
                    story.unsubscribe(who);
                }
                who.cutUnnoticed();
                who.comeBack(to);
                sayMuch(who);
                for (int i = 10; i > 0; i--) {
                    gateway.run(12);
                    story.acceptAll(who.line);
                    who.receive();
                    who.line.get();
                }
                story.subscribe(who);
                gateway.run(script.below(12));
                before.arrive();
            }
            case MOVED_AWAY -> {
                sayMuch(who);
                gateway.run(script.below(8));
                line.moveAway();
                if (script.chance(70)) {
                    gateway.runAll();
                    line.quietFrom(gateway.events());
                }
                sayMuch(who);
                gateway.runAll();
                story.some(8);
            }
            case SLOW -> {
                for (int i = 3 + script.below(12); i > 0; i--) {
                    story.publish();
                    gateway.run(6);
                }
                story.pass(Duration.ofSeconds(script.oneOf(5, 11, 19)));
                gateway.run(6);
            }
            case CLEAN -> {
                story.settle(who, to);
                who.cut();
            }
            case AWAY_FOR_LONG -> {
                lose(who);
                sayMuch(who);
                gateway.runAll();
                story.pass(Duration.ofSeconds(script.oneOf(5, 40, 70, 130)));
            }
            case KILLED -> {
                sayMuch(who);
                gateway.run(script.below(12));
                kill();
                if (script.chance(20)) {
                    story.some(6);
                    kill();
                }
            }
        }
    }

    private void kill() {
        gateway.kill();
        story.actors.forEach(SocketActor::gatewayDied);
    }

    private void lose(SocketActor who) {
        if (script.chance(50)) {
            who.cut();
        } else {
            who.cutUnnoticed();
        }
    }

    private void sayMuch(SocketActor who) {
        for (int i = 1 + script.below(4); i > 0; i--) {
            story.publish();
            if (script.chance(60)) {
                gateway.tell(story.anyView(who).pid);
            }
        }
    }

    private void climb(SocketActor who, int steps) {
        for (int i = 0; i < steps && who.isUp() && who.line.isPolling(); i++) {
            story.step(who.line);
            if (script.chance(50)) {
                sayMuch(who);
            }
            gateway.runAll();
            story.acceptAll(who.line);
            story.readAll(who);
        }
    }
}
