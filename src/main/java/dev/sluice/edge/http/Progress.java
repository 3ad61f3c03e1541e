package dev.sluice.edge.http;

import io.netty.channel.Channel;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;

/** How many requests of one connection are being served, and since when none is. On its event loop. */
public final class Progress {
    private static final AttributeKey<Progress> KEY = AttributeKey.valueOf(Progress.class, "progress");

    private int serving;
    /** Whether anybody looked since the last request was answered. */
    private boolean looked;

    private long quietSince;

    private Progress() {}

    public static Progress of(Channel channel) {
        Attribute<Progress> attribute = channel.attr(KEY);
        Progress progress = attribute.get();
        if (progress == null) {
            progress = new Progress();
            attribute.set(progress);
        }
        return progress;
    }

    /** A whole head came. */
    public void begun() {
        serving++;
    }

    /** Its answer is written, or nobody is there to read it. */
    public void ended() {
        serving--;
        looked = false;
    }

    public boolean isServing() {
        return serving > 0;
    }

    /**
     * How long it has been known that there is nothing to serve; 0 while there is. It begins with the first look, so that
     * the clock is not asked for every answer.
     */
    public long quietNanos() {
        if (serving > 0) {
            return 0;
        }
        long now = System.nanoTime();
        if (!looked) {
            looked = true;
            quietSince = now;
        }
        return now - quietSince;
    }
}
