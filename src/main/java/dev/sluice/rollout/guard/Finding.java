package dev.sluice.rollout.guard;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A verdict with everything it rests on.
 *
 * @param reasons words of {@link FigureName} and {@link Ground}, the weightiest first
 * @param waitMillis where it waits for evidence: expected until there is enough; null where that cannot be said
 */
public record Finding(Verdict verdict, List<String> reasons, List<Figure> figures, @Nullable Long waitMillis) {
    /** Before the first look. */
    public static final Finding NONE = inconclusive(Ground.WAITING_FOR_EVIDENCE);

    /** Nobody looks. */
    public static final Finding DISABLED = inconclusive(Ground.GUARD_DISABLED);

    public Finding {
        reasons = List.copyOf(reasons);
        figures = List.copyOf(figures);
    }

    static Finding inconclusive(Ground why) {
        return new Finding(Verdict.INCONCLUSIVE, List.of(why.wire()), List.of(), null);
    }

    /** Whether two look the same to a person: numbers move at every look. */
    public boolean saysTheSameAs(Finding other) {
        return verdict == other.verdict && reasons.equals(other.reasons);
    }

    /** Whether that is among the reasons. */
    public boolean is(Ground ground) {
        return reasons.contains(ground.wire());
    }
}
