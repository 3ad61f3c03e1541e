package dev.sluice.fleet;

import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Where clusters survive. Fails with {@code store-unavailable} when the database cannot be reached; may answer on any
 * thread.
 */
public interface ClusterStore {

    /** Up to {@code limit} clusters, the most recently seen first, to warm the memory at start. */
    Uni<List<Cluster>> load(int limit);

    /** The cluster with that id, or null. */
    Uni<@Nullable Cluster> find(UUID id);

    /** The cluster of that agent, or null. */
    Uni<@Nullable Cluster> findByAgent(int workspaceId, String agentId);

    /**
     * Registers an agent, or registers it again: the same {@code (workspaceId, agentId)} always gives the same id;
     * name, features, labels and details are those of the latest registration.
     *
     * @param proposedId the id to use if the agent is new
     * @throws dev.sluice.core.SluiceException (as failure) {@code name-taken} where another agent of the workspace
     *     holds the name
     */
    Uni<Cluster> register(Registration registration, UUID proposedId, Instant now);

    /** Writes many beats in one statement. Unknown clusters are skipped; times never go backwards. */
    Uni<Void> saveBeats(Collection<Beat> beats);

    /** Clusters of one workspace (null: of all), by name. */
    Uni<List<Cluster>> list(@Nullable Integer workspaceId, int limit, int offset);
}
