package dev.sluice.rollout.guard;

/** Port to how far clients have followed the decision. At once, from any thread. */
public interface Following {
    /** Nobody is assigned, so everybody has followed. */
    Following NEUTRAL = new Following() {
        @Override
        public long assigned() {
            return 0;
        }

        @Override
        public long connected() {
            return 0;
        }
    };

    /** Clients known now that the decision puts on WebSocket and that can use it. */
    long assigned();

    /** How many of them are on WebSocket. */
    long connected();

    /**
     * Whether enough are there for the bake to begin. Four in five: more would wait for the very clients that cannot
     * connect, and whether those are too many is the verdict's business.
     */
    default boolean followed() {
        return connected() * 5 >= assigned() * 4;
    }
}
