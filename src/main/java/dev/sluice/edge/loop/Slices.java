package dev.sluice.edge.loop;

import io.vertx.core.Context;
import java.util.Iterator;
import java.util.function.Consumer;

/** Long walks on an event loop: a piece at a time, with whatever else waits there in between. */
public final class Slices {
    /** About half a millisecond of decisions. */
    private static final int SIZE = 500;

    private Slices() {}

    /** Visits all of them, the first piece at once. On that context; {@code done} is called there at the end. */
    public static <T> void run(Context context, Iterator<T> all, Consumer<? super T> visitor, Runnable done) {
        for (int i = 0; i < SIZE && all.hasNext(); i++) {
            visitor.accept(all.next());
        }
        if (all.hasNext()) {
            context.runOnContext(next -> run(context, all, visitor, done));
        } else {
            done.run();
        }
    }
}
