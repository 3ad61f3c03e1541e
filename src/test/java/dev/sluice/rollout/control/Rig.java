package dev.sluice.rollout.control;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.core.SluiceException;
import dev.sluice.rollout.decision.Bucketing;
import dev.sluice.rollout.decision.Percentage;
import dev.sluice.rollout.decision.RolloutState;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.helpers.test.UniAssertSubscriber;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A control over a fake store, and short words for what the stories do with it. */
final class Rig {
    static final String FILE = "config/flags.properties";
    static final FlagFileResult NO_FILE = new FlagFileResult.Missing(FILE);

    final ManualClock clock = new ManualClock();
    final FakeRolloutStore store = new FakeRolloutStore();
    final List<RolloutState> announced = new ArrayList<>();
    RolloutControl control = fresh();

    /** Starts on what the store holds. */
    Rig start(ConfiguredFlags lower, FlagFileResult file) {
        control = fresh();
        control.onChange((old, now) -> announced.add(now));
        control.start(store.saved, lower, file);
        return this;
    }

    Rig start() {
        return start(ConfiguredFlags.NONE, NO_FILE);
    }

    RolloutControl fresh() {
        return new RolloutControl(store, clock, new RolloutSettings("sluice", Bucketing.FLAGD, Percentage.ZERO));
    }

    String target() {
        return control.state().target().toString();
    }

    static <T> UniAssertSubscriber<T> run(Uni<T> uni) {
        return uni.subscribe().withSubscriber(UniAssertSubscriber.create());
    }

    static <T> T done(Uni<T> uni) {
        return run(uni).assertCompleted().getItem();
    }

    static SluiceException failure(Uni<?> uni) {
        Throwable failure = run(uni).assertFailed().getFailure();
        return catchThrowableOfType(SluiceException.class, () -> {
            throw failure;
        });
    }

    static FlagFileResult file(@Nullable Boolean websocket, @Nullable Boolean fallback, @Nullable String percentage) {
        return new FlagFileResult.Accepted(FILE, set(websocket, fallback, percentage));
    }

    static FlagSet set(@Nullable Boolean websocket, @Nullable Boolean fallback, @Nullable String percentage) {
        return new FlagSet(websocket, fallback, percentage == null ? null : Percentage.parse(percentage));
    }
}
