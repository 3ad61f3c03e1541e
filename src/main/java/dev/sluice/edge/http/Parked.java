package dev.sluice.edge.http;

import dev.sluice.core.Mode;
import io.vertx.core.impl.ContextInternal;
import java.util.function.Consumer;

/** A request that is answered when there is something to say. On its context, unless it says otherwise. */
public interface Parked {

    /** Its connection's. Any thread. */
    ContextInternal context();

    /** Runs once if its connection goes before it is answered. */
    void onGone(Runnable gone);

    /**
     * Answers 200 with that body, and tells how the client is served. Once.
     *
     * @param body of the type that this request is always answered with
     * @param written told once whether the socket accepted all of it
     * @return false where its client is gone and nothing was written
     */
    boolean answer(Mode mode, Body body, Consumer<Boolean> written);

    /** Answers something else, in plain ASCII, instead. */
    void refuse(int status, String contentType, String body);
}
