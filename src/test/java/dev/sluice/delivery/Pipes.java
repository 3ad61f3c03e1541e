package dev.sluice.delivery;

import dev.sluice.core.Payload;
import dev.sluice.delivery.command.CommandMessage;
import dev.sluice.delivery.mailbox.Outbound;
import dev.sluice.delivery.mailbox.Resume;
import dev.sluice.delivery.session.Pipe;
import dev.sluice.delivery.session.Session;

/** A wire form that tests can read: {@code position:name}, and for a command {@code position:id#attempt}. */
public final class Pipes {
    private Pipes() {}

    public static Payload encode(Outbound outbound) {
        String name = outbound.message() instanceof Letter letter
                ? letter.name()
                : ((CommandMessage) outbound.message()).id() + "#" + outbound.attempt();
        return Payload.text(outbound.position() + ":" + name);
    }

    public static long position(Payload frame) {
        String text = frame.asString();
        return Long.parseLong(text.substring(0, text.indexOf(':')));
    }

    public static String name(Payload frame) {
        String text = frame.asString();
        return text.substring(text.indexOf(':') + 1);
    }

    public static Pipe of(FakeTransport transport, int maxFrames, Runnable onFenced) {
        return new Pipe(transport, Pipes::encode, maxFrames, 1 << 20, onFenced);
    }

    /** Attaches and binds, as an adapter does; the transport then tells whether it worked. */
    public static boolean attach(Session session, FakeTransport transport, Resume from) {
        var made = session.attach(of(transport, 100, () -> {}), from);
        transport.bind(made);
        return made != null;
    }
}
