package dev.sluice.protocol.engineio;

import dev.sluice.core.Disconnect;
import dev.sluice.delivery.session.Home;
import dev.sluice.delivery.session.Transport;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** The sessions that one connection carries, each through a {@link Branch}. On the connection's home. */
final class Branches {
    private final EngineConnection connection;
    /** Nearly every connection carries one. */
    private final List<Branch> all = new ArrayList<>(1);

    Branches(EngineConnection connection) {
        this.connection = connection;
    }

    /** One more, which nothing is sent for so far. */
    Transport open(Home sessionHome, Consumer<Disconnect> onClose) {
        Branch branch = new Branch(connection, sessionHome, onClose);
        all.add(branch);
        return branch;
    }

    /** As {@link EngineConnection#attached} says. */
    void attached(Transport branch, LongConsumer acknowledged) {
        if (branch instanceof Branch own && all.contains(own)) {
            own.acknowledging(acknowledged);
            if (connection.takes()) {
                own.grant();
            }
        }
    }

    /** That one is used no more. */
    void detached(Transport branch) {
        if (branch instanceof Branch own && all.remove(own)) {
            own.revoke();
        }
    }

    boolean isOne() {
        return all.size() == 1;
    }

    /** Lets them send, one after the other, while the connection takes more. */
    void grant() {
        for (Branch branch : List.copyOf(all)) {
            if (!connection.takes()) {
                return;
            }
            branch.grant();
        }
    }

    /** The connection takes nothing for now. */
    void revoke() {
        all.forEach(Branch::revoke);
    }

    /** What is written by now is acknowledged by what the client does next. */
    void mark() {
        all.forEach(Branch::mark);
    }

    /** The client has everything up to the mark. */
    void acknowledge() {
        all.forEach(Branch::acknowledge);
    }

    /** The connection is over. */
    void end() {
        revoke();
        all.clear();
    }
}
