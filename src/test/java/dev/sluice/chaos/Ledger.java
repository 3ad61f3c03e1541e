package dev.sluice.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What one agent saw: every delivery, and when it became certain that the gateway would remember its
 * acknowledgement. Any thread.
 */
final class Ledger {
    /** One command as it arrived. */
    record Delivery(String id, int attempt, boolean webSocket) {}

    private final List<Delivery> deliveries = new ArrayList<>();
    private final Set<String> acknowledged = new LinkedHashSet<>();
    private final Set<String> certain = new HashSet<>();
    private final List<Delivery> forbidden = new ArrayList<>();

    synchronized void delivered(Delivery delivery) {
        deliveries.add(delivery);
        if (certain.contains(delivery.id())) {
            forbidden.add(delivery);
        }
    }

    /** Said, and on its way. */
    synchronized void acknowledged(String id) {
        acknowledged.add(id);
    }

    /** The gateway answered that it is durable: from here on it must not come again. */
    synchronized void certain(String id) {
        acknowledged.add(id);
        certain.add(id);
    }

    synchronized Set<String> acknowledgedButUncertain() {
        Set<String> open = new LinkedHashSet<>(acknowledged);
        open.removeAll(certain);
        return open;
    }

    synchronized boolean has(String id) {
        return deliveries.stream().anyMatch(delivery -> delivery.id().equals(id));
    }

    synchronized int size() {
        return deliveries.size();
    }

    /** Ids in order of their first delivery. */
    synchronized List<String> firsts() {
        Set<String> ids = new LinkedHashSet<>();
        deliveries.forEach(delivery -> ids.add(delivery.id()));
        return List.copyOf(ids);
    }

    synchronized List<Delivery> deliveries() {
        return List.copyOf(deliveries);
    }

    synchronized int repeats() {
        return deliveries.size() - firsts().size();
    }

    synchronized boolean isCertain(String id) {
        return certain.contains(id);
    }

    /** Everything accepted came, in the order of acceptance, and nothing that was certainly acknowledged came again. */
    synchronized void check(List<String> accepted) {
        assertThat(forbidden)
                .as("delivered again after a certain acknowledgement")
                .isEmpty();
        assertThat(firsts()).as("first deliveries").containsExactlyElementsOf(accepted);
    }

    synchronized String summary() {
        long webSocket = deliveries.stream().filter(Delivery::webSocket).count();
        return "%d commands, %d deliveries (%d over WebSocket, %d over polling), %d repeats, %d certain, %d forbidden"
                .formatted(
                        firsts().size(),
                        deliveries.size(),
                        webSocket,
                        deliveries.size() - webSocket,
                        repeats(),
                        certain.size(),
                        forbidden.size());
    }
}
