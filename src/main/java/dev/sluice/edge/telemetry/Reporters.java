package dev.sluice.edge.telemetry;

import dev.sluice.delivery.session.ObservedClient;
import dev.sluice.edge.http.Call;
import org.jspecify.annotations.Nullable;

/** For whom a caller may report. One for each way in which clients show who they are. */
@FunctionalInterface
public interface Reporters {

    /**
     * The client as its own connections are told of; null where the caller's credentials are none of this kind.
     *
     * @throws dev.sluice.core.SluiceException {@code forbidden} where they are, and belong to another client
     */
    @Nullable
    ObservedClient of(Call call, String clientId);
}
