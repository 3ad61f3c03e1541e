package dev.sluice.rollout.control;

import dev.sluice.rollout.decision.Flags;
import io.smallrye.mutiny.Uni;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** What the audit log last said of each flag, so that a change made while the gateway was down is noticed. */
final class LastKnownFlags {
    private static final int PAGE = 200;

    /** Beyond these many pages of other changes the built-in default is taken for what was last known. */
    private static final int MAX_PAGES = 25;

    private final RolloutStore store;
    private final Map<FlagKey, String> known = new EnumMap<>(FlagKey.class);

    private LastKnownFlags(RolloutStore store) {
        this.store = store;
    }

    /** The last value of each key as text. */
    static Uni<Map<FlagKey, String>> read(RolloutStore store) {
        return new LastKnownFlags(store).page(Long.MAX_VALUE, 1);
    }

    private Uni<Map<FlagKey, String>> page(long before, int number) {
        return store.history(before, PAGE).chain(rows -> {
            rows.forEach(this::look);
            boolean more = rows.size() == PAGE && number < MAX_PAGES && known.size() < FlagKey.values().length;
            return more
                    ? page(rows.get(rows.size() - 1).id(), number + 1)
                    : Uni.createFrom().item(this::complete);
        });
    }

    private void look(AuditEntry row) {
        for (FlagKey key : FlagKey.values()) {
            if (key.audited().equals(row.what()) && row.to() != null) {
                known.putIfAbsent(key, row.to());
            }
        }
    }

    private Map<FlagKey, String> complete() {
        known.putIfAbsent(FlagKey.WEBSOCKET_ENABLED, String.valueOf(Flags.DEFAULTS.websocketEnabled()));
        known.putIfAbsent(FlagKey.FALLBACK_ENABLED, String.valueOf(Flags.DEFAULTS.fallbackEnabled()));
        known.putIfAbsent(
                FlagKey.ROLLOUT_PERCENTAGE, Flags.DEFAULTS.rolloutPercentage().toString());
        return known;
    }

    /** One row for each key that now differs from what was last known. */
    static List<AuditEntry> differences(Map<FlagKey, String> known, FlagLayers now, Instant at) {
        List<AuditEntry> rows = new ArrayList<>();
        for (FlagKey key : FlagKey.values()) {
            String from = known.get(key);
            String to = now.get(key).value().toString();
            if (!to.equals(from)) {
                String why = "from " + now.get(key).source().wire();
                rows.add(new AuditEntry(0, at, "start", key.audited(), from, to, why, null));
            }
        }
        return rows;
    }
}
