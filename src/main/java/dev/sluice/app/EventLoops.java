package dev.sluice.app;

import dev.sluice.delivery.session.Home;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/**
 * Homes on Vert.x event loops: one context a loop, everything of one cluster on the same one. The writer of a session
 * is therefore always one thread, without a lock.
 */
public final class EventLoops {
    private static final long TICK_MILLIS = 1_000;

    private final VertxInternal vertx;
    private final InstantSource clock;
    private final List<LoopHome> homes;

    /** @param count homes; one for each event loop */
    EventLoops(Vertx vertx, int count, InstantSource clock) {
        this.vertx = (VertxInternal) vertx;
        this.clock = clock;
        this.homes = IntStream.range(0, count)
                .mapToObj(i -> new LoopHome(this.vertx.createEventLoopContext()))
                .toList();
    }

    /** The home of everything that belongs to that id. The same one for the life of this node. */
    public Home of(UUID id) {
        return homes.get(Math.floorMod(id.hashCode(), homes.size()));
    }

    /** A home for what belongs to nobody in particular. */
    Home any() {
        return homes.get(0);
    }

    /** The home on the event loop that asks; any other where no event loop does. */
    Home here() {
        ContextInternal asks = ContextInternal.current();
        if (asks != null) {
            for (LoopHome home : homes) {
                if (home.context.nettyEventLoop() == asks.nettyEventLoop()) {
                    return home;
                }
            }
        }
        return any();
    }

    /** Tells the time to each home, on it, once a second. */
    void everyTick(BiConsumer<Home, Long> ticked) {
        for (LoopHome home : homes) {
            home.context.runOnContext(
                    start -> vertx.setPeriodic(TICK_MILLIS, timer -> ticked.accept(home, clock.millis())));
        }
    }

    private record LoopHome(ContextInternal context) implements Home {
        @Override
        public void execute(Runnable task) {
            if (context.inThread()) {
                task.run();
            } else {
                context.runOnContext(hop -> task.run());
            }
        }

        @Override
        public void later(Runnable task) {
            context.runOnContext(hop -> task.run());
        }

        /** A task would run before the loop looks at its sockets again; what is due at once runs after that. */
        @Override
        public void nextTurn(Runnable task) {
            context.nettyEventLoop().schedule(() -> context.emit(turn -> task.run()), 0, TimeUnit.NANOSECONDS);
        }
    }
}
