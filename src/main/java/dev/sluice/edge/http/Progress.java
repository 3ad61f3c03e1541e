package dev.sluice.edge.http;

import io.netty.channel.Channel;
import io.netty.util.Attribute;
import io.netty.util.AttributeKey;

/** How many requests of one connection are being served, and since when none is. On its event loop. */
public final class Progress {
    private static final AttributeKey<Progress> KEY = AttributeKey.valueOf(Progress.class, "progress");

    private long since = System.nanoTime();
    private int serving;

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
        since = System.nanoTime();
    }

    public boolean isServing() {
        return serving > 0;
    }

    /** How long there has been nothing to serve; 0 while there is. */
    public long quietNanos() {
        return serving > 0 ? 0 : System.nanoTime() - since;
    }
}
