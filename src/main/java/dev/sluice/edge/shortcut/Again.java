package dev.sluice.edge.shortcut;

import dev.sluice.core.Mode;
import dev.sluice.edge.http.Body;
import dev.sluice.edge.http.Parked;
import io.vertx.core.impl.ContextInternal;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A request that took the shortcut. On its connection's context. */
public final class Again implements Parked {
    private final Shortcut shortcut;
    final BeatenPath known;
    final String query;
    private @Nullable Runnable gone;

    Again(Shortcut shortcut, BeatenPath known, String query) {
        this.shortcut = shortcut;
        this.known = known;
        this.query = query;
    }

    @Override
    public ContextInternal context() {
        return shortcut.context();
    }

    @Override
    public void onGone(Runnable told) {
        if (shortcut.serves(this)) {
            gone = told;
        } else {
            told.run();
        }
    }

    @Override
    public boolean answer(Mode mode, Body body, Consumer<Boolean> written) {
        return shortcut.answer(this, mode, body, written);
    }

    @Override
    public void refuse(int status, String contentType, String body) {
        shortcut.refuse(this, status, contentType, body);
    }

    /** It goes the usual way after all, as if it had just come, and is answered there. */
    public void goTheUsualWay() {
        shortcut.giveBack(this);
    }

    void isGone() {
        Runnable told = gone;
        gone = null;
        if (told != null) {
            told.run();
        }
    }
}
