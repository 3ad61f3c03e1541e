package dev.sluice.delivery.channel;

import dev.sluice.core.ChannelName;
import dev.sluice.core.Payload;
import dev.sluice.delivery.mailbox.Message;
import dev.sluice.delivery.session.SessionId;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An event at its place in its channel. One instance is shared by every mailbox it waits in, with what it looks like in
 * each wire language: encoded by whoever needs it first, then shared.
 */
public final class Publication implements Message {

    /** The wire languages that share their encoding of a publication. A closed list: each costs a reference. */
    public enum Format {
        /** The event frame without its cursor. */
        SLUICE,
        SOCKET_IO,
        PUSHER
    }

    private static final int OVERHEAD = 96;
    private static final int FORMATS = Format.values().length;

    private final ChannelName channel;
    private final String event;
    private final Payload data;
    private final StreamPosition place;
    private final long position;
    private final Watermark mark;
    private final long appendedAt;
    private final @Nullable String conflationKey;
    private final @Nullable SessionId except;
    private final int bytes;
    private final AtomicReferenceArray<@Nullable Payload> encoded;

    /**
     * @param place epoch and offset in the channel
     * @param position the broker's number of it
     * @param mark how far the broker had got with this one
     * @param appendedAt milliseconds since the epoch
     */
    public Publication(NewPublication what, StreamPosition place, long position, Watermark mark, long appendedAt) {
        this.channel = what.channel();
        this.event = what.event();
        this.data = what.data();
        this.conflationKey = what.conflationKey();
        this.except = what.except();
        this.place = place;
        this.position = position;
        this.mark = mark;
        this.appendedAt = appendedAt;
        this.bytes = data.size() + event.length() + channel.value().length() + OVERHEAD;
        this.encoded = new AtomicReferenceArray<>(FORMATS);
    }

    private Publication(Publication other, Watermark mark) {
        this.channel = other.channel;
        this.event = other.event;
        this.data = other.data;
        this.conflationKey = other.conflationKey;
        this.except = other.except;
        this.place = other.place;
        this.position = other.position;
        this.mark = mark;
        this.appendedAt = other.appendedAt;
        this.bytes = other.bytes;
        this.encoded = other.encoded;
    }

    /** The same with another mark: a stored one learns it when it is given out. */
    Publication at(Watermark givenOut) {
        return new Publication(this, givenOut);
    }

    public ChannelName channel() {
        return channel;
    }

    public String event() {
        return event;
    }

    /** JSON text, or binary. */
    public Payload data() {
        return data;
    }

    public String epoch() {
        return place.epoch();
    }

    /** From 1, without holes within its epoch. */
    public long offset() {
        return place.offset();
    }

    public StreamPosition place() {
        return place;
    }

    /** Rises over all channels of the broker. */
    public long position() {
        return position;
    }

    /** How far the broker had got with this one: what a client that has it, live, has of every other channel. */
    public Watermark mark() {
        return mark;
    }

    public String conflationKey() {
        return conflationKey == null ? event : conflationKey;
    }

    public boolean isFor(SessionId session) {
        return except == null || !except.equals(session);
    }

    /** Its wire form in that language. Any thread; two that come first at once may both encode, and one is kept. */
    public Payload encoded(Format format, Function<Publication, Payload> encoder) {
        Payload known = encoded.get(format.ordinal());
        if (known != null) {
            return known;
        }
        Payload fresh = encoder.apply(this);
        encoded.lazySet(format.ordinal(), fresh);
        return fresh;
    }

    @Override
    public int bytes() {
        return bytes;
    }

    @Override
    public long appendedAt() {
        return appendedAt;
    }
}
