package dev.sluice.delivery.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.core.Disconnect;
import dev.sluice.core.Payload;
import dev.sluice.delivery.FakeTransport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SharedTransportTest {
    private final FakeTransport socket = FakeTransport.websocket(1);
    private final SharedTransport shared = new SharedTransport(socket);
    private final List<String> told = new ArrayList<>();

    private Transport branch(String name) {
        Transport branch = shared.branch(why -> told.add(name + " " + why));
        branch.onWritable(Lane.MAILBOX, () -> send(branch, name));
        return branch;
    }

    private static void send(Transport to, String frame) {
        to.send(new Batch(List.of(Payload.text("1:" + frame)), 1), accepted -> {});
    }

    @Test
    void wakesItsBranchesInTurn() {
        branch("a");
        branch("b");
        branch("c");
        socket.send(new Batch(List.of(Payload.text("1:x")), 1), accepted -> {});

        socket.acceptOne();
        socket.acceptOne();
        socket.acceptOne();

        assertThat(socket.frames()).containsExactly("1:x", "1:a", "1:b", "1:c");
    }

    @Test
    void closesABranchAndNotTheConnection() {
        Transport a = branch("a");
        Transport b = branch("b");

        a.close(Disconnect.SLOW_CONSUMER);
        a.close(Disconnect.NORMAL);

        assertThat(told).containsExactly("a SLOW_CONSUMER");
        assertThat(a.writable()).isFalse();
        assertThat(b.writable()).isTrue();
        assertThat(socket.isOpen()).isTrue();
    }
}
