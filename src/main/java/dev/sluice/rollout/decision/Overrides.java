package dev.sluice.rollout.decision;

import dev.sluice.core.Mode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The operators' exceptions, indexed so that a decision asks in constant time however many there are. The most specific
 * selector wins: client key, then token, then label; where several labels match, or one selector stands twice, polling
 * beats WebSocket. Immutable; any thread.
 */
public final class Overrides {
    public static final Overrides NONE = new Overrides(List.of());

    private final List<ClientOverride> all;
    private final Map<String, ClientOverride> clients = new HashMap<>();
    private final Map<String, ClientOverride> tokens = new HashMap<>();
    private final Map<String, Map<String, ClientOverride>> labels = new HashMap<>();

    private Overrides(List<ClientOverride> all) {
        this.all = List.copyOf(all);
        for (ClientOverride override : this.all) {
            Selector selector = Selector.parse(override.selector());
            index(selector).merge(key(selector), override, Overrides::stricter);
        }
    }

    /** @throws IllegalArgumentException where a selector is not {@link Selector#ALLOWED} */
    public static Overrides of(List<ClientOverride> all) {
        return all.isEmpty() ? NONE : new Overrides(all);
    }

    /** Every override, in the order given. */
    public List<ClientOverride> all() {
        return all;
    }

    /** The one that decides this client, null where the hash does. */
    public @Nullable ClientOverride find(ClientFacts client) {
        ClientOverride byKey = clients.get(client.key());
        if (byKey != null) {
            return byKey;
        }
        ClientOverride byToken = client.tokenId() == null ? null : tokens.get(client.tokenId());
        return byToken != null ? byToken : findByLabel(client.labels());
    }

    private @Nullable ClientOverride findByLabel(Map<String, String> clientLabels) {
        if (labels.isEmpty()) {
            return null;
        }
        ClientOverride found = null;
        for (Map.Entry<String, String> label : clientLabels.entrySet()) {
            ClientOverride match = labels.getOrDefault(label.getKey(), Map.of()).get(label.getValue());
            if (match != null) {
                found = found == null ? match : stricter(found, match);
            }
        }
        return found;
    }

    private Map<String, ClientOverride> index(Selector selector) {
        return switch (selector.kind()) {
            case CLIENT -> clients;
            case TOKEN -> tokens;
            case LABEL -> labels.computeIfAbsent(selector.name(), name -> new HashMap<>());
        };
    }

    private static String key(Selector selector) {
        return selector.kind() == Selector.Kind.LABEL ? selector.value() : selector.name();
    }

    /** Polling beats WebSocket: a mistake then costs speed, not the connection. */
    private static ClientOverride stricter(ClientOverride one, ClientOverride other) {
        return one.mode() == Mode.POLLING ? one : other;
    }
}
