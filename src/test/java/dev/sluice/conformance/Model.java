package dev.sluice.conformance;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What must be true of commands, as a list and two sets, and nothing of how a gateway does it: first deliveries come in
 * the order of acceptance, nothing that is known to be acknowledged comes again, and in the end everything came. Any
 * thread.
 */
final class Model {
    private final List<String> accepted = new ArrayList<>();
    private final List<String> first = new ArrayList<>();
    private final Set<String> received = new HashSet<>();
    private final Set<String> acknowledged = new HashSet<>();
    private final List<String> wrong = new ArrayList<>();

    /** The gateway answered 202. */
    synchronized void accepted(String id) {
        accepted.add(id);
    }

    /** The client has it, perhaps not for the first time. */
    synchronized void received(String id, String how) {
        if (acknowledged.contains(id)) {
            wrong.add("again although acknowledged: %s over %s".formatted(number(id), how));
        }
        if (received.add(id)) {
            first.add(id);
        }
    }

    private String number(String id) {
        return "#" + accepted.indexOf(id) + " " + id;
    }

    /** The gateway is known to know that the client has it. */
    synchronized void acknowledged(String id) {
        if (!received.contains(id)) {
            wrong.add("acknowledged although never received: " + number(id));
        }
        acknowledged.add(id);
    }

    synchronized int receivedCount() {
        return received.size();
    }

    synchronized int acknowledgedCount() {
        return acknowledged.size();
    }

    /** What was received and is not known to be acknowledged. */
    synchronized List<String> unsettled() {
        return first.stream().filter(id -> !acknowledged.contains(id)).toList();
    }

    /** Everything that does not hold; empty where all does. */
    synchronized List<String> violations(boolean finished) {
        List<String> all = new ArrayList<>(wrong);
        List<String> expected = accepted.subList(0, Math.min(first.size(), accepted.size()));
        if (!first.equals(expected) && first.size() <= accepted.size()) {
            all.add("first deliveries out of order: %s"
                    .formatted(first.stream().map(accepted::indexOf).toList()));
        }
        if (finished && !received.containsAll(accepted)) {
            all.add("never received: "
                    + accepted.stream()
                            .filter(id -> !received.contains(id))
                            .map(this::number)
                            .toList());
        }
        return all;
    }
}
