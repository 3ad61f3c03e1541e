package dev.sluice.rollout.drain;

import dev.sluice.core.Mode;
import dev.sluice.rollout.decision.ClientFacts;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A client that does what it is told, and remembers when. */
final class FakeClient implements Movable {
    final String key;
    final Town town;
    Mode mode = Mode.WEBSOCKET;

    @Nullable
    Mode told;

    boolean fallback;
    boolean able = true;
    boolean reachable = true;
    boolean broken;
    boolean cannotPoll;
    long connectedAt;
    final List<Farewell> farewells = new ArrayList<>();
    long toldAt = -1;

    FakeClient(Town town, String key) {
        this.town = town;
        this.key = key;
    }

    FakeClient polling(Mode lastTold) {
        mode = Mode.POLLING;
        told = lastTold;
        return this;
    }

    @Override
    public ClientFacts facts() {
        return new ClientFacts(key, null, java.util.Map.of(), cannotPoll, false);
    }

    @Override
    public Mode mode() {
        return mode;
    }

    @Override
    public Mode told() {
        return told == null ? mode : told;
    }

    @Override
    public boolean fallback() {
        return fallback;
    }

    @Override
    public boolean able() {
        return able;
    }

    @Override
    public boolean reachable() {
        return reachable;
    }

    @Override
    public long connectedAt() {
        return connectedAt;
    }

    @Override
    public void execute(Runnable task) {
        if (town.holdsTasks) {
            town.held.add(task);
        } else {
            task.run();
        }
    }

    @Override
    public boolean move(Farewell farewell) {
        if (broken) {
            throw new IllegalStateException("broken");
        }
        farewells.add(farewell);
        toldAt = town.millis;
        town.order.add(this);
        reachable = false;
        return true;
    }
}
