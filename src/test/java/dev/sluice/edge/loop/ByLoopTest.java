package dev.sluice.edge.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ByLoopTest {
    private final Vertx vertx = Vertx.vertx();
    private final ContextInternal context = (ContextInternal) vertx.getOrCreateContext();
    private final ByLoop<Named> all = new ByLoop<>(InstantSource.system());

    private final class Named extends ByLoop.Member {
        private final String name;

        Named(String name) {
            this.name = name;
        }

        @Override
        public ContextInternal context() {
            return context;
        }

        @Override
        public void tick(long now) {
            // Nobody waits for it.
        }
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    private void onLoop(Runnable task) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        context.runOnContext(hop -> {
            task.run();
            done.complete(null);
        });
        done.get(30, TimeUnit.SECONDS);
    }

    private List<String> visited() throws Exception {
        List<String> names = new ArrayList<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        all.forEach(member -> names.add(member.name), () -> done.complete(null));
        done.get(30, TimeUnit.SECONDS);
        return names;
    }

    @Test
    void holdsWhoCameAndDidNotGoWhicheverGoesFirst() throws Exception {
        Named a = new Named("a");
        Named b = new Named("b");
        Named c = new Named("c");
        onLoop(() -> List.of(a, b, c).forEach(all::add));

        onLoop(() -> all.remove(a));
        assertThat(visited()).containsExactlyInAnyOrder("b", "c");

        onLoop(() -> all.remove(c));
        assertThat(visited()).containsExactly("b");

        onLoop(() -> all.add(a));
        onLoop(() -> all.remove(b));
        assertThat(visited()).containsExactly("a");
        assertThat(all.size()).isEqualTo(1);
    }

    @Test
    void toRemoveAgainOrWhoWasNeverThereChangesNothing() throws Exception {
        Named a = new Named("a");
        Named b = new Named("b");
        ByLoop<Named> others = new ByLoop<>(InstantSource.system());
        onLoop(() -> {
            all.add(a);
            all.add(b);
            all.remove(a);
            all.remove(a);
            all.remove(new Named("stranger"));
            others.add(new Named("first"));
            others.remove(b);
        });

        assertThat(visited()).containsExactly("b");
        assertThat(all.size()).isEqualTo(1);
        assertThat(others.size()).isEqualTo(1);
    }
}
